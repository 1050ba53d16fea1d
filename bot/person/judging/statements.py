"""A person's own words, statement by statement, each with whether it may settle anything about them.

A statement is a slice of what was written, cut only where no denial reaches over; what is asked, imagined, doubted or
told of somebody else is numbered too, and settles nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from bot.person.facts import Relation
from bot.person.reading.holders import Holder, Mention, Unnamed
from bot.person.reading.message import Message


class Statement(NamedTuple):
    """A stretch of the person's own words; `holds`: it says what is so, surely, and of nobody else."""

    id: str
    text: str
    holds: bool


_CUT = re.compile(
    r"\s*,\s*(?:(?:or|and|nor)\s+)?(?:(?:an?|any|no)\s+)*family history\b"
    r"|(?<!\bnothing)(?<!\banything)(?<!\ball)\s(?:but(?! also\b| for\b)|however|although|though)\b"
)
"""Places over which no denial reaches; a list stays with the "no" before it."""
_ITEM = re.compile(r"\s*[-*•]")


def statements_in(sentences: Sequence[str], about: Relation) -> tuple[Statement, ...]:
    """All statements, `s2.1` being the first of the second text."""
    told = Message("\n\n".join(sentences))
    cuts = sorted(set(_cuts(told)))
    found, at = [], 0
    for number, sentence in enumerate(sentences, start=1):
        end = at + len(sentence)
        inside = cuts[bisect_right(cuts, at) : bisect_left(cuts, end)]
        spans = [_trimmed(told.text, *span) for span in pairwise((at, *inside, end))]
        worded = [span for span in spans if re.search(r"\w", told.text[slice(*span)])]
        for place, span in enumerate(worded, start=1):
            found.append(Statement(f"s{number}.{place}", told.text[slice(*span)], _holds(told, *span, about)))
        at = end + 2
    return tuple(found)


def _cuts(told: Message) -> Iterator[int]:
    for zone in told.zones:
        yield from (zone.start, zone.end)
    yield from (stop for _, stop in told.sentences if _ended(told.text, stop))
    yield from (match.start() for match in _CUT.finditer(told.low))


def _ended(text: str, stop: int) -> bool:
    """Whether a sentence is over, or a line that opens no list and is followed by no item of one."""
    tail = text[max(0, stop - 3) : stop]
    last = tail.rstrip()[-1:]
    return last in (".", "?", "!") or ("\n" in tail and last not in ":;," and not _ITEM.match(text, stop))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    said = text[start:end]
    return start + len(said) - len(said.lstrip(" ,;\n\t\r")), start + len(said.rstrip(" ,;\n\t\r"))


def _holds(told: Message, start: int, end: int, about: Relation) -> bool:
    if any(zone.start < end and start < zone.end for zone in told.zones) or told.unsure(start, end):
        return False
    inside = [mention for mention in told.mentions if start <= mention.start < end]
    return _may_be(told.holder(end - 1), about) and not any(_a_relative(mention, about) for mention in inside)


def _may_be(holder: Holder | None, about: Relation) -> bool:
    if holder is Unnamed.THIRD:
        return about is not Relation.SELF
    return holder in (None, about) or (holder is Relation.SELF and about is Relation.PATIENT)


def _a_relative(mention: Mention, about: Relation) -> bool:
    if mention.holder is Unnamed.OTHER:
        return mention.sex is not None
    return isinstance(mention.holder, Relation) and mention.holder not in (about, Relation.SELF)
