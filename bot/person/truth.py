"""One requirement beside one fact: true, false or unknown, and why it is unknown; what is known, ready for look-ups.

A fact that is missing, unsure, undated where a time window counts, too old or in another unit decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from bot.person import kinds
from bot.person.facts import Certainty, Fact, Profile, Relation, Silence
from index.criteria.rule import Attribute, Range, Requirement, Topic

ULN = "ULN"

SEX = Attribute(topic=Topic.SEX)

MEASUREMENT_COUNTS_FOR_DAYS = 180
"""A blood count or an activity level from before that says little about today; trials measure again within weeks."""

STATE_REACHES_BACK_DAYS = 30
""""I am not pregnant" answers for the last month, and not for "in the last year"."""

_MEASUREMENTS = frozenset({Topic.LAB, Topic.PERFORMANCE_STATUS})
_STATES = frozenset({Topic.PREGNANCY, Topic.BREAST_FEEDING})
_YEARS = frozenset({"", "year", "years"})

_SEX_OF_RELATION = {
    Relation.MOTHER: "female",
    Relation.WIFE: "female",
    Relation.DAUGHTER: "female",
    Relation.SISTER: "female",
    Relation.FATHER: "male",
    Relation.HUSBAND: "male",
    Relation.SON: "male",
    Relation.BROTHER: "male",
}


class Gap(StrEnum):
    """Why a requirement could not be decided."""

    NOTHING_SAID = "nothing said"
    NOT_KNOWN = "asked, and the person does not know"
    UNSURE = "said, but not surely"
    NO_DATE = "a time window counts, and no time was said"
    TOO_OLD = "measured too long ago"
    OTHER_UNIT = "not comparable with the rule"
    CONTRADICTION = "two facts that do not fit together"


class Finding(NamedTuple):
    """A requirement's truth for a person. `fact` is what it rests on or what falls short; `gap` says how it does.

    `assumed`: it rests on no fact, but on the silence of a whole clinical note.
    """

    requirement: Requirement
    truth: bool | None
    fact: Fact | None = None
    derived: bool = False
    gap: Gap | None = None
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A profile made ready for many look-ups: the latest fact on each attribute, and what each one implies.

    `held` and `lacked`: by topic and name, the facts by which a person has, or has not, what the name means.
    `silence`: set where what nobody mentioned may be taken as absent; it counts while `presumes`.
    """

    about: Relation
    facts: Mapping[tuple[Topic, str], Fact]
    sex: Fact | None  # stated, or said by whom the conversation is about
    ill: Fact | None  # a stated condition
    held: Mapping[tuple[Topic, str], tuple[Fact, ...]]
    lacked: Mapping[tuple[Topic, str], tuple[Fact, ...]]
    silence: Silence | None = None
    presumes: bool = False

    @classmethod
    def of(cls, profile: Profile) -> Known:
        """What the facts say; nothing is taken as absent yet."""
        facts = {(fact.attribute.topic, fact.attribute.subject): fact for fact in profile.facts}
        conditions = (fact for (topic, _), fact in facts.items() if topic is Topic.CONDITION)
        sex = facts.get((Topic.SEX, "")) or _said_by_relation(profile.about)
        return cls(
            about=profile.about,
            facts=facts,
            sex=sex if sex is not None and certain(sex) else None,
            ill=next((fact for fact in conditions if fact.value is True and certain(fact)), None),
            held=_by_name(facts.values(), True, kinds.meant_by),
            lacked=_by_name(facts.values(), False, kinds.covered_by),
            silence=profile.silence,
        )

    def presuming(self) -> Known:
        """The same, with what a note leaves unsaid taken as absent."""
        return replace(self, presumes=True)

    def fact(self, topic: Topic, subject: str) -> Fact | None:
        return self.facts.get((topic, subject))

    @property
    def male(self) -> bool:
        return self.sex is not None and str(self.sex.value).strip().casefold() == "male"


_NAMED = frozenset({Topic.CONDITION, Topic.INFECTION, Topic.PRIOR_THERAPY, Topic.MEDICATION, Topic.ALLERGY})
"""Topics whose subjects are kinds of one another."""


def _by_name(
    facts: Iterable[Fact], value: bool, names: Callable[[str], frozenset[str]]
) -> dict[tuple[Topic, str], tuple[Fact, ...]]:
    found: dict[tuple[Topic, str], tuple[Fact, ...]] = {}
    for fact in facts:
        topic = fact.attribute.topic
        if topic in _NAMED and fact.value is value and certain(fact):
            for name in names(fact.attribute.subject):
                found[topic, name] = (*found.get((topic, name), ()), fact)
    return found


def _said_by_relation(about: Relation) -> Fact | None:
    sex = _SEX_OF_RELATION.get(about)
    return Fact(attribute=SEX, value=sex, quote="") if sex else None


def certain(fact: Fact) -> bool:
    return fact.value is not None and fact.certainty is Certainty.STATED


def by_fact(requirement: Requirement, fact: Fact | None) -> Finding:
    if fact is None:
        return Finding(requirement, None, gap=Gap.NOTHING_SAID)
    if fact.value is None:
        return Finding(requirement, None, fact, gap=Gap.NOT_KNOWN)
    if fact.certainty is not Certainty.STATED:
        return Finding(requirement, None, fact, gap=Gap.UNSURE)
    if requirement.range is not None:
        return _by_number(requirement, requirement.range, fact)
    if isinstance(requirement.value, str):
        return by_word(requirement, requirement.value, fact)
    return _by_yes_or_no(requirement, fact)


def _by_number(requirement: Requirement, limits: Range, fact: Fact) -> Finding:
    value, topic = fact.value, requirement.attribute.topic
    if isinstance(value, bool) or not isinstance(value, int | float) or not _comparable(topic, limits.unit, fact.unit):
        return Finding(requirement, None, fact, gap=Gap.OTHER_UNIT)
    oldest = MEASUREMENT_COUNTS_FOR_DAYS if requirement.within_days is None else requirement.within_days
    if topic in _MEASUREMENTS and fact.days_ago is not None and fact.days_ago > oldest:
        return Finding(requirement, None, fact, gap=Gap.TOO_OLD)
    return Finding(requirement, lies_in(value, limits), fact)


def _comparable(topic: Topic, ours: str, theirs: str) -> bool:
    if topic is Topic.AGE:
        return ours in _YEARS and theirs in _YEARS
    return ours == theirs or (topic is not Topic.LAB and ULN not in (ours, theirs) and "" in (ours, theirs))


def lies_in(value: float, limits: Range) -> bool:
    """Whether a number lies in a range; a hair's breadth from a limit, left by a conversion, is the limit itself."""
    at_low = limits.low is not None and math.isclose(value, limits.low, rel_tol=1e-9)
    at_high = limits.high is not None and math.isclose(value, limits.high, rel_tol=1e-9)
    above = limits.low is None or (limits.low_included if at_low else value > limits.low)
    below = limits.high is None or (limits.high_included if at_high else value < limits.high)
    return above and below


def by_word(requirement: Requirement, asked: str, fact: Fact) -> Finding:
    if not isinstance(fact.value, str):
        return Finding(requirement, None, fact, gap=Gap.OTHER_UNIT)
    ours, theirs = asked.strip().casefold(), fact.value.strip().casefold()
    if ours == theirs:
        return Finding(requirement, True, fact)
    if requirement.attribute.topic is Topic.SEX and {ours, theirs} == {"female", "male"}:
        return Finding(requirement, False, fact)
    return Finding(
        requirement, None, fact, gap=Gap.OTHER_UNIT
    )  # two places that differ in words may be one inside the other


def _by_yes_or_no(requirement: Requirement, fact: Fact) -> Finding:
    if not isinstance(fact.value, bool) or not isinstance(requirement.value, bool):
        return Finding(requirement, None, fact, gap=Gap.OTHER_UNIT)
    held, gap = had(requirement, fact)
    return Finding(requirement, None if held is None else held is requirement.value, fact, gap=gap)


def had(requirement: Requirement, fact: Fact) -> tuple[bool | None, Gap | None]:
    """Whether the person has it, or had it in the time window that counts."""
    window, state = requirement.within_days, requirement.attribute.topic in _STATES
    if window is None:
        return fact.value is True, None
    if fact.value is False:
        return (None, Gap.NO_DATE) if state and window > STATE_REACHES_BACK_DAYS else (False, None)
    if fact.days_ago is None:
        return (True, None) if state else (None, Gap.NO_DATE)
    return fact.days_ago <= window, None
