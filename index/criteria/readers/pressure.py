"""Blood pressure written as one over the other: "BP > 160/100 mmHg", "between 90/60 and 140/90"."""

from __future__ import annotations

import re
from dataclasses import replace

from index.criteria.readers.bounds import Bound, bound_at

PRESSURE = re.compile(
    r"(?<![a-z])(?:(?:office|seated|sitting|resting|clinic|supine|mean|arterial|systemic|brachial)\s+)*"
    r"(?:blood pressures?|bp)(?:\s*\(bp\))?(?:\s*\((?:systolic/diastolic|seated|sitting|supine|resting)\))?(?![a-z])"
)
_RANGE = re.compile(r"\s*(?:(?:in the )?range (?:of |from )?|between |from |within )")
_JOIN = re.compile(r"\s*(?:(?P<to>-+|–|to|and|but|,)|(?P<or>or))\s*")
_OVER = re.compile(r"\s*/\s*(\d{2,3})(?!\d|\s*/)\s*(?:mm\s?(?:of )?\[?hg\]?(?![a-z]))?")
_SYSTOLIC = re.compile(r"\s*\(?systolic\)?\s*,?\s*(?P<join>and/or|and|or|/)\s*")
_DIASTOLIC = re.compile(r"\s*\(?diastolic\)?")
_UNIT = re.compile(r"\s*mm\s?(?:of )?\[?hg\]?(?![a-z])")


def pressures_at(text: str, start: int) -> tuple[tuple[list[Bound], list[Bound]], str, int] | None:
    """The bounds of the systolic and of the diastolic pressure at `start`, one or two of each, how the two are joined
    ("list" where one stands over the other), and where they end.
    """
    if said := _said(text, start):
        return said
    between = _RANGE.match(text, start)
    first = _pair(text, between.end() if between else start)
    if not first:
        return None
    join = _JOIN.match(text, first[2])
    second = _pair(text, join.end()) if join and join["to"] else None
    if join and second and (between or re.search(r"[-–]|to", join[0]) or (first[0].sign and second[0].sign)):
        return ([first[0], second[0]], [first[1], second[1]]), "list", second[2]
    return (([first[0]], [first[1]]), "list", first[2]) if first[0].sign else None


def _said(text: str, start: int) -> tuple[tuple[list[Bound], list[Bound]], str, int] | None:
    """ "> 180 mmHg systolic or > 110 mmHg diastolic"."""
    upper = bound_at(text, start, _mmhg)
    systolic = _SYSTOLIC.match(text, upper.end) if upper and upper.sign else None
    lower = bound_at(text, systolic.end(), _mmhg) if systolic else None
    diastolic = _DIASTOLIC.match(text, lower.end) if lower else None
    if not upper or not systolic or not lower or not diastolic:
        return None
    lower = replace(lower, sign=lower.sign or upper.sign)
    join = "both" if systolic["join"] == "and" else "either"
    return ([upper], [lower]), join, diastolic.end()


def _pair(text: str, start: int) -> tuple[Bound, Bound, int] | None:
    upper = bound_at(text, start, _mmhg)
    lower = _OVER.match(text, upper.end) if upper else None
    if not upper or not lower or not upper.number.isdigit():
        return None
    return upper, Bound(upper.sign, lower[1], "mmHg", upper.start, lower.end()), lower.end()


def _mmhg(text: str, start: int) -> tuple[str, int] | None:
    match = _UNIT.match(text, start)
    return ("mmHg", match.end()) if match else None
