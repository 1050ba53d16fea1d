"""What is read from a message and, more often, what is not; `intake_messages.txt` lists messages with their facts."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.person.facts import Certainty, Fact, Profile, Relation
from bot.person.intake import facts_in
from bot.person.reading.diseases import is_condition
from index.criteria.rule import Topic

TABLE = Path(__file__).with_name("intake_messages.txt").read_text(encoding="utf-8")


def rows() -> list[tuple[str, frozenset[str]]]:
    """Each message of the table with its lines."""
    blocks = [block.strip().splitlines() for block in TABLE.split("\n\n") if block.strip().startswith(">")]
    return [(lines[0].removeprefix("> "), frozenset(lines[1:])) for lines in blocks]


MESSAGES = [message for message, _ in rows()]


def line(fact: Fact) -> str:
    """A fact as the table writes it."""
    value = fact.value
    words = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    words = f"{value:.4g}" if isinstance(value, float) and not isinstance(value, bool) else words
    unit = "" if fact.unit in ("", "years") else f" {fact.unit}"
    ago = "" if fact.days_ago is None else f", {fact.days_ago:g} days ago"
    unsure = ", unsure" if fact.certainty is Certainty.UNSURE else ""
    return f"{fact.attribute.key} = {words}{unit}{ago}{unsure}"


@pytest.mark.parametrize(("message", "expected"), rows(), ids=MESSAGES)
def test_a_message_gives_the_facts_it_states_and_no_other(message: str, expected: frozenset[str]) -> None:
    read = facts_in(message)
    about = {f"about {read.about.name}"} if read.about else set()
    assert {line(fact) for fact in read.facts} | about == expected


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(set(MESSAGES)) == len(MESSAGES) >= 150
    assert sum(not any(" = " in row for row in expected) for _, expected in rows()) >= 60, "messages that state nothing"


@pytest.mark.parametrize("message", MESSAGES)
def test_every_quote_stands_in_the_message(message: str) -> None:
    for fact in facts_in(message).facts:
        assert fact.quote.strip()
        assert fact.quote in message


def test_the_turn_is_kept_with_each_fact() -> None:
    assert [fact.turn for fact in facts_in("I'm 54 and I live in Boston", turn=7).facts] == [7, 7]


def test_the_quote_of_a_denial_shows_the_denial() -> None:
    quotes = {
        fact.attribute.key: fact.quote for fact in facts_in("I have never had chemo and I don't have diabetes").facts
    }
    assert "never" in quotes["prior_therapy:chemotherapy"]
    assert "don't" in quotes["condition:diabetes"]


def test_curly_apostrophes_and_capitals_change_nothing() -> None:
    assert [line(fact) for fact in facts_in("I’M 54 AND I’VE NEVER HAD CHEMO").facts] == [
        "age = 54",
        "prior_therapy:chemotherapy = no",
    ]


def test_what_is_true_of_a_relative_is_not_told_of_the_speaker() -> None:
    read = facts_in("I have lupus. My mother has breast cancer, she is 72 and had a mastectomy.")
    assert read.about is Relation.SELF
    assert [line(fact) for fact in read.facts] == ["condition:lupus = yes"]


def test_a_pronoun_means_the_one_who_was_named_and_can_be_meant() -> None:
    note = (
        "The patient is a 53-year-old man. The patient's sister had the same. She was diagnosed with Paget's disease."
    )
    assert {line(fact) for fact in facts_in(note).facts} == {"age = 53", "sex = male"}


def test_two_ages_that_disagree_are_no_age() -> None:
    assert not facts_in("I am 54. I am 61.").facts


def test_a_correction_in_the_same_message_counts() -> None:
    assert [line(fact) for fact in facts_in("I am 54. Sorry, I am 61.").facts] == ["age = 61"]


def test_a_condition_is_known_by_what_it_is_called_and_not_by_what_is_done_about_it() -> None:
    assert all(map(is_condition, ("type 2 diabetes", "cancer of the pancreas", "mycosis fungoides", "fibromialgia")))
    assert not any(map(is_condition, ("cancer screening", "disease", "diagnosis", "risk of stroke", "a cat", "")))


NOT_FROM_ONE_MESSAGE = {
    Topic.CHILDBEARING,
    Topic.CONTRACEPTION,
    Topic.MEDICATION,
    Topic.ALLERGY,
    Topic.DISEASE_STATE,
    Topic.STAGE,
    Topic.BIOMARKER,
    Topic.LIFE_EXPECTANCY,
    Topic.CONSENT,
    Topic.COMPLIANCE,
    Topic.LANGUAGE,
    Topic.LIFESTYLE,
    Topic.CIRCUMSTANCE,
    Topic.TEAM,
}  # read from whole notes, or from nobody


@pytest.mark.parametrize("topic", [topic for topic in Topic if topic not in NOT_FROM_ONE_MESSAGE])
def test_each_topic_occurs_in_the_table(topic: Topic) -> None:
    assert any(fact.attribute.topic is topic for message in MESSAGES for fact in facts_in(message).facts)


WORDS = sorted({word for message in MESSAGES for word in message.split()})
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_and_every_quote_is_a_part_of_it(text: str) -> None:
    for fact in facts_in(text).facts:
        assert fact.quote in text


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_reading_a_message_twice_adds_nothing(text: str) -> None:
    once = Profile().with_facts(facts_in(text).facts)
    assert once.with_facts(facts_in(text).facts) == once


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_a_message_gives_at_most_one_fact_on_each_attribute(text: str) -> None:
    keys = [fact.attribute.key for fact in facts_in(text).facts]
    assert len(keys) == len(set(keys))


def test_ten_thousand_words_are_read_at_once() -> None:
    text = " ".join((" ".join(MESSAGES).split() * 10)[:10_000])
    facts_in("I am 54")
    start = time.process_time()
    facts_in(text)
    assert time.process_time() - start < 2.0  # about 0.2 on an idle core


@pytest.mark.parametrize(
    "text",
    ["can my husband " + "1" * 40 + " x", "can he " + "who has " * 20 + "x", "my 5" + " " * 3000 + "x", "'" * 5000],
)
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    start = time.process_time()
    facts_in(text)
    assert time.process_time() - start < 1.0


@pytest.mark.parametrize(
    "phrase", ["I have had chemo and ", "my mother has ", "no diabetes or ", "can i join if ", "54 "]
)
def test_a_long_monotonous_text_takes_time_in_proportion(phrase: str) -> None:
    def seconds(times: int) -> float:
        start = time.process_time()
        facts_in(phrase * times)
        return time.process_time() - start

    seconds(10)
    assert seconds(800) < 40 * max(min(seconds(100) for _ in range(3)), 0.005)


def test_messages_that_people_sent_are_read_right(data_dir: Path) -> None:
    """The facts of the 37 messages were checked by hand; these are the ones where a careless reader goes wrong."""
    lines = (data_dir / "questions" / "patient_messages.jsonl").read_text(encoding="utf-8").splitlines()
    read = {record["id"]: facts_in(record["message"]) for record in map(json.loads, lines)}
    told = {key: {line(fact) for fact in reading.facts} for key, reading in read.items()}
    assert told["1-131875392.xml.txt"] == {"age = 40", "condition:fibromyalgia = yes"}, "father, aunt and 80 years old"
    assert told["16743.txt"] == {"age = 13", "sex = female", "condition:endometrises = yes"}, "not the mother, not 12"
    assert told["1-136781985.xml.txt"] == set(), "9 years after a stroke is no age"
    assert told["11.txt"] == set(), "two people"
    assert read["13090.txt"].about is Relation.FRIEND
    assert "place = Milan, Italy" in told["13090.txt"]


def test_the_age_and_sex_of_notes_are_those_of_their_first_words(data_dir: Path) -> None:
    notes = [
        json.loads(row)["text"] for row in (data_dir / "trec2021" / "queries.jsonl").read_text("utf-8").splitlines()
    ]
    aged = [(note, fact) for note in notes for fact in facts_in(note).facts if fact.attribute.topic is Topic.AGE]
    assert len(aged) >= 70
    assert all(fact.quote in note[:120] for note, fact in aged)
