"""Records through SQLAlchemy, in SQLite or PostgreSQL: the truth of the store. A trial is in it if, and only if, its
row is here.

Each row holds the raw record as it came, the record as it was read, and the fields that filters ask for. Versions that
counted before are kept beside it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Integer, String, cast, delete, func, insert, select, update

from index.errors import OtherEmbedder, StoreError
from index.record import Record
from index.store.database import Database
from index.store.roster import StoreState
from index.store.tables import (
    META,
    NAMES,
    PHASES,
    SITES,
    TRIALS,
    VERSIONS,
    Incoming,
    Stored,
    content,
    folded,
    name_rows,
    phase_rows,
    site_rows,
    trial_row,
    version_row,
)
from index.trial import normal_id

_FORM = "3"  # raised when the tables, or what is derived into them, change
_T = TypeVar("_T")
_MANY = 500  # ids in one statement


class Records:
    """The records of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.reading = database.reading
        self._read = lru_cache(maxsize=4096)(self._read_document)
        self._stored = lru_cache(maxsize=1)(self._read_stored)
        self._places = lru_cache(maxsize=1)(self._read_places)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that makes a new generation of the store, so that every process reads it anew."""
        with self.database.writing() as connection:
            yield connection
            connection.execute(
                update(META)
                .where(META.c.key == "generation")
                .values(value=cast(cast(META.c.value, Integer) + 1, String))
            )

    def state(self) -> StoreState:
        """What stands now: a generation that every write changes, and the vectors that belong to it."""
        with self.reading() as connection:
            rows = connection.execute(select(META).where(META.c.key.in_(["generation", "snapshot"])))
            held = {row.key: row.value for row in rows}
        return StoreState(held["generation"], held.get("snapshot"))

    def check_maker(self, embedder: str) -> str:
        """Remembers what a new store is made with: the embedder, and the form of its records. Gives the store's own id.

        Raises:
            OtherEmbedder: the store was made with another embedder.
            StoreError: the store was made by another version of this program.
        """
        made_with = self.database.birth({"embedder": embedder, "form": _FORM, "generation": "0"})
        if made_with.get("form") != _FORM:
            raise StoreError(
                "this store was made by another version; index its files again into another folder (--store)"
            )
        if made_with.get("embedder") != embedder:
            raise OtherEmbedder(
                f"this store was made with the embedder {made_with.get('embedder')}, not {embedder}; "
                "set TRIALOGUE_EMBEDDING_MODEL back, or index into another folder with --store"
            )
        return made_with["id"]

    def publish(
        self, new: Sequence[Incoming] = (), embedded: Iterable[str] = (), snapshot: str | None = None
    ) -> tuple[Record, ...]:
        """All of it or nothing: adds or replaces whole records, notes trials whose passages have their vectors, and
        names the vectors that count from now on. Gives the records that were replaced.

        A version that said something else is kept, if it was no less of the registry's record than the new one.
        """
        incoming = {one.record.trial.id: one for one in new}
        with self._writing() as connection:
            replaced = [pair for part in _parts(incoming) for pair in self._take_out(connection, part, incoming)]
            for part in in_batches(incoming.values(), _MANY):
                _insert(connection, part)
            _mark(connection, embedded, True)
            if snapshot:
                connection.execute(delete(META).where(META.c.key == "snapshot"))
                connection.execute(insert(META), {"key": "snapshot", "value": snapshot})
        return tuple(replaced)

    def _take_out(
        self, connection: Connection, identifiers: list[str], incoming: Mapping[str, Incoming]
    ) -> Iterator[Record]:
        """Takes records out that are to be replaced; gives them."""
        old = connection.execute(select(TRIALS).where(TRIALS.c.id.in_(identifiers))).all()
        for row in old:
            record, new = _record(row.document), incoming[row.id]
            if record.trial != new.record.trial and row.precedence[:3] == new.stored.form:
                self._keep(connection, [_version(row, record)])
            yield record
        connection.execute(delete(TRIALS).where(TRIALS.c.id.in_(identifiers)))

    def keep(self, older: Iterable[Incoming]) -> None:
        """Adds versions that do not count now."""
        with self.database.writing() as connection:
            self._keep(connection, [version_row(one) for one in older])

    @staticmethod
    def _keep(connection: Connection, rows: Iterable[Mapping[str, object]]) -> None:
        for row in rows:
            same = (VERSIONS.c.trial_id == row["trial_id"]) & (VERSIONS.c.content == row["content"])
            connection.execute(delete(VERSIONS).where(same))
            connection.execute(insert(VERSIONS), dict(row))

    def versions(self, trial_id: str) -> tuple[Record, ...]:
        """The versions of a trial that counted before, oldest first, read as records are read today."""
        query = select(VERSIONS.c.document).where(VERSIONS.c.trial_id == trial_id).order_by(VERSIONS.c.precedence)
        with self.reading() as connection:
            return tuple(Record.of(_record(blob).trial) for blob in connection.scalars(query))

    def kept(self) -> frozenset[tuple[str, str]]:
        """(trial id, content) of all versions that do not count now."""
        with self.reading() as connection:
            rows = connection.execute(select(VERSIONS.c.trial_id, VERSIONS.c.content))
            return frozenset((row.trial_id, row.content) for row in rows)

    def remove(self, identifiers: Iterable[str]) -> None:
        with self._writing() as connection:
            for part in _parts(identifiers):
                connection.execute(delete(TRIALS).where(TRIALS.c.id.in_(part)))

    def forget_snapshot(self) -> None:
        """Says that there are no vectors."""
        with self._writing() as connection:
            connection.execute(delete(META).where(META.c.key == "snapshot"))

    def mark_unembedded(self, identifiers: Iterable[str]) -> None:
        """Notes that passages of these trials have lost their vectors."""
        with self.database.writing() as connection:
            _mark(connection, identifiers, False)

    def unembedded(self) -> tuple[str, ...]:
        """The ids of the trials whose passages do not all have their vectors yet."""
        with self.reading() as connection:
            query = select(TRIALS.c.id).where(TRIALS.c.passages_embedded.is_(False)).order_by(TRIALS.c.id)
            return tuple(connection.scalars(query))

    def get(self, trial_id: str) -> Record | None:
        """The record as it stands now, also where another process has just replaced it."""
        with self.reading() as connection:
            now = connection.scalar(select(TRIALS.c.revision).where(TRIALS.c.id == trial_id))
        return self._read(trial_id, now) if now else None

    def many(self, identifiers: Iterable[str]) -> Iterator[Record]:
        """The records of those trials that are here, in the order of their ids."""
        for part in _parts(sorted(identifiers)):
            with self.reading() as connection:
                blobs = connection.scalars(
                    select(TRIALS.c.document).where(TRIALS.c.id.in_(part)).order_by(TRIALS.c.id)
                ).all()
            yield from map(_record, blobs)

    def _read_document(self, trial_id: str, _revision: str) -> Record | None:
        with self.reading() as connection:
            blob = connection.scalar(select(TRIALS.c.document).where(TRIALS.c.id == trial_id))
        return _record(blob) if blob else None

    def raw(self, trial_id: str) -> bytes | None:
        """The record just as it came."""
        with self.reading() as connection:
            blob = connection.scalar(select(TRIALS.c.raw).where(TRIALS.c.id == trial_id))
        return zlib.decompress(blob) if blob else None

    def all_headlines(self) -> Iterator[str]:
        """Title and conditions of every trial."""
        with self.reading() as connection:
            yield from connection.scalars(select(TRIALS.c.headline))

    def headlines(self, identifiers: Iterable[str]) -> dict[str, str]:
        """Title and conditions of trials, by id."""
        found: dict[str, str] = {}
        with self.reading() as connection:
            for part in _parts(identifiers):
                rows = connection.execute(select(TRIALS.c.id, TRIALS.c.headline).where(TRIALS.c.id.in_(part)))
                found.update((row.id, row.headline) for row in rows)
        return found

    def find(self, name: str) -> str | None:
        """The id of the trial that goes by this id, in any of its registries; `None` if the store has none."""
        with self.reading() as connection:
            exact = connection.scalar(select(TRIALS.c.id).where(TRIALS.c.id == normal_id(name)))
            found = exact or connection.scalar(
                select(func.min(NAMES.c.trial_id)).where(NAMES.c.name == folded(normal_id(name)))
            )
        return str(found) if found else None

    def stored(self) -> Mapping[str, Stored]:
        """All trials of the store by id, as they stand now."""
        return self._stored(self.state().generation)

    def _read_stored(self, _generation: str) -> Mapping[str, Stored]:
        columns = (TRIALS.c[name] for name in ("id", *Stored._fields))
        with self.reading() as connection:
            rows = connection.execute(select(*columns).order_by(TRIALS.c.id)).all()
        return {row[0]: Stored(*row[1:]) for row in rows}

    def count(self) -> int:
        with self.reading() as connection:
            return int(connection.scalar(select(func.count()).select_from(TRIALS)) or 0)

    def passage_count(self, embedded: bool | None = None) -> int:
        """How many passages all trials have, or those that are embedded, or that are not."""
        query = select(func.coalesce(func.sum(TRIALS.c.passages), 0))
        if embedded is not None:
            query = query.where(TRIALS.c.passages_embedded.is_(embedded))
        with self.reading() as connection:
            return int(connection.scalar(query) or 0)

    def places(self) -> frozenset[str]:
        """The names of all countries, states and cities that sites lie in, in lower case."""
        return self._places(self.state().generation)

    def _read_places(self, _generation: str) -> frozenset[str]:
        with self.reading() as connection:
            rows = connection.execute(select(SITES.c.country, SITES.c.state, SITES.c.city).distinct()).all()
        return frozenset(name for row in rows for name in row if name)

    def only_sample(self) -> bool:
        """Whether every trial here is bundled sample data (also true of an empty store)."""
        with self.reading() as connection:
            return connection.scalar(select(TRIALS.c.id).where(TRIALS.c.sample.is_(False)).limit(1)) is None

    def close(self) -> None:
        self.database.close()


def _insert(connection: Connection, new: Sequence[Incoming]) -> None:
    for table, rows in (
        (TRIALS, [trial_row(one) for one in new]),
        (SITES, [row for one in new for row in site_rows(one.record)]),
        (PHASES, [row for one in new for row in phase_rows(one.record)]),
        (NAMES, [row for one in new for row in name_rows(one.record)]),
    ):
        if rows:
            connection.execute(insert(table), rows)


def _mark(connection: Connection, identifiers: Iterable[str], embedded: bool) -> None:
    for part in _parts(identifiers):
        connection.execute(update(TRIALS).where(TRIALS.c.id.in_(part)).values(passages_embedded=embedded))


def _record(blob: bytes) -> Record:
    return Record.model_validate_json(zlib.decompress(blob))


def _version(row: object, record: Record) -> dict[str, object]:
    names = ("precedence", "document", "raw", "source")
    return {
        "trial_id": record.trial.id,
        "content": content(record.trial),
        **{name: getattr(row, name) for name in names},
    }


def _parts(identifiers: Iterable[str]) -> Iterator[list[str]]:
    return in_batches(identifiers, _MANY)


def in_batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
