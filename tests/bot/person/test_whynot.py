"""Why not a trial: the fewest facts that would have to be otherwise, worked out over the whole tree of its rules."""

from __future__ import annotations

import datetime
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from bot.person.facts import Fact, Profile, Relation
from bot.person.logic import work_out
from bot.person.standing import stand
from bot.person.truth import Known
from bot.person.whynot import WhyNot, why_not
from index.criteria.criterion import Criterion, Kind
from index.criteria.rule import AllOf, AnyOf, AsWritten, Attribute, Not, Range, Requirement, Rule, Topic

TODAY = datetime.date(2026, 11, 21)
UNREAD = AsWritten(start=0, end=1)


def has(subject: str, topic: Topic = Topic.CONDITION, at: int = 0, within_days: float | None = None) -> Requirement:
    attribute = Attribute(topic=topic, subject=subject)
    return Requirement(attribute=attribute, start=at, end=at + 1, value=True, within_days=within_days)


def lab(subject: str, low: float | None = None, high: float | None = None, unit: str = "10^9/L") -> Requirement:
    attribute = Attribute(topic=Topic.LAB, subject=subject)
    return Requirement(attribute=attribute, start=0, end=1, range=Range(low=low, high=high, unit=unit))


def age(low: float | None = None, high: float | None = None) -> Requirement:
    return Requirement(
        attribute=Attribute(topic=Topic.AGE), start=0, end=1, range=Range(low=low, high=high, unit="years")
    )


def rule(read: Rule | None, kind: Kind = Kind.INCLUSION, number: str = "1", parent: str | None = None) -> Criterion:
    text = "As the rule says, with some words"
    return Criterion(
        id=f"{kind}-{number}",
        kind=kind,
        start=0,
        end=len(text),
        lead_end=len(text),
        text=text,
        rule=read,
        parent=parent,
    )


def said(subject: str, value: float | bool, topic: Topic = Topic.CONDITION, days_ago: float | None = None) -> Fact:
    unit = {Topic.LAB: "10^9/L", Topic.AGE: "years"}.get(topic, "")
    return Fact(
        attribute=Attribute(topic=topic, subject=subject),
        value=value,
        unit=unit,
        days_ago=days_ago,
        quote=f"{subject or topic} {value}",
    )


def reasons_against(criteria: list[Criterion], *facts: Fact) -> WhyNot:
    profile = Profile(about=Relation.PATIENT, facts=facts)
    return why_not("NCT00000001", criteria, profile, stand(criteria, profile), TODAY)


def names(why: WhyNot) -> list[str]:
    return [obstacle.fact.attribute.subject for obstacle in why.obstacles]


def test_where_nothing_stands_in_the_way_it_lists_what_is_not_known() -> None:
    why = reasons_against([rule(lab("platelets", low=100)), rule(None, number="2")])
    assert why.obstacles == ()
    assert [need.subject for need in why.needs] == ["platelets"]
    assert why.as_written == ("inclusion-2",)


def test_a_number_that_is_missed_says_the_limit_and_how_far_it_is() -> None:
    why = reasons_against([rule(lab("platelets", low=100))], said("platelets", 85.0, Topic.LAB))
    (obstacle,) = why.obstacles
    assert obstacle.needed == "platelet count at least 100 ×10⁹/L"
    assert [miss.text for miss in obstacle.missed_by] == [
        "platelet count 85, needs at least 100 ×10⁹/L: 15 short (15%)"
    ]
    assert obstacle.fact.quote == "platelets 85.0"


def test_every_part_of_an_exclusion_that_is_met_has_to_change() -> None:
    either = AnyOf(of=(has("gout", at=1), has("psoriasis", at=9), has("asthma", at=20)))
    why = reasons_against(
        [rule(either, Kind.EXCLUSION)], said("gout", True), said("asthma", True), said("psoriasis", False)
    )
    assert names(why) == ["gout", "asthma"]
    assert why.obstacles[0].needed == "the patient does not have gout"


def test_of_an_any_of_the_branch_with_the_fewest_changes_is_shown() -> None:
    long = AllOf(of=(has("gout"), has("psoriasis")))
    why = reasons_against(
        [rule(AnyOf(of=(long, has("asthma"))))], *(said(one, False) for one in ("gout", "psoriasis", "asthma"))
    )
    assert names(why) == ["asthma"]
    assert why.obstacles[0].needed == "the patient has asthma"


def test_of_two_branches_of_one_change_the_one_that_can_change_is_shown() -> None:
    either = AnyOf(of=(age(high=60), lab("platelets", low=100)))
    why = reasons_against([rule(either)], said("", 70.0, Topic.AGE), said("platelets", 85.0, Topic.LAB))
    assert names(why) == ["platelets"]


def test_a_nested_any_of_inside_an_all_of_takes_its_cheapest_branch() -> None:
    inner = AnyOf(of=(AllOf(of=(has("gout"), has("psoriasis"))), Not(of=has("asthma"))))
    facts = [said("gout", False), said("psoriasis", False), said("asthma", True), said("eczema", False)]
    why = reasons_against([rule(AllOf(of=(inner, has("eczema"))))], *facts)
    assert sorted(names(why)) == ["asthma", "eczema"]


def test_a_branch_that_is_only_unknown_costs_no_change() -> None:
    rules = AllOf(of=(AnyOf(of=(has("gout"), UNREAD)), has("asthma")))
    why = reasons_against([rule(rules)], said("gout", False), said("asthma", False))
    assert names(why) == ["asthma"]


def test_one_fact_that_misses_two_rules_is_one_thing_with_two_places() -> None:
    criteria = [rule(age(high=65)), rule(age(low=18, high=60), number="2")]
    why = reasons_against(criteria, said("", 70.0, Topic.AGE))
    (obstacle,) = why.obstacles
    assert [place.criterion_id for place in obstacle.places] == ["inclusion-1", "inclusion-2"]
    assert [miss.distance for miss in obstacle.missed_by] == ["5 years too old", "10 years too old"]
    assert why.rules == ("inclusion-1", "inclusion-2")


def test_a_choice_that_another_rule_asks_for_anyway_is_the_cheaper_one() -> None:
    choice = rule(AnyOf(of=(has("gout"), has("asthma"))))
    why = reasons_against([choice, rule(has("asthma"), number="2")], said("gout", False), said("asthma", False))
    assert names(why) == ["asthma"]


def test_the_place_is_the_smallest_part_of_the_rule_that_the_words_stand_in() -> None:
    whole = rule(AllOf(of=(has("gout", at=2), has("asthma", at=12))))
    part = rule(has("asthma", at=12), number="1.2", parent="inclusion-1").model_copy(update={"start": 10, "end": 20})
    why = reasons_against([whole, part], said("asthma", False))
    assert [place.criterion_id for place in why.obstacles[0].places] == ["inclusion-1.2"]


def test_an_illness_that_follows_from_another_one_names_what_the_person_has() -> None:
    why = reasons_against([rule(has("diabetes"), Kind.EXCLUSION)], said("type 2 diabetes", True))
    assert why.obstacles[0].needed == "the patient does not have type 2 diabetes"
    assert why.obstacles[0].fact.quote == "type 2 diabetes True"


ILLNESSES = ("gout", "asthma", "psoriasis", "eczema")
LEAVES = st.one_of(st.sampled_from([has(one) for one in ILLNESSES]), st.just(UNREAD))
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda one: Not(of=one), inner),
        st.builds(lambda parts: AllOf(of=tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: AnyOf(of=tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=6,
)


@given(read=RULES, kind=st.sampled_from(list(Kind)), values=st.tuples(*[st.sampled_from([True, False, None])] * 4))
def test_changing_the_set_clears_the_rule_and_no_smaller_set_does(
    read: Rule, kind: Kind, values: tuple[bool | None, ...]
) -> None:
    facts = [said(one, value) for one, value in zip(ILLNESSES, values, strict=True) if value is not None]
    why = reasons_against([rule(read, kind)], *facts)
    changed = names(why)
    possible = bool(changed) or not why.rules
    assert _cleared(read, kind, facts, changed) is possible
    for fewer in range(len(changed) if possible else len(facts) + 1):
        for some in combinations([fact.attribute.subject for fact in facts], fewer):
            assert not _cleared(read, kind, facts, list(some))


def _cleared(read: Rule, kind: Kind, facts: list[Fact], changed: list[str]) -> bool:
    """Whether the rule no longer speaks against the person who has just these facts turned round."""
    turned = [
        fact.model_copy(update={"value": fact.value is False}) if fact.attribute.subject in changed else fact
        for fact in facts
    ]
    truth = work_out(read, Known.of(Profile(facts=tuple(turned)))).truth
    return truth is not (kind is Kind.EXCLUSION)
