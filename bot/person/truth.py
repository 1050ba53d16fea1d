"""One requirement against what is known of a person: true, false or unknown, and the fact that says so.

A fact that is missing, unsure, undated where a time window counts, too old or in another unit decides nothing.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from bot.person.facts import Certainty, Fact, Profile, Relation
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

_ECOG_OF_KARNOFSKY = {100: 0, 90: 0, 80: 1, 70: 1, 60: 2, 50: 2, 40: 3, 30: 3, 20: 4, 10: 4, 0: 5}
"""The usual crosswalk of the two scales (Oken and others 1982, Am J Clin Oncol 5:649; Karnofsky in steps of ten)."""


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
    """A requirement's truth for a person. `fact` is what it rests on or what falls short; `gap` says how it does."""

    requirement: Requirement
    truth: bool | None
    fact: Fact | None = None
    derived: bool = False
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A profile made ready for many look-ups: the latest fact on each attribute."""

    about: Relation
    facts: Mapping[tuple[Topic, str], Fact]
    sex: Fact | None  # stated, or said by whom the conversation is about
    ill: Fact | None  # a stated condition

    @classmethod
    def of(cls, profile: Profile) -> Known:
        facts = {(fact.attribute.topic, fact.attribute.subject): fact for fact in profile.facts}
        conditions = (fact for (topic, _), fact in facts.items() if topic is Topic.CONDITION)
        sex = facts.get((Topic.SEX, "")) or _said_by_relation(profile.about)
        return cls(
            about=profile.about,
            facts=facts,
            sex=sex if sex is not None and certain(sex) else None,
            ill=next((fact for fact in conditions if fact.value is True and certain(fact)), None),
        )

    def fact(self, topic: Topic, subject: str) -> Fact | None:
        return self.facts.get((topic, subject))

    @property
    def male(self) -> bool:
        return self.sex is not None and str(self.sex.value).strip().casefold() == "male"


def _said_by_relation(about: Relation) -> Fact | None:
    sex = _SEX_OF_RELATION.get(about)
    return Fact(attribute=SEX, value=sex, quote="") if sex else None


def certain(fact: Fact) -> bool:
    return fact.value is not None and fact.certainty is Certainty.STATED


def find(requirement: Requirement, known: Known) -> Finding:
    """What the facts say on a requirement: the fact on its very attribute first, then what follows from others."""
    attribute = requirement.attribute
    direct = _by_fact(requirement, known.fact(attribute.topic, attribute.subject))
    derive = _DERIVATIONS.get(attribute.topic)
    return derive(requirement, known, direct) if derive else direct


def _by_fact(requirement: Requirement, fact: Fact | None) -> Finding:
    if fact is None:
        return Finding(requirement, None, gap=Gap.NOTHING_SAID)
    if fact.value is None:
        return Finding(requirement, None, fact, gap=Gap.NOT_KNOWN)
    if fact.certainty is not Certainty.STATED:
        return Finding(requirement, None, fact, gap=Gap.UNSURE)
    if requirement.range is not None:
        return _by_number(requirement, requirement.range, fact)
    if isinstance(requirement.value, str):
        return _by_word(requirement, requirement.value, fact)
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


def _by_word(requirement: Requirement, asked: str, fact: Fact) -> Finding:
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
    had, gap = _had(requirement, fact)
    return Finding(requirement, None if had is None else had is requirement.value, fact, gap=gap)


def _had(requirement: Requirement, fact: Fact) -> tuple[bool | None, Gap | None]:
    """Whether the person has it, or had it in the time window that counts."""
    window, state = requirement.within_days, requirement.attribute.topic in _STATES
    if window is None:
        return fact.value is True, None
    if fact.value is False:
        return (None, Gap.NO_DATE) if state and window > STATE_REACHES_BACK_DAYS else (False, None)
    if fact.days_ago is None:
        return (True, None) if state else (None, Gap.NO_DATE)
    return fact.days_ago <= window, None


# --- what follows from other facts


def _by_relation(requirement: Requirement, known: Known, direct: Finding) -> Finding:
    """Whoever speaks of their mother has said that she is a woman."""
    if direct.gap is not Gap.NOTHING_SAID or known.sex is None or not isinstance(requirement.value, str):
        return direct
    return _by_word(requirement, requirement.value, known.sex)._replace(derived=True)


def _not_of_men(requirement: Requirement, known: Known, direct: Finding) -> Finding:
    """A stated pregnancy outranks everything; otherwise it is not a question for men."""
    if direct.truth is not None or not known.male or not isinstance(requirement.value, bool):
        return direct
    return Finding(requirement, requirement.value is False, known.sex, derived=True)


def _not_if_ill(requirement: Requirement, known: Known, direct: Finding) -> Finding:
    if direct.truth is not None or known.ill is None or not isinstance(requirement.value, bool):
        return direct
    return Finding(requirement, requirement.value is False, known.ill, derived=True)


def _by_other_scale(requirement: Requirement, known: Known, direct: Finding) -> Finding:
    """ECOG by Karnofsky and back, only where everything that the value may mean on the other scale gives one result."""
    other = "karnofsky" if requirement.attribute.subject == "ecog" else "ecog"
    fact = known.fact(Topic.PERFORMANCE_STATUS, other)
    if direct.truth is not None or fact is None or requirement.range is None:
        return direct
    on_its_scale = _by_fact(requirement.model_copy(update={"range": Range()}), fact)
    if on_its_scale.truth is None or not isinstance(fact.value, int | float):
        return on_its_scale._replace(requirement=requirement) if direct.gap is Gap.NOTHING_SAID else direct
    truths = {lies_in(value, requirement.range) for value in equivalents(other, fact.value)}
    return Finding(requirement, truths.pop(), fact, derived=True) if len(truths) == 1 else direct


def equivalents(scale: str, value: float) -> tuple[float, ...]:
    """What a value on one scale may mean on the other; a value between two steps may mean what either does."""
    if scale == "karnofsky":
        steps = (math.floor(value / 10) * 10, math.ceil(value / 10) * 10)
        return tuple({float(_ECOG_OF_KARNOFSKY[step]) for step in steps if step in _ECOG_OF_KARNOFSKY})
    nearest = (math.floor(value), math.ceil(value))
    return tuple(float(step) for step, ecog in _ECOG_OF_KARNOFSKY.items() if ecog in nearest)


def _by_kin(requirement: Requirement, known: Known, direct: Finding) -> Finding:
    """A treatment by one that is a kind of it (had), or that it is a kind of (never had)."""
    if not isinstance(requirement.value, bool):
        return direct
    subject = requirement.attribute.subject
    findings = [direct] if direct.truth is not None else []
    for other in _kinds_of(subject):
        fact = known.fact(Topic.PRIOR_THERAPY, other)
        if fact is not None and certain(fact) and fact.value is True and _had(requirement, fact)[0]:
            findings.append(Finding(requirement, requirement.value, fact, derived=True))
    for other in _also(subject):
        fact = known.fact(Topic.PRIOR_THERAPY, other)
        if fact is not None and certain(fact) and fact.value is False:
            findings.append(Finding(requirement, not requirement.value, fact, derived=True))
    if len({finding.truth for finding in findings}) > 1:
        return Finding(requirement, None, findings[0].fact, gap=Gap.CONTRADICTION)
    return findings[0] if findings else direct


@cache
def _kinds() -> Mapping[str, tuple[str, ...]]:
    """A treatment -> those that are a kind of it, for certain."""
    text = files("bot.person").joinpath("therapies.toml").read_text(encoding="utf-8")
    return {general: tuple(specifics) for general, specifics in tomllib.loads(text)["kinds"].items()}


@cache
def _kinds_of(subject: str) -> tuple[str, ...]:
    """Every kind of a treatment, down to the last: who had one of them had the treatment."""
    return tuple(
        dict.fromkeys(kind for specific in _kinds().get(subject, ()) for kind in (specific, *_kinds_of(specific)))
    )


@cache
def _also(subject: str) -> tuple[str, ...]:
    """Every treatment that this one is a kind of."""
    return tuple(general for general in _kinds() if subject in _kinds_of(general))


_DERIVATIONS: Mapping[Topic, Callable[[Requirement, Known, Finding], Finding]] = {
    Topic.SEX: _by_relation,
    Topic.PREGNANCY: _not_of_men,
    Topic.BREAST_FEEDING: _not_of_men,
    Topic.HEALTHY_VOLUNTEER: _not_if_ill,
    Topic.PERFORMANCE_STATUS: _by_other_scale,
    Topic.PRIOR_THERAPY: _by_kin,
}
