"""What is said of the registry's fields: plain, over the line it rests on, and nothing where nothing is given."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from bot.answer import course, facets, reach, rules
from bot.answer.facets import Said, listed, say
from bot.answer.schema import DraftClaim, Intent
from index.record import Record
from index.sources.dates import read_date
from index.trial import (
    AgeLimit,
    Arm,
    Contact,
    Design,
    Enrollment,
    Intervention,
    Official,
    Origin,
    OtherId,
    Outcome,
    Publication,
    SectionName,
    Site,
    Trial,
)
from index.vocabulary import OutcomeKind, Phase, Sex, Status, StudyType

TODAY = datetime.date(2026, 11, 21)
ID = "NCT00000001"


def record(**fields: Any) -> Record:
    given = {"title": "Exampline for lymphoma", "origin": Origin(source="ClinicalTrials.gov")} | fields
    return Record.of(Trial(id=ID, **given))


def claims(said: Said) -> list[str]:
    return [one.text for one in said if isinstance(one, DraftClaim)]


def notes(said: Said) -> list[str]:
    return [one for one in said if isinstance(one, str)]


def state(found: Record, intent: Intent = Intent.OVERVIEW) -> list[str]:
    return claims(facets.state(found, TODAY, intent))


def test_roman_numerals_in_one_sign_read_as_letters() -> None:
    found = record(official_title="A Phase Ⅱ Trial")
    assert say(found, "A Phase Ⅱ Trial", found.line("Official title")).text == "A Phase II Trial"


def test_a_list_of_names_has_each_once_and_says_that_there_are_more() -> None:
    assert listed(["a", "b", "a"]) == "a; b"
    assert listed([str(n) for n in range(9)]) == "0; 1; 2; 3; 4; 5; 6; 7; and more"


# The state of a record


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.NOT_YET_RECRUITING, "nobody can join now"),
        (Status.ENROLLING_BY_INVITATION, "the study team chooses whom it asks"),
        (Status.COMPLETED, "takes no new people now. Its status: completed."),
        (Status.ACTIVE_NOT_RECRUITING, "takes no new people now. Its status: active, not recruiting."),
        (Status.SUSPENDED, "is suspended"),
        (Status.ACTIVE, "does not say whether it still takes people"),
    ],
)
def test_a_trial_that_is_not_open_says_so(status: Status, words: str) -> None:
    assert words in state(record(status=status))[0]


def test_an_unknown_status_is_not_called_closed() -> None:
    (said,) = state(record(status=Status.UNKNOWN))
    assert "unknown" in said
    assert "no new people" not in said


def test_an_open_trial_has_nothing_to_say_first() -> None:
    assert state(record(status=Status.RECRUITING)) == []


def test_a_missing_status_is_a_note_and_no_claim() -> None:
    assert notes(facets.state(record(), TODAY, Intent.WHERE)) == [
        "This record does not say whether the trial takes people now."
    ]


def test_a_past_completion_is_flagged_over_both_lines() -> None:
    found = record(status=Status.RECRUITING, completion=read_date("2023-11"))
    (claim,) = [one for one in facets.state(found, TODAY, Intent.COST) if isinstance(one, DraftClaim)]
    quotes = [found.text(place.section)[place.start : place.end] for place in claim.places]  # type: ignore[index]
    assert quotes == ["Overall status: RECRUITING", "Study completion: 2023-11"]


def test_an_old_record_gives_the_date_and_counts_no_years() -> None:
    """What the program reckons does not stand in the record, so it would be dropped as a claim."""
    (said,) = state(record(status=Status.RECRUITING, last_updated=read_date("2020-01-05")))
    assert said == "The record was last updated 2020-01-05 and may be out of date: its status may have changed."


def test_the_reason_for_stopping_comes_with_the_status() -> None:
    assert state(record(status=Status.TERMINATED, why_stopped="Slow accrual"))[1] == "The reason given: Slow accrual"


def test_flags_on_the_rules_are_said_where_rules_are_asked_for() -> None:
    found = record(status=Status.RECRUITING)
    assert "This record gives no list of who can and cannot join." in notes(
        facets.state(found, TODAY, Intent.WHO_CAN_JOIN)
    )
    assert notes(facets.state(found, TODAY, Intent.WHERE)) == []


# Facets from fields


def test_an_overview_names_all_conditions_and_puts_the_rest_in_one_sentence() -> None:
    found = record(
        status=Status.RECRUITING,
        study_type=StudyType.INTERVENTIONAL,
        phases=(Phase.PHASE2,),
        conditions=("T-LGL Leukemia", "NK-LGL Leukemia"),
        sponsor="Example Co., Ltd.",
    )
    said = claims(facets.overview(found))
    assert said[0] == f"Exampline for lymphoma ({ID}) is a study that tests a treatment or another intervention."
    assert "It is about: T-LGL Leukemia; NK-LGL Leukemia." in said
    assert said[-1] == "It is in phase 2, recruiting and run by Example Co., Ltd."


def test_an_overview_of_a_bare_record_invents_nothing() -> None:
    assert claims(facets.overview(record())) == [f"This is Exampline for lymphoma ({ID})."]


def test_a_title_that_only_repeats_the_summary_is_not_said_twice() -> None:
    sentence = "This study is to evaluate the efficacy of exampline in lymphoma"
    found = record(title=sentence, prose={SectionName.BRIEF_SUMMARY: f"{sentence}."})
    assert sum(sentence in said for said in claims(facets.overview(found))) == 1


def test_a_study_without_phases_has_no_phase_and_one_that_gives_none_says_so() -> None:
    assert claims(facets.phase(record(phases=(Phase.NOT_APPLICABLE,)))) == ["It has no phase."]
    assert notes(facets.phase(record())) == ["The record gives no phase."]


def test_a_listing_is_no_approval() -> None:
    assert "A listing is not an approval" in " ".join(notes(facets.status(record(status=Status.RECRUITING))))


def test_planned_dates_stay_planned_even_when_they_are_past() -> None:
    found = record(start=read_date("2020-01-05", estimated=True), completion=read_date("2030-01"))
    assert claims(facets.dates(found, TODAY)) == [
        "It is due to start: 2020-01-05 (estimated).",
        "It is due to end: 2030-01.",
    ]


def test_actual_dates_are_told_as_past() -> None:
    assert claims(facets.dates(record(start=read_date("2020-01-05", estimated=False)), TODAY)) == [
        "It started: 2020-01-05 (actual)."
    ]


@pytest.mark.parametrize(
    ("facet", "note"),
    [
        (lambda found: facets.dates(found, TODAY), "Start and end dates are not given in this record."),
        (facets.size, "The number of people is not given in this record."),
        (facets.sponsor, "The record does not name a sponsor."),
        (facets.results, "My copy of this record holds no results."),
        (facets.outcomes, "The record has no list of what is measured."),
        (reach.where, "No sites are given in this record."),
        (reach.contact, "No phone number or e-mail is given in my copy of this record."),
        (course.visits, "The record does not give a visit plan. The study team can tell you how often and where."),
        (course.side_effects, "The record has no list of side effects."),
        (course.duration, "The record does not say how long one person takes part."),
        (course.randomised, "The record does not mention a placebo."),
        (course.treatment, "The record does not say how it is given or in what dose."),
        (rules.who_can_join, "Ask the study team for the rules; I make none up."),
    ],
)
def test_what_is_not_given_is_a_note_that_says_so(facet: Callable[[Record], Said], note: str) -> None:
    assert note in notes(facet(record()))


@pytest.mark.parametrize(("estimated", "words"), [(True, "It plans to take"), (False, "It took"), (None, "It is for")])
def test_the_size_says_whether_it_is_planned_or_counted(estimated: bool | None, words: str) -> None:
    assert claims(facets.size(record(enrollment=Enrollment(count=48, estimated=estimated)))) == [f"{words} 48 people."]


def test_other_numbers_are_listed_but_an_address_among_them_is_not() -> None:
    found = record(other_ids=(OtherId(id="NU 04H5"), OtherId(id="someone@example.org")))
    assert "Other numbers: NU 04H5." in claims(facets.identity(found))


def test_outcomes_are_told_with_their_time_frames_and_the_rest_is_counted() -> None:
    outcomes = [Outcome(kind=OutcomeKind.PRIMARY, measure="Pain", time_frame="2 weeks", description="on a scale")]
    outcomes += [Outcome(kind=OutcomeKind.SECONDARY, measure=f"Sleep {n}") for n in range(6)]
    said = list(facets.outcomes(record(outcomes=tuple(outcomes))))
    texts = [one.text for one in said if isinstance(one, DraftClaim)]
    assert texts[0] == "The main thing measured: Pain (time frame: 2 weeks)"
    assert texts[1:] == [f"Also measured: Sleep {n}" for n in range(4)]
    assert "2 more secondary outcomes are in the record." in said


def test_results_that_are_posted_and_publications_are_named() -> None:
    found = record(has_results=True, publications=(Publication(citation="Doe J. A paper. 2020."),))
    assert claims(facets.results(found)) == [
        "Results are posted with this record.",
        "Publication listed: Doe J. A paper. 2020.",
    ]


def test_figures_of_earlier_work_are_called_that() -> None:
    """S1.12: the share that responded to three drugs is no result of the trial of one."""
    text = "The investigators used three drugs since 2020, with a response rate of 88.9%."
    (said,) = claims(facets.results(record(prose={SectionName.BRIEF_SUMMARY: text})))
    assert said.startswith("Earlier work that the record mentions, not a result of this trial: ")


# Where and whom


SITES = (
    Site(facility="Closed Clinic", city="Leeds", country="United Kingdom", status=Status.COMPLETED),
    Site(facility="Open Clinic", city="Lyon", country="France", status=Status.RECRUITING),
    Site(city="York", zip="YO1", country="United Kingdom"),
)


def test_sites_that_take_people_come_first_and_their_status_is_in_words() -> None:
    assert claims(reach.where(record(sites=SITES))) == [
        "Its sites are in: France, United Kingdom.",
        "Open Clinic, Lyon, France (recruiting)",
        "York, United Kingdom",
        "Closed Clinic, Leeds, United Kingdom (completed)",
    ]


def test_only_sites_in_the_place_are_shown_and_the_others_counted() -> None:
    said = list(reach.where(record(sites=SITES), "france"))
    assert [one.text for one in said if isinstance(one, DraftClaim)][1:] == ["Open Clinic, Lyon, France (recruiting)"]
    assert "2 more sites are elsewhere." in said


def test_a_place_without_a_site_is_said_and_the_sites_are_shown() -> None:
    said = list(reach.where(record(sites=SITES), "Spain"))
    assert "The record lists no site in Spain." in said
    assert sum(isinstance(one, DraftClaim) for one in said) == 4


def test_many_sites_are_counted_in_a_note() -> None:
    sites = tuple(Site(facility=f"Clinic {n}", country="France") for n in range(9))
    assert "The record lists 9 sites; 3 are not shown here." in notes(reach.where(record(sites=sites)))


def test_contacts_are_given_as_published_with_roles_in_words() -> None:
    found = record(
        contacts=(Contact(name="Kim", phone="82-2-3410-6548", email="kim@example.org"),),
        officials=(Official(name="Lee", role="PRINCIPAL_INVESTIGATOR"),),
        sites=(Site(facility="Clinic", country="France", contacts=(Contact(name="Kim", email="kim@example.org"),)),),
    )
    assert claims(reach.contact(found)) == [
        "Kim, 82-2-3410-6548, kim@example.org",
        "Lee, principal investigator",
        f"Give the trial's number when you call: {ID}.",
    ]


# Who can join


RULES = (
    "Inclusion Criteria:\n\n* Age 16 years or older\n* No prior transplant\n\nExclusion Criteria:\n\n* Pregnant women"
)


def test_every_rule_is_said_in_its_own_words_under_its_own_list() -> None:
    found = record(prose={SectionName.ELIGIBILITY: RULES})
    assert claims(rules.who_can_join(found)) == [
        "Asks for: Age 16 years or older",
        "Asks for: No prior transplant",
        "Keeps out: Pregnant women",
    ]


def test_a_rule_that_lets_in_people_under_18_brings_in_the_parent() -> None:
    found = record(prose={SectionName.ELIGIBILITY: RULES})
    assert any("parent or guardian" in note for note in notes(rules.who_can_join(found)))
    adults = record(prose={SectionName.ELIGIBILITY: RULES.replace("16", "18")})
    assert not any("parent or guardian" in note for note in notes(rules.who_can_join(adults)))


def test_a_minimum_age_in_months_brings_in_the_parent() -> None:
    found = record(minimum_age=AgeLimit(text="6 Months", years=0.5))
    assert "Minimum age: 6 Months." in claims(rules.who_can_join(found))
    assert any("assent" in note for note in notes(rules.who_can_join(found)))


def test_ages_sex_and_healthy_volunteers_come_before_the_rules() -> None:
    ages = {"minimum_age": AgeLimit(text="18 Years", years=18), "maximum_age": AgeLimit(text="65 Years", years=65)}
    found = record(**ages, sex=Sex.FEMALE, healthy_volunteers=False)
    assert claims(rules.who_can_join(found)) == [
        "Ages: 18 Years to 65 Years.",
        "Sex: female.",
        "Takes healthy volunteers: no.",
    ]


def test_a_rule_for_one_cohort_says_so_over_its_heading() -> None:
    text = "Inclusion Criteria:\n\nCohort 2:\n\n* Platelets above 100\n\nExclusion Criteria:\n\n* None of these"
    found = record(prose={SectionName.ELIGIBILITY: text})
    said = [one for one in rules.who_can_join(found) if isinstance(one, DraftClaim)]
    assert said[0].text.startswith("Asks for (Cohort 2")
    assert len(said[0].places) == 2


def test_papers_that_are_not_public_and_judgements_are_named() -> None:
    text = "Exclusion Criteria:\n\n* High risk score (Appendix 2)\n* Unfit in the judgement of the investigator"
    said = notes(rules.who_can_join(record(prose={SectionName.ELIGIBILITY: text})))
    assert "Exclusion 1 points to “Appendix 2”, which is not in the public record; the study team has it." in said
    assert any("(exclusion 2)" in note for note in said)


def test_how_people_were_sampled_is_no_rule_and_no_code_is_shown() -> None:
    text = "Adults seen in a clinic.\n\nSampling method: NON_PROBABILITY_SAMPLE"
    assert claims(rules.who_can_join(record(prose={SectionName.POPULATION: text}))) == [
        "People studied: Adults seen in a clinic."
    ]


def test_without_rules_the_summary_is_quoted_as_no_list_of_rules() -> None:
    text = "This study tests exampline in patients with lymphoma who have relapsed."
    assert claims(rules.who_can_join(record(prose={SectionName.BRIEF_SUMMARY: text}))) == [
        f"From its summary, which is not a list of rules: {text}"
    ]


# What taking part would be like


def test_each_group_gets_what_its_arm_says() -> None:
    found = record(
        arms=(
            Arm(label="A", type="EXPERIMENTAL", interventions=("Drug: Exampline",), description="50 mg daily."),
            Arm(label="B", type="PLACEBO_COMPARATOR", interventions=("Drug: Placebo",)),
        ),
        interventions=(
            Intervention(name="Exampline", type="DRUG", other_names=("EX-1",)),
            Intervention(name="Placebo"),
        ),
    )
    assert claims(course.treatment(found)) == [
        "What is studied: Exampline; Placebo.",
        "Group A gets: Exampline. 50 mg daily.",
        "Group B gets: Placebo.",
        "Exampline is also called EX-1.",
    ]
    assert "With a placebo or sham treatment: B." in claims(course.randomised(found))


def test_what_an_arm_says_already_is_not_said_again() -> None:
    dose = "Participants will take 50 mg of exampline daily."
    found = record(
        arms=(Arm(label="A", interventions=("Exampline",), description=dose),),
        interventions=(Intervention(name="Exampline", description=dose),),
        prose={SectionName.BRIEF_SUMMARY: dose},
    )
    assert sum("50 mg" in said for said in claims(course.treatment(found))) == 1


def test_a_dose_from_another_study_is_not_this_trials_dose() -> None:
    """S2.19"""
    text = "In a previous study 25 mg of exampline was used as the only drug."
    found = record(prose={SectionName.DETAILED_DESCRIPTION: text})
    assert not any("25 mg" in said for said in claims(course.treatment(found)))
    assert "A dose in its background text comes from another study and is not this trial's dose." in notes(
        course.treatment(found)
    )


def test_a_word_with_two_meanings_is_called_that() -> None:
    """S4.15"""
    text = "Participants will take exampline bimonthly until 1 year after transplantation."
    found = record(prose={SectionName.BRIEF_SUMMARY: text})
    note = "“Bimonthly” can mean twice a month or every two months. Ask the study team which is meant."
    assert note in notes(course.duration(found))


EVERYONE = {SectionName.DESIGN: "Everyone taking part will have exampline."}


def test_where_everyone_gets_the_one_treatment_nobody_gets_a_placebo_instead() -> None:
    """S5.20"""
    found = record(interventions=(Intervention(name="Exampline"),), prose=EVERYONE)
    assert claims(course.randomised(found))[0].startswith("By these words nobody gets a placebo instead")


def test_that_is_not_said_where_the_record_names_a_placebo_or_a_second_treatment() -> None:
    second = (Intervention(name="Exampline"), Intervention(name="Otherine"))
    with_placebo = {SectionName.DESIGN: "Everyone taking part will have exampline, with a placebo or with otherine."}
    for found in (
        record(interventions=second, prose=EVERYONE),
        record(interventions=second[:1], prose=with_placebo),
    ):
        assert not any("nobody gets a placebo" in said for said in claims(course.randomised(found)))


def test_a_single_group_is_not_put_into_groups_by_chance() -> None:
    """S3.19: N/A allocation is not the same as unknown."""
    found = record(design=Design(allocation="NA", intervention_model="SINGLE_GROUP", masking="NONE"))
    assert claims(course.randomised(found)) == [
        "There is a single group, so nobody is put into groups by chance.",
        "Nothing is hidden: it is open label.",
    ]


def test_safety_that_is_only_measured_is_called_that() -> None:
    found = record(outcomes=(Outcome(kind=OutcomeKind.PRIMARY, measure="Number of adverse events"),))
    assert claims(course.side_effects(found)) == ["The study measures this about safety: Number of adverse events"]


def test_costs_are_quoted_where_the_record_has_them() -> None:
    text = "Participants will be paid 20 pounds for each visit."
    assert claims(course.cost(record(prose={SectionName.BRIEF_SUMMARY: text}))) == [text]
    assert "not stated in this record" in notes(course.cost(record()))[0]
