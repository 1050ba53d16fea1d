"""What limits cost: the same questions with none, with a status, with age and sex too, and with a place too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from rich.table import Table

from index.search.filters import Filters
from index.search.quoting import query_vectors
from index.search.trials import search
from index.store.store import Store
from index.trial import Frozen
from index.vocabulary import Sex, Status
from tests.evals.embedders import Remembering, ready
from tests.evals.measured import apart

_OPEN = Filters(statuses=(Status.RECRUITING, Status.NOT_YET_RECRUITING))
_PERSON = _OPEN.model_copy(update={"age": 55.0, "sex": Sex.FEMALE})
LIMITS: dict[str, Filters | None] = {
    "no limits": None,
    "status": _OPEN,
    "status, age, sex": _PERSON,
    "status, age, sex, place": _PERSON.model_copy(update={"place": "Germany"}),
}
_PASSAGES_EACH = (0, 3)
_ROUNDS = 2


class Questions(Frozen):
    folder: Path
    real: bool
    texts: tuple[str, ...]


class Taken(Frozen):
    """`ms`: of each question, in each round; `hits`: how many trials were given for a question, on average."""

    limits: str
    passages_each: int
    ms: tuple[float, ...]
    hits: float


class Searched(Frozen):
    """`pass_share`: which share of all trials passes each set of limits."""

    taken: tuple[Taken, ...]
    pass_share: dict[str, float]
    questions: int
    trials: int


class Line(Frozen):
    """`ratio`: its median over that of the same search without limits."""

    limits: str
    passages_each: int
    median_ms: float
    p90_ms: float
    ratio: float
    hits: float
    pass_share: float


class Searches(Frozen):
    trials: int
    questions: int
    lines: tuple[Line, ...]


def measure(folder: Path, texts: Sequence[str], real: bool) -> Searches:
    return summed_up(apart(run, Questions(folder=folder, real=real, texts=tuple(texts))))


def run(asked: Questions) -> Searched:
    """A step: every question with every set of limits, in an order that goes round, after all were asked once. Their
    vectors are at hand.
    """
    embedder = Remembering(ready(asked.real))
    store = Store.existing(asked.folder, embedder)
    for text in asked.texts:
        query_vectors(store, text)
        search(store, text)
    ways = [(name, each) for name in LIMITS for each in _PASSAGES_EACH]
    ms: dict[tuple[str, int], list[float]] = {way: [] for way in ways}
    hits = dict.fromkeys(ways, 0)
    for at in range(_ROUNDS):
        for number, text in enumerate(asked.texts):
            first = (number + at) % len(ways)
            for name, each in ways[first:] + ways[:first]:
                began = perf_counter()
                result = search(store, text, LIMITS[name], limit=10, passages_each=each)
                ms[name, each].append(1000 * (perf_counter() - began))
                hits[name, each] += len(result.hits)
    trials = store.records.count()
    shares = {name: len((of or Filters()).allowed(store.records)) / trials for name, of in LIMITS.items()}
    store.close()
    asked_in_all = _ROUNDS * len(asked.texts)
    taken = tuple(
        Taken(limits=name, passages_each=each, ms=tuple(ms[name, each]), hits=hits[name, each] / asked_in_all)
        for name, each in ways
    )
    return Searched(taken=taken, pass_share=shares, questions=len(asked.texts), trials=trials)


def summed_up(searched: Searched) -> Searches:
    without = {one.passages_each: median(one.ms) for one in searched.taken if one.limits == "no limits"}
    lines = (
        Line(
            limits=one.limits,
            passages_each=one.passages_each,
            median_ms=median(one.ms),
            p90_ms=quantiles(one.ms, n=10)[-1],
            ratio=median(one.ms) / without[one.passages_each],
            hits=one.hits,
            pass_share=searched.pass_share[one.limits],
        )
        for one in searched.taken
    )
    return Searches(trials=searched.trials, questions=searched.questions, lines=tuple(lines))


def table(searches: Searches) -> Table:
    made = Table(
        "limits",
        "passages each",
        "median ms",
        "p90 ms",
        "ratio of medians",
        "hits",
        "trials that pass",
        title=f"Search: {searches.trials:,} trials",
        caption=f"{searches.questions} questions, ten hits at most, {_ROUNDS} rounds, without the embedder's own time.",
    )
    for one in sorted(searches.lines, key=lambda line: line.passages_each):
        made.add_row(
            one.limits,
            str(one.passages_each),
            f"{one.median_ms:.1f}",
            f"{one.p90_ms:.1f}",
            f"{one.ratio:.2f}",
            f"{one.hits:.1f}",
            f"{one.pass_share:.0%}",
        )
    return made
