"""Facts in plain words, for "what do you know about me?" and for what was taken back."""

from __future__ import annotations

from collections.abc import Iterable

from bot.person import wording
from bot.person.facts import Certainty, Fact, Profile, Relation
from index.criteria.rule import Topic


def fact_words(fact: Fact, about: Relation = Relation.SELF) -> str:
    """`age 54 years`, `no chemotherapy`, `not known: platelet count`; and whose, where it is not the reader's own."""
    said = _value(fact)
    unsure = " (not certain)" if fact.certainty is Certainty.UNSURE else ""
    return f"{said}{unsure}" if about is Relation.SELF else f"{about.value}: {said}{unsure}"


def listed_facts(facts: Iterable[Fact], profile: Profile) -> str:
    return "; ".join(fact_words(fact, profile.about) for fact in facts)


def _value(fact: Fact) -> str:
    name = wording.name(fact.attribute)
    topic = fact.attribute.topic
    if fact.value is None:
        return f"not known: {name}"
    if topic is Topic.AGE and isinstance(fact.value, float | int):
        return f"age {wording.years(float(fact.value))}"
    if topic is Topic.PLACE:
        return f"lives in {fact.value}"
    if isinstance(fact.value, bool):
        return wording.words().topics[topic].told[not fact.value].format(x=wording.subject(fact.attribute))
    if isinstance(fact.value, str):
        return f"{name}: {fact.value}"
    return f"{name} {wording.amount(float(fact.value), fact.unit)}"
