"""The limits that a message sets: each in the words of people, and none where the words are about something else."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.limits import NO_LIMITS, Kind, Limits, read_limits, without
from bot.answer.places_said import Said
from index.search.places import MILE_KM
from index.vocabulary import Phase, StudyType

TODAY = datetime.date(2026, 11, 21)
PLACES = frozenset({"boston", "massachusetts", "united states", "london", "united kingdom", "lyon", "france"}) | {
    "germany",
    "austria",
    "new york",
    "south korea",
    "most",
    "nice",
}
SOME_WORDS = st.sampled_from(
    ["near", "in", "50", "km", "miles", "of", "Boston", "since", "March", "new", "trials", "phase", "2", "no", "only"]
)
TRIALS_ONLY = (StudyType.INTERVENTIONAL, StudyType.EXPANDED_ACCESS)


def read(message: str) -> Limits:
    """What is said, without its words."""
    return read_limits(message, PLACES, TODAY).model_copy(update={"words": ()})


def near(place: str | None, km: float | None = None, miles: bool = False, me: bool = False) -> Limits:
    return Limits(near=Said(place=place, km=km, miles=miles, me=me))


def since(year: int, month: int = 1, day: int = 1) -> datetime.date:
    return datetime.date(year, month, day)


@pytest.mark.parametrize(
    ("message", "limits"),
    [
        ("trials for lupus within 50 miles of Boston", near("Boston", 50 * MILE_KM, miles=True)),
        ("asthma trials within 100 km of Lyon, France", near("Lyon, France", 100)),
        ("within 1,000 kilometres of the UK", near("United Kingdom", 1000)),
        ("no more than 30 mi from Boston, MA", near("Boston, Massachusetts", 30 * MILE_KM, miles=True)),
        ("a 50-mile radius around Boston", near("Boston", 50 * MILE_KM, miles=True)),
        ("in a radius of 20 km around Lyon", near("Lyon", 20)),
        ("fifty miles from London", near("London", 50 * MILE_KM, miles=True)),
        ("I can travel up to 100 miles", near(None, 100 * MILE_KM, miles=True, me=True)),
        ("within 20 km", near(None, 20)),
        ("trials near Lyon", near("Lyon")),
        ("any studies near me?", near(None, me=True)),
        ("anything in my area", near(None, me=True)),
        ("I live in Boston, any trials close to home?", near("Boston", me=True)),
        ("trials near Atlantis for ALS", Limits(near=Said(unknown="Atlantis"))),
        ("trials in Boston", Limits(places=("Boston",))),
        ("trials in Boston, MA", Limits(places=("Boston, Massachusetts",))),
        ("trials in Germany, France or Austria", Limits(places=("Germany, France", "Austria"))),
        ("in New York and in the UK", Limits(places=("New York", "United Kingdom"))),
        ("in Korea", Limits(places=("South Korea",))),
        ("anywhere", Limits(lifted=(Kind.PLACE,))),
        ("any country is fine", Limits(lifted=(Kind.PLACE,))),
        ("anywhere in France", Limits(places=("France",))),
    ],
)
def test_where_trials_shall_be(message: str, limits: Limits) -> None:
    assert read(message) == limits


@pytest.mark.parametrize(
    ("message", "limits"),
    [
        ("new since March", Limits(posted_since=since(2026, 3))),
        ("new lupus trials since March", Limits(posted_since=since(2026, 3))),
        ("trials for asthma new since March 2025", Limits(posted_since=since(2025, 3))),
        ("new since December", Limits(posted_since=since(2025, 12))),
        ("updated this year", Limits(updated_since=since(2026))),
        ("updated in the last 6 months", Limits(updated_since=since(2026, 5, 21))),
        ("updated since 3 May 2026", Limits(updated_since=since(2026, 5, 3))),
        ("updated since 2026-05-03", Limits(updated_since=since(2026, 5, 3))),
        ("posted after 2024", Limits(posted_since=since(2025))),
        ("posted after March 2026", Limits(posted_since=since(2026, 4))),
        ("posted after 3 March 2026", Limits(posted_since=since(2026, 3, 4))),
        ("posted since 2024", Limits(posted_since=since(2024))),
        ("trials since 2024", Limits(posted_since=since(2024))),
        ("what is new this month?", Limits(posted_since=since(2026, 11))),
        ("added last month", Limits(posted_since=since(2026, 10, 21))),
        ("studies added since last month", Limits(posted_since=since(2026, 10))),
        ("registered in the past two weeks", Limits(posted_since=since(2026, 11, 7))),
        (
            "posted since 2025 and updated this year",
            Limits(posted_since=since(2025), updated_since=since(2026)),
        ),
    ],
)
def test_since_when_trials_shall_be_there(message: str, limits: Limits) -> None:
    assert read(message) == limits


@pytest.mark.parametrize(
    ("message", "limits"),
    [
        ("only drug trials", Limits(study_types=(StudyType.INTERVENTIONAL,), drug=True)),
        ("any drug trials for gout", Limits(study_types=(StudyType.INTERVENTIONAL,), drug=True)),
        ("no drug trials please", Limits(drug=False)),
        ("non-drug studies for migraine", Limits(drug=False)),
        ("no observational studies", Limits(study_types=TRIALS_ONLY)),
        ("I don't want observational studies", Limits(study_types=TRIALS_ONLY)),
        ("observational only", Limits(study_types=(StudyType.OBSERVATIONAL,))),
        ("interventional studies for lupus", Limits(study_types=(StudyType.INTERVENTIONAL,))),
        ("expanded access for ALS", Limits(study_types=(StudyType.EXPANDED_ACCESS,))),
        ("any type of study", Limits(lifted=(Kind.TYPE,))),
        ("phase 2 or 3", Limits(phases=(Phase.PHASE2, Phase.PHASE3))),
        ("phase 1/2 trials", Limits(phases=(Phase.PHASE1, Phase.PHASE2))),
        ("phases I-III", Limits(phases=(Phase.PHASE1, Phase.PHASE2, Phase.PHASE3))),
        ("phase 2b", Limits(phases=(Phase.PHASE2,))),
        (
            "no phase 1",
            Limits(phases=(Phase.EARLY_PHASE1, Phase.PHASE2, Phase.PHASE3, Phase.PHASE4, Phase.NOT_APPLICABLE)),
        ),
        ("any phase", Limits(lifted=(Kind.PHASE,))),
        ("only recruiting", Limits(recruiting=True)),
        ("only those that are recruiting now", Limits(recruiting=True)),
        ("closed trials too", Limits(closed_too=True)),
        ("completed studies of gout", Limits(closed_too=True)),
        ("studies for healthy volunteers", Limits(healthy=True)),
        ("healthy volunteer studies", Limits(healthy=True)),
        ("do they need healthy people?", Limits(healthy=True)),
    ],
)
def test_what_kind_of_study_it_shall_be(message: str, limits: Limits) -> None:
    assert read(message) == limits


@pytest.mark.parametrize(
    "message",
    [
        "I have had pain since March, any trials?",
        "diagnosed in the last 6 months, trials for lymphoma",
        "new trials for people who were diagnosed this year",
        "trials within 6 months of diagnosis",
        "I can walk less than 2 miles",
        "trials in most cases",
        "a nice trial",
        "near the heart",
        "the cancer has not spread anywhere",
        "trials for closed fractures",
        "I have completed radiotherapy",
        "not yet recruiting",
        "no longer recruiting",
        "trials that do not take healthy volunteers",
        "I am on a new drug since last week",
        "new studies for cystic fibrosis",
        "is this an open-label study?",
        "",
    ],
)
def test_words_about_something_else_set_no_limit(message: str) -> None:
    assert read(message) == NO_LIMITS


def test_the_words_of_a_limit_are_kept_as_they_were_said() -> None:
    message = "Lupus trials within 50 miles of Boston, only recruiting, updated this year"
    limits = read_limits(message, PLACES, TODAY)
    assert set(limits.words) == {"within 50 miles of Boston", "only recruiting", "updated this year"}
    assert without(message, limits.words).replace(" ,", "").split(",")[0] == "Lupus trials"


def test_without_a_day_only_dates_that_stand_by_themselves_are_read() -> None:
    assert read_limits("updated this year") == NO_LIMITS
    assert read_limits("updated since March") == NO_LIMITS
    assert read_limits("updated since March 2025").updated_since == since(2025, 3)


def said(*messages: str) -> Limits:
    limits = NO_LIMITS
    for message in messages:
        limits = limits.then(read_limits(message, PLACES, TODAY))
    return limits.model_copy(update={"words": ()})


def test_a_later_limit_takes_the_place_of_one_of_its_kind_and_leaves_the_others() -> None:
    first = said("phase 3 in Germany", "only drug trials", "in France")
    drugs = {"study_types": (StudyType.INTERVENTIONAL,), "drug": True}
    assert first == Limits(phases=(Phase.PHASE3,), places=("France",), **drugs)
    assert said("phase 3 in Germany", "anywhere") == Limits(phases=(Phase.PHASE3,), lifted=(Kind.PLACE,))
    assert said("anywhere", "in France") == Limits(places=("France",))


def test_a_distance_alone_is_from_the_place_that_was_named_before() -> None:
    assert said("in Boston", "within 20 km") == near("Boston", 20)
    assert said("near Boston", "within 20 km") == near("Boston", 20)
    assert said("in Boston", "within 20 km of me") == near(None, 20, me=True)


@given(st.text(max_size=60) | st.lists(SOME_WORDS).map(" ".join))
def test_any_message_is_read_and_its_words_stand_in_it(message: str) -> None:
    limits = read_limits(message, PLACES, TODAY)
    assert all(words in message for words in limits.words)
    assert NO_LIMITS.then(limits).same_as(limits)
