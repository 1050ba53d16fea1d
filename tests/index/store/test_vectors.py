"""Vectors: added, replaced, deleted, and found by nearness; and what becomes of them on disks that fail."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.errors import StoreError, StoreReadOnly
from index.store.build import build
from index.store.graph_files import damage
from index.store.repair import repair
from index.store.store import Store
from index.store.vectors import PASSAGES, TRIALS, VectorIndex
from tests.conftest import ROOT
from tests.fakes import FakeEmbedder
from tests.studies import found, trial

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


def test_vectors_are_there_when_the_folder_is_opened_again(vectors: VectorIndex, tmp_path: Path) -> None:
    vectors.close()
    again = VectorIndex(tmp_path / "vectors")
    assert nearest(again, "green grass", 1) == ["c"]
    again.close()


# --- files that were damaged

RUIN = """
import random, shutil, sys
from pathlib import Path
import numpy as np
from index.errors import DerivedBroken
from index.store.vectors import PASSAGES, VectorIndex

good, folder, file = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
held = next(good.rglob(file)).read_bytes()
chance = random.Random(7)
scratched = bytearray(held)
for _ in range(len(held) // 20):
    scratched[chance.randrange(len(held))] ^= 1 << chance.randrange(8)
ruins = {
    "deleted": None,
    "emptied": b"",
    "cut": held[: len(held) // 2],
    "overwritten": chance.randbytes(len(held)),
    "zeroed": held[: len(held) // 3] + bytes(len(held) - len(held) // 3),
    "scratched": bytes(scratched),
}
for way, ruin in ruins.items():
    bad = folder / way
    shutil.copytree(good, bad)
    (path,) = bad.rglob(file)
    path.unlink() if ruin is None else path.write_bytes(ruin)
    print(way, end=": ", flush=True)
    try:
        index = VectorIndex(bad)
        index.probe(PASSAGES)
        index.nearest(PASSAGES, np.ones(8, np.float32), 5)
        index.close()
        print("searched")
    except DerivedBroken as exc:
        print(exc)
"""
FILES = ("chroma.sqlite3", "header.bin", "data_level0.bin", "link_lists.bin", "index_metadata.pickle")
WAYS = ("deleted", "emptied", "cut", "overwritten", "zeroed", "scratched")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that is large enough for Chroma to save its graph to files."""
    folder = tmp_path_factory.mktemp("saved") / "vectors"
    index = VectorIndex(folder)
    rows = np.random.default_rng(1).normal(size=(2000, 8)).astype(np.float32)
    for first in (0, 1000):
        index.add(PASSAGES, [f"text {number}" for number in range(first, first + 1000)], rows[first : first + 1000])
        index.probe(PASSAGES)
    index.close()
    return folder


@pytest.mark.parametrize("file", FILES)
def test_damaged_files_are_told_in_one_line_and_end_no_process(saved: Path, tmp_path: Path, file: str) -> None:
    command = [sys.executable, "-c", RUIN, str(saved), str(tmp_path), file]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    for way, line in zip(WAYS, done.stdout.splitlines(), strict=True):
        assert line.startswith(f"{way}: the vectors in {tmp_path / way} cannot be used (")
        assert line.endswith("); run: trialogue doctor --repair")


def test_sound_files_are_not_taken_for_damaged_ones(saved: Path) -> None:
    assert damage(saved) is None
    index = VectorIndex(saved)
    assert index.count(PASSAGES) == 2000
    assert len(index.nearest(PASSAGES, np.ones(8, np.float32), 5)) == 5
    index.close()


# --- disks that are full or cannot be written


def near(store: Store) -> dict[str, float]:
    """Every vector, by how near it is to one question."""
    asked, vectors = EMBEDDER.encode(["substance77 for lymphoma"]), store.vectors
    assert vectors is not None
    return {
        key: near
        for one in (TRIALS, PASSAGES)
        for key, near in vectors.nearness(one, asked, list(vectors.ids(one))).items()
    }


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own for the test; it needs the right to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or not mounted(folder, "size=4m"):
        pytest.skip("no right to mount a disk here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def mounted(folder: Path, options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("room", ["0.3m", "2.2m", "3.2m"])
def test_a_full_disk_is_told_and_with_room_the_same_build_goes_on(disk: Path, tmp_path: Path, room: str) -> None:
    assert mounted(disk, f"remount,size={int(float(room[:-1]) * 1024)}k")
    many = [trial(number, title=f"Substance{number}", summary=f"Summary {number}.") for number in range(260)]
    with pytest.raises(StoreError, match=r"is full; make room|make room and try again") as told:
        build(Store(disk / "store", EMBEDDER), map(found, many))
    assert "\n" not in str(told.value)
    assert mounted(disk, "remount,size=100m")
    store, whole = Store(disk / "store", EMBEDDER), Store(tmp_path / "whole", EMBEDDER)
    for one in (store, whole):
        assert build(one, map(found, many)).trials == len(many)
    assert store.fingerprint() == whole.fingerprint()
    assert repair(store) == 0
    assert near(store) == near(whole)
    store.close()
    whole.close()


def test_a_folder_that_cannot_be_written_is_told(disk: Path) -> None:
    store = Store(disk / "store", EMBEDDER)
    build(store, [found(trial(1))])
    store.close()
    assert mounted(disk, "remount,ro")
    try:
        store = Store(disk / "store", EMBEDDER)
        with pytest.raises(StoreReadOnly) as told:
            build(store, [found(trial(2))])
        assert "\n" not in str(told.value)
        assert str(disk) in str(told.value)
        store.close()
    finally:
        mounted(disk, "remount,rw")
