"""What a note denies: how far a cue reaches, over which list, and where the denial is of something narrower.

A denial reaches over a list, but not over its statement; a narrowed one ("no recent", "no … at rest") settles nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.person.reading.clinical import Note
from bot.person.reading.cues import Cue, behind, whole


@dataclass(frozen=True)
class Denial:
    """A denial and what it covers; `words`: if less than the name; `turned`: it denies a thing named beside it."""

    sure: bool
    start: int
    end: int
    words: str = ""
    turned: bool = False


_GOVERNED = 3  # characters: "not experiencing" is one verb, and begins nothing new
_BEHIND = 60  # characters behind a name in which "was ruled out" speaks of it


def in_reach(note: Note, cue: Cue, at: int) -> bool:
    """Whether no new statement, no heading and no closing bracket lies between a cue and a place."""
    if note.parted(cue.end, at) or note.section(cue.start) != note.section(at) or left_bracket(note.low, cue.end, at):
        return False
    return not any("stop" in other.kinds for other in note.cues_before(at) if other.start > cue.end + _GOVERNED)


def left_bracket(low: str, start: int, end: int) -> bool:
    """Whether a bracket that was open at `start` closes before `end`."""
    depth = 0
    for char in low[start:end]:
        depth += (char in "([") - (char in ")]")
        if depth < 0:
            return True
    return False


def denial(note: Note, start: int, end: int, wide: bool = False, forward: bool = False) -> Denial | None:
    """The denial that reaches a name, from before or (unless `forward`) from behind; `wide`: a name of many kinds."""
    for cue in note.cues_before(start):
        if cue.kinds & {"hollow"} and in_reach(note, cue, start):
            return None
        if "deny" in cue.kinds and "allergy" not in cue.kinds and in_reach(note, cue, start):
            return _forward(note, cue, start, end, wide)
    return None if forward else _backward(note, start, end)


_LIST_MARK = re.compile(r",|/|\b(?:or|and|nor)\b|\bas well as\b")
_CLOSED = re.compile(r",?\s(?:or|nor)\s[^,]+,(?!\s*(?:or|nor)\b)")
_LINK = re.compile(
    r"\b(?:for|to|with|from|after|in|on|during|despite|of|at|since|by|due|secondary|related|when|while)\b"
)
_PART = re.compile(  # "the incision shows no …": nothing is said of the rest of the body
    r"\b(?!he\b|she\b|patient\b|pt\b|they\b|history\b|there\b|symptoms\b)[\w-]+\s+(?:is|was|are|were|"
    r"shows?|showed|reveal\w*|demonstrat\w*|ha[sd]|found|appear\w*|remain\w*)\b[^.]*$"
    r"|\b(?:ct|mri|mra|x-?ray|cxr|radiograph|ultrasound|us|scan|imaging|biopsy|cytology|echo\w*|eeg|ekg|ecg|exam\w*|tests?|cultures?)\b[^.]*$"
)
_SMALL = re.compile(r" (?:other|significant) (?=.*(?:history|factors))")
_LISTS = re.compile(r"deni|denying|negative for|absence|free|history")


def _forward(note: Note, cue: Cue, start: int, end: int, wide: bool) -> Denial:
    """A denial before the name; sure only where the list plainly goes on to the name and nothing narrows it."""
    low = note.low
    between = low[cue.end : start]
    _, right = note.statement(start, end)
    sure = not _CLOSED.search(between)
    if "," in between and not _LISTS.search(cue.words):
        sure = sure and bool(re.search(r"\b(?:or|nor|and)\b", low[cue.end : right]))
    pieces = _LIST_MARK.split(between)
    turned = _turns_away(pieces[-1])
    rest, narrowed = _own_words(pieces[-1])
    narrowed = narrowed or _own_words(pieces[0])[1]
    narrowed = narrowed or _own_words(_SMALL.sub(" ", cue.words))[1] or _narrowed_behind(low, end, right)
    words = f"{rest} {low[start:end]}".strip() if rest else ""
    narrowed = narrowed or (wide and bool(_PART.search(low, note.statement(cue.start, cue.end)[0], cue.start)))
    return Denial(sure and not narrowed and not turned, cue.start, end, re.sub(r"\s+", " ", words), turned)


def _narrowed_behind(low: str, at: int, right: int) -> bool:
    """ "No chest pain at rest": what stands behind takes most of the denial back."""
    return bool(
        re.match(rf"[\s,]*{whole('words', 'narrowing_behind').pattern}", low[at : min(right, at + 40)])
        or re.match(r"\s+(?:from|in|of|on|to)\b(?!\s+any kind)", low[at:right])
        or whole("words", "narrowing_later").search(low, at, right)
    )


def _turns_away(piece: str) -> bool:
    """ "No relief from aspirin": what is denied is the relief."""
    link = _LINK.search(piece)
    while link:
        before = re.findall(r"[\w'-]+", piece[: link.start()])
        if any(not whole("words", "plain").fullmatch(word) for word in before):
            return True
        link = _LINK.search(piece, link.end())
    return False


def _own_words(piece: str) -> tuple[str, bool]:
    """The words right before a name that belong to it, and whether one of them narrows the denial."""
    words = re.findall(r"[\w'-]+", piece)
    narrowed = any(whole("words", "narrowing").fullmatch(word) for word in words)
    own: list[str] = []
    for word in reversed(words):
        if whole("words", "plain").fullmatch(word) or whole("words", "narrowing").fullmatch(word):
            break
        own.insert(0, word)
    return " ".join(own), narrowed


def _backward(note: Note, start: int, end: int) -> Denial | None:
    _, right = note.sentence(start)
    limit = min(right, end + _BEHIND)
    for place in places_behind(note, end, limit):
        match = behind("deny", note.low, place, limit) or (
            behind("deny_at_once", note.low, place, limit) if place == end else None
        )
        if match:
            narrowed = whole("words", "narrowing_later").search(note.low, match.end(), right)
            return Denial(narrowed is None, start, match.end())
    return None


def places_behind(note: Note, end: int, limit: int) -> Iterator[int]:
    """Where the verb of a name may begin: right behind it, or up to three words on."""
    yield end
    for count in range(1, 4):
        match = re.compile(
            rf"(?:\s+(?!but\b|and\b|or\b|which\b|with\b|is\b|was\b|were\b|are\b)[\w'-]+){{{count}}}"
        ).match(note.low, end, limit)
        if match is None:
            return
        yield match.end()
