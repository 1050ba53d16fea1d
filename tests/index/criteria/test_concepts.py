"""The table of concepts keeps its own rules, and texts as people write them are read into it."""

from __future__ import annotations

import gzip
import json
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from index.criteria.concept_table import Table, vocabulary
from index.criteria.concepts import Sort, concept_of, concepts_in, kinds, known, wider

TABLE = Table.model_validate(
    tomllib.loads(files("index.criteria").joinpath("concepts.toml").read_text(encoding="utf-8"))
)
# Words of up to five letters that stand in capitals in headings, and in notes that are all capitals.
ENGLISH = """
a add age aged aid all am an and any arm art as at back bad bag bar bed bid big boo box but by can cap car cat
cup cut day did die dose due ear east eat egg end eye fat fed fee few fit for free from full gas get had ham
hand has hat he head her hip his hit hot how if ill in is it its job kit lab lap leg let lid lip lot low man map
may me men met mid mix mom mood my net new no non none nor not now odd of off old on one or our out own pad pap
past pen per pet pin pm pot pots pro prom put rag ran red rib rim rod run sad saw see set she sit six skin so
son stem step stop sub sum tab tan tap tea tee ten test than that the then they tie tip to toe too two up us use
van was way we who why win with yes yet you
"""


def ids(text: str) -> list[str]:
    return [mention.concept.id for mention in concepts_in(text)]


def test_every_name_of_the_table_stands_for_its_own_concept() -> None:
    claims = {(said, name) for _, _, name, others in TABLE.entries() for said in (name, *others)}
    assert len(claims) > 5_000
    astray = [(said, name, found.id) for said, name in claims if (found := concept_of(said)) and found.id != name]
    assert astray == []
    assert [said for said, _ in claims if concept_of(said) is None] == []


def test_no_concept_stands_in_the_table_twice() -> None:
    assert [name for name, times in Counter(name for _, _, name, _ in TABLE.entries()).items() if times > 1] == []


def test_what_a_concept_is_a_kind_of_is_in_the_table() -> None:
    wanted = {one for concept in vocabulary().concepts.values() for one in concept.wider}
    assert len(wanted) > 200
    assert {one for one in wanted if known(one) is None} == set()
    assert {name for name in TABLE.is_also if known(name) is None} == set()


def test_nothing_is_a_kind_of_itself() -> None:
    def above(concept_id: str, seen: tuple[str, ...] = ()) -> set[str]:
        assert concept_id not in seen, f"{concept_id} is a kind of itself by {seen}"
        concept = known(concept_id)
        return {one for up in (concept.wider if concept else ()) for one in {up, *above(up, (*seen, concept_id))}}

    for concept_id in vocabulary().concepts:
        assert wider(concept_id) == above(concept_id)


def test_no_short_form_is_an_everyday_word() -> None:
    everyday = set(ENGLISH.split())
    assert {short for short in vocabulary().short_forms if short.lower() in everyday} == set()
    assert {words for words in vocabulary().names if len(words) == 1 and words[0] in everyday} == set()


def test_a_kind_is_a_kind_of_all_that_stands_above_it() -> None:
    assert wider("myocardial infarction") >= {"coronary artery disease", "heart disease", "cardiovascular disease"}
    assert wider("non-small cell lung cancer") >= {"lung cancer", "solid tumor", "cancer"}
    assert "solid tumor" not in wider("multiple myeloma")
    assert wider("warfarin") >= {"vitamin k antagonist", "anticoagulant", "antithrombotic"}
    assert "type 2 diabetes" in kinds("diabetes")
    assert kinds("statin") >= {"atorvastatin", "simvastatin"}
    assert "diabetes" not in kinds("diabetes")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Heart attack last year", ["myocardial infarction"]),
        ("s/p MI, CABG x3", ["myocardial infarction", "coronary artery bypass"]),
        ("history of myocardial infarctions", ["myocardial infarction"]),
        ("cancer of the breast", ["breast cancer"]),
        ("carcinoma of breast", ["breast cancer"]),
        ("my womb was removed, womb cancer", ["endometrial cancer"]),
        ("iron-deficiency anaemia", ["iron deficiency anemia"]),
        ("oesophageal varices and haemorrhoids", ["esophageal varices", "hemorrhoids"]),
        ("Crohn’s disease", ["crohn disease"]),
        ("Sjögren's syndrome; Guillain-Barré syndrome", ["sjogren syndrome", "guillain-barre syndrome"]),
        ("Is hypertensive, diabetic and obese", ["hypertension", "diabetes", "obesity"]),
        ("takes Coumadin and blood pressure pills", ["warfarin", "antihypertensive"]),
        ("high cholesterol, COPD, GERD", ["hypercholesterolemia", "chronic obstructive pulmonary disease"]),
    ],
)
def test_names_are_read_as_doctors_registries_and_patients_write_them(text: str, expected: list[str]) -> None:
    assert ids(text)[: len(expected)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("congestive heart failure", ["congestive heart failure"]),
        ("pulmonary arterial hypertension", ["pulmonary arterial hypertension"]),
        ("stroke volume and a negative pregnancy test", []),
        ("New York Heart Association class III", []),
        ("a double-blind study", []),
        ("first dose of study drug", []),
    ],
)
def test_a_name_inside_a_longer_phrase_is_none(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


def test_short_forms_count_in_their_own_capitals_only() -> None:
    assert ids("MS or RA") == ["multiple sclerosis", "rheumatoid arthritis"]
    assert ids("ms, ra, Ms Miller") == []
    assert ids("two DVTs") == ["deep vein thrombosis"]
    assert ids("saturation 98% RA") == []


def test_a_short_form_before_a_colon_is_a_heading_and_in_brackets_what_the_text_says() -> None:
    assert ids("PE: lungs clear") == []
    assert ids("PE in 2019") == ["pulmonary embolism"]
    assert ids("informed consent document (ICD)") == []
    assert ids("an ICD") == ["implantable cardioverter-defibrillator"]


def test_non_and_anti_turn_a_name_round() -> None:
    assert ids("non-diabetic; non diabetic; anti-malaria") == []
    assert ids("anti-hypertensives, non-melanoma skin cancer") == ["antihypertensive", "non-melanoma skin cancer"]


def test_what_is_said_once_for_several_is_read_for_each() -> None:
    text = "cardiovascular, hepatic, or renal disease"
    found = [(mention.concept.id, text[mention.start : mention.end]) for mention in concepts_in(text)]
    assert found == [
        ("cardiovascular disease", "cardiovascular"),
        ("liver disease", "hepatic"),
        ("kidney disease", "renal disease"),
    ]
    assert ids("Hepatitis B, C or D") == ["hepatitis b", "hepatitis c", "hepatitis d"]
    assert ids("hepatitis B and a cough") == ["hepatitis b", "cough"]
    assert ids("type 1 or type 2 diabetes mellitus") in (["diabetes"], ["type 1 diabetes", "type 2 diabetes"])
    assert ids("in situ carcinoma of the cervix or breast cancer") == ["carcinoma in situ", "breast cancer"]


def test_a_name_ends_at_the_sentence_and_at_the_line_but_not_where_a_line_is_wrapped() -> None:
    assert ids("no kidney. Failure to thrive") == ["failure to thrive"]
    assert ids("Heart\nFailure of the pump") == []
    assert ids("congestive heart\n  failure") == ["congestive heart failure"]


def test_a_mention_lies_where_its_name_stands_whatever_signs_come_before() -> None:
    text = "İstanbul, naïve – 3 µg: Hypertension (HTN)"
    assert [text[mention.start : mention.end] for mention in concepts_in(text)] == ["Hypertension", "HTN"]


def test_a_whole_text_is_one_concept_or_none() -> None:
    assert [
        getattr(concept_of(name), "id", None) for name in ("Leukemia, Myeloid, Acute", "Carcinoma, Renal Cell")
    ] == [
        "acute myeloid leukemia",
        "kidney cancer",
    ]
    assert concept_of("Type 2 Diabetes Mellitus (T2DM)") == known("type 2 diabetes")
    assert concept_of("severe asthma of unknown kind") is None
    assert concept_of("") is None


def test_sorts_tell_illnesses_from_findings_operations_and_medicines() -> None:
    found = [known(name) for name in ("asthma", "cough", "hip replacement", "insulin", "keytruda", "pembrolizumab")]
    assert [one and one.sort for one in found] == [
        Sort.CONDITION,
        Sort.FINDING,
        Sort.PROCEDURE,
        Sort.MEDICINE,
        None,  # a brand is a name of the drug, and no concept of its own
        Sort.MEDICINE,
    ]


def test_most_conditions_of_real_studies_name_a_concept(data_dir: Path) -> None:
    if not (data_dir / "registry.jsonl.gz").exists():
        pytest.skip(f"no registry export in {data_dir}; set TRIALOGUE_DATA to the folder of real records")
    with gzip.open(data_dir / "registry.jsonl.gz", "rt", encoding="utf-8") as lines:
        names = [name for line in lines for name in json.loads(line).get("conditions", [])][::40]
    assert len(names) > 1_000
    assert sum(1 for name in names if ids(name)) / len(names) > 0.7
    assert sum(1 for name in names if concept_of(name)) / len(names) > 0.45
