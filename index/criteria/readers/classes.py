"""Classes and grades that are written in numerals or letters: "NYHA class III or IV", "ASA I-III", "Child-Pugh B"."""

from __future__ import annotations

import re

from index.criteria.readers.bounds import COMPARE
from index.criteria.rule import Range

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "ⅰ": 1, "ⅱ": 2, "ⅲ": 3, "ⅳ": 4, "ⅴ": 5}
_LETTERS = {"a": (5.0, 6.0), "b": (7.0, 9.0), "c": (10.0, 15.0)}
"""Child-Pugh's classes in its points."""
_LEAD = re.compile(
    r"(?:[\s:,-]|\b(?:functional|states?|class(?:es|ification)?|stages?|grades?|status|categor(?:y|ies)|groups?"
    r"|levels?|of|is|are"
    r"|criteria|system|health|physiological|guidelines|(?:congestive )?heart failure|cardiac disease|scores?|symptoms?"
    r"|being|fc|either|liver disease|cirrhosis|physical|risk|and/or(?= higher))\b|[(\[](?:fc|nyha|asa|ps|cp|chf)[)\]]"
    r"|[\"'p](?=[1-6abc]\b))*"
)
_NUMERAL = (
    r"(?:class(?:es)?\s+|grade\s+|stage\s+|level\s+)?(?:asa\s+)?(iv|i{1,3}|vi|v|[1-6]|[ⅰ-ⅴ])(?:\s?[ab])?(?![a-z0-9.%])"
)
_LETTER = r"(?:class(?:es)?\s+)?[(\"']?([abc])[)\"']?(?![a-z0-9%])(?!\.\d)"
_NEXT = r"\s*(?:(-+|–|to|through)|,\s*(?:or|and)|/|,|;|&|\b(?:or|and|e|y)\b)\s*"
_LATE = re.compile(
    r"\s*,?\s*\(?(?:(?P<up>(?:or|and|/)\s+(?:above|over|greater|more|higher|worse)\b|\+)|(?P<down>(?:or|and"
    r"|/)\s+(?:below|less|lower|better)\b))\)?"
)
_SIGNS = {"ge": ">=", "le": "<=", "gt": ">", "lt": "<"}


def classes_at(text: str, start: int, lettered: bool) -> tuple[list[Range], int] | None:
    """The ranges of the classes named at `start`, without a unit, and where they end; several where one is missing."""
    lead = _LEAD.match(text, start)
    place = lead.end() if lead else start
    compare = COMPARE.match(text, place)
    if compare:
        place = compare.end()
        while place < len(text) and text[place] == " ":
            place += 1
    named = _named(text, place, lettered)
    if named is None:
        return None
    found, end = named
    late = _LATE.match(text, end)
    sign = next((_SIGNS[name] for name, one in compare.groupdict().items() if one), "") if compare else ""
    if not sign and late and len(found) == 1:
        sign, end = (">=" if late["up"] else "<="), late.end()
    if sign:
        return ([_compared(sign, *found[0])], end) if len(found) == 1 else None
    return _joined(sorted(found)), end


def _named(text: str, place: int, lettered: bool) -> tuple[list[tuple[float, float]], int] | None:
    """The classes in a row, each as the lowest and highest value that it stands for."""
    one = re.compile(_LETTER if lettered else _NUMERAL)
    following = re.compile(_NEXT + (_LETTER if lettered else _NUMERAL))
    first = one.match(text, place)
    if not first:
        return None
    found, end = [_value(first[1], lettered)], first.end()
    while match := following.match(text, end):
        value = _value(match[2], lettered)
        if match[1] and value <= found[-1]:
            return None
        found[-1:] = [(found[-1][0], value[1])] if match[1] else [found[-1], value]
        end = match.end()
    return found, end


def _value(written: str, lettered: bool) -> tuple[float, float]:
    if lettered:
        return _LETTERS[written]
    number = float(_ROMAN.get(written) or written)
    return number, number


def _joined(found: list[tuple[float, float]]) -> list[Range]:
    """Neighbours as one range."""
    kept = [found[0]]
    for low, high in found[1:]:
        if low <= kept[-1][1] + 1:
            kept[-1] = (kept[-1][0], max(high, kept[-1][1]))
        else:
            kept.append((low, high))
    return [Range(low=low, high=high) for low, high in kept]


def _compared(sign: str, low: float, high: float) -> Range:
    match sign:
        case ">=":
            return Range(low=low)
        case ">":
            return Range(low=high, low_included=False)
        case "<=":
            return Range(high=high)
    return Range(high=low, high_included=False)
