"""A profile is the sum of what was said: merging is idempotent, the latest word counts, a turn can be taken back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.person.facts import Certainty, Fact, Profile, Relation
from index.criteria.rule import Attribute, Topic

AGE = Attribute(topic=Topic.AGE)
HIV = Attribute(topic=Topic.INFECTION, subject="hiv")
PLATELETS = Attribute(topic=Topic.LAB, subject="platelets")

FACTS = st.lists(
    st.builds(
        Fact,
        attribute=st.sampled_from([AGE, HIV, PLATELETS]),
        value=st.sampled_from([True, False, None, 54.0, 90.0]),
        certainty=st.sampled_from(list(Certainty)),
        quote=st.sampled_from(["yes", "I'm 54"]),
        turn=st.integers(min_value=0, max_value=4),
    ),
    max_size=12,
)


def fact(attribute: Attribute, value: float | bool | str | None, turn: int = 0) -> Fact:
    return Fact(attribute=attribute, value=value, quote="said", turn=turn)


@given(FACTS)
def test_adding_the_same_facts_again_changes_nothing(facts: list[Fact]) -> None:
    once = Profile().with_facts(facts)
    assert once.with_facts(facts) == once
    assert len(set(once.facts)) == len(once.facts)


@given(FACTS, FACTS)
def test_adding_in_two_steps_is_adding_at_once(first: list[Fact], second: list[Fact]) -> None:
    assert Profile().with_facts(first).with_facts(second) == Profile().with_facts([*first, *second])


@given(FACTS, st.integers(min_value=0, max_value=4))
def test_taking_back_a_turn_leaves_what_was_said_in_the_others(facts: list[Fact], turn: int) -> None:
    others = [one for one in facts if one.turn != turn]
    assert Profile().with_facts(facts).without_turn(turn) == Profile().with_facts(others)


def test_a_later_fact_corrects_an_earlier_one_and_both_stay() -> None:
    profile = Profile().with_facts([fact(AGE, 54.0, turn=1), fact(HIV, False, turn=1), fact(AGE, 45.0, turn=2)])
    assert profile.fact(AGE) == fact(AGE, 45.0, turn=2)
    assert [one.value for one in profile.current()] == [45.0, False]
    assert len(profile.facts) == 3


def test_taking_back_a_correction_brings_the_first_word_back() -> None:
    profile = Profile().with_facts([fact(AGE, 54.0, turn=1), fact(AGE, 45.0, turn=2)]).without_turn(2)
    assert profile.fact(AGE) == fact(AGE, 54.0, turn=1)


def test_subjects_of_one_topic_are_kept_apart() -> None:
    profile = Profile().with_facts(
        [fact(HIV, False), fact(Attribute(topic=Topic.INFECTION, subject="hepatitis_b"), True)]
    )
    assert [one.value for one in profile.on(Topic.INFECTION)] == [False, True]
    assert profile.fact(PLATELETS) is None


def test_adding_facts_does_not_change_whom_it_is_about() -> None:
    assert Profile(about=Relation.MOTHER).with_facts([fact(AGE, 72.0)]).about is Relation.MOTHER
