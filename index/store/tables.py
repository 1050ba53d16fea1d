"""The tables of the store, and the rows of a record in them: its documents, and the fields that filters ask for."""

from __future__ import annotations

import re
import zlib

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from index.record import Record
from index.trial import AgeLimit, Frozen

SCHEMA = MetaData()
META = Table("meta", SCHEMA, Column("key", String, primary_key=True), Column("value", String, nullable=False))
TRIALS = Table(
    "trials",
    SCHEMA,
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
    SCHEMA,
    Column("trial_id", String, ForeignKey("trials.id", ondelete="CASCADE"), index=True),
    Column("country", String, index=True),
    Column("state", String),
    Column("city", String),
)
PHASES = Table(
    "phases",
    SCHEMA,
    Column("trial_id", String, ForeignKey("trials.id", ondelete="CASCADE"), index=True),
    Column("phase", String, index=True),
)
NAMES = Table(
    "names",
    SCHEMA,
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


def trial_row(one: Incoming) -> dict[str, object]:
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


def site_rows(record: Record) -> list[dict[str, str | None]]:
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


def phase_rows(record: Record) -> list[dict[str, str]]:
    return [{"trial_id": record.trial.id, "phase": phase} for phase in record.trial.phases]


def name_rows(record: Record) -> list[dict[str, str]]:
    trial = record.trial
    names = {folded(other.id) for other in trial.other_ids} | ({folded(trial.acronym)} if trial.acronym else set())
    return [{"trial_id": trial.id, "name": name} for name in sorted(names) if len(name) >= 4]


def folded(name: str) -> str:
    return "".join(name.split()).casefold()
