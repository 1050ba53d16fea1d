"""The store of one folder: records, words and vectors opened together, and what holds across them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TypeVar, cast

from sqlalchemy import URL

from index.errors import StoreBusy, StoreError, StoreMissing, StoreReadOnly, UnknownTrial
from index.record import Record
from index.store.database import Database
from index.store.embedding import Embedder
from index.store.records import Records
from index.store.roster import Roster, word_key
from index.store.snapshots import Snapshots
from index.store.tables import revision
from index.store.vectors import VectorIndex
from index.store.words import WordIndex

_T = TypeVar("_T")


class Store:
    """`records` is the truth; `words` and `vectors` are derived, and count only for what the records hold now.

    `records_url`: a SQLAlchemy URL where the records are not in the folder; many machines may then share them, and each
    keeps words of its own, which follow. `chroma_url`: a Chroma server for the vectors.
    """

    def __init__(
        self, folder: Path, embedder: Embedder, records_url: str | None = None, chroma_url: str | None = None
    ) -> None:
        self.folder = folder
        self.embedder = embedder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise StoreReadOnly(
                f"the store folder {folder} cannot be made: {exc.strerror}; choose another with --store"
            ) from exc
        self.records = Records(Database(records_url or _in(folder), folder))
        self._name = self.records.check_maker(embedder.fingerprint)
        self._shared = records_url is not None
        self._chroma_url = chroma_url
        self._looking = Lock()
        self._roster: Roster | None = None
        self._made: dict[Callable[[Records], object], tuple[str, object]] = {}

    @classmethod
    def existing(
        cls, folder: Path, embedder: Embedder, records_url: str | None = None, chroma_url: str | None = None
    ) -> Store:
        """A store that something was indexed into.

        Raises:
            StoreMissing: there is none in `folder`.
        """
        if not records_url and not (folder / "records.sqlite").exists():
            raise StoreMissing(f"there is no store in {folder}; make one with: trialogue index SOURCE --store {folder}")
        return cls(folder, embedder, records_url, chroma_url)

    @cached_property
    def words(self) -> WordIndex:
        return WordIndex(self.words_folder)

    @property
    def words_folder(self) -> Path:
        return self.folder / "words"

    @property
    def vectors(self) -> VectorIndex | None:
        """The vectors that belong to the roster; `None` before there are any."""
        if self._server is not None:
            return self._server
        snapshot = self.roster().snapshot
        return self.snapshots.reading(snapshot) if snapshot else None

    def load(self) -> None:
        """Brings the vectors into memory, which takes Chroma a second for some 200,000; no trouble is told here."""
        with suppress(StoreError):
            if snapshot := None if self.has_server else self.records.state().snapshot:
                self.snapshots.reading(snapshot)

    @property
    def written(self) -> VectorIndex:
        """The vectors as the one process that builds sees them."""
        return self._server or self.snapshots.writing(self.records.state().snapshot)

    @cached_property
    def _server(self) -> VectorIndex | None:
        return VectorIndex(self._chroma_url, f"trialogue-{self._name}") if self._chroma_url else None

    @cached_property
    def snapshots(self) -> Snapshots:
        return Snapshots(self.folder / "vectors")

    @property
    def has_server(self) -> bool:
        return self._chroma_url is not None

    def roster(self) -> Roster:
        """Which trials count just now; what another process has written since the last look is taken note of."""
        with self._looking:
            state = self.records.state()
            if self._roster is None or self._roster.state != state:
                roster = Roster.of(state, self.records.stored())
                if self._shared:
                    try:
                        self._follow(roster)
                    except StoreBusy:  # another process of this machine brings them; look again next time
                        return roster
                self._roster = roster
            return self._roster

    def made_of_records(self, make: Callable[[Records], _T]) -> _T:
        """What a function makes of the records, kept until they change."""
        generation = self.records.state().generation
        held = self._made.get(make)
        if held is None or held[0] != generation:
            held = self._made[make] = (generation, make(self.records))
        return cast(_T, held[1])

    def _follow(self, roster: Roster) -> None:
        """Brings the words of this machine to where the shared records are."""
        held = self.words.keys()
        self.words.delete(held - roster.words.keys())
        new = [roster.words[key] for key in sorted(roster.words.keys() - held)]
        for first in range(0, len(new), 500):
            records = [record for one in new[first : first + 500] if (record := self.records.get(one))]
            self.words.add((word_key(record.trial.id, revision(record)), record) for record in records)

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

    @property
    def needs_healing(self) -> bool:
        """Whether an earlier build was stopped before its end, or the vectors of the records were taken away."""
        if self.has_server:
            return False
        snapshot = self.records.state().snapshot
        return self.snapshots.changed or (snapshot is not None and not self.snapshots.path(snapshot).is_dir())

    def close_words(self) -> None:
        self.__dict__.pop("words", None)

    def close(self) -> None:
        self.close_words()
        if snapshots := self.__dict__.pop("snapshots", None):
            snapshots.close()
        if server := self.__dict__.pop("_server", None):
            server.close()
        self._roster = None
        self.records.close()


def _in(folder: Path) -> str:
    return URL.create("sqlite", database=str(folder / "records.sqlite")).render_as_string()
