"""Observations with a figure -> laboratory values and vital signs, in the canonical unit of the analyte.

A value counts only in a unit that is known for the analyte, and only if somebody can have it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.person.fhir.codes import Coded, coded, row
from bot.person.fhir.moments import days_ago, first_day, lies_ahead, written
from bot.person.fhir.told import LeftAside, Told, Why, say
from index.criteria import units
from index.criteria.rule import Topic

if TYPE_CHECKING:
    from fhir.resources.R4B.observation import Observation
    from fhir.resources.R4B.quantity import Quantity

KIND = "Observation"
FINAL = frozenset({"final", "amended", "corrected"})


def when(one: Observation) -> object:
    """The moment that an observation speaks of."""
    period = one.effectivePeriod
    return one.effectiveDateTime or one.effectiveInstant or (period and (period.end or period.start)) or one.issued


def measurement(
    subject: str, name: Coded, value: Quantity | None, moment: object, today: datetime.date
) -> Iterator[Told]:
    """A quantity of an analyte."""
    if value is None or value.value is None:
        yield LeftAside(kind=KIND, words=name.words, why=Why.NO_VALUE)
        return
    if value.comparator:
        yield LeftAside(kind=KIND, words=name.words, why=Why.ONLY_A_BOUND)
        return
    if lies_ahead(moment, today):
        yield LeftAside(kind=KIND, words=name.words, why=Why.AHEAD)
        return
    unit = _unit(subject, value)
    converted = units.convert(subject, float(value.value), unit) if unit else None
    if unit is None or converted is None:
        words = f"{name.words} in {value.unit or value.code or 'no unit'}"
        yield LeftAside(kind=KIND, words=words, why=Why.UNIT)
    elif not units.plausible(subject, float(value.value), unit):
        yield LeftAside(kind=KIND, words=f"{name.words} {value.value} {value.unit}", why=Why.IMPLAUSIBLE)
    else:
        yield say(
            Topic.LAB,
            subject,
            converted[0],
            f"{name.words} {value.value} {value.unit or value.code}".strip() + dated(moment),
            unit=converted[1],
            days_ago=days_ago(moment, today),
            day=first_day(moment),
        )


def dated(moment: object) -> str:
    """A date as a quote ends with it."""
    return f", {written(moment)}" if moment else ""


def _unit(subject: str, value: Quantity) -> str | None:
    """The unit by its code, else by how it is written; of a ratio that has none, that."""
    wanted = units.units_of(subject)
    written_units = [str(one) for one in (value.code, value.unit) if one]
    for one in written_units:
        name = row("ucum").get(one) or units.unit_in(one, subject)
        if name in wanted and name != units.ULN:
            return str(name)
    return units.canonical_unit(subject) if not written_units and units.canonical_unit(subject) == "ratio" else None


def measurements(one: Observation, today: datetime.date) -> Iterator[Told]:
    """The figure of an observation, and those of its parts."""
    if subject := coded(one.code).named("loinc", "analytes"):
        yield from measurement(subject, coded(one.code), one.valueQuantity, when(one), today)
    for part in one.component or []:
        if subject := coded(part.code).named("loinc", "analytes"):
            yield from measurement(subject, coded(part.code), part.valueQuantity, when(one), today)
