"""Measurements as trials write them: each form of a limit, whose it is, and what is left alone."""

from __future__ import annotations

import pytest

from index.criteria.criterion import Kind
from index.criteria.readers.labs import measurements, narrowing, read
from index.criteria.readers.words import words_of
from index.criteria.rule import AllOf, AnyOf, AsWritten, Not, Requirement, Rule

INCLUSION, EXCLUSION = Kind.INCLUSION, Kind.EXCLUSION


def told(rule: Rule | None) -> str:
    """`bmi[18, 30]kg/m²`, `sex=male`, `all(…; …)`, `…` for what no rule reads."""
    match rule:
        case Requirement(range=None):
            return f"{rule.attribute.key}={rule.value}"
        case Requirement(range=limit) if limit is not None:
            low = f"{'[' if limit.low_included else '('}{'' if limit.low is None else f'{limit.low:.4g}'}"
            high = f"{'' if limit.high is None else f'{limit.high:.4g}'}{']' if limit.high_included else ')'}"
            return f"{rule.attribute.subject}{low}, {high}{limit.unit}".replace("[, ", "(, ").replace(", ]", ", )")
        case AsWritten():
            return "…"
        case Not(of=inner):
            return f"not({told(inner)})"
        case AllOf(of=parts) | AnyOf(of=parts):
            return f"{rule.op}({'; '.join(map(told, parts))})"
    return "none"


def rule_of(text: str, kind: Kind = EXCLUSION) -> str:
    return told(read(words_of(text, 0, kind)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LVEF should be at least 30%", "lvef[30, )%"),
        ("Pulse oximetry > 90% on room air", "oxygen_saturation(90, )%"),
        ("Creatinine <_1.6 mg/dl", "creatinine(, 141.4]µmol/L"),
        ("Platelets > 100 109/l", "platelets(100, )10^9/L"),
        ("Neutrophil count < 1500 mm3", "neutrophils(, 1.5)10^9/L"),
        ("Bilirubin level at/above 100 umol per liter (5.8 mg/dL)", "bilirubin[100, )µmol/L"),
        ("ALT > three times the upper limit of the normal range", "alt(3, )ULN"),
        ("Serum creatinine > twice the upper limit of normal", "creatinine(2, )ULN"),
        ("AST > triple the upper limit of the normal value range and/or", "ast(3, )ULN"),
        ("LDL =/> 130 mg/dL", "ldl[3.362, )mmol/L"),
        ("LVEF less than or equal to (=<) 40 percent (%)", "lvef(, 40]%"),
        ("LVEF < 0.40", "lvef(, 40)%"),
        ("Hematocrit < 0.30", "hematocrit(, 30)%"),
        ("Fasting glucose > 7,0 mM", "fasting_glucose(7, )mmol/L"),
        ("Temperature > 101.5 F", "temperature(38.61, )°C"),
        ("Body mass index (BMI): 18 ≤ BMI ≤ 32 kg/m²", "bmi[18, 32]kg/m²"),
        ("BMI within the range 18 and 30 kg/m2", "bmi[18, 30]kg/m²"),
        ("FEV1 30-79%predicted", "fev1[30, 79]% of predicted"),
        ("Less than 50 kg of weight", "weight(, 50)kg"),
        ("A score of 10 or more on the Epworth sleepiness scale", "epworth[10, )points"),
        ("Body Mass Index (BMI, weight in kg divided by the square of height) of > 32", "bmi(32, )kg/m²"),
        (
            "Serum calcium < 8.0 mg/dl (2.00 mmol/L) or ≥ 12.0 mg/dl (3.00 mmol/L)",
            "any(calcium(, 1.996)mmol/L; calcium[2.994, )mmol/L)",
        ),
        ("HbA1c of 7.0% to 10.5%", "hba1c[7, 10.5]%"),
        ("TSH > 4.5 mIU/L", "tsh(4.5, )mIU/L"),
        ("HIV-1 RNA > 1,000 copies/mL", "hiv_rna(1000, )copies/mL"),
        ("AST or ALT > 120", "any(ast(120, )U/L; alt(120, )U/L)"),
        ("PT/INR > 1.5", "inr(1.5, )ratio"),
    ],
)
def test_a_limit_is_read_in_the_forms_that_trials_give_it(text: str, expected: str) -> None:
    assert rule_of(text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (EXCLUSION, "BP >160/100 mmHg", "any(systolic_bp(160, )mmHg; diastolic_bp(100, )mmHg)"),
        (INCLUSION, "Blood pressure < 140/90 mmHg", "all(systolic_bp(, 140)mmHg; diastolic_bp(, 90)mmHg)"),
        (
            INCLUSION,
            "Blood pressure between 90/60 and 140/90 mmHg",
            "all(systolic_bp[90, 140]mmHg; diastolic_bp[60, 90]mmHg)",
        ),
        (
            EXCLUSION,
            "Blood pressure > 180 mmHg systolic or > 110 mmHg diastolic",
            "any(systolic_bp(180, )mmHg; diastolic_bp(110, )mmHg)",
        ),
    ],
)
def test_blood_pressure_is_read_as_its_two_numbers(kind: Kind, text: str, expected: str) -> None:
    assert rule_of(text, kind) == expected


def test_of_a_pressure_to_be_included_with_it_stays_open_whether_one_number_is_enough() -> None:
    two = "systolic_bp[140, )mmHg; diastolic_bp[90, )mmHg"
    assert rule_of("BP ≥ 140/90 mmHg", INCLUSION) == f"all(any({two}); any(all({two}); …))"


@pytest.mark.parametrize(
    ("text", "male", "female"),
    [
        (
            "Serum creatinine >2.5 mg/dL in men, or >2.0 mg/dL in women",
            "creatinine(221, )µmol/L",
            "creatinine(176.8, )µmol/L",
        ),
        ("QTc > 450 ms (males) or > 470 ms (females)", "qtc(450, )ms", "qtc(470, )ms"),
        ("Hb (males <13, females <12 g/dL)", "hemoglobin(, 130)g/L", "hemoglobin(, 120)g/L"),
    ],
)
def test_a_limit_for_men_and_one_for_women_each_ask_for_the_sex(text: str, male: str, female: str) -> None:
    assert rule_of(text) == f"any(all(sex=male; {male}); all(sex=female; {female}))"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASA I-III", "asa[1, 3]class"),
        ("ASA physical status 4 or above", "asa[4, )class"),
        ("New York Heart Association (NYHA) functional class II, III or IV", "nyha[2, 4]class"),
        ("NYHA > II", "nyha(2, )class"),
        ("NYHA class I or III", "any(nyha[1, 1]class; nyha[3, 3]class)"),
        ("Child-Pugh class B or C", "child_pugh[7, 15]points"),
        ("Child-Pugh score > 7", "child_pugh(7, )points"),
        ("Class III/IV heart failure (New York Heart Association)", "nyha[3, 4]class"),
        ("NYHA class VI", "none"),
        ("ASA 100 mg daily", "none"),
        ("more or equal to ASA class III", "none"),
    ],
)
def test_classes_are_read_in_numerals_and_letters(text: str, expected: str) -> None:
    assert rule_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Weight loss > 10% in 6 months",
        "Weight stable (< 3 kg weight change within 3 months)",
        "Weighs more than 100 lbs over ideal body weight",
        "Decrement of 20% or more in FEV1",
        "Increase in creatinine of 15% or greater",
        "Hemoglobin < 9 mg/dL",
        "Creatinine = 30 ml/min",
        "Creatinine > 2.0",
        "eGFR < 30%",
        "Fasting cholesterol > 1.6 upper limits of normal",
        "HbA1c > 8 mmol/l",
        "Platelet transfusions: at least 2 platelet units",
        "BMI > 95th percentile",
        "Urine albumin > 30 mg/L",
        "AST/ALT ratio > 2",
        "Systolic pulmonary artery pressure > 40 mmHg",
    ],
)
def test_changes_other_measurements_and_impossible_units_are_left_alone(text: str) -> None:
    assert measurements(words_of(text, 0, EXCLUSION)) == []


@pytest.mark.parametrize(
    ("kind", "text", "head", "expected"),
    [
        (EXCLUSION, "Congestive heart failure (NYHA III-IV)", "congestive heart failure", "nyha[3, 4]class"),
        (EXCLUSION, "Heart failure NYHA III to IV", "heart failure", "nyha[3, 4]class"),
        (EXCLUSION, "Poorly controlled diabetes (HbA1c > 9.0)", "poorly controlled diabetes", "hba1c(9, )%"),
        (
            INCLUSION,
            "Chronic kidney disease defined as eGFR < 60 mL/min/1.73 m2",
            "chronic kidney disease",
            "egfr(, 60)mL/min/1.73 m²",
        ),
    ],
)
def test_a_measurement_that_narrows_what_stands_before_it_is_told_apart(
    kind: Kind, text: str, head: str, expected: str
) -> None:
    found = narrowing(words_of(text, 0, kind))
    assert found is not None
    assert (found[0].text, told(found[1])) == (head, expected)


@pytest.mark.parametrize(
    "text",
    [
        "Diabetes mellitus or plasma glucose > 11.1 mmol/L",
        "Diabetes, BMI > 40",
        "History of anemia (Hb < 9 g/dL)",
        "No heart failure (NYHA III-IV)",
        "With liver metastases: ALT > 5 x ULN",
        "Cohort A with platelets < 50 x 10^9/L",
        "Early pregnancy body weight > 90 kg",
    ],
)
def test_lists_refusals_the_past_and_some_people_are_not_narrowed(text: str) -> None:
    assert narrowing(words_of(text, 0, EXCLUSION)) is None


def test_a_looser_limit_for_some_people_behind_the_limit_leaves_open_whoever_keeps_only_the_looser_one() -> None:
    text = "total bilirubin ≤ 1.5 x ULN (patients with Gilbert's syndrome total bilirubin ≤ 2.5 x ULN)"
    assert rule_of(text, INCLUSION) == "any(bilirubin(, 1.5]ULN; …)"
