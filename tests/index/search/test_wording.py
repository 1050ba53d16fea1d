"""What people write is read in the registry's words: lay phrases, short forms, names of drugs."""

from __future__ import annotations

import json
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search import wording
from index.search.wording import reworded, table_words

TABLES = Path(wording.__file__).parent

LAY = {
    "I had a heart attack last year": "myocardial infarction",
    "my dad has the sugar disease": "diabetes mellitus",
    "sugar diabetes": "diabetes mellitus",
    "high sugar": "diabetes mellitus",
    "on a blood thinner": "anticoagulant",
    "water pills": "diuretic",
    "a slipped disc": "intervertebral disc displacement",
    "hay fever": "allergic rhinitis",
    "hayfever": "allergic rhinitis",
    "Lou Gehrig’s": "amyotrophic lateral sclerosis",
    "lou gehrigs disease": "amyotrophic lateral sclerosis",
    "baby blues": "postpartum depression",
    "a stroke": "cerebrovascular accident",
    "two mini strokes": "transient ischemic attack",
    "he has fits": "seizures",
    "shingles": "herpes zoster",
    "the flu": "influenza",
    "whooping cough": "pertussis",
    "he caught the clap": "gonorrhea",
    "bed-wetting": "nocturnal enuresis",
    "bedwetting": "nocturnal enuresis",
    "lazy eye": "amblyopia",
    "pink eye": "conjunctivitis",
    "wheezing": "asthma",
    "heartburn": "gastroesophageal reflux",
    "kidney failure": "renal failure",
    "memory loss": "dementia",
    "going through the change": "menopause",
    "blood cancer": "leukemia",
    "skin cancers": "melanoma",
    "bowel cancer": "colorectal cancer",
    "cancer of the womb": "endometrial cancer",
    "throat cancer": "pharyngeal cancer",
    "a lump in my left breast": "breast cancer",
    "knee replacement": "knee arthroplasty",
    "it spread to his bones": "bone metastases",
    "brain tumour": "glioma",
    "anaemic": "anemia",
    "stage 4": "stage IV",
    "shot that helps": "injection",
}
SHORT = {
    "T2DM": "type 2 diabetes mellitus",
    "copd": "chronic obstructive pulmonary disease",
    "NSCLC": "non-small cell lung cancer",
    "recurrent UTIs": "urinary tract infection",
    "a uti": "urinary tract infection",
    "afib": "atrial fibrillation",
    "has RA and": "rheumatoid arthritis",
    "My father has MS": "multiple sclerosis",
    "AIDS": "acquired immunodeficiency syndrome",
}
DRUGS = {
    "Keytruda": "pembrolizumab",
    "KEYTRUDA": "pembrolizumab",
    "MK-3475": "pembrolizumab",
    "mk3475": "pembrolizumab",
    "lambrolizumab": "pembrolizumab",
    "pembrolizumab": "Keytruda",
    "Ozempic": "semaglutide",
    "wegovy": "semaglutide",
    "dupixent": "dupilumab",
    "Xolair": "omalizumab",
    "BAY 43-9006": "sorafenib",
    "Opdivo": "nivolumab",
    "salbutamol": "albuterol",
    "paracetamol": "acetaminophen",
    "AZT": "zidovudine",
    "Paxlovid": "nirmatrelvir",
}


@pytest.mark.parametrize(("text", "first"), [*LAY.items(), *SHORT.items(), *DRUGS.items()])
def test_the_first_words_of_the_registry_for_a_phrase(text: str, first: str) -> None:
    assert [one.means[0] for one in reworded(text)] == [first]


@pytest.mark.parametrize(
    "text",
    [
        "he was shot down by his doctor",
        "worth a shot",
        "a gun shot wound",
        "which trial fits me?",
        "heat stroke",
        "ra, ms and uc in small letters",
        "I HAVE MS AND RA PLEASE HELP ME",  # all in capitals: no word stands out
        "Ms Jones aids a friend",
        "taking MS Contin",
        "the change in her dose",
        "my heart. Attack of nerves",
        "HL, HA, CP, PD, AD, ALL",
        "piles of letters",
        "which trial fits my age",
        "she dropped off the forms",
        "the running costs",
        "typed 2 letters",
        "",
    ],
)
def test_what_only_looks_like_a_phrase_is_left_alone(text: str) -> None:
    assert reworded(text) == ()


EVERYDAY = {
    "my chest really hurts": "chest pain",
    "pain in both my knees": "knee pain",
    "my hips are killing me": "hip pain",
    "a growth on her pancreas": "pancreatic cancer",
    "a tumour in his brain stem": "diffuse intrinsic pontine glioma",
    "he swells up after peanuts": "peanut allergy",
    "hives from eggs": "egg allergy",
    "I cannot swallow": "dysphagia",
    "I can barely sleep": "insomnia",
    "hooked on pain pills": "opioid use disorder",
    "it has gone to the liver": "liver metastases",
    "gallbladder taken out": "cholecystectomy",
    "tingling in my toes": "peripheral neuropathy",
    "my nose is always running": "rhinitis",
    "leaks pee": "urinary incontinence",
    "the heart races": "tachycardia",
    "he passed out": "syncope",
    "white patches on the skin": "vitiligo",
    "narrowing of the spine": "spinal stenosis",
    "stabbing pain around one eye": "cluster headache",
    "floppy baby": "hypotonia",
    "ear tubes": "tympanostomy tubes",
    "waters broke": "rupture of membranes",
    "sees double, seeing double": "diplopia",
    "taking Klonopin": "clonazepam",
    "Abrysvo": "respiratory syncytial virus vaccine",
}


@pytest.mark.parametrize(("text", "first"), EVERYDAY.items())
def test_the_first_words_of_the_registry_for_what_people_say_in_a_line(text: str, first: str) -> None:
    assert first in [one.means[0] for one in reworded(text)]


def test_a_note_is_read_without_the_phrases_of_a_line() -> None:
    told = "Presents with pain in the left knee, passed out twice, history of heart attack."
    assert [one.said for one in reworded(told, note=True)] == ["heart attack"]
    assert len(reworded(told)) == 3


def test_endings_make_no_other_phrase_but_every_verb_is_known_in_all() -> None:
    for said in ("leak urine", "leaks urine", "leaked urine", "leaking my urine"):
        assert [one.means[0] for one in reworded(said)] == ["urinary incontinence"]


def test_a_name_that_is_put_together_and_is_the_registrys_own_is_not_read_otherwise() -> None:
    assert reworded("lung cancer") == ()
    assert [one.means[0] for one in reworded("cancer of the lung")] == ["lung cancer"]


def test_a_listed_phrase_goes_before_one_that_is_put_together() -> None:
    assert [one.means[0] for one in reworded("skin cancer")] == ["melanoma"]


def test_the_longer_of_two_phrases_holds() -> None:
    assert [one.said for one in reworded("pain after shingles, then a flu shot and a shot")] == [
        "pain after shingles",
        "flu shot",
        "shot",
    ]


def test_a_drug_has_its_generic_name_first_and_three_names_at_most() -> None:
    (brand,) = reworded("Wegovy")
    (generic,) = reworded("nivolumab")
    assert brand.means == ("semaglutide", "Ozempic", "Rybelsus")
    assert generic.means == ("Opdivo", "BMS-936558", "ONO-4538")


def test_phrases_stand_in_their_order_with_their_place_in_the_text() -> None:
    text = "Keytruda for my mum's skin cancer"
    first, second = reworded(text)
    assert (first.start, first.end) == (0, len("Keytruda"))
    assert text[second.start : second.end] == second.said == "skin cancer"


@given(st.lists(st.sampled_from([*LAY, *SHORT, *DRUGS, ".", "my", "shot", "-", "in", "é"]), max_size=8))
def test_spans_slice_to_what_was_said_and_never_overlap(parts: list[str]) -> None:
    text = " ".join(parts)
    found = reworded(text)
    assert all(text[one.start : one.end] == one.said and one.means for one in found)
    assert all(one.end <= after.start for one, after in pairwise(found))


def test_no_phrase_of_the_tables_stands_for_two_things() -> None:
    lay = tomllib.loads((TABLES / "wording.toml").read_text(encoding="utf-8"))
    drugs = tomllib.loads((TABLES / "drugs.toml").read_text(encoding="utf-8"))
    everyday = tomllib.loads((TABLES / "everyday.toml").read_text(encoding="utf-8"))
    names = [name for generic, others in drugs["drugs"].items() for name in (generic, *others)]
    phrases = [*names, *drugs["combinations"], *lay["lay"], *lay["abbreviations"], *lay["apart"]["phrases"]]
    phrases += [*everyday["lay"], *everyday["apart"]["phrases"], *everyday["combinations"]]
    phrases += [name for generic, others in everyday["drugs"].items() for name in (generic, *others)]
    seen: dict[tuple[str, ...], str] = {}
    twice = []
    for phrase in phrases:
        for key in set(wording._keys(phrase)):
            if key in seen:
                twice.append((seen[key], phrase))
            seen[key] = phrase
    assert twice == []


@pytest.mark.parametrize("table", ["wording.toml", "everyday.toml"])
def test_every_phrase_of_a_lay_table_is_found_in_a_text(table: str) -> None:
    lay = tomllib.loads((TABLES / table).read_text(encoding="utf-8"))["lay"]
    missed = [phrase for phrase in lay if [one.said for one in reworded(f"so: {phrase}.")] != [phrase]]
    assert missed == []


def test_no_phrase_means_itself() -> None:
    lay = tomllib.loads((TABLES / "wording.toml").read_text(encoding="utf-8"))
    everyday = tomllib.loads((TABLES / "everyday.toml").read_text(encoding="utf-8"))
    phrases = lay["lay"] | lay["abbreviations"] | everyday["lay"]
    assert [phrase for phrase, means in phrases.items() if not means or phrase in means] == []


def test_every_frame_of_a_family_has_one_gap() -> None:
    families = tomllib.loads((TABLES / "everyday.toml").read_text(encoding="utf-8"))["family"]
    assert [frame for one in families for frame in one["frames"] if frame.count("{}") != 1] == []


def test_the_words_of_the_tables_hold_both_sides() -> None:
    assert {"keytruda", "shingles", "zoster", "pembrolizumab", "lambrolizumab"} <= table_words()


def test_most_messages_of_real_people_hold_few_phrases_and_right_ones(data_dir: Path) -> None:
    lines = (data_dir / "questions" / "patient_messages.jsonl").read_text(encoding="utf-8").splitlines()
    found = {(one.said.lower(), one.means[0]) for line in lines for one in reworded(str(json.loads(line)["message"]))}
    assert {
        ("shingles", "herpes zoster"),
        ("wellbutrin", "bupropion"),
        ("sovaldi", "sofosbuvir"),
        ("bleed stroke", "hemorrhagic stroke"),
        ("hair loss", "alopecia"),
    } <= found
    assert len(found) <= 32
