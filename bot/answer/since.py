"""Since when trials shall have been posted or updated, as a message says it: "new since March", "updated this year"."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator

from bot.person.reading.words import numbers

_MONTHS = {
    name.lower(): number for names in (calendar.month_name, calendar.month_abbr) for number, name in enumerate(names)
}
_MONTH = "|".join(sorted(filter(None, _MONTHS), key=len, reverse=True))
_UNIT = r"(?:days?|weeks?|months?|years?)"
_TIME = (
    r"(?:"
    r"(?P<from>since|after|from|on or after|starting(?: in| from)?|later than)\s+"
    r"(?:the\s+)?(?:(?:start|beginning) of\s+)?"
    rf"(?:(?P<iso>(?:19|20)\d\d-\d\d?-\d\d?)|(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{_MONTH})\b\.?"
    r"(?:\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?(?!\d))?(?:,?\s+(?P<year>(?:19|20)\d\d))?"
    rf"|(?P<only_year>(?:19|20)\d\d)|(?P<last>last|this)\s+(?P<period>week|month|year)|(?P<near>yesterday|today))\b"
    rf"|(?:(?:in|within|during|over)\s+)?(?:the\s+)?(?:last|past)\s+(?:(?P<count>\d+|[a-z]+)\s+)?(?P<unit>{_UNIT})\b"
    r"|(?:in\s+)?this\s+(?P<this>week|month|year)\b"
    r")"
)
_TRIALS = r"(?:trials?|studies|study|ones?|records?)"
_UPDATED = r"(?:last\s+)?(?:updated|changed|revised|verified|refreshed|update)"
_POSTED = r"(?:first\s+|newly\s+)?(?:posted|registered|added|listed|published|submitted|announced|appeared|uploaded)"
_WORDS = r"(?:[\w'-]+\s+){0,6}?"
_SAID = (
    ("updated_since", re.compile(rf"\b(?:only\s+)?{_UPDATED}\s+(?:\w+\s+){{0,2}}?{_TIME}", re.IGNORECASE)),
    ("posted_since", re.compile(rf"\b(?:only\s+)?{_POSTED}\s+(?:\w+\s+){{0,2}}?{_TIME}", re.IGNORECASE)),
    (
        "posted_since",
        re.compile(
            rf"(?:^|(?<=[.!?;,]\s)|\b(?:what'?s|what\s+is|anything|something|only|and|which\s+are|that\s+are|{_TRIALS})\s+)"
            rf"(?:the\s+)?(?:new|newer|newest)\s+{_TIME}",
            re.IGNORECASE,
        ),
    ),
    (
        "posted_since",
        re.compile(
            rf"\b(?:new|newer|newest|latest|recent)\s+(?:[\w'-]+\s+){{0,4}}?{_TRIALS}\s+{_WORDS}(?P<at>){_TIME}",
            re.IGNORECASE,
        ),
    ),
    (
        "posted_since",
        re.compile(rf"\b{_TRIALS}\s+(?:[\w'-]+\s+){{1,5}}?(?P<at>)(?:new|newer)\s+{_TIME}", re.IGNORECASE),
    ),
    ("posted_since", re.compile(rf"\b{_TRIALS}\s+(?P<at>){_TIME}", re.IGNORECASE)),
)
_BREAKS = re.compile(
    r"\b(?:had|have|has|diagnosed|treated|been|was|were|who|relapsed|started|got|getting)\b", re.IGNORECASE
)


def since_in(text: str, today: datetime.date | None) -> Iterator[tuple[str, datetime.date, int, int]]:
    """(`posted_since` or `updated_since`, the first day that counts, start, end of its words), each at most once."""
    told: set[str] = set()
    taken = len(text) + 1
    for name, pattern in _SAID:
        for match in pattern.finditer(text):
            start = match.start("at") if "at" in match.groupdict() else match.start()
            if name in told or start == taken or _BREAKS.search(match[0]):
                continue
            if since := _first_day(match, today):
                told.add(name)
                taken = start
                yield name, since, start, match.end()
                break


def _first_day(said: re.Match[str], today: datetime.date | None) -> datetime.date | None:
    try:
        return _dated(said, today) or (_counted(said, today) if today else None)
    except (ValueError, OverflowError):  # the 31st of February
        return None


def _dated(said: re.Match[str], today: datetime.date | None) -> datetime.date | None:
    after = (said["from"] or "").lower() in ("after", "later than")
    if said["iso"]:
        year, month, day = (int(part) for part in said["iso"].split("-"))
        return datetime.date(year, month, day) + datetime.timedelta(days=after)
    if said["only_year"]:
        return datetime.date(int(said["only_year"]) + after, 1, 1)
    if not said["month"] or not (said["year"] or today):
        return None
    month = _MONTHS[said["month"].lower()]
    day = int(said["day"] or said["day2"] or 1)
    if said["year"]:
        year = int(said["year"])
    else:
        assert today is not None
        year = today.year - ((month, day) > (today.month, today.day))  # the last one that there was
    first = datetime.date(year, month, day)
    if not after:
        return first
    whole_month = not (said["day"] or said["day2"])
    return first + datetime.timedelta(days=calendar.monthrange(year, month)[1] if whole_month else 1)


def _counted(said: re.Match[str], today: datetime.date) -> datetime.date | None:
    if said["near"]:
        return today - datetime.timedelta(days=said["near"].lower() == "yesterday")
    if period := (said["this"] or said["period"]):
        back = (said["last"] or "").lower() == "last"
        return _begin(period.lower(), today, back)
    if not said["unit"]:
        return None
    words = said["count"]
    count = 1 if words is None else int(words) if words.isdigit() else numbers().get(words.lower(), 0)
    return _ago(count or 3, said["unit"].lower().rstrip("s"), today)  # "the last few months"


def _begin(period: str, today: datetime.date, last: bool) -> datetime.date:
    match period:
        case "week":
            return today - datetime.timedelta(days=today.weekday() + 7 * last)
        case "month":
            first = today.replace(day=1)
            return (first - datetime.timedelta(days=1)).replace(day=1) if last else first
    return datetime.date(today.year - last, 1, 1)


def _ago(count: int, unit: str, today: datetime.date) -> datetime.date:
    match unit:
        case "day":
            return today - datetime.timedelta(days=count)
        case "week":
            return today - datetime.timedelta(weeks=count)
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return datetime.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
