"""What is masked and what must stay: identifiers go, facts about health and about trials do not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.privacy import Masked, mask


@pytest.mark.parametrize(
    ("text", "masked", "kinds"),
    [
        ("My name is Jane Doe and I'm 45.", "My name is [name] and I'm 45.", ("name",)),
        ("my name is jane and i have asthma", "my name is [name] and i have asthma", ("name",)),
        ("I'm John Smith, 54, with lymphoma", "I'm [name], 54, with lymphoma", ("name",)),
        ("Mr. Lee has lung cancer", "Mr. [name] has lung cancer", ("name",)),
        ("Patient: Maria Gonzalez, 45 F", "Patient: [name], 45 F", ("name",)),
        ("my son Tim has leukaemia", "my son [name] has leukaemia", ("name",)),
        ("my son Tim asks about it", "my son [name] asks about it", ("name",)),
        ("my friend Anna's mother", "my friend [name]'s mother", ("name",)),
        ("a daughter called Emma, 9", "a daughter called [name], 9", ("name",)),
        ("Many thanks,\nJane Doe", "Many thanks,\n[name]", ("name",)),
        ("me llamo Juan Pérez", "me llamo [name]", ("name",)),
        ("我叫李雷，我有哮喘", "我叫[name]，我有哮喘", ("name",)),
        ("call me on 555-123-4567 please", "call me on [phone] please", ("phone",)),
        ("+44 7700 900123", "[phone]", ("phone",)),
        ("my mobile is 07700 900 456", "my mobile is [phone]", ("phone",)),
        ("06 12 34 56 78", "[phone]", ("phone",)),
        ("write to jane.doe@example.co.uk", "write to [email]", ("email",)),
        ("jane.doe at gmail dot com", "[email]", ("email",)),
        ("DOB 03/04/1961, on Revlimid", "DOB [date of birth], on Revlimid", ("date of birth",)),
        ("born on 3 April 1961 in Leeds", "born on [date of birth] in Leeds", ("date of birth",)),
        ("MRN: 12345678", "MRN: [record number]", ("record number",)),
        ("NHS number 943 476 5919", "NHS number [national id]", ("national id",)),
        ("SSN 123-45-6789", "SSN [national id]", ("national id",)),
        ("I live at 12 Main Street, Springfield", "I live at [address], Springfield", ("address",)),
        ("see https://user:secret@host.org/x now", "see [url with credentials] now", ("url with credentials",)),
        (
            "I'm Jane Doe, DOB 03/04/1961, call 555-123-4567",
            "I'm [name], DOB [date of birth], call [phone]",
            ("name", "date of birth", "phone"),
        ),
    ],
)
def test_an_identifier_is_replaced_by_its_kind(text: str, masked: str, kinds: tuple[str, ...]) -> None:
    assert mask(text) == Masked(text=masked, found=kinds)


@pytest.mark.parametrize(
    "text",
    [
        "NCT06530576, nct 0653 0576 and NCT-06530576",
        "ISRCTN12345678, ISRCTN 12345678, EudraCT 2019-001234-12, 2019-001234-12",
        "ACTRN12605000123456, UMIN 000012345, CTRI/2020/01/022345, Oracle 5889",
        "I am 54 years old; my mother is 81",
        "Hb 9.2 g/dL, platelets 120,000/µL, ANC 0.5 x 10^9/L, CD4 350, creatinine 1.2",
        "thalidomide 50-100 mg daily, 25 mg D1-21 q28",
        "treated on 03/04/2019 and again on 5 May 2020; diagnosed 12 March 2018; born in 1961",
        "Hodgkin, Parkinson's, Alzheimer's, Crohn's, Ewing sarcoma, Lewy body, Lynch syndrome",
        "my husband has Parkinson's; my son has Duchenne; my brother has Down syndrome",
        "I'm Stage Four. I'm HER2 Positive. I'm African American. I am Very Tired.",
        "Mayo Clinic in Rochester, St Jude Hospital, Leeds, New York, Marie Curie hospice",
        "10,000 people, 1 in 10, 20 to 30 patients, phase 2/3, 140/90, AZD9291",
        "I have MS. Any trials? MR Imaging showed lesions. Drug name: Revlimid.",
        "a drug called Keytruda; the trial named Keynote",
        "call the study team; call me when it opens; my name is not important",
        "988, 116 123, 13 11 14, 911",
        "",
    ],
)
def test_what_is_no_identifier_stays(text: str) -> None:
    assert mask(text) == Masked(text=text)


INTRODUCTIONS = [
    "my name is ",
    "I'm ",
    "Mr. ",
    "my son ",
    "DOB ",
    "MRN ",
    "call me on ",
    "I live at ",
    "Thanks,\n",
    "name: ",
]
VALUES = [
    "Jane Doe",
    "03/04/1961",
    "555-123-4567",
    "12 Main Street",
    "a@b.org",
    "[name]",
    "Tim's",
    "123-45-6789",
    "Mr.",
]


@given(st.lists(st.sampled_from([*INTRODUCTIONS, *VALUES, " ", ", ", "\n", "and ", "5"]), max_size=12).map("".join))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text)
    assert mask(once.text) == Masked(text=once.text)


@given(st.text(max_size=200))
def test_any_text_can_be_masked_and_masking_it_again_changes_nothing(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


def test_records_of_trials_keep_their_conditions_drugs_and_rules(data_dir: Path) -> None:
    changed: list[str] = []
    for file in sorted((data_dir / "studies").glob("*.json"))[:400]:
        protocol = json.loads(file.read_text(encoding="utf-8"))["protocolSection"]
        for text in (
            protocol["identificationModule"]["briefTitle"],
            " ".join(protocol["conditionsModule"].get("conditions", ())),
            protocol["eligibilityModule"].get("eligibilityCriteria", ""),
        ):
            if mask(text).found:
                changed.append(text[:80])
    assert changed == []
