"""A message -> what it asks for: an intent, the trials it means, and what to search for.

It knows the words people use for each kind of question (`query.toml`); it does not decide what is true of anyone, which
is intake's part, or of any trial.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from bot.answer.glossary import define
from bot.answer.limits import NO_LIMITS, Kind, Limits, read_limits, without
from bot.answer.schema import Intent
from index.trial import Frozen, trial_ids_in

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
_THIS = rf"(?:the )?(?:this|that|it|same|last|number|no\.?|#|trial|study|one|option|{'|'.join(_POSITIONS)})(?!\w)"
_NUMBER = r"[a-z]+[\w/-]*[ :#-]{0,2}\d[\w/-]+"  # of a trial, in a message that has one
_ONES = r"(?:more(?: (?:trials|studies|ones))?|others?|another|ones|trials|studies|options?|anything|else)"
_IS = (
    r"(?:(?:that|which)(?:'s|’s| is| are)|(?:is|are) there(?: that is)?|there is|there are|out there|there|is)"
    r"(?: (?:just|exactly|most|more|very much|a bit))?"
)
_CLAUSE_END = re.compile(r"[?.!;:,]+\s+|\s+(?=(?:and|but|also|plus|then)\s)", re.IGNORECASE)
_ASKS = re.compile(
    r"\W*(?:(?:and|but|also|plus|then|please|so|ok(?:ay)?|if so)\W+)*(?:what(?:'s)?|when|where|who|whom|how|which|why"
    r"|is|are|was|were|does|do|did|can|could|will|would|has|have|may|might|should|am i|tell|give|show|explain|describe"
    r"|list|sum)\b",
    re.IGNORECASE,
)
_MASKED = re.compile(r"\[[a-z ]{2,30}\]")  # what stands where an identifier was taken out
_PHASE = re.compile(r"\bphase\s+(?:[1-4]|i{1,3}|iv)\b", re.IGNORECASE)


class _Facet(Frozen):
    intent: Intent
    words: tuple[str, ...]


class _Table(Frozen):
    """`query.toml`."""

    commands: dict[Intent, tuple[str, ...]]
    similar: tuple[str, ...]
    facets: tuple[_Facet, ...]


@cache
def _table() -> _Table:
    return _Table.model_validate(tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")))


class Part(Frozen):
    """One of several things that a message asks of a trial, and the words that ask it."""

    intent: Intent
    text: str


class Query(Frozen):
    """`trial_ids`: the trials that the message means, by name, position or pronoun; `named`: those it names itself.
    `parts`: all that is asked of them, in that order, where it is more than one thing.
    """

    intent: Intent
    text: str
    trial_ids: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    term: str | None = None
    limits: Limits = NO_LIMITS
    no_such_position: bool = False  # means a trial by a place in the list that the list does not have

    @property
    def place(self) -> str | None:
        """The place that is asked for, or the first of them."""
        near = self.limits.near.place if self.limits.near else None
        return next(iter(self.limits.places), near)


def read_query(
    message: str,
    candidates: Sequence[str] = (),
    focus: str | None = None,
    places: Collection[str] = frozenset(),
    today: datetime.date | None = None,
) -> Query:
    """What `message` asks for.

    `candidates`: trial ids last shown; `focus`: the one talked about; `places`: lower-case names of places with a site;
    `today`: needed to read "this year".
    """
    text = _MASKED.sub(" ", message).strip()
    plain = re.sub(r"[\s.!?]+$", "", " ".join(text.split())).lower()
    for intent, patterns in _table().commands.items():
        if any(re.fullmatch(pattern, plain) for pattern in patterns):
            return Query(intent=intent, text=text)
    named = trial_ids_in(text)
    meant = named or _by_position(text, candidates)
    alike = any(pattern.search(text) for pattern in _similar(bool(named)))
    anew = _NEW_SEARCH.search(text) is not None and not alike
    if not meant and _POSITION.search(text) and not _PHASE.search(text) and not anew:
        return Query(intent=Intent.OTHER, text=text, no_such_position=True)
    limits = read_limits(text, places, today)
    if alike:
        meant = meant or ((focus,) if focus else ())
        return Query(intent=Intent.SIMILAR, text=text, limits=limits, trial_ids=meant, named=named)
    searches_anew = not _PARTS_OF_ONE.search(text) and (anew or _narrows(limits, text))
    if not meant and not searches_anew and focus and (_THIS_TRIAL.search(text) or _facet(text)):
        meant = (focus,)
    facet = _facet(text)
    asks_meaning = re.search(r"\bmean(?:s|ing)?\b|\bdefine\b|\bstands? for\b", plain) is not None
    term = _term(plain) if asks_meaning or not meant or facet in (None, Intent.OVERVIEW) else None
    if term and not named and not _THIS_TRIAL.search(plain):
        return Query(intent=Intent.DEFINE, text=text, term=term, trial_ids=meant)
    if meant:
        only_a_place = limits.places and facet in (None, Intent.OVERVIEW)
        parts = _parts(text)
        intent = parts[0].intent if parts else Intent.WHERE if only_a_place else facet or Intent.OVERVIEW
        return Query(intent=intent, text=text, limits=limits, trial_ids=meant, named=named, parts=parts)
    intent = Intent.FIND_TRIALS if _SEARCHES.search(text) else Intent.OTHER
    return Query(intent=intent, text=text, limits=limits)


def _narrows(limits: Limits, text: str) -> bool:
    """Whether limits are meant for a list of trials, not asked of the one talked about ("is it observational?")."""
    if _THIS_TRIAL.search(without(text, limits.words)):
        return False
    by_itself = limits.kinds & {Kind.TYPE, Kind.DATE} or limits.lifted or (limits.near and limits.near.km)
    return bool(by_itself or (limits.kinds and re.search(r"\b(?:only|just)\b", text, re.IGNORECASE)))


def _facet(text: str) -> Intent | None:
    found = (one for one in _table().facets if any(re.search(words, text, re.IGNORECASE) for words in one.words))
    return next((one.intent for one in found), None)


@cache
def _similar(named: bool) -> tuple[re.Pattern[str], ...]:
    """The patterns of `query.toml`, with what their words in capitals stand for. `named`: the message names a trial."""
    spelled = {"THIS": rf"(?:{_THIS}|{_NUMBER})" if named else _THIS, "ONES": _ONES, "IS": _IS}
    names = re.compile(rf"(?<![A-Z])(?:{'|'.join(spelled)})(?![A-Z])")
    patterns = (names.sub(lambda name: spelled[name[0]], words) for words in _table().similar)
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def _parts(text: str) -> tuple[Part, ...]:
    """The things that a message asks one after the other, each once; nothing where it asks one thing only."""
    parts: dict[Intent, Part] = {}
    for clause in _CLAUSE_END.split(text):
        if _ASKS.match(clause) and (intent := _facet(clause)):
            parts.setdefault(intent, Part(intent=intent, text=clause.strip()))
    return tuple(parts.values()) if len(parts) > 1 else ()


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
