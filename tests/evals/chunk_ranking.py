"""The baseline of chunks: how the pipeline that a LangChain tutorial builds ranks trials, each by its nearest chunk.

Cut and embedded as in `tutorial`. Where the tutorial asks Chroma, all cosines are worked out here: what its index finds
is at best the same. Vectors are kept in parts, each named by what it was made of, so a stopped run goes on.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from index.passages import title_text
from index.sections import sections_of
from index.store.embedding import Embedder, Vectors
from index.trial import Trial
from tests.evals.measured import say
from tests.evals.tutorial import SECTIONS

_PART = 4096  # chunks


class ChunkRanking:
    """`seconds`: what cutting and embedding took, in this run or in earlier ones."""

    name = "tutorial chunks"

    def __init__(self, trials: Iterable[Trial], embedder: Embedder, keep: Path, depth: int) -> None:
        self._embedder = embedder
        self._depth = depth
        began = perf_counter()
        self._ids: list[str] = []
        firsts: list[int] = []
        texts: list[str] = []
        for trial, chunks in cut(sorted(trials, key=lambda trial: trial.id)):
            self._ids.append(trial.id)
            firsts.append(len(texts))
            texts += chunks
        self._firsts = np.array(firsts)
        took = perf_counter() - began
        self._vectors, embedding = embedded(texts, embedder, keep)
        self.chunks, self.seconds = len(texts), took + embedding

    def rank(self, note: str) -> list[tuple[str, float]]:
        cosines = self._vectors @ self._embedder.encode([note])[0]
        best: NDArray[np.float32] = np.maximum.reduceat(cosines, self._firsts)
        order = np.argsort(-best, kind="stable")[: self._depth]
        return [(self._ids[at], float(best[at])) for at in order]


def cut(trials: Iterable[Trial]) -> Iterator[tuple[Trial, list[str]]]:
    """Each trial with its chunks, at least one: its title is in the first."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    for trial in trials:
        texts = (section.text for section in sections_of(trial) if section.name in SECTIONS)
        yield trial, splitter.split_text("\n\n".join((title_text(trial), *texts)))


def embedded(texts: Sequence[str], embedder: Embedder, keep: Path) -> tuple[Vectors, float]:
    """(texts, dimensions), and the seconds that it took; a part that stands in `keep` is not embedded again."""
    keep.mkdir(parents=True, exist_ok=True)
    parts, seconds = [], 0.0
    for first in range(0, len(texts), _PART):
        part = texts[first : first + _PART]
        path = keep / f"{_named(part, embedder)}.npy"
        if not path.exists():
            began = perf_counter()
            vectors = embedder.encode(part)
            path.with_suffix(".seconds").write_text(f"{perf_counter() - began:.3f}", encoding="ascii")
            _write(path, vectors)
            say(f"  {first + len(part):,} chunks of {len(texts):,}")
        parts.append(np.load(path))
        seconds += float(path.with_suffix(".seconds").read_text(encoding="ascii"))
    return np.concatenate(parts), seconds


def _named(texts: Sequence[str], embedder: Embedder) -> str:
    digest = hashlib.sha256(embedder.fingerprint.encode())
    for text in texts:
        digest.update(b"\0" + text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:24]


def _write(path: Path, vectors: Vectors) -> None:
    """Whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        np.save(file, vectors)
    os.replace(unfinished, path)
