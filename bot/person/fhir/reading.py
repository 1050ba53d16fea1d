"""A FHIR R4 bundle -> the facts it tells of its patient, each with its quote, and an account of all that is no fact."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.person.facts import Certainty, Fact
from bot.person.fhir import treatments
from bot.person.fhir.bundle import Record, record_in
from bot.person.fhir.conditions import conditions
from bot.person.fhir.moments import ages, written
from bot.person.fhir.states import observations, stages
from bot.person.fhir.told import LeftAside, Said, Told, Why, say
from index.criteria.rule import Topic
from index.trial import Frozen

if TYPE_CHECKING:
    from fhir.resources.R4B.patient import Patient


class FhirReading(Frozen):
    """The facts of one patient; `left_aside` is everything else in the record, counted, with the reason.

    `read`: how many resources were read. `newest`: the day of the latest thing that became a fact.
    """

    facts: tuple[Fact, ...]
    left_aside: tuple[LeftAside, ...]
    read: int
    newest: datetime.date | None = None

    @property
    def invalid(self) -> int:
        """How many resources were left out because they are not valid FHIR R4."""
        return sum(one.count for one in self.left_aside if one.why is Why.INVALID)


def facts_of_bundle(text: str, today: datetime.date) -> FhirReading:
    """What a FHIR R4 bundle, or a Patient with what it contains, says of its patient on the day `today`.

    Raises:
        SettingsError: no JSON, no FHIR R4, not just one patient, or a patient who has died.
    """
    record = record_in(text)
    told = [*_patient(record.patient, today), *_told(record, today)]
    said = [one for one in told if isinstance(one, Said)]
    kept = _settled(said)
    aside = [one for one in told if isinstance(one, LeftAside)]
    older = Counter(one.fact.attribute for one in said) - Counter(one.fact.attribute for one in kept)
    aside += [
        LeftAside(kind=str(attribute.topic), words=attribute.subject, why=Why.OLDER, count=count)
        for attribute, count in older.items()
    ]
    days = [one.day for one in kept if one.day is not None]
    return FhirReading(
        facts=tuple(one.fact for one in kept),
        left_aside=_counted([*record.aside, *aside]),
        read=record.read,
        newest=max(days, default=None),
    )


def _told(record: Record, today: datetime.date) -> Iterator[Told]:
    yield from conditions(record.conditions, today)
    yield from stages(record.conditions)
    yield from observations(record.observations, today)
    yield from treatments.orders(record.orders, today)
    yield from treatments.statements(record.statements, today)
    yield from treatments.doses(record.doses, today)
    yield from treatments.procedures(record.procedures, today)
    yield from treatments.vaccines(record.vaccines, today)
    yield from treatments.allergies(record.allergies)


def _patient(patient: Patient, today: datetime.date) -> Iterator[Said]:
    if patient.deceasedBoolean or patient.deceasedDateTime:
        raise SettingsError("this FHIR record says that the patient has died; trials are for people who live")
    years = ages(patient.birthDate, today)
    if years and years[0] < 0:
        raise SettingsError(f"this FHIR record's patient is born after {today.isoformat()}; correct the date of birth")
    if years:
        year = written(patient.birthDate)[:4]
        yield say(Topic.AGE, "", years[0], f"born in {year}", unit="years", sure=years[0] == years[-1])
    if patient.gender in ("female", "male"):
        yield say(Topic.SEX, "", patient.gender, f"gender: {patient.gender}")
    for address in (patient.address or [])[:1]:
        place = ", ".join(part for part in (address.city, address.state, address.country) if part)
        if place:
            yield say(Topic.PLACE, "", place, place)


_GATHERED = frozenset({Topic.CONDITION, Topic.INFECTION, Topic.PRIOR_THERAPY, Topic.MEDICATION, Topic.ALLERGY})
"""What several entries say together: one of them that is sure, or that still holds, is enough."""

_ONE_ONLY = frozenset({Topic.BIOMARKER, Topic.STAGE})
"""What cannot be two things on one day: then neither is sure."""


def _settled(said: list[Said]) -> list[Said]:
    """One fact on each attribute: the latest; of illnesses and treatments what is sure, and what holds, first."""
    by_key: dict[str, list[Said]] = {}
    for one in said:
        by_key.setdefault(one.fact.attribute.key, []).append(one)
    return [_best(same) for same in by_key.values()]


def _best(same: list[Said]) -> Said:
    best = max(reversed(same), key=_weight)
    values = {one.fact.value for one in same if one.day == best.day}
    if best.fact.attribute.topic in _ONE_ONLY and len(values) > 1:
        return best._replace(fact=best.fact.model_copy(update={"certainty": Certainty.UNSURE}))
    return best


def _weight(one: Said) -> tuple[bool, bool, datetime.date]:
    gathered = one.fact.attribute.topic in _GATHERED
    certain = one.fact.certainty is Certainty.STATED
    return gathered and certain, gathered and one.now, one.day or datetime.date.min


def _counted(aside: list[LeftAside]) -> tuple[LeftAside, ...]:
    counts = Counter(aside)
    return tuple(one.model_copy(update={"count": one.count * count}) for one, count in counts.items())
