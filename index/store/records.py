"""Records in SQLite through SQLAlchemy: the truth of the store. A trial is in it if, and only if, its row is here.

Each row holds the raw record as it came, the record as it was read, and the fields that filters ask for.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError, OperationalError

from index.errors import OtherEmbedder, StoreError, StoreReadOnly
from index.record import Record
from index.trial import AgeLimit, Frozen, normal_id

_SCHEMA = MetaData()
_META = Table("meta", _SCHEMA, Column("key", String, primary_key=True), Column("value", String, nullable=False))
TRIALS = Table(
    "trials",
    _SCHEMA,
    Column("id", String, primary_key=True),
    Column("revision", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("source", String, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("passages_embedded", Boolean, nullable=False),
    Column("title", String, nullable=False),
    Column("status", String),
    Column("study_type", String),
    Column("minimum_age", Float),
    Column("too_old_from", Float),
    Column("sex", String),
    Column("healthy_volunteers", Boolean),
    Column("updated", Date),
)
SITES = Table(
    "sites",
    _SCHEMA,
    Column("trial_id", String, ForeignKey("trials.id", ondelete="CASCADE"), index=True),
    Column("country", String, index=True),
    Column("state", String),
    Column("city", String),
)
PHASES = Table(
    "phases",
    _SCHEMA,
    Column("trial_id", String, ForeignKey("trials.id", ondelete="CASCADE"), index=True),
    Column("phase", String, index=True),
)
_NAMES = Table(
    "names",
    _SCHEMA,
    Column("name", String, index=True),
    Column("trial_id", String, ForeignKey("trials.id", ondelete="CASCADE"), index=True),
)


class Incoming(Frozen):
    """A record on its way into the store, with the raw text that it was read from."""

    record: Record
    raw: bytes
    source: str

    @property
    def revision(self) -> str:
        return revision(self.record)


class Stored(Frozen):
    """What the store knows of a trial without opening its record."""

    revision: str
    fingerprint: str
    sample: bool
    passages_embedded: bool


def revision(record: Record) -> str:
    return record.fingerprint[:10]


class Records:
    """The records of one store folder, or of any SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        if url.startswith("sqlite"):
            event.listen(self._engine, "connect", _set_up_sqlite)
        with self._told():
            _SCHEMA.create_all(self._engine)
        self._read = lru_cache(maxsize=4096)(self._read_document)
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
        with self._told(), self._engine.begin() as connection:
            yield connection
        self._places.cache_clear()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._told(), self._engine.connect() as connection:
            yield connection

    def check_embedder(self, fingerprint: str) -> None:
        """Remembers the embedder of a new store.

        Raises:
            OtherEmbedder: the store was made with another one.
        """
        with self._writing() as connection:
            made_with = connection.scalar(select(_META.c.value).where(_META.c.key == "embedder"))
            if made_with is None:
                connection.execute(insert(_META).values(key="embedder", value=fingerprint))
            elif made_with != fingerprint:
                raise OtherEmbedder(
                    f"this store was made with the embedder {made_with}, not {fingerprint}; "
                    "set TRIALOGUE_EMBEDDING_MODEL back, or index into another folder with --store"
                )

    def put(self, batch: Sequence[Incoming]) -> None:
        """Adds or replaces whole records, all of them or none."""
        identifiers = [one.record.trial.id for one in batch]
        with self._writing() as connection:
            connection.execute(delete(TRIALS).where(TRIALS.c.id.in_(identifiers)))
            for table, rows in (
                (TRIALS, [_row(one) for one in batch]),
                (SITES, [row for one in batch for row in _site_rows(one.record)]),
                (PHASES, [row for one in batch for row in _phase_rows(one.record)]),
                (_NAMES, [row for one in batch for row in _name_rows(one.record)]),
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
                select(_NAMES.c.trial_id).where(_NAMES.c.name == _folded(normal_id(name))).limit(1)
            )
        return str(found) if found else None

    def stored(self) -> Mapping[str, Stored]:
        """All trials of the store by id."""
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
        return self._places()

    def _read_places(self) -> frozenset[str]:
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


def _row(one: Incoming) -> dict[str, object]:
    trial = one.record.trial
    return {
        "id": trial.id,
        "revision": one.revision,
        "fingerprint": one.record.fingerprint,
        "document": zlib.compress(one.record.model_dump_json().encode()),
        "raw": zlib.compress(one.raw),
        "source": one.source,
        "sample": trial.origin.restated is not None,
        "passages": len(one.record.passages),
        "passages_embedded": False,
        "title": trial.title,
        "status": trial.status,
        "study_type": trial.study_type,
        "minimum_age": trial.minimum_age.years if trial.minimum_age else None,
        "too_old_from": _too_old_from(trial.maximum_age),
        "sex": trial.sex,
        "healthy_volunteers": trial.healthy_volunteers,
        "updated": trial.last_updated.last_day if trial.last_updated else None,
    }


def _site_rows(record: Record) -> list[dict[str, str | None]]:
    places = {
        tuple(part.lower() if part else None for part in (site.country, site.state, site.city))
        for site in record.trial.sites
        if site.place
    }
    return [
        {"trial_id": record.trial.id, "country": country, "state": state, "city": city}
        for country, state, city in sorted(places, key=str)
    ]


def _too_old_from(limit: AgeLimit | None) -> float | None:
    """The age in years at which a person has outgrown the limit: 66 for `65 Years`, seven months for `6 Months`."""
    number = re.match(r"\d+(?:\.\d+)?", limit.text) if limit else None
    if limit is None or number is None or not limit.years:
        return None
    return limit.years * (float(number[0]) + 1) / float(number[0])


def _phase_rows(record: Record) -> list[dict[str, str]]:
    return [{"trial_id": record.trial.id, "phase": phase} for phase in record.trial.phases]


def _name_rows(record: Record) -> list[dict[str, str]]:
    trial = record.trial
    names = {_folded(other.id) for other in trial.other_ids} | ({_folded(trial.acronym)} if trial.acronym else set())
    return [{"trial_id": trial.id, "name": name} for name in sorted(names) if len(name) >= 4]


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
