"""Numbers with comparisons: "≥ 18 and < 65", "between 6.5 and 10 %", "2 or less", as ranges. Shared by ages,
laboratory values and scores.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from index.criteria.rule import Range
from index.criteria.units import NUMBER

UnitReader = Callable[[str, int], tuple[str, int] | None]
Value = Callable[[str, str], tuple[float, str] | None]
"""A number as written and its unit -> the value in the unit that ranges are kept in; `None` where it makes no sense."""

_COMPARISONS = {
    ">=": (
        r"≥(?: ?/ ?=| ?=| to\b| than\b)?|>\s?/?\s?=|=\s?/?\s?>|>_|at ?/ ?above|>\s?or\s?(?:equal to|=(?: to)?)"
        r"|(?:is |are |be )?(?:greater"
        r"|more|higher|older|larger)(?: than)?(?: to)?,?(?: \(?or)?(?: to)? equal(?:s|led)?(?: to| than)?\)?"
        r"|equal(?: to)?(?: or|,| and|/)? ?(?:greater|more|higher|older|above|over)(?: than)?|(?:of )?at least"
        r"|(?:no|not)(?: be)? (?:less|lower|fewer|younger|smaller) than|(?:with )?(?:a )?minimum(?: of| age of"
        r"| age)?|not below|not under|from the age of|starting (?:at|from)|⩾"
    ),
    "<=": (
        r"≤(?: ?/ ?=| ?=| to\b| than\b)?|<\s?/?\s?=|=\s?/?\s?<|<_|at ?/ ?below|<\s?or\s?(?:equal to|=(?: to)?)"
        r"|(?:is |are |be )?(?:less"
        r"|lower|fewer|younger|smaller)(?: than)?(?: to)?,?(?: \(?or)?(?: to)? equal(?:s|led)?(?: to"
        r"| than)?\)?"
        r"|equal(?: to)?(?: or|,| and|/)? ?(?:less|lower|younger|below)(?: than)?|at most|(?:no"
        r"|not)(?: be)? (?:more|greater|higher|older|larger) than|(?:a )?maximum(?: of)?"
        r"|up to(?: and including)?|not exceed(?:ing)?|(?:does|do|must|should) not exceed|not above|not over|⩽"
    ),
    ">": (
        r">|˃|(?:is |are |be )?(?:greater|more|higher|older|larger|heavier)(?: than)?|above|over|major than|exceed(?:s"
        r"|ed|ing)?|in excess of"
    ),
    "<": (r"<|˂|(?:is |are |be )?(?:less|lower|fewer|younger|smaller)(?: than)?|minor than|below|under"),
}
COMPARE = re.compile(
    "|".join(
        f"(?P<{name}>{_COMPARISONS[sign]})" for name, sign in (("ge", ">="), ("le", "<="), ("gt", ">"), ("lt", "<"))
    )
    .replace(" ", r"\s+")
    .replace(r"\s+?", r"\s*")
)
_SIGNS = {"ge": ">=", "le": "<=", "gt": ">", "lt": "<"}
_AFTER = re.compile(
    r"\s*,?\s*(?:\(?(?P<ge>(?:or|and|&|and/or|/)\s+(?:older|above|over|greater|more|higher|up|upwards?"
    r"|elder|better)\b|\+(?!\s*/)|plus\b)"
    r"|(?P<le>(?:or|and|&|and/or|/)\s+(?:younger|below|under|less|lower|fewer)\b))\)?"
)
_NUMBER = re.compile(NUMBER)
_SAID = {"one": 1, "two": 2, "twice": 2, "double": 2, "three": 3, "thrice": 3, "triple": 3, "four": 4, "five": 5,
         "six": 6, "seven": 7, "eight": 8, "ten": 10, "twenty": 20, "thirty": 30, "fifty": 50}  # fmt: skip
_IN_WORDS = re.compile(rf"(?:{'|'.join(_SAID)})\b(?: \(\d+\))?")
_SIGN_AGAIN = re.compile(r"\s*\((?:[≥≤<>=/]|or equal to){1,3}\)")
"""The comparison once more as a sign: "less than (<) 90"."""
_JOIN = re.compile(
    r"\s*(?:(?P<to>-+|~|--|to|through|thru|until|till|–|up to|\.\.)|(?P<or>,?\s*(?:or|and/or|/)\b)"
    r"|(?P<and>,?\s*(?:and|but|&)|,|;))\s*(?:also )?(?:is |are |who are )?\s*"
)


@dataclass(frozen=True, slots=True)
class Bound:
    """One number as it stands: `sign` is empty where it has no comparison."""

    sign: str
    number: str
    unit: str
    start: int
    end: int


def bound_at(text: str, start: int, unit_reader: UnitReader) -> Bound | None:
    """A comparison, a number and a unit at `start`; a unit alone counts as one (`≤ ULN`)."""
    place = _skip(text, start)
    compare = COMPARE.match(text, place)
    sign = next((_SIGNS[name] for name, found in compare.groupdict().items() if found), "") if compare else ""
    place = _skip(text, compare.end()) if compare else place
    if compare and (again := _SIGN_AGAIN.match(text, compare.end())):
        place = _skip(text, again.end())
    if compare and (age := re.compile(r"(?:the )?(?:age of )").match(text, place)):
        place = age.end()
    number = _number_at(text, place, unit_reader)
    if not number:
        unit = unit_reader(text, place) if sign else None
        return Bound(sign, "1", unit[0], start, unit[1]) if unit and unit[0] == "ULN" else None
    written, stop = number
    unit = unit_reader(text, stop)
    end = unit[1] if unit else stop
    if not sign and (after := _AFTER.match(text, end)):
        sign, end = (">=" if after["ge"] else "<="), after.end()
        late = unit_reader(text, end) if not unit else None
        unit, end = (late, late[1]) if late else (unit, end)
    return Bound(sign, written, unit[0] if unit else "", start, end)


def _number_at(text: str, place: int, unit_reader: UnitReader) -> tuple[str, int] | None:
    """A number in digits or in words, and where it ends; in "100 109/L" the blank parts the number from its unit."""
    said = _IN_WORDS.match(text, place)
    if said:
        return str(_SAID[re.split(r"\W", said[0])[0]]), said.end()
    number = _NUMBER.match(text, place)
    if not number:
        return None
    first, blank, _ = number[0].partition(" ")
    if blank and unit_reader(text, place + len(first)):
        return first, place + len(first)
    return number[0], number.end()


def bounds_at(text: str, start: int, unit_reader: UnitReader) -> tuple[list[Bound], str, int] | None:
    """One or two bounds at `start`, how they are joined (`to`, `or`, `and`, or empty), and where they end."""
    between = re.compile(
        r"\s*(?:(?:(?:with)?in )?(?:the |a )?range (?:of |from |between )?|between |from |ranging (?:from "
        r"|between )?|within )"
    ).match(text, start)
    first = bound_at(text, between.end() if between else start, unit_reader)
    if not first:
        return None
    join = _JOIN.match(text, first.end)
    second = bound_at(text, join.end(), unit_reader) if join else None
    if not join or not second or not _pair(first, second, join, bool(between)):
        return None if between and not first.sign else ([first], "", first.end)
    return [first, second], str(join.lastgroup), second.end


def _pair(first: Bound, second: Bound, join: re.Match[str], between: bool) -> bool:
    """Whether two numbers in a row belong to one range: not "0, 1" and not "≥ 60, 5 days"."""
    if first.sign and second.sign:
        return first.sign[0] != second.sign[0]
    return bool(join["to"]) or (between and bool(join["and"]) and not first.sign and not second.sign)


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] == " ":
        place += 1
    return place


def ranges(bounds: list[Bound], join: str, value: Value) -> list[Range] | None:
    """One range, or two where the words ask for what lies outside ("< 18 or > 65"); `None` where the numbers make no
    sense.
    """
    default = next((bound.unit for bound in reversed(bounds) if bound.unit), "")
    values = [value(bound.number, bound.unit or default) for bound in bounds]
    if any(one is None for one in values):
        return None
    known = [one for one in values if one is not None]
    if len({unit for _, unit in known}) != 1:
        return None
    signs = [bound.sign for bound in bounds]
    if len(bounds) == 1:
        return [_one(signs[0], *known[0])] if signs[0] else None
    (first, unit), (second, _) = known
    if join == "to" or not (signs[0] or signs[1]):
        signs = [signs[0] or ">=", signs[1] or "<="]
        if signs[0][0] != ">" or signs[1][0] != "<" or first >= second:
            return None
    if signs[0][0] == "<":
        first, second, signs = second, first, [signs[1], signs[0]]
    if first > second and join in {"or", "and"}:
        return [_one(signs[1], second, unit), _one(signs[0], first, unit)]
    if first >= second or join == "or":
        return None
    return [Range(low=first, high=second, low_included=signs[0] == ">=", high_included=signs[1] == "<=", unit=unit)]


def _one(sign: str, number: float, unit: str) -> Range:
    if sign[0] == ">":
        return Range(low=number, low_included=sign == ">=", unit=unit)
    return Range(high=number, high_included=sign == "<=", unit=unit)
