"""What follows from a kind of a thing, and what a note's silence may mean: never held against the person."""

from __future__ import annotations

import pytest

from bot.person.clinical import Unmentioned, note_profile
from bot.person.eligibility import Basis, CriterionVerdict, Verdict, judge
from bot.person.facts import Certainty, Fact, Profile, Silence
from index.criteria.criterion import Criterion, Kind
from index.criteria.rule import AllOf, AnyOf, AsWritten, Attribute, Not, Requirement, Rule, Topic
from index.trial import SectionName

NOTE = (
    "A 58-year-old woman with hypertension presents with chest pain. She denies diabetes. She takes no medications. "
    "Her father had a stroke. Sarcoidosis is suspected."
)


def fact(
    topic: Topic, subject: str, value: bool, certainty: Certainty = Certainty.STATED, days: float | None = None
) -> Fact:
    attribute = Attribute(topic=topic, subject=subject)
    return Fact(attribute=attribute, value=value, certainty=certainty, days_ago=days, quote=f"{subject}: {value}")


def has(topic: Topic, subject: str, within_days: float | None = None) -> Requirement:
    attribute = Attribute(topic=topic, subject=subject)
    return Requirement(attribute=attribute, value=True, start=0, end=len(subject), within_days=within_days)


def verdict(
    rule: Rule | None, profile: Profile, kind: Kind = Kind.EXCLUSION, text: str = "as the rule says"
) -> CriterionVerdict:
    criterion = Criterion(
        id=f"{kind}-1",
        kind=kind,
        section=SectionName.ELIGIBILITY,
        start=0,
        end=len(text),
        lead_end=len(text),
        text=text,
        rule=rule,
    )
    return judge(criterion, profile)


@pytest.mark.parametrize(
    ("topic", "said", "asked"),
    [
        (Topic.CONDITION, "myocardial infarction", "heart disease"),
        (Topic.CONDITION, "metastatic breast cancer", "cancer"),
        (Topic.PRIOR_THERAPY, "cisplatin", "chemotherapy"),
        (Topic.MEDICATION, "warfarin", "anticoagulant"),
    ],
)
def test_who_has_a_kind_of_it_has_it_and_who_lacks_it_lacks_its_kinds(topic: Topic, said: str, asked: str) -> None:
    having = Profile(facts=(fact(topic, said, True),))
    lacking = Profile(facts=(fact(topic, asked, False),))
    assert verdict(has(topic, asked), having).verdict is Verdict.MET
    assert verdict(has(topic, asked), Profile(facts=(fact(topic, said, False),))).verdict is Verdict.UNKNOWN
    assert verdict(has(topic, said), Profile(facts=(fact(topic, asked, True),))).verdict is Verdict.UNKNOWN
    if said != "metastatic breast cancer":  # not a name of its own, so nothing covers it
        assert verdict(has(topic, said), lacking).verdict is Verdict.NOT_MET


def test_what_is_taken_now_has_been_taken_and_not_the_other_way_round() -> None:
    taking = Profile(facts=(fact(Topic.MEDICATION, "warfarin", True),))
    took = Profile(facts=(fact(Topic.PRIOR_THERAPY, "warfarin", True),))
    assert verdict(has(Topic.PRIOR_THERAPY, "warfarin"), taking).verdict is Verdict.MET
    assert verdict(has(Topic.MEDICATION, "warfarin"), took).verdict is Verdict.UNKNOWN


def test_two_facts_that_contradict_each_other_decide_nothing() -> None:
    profile = Profile(
        facts=(fact(Topic.CONDITION, "heart disease", False), fact(Topic.CONDITION, "myocardial infarction", True))
    )
    found = verdict(has(Topic.CONDITION, "myocardial infarction"), profile)
    assert found.verdict is Verdict.UNKNOWN
    assert "do not fit together" in str(found.reason)


def test_a_kind_that_was_had_before_the_time_window_leaves_it_open() -> None:
    long_ago = Profile(facts=(fact(Topic.PRIOR_THERAPY, "cisplatin", True, days=400),))
    lately = Profile(facts=(fact(Topic.PRIOR_THERAPY, "cisplatin", True, days=10),))
    assert verdict(has(Topic.PRIOR_THERAPY, "chemotherapy", within_days=28), long_ago).verdict is Verdict.UNKNOWN
    assert verdict(has(Topic.PRIOR_THERAPY, "chemotherapy", within_days=28), lately).verdict is Verdict.MET


def test_a_conversation_takes_nothing_as_absent() -> None:
    profile = note_profile(NOTE, Unmentioned.UNKNOWN)
    assert verdict(has(Topic.CONDITION, "asthma"), profile).verdict is Verdict.UNKNOWN


def test_what_a_whole_note_is_silent_about_is_assumed_absent_and_says_so() -> None:
    found = verdict(has(Topic.CONDITION, "asthma"), note_profile(NOTE, Unmentioned.ABSENT))
    assert (found.verdict, found.basis, found.evidence) == (Verdict.NOT_MET, Basis.ASSUMED, None)
    assert "the notes say nothing of asthma, which is assumed to be absent" in str(found.reason)


@pytest.mark.parametrize("subject", ["sarcoidosis", "pulmonary hypertension"])
def test_a_note_is_not_silent_on_what_it_suspects_or_on_what_a_thing_it_names_may_be(subject: str) -> None:
    profile = Profile(silence=Silence(touched=frozenset({"sarcoidosis", "hypertension", "pulmonary hypertension"})))
    assert verdict(has(Topic.CONDITION, subject), profile).verdict is Verdict.UNKNOWN


def test_what_only_the_family_had_is_no_word_on_the_patient() -> None:
    found = verdict(has(Topic.CONDITION, "stroke"), note_profile(NOTE, Unmentioned.ABSENT))
    assert (found.verdict, found.basis) == (Verdict.NOT_MET, Basis.ASSUMED)


def test_silence_is_never_held_against_the_person() -> None:
    profile = note_profile(NOTE, Unmentioned.ABSENT)
    assert verdict(has(Topic.CONDITION, "asthma"), profile, Kind.INCLUSION).verdict is Verdict.UNKNOWN
    assert verdict(Not(of=has(Topic.CONDITION, "asthma")), profile, Kind.EXCLUSION).verdict is Verdict.UNKNOWN
    assert verdict(Not(of=has(Topic.CONDITION, "asthma")), profile, Kind.INCLUSION).verdict is Verdict.MET


def test_a_denial_at_large_is_said_and_not_assumed() -> None:
    found = verdict(has(Topic.MEDICATION, "warfarin"), note_profile(NOTE, Unmentioned.UNKNOWN))
    assert (found.verdict, found.basis) == (Verdict.NOT_MET, Basis.DERIVED)
    assert "no medications" in str(found.evidence)


def test_a_rule_read_in_part_is_assumed_only_as_far_as_its_parts_allow() -> None:
    profile = note_profile(NOTE, Unmentioned.ABSENT)
    narrowed = AllOf(of=(has(Topic.CONDITION, "asthma"), AsWritten(start=0, end=1)))
    widened = AnyOf(of=(has(Topic.CONDITION, "asthma"), AsWritten(start=0, end=1)))
    assert verdict(narrowed, profile, text="severe asthma").verdict is Verdict.NOT_MET
    assert verdict(widened, profile, text="asthma, or unwilling to travel").verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Asthma of whatever sort, most of all at night", Kind.EXCLUSION, Verdict.NOT_MET),
        ("Chest pain or asthma of whatever sort", Kind.EXCLUSION, Verdict.UNKNOWN),
        ("Asthma with abnormal tests", Kind.EXCLUSION, Verdict.UNKNOWN),
        ("Any prior systemic therapy for it", Kind.EXCLUSION, Verdict.UNKNOWN),
        ("Somebody who presents late", Kind.EXCLUSION, Verdict.UNKNOWN),
        ("Asthma of whatever sort", Kind.INCLUSION, Verdict.UNKNOWN),
    ],
)
def test_words_that_no_rule_reads_are_assumed_not_to_apply_if_the_note_speaks_of_none_of_it(
    text: str, kind: Kind, expected: Verdict
) -> None:
    assert verdict(None, note_profile(NOTE, Unmentioned.ABSENT), kind, text).verdict is expected


@pytest.mark.parametrize(
    ("age", "expected"), [("72", Verdict.NOT_APPLICABLE), ("5", Verdict.NOT_APPLICABLE), ("34", Verdict.UNKNOWN)]
)
def test_pregnancy_is_no_question_for_children_and_the_old(age: str, expected: Verdict) -> None:
    profile = note_profile(f"A {age}-year-old female with cough.", Unmentioned.UNKNOWN)
    found = verdict(has(Topic.PREGNANCY, ""), profile, text="Pregnancy")
    assert found.verdict is expected
