"""A message -> the facts it states of the person it is about, each with the words it was read from.

Precision before coverage: what is asked, imagined, planned, said of somebody else, or said in two ways, is no fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.person.facts import Certainty, Fact, Relation
from bot.person.reading.conditions import conditions
from bot.person.reading.holders import Unnamed
from bot.person.reading.infections import infections
from bot.person.reading.measurements import measurements
from bot.person.reading.message import Found, Message
from bot.person.reading.people import AGE, ages, sexes
from bot.person.reading.places import places
from bot.person.reading.states import states
from bot.person.reading.treatments import treatments
from index.criteria.rule import Topic
from index.trial import Frozen

READERS = (ages, sexes, places, states, conditions, infections, measurements, treatments)


class Reading(Frozen):
    """What a message says; `about` is whom it speaks of, `None` where it does not say."""

    facts: tuple[Fact, ...] = ()
    about: Relation | None = None


def facts_in(message: str, turn: int = 0) -> Reading:
    """The facts that a message states, in the order in which they stand."""
    told = Message(message)
    found = [one for reader in READERS for one in reader(told) if told.states(one.at)]
    holders = [one.holder or told.holder(one.at) for one in found]
    about = _about(told, found, holders)
    kept = [one for one, holder in zip(found, holders, strict=True) if _belongs(holder, about)]
    return Reading(facts=tuple(_fact(told, one, turn) for one in _settled(told, kept)), about=about)


_DEMOGRAPHIC = frozenset({Topic.AGE, Topic.SEX, Topic.PLACE})
_FOR = re.compile(r"\b(?:for|on behalf of|about|regarding|help(?:ing)?(?: me)?(?: with)?|helps?)\s*$")
_MYSELF = re.compile(
    r"\b(?:(?:can|could|may|should|would|do|am|will|might) i (?:join|qualify|be|get|take part|participate|enrol\w*|"
    r"sign|apply|need|have|eligible|still|fit|at risk|a candidate|too)|am i (?:eligible|at risk|too|a candidate|"
    r"likely|able)|for (?:me|myself)|my (?:risk|chances?|case))\b"
    r"|\bi (?:do not|don'?t|have not|haven'?t)(?:\s+have (?:it|that|this|any))?(?=\s*(?:$|[.,;!?]))"
)
_BOTH = re.compile(r"\b(?:and|&)\s+(?:i|me|myself)\b\s*(?:\(?\d|both|have both|are both)|\b(?:both of us|we both)\b")


def _about(told: Message, found: Sequence[Found], holders: Sequence[object]) -> Relation | None:
    """The one it asks for; else the speaker, if more is said of them than who they are; else the one described."""
    asked_for = _asked_for(told)
    if asked_for:
        return asked_for
    if _BOTH.search(told.low):
        return None
    said: dict[Relation, list[Found]] = {}
    for one, holder in zip(found, holders, strict=True):
        if isinstance(holder, Relation):
            said.setdefault(holder, []).append(one)
    own = said.pop(Relation.SELF, [])
    if any(one.attribute.topic not in _DEMOGRAPHIC for one in own):
        return Relation.SELF
    spoken_of = [mention.holder for mention in told.mentions if mention.named]
    if (
        own
        and len(spoken_of) > 1
        and not any(_says_more(facts) for facts in said.values())
        and not _MYSELF.search(told.low)
    ):
        return None
    if own and not said:
        return Relation.SELF
    if _MYSELF.search(told.low):
        return Relation.SELF
    others = {who: facts for who, facts in said.items() if not _only_named(facts)}
    if others:
        return max(others, key=lambda who: len(others[who]))
    unsaid = any(holder is None for holder in holders)
    if own or (unsaid and not said and any(mention.holder is Relation.SELF for mention in told.mentions)):
        return Relation.SELF
    return None


def _only_named(facts: Sequence[Found]) -> bool:
    return all(one.attribute.topic is Topic.SEX for one in facts)


def _says_more(facts: Sequence[Found]) -> bool:
    return any(one.attribute.topic not in _DEMOGRAPHIC for one in facts)


def _asked_for(told: Message) -> Relation | None:
    """ "A trial for my mother", "on behalf of my friend": the first such person."""
    for mention in told.mentions:
        if (
            mention.named
            and isinstance(mention.holder, Relation)
            and _FOR.search(told.low[max(0, mention.start - 40) : mention.start])
        ):
            return mention.holder
        if (
            mention.named
            and isinstance(mention.holder, Relation)
            and re.match(r"for an? \d", told.low[mention.start : mention.end])
        ):
            return mention.holder
    return None


def _belongs(holder: object, about: Relation | None) -> bool:
    if holder is None or holder is Unnamed.THIRD:
        return about is not Relation.SELF or holder is None
    if holder is Unnamed.OTHER:
        return False
    return holder is about


def _settled(told: Message, found: Iterable[Found]) -> list[Found]:
    """One fact for each attribute; two that disagree are dropped, unless the message corrects itself."""
    by_key: dict[str, list[Found]] = {}
    for one in sorted(found, key=lambda one: (one.at, one.start)):
        by_key.setdefault(one.attribute.key, []).append(one)
    kept = [settled for same in by_key.values() if (settled := _one_of(told, same)) is not None]
    return sorted((one for one in kept if not _excluded(one, kept)), key=lambda one: one.start)


def _excluded(one: Found, others: Sequence[Found]) -> bool:
    """Whether the rest rules it out: health beside illness, a boy breast-fed, "myeloma" beside "multiple myeloma"."""
    match one.attribute.topic:
        case Topic.HEALTHY_VOLUNTEER:
            return any(
                other.attribute.topic in (Topic.CONDITION, Topic.INFECTION) and other.value is True for other in others
            )
        case Topic.PREGNANCY | Topic.BREAST_FEEDING:
            return any(other.value == "male" or (other.attribute == AGE and float(other.value) < 8) for other in others)
        case Topic.CONDITION:
            return any(
                other.attribute.subject.endswith(" " + one.attribute.subject) and other.value == one.value
                for other in others
                if other.attribute.topic is Topic.CONDITION
            )
    return False


_CORRECTION = re.compile(
    r"\b(?:sorry|i mean|i meant|correction|actually|oops|no wait|make that|scratch that|rather|typo)\b"
)


def _one_of(told: Message, same: Sequence[Found]) -> Found | None:
    last = same[-1]
    if all(_agrees(one, last) for one in same):
        return min(same, key=lambda one: (one.unsure, one.days_ago is None, one.days_ago or 0.0, one.start))
    if _CORRECTION.search(told.low, same[0].end, last.end):
        return last
    return None


def _agrees(one: Found, other: Found) -> bool:
    if isinstance(one.value, float) and isinstance(other.value, float):
        return abs(one.value - other.value) <= 0.02 * max(abs(one.value), abs(other.value)) and one.unit == other.unit
    return one.value == other.value or (
        isinstance(one.value, str) and isinstance(other.value, str) and one.value.lower() in other.value.lower()
    )


_JOINING = re.compile(r"^(?:(?:and|also|that|but|old|so)\s+)+", re.IGNORECASE)


def _fact(told: Message, one: Found, turn: int) -> Fact:
    return Fact(
        attribute=one.attribute,
        value=one.value,
        unit=one.unit,
        days_ago=one.days_ago,
        certainty=Certainty.UNSURE if one.unsure else Certainty.STATED,
        quote=_JOINING.sub("", told.quote(one.start, one.end)),
        turn=turn,
    )
