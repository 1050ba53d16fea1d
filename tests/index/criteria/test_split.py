"""Eligibility text -> criteria: all in its list, nested as a reader sees it; the seed pages' lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index.criteria.criterion import Criterion, Join, Kind
from index.criteria.split import split
from index.sources.page import read_page
from index.trial import SectionName


def told(text: str) -> list[str]:
    """The criteria of a text in short: `inclusion-1 Age over 18`, sub-criteria included."""
    return [f"{one.id} {' '.join(one.lead.split())}" for one in split(text)]


def kinds(text: str) -> list[tuple[str, str]]:
    return [(one.kind.value, " ".join(one.text.split())) for one in split(text) if one.parent is None]


# --- the seed pages


@pytest.fixture(scope="module")
def seeds(data_dir: Path) -> dict[str, tuple[Criterion, ...]]:
    pages = sorted((data_dir / "seeds").glob("*.txt"))
    if len(pages) != 5:
        pytest.skip(f"no seed pages in {data_dir / 'seeds'}")
    texts = (read_page(page.read_text(encoding="utf-8")).prose.get(SectionName.ELIGIBILITY, "") for page in pages)
    return {f"S{number}": split(text) for number, text in enumerate(texts, 1)}


def top(criteria: tuple[Criterion, ...], kind: Kind) -> list[Criterion]:
    return [one for one in criteria if one.kind is kind and one.parent is None and not one.note]


@pytest.mark.parametrize(("seed", "included", "excluded"), [("S1", 7, 9), ("S2", 0, 0), ("S4", 10, 12), ("S5", 6, 16)])
def test_a_seed_page_has_as_many_criteria_as_its_reader_counts(
    seeds: dict[str, tuple[Criterion, ...]], seed: str, included: int, excluded: int
) -> None:
    assert (len(top(seeds[seed], Kind.INCLUSION)), len(top(seeds[seed], Kind.EXCLUSION))) == (included, excluded)


def test_seven_signs_of_which_one_is_enough_stay_an_any_of(seeds: dict[str, tuple[Criterion, ...]]) -> None:  # S1.24
    fifth = next(one for one in seeds["S1"] if one.id == "inclusion-5")
    assert fifth.join is Join.ANY
    assert sum(one.parent == "inclusion-5" for one in seeds["S1"]) == 7


def test_the_pregnancy_rule_that_its_page_cuts_off_is_there(seeds: dict[str, tuple[Criterion, ...]]) -> None:  # S1.19
    eighth = next(one for one in seeds["S1"] if one.id == "exclusion-8")
    assert re.search(r"pregnan", eighth.text, re.IGNORECASE)


def test_prior_therapies_of_which_one_is_enough_stay_an_any_of(
    seeds: dict[str, tuple[Criterion, ...]],
) -> None:  # S3.36
    leads = [one for one in seeds["S3"] if one.join is Join.ANY]
    assert any(one.id.startswith("inclusion-2") for one in leads)


def test_the_groups_of_an_old_record_are_kept_above_their_criteria() -> None:  # S3.29
    text = (
        "DISEASE CHARACTERISTICS:\n\n* Lymphoma\n\nPATIENT CHARACTERISTICS:\n\nHematopoietic:\n\n* WBC at least 3,000"
    )
    assert [(one.text, one.heading) for one in split(text)] == [
        ("Lymphoma", "DISEASE CHARACTERISTICS"),
        ("WBC at least 3,000", "Hematopoietic"),
    ]


# --- markers and nesting


@pytest.mark.parametrize(
    "text",
    [
        "Inclusion Criteria:\n\n* Age over 18\n* Cancer\n\nExclusion Criteria:\n\n* Pregnant",
        "Inclusion Criteria:\n\n1. Age over 18\n2. Cancer\n\nExclusion Criteria:\n\n1. Pregnant",
        "Inclusion Criteria:\n\n1- Age over 18\n2- Cancer\n\nExclusion Criteria:\n\n1- Pregnant",
        "Inclusion Criteria:\n\n(1) Age over 18\n(2) Cancer\n\nExclusion Criteria:\n\n(1) Pregnant",
        "Inclusion Criteria:\n\na. Age over 18\nb. Cancer\n\nExclusion Criteria:\n\na. Pregnant",
        "Inclusion Criteria:\n\ni. Age over 18\nii. Cancer\n\nExclusion Criteria:\n\ni. Pregnant",
        "Inclusion Criteria:\n\n* • Age over 18\n* (1) Cancer\n\nExclusion Criteria:\n\n* 1. Pregnant",
        "Inclusion Criteria:\n\nAge over 18\n\nCancer\n\nExclusion Criteria:\n\nPregnant",
        "INCLUSION CRITERIA\nAge over 18\nCancer\nEXCLUSION CRITERIA\nPregnant",
        "Inclusion criteria: 1. Age over 18 2. Cancer Exclusion criteria: 1. Pregnant",
        "Key Inclusion Criteria:\n\n* Age over 18\n* Cancer\n\nNon-inclusion criteria:\n\n* Pregnant",
        "<Inclusion Criteria>\n* Age over 18\n* Cancer\n<Exclusion Criteria>\n* Pregnant",
        "== INCLUSION CRITERIA ==\n* Age over 18\n* Cancer\n== EXCLUSION CRITERIA ==\n* Pregnant",
        "Inclusion critieria:\n* Age over 18\n* Cancer\nExlcusion criteria:\n* Pregnant",
        "Inclusion criteria.\n* Age over 18\n* Cancer\nExclusion criteria.\n* Pregnant",
        "Inclusion Criteria (all must be met)\n* Age over 18\n* Cancer\nExclusion Criteria (any)\n* Pregnant",
        "* Age over 18\n* Cancer\nPatients with any of the following will not be included:\n* Pregnant",
        "You can enter this trial if you:\n* Age over 18\n* Cancer\nYou cannot enter this trial if you:\n* Pregnant",
        "* Age over 18\n* Cancer\nSubjects will be excluded for any of the following reasons:\n* Pregnant",
        "* Age over 18\n* Cancer\nPatients must not meet any of the following criteria:\n* Pregnant",
    ],
)
def test_the_same_lists_are_read_however_they_are_marked(text: str) -> None:
    assert told(text) == ["inclusion-1 Age over 18", "inclusion-2 Cancer", "exclusion-1 Pregnant"]


def test_a_bullet_before_a_number_does_not_make_the_number_a_list_mark() -> None:
    assert told("Inclusion:\n\n* 40 - 85 years of age\n* Cancer") == [
        "inclusion-1 40 - 85 years of age",
        "inclusion-2 Cancer",
    ]


def test_bullets_under_a_bullet_are_its_sub_criteria() -> None:
    text = "Inclusion Criteria:\n\n* At least one of the following:\n\n  * fever\n  * weight loss\n* Consent"
    assert told(text) == [
        "inclusion-1 At least one of the following:",
        "inclusion-1.1 fever",
        "inclusion-1.2 weight loss",
        "inclusion-2 Consent",
    ]
    assert split(text)[0].join is Join.ANY


def test_letters_under_a_number_are_its_sub_criteria_even_without_an_indent() -> None:
    text = "1. All of the following:\na) fever\nb) weight loss\n2. Consent"
    assert [one.id for one in split(text)] == ["inclusion-1", "inclusion-1.1", "inclusion-1.2", "inclusion-2"]
    assert split(text)[0].join is Join.ALL


def test_numbers_that_start_again_go_on_with_the_same_list() -> None:
    assert told("1. a1\n2. a2\n1. b1\n2. b2") == [
        "inclusion-1 a1",
        "inclusion-2 a2",
        "inclusion-3 b1",
        "inclusion-4 b2",
    ]


def test_a_wrapped_line_goes_on_with_its_criterion() -> None:
    text = (
        "Inclusion Criteria:\n\n  -  Cancer that came back after at least\n     two earlier treatments\n\n  -  Consent"
    )
    assert told(text) == [
        "inclusion-1 Cancer that came back after at least two earlier treatments",
        "inclusion-2 Consent",
    ]


def test_a_note_under_a_rule_belongs_to_it_and_is_no_criterion_of_its_own() -> None:
    text = "Exclusion Criteria:\n\n* Active hepatitis B\n* Pregnancy\n\nNote: a test is done at screening."
    note = split(text)[-1]
    assert (note.note, note.parent) == (True, "exclusion-2")
    assert [one.id for one in split(text) if not one.note] == ["exclusion-1", "exclusion-2"]


@pytest.mark.parametrize("nothing", ["None", "N/A", "Not applicable."])
def test_a_placeholder_is_kept_but_is_no_criterion(nothing: str) -> None:
    only = split(f"Exclusion Criteria:\n\n* {nothing}")
    assert [(one.text, one.note) for one in only] == [(nothing, True)]


@pytest.mark.parametrize(
    "text", ["", "  \n\n", "Exclusion Criteria:\n\n-", "Inclusion Criteria:\n\nExclusion Criteria:"]
)
def test_a_list_of_nothing_has_no_criteria(text: str) -> None:
    assert split(text) == ()


def test_a_text_without_headings_is_an_inclusion_list() -> None:
    assert kinds("Any adult with asthma may take part.") == [("inclusion", "Any adult with asthma may take part.")]


# --- headings


def test_the_population_that_a_heading_names_stays_with_its_criteria() -> None:
    text = "Inclusion Criteria for Caregivers:\n* Lives with the patient\nExclusion Criteria:\n* No telephone"
    first, second = split(text)
    assert (first.heading, first.for_some) == ("Inclusion Criteria for Caregivers", True)
    assert (second.heading, second.for_some) == (None, False)


@pytest.mark.parametrize(
    "heading",
    [
        "Key Inclusion Criteria:",
        "Inclusion Criteria for all participants:",
        "A patient will be eligible for the study if all the following criteria are met:",
        "Patients must meet the following criteria:",
    ],
)
def test_a_heading_that_names_nobody_leaves_its_criteria_for_everybody(heading: str) -> None:
    assert [(one.text, one.heading) for one in split(f"{heading}\n* Age over 18")] == [("Age over 18", None)]


@pytest.mark.parametrize(
    "text",
    [
        "Exclusion criteria include pregnancy and asthma.",
        "Exclusion Criteria - pregnancy and asthma.",
        "Exclusion Criteria Pregnancy and asthma.",
        "Adults with asthma. Exclusion criteria are pregnancy and asthma.",
        "Adults with asthma. Exclusion\n        Criteria: pregnancy and asthma.",
    ],
)
def test_words_that_follow_a_heading_in_its_line_are_kept_and_in_its_list(text: str) -> None:
    assert kinds(text)[-1][0] == "exclusion"
    assert kinds(text)[-1][1].lower() == "pregnancy and asthma."


@pytest.mark.parametrize(
    "line",
    [
        "Stage IV disease, meeting all of the following criteria:",
        "Diagnosis of breast cancer confirmed by any of the following criteria:",
        "No patients who have received the following drugs within 14 days prior to study entry:",
        "Active glomerulonephritis with:",
        "Adequate liver function:",
    ],
)
def test_a_line_that_asks_something_is_a_criterion_and_no_heading(line: str) -> None:
    first, *below = split(f"Inclusion Criteria:\n\n{line}\n\n* one thing\n* another thing")
    assert first.lead == line
    assert {one.parent for one in below} == {"inclusion-1"}


def test_a_word_of_exclusion_at_the_end_of_a_wrapped_line_turns_nothing_round() -> None:
    text = (
        "Inclusion Criteria:\n\n  -  Kidney values a little high because of the disease are not\n     excluded\n\n"
        "  -  Earlier treatment before\n     inclusion.\n\n  -  Consent"
    )
    assert [kind for kind, _ in kinds(text)] == ["inclusion"] * 3


def test_a_heading_of_two_lines_is_seen() -> None:
    text = "Patients who meet any of these will be excluded\nfrom participation in this study:\n* Pregnant"
    assert kinds(text) == [("exclusion", "Pregnant")]


def test_a_group_of_people_who_cannot_have_another_treatment_is_not_kept_out() -> None:
    text = "Inclusion Criteria:\n* Cancer\n\nFor transplant-ineligible patients:\n* Age over 65"
    assert [kind for kind, _ in kinds(text)] == ["inclusion"] * 2
