"""What must hold for every analyte of the table and every unit that belongs to it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.criteria.beginnings import beginnings
from index.criteria.criterion import Kind
from index.criteria.readers.labs import measurements
from index.criteria.readers.words import words_of
from index.criteria.rule import requirements_in
from index.criteria.units import (
    ULN,
    analyte_named,
    analytes,
    canonical_unit,
    convert,
    express,
    plausible,
    unit_in,
    units,
    units_of,
    value_meant,
)

SUBJECTS = sorted(analytes())
PAIRS = [(subject, unit) for subject in SUBJECTS for unit in units_of(subject) if unit != ULN]
NUMERIC = [(subject, unit) for subject, unit in PAIRS if units()[unit].family not in ("class", "part")]
A_SHARE = st.floats(min_value=0, max_value=1)

SPELLED = {
    "10^9/L": "x 10^9/L", "10^4/µL": "x 10^4/µL", "mL/min/1.73 m²": "mL/min/1.73 m2", "virus IU/mL": "IU/mL",
    "% of predicted": "% predicted", "in": "inches", "ratio": "", "weeks": "weeks",
}  # fmt: skip
"""How a unit is written where it is not written as it is called."""


def within(subject: str, unit: str, share: float) -> float:
    """A value that a person can have, at `share` of the plausible range, in that unit."""
    low, high = analytes()[subject].plausible
    value = express(subject, low + share * (high - low), unit)
    assert value is not None
    return value


@pytest.mark.parametrize(("subject", "unit"), PAIRS)
@given(share=A_SHARE)
@settings(max_examples=15)
def test_a_plausible_value_goes_to_the_canonical_unit_and_back(subject: str, unit: str, share: float) -> None:
    value = within(subject, unit, share)
    there = convert(subject, value, unit)
    assert there is not None
    assert there[1] == canonical_unit(subject)
    back = express(subject, there[0], unit)
    assert back is not None
    assert math.isclose(back, value, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize(("subject", "unit"), PAIRS)
@given(one=A_SHARE, other=A_SHARE)
@settings(max_examples=15)
def test_of_two_values_the_larger_is_the_larger_in_every_unit(
    subject: str, unit: str, one: float, other: float
) -> None:
    low, high = sorted((within(subject, unit, one), within(subject, unit, other)))
    lower, higher = convert(subject, low, unit), convert(subject, high, unit)
    assert lower is not None
    assert higher is not None
    assert lower[0] <= higher[0]
    assert (lower[0] < higher[0]) or math.isclose(low, high, rel_tol=1e-9)


@pytest.mark.parametrize(("subject", "unit"), PAIRS)
def test_the_ends_of_what_is_plausible_are_the_same_in_every_unit(subject: str, unit: str) -> None:
    low, high = analytes()[subject].plausible
    middle = within(subject, unit, 0.5)
    assert plausible(subject, middle, unit)
    reach = (high - low) * 0.01
    for value, inside in ((low + reach, True), (high - reach, True), (low - reach, False), (high + reach, False)):
        converted = express(subject, value, unit)
        assert converted is not None
        assert plausible(subject, converted, unit) is inside


@pytest.mark.parametrize("subject", SUBJECTS)
def test_units_of_other_kinds_are_refused(subject: str) -> None:
    foreign = [name for name, unit in units().items() if unit.family not in analytes()[subject].families]
    assert foreign
    for unit in foreign:
        assert unit not in units_of(subject)
        assert convert(subject, 1.0, unit) is None
        assert express(subject, 1.0, unit) is None
        assert not plausible(subject, 1.0, unit)
        assert value_meant(subject, "1", unit) is None


@pytest.mark.parametrize("subject", SUBJECTS)
def test_multiples_of_the_upper_limit_belong_only_where_the_table_says_so(subject: str) -> None:
    assert (convert(subject, 2.0, ULN) == (2.0, ULN)) is analytes()[subject].uln
    assert express(subject, 2.0, ULN) is None


@pytest.mark.parametrize(("one", "other", "factor"), [("g/dL", "g/L", 10), ("mg/dL", "mg/L", 10), ("kg", "g", 1000)])
def test_units_of_one_family_differ_by_their_known_factor(one: str, other: str, factor: float) -> None:
    assert units()[one].family == units()[other].family
    assert units()[one].size / units()[other].size == pytest.approx(factor)


@pytest.mark.parametrize(("fahrenheit", "celsius"), [(98.6, 37.0), (100.4, 38.0), (104.0, 40.0), (95.0, 35.0)])
def test_a_degree_of_one_scale_is_known_in_the_other(fahrenheit: float, celsius: float) -> None:
    read = convert("temperature", fahrenheit, "°F")
    assert read is not None
    assert read[0] == pytest.approx(celsius)
    assert read[1] == "°C"


NAMED = {
    "cd4": "CD4 count", "egfr": "eGFR", "creatinine_clearance": "CrCl", "fev1_fvc": "FEV1/FVC", "tsh": "TSH",
    "ige": "IgE", "inr": "INR", "iq": "IQ", "asa": "ASA", "nyha": "NYHA", "hiv_rna": "HIV-1 RNA", "hbv_dna": "HBV DNA",
    "hcv_rna": "HCV RNA", "corrected_calcium": "corrected calcium", "vitamin_d": "25-hydroxyvitamin D",
    "gestational_age": "gestational age", "urine_albumin_creatinine": "UACR", "urine_protein_creatinine": "UPCR",
    "total_protein": "total protein", "vitamin_b12": "vitamin B12", "oxygen_saturation": "SpO2", "mmse": "MMSE",
    "chads_vasc": "CHA2DS2-VASc", "phq9": "PHQ-9", "ankle_brachial_index": "ABI", "estradiol": "estradiol",
    "nt_probnp": "NT-proBNP", "pao2": "PaO2", "paco2": "PaCO2", "prothrombin_activity": "PTA", "hamd": "HAM-D",
    "hama": "HAM-A",
}  # fmt: skip


def name_of(subject: str) -> str:
    """A name that stands in trials: that of the list above, the words for a reader, or the subject itself."""
    usual = (NAMED.get(subject, ""), analytes()[subject].words.split(" (")[0], subject.upper().replace("_", " "))
    return next(name for name in usual if name)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_an_analyte_is_known_by_a_name_of_its_own(subject: str) -> None:
    candidates = (name_of(subject), subject.upper().replace("_", " "))
    assert subject in {analyte_named(name) for name in candidates}


@pytest.mark.parametrize(("subject", "unit"), NUMERIC)
def test_a_unit_of_the_table_is_read_where_it_is_written(subject: str, unit: str) -> None:
    spelled = SPELLED.get(unit, unit)
    if spelled:
        read = unit_in(spelled, subject)
        assert read is not None
        assert convert(subject, 1.0, read) == convert(subject, 1.0, unit)


@pytest.mark.parametrize(("subject", "unit"), NUMERIC)
def test_a_limit_written_in_any_unit_is_read_as_that_limit(subject: str, unit: str) -> None:
    short = subject.upper().replace("_", " ")
    name = name_of(subject) if analyte_named(name_of(subject)) == subject else short
    number = f"{within(subject, unit, 0.25):.6g}"
    if "e" in number or not plausible(subject, float(number), unit):
        return
    text = f"{name} > {number} {SPELLED.get(unit, unit)}".strip()
    leaves = [
        leaf
        for clause in measurements(words_of(text, 0, Kind.EXCLUSION))
        for leaf in requirements_in(clause.rule)
        if leaf.attribute.subject == subject
    ]
    assert len(leaves) == 1, text
    limit, expected = leaves[0].range, convert(subject, float(number), unit)
    assert limit is not None
    assert expected is not None
    assert limit.low is not None
    assert math.isclose(limit.low, expected[0], rel_tol=1e-6)
    assert (limit.unit, limit.high, limit.low_included) == (expected[1], None, False)


@given(
    st.from_regex(r"(?:ha?emoglobin|\(?anc\)?|[a-c]?lp|(?:total )?bili(?:rubin)?|(?=x)xy|\bk\+|v\d)", fullmatch=True)
)
def test_what_a_spelling_matches_begins_with_one_of_its_beginnings(text: str) -> None:
    spelling = r"(?:ha?emoglobin|\(?anc\)?|[a-c]?lp|(?:total )?bili(?:rubin)?|(?=x)xy|\bk\+|v\d)"
    assert text[0] in beginnings(spelling) or not text[0].isascii()
