"""Medicines, procedures, allergies and vaccinations -> what is taken now, what was had, and what is not borne."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.person.fhir.codes import Coded, code_in, coded, known, row, speaks_of, subject_of
from bot.person.fhir.medicines import medicines_named
from bot.person.fhir.moments import days_ago, first_day, lies_ahead, written
from bot.person.fhir.told import LeftAside, Said, Told, Why, say
from index.criteria.concepts import Sort, concepts_in
from index.criteria.rule import Topic

if TYPE_CHECKING:
    from fhir.resources.R4B.allergyintolerance import AllergyIntolerance
    from fhir.resources.R4B.immunization import Immunization
    from fhir.resources.R4B.medicationadministration import MedicationAdministration
    from fhir.resources.R4B.medicationrequest import MedicationRequest
    from fhir.resources.R4B.medicationstatement import MedicationStatement
    from fhir.resources.R4B.procedure import Procedure

ORDER_LASTS_DAYS = 5 * 365
"""An order that was stopped says when it began, not when it ended. One from before that has ended well before any
time window that rules use; of a later one, the day is left open."""

_ORDERED = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})


def orders(record: tuple[MedicationRequest, ...], today: datetime.date) -> Iterator[Told]:
    for one in record:
        name, status = coded(one.medicationCodeableConcept), str(one.status)
        begun = days_ago(one.authoredOn, today)
        aside = LeftAside(kind="MedicationRequest", words=name.words, why=Why.NOT_FINAL)
        if lies_ahead(one.authoredOn, today):
            yield aside.model_copy(update={"why": Why.AHEAD})
        elif one.intent not in _ORDERED or one.doNotPerform or status in ("draft", "cancelled", "unknown"):
            yield aside
        elif status == "entered-in-error":
            yield aside.model_copy(update={"why": Why.ERROR})
        else:
            quote = f"{name.words}, {status}" + (f", ordered {written(one.authoredOn)}" if one.authoredOn else "")
            ended = begun if begun is not None and begun > ORDER_LASTS_DAYS else None
            yield from _taken(name, status, quote, first_day(one.authoredOn), ended)


def statements(record: tuple[MedicationStatement, ...], today: datetime.date) -> Iterator[Told]:
    for one in record:
        name, status = coded(one.medicationCodeableConcept), str(one.status)
        begun, ended = _times(one)
        aside = LeftAside(kind="MedicationStatement", words=name.words, why=Why.NOT_FINAL)
        if lies_ahead(begun, today):
            yield aside.model_copy(update={"why": Why.AHEAD})
        elif status in ("intended", "unknown"):
            yield aside
        elif status == "entered-in-error":
            yield aside.model_copy(update={"why": Why.ERROR})
        else:
            since = begun if status in ("active", "on-hold") else ended
            quote = f"{name.words}, {status}" + (f", {written(since)}" if since else "")
            yield from _taken(name, status, quote, first_day(ended or begun), days_ago(ended, today))


def doses(record: tuple[MedicationAdministration, ...], today: datetime.date) -> Iterator[Told]:
    for one in record:
        name, status = coded(one.medicationCodeableConcept), str(one.status)
        _, ended = _times(one)
        aside = LeftAside(kind="MedicationAdministration", words=name.words, why=Why.NOT_FINAL)
        if lies_ahead(ended, today):
            yield aside.model_copy(update={"why": Why.AHEAD})
        elif status not in ("completed", "in-progress", "stopped"):
            yield aside.model_copy(update={"why": Why.ERROR}) if status == "entered-in-error" else aside
        else:
            quote = f"{name.words}, given" + (f" {written(ended)}" if ended else "")
            told: list[Told] = list(_had(name, quote, days_ago(ended, today), first_day(ended)))
            yield from told or [aside.model_copy(update={"why": Why.NO_WORDS})]


def _times(one: MedicationStatement | MedicationAdministration) -> tuple[object, object]:
    """When it began and when it was last taken, as far as that is said."""
    if one.effectivePeriod:
        return one.effectivePeriod.start, one.effectivePeriod.end
    return one.effectiveDateTime, one.effectiveDateTime


def _taken(name: Coded, status: str, quote: str, day: datetime.date | None, ended: float | None) -> Iterator[Told]:
    """A medicine by its status: active is taken now, and had; stopped was had, and may have been begun again since."""
    subjects = medicines_named(name)
    if not subjects:
        yield LeftAside(kind="Medication", words=name.words, why=Why.NO_WORDS)
    for subject in subjects:
        match status:
            case "active":
                yield say(Topic.MEDICATION, subject, True, quote, days_ago=0.0, day=day, now=True)
            case "on-hold":
                yield say(Topic.MEDICATION, subject, True, quote, sure=False, day=day)
            case "not-taken":
                yield say(Topic.MEDICATION, subject, False, quote, day=day)
    if status == "active":
        yield from _had(name, quote, 0.0, day, now=True)
    elif status != "not-taken":
        yield from _had(name, quote, ended, day)


def _had(name: Coded, quote: str, ago: float | None, day: datetime.date | None, now: bool = False) -> Iterator[Said]:
    for subject in medicines_named(name):
        yield say(Topic.PRIOR_THERAPY, subject, True, quote, days_ago=ago, day=day, now=now)


def procedures(record: tuple[Procedure, ...], today: datetime.date) -> Iterator[Told]:
    for one in record:
        name, status = coded(one.code), str(one.status)
        period = one.performedPeriod
        moment = one.performedDateTime or (period and (period.end or period.start))
        aside = LeftAside(kind="Procedure", words=name.words, why=Why.NO_TREATMENT)
        if status not in ("completed", "in-progress", "stopped"):
            why = Why.ERROR if status == "entered-in-error" else Why.NOT_FINAL
            yield aside.model_copy(update={"why": why})
        elif lies_ahead(moment, today):
            yield aside.model_copy(update={"why": Why.AHEAD})
        else:
            quote = name.words + (f", {written(moment)}" if moment else "")
            subjects = _treatments(name)
            for subject in subjects:
                ago = days_ago(moment, today)
                yield say(Topic.PRIOR_THERAPY, subject, True, quote, days_ago=ago, day=first_day(moment))
            if not subjects:
                yield aside


def _treatments(name: Coded) -> tuple[str, ...]:
    """The treatments that a procedure is; an examination is none."""
    words = name.plain
    named = row("procedures")["treatments"]
    found = [subject for subject in named if any(re.search(rf"(?<!\w){one}", words) for one in named[subject])]
    whole = known(words)
    if whole and whole.sort is Sort.PROCEDURE:
        found.append(whole.id)
    operation = speaks_of("procedures", "operations", words)
    if operation and not speaks_of("procedures", "not_operations", words):
        found += [mention.concept.id for mention in concepts_in(words) if mention.concept.sort is Sort.PROCEDURE]
        found += ["surgery"] if found else [words, "surgery"]
    elif operation and not found:
        found.append(words)
    return tuple(dict.fromkeys(found))


def allergies(record: tuple[AllergyIntolerance, ...]) -> Iterator[Told]:
    for one in record:
        name = coded(one.code)
        status, checked = code_in(one.clinicalStatus), code_in(one.verificationStatus)
        aside = LeftAside(kind="AllergyIntolerance", words=name.words, why=Why.NOT_SAID)
        if checked == "entered-in-error":
            yield aside.model_copy(update={"why": Why.ERROR})
        elif speaks_of("conditions", "not_said", name.words.casefold()) or not name.words:
            yield aside
        else:
            sure = status not in ("inactive", "resolved") and checked in ("", "confirmed", "refuted")
            sure = sure and one.type != "intolerance"
            quote = ", ".join(part for part in (name.words, one.type or "allergy", status or checked) if part)
            subject = subject_of(re.sub(r"^allergy to | allergy$", "", name.plain))
            yield say(Topic.ALLERGY, subject, checked != "refuted", quote, sure=sure, day=first_day(one.recordedDate))


def vaccines(record: tuple[Immunization, ...], today: datetime.date) -> Iterator[Told]:
    """A vaccination is a treatment that was had: by its own name, as a vaccine, and as a live one where it is."""
    for one in record:
        name, moment = coded(one.vaccineCode), one.occurrenceDateTime
        if one.status != "completed" or lies_ahead(moment, today):
            why = Why.AHEAD if one.status == "completed" else Why.NOT_FINAL
            yield LeftAside(kind="Immunization", words=name.words, why=why)
            continue
        codes = name.of("cvx")
        subjects = [str(row("vaccines")[code]) for code in codes if code in row("vaccines")]
        subjects += ["live vaccine"] if any(code in row("live_vaccines")["codes"] for code in codes) else []
        quote = f"{name.words} (vaccination)" + (f", {written(moment)}" if moment else "")
        for subject in (*subjects, "vaccine"):
            ago = days_ago(moment, today)
            yield say(Topic.PRIOR_THERAPY, subject_of(subject), True, quote, days_ago=ago, day=first_day(moment))
