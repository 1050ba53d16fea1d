"""What a search is told of a person: the text, their age and sex, and what they do not have."""

from __future__ import annotations

from bot.person.facts import Certainty, Profile
from index.criteria.rule import Topic
from index.search.request import Request
from index.vocabulary import Sex


def request_for(text: str, profile: Profile) -> Request:
    """`text` may be a message or a whole note; what the profile is unsure of is left out."""
    sure = [fact for fact in profile.current() if fact.certainty is Certainty.STATED]
    ages = [fact.value for fact in sure if fact.attribute.topic is Topic.AGE]
    sexes = [str(fact.value).upper() for fact in sure if fact.attribute.topic is Topic.SEX]
    return Request(
        text=text,
        age=next((float(age) for age in ages if isinstance(age, int | float)), None),
        sex=next((Sex(sex) for sex in sexes if sex in (Sex.FEMALE, Sex.MALE)), None),
        denied=tuple(fact.quote for fact in sure if fact.value is False),
    )
