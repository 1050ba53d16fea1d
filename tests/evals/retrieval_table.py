"""The tables of the retrieval bench: every measure of every stage, and what a stage is better by than another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import median, quantiles

from rich.table import Table

from index.trial import Frozen
from tests.evals.judged import Collection
from tests.evals.measures import Interval, Measure, Values, difference, interval, mean

_SURE = (Measure.CONDENSED, Measure.PRECISION, Measure.RECALL_100, Measure.FIRST_THREE)
"""The measures to decide by, which are shown with intervals."""
_COMPARED = (*_SURE, Measure.RECALL_500, Measure.AUC, Measure.NDCG)


class Scored(Frozen):
    """A stage's measures, note by note, and what it cost: `index_s` until it could rank, `ms` each note."""

    stage: str
    values: Mapping[Measure, Values]
    index_s: float | None
    ms: tuple[float, ...]
    embedding_ms: tuple[float, ...]


class Scores(Frozen):
    """Stages on the notes of a collection that can be answered. `left_out`: how many cannot; `corpus`: trials."""

    collection: Collection
    left_out: int
    clusters: Mapping[str, str]
    corpus: int
    stages: tuple[Scored, ...]


def tables(found: Scores, baselines: Sequence[str], seed: int) -> Iterator[Table]:
    yield _measures(found, seed)
    compared = _differences(found, baselines, seed)
    if compared.row_count:
        yield compared
    if found.collection.kinds:
        yield _kinds(found)


def _measures(found: Scores, seed: int) -> Table:
    judged = found.collection
    caption = (
        f"{len(judged.notes)} notes in {len(set(found.clusters.values()))} clusters ({found.left_out} without an "
        f"eligible trial left out), {sum(map(len, judged.grades.values())):,} judgments, {found.corpus:,} trials. "
        "nDCG: grades as gains, unjudged as 0; condensed: without the unjudged. P@10 and recall: eligible trials; "
        "excl.: excluded ones; AUC: an eligible trial before an excluded one. In the second line of a cell 95 % of the "
        "means of resampled clusters. ms: median and nine of ten, with embedding; of that embedding, median. Index: "
        "seconds until a stage can rank; chunks and cards are embedded in the precision that is faster here "
        "(same vectors to 0.9999)."
    )
    made = Table(title=f"Retrieval on {judged.name}", caption=caption)
    made.add_column("stage")
    for measure in Measure:
        made.add_column(_HEADINGS.get(measure, measure), justify="right")
    for heading in ("ms", "of it\nembedding", "index"):
        made.add_column(heading, justify="right")
    for one in found.stages:
        cells = (_cell(one.values[measure], measure, found.clusters, seed) for measure in Measure)
        made.add_row(one.stage, *cells, *_costs(one), end_section=True)
    return made


_HEADINGS = {
    Measure.CONDENSED: "condensed\nnDCG@10",
    Measure.JUDGED: "judged\n@10",
    Measure.EXCLUDED: "excl.\n@10",
    Measure.AUC: "AUC\n2 : 1",
    Measure.FIRST_THREE: "right in\nfirst 3",
}


def _cell(values: Values, measure: Measure, clusters: Mapping[str, str], seed: int) -> str:
    if measure not in _SURE:
        return _number(mean(values))
    around = interval(values, clusters, seed)
    return f"{_number(around.mean)}\n{_number(around.low)}–{_number(around.high)}"


def _costs(one: Scored) -> tuple[str, str, str]:
    index = "–" if one.index_s is None else f"{one.index_s:,.0f} s"
    if len(one.ms) < 2:
        return "–", "–", index
    return f"{median(one.ms):.0f}\n{quantiles(one.ms, n=10)[-1]:.0f}", f"{median(one.embedding_ms):.0f}", index


def _differences(found: Scores, baselines: Sequence[str], seed: int) -> Table:
    made = Table(
        title="What a stage is better by",
        caption="Note by note; in the second line 95 % of the differences of resampled clusters; × is the ratio of the "
        "means.",
    )
    for heading in ("stage", "against"):
        made.add_column(heading)
    for measure in _COMPARED:
        made.add_column(_HEADINGS.get(measure, measure), justify="right")
    for one, other in _pairs(found.stages, baselines):
        cells = (_difference(one.values[m], other.values[m], found.clusters, seed) for m in _COMPARED)
        made.add_row(one.stage, other.stage, *cells, end_section=True)
    return made


def _pairs(stages: Sequence[Scored], baselines: Sequence[str]) -> Iterator[tuple[Scored, Scored]]:
    """Each stage that is no baseline with each baseline, and with the stage before it."""
    theirs = [one for one in stages if one.stage in baselines]
    ours = [one for one in stages if one.stage not in baselines]
    for at, one in enumerate(ours):
        yield from ((one, other) for other in theirs)
        if at:
            yield one, ours[at - 1]


def _difference(values: Values, others: Values, clusters: Mapping[str, str], seed: int) -> str:
    found: Interval = difference(values, others, clusters, seed)
    before = mean(others)
    times = f"  ×{mean(values) / before:.2f}" if before else ""
    return f"{_number(found.mean, '+')}{times}\n{_number(found.low, '+')} to {_number(found.high, '+')}"


def _kinds(found: Scores) -> Table:
    """The share of questions that have a right trial in the first three, by kind of question."""
    kinds = sorted(set(found.collection.kinds.values()))
    made = Table(title="A right one in the first three, by kind of question")
    made.add_column("kind")
    made.add_column("questions", justify="right")
    for one in found.stages:
        made.add_column(one.stage, justify="right")
    for kind in kinds:
        of_kind = {note for note, its in found.collection.kinds.items() if its == kind}
        some = [
            {note: value for note, value in one.values[Measure.FIRST_THREE].items() if note in of_kind}
            for one in found.stages
        ]
        made.add_row(kind, str(len(of_kind)), *(_number(mean(values)) for values in some))
    return made


def _number(value: float, sign: str = "") -> str:
    """Without the nought before the point."""
    return "–" if math.isnan(value) else f"{value:{sign}.3f}".replace("0.", ".", 1)
