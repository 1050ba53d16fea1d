"""Aggregator pages whose design and conditions are filled."""

from __future__ import annotations

from index.sources.page import read_page
from index.vocabulary import Phase

PAGE = """Clinical Trial Summary

It tests Dr. Example's pill in asthma. It is small.

Study Design
Allocation: Randomized, Intervention Model: Parallel Assignment, Masking: Double-Blind, Primary Purpose: Treatment
Related Conditions & MeSH terms

  • Asthma
  • Asthma

NCT number NCT01234567
Study type Interventional
Source Example
Contact
Status Completed
Phase N/A
Start date January 2020
Completion date
"""


def test_design_and_conditions_are_read_once_each() -> None:
    trial = read_page(PAGE)
    assert trial.conditions == ("Asthma",)
    assert (trial.design.allocation, trial.design.intervention_model) == ("RANDOMIZED", "PARALLEL")
    assert (trial.design.masking, trial.design.primary_purpose) == ("DOUBLE", "TREATMENT")


def test_the_title_is_the_whole_first_sentence() -> None:
    assert read_page(PAGE).title == "It tests Dr. Example's pill in asthma"


def test_without_a_summary_the_id_stands_for_the_title() -> None:
    page = PAGE.replace("It tests Dr. Example's pill in asthma. It is small.", "")
    assert read_page(page).title == "NCT01234567"


def test_labels_without_a_value_are_not_given() -> None:
    trial = read_page(PAGE)
    assert (trial.contacts, trial.completion) == ((), None)
    assert trial.phases == (Phase.NOT_APPLICABLE,)
