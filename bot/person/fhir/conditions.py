"""Conditions -> illnesses that the person has or had, or has not, and what they say besides.

A rule that asks for an illness does not say whether it asks for now or ever. So an illness that is over is a sure fact
only where trials ask for ever (a cancer, a stroke); else it is unsure, with the days since it ended.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from bot.person.fhir.codes import Coded, code_in, coded, first_known, known, plain, row, speaks_of, subject_of
from bot.person.fhir.moments import days_ago, first_day, lies_ahead, written
from bot.person.fhir.told import LeftAside, Said, Told, Why, say
from index.criteria.concepts import Concept, Sort
from index.criteria.rule import Topic

if TYPE_CHECKING:
    from fhir.resources.R4B.condition import Condition

PASSING_DAYS = 365
"""What passes by itself and has been "active" for longer was left standing in the record."""

PREGNANCY_DAYS = 300

_OVER = frozenset({"inactive", "remission", "resolved"})
_DOUBTED = frozenset({"unconfirmed", "provisional", "differential"})
_HISTORY = re.compile(r"^(?:(?:personal )?history of|h/o|past history of|status post|s/p)[: ]+(?:an? )?")
_JOINED = re.compile(r",? (?:due to|caused by|associated with|co-occurrent with|secondary to|with)(?: (?:an?|the))? ")
_ALLERGY = re.compile(r"allergy to (?P<to>.+)")
_TAIL = re.compile(r",? (?:without|unspecified|not otherwise specified|nos)\b.*$|,$")
_SECONDARY = re.compile(
    r"(?:secondary malignant neoplasm|secondary malignancy|secondary cancer|metasta\w+(?: \w+)*?) (?:of|to|in) "
    r"(?:the )?(?P<site>.+)"
)
_ANY_CANCER = re.compile(r"(?:primary )?(?:malignant (?:neoplasm|neoplastic disease|tumou?r)|cancer)(?: of)?")


class _Course(NamedTuple):
    """How an illness stands today: is it there, since when or till when, and is that sure."""

    status: str
    over: bool
    doubted: bool
    onset: object
    end: object

    @property
    def phrase(self) -> str:
        """The status and its dates, as a quote ends."""
        if not self.over:
            return f", {self.status} since {written(self.onset)}" if self.onset else f", {self.status}"
        since = f", since {written(self.onset)}" if self.onset else ""
        return f"{since}, {self.status} {written(self.end)}".rstrip()


def conditions(record: tuple[Condition, ...], today: datetime.date) -> Iterator[Told]:
    for one in record:
        yield from _condition(one, today)


def _condition(one: Condition, today: datetime.date) -> Iterator[Told]:
    name = coded(one.code)
    checked = code_in(one.verificationStatus)
    course = _course(one, checked)
    if checked == "entered-in-error":
        yield LeftAside(kind="Condition", words=name.words, why=Why.ERROR)
    elif why := _not_an_illness(name):
        yield LeftAside(kind="Condition", words=name.words, why=why)
    elif lies_ahead(course.onset, today):
        yield LeftAside(kind="Condition", words=name.words, why=Why.AHEAD)
    elif checked == "refuted":
        for subject in _subjects(name, one):
            day = first_day(one.recordedDate)
            yield say(Topic.CONDITION, subject, False, f"{name.words}, refuted", day=day, now=True)
    elif speaks_of("conditions", "pregnant", name.words.casefold()):
        yield _pregnancy(name, course, today)
    elif allergy := _ALLERGY.match(name.plain):
        yield _allergy(name, allergy["to"], course)
    elif earlier := _HISTORY.match(name.plain):
        yield from _history(name, name.plain[earlier.end() :], course, today)
    else:
        yield from _illness(name, one, course, today)


def _course(one: Condition, checked: str) -> _Course:
    onset = one.onsetDateTime or (one.onsetPeriod.start if one.onsetPeriod else None)
    end = one.abatementDateTime or (one.abatementPeriod.end if one.abatementPeriod else None)
    status = code_in(one.clinicalStatus) or ("resolved" if end else "recorded")
    return _Course(status, status in _OVER or end is not None, checked in _DOUBTED, onset, end)


def _not_an_illness(name: Coded) -> Why | None:
    words = name.words.casefold()
    if not words:
        return Why.NO_WORDS
    if speaks_of("conditions", "not_theirs", words):
        return Why.FAMILY
    if speaks_of("conditions", "social", words):
        return Why.SOCIAL
    return Why.NOT_SAID if speaks_of("conditions", "not_said", words) else None


def _pregnancy(name: Coded, course: _Course, today: datetime.date) -> Told:
    since = days_ago(course.onset, today)
    if course.over or since is None or since > PREGNANCY_DAYS:
        return LeftAside(kind="Condition", words=name.words, why=Why.LONG_AGO)
    return say(Topic.PREGNANCY, "", True, name.words + course.phrase, sure=not course.doubted, now=True, days_ago=0.0)


def _allergy(name: Coded, to: str, course: _Course) -> Told:
    sure = not (course.over or course.doubted)
    return say(Topic.ALLERGY, subject_of(to), True, name.words + course.phrase, sure=sure, now=not course.over)


def _history(name: Coded, of_what: str, course: _Course, today: datetime.date) -> Iterator[Told]:
    """ "History of appendectomy" is an operation that was had; "history of stroke" an illness that was had."""
    subject = subject_of(of_what)
    concept = known(of_what)
    ago = days_ago(course.end or course.onset, today)
    if (concept and concept.sort is Sort.PROCEDURE) or speaks_of("procedures", "operations", of_what):
        yield say(Topic.PRIOR_THERAPY, subject, True, name.words, days_ago=ago)
        if speaks_of("procedures", "operations", of_what):
            yield say(Topic.PRIOR_THERAPY, "surgery", True, name.words, days_ago=ago)
    else:
        yield say(Topic.CONDITION, subject, True, name.words, sure=not course.doubted)


def _illness(name: Coded, one: Condition, course: _Course, today: datetime.date) -> Iterator[Told]:
    ago, sure = _when(name.plain, course, today)
    sure = sure and not course.doubted
    day = first_day(course.end or course.onset or one.recordedDate)
    subjects = _subjects(name, one)
    quote = name.words + _by_code(name, subjects) + course.phrase
    for place, subject in enumerate(subjects):
        told = say(Topic.CONDITION, subject, True, quote, days_ago=ago, sure=sure, day=day, now=not course.over)
        yield told if place == 0 else told._replace(day=None)
        for infection in row("infections"):
            if speaks_of("infections", infection, subject):
                yield say(
                    Topic.INFECTION, infection, True, quote, days_ago=ago, sure=sure, day=day, now=not course.over
                )
    if speaks_of("conditions", "drug_use", name.plain) and not course.over:
        yield say(Topic.LIFESTYLE, "drug_use", True, quote, sure=sure, day=day)
    if speaks_of("conditions", "cancer", name.plain):
        yield from _states(name, course, quote, sure)


def _when(words: str, course: _Course, today: datetime.date) -> tuple[float | None, bool]:
    """How many days ago it was there, and whether that makes a sure fact.

    What happens on one day counts from that day; what is there for good is there today; of the rest that is active,
    nobody knows whether a time window counts from its beginning.
    """
    since, till = days_ago(course.onset, today), days_ago(course.end, today)
    happened = speaks_of("course", "events", words)
    lasting = not happened and speaks_of("course", "lasting", words)
    if course.over:
        marks = speaks_of("course", "marks", words)
        return (since if happened and marks else till), marks
    passing = not lasting and speaks_of("course", "passing", words)
    stale = passing and (since is None or since > PASSING_DAYS)
    return (since if happened else 0.0 if lasting else None), not stale


def _states(name: Coded, course: _Course, quote: str, sure: bool) -> Iterator[Said]:
    """What a cancer's condition says of its course."""
    secondary = _SECONDARY.match(name.plain)
    if secondary and "lymph node" not in name.plain and not course.over:
        yield say(Topic.DISEASE_STATE, "metastatic", True, quote, sure=sure, now=True)
    if course.status in ("recurrence", "relapse"):
        yield say(Topic.DISEASE_STATE, "relapsed", True, quote, sure=sure, now=True)
    if course.status == "remission":
        yield say(Topic.DISEASE_STATE, "remission", True, quote, sure=sure, now=True)


def _by_code(name: Coded, subjects: tuple[str, ...]) -> str:
    """The code, where it says what the words leave open: "Diabetes" that is coded as type 2."""
    if subjects[0] in (subject_of(name.plain), *(subject_of(plain(other)) for other in name.others)):
        return ""
    code = next((code for system, code in name.codes if system in ("snomed", "icd10") and _by_codes(name)), None)
    return f" (code {code})" if code else ""


def _by_codes(name: Coded) -> str | None:
    """What a code stands for, if the table has it."""
    for code in name.of("snomed"):
        if code in row("snomed"):
            return str(row("snomed")[code])
    for code in name.of("icd10"):
        fits = [start for start in row("icd10") if code.startswith(start)]
        if fits:
            return str(row("icd10")[max(fits, key=len)])
    return None


def _subjects(name: Coded, one: Condition) -> tuple[str, ...]:
    """The concepts that the condition is for certain, the closest first; its own words where there is none."""
    by_code = _by_codes(name)
    found = [subject_of(by_code)] if by_code else []
    for words in (name.plain, *map(plain, name.others)):
        short = _TAIL.sub("", words)
        whole = _illness_named(words) or _illness_named(short)
        parts = _JOINED.split(short)
        if secondary := _SECONDARY.fullmatch(short):
            found.append(subject_of(_metastasis(secondary["site"])))
        elif whole:
            found.append(whole.id)
        elif len(parts) > 1:
            named = [_illness_named(part) for part in parts]
            found += [] if named[0] or by_code else [short]
            found += [concept.id for concept in named if concept]
    site = _site(one)
    if site and _ANY_CANCER.fullmatch(name.plain):
        found.insert(0, subject_of(f"{site} cancer"))
    return tuple(dict.fromkeys(found)) or (_TAIL.sub("", name.plain),)


def _illness_named(words: str) -> Concept | None:
    concept = known(words)
    return concept if concept and concept.sort in (Sort.CONDITION, Sort.FINDING) else None


def _metastasis(site: str) -> str:
    organ = "lymph node" if "lymph node" in site else re.sub(r"\s*structure$", "", site)
    concept = first_known((f"{organ} metastasis", f"{organ} metastases", f"metastasis to {organ}"))
    return concept.id if concept else f"{organ} metastasis"


def _site(one: Condition) -> str:
    places = [coded(place).plain for place in one.bodySite or []]
    return re.sub(r"\s*structure$", "", places[0]) if len(places) == 1 else ""
