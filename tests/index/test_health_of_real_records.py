"""Flags of real records: the seed pages, and every eighth study of the registry."""

from __future__ import annotations

import datetime
import json
from functools import cache
from pathlib import Path

import pytest

from index.health import Sign, flags
from index.record import Record
from index.sources.page import read_page
from index.sources.study_json import read_study

TODAY = datetime.date(2026, 11, 21)
EVERY = 8  # studies that are read: one in so many
NOTHING_TO_QUOTE = {Sign.NO_CRITERIA, Sign.NO_SUMMARY}  # what is missing stands nowhere


def seed(data_dir: Path, start: str) -> Record:
    pages = list((data_dir / "seeds").glob(f"{start}*.txt"))
    if not pages:
        pytest.skip(f"no seed page {start} in {data_dir / 'seeds'}")
    return Record.of(read_page(pages[0].read_text(encoding="utf-8")))


@cache
def _read(file: Path) -> Record:
    return Record.of(read_study(json.loads(file.read_text(encoding="utf-8"))))


def studies(data_dir: Path, *trial_ids: str) -> list[Record]:
    """The studies with these ids; every eighth one where none is given."""
    files = sorted((data_dir / "studies").glob("*.json"))
    chosen = [file for file in files if file.stem in trial_ids] if trial_ids else files[::EVERY]
    if not chosen:
        pytest.skip(f"no studies in {data_dir / 'studies'}")
    return [_read(file) for file in chosen]


def test_a_recruiting_study_whose_end_is_past_is_flagged(data_dir: Path) -> None:  # S2.15
    assert Sign.NO_LONGER_OPEN in {flag.sign for flag in flags(seed(data_dir, "001"), TODAY)}


def test_a_phase_field_and_a_summary_that_differ_are_both_quoted(data_dir: Path) -> None:  # S4.20
    record = seed(data_dir, "003")
    (flag,) = (flag for flag in flags(record, TODAY) if flag.sign is Sign.PHASES_DIFFER)
    assert [record.quote(span) for span in flag.spans] == ["Phase: PHASE 2", "phase I/II"]


def test_an_allergy_to_a_drug_that_is_nowhere_else_is_flagged(data_dir: Path) -> None:  # S4.21
    record = seed(data_dir, "003")
    (flag,) = (flag for flag in flags(record, TODAY) if flag.sign is Sign.UNNAMED_DRUG)
    assert "Chidamide" in flag.text
    assert "Chidamide" in record.quote(flag.spans[0])


def test_every_flag_of_the_studies_quotes_its_record(data_dir: Path) -> None:
    for record in studies(data_dir):
        for flag in flags(record, TODAY):
            assert flag.spans or flag.sign in NOTHING_TO_QUOTE
            assert all(record.quote(span).strip() for span in flag.spans)
            assert "_" not in flag.text
            assert flag.text.endswith((".", "?"))


def test_the_same_record_and_day_give_the_same_flags(data_dir: Path) -> None:
    for record in studies(data_dir)[::4]:
        again = Record.of(record.trial)
        assert flags(record, TODAY) == flags(again, TODAY)


@pytest.mark.parametrize(
    ("trial_id", "sign"),
    [
        ("NCT05326594", Sign.AGES_DIFFER),  # 18 months in the field, 18 years in the rule
        ("NCT05546138", Sign.AGES_DIFFER),
        ("NCT00784485", Sign.SEXES_DIFFER),
        ("NCT01534065", Sign.SEXES_DIFFER),
        ("NCT01100827", Sign.PLACEHOLDER),
        ("NCT06330974", Sign.PLACEHOLDER),
        ("NCT06426680", Sign.PHASES_DIFFER),
    ],
)
def test_studies_whose_contradictions_were_read_are_flagged(data_dir: Path, trial_id: str, sign: Sign) -> None:
    (record,) = studies(data_dir, trial_id)
    assert sign in {flag.sign for flag in flags(record, TODAY)}


@pytest.mark.parametrize(
    ("trial_id", "sign"),
    [
        ("NCT02204020", Sign.AGES_DIFFER),  # from 60 years, or younger with one of a list of risks
        ("NCT04734015", Sign.AGES_DIFFER),  # adults and, in a list of their own, adolescents
        ("NCT03369821", Sign.AGES_DIFFER),  # two studies in one record
        ("NCT01045486", Sign.ENROLMENT),  # withdrawn, with the number that was planned
    ],
)
def test_studies_that_only_seem_to_contradict_themselves_are_not(data_dir: Path, trial_id: str, sign: Sign) -> None:
    (record,) = studies(data_dir, trial_id)
    assert sign not in {flag.sign for flag in flags(record, TODAY)}
