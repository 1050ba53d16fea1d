"""How a note means what it names: said to be so, denied, doubted, of the family, planned, past, or only named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.person.reading.clinical import Note
from bot.person.reading.cues import Cue, behind, section_headings, whole
from bot.person.reading.denials import denial, in_reach, places_behind
from bot.person.reading.kin import of_kin


class How(StrEnum):
    """How a concept is mentioned."""

    AFFIRMED = "affirmed"
    DENIED = "denied"
    POSSIBLE = "possible"
    FAMILY = "family"
    PLANNED = "planned"  # planned, offered, feared, screened for: nothing that is or was
    HISTORICAL = "historical"  # was so, or happened
    NAMED = "named"  # inside other words ("stroke unit"): nothing is said of it


@dataclass(frozen=True)
class Context:
    """How a name is meant, from where to where that is said.

    `words`: what a denial denies, if less than the name; `denied`: what is possible is the denial;
    `doubted`: was so, and may be so no more.
    """

    how: How
    start: int
    end: int
    words: str = ""
    denied: bool = False
    doubted: bool = False


_FAR = 70
_BETWEEN = re.compile(r"(?:\s+(?!but\b|and\b|or\b|which\b|with\b)[\w'-]+){0,3}?")
_LEADING_MARK = re.compile(r"\?\s?$")
_PREFIX = re.compile(r"\b(?P<how>non|anti|pre|peri|pseudo|sub|para)-?$")


def of_illness(note: Note, start: int, end: int, wide: bool = False) -> Context:
    """How a condition or finding named at `start:end` is meant; `wide`: a name of many kinds."""
    left, right = note.statement(start, end)
    kin = of_kin(note, start, end)
    if kin is not None:
        return Context(How.FAMILY, min(kin, start), end)
    aside = _beside(note, start, end)
    if aside is not None:
        return Context(aside, start, end)
    cared = behind("cared", note.low, end, right)
    imagined = _only_thought(note, start)
    if behind("unlikely", note.low, end, right) or behind("unknown", note.low, end, right):
        return Context(How.NAMED, start, end)
    if any(behind("unborn", note.low, place, right) for place in places_behind(note, end, right)):
        return Context(How.PLANNED, start, end)
    denied = denial(note, start, end, wide)
    if imagined and (denied is None or imagined.start > denied.start):
        return Context(How.PLANNED, imagined.start, end)
    if cared is not None:
        return Context(How.NAMED if denied else How.POSSIBLE, start, cared.end())
    if denied is not None:
        if denied.sure and denied.words:
            return Context(How.NAMED, denied.start, denied.end, denied.words)
        if denied.sure:
            return Context(How.DENIED, denied.start, denied.end)
        return Context(How.POSSIBLE, denied.start, denied.end, denied=not denied.turned)
    if behind("gone", note.low, end, right):
        return Context(How.HISTORICAL, _lead(note, left, start), right, doubted=True)
    doubt = _doubt(note, start, end)
    if doubt is not None:
        return doubt
    past = cue_before(note, start, "history")
    gone = behind("past", note.low, end, right)
    if past or gone:
        near = past is not None and start - past.start <= _FAR
        return Context(
            How.HISTORICAL, past.start if past and near else _lead(note, left, start), gone.end() if gone else end
        )
    if note.section(start) in ("history", "surgery"):
        return Context(How.HISTORICAL, _lead(note, left, start), end)
    asked = note.section(start) == "systems" and cue_before(note, start, "stop") is None
    how = How.POSSIBLE if asked else How.AFFIRMED
    return Context(how, _lead(note, left, start), end)


def _only_thought(note: Note, start: int) -> Cue | None:
    """The words by which it is feared, prevented, thought unlikely, or planned."""
    for kind in ("imagined", "unlikely", "proposed"):
        cue = cue_before(note, start, kind)
        if cue is not None and (kind != "proposed" or not re.search("[,:]", note.low[cue.end : start])):
            return cue
    return None


def cue_before(note: Note, at: int, kind: str) -> Cue | None:
    """The nearest cue of a kind whose statement reaches a place."""
    for cue in note.cues_before(at):
        if kind in cue.kinds and in_reach(note, cue, at):
            return cue
    return None


def _beside(note: Note, start: int, end: int) -> How | None:
    """What the words that touch a name make of it: "stroke unit", "anti-", "non-"."""
    prefix = _PREFIX.search(note.low, max(0, start - 8), start)
    if prefix:
        return How.DENIED if prefix["how"] == "non" else How.NAMED
    if re.compile(rf"{whole('words', 'other_before').pattern}[\s-]+$").search(note.low, max(0, start - 20), start):
        return How.NAMED
    if note.section(start) == "allergies" and cue_before(note, start, "deny") is None:
        return How.NAMED
    if section_headings().match(note.low, start) and not behind("deny", note.low, end, end + 20):
        return How.NAMED
    return How.NAMED if behind("aside", note.low, end, end + 40) else None


def _doubt(note: Note, start: int, end: int) -> Context | None:
    if _LEADING_MARK.search(note.low, max(0, start - 3), start):
        return Context(How.POSSIBLE, start, end)
    doubted = behind("possible", note.low, end, min(end + 40, len(note.low)))
    if doubted:
        return Context(How.POSSIBLE, start, min(doubted.end(), note.sentence(start)[1]))
    for cue in note.cues_before(start):
        if cue.kinds & {"possible", "hollow"} and in_reach(note, cue, start) and _through(note, cue, start, end):
            return Context(How.POSSIBLE, cue.start, end)
    return None


def _through(note: Note, cue: Cue, start: int, end: int) -> bool:
    """A doubt reaches over a comma only along a list of alternatives."""
    between = note.low[cue.end : start]
    if "," not in between:
        return True
    _, right = note.statement(start, end)
    return bool(re.search(r"\b(?:or|vs\.?|versus)\b", note.low[cue.end : right]))


# --- what a quote takes in


_LEAD = 70


def _lead(note: Note, left: int, start: int) -> int:
    """Where the words begin that lead up to a name: its statement, if that is near."""
    begin = left + len(note.low[left:start]) - len(note.low[left:start].lstrip(" ,;•*-–—\n.:"))
    if start - begin <= _LEAD:
        return begin
    comma = max(note.low.rfind(mark, begin, start) for mark in (", ", "; ", ": "))
    return (
        comma + 2
        if comma >= 0 and start - comma <= _LEAD
        else max(begin, note.low.rfind(" ", 0, max(start - 30, 0)) + 1)
    )
