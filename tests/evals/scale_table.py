"""The table of what grows how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table

from tests.evals.scale import Scaled


def table(measured: Sequence[Scaled]) -> Table:
    made = Table(
        "trials",
        *(f"{one.grown.trials:,}" for one in measured),
        title="Scale: rows of the registry",
        caption=f"Embedder: {'the real one' if measured[0].real else 'a quick stand-in'}. Parts work side by side in "
        "threads, so that they add up to more than the whole. Opening: after imports, the vector of the question at "
        "hand.",
    )
    for name, cells in _rows(measured):
        made.add_row(name, *cells)
    return made


def _rows(measured: Sequence[Scaled]) -> Iterator[tuple[str, list[str]]]:
    grown = [one.grown for one in measured]
    yield "passages", [f"{one.passages:,}" for one in grown]
    yield "distinct texts to embed", [f"{one.distinct:,}" for one in grown]
    yield "tokens each", [f"{one.tokens_each:.0f}" for one in grown]
    yield "until every trial is found, seconds", [f"{one.found_s:,.1f}" for one in grown]
    yield "whole, seconds", [f"{one.seconds:,.1f}" for one in grown]
    for stage in sorted({stage for one in grown for stage in one.stages}):
        yield f"  {stage}", [f"{one.stages.get(stage, 0):,.1f}" for one in grown]
    yield "ms a trial", [f"{1000 * one.seconds / one.trials:.1f}" for one in grown]
    yield "times that of the first size", [f"{_each(one) / _each(measured[0]):.2f}" for one in measured]
    yield "peak memory of building, MB", [f"{one.peak_mb:,.0f}" for one in grown]
    yield "on disk, MB", [f"{sum(one.disk_mb.values()):,.0f}" for one in grown]
    for part in sorted({part for one in grown for part in one.disk_mb}):
        yield f"  {part}", [f"{one.disk_mb.get(part, 0):,.1f}" for one in grown]
    yield "opening, seconds", [f"{one.opened.open_s:.2f}" for one in measured]
    yield "opening and the first answer, seconds", [f"{one.opened.answer_s:.2f}" for one in measured]
    yield "peak memory of that, MB", [f"{one.opened.peak_mb:,.0f}" for one in measured]
    yield "the real model: texts a second", [f"{one.rate.a_second:.1f}" if one.rate else "" for one in grown]
    yield "  in", [(one.rate.precision or "float32") if one.rate else "" for one in grown]
    yield "  hours for all distinct texts", ["" if one.hours is None else f"{one.hours:.2f}" for one in measured]
    yield "  peak memory once it has embedded, MB", [f"{one.rate.peak_mb:,.0f}" if one.rate else "" for one in grown]


def _each(one: Scaled) -> float:
    return one.grown.seconds / one.grown.trials
