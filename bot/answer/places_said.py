"""Places as a message names them: in Germany or France, within 50 miles of Boston, MA, near me.

Only a place where a site lies is read as one; after "near" and a distance an unknown one is given back as unknown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from bot.person.reading.words import numbers
from index.search.places import MILE_KM
from index.trial import Frozen

_NEAR_KM = 100.0  # what "near" means
_NEAR_MILES = 60.0
_FAR_MILES_IN = frozenset({"united states", "united kingdom"})


class Lexicon(Frozen):
    """`aliases`: as people say places, to as records spell them; `states`: after a city and a comma, in capitals;
    `no_places`: words that are a town somewhere and nearly never meant so in small letters.
    """

    aliases: dict[str, str]
    states: dict[str, str]
    no_places: tuple[str, ...]


class Said(Frozen):
    """How near to what. `place`: as records spell it; `None`: where the person lives (`me`), or the place named before.

    `km`: `None` for "near"; `miles`: said in miles. `unknown`: a place that no site lies in, as it was said.
    """

    place: str | None = None
    me: bool = False
    km: float | None = None
    miles: bool = False
    unknown: str | None = None

    def radius(self, country: str | None) -> tuple[float, bool]:
        """(km, whether to say it in miles); "near" is 100 km, or 60 miles where people count in miles."""
        if self.km is not None:
            return self.km, self.miles
        return (_NEAR_MILES * MILE_KM, True) if country in _FAR_MILES_IN else (_NEAR_KM, False)


class Where(NamedTuple):
    said: Said
    start: int
    end: int


class Named(NamedTuple):
    """Places that a message names together, "Boston, Massachusetts" as one name."""

    names: tuple[str, ...]
    start: int
    end: int


_WORD = re.compile(r"[^\W\d_][\w.'’-]*")
_AND = re.compile(
    r"\s*(?:,\s*)?(?:\b(?:and|or)\b|[&/])\s*(?:also\s+)?(?:(?:in|near|around)\s+)?(?:the\s+)?", re.IGNORECASE
)
_COMMA = re.compile(r"\s*,\s*(?:the\s+)?")
_STATE = re.compile(r",?\s+([A-Z]{2})\b")
_IN = re.compile(
    r"\b(?:in or near|in|at|from|within|live in|lives in|close to|near|around|outside)\s+(?:the\s+)?", re.IGNORECASE
)
_NEAR = re.compile(
    r"\b(?:in or (?:near|around)|near(?:by)?(?: to)?|close to|around|not far from"
    r"|in the (?:vicinity|area|region) of)\s+(?:the\s+)?",
    re.IGNORECASE,
)
_ME = re.compile(
    r"(?:(?:me|us|him|her|here|home|where (?:i|we|he|she) lives?)\b"
    r"|(?:my|our|his|her)\s+(?:home|house|place|city|town|area)\b)",
    re.IGNORECASE,
)
_NEAR_ME = re.compile(
    r"\b(?:near\s?by|in my area|in our area|where (?:i|we) live|local(?:ly)?(?=\s+(?:trials|studies|ones))|nearest)\b"
    r"(?!\s+to\s)",
    re.IGNORECASE,
)
_AMOUNT = r"(?P<n>\d[\d,]*(?:\.\d+)?|an? hundred|[a-z]+)[\s-]*(?P<unit>miles?|mi|kms?|kilomet(?:er|re)s?)\b"
_OF = r"(?:\s+(?:away\s+)?(?:of|from|to|around)\b)"
_DISTANCES = tuple(
    re.compile(pattern + r"(?:\s+the\s+|\s+)?", re.IGNORECASE)
    for pattern in (
        rf"\b(?:only\s+)?(?:within|(?:no|not) more than|less than|up to|at most|under|inside)\s+(?:about |around |"
        rf"roughly |a (?!hundred))?{_AMOUNT}(?:\s+(?:drive|radius|range|distance))?(?:{_OF}|\s+away\b)?",
        rf"\b(?:(?:in|within)\s+)?(?:an?\s+)?radius\s+of\s+{_AMOUNT}{_OF}?",
        rf"\b(?:in\s+|within\s+)?(?:an?\s+)?{_AMOUNT}\s+radius{_OF}?",
        rf"\b{_AMOUNT}{_OF}",
    )
)
_NEEDS_A_PLACE = re.compile(r"\A(?!.*(?:within|radius|away)\b)", re.IGNORECASE)
_TRAVEL = re.compile(r"\b(?:travel|drive|go|come)\s+(?:for\s+)?$", re.IGNORECASE)
_UNKNOWN = re.compile(r"(?:[A-Z][\w'’-]+|St\.)(?:[ ](?:[A-Z][\w'’-]+))*")


def distance_in(text: str, places: Collection[str], lexicon: Lexicon) -> Where | None:
    """ "within 50 miles of Boston", "a 100 km radius", "I can travel up to 30 miles"."""
    for pattern in _DISTANCES:
        for match in pattern.finditer(text):
            km = _km(match)
            if km is None:
                continue
            travels = _TRAVEL.search(text, 0, match.start())
            place = _place_at(text, match.end(), places, lexicon)
            if place or travels or not _NEEDS_A_PLACE.match(match[0]):
                said, end = place or (Said(me=travels is not None), match.end())
                miles = match["unit"].lower().startswith("mi")
                start = travels.start() if travels else match.start()
                return Where(said.model_copy(update={"km": km, "miles": miles}), start, end)
    return None


def near_in(text: str, places: Collection[str], lexicon: Lexicon) -> Where | None:
    """ "near Lyon", "close to home", "in my area"."""
    for match in _NEAR.finditer(text):
        if found := _place_at(text, match.end(), places, lexicon):
            return Where(found[0], match.start(), found[1])
    me = _NEAR_ME.search(text)
    return Where(Said(me=True), me.start(), me.end()) if me else None


def places_in(text: str, places: Collection[str], lexicon: Lexicon) -> Iterator[Named]:
    """The places after a word such as "in", several where they are listed."""
    end = 0
    for match in _IN.finditer(text):
        if match.start() >= end and (named := _names_at(text, match.end(), places, lexicon)):
            end = named.end
            yield Named(named.names, match.start(), end)


def _place_at(text: str, at: int, places: Collection[str], lexicon: Lexicon) -> tuple[Said, int] | None:
    if me := _ME.match(text, at):
        comma = _COMMA.match(text, me.end())  # "near me, in Boston" is Boston
        inside = re.compile(r"\s*,?\s*in\s+").match(text, me.end()) or comma
        named = _names_at(text, inside.end(), places, lexicon) if inside else None
        return (Said(place=named.names[0]), named.end) if named else (Said(me=True), me.end())
    if named := _names_at(text, at, places, lexicon):
        return Said(place=named.names[0]), named.end
    unknown = _UNKNOWN.match(text, at)
    return (Said(unknown=unknown[0]), unknown.end()) if unknown else None


def _names_at(text: str, at: int, places: Collection[str], lexicon: Lexicon) -> Named | None:
    """The list of places that begins here."""
    names: list[str] = []
    start, joined = at, False
    while found := _name_at(text, at, places, lexicon):
        name, at = found
        names = [*names[:-1], f"{names[-1]}, {name}"] if joined else [*names, name]
        if state := _STATE.match(text, at):
            spelled = lexicon.states.get(state[1], "")
            if spelled.lower() in places and not joined:
                names[-1], at = f"{names[-1]}, {spelled}", state.end()
        separator = _AND.match(text, at) or _COMMA.match(text, at)
        if not separator or not _name_at(text, separator.end(), places, lexicon):
            break
        joined = _AND.match(text, at) is None
        at = separator.end()
    return Named(tuple(dict.fromkeys(names)), start, at) if names else None


def _name_at(text: str, at: int, places: Collection[str], lexicon: Lexicon) -> tuple[str, int] | None:
    """The longest place that stands here, as records spell it."""
    words: list[re.Match[str]] = []
    while len(words) < 4 and (word := _WORD.match(text, at)):
        words.append(word)
        blank = re.compile(r"[ \t]+").match(text, word.end())
        if not blank:
            break
        at = blank.end()
    for length in range(len(words), 0, -1):
        said = text[words[0].start() : words[length - 1].end()].rstrip(".'’-")
        name = lexicon.aliases.get(" ".join(said.lower().split()), " ".join(said.split()))
        if name.lower() in places and said not in lexicon.no_places:
            return name, words[0].start() + len(said)
    return None


def _km(match: re.Match[str]) -> float | None:
    written = match["n"].lower()
    if written[0].isdigit():
        number = float(written.replace(",", ""))
    else:
        number = 100.0 if "hundred" in written else float({**numbers(), **_TENS}.get(written, 0))
    return (number * MILE_KM if match["unit"].lower().startswith("mi") else number) or None


_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "eighty": 80, "hundred": 100}
