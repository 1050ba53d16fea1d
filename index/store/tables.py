"""The tables of the store, and the rows of a record in them: its documents, and the fields that filters ask for."""

from __future__ import annotations

import datetime
import hashlib
import math
import re
import zlib
from typing import NamedTuple

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

from index.criteria.criterion import Kind
from index.passages import card_text, title_text
from index.record import Record
from index.trial import AgeLimit, Form, Frozen, Site, Trial
from index.vocabulary import Status

SCHEMA = MetaData()
_TEXT = String().with_variant(String(collation="C"), "postgresql")  # sorted by its bytes, as SQLite does
_LONGEST = 200  # characters of a name or place that is looked up; PostgreSQL refuses to index endless ones
META = Table("meta", SCHEMA, Column("key", _TEXT, primary_key=True), Column("value", _TEXT, nullable=False))
TRIALS = Table(
    "trials",
    SCHEMA,
    Column("id", _TEXT, primary_key=True),
    Column("revision", _TEXT, nullable=False),
    Column("fingerprint", _TEXT, nullable=False),
    Column("precedence", _TEXT, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("source", _TEXT, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("title_key", _TEXT, nullable=False, index=True),
    Column("card_key", _TEXT, nullable=False, index=True),
    Column("passages", Integer, nullable=False),
    Column("passage_keys", LargeBinary, nullable=False),
    Column("passages_embedded", Boolean, nullable=False, index=True),
    Column("headline", _TEXT, nullable=False),
    Column("conditions", _TEXT, nullable=False),
    Column("inclusion_length", Integer, nullable=False),  # characters of all criteria of a list
    Column("exclusion_length", Integer, nullable=False),
    Column("status", _TEXT),
    Column("study_type", _TEXT),
    Column("minimum_age", Float),
    Column("too_old_from", Float),
    Column("sex", _TEXT),
    Column("healthy_volunteers", Boolean),
    Column("drug", Boolean),  # whether a drug, a vaccine or a gene is given
    Column("posted", Date),
    Column("updated", Date),
    Column("gone", Date),
)
VERSIONS = Table(
    "versions",
    SCHEMA,
    Column("trial_id", _TEXT, primary_key=True),
    Column("content", _TEXT, primary_key=True),
    Column("precedence", _TEXT, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("source", _TEXT, nullable=False),
)
SITES = Table(
    "sites",
    SCHEMA,
    Column("trial_id", _TEXT, ForeignKey("trials.id", ondelete="CASCADE"), index=True),
    Column("country", _TEXT, index=True),
    Column("state", _TEXT),
    Column("city", _TEXT),
    *(Column(axis, Float) for axis in "xyz"),  # on a globe of radius 1: nearness is a product, in every database
    Column("closed", Boolean),  # whether the site takes nobody now, and will not
)
PHASES = Table(
    "phases",
    SCHEMA,
    Column("trial_id", _TEXT, ForeignKey("trials.id", ondelete="CASCADE"), index=True),
    Column("phase", _TEXT, index=True),
)
NAMES = Table(
    "names",
    SCHEMA,
    Column("name", _TEXT, index=True),
    Column("trial_id", _TEXT, ForeignKey("trials.id", ondelete="CASCADE"), index=True),
)
FOLLOWED = Table(
    "followed",
    SCHEMA,
    Column("query", _TEXT, primary_key=True),
    Column("trial_id", _TEXT, primary_key=True),
)

QUERIES = Table("queries", SCHEMA, Column("query", _TEXT, primary_key=True), Column("mark", _TEXT, nullable=False))

_KEY_BYTES = 12
_DRUGS = frozenset({"DRUG", "BIOLOGICAL", "GENETIC", "COMBINATION_PRODUCT"})
_FORMS = {Form.EXCERPT: 1, Form.PAGE: 2, Form.RECORD: 3}


class Incoming(Frozen):
    """A record on its way into the store, with the raw text that it was read from."""

    record: Record
    raw: bytes
    source: str

    @property
    def revision(self) -> str:
        return revision(self.record)

    @property
    def stored(self) -> Stored:
        """How the store will know it."""
        trial = self.record.trial
        return Stored(
            revision=self.revision,
            fingerprint=self.record.fingerprint,
            precedence=precedence(trial),
            sample=trial.origin.restated is not None,
            title_key=text_key(title_text(trial)),
            card_key=text_key(card_text(trial)),
            gone=trial.origin.gone,
        )


class Stored(NamedTuple):
    """What the store knows of a trial without opening its record."""

    revision: str
    fingerprint: str
    precedence: str
    sample: bool
    title_key: str
    card_key: str
    gone: datetime.date | None = None

    @property
    def form(self) -> str:
        """Sample or real, and how much of the registry's record it gives."""
        return self.precedence[:3]


def revision(record: Record) -> str:
    return record.fingerprint[:10]


def precedence(trial: Trial) -> str:
    """Which of two records of one trial counts, as text that sorts: a real one before sample data, a whole record
    before a part of one, then the newer one.
    """
    date = trial.last_updated or trial.verified or trial.origin.as_of
    day = max(filter(None, (date.last_day if date else None, trial.origin.gone)), default=None)
    real = trial.origin.restated is None
    return f"{int(real)}|{_FORMS[trial.origin.form]}|{day.isoformat() if day else ''}"


def content(trial: Trial) -> str:
    """A name for what a trial says, however it is read."""
    return hashlib.blake2b(trial.model_dump_json().encode(), digest_size=_KEY_BYTES).hexdigest()


def text_key(text: str) -> str:
    """The id of a text's vector: equal texts share one, and a text that stays needs no new one."""
    return hashlib.blake2b(text.encode(), digest_size=_KEY_BYTES).hexdigest()


def passage_keys(record: Record) -> list[str]:
    """The ids of a record's passages in the vector index, in the order of `record.passages`."""
    return [text_key(passage.embedded) for passage in record.passages]


def keys_in(packed: bytes) -> list[str]:
    """Passage keys as a row holds them."""
    return [packed[at : at + _KEY_BYTES].hex() for at in range(0, len(packed), _KEY_BYTES)]


def trial_row(one: Incoming) -> dict[str, object]:
    trial = one.record.trial
    keys = passage_keys(one.record)
    return {
        "id": trial.id,
        **one.stored._asdict(),
        **documents(one),
        "passages": len(keys),
        "passage_keys": bytes.fromhex("".join(keys)),
        "passages_embedded": False,
        "headline": title_text(trial),
        "conditions": "; ".join(trial.conditions),
        "inclusion_length": _length(one.record, Kind.INCLUSION),
        "exclusion_length": _length(one.record, Kind.EXCLUSION),
        "status": Status.UNKNOWN if trial.origin.gone else trial.status,
        "study_type": trial.study_type,
        "minimum_age": trial.minimum_age.years if trial.minimum_age else None,
        "too_old_from": _too_old_from(trial.maximum_age),
        "sex": trial.sex,
        "healthy_volunteers": trial.healthy_volunteers,
        "drug": _gives_a_drug(trial),
        "posted": trial.first_posted.last_day if trial.first_posted else None,
        "updated": trial.last_updated.last_day if trial.last_updated else None,
    }


def version_row(one: Incoming) -> dict[str, object]:
    """A version that does not count now."""
    trial = one.record.trial
    return {"trial_id": trial.id, "content": content(trial), "precedence": precedence(trial), **documents(one)}


def _length(record: Record, kind: Kind) -> int:
    return sum(len(one.text) for one in record.criteria if one.kind is kind and one.parent is None)


def documents(one: Incoming) -> dict[str, object]:
    return {
        "document": zlib.compress(one.record.model_dump_json().encode()),
        "raw": zlib.compress(one.raw),
        "source": one.source,
    }


def site_rows(record: Record) -> list[dict[str, str | float | bool | None]]:
    places = {
        (
            *(part.lower()[:_LONGEST] if part else None for part in (site.country, site.state, site.city)),
            *(on_globe(site) or (None, None, None)),
            None if site.status is None else not (site.status.open or site.status.may_open),
        )
        for site in record.trial.sites
        if site.place
    }
    columns = [column.name for column in SITES.columns]
    return [dict(zip(columns, (record.trial.id, *place), strict=True)) for place in sorted(places, key=str)]


def on_globe(site: Site) -> tuple[float, float, float] | None:
    """Where a site lies on a globe of radius 1, from its coordinates."""
    if site.latitude is None or site.longitude is None or abs(site.latitude) > 90:
        return None
    north, east = math.radians(site.latitude), math.radians(site.longitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def _gives_a_drug(trial: Trial) -> bool | None:
    """`None`: the record names no intervention, or none with its kind."""
    kinds = {(one.type or "").upper().replace(" ", "_") for one in trial.interventions} - {""}
    return bool(kinds & _DRUGS) if kinds else None


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
    return [{"trial_id": trial.id, "name": name} for name in sorted(names) if 4 <= len(name) <= _LONGEST]


def folded(name: str) -> str:
    return "".join(name.split()).casefold()
