"""A clinical note as its readers see it: lines, sentences, parts under headings, cues, and where a statement ends."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

from bot.person.reading.cues import Cue, cues_in, section_headings
from bot.person.reading.message import Message

REACH = 500  # characters; in a sentence without an end, words reach no further
_SHORT_LINE = 60  # characters; a longer line that goes on in lower case is one sentence broken by its writer
_FINITE = (
    r"(?:is|was|are|were|has|had|presents|presented|denies|denied|reports|complains|complained|shows|"
    r"showed|reveals|revealed|takes|uses|"
    r"smokes|drinks|lives|works|underwent|undergoes|received|came|developed|continues|continued|does|"
    r"did|demonstrates|demonstrated|appears|"
    r"remains|states|developing|started|began|would|will|can|could|should|noted|admits|exercises|gets)"
)
_SUBJECT = r"(?:he|she|they|it|the patient|patient|pt|his|her|there|who|which)"
_BREAK = re.compile(
    r"[;•]|\s[-–—]{1,2}>?\s|\s{4,}"
    rf"|,(?=\s*(?:and\s+|so\s+|then\s+|now\s+|also\s+)*(?:(?:the|his|her|an?|their)\s+)?(?!or\b|nor\b|and\b)"
    rf"(?:(?!and\b|or\b|nor\b|that\b)[\w'-]+\s+){{0,2}}{_FINITE}\b)"
    rf"|,(?=\s*(?:and\s+|but\s+|so\s+)?{_SUBJECT}\s)"
    rf"|\band\s+(?=(?:also\s+|then\s+|now\s+|only\s+|currently\s+)?(?:{_SUBJECT}\s|{_FINITE}\b))"
    r"|\bbut\b|\bhowever\b|\balthough\b|\bthough\b|\bwhereas\b"
)
_HEADING_BEGINS = re.compile(r"(?:^|\n|[.;]\s)\s*(?:\d{1,2}[.)]\s+|[-*•]\s*)?")
_OTHER_HEADING = re.compile(r"^[ \t]*[A-Z][\w /&,()-]{2,50}:[ \t]*$", re.MULTILINE)


class Note(Message):
    """A note; `low` and every place are those of its text, as in a message."""

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """The sentences and the lines that stand for themselves."""
        whole = super().sentences
        return tuple(part for start, end in whole for part in self._lines(start, end))

    def _lines(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        begin = start
        for place in (match.start() for match in re.finditer(r"\n", self.text[start:end])):
            here = start + place
            line = self.text.rfind("\n", 0, here) + 1
            following = self.text[here + 1 : end].lstrip()
            if here + 1 < end and following and (here - line < _SHORT_LINE or not following[0].islower()):
                yield begin, here + 1
                begin = here + 1
        if end > begin:
            yield begin, end

    @cached_property
    def cues(self) -> tuple[Cue, ...]:
        return tuple(cues_in(self.low))

    @cached_property
    def _cue_starts(self) -> tuple[int, ...]:
        return tuple(cue.start for cue in self.cues)

    def cues_before(self, at: int) -> Sequence[Cue]:
        """The cues of the sentence that end before a place, the nearest first."""
        start, _ = self.sentence(at)
        first = bisect_left(self._cue_starts, max(start, at - REACH))
        last = bisect_right(self._cue_starts, at)
        return [cue for cue in reversed(self.cues[first:last]) if cue.end <= at]

    def cues_of(self, kind: str, at: int) -> Sequence[Cue]:
        """The cues of one kind that begin before a place in its sentence, from left to right."""
        start, _ = self.sentence(at)
        return [
            cue
            for cue in self.cues[
                bisect_left(self._cue_starts, max(start, at - REACH)) : bisect_left(self._cue_starts, at)
            ]
            if kind in cue.kinds
        ]

    @cached_property
    def _breaks(self) -> tuple[int, ...]:
        return tuple(match.start() for match in _BREAK.finditer(self.low))

    def parted(self, start: int, end: int) -> bool:
        """Whether a new statement begins between two places."""
        place = bisect_left(self._breaks, start)
        return place < len(self._breaks) and self._breaks[place] < end

    def statement(self, start: int, end: int) -> tuple[int, int]:
        """The part of the sentence around `start:end` in which no new statement begins."""
        left, right = self.sentence(start)
        before = bisect_right(self._breaks, start) - 1
        if before >= 0 and self._breaks[before] >= left:
            left = self._breaks[before]
        after = bisect_left(self._breaks, end)
        if after < len(self._breaks) and self._breaks[after] < right:
            right = self._breaks[after]
        return max(left, start - REACH), max(min(right, end + REACH), end)

    @cached_property
    def _sections(self) -> tuple[tuple[int, str], ...]:
        found = [(0, "")]
        for begin in _HEADING_BEGINS.finditer(self.text):
            heading = section_headings().match(self.low, begin.end())
            if heading:
                found.append((begin.end(), str(heading.lastgroup)))
        known = {start for start, _ in found}
        for match in _OTHER_HEADING.finditer(self.text):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            if start not in known:
                found.append((start, ""))
        return tuple(sorted(found))

    def section(self, at: int) -> str:
        """The kind of part that a place stands in, "" where no heading says so."""
        place = bisect_right(self._sections, at, key=lambda section: section[0]) - 1
        return self._sections[place][1]
