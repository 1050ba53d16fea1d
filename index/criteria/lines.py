"""Eligibility text -> segments: pieces that are a heading, or an item with its marker, each with its place in the text.

Line ends separate segments; so do headings and numbered lists that stand in one run-on line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.criteria.criterion import Kind
from index.criteria.headings import heading, headings_inside
from index.criteria.layout import author_lines, base_indent
from index.criteria.markers import BULLET, PLAIN, is_mark_alone, read_mark
from index.criteria.run_on import LABEL, Cut, bullets, labelled, letters, numbers, semicolons

_NUMBERED = ("number", "dashed", "paren-number")


@dataclass(frozen=True)
class Segment:
    """A piece of the text. `start:end` leaves out its marker and the blanks around it."""

    start: int
    end: int
    indent: int
    style: str  # of its mark: PLAIN for none, DOT for a bullet inside the line
    number: int | None = None  # its place in an ordered list
    heading: Kind | None = None  # it starts the list of this kind
    after_blank: bool = False
    inline: bool = False  # found inside a run-on line
    group: bool = False  # it heads a part of the list
    lead: bool = False  # a list follows it in its line

    def text(self, whole: str) -> str:
        return whole[self.start : self.end]


def segments(text: str) -> Iterator[Segment]:
    """All pieces of `text` in order; blank lines and bare markers yield nothing."""
    blank, first = True, base_indent(text)
    for start, end in author_lines(text):
        if not text[start:end].strip():
            blank = True
            continue
        blank = blank or text.startswith("\n\n", start - 2)
        pieces = _pieces(text, start, end, blank)
        yield from (replace(piece, indent=max(piece.indent, first)) for piece in pieces) if start == 0 else pieces
        blank = False


def _pieces(text: str, start: int, end: int, blank: bool) -> Iterator[Segment]:
    """One line -> its segments: cut at headings, then at numbered lists."""
    cuts = [start]
    for inside in headings_inside(text, start, end):
        cuts += inside
    for number, (left, right) in enumerate(zip(cuts, [*cuts[1:], end], strict=True)):
        if segment := _segment(text, left, right, blank and left == start, inline=left != start):
            yield from _heading_split(text, segment, after_heading=number > 0 and number % 2 == 0)


def _segment(text: str, start: int, end: int, after_blank: bool, inline: bool = False) -> Segment | None:
    raw = text[start:end]
    indent = len(raw) - len(raw.lstrip())
    left, right = start + indent, start + len(raw.rstrip())
    if left >= right:
        return None
    style, number = PLAIN, None
    while style in (PLAIN, BULLET) and (mark := read_mark(text, left, right)):  # some mark an item twice: "* (1) …"
        style, number = mark.style, mark.number
        indent = left - start
        left = mark.end
        while left < right and text[left].isspace():
            left += 1
    if style == PLAIN and is_mark_alone(text[left:right]):
        return None
    return Segment(left, right, indent, style, number, after_blank=after_blank, inline=inline) if left < right else None


def _heading_split(text: str, segment: Segment, after_heading: bool) -> Iterator[Segment]:
    """A segment that begins with a heading -> the heading, and what follows it in the same line."""
    words = segment.text(text)
    folded = " ".join(words.split()) if "\n" in words else words
    kind, end = heading(folded, marked=segment.style != PLAIN)
    end = _unfolded(words, folded, end)
    if kind is None:
        yield from _run_on(text, segment, after_heading)
        return
    yield replace(segment, end=segment.start + end, heading=kind)
    rest = _segment(text, segment.start + end, segment.end, after_blank=False, inline=True)
    if rest:
        yield from _run_on(text, rest, after_heading=True)


def _unfolded(words: str, folded: str, end: int) -> int:
    """A place in the folded words -> the same place in the words as written."""
    if words is folded or not end:
        return end
    seen = len(folded[:end].replace(" ", ""))
    return next(match.end() for number, match in enumerate(re.finditer(r"\S", words), 1) if number == seen)


def _run_on(text: str, segment: Segment, after_heading: bool) -> Iterator[Segment]:
    """A segment in which a list stands in one line -> its items, with the words before the list as one more."""
    cuts = _cuts(text, segment, after_heading)
    if not cuts:
        yield segment
        return
    until = cuts[0].start
    if lead := _segment(text, segment.start, until, segment.after_blank, segment.inline):
        yield replace(segment, end=lead.end, lead=cuts[0].style != LABEL)
    for cut, following in zip(cuts, [*cuts[1:], None], strict=True):
        until = following.start if following else segment.end
        end = cut.end + len(text[cut.end : until].rstrip())
        style = segment.style if cut.style == "number" and segment.style in _NUMBERED else cut.style
        if cut.style == LABEL:
            yield Segment(cut.start, cut.end, segment.indent, PLAIN, group=True)
            style = PLAIN
        if cut.end < end:
            yield Segment(cut.end, end, segment.indent, style, cut.number, inline=cut.start != segment.start)


def _cuts(text: str, segment: Segment, after_heading: bool) -> list[Cut]:
    start, end = segment.start, segment.end
    if segment.style == PLAIN and (cuts := labelled(text, start, end)):
        return cuts
    if cuts := numbers(text, start, end, segment.number if segment.style in _NUMBERED else None):
        return cuts
    if cuts := letters(text, start, end):
        return cuts
    mark = text[max(0, start - 4) : start].rstrip()[-1:]
    if cuts := bullets(text, start, end, mark):
        return cuts
    return semicolons(text, start, end) if after_heading and segment.style == PLAIN else []
