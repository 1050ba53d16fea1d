"""What criteria ask: real lines of the registry and of the five seed pages, and the rules that are read from them.

A rule is told in short: `age[18, )` for 18 and over, `lab:alt(3, )ULN` for above 3 times the upper limit,
`@28` for within 28 days, and words that stay as written between « and ».
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.criteria.criterion import Criterion, Join, Kind
from index.criteria.requirements import read_rule, with_rules
from index.criteria.rule import AllOf, AnyOf, AsWritten, Not, Range, Requirement, Rule, requirements_in

INCLUSION, EXCLUSION = Kind.INCLUSION, Kind.EXCLUSION


def criterion(text: str, kind: Kind = INCLUSION, *, start: int = 0, number: str = "1", **fields: object) -> Criterion:
    parts: dict[str, object] = {"lead_end": start + len(text), **fields}
    return Criterion.model_validate(
        {"id": f"{kind}-{number}", "kind": kind, "start": start, "end": start + len(text), "text": text, **parts}
    )


def told(rule: Rule | None, text: str, start: int = 0) -> str | None:
    match rule:
        case None:
            return None
        case AsWritten():
            return f"«{text[rule.start - start : rule.end - start]}»"
        case Not(of=inner):
            return f"not {told(inner, text, start)}"
        case AllOf(of=parts) | AnyOf(of=parts):
            return f"{rule.op}({'; '.join(str(told(part, text, start)) for part in parts)})"
        case Requirement():
            value = "" if rule.value is True else f"={rule.value}" if rule.value is not None else ""
            window = f"@{rule.within_days:g}" if rule.within_days is not None else ""
            return rule.attribute.key + (told_range(rule.range) if rule.range else "") + value + window


def told_range(numbers: Range) -> str:
    low = "" if numbers.low is None else f"{numbers.low:.4g}"
    high = "" if numbers.high is None else f"{numbers.high:.4g}"
    unit = "" if numbers.unit == "years" else numbers.unit
    left, right = ("[" if numbers.low_included and low else "("), ("]" if numbers.high_included and high else ")")
    return f"{left}{low}, {high}{right}{unit}"


def read(text: str, kind: Kind = INCLUSION) -> str | None:
    return told(read_rule(criterion(text, kind)), text)


INCLUSIONS = {
    # age, sex, healthy volunteers
    "The patient can be of any gender, aged 18 years or older;": "age[18, )",  # S1
    "Age ≥16 years old and ≤ 65 years old when signing informed consent Form (ICF);": "age[16, 65]",  # S4.9
    "Are at least 18 years old": "age[18, )",  # S5.11
    "Age 18 and over": "age[18, )",
    "Male or female, aged 18-75 years (inclusive) on the day of signing the consent form;": "age[18, 75]",
    "Aged 18 ~ 60 years old (including the critical value), both male and female;": "age[18, 60]",
    "Age: Male or female patients aged ≥18 years and <75 years at the time of signing the ICF.": "age[18, 75)",
    "age over 18 years old.": "age(18, )",
    "Males or females 6 months' old or older": "age[0.5, )",
    "Age ≥ 12 months and ≤ 5 years.": "age[1, 5]",
    "Patients must be < 22 years of age at the time of enrollment.": "age(, 22)",
    "Female ≥18 years of age.": "all(age[18, ); sex=female)",
    "Healthy male and female subjects, 18-65 years of age (inclusive).": "all(age[18, 65]; healthy_volunteer)",
    "Healthy male adult 19 to 45 years": "all(age[19, 45]; healthy_volunteer; sex=male)",
    "Males and non-pregnant, non-breastfeeding females 18 through 80 years of age": (
        "all(age[18, 80]; not pregnancy; not breast_feeding)"
    ),
    "Children aged 3-10 years with cow's milk allergy": "all(age[3, 10]; «with cow's milk allergy»)",
    "patients with uveitis < 18 years old": "all(age(, 18); «patients with uveitis»)",
    "adult patient and ≤ 65 years old": "all(age(, 65]; «adult»)",
    "healthy male subjects": "all(healthy_volunteer; sex=male)",
    "Healthy volunteers": "healthy_volunteer",
    "Female patients": "sex=female",
    "Adults": None,
    "Male or female": None,
    "men and women": None,
    "Mother's age <18 years": None,
    "If younger than 18 years old, must weigh 50 kg or more.": None,
    "Age ≥ 18 years for cohort A, ≥ 12 years for cohort B": None,
    "Age: Females 18-50 years; males 21-50 years (minimum age based on skeletal maturity)": None,
    "Symptoms of birch pollen induced allergic rhinitis for at least the last 2 years.": None,
    # performance status
    "ECOG score of 0-2;": "performance_status:ecog[0, 2]",  # S1
    "KPS > 60 or ECOG 0-2;": "any(performance_status:karnofsky(60, ); performance_status:ecog[0, 2])",  # S4.10
    "Are well enough to be up and about for half the day (performance status 0, 1 or 2)": (  # S5.13
        "performance_status:ecog[0, 2]"
    ),
    "Eastern Cooperative Oncology Group（ECOG）Performance Status（PS）:0-2.;": "performance_status:ecog[0, 2]",
    "Have a performance status of ≤1 on the Eastern Cooperative Oncology Group (ECOG) scale": (
        "performance_status:ecog(, 1]"
    ),
    "ECOG performance status score less than 3.": "performance_status:ecog(, 3)",
    "The Karnofsky Performance Scale (KPS) score is ≥ 70 points. -": "performance_status:karnofsky[70, )",
    "Lansky/Karnofsky performance status ≥50% (see Appendix A)": (
        "any(performance_status:karnofsky[50, ); «Lansky/Karnofsky performance status ≥50% (see Appendix A)»)"
    ),
    "Karnofsky performance status score ≥70% (MAC) or ≥60% (RIC)": None,
    # measurements
    "ANC < 0.5 × 10^9/L, or neutropenia with recurrent infections": (  # S1.24, S1.25
        "any(lab:neutrophils(, 0.5)10^9/L; all(condition:neutropenia; «neutropenia with recurrent infections»))"
    ),
    "HGB < 100 g/L or requiring red blood cell transfusions for maintenance": (
        "any(lab:hemoglobin(, 100)g/L; «requiring red blood cell transfusions for maintenance»)"
    ),
    "WBC ≥ 3,000/mm³": "lab:leukocytes[3, )10^9/L",  # S3.30
    "Platelet count ≥ 100,000/mm³": "lab:platelets[100, )10^9/L",
    "Creatinine ≤ 2.0 mg/dL": "lab:creatinine(, 176.8]µmol/L",
    "AST and ALT ≤ 2 times upper limit of normal": "all(lab:ast(, 2]ULN; lab:alt(, 2]ULN)",
    "Platelets >= 100 000/μL": "lab:platelets[100, )10^9/L",
    "Platelets =< 100.000/mm3": "lab:platelets(, 100]10^9/L",
    "Absolute neutrophil count (ANC) ≥ 1.5×109/L.": "lab:neutrophils[1.5, )10^9/L",
    "Hemoglobin >= 9.0 g/dL (90 g/L)": "lab:hemoglobin[90, )g/L",
    "Hemoglobin >= 9.0 g/dL (100 g/L)": None,
    "Haemoglobin ≥ 10g/dl.": "lab:hemoglobin[100, )g/L",
    "Creatinine =< 1.5 x ULN": "lab:creatinine(, 1.5]ULN",
    "creatinine ≤ institutional ULN OR glomerular filtration rate (GFR) ≥50 mL/min/1.73 m2": (
        "any(lab:creatinine(, 1]ULN; lab:egfr[50, )mL/min/1.73 m²)"
    ),
    "Calculated creatinine clearance ≥ 50 mL/min or serum creatinine < 2.0 mg/dL": (
        "any(lab:creatinine_clearance[50, )mL/min; lab:creatinine(, 176.8)µmol/L)"
    ),
    "Alanine aminotransferase (ALT)/aspartate aminotransferase (AST) ≤3.0 x ULN or ≤5 times ULN if related to liver"
    " metastases.": ("any(all(lab:alt(, 3]ULN; lab:ast(, 3]ULN); «or ≤5 times ULN if related to liver metastases»)"),
    "ALT ≤ 5 x ULN (≤ 2.5 x ULN without liver metastases)": None,
    "AST(SGOT)/ALT(SGPT) ≤ 2.5 x IULN without hepatic metastasis and ≤ 5.0 x IULN with hepatic metastasis": None,
    "Total bilirubin ≤1.5mg/dL, except in subjects with confirmed Gilbert's syndrome": (
        "any(lab:bilirubin(, 25.66]µmol/L; «except in subjects with confirmed Gilbert's syndrome»)"
    ),
    "Total bilirubin =< 1.5": None,
    "Platelets ≥ 100,000/µL without transfusion.": "all(lab:platelets[100, )10^9/L; «without transfusion»)",
    "Adequate hematologic function: WBC≥3.0×109/L ,ANC≥1.5×10^9/L, Hb≥90g/L, PLT≥100×10^9/L;": (
        "all(lab:leukocytes[3, )10^9/L; lab:neutrophils[1.5, )10^9/L; lab:hemoglobin[90, )g/L;"
        " lab:platelets[100, )10^9/L)"
    ),
    "Have an HbA1c value of 7.0% to 10.5% inclusive, at screening": "lab:hba1c[7, 10.5]%",
    "7.0% ≤ HbA1c ≤ 10.0%": "lab:hba1c[7, 10]%",
    "Body mass index (BMI) at screening >/=18.5 to <33 kg/m2": "lab:bmi[18.5, 33)kg/m²",
    "BMI 25-30": "lab:bmi[25, 30]kg/m²",
    "and no change in BMI by more than 10% for at least 3 months": None,
    "Serum lipase or serum amylase ≤ 1.5x ULN": (
        "all(any(lab:lipase(, 1.5]ULN; lab:amylase(, 1.5]ULN); any(all(lab:lipase(, 1.5]ULN; lab:amylase(, 1.5]ULN);"
        " «Serum lipase or serum amylase ≤ 1.5x ULN»))"
    ),
    "Reach the standard of hematopoietic reconstitution (neutrophil count ≥ 0.5×10^9/L for 3 consecutive days"
    " without G-CSF application, platelet count ≥ 20×10^9/L for 7 consecutive days)": None,  # S4.11
    # pregnancy
    "Not pregnant or nursing": "not any(pregnancy; breast_feeding)",  # S3.31
    "Patients who are not pregnant or breastfeeding": "not any(pregnancy; breast_feeding)",
    "Negative pregnancy test": "all(not pregnancy; «Negative pregnancy test»)",
    "For females, not currently known to be pregnant, be breast-feeding or planning to become pregnant": None,
    "Fertile women must use effective double-method contraception for ≥ 4 weeks before and after": (  # S3.32
        "any(not childbearing; all(contraception;"
        " «Fertile women must use effective double-method contraception for ≥ 4 weeks before and after»))"
    ),
    # infections
    "No known HIV positivity": "not infection:hiv",
    "Negative for HIV, hepatitis B, or hepatitis C virus (HCV)": (
        "not any(infection:hiv; infection:hepatitis_b; infection:hepatitis_c)"
    ),
    "Negative hepatitis B surface antigen (HBsAg) test at screening.": (
        "not all(infection:hepatitis_b; «hepatitis B surface antigen (HBsAg) test»)"
    ),
    "Negative total hepatitis B core antibody (HBcAb)": None,
    # treatments
    "No prior stem cell transplantation": "not prior_therapy:stem_cell_transplant",  # S3.31
    "More than 4 weeks since prior topical therapy": "not prior_therapy:topical_therapy@28",  # S3.34
    "No prior chemotherapy except hydroxyurea": "not all(prior_therapy:chemotherapy; «except hydroxyurea»)",
    "No radiotherapy, chemotherapy, or immunotherapy in the 4 weeks prior to the first dose of the study treatment": (
        "not any(prior_therapy:radiotherapy@28; prior_therapy:chemotherapy@28; prior_therapy:immunotherapy@28)"
    ),
    "Have had at least 1 type of chemotherapy like fludarabine for your B cell CLL": None,
    "See Disease Characteristics": None,  # S3.35
    "Inhaled corticosteroids for 4 weeks;": None,
}

EXCLUSIONS = {
    "Pregnant or breastfeeding women, and women of childbearing age who are not using contraception;": (  # S1.32
        "any(pregnancy; breast_feeding; all(childbearing; not contraception;"
        " «women of childbearing age who are not using contraception»))"
    ),
    "Known history of HIV infection or active HBV infection, or any uncontrolled active systemic infection requiring"
    " intravenous antibiotics;": (
        "any(any(infection:hiv; all(infection:hepatitis_b; «Known history of HIV infection or active HBV infection»));"
        " all(condition:infection; «any uncontrolled active systemic infection requiring intravenous antibiotics»))"
    ),
    "Non-lymphoma-related liver or kidney function impairment: ALT > 3 times the upper limit of normal (ULN), AST > 3"
    " times the ULN, serum creatinine clearance < 30 ml/min;": (
        "all(«Non-lymphoma-related liver or kidney function impairment»;"
        " any(lab:alt(3, )ULN; lab:ast(3, )ULN; lab:creatinine_clearance(, 30)mL/min))"
    ),
    "Other serious medical conditions that could affect the study, with the judgment resting with the investigator;": (
        "team"  # S1.29
    ),
    "Caprini thrombosis analysis score indicating high risk (Appendix 2);": None,  # S1.30
    "Pregnant or lactating females;": "any(pregnancy; breast_feeding)",
    "Patients with active chronic hepatitis B or active hepatitis C;": (
        "any(all(infection:hepatitis_b; «Patients with active chronic hepatitis B»);"
        " all(infection:hepatitis_c; «active hepatitis C»))"
    ),
    "Are known to be HIV, hepatitis B or hepatitis C positive": (  # S5
        "any(infection:hiv; infection:hepatitis_b; infection:hepatitis_c)"
    ),
    "Have had lenalidomide before": "prior_therapy:lenalidomide",
    "Have had alemtuzumab (Campath) in the 8 weeks before starting lenalidomide": "prior_therapy:alemtuzumab@56",
    "Have had kidney dialysis": "prior_therapy:dialysis",
    "Have had another drug as a part of a clinical trial in the 4 weeks before starting lenalidomide": (
        "all(other_trial@28;"
        " «Have had another drug as a part of a clinical trial in the 4 weeks before starting lenalidomide»)"
    ),
    "Are to have a bone marrow transplant as a part of your treatment": None,
    "Had a bad rash after taking thalidomide": "all(condition:rash; «bad rash after taking thalidomide»)",
    "Have had another cancer, unless it was successfully treated": (  # S5.15
        "all(all(condition:cancer; «another cancer»); «unless it was successfully treated»)"
    ),
    "Have a thyroid problem (your doctor can advise about this)": (  # S5.16
        "all(condition:thyroid disease; «thyroid problem (your doctor can advise about this)»)"
    ),
    "Age <12 years old or>75 years old;": "any(age(, 12); age(75, ))",
    "age <6 and >18 years": "any(age(, 6); age(18, ))",
    "Age under 18 years and patients unable to consent": None,
    "Male, or under 18 years": None,
    "ANC count less than 500/μL.": "lab:neutrophils(, 0.5)10^9/L",
    "Hemoglobin <90 g/L (<9 g/dL);": "lab:hemoglobin(, 90)g/L",
    "Body weight less than 30 kg or greater than 150 kg will be excluded.": (
        "any(lab:weight(, 30)kg; lab:weight(150, )kg)"
    ),
    "ALT or AST > 3 x upper limit of normal (ULN), or > 5 x ULN for participants with known liver metastases": (
        "all(any(lab:alt(3, )ULN; lab:ast(3, )ULN); «or > 5 x ULN for participants with known liver metastases»)"
    ),
    "Uncontrolled hypertension (systolic blood pressure > 160 mmHg and/or diastolic > 100 mmHg)": (
        "any(lab:systolic_bp(160, )mmHg; lab:diastolic_bp(100, )mmHg)"
    ),
    "Hematological abnormalities: hemoglobin<100g/L, platelets<100*10^9/L.": (
        "any(lab:hemoglobin(, 100)g/L; lab:platelets(, 100)10^9/L)"
    ),
    "Pregnant and lactating women.": "any(pregnancy; breast_feeding)",
    "Subject is a woman of childbearing potential who is pregnant, nursing, or not using contraception.": (
        "any(pregnancy; breast_feeding; all(not contraception; «not using contraception»))"
    ),
    "Pregnant women with gestational diabetes mellitus": (
        "all(pregnancy; «Pregnant women with gestational diabetes mellitus»)"
    ),
    "Lactating female participants unwilling to stop breastfeeding": None,
    "Pregnancy is not a criterion for exclusion.": None,
    "Positive pregnancy test.": "all(pregnancy; «Positive pregnancy test»)",
    "Known HIV positivity": "infection:hiv",
    "HIV, hepatitis B or hepatitis C infection that is uncontrolled": (
        "any(all(infection:hiv; «HIV, hepatitis B or hepatitis C infection that is uncontrolled»);"
        " all(infection:hepatitis_b; «HIV, hepatitis B or hepatitis C infection that is uncontrolled»);"
        " all(infection:hepatitis_c; «hepatitis C infection that is uncontrolled»))"
    ),
    "Positive for hepatitis C antibody, unless confirmed clearance of hepatitis C virus (HCV) infection": (
        "all(infection:hepatitis_c; «unless confirmed clearance of hepatitis C virus (HCV) infection»)"
    ),
    "Active systemic disease such as AIDS, HIV, hepatitis, etc.": None,
    "Major surgery within 28 days before enrolment": "all(prior_therapy:surgery@28; «Major surgery»)",
    "Prior allogeneic bone marrow transplantation or solid organ transplant": (
        "any(prior_therapy:allogeneic_transplant; prior_therapy:organ_transplant)"
    ),
    "Received prior radiotherapy within 2 weeks of start of study intervention": "prior_therapy:radiotherapy@14",
    "Use of corticosteroids (excluding topical or nasal) or immunosuppressive drugs within 30 days of planned skin test"
    " application.": (
        "any(all(prior_therapy:corticosteroids; «Use of corticosteroids (excluding topical or nasal)»);"
        " all(prior_therapy:immunosuppressant;"
        " «immunosuppressive drugs within 30 days of planned skin test application»))"
    ),
    "Major surgery, treatment with anti-cancer or investigational agents, or radiotherapy in the 28 days prior to the"
    " first study dosing.": (
        "any(all(prior_therapy:major surgery; «Major surgery»); any(prior_therapy:anticancer treatment@28;"
        " all(other_trial@28; «investigational agents»); all(prior_therapy:radiotherapy@28; «radiotherapy»)))"
    ),
    "Use of corticosteroids.": "all(prior_therapy:corticosteroids; «Use of corticosteroids»)",
    "Currently participating in another clinical trial": "other_trial@1",
    "Participation in another clinical trial within 30 days prior to enrollment.": "other_trial@30",
    "Participation in another study": "any(other_trial@1; all(other_trial; «Participation in another study»))",
    "Participating in other clinical studies, or planning to start treatment in this study and less than 4 weeks before"
    " the end of treatment in the previous clinical study;": None,
}


@pytest.mark.parametrize(("text", "expected"), INCLUSIONS.items())
def test_an_inclusion_is_read_as_it_is_written(text: str, expected: str | None) -> None:
    assert read(text, INCLUSION) == expected


@pytest.mark.parametrize(("text", "expected"), EXCLUSIONS.items())
def test_an_exclusion_is_read_as_it_is_written(text: str, expected: str | None) -> None:
    assert read(text, EXCLUSION) == expected


def test_a_list_of_washouts_is_refused_as_a_whole() -> None:
    text = "More than 4 weeks since prior topical therapy, systemic chemotherapy, or biological therapy"
    rule = read_rule(criterion(text))
    assert isinstance(rule, Not)
    assert {(leaf.attribute.subject, leaf.within_days) for leaf in requirements_in(rule)} == {
        ("topical_therapy", 28),
        ("chemotherapy", 28),
        ("biologic_therapy", 28),
    }


def family(lead: str, texts: list[str], join: Join, kind: Kind = INCLUSION) -> tuple[Criterion, ...]:
    """A criterion with sub-criteria, as the eligibility text holds them: one line each."""
    whole = "\n".join([lead, *texts])
    above = criterion(whole, kind, lead_end=len(lead), join=join)
    below, place = [], len(lead) + 1
    for number, text in enumerate(texts, 1):
        below.append(criterion(text, kind, start=place, number=f"1.{number}", parent=above.id))
        place += len(text) + 1
    return above, *below


def test_any_of_a_list_stays_any_of_it() -> None:
    lead = "The patient has indications for LGLL treatment, meeting at least one of the following criteria:"
    texts = ["PLT < 50 × 10^9/L", "Symptomatic splenomegaly", "HGB < 100 g/L"]
    rules = with_rules(family(lead, texts, Join.ANY))
    assert told(rules[0].rule, rules[0].text) == (
        "any(lab:platelets(, 50)10^9/L; all(condition:splenomegaly; «Symptomatic splenomegaly»);"
        " lab:hemoglobin(, 100)g/L)"
    )
    assert all(rule.rule for rule in rules)


def test_an_introduction_adds_nothing_to_its_list() -> None:
    lead = "Patients must have adequate organ and marrow function as defined below:"
    above, *_ = with_rules(family(lead, ["platelets ≥100,000/mcL", "LVEF ≥ 50%"], Join.ALL))
    assert told(above.rule, above.text) == "all(lab:platelets[100, )10^9/L; lab:lvef[50, )%)"


@pytest.mark.parametrize(
    "lead",
    [
        "Patients in cohort B must have all of the following:",
        "Patients with liver metastases must have:",
        "At least two of the following:",
        "At least one marker of metabolic syndrome, as follows:",  # its list was taken for one whose items all hold
        "For women only:",
        "Unless one of the following applies:",
    ],
)
def test_a_list_that_holds_for_some_people_or_in_part_is_not_read(lead: str) -> None:
    above, *_ = with_rules(family(lead, ["platelets ≥100,000/mcL", "LVEF ≥ 50%"], Join.ALL))
    assert above.rule is None


def test_sub_criteria_under_a_condition_are_not_read_by_themselves() -> None:
    criteria = with_rules(family("Patients in cohort B must have:", ["LVEF ≥ 50%", "Age ≥ 18 years"], Join.ALL))
    assert [one.rule for one in criteria] == [None, None, None]


@pytest.mark.parametrize("heading", ["Cohort A", "Donor inclusion criteria", "Healthy volunteers", "For caregivers"])
def test_criteria_of_a_group_are_not_read_for_everybody(heading: str) -> None:
    assert with_rules([criterion("Age ≥ 18 years", heading=heading)])[0].rule is None
    assert with_rules([criterion("Age ≥ 18 years", heading="Patient characteristics")])[0].rule is not None


def test_a_note_that_states_an_exception_makes_an_exclusion_uncertain() -> None:
    lead, note = "Known HIV infection", "Note: patients with an undetectable viral load can be included."
    above, below = family(lead, [note], Join.ALL, EXCLUSION)
    below = below.model_copy(update={"note": True})
    criteria = with_rules([above, below])
    assert told(criteria[0].rule, above.text) == f"all(infection:hiv; «{note}»)"
    assert criteria[1].rule is None


def test_a_note_that_offers_another_way_keeps_a_missed_inclusion_open() -> None:
    lead, note = "ECOG performance status 0-1", "Note: If cannot fulfill ECOG 0-1, must fulfill the criteria below"
    above, below = family(lead, [note], Join.ALL)
    criteria = with_rules([above, below.model_copy(update={"note": True})])
    assert told(criteria[0].rule, above.text) == f"any(performance_status:ecog[0, 1]; «{note}»)"


def test_a_long_introduction_is_read_in_no_time() -> None:
    lead = "All patients who are to be in the must have all of the patients who are to be " * 8 + "seen:"
    began = time.process_time()
    with_rules(family(lead, ["LVEF ≥ 50%"], Join.ALL))
    assert time.process_time() - began < 1


def test_a_definition_below_a_criterion_is_left_out() -> None:
    lead, note = "Pregnant or lactating females", "Note: pregnancy is defined as a positive blood test."
    above, below = family(lead, [note], Join.ALL, EXCLUSION)
    criteria = with_rules([above, below.model_copy(update={"note": True})])
    assert told(criteria[0].rule, above.text) == "any(pregnancy; breast_feeding)"


def test_none_of_a_list_refuses_each_item() -> None:
    lead = "Must not have any of the following:"
    above, *_ = with_rules(family(lead, ["Known HIV infection", "Prior chemotherapy"], Join.ANY))
    assert told(above.rule, above.text) == "not any(infection:hiv; prior_therapy:chemotherapy)"


def shifted(rule: Rule, by: int) -> Rule:
    match rule:
        case Requirement() | AsWritten():
            return rule.model_copy(update={"start": rule.start + by, "end": rule.end + by})
        case Not(of=inner):
            return Not(of=shifted(inner, by))
        case AllOf(of=parts):
            return AllOf(of=tuple(shifted(part, by) for part in parts))
        case AnyOf(of=parts):
            return AnyOf(of=tuple(shifted(part, by) for part in parts))


LINES = st.sampled_from([(text, INCLUSION) for text in INCLUSIONS] + [(text, EXCLUSION) for text in EXCLUSIONS])


@given(LINES, st.integers(min_value=0, max_value=10_000))
def test_a_rule_moves_with_its_place_in_the_text(line: tuple[str, Kind], start: int) -> None:
    text, kind = line
    here = read_rule(criterion(text, kind))
    assert read_rule(criterion(text, kind, start=start)) == (shifted(here, start) if here else None)


@given(LINES, LINES, st.sampled_from([", unless ", " if ", " and ", " or ", "; ", " (except ", " in cohort B, "]))
@settings(deadline=None)
def test_places_stay_within_the_criterion_whatever_is_joined(
    first: tuple[str, Kind], second: tuple[str, Kind], joint: str
) -> None:
    text = first[0] + joint + second[0]
    rule = read_rule(criterion(text, first[1], start=7))
    assert all(7 <= leaf.start < leaf.end <= 7 + len(text) for leaf in requirements_in(rule))


@given(
    LINES,
    st.sampled_from(["For cohort B: {}", "{} (phase 2 part only)", "If receiving insulin, {}", "{} in arm A only"]),
)
def test_words_that_limit_a_criterion_to_some_people_leave_nothing_certain(line: tuple[str, Kind], frame: str) -> None:
    text = frame.format(line[0].rstrip(" .;-"))
    rule = read_rule(criterion(text, line[1]))
    assert rule is None or "«" in str(told(rule, text))


@given(st.text(max_size=200), st.sampled_from(list(Kind)))
@settings(deadline=None)
def test_any_text_can_be_read(text: str, kind: Kind) -> None:
    rule = read_rule(criterion(text or "x", kind))
    assert rule is None or next(requirements_in(rule), None) is not None


def test_every_rule_of_real_records_stands_in_its_criterion(data_dir: Path) -> None:
    seen = 0
    for path in sorted((data_dir / "studies").glob("NCT*.json"))[:120]:
        study = json.loads(path.read_text(encoding="utf-8"))
        text = study["protocolSection"].get("eligibilityModule", {}).get("eligibilityCriteria", "")
        for line in filter(None, (line.strip(" *") for line in text.split("\n"))):
            rule = read_rule(criterion(line, INCLUSION, start=11))
            for leaf in requirements_in(rule):
                seen += 1
                assert 11 <= leaf.start < leaf.end <= 11 + len(line)
    assert seen > 100
