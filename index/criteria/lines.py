"""Eligibility text -> segments: pieces that are a heading, or an item with its marker, each with its place in the text.

Line ends separate segments; so do headings and numbered lists that stand in one run-on line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.criteria.criterion import Kind
from index.criteria.headings import heading, headings_inside

BULLET = "bullet"
PLAIN = "plain"  # no marker

_BULLET = r"[*\-–—•·●○◦▪■□►▶➢✓✔∙‣⁃+#]|o(?=\s)|[\uf0a7\uf0b7\uf0d8]"
_MARKER = re.compile(
    rf"""(?P<bullet>(?:{_BULLET})+)(?=\s|[A-Z<>≥≤(])
    | (?P<paren>\((?:\d{{1,2}}|[a-zA-Z]|[ivx]{{1,4}})\))(?=\s|\w)
    | (?P<dotted>\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}[.)]?)(?=\s+[A-Za-z≥≤<>])
    | (?P<number>\#?\d{{1,2}}\s?[.)\]、:](?!\d)(?=\s|[A-Za-z≥≤<>(])|\d{{1,2}}\s?-(?=\s*[A-Za-z]))
    | (?P<letter>[a-zA-Z][.)])(?=\s|[A-Z])
    | (?P<roman>[ivx]{{1,5}}[.)]|[IVX]{{1,5}}[.)])(?=\s)
    """,
    re.VERBOSE,
)

_LINE = re.compile(
    r"(?:[^\n]|(?<=clusion)\n\s*(?=criteri)|(?<=clusion)\n\s*(?=Criteri)|(?<=CLUSION)\n\s*(?=CRITERI))+"
)  # a name cut by its line end
_ENUMERATED = re.compile(r"(?:(?<=\s)|(?<=[;:.,)])|^)\(?(?P<n>\d{1,2})[.)](?!\d)\s*(?=[A-Za-z≥≤<>(≧“\"])")


@dataclass(frozen=True)
class Segment:
    """A piece of the text. `start:end` leaves out its marker and the blanks around it."""

    start: int
    end: int
    indent: int
    style: str  # BULLET, PLAIN, "number", "letter", "roman", "paren", "dotted"
    number: int | None = None  # its place in an ordered list
    heading: Kind | None = None  # it starts the list of this kind
    after_blank: bool = False
    inline: bool = False  # found inside a run-on line

    def text(self, whole: str) -> str:
        return whole[self.start : self.end]


def segments(text: str) -> Iterator[Segment]:
    """All pieces of `text` in order; blank lines and bare markers yield nothing."""
    blank = True
    for line in _LINE.finditer(text):
        if not line[0].strip():
            blank = True
            continue
        blank = blank or text[: line.start()].endswith("\n\n")
        yield from _pieces(text, line.start(), line.end(), blank)
        blank = False


def _pieces(text: str, start: int, end: int, blank: bool) -> Iterator[Segment]:
    """One line -> its segments: cut at headings, then at numbered lists."""
    cuts = [start]
    for inside in headings_inside(text, start, end):
        cuts += inside
    for left, right in zip(cuts, [*cuts[1:], end], strict=True):
        if segment := _segment(text, left, right, blank and left == start, inline=left != start):
            yield from _heading_split(text, segment)


def _segment(text: str, start: int, end: int, after_blank: bool, inline: bool = False) -> Segment | None:
    raw = text[start:end]
    indent = len(raw) - len(raw.lstrip())
    left, right = start + indent, start + len(raw.rstrip())
    if left >= right:
        return None
    style, number = PLAIN, None
    while match := _MARKER.match(text, left, right):  # some exports mark an item twice: "* (1) …"
        if style not in (PLAIN, BULLET):
            break
        style, number = _read_marker(match)
        indent = left - start
        left = match.end()
        while left < right and text[left].isspace():
            left += 1
    if style == PLAIN and re.fullmatch(rf"(?:{_BULLET})+|\d{{1,2}}[.)]", text[left:right]):
        return None
    return Segment(left, right, indent, style, number, after_blank=after_blank, inline=inline) if left < right else None


def _read_marker(match: re.Match[str]) -> tuple[str, int | None]:
    style = str(match.lastgroup)
    mark = match[0].strip("#().、:] -").rstrip(".)")
    if style == "paren":
        style = "paren-number" if mark.isdigit() else "paren-letter"
    if mark.isdigit():
        return style, int(mark)
    if style in ("letter", "paren-letter") and len(mark) == 1:
        return style, ord(mark.lower()) - ord("a") + 1
    if style == "dotted":
        return style, int(mark.split(".")[-1])
    return (BULLET, None) if style == "bullet" else (style, None)


def _heading_split(text: str, segment: Segment) -> Iterator[Segment]:
    """A segment that begins with a heading -> the heading, and what follows it in the same line."""
    kind, end = heading(segment.text(text), marked=segment.style != PLAIN)
    if kind is None:
        yield from _enumeration_split(text, segment)
        return
    yield replace(segment, end=segment.start + end, heading=kind)
    rest = _segment(text, segment.start + end, segment.end, after_blank=False, inline=True)
    if rest:
        yield from _enumeration_split(text, rest)


def _enumeration_split(text: str, segment: Segment) -> Iterator[Segment]:
    """A run-on item "1. … 2. … 3. …" -> one segment each; anything else is left whole."""
    starts = _run_of_numbers(text, segment)
    if not starts:
        yield segment
        return
    first = starts[0][0]
    if lead := _segment(text, segment.start, first, segment.after_blank, segment.inline):
        yield replace(lead, style=segment.style, number=segment.number, indent=segment.indent, start=segment.start)
    for (mark, begin, number), (until, _, _) in zip(starts, [*starts[1:], (segment.end, 0, 0)], strict=True):
        end = begin + len(text[begin:until].rstrip())
        if begin < end:
            yield Segment(begin, end, segment.indent, "number", number, inline=mark != segment.start)


def _run_of_numbers(text: str, segment: Segment) -> list[tuple[int, int, int]]:
    """(marker start, content start, number) of a list in one line, if its numbers run on; lists may stand inside."""
    found = [(m.start(), m.end(), int(m["n"])) for m in _ENUMERATED.finditer(text, segment.start, segment.end)]
    own = segment.number if segment.style == "number" else None
    open_lists = [own] if own else []
    kept: list[tuple[int, int, int]] = []
    for mark, begin, number in found:
        depth = next((i for i in range(len(open_lists) - 1, -1, -1) if open_lists[i] + 1 == number), None)
        if depth is not None:
            del open_lists[depth + 1 :]
            open_lists[depth] = number
        elif number == 1:
            open_lists.append(1)
        else:
            continue
        kept.append((mark, begin, number))
    enough = 1 if own and kept and kept[0][2] == own + 1 else 2
    return kept if len(kept) >= enough else []
