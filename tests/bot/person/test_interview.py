"""The next question: worth asking, fit to be asked, never twice, and honest about why."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.person import wording
from bot.person.eligibility import Verdict, judge
from bot.person.facts import Fact, Profile, Relation
from bot.person.interview import AnswerType, Candidate, Question, next_question
from bot.person.standing import with_record
from index.criteria import units
from index.criteria.criterion import Criterion, Kind
from index.criteria.rule import AllOf, AnyOf, AsWritten, Attribute, Not, Range, Requirement, Rule, Topic
from index.trial import AgeLimit, Origin, Trial
from index.vocabulary import Sex

UNREAD = AsWritten(start=0, end=1)


def has(topic: Topic, subject: str = "", within_days: float | None = None) -> Requirement:
    attribute = Attribute(topic=topic, subject=subject)
    return Requirement(attribute=attribute, start=0, end=0, value=True, within_days=within_days)


def between(
    topic: Topic, subject: str = "", low: float | None = None, high: float | None = None, unit: str = ""
) -> Requirement:
    attribute = Attribute(topic=topic, subject=subject)
    return Requirement(attribute=attribute, start=0, end=0, range=Range(low=low, high=high, unit=unit))


def fact(topic: Topic, value: float | bool | str | None, subject: str = "", unit: str = "") -> Fact:
    return Fact(attribute=Attribute(topic=topic, subject=subject), value=value, unit=unit, quote="so I said")


def candidate(name: str, *rules: Rule | None, weight: float = 1.0, **fields: object) -> Candidate:
    """A trial with an inclusion for each rule."""
    record = {"id": name, "title": f"Trial {name}", "origin": Origin(source="test"), **fields}
    criteria = tuple(
        Criterion(id=f"inclusion-{n}", kind=Kind.INCLUSION, start=0, end=4, lead_end=4, text="text", rule=rule)
        for n, rule in enumerate(rules, 1)
    )
    trial = Trial.model_validate(record)
    return Candidate(trial_id=name, title=trial.title, criteria=criteria, trial=trial, weight=weight)


def ask(
    *candidates: Candidate, facts: tuple[Fact, ...] = (), about: Relation = Relation.SELF, asked: tuple[str, ...] = ()
) -> Question:
    question = next_question(candidates, Profile(about=about, facts=facts), asked)
    assert question is not None
    return question


def keys_asked(
    candidates: list[Candidate], profile: Profile, answered: dict[str, float | bool | str | None] | None = None
) -> list[str]:
    """All questions until there are none, each left open or answered as `answered` says."""
    keys: list[str] = []
    while (question := next_question(candidates, profile, keys)) is not None:
        keys.append(question.attribute.key)
        if answered and question.attribute.key in answered:
            value = answered[question.attribute.key]
            said = Fact(attribute=question.attribute, value=value, unit=question.unit or "", quote="so I said")
            profile = profile.with_facts([said])
        assert len(keys) < 50, "the interview does not end"
    return keys


AGE, ECOG = between(Topic.AGE, low=18, unit="years"), between(Topic.PERFORMANCE_STATUS, "ecog", high=2)
NOT_PREGNANT, NO_HIV = Not(of=has(Topic.PREGNANCY)), Not(of=has(Topic.INFECTION, "hiv"))
CHEMO, ALT = has(Topic.PRIOR_THERAPY, "chemotherapy"), between(Topic.LAB, "alt", high=3, unit="ULN")
PLATELETS = between(Topic.LAB, "platelets", low=100, unit="10^9/L")
EVERYTHING: list[Rule] = [
    AGE,
    ECOG,
    between(Topic.PERFORMANCE_STATUS, "karnofsky", low=70),
    NOT_PREGNANT,
    Not(of=has(Topic.BREAST_FEEDING)),
    NO_HIV,
    Not(of=has(Topic.INFECTION, "hepatitis_c")),
    CHEMO,
    ALT,
    PLATELETS,
    has(Topic.CONDITION, "asthma"),
    has(Topic.OTHER_TRIAL, within_days=28),
    has(Topic.HEALTHY_VOLUNTEER),
    Requirement(attribute=Attribute(topic=Topic.SEX), start=0, end=0, value="female"),
]
WOMAN = fact(Topic.SEX, "female")


# --- which question


def test_the_question_that_settles_most_is_asked_first() -> None:
    trials = [candidate("A", CHEMO), candidate("B", ECOG, CHEMO), candidate("C", CHEMO, PLATELETS)]
    question = ask(*trials)
    assert question.attribute.key == "prior_therapy:chemotherapy"
    assert [(one.trial_id, one.criterion_id) for one in question.decides] == [
        ("A", "inclusion-1"),
        ("B", "inclusion-2"),
        ("C", "inclusion-1"),
    ]


def test_trials_that_rank_higher_count_more() -> None:
    first, second = candidate("A", CHEMO, weight=0.2), candidate("B", ECOG, weight=1.0)
    assert ask(first, second).attribute.key == "performance_status:ecog"
    assert ask(candidate("A", CHEMO, weight=1.0), candidate("B", ECOG, weight=0.2)).attribute.key == CHEMO.attribute.key


def test_what_hardly_ever_differs_between_people_waits_for_what_does() -> None:
    assert ask(candidate("A", NO_HIV, NOT_PREGNANT, ECOG), facts=(WOMAN,)).attribute.key == "performance_status:ecog"


def test_a_trial_that_already_has_a_problem_hardly_counts() -> None:
    rivals = candidate("A", between(Topic.AGE, high=75, unit="years"), ECOG, ECOG), candidate("B", CHEMO)
    too_old, fitting = fact(Topic.AGE, 80, unit="years"), fact(Topic.AGE, 70, unit="years")
    assert ask(*rivals, facts=(fitting,)).attribute.key == "performance_status:ecog"
    assert ask(*rivals, facts=(too_old,)).attribute.key == "prior_therapy:chemotherapy"


def test_the_registrys_own_fields_are_asked_for_too() -> None:
    question = ask(candidate("A", minimum_age=AgeLimit(text="18 Years", years=18), sex=Sex.ALL))
    assert (question.attribute.key, question.unit) == ("age", "years")
    assert question.decides[0].criterion_id == "record-age"


def test_age_comes_before_sex_and_sex_before_pregnancy() -> None:
    assert keys_asked([candidate("A", NOT_PREGNANT, AGE)], Profile()) == ["age", "sex", "pregnancy"]


def test_both_activity_scales_are_one_question() -> None:
    karnofsky = between(Topic.PERFORMANCE_STATUS, "karnofsky", low=70)
    question = ask(candidate("A", karnofsky), candidate("B", ECOG))
    assert question.attribute.key == "performance_status:ecog"
    assert len(question.decides) == 2
    known = Profile(facts=(fact(Topic.PERFORMANCE_STATUS, 65, "karnofsky"),))
    assert next_question([candidate("B", between(Topic.PERFORMANCE_STATUS, "ecog", high=1))], known, ()) is None


def test_a_result_in_multiples_of_normal_is_asked_for_as_such_and_counts_only_the_rules_in_them() -> None:
    plain = between(Topic.LAB, "alt", high=120, unit="U/L")
    question = ask(candidate("A", ALT), candidate("B", ALT), candidate("C", ALT), candidate("D", plain))
    assert (question.unit, len(question.decides)) == ("ULN", 3)
    assert "limit" in question.text
    assert ask(candidate("D", plain)).unit == "U/L"


def test_whether_somebody_is_healthy_is_asked_for_a_rule_that_wants_healthy_people_and_not_for_the_usual_no() -> None:
    assert next_question([candidate("A", healthy_volunteers=False)], Profile(), ()) is None
    assert ask(candidate("A", has(Topic.HEALTHY_VOLUNTEER))).attribute.key == "healthy_volunteer"


def test_an_answer_that_alone_could_settle_nothing_is_not_asked_for() -> None:
    stuck = AllOf(of=(AnyOf(of=(CHEMO, UNREAD)), UNREAD))
    assert next_question([candidate("A", stuck, None, UNREAD)], Profile(), ()) is None
    two_at_once = AllOf(of=(AnyOf(of=(CHEMO, NO_HIV)), UNREAD))
    assert next_question([candidate("A", two_at_once)], Profile(), ()) is None
    one_left = Profile(facts=(fact(Topic.INFECTION, True, "hiv"),))
    question = next_question([candidate("A", two_at_once)], one_left, ())
    assert question is not None
    assert question.attribute == CHEMO.attribute


def test_without_candidates_or_open_rules_there_is_no_question() -> None:
    assert next_question([], Profile(), ()) is None
    assert next_question([candidate("A", AGE)], Profile(facts=(fact(Topic.AGE, 40, unit="years"),)), ()) is None


# --- what may be asked


def test_nothing_is_asked_twice_and_the_interview_ends() -> None:
    keys = keys_asked([candidate("A", *EVERYTHING), candidate("B", *EVERYTHING[::-1])], Profile())
    assert len(keys) == len(set(keys)) == len(EVERYTHING) - 1  # the two activity scales are one question


@pytest.mark.parametrize("value", [None, True])
def test_what_was_said_is_not_asked_even_if_it_was_not_sure_or_lacks_a_date(value: bool | None) -> None:
    recent = has(Topic.PRIOR_THERAPY, "chemotherapy", within_days=28)
    said = fact(Topic.PRIOR_THERAPY, value, "chemotherapy")
    assert next_question([candidate("A", recent)], Profile(facts=(said,)), ()) is None


WOMENS = [candidate("A", NOT_PREGNANT, Not(of=has(Topic.BREAST_FEEDING)))]


@pytest.mark.parametrize(
    ("about", "facts"),
    [
        (Relation.SELF, (fact(Topic.SEX, "male"),)),
        (Relation.FATHER, ()),
        (Relation.GRANDPARENT, (WOMAN,)),
        (Relation.MOTHER, (fact(Topic.AGE, 74, unit="years"),)),
        (Relation.SELF, (WOMAN, fact(Topic.AGE, 61, unit="years"))),
        (Relation.DAUGHTER, (fact(Topic.AGE, 10, unit="years"),)),
        (Relation.DAUGHTER, (fact(Topic.AGE, 0.5, unit="years"),)),
    ],
)
def test_pregnancy_is_never_asked_of_those_it_cannot_concern(about: Relation, facts: tuple[Fact, ...]) -> None:
    assert keys_asked(WOMENS, Profile(about=about, facts=facts)) == []


def test_pregnancy_is_asked_of_a_woman_and_only_after_sex_where_that_is_not_known() -> None:
    grown = fact(Topic.AGE, 30, unit="years")
    assert keys_asked(WOMENS, Profile(facts=(WOMAN, grown))) == ["pregnancy", "breast_feeding"]
    assert keys_asked(WOMENS, Profile(facts=(grown,)), {"sex": "male"}) == ["sex"]
    assert keys_asked(WOMENS, Profile(facts=(grown,)), {"sex": "female"}) == ["sex", "pregnancy", "breast_feeding"]
    assert keys_asked(WOMENS, Profile(about=Relation.WIFE, facts=(grown,))) == ["pregnancy", "breast_feeding"]


def test_the_activity_scale_for_adults_is_not_asked_of_children() -> None:
    assert (
        keys_asked([candidate("A", ECOG)], Profile(about=Relation.SON, facts=(fact(Topic.AGE, 0.5, unit="years"),)))
        == []
    )


def test_sensitive_things_are_asked_only_if_a_candidate_depends_on_them() -> None:
    assert keys_asked([candidate("A", AGE, CHEMO)], Profile(facts=(WOMAN,))) == ["age", "prior_therapy:chemotherapy"]


def test_what_is_kept_as_written_is_never_asked() -> None:
    survival = AsWritten(start=0, end=4)
    keys = keys_asked([candidate("A", survival, AllOf(of=(survival, AGE)))], Profile())
    assert keys == ["age"]
    texts = " ".join(asking.text for asking in wording.words().ask.values())
    assert not re.search(r"surviv|expect|how long .* live", texts)


# --- how it is put


def test_the_question_speaks_of_whom_the_conversation_is_about() -> None:
    trial = candidate("A", CHEMO)
    assert ask(trial).text == "Have you ever had chemotherapy?"
    assert ask(trial, about=Relation.MOTHER).text == "Has your mother ever had chemotherapy?"
    assert ask(candidate("A", AGE), about=Relation.PATIENT).text == "How old is the patient?"


def test_a_time_window_is_asked_for_with_the_question() -> None:
    recent = has(Topic.PRIOR_THERAPY, "chemotherapy", within_days=28)
    assert ask(candidate("A", recent)).text.endswith("about how long ago was the last time?")


def test_a_number_is_asked_for_in_units_that_people_know() -> None:
    question = ask(candidate("A", between(Topic.LAB, "hemoglobin", low=90, unit="g/L")))
    assert "haemoglobin (in g/dL or g/L)" in question.text
    assert (question.answer_type, question.unit) == (AnswerType.NUMBER, "g/L")
    assert [option.says for option in question.options] == ["Not sure"]


def test_activity_is_a_choice_of_five_lines_that_carry_their_number() -> None:
    options = [option.says for option in ask(candidate("A", ECOG)).options]
    assert [says[:2] for says in options] == ["0:", "1:", "2:", "3:", "4:", "No"]


def test_yes_no_questions_have_three_buttons() -> None:
    assert [option.says for option in ask(candidate("A", CHEMO)).options] == ["Yes", "No", "Not sure"]


@pytest.mark.parametrize(
    "rule", [NO_HIV, NOT_PREGNANT, Not(of=has(Topic.BREAST_FEEDING)), Not(of=has(Topic.INFECTION, "hepatitis_b"))]
)
def test_a_sensitive_question_gives_its_reason_first(rule: Rule) -> None:
    reason, question = ask(candidate("A", rule), facts=(WOMAN,)).text.split(".", 1)
    assert reason.startswith("Some ")
    assert "?" in question


NEVER_ASKED = {
    "childbearing", "contraception", "disease_state", "stage", "biomarker", "life_expectancy", "consent", "compliance",
    "language", "circumstance", "team",
}  # fmt: skip


def test_every_question_in_the_table_can_be_put_to_anyone() -> None:
    for key, asking in wording.words().ask.items():
        for about in Relation:
            text = asking.text.format(x="a thing", units="g/L", **wording.address(about))
            assert "{" not in text, key
            assert "!" not in text
            assert text[0].isupper()
        assert 0 < asking.splits <= 1
        assert 0 < asking.ease <= 1
        AnswerType(asking.answer)
    asked = {key.split(":")[0] for key in wording.words().ask} - {"lab_uln"}
    assert asked | NEVER_ASKED == {str(topic) for topic in Topic}
    assert not asked & NEVER_ASKED


def test_nobody_is_asked_how_long_they_may_live_or_whether_they_would_obey() -> None:  # S1.31
    for topic in ("life_expectancy", "consent", "compliance", "team"):
        assert next_question([candidate("A", has(Topic(topic)))], Profile(), ()) is None


def test_every_analyte_and_every_subject_has_words() -> None:
    for subject in units.analytes():
        question = ask(candidate("A", between(Topic.LAB, subject, low=1, unit=units.canonical_unit(subject))))
        assert units.words(subject) in question.text or subject in ("bmi", "weight")
        assert "()" not in question.text
    assert set(wording.words().units_people_know) <= set(units.analytes())


# --- why


def test_the_reason_counts_trials_and_not_rules() -> None:
    trials = [candidate(name, CHEMO, CHEMO) for name in "ABCDE"] + [candidate("F", None)]
    question = ask(*trials)
    assert question.why == (
        "I ask because the answer can decide a rule in 5 of your 6 trials: Trial A; Trial B; Trial C; and 2 more."
    )
    assert len(question.decides) == 10


def test_for_one_trial_the_reason_names_it() -> None:
    assert ask(candidate("A", CHEMO)).why == "I ask because the answer can decide a rule of this trial: Trial A."


pools = st.lists(
    st.lists(st.sampled_from([*EVERYTHING, UNREAD, AnyOf(of=(CHEMO, UNREAD)), AllOf(of=(AGE, NO_HIV))]), max_size=5),
    min_size=2,
    max_size=6,
)
profiles = st.lists(
    st.sampled_from(
        [
            WOMAN,
            fact(Topic.SEX, "male"),
            fact(Topic.AGE, 40, unit="years"),
            fact(Topic.AGE, 80, unit="years"),
            fact(Topic.PREGNANCY, None),
            fact(Topic.INFECTION, False, "hiv"),
            fact(Topic.PRIOR_THERAPY, True, "cisplatin"),
        ]
    ),
    max_size=4,
).map(lambda facts: Profile(facts=tuple(facts)))


@given(pools, profiles)
def test_the_order_of_equal_candidates_does_not_matter(pool: list[list[Rule]], profile: Profile) -> None:
    trials = [candidate(f"T{n}", *rules) for n, rules in enumerate(pool)]
    turned = trials[::-1]
    assert next_question(trials, profile, ()) == next_question(turned, profile, ())


@given(pools, profiles)
def test_the_counts_in_the_reason_are_true(pool: list[list[Rule]], profile: Profile) -> None:
    trials = [candidate(f"T{n}", *rules) for n, rules in enumerate(pool)]
    question = next_question(trials, profile, ())
    if question is None:
        return
    counts = re.search(r"in (\d+) of your (\d+) trials", question.why)
    assert counts is not None
    assert (int(counts[1]), int(counts[2])) == (len({one.trial_id for one in question.decides}), len(trials))
    for pair in question.decides:
        trial = next(one for one in trials if one.trial_id == pair.trial_id)
        rule = next(one for one in trial.criteria if one.id == pair.criterion_id)
        assert judge(rule, profile).verdict is Verdict.UNKNOWN
        assert any(
            judge(rule, profile.with_facts([said])).verdict is not Verdict.UNKNOWN for said in possible(question)
        )


def possible(question: Question) -> list[Fact]:
    """Every kind of answer that the question can get."""
    attribute = question.attribute
    if attribute.topic is Topic.SEX:
        return [fact(Topic.SEX, sex) for sex in ("female", "male")]
    if question.answer_type is AnswerType.YES_NO:
        return [
            Fact(attribute=attribute, value=value, quote="x", days_ago=days)
            for value in (True, False)
            for days in (None, 1)
        ]
    values = (0, 1, 2, 3, 4, 10, 40, 90, 500)
    return [Fact(attribute=attribute, value=value, unit=question.unit or "", quote="x") for value in values]


@given(pools, profiles, st.sampled_from(Relation))
def test_every_interview_ends_and_never_breaks_its_manners(
    pool: list[list[Rule]], profile: Profile, about: Relation
) -> None:
    profile = profile.model_copy(update={"about": about})
    keys = keys_asked([candidate(f"T{n}", *rules) for n, rules in enumerate(pool)], profile)
    said = {one.attribute.key: one.value for one in profile.facts}
    assert not set(keys) & set(said)
    assert len(keys) == len(set(keys))
    if {"pregnancy", "breast_feeding"} & set(keys):
        assert said.get("sex") != "male"
        assert said.get("age") != 80
        if "sex" in keys:
            assert keys.index("sex") < min(keys.index(key) for key in keys if key in ("pregnancy", "breast_feeding"))


def test_the_record_is_not_counted_twice() -> None:
    trial = candidate("A", minimum_age=AgeLimit(text="18 Years", years=18))
    passed_in = trial.model_copy(update={"criteria": with_record((), trial.trial)})
    assert ask(trial).decides == ask(passed_in).decides
