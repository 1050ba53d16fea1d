"""Records in SQLite through SQLAlchemy: the truth of the store. A trial is in it if, and only if, its row is here.

Each row holds the raw record as it came, the record as it was read, and the fields that filters ask for.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Integer, String, cast, create_engine, delete, event, func, insert, select, update
from sqlalchemy.exc import DatabaseError, OperationalError

from index.errors import OtherEmbedder, StoreError, StoreReadOnly
from index.record import Record
from index.store.tables import (
    META,
    NAMES,
    PHASES,
    SCHEMA,
    SITES,
    TRIALS,
    Incoming,
    Stored,
    folded,
    name_rows,
    phase_rows,
    site_rows,
    trial_row,
)
from index.trial import normal_id

_FORM = "1"  # raised when the tables, or what is derived into them, change


class Records:
    """The records of one store folder, or of any SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        if url.startswith("sqlite"):
            event.listen(self._engine, "connect", _set_up_sqlite)
        with self._told():
            SCHEMA.create_all(self._engine)
        self._read = lru_cache(maxsize=4096)(self._read_document)
        self._stored = lru_cache(maxsize=1)(self._read_stored)
        self._places = lru_cache(maxsize=1)(self._read_places)

    @classmethod
    def in_folder(cls, folder: Path) -> Records:
        return cls(f"sqlite:///{folder / 'records.sqlite'}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Foreign errors as ours."""
        try:
            yield
        except (OperationalError, DatabaseError) as exc:
            cause = str(exc.orig)
            if "readonly" in cause or "unable to open" in cause:
                raise StoreReadOnly(f"the records in {self._engine.url.database} cannot be written: {cause}") from exc
            raise StoreError(f"the records in {self._engine.url.database} cannot be used: {cause}") from exc

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that makes a new generation of the store, so that every process reads it anew."""
        with self._told(), self._engine.begin() as connection:
            yield connection
            changed = connection.execute(
                update(META)
                .where(META.c.key == "generation")
                .values(value=cast(cast(META.c.value, Integer) + 1, String))
            )
            if not changed.rowcount:
                connection.execute(insert(META).values(key="generation", value="1"))

    def _generation(self) -> str | None:
        with self.reading() as connection:
            return connection.scalar(select(META.c.value).where(META.c.key == "generation"))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._told(), self._engine.connect() as connection:
            yield connection

    def check_maker(self, embedder: str) -> None:
        """Remembers what a new store is made with: the embedder, and the form of its records.

        Raises:
            OtherEmbedder: the store was made with another embedder.
            StoreError: the store was made by another version of this program.
        """
        with self._told(), self._engine.begin() as connection:
            made_with = {row.key: row.value for row in connection.execute(select(META))}
            if not made_with:
                rows = [{"key": "embedder", "value": embedder}, {"key": "form", "value": _FORM}]
                connection.execute(insert(META), rows)
                return
        if made_with.get("form") != _FORM:
            raise StoreError(
                "this store was made by another version; index its files again into another folder (--store)"
            )
        if made_with.get("embedder") != embedder:
            raise OtherEmbedder(
                f"this store was made with the embedder {made_with.get('embedder')}, not {embedder}; "
                "set TRIALOGUE_EMBEDDING_MODEL back, or index into another folder with --store"
            )

    def put(self, batch: Sequence[Incoming]) -> None:
        """Adds or replaces whole records, all of them or none."""
        identifiers = [one.record.trial.id for one in batch]
        with self._writing() as connection:
            connection.execute(delete(TRIALS).where(TRIALS.c.id.in_(identifiers)))
            for table, rows in (
                (TRIALS, [trial_row(one) for one in batch]),
                (SITES, [row for one in batch for row in site_rows(one.record)]),
                (PHASES, [row for one in batch for row in phase_rows(one.record)]),
                (NAMES, [row for one in batch for row in name_rows(one.record)]),
            ):
                if rows:
                    connection.execute(insert(table), rows)

    def remove(self, identifiers: Iterable[str]) -> None:
        with self._writing() as connection:
            connection.execute(delete(TRIALS).where(TRIALS.c.id.in_(list(identifiers))))

    def mark_embedded(self, identifiers: Iterable[str], embedded: bool = True) -> None:
        """Notes whether all passages of these trials have their vectors."""
        with self._writing() as connection:
            connection.execute(
                update(TRIALS).where(TRIALS.c.id.in_(list(identifiers))).values(passages_embedded=embedded)
            )

    def get(self, trial_id: str) -> Record | None:
        """The record as it stands now, also where another process has just replaced it."""
        with self.reading() as connection:
            now = connection.scalar(select(TRIALS.c.revision).where(TRIALS.c.id == trial_id))
        return self._read(trial_id, now) if now else None

    def _read_document(self, trial_id: str, _revision: str) -> Record | None:
        with self.reading() as connection:
            blob = connection.scalar(select(TRIALS.c.document).where(TRIALS.c.id == trial_id))
        return Record.model_validate_json(zlib.decompress(blob)) if blob else None

    def find(self, name: str) -> str | None:
        """The id of the trial that goes by this id, in any of its registries; `None` if the store has none."""
        with self.reading() as connection:
            exact = connection.scalar(select(TRIALS.c.id).where(TRIALS.c.id == normal_id(name)))
            found = exact or connection.scalar(
                select(NAMES.c.trial_id).where(NAMES.c.name == folded(normal_id(name))).limit(1)
            )
        return str(found) if found else None

    def stored(self) -> Mapping[str, Stored]:
        """All trials of the store by id, as they stand now."""
        return self._stored(self._generation())

    def _read_stored(self, _generation: str | None) -> Mapping[str, Stored]:
        columns = (TRIALS.c.id, TRIALS.c.revision, TRIALS.c.fingerprint, TRIALS.c.sample, TRIALS.c.passages_embedded)
        with self.reading() as connection:
            rows = connection.execute(select(*columns).order_by(TRIALS.c.id)).all()
        return {
            row.id: Stored(
                revision=row.revision,
                fingerprint=row.fingerprint,
                sample=row.sample,
                passages_embedded=row.passages_embedded,
            )
            for row in rows
        }

    def count(self) -> int:
        with self.reading() as connection:
            return int(connection.scalar(select(func.count()).select_from(TRIALS)) or 0)

    def passage_count(self) -> int:
        with self.reading() as connection:
            return int(connection.scalar(select(func.coalesce(func.sum(TRIALS.c.passages), 0))) or 0)

    def places(self) -> frozenset[str]:
        """The names of all countries, states and cities that sites lie in, in lower case."""
        return self._places(self._generation())

    def _read_places(self, _generation: str | None) -> frozenset[str]:
        with self.reading() as connection:
            rows = connection.execute(select(SITES.c.country, SITES.c.state, SITES.c.city).distinct()).all()
        return frozenset(name for row in rows for name in row if name)

    def only_sample(self) -> bool:
        """Whether every trial here is bundled sample data (also true of an empty store)."""
        with self.reading() as connection:
            return connection.scalar(select(TRIALS.c.id).where(TRIALS.c.sample.is_(False)).limit(1)) is None

    def close(self) -> None:
        self._engine.dispose()


def _set_up_sqlite(connection: object, _: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DBAPI connection has no common type
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()
