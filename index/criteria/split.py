"""Eligibility text -> criteria: where each stands, which list it is in, and how criteria nest.

Everything in the text is in a criterion except white space, list markers and headings; tests hold this on real records.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from index.criteria.criterion import Criterion, Join, Kind
from index.criteria.headings import announces_criteria, heading, heads_a_group, kind_named, says_nothing
from index.criteria.lines import Segment, segments
from index.criteria.markers import BULLET, PLAIN
from index.criteria.run_on import DOT

_LEADS_A_LIST = re.compile(r"(?::|\bfollowing\b[^.]{0,60}|\beither\b|\bany of\b|\bone of\b)\s*$", re.IGNORECASE)
_CONNECTIVE = re.compile(r"(?:and|or|and/or|plus|but)[\s:,.]*", re.IGNORECASE)
_ENDS_WITH_CONNECTIVE = re.compile(r"([,;]?)\s(and|or|and/or|plus|but)[:,.]*\s*$", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:and|or|and/or|but|of|nor|than|whose|which|except|unless|excluding)\b")
_STOPS = re.compile(
    r"(?:(?<![\w/])(?:of|the|an|with|without|by|for|in|to|from|as|any|at|via|that|which|who|is|are|be|than|between|per|this|these"
    r"|those|their|its|another)|\s[≥≤<>=]+)\s*$"
)
_NOTE = re.compile(r"\W*(?:note|n\.?b\.?|nota bene|remark|please note|abbreviations?)\b", re.IGNORECASE)
_NOTHING = re.compile(
    r"(?:(?:none|nil|n/?a|not applicable|not specified|none specified"
    r"|(?:there (?:is|are) )?no (?:specific )?(?:inclusion|exclusion|eligibility) criteria.{0,60})"
    r"|(?:other|additional|further) (?:protocol[- ](?:defined|specified) )?(?:key )?(?:inclusion|exclusion|eligibility)"
    r"(?: ?(?:/|and|or) ?exclusion)? criteria (?:may |might )?(?:also )?(?:apply|applied))\W*",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"\b(?:(?:at least |any |≥ ?)?(?:one|1|two|2|three|3)(?: or more)? of|any of|either|including any|any one)\b"
    r"|\bone or more\b",
    re.IGNORECASE,
)
_OR_FOLLOWS = re.compile(r"\b(?:or|and/or)[,:]?\s*$", re.IGNORECASE)
_OR_BEGINS = re.compile(r"or\b", re.IGNORECASE)
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
        if segment.heading is not None and not (words[0].islower() and self._continues(segment, words)):
            self._begin(segment.heading, words)
            return
        if segment.group:
            self._begin(self.kind, words.strip("- "))
            return
        if self._completes_a_heading(segment, words):
            return
        if self._continues(segment, words):
            self.open[-1].end = segment.end
        elif self._is_group_heading(segment, words):
            self._begin(kind_named(words) or self.kind, words)
        else:
            self._place(segment, words)

    def _begin(self, kind: Kind, words: str) -> None:
        """A new list, or a new part of the list."""
        said = " ".join(words.split()).rstrip(" :：")
        self.kind, self.heading, self.open = kind, None if says_nothing(said) else said, []

    def _completes_a_heading(self, segment: Segment, words: str) -> bool:
        """Whether a line, together with the item before it, turns out to be a heading; that item is taken back then."""
        if len(self.open) != 1 or self.open[0].style != PLAIN or self.open[0].children:
            return False
        if segment.style != PLAIN or segment.after_blank or not words.endswith((":", "：")):
            return False
        folded = " ".join(self.text[self.open[0].start : segment.end].split())
        kind, end = heading(folded, marked=False)
        if kind is None and announces_criteria(folded):
            kind, end = kind_named(folded) or self.kind, len(folded)
        if kind is None or end != len(folded):
            return False
        self.top.pop()
        self._begin(kind, folded)
        return True

    def _continues(self, segment: Segment, words: str) -> bool:
        """Whether an unmarked line goes on with the item before it."""
        if segment.style != PLAIN or segment.inline or not self.open:
            return False
        last = self.open[-1]
        before = self.text[last.start : last.end]
        if _CONNECTIVE.fullmatch(words) or _GOES_ON.match(words) or self._unfinished(before, words):
            return True
        if _NOTE.match(words):
            return False
        return (segment.indent > last.indent and last.style != PLAIN) or (last.note and words[0].islower())

    def _unfinished(self, before: str, words: str) -> bool:
        """Whether the words of an item stop in the middle of a sentence."""
        if match := _ENDS_WITH_CONNECTIVE.search(before):
            if self.kind is Kind.INCLUSION:  # an "or" between two criteria must not make both of them required
                return match[2].lower() != "and" or (not match[1] and words[0].islower())
            return not match[1] and match[2].lower() != "or"
        return _STOPS.search(before) is not None

    def _is_group_heading(self, segment: Segment, words: str) -> bool:
        """A short unmarked line with a colon that heads a group: "PATIENT CHARACTERISTICS:", "For cohort A:"."""
        if segment.inline or not self._may_head(segment, words):
            return False
        if self.open and segment.indent > self.open[0].indent and self.open[0].style != PLAIN:
            return False
        return heads_a_group(words)

    @staticmethod
    def _may_head(segment: Segment, words: str) -> bool:
        colon = words.endswith((":", "："))
        if announces_criteria(words):
            return colon or segment.style == PLAIN
        if (
            segment.lead
            or not colon
            or len(words) > 90
            or ": " in words
            or (words[0].islower() and not _names_people(words))
        ):
            return False
        return segment.style == PLAIN or (words.isupper() and heads_a_group(words, named=True))

    def _place(self, segment: Segment, words: str) -> None:
        note = bool(_NOTE.match(words) or _NOTHING.fullmatch(" ".join(words.split())))
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
        if segment.inline and self.open and segment.number == 1:
            return len(self.open)
        for depth in range(len(self.open) - 1, -1, -1):
            if self._siblings(self.open[depth], segment):
                return depth
        if not self.open:
            return 0
        last = self.open[-1]
        if segment.style == DOT:
            return len(self.open)
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
        return segment.style in (BULLET, DOT, PLAIN) and segment.indent == item.indent


def _names_people(words: str) -> bool:
    """Whether a line in small letters may still be a heading: "for healthy subjects:", "in this study:"."""
    return words.startswith("for ") or says_nothing(words)


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
    words = [text[child.start : child.end] for child in rules]
    made.append(
        Criterion(
            id=name,
            kind=item.kind,
            start=item.start,
            end=end,
            lead_end=item.end,
            text=text[item.start : end],
            parent=parent,
            join=_join(text[item.start : item.end], item.kind, words) if rules else None,
            heading=item.heading,
            note=item.note,
        )
    )
    for number, child in enumerate(item.children, 1):
        _add(text, child, f"{name}.{number}", name, made)


def _join(lead: str, kind: Kind, below: list[str]) -> Join | None:
    """How sub-criteria combine, where the lead or an "or" between them says it, or where only one reading is usual."""
    if _ANY.search(lead):
        return Join.ANY
    if _ALL.search(lead):
        return Join.ALL
    if any(_OR_FOLLOWS.search(words) for words in below[:-1]) or any(_OR_BEGINS.match(words) for words in below[1:]):
        return Join.ANY
    return None if kind is Kind.EXCLUSION else Join.ALL if lead.rstrip().endswith(":") else None
