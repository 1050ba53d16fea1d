"""Signs that a record is out of date or disagrees with itself, and records that show none."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from index.health import Sign, flags
from index.record import Record
from index.sources.files import Found, read_file
from index.sources.page import read_page
from index.trial import Trial
from tests.studies import trial

TODAY = datetime.date(2026, 11, 21)
EVERY = 8  # studies that are read: one in so many


def signs(of: Trial) -> list[Sign]:
    return [flag.sign for flag in flags(Record.of(of), TODAY)]


def seed(data_dir: Path, start: str) -> Trial:
    pages = list((data_dir / "seeds").glob(f"{start}*.txt"))
    if not pages:
        pytest.skip(f"no seed page {start} in {data_dir / 'seeds'}")
    return read_page(pages[0].read_text(encoding="utf-8"))


def test_a_recruiting_study_whose_end_is_past_is_flagged(data_dir: Path) -> None:  # S2.15
    assert Sign.NO_LONGER_OPEN in signs(seed(data_dir, "001"))


def test_a_phase_field_and_a_summary_that_differ_are_both_quoted(data_dir: Path) -> None:  # S4.20
    record = Record.of(seed(data_dir, "003"))
    (flag,) = (flag for flag in flags(record, TODAY) if flag.sign is Sign.PHASES_DIFFER)
    assert [record.quote(span) for span in flag.spans] == ["Phase: PHASE 2", "phase I/II"]


def test_an_allergy_to_a_drug_that_is_nowhere_else_is_flagged(data_dir: Path) -> None:  # S4.21
    record = Record.of(seed(data_dir, "003"))
    (flag,) = (flag for flag in flags(record, TODAY) if flag.sign is Sign.UNNAMED_DRUG)
    assert "Chidamide" in flag.text
    assert "Chidamide" in record.quote(flag.spans[0])


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


def test_every_flag_of_the_studies_quotes_its_record(data_dir: Path) -> None:
    files = sorted((data_dir / "studies").glob("*.json"))[::EVERY]
    if not files:
        pytest.skip(f"no studies in {data_dir / 'studies'}")
    for one in (one for file in files for one in read_file(file)):
        assert isinstance(one, Found)
        record = Record.of(one.trial)
        for flag in flags(record, TODAY):
            assert flag.sign is Sign.NO_CRITERIA or flag.spans
            assert all(record.quote(span) for span in flag.spans)
            assert "_" not in flag.text
