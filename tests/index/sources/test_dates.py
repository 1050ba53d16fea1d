"""Dates and ages as sources write them."""

from __future__ import annotations

import calendar
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceError
from index.sources.dates import read_age, read_date

DAYS = st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", (2024, 1, 1), (2024, 12, 31)),
        ("2024-02", (2024, 2, 1), (2024, 2, 29)),
        ("2024-03-15", (2024, 3, 15), (2024, 3, 15)),
        ("2024-03-15T07:30", (2024, 3, 15), (2024, 3, 15)),
        ("March 2024", (2024, 3, 1), (2024, 3, 31)),
        ("November 16, 2018", (2018, 11, 16), (2018, 11, 16)),
        ("16 November 2018", (2018, 11, 16), (2018, 11, 16)),
        ("Sept. 2007", (2007, 9, 1), (2007, 9, 30)),
    ],
)
def test_a_date_stands_for_every_day_that_its_precision_allows(
    text: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    date = read_date(text)
    assert date is not None
    assert (date.text, date.first_day, date.last_day) == (text, datetime.date(*first), datetime.date(*last))
    assert date.estimated is None


@given(DAYS)
def test_a_day_reads_the_same_in_figures_and_in_words(day: datetime.date) -> None:
    figures = read_date(day.isoformat())
    words = read_date(f"{calendar.month_name[day.month]} {day.day}, {day.year}")
    assert figures is not None
    assert words is not None
    assert figures.first_day == figures.last_day == words.first_day == words.last_day == day


@given(DAYS)
def test_a_month_reaches_from_its_first_day_to_its_last(day: datetime.date) -> None:
    month = read_date(f"{day:%Y-%m}")
    assert month is not None
    assert month.first_day <= day <= month.last_day
    assert month.first_day.day == 1
    assert (month.last_day + datetime.timedelta(days=1)).day == 1


@pytest.mark.parametrize("estimated", [True, False])
def test_a_date_keeps_whether_it_is_an_estimate(estimated: bool) -> None:
    date = read_date("2024-03", estimated)
    assert date is not None
    assert date.estimated is estimated


@pytest.mark.parametrize("text", [None, "", "  ", "Not available"])
def test_a_date_that_is_not_given_is_none(text: str | None) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize("text", ["soon", "2024-13", "2023-02-29", "Smarch 2024", "15/03/2024", "March 24"])
def test_an_unreadable_date_is_refused_by_name(text: str) -> None:
    with pytest.raises(SourceError, match=text):
        read_date(text)


@pytest.mark.parametrize(
    ("text", "years"),
    [("18 Years", 18.0), ("1 Year", 1.0), ("6 Months", 6 / 12), ("2 weeks", 14 / 365.25), ("30 Days", 30 / 365.25)],
)
def test_an_age_is_its_text_and_its_length_in_years(text: str, years: float) -> None:
    age = read_age(text)
    assert age is not None
    assert age.text == text
    assert age.years == pytest.approx(years)


@pytest.mark.parametrize("text", [None, "", "N/A", "not available"])
def test_an_age_without_a_limit_is_none(text: str | None) -> None:
    assert read_age(text) is None


@pytest.mark.parametrize("text", ["adult", "18", "-3 Years", "18 parsecs"])
def test_an_unreadable_age_is_refused_by_name(text: str) -> None:
    with pytest.raises(SourceError, match=text):
        read_age(text)
