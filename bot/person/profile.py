"""What a message told, added to what is known: of the person the conversation is about, and of nobody else."""

from __future__ import annotations

from bot.person.facts import Profile, Relation
from bot.person.intake import Reading
from index.criteria.rule import Attribute, Topic


def profile_with(profile: Profile, reading: Reading) -> Profile:
    """The profile after a message.

    What is said of somebody else begins a profile of their own; a carer who says something of themselves ("I am her
    daughter, 40") does not change the patient's, unless it is an illness of their own.
    """
    about = reading.about or profile.about
    if not profile.facts or about is profile.about:
        return profile.model_copy(update={"about": about}).with_facts(reading.facts)
    if about is not Relation.SELF or any(fact.attribute.topic is Topic.CONDITION for fact in reading.facts):
        return Profile(about=about).with_facts(reading.facts)
    return profile


def child_speaks(profile: Profile) -> bool:
    """Whether the person who writes has told, perhaps by a bare number, that they are under 18."""
    age = profile.fact(Attribute(topic=Topic.AGE))
    return profile.about is Relation.SELF and age is not None and isinstance(age.value, float | int) and age.value < 18
