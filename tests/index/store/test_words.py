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


def found(words: WordIndex, text: str, field: str | None = None) -> list[str]:
    return [key for key, _ in words.search(dict.fromkeys(words.stems(text), 1.0), 5, field)]


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
    assert found(words, text)[0] == key


@pytest.mark.parametrize(
    "text", ["psoriasis", "knitting patterns", "", "is there one near me?", "***", '"" AND (', "\\"]
)
def test_what_is_in_no_trial_finds_none(words: WordIndex, text: str) -> None:
    assert found(words, text) == []
    assert words.named(text, 5) == []


def test_a_name_counts_more_than_a_word_of_the_summary(words: WordIndex) -> None:
    assert found(words, "edema leukemia") == ["leukaemia", "sezary"]


def test_a_stem_counts_by_its_weight(words: WordIndex) -> None:
    edema, leukemia = words.stems("edema leukemia")
    assert [key for key, _ in words.search({edema: 9.0, leukemia: 0.1}, 5)] == ["sezary", "leukaemia"]


def test_one_field_can_be_asked(words: WordIndex) -> None:
    assert found(words, "edema brain", "title") == ["tumor"]


def test_a_stem_that_few_trials_hold_tells_more_and_an_unknown_one_nothing(words: WordIndex) -> None:
    assert words.rarity("sezari") > words.rarity("drug") > 0
    assert words.rarity("psoriasi") == 0


def test_names_are_found_by_any_word_or_by_every_word(words: WordIndex) -> None:
    assert [key for key, _ in words.named("brain drug", 5, every_word=True)] == ["tumor"]
    assert len(words.named("brain drug", 5)) == 4
    assert words.named("edema", 5) == []  # a summary names nothing


def test_a_record_that_is_added_again_replaces_the_first(words: WordIndex) -> None:
    words.add([("tumor", Record.of(trial(2, title="A drug for asthma", conditions=["Asthma"])))])
    assert words.count() == len(TRIALS)
    assert found(words, "tumor") == []


def test_a_deleted_trial_is_gone(words: WordIndex) -> None:
    words.delete(["tumor", "unknown"])
    assert words.keys() == set(TRIALS) - {"tumor"}
    assert found(words, "tumor") == []


def test_the_words_that_say_what_a_text_is_about_are_kept_in_order() -> None:
    assert content_words("Is there a trial for my mother's T-cell leukaemia near me?") == ("t-cell", "leukemia")
    assert content_words("is there one near me?") == ()
