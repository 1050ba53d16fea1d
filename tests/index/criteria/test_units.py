"""Analytes and units: spellings, exact conversions, and numbers that come without a unit."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.criteria.plain import plain
from index.criteria.units import (
    ULN,
    analyte_named,
    analytes,
    analytes_in,
    assume_unit,
    canonical_unit,
    convert,
    express,
    numbers_meant,
    plausible,
    unit_in,
    units,
    units_of,
    value_meant,
    words,
)

SUBJECTS = st.sampled_from(sorted(analytes()))
PAIRS = SUBJECTS.flatmap(lambda subject: st.tuples(st.just(subject), st.sampled_from(units_of(subject))))


@pytest.mark.parametrize(
    ("subject", "value", "unit", "expected"),
    [
        ("hemoglobin", 9, "g/dL", 9 * 10),
        ("hemoglobin", 5, "mmol/L", 5 * 16.1145),
        ("platelets", 85_000, "/µL", 85_000 / 1000),
        ("neutrophils", 1.5, "10^9/L", 1.5),
        ("platelets", 10, "10^4/µL", 10 * 10),
        ("cd4", 0.2, "10^9/L", 0.2 * 1000),
        ("creatinine", 1, "mg/dL", 10 / 113.12 * 1000),
        ("bilirubin", 1.5, "mg/dL", 15 / 584.66 * 1000),
        ("glucose", 126, "mg/dL", 1260 / 180.156),
        ("calcium", 10, "mg/dL", 100 / 40.078),
        ("potassium", 4.2, "mEq/L", 4.2),
        ("hba1c", 53, "mmol/mol", 0.09148 * 53 + 2.152),
        ("weight", 100, "lb", 45.359237),
        ("albumin", 3.5, "g/dL", 35),
        ("creatinine_clearance", 1, "mL/s", 60),
    ],
)
def test_a_value_reaches_its_canonical_unit(subject: str, value: float, unit: str, expected: float) -> None:
    converted = convert(subject, value, unit)
    assert converted is not None
    assert converted[0] == pytest.approx(expected, rel=1e-9)
    assert converted[1] == canonical_unit(subject)


def test_multiples_of_the_upper_limit_of_normal_stay_as_they_are() -> None:
    assert convert("alt", 2.5, ULN) == (2.5, ULN)
    assert convert("platelets", 2.5, ULN) is None


def test_creatinine_clearance_is_not_the_rate_for_a_standard_body() -> None:
    assert convert("creatinine_clearance", 60, "mL/min/1.73 m²") is None


@given(PAIRS, st.floats(min_value=0.01, max_value=10_000))
def test_a_conversion_can_be_undone(pair: tuple[str, str], value: float) -> None:
    subject, unit = pair
    converted = convert(subject, value, unit)
    assert converted is not None
    if unit == ULN:
        assert express(subject, *converted) is None
    else:
        back = express(subject, converted[0], unit)
        assert back is not None
        assert math.isclose(back, value, rel_tol=1e-6)


@given(SUBJECTS, st.sampled_from(sorted(units())), st.floats(min_value=0.01, max_value=10_000))
def test_a_unit_of_another_kind_never_converts(subject: str, unit: str, value: float) -> None:
    belongs = units()[unit].family in analytes()[subject].families or unit == canonical_unit(subject)
    assert (convert(subject, value, unit) is not None) == belongs


@given(PAIRS, st.floats(min_value=0.01, max_value=1000), st.floats(min_value=1.01, max_value=10))
def test_a_conversion_keeps_the_order(pair: tuple[str, str], value: float, factor: float) -> None:
    lower, higher = convert(pair[0], value, pair[1]), convert(pair[0], value * factor, pair[1])
    assert lower is not None
    assert higher is not None
    assert lower[0] < higher[0]


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("Absolute neutrophil count (ANC)", "neutrophils"),
        ("ANC", "neutrophils"),
        ("PLT", "platelets"),
        ("Hgb", "hemoglobin"),
        ("haemoglobin", "hemoglobin"),
        ("Hemoglobin A1c", "hba1c"),
        ("HbA1c", "hba1c"),
        ("serum creatinine", "creatinine"),
        ("serum creatinine clearance", "creatinine_clearance"),
        ("eGFR", "egfr"),
        ("total bilirubin (TBIL)", "bilirubin"),
        ("direct bilirubin", "direct_bilirubin"),
        ("aspartate aminotransferase (AST [SGOT])", "ast"),
        ("ALT (SGPT)", "alt"),
        ("left ventricular ejection fraction (LVEF)", "lvef"),
        ("Body Mass Index (BMI)", "bmi"),
        ("CD4+ T cell count", "cd4"),
        ("white blood cell count", "leukocytes"),
        ("systolic blood pressure", "systolic_bp"),
        ("international normalised ratio (INR)", "inr"),
        ("blood", None),
        ("platelets and more", None),
        ("", None),
    ],
)
def test_names_are_known_in_their_spellings(name: str, subject: str | None) -> None:
    assert analyte_named(name) == subject


@pytest.mark.parametrize(
    ("spelling", "subject", "unit"),
    [
        ("x 10^9/L", "platelets", "10^9/L"),
        ("×10⁹/L", "platelets", "10^9/L"),
        ("x 109/L", "platelets", "10^9/L"),
        ("10*9/L", "platelets", "10^9/L"),
        ("G/L", "platelets", "10^9/L"),
        ("x10^3/mm3", "neutrophils", "10^9/L"),
        ("K/µL", "neutrophils", "10^9/L"),
        ("/mm³", "platelets", "/µL"),
        ("/mm^3", "platelets", "/µL"),
        ("/\u00a0μL", "platelets", "/µL"),
        ("cells/mcL", "neutrophils", "/µL"),
        ("per cubic millimeter", "platelets", "/µL"),
        ("gm/dL", "hemoglobin", "g/dL"),
        ("mg/dl", "creatinine", "mg/dL"),
        ("μmol/L", "creatinine", "µmol/L"),
        ("mL/min/1.73m2", "egfr", "mL/min/1.73 m²"),
        ("ml/min", "creatinine_clearance", "mL/min"),
        ("times the upper limit of normal (ULN)", "alt", ULN),
        ("x institutional ULN", "alt", ULN),
        ("% predicted", "fev1", "% of predicted"),
        ("kg / m²", "bmi", "kg/m²"),
        ("mm Hg", "systolic_bp", "mmHg"),
        ("mg/dL", "platelets", None),
        ("apples", "platelets", None),
    ],
)
def test_units_are_known_in_their_spellings(spelling: str, subject: str, unit: str | None) -> None:
    assert unit_in(spelling, subject) == unit


@pytest.mark.parametrize(
    ("subject", "value", "expected"),
    [
        ("hemoglobin", 9, (90, "g/L")),
        ("hemoglobin", 90, (90, "g/L")),
        ("platelets", 85_000, (85, "10^9/L")),
        ("platelets", 85, (85, "10^9/L")),
        ("neutrophils", 1200, (1.2, "10^9/L")),
        ("bmi", 31, (31, "kg/m²")),
        ("hba1c", 7.2, (7.2, "%")),
        ("weight", 150, None),
        ("bilirubin", 3, None),
        ("hemoglobin", 2, None),
    ],
)
def test_a_bare_number_is_read_only_where_one_unit_explains_it(
    subject: str, value: float, expected: tuple[float, str] | None
) -> None:
    assert assume_unit(subject, value) == expected


def test_a_bare_creatinine_of_1_1_is_in_mg_per_dl() -> None:
    assumed = assume_unit("creatinine", 1.1)
    assert assumed is not None
    assert assumed[0] == pytest.approx(11 / 113.12 * 1000)


@given(SUBJECTS, st.floats(min_value=0, max_value=1_000_000))
def test_an_assumed_value_is_one_that_a_person_can_have(subject: str, value: float) -> None:
    assumed = assume_unit(subject, value)
    assert assumed is None or (assumed[1] == canonical_unit(subject) and plausible(subject, *assumed))


def test_marks_for_thousands_and_decimals_are_told_apart_by_what_is_plausible() -> None:
    assert numbers_meant("1.500") == (1500, 1.5)
    assert value_meant("neutrophils", "1.500", "/µL") == (1.5, "10^9/L")
    assert value_meant("neutrophils", "1,5", "10^9/L") == (1.5, "10^9/L")
    assert value_meant("platelets", "100.000", "/µL") == (100, "10^9/L")
    assert value_meant("platelets", "100 000", "/µL") == (100, "10^9/L")


@pytest.mark.parametrize("subject", sorted(analytes()))
def test_every_analyte_has_a_plain_name_and_units_that_exist(subject: str) -> None:
    analyte = analytes()[subject]
    assert words(subject)
    assert {*analyte.bare, analyte.unit} <= set(units_of(subject))
    assert analyte.plausible[0] < analyte.plausible[1]
    assert all(convert(subject, 1, unit) is not None for unit in units_of(subject))


@given(st.text(max_size=60))
def test_plain_text_keeps_every_place(text: str) -> None:
    assert len(plain(text)) == len(text)


def test_names_are_found_from_left_to_right_the_longest_first() -> None:
    text = plain("Platelets ≥ 100,000/mm3, creatinine clearance or Hemoglobin A1c")
    assert [found.name for found in analytes_in(text)] == ["platelets", "creatinine_clearance", "hba1c"]
