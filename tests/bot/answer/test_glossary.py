"""The glossary: plain meanings, and where a text uses a word; row ids as in the list of the seed pages."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.glossary import Entry, define, entries, terms_in

ENTRIES = entries()


def found(text: str) -> dict[str, str]:
    """Term -> the words of the text that stand for it."""
    return {entry.term: text[start:end] for start, end, entry in terms_in(text)}


def meaning_of(term: str) -> str:
    entry = define(term)
    assert entry is not None, term
    return entry.meaning


def grade(text: str) -> float:
    """The Flesch-Kincaid grade, with syllables counted as groups of vowels."""
    sentences = max(1, len(re.findall(r"[.?:](?:\s|$)", text)))
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e\b", "", word.lower())))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def test_there_are_at_least_120_words_and_each_has_one_entry() -> None:
    terms = [entry.term.lower() for entry in ENTRIES]
    assert len(terms) >= 120
    assert len(terms) == len(set(terms))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.term)
def test_every_form_of_a_word_leads_to_its_entry(entry: Entry) -> None:
    assert [form for form in (entry.term, *entry.aliases) if define(form) != entry] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.term)
def test_a_meaning_is_plain_calm_and_names_its_source(entry: Entry) -> None:
    assert entry.meaning.endswith(".")
    assert "!" not in entry.meaning
    assert max(len(sentence.split()) for sentence in entry.meaning.split(". ")) <= 30
    assert entry.source


def test_meanings_read_at_grade_eight_or_below() -> None:
    grades = [grade(entry.meaning) for entry in ENTRIES]
    assert sum(grades) / len(grades) <= 8
    assert sum(one <= 10 for one in grades) / len(grades) >= 0.9


@pytest.mark.parametrize(
    ("asked", "term"),
    [
        ("anc", "ANC"),
        ("placebos", "placebo"),
        ("Double-Blind", "double blind"),
        ("randomized", "randomised"),
        ("randomisation", "randomised"),
        ("tumor flare", "tumour flare"),
        ("leukemia", "leukaemia"),
        ("biopsies", "biopsy"),
        ("Phase II", "phase 2"),
        ("phase Ⅱ", "phase 2"),
        ("What does ECOG mean?", "ECOG performance status"),
        ("the washout period", "washout"),
        ("“B symptoms”", "B symptoms"),
        ("allo hsct", "allogeneic stem cell transplant"),
    ],
)
def test_a_word_is_found_in_any_spelling_that_a_person_may_type(asked: str, term: str) -> None:
    entry = define(asked)
    assert entry is not None
    assert entry.term == term


@pytest.mark.parametrize("asked", ["", "  ", "?", "blorbitis", "placebo or not", "phase 9"])
def test_a_word_that_is_not_in_the_glossary_is_none(asked: str) -> None:
    assert define(asked) is None


@pytest.mark.parametrize(
    "term",
    re.split(
        r",\s+",
        """ANC, HGB, PLT, ECOG, ULN, B symptoms, R/R ALL, allo-HSCT, MRD, GVHD, PGF, KPS, ICF, immune
        system, remission, carcinoma in situ, thyroid, maximum dose, tumour flare, tumour lysis,
        pharmacokinetic study, biomarkers, lymph glands, FNA, ECG, HbA1c, BMI, FEV1, EF, NYHA,
        EDSS, eGFR, HIV, HBV, IV, subcutaneous, standard of care, investigator, sponsor, IRB,
        assent, expanded access, observational, CR, PR, ORR, PFS, OS, refractory, cohort, arm,
        endpoint""",
    ),
)
def test_the_words_that_the_pages_leave_unexplained_are_explained(term: str) -> None:
    """S1.20, S4.22, S5.10."""
    assert define(term) is not None


def test_the_ethics_committee_is_of_no_one_country() -> None:
    assert not re.search(r"\b(?:US|U\.S\.|American|FDA|United States|UK)\b", meaning_of("IRB"))


def test_a_complete_response_is_not_called_a_cure() -> None:
    assert "not always mean that it is cured" in meaning_of("complete response")


def test_a_text_is_read_for_its_words_in_order_and_each_once() -> None:
    text = "ANC < 0.5 × 10^9/L; ALT > 3 times the upper limit of normal (ULN); ANC again"
    assert [(text[start:end], entry.term) for start, end, entry in terms_in(text)] == [
        ("ANC", "ANC"),
        ("ALT", "ALT"),
        ("upper limit of normal", "upper limit of normal"),
    ]


def test_the_longest_form_wins() -> None:
    assert found("autologous stem cell transplantation") == {
        "autologous stem cell transplant": "autologous stem cell transplantation"
    }
    assert found("a non-randomized study") == {"non-randomised": "non-randomized"}
    assert found("R/R ALL") == {"relapsed or refractory acute lymphoblastic leukaemia": "R/R ALL"}
    assert found("a phase I/II trial") == {"phase 1/2": "phase I/II"}


@pytest.mark.parametrize(
    "text",
    [
        "must meet ALL of the following, with leukemia",
        "stage IV disease",
        "stage III or IV disease",
        "stages II-IV disease",
        "class III/IV",
        "as well as all pr work",
        "the PFS (prefilled syringe)",
        "pain in the upper arm",
        "the PR interval",
        "ecog",
        "armour and harm",
        "ANC visits for pregnant mothers",
        "weakness in arms and legs",
        "the Rome IV criteria",
        "HCT, leukocytes",
        "TLS-positive cancer, by analysis",
        "those who had PS",
    ],
)
def test_a_form_that_means_something_else_there_is_left_alone(text: str) -> None:
    wrong = {
        "acute lymphoblastic leukaemia",
        "intravenous",
        "partial response",
        "progression-free survival",
        "arm",
        "ANC",
    }
    assert set(found(text)) & wrong == set()


@pytest.mark.parametrize(
    ("text", "term", "words"),
    [
        ("B-cell ALL, a leukaemia", "acute lymphoblastic leukaemia", "ALL"),
        ("given IV once a week", "intravenous", "IV"),
        ("progression or death (PFS)", "progression-free survival", "PFS"),
        ("Arm A gets the drug", "arm", "Arm"),
        ("severe AEs and other adverse reactions", "adverse event", "AEs"),
    ],
)
def test_a_form_that_its_text_bears_out_is_read(text: str, term: str, words: str) -> None:
    assert found(text).get(term) == words


def test_words_of_many_meanings_are_explained_only_when_asked() -> None:
    assert define("phase") is not None
    assert found("the active treatment phase, by oral protocol") == {}


@given(st.lists(st.sampled_from([form for entry in ENTRIES for form in (entry.term, *entry.aliases)]), max_size=12))
def test_places_are_in_order_apart_and_slice_back_to_a_form(forms: list[str]) -> None:
    text = ", ".join(forms)
    places = terms_in(text)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    assert len({entry.term for _, _, entry in places}) == len(places)
    assert all(define(text[start:end]) == entry for start, end, entry in places)


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert all(text[start:end].strip() for start, end, _ in terms_in(text))
    define(text)
