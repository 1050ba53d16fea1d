"""How each concept of a note is meant, and which classes a note denies at large."""

from __future__ import annotations

import pytest

from bot.person.note import How, note_facts


def how(text: str, concept: str) -> How:
    """How a concept is mentioned first."""
    return next(named.how for named in note_facts(text).mentions if named.concept == concept)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He has had a stroke.", How.AFFIRMED),
        ("History of stroke.", How.HISTORICAL),
        ("Past Medical History:\n1. Rare migraines\n2. Stroke", How.HISTORICAL),
        ("No stroke.", How.DENIED),
        ("Possible stroke.", How.POSSIBLE),
        ("His father had a stroke.", How.FAMILY),
        ("FH: stroke (father).", How.FAMILY),
        ("At high risk of stroke.", How.PLANNED),
        ("Seen in the stroke clinic.", How.NAMED),
        ("No family history of stroke.", How.FAMILY),
        ("The patient's history is negative for seizures and stroke.", How.DENIED),
        ("Stroke was not seen.", How.DENIED),
        ("No fever; stroke last week.", How.AFFIRMED),
        ("No fever, which followed the stroke.", How.AFFIRMED),
        ("No relief of the stroke.", How.POSSIBLE),
    ],
)
def test_the_words_around_a_name_say_how_it_is_meant(text: str, expected: How) -> None:
    assert how(text, "stroke") is expected


def test_whatever_a_note_names_is_mentioned_even_where_no_fact_follows() -> None:
    reading = note_facts("His mother had diabetes. Metformin was refused. Seen in the stroke unit.")
    assert not reading.facts
    assert {(named.concept, named.how) for named in reading.mentions} >= {
        ("diabetes", How.FAMILY),
        ("metformin", How.PLANNED),
    }


def test_a_mention_stands_where_it_says() -> None:
    text = "Denies diabetes; on metformin."
    assert {text[named.start : named.end] for named in note_facts(text).mentions} == {"diabetes", "metformin"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She has no significant past medical history.", "condition"),
        ("His past medical history is unremarkable.", "condition"),
        ("A previously healthy 8-year-old boy with fever.", "condition"),
        ("He is otherwise healthy.", "condition"),
        ("She currently takes no medications.", "medication"),
        ("He is not on any medications.", "medication"),
        ("No prior surgeries.", "prior_therapy:surgery"),
        ("No cardiac history.", "condition:heart disease"),
    ],
)
def test_a_class_that_is_denied_at_large_is_told_with_its_words(text: str, expected: str) -> None:
    denied = note_facts(text).negated_groups
    assert [one.attribute.key for one in denied] == [expected]
    assert all(one.quote in text for one in denied)


@pytest.mark.parametrize(
    "text",
    ["Her past medical history is significant for asthma.", "She takes her medications.", "A healthy diet is advised.",
     "His family history is unremarkable.", "She gave birth to a healthy child.", "No drug allergies."],
)  # fmt: skip
def test_what_denies_no_class_is_not_taken_for_it(text: str) -> None:
    assert not note_facts(text).negated_groups


@pytest.mark.parametrize(
    ("text", "name"),
    [("He denies neck pain.", "neck pain"), ("No obstructive pancreatitis.", "obstructive pancreatitis")],
)
def test_the_denial_of_a_narrower_thing_is_no_denial_of_the_wider(text: str, name: str) -> None:
    facts = note_facts(text).facts
    assert [(fact.attribute.subject, fact.value) for fact in facts] == [(name, False)]


def test_numbered_lines_are_read_as_sentences() -> None:
    note = "0. A 58-year-old woman presents with chest pain.\n1. She denies diabetes.\n2. Stroke 2 years earlier."
    said = {fact.attribute.subject: (fact.value, fact.days_ago) for fact in note_facts(note).facts}
    assert said["chest pain"] == (True, None)
    assert said["diabetes"] == (False, None)
    assert said["stroke"] == (True, 730.0)


def test_what_is_both_said_and_denied_is_not_certain() -> None:
    facts = note_facts("No edema was noted. Later edema of the legs was found.").facts
    assert [(fact.attribute.subject, fact.certainty) for fact in facts] == [("edema", "unsure")]


def test_a_history_that_is_denied_does_not_speak_against_what_is_there_now() -> None:
    facts = note_facts("A boy presents with wheezing. No history of wheezing.").facts
    assert [(fact.value, fact.certainty) for fact in facts if fact.attribute.subject == "wheezing"] == [
        (True, "stated")
    ]
