"""The characters with which a match of a spelling can begin, so that a text need not be held against every spelling.

It understands the regular expressions of our tables: groups, choices, sets, lookarounds and the usual repetitions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

ByLetter = Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]]
"""Named patterns by a letter that they can begin with."""

_DIGITS = frozenset("0123456789")
_CLASSES = {"d": _DIGITS, "s": frozenset(" \t\n"), "b": frozenset[str](), "B": frozenset[str]()}


def beginnings(spelling: str) -> frozenset[str]:
    """The first characters of what the spelling can match; an empty match has none."""
    found, _, _ = _choice(spelling, 0)
    return found


def by_letter(patterns: Iterable[tuple[str, re.Pattern[str]]]) -> ByLetter:
    letters = [(name, pattern, beginnings(pattern.pattern)) for name, pattern in patterns]
    every = frozenset[str]().union(*(begin for _, _, begin in letters))
    return {one: tuple((name, pattern) for name, pattern, begin in letters if one in begin) for one in every}


def any_of(named: ByLetter) -> re.Pattern[str]:
    """One pattern for all names, where no word goes on to the left."""
    choices = (f"(?={re.escape(one)})(?:{'|'.join(each.pattern for _, each in few)})" for one, few in named.items())
    return re.compile(r"(?<![a-z0-9])(?:" + "|".join(choices) + ")")


_Read = tuple[frozenset[str], bool, int]
"""First characters, whether it can be empty, and where the reading stopped."""


def _choice(text: str, place: int) -> _Read:
    found, empty = frozenset[str](), False
    while True:
        one, may_be_empty, place = _sequence(text, place)
        found, empty = found | one, empty or may_be_empty
        if place >= len(text) or text[place] != "|":
            return found, empty, place
        place += 1


def _sequence(text: str, place: int) -> _Read:
    found, empty = frozenset[str](), True
    while place < len(text) and text[place] not in "|)":
        one, may_be_empty, place = _atom(text, place)
        while place < len(text) and text[place] in "?*+{":
            may_be_empty = may_be_empty or text[place] in "?*" or text.startswith("{0", place)
            place = text.index("}", place) + 1 if text[place] == "{" else place + 1
        found, empty = (found | one if empty else found), empty and may_be_empty
    return found, empty, place


def _atom(text: str, place: int) -> _Read:
    match text[place]:
        case "(":
            looks = text.startswith(("(?=", "(?!", "(?<"), place)
            start = place + (1 if text[place + 1] != "?" else 3 if text[place + 2] != "<" else 4)
            found, empty, end = _choice(text, start)
            return (frozenset(), True, end + 1) if looks else (found, empty, end + 1)
        case "[":
            return _set(text, place)
        case "\\" if text[place + 1] == "x":
            return frozenset(chr(int(text[place + 2 : place + 4], 16))), False, place + 4
        case "\\":
            named = _CLASSES.get(text[place + 1], frozenset(text[place + 1]))
            return named, text[place + 1] in "bB", place + 2
    return frozenset(text[place]), False, place + 1


def _set(text: str, place: int) -> _Read:
    end = text.index("]", place + 2)
    members, found = text[place + 1 : end].replace("\\", ""), set[str]()
    for at, member in enumerate(members):
        if member == "-" and 0 < at < len(members) - 1:
            found.update(map(chr, range(ord(members[at - 1]), ord(members[at + 1]) + 1)))
        found.add(member)
    return frozenset(found), False, end + 1
