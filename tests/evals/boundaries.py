"""Where two ways of cutting a text agree: its words are aligned with hand-split lines, and the gaps between judged.

A gap between two neighbouring words of one hand-split list is a boundary if the words stand in different lines; for a
splitter, if they stand in different pieces. Words that only one side has take no part; nor do lines found too poorly.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

FOUND = 0.8  # a hand-split line counts as found if so many of its words were aligned
_WORD = re.compile(
    r"(?m:^\W*(?:inclusion|exclusion)\ criteria\W*$)"  # the two headings that every list stands under
    r"|(?<![\w.])(?:\d{1,2}|[a-z]|[ivx]{2,4})(?:\)|\.(?!\w))"  # a list mark
    r"|(?P<word>[^\W_]+)",
    re.IGNORECASE,
)

Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Word:
    text: str
    start: int
    line: int  # of the hand-split list; 0 in the text


@dataclass(frozen=True)
class Gap:
    """Two words that follow each other in a hand-split list, at their places in the text."""

    left: int
    right: int
    boundary: bool


@dataclass(frozen=True)
class Aligned:
    """The gaps of one text; `lost` are the hand-split lines that are not in it."""

    gaps: tuple[Gap, ...]
    found: int
    lost: tuple[str, ...]


def words(text: str, line: int = 0) -> list[Word]:
    """The words of a text in small letters, without list marks and plain headings."""
    return [Word(match[0].casefold(), match.start(), line) for match in _WORD.finditer(text) if match["word"]]


def align(text: str, lists: Sequence[Sequence[str]]) -> Aligned:
    """`lists`: hand-split lines, each list in the order of the text. Gaps lie within a list, not between two."""
    lines = [line for one in lists for line in one]
    first_lines = {sum(len(one) for one in lists[:number]) for number in range(len(lists))}
    theirs = [word for number, line in enumerate(lines) for word in words(line, number)]
    ours = words(text)
    matcher = SequenceMatcher(None, [word.text for word in ours], [word.text for word in theirs], autojunk=False)
    place = {block.b + i: ours[block.a + i].start for block in matcher.get_matching_blocks() for i in range(block.size)}
    total, matched = [0] * len(lines), [0] * len(lines)
    for number, word in enumerate(theirs):
        total[word.line] += 1
        matched[word.line] += number in place
    found = {number for number in range(len(lines)) if total[number] and matched[number] >= FOUND * total[number]}
    kept = [(place[number], word.line) for number, word in enumerate(theirs) if number in place and word.line in found]
    gaps = tuple(_gaps(kept, {number for number in range(len(lines)) if total[number]}, first_lines))
    return Aligned(gaps, len(found), tuple(lines[n] for n in range(len(lines)) if total[n] and n not in found))


def _gaps(kept: list[tuple[int, int]], worded: set[int], first_lines: set[int]) -> Iterator[Gap]:
    for (left, line), (right, following) in pairwise(kept):
        between = range(line + 1, following + 1)
        if first_lines.isdisjoint(between) and not worded.intersection(between[:-1]):
            yield Gap(left, right, line != following)


def pieces_at(text: str, spans: Spans, places: Sequence[int]) -> list[tuple[int, ...]]:
    """A name for the piece that each place stands in; what lies outside the spans is cut at its line ends.

    `spans` are sorted by their start and do not overlap.
    """
    starts = [start for start, _ in spans]
    named: list[tuple[int, ...]] = []
    for place in places:
        number = bisect_right(starts, place)
        end = spans[number - 1][1] if number else 0
        named.append((number,) if number and place < end else (number, 1 + text.count("\n", end, place)))
    return named


def cuts(text: str, spans: Spans, gaps: Sequence[Gap]) -> list[bool]:
    """For each gap whether its two words stand in different pieces."""
    left = pieces_at(text, spans, [gap.left for gap in gaps])
    right = pieces_at(text, spans, [gap.right for gap in gaps])
    return [one != other for one, other in zip(left, right, strict=True)]


@dataclass
class Tally:
    """Counts of boundaries, and what follows from them."""

    both: int = 0
    ours_only: int = 0
    theirs_only: int = 0

    def add(self, gaps: Sequence[Gap], made: Sequence[bool]) -> None:
        for gap, cut in zip(gaps, made, strict=True):
            self.both += gap.boundary and cut
            self.ours_only += cut and not gap.boundary
            self.theirs_only += gap.boundary and not cut

    def figures(self) -> dict[str, float]:
        precision = self.both / max(1, self.both + self.ours_only)
        recall = self.both / max(1, self.both + self.theirs_only)
        return {
            "boundaries": self.both + self.theirs_only,
            "ours_only": self.ours_only,
            "theirs_only": self.theirs_only,
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / max(1e-9, precision + recall),
        }


def word_end(text: str, start: int) -> int:
    """Where the word ends that starts here."""
    match = _WORD.match(text, start)
    return match.end() if match else start


def told(text: str, gap: Gap) -> str:
    """A gap for a reader: the words before it, a bar, the words after it."""
    before = " ".join(text[max(0, gap.left - 80) : gap.right].split("\n")).strip()
    return f"{before} | {text[gap.right : gap.right + 60].splitlines()[0]}"
