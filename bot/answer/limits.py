"""A message -> the limits it sets or lifts: where, how near, which phase and kind of study, posted since when.

`limits.toml` knows the words. A date or a distance counts only where it is said of trials: "pain since March" is none.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

from bot.answer.places_said import Lexicon, Said, distance_in, near_in, places_in
from bot.answer.since import since_in
from index.trial import Frozen
from index.vocabulary import Phase, StudyType

_TRIALS = r"(?:clinical\s+)?(?:trials?|stud(?:y|ies)|ones?)"
_NUMERALS = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_PHASE_NUMBER = r"(?:[1-4]|i{1,3}|iv)(?:[ab]\b|\b)"
_PHASES = re.compile(
    rf"(?P<no>\b(?:no|not|without|except)\s+)?\bphases?\s+(?P<numbers>{_PHASE_NUMBER}"
    rf"(?:\s*(?:/|,|-|or|and|to|&)\s*(?:phases?\s+)?{_PHASE_NUMBER})*)(?:\s+(?:{_TRIALS}))?(?:\s+only\b)?",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """What a limit is on; one that is said takes the place of an earlier one of its kind."""

    PLACE = "place"
    PHASE = "phase"
    TYPE = "type"
    STATUS = "status"
    DATE = "date"
    HEALTHY = "healthy"


class Limits(Frozen):
    """What a person asks trials to be. `lifted`: limits that no longer hold, "anywhere"; `words`: as they were said."""

    places: tuple[str, ...] = ()  # any of them
    near: Said | None = None
    phases: tuple[Phase, ...] = ()
    study_types: tuple[StudyType, ...] = ()
    drug: bool | None = None
    recruiting: bool = False  # now; what is only planned is left out
    closed_too: bool = False  # asks for trials that are not open as well
    healthy: bool = False
    posted_since: datetime.date | None = None
    updated_since: datetime.date | None = None
    lifted: tuple[Kind, ...] = ()
    words: tuple[str, ...] = ()

    def said(self, kind: Kind) -> bool:
        return any(getattr(self, name) != Limits.model_fields[name].default for name in _FIELDS[kind])

    def same_as(self, other: Limits) -> bool:
        """Whether the same trials pass, however it was said."""
        return all(getattr(self, name) == getattr(other, name) for names in _FIELDS.values() for name in names)

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of limits that are set or lifted."""
        return frozenset(kind for kind in Kind if self.said(kind)) | frozenset(self.lifted)

    def then(self, later: Limits) -> Limits:
        """These limits after others were said: each kind as it was said last."""
        before = (self.near.place if self.near else None) or next(iter(self.places), None)
        if later.near and before and not (later.near.me or later.near.place or later.near.unknown):
            near = later.near.model_copy(update={"place": before})  # "in Boston", then "within 50 miles"
            later = later.model_copy(update={"near": near})
        taken = {name: getattr(later, name) for kind in later.kinds for name in _FIELDS[kind]}
        lifted = (*(kind for kind in self.lifted if kind not in later.kinds), *later.lifted)
        return self.model_copy(update={**taken, "lifted": lifted, "words": later.words})


NO_LIMITS = Limits()
_FIELDS: dict[Kind, tuple[str, ...]] = {
    Kind.PLACE: ("places", "near"),
    Kind.PHASE: ("phases",),
    Kind.TYPE: ("study_types", "drug"),
    Kind.STATUS: ("recruiting", "closed_too"),
    Kind.DATE: ("posted_since", "updated_since"),
    Kind.HEALTHY: ("healthy",),
}


class _Words(Frozen):
    """`limits.toml`."""

    recruiting: tuple[str, ...]
    closed_too: tuple[str, ...]
    healthy: tuple[str, ...]
    lifts: dict[Kind, tuple[str, ...]]
    types: dict[StudyType, tuple[str, ...]]
    not_types: dict[StudyType, tuple[str, ...]]
    drug: tuple[str, ...]
    no_drug: tuple[str, ...]
    places: Lexicon


@cache
def _table() -> _Words:
    return _Words.model_validate(tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")))


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    said = "|".join(rf"(?:{one})" for one in words).replace("TRIALS", _TRIALS)
    return re.compile(rf"(?<!\w)(?:{said})(?!\w)", re.IGNORECASE)


class _Reader:
    """Takes what it has read out of the text, so that no word is read twice."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[str] = []

    def take(self, start: int, end: int) -> None:
        self.words.append(self.text[start:end].strip())
        self.text = self.text[:start] + " ; ".ljust(end - start)[: end - start] + self.text[end:]

    def says(self, words: tuple[str, ...]) -> bool:
        found = list(_pattern(words).finditer(self.text))
        for match in found:
            self.take(match.start(), match.end())
        return bool(found)


def read_limits(message: str, places: Collection[str] = frozenset(), today: datetime.date | None = None) -> Limits:
    """`places`: lower-case names of places with a site. "This year" is read only where `today` is given."""
    table, reader = _table(), _Reader(message)
    found: dict[str, object] = {}
    for name, since, start, end in since_in(reader.text, today):
        found[name] = since
        reader.take(start, end)
    where = distance_in(reader.text, places, table.places) or near_in(reader.text, places, table.places)
    if where:
        reader.take(where.start, where.end)
        found["near"] = where.said
    named = list(places_in(reader.text, places, table.places))
    for one in reversed(named):
        reader.take(one.start, one.end)
    names = tuple(dict.fromkeys(name for one in named for name in one.names))
    if where and names and not where.said.unknown:  # "I live in Boston, any near me?"
        found["near"] = where.said.model_copy(update={"place": where.said.place or names[0]})
    elif names:
        found["places"] = names
    found["phases"] = tuple(_phases(reader))
    found["healthy"] = reader.says(table.healthy)
    found |= _types(reader)
    found["recruiting"] = reader.says(table.recruiting)
    lifted = [kind for kind, words in table.lifts.items() if reader.says(words)]
    found["closed_too"] = reader.says(table.closed_too)
    limits = Limits.model_validate(found)
    lifted = [kind for kind in lifted if not limits.said(kind)]
    return limits.model_copy(update={"lifted": tuple(lifted), "words": tuple(filter(None, reader.words))})


def without(text: str, phrases: Iterable[str]) -> str:
    """A text with these words taken out, wherever they stand."""
    for words in sorted(filter(None, phrases), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " ", text, flags=re.IGNORECASE)
    return " ".join(text.split())


def _types(reader: _Reader) -> dict[str, object]:
    table = _table()
    unwanted = {kind for kind, words in table.not_types.items() if reader.says(words)}
    wanted = {kind for kind, words in table.types.items() if reader.says(words)}
    drug = False if reader.says(table.no_drug) else True if reader.says(table.drug) else None
    if drug and not wanted:
        wanted = {StudyType.INTERVENTIONAL}
    if unwanted and not wanted:
        wanted = set(StudyType) - unwanted
    return {"study_types": tuple(kind for kind in StudyType if kind in wanted), "drug": drug}


def _phases(reader: _Reader) -> Iterator[Phase]:
    matches = list(_PHASES.finditer(reader.text))
    wanted: list[Phase] = []
    for match in matches:
        numbers = re.findall(r"[1-4]|i{1,3}v?|iv", match["numbers"], re.IGNORECASE)
        said = [Phase(f"PHASE{_NUMERALS.get(number.lower(), number)}") for number in numbers]
        if "to" in match["numbers"].lower().split() or "-" in match["numbers"]:
            said = [phase for phase in Phase if min(said) <= phase <= max(said) and phase.startswith("PHASE")]
        wanted += [phase for phase in Phase if phase not in said] if match["no"] else said
        reader.take(match.start(), match.end())
    yield from dict.fromkeys(wanted)
