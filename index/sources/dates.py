"""Dates and ages as sources write them, read into the days and the years that they stand for.

A date keeps its precision (`2024-03` is any day of that month); an age keeps its unit in its text.
"""

from __future__ import annotations

import calendar
import datetime
import re

from index.errors import SourceError
from index.trial import AgeLimit, RegistryDate

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}

_DATES = (
    re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2})(?:T[\d:.]*Z?)?)?)?"),
    re.compile(r"(?P<month>[A-Za-z]+)\.?(?:\s+(?P<day>\d{1,2}))?,?\s+(?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})\s+(?P<month>[A-Za-z]+)\.?,?\s+(?P<year>\d{4})"),
)

_NO_DATE = frozenset({"", "n/a", "na", "not available", "not given", "not provided"})
_NO_AGE = _NO_DATE | {"none", "no limit"}

_UNITS_PER_YEAR = {
    "year": 1.0,
    "month": 12.0,
    "week": 365.25 / 7,
    "day": 365.25,
    "hour": 365.25 * 24,
    "minute": 365.25 * 24 * 60,
}
_AGE = re.compile(r"(\d+(?:\.\d+)?)\s*(year|month|week|day|hour|minute)s?(?:\s+old)?", re.IGNORECASE)


def read_date(text: str | None, estimated: bool | None = None) -> RegistryDate | None:
    """`2024`, `2024-03`, `2024-03-15`, `March 2024`, `November 16, 2018`, `16 November 2018`; `None` where not given.

    Raises:
        SourceError: the text is not empty and is no date.
    """
    words = " ".join((text or "").split())
    if words.lower() in _NO_DATE:
        return None
    for pattern in _DATES:
        if match := pattern.fullmatch(words):
            return _date(words, match["year"], match["month"], match["day"], estimated)
    raise SourceError(f"{words!r} is not a date; expected one like 2024-03-15, 2024-03 or March 15, 2024")


def _date(text: str, year: str, month: str | None, day: str | None, estimated: bool | None) -> RegistryDate:
    try:
        first_month = _month(month) if month else 1
        last_month = first_month if month else 12
        last_day = int(day) if day else calendar.monthrange(int(year), last_month)[1]
        return RegistryDate(
            text=text,
            first_day=datetime.date(int(year), first_month, int(day) if day else 1),
            last_day=datetime.date(int(year), last_month, last_day),
            estimated=estimated,
        )
    except (ValueError, KeyError) as exc:
        raise SourceError(f"{text!r} is not a day of the calendar; expected one like 2024-03-15 or March 2024") from exc


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS[text.lower()]


def read_age(text: str | None) -> AgeLimit | None:
    """`18 Years` or `6 Months`; `None` where there is no limit (`N/A`) or none is given.

    Raises:
        SourceError: the text is not empty and is no age.
    """
    words = " ".join((text or "").split())
    if words.lower() in _NO_AGE:
        return None
    match = _AGE.fullmatch(words)
    if not match:
        raise SourceError(f"{words!r} is not an age; expected one like 18 Years or 6 Months")
    return AgeLimit(text=words, years=float(match[1]) / _UNITS_PER_YEAR[match[2].lower()])
