"""What a trial gives, set against another: names as the records spell them, and one thing known under two spellings."""

from __future__ import annotations

from typing import Any

import pytest

from bot.answer.given import given, some
from index.trial import Trial
from tests.studies import trial


def giving(*names: str, kind: str = "DRUG", **fields: Any) -> Trial:
    return trial(
        **{"study_type": "INTERVENTIONAL", "interventions": [{"type": kind, "name": n} for n in names], **fields}
    )


def test_another_drug_is_named_with_the_one_that_it_is_given_instead_of() -> None:
    assert given(giving("Omalizumab"), giving("Dupilumab")) == "gives Dupilumab instead of Omalizumab"


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (("Nivolumab", "Ipilimumab"), ("Nivolumab", "Relatlimab"), "gives Relatlimab instead of Ipilimumab"),
        (("Nivolumab",), ("Nivolumab", "Relatlimab"), "also gives Relatlimab"),
        (("Nivolumab",), ("Relatlimab in combination with Nivolumab",), "also gives Relatlimab"),
        (("Nivolumab + Relatlimab",), ("Nivolumab",), "does not list Relatlimab"),
    ],
)
def test_what_both_give_is_not_named(one: tuple[str, ...], other: tuple[str, ...], words: str) -> None:
    assert given(giving(*one), giving(*other)) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Omalizumab", "omalizumab 150 mg injection"),
        ("Omalizumab", "Xolair (omalizumab)"),
        ("MK-3475", "MK 3475"),
        ("Metformin", "Metformin hydrochloride"),
        ("Milk", "Cow's milk"),
    ],
)
def test_one_thing_under_two_spellings_is_no_difference_nor_surely_the_same(one: str, other: str) -> None:
    assert given(giving(one), giving(other)) is None


@pytest.mark.parametrize(("one", "other"), [("Vitamin C", "Vitamin D"), ("MK-3475", "MK-3476"), ("LM-108", "LM-10")])
def test_names_that_are_nearly_alike_are_two_things(one: str, other: str) -> None:
    assert given(giving(one), giving(other)) == f"gives {other} instead of {one}"


def test_the_same_names_are_the_same() -> None:
    assert given(giving("Omalizumab", "Placebo"), giving("omalizumab")) == ""


def test_a_drug_is_known_by_its_other_names() -> None:
    named = {"type": "DRUG", "name": "Pembrolizumab", "otherNames": ["MK-3475", "Keytruda"]}
    one = giving(interventions=[named])
    assert given(one, giving("Keytruda")) is None
    assert given(one, giving("MK-3476")) == "gives MK-3476 instead of Pembrolizumab"


def test_two_drugs_with_one_mesh_term_may_be_one_drug_unless_the_records_share_another() -> None:
    term = {"intervention_mesh": ("Omalizumab",)}
    one, other = (giving(name).model_copy(update=term) for name in ("Omalizumab", "RhuMab-E25"))
    assert given(one, other) is None
    both = giving("Omalizumab", "JYB1904").model_copy(update=term)
    assert given(one, both) == "also gives JYB1904"


def test_placebos_and_usual_care_are_not_what_is_given() -> None:
    assert given(giving("Drug A", "Placebo"), giving("Usual care", "Drug B")) == "gives Drug B instead of Drug A"
    assert given(giving("Drug A"), giving("Placebo")) is None


def test_tests_beside_the_treatment_are_not_named_where_there_is_more() -> None:
    assert given(giving("Biospecimen Collection", "Omalizumab"), giving("Dupilumab")) == (
        "gives Dupilumab instead of Omalizumab"
    )
    assert given(giving("Biospecimen Collection"), giving("Dupilumab")) == (
        "gives Dupilumab instead of Biospecimen Collection"
    )
    assert given(giving("Omalizumab"), giving("Omalizumab", "Biospecimen Collection")) is None


def test_drugs_are_named_before_what_is_done_beside_them() -> None:
    lavage = {"type": "PROCEDURE", "name": "Nasal lavage"}
    drug = {"type": "DRUG", "name": "Montelukast"}
    assert given(giving("Omalizumab"), giving(interventions=[lavage, drug])) == (
        "studies Montelukast and Nasal lavage instead of Omalizumab"
    )


def test_what_is_no_drug_or_only_observed_is_studied_not_given() -> None:
    assert given(giving("Omalizumab"), giving("Walking", kind="BEHAVIORAL")) == "studies Walking instead of Omalizumab"
    observed = giving("Dupilumab", study_type="OBSERVATIONAL")
    assert given(giving("Omalizumab"), observed) == "studies Dupilumab instead of Omalizumab"


def test_what_a_study_gives_is_new_beside_one_that_only_observes() -> None:
    assert given(giving(study_type="OBSERVATIONAL"), giving("Dupilumab")) == "gives Dupilumab"
    assert given(giving(), giving("Dupilumab")) is None


def test_more_than_two_names_are_said_to_be_more() -> None:
    assert some(["A", "a", "B"]) == "A and B"
    assert some(["A", "B", "C"]) == "A, B and more"


def test_a_long_name_is_cut_between_words_and_never_holds_our_sign_between_points() -> None:
    assert some(["Autologous lymphocytes expressing a receptor that binds"]) == "Autologous lymphocytes expressing a…"
    assert some(["Scoliosis; Disc Disease"]) == "Scoliosis"
