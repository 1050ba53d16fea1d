"""The embedders of the benchmarks: the real one, a quick stand-in for what does not depend on the model, and two that
watch another one.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.store.embedding import Embedder, SentenceTransformerEmbedder, Vectors, packaged_model

_WORD = re.compile(r"[a-z0-9]{3,}")
_ROWS, _DIMENSIONS = 8192, 384
_LONGEST = 256  # tokens that the model reads


class StandIn:
    """Hashed bags of words: each word is one of 8,192 random directions, and a text the sum of its words'.

    Texts that share words are near and others are not, about as with a real model; it takes some 50 microseconds a
    text, so that what is measured is everything but the model.
    """

    fingerprint = "stand-in-1"

    def __init__(self) -> None:
        rows = np.random.default_rng(1).standard_normal((_ROWS, _DIMENSIONS), dtype=np.float32)
        self._directions: NDArray[np.float32] = rows

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), _DIMENSIONS), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            words = set(_WORD.findall(text.lower())) or {""}
            row[:] = self._directions[[zlib.crc32(word.encode()) % _ROWS for word in words]].sum(axis=0)
        lengths: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths, dtype=np.float32)


class Counting:
    """Counts the texts that another embedder is given."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.texts = 0

    @property
    def fingerprint(self) -> str:
        return self._inner.fingerprint

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return self._inner.encode(texts)


class Remembering:
    """Embeds the same texts once: the second time costs nothing."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._known: dict[tuple[str, ...], Vectors] = {}

    @property
    def fingerprint(self) -> str:
        return self._inner.fingerprint

    def encode(self, texts: Sequence[str]) -> Vectors:
        key = tuple(texts)
        if key not in self._known:
            self._known[key] = self._inner.encode(texts)
        return self._known[key]


def ready(real: bool) -> SentenceTransformerEmbedder | StandIn:
    """An embedder that is loaded and has embedded something."""
    embedder = SentenceTransformerEmbedder() if real else StandIn()
    embedder.encode(["Ready?"])
    return embedder


def tokens(texts: Sequence[str]) -> int:
    """How many tokens of these texts the packaged model reads."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_LONGEST)
    batches = (list(texts[first : first + 1000]) for first in range(0, len(texts), 1000))
    return sum(len(one.ids) for batch in batches for one in tokenizer.encode_batch(batch))
