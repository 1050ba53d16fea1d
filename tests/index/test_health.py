"""Signs that a record is out of date or disagrees with itself, and records that show none."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from index.health import Sign, flags
from index.record import Record
from index.sources.dates import read_date
from index.trial import Form, Trial
from tests.studies import trial

TODAY = datetime.date(2026, 11, 21)


def signs(of: Trial) -> list[Sign]:
    return [flag.sign for flag in flags(Record.of(of), TODAY)]


def quotes(of: Trial, sign: Sign) -> list[str]:
    record = Record.of(of)
    (flag,) = (flag for flag in flags(record, TODAY) if flag.sign is sign)
    return [record.quote(span) for span in flag.spans]


def starting(start: str, **fields: Any) -> Trial:
    return trial(**fields).model_copy(update={"start": read_date(start)})


def test_a_sound_record_has_no_flags() -> None:
    assert signs(trial(phases=["PHASE2"], completion="2027-03", title="A phase 2 study of exampline")) == []


@pytest.mark.parametrize(
    ("status", "completion", "flagged"),
    [
        ("RECRUITING", "2026-10", True),
        ("RECRUITING", "2026-11-20", True),
        ("RECRUITING", "2026-11-21", False),
        ("RECRUITING", "2026-11", False),  # some day of this month
        ("RECRUITING", "2026", False),
        ("NOT_YET_RECRUITING", "2025", True),
        ("ENROLLING_BY_INVITATION", "2025", True),
        ("COMPLETED", "2020-01", False),
        ("TERMINATED", "2020-01", False),
        (None, "2020-01", False),
    ],
)
def test_only_a_study_that_says_it_takes_people_is_asked_for_its_end(
    status: str | None, completion: str, flagged: bool
) -> None:
    assert (Sign.NO_LONGER_OPEN in signs(trial(status=status, completion=completion))) is flagged


@pytest.mark.parametrize(("updated", "flagged"), [("2024-11-01", True), ("2024-12-01", False), ("2024", False)])
def test_two_years_without_an_update_are_flagged(updated: str, flagged: bool) -> None:
    assert (Sign.OLD in signs(trial(updated=updated))) is flagged
    assert Sign.OLD not in signs(trial(updated=updated, status="COMPLETED"))


@pytest.mark.parametrize(
    ("phases", "title", "flagged"),
    [
        (["PHASE2"], "A Phase III study", True),
        (["PHASE2"], "A phase I/II study", True),
        (["PHASE1"], "A Phase 1b/2a study", True),
        (["PHASE2", "PHASE3"], "A Phase 2 study", True),
        (["PHASE3"], "A Phase 3b study", False),
        (["PHASE3"], "A Phase Ⅲ study", False),
        (["PHASE2", "PHASE3"], "A phase II/III study", False),
        (["PHASE1", "PHASE2"], "Phase 1 and Phase 2 study", False),
        (["PHASE1", "PHASE2"], "A Phase I-ll study", False),  # with the letter l
        (["EARLY_PHASE1"], "A phase 1 study", False),
        (["PHASE2"], "Maintenance phase in lymphoma", False),
        (["PHASE1"], "Alternate-day exampline, phase II - 4", False),  # the fourth part of a series
        (["PHASE4"], "Follow-up of exampline phase II study patients", False),
        (["NA"], "A phase 2 study", False),
        ([], "A phase 2 study", False),
    ],
)
def test_the_phase_of_a_title_is_compared_with_the_field(phases: list[str], title: str, flagged: bool) -> None:
    assert (Sign.PHASES_DIFFER in signs(trial(phases=phases, title=title))) is flagged


@pytest.mark.parametrize(
    ("summary", "flagged"),
    [
        ("The goal of this phase I/II clinical trial is to test a drug.", True),
        ("This is a randomized, double-blind phase III study.", True),
        ("This study is to determine the recommended Phase 1 dose (RP1D).", False),
        ("This study builds on an earlier trial. Published Phase I data showed an effect.", False),
        ("A drug with a good profile in phase I trials.", False),
        ("This study prepares the design of phase III clinical trials.", False),
    ],
)
def test_a_phase_in_the_summary_counts_only_if_it_is_this_study_s_own(summary: str, flagged: bool) -> None:
    assert (Sign.PHASES_DIFFER in signs(trial(phases=["PHASE2"], summary=summary))) is flagged


@pytest.mark.parametrize(
    ("rule", "flagged"),
    [
        ("Allergy to Chidamide", True),
        ("Hypersensitivity to Pemetrexed", False),  # its ending is no drug's that is known
        ("Allergy to Exampline", False),
        ("Allergy to Exampline hydrochloride", False),
        ("Allergy to penicillin", False),
        ("Allergy to Lidocaine", False),  # it numbs the skin in many studies that do not name it
        ("Allergy to Vancomycin, Neomycin or metronidazole", False),
        ("Allergy to Gadoterate and Iodine", False),
    ],
)
def test_a_drug_of_an_allergy_rule_is_looked_for_in_the_whole_record(rule: str, flagged: bool) -> None:
    one = trial(eligibility=f"Exclusion Criteria:\n\n* {rule}", interventions=[{"name": "Exampline", "type": "DRUG"}])
    assert (Sign.UNNAMED_DRUG in signs(one)) is flagged


def test_a_drug_spelt_in_another_way_elsewhere_is_not_unnamed() -> None:
    rule = "Exclusion Criteria:\n\n* Allergy to Lenalidomide"
    assert signs(trial(eligibility=rule, summary="This study asks whether lenalidomid helps.")) == []


def test_a_record_without_criteria_says_so() -> None:  # S2.6
    assert signs(trial(eligibility="")) == [Sign.NO_CRITERIA]


@pytest.mark.parametrize(
    ("status", "start", "flagged"),
    [
        ("NOT_YET_RECRUITING", "2026-03", True),
        ("NOT_YET_RECRUITING", "2026-07", False),  # some months late, as many are
        ("NOT_YET_RECRUITING", "2027-01", False),
        ("RECRUITING", "2027-02-01", True),
        ("RECRUITING", "2026-12-01", False),  # a few days ahead
        ("RECRUITING", "2020-01", False),
        ("COMPLETED", "2027-02-01", False),
    ],
)
def test_a_status_and_a_start_date_that_do_not_go_together_are_flagged(status: str, start: str, flagged: bool) -> None:
    assert (Sign.NOT_STARTED in signs(starting(start, status=status))) is flagged


def test_a_start_long_past_is_not_said_beside_an_end_that_is_past() -> None:
    late = starting("2022-01", status="NOT_YET_RECRUITING", completion="2025-01")
    assert signs(late) == [Sign.NO_LONGER_OPEN]


def test_a_start_long_past_is_quoted_with_the_status() -> None:
    late = starting("2022-01", status="NOT_YET_RECRUITING")
    assert quotes(late, Sign.NOT_STARTED) == ["Overall status: NOT YET RECRUITING", "Study start: 2022-01"]


@pytest.mark.parametrize(
    ("status", "sites", "flagged"),
    [
        ("RECRUITING", ["COMPLETED", "WITHDRAWN"], True),
        ("RECRUITING", ["NOT_YET_RECRUITING", "SUSPENDED"], True),
        ("RECRUITING", ["COMPLETED", "RECRUITING"], False),
        ("RECRUITING", ["COMPLETED", "ENROLLING_BY_INVITATION"], False),
        ("RECRUITING", ["COMPLETED", None], False),  # nobody knows of the second
        ("RECRUITING", [], False),
        ("WITHDRAWN", ["RECRUITING"], True),
        ("COMPLETED", ["COMPLETED", "RECRUITING"], True),
        ("COMPLETED", ["COMPLETED", None], False),
        ("UNKNOWN", ["RECRUITING"], False),  # the registry leaves the sites of such studies as they were
    ],
)
def test_a_status_that_no_site_shares_is_flagged(status: str, sites: list[str | None], flagged: bool) -> None:
    given = [{"facility": f"Clinic {place}", "status": one} for place, one in enumerate(sites)]
    assert (Sign.SITES_DIFFER in signs(trial(status=status, sites=given))) is flagged


def test_the_sites_that_differ_are_quoted() -> None:
    sites = [{"facility": "North Clinic", "status": "COMPLETED"}, {"facility": "South Clinic", "status": "RECRUITING"}]
    quoted = ["Overall status: WITHDRAWN", "South Clinic (RECRUITING)"]
    assert quotes(trial(status="WITHDRAWN", sites=sites), Sign.SITES_DIFFER) == quoted


@pytest.mark.parametrize(
    ("start", "primary", "completion", "quoted"),
    [
        ("2024-03", "2023-01", "2025-01", ["Study start: 2024-03", "Primary completion: 2023-01"]),
        ("2024-03", None, "2023-01", ["Study start: 2024-03", "Study completion: 2023-01"]),
        ("2022", "2024-03-02", "2024-02", ["Primary completion: 2024-03-02", "Study completion: 2024-02"]),
        ("2024-03", None, "2024", None),  # some day of that year
        ("2024-03", "2024-03", "2024-03", None),
    ],
)
def test_dates_in_an_order_that_cannot_be_are_flagged(
    start: str, primary: str | None, completion: str, quoted: list[str] | None
) -> None:
    dates = {"primary_completion": read_date(primary), "completion": read_date(completion)}
    one = starting(start, status="COMPLETED").model_copy(update=dates)
    if quoted is None:
        assert Sign.DATES_DIFFER not in signs(one)
    else:
        assert quotes(one, Sign.DATES_DIFFER) == quoted


@pytest.mark.parametrize(
    ("status", "phases", "count", "kind", "flagged"),
    [
        ("RECRUITING", ["PHASE2"], 0, "ESTIMATED", True),
        ("COMPLETED", ["PHASE2"], 0, "ACTUAL", True),
        ("WITHDRAWN", ["PHASE2"], 0, "ACTUAL", False),
        ("WITHDRAWN", ["PHASE2"], 36, "ESTIMATED", False),  # what was planned
        ("WITHDRAWN", ["PHASE2"], 36, "ACTUAL", True),
        ("RECRUITING", ["PHASE1"], 610, "ESTIMATED", False),  # the largest of 1,783 studies
        ("RECRUITING", ["PHASE1"], 6100, "ESTIMATED", True),
        ("RECRUITING", ["PHASE1", "PHASE2"], 6100, "ESTIMATED", False),
        ("RECRUITING", ["PHASE3"], 43998, "ESTIMATED", False),  # a vaccine
        ("RECRUITING", ["PHASE3"], 99999999, "ESTIMATED", True),
        ("RECRUITING", ["NA"], 320000, "ESTIMATED", False),
        ("RECRUITING", ["NA"], 99999999, "ESTIMATED", True),
    ],
)
def test_a_number_of_participants_that_cannot_be_is_flagged(
    status: str, phases: list[str], count: int, kind: str, flagged: bool
) -> None:
    enrolled = {"count": count, "type": kind}
    one = trial(status=status, phases=phases, enrollment=enrolled, study_type="INTERVENTIONAL")
    assert (Sign.ENROLMENT in signs(one)) is flagged


def test_a_number_far_too_large_is_quoted_with_the_phase() -> None:
    one = trial(phases=["PHASE1"], enrollment={"count": 45000, "type": "ESTIMATED"})
    assert quotes(one, Sign.ENROLMENT) == ["Phase: PHASE 1", "Enrollment: 45000 (estimated)"]


@pytest.mark.parametrize(
    ("eligibility", "signs_of_it"),
    [
        ("Please contact site for information.", [Sign.PLACEHOLDER]),
        ("Information not available", [Sign.PLACEHOLDER]),
        ("No eligibility criteria", [Sign.PLACEHOLDER]),
        ("See protocol", [Sign.PLACEHOLDER]),
        ("TBD", [Sign.PLACEHOLDER]),
        ("Inclusion Criteria:\n\nNil\n\nExclusion Criteria:\n\nNil", [Sign.PLACEHOLDER]),
        ("Inclusion/Exclusion Criteria ---\\> https://www.example.org/methods", [Sign.PLACEHOLDER]),
        ("Inclusion Criteria:\n\n1. Male participants...", [Sign.PLACEHOLDER]),
        ("Inclusion Criteria:\n\n-\n\nExclusion Criteria:\n\n* Pregnancy", [Sign.PLACEHOLDER]),
        ("Inclusion Criteria:\n\nExclusion Criteria:", [Sign.NO_CRITERIA]),
        ("Inclusion Criteria:\n\n* Lymphoma\n\nExclusion Criteria:\n\n* None", []),  # nobody is kept out
        ("Inclusion Criteria:\n\n* Lymphoma\n\nExclusion Criteria:\n\n-", []),
        ("Exclusion Criteria:\n\n* Pregnancy", []),
        ("Inclusion Criteria:\n\n* Lymphoma\n* See protocol for more details", []),
        ("Inclusion Criteria:\n\n* Information about the illness is available", []),
    ],
)
def test_an_eligibility_text_that_tells_nothing_is_flagged(eligibility: str, signs_of_it: list[Sign]) -> None:
    assert signs(trial(eligibility=eligibility)) == signs_of_it


def test_a_placeholder_is_quoted_and_no_address_is_repeated() -> None:
    one = Record.of(trial(summary="The summary is available at --> https://www.example.org/summary"))
    (flag,) = flags(one, TODAY)
    assert flag.text == ("The record's summary points to another place. Ask the study team what the study is about.")
    assert one.quote(flag.spans[0]) == "The summary is available at --> https://www.example.org/summary"


def test_an_empty_list_of_inclusions_is_quoted_with_its_heading() -> None:
    one = trial(eligibility="Inclusion Criteria:\n\nN/A\n\nExclusion Criteria:\n\n* Pregnancy")
    (quoted,) = quotes(one, Sign.PLACEHOLDER)
    assert quoted.startswith("Inclusion Criteria:")
    assert "Exclusion" not in quoted


def test_a_missing_summary_is_flagged_where_the_source_gives_whole_records() -> None:
    def of(form: Form) -> Trial:
        one = trial(summary="")
        return one.model_copy(update={"origin": one.origin.model_copy(update={"form": form})})

    assert signs(of(Form.RECORD)) == [Sign.NO_SUMMARY]
    assert signs(of(Form.EXCERPT)) == []


def test_the_gravest_flag_comes_first() -> None:
    one = trial(completion="2020", phases=["PHASE1"], title="A phase 3 study", eligibility="", updated="2020-01-01")
    assert signs(one) == [Sign.NO_LONGER_OPEN, Sign.OLD, Sign.NO_CRITERIA, Sign.PHASES_DIFFER]
    assert [sign.grave for sign in signs(one)] == [True, True, True, False]
