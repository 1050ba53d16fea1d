"""Verdicts: three-valued logic, every topic, the rules of the seed pages, and how trials stand and move."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.person.eligibility import Basis, CriterionVerdict, Outlook, Standing, Verdict, judge
from bot.person.facts import Certainty, Fact, Profile, Relation
from bot.person.standing import moves, record_criteria, stand
from index.criteria.criterion import Criterion, Kind
from index.criteria.rule import AllOf, AnyOf, AsWritten, Attribute, Not, Range, Requirement, Rule, Topic
from index.sections import sections_of
from index.trial import AgeLimit, Origin, SectionName, Trial
from index.vocabulary import Sex

UNREAD = AsWritten(start=0, end=1)


def requirement(
    topic: Topic,
    subject: str = "",
    *,
    low: float | None = None,
    high: float | None = None,
    strictly: bool = False,
    unit: str = "",
    value: bool | str | None = None,
    within_days: float | None = None,
    at: tuple[int, int] = (0, 0),
) -> Requirement:
    limits = Range(low=low, high=high, unit=unit, low_included=not strictly, high_included=not strictly)
    return Requirement(
        attribute=Attribute(topic=topic, subject=subject),
        start=at[0],
        end=at[1],
        range=limits if low is not None or high is not None else None,
        value=value,
        within_days=within_days,
    )


def has(topic: Topic, subject: str = "", within_days: float | None = None) -> Requirement:
    return requirement(topic, subject, value=True, within_days=within_days)


def criterion(
    rule: Rule | None,
    kind: Kind = Kind.INCLUSION,
    text: str = "As the rule says",
    number: int | str = 1,
    parent: str | None = None,
    note: bool = False,
) -> Criterion:
    return Criterion(
        id=f"{kind}-{number}",
        kind=kind,
        start=0,
        end=len(text),
        lead_end=len(text),
        text=text,
        rule=rule,
        parent=parent,
        note=note,
    )


def fact(
    topic: Topic,
    value: float | bool | str | None,
    subject: str = "",
    *,
    unit: str = "",
    quote: str = "so I said",
    days_ago: float | None = None,
    unsure: bool = False,
) -> Fact:
    return Fact(
        attribute=Attribute(topic=topic, subject=subject),
        value=value,
        unit=unit,
        quote=quote,
        days_ago=days_ago,
        certainty=Certainty.UNSURE if unsure else Certainty.STATED,
    )


def person(*facts: Fact, about: Relation = Relation.SELF) -> Profile:
    return Profile(about=about, facts=facts)


def verdict_of(rule: Rule | None, *facts: Fact, kind: Kind = Kind.INCLUSION) -> Verdict:
    return judge(criterion(rule, kind), person(*facts)).verdict


def trial(**fields: object) -> Trial:
    return Trial.model_validate({"id": "NCT00000001", "title": "A trial", "origin": Origin(source="test"), **fields})


MET, NOT_MET, UNKNOWN, NOT_APPLICABLE = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE
PREGNANT = has(Topic.PREGNANCY)
MALE, FEMALE = fact(Topic.SEX, "male", quote="I am a man"), fact(Topic.SEX, "female", quote="a woman")


# --- three-valued logic

VALUES = {True: has(Topic.CONDITION, "asthma"), False: has(Topic.CONDITION, "gout"), None: UNREAD}
SETTLED = (fact(Topic.CONDITION, True, "asthma"), fact(Topic.CONDITION, False, "gout"))
READ = {True: MET, False: NOT_MET, None: UNKNOWN}


@pytest.mark.parametrize("left", VALUES)
@pytest.mark.parametrize("right", VALUES)
def test_all_of_and_any_of_follow_kleenes_strong_tables(left: bool | None, right: bool | None) -> None:
    both = False if False in (left, right) else None if None in (left, right) else True
    either = True if True in (left, right) else None if None in (left, right) else False
    pair = (VALUES[left], VALUES[right])
    assert verdict_of(AllOf(of=pair), *SETTLED) is READ[both]
    assert verdict_of(AnyOf(of=pair), *SETTLED) is READ[either]


@pytest.mark.parametrize("value", VALUES)
def test_not_turns_true_and_false_and_leaves_unknown_alone(value: bool | None) -> None:
    assert verdict_of(Not(of=VALUES[value]), *SETTLED) is READ[None if value is None else not value]


SUBJECTS = ("asthma", "gout", "migraine", "eczema")
leaves: st.SearchStrategy[Rule] = st.one_of(
    st.sampled_from(SUBJECTS).map(lambda subject: has(Topic.CONDITION, subject)),
    st.sampled_from((40.0, 60.0)).map(lambda years: requirement(Topic.AGE, low=years, unit="years")),
    st.just(UNREAD),
)
rules: st.SearchStrategy[Rule] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(lambda rule: Not(of=rule)),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(of=tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(of=tuple(parts))),
    ),
    max_leaves=8,
)
answers = st.fixed_dictionaries({subject: st.sampled_from((True, False, None)) for subject in SUBJECTS})


def people(known: dict[str, bool | None], age: float | None) -> Profile:
    facts = [fact(Topic.CONDITION, value, subject) for subject, value in known.items() if value is not None]
    return person(*facts, *([fact(Topic.AGE, age, unit="years")] if age else []))


@given(rules, answers, st.sampled_from((None, 30.0, 50.0, 70.0)))
def test_double_negation_changes_nothing(rule: Rule, known: dict[str, bool | None], age: float | None) -> None:
    profile = people(known, age)
    assert judge(criterion(Not(of=Not(of=rule))), profile) == judge(criterion(rule), profile)


@given(st.lists(rules, min_size=1, max_size=3), answers)
def test_de_morgans_laws_hold(parts: list[Rule], known: dict[str, bool | None]) -> None:
    profile = people(known, None)
    outside = judge(criterion(Not(of=AllOf(of=tuple(parts)))), profile)
    inside = judge(criterion(AnyOf(of=tuple(Not(of=part) for part in parts))), profile)
    assert (outside.verdict, outside.needs) == (inside.verdict, inside.needs)


@given(rules, answers, st.data())
def test_learning_more_never_overturns_a_verdict(
    rule: Rule, known: dict[str, bool | None], data: st.DataObject
) -> None:
    before = judge(criterion(rule), people(known, None))
    more: dict[str, bool | None] = {
        subject: data.draw(st.booleans()) if value is None else value for subject, value in known.items()
    }
    after = judge(criterion(rule), people(more, data.draw(st.sampled_from((None, 30.0, 50.0, 70.0)))))
    if before.verdict is not UNKNOWN:
        assert after.verdict is before.verdict


@given(rules, answers, st.sampled_from((None, 30.0)))
def test_what_is_needed_is_unknown_and_everything_else_cannot_change_the_verdict(
    rule: Rule, known: dict[str, bool | None], age: float | None
) -> None:
    profile = people(known, age)
    verdict = judge(criterion(rule), profile)
    needed = {attribute.key for attribute in verdict.needs}
    assert not needed & {one.attribute.key for one in profile.facts}
    assert verdict.verdict is UNKNOWN or not needed
    for fill in (True, False):
        others = [
            fact(Topic.CONDITION, fill, subject)
            for subject, value in known.items()
            if value is None and f"condition:{subject}" not in needed
        ]
        assert judge(criterion(rule), profile.with_facts(others)).verdict is verdict.verdict


def test_a_fact_that_could_not_change_the_result_is_not_needed() -> None:
    stuck = AllOf(of=(AnyOf(of=(has(Topic.CONDITION, "gout"), UNREAD)), UNREAD))
    assert judge(criterion(stuck), person()).needs == ()
    open_rule = AllOf(of=(has(Topic.CONDITION, "gout"), UNREAD))
    assert [one.key for one in judge(criterion(open_rule), person()).needs] == ["condition:gout"]


def test_a_criterion_without_a_rule_is_unknown_and_needs_nothing() -> None:
    verdict = judge(criterion(None), person(FEMALE))
    assert (verdict.verdict, verdict.needs, verdict.evidence) == (UNKNOWN, (), None)


# --- every topic: one who passes, one who fails, one of whom it is not known

PLATELETS = requirement(Topic.LAB, "platelets", low=100, unit="10^9/L")
TOPICS: list[tuple[Requirement, Fact, Fact, Fact]] = [
    (
        requirement(Topic.AGE, low=18, high=75, unit="years"),
        fact(Topic.AGE, 18, unit="years"),
        fact(Topic.AGE, 76, unit="years"),
        fact(Topic.AGE, 40, unit="years", unsure=True),
    ),
    (requirement(Topic.SEX, value="female"), FEMALE, MALE, fact(Topic.SEX, None)),
    (PREGNANT, fact(Topic.PREGNANCY, True), fact(Topic.PREGNANCY, False), fact(Topic.PREGNANCY, None)),
    (
        has(Topic.BREAST_FEEDING),
        fact(Topic.BREAST_FEEDING, True),
        fact(Topic.BREAST_FEEDING, False),
        fact(Topic.PREGNANCY, True),
    ),
    (
        requirement(Topic.PERFORMANCE_STATUS, "ecog", high=2),
        fact(Topic.PERFORMANCE_STATUS, 2, "ecog"),
        fact(Topic.PERFORMANCE_STATUS, 3, "ecog"),
        fact(Topic.PERFORMANCE_STATUS, None, "ecog"),
    ),
    (
        PLATELETS,
        fact(Topic.LAB, 100, "platelets", unit="10^9/L"),
        fact(Topic.LAB, 85, "platelets", unit="10^9/L"),
        fact(Topic.LAB, 2, "platelets", unit="ULN"),
    ),
    (
        has(Topic.PRIOR_THERAPY, "chemotherapy"),
        fact(Topic.PRIOR_THERAPY, True, "chemotherapy"),
        fact(Topic.PRIOR_THERAPY, False, "chemotherapy"),
        fact(Topic.PRIOR_THERAPY, True, "lenalidomide"),
    ),
    (
        has(Topic.INFECTION, "hiv"),
        fact(Topic.INFECTION, True, "hiv"),
        fact(Topic.INFECTION, False, "hiv"),
        fact(Topic.INFECTION, False, "hepatitis_b"),
    ),
    (
        has(Topic.HEALTHY_VOLUNTEER),
        fact(Topic.HEALTHY_VOLUNTEER, True),
        fact(Topic.CONDITION, True, "asthma"),
        fact(Topic.CONDITION, False, "asthma"),
    ),
    (
        has(Topic.CONDITION, "asthma"),
        fact(Topic.CONDITION, True, "asthma"),
        fact(Topic.CONDITION, False, "asthma"),
        fact(Topic.CONDITION, True, "gout"),
    ),
    (
        requirement(Topic.OTHER_TRIAL, value=True, within_days=28),
        fact(Topic.OTHER_TRIAL, True, days_ago=10),
        fact(Topic.OTHER_TRIAL, True, days_ago=60),
        fact(Topic.OTHER_TRIAL, True),
    ),
]


@pytest.mark.parametrize(("rule", "passes", "fails", "unclear"), TOPICS, ids=[row[0].attribute.key for row in TOPICS])
def test_each_topic_tells_those_who_pass_fail_and_are_unknown_apart(
    rule: Requirement, passes: Fact, fails: Fact, unclear: Fact
) -> None:
    assert verdict_of(rule, passes) is MET
    assert verdict_of(rule, fails) is NOT_MET
    assert verdict_of(rule, unclear) is UNKNOWN
    assert verdict_of(rule) is UNKNOWN


def test_a_place_is_met_by_the_same_words_and_never_denied_by_others() -> None:
    place = requirement(Topic.PLACE, value="Bavaria")
    assert verdict_of(place, fact(Topic.PLACE, "bavaria")) is MET
    assert verdict_of(place, fact(Topic.PLACE, "Munich")) is UNKNOWN


@pytest.mark.parametrize(
    ("limits", "value", "expected"),
    [
        (Range(low=60), 60, True),
        (Range(low=60, low_included=False), 60, False),
        (Range(high=2), 2.0000000001, True),
        (Range(high=2, high_included=False), 1.9999999999, False),
        (Range(low=1, high=2), 1.5, True),
    ],
)
def test_limits_count_or_do_not_count_as_the_rule_says(limits: Range, value: float, expected: bool) -> None:
    rule = Requirement(attribute=Attribute(topic=Topic.LAB, subject="inr"), start=0, end=1, range=limits)
    assert verdict_of(rule, fact(Topic.LAB, value, "inr")) is READ[expected]


def test_a_limit_in_multiples_of_normal_needs_a_result_in_multiples_of_normal() -> None:
    rule = requirement(Topic.LAB, "alt", high=3, unit="ULN")
    assert verdict_of(rule, fact(Topic.LAB, 90, "alt", unit="U/L")) is UNKNOWN
    assert verdict_of(rule, fact(Topic.LAB, 2.5, "alt", unit="ULN")) is MET


def test_an_old_measurement_decides_nothing() -> None:
    assert verdict_of(PLATELETS, fact(Topic.LAB, 85, "platelets", unit="10^9/L", days_ago=10)) is NOT_MET
    assert verdict_of(PLATELETS, fact(Topic.LAB, 85, "platelets", unit="10^9/L", days_ago=400)) is UNKNOWN


def test_a_time_window_needs_a_time() -> None:
    recent = has(Topic.PRIOR_THERAPY, "chemotherapy", within_days=28)
    assert verdict_of(recent, fact(Topic.PRIOR_THERAPY, True, "chemotherapy")) is UNKNOWN
    assert verdict_of(recent, fact(Topic.PRIOR_THERAPY, True, "chemotherapy", days_ago=28)) is MET
    assert verdict_of(recent, fact(Topic.PRIOR_THERAPY, True, "chemotherapy", days_ago=29)) is NOT_MET
    assert verdict_of(recent, fact(Topic.PRIOR_THERAPY, False, "chemotherapy")) is NOT_MET


def test_being_pregnant_now_counts_in_any_window_and_not_being_so_does_not_reach_far_back() -> None:
    this_year = has(Topic.PREGNANCY, within_days=365)
    assert verdict_of(this_year, fact(Topic.PREGNANCY, True)) is MET
    assert verdict_of(this_year, fact(Topic.PREGNANCY, False)) is UNKNOWN
    assert verdict_of(has(Topic.PREGNANCY, within_days=7), fact(Topic.PREGNANCY, False)) is NOT_MET


@pytest.mark.parametrize(
    ("rule", "scale", "value", "expected"),
    [
        (requirement(Topic.PERFORMANCE_STATUS, "ecog", high=1), "karnofsky", 70, MET),
        (requirement(Topic.PERFORMANCE_STATUS, "ecog", high=1), "karnofsky", 60, NOT_MET),
        (requirement(Topic.PERFORMANCE_STATUS, "ecog", high=1), "karnofsky", 65, UNKNOWN),
        (requirement(Topic.PERFORMANCE_STATUS, "karnofsky", low=70), "ecog", 1, MET),
        (requirement(Topic.PERFORMANCE_STATUS, "karnofsky", low=70), "ecog", 2, NOT_MET),
        (requirement(Topic.PERFORMANCE_STATUS, "karnofsky", low=60), "ecog", 2, UNKNOWN),  # 50 or 60
    ],
)
def test_one_activity_scale_answers_for_the_other_only_where_all_that_it_may_mean_agrees(
    rule: Requirement, scale: str, value: float, expected: Verdict
) -> None:
    verdict = judge(criterion(rule), person(fact(Topic.PERFORMANCE_STATUS, value, scale, quote=f"{scale} {value}")))
    assert verdict.verdict is expected
    assert verdict.basis is (None if expected is UNKNOWN else Basis.DERIVED)


def test_a_special_treatment_means_the_general_one_and_never_the_other_way_round() -> None:
    donor = fact(Topic.PRIOR_THERAPY, True, "allogeneic_transplant")
    some = fact(Topic.PRIOR_THERAPY, True, "stem_cell_transplant")
    none = fact(Topic.PRIOR_THERAPY, False, "stem_cell_transplant")
    general = has(Topic.PRIOR_THERAPY, "stem_cell_transplant")
    special = has(Topic.PRIOR_THERAPY, "allogeneic_transplant")
    assert judge(criterion(general), person(donor)).basis is Basis.DERIVED
    assert verdict_of(general, donor) is MET
    assert verdict_of(special, some) is UNKNOWN
    assert verdict_of(special, none) is NOT_MET
    assert verdict_of(general, fact(Topic.PRIOR_THERAPY, False, "allogeneic_transplant")) is UNKNOWN


def test_an_old_special_treatment_says_nothing_of_when_the_general_one_was_last_given() -> None:
    rule = has(Topic.PRIOR_THERAPY, "chemotherapy", within_days=28)
    assert verdict_of(rule, fact(Topic.PRIOR_THERAPY, True, "fludarabine", days_ago=10)) is MET
    assert verdict_of(rule, fact(Topic.PRIOR_THERAPY, True, "fludarabine", days_ago=400)) is UNKNOWN


def test_two_facts_that_contradict_each_other_decide_nothing() -> None:
    facts = (fact(Topic.PRIOR_THERAPY, False, "chemotherapy"), fact(Topic.PRIOR_THERAPY, True, "cisplatin"))
    assert verdict_of(has(Topic.PRIOR_THERAPY, "chemotherapy"), *facts) is UNKNOWN


def test_the_latest_word_on_a_thing_is_the_one_that_counts() -> None:
    first, later = fact(Topic.AGE, 17, unit="years"), fact(Topic.AGE, 71, unit="years", quote="sorry, 71")
    assert verdict_of(requirement(Topic.AGE, low=18, unit="years"), first, later) is MET


# --- pregnancy and sex


def test_a_rule_about_pregnancy_alone_does_not_apply_to_a_man() -> None:
    verdict = judge(criterion(AnyOf(of=(PREGNANT, has(Topic.BREAST_FEEDING))), Kind.EXCLUSION), person(MALE))
    assert (verdict.verdict, verdict.basis, verdict.evidence) == (NOT_APPLICABLE, Basis.DERIVED, "I am a man")
    assert verdict.reason == (
        "This rule is about pregnancy and breast-feeding; you said “I am a man”, so it does not apply."
    )


def test_a_rule_that_asks_men_for_something_too_stays_open_for_a_man() -> None:
    with_contraception = AnyOf(of=(PREGNANT, UNREAD))
    assert verdict_of(with_contraception, MALE, kind=Kind.EXCLUSION) is UNKNOWN
    with_hiv = AnyOf(of=(PREGNANT, has(Topic.INFECTION, "hiv")))
    assert verdict_of(with_hiv, MALE, fact(Topic.INFECTION, True, "hiv"), kind=Kind.EXCLUSION) is MET


def test_a_stated_pregnancy_counts_whatever_sex_is_on_record() -> None:
    assert verdict_of(PREGNANT, MALE, fact(Topic.PREGNANCY, True), kind=Kind.EXCLUSION) is MET


def test_sex_is_known_of_a_mother_and_would_settle_pregnancy_where_it_is_not_known() -> None:
    women_only = criterion(requirement(Topic.SEX, value="female"))
    mother = judge(women_only, person(about=Relation.MOTHER))
    assert (mother.verdict, mother.basis, mother.evidence) == (MET, Basis.DERIVED, None)
    assert [one.key for one in judge(criterion(PREGNANT), person()).needs] == ["pregnancy", "sex"]
    assert [one.key for one in judge(criterion(PREGNANT), person(about=Relation.MOTHER)).needs] == ["pregnancy"]


# --- the sentence under a verdict


def sentence(
    rule: Rule, *facts: Fact, kind: Kind = Kind.INCLUSION, text: str = "x", about: Relation = Relation.SELF
) -> str:
    return judge(criterion(rule, kind, text), person(*facts, about=about)).reason or ""


def test_a_number_is_given_in_the_rules_figures_and_in_the_persons_own() -> None:
    said = fact(Topic.LAB, 85, "platelets", unit="10^9/L", quote="85,000")
    written = "Platelet count ≥ 100,000/mm³"
    rule = PLATELETS.model_copy(update={"end": len(written)})
    assert sentence(rule, said, text=written) == (
        "Needs a platelet count of at least 100 ×10⁹/L (written “Platelet count ≥ 100,000/mm³”); "
        "you said “85,000”, which is 85 ×10⁹/L."
    )
    assert sentence(rule, said, text="platelets of 100 × 10^9/L up") == (
        "Needs a platelet count of at least 100 ×10⁹/L; you said “85,000”, which is 85 ×10⁹/L."
    )
    assert judge(criterion(PLATELETS), person(said)).basis is Basis.DERIVED


def test_several_things_that_decide_together_are_all_named() -> None:
    both = AllOf(of=(PLATELETS, requirement(Topic.LAB, "hemoglobin", low=90, high=170, unit="g/L")))
    counts = (
        fact(Topic.LAB, 120, "platelets", unit="10^9/L", quote="plt 120"),
        fact(Topic.LAB, 100, "hemoglobin", unit="g/L", quote="Hb 10"),
    )
    assert sentence(both, *counts) == (
        "Needs a platelet count of at least 100 ×10⁹/L and haemoglobin of 90 to 170 g/L; "
        "you said “plt 120” and “Hb 10”, which is 100 g/L."
    )


def test_ages_are_told_in_the_units_that_the_record_uses() -> None:
    young = fact(Topic.AGE, 3, unit="years", quote="he is 3")
    assert sentence(requirement(Topic.AGE, low=2 / 12, high=20, unit="years"), young) == (
        "This rule asks for people who are 2 months to 20 years old; you said “he is 3”."
    )


def test_a_range_that_is_negated_is_told_as_what_lies_outside_it() -> None:
    rule = Not(of=requirement(Topic.LAB, "bmi", low=18.5, high=30, unit="kg/m²"))
    assert sentence(rule, fact(Topic.LAB, 35, "bmi", unit="kg/m²", quote="BMI 35")) == (
        "Needs a body mass index (BMI) below 18.5 kg/m² or above 30 kg/m²; you said “BMI 35”."
    )


def test_an_exclusion_says_whom_it_would_keep_out() -> None:
    not_pregnant = fact(Topic.PREGNANCY, False, quote="no")
    assert sentence(PREGNANT, not_pregnant, kind=Kind.EXCLUSION) == (
        "This rule would keep out people who are pregnant; you said you are not pregnant."
    )


def test_an_inverted_inclusion_reads_as_what_it_asks() -> None:
    assert sentence(
        Not(of=has(Topic.PRIOR_THERAPY, "stem_cell_transplant")),
        fact(Topic.PRIOR_THERAPY, True, "stem_cell_transplant"),
    ) == (
        "This rule asks for people who did not have a stem cell or bone marrow transplant; "
        "you said you had a stem cell or bone marrow transplant."
    )


def test_the_sentence_speaks_of_whom_the_conversation_is_about() -> None:
    no_hiv = fact(Topic.INFECTION, False, "hiv")
    assert sentence(has(Topic.INFECTION, "hiv"), no_hiv, kind=Kind.EXCLUSION, about=Relation.MOTHER) == (
        "This rule would keep out people who have HIV; you said your mother does not have HIV."
    )
    assert sentence(
        requirement(Topic.AGE, high=65, unit="years"),
        fact(Topic.AGE, 74, unit="years", quote="aged 74"),
        about=Relation.PATIENT,
    ) == ("This rule asks for people who are at most 65 years old; the notes say “aged 74”.")


def test_a_time_window_is_told_in_the_rules_own_number() -> None:
    rule = requirement(Topic.OTHER_TRIAL, value=True, within_days=28, at=(0, 26))
    ten_days = fact(Topic.OTHER_TRIAL, True, days_ago=10, quote="ten days ago")
    assert "in the 28 days before joining; you said you took part in another trial 10 days ago" in sentence(
        rule, ten_days, kind=Kind.EXCLUSION, text="Other study within 28 days"
    )
    assert "in the 4 weeks before joining" in sentence(rule, ten_days, text="Other study within 4 weeks")


def test_what_keeps_a_rule_open_is_said() -> None:
    unsure = fact(Topic.LAB, 85, "platelets", unit="10^9/L", quote="maybe 85", unsure=True)
    assert sentence(PLATELETS) == "This depends on platelet count, which is not known yet."
    assert (
        sentence(PLATELETS, unsure) == "This depends on platelet count, which is not certain yet; you said “maybe 85”."
    )


@given(rules, answers, st.sampled_from((None, 30.0, 50.0)), st.sampled_from(Relation), st.sampled_from(Kind))
def test_every_verdict_has_one_sentence_and_a_decided_one_has_evidence(
    rule: Rule, known: dict[str, bool | None], age: float | None, about: Relation, kind: Kind
) -> None:
    profile = people(known, age).model_copy(update={"about": about})
    verdict = judge(criterion(rule, kind), profile)
    assert verdict.reason is not None
    assert verdict.reason.count(". ") == 0
    assert verdict.reason.endswith(".")
    assert (verdict.verdict is not UNKNOWN) == (verdict.evidence == "so I said")


# --- rules of the seed pages, built by hand


def any_lab(*limits: tuple[str, float | None, float | None, str]) -> AnyOf:
    return AnyOf(
        of=tuple(
            requirement(Topic.LAB, name, low=low, high=high, strictly=True, unit=unit)
            for name, low, high, unit in limits
        )
    )


LGL_NEED = AnyOf(
    of=(
        *any_lab(
            ("neutrophils", None, 0.5, "10^9/L"), ("hemoglobin", None, 100, "g/L"), ("platelets", None, 50, "10^9/L")
        ).of,
        UNREAD,
    )
)


def test_s1_24_one_of_seven_is_enough_and_none_of_the_read_ones_is_not_the_end() -> None:
    low_hb = fact(Topic.LAB, 90, "hemoglobin", unit="g/L", quote="hemoglobin 9")
    good = [
        fact(Topic.LAB, 5, "neutrophils", unit="10^9/L"),
        fact(Topic.LAB, 140, "hemoglobin", unit="g/L"),
        fact(Topic.LAB, 200, "platelets", unit="10^9/L"),
    ]
    assert verdict_of(LGL_NEED, low_hb) is MET
    assert verdict_of(LGL_NEED, *good) is UNKNOWN
    assert (
        sentence(LGL_NEED, low_hb)
        == "One way to meet this rule is haemoglobin below 100 g/L; you said “hemoglobin 9”, which is 90 g/L."
    )


def test_s1_25_the_organ_limits_of_an_exclusion_each_suffice() -> None:
    organs = any_lab(("alt", 3, None, "ULN"), ("creatinine_clearance", None, 30, "mL/min"))
    slow_kidneys = fact(Topic.LAB, 25, "creatinine_clearance", unit="mL/min", quote="CrCl 25")
    assert verdict_of(organs, slow_kidneys, kind=Kind.EXCLUSION) is MET
    assert (
        verdict_of(organs, fact(Topic.LAB, 60, "creatinine_clearance", unit="mL/min"), kind=Kind.EXCLUSION) is UNKNOWN
    )


def test_s1_26_another_cancer_counts_for_five_years() -> None:
    rule = has(Topic.CONDITION, "another cancer", within_days=5 * 365)
    assert verdict_of(rule, fact(Topic.CONDITION, True, "another cancer", days_ago=3 * 365), kind=Kind.EXCLUSION) is MET
    assert (
        verdict_of(rule, fact(Topic.CONDITION, True, "another cancer", days_ago=6 * 365), kind=Kind.EXCLUSION)
        is NOT_MET
    )


HBV = AnyOf(of=(has(Topic.INFECTION, "hiv"), AllOf(of=(has(Topic.INFECTION, "hepatitis_b"), UNREAD))))


def test_s1_27_and_28_hepatitis_b_alone_does_not_exclude_and_its_absence_clears() -> None:
    hbv, no_hbv = fact(Topic.INFECTION, True, "hepatitis_b"), fact(Topic.INFECTION, False, "hepatitis_b")
    no_hiv = fact(Topic.INFECTION, False, "hiv")
    assert verdict_of(HBV, hbv, no_hiv, kind=Kind.EXCLUSION) is UNKNOWN
    assert verdict_of(HBV, no_hbv, no_hiv, kind=Kind.EXCLUSION) is NOT_MET
    assert verdict_of(HBV, fact(Topic.INFECTION, True, "hiv"), kind=Kind.EXCLUSION) is MET


def test_s1_29_to_31_judgement_unpublished_scores_and_survival_stay_as_written() -> None:
    standing = stand([criterion(UNREAD, number=n) for n in (1, 2, 3)], person(MALE))
    assert standing.as_written == ("inclusion-1", "inclusion-2", "inclusion-3")
    assert standing.open_questions == ()


def test_s1_32_pregnancy_or_no_contraception_excludes_the_pregnant_and_is_open_for_others() -> None:
    rule = AnyOf(of=(PREGNANT, has(Topic.BREAST_FEEDING), UNREAD))
    assert verdict_of(rule, fact(Topic.PREGNANCY, True), kind=Kind.EXCLUSION) is MET
    assert (
        verdict_of(rule, fact(Topic.PREGNANCY, False), fact(Topic.BREAST_FEEDING, False), kind=Kind.EXCLUSION)
        is UNKNOWN
    )


@pytest.mark.parametrize("subject", ["stem_cell_transplant", "allogeneic_transplant", "autologous_transplant"])
def test_s3_31_no_prior_transplant_in_the_inclusion_list_is_not_met_by_any_transplant(subject: str) -> None:
    rule = criterion(Not(of=has(Topic.PRIOR_THERAPY, "stem_cell_transplant")))
    standing = stand([rule], person(fact(Topic.PRIOR_THERAPY, True, subject)))
    assert (standing.outlook, standing.problems) == (Outlook.MAY_BE_A_PROBLEM, ("inclusion-1",))


def test_s3_31_not_pregnant_or_nursing_is_an_inclusion_that_a_pregnant_woman_does_not_meet() -> None:
    rule = Not(of=AnyOf(of=(PREGNANT, has(Topic.BREAST_FEEDING))))
    assert verdict_of(rule, fact(Topic.PREGNANCY, True)) is NOT_MET
    assert verdict_of(rule, fact(Topic.PREGNANCY, False), fact(Topic.BREAST_FEEDING, False)) is MET
    assert verdict_of(rule, MALE) is NOT_APPLICABLE


def test_s3_32_contraception_for_women_and_for_men_stays_as_written_for_both() -> None:
    women = AnyOf(of=(requirement(Topic.SEX, value="male"), UNREAD))
    assert verdict_of(women, FEMALE) is UNKNOWN
    assert verdict_of(women, MALE) is MET


EITHER_SCALE = AnyOf(
    of=(
        requirement(Topic.PERFORMANCE_STATUS, "karnofsky", low=60, strictly=True),
        requirement(Topic.PERFORMANCE_STATUS, "ecog", low=0, high=2),
    )
)


def test_s4_10_either_scale_is_accepted() -> None:
    assert verdict_of(EITHER_SCALE, fact(Topic.PERFORMANCE_STATUS, 70, "karnofsky")) is MET
    assert verdict_of(EITHER_SCALE, fact(Topic.PERFORMANCE_STATUS, 2, "ecog")) is MET
    assert verdict_of(EITHER_SCALE, fact(Topic.PERFORMANCE_STATUS, 60, "karnofsky")) is MET  # 60 goes with ECOG 2
    assert verdict_of(EITHER_SCALE, fact(Topic.PERFORMANCE_STATUS, 3, "ecog")) is NOT_MET


def test_s5_14_contraception_for_you_or_your_partner_is_not_decided_by_sex() -> None:
    assert verdict_of(UNREAD, MALE) is UNKNOWN
    assert verdict_of(UNREAD, FEMALE) is UNKNOWN


# --- how a trial stands

ADULTS = trial(
    minimum_age=AgeLimit(text="18 Years", years=18),
    maximum_age=AgeLimit(text="75 Years", years=75),
    sex=Sex.ALL,
    healthy_volunteers=False,
)


def record_text(of: Trial) -> str:
    return next(section.text for section in sections_of(of) if section.name is SectionName.RECORD)


def test_the_registrys_fields_are_criteria_on_their_own_lines() -> None:
    text = record_text(ADULTS)
    made = record_criteria(ADULTS, text)
    assert [(one.id, one.text) for one in made] == [
        ("record-age", "Minimum age: 18 Years\nMaximum age: 75 Years"),
        ("record-sex", "Sex: ALL"),
        ("record-healthy", "Healthy volunteers: No"),
    ]
    assert all(text[one.start : one.end] == one.text and one.section is SectionName.RECORD for one in made)


def test_fields_that_the_record_does_not_give_make_no_criteria() -> None:
    assert record_criteria(trial(), record_text(trial())) == ()
    assert record_criteria(ADULTS, "Identifier: NCT00000001") == ()
    assert [one.id for one in record_criteria(trial(sex=Sex.FEMALE), "Brief title: Sex: FEMALE\nSex: FEMALE")] == [
        "record-sex"
    ]


def test_a_child_may_have_a_problem_with_a_trial_for_adults() -> None:
    standing = stand([], person(fact(Topic.AGE, 6, unit="years", quote="he is 6"), about=Relation.SON), ADULTS)
    assert (standing.outlook, standing.problems) == (Outlook.MAY_BE_A_PROBLEM, ("record-age",))
    assert standing.verdicts[0].reason == ("This rule asks for people who are 18 to 75 years old; you said “he is 6”.")


def test_the_record_counts_once_whether_or_not_its_criteria_are_passed_in() -> None:
    profile = person(fact(Topic.AGE, 40, unit="years"))
    passed_in = stand(record_criteria(ADULTS, record_text(ADULTS)), profile, ADULTS)
    assert passed_in == stand([], profile, ADULTS)
    assert passed_in.fits == ("record-age", "record-sex")


def test_a_trial_fits_so_far_only_on_something_that_was_said_and_speaks_for_it() -> None:
    nothing = stand([], person(), ADULTS)
    ill = stand([], person(fact(Topic.CONDITION, True, "asthma")), ADULTS)
    man = stand([criterion(PREGNANT, Kind.EXCLUSION)], person(MALE))
    adult = stand([], person(fact(Topic.AGE, 40, unit="years")), ADULTS)
    assert [one.outlook for one in (nothing, ill, man)] == [Outlook.NOT_KNOWN_YET] * 3
    assert ill.fits == ("record-sex", "record-healthy")
    assert adult.outlook is Outlook.FITS_SO_FAR


def test_a_healthy_person_may_have_a_problem_where_healthy_volunteers_are_not_taken() -> None:
    standing = stand([], person(fact(Topic.HEALTHY_VOLUNTEER, True, quote="I'm healthy")), ADULTS)
    assert standing.problems == ("record-healthy",)


def test_a_met_exclusion_and_an_inclusion_that_is_not_met_speak_against() -> None:
    facts = person(fact(Topic.INFECTION, True, "hiv"), fact(Topic.AGE, 80, unit="years"))
    hiv, age = has(Topic.INFECTION, "hiv"), requirement(Topic.AGE, high=75, unit="years")
    standing = stand(
        [criterion(age), criterion(hiv, Kind.EXCLUSION), criterion(Not(of=age), Kind.EXCLUSION, number=2)], facts
    )
    assert standing.problems == ("inclusion-1", "exclusion-1", "exclusion-2")


def test_notes_are_left_out_and_sub_criteria_count_only_through_the_one_above() -> None:
    hiv = has(Topic.INFECTION, "hiv")
    tree = [
        criterion(AnyOf(of=(hiv, UNREAD)), Kind.EXCLUSION),
        criterion(hiv, Kind.EXCLUSION, number="1.1", parent="exclusion-1"),
        criterion(hiv, Kind.EXCLUSION, number=2, note=True),
    ]
    standing = stand(tree, person(fact(Topic.INFECTION, True, "hiv")))
    assert standing.problems == ("exclusion-1",)
    assert [one.criterion_id for one in standing.verdicts] == ["exclusion-1", "exclusion-1.1"]


@given(
    st.lists(st.tuples(rules | st.none(), st.sampled_from(Kind)), max_size=6),
    answers,
    st.sampled_from((None, 30.0, 70.0)),
)
def test_every_top_level_criterion_stands_in_exactly_one_group(
    asked: list[tuple[Rule | None, Kind]], known: dict[str, bool | None], age: float | None
) -> None:
    criteria = [criterion(rule, kind, number=n) for n, (rule, kind) in enumerate(asked)]
    standing = stand(criteria, people(known, age), ADULTS)
    groups = [*standing.problems, *standing.fits, *standing.open_questions, *standing.as_written]
    expected = ["record-age", "record-sex", "record-healthy", *(one.id for one in criteria)]
    assert sorted(groups) == sorted(expected)
    assert sorted(one.criterion_id for one in standing.verdicts) == sorted(expected)
    assert (standing.outlook is Outlook.MAY_BE_A_PROBLEM) == bool(standing.problems)


# --- what an answer moved


def test_an_answer_moves_the_trials_that_it_decides_with_the_rule_that_did_it() -> None:
    hiv = [criterion(has(Topic.INFECTION, "hiv"), Kind.EXCLUSION)]
    other = [criterion(has(Topic.CONDITION, "gout"))]
    said = person(fact(Topic.INFECTION, True, "hiv"))
    before = {"NCT1": stand(hiv, person()), "NCT2": stand(other, person())}
    after = {"NCT1": stand(hiv, said), "NCT2": stand(other, said), "NCT3": stand(hiv, said)}
    (move,) = moves(before, after)
    assert (move.trial_id, move.before, move.after) == ("NCT1", Outlook.NOT_KNOWN_YET, Outlook.MAY_BE_A_PROBLEM)
    assert move.criterion_id == "exclusion-1"
    assert move.because == "This rule would keep out people who have HIV; you said you have HIV."


def test_a_rule_that_is_settled_moves_a_trial_whose_outlook_stays() -> None:
    rules_ = [criterion(has(Topic.CONDITION, "gout")), criterion(has(Topic.CONDITION, "asthma"), number=2)]
    first = person(fact(Topic.CONDITION, True, "gout"))
    second = first.with_facts([fact(Topic.CONDITION, True, "asthma")])
    (move,) = moves({"NCT1": stand(rules_, first)}, {"NCT1": stand(rules_, second)})
    assert (move.before, move.after, move.criterion_id) == (Outlook.FITS_SO_FAR, Outlook.FITS_SO_FAR, "inclusion-2")


def test_a_problem_that_goes_away_is_named() -> None:
    rule = [criterion(requirement(Topic.AGE, low=18, unit="years"))]
    young, corrected = person(fact(Topic.AGE, 8, unit="years")), person(fact(Topic.AGE, 80, unit="years"))
    (move,) = moves({"NCT1": stand(rule, young)}, {"NCT1": stand(rule, corrected)})
    assert (move.after, move.criterion_id) == (Outlook.FITS_SO_FAR, "inclusion-1")


def test_nothing_moves_when_nothing_changed() -> None:
    standing = Standing(outlook=Outlook.NOT_KNOWN_YET, verdicts=(CriterionVerdict(criterion_id="x", verdict=UNKNOWN),))
    assert moves({"NCT1": standing}, {"NCT1": standing}) == ()


def test_a_thousand_trials_of_twenty_criteria_stand_in_two_seconds() -> None:
    pool: list[Rule | None] = [row[0] for row in TOPICS] + [None, UNREAD, LGL_NEED, HBV, EITHER_SCALE]
    criteria = [
        criterion(pool[n % len(pool)], Kind.EXCLUSION if n % 2 else Kind.INCLUSION, number=n) for n in range(20)
    ]
    profile = person(*(row[1] for row in TOPICS))
    start = time.process_time()
    for _ in range(1000):
        stand(criteria, profile, ADULTS)
    assert time.process_time() - start < 2
