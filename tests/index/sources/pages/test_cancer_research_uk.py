"""Cancer Research UK pages that are open, or lack sections."""

from __future__ import annotations

import datetime

import pytest

from index.errors import SourceError
from index.sources.page import read_page
from index.trial import SectionName
from index.vocabulary import Status

PAGE = """A trial of walking for people with breast cancer

Cancer type:

Breast cancer


This trial looks at walking Open a glossary item.

Who can enter

You may be able to join if you

  • Can walk

Trial design

Everyone walks. It is not a randomised trial.

Recruitment start: 1 March 2024

Recruitment end:

CRUK internal database number:

12345

Rate this page:
"""


def test_a_page_without_phase_visits_or_side_effects() -> None:
    trial = read_page(PAGE)
    assert trial.prose == {
        SectionName.BRIEF_SUMMARY: "This trial looks at walking.",
        SectionName.ELIGIBILITY: "You may be able to join if you\n\n  • Can walk",
        SectionName.DESIGN: "Everyone walks. It is not a randomised trial.",
    }
    assert trial.conditions == ("Breast cancer",)
    assert [one.name for one in trial.interventions] == ["walking"]
    assert trial.start is not None
    assert trial.start.first_day == datetime.date(2024, 3, 1)


def test_a_bare_number_is_named_after_its_database() -> None:
    assert read_page(PAGE).id == "CRUK-12345"


def test_what_the_fixed_sentences_do_not_say_is_not_given() -> None:
    trial = read_page(PAGE)
    assert (trial.status, trial.design.allocation, trial.design.masking) == (None, None, None)
    assert (trial.enrollment, trial.has_results) == (None, None)


@pytest.mark.parametrize(
    ("banner", "status"),
    [
        ("Please note - this trial is no longer recruiting patients.", Status.NO_LONGER_RECRUITING),
        ("Please note - this trial is now closed.", Status.NO_LONGER_RECRUITING),
        ("Please note - this study is not yet recruiting.", Status.NOT_YET_RECRUITING),
        ("Please note - this trial is currently recruiting.", Status.RECRUITING),
    ],
)
def test_the_banner_says_the_status(banner: str, status: Status) -> None:
    assert read_page(PAGE.replace("\nCancer type:", f"\n{banner}\n\nCancer type:")).status is status


def test_a_day_is_read_in_british_order_and_kept_as_it_stands() -> None:
    start = read_page(PAGE.replace("1 March 2024", "02/03/2024")).start
    assert start is not None
    assert (start.text, start.first_day) == ("02/03/2024", datetime.date(2024, 3, 2))


def test_a_page_without_its_number_says_so() -> None:
    with pytest.raises(SourceError, match="no internal database number"):
        read_page(PAGE.replace("12345", ""))
