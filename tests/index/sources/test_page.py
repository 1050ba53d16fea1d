"""The five saved pages; the row ids (S1.19) are those of the list of what these pages show and where they trap."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceError
from index.sources.page import is_page, read_page
from index.trial import Contact, OtherId, SectionName, Trial
from index.vocabulary import OutcomeKind, Phase, Sex, Status, StudyType

FILES = {"S1": "000_", "S2": "001_", "S3": "002_", "S4": "003_", "S5": "004_"}


@pytest.fixture(scope="module")
def pages(data_dir: Path) -> dict[str, str]:
    folder = data_dir / "seeds"
    if not folder.is_dir():
        pytest.skip(f"no seed pages at {folder}")
    return {seed: next(folder.glob(f"{start}*.txt")).read_text(encoding="utf-8") for seed, start in FILES.items()}


@pytest.fixture(scope="module")
def trials(pages: dict[str, str]) -> dict[str, Trial]:
    return {seed: read_page(text) for seed, text in pages.items()}


def all_text(trial: Trial) -> str:
    return trial.model_dump_json() + "\n".join(trial.prose.values())


def flat(text: str) -> str:
    return " ".join(text.split())


def test_each_of_the_five_pages_is_recognised_and_has_its_id(pages: dict[str, str], trials: dict[str, Trial]) -> None:
    assert all(map(is_page, pages.values()))
    assert {seed: trial.id for seed, trial in trials.items()} == {
        "S1": "NCT06530576",
        "S2": "NCT03730740",
        "S3": "NCT00466921",
        "S4": "NCT06075238",
        "S5": "Oracle-5889",
    }


def test_every_prose_section_stands_word_for_word_on_its_page(pages: dict[str, str], trials: dict[str, Trial]) -> None:
    for seed, trial in trials.items():
        page = (
            pages[seed].replace(" Open a glossary item", "").replace("\\<", "<").replace("\\>", ">").replace("\\^", "^")
        )
        for text in trial.prose.values():
            assert flat(text) in flat(page)


def test_the_furniture_of_a_page_is_in_no_field_and_no_section(trials: dict[str, Trial]) -> None:
    """S1.1, S1.2, S1.15, S1.41, S2.1, S3.1, S3.25, S4.19, S5.10, S5.33, S5.34."""
    furniture = {
        "S1": (
            "Skip to main",
            "not provide medical advice",
            "100–300",
            "FDA",
            "willing to sign",
            "Who Should NOT",
            "sidebar",
        ),
        "S2": ("Logo", "Related Conditions", " ;"),
        "S3": ("COVID", "Layout table", "disclaimer", "personal decision", "Key Record Dates", "refer to this study"),
        "S4": ("Copyright", "GroupIntervention", "NameTime", "Locations (1)", "Not available", "\U0001f1e8"),
        "S5": (
            "glossary item",
            "Cara",
            "Rate this page",
            "Share",
            "need to discuss it with your doctor",
            "Last review",
        ),
    }
    for seed, words in furniture.items():
        text = all_text(trials[seed])
        assert [word for word in words if word in text] == []


class TestTrialFinderData:
    def test_chips_that_run_together_are_status_phase_and_type(self, trials: dict[str, Trial]) -> None:
        """S1.4, S1.5, S1.6."""
        s1 = trials["S1"]
        assert (s1.status, s1.phases, s1.study_type) == (Status.RECRUITING, (Phase.PHASE2,), StudyType.INTERVENTIONAL)

    def test_both_titles_and_both_conditions_are_kept(self, trials: dict[str, Trial]) -> None:
        """S1.7, S1.8, S1.9."""
        assert trials["S1"].title == "Thalidomide for the Symptomatic Large Granular Lymphocytic Leukemia"
        assert "Phase Ⅱ" in (trials["S1"].official_title or "")
        assert trials["S1"].conditions == ("T-LGL Leukemia", "NK-LGL Leukemia")

    def test_the_record_is_dated_by_the_exact_day(self, trials: dict[str, Trial]) -> None:
        """S1.3."""
        as_of = trials["S1"].origin.as_of
        assert as_of is not None
        assert as_of.first_day == datetime.date(2026, 6, 26)
        assert trials["S1"].origin.url == "https://clinicaltrials.gov/study/NCT06530576"

    def test_an_earlier_result_stays_in_the_sentence_that_says_whose_it_is(self, trials: dict[str, Trial]) -> None:
        """S1.12."""
        sentence = next(s for s in trials["S1"].prose[SectionName.BRIEF_SUMMARY].split(". ") if "88.9%" in s)
        assert "TPM regimen" in sentence
        assert trials["S1"].outcomes == ()

    def test_eligibility_is_the_original_text_with_all_nine_exclusions(self, trials: dict[str, Trial]) -> None:
        """S1.19, S1.23: the plain-English list of the page ends at the fifth."""
        inclusion, _, exclusion = trials["S1"].prose[SectionName.ELIGIBILITY].partition("Exclusion Criteria:")
        assert inclusion.startswith("Inclusion Criteria: 1. The patient fully understands")
        for words in (
            "HIV infection",
            "major surgery",
            "Pregnant or breastfeeding",
            "9. Hypersensitivity",
            "All three conditions",
        ):
            assert words in exclusion
        assert [f"{n}. " in exclusion for n in range(1, 10)] == [True] * 9

    def test_the_registrys_escapes_are_taken_off(self, trials: dict[str, Trial]) -> None:
        """S1.23."""
        text = trials["S1"].prose[SectionName.ELIGIBILITY]
        assert "ANC < 0.5 × 10^9/L" in text
        assert "\\" not in text

    def test_treatment_size_site_and_sponsor_have_their_fields(self, trials: dict[str, Trial]) -> None:
        """S1.17, S1.33, S1.34, S1.36."""
        s1 = trials["S1"]
        assert [(i.type, i.name) for i in s1.interventions] == [("DRUG", "Thalidomide and methotrexate")]
        assert "50-100 mg/QN" in (s1.interventions[0].description or "")
        assert s1.enrollment is not None
        assert (s1.enrollment.count, s1.enrollment.estimated) == (48, True)
        assert [site.place for site in s1.sites] == ["Tianjin, Tianjin Municipality, China"]
        assert s1.sponsor == "Institute of Hematology & Blood Diseases Hospital, China"

    def test_no_contact_is_made_up(self, trials: dict[str, Trial]) -> None:
        """S1.43."""
        assert trials["S1"].contacts == ()


class TestAggregator:
    def test_a_page_without_criteria_has_no_eligibility_section(self, trials: dict[str, Trial]) -> None:
        """S2.6."""
        assert set(trials["S2"].prose) == {SectionName.BRIEF_SUMMARY, SectionName.DETAILED_DESCRIPTION}

    def test_empty_headings_are_not_given(self, trials: dict[str, Trial]) -> None:
        """S2.7, S2.8."""
        assert trials["S2"].design.model_dump(exclude_defaults=True) == {}
        assert trials["S2"].conditions == ()
        assert trials["S2"].condition_mesh == ()

    def test_the_table_of_labels_is_read(self, trials: dict[str, Trial]) -> None:
        """S2.9 to S2.18; the completion date is past while the status says recruiting (S2.15)."""
        s2 = trials["S2"]
        assert (s2.status, s2.phases, s2.study_type) == (Status.RECRUITING, (Phase.PHASE2,), StudyType.INTERVENTIONAL)
        assert s2.sponsor == "Samsung Medical Center"
        assert s2.contacts == (
            Contact(name="Won-seog Kim, MD, Ph.D", phone="82-2-3410-6548", email="wonseog.kim@samsung.com"),
        )
        assert s2.start is not None
        assert s2.start.first_day == datetime.date(2018, 11, 16)
        assert s2.completion is not None
        assert s2.completion.last_day == datetime.date(2023, 11, 30)

    def test_the_first_sentence_stands_for_the_title_that_the_page_lacks(self, trials: dict[str, Trial]) -> None:
        assert trials["S2"].prose[SectionName.BRIEF_SUMMARY].startswith(trials["S2"].title)

    def test_another_studys_dose_is_in_no_field(self, trials: dict[str, Trial]) -> None:
        """S2.19, S2.20."""
        assert trials["S2"].interventions == ()
        assert "26% OS has been reported" in trials["S2"].prose[SectionName.DETAILED_DESCRIPTION]


class TestClassic:
    def test_status_dates_and_parties(self, trials: dict[str, Trial]) -> None:
        """S3.2, S3.5, S3.6, S3.7, S3.8, S3.9, S3.21."""
        s3 = trials["S3"]
        assert s3.title.startswith("Lenalidomide in Treating Patients With Relapsed")
        assert s3.status is Status.ACTIVE_NOT_RECRUITING
        dates = (s3.first_posted, s3.last_updated, s3.verified, s3.start, s3.primary_completion, s3.completion)
        assert [date and (date.text, date.estimated) for date in dates] == [
            ("April 27, 2007", None),
            ("May 3, 2019", None),
            ("April 2019", None),
            ("February 2005", None),
            ("February 2020", True),
            ("February 2021", True),
        ]
        assert s3.origin.as_of == s3.last_updated
        assert (s3.sponsor, s3.collaborators) == ("Northwestern University", ("National Cancer Institute (NCI)",))
        assert s3.responsible_party == "Northwestern University"

    def test_objectives_outline_note_and_follow_up_are_one_description(self, trials: dict[str, Trial]) -> None:
        """S3.12 to S3.18."""
        text = trials["S3"].prose[SectionName.DETAILED_DESCRIPTION]
        for words in (
            "• Determine the response rate",
            "(Northwestern University only)",
            "OUTLINE:",
            "NOTE: *",
            "every 3 months",
        ):
            assert words in text
        assert trials["S3"].prose[SectionName.BRIEF_SUMMARY].startswith("RATIONALE:")

    def test_the_arm_and_its_dose_are_told_apart(self, trials: dict[str, Trial]) -> None:
        """S3.11, S3.22."""
        (arm,), (drug,) = trials["S3"].arms, trials["S3"].interventions
        assert (arm.label, arm.type, arm.interventions) == ("Lenalidomide", "EXPERIMENTAL", ("Drug: lenalidomide",))
        assert (drug.name, drug.type) == ("lenalidomide", "DRUG")
        assert (drug.description or "").endswith("up to a maximum of 25 mg.")
        assert trials["S3"].conditions == ("Lymphoma",)

    def test_outcomes_keep_their_time_frames(self, trials: dict[str, Trial]) -> None:
        """S3.23, S3.24."""
        outcomes = trials["S3"].outcomes
        assert [outcome.kind for outcome in outcomes] == [OutcomeKind.PRIMARY] * 2 + [OutcomeKind.SECONDARY] * 3
        assert outcomes[0].time_frame == "After all patients have progressed"
        assert all(outcome.time_frame and "[" not in outcome.measure for outcome in outcomes)

    def test_allocation_not_applicable_is_a_value(self, trials: dict[str, Trial]) -> None:
        """S3.19."""
        design = trials["S3"].design
        assert (design.allocation, design.intervention_model, design.masking) == ("NA", "SINGLE_GROUP", "NONE")
        assert design.primary_purpose == "TREATMENT"

    def test_ages_sex_and_healthy_volunteers(self, trials: dict[str, Trial]) -> None:
        """S3.26, S3.27, S3.28."""
        s3 = trials["S3"]
        assert s3.minimum_age is not None
        assert s3.maximum_age is not None
        assert (s3.minimum_age.years, s3.maximum_age.years) == (18, 120)
        assert s3.sex is Sex.ALL
        assert s3.healthy_volunteers is False

    def test_the_three_groups_of_criteria_stand_in_order_with_their_nesting(self, trials: dict[str, Trial]) -> None:
        """S3.29, S3.31, S3.36: the headings are lost on the page and are not made up."""
        text = trials["S3"].prose[SectionName.ELIGIBILITY]
        marks = ("Histologically confirmed", "    • Steroids", "ECOG performance status", "See Disease Characteristics")
        assert sorted(map(text.index, marks)) == list(map(text.index, marks))
        assert text.startswith("  • Histologically")
        assert text.endswith("emollients")
        assert "None specified" not in text

    def test_sites_have_their_parts(self, trials: dict[str, Trial]) -> None:
        """S3.38."""
        stanford = trials["S3"].sites[0]
        assert (stanford.facility, stanford.city, stanford.state, stanford.zip) == (
            "Stanford Cancer Center",
            "Stanford",
            "California",
            "94305-5824",
        )
        assert [site.country for site in trials["S3"].sites] == ["United States"] * 3

    def test_official_ids_and_keywords(self, trials: dict[str, Trial]) -> None:
        """S3.40, S3.42, S3.43."""
        (chair,) = trials["S3"].officials
        assert (chair.name, chair.role) == ("Timothy M. Kuzel, MD", "STUDY_CHAIR")
        assert trials["S3"].other_ids == (
            OtherId(id="NU 04H5"),
            OtherId(id="P30CA060553", type="U.S. NIH Grant/Contract"),
        )
        assert len(trials["S3"].keywords) == 5

    def test_mesh_terms_are_told_apart_and_none_is_lost(self, trials: dict[str, Trial]) -> None:
        """S3.44."""
        s3 = trials["S3"]
        assert s3.condition_mesh == ("Mycosis Fungoides", "Sezary Syndrome")
        assert "Lymphatic Diseases" in s3.condition_ancestors
        assert s3.intervention_ancestors[0] == "Immunologic Factors"
        assert len(s3.condition_mesh + s3.condition_ancestors + s3.intervention_mesh + s3.intervention_ancestors) == 17

    def test_an_empty_list_of_publications_is_empty(self, trials: dict[str, Trial]) -> None:
        """S3.41."""
        assert trials["S3"].publications == ()
        assert trials["S3"].has_results is None


class TestMedPath:
    def test_the_treatment_is_found_in_the_table_of_arms_when_its_chip_is_blank(self, trials: dict[str, Trial]) -> None:
        """S4.3, S4.14, S4.15."""
        (arm,) = trials["S4"].arms
        assert (arm.label, arm.interventions) == ("blinatumomab", ("blinatumomab",))
        assert (arm.description or "").startswith("Participants will take intravenous blinatumomab")
        assert "Dexamethasone 20mg" in (arm.description or "")
        assert [one.name for one in trials["S4"].interventions] == ["blinatumomab"]

    def test_not_available_is_not_a_text(self, trials: dict[str, Trial]) -> None:
        """S4.6."""
        assert SectionName.DETAILED_DESCRIPTION not in trials["S4"].prose

    def test_codes_are_read(self, trials: dict[str, Trial]) -> None:
        """S4.1, S4.7, S4.13."""
        s4 = trials["S4"]
        assert (s4.status, s4.sex, s4.phases) == (Status.NOT_YET_RECRUITING, Sex.ALL, (Phase.PHASE2,))
        assert s4.enrollment is not None
        assert s4.enrollment.count == 68
        assert s4.design.intervention_model == "SINGLE_GROUP"
        assert s4.sponsor == "Sichuan University"

    def test_all_ten_inclusions_and_twelve_exclusions_are_there(self, trials: dict[str, Trial]) -> None:
        """S4.8, S4.9, S4.21."""
        inclusion, _, exclusion = trials["S4"].prose[SectionName.ELIGIBILITY].partition("Exclusion Criteria")
        assert [f"  {n}. " in inclusion for n in range(1, 12)] == [True] * 10 + [False]
        assert [f"  {n}. " in exclusion for n in range(1, 14)] == [True] * 12 + [False]
        assert "Age ≥16 years old and ≤ 65 years old" in inclusion
        assert "allergy to Chidamide" in exclusion

    def test_outcome_names_and_times_are_told_apart(self, trials: dict[str, Trial]) -> None:
        """S4.16, S4.17."""
        outcomes = [(one.kind.value, one.measure, one.time_frame) for one in trials["S4"].outcomes]
        assert outcomes[:3] == [
            ("primary", "Progression free survival (PFS)", "2 years"),
            ("primary", "100 day adverse events (AE)", "Day +100"),
            ("secondary", "Overall survival (OS)", "2 years"),
        ]
        assert len(outcomes) == 2 + 5
        assert trials["S4"].outcomes[1].description == "non-hematologic adverse events"

    def test_the_site_is_read_without_its_flag(self, trials: dict[str, Trial]) -> None:
        """S4.18."""
        (site,) = trials["S4"].sites
        assert (site.facility, site.place) == ("West China Hospital of Sichuan University", "Chengdu, Sichuan, China")


class TestCancerResearchUK:
    def test_a_page_without_a_registry_number_keeps_its_own_id(self, trials: dict[str, Trial]) -> None:
        """S5.32."""
        assert trials["S5"].id == "Oracle-5889"
        assert trials["S5"].origin.source == "Cancer Research UK"
        assert trials["S5"].origin.url is None
        assert trials["S5"].origin.as_of is None

    def test_the_banner_says_that_it_is_closed_and_without_results(self, trials: dict[str, Trial]) -> None:
        """S5.2."""
        assert trials["S5"].status is Status.NO_LONGER_RECRUITING
        assert trials["S5"].has_results is False

    def test_the_cancer_type_and_its_wider_groups(self, trials: dict[str, Trial]) -> None:
        """S5.3."""
        assert trials["S5"].conditions == ("Chronic lymphocytic leukaemia (CLL)",)
        assert trials["S5"].condition_ancestors == ("Blood cancers", "Chronic leukaemia")

    def test_glossary_pop_ups_leave_a_whole_sentence(self, trials: dict[str, Trial]) -> None:
        """S5.10."""
        assert "helping the body’s immune system target cancer cells." in trials["S5"].prose[SectionName.BRIEF_SUMMARY]

    def test_who_can_enter_keeps_both_lists_and_their_headings(self, trials: dict[str, Trial]) -> None:
        """S5.11, S5.12, S5.14, S5.15."""
        can, _, cannot = trials["S5"].prose[SectionName.ELIGIBILITY].partition("You cannot enter this trial if you")
        assert can.startswith("You can enter this trial if you")
        assert (can.count("•"), cannot.count("•")) == (6, 16)

    def test_design_says_that_everyone_has_the_drug(self, trials: dict[str, Trial]) -> None:
        """S5.17 to S5.20, S5.24."""
        design = trials["S5"].prose[SectionName.DESIGN]
        assert "Everyone taking part will have lenalidomide." in design
        assert "Your choice will not affect you taking part in the main trial." in design
        assert (trials["S5"].design.allocation, trials["S5"].design.masking) == ("RANDOMIZED", "DOUBLE")
        assert trials["S5"].enrollment is not None
        assert trials["S5"].enrollment.count == 90

    def test_visits_and_side_effects_have_their_own_sections(self, trials: dict[str, Trial]) -> None:
        """S5.26, S5.27."""
        assert trials["S5"].prose[SectionName.VISITS].startswith("You will see the doctor")
        assert trials["S5"].prose[SectionName.SIDE_EFFECTS].count("•") == 21
        assert trials["S5"].prose[SectionName.SIDE_EFFECTS].endswith("before you agree to take part in the trial.")

    def test_blank_recruitment_dates_are_not_given(self, trials: dict[str, Trial]) -> None:
        """S5.28."""
        assert (trials["S5"].start, trials["S5"].completion) == (None, None)

    def test_people_and_helpline(self, trials: dict[str, Trial]) -> None:
        """S5.30, S5.31."""
        assert [(one.name, one.role) for one in trials["S5"].officials] == [
            ("Professor Peter Hillmen", "Chief Investigator")
        ]
        assert len(trials["S5"].collaborators) == 2
        (helpline,) = trials["S5"].contacts
        assert helpline.phone == "0808 800 4040"
        assert "information nurses" in (helpline.role or "")


@pytest.mark.parametrize("text", ["", "A recipe for soup", '{"protocolSection": {}}', "NCT01234567 is a trial"])
def test_what_is_no_page_is_refused_in_one_line(text: str) -> None:
    assert not is_page(text)
    with pytest.raises(SourceError, match="none of the systems") as refused:
        read_page(text)
    assert "\n" not in str(refused.value)


@given(st.text(max_size=200))
def test_any_other_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    if is_page(text):
        read_page(text)
    else:
        with pytest.raises(SourceError):
            read_page(text)
