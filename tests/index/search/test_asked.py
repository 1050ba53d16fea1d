"""A request in the words of the registry: forms, slips, lay words, what is denied, and the phrases that are shown."""

from __future__ import annotations

import pytest

from index.search.asked import read
from index.search.phrases import phrases
from index.search.ranking import Ranking
from index.search.request import Request
from index.search.spelling import Speller
from index.store.build import build
from index.store.store import Store
from tests.studies import found, trial

TRIALS = [
    trial(1, title="Exampline for asthma", conditions=["Asthma"], keywords=["wheezing"]),
    trial(2, title="Walking after myocardial infarction", conditions=["Myocardial Infarction"]),
    trial(3, title="Pembrolizumab for glioma", conditions=["Glioma", "Brain Metastases"]),
]


@pytest.fixture
def filled(store: Store) -> Store:
    build(store, map(found, TRIALS))
    return store


FORM = "diagnosis: glioma; metastases: no; asthma: absent; pregnancy: n/a; seizures: yes; age: 60"


def test_a_form_leaves_out_what_it_says_no_to_and_keeps_the_name_of_what_it_says_yes_to() -> None:
    asserted = Request(text=FORM).asserted
    assert "metastases" not in asserted
    assert "asthma" not in asserted
    assert "pregnancy" not in asserted
    assert "diagnosis glioma; seizures; age 60;" in " ".join(asserted.split())


@pytest.mark.parametrize("value", ["No", "none", "NEGATIVE", "denied", "not present", "0", "No history of it"])
def test_a_form_may_say_no_in_many_ways(value: str) -> None:
    assert "metastases" not in Request(text=f"diagnosis: glioma\nmetastases: {value}\nseizures: yes\n").asserted


@pytest.mark.parametrize("text", ["Is there a trial: asthma, or no?", "Note: no metastases. Plan: scan.", "", ":::"])
def test_a_text_of_few_fields_is_no_form(text: str) -> None:
    assert Request(text=text).asserted == text


def test_a_slip_in_a_short_text_is_mended_and_said(filled: Store) -> None:
    asked = Ranking(filled, Request(text="astma")).asked
    assert asked.said == "asthma"
    assert [(one.said, one.means) for one in asked.read_as] == [("astma", ("asthma",))]


def test_a_word_that_trials_have_is_no_slip(filled: Store) -> None:
    assert Ranking(filled, Request(text="exampline glioma")).asked.read_as == ()


def test_a_long_note_is_not_mended(filled: Store) -> None:
    note = " ".join(["The patient has glioma and takes notes of it every day."] * 7) + " astma"
    assert "astma" in Ranking(filled, Request(text=note)).asked.said


def test_lay_words_bring_the_words_of_the_registry_which_count_less(filled: Store) -> None:
    asked = Ranking(filled, Request(text="walking after a heart attack")).asked
    assert asked.weights["infarct"] < asked.weights["walk"]
    assert "myocardial infarction" in asked.text


def test_what_the_text_denies_counts_for_little(filled: Store) -> None:
    said = "glioma, no asthma"
    plain = Ranking(filled, Request(text=said)).asked.weights
    denied = Ranking(filled, Request(text=said, denied=("no asthma",))).asked.weights
    assert denied["asthma"] < 0.6 * plain["asthma"]
    assert denied["glioma"] == plain["glioma"]


def test_the_speller_is_only_asked_about_words_that_no_trial_has(filled: Store) -> None:
    def none() -> Speller:
        raise AssertionError("it was asked")

    assert read(Request(text="asthma"), filled.words, none).said == "asthma"


def test_the_phrases_are_the_texts_own_words_the_weightiest_first(filled: Store) -> None:
    ranking = Ranking(filled, Request(text="my aunt, a farmer, knows brain metastases of a glioma and walking"))
    ranking.ranked()
    found_phrases = phrases(ranking.asked.said, ranking.telling, filled.words)
    assert set(found_phrases) == {"brain metastases", "glioma", "walking"}
    assert all(phrase in ranking.asked.said for phrase in found_phrases)


def test_a_phrase_inside_another_is_not_said_twice(filled: Store) -> None:
    ranking = Ranking(filled, Request(text="brain metastases. Metastases"))
    ranking.ranked()
    assert phrases(ranking.asked.said, ranking.telling, filled.words) == ("brain metastases",)


def test_the_code_of_a_drug_brings_no_parts_of_codes_and_still_brings_its_name(filled: Store) -> None:
    weights = Ranking(filled, Request(text="Keytruda")).asked.weights
    assert "3475" not in weights
    assert weights["pembrolizumab"] > 0
    assert Ranking(filled, Request(text="MK-3475")).asked.weights["pembrolizumab"] > 0


def test_a_number_that_only_the_names_of_a_study_hold_counts(filled: Store) -> None:
    numbered = trial(4, title="Exampline at home", secondary_ids=[{"id": "2031-512600-19-00", "type": "CTIS"}])
    build(filled, map(found, [*TRIALS, numbered]))
    ranking = Ranking(filled, Request(text="eu trial 2031 512600 19 00"))
    assert next(iter(ranking.worded(ranking.asked.weights, 10))) == numbered.id


def test_the_name_of_a_sponsor_counts_more_in_a_line_than_in_a_note(filled: Store) -> None:
    build(filled, map(found, [*TRIALS, trial(4, title="Exampline at home", sponsor="Zyxwell")]))
    line = Ranking(filled, Request(text="asthma with zyxwell")).asked.weights
    note = Ranking(filled, Request(text="asthma with zyxwell " + "who takes a walk every day " * 8)).asked.weights
    assert line["zyxwel"] > line["asthma"]
    assert "zyxwel" not in note


def test_what_everyday_words_mean_counts_more_in_a_line_than_what_a_notes_words_mean(filled: Store) -> None:
    line = Ranking(filled, Request(text="heart attack")).asked.weights
    note = Ranking(
        filled, Request(text="heart attack. " + "He walks every day and takes note of it. " * 6)
    ).asked.weights
    assert line["infarct"] / filled.words.rarity("infarct") == pytest.approx(0.8)
    assert note["infarct"] / filled.words.rarity("infarct") == pytest.approx(0.6)
