"""What changed between the dated versions of real studies: nothing is missed, and the status comes first."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from index.changes import ChangeKind, changes
from index.record import Record
from index.sources.study_json import read_study
from index.trial import SectionName

Pair = tuple[Record, Record]
WITH_A_STATUS = 8  # pairs of the data whose status differs


@cache
def _pairs(folder: Path) -> tuple[Pair, ...]:
    """Each version of a study with the next one."""
    found: list[Pair] = []
    for study in sorted(folder.iterdir()):
        versions = (json.loads(file.read_text(encoding="utf-8")) for file in sorted(study.glob("*.json")))
        found += pairwise([Record.of(read_study(version)) for version in versions])
    return tuple(found)


@pytest.fixture
def pairs(data_dir: Path) -> tuple[Pair, ...]:
    if not (data_dir / "versions").is_dir():
        pytest.skip(f"no versions in {data_dir / 'versions'}")
    return _pairs(data_dir / "versions")


def missed(old: Record, new: Record) -> set[SectionName]:
    """Sections whose text differs and in which no change has a place."""
    told = {span.section for change in changes(old, new) for span in (*change.before, *change.after)}
    return {name for name in SectionName if old.text(name) != new.text(name)} - told


def test_no_section_that_differs_is_left_without_a_change(pairs: tuple[Pair, ...]) -> None:
    assert pairs
    assert [(old.trial.id, missed(old, new)) for old, new in pairs if missed(old, new)] == []


def test_nothing_is_missed_between_records_that_have_little_in_common(pairs: tuple[Pair, ...]) -> None:
    for (old, _), (_, new) in pairwise(pairs):
        assert missed(old, new) == set()
        assert missed(new, old) == set()


def test_every_change_quotes_both_versions(pairs: tuple[Pair, ...]) -> None:
    for old, new in pairs:
        for change in changes(old, new):
            assert change.before or change.after
            assert all(old.quote(span).strip() for span in change.before)
            assert all(new.quote(span).strip() for span in change.after)


def test_every_field_that_differs_is_quoted_on_its_line(pairs: tuple[Pair, ...]) -> None:
    for old, new in pairs:
        found = changes(old, new)
        before = {old.quote(span) for change in found for span in change.before}
        after = {new.quote(span) for change in found for span in change.after}
        lines, its_lines = (set((one.text(SectionName.RECORD) or "").splitlines()) for one in (old, new))
        assert lines - its_lines <= before
        assert its_lines - lines <= after


def test_every_rule_that_is_new_or_gone_is_quoted(pairs: tuple[Pair, ...]) -> None:
    for old, new in pairs:
        found = [change for change in changes(old, new) if change.kind is ChangeKind.CRITERIA]
        before = {old.quote(span) for change in found for span in change.before}
        after = {new.quote(span) for change in found for span in change.after}
        rules, its_rules = ({one.lead for one in record.criteria} for record in (old, new))
        assert rules - its_rules <= before
        assert its_rules - rules <= after


def test_a_change_of_status_comes_first(pairs: tuple[Pair, ...]) -> None:
    changed = [(old, new) for old, new in pairs if old.trial.status is not new.trial.status]
    assert len(changed) == WITH_A_STATUS
    for old, new in changed:
        first = changes(old, new)[0]
        assert first.kind is ChangeKind.STATUS
        assert first.text.startswith("The status went from ")


def test_a_version_against_itself_has_no_changes(pairs: tuple[Pair, ...]) -> None:
    for old, _ in pairs:
        assert changes(old, Record.of(old.trial)) == ()


def test_the_words_of_a_change_are_plain(pairs: tuple[Pair, ...]) -> None:
    for old, new in pairs:
        for change in changes(old, new):
            assert change.text.endswith(".")
            assert "_" not in change.text
            assert "\n" not in change.text
