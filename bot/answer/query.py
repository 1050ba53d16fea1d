"""A message -> what it asks for: an intent, the trials it means, and what to search for.

It knows the words people use for each kind of question (`query.toml`); it does not decide what is true of anyone, which
is intake's part, or of any trial.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from bot.answer.glossary import define
from bot.answer.schema import Intent
from index.trial import Frozen, trial_ids_in
from index.vocabulary import Phase

_POSITIONS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_POSITION = re.compile(
    rf"\b(?:the )?(?P<word>{'|'.join(_POSITIONS)}|last) (?:one|trial|study|result|option)\b"
    r"|\b(?:number|trial|study|option|no\.?|#)\s*(?P<number>10|[1-9])\b(?!\d)",
    re.IGNORECASE,
)
_THIS_TRIAL = re.compile(
    r"\b(?:this|that|the|same) (?:trial|study|one|record)\b|\bit\b|\bits\b|\bthey\b|\bthere\b|\bthis\b", re.IGNORECASE
)
_SEARCHES = re.compile(
    r"\b(?:trials|studies)\b|\b(?:find|search|look(?:ing)? for|show me|list|any (?:trial|stud)|options"
    r"|an? (?:trial|study) (?:for|on|of|about)|join (?:an?|any) (?:trial|study))\b",
    re.IGNORECASE,
)
_NEW_SEARCH = re.compile(
    r"\b(?:other|more|different|new|any|which|what|find|search|looking for|are there|list|recruiting) "
    r"(?:\w+ ){0,4}(?:trials|studies)\b"
    r"|\b(?:another|any|an?|other|new) (?:\w+ ){0,3}(?:trial|study)\b"
    r"|(?<!\bthis )(?<!\bthat )(?<!\bthe )(?<!\bsame )\b(?:trials?|studies|study) (?:for|on|of|about|with|in|near)\b",
    re.IGNORECASE,
)
_PARTS_OF_ONE = re.compile(r"\b(?:extra|optional|additional|side|sub-?) ?stud(?:y|ies)\b", re.IGNORECASE)
_MEANING = re.compile(
    r"(?:what(?:'s| is| are| does| do)|define|meaning of|explain)\s+(?:the (?:word|term|phrase)s?\s+)?"
    r"(?:an?\s+|the\s+)?"
    r"[\"“'‘]?(?P<term>[\w\s/+.&-]{1,50}?)[\"”'’]?"
    r"(?:\s+(?:mean(?:s|ing)?|stand for|in (?:plain|simple) (?:words|english)))?\s*[?.!]*$",
    re.IGNORECASE,
)
_MASKED = re.compile(r"\[[a-z ]{2,30}\]")  # what stands where an identifier was taken out
_PHASE = re.compile(r"\bphase\s+(?P<n>[1-4]|i{1,3}|iv)\b", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:in|near|around|at|from|close to|within|live in|lives in)\s+(?:the\s+)?"
    r"(?P<words>(?:[^\W\d_][\w.'-]*[ ,]*){1,5})",
    re.IGNORECASE,
)


class _Facet(Frozen):
    intent: Intent
    words: tuple[str, ...]


class _Table(Frozen):
    """`query.toml`."""

    commands: dict[Intent, tuple[str, ...]]
    facets: tuple[_Facet, ...]
    places: dict[str, str]


@cache
def _table() -> _Table:
    return _Table.model_validate(tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")))


class Query(Frozen):
    """`trial_ids`: the trials that the message means, by name, position or pronoun; `named`: those it names itself."""

    intent: Intent
    text: str
    trial_ids: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    term: str | None = None
    place: str | None = None
    place_words: str = ""  # the place as the message spells it
    phases: tuple[Phase, ...] = ()
    closed_too: bool = False  # asks for trials that are not open as well
    no_such_position: bool = False  # means a trial by a place in the list that the list does not have


def read_query(
    message: str, candidates: Sequence[str] = (), focus: str | None = None, places: Collection[str] = frozenset()
) -> Query:
    """What `message` asks for.

    `candidates`: trial ids last shown; `focus`: the one talked about; `places`: lower-case names of places with a site.
    """
    text = _MASKED.sub(" ", message).strip()
    plain = re.sub(r"[\s.!?]+$", "", " ".join(text.split())).lower()
    for intent, patterns in _table().commands.items():
        if any(re.fullmatch(pattern, plain) for pattern in patterns):
            return Query(intent=intent, text=text)
    named = trial_ids_in(text)
    meant = named or _by_position(text, candidates)
    if not meant and _POSITION.search(text) and not _PHASE.search(text) and not _NEW_SEARCH.search(text):
        return Query(intent=Intent.OTHER, text=text, no_such_position=True)
    searches_anew = not meant and _NEW_SEARCH.search(text) is not None and not _PARTS_OF_ONE.search(text)
    if not meant and not searches_anew and focus and (_THIS_TRIAL.search(text) or _facet(text)):
        meant = (focus,)
    facet = _facet(text)
    asks_meaning = re.search(r"\bmean(?:s|ing)?\b|\bdefine\b|\bstands? for\b", plain) is not None
    term = _term(plain) if asks_meaning or not meant or facet in (None, Intent.OVERVIEW) else None
    if term and not named and not _THIS_TRIAL.search(plain):
        return Query(intent=Intent.DEFINE, text=text, term=term, trial_ids=meant)
    place, place_words = place_in(text, places) or (None, "")
    common = {"text": text, "place": place, "place_words": place_words, "phases": _phases(text)}
    if meant:
        only_a_place = place is not None and facet in (None, Intent.OVERVIEW)
        intent = Intent.WHERE if only_a_place else facet or Intent.OVERVIEW
        return Query(intent=intent, trial_ids=meant, named=named, **common)
    closed_too = (
        re.search(r"\b(?:closed|completed|finished|all trials|any status|past trials|old trials)\b", plain) is not None
    )
    intent = Intent.FIND_TRIALS if _SEARCHES.search(text) else Intent.OTHER
    return Query(intent=intent, closed_too=closed_too, **common)


def place_in(text: str, places: Collection[str]) -> tuple[str, str] | None:
    """The longest place after a word such as "in" or "near" that a site lies in, and the words that name it."""
    for match in _PLACE.finditer(text):
        words = re.findall(r"[^\W\d_][\w.'-]*", match["words"])
        for length in range(min(4, len(words)), 0, -1):
            name = " ".join(words[:length]).rstrip(".")
            known = _table().places.get(name.lower(), name)
            if known.lower() in places:
                return known, name
    return None


def _facet(text: str) -> Intent | None:
    found = (one for one in _table().facets if any(re.search(words, text, re.IGNORECASE) for words in one.words))
    return next((one.intent for one in found), None)


def _by_position(text: str, candidates: Sequence[str]) -> tuple[str, ...]:
    match = _POSITION.search(text)
    if not match or not candidates:
        return ()
    if match["word"]:
        index = -1 if match["word"].lower() == "last" else _POSITIONS.index(match["word"].lower())
    else:
        index = int(match["number"]) - 1
    return (candidates[index],) if -1 <= index < len(candidates) else ()


def _term(plain: str) -> str | None:
    match = _MEANING.fullmatch(plain)
    term = re.sub(r" (?:trial|study)$", "", match["term"].strip()) if match else ""
    return term if term and define(term) is not None else None


def _phases(text: str) -> tuple[Phase, ...]:
    numerals = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
    found = (numerals.get(match["n"].lower(), match["n"]) for match in _PHASE.finditer(text))
    return tuple(dict.fromkeys(Phase(f"PHASE{number}") for number in found))
