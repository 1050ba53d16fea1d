"""Slips are read as the words that the records have; words that are words are left alone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.spelling import Speller, vocabulary_of

HEADLINES = (
    "Asthma in Children With Allergic Rhinitis; Asthma; Allergy; Peanut Allergy",
    "Diabetes Mellitus, Type 2; Diabetes; Insulin; Metformin; Diabetic Retinopathy",
    "Leukemia and Lymphoma; Melanoma; Multiple Myeloma; Chemotherapy; Breast Cancer; Prostate Cancer; Ovarian Cancer",
    "Alzheimer's Disease; Parkinson's Disease; Multiple Sclerosis; Epilepsy; Migraine; Huntington's Disease",
    "Psoriasis; Eczema; Rheumatoid Arthritis; Fibromyalgia; Osteoporosis; Lupus; Scoliosis; Sciatica",
    "Depression; Anxiety; Schizophrenia; Bipolar Disorder; Autism; Insomnia",
    "Hypertension; Cholesterol; Arrhythmia; Atrial Fibrillation; Aneurysm; Pneumonia; Bronchitis; Emphysema",
    "Thyroid Cancer; Obesity; Endometriosis; Menopause; Infertility; Kidney Transplant; Dialysis; Surgery; Vaccine",
    "Hyperpigmentation; Keratoconus; Glaucoma; Macular Degeneration; Neuropathy; Muscular Dystrophy",
    "Treatment; Disease",
    "Hyperglycemia; Hypoglycemia; Vaginal Infection; Colon Cancer; Immunotherapy; Radiation",
)
SLIPS = {
    "dibetes": "diabetes",
    "lupuss": "lupus",  # a doubled letter is no plural
    "diabites": "diabetes",
    "diabeties": "diabetes",
    "astma": "asthma",
    "athsma": "asthma",
    "sathma": "asthma",  # the first two letters swapped
    "leukimia": "leukemia",
    "lukemia": "leukemia",
    "alzhiemers": "alzheimer",
    "migrane": "migraine",
    "psorisis": "psoriasis",
    "lypmhoma": "lymphoma",
    "limphoma": "lymphoma",
    "melenoma": "melanoma",
    "brest": "breast",
    "ovarain": "ovarian",
    "parkinsins": "parkinson",
    "epilespy": "epilepsy",
    "schizofrenia": "schizophrenia",
    "scizophrenia": "schizophrenia",
    "anxeity": "anxiety",
    "deppression": "depression",
    "hipertension": "hypertension",
    "colestrol": "cholesterol",
    "anurysm": "aneurysm",
    "fibrilation": "fibrillation",
    "emphasema": "emphysema",
    "pnuemonia": "pneumonia",
    "newmonia": "pneumonia",
    "broncitis": "bronchitis",
    "alergic": "allergic",
    "penut": "peanut",
    "excema": "eczema",
    "rumatoid": "rheumatoid",
    "arthritus": "arthritis",
    "fibromialgia": "fibromyalgia",
    "osteoperosis": "osteoporosis",
    "scoleosis": "scoliosis",
    "thyriod": "thyroid",
    "endometrises": "endometriosis",
    "meneopause": "menopause",
    "kindey": "kidney",
    "dialisis": "dialysis",
    "vacine": "vaccine",
    "surgary": "surgery",
    "insulen": "insulin",
    "metforman": "metformin",
    "retinopthy": "retinopathy",
    "hytperpigmentation": "hyperpigmentation",
    "Kerataconus": "keratoconus",
    "CANSER": "cancer",
    "musclar": "muscular",
    "tretment": "treatment",
    "keytuda": "keytruda",  # a word of the tables, not of these records
    "ozempik": "ozempic",
    "shingels": "shingles",
    "imunotherapy": "immunotherapy",
    "kemotherapy": "chemotherapy",
    "hunington": "huntington",
}
_WORDS = """
diabetes Alzheimer's alzheimers' parkinsons allergies allergens melanomas diabetic leukaemia tumour oedema Sézary
scared wheezes friends husband grandson Boston wheezing shingles Keytruda T2DM B12 mum's wouldn't trial
hyperglycaemic hyperglycemias hypoglycemia vagina neurologist funds giver latin cats lupus gout
"""
WORDS = _WORDS.split()


@cache
def speller() -> Speller:
    return Speller(vocabulary_of(HEADLINES * 3))


@pytest.mark.parametrize(("typed", "meant"), SLIPS.items())
def test_a_slip_is_read_as_the_word_that_was_meant(typed: str, meant: str) -> None:
    assert speller().correct(typed) == meant


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_is_one_is_left_alone(word: str) -> None:
    assert speller().correct(word) is None


def test_a_slip_of_an_everyday_word_is_mended_where_that_makes_a_phrase_whole() -> None:
    assert [(one.said, one.means) for one in speller().corrections("my brother hears voises")] == [
        ("voises", ("voices",))
    ]
    assert [(one.said, one.means) for one in speller().corrections("a lugn tumor")] == [("lugn", ("lung",))]
    assert speller().corrections("the voises of a choir") == ()


def test_opposites_are_not_slips_of_each_other() -> None:
    assert Speller({"hypertensive": 900}).correct("hypotensive") is None
    assert Speller({"hypercalcemia": 900}).correct("hypocalcemia") is None


def test_the_first_letter_must_hold() -> None:
    assert Speller({"diabetes": 900}).correct("tiabetes") is None


def test_a_short_word_may_have_one_slip_and_a_long_one_two() -> None:
    known = Speller({"gastroparesis": 9, "plaque": 9})
    assert known.correct("gastroperisis") == "gastroparesis"
    assert known.correct("plaqe") == "plaque"
    assert known.correct("pleqe") is None


def test_of_two_words_equally_near_the_more_frequent_is_meant() -> None:
    assert Speller({"sclerosis": 5, "scleroses": 900}).correct("scleross") == "scleroses"
    assert Speller({"sclerosis": 900, "scleroses": 5}).correct("scleross") == "sclerosis"


def test_a_word_that_is_only_read_elsewhere_is_known_and_nothing_is_taken_for_it() -> None:
    counts = vocabulary_of(
        ["Stroma; stroma; stroma"], elsewhere=["a plaqua here, plaqua there, a plaqua", "stromo once"]
    )
    assert counts == {"stroma": 3, "plaqua": 0}
    known = Speller(counts)
    assert known.correct("plaqua") is None
    assert known.correct("plaquaa") is None
    assert known.correct("stromo") == "stroma"


def test_corrections_stand_in_their_order_and_leave_addresses_alone() -> None:
    text = "Astma and dibetes; write to astma@dibetes.org or see www.astma.com [LOCATIN]"
    found = speller().corrections(text)
    assert [(one.said, one.means, one.start, one.end) for one in found] == [
        ("Astma", ("asthma",), 0, 5),
        ("dibetes", ("diabetes",), 10, 17),
    ]


def test_a_text_in_another_language_is_left_alone() -> None:
    for text in (
        "Hola, busco ensayos clínicos para mi madre, vivimos en Madrid",
        "Ich suche eine Studie für meine Mutter, wir wohnen in München",
        "je cherche un essai clinique pour ma mère",
    ):
        assert speller().corrections(text) == ()


@given(st.lists(st.sampled_from([*SLIPS, *WORDS, ".", "x", "is"]), max_size=8).map(" ".join))
def test_spans_slice_to_what_was_said_and_a_corrected_text_needs_no_more(text: str) -> None:
    found = speller().corrections(text)
    assert all(text[one.start : one.end] == one.said for one in found)
    for one in reversed(found):
        text = text[: one.start] + one.means[0] + text[one.end :]
    assert speller().corrections(text) == ()


@given(st.text(alphabet="abcdeghiorst", min_size=4, max_size=12))
def test_whatever_is_typed_the_word_that_is_meant_is_a_known_one(typed: str) -> None:
    meant = speller().correct(typed)
    assert meant is None or (meant != typed and speller().correct(meant) is None)


def test_a_vocabulary_counts_words_in_one_spelling_and_compounds_in_parts() -> None:
    counts = vocabulary_of(["Leukaemia; leukemia of the child", "Non-small Cell"])
    assert counts == {"leukemia": 2, "child": 1, "non-small": 1, "non": 1, "small": 1, "cell": 1}


def test_a_vocabulary_does_not_depend_on_the_order_of_its_lines() -> None:
    assert vocabulary_of(HEADLINES) == vocabulary_of(reversed(HEADLINES))


def test_making_a_speller_costs_nothing_and_a_word_little_among_sixty_thousand() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = {
        f"{a}{b}{c}{end}": 5
        for a in letters
        for b in letters
        for c in letters
        for end in ("osis", "itis", "emia", "oma")
    }
    words = dict(list(words.items())[:60_000])
    assert len(words) == 60_000
    known = Speller(words)
    known.correct("warmingup")  # lays the words out, once
    started = time.perf_counter()
    for typed in [*SLIPS] * 3:
        known.correct(typed)
    each = (time.perf_counter() - started) / (3 * len(SLIPS))
    assert each < 0.02  # 3 ms are wanted; a busy machine is allowed for


def _names(study: Path) -> str:
    protocol = json.loads(study.read_text(encoding="utf-8"))["protocolSection"]
    named, about = protocol["identificationModule"], protocol.get("conditionsModule", {})
    given_there = protocol.get("armsInterventionsModule", {}).get("interventions", [])
    names = [one.get("name", "") for one in given_there]
    return "; ".join([named.get("briefTitle", ""), *about.get("conditions", []), *about.get("keywords", []), *names])


def _messages(data: Path) -> Iterator[str]:
    for line in (data / "questions" / "patient_messages.jsonl").read_text(encoding="utf-8").splitlines():
        yield str(json.loads(line)["message"])


def test_messages_of_real_people_are_corrected_where_they_slip_and_hardly_elsewhere(data_dir: Path) -> None:
    known = Speller(vocabulary_of(_names(one) for one in sorted((data_dir / "studies").glob("*.json"))))
    messages = list(_messages(data_dir))
    found = [(one.said.lower(), one.means[0]) for message in messages for one in known.corrections(message)]
    right = {
        ("cronic", "chronic"),
        ("desease", "disease"),
        ("diabitic", "diabetic"),
        ("endometrises", "endometriosis"),
        ("musclar", "muscular"),
    }
    assert right <= set(found)
    words = sum(len(message.split()) for message in messages)
    assert len(set(found)) <= 20
    assert len(found) / words < 0.01
