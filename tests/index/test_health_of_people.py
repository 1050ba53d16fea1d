"""Age and sex fields against the criteria: what differs is flagged with both sides, what may be meant alike is not."""

from __future__ import annotations

import datetime

import pytest

from index.health import Flag, Sign, flags
from index.record import Record
from index.trial import Form
from tests.studies import trial

TODAY = datetime.date(2026, 11, 21)


def record(*rules: str, low: str = "", high: str = "", sex: str = "ALL", exclusions: tuple[str, ...] = ()) -> Record:
    text = "Inclusion Criteria:\n\n" + "\n".join(f"* {rule}" for rule in rules)
    text += "\n\nExclusion Criteria:\n\n" + "\n".join(f"* {rule}" for rule in exclusions) if exclusions else ""
    return Record.of(trial(eligibility=text, minimum_age=low, maximum_age=high, sex=sex))


def found(one: Record, sign: Sign) -> Flag | None:
    return next((flag for flag in flags(one, TODAY) if flag.sign is sign), None)


@pytest.mark.parametrize(
    ("low", "high", "rule"),
    [
        ("8 Years", "80 Years", "Age of 5 to 80 years and of either sex."),
        ("18 Years", "60 Years", "Men and women aged 18-80 years"),
        ("18 Months", "50 Years", "Aged 18-50 years old"),
        ("18 Years", "", "Male or female subjects ≥ 45 years of age."),
        ("18 Years", "", "Aged 18-80 years;"),
        ("7 Years", "17 Years", "Male or female, aged 7 to 18 years old, inclusive"),
        ("16 Years", "55 Years", "Men and non-pregnant women, ages 16 to 35 years inclusive."),
        ("", "65 Years", "Adults aged 18 years or older"),
    ],
)
def test_ages_that_differ_are_flagged(low: str, high: str, rule: str) -> None:
    assert found(record(rule, low=low, high=high), Sign.AGES_DIFFER)


@pytest.mark.parametrize(
    ("low", "high", "rule"),
    [
        ("18 Years", "65 Years", "Age 18-65"),
        ("", "17 Years", "Age < 18 years"),
        ("", "18 Years", "Age < 18 years"),
        ("17 Years", "", "Age > 16 years"),
        ("5 Years", "17 Years", "Between 5 and 18 years of age"),  # "until 18" may be meant
        ("9 Years", "17 Years", "Age 9 to 17.99 years"),
        ("24 Months", "6 Years", "Children aged 2 to 6 years"),
        ("18 Years", "", "Aged 18 to 99 years"),
        ("", "12 Years", "Age 0-12 years"),
        ("40 Years", "", "Age 21 or older at diagnosis"),
        ("18 Years", "", "Donors must be 12 years of age or older"),
        ("18 Years", "", "Atopic dermatitis for more than 1 year"),
        ("18 Years", "", "Age ≥ 60 years with heart failure"),  # some others may join without it
        ("", "", "Age 18 or older"),
    ],
)
def test_ages_that_may_be_meant_alike_are_not(low: str, high: str, rule: str) -> None:
    assert found(record(rule, low=low, high=high), Sign.AGES_DIFFER) is None


def test_both_sides_of_ages_that_differ_are_quoted() -> None:
    one = record("Lymphoma", "Aged 20-60 years;", low="18 Years", high="65 Years")
    flag = found(one, Sign.AGES_DIFFER)
    assert flag
    assert flag.text == (
        "Inclusion 2 says “Aged 20-60 years”, but the record's age fields say 18 Years to 65 Years. "
        "Ask the study team which holds."
    )
    assert [one.quote(span) for span in flag.spans] == [
        "Aged 20-60 years;",
        "Minimum age: 18 Years",
        "Maximum age: 65 Years",
    ]


def test_groups_with_ages_of_their_own_explain_a_wider_field() -> None:
    two = record("Patients aged 18 to 65 years", "Age 12 to 17 years", low="12 Years", high="65 Years")
    any_of = record("Any of the following:\n  * Age ≥ 60 years\n  * Diabetes", low="18 Years")
    elsewhere = record("Age ≥ 18 years with leukaemia", "Age ≥ 60 years", low="18 Years")
    for one in (two, any_of, elsewhere):
        assert found(one, Sign.AGES_DIFFER) is None


def test_a_cohort_of_its_own_says_nothing_of_everybody() -> None:
    text = "Inclusion Criteria:\n\nCohort A:\n\n* Age ≥ 60 years\n\nCohort B:\n\n* Lymphoma"
    assert found(Record.of(trial(eligibility=text, minimum_age="18 Years")), Sign.AGES_DIFFER) is None


@pytest.mark.parametrize(
    ("low", "high", "exclusion", "flagged"),
    [
        ("18 Months", "90 Years", "Age < 18 years", True),
        ("18 Years", "75 Years", "Age ≥ 70 years", True),
        ("18 Years", "", "Age < 18 or age ≥ 80 years", True),
        ("21 Years", "60 Years", "Age < 18 years", False),  # keeps out fewer than the field
        ("18 Years", "65 Years", "Age < 18 or > 65 years", False),
    ],
)
def test_an_exclusion_by_age_counts_where_it_keeps_out_more_than_the_field(
    low: str, high: str, exclusion: str, flagged: bool
) -> None:
    one = record("Lymphoma", low=low, high=high, exclusions=(exclusion,))
    assert (found(one, Sign.AGES_DIFFER) is not None) is flagged


def test_an_age_limit_that_an_excerpt_leaves_out_is_not_taken_for_none() -> None:
    whole = record("Aged 18-80 years", low="18 Years").trial
    excerpt = whole.model_copy(update={"origin": whole.origin.model_copy(update={"form": Form.EXCERPT})})
    assert found(Record.of(whole), Sign.AGES_DIFFER)
    assert found(Record.of(excerpt), Sign.AGES_DIFFER) is None


@pytest.mark.parametrize(
    ("sex", "rules", "flagged"),
    [
        ("FEMALE", ("Male or female aged 18 to 65 years, inclusive.",), True),
        ("MALE", ("Age 18 to 75 years old (male or female).",), True),
        ("FEMALE", ("Obese men and women",), True),
        ("ALL", ("Adult women", "Depression"), True),
        ("FEMALE", ("Women who use a barrier (male or female condom)",), False),
        ("FEMALE", ("Pregnant women or women who were pregnant lately",), False),
        ("FEMALE", ("Adult women",), False),
        ("ALL", ("Men or women",), False),
        ("ALL", ("Males 9 to 17 years old.", "Females 8 to 16 years old."), False),
        ("ALL", ("Male", "Women after menopause"), False),
        ("ALL", ("Are female, and are not pregnant.",), False),
    ],
)
def test_a_sex_field_and_rules_that_differ_are_flagged(sex: str, rules: tuple[str, ...], flagged: bool) -> None:
    assert (found(record(*rules, sex=sex), Sign.SEXES_DIFFER) is not None) is flagged


def test_both_sides_of_sexes_that_differ_are_quoted() -> None:
    one = record("Male or female", sex="FEMALE")
    flag = found(one, Sign.SEXES_DIFFER)
    assert flag
    assert "the record's sex field says female only" in flag.text
    assert [one.quote(span) for span in flag.spans] == ["Male or female", "Sex: FEMALE"]
