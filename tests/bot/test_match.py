"""The command `match`: both evidences for every rule, why not, and what if; over the bundled sample."""

from __future__ import annotations

import csv
import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.match.matching import Matched, Wish, match_text, profile_of
from bot.match.rows import Group, roll_up, sheets
from bot.person.clinical import Unmentioned
from index.errors import UnknownTrial
from index.store.store import Store
from tests.conftest import ROOT

TODAY = datetime.date(2026, 11, 21)

NOTE = (
    "58-year-old woman with type 2 diabetes and obesity. HbA1c 8.4 %. BMI 31. ECOG 1. Platelets 85,000/µL. "
    "No HIV. Not pregnant. She had chemotherapy 16 days ago."
)
DIABETES = "NCT06972472"


def matched(store: Store, note: str = NOTE, **wish: Any) -> Matched:
    return match_text(store, note, Wish(**wish), TODAY)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("trialogue")
    return subprocess.run(
        [program, *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "120"},
        cwd=ROOT,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def found(sample_store: Store) -> Matched:
    return matched(sample_store)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    file = tmp_path / "note.txt"
    file.write_text(NOTE, encoding="utf-8")
    return file


# --- trials and rules


def test_every_rule_of_a_trial_is_a_row_with_its_own_words_and_its_label(found: Matched) -> None:
    for sheet in sheets(found, TODAY):
        asked = [one for one in sheet.offer.record.criteria if not one.note]
        rows = [row for row in sheet.rows if not row.label.startswith("record")]
        assert [row.criterion_id for row in rows] == [one.id for one in asked]
        assert all(row.label == one.label for row, one in zip(rows, asked, strict=True))
        assert all(row.text for row in rows)


def test_what_was_said_is_quoted_from_the_note(found: Matched) -> None:
    quotes = [row.evidence for sheet in sheets(found, TODAY) for row in sheet.rows if row.evidence]
    assert quotes
    assert all(quote in NOTE for quote in quotes)


def test_the_groups_of_a_trial_hold_every_top_level_rule_once(found: Matched) -> None:
    for sheet in sheets(found, TODAY):
        standing = sheet.offer.standing
        grouped = [row.criterion_id for group in Group for row in sheet.group(group)]
        listed = (*standing.problems, *standing.fits, *standing.open_questions, *standing.as_written)
        assert sorted(grouped) == sorted(listed)
        assert [group for group, _ in roll_up(sheet)] == [group for group in Group if sheet.group(group)]


def test_a_rule_that_a_figure_misses_says_by_how_much(sample_store: Store) -> None:
    young = matched(sample_store, "A 12-year-old girl with type 2 diabetes, HbA1c 8.4 %", trial=DIABETES)
    (sheet,) = sheets(young, TODAY)
    age = next(row for row in sheet.rows if row.criterion_id == "record-age")
    assert [miss.distance for miss in age.missed_by] == ["6 years too young"]
    assert dict(roll_up(sheet))[Group.PROBLEM].startswith("record: age: age 12 years, needs at least 18 years")


def test_what_a_note_leaves_out_is_unknown_unless_it_is_to_count_as_absent(sample_store: Store) -> None:
    unknown = matched(sample_store, trial=DIABETES).offers[0].standing
    absent = matched(sample_store, trial=DIABETES, unmentioned=Unmentioned.ABSENT).offers[0].standing
    assumed = {one.criterion_id for one in absent.verdicts if one.basis == "assumed"}
    assert assumed
    assert not [one for one in unknown.verdicts if one.basis == "assumed"]
    assert assumed.isdisjoint(absent.problems)
    assert assumed <= {one.criterion_id for one in unknown.verdicts if one.verdict == "unknown"}


def test_identifiers_are_masked_before_the_note_is_read() -> None:
    profile = profile_of("Patient: Jane Q. Public, MRN 12345678. 58-year-old woman.", TODAY, Unmentioned.UNKNOWN)
    assert not [fact for fact in profile.facts if "Public" in fact.quote or "12345678" in fact.quote]


# --- why not


def test_why_not_is_about_one_trial_and_names_the_rules_in_the_way(sample_store: Store) -> None:
    young = matched(sample_store, "A 12-year-old girl with type 2 diabetes", trial="nct 06972472")
    assert [offer.record.trial.id for offer in young.offers] == [DIABETES]
    assert young.why_not is not None
    (obstacle,) = [one for one in young.why_not.obstacles if one.fact.attribute.topic == "age"]
    assert "record-age" in [place.criterion_id for place in obstacle.places]
    assert obstacle.needed == "age at least 18 years"


def test_why_not_says_when_nothing_stands_in_the_way(sample_store: Store) -> None:
    adult = matched(sample_store, "A 40-year-old woman", trial=DIABETES)
    assert adult.why_not is not None
    assert adult.why_not.obstacles == ()
    assert adult.why_not.needs


def test_a_trial_that_is_not_there_is_said(sample_store: Store) -> None:
    with pytest.raises(UnknownTrial):
        matched(sample_store, trial="NCT99999999")


# --- what if


def test_a_supposed_fact_moves_the_trials_that_ask_for_it_and_says_by_which_rule(sample_store: Store) -> None:
    before = matched(sample_store)
    after = matched(sample_store, suppose=("age=12",))
    assert {offer.record.trial.id for offer in before.offers} == {offer.record.trial.id for offer in after.offers}
    assert {move.after.value for move in after.moved} == {"may be a problem"}
    standing = {offer.record.trial.id: offer.standing for offer in after.offers}
    for move in after.moved:
        assert move.criterion_id in standing[move.trial_id].problems
        assert "supposed: age=12" in move.because
    assert len(after.moved) == sum(offer.record.trial.minimum_age is not None for offer in after.offers)


def test_what_changes_nothing_moves_nothing(sample_store: Store) -> None:
    assert matched(sample_store, suppose=("age=58",)).moved == ()


# --- as it is typed


def test_the_command_shows_both_evidences_the_roll_up_and_what_moves(
    sample_store: Store, note: Path, tmp_path: Path
) -> None:
    file = tmp_path / "table.csv"
    done = run("match", note, "--store", sample_store.folder, "--if", "age=12", "--export", file, "--limit", "3")
    assert done.returncode == 0, done.stderr
    for words in ("the record says", "the notes say", "→ may be a problem"):
        assert words in done.stdout
    assert "record: age: age 12 years" in done.stdout
    assert "the study team decides" in done.stdout
    assert str(file) in done.stderr
    assert len(list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))) > 3


def test_why_not_as_json_names_obstacles_and_what_is_not_known(sample_store: Store, tmp_path: Path) -> None:
    young = tmp_path / "young.txt"
    young.write_text("12-year-old girl with type 2 diabetes.", encoding="utf-8")
    done = run("match", young, "--store", sample_store.folder, "--why-not", DIABETES, "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert [trial["trial_id"] for trial in made["trials"]] == [DIABETES]
    age = made["why_not"]["obstacles"][0]
    assert (age["evidence"], age["missed_by"][0]["by"]) == ("12-year-old", 18 - 12)
    assert made["why_not"]["needs"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--why-not", DIABETES, "--if", "florp=3"), "nothing called “florp” is known here"),
        (("--export", "table.doc"), ".csv, .json, .html"),
        (("--why-not", "NCT99999999"), "NCT99999999 is not in this store"),
    ],
)
def test_what_a_match_cannot_do_is_one_line(
    sample_store: Store, note: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = run("match", note, "--store", sample_store.folder, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.strip().splitlines()
    assert says in line
