"""Classic ClinicalTrials.gov pages with more than one arm, country and phase."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceError
from index.sources.page import is_page, read_page
from index.sources.pages.classic_tables import mesh_of, officials_of
from index.trial import Contact, Intervention, SectionName
from index.vocabulary import Phase, Status

PAGE = """Some banner of the day.

A Trial of Examplomab in Asthma

The safety and scientific validity of this study is the responsibility of the study sponsor and investigators.
Read our disclaimer for details. Identifier: NCT01234567
Recruitment Status : Terminated (Slow accrual)
First Posted : April 2, 2017
Results First Posted : May 2, 2019
Last Update Posted : June 3, 2019
Sponsor:
Information provided by (Responsible Party):
Example Pharma

Brief Summary:

A summary.

Condition or disease Intervention/treatment Phase
Asthma
Wheezing Drug: Examplomab Drug: Placebo Phase 1 Phase 2

Layout table for study information
Study Type : Interventional  (Clinical Trial)
Actual Enrollment : 1,204 participants
Allocation: Randomized
Intervention Model: Crossover Assignment
Masking: Double (Participant, Outcomes Assessor)
Actual Study Start Date : March 1, 2016

Arm Intervention/treatment
Experimental: Arm A
First the drug.
Drug: Examplomab
5 mg by mouth
Other Names:
  • EX-1
  • Examplo

Placebo Comparator: Arm B Drug: Placebo
A sugar pill
Other: Questionnaire
Asked monthly

Primary Outcome Measures :
  1. Attacks [ Time Frame: 12 weeks ]
Counted by diary.

Layout table for eligibility information
Ages Eligible for Study:   6 Months and older   (Child, Adult)
Sexes Eligible for Study:   Female
Accepts Healthy Volunteers:   Yes

Inclusion Criteria:

  • Asthma

Information from the National Library of Medicine

Layout table for location contacts
Contact: Jo Field, RN    555-123-4567    jo@example.org

Layout table for location information
France
Hôpital Exemple
Recruiting
Paris, France, 75010
Contact: Ana Roche    +33 1 23 45 67 89
Korea, Republic of
Example Clinic
Seoul, Korea, Republic of, 03080
Sponsors and Collaborators
Example Pharma
"""


def test_two_arms_two_countries_and_a_reason_for_stopping() -> None:
    trial = read_page(PAGE)
    assert trial.title == "A Trial of Examplomab in Asthma"
    assert (trial.status, trial.why_stopped) == (Status.TERMINATED, "Slow accrual")
    assert trial.conditions == ("Asthma", "Wheezing")
    assert trial.phases == (Phase.PHASE1, Phase.PHASE2)
    assert [(arm.label, arm.type, arm.description, arm.interventions) for arm in trial.arms] == [
        ("Arm A", "EXPERIMENTAL", "First the drug.", ("Drug: Examplomab",)),
        ("Arm B", "PLACEBO_COMPARATOR", None, ("Drug: Placebo", "Other: Questionnaire")),
    ]
    assert [(one.name, one.description, one.other_names) for one in trial.interventions] == [
        ("Examplomab", "5 mg by mouth", ("EX-1", "Examplo")),
        ("Placebo", "A sugar pill", ()),
        ("Questionnaire", "Asked monthly", ()),
    ]
    assert trial.design.who_masked == ("PARTICIPANT", "OUTCOMES_ASSESSOR")
    assert trial.design.intervention_model == "CROSSOVER"
    assert trial.enrollment is not None
    assert (trial.enrollment.count, trial.enrollment.estimated) == (1204, False)
    assert trial.minimum_age is not None
    assert trial.minimum_age.years == 6 / 12
    assert trial.maximum_age is None
    assert trial.healthy_volunteers is True
    assert trial.has_results is True
    assert trial.outcomes[0].description == "Counted by diary."
    assert [(site.facility, site.city, site.country, site.zip, site.status) for site in trial.sites] == [
        ("Hôpital Exemple", "Paris", "France", "75010", Status.RECRUITING),
        ("Example Clinic", "Seoul", "Korea, Republic of", "03080", None),
    ]
    assert trial.contacts == (Contact(name="Jo Field, RN", phone="555-123-4567", email="jo@example.org"),)
    assert trial.sites[0].contacts == (Contact(name="Ana Roche", phone="+33 1 23 45 67 89"),)
    assert trial.prose[SectionName.ELIGIBILITY] == "Inclusion Criteria:\n\n  • Asthma"
    assert (trial.sponsor, trial.collaborators) == ("Example Pharma", ())


@pytest.mark.parametrize(
    ("line", "name", "affiliation"),
    [
        ("Study Chair: Ann B. Lee, MD, PhD City Hospital", "Ann B. Lee, MD, PhD", "City Hospital"),
        ("Principal Investigator: Bo Ek Example Pharma", "Bo Ek", "Example Pharma"),
        ("Principal Investigator: Bo Ek Somewhere Else", "Bo Ek Somewhere Else", None),
    ],
)
def test_a_name_ends_with_its_degrees_or_where_a_known_organisation_begins(
    line: str, name: str, affiliation: str | None
) -> None:
    (official,) = officials_of(line, ["Example Pharma"])
    assert (official.name, official.affiliation) == (name, affiliation)


def test_mesh_terms_without_a_border_are_all_of_the_condition() -> None:
    terms = mesh_of(["Asthma", "Lung Diseases"], ["A Trial in Asthma"], [])
    assert (terms.conditions, terms.condition_ancestors) == (("Asthma",), ("Lung Diseases",))
    assert terms.interventions == ()


def test_mesh_terms_of_the_treatment_begin_with_its_name() -> None:
    terms = mesh_of(["Asthma", "Budesonide", "Hormones"], ["Asthma"], [Intervention(name="budesonide 200 mcg")])
    assert (terms.interventions, terms.intervention_ancestors) == (("Budesonide",), ("Hormones",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PAGE.replace("NCT01234567", "pending"), "no NCT number"),
        (PAGE.replace("A Trial of Examplomab in Asthma", "").replace("Some banner of the day.", ""), "no title"),
        (PAGE.replace("April 2, 2017", "some day"), "some day"),
    ],
)
def test_a_page_without_id_or_title_or_with_an_unreadable_date_says_so(text: str, words: str) -> None:
    assert is_page(text)
    with pytest.raises(SourceError, match=words):
        read_page(text)


@given(st.lists(st.sampled_from(PAGE.splitlines()), max_size=60))
def test_a_torn_page_is_read_or_refused_and_nothing_else(lines: list[str]) -> None:
    text = "\n".join([*PAGE.splitlines()[:7], *lines])
    try:
        trial = read_page(text)
    except SourceError:
        return
    assert trial.id == "NCT01234567"
