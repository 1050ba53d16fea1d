"""Short replies to the question that is open: the answer with its words, whatever else was said, or nothing at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.person.facts import Certainty, Fact
from bot.person.interview import AnswerType, Option, Question
from bot.person.reply import facts_in_reply
from index.criteria.rule import Attribute, Topic


def question(
    topic: Topic,
    subject: str = "",
    kind: AnswerType = AnswerType.YES_NO,
    unit: str | None = None,
    options: tuple[str, ...] = (),
) -> Question:
    return Question(
        text="?",
        attribute=Attribute(topic=topic, subject=subject),
        answer_type=kind,
        options=tuple(Option(says=words) for words in (*options, "Not sure")),
        unit=unit,
        why="",
        decides=(),
    )


CHEMO = question(Topic.PRIOR_THERAPY, "chemotherapy")
HIV = question(Topic.INFECTION, "hiv")
PREGNANT = question(Topic.PREGNANCY)
PLATELETS = question(Topic.LAB, "platelets", AnswerType.NUMBER, "10^9/L")
HEMOGLOBIN = question(Topic.LAB, "hemoglobin", AnswerType.NUMBER, "g/L")
CREATININE = question(Topic.LAB, "creatinine", AnswerType.NUMBER, "mg/dL")
ECOG = question(Topic.PERFORMANCE_STATUS, "ecog", AnswerType.NUMBER)
ECOG_CHOICE = question(Topic.PERFORMANCE_STATUS, "ecog", AnswerType.CHOICE, None, ("0: fully active", "1: some limits"))
KARNOFSKY = question(Topic.PERFORMANCE_STATUS, "karnofsky", AnswerType.NUMBER)
SEX = question(Topic.SEX, "", AnswerType.CHOICE, None, ("Female", "Male"))
AGE = question(Topic.AGE, "", AnswerType.NUMBER, "years")
PLACE = question(Topic.PLACE, "", AnswerType.TEXT)


def answer(message: str, asked: Question) -> Fact:
    read = facts_in_reply(message, asked, turn=3)
    assert read is not None
    fact = next(fact for fact in read.facts if fact.attribute == asked.attribute)
    assert fact.quote
    assert fact.quote in message
    assert fact.turn == 3
    return fact


@pytest.mark.parametrize(
    "message",
    [
        "yes",
        "Yes.",
        "yep",
        "yeah i did back in 2018",
        "y",
        "I have",
        "I did",
        "yes!",
        "Yes. What trials are there?",
        "I've had it",
    ],
)
def test_a_yes_in_any_words_is_a_yes(message: str) -> None:
    assert answer(message, CHEMO).value is True


@pytest.mark.parametrize(
    "message",
    [
        "no",
        "nope",
        "no never",
        "Never",
        "n",
        "not yet",
        "I haven't",
        "never had it",
        "No 🙂",
        "no, I have not",
        "I've never had chemo",
    ],
)
def test_a_no_in_any_words_is_a_no(message: str) -> None:
    fact = answer(message, CHEMO)
    assert fact.value is False
    assert fact.certainty is Certainty.STATED


@pytest.mark.parametrize(
    "message", ["I think so", "probably", "I don't think so", "probably not", "not that I know of"]
)
def test_a_hesitant_answer_decides_nothing(message: str) -> None:
    fact = answer(message, CHEMO)
    assert fact.certainty is Certainty.UNSURE
    assert fact.value is (message in ("I think so", "probably"))


@pytest.mark.parametrize("asked", [CHEMO, PLATELETS, SEX, PLACE, ECOG_CHOICE])
@pytest.mark.parametrize(
    "message",
    ["not sure", "Not sure", "idk", "I don't know", "no idea", "never checked", "I'd have to ask my doctor", "skip"],
)
def test_not_knowing_is_a_fact_without_a_value(message: str, asked: Question) -> None:
    assert answer(message, asked).value is None


@pytest.mark.parametrize(
    "message",
    [
        "what is chemo?",
        "why do you ask?",
        "i have a question",
        "no thanks",
        "No more questions",
        "yes?",
        "Are you sure?",
        "",
        "No, that's wrong",
        "No, I'm 45",
        "Which trials are there for lupus?",
        "my mother did",
        "👍",
        "show me trials in Boston",
    ],
)
def test_a_question_back_or_another_subject_is_no_answer(message: str) -> None:
    assert facts_in_reply(message, CHEMO, turn=3) is None


def test_what_is_said_beside_the_answer_is_kept() -> None:
    read = facts_in_reply("no, but I had radiation 3 weeks ago", CHEMO, turn=3)
    assert read is not None
    assert {fact.attribute.key: (fact.value, fact.days_ago) for fact in read.facts} == {
        "prior_therapy:chemotherapy": (False, None),
        "prior_therapy:radiotherapy": (True, 3 * 7.0),
    }


@pytest.mark.parametrize(
    ("message", "days"), [("yes, 3 weeks ago", 21), ("I had it last month", 30), ("yes, two years ago", 730)]
)
def test_a_yes_with_a_time_says_how_long_ago(message: str, days: int) -> None:
    assert answer(message, CHEMO).days_ago == days


@pytest.mark.parametrize(
    ("message", "asked", "value"),
    [
        ("85", PLATELETS, 85),
        ("about 85,000", PLATELETS, 85),
        ("85k", PLATELETS, 85),
        ("85000", PLATELETS, 85),
        ("85 x10^9/L", PLATELETS, 85),
        ("They were 90 last week", PLATELETS, 90),
        ("8.9 g/dl", HEMOGLOBIN, 89),
        ("8,9", HEMOGLOBIN, 89),
        ("9", HEMOGLOBIN, 90),
        ("89", HEMOGLOBIN, 89),
        ("97", CREATININE, 97),
        ("1.1", CREATININE, pytest.approx(1.1 * 88.4, rel=1e-3)),
        ("around 2", ECOG, 2),
        ("zero", ECOG, 0),
        ("80%", KARNOFSKY, None),
        ("80", KARNOFSKY, 80),
        ("54", AGE, 54),
        ("54 years old", AGE, 54),
        ("she is 7", AGE, 7),
        ("8 months", AGE, pytest.approx(8 / 12, rel=1e-3)),
    ],
)
def test_a_number_is_taken_in_the_unit_that_fits(message: str, asked: Question, value: float | None) -> None:
    if value is None:
        assert facts_in_reply(message, asked, turn=3) is None
    else:
        assert answer(message, asked).value == value


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("150-200", PLATELETS),
        ("less than 50", PLATELETS),
        ("2 weeks ago", PLATELETS),
        ("normal", PLATELETS),
        ("what is that", PLATELETS),
        ("1 or 2", ECOG),
        ("7", ECOG),
        ("2 weeks", ECOG),
        ("200", AGE),
        ("in my 50s", AGE),
        ("85 g/dL", PLATELETS),
    ],
)
def test_a_bound_a_range_or_an_impossible_number_is_no_answer(message: str, asked: Question) -> None:
    assert facts_in_reply(message, asked, turn=3) is None


def test_a_number_that_is_remembered_vaguely_is_unsure() -> None:
    assert answer("i think around 90", PLATELETS).certainty is Certainty.UNSURE
    assert answer("around 90", PLATELETS).certainty is Certainty.STATED


@pytest.mark.parametrize(
    ("message", "sex"),
    [("Female", "female"), ("f", "female"), ("woman.", "female"), ("I'm a man", "male"), ("M", "male")],
)
def test_a_choice_can_be_pressed_or_typed(message: str, sex: str) -> None:
    assert answer(message, SEX).value == sex


@pytest.mark.parametrize(("message", "value"), [("0: fully active", 0), ("1: some limits", 1), ("1", 1), ("ECOG 1", 1)])
def test_an_option_of_a_scale_gives_its_number(message: str, value: float) -> None:
    assert answer(message, ECOG_CHOICE).value == value


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("Boston", "Boston"),
        ("near Leeds", "Leeds"),
        ("I live in Milan, Italy", "Milan, Italy"),
        ("in the UK", "the UK"),
    ],
)
def test_a_place_is_kept_in_its_own_words(message: str, place: str) -> None:
    assert answer(message, PLACE).value == place


@pytest.mark.parametrize(
    ("message", "value"), [("negative", False), ("positive", True), ("I'm HIV negative", False), ("no", False)]
)
def test_a_test_result_answers_a_question_about_an_infection(message: str, value: bool) -> None:
    assert answer(message, HIV).value is value


def test_a_direct_statement_answers_the_question_it_is_about() -> None:
    assert answer("I'm not pregnant", PREGNANT).value is False
    assert facts_in_reply("I'm a man", PREGNANT, turn=3) is None


ASKED = st.sampled_from([CHEMO, PLATELETS, ECOG, ECOG_CHOICE, SEX, AGE, PLACE, HIV])
SAID = st.one_of(
    st.text(max_size=120),
    st.lists(
        st.sampled_from(
            [
                "yes",
                "no",
                "never",
                "not sure",
                "about",
                "85,000",
                "8.9 g/dl",
                "2 weeks ago",
                ",",
                "?",
                "i had chemo",
                "female",
            ]
        ),
        max_size=8,
    ).map(" ".join),
)


@given(SAID, ASKED)
@settings(max_examples=200, deadline=None)
def test_any_reply_is_read_and_quoted_from_the_message(message: str, asked: Question) -> None:
    read = facts_in_reply(message, asked, turn=1)
    for fact in read.facts if read else ():
        assert fact.quote
        assert fact.quote in message


@given(SAID, ASKED)
@settings(max_examples=100, deadline=None)
def test_what_is_read_always_answers_the_question(message: str, asked: Question) -> None:
    read = facts_in_reply(message, asked, turn=1)
    assert read is None or sum(fact.attribute == asked.attribute for fact in read.facts) == 1
