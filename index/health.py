"""Signs that a record is out of date or disagrees with itself; each flag quotes what it rests on, and picks no side.

Dates are compared with the day that the caller gives, so the same record and day always give the same flags.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from enum import StrEnum

from index.criteria.criterion import Kind
from index.record import Record
from index.trial import Frozen, SectionName, Span
from index.vocabulary import Phase, Status

_STALE_AFTER = datetime.timedelta(days=2 * 365)

_PHASE_WORDS = re.compile(
    r"\bphase\s*(?P<list>(?:[IⅠ1]{1,3}[Vv]?|IV|[1-4Ⅰ-Ⅳ])[abAB]?(?:\s*(?:/|-|and|to|or|–)\s*(?:phase\s*)?(?:I{1,3}|IV|[1-4Ⅰ-Ⅳ])[abAB]?)*)"
    r"(?!\w|[-/]\w)",  # "Phase I-ll" is misspelt, and "Phase 2-ready" is no phase
    re.IGNORECASE,
)
_OF_THIS_STUDY = re.compile(
    r"\bthis(?: [\w,-]+){0,8}? (?=phase\b)(?![^.]{0,25}\b(?:doses?|data|results?|trials)\b)", re.IGNORECASE
)
_NUMERAL = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4, "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4}
_PHASE_NUMBER = {Phase.EARLY_PHASE1: 1, Phase.PHASE1: 1, Phase.PHASE2: 2, Phase.PHASE3: 3, Phase.PHASE4: 4}
_ALLERGY_TO = re.compile(
    r"\b(?i:allerg(?:y|ic|ies)(?: reactions?)?|hypersensitiv(?:e|ity)|intoleran(?:ce|t)) to (?P<drug>[A-Z][a-z]{5,}"
    r"(?:mab|nib|ide|ine|cin|cel|tin|zole|vir|ib|ate|one|pril|tan|fen|lol|rin|cept|stat|bine|min)s?)\b"
    r"(?!\s*(?:,|or\b|and\b|/)|[^.;]*\bfor those\b)"  # a list of drugs is a list of what may be given
)
_STEM = 6  # letters by which another spelling of a drug is known: Chidamide, chidamid


class Sign(StrEnum):
    NO_LONGER_OPEN = "past completion"
    OLD = "not updated"
    PHASES_DIFFER = "phases differ"
    UNNAMED_DRUG = "drug named only in a rule"
    NO_CRITERIA = "no eligibility list"


class Flag(Frozen):
    """`text` says it plainly; `spans` are the places in the record that it rests on; none for what is missing."""

    sign: Sign
    text: str
    spans: tuple[Span, ...] = ()


def flags(record: Record, today: datetime.date) -> tuple[Flag, ...]:
    """All flags of a record as seen on `today`, gravest first."""
    checks = (_past_completion, _old)
    found = [flag for check in checks for flag in check(record, today)]
    found += [flag for check in (_phases, _unnamed_drug, _no_criteria) for flag in check(record)]
    return tuple(found)


def _spans(record: Record, *labels: str) -> tuple[Span, ...]:
    return tuple(span for label in labels if (span := record.line(label)))


def _past_completion(record: Record, today: datetime.date) -> Iterator[Flag]:
    trial = record.trial
    expects_people = trial.status is not None and (trial.status.open or trial.status.may_open)
    for label, date in (("Study completion", trial.completion), ("Primary completion", trial.primary_completion)):
        if expects_people and trial.status and date and date.last_day < today:
            yield Flag(
                sign=Sign.NO_LONGER_OPEN,
                text=f"The record says {trial.status.words}, but its {label.lower()} date, {date.text}, is past. "
                "It may be out of date: ask the study whether it still takes people.",
                spans=_spans(record, "Overall status", label),
            )
            return


def _old(record: Record, today: datetime.date) -> Iterator[Flag]:
    trial = record.trial
    updated = trial.last_updated or trial.verified
    expects_people = trial.status in (Status.RECRUITING, Status.NOT_YET_RECRUITING)
    if expects_people and updated and today - updated.last_day > _STALE_AFTER:
        yield Flag(
            sign=Sign.OLD,
            text=f"The record was last updated {updated.text}, more than two years ago. Its status may have changed.",
            spans=_spans(record, "Overall status", "Last update posted", "Last verified"),
        )


def _phases(record: Record) -> Iterator[Flag]:
    """The phase field against what the titles and the summary's first lines call the study."""
    field = {_PHASE_NUMBER[phase] for phase in record.trial.phases if phase in _PHASE_NUMBER}
    if not field:
        return
    for span, text in _places_that_name_a_phase(record):
        match = _PHASE_WORDS.search(text)
        if not match:
            continue
        named = {_NUMERAL[n.upper()] for n in re.findall(r"IV|I{1,3}|[1-4Ⅰ-Ⅳ]", match["list"].upper())}
        if named and named != field:
            place = Span(section=span.section, start=span.start + match.start(), end=span.start + match.end())
            yield Flag(
                sign=Sign.PHASES_DIFFER,
                text=f"The record's phase field says {_numbers(field)}, but its own text says “{match[0]}”. "
                "The two differ.",
                spans=(*_spans(record, "Phase"), place),
            )
            return


def _places_that_name_a_phase(record: Record) -> Iterator[tuple[Span, str]]:
    for label in ("Brief title", "Official title"):
        if span := record.line(label):
            yield span, record.quote(span)
    summary = record.text(SectionName.BRIEF_SUMMARY) or ""
    if first := _OF_THIS_STUDY.search(summary, 0, 300):
        place = Span(section=SectionName.BRIEF_SUMMARY, start=first.end(), end=min(len(summary), first.end() + 40))
        yield place, record.quote(place)


def _numbers(phases: set[int]) -> str:
    return "phase " + " and ".join(str(number) for number in sorted(phases))


def _unnamed_drug(record: Record) -> Iterator[Flag]:
    """A drug in an allergy rule that the record nowhere else names: perhaps a rule copied from another study."""
    everything = " ".join(section.text for section in record.sections).lower()
    for criterion in record.criteria:
        if criterion.kind is not Kind.EXCLUSION:
            continue
        for match in _ALLERGY_TO.finditer(criterion.lead):
            drug = match["drug"]
            if everything.count(drug[:_STEM].lower()) == 1:
                yield Flag(
                    sign=Sign.UNNAMED_DRUG,
                    text=f"{criterion.label.capitalize()} names {drug}, which the record does not otherwise mention. "
                    "Ask the study team whether this rule is meant.",
                    spans=(criterion.span,),
                )


def _no_criteria(record: Record) -> Iterator[Flag]:
    if not record.criteria:
        yield Flag(sign=Sign.NO_CRITERIA, text="This record gives no list of who can and cannot join.")
