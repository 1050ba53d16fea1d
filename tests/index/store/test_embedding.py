"""The packaged model: loaded without a network, checked by its hash, and giving unit vectors."""

from __future__ import annotations

import numpy as np
import pytest

from index.errors import StoreError
from index.store.embedding import SentenceTransformerEmbedder, packaged_model


def test_the_packaged_weights_are_the_known_ones() -> None:
    assert (packaged_model() / "model.safetensors").is_file()
    assert SentenceTransformerEmbedder().fingerprint.startswith("all-MiniLM-L6-v2@")


def test_texts_become_unit_vectors_that_are_near_where_they_mean_the_same() -> None:
    embedder = SentenceTransformerEmbedder()
    vectors = embedder.encode(["a trial for blood cancer", "a study of leukaemia", "knitting patterns", ""])
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert embedder.encode(["a study of leukaemia"])[0] @ vectors[1] == pytest.approx(1.0, abs=0.01)


def test_a_model_that_is_not_there_is_an_error_that_names_it() -> None:
    with pytest.raises(StoreError, match="no-such-model"):
        SentenceTransformerEmbedder("/nowhere/no-such-model").encode(["x"])


def test_many_texts_are_embedded_as_few_are_in_their_own_order() -> None:
    embedder = SentenceTransformerEmbedder()
    texts = [f"a trial of substance {number} for " + "very " * (number % 40) + "rare illness" for number in range(300)]
    few = embedder.encode(texts[:40])
    before = embedder.precision
    many = embedder.encode(texts)
    assert (before, embedder.precision in ("float32", "bfloat16")) == (None, True)
    assert many.shape == (300, 384)
    assert np.linalg.norm(many, axis=1) == pytest.approx(np.ones(300), abs=1e-5)
    assert np.sum(many[:40] * few, axis=1).min() > 0.999
