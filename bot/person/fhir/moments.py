"""Dates as FHIR gives them, often only a year or a month, and how many days ago that was, where that is sure enough."""

from __future__ import annotations

import calendar
import datetime
import re

_PART = re.compile(r"(\d{4})(?:-(\d\d))?")
_VAGUE = 0.1
"""A date that is known less closely than a tenth of how long ago it was says no number of days."""


def first_day(moment: object) -> datetime.date | None:
    span = _span(moment)
    return span[0] if span else None


def days_ago(moment: object, today: datetime.date) -> float | None:
    """Days from a moment to `today`: the middle of a month or a year, if that is close enough; never below 0."""
    span = _span(moment)
    if span is None:
        return None
    first, last = ((today - day).days for day in span)
    if first - last > _VAGUE * first:
        return None
    return float(max(0, (first + last) // 2))


def lies_ahead(moment: object, today: datetime.date) -> bool:
    """Whether it is surely later than `today`, a day allowed for time zones."""
    first = first_day(moment)
    return first is not None and first > today + datetime.timedelta(days=1)


def written(moment: object) -> str:
    """A moment as it stands in the record, without the time of day."""
    return moment.isoformat()[:10] if isinstance(moment, datetime.date) else str(moment or "")


def ages(birth: object, today: datetime.date) -> tuple[float, ...]:
    """The age in years that a date of birth gives; two of them where it leaves that open.

    Whole years, as people count them; below two years, months as a fraction.
    """
    span = _span(birth)
    return tuple(sorted({_age(day, today) for day in span})) if span else ()


def _age(birth: datetime.date, today: datetime.date) -> float:
    months = (today.year - birth.year) * 12 + today.month - birth.month - (today.day < birth.day)
    return float(months // 12) if months >= 24 else months / 12


def _span(moment: object) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day that a moment may mean."""
    if isinstance(moment, datetime.datetime):
        return moment.date(), moment.date()
    if isinstance(moment, datetime.date):
        return moment, moment
    match = _PART.fullmatch(moment) if isinstance(moment, str) else None
    if match is None:
        return None
    year, month = int(match[1]), match[2]
    if month is None:
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    last = calendar.monthrange(year, int(month))[1]
    return datetime.date(year, int(month), 1), datetime.date(year, int(month), last)
