"""Eligibility text -> criteria: where each stands, which list it is in, and how criteria nest.

Everything in the text is in a criterion except white space, list markers and headings; tests hold this on real records.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from index.criteria.criterion import Criterion, Join, Kind
from index.criteria.headings import heading, heads_a_group, kind_named, says_nothing
from index.criteria.lines import BULLET, PLAIN, Segment, segments

_LEADS_A_LIST = re.compile(r"(?::|\bfollowing\b[^.]{0,60}|\beither\b|\bany of\b|\bone of\b)\s*$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.;:!?)\]]\s*$")
_CONNECTIVE = re.compile(r"(?:and|or|and/or|plus|but|OR|AND)[\s:,.]*$", re.IGNORECASE)
_NOTE = re.compile(r"\W*(?:note|n\.?b\.?|nota bene|remark|please note|abbreviations?)\b", re.IGNORECASE)
_NOTHING = re.compile(
    r"(?:none|nil|n/?a|not applicable|not specified|none specified|no (?:inclusion|exclusion) criteria.{0,30})\W*",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"\b(?:(?:at least |any |≥ ?)?(?:one|1|two|2|three|3)(?: or more)? of|any of|either|including any|any one)\b"
    r"|\bone or more\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:all (?:of )?(?:the|these|those)|both of|each of|all three|all criteria)\b", re.IGNORECASE)


@dataclass
class _Item:
    """A criterion in the making."""

    kind: Kind
    start: int
    end: int
    indent: int
    style: str
    number: int | None
    heading: str | None
    note: bool = False
    children: list[_Item] = field(default_factory=list)

    def cover(self) -> int:
        return max([self.end, *(child.cover() for child in self.children)])


def split(text: str) -> tuple[Criterion, ...]:
    """The criteria of one eligibility text, in order, parents before their sub-criteria. An empty text has none."""
    builder = _Builder(text)
    for segment in segments(text):
        builder.add(segment)
    return tuple(_criteria(text, builder.top))


class _Builder:
    """Reads segments in order and keeps the chain of items that are still open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.top: list[_Item] = []
        self.open: list[_Item] = []
        self.kind = Kind.INCLUSION
        self.heading: str | None = None

    def add(self, segment: Segment) -> None:
        words = segment.text(self.text)
        if segment.heading is not None:
            self._begin(segment.heading, words)
            return
        if self._continues(segment, words):
            self.open[-1].end = segment.end
            return
        self._see_a_heading_of_two_lines()
        if self._is_group_heading(segment, words):
            self._begin(kind_named(words) or self.kind, words)
        else:
            self._place(segment, words)

    def _begin(self, kind: Kind, words: str) -> None:
        """A new list, or a new part of the list."""
        said = words.rstrip(" :：")
        self.kind, self.heading, self.open = kind, None if says_nothing(said) else said, []

    def _see_a_heading_of_two_lines(self) -> None:
        """Takes back the item before, where its lines together turn out to be a heading."""
        if len(self.open) != 1 or self.open[0].style != PLAIN or self.open[0].children:
            return
        words = self.text[self.open[0].start : self.open[0].end]
        folded = " ".join(words.split())
        if "\n" not in words or not folded.endswith((":", "：")):
            return
        kind, end = heading(folded, marked=False)
        if kind is not None and end == len(folded):
            self.top.pop()
            self._begin(kind, folded)

    def _continues(self, segment: Segment, words: str) -> bool:
        """Whether an unmarked line goes on with the item before it."""
        if segment.style != PLAIN or segment.inline or not self.open:
            return False
        last = self.open[-1]
        before = self.text[last.start : last.end]
        if _CONNECTIVE.match(words) or _CONNECTIVE.search(" " + before.split()[-1]):
            return True
        if _NOTE.match(words) or (segment.after_blank and last.style == PLAIN and not self._unfinished(before, words)):
            return False
        if not segment.after_blank:
            return segment.indent > last.indent or self._unfinished(before, words)
        return (segment.indent > last.indent and last.style != PLAIN) or self._unfinished(before, words)

    @staticmethod
    def _unfinished(before: str, words: str) -> bool:
        return not _SENTENCE_END.search(before) and not words[0].isupper() and not words[0].isdigit()

    def _is_group_heading(self, segment: Segment, words: str) -> bool:
        """A short unmarked line with a colon that heads a group: "PATIENT CHARACTERISTICS:", "For cohort A:"."""
        if (
            segment.style != PLAIN
            or segment.inline
            or not words.endswith((":", "："))
            or len(words) > 90
            or ": " in words
        ):
            return False
        if self.open and segment.indent > self.open[0].indent and self.open[0].style != PLAIN:
            return False
        return heads_a_group(words)

    def _place(self, segment: Segment, words: str) -> None:
        note = bool(_NOTE.match(words) or _NOTHING.fullmatch(words))
        item = _Item(
            self.kind, segment.start, segment.end, segment.indent, segment.style, segment.number, self.heading, note
        )
        depth = self._note_depth() if note and _NOTE.match(words) else self._depth(segment)
        del self.open[depth:]
        (self.open[-1].children if self.open else self.top).append(item)
        self.open.append(item)

    def _note_depth(self) -> int:
        return min(1, len(self.open))

    def _depth(self, segment: Segment) -> int:
        """How many open items stay open above a new one."""
        for depth in range(len(self.open) - 1, -1, -1):
            if self._siblings(self.open[depth], segment):
                return depth
        if not self.open:
            return 0
        last = self.open[-1]
        leads = _LEADS_A_LIST.search(self.text[last.start : last.end]) is not None
        if segment.style == PLAIN:
            return len(self.open) if leads and segment.indent > last.indent else 0
        if segment.indent > last.indent and (last.style != PLAIN or leads):
            return len(self.open)
        if segment.indent >= last.indent and leads and (segment.style != last.style or segment.number == 1):
            return len(self.open)
        outer = [depth for depth, item in enumerate(self.open) if item.indent >= segment.indent]
        return outer[0] if outer else len(self.open) - 1

    @staticmethod
    def _siblings(item: _Item, segment: Segment) -> bool:
        """Whether a segment goes on with the list that an open item stands in."""
        if item.style != segment.style:
            return False
        if segment.number is not None and item.number is not None:
            near = segment.inline or abs(segment.indent - item.indent) <= 2
            return segment.number == item.number + 1 and near
        return segment.style in (BULLET, PLAIN) and segment.indent == item.indent


def _criteria(text: str, top: list[_Item]) -> list[Criterion]:
    made: list[Criterion] = []
    counts = {Kind.INCLUSION: 0, Kind.EXCLUSION: 0}
    notes = {Kind.INCLUSION: 0, Kind.EXCLUSION: 0}
    for item in top:
        if item.note:
            notes[item.kind] += 1
            name = f"{item.kind}-note{notes[item.kind]}"
        else:
            counts[item.kind] += 1
            name = f"{item.kind}-{counts[item.kind]}"
        _add(text, item, name, None, made)
    return made


def _add(text: str, item: _Item, name: str, parent: str | None, made: list[Criterion]) -> None:
    end = item.cover()
    rules = [child for child in item.children if not child.note]
    made.append(
        Criterion(
            id=name,
            kind=item.kind,
            start=item.start,
            end=end,
            lead_end=item.end,
            text=text[item.start : end],
            parent=parent,
            join=_join(text[item.start : item.end], item.kind) if rules else None,
            heading=item.heading,
            note=item.note,
        )
    )
    for number, child in enumerate(item.children, 1):
        _add(text, child, f"{name}.{number}", name, made)


def _join(lead: str, kind: Kind) -> Join | None:
    """How sub-criteria combine, where the lead says it, or where only one reading is usual; else `None`."""
    if _ANY.search(lead):
        return Join.ANY
    if _ALL.search(lead):
        return Join.ALL
    return None if kind is Kind.EXCLUSION else Join.ALL if lead.rstrip().endswith(":") else None
