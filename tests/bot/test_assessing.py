"""`trialogue assess`: pairs of a note and a criterion, each with a verdict and its place in the note."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.assessing import Pair, assess, criterion_of, pairs_of
from bot.errors import SettingsError
from bot.person.clinical import Unmentioned
from bot.person.eligibility import Basis, Verdict
from index.criteria.criterion import Kind

NOTE = "A 58-year-old woman with hypertension presents with chest pain. Her platelet count is 85,000 per uL."


def pair(criterion: str, kind: Kind = Kind.INCLUSION, note: str = NOTE) -> Pair:
    return Pair(pair_id="1", note=note, criterion=criterion, kind=kind)


@pytest.mark.parametrize(
    ("criterion", "kind", "verdict", "quote"),
    [
        ("Age 18 to 50 years", Kind.INCLUSION, Verdict.NOT_MET, "58-year-old"),
        ("Age 18 years or older", Kind.INCLUSION, Verdict.MET, "58-year-old"),
        ("Platelet count < 100,000/mm3", Kind.EXCLUSION, Verdict.MET, "platelet count is 85,000 per uL"),
        ("Hypertension", Kind.EXCLUSION, Verdict.MET, "hypertension"),
        ("HIV infection", Kind.EXCLUSION, Verdict.UNKNOWN, None),
    ],
)
def test_a_verdict_stands_on_its_place_in_the_note(
    criterion: str, kind: Kind, verdict: Verdict, quote: str | None
) -> None:
    (found,) = assess([pair(criterion, kind)], Unmentioned.UNKNOWN)
    assert found.verdict is verdict
    if quote is None:
        assert found.evidence is None
    else:
        assert found.evidence is not None
        assert quote in found.evidence.quote == NOTE[found.evidence.start : found.evidence.end]


def test_what_is_not_mentioned_is_assumed_absent_only_where_that_is_asked_for() -> None:
    (conversation,) = assess([pair("HIV infection", Kind.EXCLUSION)], Unmentioned.UNKNOWN)
    (note,) = assess([pair("HIV infection", Kind.EXCLUSION)], Unmentioned.ABSENT)
    assert conversation.verdict is Verdict.UNKNOWN
    assert (note.verdict, note.basis) == (Verdict.NOT_MET, Basis.ASSUMED)


def test_several_criteria_in_one_text_are_one_rule() -> None:
    text = "1. Age 18 years or older\n2. Platelets at least 100,000/mm3"
    assert next(assess([pair(text)], Unmentioned.UNKNOWN)).verdict is Verdict.NOT_MET
    either = "1. Age younger than 18 years\n2. Platelets below 100,000/mm3"
    assert next(assess([pair(either, Kind.EXCLUSION)], Unmentioned.UNKNOWN)).verdict is Verdict.MET


def test_a_criterion_that_stands_alone_keeps_its_list() -> None:
    assert criterion_of("Hypertension", Kind.EXCLUSION).kind is Kind.EXCLUSION
    assert criterion_of("Hypertension", Kind.INCLUSION).text == "Hypertension"


def test_a_line_that_is_no_pair_is_named_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    good = {"pair_id": "a", "note": NOTE, "criterion": "Hypertension", "kind": "exclusion", "title": ""}
    file.write_text(json.dumps(good) + "\n" + json.dumps(good | {"kind": "maybe"}) + "\n")
    with pytest.raises(SettingsError, match=r"pairs\.jsonl, line 2: kind: .*a line is"):
        list(pairs_of(file))
