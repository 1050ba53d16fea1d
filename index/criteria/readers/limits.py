"""The limits that stand behind the name of an analyte, in canonical units: what may stand between, and the same once
more in another unit.
"""

from __future__ import annotations

import re

from index.criteria.readers.bounds import Bound, UnitReader, bound_at, bounds_at, ranges
from index.criteria.rule import Range
from index.criteria.units import analytes, assume_unit, numbers_meant, unit_at, value_meant

_FOR_WHOM = (
    r"[^()]*\b(?:men|women|m?ales?|females?|boys|girls|if|for|when|with|without|except|unless|adults?|children)\b"
)
BETWEEN = re.compile(
    r"\s?[)\]]?(?:[\s:,;-]|i\.e\.|=(?!\s*/?\s*[<>])|\b(?:levels?|counts?|values?|concentrations?|results?|scores?|of|is"
    r"|are|was|were|(?:at|after) \d+ minutes?"
    r"|be|must be|should be|must|should|has to be|that is|at(?! least\b| most\b)|with|an?|the|to|both|each|all"
    r"|remains?|prolongation|prolonged|elevations?|elevated"
    r"|tests?|patients?|in serum|have|has|having|body|known to be|found to be|measured|measurements?|estimated"
    r"|calculated|corrected|readings?"
    r"|that are|(?:is |are )?defined as|which is|which are|equals?(?! or\b| to or\b)|of either|currently|intervals?|"
    r"(?:on|in|at|while breathing|breathing) (?:room air|rest)|by pulse oximetry|in the blood)\b(?!/)"
    r"|\([a-z]{1,8}[- ]?\d{0,2}\)|\((?=\s*(?:[<>≥≤=]|less|greater|more|at least|below|above|over|under|between|\d))"
    rf"|[(\[](?!{_FOR_WHOM})[^()\[\]≥≤<>=\d]{{2,90}}[)\]]|\.\s(?=[<>≥≤=]))*"
)
_BRACKET = re.compile(r"\s*(?:\(|\[|=|/|,?\s*i\.e\.,?)\s*(?:i\.e\.,?\s*|or\s+|equivalent to\s+|equal to\s+)?")


_LARGEST_MULTIPLE = 30  # a larger bare number is no multiple of the upper limit of normal


def limits(subject: str, bounds: list[Bound], how: str, default: str = "") -> list[Range] | None:
    return ranges(bounds, how, lambda number, unit: value_of(subject, number, unit or default))


def reader_of(subjects: tuple[str, ...]) -> UnitReader:
    return lambda where, at: unit_behind(where, at, subjects)


def unit_behind(text: str, start: int, subjects: tuple[str, ...]) -> tuple[str, int] | None:
    """A unit of the analyte, and its end; once more in brackets behind it, "percent (%)", it says nothing new."""
    found = unit_at(text, start, subjects[0])
    if not found:
        return None
    opening = re.compile(r"\s*[(\[]\s*").match(text, found.end)
    again = unit_at(text, opening.end(), subjects[0]) if opening else None
    closing = re.compile(r"\s*[)\]]").match(text, again.end) if again and again.name == found.name else None
    return found.name, closing.end() if closing else found.end


def value_of(subject: str, number: str, unit: str) -> tuple[float, str] | None:
    """A threshold in the canonical unit; without a unit only where the table leaves no doubt, and no multiple of
    `ULN` can be meant.
    """
    if unit:
        return value_meant(subject, number, unit)
    if analytes()[subject].uln and subject != "inr" and max(numbers_meant(number), default=0) <= _LARGEST_MULTIPLE:
        return None
    readings = {assumed for value in numbers_meant(number) if (assumed := assume_unit(subject, value))}
    return readings.pop() if len(readings) == 1 else None


def past(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match else place


def closed(text: str, start: int, end: int) -> int:
    """Past the bracket that was opened before the limit: "cholesterol (> 350 mg/dL)"."""
    closing = re.compile(r"\s*[)\]]").match(text, end)
    opened = sum(text.count(mark, start, end) for mark in "([") - sum(text.count(mark, start, end) for mark in ")]")
    return closing.end() if closing and opened > 0 else end


def further_limit(text: str, end: int, subjects: tuple[str, ...], bounds: list[Bound]) -> tuple[Bound, str, int] | None:
    """A second limit behind the first one's other unit: "< 8.0 mg/dl (2.00 mmol/L) or ≥ 12.0 mg/dl (3.00 mmol/L)"."""
    join = re.compile(r"\s*,?\s*\b(or|and|but)\s+").match(text, end) if len(bounds) == 1 else None
    bound = bound_at(text, join.end(), reader_of(subjects)) if join else None
    if not join or not bound or not bound.sign or bound.sign[0] == bounds[0].sign[:1]:
        return None
    stop = same_again(text, bound.end, subjects, [bound])
    return (bound, "or" if join[1] == "or" else "and", stop) if stop else None


def same_again(text: str, end: int, subjects: tuple[str, ...], bounds: list[Bound]) -> int | None:
    """Past the same limit in another unit, "≥ 9 g/dL (90 g/L)"; `None` if the second one says something else."""
    bracket = _BRACKET.match(text, end)
    again = bounds_at(text, bracket.end(), lambda where, at: unit_behind(where, at, subjects)) if bracket else None
    if (
        not bracket
        or not again
        or not again[0][0].unit
        or re.match(r"[^)\]]*\b(?:if|for|in|with|when)\b", text[again[2] :])
    ):
        return end
    if len(again[0]) != len(bounds):
        return None
    for first, second in zip(bounds, again[0], strict=True):
        one, two = (
            value_of(subjects[0], first.number, first.unit or bounds[-1].unit),
            value_of(subjects[0], second.number, second.unit or again[0][-1].unit),
        )
        if (
            not one
            or not two
            or one[1] != two[1]
            or abs(one[0] - two[0]) > 0.06 * one[0]
            or (second.sign and second.sign[0] != first.sign[0])
        ):
            return None
    close = re.compile(r"\s*[)\]]").match(text, again[2])
    return close.end() if close else again[2]
