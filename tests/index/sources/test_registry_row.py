"""A row of a flat export -> a trial, in the spellings that exports have had."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import SourceError
from index.sources.registry_row import is_row, read_row
from index.trial import Intervention, SectionName, Trial
from index.vocabulary import Phase, Sex, Status, StudyType

EVERY = 200  # rows of the registry file that are read: one in so many


def row(**fields: Any) -> Trial:
    return read_row({"id": "NCT09990001", "title": "A trial", "eligibility": "* Age 18", **fields})


@pytest.mark.parametrize(
    ("phase", "phases"),
    [
        ("Phase 1/Phase 2", (Phase.PHASE1, Phase.PHASE2)),
        ("PHASE2|PHASE3", (Phase.PHASE2, Phase.PHASE3)),
        (["PHASE1", "PHASE2"], (Phase.PHASE1, Phase.PHASE2)),
        ("Early Phase 1", (Phase.EARLY_PHASE1,)),
        ("N/A", (Phase.NOT_APPLICABLE,)),
        ("", ()),
    ],
)
def test_phases_are_read_in_every_spelling(phase: str | list[str], phases: tuple[Phase, ...]) -> None:
    assert row(phase=phase).phases == phases


@pytest.mark.parametrize(
    ("said", "volunteers"),
    [("Accepts Healthy Volunteers", True), ("No", False), (True, True), (False, False), ("", None), ("?", None)],
)
def test_healthy_volunteers_are_yes_no_or_not_given(said: str | bool, volunteers: bool | None) -> None:
    assert row(healthy_volunteers=said).healthy_volunteers is volunteers


def test_a_row_is_read_field_by_field() -> None:
    one = row(
        status="Active, not recruiting",
        sex="Both",
        study_type="Observational [Patient Registry]",
        interventions=["Drug: Exampline", "Walking: at least an hour"],
        min_age="18 Years",
        max_age="N/A",
        summary="A &amp; B",
        version_date="2021-04-27",
    )
    assert (one.status, one.sex, one.study_type) == (Status.ACTIVE_NOT_RECRUITING, Sex.ALL, StudyType.OBSERVATIONAL)
    assert one.interventions[0] == Intervention(name="Exampline", type="Drug")
    assert one.minimum_age is not None
    assert (one.minimum_age.years, one.maximum_age) == (18, None)
    assert one.prose == {SectionName.BRIEF_SUMMARY: "A & B", SectionName.ELIGIBILITY: "* Age 18"}
    assert one.last_updated is not None
    assert one.last_updated.text == "2021-04-27"


def test_codes_that_no_registry_defines_are_noted() -> None:
    one = row(status="Paused", study_type="Dream", phase="Phase 9", sex="Some")
    assert one.unread == ("Overall status: Paused", "Study type: Dream", "Phase: Phase 9", "Sex: Some")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"id": 7}, "id"), ({"id": " "}, "id"), ({"keywords": "one"}, "keywords"), ({"min_age": "old"}, "'old'")],
)
def test_a_field_of_the_wrong_kind_is_one_line_that_names_it(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as told:
        row(**fields)
    assert "\n" not in str(told.value)


def test_a_row_needs_an_id_and_something_to_read() -> None:
    assert is_row({"id": "NCT09990001", "title": "A"})
    assert not is_row({"id": "NCT09990001"})
    assert not is_row({"title": "A"})
    assert not is_row([])


def test_rows_of_every_level_are_read(data_dir: Path) -> None:
    path = data_dir / "registry.jsonl.gz"
    if not path.exists():
        pytest.skip(f"no registry export at {path}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % EVERY == 0:
                document = json.loads(line)
                assert read_row(document).id == document["id"]
