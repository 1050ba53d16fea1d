"""One measurement as it is written: the names of analytes, their limits in canonical units, and the same limit once
more in another unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.criteria.readers.bounds import Bound, bound_at, bounds_at, ranges
from index.criteria.readers.words import Words, all_of, any_of, both_or_either
from index.criteria.rule import Range, Rule, Topic
from index.criteria.units import analyte_at, analytes, assume_unit, numbers_meant, unit_at, value_meant

_BETWEEN = re.compile(
    r"(?:[\s:,;-]|=(?!\s*[<>])|\b(?:levels?|counts?|values?|concentrations?|results?|score|of|is|are|was"
    r"|be|must be|should be|must|should|has to be|that is|at|with|a|an|the|to|both|each|remains?|test"
    r"|patients?|in serum|have|has|body)\b(?! than| more| less| greater| be(?:low)?\b)"
    r"|\((?:[a-z+ -]{2,12})\))*"
)
_NAME_JOIN = re.compile(
    r"\s*(?:(?P<both>,?\s*\band\b(?!/)|&|\+)|(?P<either>,?\s*\b(?:or|and/or)\b)|(?P<list>/|,))\s*(?:the )?(?:serum )?"
)
_BRACKET = re.compile(r"\s*(?:\(|\[|=|/|,?\s*i\.e\.,?)\s*(?:i\.e\.,?\s*|or\s+|equivalent to\s+|equal to\s+)?")


@dataclass(frozen=True, slots=True)
class Clause:
    """One analyte or several with one range; `end` is where the reading stopped."""

    rule: Rule
    start: int
    end: int
    subjects: tuple[str, ...]
    limits: tuple[Range, ...]


def clause_at(text: Words, start: int) -> Clause | None:
    flipped = flipped_clause(text.part(start)) if text.text[start : start + 1].isdigit() else None
    if flipped:
        return None
    names = _names(text.text, start)
    if not names:
        return None
    subjects, join, end = names
    begin = _BETWEEN.match(text.text, end)
    place = begin.end() if begin else end
    found = bounds_at(text.text, place, lambda where, at: unit_behind(where, at, subjects))
    if not found:
        return None
    bounds, how, stop = found
    return _clause_of(text, subjects, join, bounds, how, start, stop)


def _clause_of(
    text: Words, subjects: tuple[str, ...], join: str, bounds: list[Bound], how: str, start: int, end: int
) -> Clause | None:
    known = [read for subject in subjects if (read := limits(subject, bounds, how))]
    if len(known) < len(subjects):
        return None
    stop = _same_again(text.text, end, subjects, bounds)
    if stop is None:
        return None
    leaves = [
        any_of([text.asks(Topic.LAB, subject, start=start, end=stop, range=one) for one in read])
        for subject, read in zip(subjects, known, strict=True)
    ]
    upward = bounds[0].sign.startswith(">")
    rule = _several(text, leaves, join, upward, start, stop)
    return Clause(rule, start, stop, subjects, tuple(known[0]))


def limits(subject: str, bounds: list[Bound], how: str, default: str = "") -> list[Range] | None:
    return ranges(bounds, how, lambda number, unit: _value(subject, number, unit or default))


def _several(text: Words, leaves: list[Rule], join: str, upward: bool, start: int, end: int) -> Rule:
    """Several analytes with one limit: "AST and ALT ≤ 2 × ULN" asks for both, "AST/ALT > 3 × ULN" speaks of either."""
    if len(leaves) == 1:
        return leaves[0]
    wants_all = (not upward) != text.excludes
    if join == "list":
        return (
            any_of(leaves)
            if text.excludes and upward
            else all_of(leaves)
            if wants_all
            else both_or_either(leaves, text.as_written(start, end))
        )
    if (join == "both" and not text.excludes) or (join == "either" and text.excludes):
        return all_of(leaves) if join == "both" else any_of(leaves)
    return both_or_either(leaves, text.as_written(start, end))


def _names(text: str, start: int) -> tuple[tuple[str, ...], str, int] | None:
    """Names of analytes in a row, how they are joined, and where they end."""
    found = analyte_at(text, start)
    if not found:
        return None
    subjects, joins, end = [found.name], set(), found.end
    while (join := _NAME_JOIN.match(text, end)) and (following := analyte_at(text, join.end())):
        if following.name not in subjects:
            subjects.append(following.name)
            joins.add(str(join.lastgroup))
        end = following.end
    named = joins - {"list"} if len(joins) > 1 else joins
    return (tuple(subjects), named.pop() if named else "", end) if len(named) <= 1 else None


def flipped_clause(text: Words) -> Clause | None:
    """ "18 ≤ BMI ≤ 30": the lower limit stands before the name."""
    match = re.match(r"(\d[\d.,]*)\s*([^\d\s≤<]{0,8})\s*(≤|<|=<|<=)\s*", text.text)
    name = analyte_at(text.text, match.end()) if match else None
    if not match or not name:
        return None
    upper = bound_at(text.text, name.end, lambda where, at: unit_behind(where, at, (name.name,)))
    if not upper or not upper.sign.startswith("<"):
        return None
    lower = Bound(">" if match[3] == "<" else ">=", match[1], upper.unit, 0, match.end())
    return _clause_of(text, (name.name,), "", [lower, upper], "and", 0, upper.end)


def unit_behind(text: str, start: int, subjects: tuple[str, ...]) -> tuple[str, int] | None:
    found = unit_at(text, start, subjects[0])
    return (found.name, found.end) if found else None


def _value(subject: str, number: str, unit: str) -> tuple[float, str] | None:
    """A threshold in the canonical unit; without a unit only where the table leaves no doubt, and no multiple of
    `ULN` can be meant.
    """
    if unit:
        return value_meant(subject, number, unit)
    if analytes()[subject].uln and subject != "inr":
        return None
    readings = {assumed for value in numbers_meant(number) if (assumed := assume_unit(subject, value))}
    return readings.pop() if len(readings) == 1 else None


def _same_again(text: str, end: int, subjects: tuple[str, ...], bounds: list[Bound]) -> int | None:
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
            _value(subjects[0], first.number, first.unit or bounds[-1].unit),
            _value(subjects[0], second.number, second.unit or again[0][-1].unit),
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
