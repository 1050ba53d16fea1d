"""Whom the words of a message are about: the speaker, somebody of theirs who is named, or somebody else."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from bot.person.facts import Relation
from bot.person.reading.words import any_of, lists


class Unnamed(StrEnum):
    """A person whom the message does not tie to the speaker."""

    THIRD = "third"  # "he", "she", with nobody named before
    OTHER = "other"  # somebody whose facts are not wanted: the patient's brother, people, you


Holder = Relation | Unnamed


@dataclass(frozen=True)
class Mention:
    start: int
    end: int
    holder: Holder
    sex: str | None = None
    named: bool = False  # "my husband", "the patient": somebody who is known to exist


_QUALIFIER = (
    r"(?:\d{1,3}[- ]{0,2}(?:years?|yrs?|y|months?|mos?|mths?|weeks?|days?)?[- /]{0,2}(?:olds?|o\b)?|late|dear|elderly|"
    r"poor|own|older|younger|eldest|oldest|youngest|little|big"
    r"|twin|beloved|best|close|good|only|first|new|adult|disabled|sick|lovely|aging|ageing|step)"
)


@cache
def _relation_words() -> str:
    return any_of([word for words in lists("relations").values() for word in words if word != "patient"])


@cache
def _pattern() -> re.Pattern[str]:
    people = _relation_words()
    return re.compile(
        rf"\b(?P<others_of>(?:my|our)\s+(?:{_QUALIFIER}\s+)*{people}'s\s+(?:{_QUALIFIER}\s+)*{people})\b"
        r"|\b(?:my|our|(?:i|we)(?:'ve| have)?(?: got| have)?\s+(?:an?|one)|(?:mother|mom|mum|father|dad|parents?|carer|"
        rf"caregiver|caretaker|guardian)\s+(?:of|to|for)\s+(?:an?|my|our)|an?(?=\s+(?:{_QUALIFIER}\s+)*(?:friend|relative|"
        r"family\s+member)))"
        rf"\s+(?:{_QUALIFIER}\s+)*(?P<own>{people})\b"
        r"|\bmy\s+(?P<young>\d{1,3}[- ]{0,2}(?:years?|yrs?|y|months?|mos?|weeks?)[- /]{0,2}(?:olds?|o)\b)"
        rf"|\b(?:his|her|their|whose|patient's|pt's|the)\s+(?:{_QUALIFIER}\s+)*(?P<theirs>{people})\b"
        r"|(?:\b(?:the|this|our|my|for an?)\s+|(?P<bare_patient>(?<![a-z])))"
        r"(?P<patient>patients?(?= is\b)|patient|pt)\b"
        r"|\bfor\s+an?\s+(?P<indefinite>\d{1,3}[- ]{0,2}(?:years?|yrs?|y|months?|mos?)?[- /]{0,2}(?:olds?|o\b)?)"
        rf"|(?P<bare>(?<![\w'-]){people})\b"
        r"|\b(?P<self>i'm|im|i've|ive|i'd|i|myself|me|my|mine)\b"
        r"|\b(?P<male>he|him|his|himself)\b|\b(?P<female>she|her|hers|herself)\b"
        r"|\b(?P<some>people|patients|persons|someone|somebody|everyone|everybody|anyone|anybody|others|those|you|they|"
        r"them|women|men|children|kids|adults|participants|volunteers|siblings|parents|family|relatives|subjects|boss|landlord|teacher|roommate|dog|cat|"
        r"pet|doctors)\b"
    )


_MEMORY = 50  # mentions; a pronoun reaches no further back

_LAY = re.compile(r"mom|mum|mam|mama|dad|daddy|papa|hubby|grandma|grandpa|grann?d?ad|granny|nana")
_AT_START = re.compile(r"(?:hi|hello|hey|please|help|for|dear \w+|[\s,.!:])*$")


@cache
def relation_of(word: str) -> Relation | None:
    for name, words in lists("relations").items():
        if re.fullmatch(any_of(words), word):
            return Relation[name]
    return None


@cache
def sex_of(word: str) -> str | None:
    """The sex that a word for a person says: `wife` -> female."""
    return next((sex for sex, words in lists("sexes").items() if re.fullmatch(any_of(words), word)), None)


def mentions_in(low: str, sentence_starts: Sequence[int]) -> tuple[Mention, ...]:
    """Every person that a text speaks of, pronouns resolved, from left to right."""
    found: list[Mention] = []
    for match in _pattern().finditer(low):
        mention = _mention(match, found, sentence_starts)
        if mention:
            found.append(mention)
    return tuple(found)


def _mention(match: re.Match[str], before: list[Mention], sentence_starts: Sequence[int]) -> Mention | None:
    start, end, kind = match.start(), match.end(), match.lastgroup
    match kind:
        case "self":
            return Mention(start, end, Relation.SELF)
        case "own":
            relation = relation_of(match["own"])
            if re.search(r"\blate\b", match[0]):
                return Mention(start, end, Unnamed.OTHER, sex_of(match["own"]))
            return None if relation is None else Mention(start, end, relation, sex_of(match["own"]), named=True)
        case "young":
            return Mention(start, end, Relation.CHILD, named=True)
        case "patient":
            if match["bare_patient"] is not None and not _opens_sentence(match, sentence_starts):
                return None
            return Mention(start, end, Relation.PATIENT, named=True)
        case "indefinite":
            return Mention(start, end, Relation.PATIENT, named=True)
        case "male" | "female":
            return Mention(start, end, _resolve(kind, start, before, sentence_starts), kind)
        case "some":
            return Mention(start, end, _resolve_they(before) if match[0] in ("they", "them") else Unnamed.OTHER)
        case "theirs":
            return _definite(match, before)
        case "others_of":
            return Mention(start, end, Unnamed.OTHER, sex_of(match[0].rsplit(maxsplit=1)[-1]))
        case _:
            return _bare(match, before)


class _Nearest(NamedTuple):
    named: Mention | None
    other: Mention | None


def _nearest(sex: str | None, before: list[Mention]) -> _Nearest:
    fitting = [
        m
        for m in reversed(before[-_MEMORY:])
        if m.holder is not Relation.SELF and (sex is None or m.sex in (None, sex))
    ]
    named = next((m for m in fitting if isinstance(m.holder, Relation)), None)
    other = next((m for m in fitting if m.holder is Unnamed.OTHER and m.sex == sex), None)
    return _Nearest(named, other)


def _resolve(sex: str, start: int, before: list[Mention], sentence_starts: Sequence[int]) -> Holder:
    """Whom "he" or "she" means: the last one named who can be, unless somebody else who can be came up since."""
    named, other = _nearest(sex, before)
    place = bisect_right(sentence_starts, start)
    recent = sentence_starts[max(place - 2, 0)] if place else 0
    if other and (named is None or other.start > named.start) and other.start >= recent:
        return Unnamed.OTHER
    if named and isinstance(named.holder, Relation):
        return named.holder
    return Unnamed.OTHER if any(m.named for m in before[-_MEMORY:]) else Unnamed.THIRD


def _resolve_they(before: list[Mention]) -> Holder:
    last = next((m for m in reversed(before[-_MEMORY:]) if m.named), None)
    single = last is not None and last.holder in (Relation.CHILD, Relation.PARTNER, Relation.FRIEND)
    return last.holder if last and single else Unnamed.OTHER


def _definite(match: re.Match[str], before: list[Mention]) -> Mention:
    """ "The boy" is whoever was named; "his brother" is somebody else."""
    sex = sex_of(match["theirs"])
    if match[0].startswith("the "):
        named, _ = _nearest(sex, before)
        holder = named.holder if named else Unnamed.THIRD
        return Mention(match.start(), match.end(), holder, sex)
    return Mention(match.start(), match.end(), Unnamed.OTHER, sex)


def _bare(match: re.Match[str], before: list[Mention]) -> Mention | None:
    """A bare "mom", or "Husband" that begins a message, is the speaker's own; elsewhere it is somebody else."""
    word = match["bare"]
    relation = relation_of(word)
    opens = not before and _AT_START.fullmatch(match.string, 0, match.start()) is not None
    if relation and (_LAY.fullmatch(word) or opens) and word not in ("girl", "boy", "child", "teen", "infant"):
        return Mention(match.start(), match.end(), relation, sex_of(word), named=True)
    if word in ("girl", "boy", "child", "baby", "teen", "teenager", "infant", "newborn", "toddler", "kid"):
        return None  # "a 5 year old girl": the words around it say who
    return Mention(match.start(), match.end(), Unnamed.OTHER, sex_of(word))


def _opens_sentence(match: re.Match[str], sentence_starts: Sequence[int]) -> bool:
    start = sentence_starts[bisect_right(sentence_starts, match.start()) - 1] if sentence_starts else 0
    return re.fullmatch(r"[\W\d_]*", match.string[start : match.start()]) is not None


def holder_at(mentions: Sequence[Mention], at: int, sentence_start: int) -> Holder | None:
    """The person last mentioned before a place in its sentence; else whom the text spoke of before it."""
    place = bisect_right(mentions, at, key=lambda mention: mention.start) - 1
    if place >= 0 and mentions[place].start >= sentence_start:
        return mentions[place].holder
    return next(
        (
            m.holder
            for m in reversed(mentions[max(0, place + 1 - _MEMORY) : place + 1])
            if m.holder is not Unnamed.OTHER
        ),
        None,
    )
