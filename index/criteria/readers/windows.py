"""Time windows: "within 4 weeks before enrolment", "in the last 6 months", in days."""

from __future__ import annotations

import re

_LENGTH = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
_COUNTS = {
    word: float(number)
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
}
NUMBER = (
    rf"(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})(?: \(\d{{1,3}}\))?\s*-?(?:calendar )?(?P<length>hour|day"
    rf"|week|month|year)s?'?(?: \(\d+ days\))?"
)
_ANCHOR = (
    r"(?:(?:prior to|before|preceding|of|from|previous to|to)\s+(?:the\s+|this\s+|their\s+)?(?:(?:first"
    r"|start|starting|initiation|initiating|beginning|commencing|commencement|planned|date|day|time"
    r"|signing|receiving|entering|taking|joining|of|the|study|trial|protocol|informed|any|randomised"
    r"|randomized|your|you start|you)\s+)*"
    r"(?:registration|enrol?lment|enrol?ling|randomi[sz]ation|treatment|screening|dose|dosing|drug|entry"
    r"|therapy|inclusion|cycle 1,? day 1|cycle 1|c1d1|day 1|day 0|administration|consent|baseline|visit"
    r"|visit 1|intervention|vaccination|study|trial|participation|lymphodepletion|leukapheresis|apheresis"
    r"|medication|product|first dose|study treatment|recruitment|initiation|signing|start"
    r"|[a-z]{4,20}(?:mab|mide|nib))"
    r"(?:\s+(?:of|in|into|to|with)\s+(?:the\s+|this\s+)?(?:first\s+)?(?:dose of\s+)?(?:study|trial"
    r"|clinical study|clinical trial|investigational|protocol)?(?:\s*-?(?:drugs?|treatments?"
    r"|interventions?|medications?|products?|therapy|entry|vaccine|enrol?lment"
    r"|screening))?)?(?:\s+(?:visit|period))?)"
)
_RECENT = r"(?:last|past|previous|preceding|prior|recent)"
WINDOW = re.compile(
    rf",?\s*(?P<open>\()?\b(?:(?:with ?in|in|during|over|<|≤|less than)\s*(?:the\s+)?(?:{_RECENT}\s+)?(?:≤"
    rf"|<)?\s*{NUMBER}\s*{_ANCHOR}"
    rf"|(?:with ?in|in|during|over)\s+"
    rf"(?:the\s+)?{_RECENT}\s+{NUMBER.replace('count', 'count2').replace('length', 'length2')}"
    rf"|with ?in\s*(?:the\s+)?{NUMBER.replace('count', 'count3').replace('length', 'length3')}(?:\s+(?:ago"
    rf"|previously|earlier|before|prior))?)(?(open)\)?)(?![a-z])"
)
_LENGTHS = re.compile(r"hour|day|week|month|year")


def windows(text: str) -> list[re.Match[str]]:
    """The time windows in a text: "within 4 weeks before enrolment"."""
    return list(WINDOW.finditer(text)) if _LENGTHS.search(text) else []


def window_days(window: re.Match[str]) -> float:
    groups = window.groupdict()
    return span_days(
        next(filter(None, (groups[name] for name in ("count", "count2", "count3")))),
        next(filter(None, (groups[name] for name in ("length", "length2", "length3")))),
    )


def span_days(count: str, length: str) -> float:
    return round((_COUNTS.get(count) or float(count)) * _LENGTH[length], 2)
