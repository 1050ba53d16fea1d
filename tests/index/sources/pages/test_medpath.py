"""MedPath pages with chips, two groups and several sites."""

from __future__ import annotations

import pytest

from index.errors import SourceError
from index.sources.page import read_page
from index.trial import SectionName
from index.vocabulary import Phase, Status

PAGE = """MedPath

A Trial of Two Ways

Phase 1/2
Completed
Conditions
Asthma
Wheezing
Interventions
Drug: Examplomab
Other: Usual care
Registration Number
NCT01234567
Lead Sponsor
Example Pharma
Brief Summary

A summary.

Detailed Description

More words.

Recruitment & Eligibility

Status
COMPLETED
Sex
Female
Target Recruitment
Not specified
Inclusion Criteria
  * Asthma
Exclusion Criteria
  * Smoking

Study & Design

Study Type
INTERVENTIONAL
Study Design
PARALLEL
Arm && Interventions
GroupInterventionDescription
Drug armExamplomab5 mg a day
Usual care groupUsual careWhat the clinic does
and no more
Primary Outcome Measures
NameTimeMethod
AttacksUp to 12 weeks
Lung functionBaseline

by spirometer

Secondary Outcome Measures
NameTimeMethod
Trial Locations

Locations (2)

One Clinic

🇫🇷

Paris, France

Two Clinic

🇺🇸

Reno, Nevada, United States

© Copyright 2025. All Rights Reserved by MedPath
"""


def test_chips_groups_outcomes_and_sites_are_read() -> None:
    trial = read_page(PAGE)
    assert (trial.status, trial.phases) == (Status.COMPLETED, (Phase.PHASE1, Phase.PHASE2))
    assert trial.conditions == ("Asthma", "Wheezing")
    assert [(one.type, one.name) for one in trial.interventions] == [("DRUG", "Examplomab"), ("OTHER", "Usual care")]
    assert [(arm.label, arm.interventions, arm.description) for arm in trial.arms] == [
        ("Drug arm", ("Examplomab",), "5 mg a day"),
        ("Usual care group", ("Usual care",), "What the clinic does\nand no more"),
    ]
    assert [(one.measure, one.time_frame, one.description) for one in trial.outcomes] == [
        ("Attacks", "Up to 12 weeks", None),
        ("Lung function", "Baseline", "by spirometer"),
    ]
    assert [(site.facility, site.place) for site in trial.sites] == [
        ("One Clinic", "Paris, France"),
        ("Two Clinic", "Reno, Nevada, United States"),
    ]
    assert trial.prose[SectionName.DETAILED_DESCRIPTION] == "More words."
    assert trial.prose[SectionName.ELIGIBILITY].splitlines()[-1] == "  * Smoking"


def test_a_size_that_is_not_specified_is_not_given() -> None:
    assert read_page(PAGE).enrollment is None


def test_a_row_whose_border_cannot_be_found_is_kept_whole() -> None:
    row = "First group of people who are given the tablets each day"
    trial = read_page(PAGE.replace("Drug armExamplomab5 mg a day", row))
    assert (trial.arms[0].label, trial.arms[0].interventions) == (row, ())


@pytest.mark.parametrize(
    ("row", "measure", "time_frame"),
    [
        ("Overall response rate (ORR)6-12 weeks", "Overall response rate (ORR)", "6-12 weeks"),
        ("CD19 cells in the blood28 days", "CD19 cells in the blood", "28 days"),
        ("Time to first attackFrom day 1 to Day 90", "Time to first attack", "From day 1 to Day 90"),
        ("HbA1c below 7%three months", "HbA1c below 7%three months", None),
    ],
)
def test_a_time_is_parted_from_its_name_only_where_it_plainly_is_one(
    row: str, measure: str, time_frame: str | None
) -> None:
    first = read_page(PAGE.replace("AttacksUp to 12 weeks", row)).outcomes[0]
    assert (first.measure, first.time_frame) == (measure, time_frame)


@pytest.mark.parametrize(("lost", "words"), [("NCT01234567", "no NCT number"), ("A Trial of Two Ways", "no title")])
def test_a_page_without_its_id_or_title_says_so(lost: str, words: str) -> None:
    page = PAGE.replace(lost, "").replace("Phase 1/2\nCompleted\n", "")
    with pytest.raises(SourceError, match=words):
        read_page(page)
