"""Vectors: added, replaced, deleted, and found by nearness."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.store.vectors import PASSAGES, TRIALS, VectorIndex
from tests.conftest import ROOT
from tests.fakes import FakeEmbedder

TEXTS = {"a": "red apple", "b": "red car", "c": "green grass"}
EMBEDDER = FakeEmbedder()


@pytest.fixture
def vectors(tmp_path: Path) -> Iterator[VectorIndex]:
    index = VectorIndex(tmp_path / "vectors")
    index.add(PASSAGES, list(TEXTS), EMBEDDER.encode(list(TEXTS.values())))
    yield index
    index.close()


def nearest(vectors: VectorIndex, text: str, limit: int = 3, among: list[str] | None = None) -> list[str]:
    return [one for one, _ in vectors.nearest(PASSAGES, EMBEDDER.encode([text])[0], limit, among)]


def test_the_nearest_come_first_with_their_cosine(vectors: VectorIndex) -> None:
    found = vectors.nearest(PASSAGES, EMBEDDER.encode(["red apple"])[0], 2)
    assert [one for one, _ in found] == ["a", "b"]
    assert found[0][1] == pytest.approx(1.0, abs=1e-5)
    assert found[1][1] == pytest.approx(1 / 2, abs=1e-5)  # one word of two


def test_only_those_asked_for_are_looked_at(vectors: VectorIndex) -> None:
    assert nearest(vectors, "red apple", among=["b", "c", "unknown"]) == ["b", "c"]
    assert nearest(vectors, "red apple", among=[]) == []
    assert nearest(vectors, "red apple", among=["unknown"]) == []


def test_a_vector_that_is_added_again_replaces_the_first(vectors: VectorIndex) -> None:
    vectors.add(PASSAGES, ["a"], EMBEDDER.encode(["blue sky"]))
    assert vectors.count(PASSAGES) == 3
    assert nearest(vectors, "blue sky", 1) == ["a"]


def test_a_deleted_vector_is_gone(vectors: VectorIndex) -> None:
    vectors.delete(PASSAGES, iter(["a", "unknown"]))
    assert vectors.ids(PASSAGES) == {"b", "c"}
    assert nearest(vectors, "red apple", 1) == ["b"]
    assert vectors.missing(PASSAGES, ["a", "b"]) == ("a",)
    vectors.delete(PASSAGES, [])


def test_the_two_collections_do_not_mix(vectors: VectorIndex) -> None:
    assert vectors.count(TRIALS) == 0
    assert vectors.nearest(TRIALS, EMBEDDER.encode(["red"])[0], 3) == []


def test_nothing_may_be_added(vectors: VectorIndex) -> None:
    vectors.add(PASSAGES, [], np.zeros((0, 384), dtype=np.float32))
    assert vectors.count(PASSAGES) == 3


def test_what_another_process_writes_is_seen_and_breaks_nothing(vectors: VectorIndex, tmp_path: Path) -> None:
    assert nearest(vectors, "red apple", 1) == ["a"]
    write = (
        "import sys; from pathlib import Path; from index.store.vectors import *; from tests.fakes import FakeEmbedder;"
        "there = VectorIndex(Path(sys.argv[1])); there.delete(PASSAGES, ['a']);"
        "there.add(PASSAGES, ['d'], FakeEmbedder().encode(['blue sky'])); there.close()"
    )
    subprocess.run([sys.executable, "-c", write, str(tmp_path / "vectors")], cwd=ROOT, check=True, timeout=60)
    assert nearest(vectors, "blue sky", among=["a", "d"]) == ["d"]
    assert nearest(vectors, "red apple", 1) == ["b"]


def test_vectors_are_there_when_the_folder_is_opened_again(vectors: VectorIndex, tmp_path: Path) -> None:
    vectors.close()
    again = VectorIndex(tmp_path / "vectors")
    assert nearest(again, "green grass", 1) == ["c"]
    again.close()
