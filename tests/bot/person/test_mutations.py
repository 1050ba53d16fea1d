"""Faults that would let the wrong person in: a lost "not", a turned sign, another unit, a dropped exception.

Each criterion of `mutated_criteria.toml` is changed in its words, and its rule in every node; somebody must be told so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.person.clinical import Unmentioned, note_profile
from bot.person.eligibility import Verdict, judge
from bot.person.facts import Profile
from index.criteria.criterion import Criterion, Kind
from index.criteria.requirements import read_rule
from index.criteria.rule import AllOf, AnyOf, AsWritten, Not, Range, Requirement, Rule
from index.trial import Frozen


class Case(Frozen):
    """A criterion, notes of people by its verdict on them, and changes to its words."""

    trial: str
    kind: Kind
    text: str
    met: tuple[str, ...] = ()
    not_met: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...]
    same: tuple[tuple[str, str], ...] = ()

    @property
    def people(self) -> dict[str, Verdict]:
        told = {Verdict.MET: self.met, Verdict.NOT_MET: self.not_met, Verdict.UNKNOWN: self.unknown}
        return {note: verdict for verdict, notes in told.items() for note in notes}


def criterion(case: Case, text: str) -> Criterion:
    made = Criterion(id=f"{case.kind}-1", kind=case.kind, start=0, end=len(text), lead_end=len(text), text=text)
    return made.model_copy(update={"rule": read_rule(made)})


def profile(note: str) -> Profile:
    return note_profile(note, Unmentioned.UNKNOWN)


def verdicts(asked: Criterion, case: Case) -> dict[str, Verdict]:
    return {note: judge(asked, profile(note)).verdict for note in case.people}


def _cases() -> list[Case]:
    table: dict[str, Any] = tomllib.loads((Path(__file__).parent / "mutated_criteria.toml").read_text(encoding="utf-8"))
    return [Case.model_validate(row) for row in table["criteria"]]


CASES = _cases()
NAMES = [case.text for case in CASES]
CHANGES = [(case, old, new) for case in CASES for old, new in case.changes]


def test_the_table_holds_enough_criteria_and_people_on_both_sides() -> None:
    assert len(CASES) >= 40
    assert all(case.text.count(old) for case, old, _ in CHANGES)
    assert all(len(set(case.people.values())) > 1 for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_each_person_is_judged_as_the_criterion_says(case: Case) -> None:
    assert verdicts(criterion(case, case.text), case) == case.people


@pytest.mark.parametrize(
    ("case", "old", "new"), CHANGES, ids=[f"{case.text}: {old}>{new}" for case, old, new in CHANGES]
)
def test_a_change_of_the_words_changes_what_somebody_is_told(case: Case, old: str, new: str) -> None:
    changed = case.text.replace(old, new, 1)
    assert verdicts(criterion(case, changed), case) != case.people


@pytest.mark.parametrize("case", [case for case in CASES if case.same], ids=lambda case: case.text)
def test_a_slip_that_can_mean_one_thing_only_changes_nothing(case: Case) -> None:
    for old, new in case.same:
        assert verdicts(criterion(case, case.text.replace(old, new, 1)), case) == case.people


def faults(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Every rule that one fault makes of this one, and what the fault is."""
    match rule:
        case Requirement():
            yield "its contrary", Not(of=rule)
            yield from _of_range(rule)
            if rule.within_days is not None:
                for name, factor in (("weeks read as months", 365.25 / 12 / 7), ("weeks read as days", 1 / 7)):
                    yield name, rule.model_copy(update={"within_days": rule.within_days * factor})
                yield "at any time", rule.model_copy(update={"within_days": None})
        case Not(of=inner):
            yield "a lost not", inner
            yield from ((name, Not(of=one)) for name, one in faults(inner))
        case AllOf(of=parts) | AnyOf(of=parts):
            yield "and for or", AnyOf(of=parts) if isinstance(rule, AllOf) else AllOf(of=parts)
            for at, part in enumerate(parts):
                rest = parts[:at] + parts[at + 1 :]
                yield f"part {at} dropped", rule.model_copy(update={"of": rest})
                for name, one in faults(part):
                    yield f"{name}, part {at}", rule.model_copy(update={"of": (*parts[:at], one, *parts[at + 1 :])})


def _of_range(rule: Requirement) -> Iterator[tuple[str, Rule]]:
    limits = rule.range
    if limits is None:
        return
    turned = Range(
        low=limits.high,
        high=limits.low,
        low_included=limits.high_included,
        high_included=limits.low_included,
        unit=limits.unit,
    )
    yield "sign turned", rule.model_copy(update={"range": turned})
    if limits.unit:
        yield "another unit", rule.model_copy(update={"range": limits.model_copy(update={"unit": "furlong"})})
        for factor in (0.1, 10):
            scaled = {end: value * factor for end in ("low", "high") if (value := getattr(limits, end)) is not None}
            yield f"{factor} times as much", rule.model_copy(update={"range": limits.model_copy(update=scaled)})
    for end in ("low", "high"):
        if getattr(limits, end) is not None:
            flag = f"{end}_included"
            flipped = limits.model_copy(update={flag: not getattr(limits, flag)})
            yield f"{end} limit counts or not", rule.model_copy(update={"range": flipped})
            yield f"{end} limit dropped", rule.model_copy(update={"range": limits.model_copy(update={end: None})})


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_fault_in_the_rule_changes_what_somebody_is_told(case: Case) -> None:
    right = criterion(case, case.text)
    assert right.rule is not None
    unnoticed = [
        name
        for name, rule in faults(right.rule)
        if verdicts(right.model_copy(update={"rule": rule}), case) == case.people
    ]
    assert not unnoticed


def test_the_faults_reach_every_kind_of_node() -> None:
    kinds = {
        name.split(",")[0]
        for case in CASES
        for name, _ in faults(criterion(case, case.text).rule or AsWritten(start=0, end=1))
    }
    assert kinds >= {"a lost not", "sign turned", "another unit", "and for or", "weeks read as months", "its contrary"}
