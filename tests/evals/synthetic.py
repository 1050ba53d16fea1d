"""Vectors alone, as many as the whole registry would have: made-up ones in clusters, straight into the vector index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from rich.table import Table

from index.store.embedding import Vectors
from index.store.vectors import PASSAGES, VectorIndex
from index.trial import Frozen
from tests.evals.measured import apart, disk_mb, peak_mb, say

_BATCH = 512  # as a build adds them
_CLUSTERS = 2000
_DIMENSIONS = 384
_SPREAD = 0.7  # how far, at cosine about .67 to one another, those of a cluster lie
_QUERIES = 100
_COMPARED = 20  # queries whose true neighbours are worked out
_IDS = 150


class Heap(Frozen):
    count: int
    folder: Path


class Filled(Frozen):
    count: int
    seconds: float
    peak_mb: float
    disk_mb: float


class Asked(Frozen):
    """`found`: the share of the true ten nearest that are given. `peak_mb`: of a process that opens and asks."""

    open_s: float
    first_ms: float
    query_ms: float
    nearness_ms: float
    found: float
    peak_mb: float


class Vectored(Frozen):
    """`a_second`: vectors added; `slower`: against the rate at the first size of the same call."""

    filled: Filled
    asked: Asked
    a_second: float
    slower: float


def measure(counts: list[int], work: Path) -> list[Vectored]:
    measured: list[Vectored] = []
    for count in counts:
        say(f"vectors: {count:,}")
        heap = Heap(count=count, folder=work / f"vectors-{count}")
        filled, asked = apart(fill, heap), apart(ask, heap)
        rate = filled.count / filled.seconds
        first = measured[0].a_second if measured else rate
        measured.append(Vectored(filled=filled, asked=asked, a_second=rate, slower=first / rate))
    return measured


def fill(asked: Heap) -> Filled:
    """A step: adds the vectors; making them is not on the clock."""
    index = VectorIndex(asked.folder)
    seconds = 0.0
    for ids, vectors in _made(asked.count):
        began = perf_counter()
        index.add(PASSAGES, ids, vectors)
        seconds += perf_counter() - began
        if int(ids[0], 16) % (100 * _BATCH) == 0:
            say(f"  {seconds:7.0f} s  {int(ids[0], 16):,} vectors of {asked.count:,}")
    peak = peak_mb()
    index.close()
    return Filled(count=asked.count, seconds=seconds, peak_mb=peak, disk_mb=disk_mb(asked.folder))


def ask(asked: Heap) -> Asked:
    """A step: opens the index and asks."""
    import chromadb.errors  # noqa: F401

    queries = _unit(_near_centres(np.random.default_rng(0), _QUERIES))
    began = perf_counter()
    index = VectorIndex(asked.folder)
    opened = perf_counter()
    index.nearest(PASSAGES, queries[0], 10)
    first = perf_counter()
    query_ms, nearness_ms = [], []
    rng = np.random.default_rng(2)
    for query in queries:
        some = [_id(int(number)) for number in rng.integers(asked.count, size=_IDS)]
        began_query = perf_counter()
        index.nearest(PASSAGES, query, 10)
        between = perf_counter()
        index.nearness(PASSAGES, query.reshape(1, -1), some)
        query_ms.append(1000 * (between - began_query))
        nearness_ms.append(1000 * (perf_counter() - between))
    given = [{one for one, _ in index.nearest(PASSAGES, query, 10)} for query in queries[:_COMPARED]]
    peak = peak_mb()
    index.close()
    true = _true_nearest(asked.count, queries[:_COMPARED])
    return Asked(
        open_s=opened - began,
        first_ms=1000 * (first - opened),
        query_ms=median(query_ms),
        nearness_ms=median(nearness_ms),
        found=sum(len(a & b) for a, b in zip(given, true, strict=True)) / sum(map(len, true)),
        peak_mb=peak,
    )


def table(measured: list[Vectored]) -> Table:
    made = Table(
        "vectors",
        *(f"{one.filled.count:,}" for one in measured),
        title="Vectors alone",
        caption="Made up: 384 dimensions in 2,000 clusters; added in batches of 512.",
    )
    rows = {
        "added a second": [f"{one.a_second:,.0f}" for one in measured],
        "times slower than at the first size": [f"{one.slower:.2f}" for one in measured],
        "adding them, seconds": [f"{one.filled.seconds:,.0f}" for one in measured],
        "peak memory of adding, MB": [f"{one.filled.peak_mb:,.0f}" for one in measured],
        "on disk, MB": [f"{one.filled.disk_mb:,.0f}" for one in measured],
        "opening, seconds": [f"{one.asked.open_s:.2f}" for one in measured],
        "first query, ms": [f"{one.asked.first_ms:,.0f}" for one in measured],
        "ten nearest, median ms": [f"{one.asked.query_ms:.1f}" for one in measured],
        "true ten nearest found": [f"{one.asked.found:.0%}" for one in measured],
        "nearness of 150 ids, median ms": [f"{one.asked.nearness_ms:.1f}" for one in measured],
        "peak memory of opening and asking, MB": [f"{one.asked.peak_mb:,.0f}" for one in measured],
    }
    for name, cells in rows.items():
        made.add_row(name, *cells)
    return made


def _made(count: int) -> Iterator[tuple[list[str], Vectors]]:
    """The same vectors every time, batch by batch."""
    for first in range(0, count, _BATCH):
        here = min(_BATCH, count - first)
        rng = np.random.default_rng([3, first])
        yield [_id(number) for number in range(first, first + here)], _unit(_near_centres(rng, here))


def _near_centres(rng: np.random.Generator, count: int) -> Vectors:
    centres = np.random.default_rng(4).standard_normal((_CLUSTERS, _DIMENSIONS), dtype=np.float32)
    noise = rng.standard_normal((count, _DIMENSIONS), dtype=np.float32)
    return np.asarray(centres[rng.integers(_CLUSTERS, size=count)] + _SPREAD * noise, dtype=np.float32)


def _unit(vectors: Vectors) -> Vectors:
    lengths: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, dtype=np.float32)


def _true_nearest(count: int, queries: Vectors) -> list[set[str]]:
    best: list[list[tuple[float, str]]] = [[] for _ in queries]
    for ids, vectors in _made(count):
        for kept, cosines in zip(best, queries @ vectors.T, strict=True):
            near = np.argsort(-cosines)[:10]
            kept.extend((float(cosines[at]), ids[at]) for at in near)
            kept.sort(reverse=True)
            del kept[10:]
    return [{identifier for _, identifier in kept} for kept in best]


def _id(number: int) -> str:
    return f"{number:024x}"
