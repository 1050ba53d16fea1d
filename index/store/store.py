"""The store of one folder: records, words and vectors opened together, and what holds across them."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path

from index.errors import StoreMissing, StoreReadOnly, UnknownTrial
from index.record import Record
from index.store.embedding import Embedder
from index.store.records import Records
from index.store.vectors import VectorIndex
from index.store.words import WordIndex


class Store:
    """`records` is the truth; `words` and `vectors` are derived, and count only beside a record of their revision."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self.folder = folder
        self.embedder = embedder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (PermissionError, FileExistsError, NotADirectoryError, OSError) as exc:
            raise StoreReadOnly(
                f"the store folder {folder} cannot be made: {exc.strerror}; choose another with --store"
            ) from exc
        self.records = Records.in_folder(folder)
        self.records.check_maker(embedder.fingerprint)

    @classmethod
    def existing(cls, folder: Path, embedder: Embedder) -> Store:
        """A store that something was indexed into.

        Raises:
            StoreMissing: there is none in `folder`.
        """
        if not (folder / "records.sqlite").exists():
            raise StoreMissing(f"there is no store in {folder}; make one with: trialogue index SOURCE --store {folder}")
        return cls(folder, embedder)

    @cached_property
    def words(self) -> WordIndex:
        return WordIndex(self.folder / "words")

    @cached_property
    def vectors(self) -> VectorIndex:
        return VectorIndex(self.folder / "vectors")

    def record(self, name: str) -> Record:
        """The record that goes by this id.

        Raises:
            UnknownTrial: the store has none.
        """
        trial_id = self.records.find(name)
        record = self.records.get(trial_id) if trial_id else None
        if record is None:
            raise UnknownTrial(f"{name} is not in this store ({self.records.count()} trials)")
        return record

    def fingerprint(self) -> str:
        """A name for exactly this content: the same records give the same one, whatever order they came in."""
        digest = hashlib.sha256(self.embedder.fingerprint.encode())
        for trial_id, stored in self.records.stored().items():
            digest.update(f"{trial_id}@{stored.revision}\n".encode())
        return digest.hexdigest()[:12]

    def close(self) -> None:
        for name in ("words", "vectors"):
            opened = self.__dict__.pop(name, None)
            if isinstance(opened, VectorIndex):
                opened.close()
        self.records.close()
