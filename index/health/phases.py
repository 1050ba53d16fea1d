"""The phase field against what the titles and the summary's first lines call the study."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.health.flag import Flag, Sign, lines
from index.record import Record
from index.trial import SectionName, Span
from index.vocabulary import Phase

_PHASE_WORDS = re.compile(
    r"\bphase\s*(?P<list>(?:[IⅠ1]{1,3}[Vv]?|IV|[1-4Ⅰ-Ⅳ])[abAB]?(?:\s*(?:/|-|and|to|or|–)\s*(?:phase\s*)?(?:I{1,3}|IV|[1-4Ⅰ-Ⅳ])[abAB]?)*)"
    r"(?!\w|[-/]\w|\s+(?:study|trial)s?['’]?\s+(?:patients|subjects|participants|data|results))",
    # "Phase I-ll" is misspelt, "Phase 2-ready" is no phase, and "phase II study patients" come from another study
    re.IGNORECASE,
)
_NUMBERED_PART = re.compile(
    r"[IVⅠ-Ⅳ]\s*[-–]\s*\d|\d\s*[-–]\s*[IVⅠ-Ⅳ]", re.IGNORECASE
)  # "Phase I - 3": part 3 of a series
_OF_THIS_STUDY = re.compile(
    r"\bthis(?: [\w,-]+){0,8}? (?=phase\b)(?![^.]{0,25}\b(?:doses?|data|results?|trials)\b)", re.IGNORECASE
)
_NUMERAL = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4, "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4}
_PHASE_NUMBER = {Phase.EARLY_PHASE1: 1, Phase.PHASE1: 1, Phase.PHASE2: 2, Phase.PHASE3: 3, Phase.PHASE4: 4}


def phases(record: Record) -> Iterator[Flag]:
    field = {_PHASE_NUMBER[phase] for phase in record.trial.phases if phase in _PHASE_NUMBER}
    if not field:
        return
    for span, text in _places_that_name_a_phase(record):
        match = _PHASE_WORDS.search(text)
        if not match or _NUMBERED_PART.search(match["list"]):
            continue
        named = {_NUMERAL[n.upper()] for n in re.findall(r"IV|I{1,3}|[1-4Ⅰ-Ⅳ]", match["list"].upper())}
        if named and named != field:
            place = Span(section=span.section, start=span.start + match.start(), end=span.start + match.end())
            yield Flag(
                sign=Sign.PHASES_DIFFER,
                text=f"The record's phase field says {_numbers(field)}, but its own text says “{match[0]}”. "
                "The two differ. Ask the study team which holds.",
                spans=(*lines(record, "Phase"), place),
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
