"""The vectors of a store as readers and its one builder see them.

Readers open a snapshot: a folder that nobody writes any more. The builder works in a folder of its own, and what it has
made becomes the next snapshot: copied while the build goes on, moved at its end. Which snapshot counts is said by the
records, in the same transaction as the records that need it. On a Chroma server there are no snapshots: everybody uses
the same collections.
"""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path
from threading import Lock

from index.errors import DerivedBroken, StoreError
from index.store.vectors import PASSAGES, TRIALS, VectorIndex

_WORK = "work"


class Snapshots:
    """`folder` holds the snapshots, each in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._work: VectorIndex | None = None
        self._open: list[tuple[str, VectorIndex]] = []

    def path(self, snapshot: str) -> Path:
        return self._folder / snapshot

    def reading(self, snapshot: str) -> VectorIndex:
        """The vectors of a snapshot; those of the one before stay open for whoever is still asking them.

        Raises:
            DerivedBroken: it is not there.
        """
        with self._lock:
            for name, index in self._open:
                if name == snapshot:
                    return index
            if not self.path(snapshot).is_dir():
                raise DerivedBroken(
                    f"the vectors {self.path(snapshot)} are missing; run: trialogue doctor --repair "
                    "(where the records are shared by many machines, set TRIALOGUE_CHROMA_URL too)"
                )
            self._open.append((snapshot, VectorIndex(self.path(snapshot))))
            for _, older in self._open[:-2]:
                older.close()
            self._open = self._open[-2:]
            return self._open[-1][1]

    def writing(self, snapshot: str | None) -> VectorIndex:
        """The builder's vectors: those that an earlier build left, else a copy of the snapshot that counts."""
        if self._work is None:
            if snapshot and not (self._folder / _WORK).exists() and self.path(snapshot).is_dir():
                self._copy(snapshot, _WORK)
            self._work = VectorIndex(self._folder / _WORK)
        return self._work

    @property
    def changed(self) -> bool:
        """Whether the builder has vectors that no snapshot holds yet."""
        return self._work is not None or (self._folder / _WORK).exists()

    def take(self, last: bool) -> str:
        """Makes what the builder has the next snapshot, and gives its name; `last`: the builder needs it no more."""
        work = self.writing(None)
        for collection in (TRIALS, PASSAGES):
            work.probe(collection)  # what was added is in the index now
        name = uuid.uuid4().hex[:12]
        work.close()
        self._work = None
        if last:
            (self._folder / _WORK).rename(self.path(name))
        else:
            self._copy(_WORK, name)
        return name

    def drop_all_but(self, *kept: str | None) -> None:
        """Removes the snapshots that nobody reads any more."""
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if path.name != _WORK and path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)

    def _copy(self, source: str, target: str) -> None:
        """A copy is there whole or not at all."""
        half = self._folder / f"{target}.half"
        shutil.rmtree(half, ignore_errors=True)
        try:
            shutil.copytree(self._folder / source, half)
        except (OSError, shutil.Error) as exc:
            shutil.rmtree(half, ignore_errors=True)
            raise StoreError(f"the vectors in {self._folder} cannot be copied: {exc}; make room and try again") from exc
        half.rename(self._folder / target)

    def drop_work(self) -> None:
        """Throws the builder's vectors away."""
        if self._work is not None:
            self._work.close()
            self._work = None
        shutil.rmtree(self._folder / _WORK, ignore_errors=True)

    def close(self) -> None:
        for index in (self._work, *(index for _, index in self._open)):
            if index is not None:
                index.close()
        self._work, self._open = None, []
