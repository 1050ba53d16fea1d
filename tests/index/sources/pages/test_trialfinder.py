"""TrialFinderData pages whose overview lists conditions in other ways."""

from __future__ import annotations

import pytest

from index.sources.page import read_page
from index.vocabulary import Phase, Status

PAGE = """TrialFinderData is for informational purposes only

NOT_YET_RECRUITINGPhase 1/Phase 2INTERVENTIONAL

A Title

A Title (NCT01234567) is a Phase 1 interventional studying {listed}, sponsored by Example Inc.. \
NOT_YET_RECRUITING as of the most recent update.

About This Trial

Words.

What Stage of Research Is This?

Phase 1 trials {explainer}.

Treatments Being Tested

DRUG

Examplomab

BEHAVIORAL

Walking

Half an hour a day.

Twice on Sundays.

Locations (2)

Trial sites listed on ClinicalTrials.gov for this study.

One Clinic
Paris, France

Two Clinic
Reno, Nevada, United States

How to Talk to Your Doctor About This Trial
"""


@pytest.mark.parametrize(
    ("listed", "explainer", "conditions"),
    [
        ("Head and Neck Cancer", "work against Head and Neck Cancer and go on", ("Head and Neck Cancer",)),
        ("Head and Neck Cancer", "go on", ("Head and Neck Cancer",)),
        ("Asthma and COPD", "work against Asthma and go on", ("Asthma", "COPD")),
        ("Asthma and Head and Neck Cancer", "work against Asthma and go on", ("Asthma", "Head and Neck Cancer")),
        ("Asthma, COPD, and Cough", "go on", ("Asthma", "COPD", "Cough")),
        ("Asthma, COPD and Cough", "work against Asthma and go on", ("Asthma", "COPD", "Cough")),
        ("Leukemia, Lymphoid", "work against Leukemia, Lymphoid and go on", ("Leukemia, Lymphoid",)),
    ],
)
def test_a_list_of_conditions_is_split_only_where_the_page_shows_its_borders(
    listed: str, explainer: str, conditions: tuple[str, ...]
) -> None:
    assert read_page(PAGE.format(listed=listed, explainer=explainer)).conditions == conditions


def test_a_page_without_an_official_title_takes_none_from_the_overview() -> None:
    trial = read_page(PAGE.format(listed="Asthma", explainer="go on"))
    assert (trial.title, trial.official_title) == ("A Title", None)
    assert (trial.status, trial.phases) == (Status.NOT_YET_RECRUITING, (Phase.PHASE1, Phase.PHASE2))
    assert trial.sponsor == "Example Inc."
    assert trial.origin.as_of is None


def test_each_treatment_begins_with_its_kind() -> None:
    trial = read_page(PAGE.format(listed="Asthma", explainer="go on"))
    assert [(one.type, one.name, one.description) for one in trial.interventions] == [
        ("DRUG", "Examplomab", None),
        ("BEHAVIORAL", "Walking", "Half an hour a day.\n\nTwice on Sundays."),
    ]


def test_sites_are_facility_and_place_by_turns() -> None:
    trial = read_page(PAGE.format(listed="Asthma", explainer="go on"))
    assert [(site.facility, site.place) for site in trial.sites] == [
        ("One Clinic", "Paris, France"),
        ("Two Clinic", "Reno, Nevada, United States"),
    ]
