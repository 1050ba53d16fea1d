"""What one resource tells: a fact, with when it was so, or that it was left aside and why."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.person.facts import Certainty, Fact
from index.criteria.rule import Attribute, Topic
from index.trial import Frozen


class Why(StrEnum):
    """Why something in the record is no fact about the person."""

    NOT_READ = "this kind of resource is not read"
    INVALID = "it is not valid FHIR R4"
    OTHER_PERSON = "it is about another patient"
    MODIFIED = "an extension that is not known here changes what it means"
    ERROR = "it was entered in error"
    NOT_FINAL = "its status says that it is not final, or did not happen"
    FAMILY = "it is about the family"
    SOCIAL = "it is about how the person lives, not an illness"
    NOT_SAID = "it does not say that the person has it"
    NO_WORDS = "it names nothing in words"
    NO_VALUE = "it has no value that can be used"
    ONLY_A_BOUND = "its value is only known to lie above or below a number"
    UNIT = "its unit does not belong to what is measured"
    IMPLAUSIBLE = "nobody has such a value; something is wrong"
    NO_TOPIC = "no rule asks for it in a form that is known here"
    NO_TREATMENT = "it is no treatment that is known here"
    AHEAD = "it is dated after the day that counts as today"
    LONG_AGO = "it is too old to say anything of today"
    OLDER = "another entry says it better or later"


class LeftAside(Frozen):
    """What was not made a fact: a kind of resource, its words where there are any, why, and how often."""

    kind: str
    words: str = ""
    why: Why
    count: int = 1


class Said(NamedTuple):
    """A fact; `day` is when it was so, `now` that it still holds."""

    fact: Fact
    day: datetime.date | None = None
    now: bool = False


Told = Said | LeftAside


def say(
    topic: Topic,
    subject: str,
    value: float | bool | str,
    quote: str,
    *,
    unit: str = "",
    days_ago: float | None = None,
    sure: bool = True,
    day: datetime.date | None = None,
    now: bool = False,
) -> Said:
    """A fact as a record says it."""
    fact = Fact(
        attribute=Attribute(topic=topic, subject=subject),
        value=value,
        unit=unit,
        days_ago=days_ago,
        certainty=Certainty.STATED if sure else Certainty.UNSURE,
        quote=quote,
    )
    return Said(fact, day, now)
