"""Words: which trials hold them, in either spelling, and which words do not count."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.record import Record
from index.store.words import WordIndex, content_words
from tests.studies import trial

TRIALS = {
    "leukaemia": trial(1, title="A drug for leukaemia", conditions=["Acute leukaemia"]),
    "tumor": trial(2, title="A drug for brain tumor", conditions=["Brain tumors"], acronym="BRAINY"),
    "sezary": trial(3, title="A drug for Sézary syndrome", conditions=["Sézary"], summary="Oedema is measured."),
    "diabetes": trial(4, title="A drug for sleep apnea", eligibility="* Obesity\n\nExclusion Criteria:\n\n* Psoriasis"),
}


@pytest.fixture
def words(tmp_path: Path) -> WordIndex:
    index = WordIndex(tmp_path / "words")
    index.add((key, Record.of(one)) for key, one in TRIALS.items())
    return index


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("leukemia", "leukaemia"),
        ("LEUKAEMIA", "leukaemia"),
        ("brain tumours", "tumor"),
        ("sezary", "sezary"),
        ("SÉZARY", "sezary"),
        ("edema", "sezary"),
        ("sleep apnoea", "diabetes"),
        ("brainy", "tumor"),
        ("NCT09990002", "tumor"),
        ("obese", "diabetes"),
    ],
)
def test_a_trial_is_found_in_every_spelling(words: WordIndex, text: str, key: str) -> None:
    assert words.search(text, 5)[0][0] == key


@pytest.mark.parametrize(
    "text", ["psoriasis", "knitting patterns", "", "is there one near me?", "***", '"" AND (', "\\"]
)
def test_what_is_in_no_trial_finds_none(words: WordIndex, text: str) -> None:
    assert words.search(text, 5) == []


def test_a_name_counts_more_than_a_word_of_the_summary(words: WordIndex) -> None:
    assert [key for key, _ in words.search("edema leukemia", 5)] == ["leukaemia", "sezary"]


def test_every_word_can_be_asked_for(words: WordIndex) -> None:
    assert [key for key, _ in words.search("brain drug", 5, every_word=True)] == ["tumor"]
    assert len(words.search("brain drug", 5)) == 4


def test_a_record_that_is_added_again_replaces_the_first(words: WordIndex) -> None:
    words.add([("tumor", Record.of(trial(2, title="A drug for asthma", conditions=["Asthma"])))])
    assert words.count() == len(TRIALS)
    assert words.search("tumor", 5) == []


def test_a_deleted_trial_is_gone(words: WordIndex) -> None:
    words.delete(["tumor", "unknown"])
    assert words.keys() == set(TRIALS) - {"tumor"}
    assert words.search("tumor", 5) == []


def test_the_words_that_say_what_a_text_is_about_are_kept_in_order() -> None:
    assert content_words("Is there a trial for my mother's T-cell leukaemia near me?") == ("t-cell", "leukemia")
    assert content_words("is there one near me?") == ()
