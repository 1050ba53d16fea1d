"""By how much a rule is missed: numbers on either side of a limit, and times that are not over yet."""

from __future__ import annotations

import datetime

import pytest

from bot.person.facts import Fact
from bot.person.margins import Miss, missed_by
from bot.person.truth import by_fact
from index.criteria.rule import Attribute, Range, Requirement, Topic

TODAY = datetime.date(2026, 11, 21)
PLATELETS = Attribute(topic=Topic.LAB, subject="platelets")
CHEMOTHERAPY = Attribute(topic=Topic.PRIOR_THERAPY, subject="chemotherapy")


def miss(attribute: Attribute, limits: Range, value: float, unit: str = "") -> Miss | None:
    requirement = Requirement(attribute=attribute, start=0, end=1, range=limits)
    return missed_by(by_fact(requirement, Fact(attribute=attribute, value=value, unit=unit, quote="q")), TODAY)


def platelets(limits: Range, value: float) -> str:
    found = miss(PLATELETS, limits.model_copy(update={"unit": "10^9/L"}), value, "10^9/L")
    assert found is not None
    return found.text


@pytest.mark.parametrize(
    ("limits", "value", "says"),
    [
        (Range(low=100), 85, "platelet count 85, needs at least 100 ×10⁹/L: 15 short (15%)"),
        (Range(low=100), 99.5, "platelet count 99.5, needs at least 100 ×10⁹/L: 0.5 short (under 1%)"),
        (Range(low=100, low_included=False), 100, "platelet count 100, needs more than 100 ×10⁹/L: just at the limit"),
        (Range(low=100, high=400), 500, "platelet count 500, needs at most 400 ×10⁹/L: 100 too high (25%)"),
        (Range(high=50), 40, "platelet count 40, needs more than 50 ×10⁹/L: 10 short (20%)"),
        (Range(high=50, high_included=False), 40, "platelet count 40, needs at least 50 ×10⁹/L: 10 short (20%)"),
        (Range(low=100, high=400), 390, "platelet count 390, needs more than 400 ×10⁹/L: 10 short (2%)"),
        (Range(low=100, high=400), 110, "platelet count 110, needs less than 100 ×10⁹/L: 10 too high (10%)"),
    ],
)
def test_a_number_says_the_nearest_limit_the_distance_and_its_share(limits: Range, value: float, says: str) -> None:
    assert platelets(limits, value) == says


def test_an_age_is_too_young_or_too_old_and_has_no_share() -> None:
    age = Attribute(topic=Topic.AGE)
    limits = Range(low=18, high=65, unit="years")
    young, old = miss(age, limits, 17.5, "years"), miss(age, limits, 70, "years")
    assert young is not None
    assert young.text == "age 210 months, needs at least 18 years: 6 months too young"
    assert old is not None
    assert (old.text, old.share) == ("age 70 years, needs at most 65 years: 5 years too old", None)


def test_a_score_has_a_distance_and_no_share() -> None:
    found = miss(Attribute(topic=Topic.PERFORMANCE_STATUS, subject="ecog"), Range(high=1), 3)
    assert found is not None
    assert found.text == "ECOG activity level 3, needs at most 1: 2 too high"


def washed_out(days_ago: float, window: float = 28, today: datetime.date = TODAY) -> Miss | None:
    requirement = Requirement(attribute=CHEMOTHERAPY, start=0, end=1, value=True, within_days=window)
    fact = Fact(attribute=CHEMOTHERAPY, value=True, days_ago=days_ago, quote=f"{days_ago:g} days ago")
    return missed_by(by_fact(requirement, fact), today)


def test_a_wash_out_says_how_many_days_are_missing_and_from_when_on_it_is_over() -> None:
    found = washed_out(16)
    assert found is not None
    assert found.text == "chemotherapy 16 days ago, needs more than 4 weeks: 13 days too early, from 4 December on"
    assert found.over_on == TODAY + datetime.timedelta(days=28 - 16 + 1)


@pytest.mark.parametrize("days_ago", [0, 1, 16, 27, 27.5, 28])
def test_on_the_day_that_is_named_the_rule_no_longer_counts_and_the_day_before_it_does(days_ago: float) -> None:
    found = washed_out(days_ago)
    assert found is not None
    wait = int(found.by)
    requirement = Requirement(attribute=CHEMOTHERAPY, start=0, end=1, value=True, within_days=28)
    then = [
        by_fact(requirement, Fact(attribute=CHEMOTHERAPY, value=True, days_ago=days_ago + days, quote="q")).truth
        for days in (wait - 1, wait)
    ]
    assert then == [True, False]


def test_what_had_to_happen_lately_and_did_not_is_too_late() -> None:
    found = washed_out(120, window=90)
    assert found is not None
    assert found.text == "chemotherapy 120 days ago, needs at most 3 months: 30 days too late"
    assert found.over_on is None


def test_what_is_no_number_and_has_no_time_has_no_distance() -> None:
    requirement = Requirement(attribute=CHEMOTHERAPY, start=0, end=1, value=True)
    fact = Fact(attribute=CHEMOTHERAPY, value=True, quote="had chemotherapy")
    assert missed_by(by_fact(requirement, fact), TODAY) is None
    assert missed_by(by_fact(requirement, None), TODAY) is None


def test_a_value_on_another_scale_has_no_distance() -> None:
    ecog = Requirement(
        attribute=Attribute(topic=Topic.PERFORMANCE_STATUS, subject="ecog"), start=0, end=1, range=Range(high=1)
    )
    fact = Fact(attribute=Attribute(topic=Topic.PERFORMANCE_STATUS, subject="karnofsky"), value=50.0, quote="KPS 50")
    assert missed_by(by_fact(ecog, fact), TODAY) is None
