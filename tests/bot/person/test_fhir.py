"""A FHIR R4 record: what it tells of its patient, what it does not, and what is refused."""

from __future__ import annotations

import datetime
import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.errors import SettingsError
from bot.person.facts import Certainty, Fact
from bot.person.fhir.moments import ages, days_ago
from bot.person.fhir.reading import FhirReading, facts_of_bundle
from bot.person.fhir.told import LeftAside, Why
from index.criteria.concepts import concept_of
from index.criteria.rule import Topic
from index.criteria.units import analytes

TODAY = datetime.date(2021, 6, 1)


def subject(name: str) -> str:
    concept = concept_of(name)
    return concept.id if concept else name


def fact(reading: FhirReading, topic: Topic, name: str = "") -> Fact:
    found = [one for one in reading.facts if one.attribute.topic is topic and one.attribute.subject == name]
    assert len(found) == 1, f"{topic} {name}: {[one.attribute.key for one in reading.facts]}"
    return found[0]


def subjects(reading: FhirReading, topic: Topic) -> set[str]:
    return {one.attribute.subject for one in reading.facts if one.attribute.topic is topic}


def since(date: str) -> float:
    return float((TODAY - datetime.date.fromisoformat(date)).days)


# --- thirteen real bundles, each read beside its file


class Expected(NamedTuple):
    """Read off the file by eye: `there` are the conditions of today, `over` those that have passed."""

    file: str
    age: float
    sex: str
    place: str
    there: set[str]
    over: dict[str, str]
    labs: dict[str, tuple[float, str, str]]
    taken: set[str]
    had: set[str]
    smokes: tuple[bool, Certainty]


NEVER, FORMER = (False, Certainty.STATED), (True, Certainty.UNSURE)
MG_PER_MMOL_GLUCOSE = 18.0156

PATIENTS = [
    Expected(
        "patient01.json", 50, "male", "Somerset, Massachusetts, US",
        {"hypertension", "type 2 diabetes", "hyperglycemia", "hypertriglyceridemia", "metabolic syndrome",
         "prediabetes", "anemia"},
        {"acute viral pharyngitis": "2017-07-13"},
        {"hemoglobin": (12.950003200436985 * 10, "g/L", "2017-01-13"),
         "hematocrit": (36.328465676905466, "%", "2017-01-13"),
         "glucose": (99.725175019448 / MG_PER_MMOL_GLUCOSE, "mmol/L", "2020-12-25"),
         "creatinine": (1.1856856383098302 / 113.12 * 1e4, "µmol/L", "2020-12-25"),
         "systolic_bp": (172.6777895676835, "mmHg", "2020-12-25"),
         "egfr": (155.45851649992338, "mL/min/1.73 m²", "2020-12-25"),
         "hba1c": (5.581346852428838, "%", "2020-12-25")},
        {"hydrochlorothiazide", "metformin"}, {"influenza vaccine", "live vaccine"}, NEVER,
    ),
    Expected(
        "patient02.json", 74, "female", "Falmouth, Massachusetts, US",
        {"hypertension", "obesity"},
        {"sprain of ankle": "2015-11-23", "viral sinusitis": "2018-09-10", "acute bronchitis": "2019-09-30"},
        {"platelets": (357.37203265713146, "10^9/L", "2019-08-16"),
         "diastolic_bp": (102.41287105375228, "mmHg", "2020-08-21"),
         "ldl": (91.06981207051075 / 38.665, "mmol/L", "2018-08-10"),
         "weight": (81.91132646996137, "kg", "2020-08-21")},
        {"hydrochlorothiazide"}, {"ibuprofen", "amoxicillin", "clavulanate", "acetaminophen"}, FORMER,
    ),
    Expected(
        "patient03.json", 23, "male", "Boston, Massachusetts, US",
        {"hypertension", "prediabetes"},
        {"acute bronchitis": "2020-07-11", "viral sinusitis": "2014-01-24"},
        {"leukocytes": (7.183894531138648, "10^9/L", "2020-04-10"), "hba1c": (6.031977002222523, "%", "2020-04-10"),
         "egfr": (94.64099098898454, "mL/min/1.73 m²", "2020-04-10"),
         "bmi": (18.345866773881593, "kg/m²", "2020-04-10")},
        {"hydrochlorothiazide"}, {"acetaminophen", "dextromethorphan", "doxylamine"}, NEVER,
    ),
    Expected(
        "patient04.json", 22, "male", "Medford, Massachusetts, US",
        {"prediabetes", "anemia"},
        {"viral sinusitis": "2013-07-14", "acute bronchitis": "2019-03-26"},
        {"hemoglobin": (11.778373019868575 * 10, "g/L", "2018-10-05"),
         "platelets": (378.40209706549047, "10^9/L", "2018-10-04"),
         "creatinine": (1.09996683621469 / 113.12 * 1e4, "µmol/L", "2019-03-21"),
         "potassium": (4.372847062126875, "mmol/L", "2019-03-21")},
        set(), {"appendectomy", "surgery", "blood_transfusion", "amoxicillin", "doxylamine"}, NEVER,
    ),
    Expected(
        "patient05.json", 28, "male", "Southborough, Massachusetts, US",
        {"hypertension"},
        {"viral sinusitis": "2018-06-24", "acute viral pharyngitis": "2017-01-31"},
        {"systolic_bp": (193.57441248970937, "mmHg", "2019-05-17"),
         "leukocytes": (9.915818747348052, "10^9/L", "2015-06-05"),
         "temperature": (37.861409667044214, "°C", "2017-01-23")},
        {"hydrochlorothiazide"}, {"amoxicillin", "clavulanate"}, FORMER,
    ),
    Expected(
        "patient06.json", 24, "female", "Norwell, Massachusetts, US",
        {"hypertension"},
        {"acute viral pharyngitis": "2019-11-19"},
        {"hemoglobin": (13.572341719274224 * 10, "g/L", "2019-02-21"),
         "platelets": (154.1397087043401, "10^9/L", "2019-02-21"),
         "bmi": (25.99951376355013, "kg/m²", "2019-02-21")},
        {"hydrochlorothiazide", "etonogestrel"}, {"norgestimate", "drospirenone", "norethindrone"}, NEVER,
    ),
    Expected(
        "patient07.json", 29, "male", "Dartmouth, Massachusetts, US",
        {"hypertension"},
        {"laceration of foot": "2013-01-18", "acute viral pharyngitis": "2017-06-18"},
        {"hemoglobin": (15.605116822620527 * 10, "g/L", "2019-08-17"),
         "egfr": (111.30637468283577, "mL/min/1.73 m²", "2019-08-17"),
         "diastolic_bp": (104.67679778886458, "mmHg", "2019-08-17")},
        {"hydrochlorothiazide"}, {"naproxen"}, FORMER,
    ),
    Expected(
        "patient08.json", 67, "female", "Boston, Massachusetts, US",
        {"prediabetes", "anemia"},
        {"streptococcal sore throat": "2013-07-28", "viral sinusitis": "2016-09-21", "sprain of ankle": "2019-06-02"},
        {"creatinine": (0.6436920149496397 / 113.12 * 1e4, "µmol/L", "2020-04-22"),
         "sodium": (137.85007665741284, "mmol/L", "2020-04-22"),
         "triglycerides": (129.7642901541718 / 88.54, "mmol/L", "2019-04-17")},
        set(), {"acetaminophen"}, NEVER,
    ),
    Expected(
        "patient09.json", 26, "male", "New Bedford, Massachusetts, US",
        {"chronic sinusitis", "prediabetes", "anemia"},
        {"streptococcal sore throat": "2012-01-07", "acute viral pharyngitis": "2013-07-16"},
        {"hemoglobin": (10.164469300714353 * 10, "g/L", "2016-07-16"),
         "creatinine": (1.3924420811155682 / 113.12 * 1e4, "µmol/L", "2019-07-20"),
         "hba1c": (5.896123941016697, "%", "2019-07-20")},
        set(), set(), FORMER,
    ),
    Expected(
        "patient10.json", 53, "male", "Carver, Massachusetts, US",
        {"obesity", "prediabetes", "anemia", "hyperlipidemia"},
        {},
        {"creatinine": (3.416782423247231 / 113.12 * 1e4, "µmol/L", "2020-05-12"),
         "bilirubin": (0.11900299815236146 / 584.66 * 1e4, "µmol/L", "2020-05-12"),
         "albumin": (5.42745298253406 * 10, "g/L", "2020-05-12"),
         "alt": (23.27822394220447, "U/L", "2020-05-12"),
         "egfr": (72.82881062364004, "mL/min/1.73 m²", "2020-05-12"),
         "cholesterol": (225.35237254573445 / 38.665, "mmol/L", "2020-05-12")},
        {"simvastatin"}, set(), NEVER,
    ),
    Expected(
        "patient11.json", 43, "male", "Seekonk, Massachusetts, US",
        {"prediabetes", "anemia"},
        {"laceration of foot": "2012-09-12", "first degree burn": "2020-10-21"},
        {"calcium": (8.916059561664914 / 4.0078, "mmol/L", "2019-07-24"),
         "hdl": (74.45533474239859 / 38.665, "mmol/L", "2019-07-24"),
         "leukocytes": (8.86331898016283, "10^9/L", "2017-07-19")},
        {"fluticasone", "albuterol"}, {"naproxen", "acetaminophen"}, NEVER,
    ),
    Expected(
        "patient12.json", 56, "male", "Watertown Town, Massachusetts, US",
        {"obesity", "prediabetes", "anemia"},
        {"streptococcal sore throat": "2019-09-15"},
        {"hemoglobin": (15.365964958125126 * 10, "g/L", "2020-03-16"),
         "glucose": (70.82402409337715 / MG_PER_MMOL_GLUCOSE, "mmol/L", "2021-03-22"),
         "temperature": (38.341390487667, "°C", "2019-09-06")},
        set(), {"clopidogrel", "alteplase"}, FORMER,
    ),
]  # fmt: skip
IDS = [expected.file for expected in PATIENTS]


def text_of(data_dir: Path, file: str) -> str:
    path = data_dir / "fhir" / file
    if not path.is_file():
        pytest.skip(f"no {path}; set TRIALOGUE_DATA to the folder of real records")
    return path.read_text(encoding="utf-8")


@cache
def read(data_dir: Path, file: str) -> FhirReading:
    return facts_of_bundle(text_of(data_dir, file), TODAY)


@pytest.mark.parametrize("expected", PATIENTS, ids=IDS)
def test_a_real_bundle_tells_who_the_patient_is(data_dir: Path, expected: Expected) -> None:
    reading = read(data_dir, expected.file)
    assert fact(reading, Topic.AGE).value == expected.age
    assert fact(reading, Topic.SEX).value == expected.sex
    assert fact(reading, Topic.PLACE).value == expected.place
    smoking = fact(reading, Topic.LIFESTYLE, "smoking")
    assert (smoking.value, smoking.certainty) == expected.smokes


@pytest.mark.parametrize("expected", PATIENTS, ids=IDS)
def test_a_real_bundle_tells_every_illness_of_today_surely_and_what_has_passed_as_unsure(
    data_dir: Path, expected: Expected
) -> None:
    reading = read(data_dir, expected.file)
    for name in expected.there:
        one = fact(reading, Topic.CONDITION, subject(name))
        assert (one.value, one.certainty) == (True, Certainty.STATED)
        assert "active since" in one.quote
    for name, date in expected.over.items():
        one = fact(reading, Topic.CONDITION, subject(name))
        assert (one.value, one.certainty, one.days_ago) == (True, Certainty.UNSURE, since(date))
        assert one.quote.endswith(f"resolved {date}")


@pytest.mark.parametrize("expected", PATIENTS, ids=IDS)
def test_a_real_bundle_tells_the_latest_laboratory_values_in_canonical_units(
    data_dir: Path, expected: Expected
) -> None:
    reading = read(data_dir, expected.file)
    for name, (value, unit, date) in expected.labs.items():
        one = fact(reading, Topic.LAB, name)
        assert one.value == pytest.approx(value, rel=1e-9)
        assert (one.unit, one.days_ago) == (unit, since(date))
        assert one.quote.endswith(f", {date}")


@pytest.mark.parametrize("expected", PATIENTS, ids=IDS)
def test_a_real_bundle_tells_what_is_taken_now_and_what_was_had(data_dir: Path, expected: Expected) -> None:
    reading = read(data_dir, expected.file)
    assert subjects(reading, Topic.MEDICATION) == {subject(name) for name in expected.taken}
    had = subjects(reading, Topic.PRIOR_THERAPY)
    assert {subject(name) for name in expected.taken} <= had
    assert {subject(name) if name != "blood_transfusion" else name for name in expected.had} <= had


@pytest.mark.parametrize("file", [*IDS, "mcode_patient01.json"])
def test_every_active_condition_of_a_real_bundle_is_a_fact_or_left_aside_by_name(data_dir: Path, file: str) -> None:
    reading = read(data_dir, file)
    said = [one.quote for one in reading.facts] + [one.words for one in reading.left_aside]
    for raw in resources(text_of(data_dir, file), "Condition"):
        if raw.get("clinicalStatus", {}).get("coding", [{}])[0].get("code", "active") == "active":
            words = raw["code"]["coding"][0]["display"]
            # An appendectomy's own entry says it better than "History of appendectomy".
            assert any(words in one for one in said) or "appendectomy" in words


@pytest.mark.parametrize("file", [*IDS, "mcode_patient01.json"])
def test_every_figure_of_a_real_bundle_is_the_latest_of_its_kind_in_the_canonical_unit(
    data_dir: Path, file: str
) -> None:
    text, reading = text_of(data_dir, file), read(data_dir, file)
    for one in reading.facts:
        if one.attribute.topic is Topic.LAB:
            analyte = analytes()[one.attribute.subject]
            assert one.unit == analyte.unit
            assert isinstance(one.value, float)
            assert analyte.plausible[0] <= one.value <= analyte.plausible[1]
            name, date = one.quote.rsplit(", ", 1)
            later = [
                raw["effectiveDateTime"]
                for raw in resources(text, "Observation")
                for coding in raw["code"]["coding"]
                if name.startswith(coding.get("display", "\0")) and raw["effectiveDateTime"][:10] > date
            ]
            assert not later


@pytest.mark.parametrize("file", [*IDS, "mcode_patient01.json"])
def test_every_resource_of_a_real_bundle_is_accounted_for(data_dir: Path, file: str) -> None:
    text, reading = text_of(data_dir, file), read(data_dir, file)
    not_read = sum(one.count for one in reading.left_aside if one.why in (Why.NOT_READ, Why.OTHER_PERSON))
    assert reading.read + not_read + reading.invalid == len(json.loads(text)["entry"])
    assert reading.invalid == 0


@pytest.mark.parametrize("file", [*IDS, "mcode_patient01.json"])
def test_no_quote_from_a_real_bundle_tells_who_the_patient_is(data_dir: Path, file: str) -> None:
    text, reading = text_of(data_dir, file), read(data_dir, file)
    (patient,) = resources(text, "Patient")
    secrets = [patient["birthDate"], *(one["value"] for one in patient["identifier"])]
    secrets += [name["family"] for name in patient["name"]] + [one for name in patient["name"] for one in name["given"]]
    secrets += [one["value"] for one in patient.get("telecom", [])]
    secrets += [line for one in patient.get("address", []) for line in [*one["line"], one.get("postalCode", "\0")]]
    shown = reading.model_dump_json()
    assert not [secret for secret in secrets if len(secret) > 2 and secret in shown]


def test_an_infarct_of_the_brain_counts_from_its_day_and_an_appendicitis_left_standing_is_unsure(
    data_dir: Path,
) -> None:
    stroke = fact(read(data_dir, "patient12.json"), Topic.CONDITION, subject("stroke"))
    assert (stroke.days_ago, stroke.certainty) == (since("2018-09-03"), Certainty.STATED)
    appendicitis = fact(read(data_dir, "patient04.json"), Topic.CONDITION, subject("appendicitis"))
    assert appendicitis.certainty is Certainty.UNSURE


def test_the_cancer_patient_of_mcode_has_stage_markers_variants_spread_and_activity(data_dir: Path) -> None:
    reading = read(data_dir, "mcode_patient01.json")
    assert fact(reading, Topic.AGE).value == 62.0
    assert fact(reading, Topic.SEX).value == "female"
    assert fact(reading, Topic.STAGE).value == 4.0
    ecog = fact(reading, Topic.PERFORMANCE_STATUS, "ecog")
    assert (ecog.value, ecog.days_ago) == (1.0, since("2019-04-01"))
    conditions = subjects(reading, Topic.CONDITION)
    assert {subject("breast cancer"), subject("bone metastasis"), subject("liver metastasis")} <= conditions
    assert fact(reading, Topic.DISEASE_STATE, "metastatic").value is True
    markers = {"er positive": True, "pr positive": True, "her2 positive": False, "her2 negative": True}
    variants = {"msi-high": True, "esr1 mutation": True, "pik3ca mutation": True}
    assert {name: fact(reading, Topic.BIOMARKER, name).value for name in markers | variants} == markers | variants


def test_a_medicine_that_was_ended_and_begun_again_is_taken_now(data_dir: Path) -> None:
    reading = read(data_dir, "mcode_patient01.json")
    taken = subjects(reading, Topic.MEDICATION)
    assert taken == {subject("abemaciclib"), subject("fulvestrant"), subject("ribociclib")}
    assert fact(reading, Topic.PRIOR_THERAPY, subject("leuprolide")).days_ago == since("2019-04-01")
    assert fact(reading, Topic.PRIOR_THERAPY, subject("fulvestrant")).days_ago == 0.0


def resources(text: str, kind: str) -> list[dict[str, Any]]:
    found = (entry["resource"] for entry in json.loads(text)["entry"])
    return [raw for raw in found if raw["resourceType"] == kind]


# --- written by hand: one thing at a time

PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1960-03-15"}
SNOMED, LOINC, ICD10 = "http://snomed.info/sct", "http://loinc.org", "http://hl7.org/fhir/sid/icd-10-cm"


def bundle(*raws: dict[str, Any], patient: dict[str, Any] = PATIENT) -> str:
    entries = [{"resource": raw} for raw in (patient, *raws)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def told(*raws: dict[str, Any], patient: dict[str, Any] = PATIENT) -> FhirReading:
    return facts_of_bundle(bundle(*raws, patient=patient), TODAY)


def condition(words: str, status: str = "active", check: str = "confirmed", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/p"},
        "code": {"text": words},
        "clinicalStatus": {"coding": [{"code": status}]},
        "verificationStatus": {"coding": [{"code": check}]},
        **more,
    }


def observation(loinc: str, display: str = "as displayed", **more: Any) -> dict[str, Any]:
    coding = {"system": LOINC, "code": loinc, "display": display}
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [coding]},
        "effectiveDateTime": "2021-05-02",
        **more,
    }


def quantity(value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"valueQuantity": {"value": value, "unit": unit, "code": unit, **more}}


def order(words: str, status: str = "active", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "status": status,
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": words},
        **more,
    }


def reasons(reading: FhirReading) -> set[Why]:
    return {one.why for one in reading.left_aside}


def test_a_patient_with_what_it_contains_is_a_record_too() -> None:
    contained = {**condition("Asthma (disorder)"), "subject": {"reference": "#p"}, "id": "c"}
    reading = facts_of_bundle(json.dumps({**PATIENT, "contained": [contained]}), TODAY)
    assert fact(reading, Topic.CONDITION, subject("asthma")).value is True
    assert fact(reading, Topic.AGE).value == 61.0


def test_a_condition_that_was_refuted_is_denied_and_one_entered_in_error_is_no_fact() -> None:
    reading = told(condition("Asthma", check="refuted"), condition("Gout", check="entered-in-error"))
    assert fact(reading, Topic.CONDITION, subject("asthma")).value is False
    assert subject("gout") not in subjects(reading, Topic.CONDITION)
    assert LeftAside(kind="Condition", words="Gout", why=Why.ERROR) in reading.left_aside


def test_a_diagnosis_that_is_only_suspected_is_unsure() -> None:
    reading = told(condition("Asthma", check="provisional"))
    assert fact(reading, Topic.CONDITION, subject("asthma")).certainty is Certainty.UNSURE


def test_a_cancer_that_is_over_was_surely_had_and_a_bronchitis_that_is_over_decides_nothing() -> None:
    reading = told(
        condition("Malignant melanoma (disorder)", "resolved", abatementDateTime="2019-06-01"),
        condition("Pneumonia", "resolved", abatementDateTime="2019-06-01"),
    )
    melanoma, pneumonia = (
        next(one for one in reading.facts if name in one.quote) for name in ("melanoma", "Pneumonia")
    )
    assert (melanoma.certainty, melanoma.days_ago) == (Certainty.STATED, since("2019-06-01"))
    assert (pneumonia.certainty, pneumonia.days_ago) == (Certainty.UNSURE, since("2019-06-01"))


def test_a_history_of_an_operation_is_a_treatment_and_a_history_of_the_family_is_nothing() -> None:
    reading = told(condition("History of appendectomy"), condition("Family history of breast cancer"))
    assert {subject("appendectomy"), "surgery"} <= subjects(reading, Topic.PRIOR_THERAPY)
    assert not subjects(reading, Topic.CONDITION)
    assert Why.FAMILY in reasons(reading)


@pytest.mark.parametrize(
    "words",
    [
        "Full-time employment (finding)",
        "Stress (finding)",
        "Limited social contact (finding)",
        "Received higher education (finding)",
        "Victim of intimate partner abuse (finding)",
        "Transport problem (finding)",
    ],
)
def test_how_somebody_lives_is_left_aside_by_name(words: str) -> None:
    reading = told(condition(words))
    assert not subjects(reading, Topic.CONDITION)
    assert LeftAside(kind="Condition", words=words, why=Why.SOCIAL) in reading.left_aside


@pytest.mark.parametrize("words", ["Suspected lung cancer", "At risk of stroke", "Screening for breast cancer"])
def test_what_is_feared_or_looked_for_is_no_illness(words: str) -> None:
    reading = told(condition(words))
    assert not subjects(reading, Topic.CONDITION)
    assert Why.NOT_SAID in reasons(reading)


def test_a_code_says_more_than_its_words_and_the_quote_shows_the_code() -> None:
    coding = {"system": SNOMED, "code": "44054006", "display": "Diabetes"}
    reading = told({**condition(""), "code": {"coding": [coding]}, "onsetDateTime": "2010"})
    diabetes = fact(reading, Topic.CONDITION, subject("type 2 diabetes"))
    assert diabetes.quote == "Diabetes (code 44054006), active since 2010"


def test_an_icd_code_is_read_by_its_beginning() -> None:
    coding = {"system": ICD10, "code": "E11.65", "display": "Type 2 diabetes mellitus with hyperglycemia"}
    reading = told({**condition(""), "code": {"coding": [coding]}})
    assert fact(reading, Topic.CONDITION, subject("type 2 diabetes")).value is True


def test_hiv_is_an_infection_as_well_as_a_condition() -> None:
    reading = told(condition("Human immunodeficiency virus infection (disorder)"))
    assert fact(reading, Topic.INFECTION, "hiv").value is True


def test_a_stage_of_something_that_is_no_cancer_is_no_stage() -> None:
    stage = [{"summary": {"text": "Stage 3"}}]
    assert not subjects(told(condition("Chronic kidney disease", stage=stage)), Topic.STAGE)
    assert fact(told(condition("Carcinoma of colon", stage=stage)), Topic.STAGE).value == 3.0


def test_two_cancers_of_different_stages_leave_the_stage_unsure() -> None:
    early, late = [{"summary": {"text": "I"}}], [{"summary": {"text": "IVA"}}]
    reading = told(condition("Carcinoma of colon", stage=early), condition("Carcinoma of lung", stage=late))
    assert fact(reading, Topic.STAGE).certainty is Certainty.UNSURE


def test_a_pregnancy_of_today_counts_and_one_of_years_ago_does_not() -> None:
    now = told(condition("Normal pregnancy (finding)", onsetDateTime="2021-03-01"))
    assert fact(now, Topic.PREGNANCY).value is True
    assert not subjects(told(condition("Normal pregnancy", onsetDateTime="2015-03-01")), Topic.PREGNANCY)
    seen = told(observation("82810-3", valueCodeableConcept={"coding": [{"system": SNOMED, "code": "60001007"}]}))
    assert fact(seen, Topic.PREGNANCY).value is False


def test_the_latest_of_several_values_counts_and_the_others_are_counted() -> None:
    reading = told(
        observation("718-7", **quantity(9.0, "g/dL"), effectiveDateTime="2021-05-02T08:00:00Z"),
        observation("718-7", **quantity(12.0, "g/dL"), effectiveDateTime="2020-05-02T08:00:00Z"),
    )
    hemoglobin = fact(reading, Topic.LAB, "hemoglobin")
    assert (hemoglobin.value, hemoglobin.unit, hemoglobin.days_ago) == (9.0 * 10, "g/L", 30.0)
    assert LeftAside(kind="lab", words="hemoglobin", why=Why.OLDER, count=1) in reading.left_aside


@pytest.mark.parametrize(
    ("loinc", "value", "unit", "subject", "expected"),
    [
        ("777-3", 150, "10*9/L", "platelets", 150.0),
        ("777-3", 150, "K/uL", "platelets", 150.0),
        ("2160-0", 88.4, "umol/L", "creatinine", 88.4),
        ("1742-6", 40, "[IU]/L", "alt", 40.0),
        ("6301-6", 1.1, "{INR}", "inr", 1.1),
        ("8867-4", 72, "/min", "heart_rate", 72.0),
        ("29463-7", 154, "[lb_av]", "weight", 154 * 0.45359237),
        ("8310-5", 98.6, "[degF]", "temperature", 37.0),
        ("59408-5", 97, "%", "oxygen_saturation", 97.0),
        ("59261-8", 48, "mmol/mol", "hba1c", 48 * 0.09148 + 2.152),
    ],
)
def test_units_as_laboratories_code_them_are_read(
    loinc: str, value: float, unit: str, subject: str, expected: float
) -> None:
    one = fact(told(observation(loinc, **quantity(value, unit))), Topic.LAB, subject)
    assert one.value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (quantity(9.0, "mm[Hg]"), Why.UNIT),
        (quantity(9.0, "g/dL", comparator="<"), Why.ONLY_A_BOUND),
        (quantity(900.0, "g/dL"), Why.IMPLAUSIBLE),
        ({}, Why.NO_VALUE),
        ({**quantity(9.0, "g/dL"), "status": "preliminary"}, Why.NOT_FINAL),
        ({**quantity(9.0, "g/dL"), "status": "entered-in-error"}, Why.ERROR),
        ({**quantity(9.0, "g/dL"), "effectiveDateTime": "2022-01-01"}, Why.AHEAD),
        ({**quantity(9.0, "g/dL"), "subject": {"reference": "Patient/mother"}}, Why.OTHER_PERSON),
        ({**quantity(9.0, "g/dL"), "modifierExtension": [{"url": "http://x.org/not"}]}, Why.MODIFIED),
        ({**quantity(9.0, "g/dL"), "status": "no such status", "code": "no concept"}, Why.INVALID),
    ],
)
def test_a_value_that_cannot_be_relied_on_is_left_aside_with_its_reason(more: dict[str, Any], why: Why) -> None:
    reading = told({**observation("718-7"), **more})
    assert not subjects(reading, Topic.LAB)
    assert why in reasons(reading)


def test_blood_pressure_is_read_from_its_parts() -> None:
    parts = [
        {"code": {"coding": [{"system": LOINC, "code": code, "display": code}]}, **quantity(value, "mm[Hg]")}
        for code, value in (("8480-6", 141), ("8462-4", 88))
    ]
    reading = told(observation("85354-9", component=parts))
    assert fact(reading, Topic.LAB, "systolic_bp").value == 141.0
    assert fact(reading, Topic.LAB, "diastolic_bp").value == 88.0


def test_activity_is_read_from_a_number_or_the_code_of_an_answer() -> None:
    answer = {"coding": [{"system": LOINC, "code": "LA9624-3", "display": "Ambulatory"}]}
    assert fact(told(observation("89247-1", valueCodeableConcept=answer)), Topic.PERFORMANCE_STATUS, "ecog").value == 2
    karnofsky = told(observation("89243-0", valueInteger=90))
    assert fact(karnofsky, Topic.PERFORMANCE_STATUS, "karnofsky").value == 90.0


def test_the_last_word_on_smoking_counts_though_it_is_less_sure() -> None:
    smoker = {"coding": [{"system": SNOMED, "code": "449868002", "display": "Current every day smoker"}]}
    former = {"coding": [{"system": SNOMED, "code": "8517006", "display": "Former smoker"}]}
    reading = told(
        observation("72166-2", valueCodeableConcept=former, effectiveDateTime="2021-01-01"),
        observation("72166-2", valueCodeableConcept=smoker, effectiveDateTime="2020-01-01"),
    )
    assert fact(reading, Topic.LIFESTYLE, "smoking").certainty is Certainty.UNSURE


def test_a_tumour_marker_that_is_found_both_ways_on_one_day_is_unsure() -> None:
    positive, negative = ({"text": words} for words in ("Positive", "Negative"))
    reading = told(
        observation("40556-3", valueCodeableConcept=positive), observation("40556-3", valueCodeableConcept=negative)
    )
    assert fact(reading, Topic.BIOMARKER, "er positive").certainty is Certainty.UNSURE


def test_no_spread_at_staging_is_unsure_today_and_spread_is_sure() -> None:
    none, some = ({"text": words} for words in ("cM0", "M1b"))
    absent = fact(told(observation("21907-1", valueCodeableConcept=none)), Topic.DISEASE_STATE, "metastatic")
    assert (absent.value, absent.certainty) == (False, Certainty.UNSURE)
    there = fact(told(observation("21907-1", valueCodeableConcept=some)), Topic.DISEASE_STATE, "metastatic")
    assert (there.value, there.certainty) == (True, Certainty.STATED)


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Patient's condition worsened (finding)", "progressive"),
        ("Malignant neoplasm in full remission (disorder)", "remission"),
        ("Distant metastasis present (finding)", "metastatic"),
    ],
)
def test_the_course_of_a_cancer_is_a_state_of_the_disease(words: str, state: str) -> None:
    reading = told(observation("97509-4", valueCodeableConcept={"text": words}))
    assert fact(reading, Topic.DISEASE_STATE, state).value is True


@pytest.mark.parametrize("words", ["Patient's condition stable (finding)", "In partial remission", "No progression"])
def test_a_course_that_is_none_of_these_is_no_state(words: str) -> None:
    assert not subjects(told(observation("97509-4", valueCodeableConcept={"text": words})), Topic.DISEASE_STATE)


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("IIIC", 3.0),
        ("Stage II (localized)", 2.0),
        ("American Joint Committee on Cancer stage IA2 (qualifier value)", 1.0),
        ("4", 4.0),
        ("0", 0.0),
    ],
)
def test_a_stage_group_is_read_in_any_spelling(words: str, stage: float) -> None:
    assert fact(told(observation("21908-9", valueCodeableConcept={"text": words})), Topic.STAGE).value == stage


@pytest.mark.parametrize("words", ["T2", "limited stage", "V", "unknown"])
def test_what_is_no_stage_group_is_no_stage(words: str) -> None:
    assert not subjects(told(observation("21908-9", valueCodeableConcept={"text": words})), Topic.STAGE)


def test_a_stopped_order_says_no_day_on_which_it_ended_unless_it_is_long_ago() -> None:
    recent = told(order("Cisplatin 50 MG Injection", "stopped", authoredOn="2021-01-10"))
    long_ago = told(order("Cisplatin 50 MG Injection", "stopped", authoredOn="2010-01-10"))
    assert fact(recent, Topic.PRIOR_THERAPY, subject("cisplatin")).days_ago is None
    assert fact(long_ago, Topic.PRIOR_THERAPY, subject("cisplatin")).days_ago == since("2010-01-10")
    assert not subjects(recent, Topic.MEDICATION)


@pytest.mark.parametrize("more", [{"intent": "plan"}, {"status": "draft"}, {"doNotPerform": True}])
def test_an_order_that_is_only_a_plan_or_a_ban_is_no_treatment(more: dict[str, Any]) -> None:
    reading = told({**order("Metformin 500 MG"), **more})
    assert not subjects(reading, Topic.MEDICATION) | subjects(reading, Topic.PRIOR_THERAPY)
    assert Why.NOT_FINAL in reasons(reading)


def test_a_medicine_that_is_named_elsewhere_in_the_record_is_found() -> None:
    medicine = {"resourceType": "Medication", "id": "m", "code": {"text": "Metformin 500 MG Oral Tablet"}}
    one = order("")
    del one["medicationCodeableConcept"]
    reading = told({**one, "medicationReference": {"reference": "Medication/m"}}, medicine)
    assert fact(reading, Topic.MEDICATION, subject("metformin")).value is True


def test_each_part_of_a_combination_is_taken_and_salts_and_forms_are_not_names() -> None:
    reading = told(
        order("24 HR Lisinopril 10 MG / hydrochlorothiazide 12.5 MG Extended Release Oral Tablet [Zestoretic]")
    )
    assert subjects(reading, Topic.MEDICATION) == {subject("lisinopril"), subject("hydrochlorothiazide")}


def procedure(words: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "subject": {"reference": "Patient/p"},
        "code": {"text": words},
        "performedDateTime": "2021-05-02",
        **more,
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Teleradiotherapy procedure (procedure)", "radiotherapy"),
        ("Lumpectomy of breast (procedure)", "surgery"),
        ("High dose brachytherapy (procedure)", "brachytherapy"),
        ("Laparoscopic-assisted left colectomy", "surgery"),
        ("Renal dialysis (procedure)", "dialysis"),
        ("Combined chemotherapy and radiation therapy (procedure)", "chemotherapy"),
    ],
)
def test_a_procedure_that_treats_was_had_on_its_day(words: str, expected: str) -> None:
    assert fact(told(procedure(words)), Topic.PRIOR_THERAPY, expected).days_ago == 30.0


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("Documentation of current medications", {}),
        ("Colonoscopy", {}),
        ("Surgical consultation", {}),
        ("Colonic polypectomy", {}),
        ("Lumpectomy of breast", {"status": "not-done"}),
        ("Lumpectomy of breast", {"status": "preparation"}),
    ],
)
def test_a_procedure_that_treats_nothing_or_was_not_done_is_no_operation(words: str, more: dict[str, Any]) -> None:
    reading = told(procedure(words, **more))
    assert "surgery" not in subjects(reading, Topic.PRIOR_THERAPY)


def test_an_allergy_is_read_an_intolerance_is_unsure_and_none_known_is_no_fact() -> None:
    def allergy(words: str, **more: Any) -> dict[str, Any]:
        code = {"text": words}
        return {"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/p"}, "code": code, **more}

    reading = told(
        allergy("Allergy to peanut (finding)"), allergy("Aspirin", type="intolerance"), allergy("No known allergy")
    )
    assert fact(reading, Topic.ALLERGY, subject("peanut")).certainty is Certainty.STATED
    assert fact(reading, Topic.ALLERGY, subject("aspirin")).certainty is Certainty.UNSURE
    assert Why.NOT_SAID in reasons(reading)


def test_an_unknown_resource_is_counted_not_dropped() -> None:
    reading = told({"resourceType": "FamilyMemberHistory"}, {"resourceType": "FamilyMemberHistory"})
    assert LeftAside(kind="FamilyMemberHistory", why=Why.NOT_READ, count=2) in reading.left_aside


def test_an_invalid_resource_says_where_it_breaks_the_standard_and_hurts_no_other() -> None:
    reading = told({**condition("Asthma"), "code": 7}, condition("Gout"))
    assert reading.invalid == 1
    assert any(one.words.startswith("code") for one in reading.left_aside if one.why is Why.INVALID)
    assert fact(reading, Topic.CONDITION, subject("gout")).value is True


def test_empty_values_and_times_without_a_zone_do_not_cost_a_resource() -> None:
    reading = told(condition("Gout", onsetDateTime="2020-01-05T10:00:00", abatementString=""))
    assert fact(reading, Topic.CONDITION, subject("gout")).quote == "Gout, active since 2020-01-05"


# --- dates


def test_a_year_alone_leaves_the_age_unsure_and_a_month_alone_only_in_that_month() -> None:
    assert fact(told(patient={**PATIENT, "birthDate": "1960"}), Topic.AGE).certainty is Certainty.UNSURE
    assert fact(told(patient={**PATIENT, "birthDate": "1960-03"}), Topic.AGE).certainty is Certainty.STATED
    assert fact(told(patient={**PATIENT, "birthDate": "1960-06"}), Topic.AGE).certainty is Certainty.UNSURE


def test_an_age_is_counted_in_whole_years_and_a_small_childs_in_months() -> None:
    assert ages(datetime.date(2003, 6, 1), TODAY) == (18.0,)
    assert ages(datetime.date(2003, 6, 2), TODAY) == (17.0,)
    assert ages(datetime.date(2020, 12, 1), TODAY) == (6 / 12,)


def test_a_vague_date_says_days_only_if_it_is_long_ago() -> None:
    assert days_ago("2020", TODAY) is None
    assert days_ago("2000", TODAY) == float((TODAY - datetime.date(2000, 7, 2)).days)
    assert days_ago("2021-05-02", TODAY) is None
    assert days_ago(datetime.date(2021, 5, 2), TODAY) == 30.0


# --- what is refused

STU3 = {**condition("Asthma"), "clinicalStatus": "active"}
DSTU2 = {"resourceType": "MedicationOrder"}
R5 = {"resourceType": "MedicationRequest", "medication": {"concept": {"text": "Metformin"}}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{not json", "this is not JSON"),
        (bundle() + bundle(), "this is not JSON"),
        ('{"name": "x"}', 'no "resourceType"'),
        ("[1, 2]", 'no "resourceType"'),
        (json.dumps(condition("Asthma")), "a FHIR Condition by itself"),
        ('{"resourceType": "Bundle", "type": "collection"}', "holds no Patient"),
        (bundle({**PATIENT, "id": "q"}), "holds 2 patients"),
        (bundle(STU3), "in FHIR STU3"),
        (bundle(DSTU2), "in FHIR DSTU2"),
        (bundle(R5), "in FHIR R5"),
        (bundle(patient={**PATIENT, "deceasedDateTime": "2020-01-01"}), "has died"),
        (bundle(patient={**PATIENT, "deceasedBoolean": True}), "has died"),
        (bundle(patient={**PATIENT, "birthDate": "15.3.1960"}), "cannot be read: birthDate"),
        (bundle(patient={**PATIENT, "birthDate": "2031-03-15"}), "born after 2021-06-01"),
    ],
)
def test_what_is_no_record_of_one_living_patient_is_refused_in_one_clear_line(text: str, says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        facts_of_bundle(text, TODAY)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "1960" not in str(refused.value)


def test_a_patient_who_is_said_not_to_have_died_is_read() -> None:
    assert fact(told(patient={**PATIENT, "deceasedBoolean": False}), Topic.SEX).value == "female"
