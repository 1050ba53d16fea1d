"""How fast the same files come in, against the tutorial's pipeline: two processes in turn, round after round."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from rich.table import Table

from index.trial import Frozen
from tests.evals import indexing, tutorial
from tests.evals.indexing import Indexed, Looked, Sources
from tests.evals.measured import apart, say


class Speed(Frozen):
    """Rates are of all rounds together. `at_least`, `at_most`: the ratio of single rounds, each with its neighbour.

    `faster`: our trials a second over the tutorial's; `found_faster`: the same until every trial can be found.
    """

    tutorial: tuple[Indexed, ...]
    ours: tuple[Indexed, ...]
    tutorial_rate: float
    our_rate: float
    faster: float
    at_least: float
    at_most: float
    found_faster: float


def measure(paths: Sequence[Path], work: Path, rounds: int, real: bool) -> Speed:
    theirs: list[Indexed] = []
    ours: list[Indexed] = []
    for at in range(rounds):
        for name, step, results in (("tutorial", tutorial.run, theirs), ("ours", indexing.run, ours)):
            say(f"speed: {name}, {len(paths)} files, round {at + 1} of {rounds}")
            asked = Sources(paths=tuple(paths), folder=work / f"{name}-{at}", real=real, look=at == 0)
            results.append(apart(step, asked))
    return compared(theirs, ours)


def compared(theirs: Sequence[Indexed], ours: Sequence[Indexed]) -> Speed:
    rates = [sum(one.trials for one in runs) / sum(one.seconds for one in runs) for runs in (theirs, ours)]
    found = sum(one.trials for one in ours) / sum(one.answers_s for one in ours)
    single = [(b.trials / b.seconds) / (a.trials / a.seconds) for a, b in zip(theirs, ours, strict=True)]
    return Speed(
        tutorial=tuple(theirs),
        ours=tuple(ours),
        tutorial_rate=rates[0],
        our_rate=rates[1],
        faster=rates[1] / rates[0],
        at_least=min(single),
        at_most=max(single),
        found_faster=found / rates[0],
    )


def table(speed: Speed) -> Table:
    made = Table(
        "",
        "tutorial",
        "ours",
        "ratio",
        title="Speed: the same files, in turn",
        caption=f"{len(speed.ours)} round(s); without imports and the loading of the model, with the embedder's "
        f"measuring of itself. A single round's ratio: {speed.at_least:.2f} to {speed.at_most:.2f}.",
    )
    for name, theirs, ours, ratio in _rows(speed):
        made.add_row(name, theirs, ours, ratio)
    return made


def _rows(speed: Speed) -> list[tuple[str, str, str, str]]:
    a, b = speed.tutorial[0], speed.ours[0]

    def seconds(name: str, runs: Sequence[Indexed]) -> float:
        return mean(float(getattr(one, name)) for one in runs)

    whole = (seconds("seconds", speed.tutorial), seconds("seconds", speed.ours))
    answers = (seconds("answers_s", speed.tutorial), seconds("answers_s", speed.ours))
    rows = [
        ("trials", f"{a.trials:,}", f"{b.trials:,}", ""),
        ("chunks, passages", f"{a.pieces:,}", f"{b.pieces:,}", _times(b.pieces, a.pieces)),
        ("texts embedded", f"{a.texts:,}", f"{b.texts:,}", _times(b.texts, a.texts)),
        ("reading, seconds", f"{a.reading_s or 0:.1f}", "beside the rest", ""),
        ("whole, seconds", f"{whole[0]:.1f}", f"{whole[1]:.1f}", _times(whole[1], whole[0])),
        ("until every trial is found, seconds", f"{answers[0]:.1f}", f"{answers[1]:.1f}", _times(*answers[::-1])),
        ("trials a second", f"{speed.tutorial_rate:.2f}", f"{speed.our_rate:.2f}", f"{speed.faster:.2f}"),
        ("the same, until every trial is found", "", "", f"{speed.found_faster:.2f}"),
        ("precision", "float32", b.precision or "float32", ""),
        ("peak memory, MB", f"{a.peak_mb:,.0f}", f"{b.peak_mb:,.0f}", _times(b.peak_mb, a.peak_mb)),
        ("on disk, MB", f"{a.disk_mb:,.1f}", f"{b.disk_mb:,.1f}", _times(b.disk_mb, a.disk_mb)),
    ]
    if a.looked and b.looked:
        rows += [
            ("tokens read", f"{a.looked.tokens:,}", f"{b.looked.tokens:,}", _times(b.looked.tokens, a.looked.tokens)),
            ("criteria that can be cited", _citable(a.looked), _citable(b.looked), ""),
            ("criteria whole in one piece", _whole(a.looked), _whole(b.looked), ""),
        ]
    return rows


def _times(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f}" if theirs else ""


def _citable(looked: Looked) -> str:
    return _share(looked.citable, looked.criteria)


def _whole(looked: Looked) -> str:
    return _share(looked.whole, looked.criteria)


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}" + (f" ({part / whole:.1%})" if whole else "")
