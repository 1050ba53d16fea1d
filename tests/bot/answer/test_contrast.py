"""How one trial differs from another: one sentence, the most telling first, each point over the lines of both."""

from __future__ import annotations

import datetime
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from bot.answer.citations import verify
from bot.answer.contrast import difference
from bot.answer.schema import Answer, Draft, DraftClaim, Intent, Place
from index.record import Record
from index.sources.study_json import read_study
from index.trial import SectionName
from tests.studies import trial

ONE, OTHER = "NCT09990001", "NCT09990002"
LEAD = f"Compared with {ONE}, {OTHER} "


class Texts:
    """The words of some records, as the verifier looks them up."""

    def __init__(self, *records: Record) -> None:
        self._records = {record.trial.id: record for record in records}

    def section(self, trial_id: str, section: SectionName) -> str | None:
        return self._records[trial_id].text(section)

    def label(self, place: Place) -> str:
        return place.section.words


def checked(claim: DraftClaim, *records: Record) -> Answer:
    return verify(Draft(claims=(claim,)), Texts(*records), intent=Intent.FIND_TRIALS)


def contrast(one: dict[str, Any], other: dict[str, Any]) -> str:
    """What is said of two trials with these fields, once it has passed the verifier."""
    records = Record.of(trial(1, **one)), Record.of(trial(2, **other))
    [claim] = checked(difference(*records), *records).claims
    return claim.text.removeprefix(LEAD)


def drugs(*names: str) -> dict[str, Any]:
    return {"interventions": [{"type": "DRUG", "name": name} for name in names]}


def sites(*countries: str) -> dict[str, Any]:
    return {"sites": [{"facility": "A hospital", "city": "A city", "country": country} for country in countries]}


# The fields


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (drugs("Omalizumab"), drugs("Dupilumab"), "gives Dupilumab instead of Omalizumab."),
        ({"phases": ["PHASE1"]}, {"phases": ["PHASE2", "PHASE3"]}, "is in phase 2 and phase 3 instead of phase 1."),
        ({"phases": ["PHASE1"]}, {"phases": ["NA"]}, "has no phase instead of phase 1."),
        ({"sex": "ALL"}, {"sex": "FEMALE"}, "takes female people only instead of any sex."),
        ({"healthy_volunteers": False}, {"healthy_volunteers": True}, "takes healthy volunteers."),
        ({"status": "RECRUITING"}, {"status": "COMPLETED"}, "has the status completed instead of recruiting."),
        (
            {"study_type": "INTERVENTIONAL"},
            {"study_type": "OBSERVATIONAL"},
            "only observes people instead of testing a treatment or other care.",
        ),
        ({"design": {"allocation": "RANDOMIZED"}}, {"design": {"allocation": "NA"}}, "is not randomised."),
        (drugs("Drug A"), drugs("Drug A", "Placebo"), "uses a placebo."),
        (drugs("Drug A", "Placebo"), drugs("Drug A"), "lists no placebo."),
    ],
)
def test_a_field_that_differs_is_said(one: dict[str, Any], other: dict[str, Any], words: str) -> None:
    assert contrast(one, other) == words


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (("18 Years", "65 Years"), ("6 Years", "11 Years"), "takes ages 6 to 11 instead of 18 to 65."),
        (("18 Years", "65 Years"), ("18 Years", None), "takes ages 18 and over instead of 18 to 65."),
        (("6 Months", None), (None, "12 Years"), "takes ages up to 12 years instead of 6 months and over."),
        (("6 Months", "36 Months"), ("1 Year", "2 Years"), "takes ages 1 to 2 years instead of 6 to 36 months."),
        (("6 Months", "1 Year"), ("18 Years", None), "takes ages 18 years and over instead of 6 months to 1 year."),
    ],
)
def test_ages_are_said_with_their_units_unless_all_are_years(
    one: tuple[str | None, str | None], other: tuple[str | None, str | None], words: str
) -> None:
    assert contrast(*(_aged(*ages) for ages in (one, other))) == words


def _aged(low: str | None, high: str | None) -> dict[str, Any]:
    return {key: age for key, age in (("minimum_age", low), ("maximum_age", high)) if age}


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (["France"], ["Japan"], "has sites in Japan instead of France."),
        (["France", "Japan"], ["Japan"], "has sites only in Japan."),
        (["France"], ["France", "United States"], "also has sites in the United States."),
        (["France", "Spain", "Japan"], ["France", "Spain"], "lists no site in Japan."),
        (["France", "Japan"], ["France", "Spain"], "also has sites in Spain, but lists none in Japan."),
        (["Nigeria"], ["Niger"], "has sites in Niger instead of Nigeria."),
    ],
)
def test_countries_are_told_apart(one: list[str], other: list[str], words: str) -> None:
    assert contrast(sites(*one), sites(*other)) == words


def test_a_placebo_that_the_record_speaks_of_elsewhere_is_not_said_to_be_missing() -> None:
    other = {**drugs("Drug A"), "summary": "Half of the people get a placebo.", "status": "RECRUITING"}
    assert "placebo" not in contrast(drugs("Drug A", "Placebo"), other)


def test_equal_ages_in_other_units_are_no_difference() -> None:
    assert "ages" not in contrast(_aged("12 Months", "2 Years"), _aged("1 Year", "24 Months"))
    assert "ages" not in contrast(_aged("18 Years", "100 Years"), _aged("18 Years", None))


def test_the_status_of_a_record_that_the_registry_gives_no_longer_is_not_compared() -> None:
    one, other = trial(1, status="RECRUITING"), trial(2, status="COMPLETED")
    gone = other.origin.model_copy(update={"gone": datetime.date(2026, 1, 2)})
    records = Record.of(one), Record.of(other.model_copy(update={"origin": gone}))
    assert all("status" not in difference(*pair).text for pair in (records, records[::-1]))


# What is said of two records, and in which order


def test_the_most_telling_comes_first_and_no_more_than_three_points_are_said() -> None:
    one = {**drugs("Omalizumab"), **sites("France"), **_aged("18 Years", "65 Years"), "phases": ["PHASE2"]}
    other = {**drugs("Dupilumab"), **sites("Japan"), **_aged("6 Years", "11 Years"), "phases": ["PHASE3"]}
    assert contrast(one, other) == (
        "gives Dupilumab instead of Omalizumab; takes ages 6 to 11 instead of 18 to 65; "
        "is in phase 3 instead of phase 2."
    )


def test_a_small_difference_comes_last() -> None:
    one = {**_aged("18 Years", "75 Years"), **sites("France")}
    other = {**_aged("18 Years", "80 Years"), **sites("Japan")}
    assert contrast(one, other) == "has sites in Japan instead of France; takes ages 18 to 80 instead of 18 to 75."


def test_a_field_that_only_one_record_gives_is_no_difference() -> None:
    one = {"status": "RECRUITING", "phases": ["PHASE2"], "sex": "ALL", **sites("Japan"), **drugs("Omalizumab")}
    assert contrast(one, {"status": "RECRUITING"}) == f"{OTHER} does not differ from {ONE} in status."


def test_two_records_that_are_alike_say_in_which_fields() -> None:
    fields = {"phases": ["PHASE2"], "sex": "ALL", **drugs("Omalizumab")}
    assert contrast(fields, fields) == f"{OTHER} does not differ from {ONE} in what is given, phase, sex or status."


def test_two_records_with_nothing_to_compare_say_so() -> None:
    assert contrast({"status": None}, {"status": None}) == (
        f"The records of {OTHER} and {ONE} give nothing that can be compared."
    )


def test_each_point_cites_the_line_of_the_field_in_both_records() -> None:
    records = Record.of(trial(1, **drugs("Omalizumab"))), Record.of(trial(2, **drugs("Dupilumab")))
    [claim] = checked(difference(*records), *records).claims
    assert [(one.trial_id, one.quote) for one in claim.citations] == [
        (ONE, "Interventions: DRUG: Omalizumab"),
        (OTHER, "Interventions: DRUG: Dupilumab"),
    ]


# Real records


def real(data_dir: Path, trial_id: str) -> Record:
    return Record.of(read_study(json.loads((data_dir / "studies" / f"{trial_id}.json").read_text(encoding="utf-8"))))


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (
            "NCT03909113",
            "NCT04492683",
            "gives DBV1605 instead of amino acid based formula; takes healthy volunteers; "
            "is in phase 2 instead of no phase.",
        ),
        (
            "NCT04294810",
            "NCT04791839",
            "gives Zimberelimab, Domvanalimab and more instead of Atezolizumab and Tiragolumab; "
            "is in phase 2 instead of phase 3; has sites only in the United States.",
        ),
        (
            "NCT06868277",
            "NCT06692738",
            "also gives Carboplatin, Paclitaxel and more; "
            "also has sites in Hungary, India and more, but lists none in Portugal, Romania and more.",
        ),
        (
            "NCT03309488",
            "NCT06559319",
            "studies blood sampling instead of Oral food challenge; "
            "takes ages 4 months to 6 years instead of 6 months to 16 years; "
            "has sites in China instead of the United Kingdom.",
        ),
        (
            "NCT02871947",
            "NCT00208234",
            "tests a treatment or other care instead of only observing people; gives Omalizumab; "
            "takes ages 19 to 50 instead of 20 to 90.",
        ),
        (
            "NCT06000007",
            "NCT05412966",
            "is about Opioid Use Disorder instead of Chronic Pain; "
            "studies PEAR-002B and reSET-O instead of 2Morrow Chronic Pain Self-Management…; "
            "has no phase instead of phase 3.",
        ),
        ("NCT02658877", "NCT01584687", "takes ages 12 to 60 instead of 18 to 65; is not randomised; lists no placebo."),
    ],
)
def test_real_trials_differ_in_what_their_records_say(data_dir: Path, one: str, other: str, words: str) -> None:
    assert difference(real(data_dir, one), real(data_dir, other)).text == f"Compared with {one}, {other} {words}"


_OUR_WORDS = """
    compared with does not differ from in or the records of and give nothing that can be what is given phase ages sex
    healthy volunteers status countries whether it randomised kind study about gives studies also instead list more
    takes no any female male people only up to over has sites site lists but none uses a tests treatment other care
    testing observes observing access outside trial giving
"""
_WORDS = re.compile(r"\w+")


def test_every_word_and_number_of_ours_stands_in_a_quote_of_real_records(data_dir: Path) -> None:
    chance = random.Random(20)
    paths = chance.sample(sorted((data_dir / "studies").glob("NCT*.json")), 120)
    records = [real(data_dir, path.stem) for path in paths]
    for _ in range(300):
        one, other = chance.sample(records, 2)
        claim = difference(one, other)
        answer = checked(claim, one, other)
        assert answer.dropped == 0, claim.text
        assert len(claim.text) < 300
        assert claim.text.count(";") <= 2
        [shown] = answer.claims
        assert {one.trial_id for one in shown.citations} == {one.trial.id, other.trial.id}
        there = set(
            _WORDS.findall(" ".join((one.trial.id, other.trial.id, *(c.quote for c in shown.citations))).lower())
        )
        assert not set(_WORDS.findall(shown.text.lower())) - there - set(_OUR_WORDS.split()), shown.text
