"""Laboratory values and other measurements, in the canonical unit of each analyte; what has two readings has none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.person.reading.message import Found, Message
from index.criteria.rule import Attribute, Topic
from index.criteria.units import (
    NUMBER,
    analytes,
    analytes_in,
    assume_unit,
    convert,
    numbers_meant,
    plausible,
    unit_at,
    value_meant,
)

_LINK = re.compile(
    r"\s*(?:\([^()\n]{0,24}\)\s*)?(?:(?:'s|levels?|counts?|values?|results?|score|reading|is|was|are|were|of|at|to be|"
    r"found to be|came back|came out|running|around|about|roughly|approximately|approx\.?|currently|now|today|"
    r"recently|only|just|still|has been|have been|measured|which is|last (?:week|month)|yesterday|[:=~,])\s*){0,5}"
)
_NUMBER = re.compile(rf"(?P<n>{NUMBER})(?P<k>\s?k\b(?!/))?")
_RANGE = re.compile(r"\s*(?:-|–|to|or|/|±|\+/-)\s*\d")
_BARE = re.compile(
    r"\s*(?:$|[,;)!?\n]|\.(?!\d)|[-–]\s|\((?:low|high|normal|l|h)\)|(?:and|but|so|now|today|last|in|on|with|at|which|"
    r"as|i|my|he|she|his|her|this|that|when|after|because|yesterday|low|high|normal|range|or so|is|can|what|do|"
    r"platelets|hemoglobin|creatinine|wbc|alt|ast|plts?|hgb|hb|anc|inr|bun|na|k|ecog|kps|age|sex|psa|ldh|bmi)\b)"
)
_THEN = re.compile(
    r"\b(?:at (?:diagnosis|presentation|birth)|when (?:i|he|she) was|used to be|originally|initially|back then|"
    r"before (?:treatment|chemo|surgery)|in (?:19|20)\d\d|normal (?:range|is|value)|reference|should be|goal|target|"
    r"at (?:19|20)\d\d|dropp?ed|fell|rose|went (?:up|down)|from \d|increased|decreased|improved|admission)\b"
)
_ELSEWHERE = re.compile(
    r"\b(?:urin(?:e|ary|alysis)|csf|fluid|ascit\w+|cord|u/a|/?hpf|high-power)\b"
)  # not of the blood
_ITEM_ENDS = re.compile(r",\s|;")


def measurements(message: Message) -> Iterator[Found]:
    """`my hemoglobin is 9` -> 90 g/L; a bound, a range, an old value or an impossible one is left out."""
    for name in analytes_in(message.low):
        link = _LINK.match(message.low, name.end)
        number = _NUMBER.match(message.low, link.end() if link else name.end)
        if (
            number is None
            or _RANGE.match(message.low, number.end())
            or not re.search(r"[\s:=~,)]", message.low[name.end : number.start()] or "-")
        ):
            continue
        left, right = message.clause(name.start)
        if _of_other_fluid(message.low, name.start, number.end(), left, right):
            continue
        if _THEN.search(message.low, left, right) or _denied(message, number.start()):
            continue
        read = _value(message.low, name.name, number)
        if read is None:
            continue
        value, unit, end = read
        yield Found(
            Attribute(topic=Topic.LAB, subject=name.name), value, name.start, end, at=name.start, unit=unit,
            days_ago=message.days_ago(name.start, right), unsure=message.unsure(name.start, end),
        )  # fmt: skip


def _of_other_fluid(low: str, start: int, end: int, left: int, right: int) -> bool:
    """Whether the item of the list says that it was measured in urine or the like, or the list began so."""
    until = _ITEM_ENDS.search(low, end, right)
    begins = max((mark.end() for mark in _ITEM_ENDS.finditer(low, left, start)), default=left)
    opens = low.find(",", left, start)
    return bool(
        _ELSEWHERE.search(low, begins, until.start() if until else right)
        or _ELSEWHERE.search(low, left, opens if opens >= 0 else start)
    )


def _denied(message: Message, at: int) -> bool:
    denial = message.denial(at)
    return denial is not None and "," not in message.low[denial:at]


def _value(low: str, subject: str, number: re.Match[str]) -> tuple[float, str, int] | None:
    """The value, its canonical unit, and where it ends."""
    if number["k"]:
        return _in_thousands(subject, number)
    unit = unit_at(low, number.end(), subject)
    if unit is not None:
        meant = value_meant(subject, number["n"], unit.name)
        return (*meant, unit.end) if meant else None
    if not _BARE.match(low, number.end()):
        return None
    readings = {assume_unit(subject, value) for value in numbers_meant(number["n"])} - {None}
    meant = readings.pop() if len(readings) == 1 else None
    return (*meant, number.end()) if meant else None


def _in_thousands(subject: str, number: re.Match[str]) -> tuple[float, str, int] | None:
    """`85k` platelets are 85 000 in a microlitre."""
    value = numbers_meant(number["n"])[-1] * 1000
    if "cells" not in analytes()[subject].families or not plausible(subject, value, "/µL"):
        return None
    meant = convert(subject, value, "/µL")
    return (*meant, number.end()) if meant else None
