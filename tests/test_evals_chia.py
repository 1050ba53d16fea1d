"""The benchmark on Chia: what counts as gold, what counts as ours, and the figures that follow."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from index.criteria.criterion import Kind
from index.criteria.requirements import read_rule
from index.criteria.rule import requirements_in
from tests.evals.chia import rows, table, wilson
from tests.evals.chia_brat import Line, lines, to_tune_on
from tests.evals.chia_numbers import by_expression, compared, marked, of_leaves
from tests.evals.chia_scopes import denials, window_days, windows

TRIAL = "NCT00000001"
TEXT = "Platelets < 100,000/mm3 or ALT > 3 x ULN\r\nStroke within 6 months, no diabetes\r\nBMI = 30\r\n"
MARKS = """\
T1\tMeasurement 0 9\tPlatelets
T2\tValue 10 23\t< 100,000/mm3
T3\tMeasurement 27 30\tALT
T4\tValue 31 40\t> 3 x ULN
T5\tCondition 42 48\tStroke
T6\tTemporal 49 64\twithin 6 months
T7\tNegation 66 68\tno
T8\tCondition 69 77\tdiabetes
T9\tMeasurement 79 82\tBMI
T10\tValue 83 87\t= 30
R1\tHas_value Arg1:T1 Arg2:T2\t
R2\tHas_value Arg1:T3 Arg2:T4\t
R3\tHas_temporal Arg1:T5 Arg2:T6\t
R4\tHas_negation Arg1:T8 Arg2:T7\t
R5\tHas_value Arg1:T9 Arg2:T10\t
*\tOR T1 T3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "chia").mkdir()
    (tmp_path / "chia" / f"{TRIAL}_exc.txt").write_bytes(TEXT.encode())
    (tmp_path / "chia" / f"{TRIAL}_exc.ann").write_text(MARKS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def criteria(folder: Path) -> list[Line]:
    return list(lines(folder / "chia"))


def test_each_line_is_a_criterion_with_the_marks_that_stand_in_it(criteria: list[Line]) -> None:
    assert [len(line.entities) for line in criteria] == [4, 4, 2]
    assert all(line.text[one.start : one.end] == one.text for line in criteria for one in line.entities.values())
    assert {line.kind for line in criteria} == {Kind.EXCLUSION}


def test_gold_is_a_marked_measurement_with_its_marked_value_in_canonical_units(criteria: list[Line]) -> None:
    left_out = Counter[str]()
    assert [[str(one) for one in marked(line, left_out)] for line in criteria] == [
        ["platelets < 100.0 10^9/L", "alt > 3.0 ULN"],
        [],
        [],
    ]
    assert left_out == {"sign lost": 1}


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("bmi", "18-30 kg/m2", ["bmi >= 18.0 kg/m²", "bmi <= 30.0 kg/m²"]),
        ("hemoglobin", "at least 9 g/dL", ["hemoglobin >= 90.0 g/L"]),
        ("weight", "50 kg or more", ["weight >= 50.0 kg"]),
        ("alt", "above twice the upper limit", ["alt > 2.0 ULN"]),
        ("nyha", "III or IV", ["nyha >= 3.0 class", "nyha <= 4.0 class"]),
        ("bmi", "elevated", "no number"),
        ("bmi", "30 kg/m2", "no comparison"),
        ("weight", "increase of > 5 kg", "no absolute value"),
    ],
)
def test_a_marked_value_is_read_without_our_readers(subject: str, text: str, expected: list[str] | str) -> None:
    read = compared(subject, text)
    assert (read if isinstance(read, str) else [str(one) for one in read]) == expected


def test_a_value_without_a_unit_means_any_unit_of_its_analyte() -> None:
    read = compared("hemoglobin", "< 9")
    assert not isinstance(read, str)
    assert {unit for _, unit in read[0].meanings} == {"g/L"}
    assert {round(value, 3) for value, _ in read[0].meanings} >= {9.0, 90.0}


def test_ours_are_the_ends_of_the_ranges_of_a_rule(criteria: list[Line]) -> None:
    rule = read_rule(criteria[0].criterion)
    ours = of_leaves(requirements_in(rule))
    assert [str(one) for one in ours] == ["platelets < 100.0 10^9/L", "alt > 3.0 ULN"]


def test_the_baseline_is_a_name_a_comparator_and_a_number(criteria: list[Line]) -> None:
    assert [str(one) for one in by_expression(criteria[0].text)] == ["platelets < 100.0 10^9/L", "alt > 3.0 ULN"]
    assert by_expression("BMI between 18 and 30") == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("within the last 6 months", 6 * 30.4375),
        ("in the past two weeks", 14),
        ("< 72 hours ago", 3),
        ("within 30 days after surgery", None),
        ("at least 4 weeks before", None),
        ("history of", None),
    ],
)
def test_a_window_is_the_days_that_it_looks_back(text: str, days: float | None) -> None:
    assert window_days(text) == days


def test_what_no_leaf_covers_is_not_judged(criteria: list[Line]) -> None:
    assert list(denials(criteria[1], None)) == []
    assert [(gold, ours, covered) for gold, ours, _, covered in windows(criteria[1], None)] == [
        (pytest.approx(6 * 30.4375), None, False),
        (None, None, False),
    ]


def test_the_report_has_a_row_for_each_reader_beside_its_baseline(folder: Path) -> None:
    report = [row for row in rows(folder) if row["trials"] == ("tuned on" if to_tune_on(TRIAL) else "held out")]
    numbers = {row["by"]: row for row in report if row["what"] == "numeric comparisons"}
    assert {"expression", "extracted", "in a rule"} == set(numbers)
    assert (numbers["extracted"]["precision"], numbers["extracted"]["recall"]) == (1.0, 1.0)
    assert numbers["extracted"]["notes"] == {"sign lost": 1}
    assert table(report).row_count == len(report)


def test_the_interval_holds_the_share_and_narrows_with_more_cases() -> None:
    few, many = wilson(9, 10), wilson(900, 1000)
    assert few[0] < many[0] < 0.9 < many[1] < few[1]
    assert wilson(0, 0) == (0.0, 1.0)
