"""When something in a note happened: "2 years earlier", "at age 22", "on the 20th day post-", in days before now."""

from __future__ import annotations

import re

from bot.person.reading.clinical import Note
from bot.person.reading.words import any_of, numbers

_DAYS = {"hour": 1 / 24, "hr": 1 / 24, "day": 1, "week": 7, "wk": 7, "month": 30, "mo": 30, "year": 365, "yr": 365}
_UNIT = r"(?P<unit>hours?|hrs?|days?|weeks?|wks?|months?|mos?|years?|yrs?)"
_NUMBER = rf"(?P<n>\d{{1,3}}|an?|{any_of(numbers())})"
_AGO = re.compile(
    rf"\b{_NUMBER}[- ]{_UNIT}\s+(?:ago|earlier|back\b|(?:prior|before)(?:\s+to)?(?:\s+(?:the\s+|this\s+|"
    rf"his\s+|her\s+)?"
    r"(?:presentation|admission|arrival|visit|consultation))?(?=\s*(?:$|[.,;)]|and\b|with\b)))"
    r"|(?<!\bthe )\blast\s+(?P<last>week|month|year)\b|\b(?P<near>yesterday|today|this morning|earlier "
    r"in the (?:morning|day))\b"
)
_SINCE_SURGERY = re.compile(
    r"\b(?P<n>\d{1,3})(?:st|nd|rd|th)?\s+days?\s+(?:post|after|following)\W*(?:\w+\s+)?$|\bpod\s*#?(?P<pod>\d{1,3})\b"
)
_AT_AGE = re.compile(
    r"\b(?:at (?:the )?age (?:of )?|when (?:he|she) was )(?P<age>\d{1,2})\b(?!\s*(?:months?|weeks?|days?))"
)
_ONGOING = re.compile(
    r"\b(?:diagnos\w*|dx'?d?|from|began|begun|start\w*|onset|since|first|notic\w*|initial\w*|known|"
    r"confirmed|develop\w*)\b"
)
_ANOTHER = re.compile(
    r"[,;](?!\s*(?:about|approximately|around|some|most recently)?\s*$)"
    r"|\b(?:and|but|then|with|who)\b"
)
_EVENT = re.compile(r"\b(?:was|is|were|are|has|admitted|presented|came|seen)\b")
_REACH = 45


def days_ago(note: Note, start: int, end: int, age: float | None, beginning: bool = True) -> tuple[float, int] | None:
    """How long before the note what stands at `start:end` happened, and where the words for it end.

    Without `beginning`, words that only say when something began are passed over: it may go on.
    """
    left, right = note.statement(start, end)
    behind = _AGO.search(note.low, end, min(right, end + _REACH))
    between = note.low[end : behind.start()] if behind else ""
    if behind and not _ANOTHER.search(between) and (beginning or not _EVENT.search(between)):
        if beginning or not _ONGOING.search(note.low, max(left, start - 40), behind.start()):
            return _days(behind), behind.end()
        return None
    at_age = _AT_AGE.search(note.low, end, min(right, end + _REACH))
    if at_age and age is not None and not _ANOTHER.search(note.low[end : at_age.start()]):
        years = age - int(at_age["age"])
        return (years * 365.0, at_age.end()) if years >= 0 else None
    operated = _SINCE_SURGERY.search(note.low, max(left, start - 40), start)
    if operated:
        return float(operated["n"] or operated["pod"]), end
    before = re.compile(
        rf"\W*(?:about |approximately )?(?:{_AGO.pattern})[\s,]+(?:he|she|the patient|pt|"
        rf"patient)?\s*(?:\w+\s+){{0,2}}"
    ).fullmatch(note.low, left, start)
    if before and (beginning or not _ONGOING.search(note.low, left, start)):
        return _days(before), end
    return None


def _days(match: re.Match[str]) -> float:
    if match["near"]:
        return 1.0 if match["near"] == "yesterday" else 0.0
    unit = match["last"] or match["unit"].rstrip("s")
    said = match["n"] or "1"
    number = int(said) if said.isdigit() else numbers().get(said, 1)
    return float(round(number * _DAYS[unit], 2))
