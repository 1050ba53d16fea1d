"""Searches within limits: what is offered, what each limit leaves out, and what is said when nothing is left."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from bot.answer.limits import NO_LIMITS
from bot.answer.schema import Provenance
from bot.finding import Finder, Search
from bot.person.intake import facts_in
from bot.person.profile import profile_with
from bot.state import State
from index.store.build import build
from index.store.store import Store
from tests.fakes import FakeEmbedder
from tests.studies import Json, found, trial

TODAY = datetime.date(2026, 11, 21)


def at(city: str, latitude: float, longitude: float, country: str = "United States", **more: str) -> Json:
    return {"city": city, "country": country, "geoPoint": {"lat": latitude, "lon": longitude}, **more}


BOSTON = at("Boston", 42.36, -71.06, state="Massachusetts")
WORCESTER = at("Worcester", 42.26, -71.80, state="Massachusetts")  # 62 km from Boston
ALBANY = at("Albany", 42.65, -73.75, state="New York")  # 223 km
LYON = at("Lyon", 45.75, 4.85, "France")
DRUG, WATCH = ({"type": kind, "name": "Exampline"} for kind in ("DRUG", "DEVICE"))

STUDIES: tuple[Json, ...] = (
    {"sites": [BOSTON], "interventions": [DRUG], "study_type": "INTERVENTIONAL", "phases": ["PHASE3"]},
    {
        "sites": [WORCESTER],
        "interventions": [WATCH],
        "study_type": "INTERVENTIONAL",
        "updated": "2025-02-01",
        "healthy_volunteers": False,
    },
    {"sites": [ALBANY], "study_type": "OBSERVATIONAL"},
    {"sites": [LYON], "status": "NOT_YET_RECRUITING", "healthy_volunteers": True},
    {"sites": [LYON], "status": "COMPLETED"},
    {"sites": [], "study_type": "INTERVENTIONAL"},
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("finding") / "store", FakeEmbedder())
    build(store, [found(trial(number, **fields)) for number, fields in enumerate(STUDIES, 1)])
    yield store
    store.close()


@pytest.fixture
def finder(store: Store) -> Finder:
    return Finder(store, lambda: Provenance(store="test"), lambda: TODAY)


def ask(finder: Finder, *messages: str) -> Search:
    """The search for the last message, each following the one before as in a conversation."""
    state, limits, search = State(), NO_LIMITS, None
    for turn, message in enumerate(messages, 1):
        reading = facts_in(message, turn)
        state = state.model_copy(update={"profile": profile_with(state.profile, reading)})
        search = finder.search(state, finder.query(state, message), reading.facts, limits)
        assert search is not None
        limits, state = search.limits, state.model_copy(update={"searched": search.text})
    assert search is not None
    return search


def offered(search: Search) -> set[int]:
    return {int(offer.record.trial.id[-1]) for offer in search.offers}


def notes(search: Search) -> str:
    return "\n".join(search.answered.answer.notes)


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (["lymphoma trials"], {1, 2, 3, 4, 6}),
        (["lymphoma trials, only recruiting"], {1, 2, 3, 6}),
        (["lymphoma trials, completed trials too"], {1, 2, 3, 4, 5, 6}),
        (["lymphoma trials within 20 miles of Boston"], {1, 6}),
        (["lymphoma trials within 70 km of Boston"], {1, 2, 6}),
        (["lymphoma trials near Boston"], {1, 2, 6}),
        (["lymphoma trials within 300 km of Boston, MA"], {1, 2, 3, 6}),
        (["lymphoma trials in Massachusetts or France"], {1, 2, 4, 6}),
        (["lymphoma trials near France"], {4, 6}),
        (["lymphoma trials, only drug trials"], {1, 4, 6}),
        (["lymphoma trials, no observational studies"], {1, 2, 4, 6}),
        (["lymphoma trials, observational only"], {3, 4}),
        (["lymphoma trials updated this year"], {1, 3, 4, 6}),
        (["I have lymphoma and live in Boston. Any trials?"], {1, 2, 6}),
        (["I have lymphoma and live in Boston. Any trials?", "within 20 km"], {1, 6}),
        (["I have lymphoma and live in Boston. Any trials?", "anywhere"], {1, 2, 3, 4, 6}),
        (["lymphoma trials", "I live in Boston", "any near me?"], {1, 2, 6}),
        (["lymphoma trials near Boston", "only drug trials"], {1, 6}),
        (["lymphoma trials near Boston", "only drug trials", "any type of study"], {1, 2, 6}),
        (["lymphoma trials near Boston", "only drug trials", "anywhere"], {1, 4, 6}),
        (["lymphoma trials, only drug trials", "lymphoma trials in the United States"], {1, 2, 3, 6}),
    ],
)
def test_a_limit_holds_until_it_is_lifted_or_something_else_is_looked_for(
    finder: Finder, messages: list[str], expected: set[int]
) -> None:
    assert offered(ask(finder, *messages)) == expected


def test_each_limit_is_named_with_how_many_it_leaves_out(finder: Finder) -> None:
    search = ask(finder, "lymphoma trials near Boston, only drug trials, updated this year")
    assert search.searching.found == len(STUDIES)
    assert search.searching.left_out == (
        "1 not open to new people",
        "1 that test no treatment",
        "1 without a drug",
        "3 without a site that takes people within 60 miles of Boston, Massachusetts",
        "1 not updated since 1 January 2026",
    )


def test_near_says_where_the_nearest_site_is_and_for_which_that_is_not_known(finder: Finder) -> None:
    search = ask(finder, "lymphoma trials within 70 km of Boston")
    told = "Nearest sites to Boston, Massachusetts: NCT09990001 in Boston, NCT09990002 62 km (Worcester)."
    assert f"{told} How far it is I cannot tell for NCT09990006." in notes(search)
    assert search.offers[-1].record.trial.id == "NCT09990006"


def test_nothing_near_gives_what_is_within_a_longer_way_and_says_so(finder: Finder) -> None:
    search = ask(finder, "lymphoma trials within 50 km of Albany, only drug trials")
    assert offered(search) == {1, 4, 6}
    assert "None of the trials I found has a site within 50 km of Albany, New York. These are farther away." in notes(
        search
    )
    ring = ask(finder, "lymphoma trials within 80 km of Albany, no observational studies")
    assert offered(ring) == {1, 2, 6}
    assert "a site within 80 km of Albany, New York. These are within 240 km of Albany, New York." in notes(ring)
    assert [offer.record.trial.id[-1] for offer in ring.offers] == ["2", "1", "6"]  # the nearest first


def test_nothing_left_keeps_its_reasons_and_says_what_giving_up_one_limit_brings(finder: Finder) -> None:
    search = ask(finder, "lymphoma trials in Lyon updated since August 2026")
    why = (
        "None of 6 related trials is within all limits: 1 not open to new people, "
        "3 without a site that takes people in Lyon, 6 not updated since 1 August 2026. "
        "Giving up one limit alone brings 2 not updated since 1 August 2026."
    )
    wider = "None of them was updated since 1 August 2026. These were last updated earlier."
    assert search.answered.answer.notes[:2] == (why, wider)
    assert offered(search) == {4, 6}


def test_where_no_single_limit_stands_in_the_way_several_are_given_up(finder: Finder) -> None:
    search = ask(finder, "lymphoma trials in Boston, expanded access only, updated since August 2026")
    assert "Giving up one limit alone brings nothing." in notes(search)
    several = "To find any I gave up several limits: these may be elsewhere, last updated earlier."
    assert several in notes(search)
    assert offered(search) == {4}  # its record does not say what kind of study it is


def test_a_place_that_is_not_known_is_said_and_limits_nothing(finder: Finder) -> None:
    search = ask(finder, "lymphoma trials near Atlantis")
    assert "I do not know where “Atlantis” lies" in notes(search)
    assert offered(search) == {1, 2, 3, 4, 6}
    assert "I do not know where you are" in notes(ask(finder, "lymphoma trials near me"))
    assert "No trial here has a site in Leeds" in notes(ask(finder, "I live in Leeds. Lymphoma trials near me?"))


def test_a_healthy_person_is_not_offered_what_is_only_for_the_ill(finder: Finder) -> None:
    assert offered(ask(finder, "lymphoma studies for healthy volunteers")) == {1, 3, 4, 6}
    assert offered(ask(finder, "I'm healthy", "lymphoma trials")) == {1, 3, 4, 6}
    assert offered(ask(finder, "I have lymphoma", "lymphoma trials")) == {1, 2, 3, 4, 6}


def test_limits_alone_find_nothing_before_something_was_looked_for(finder: Finder) -> None:
    query = finder.query(State(), "only drug trials near Boston")
    assert finder.search(State(), query, ()) is None


def test_what_was_looked_for_is_shown_without_limits_that_hold_no_more(finder: Finder) -> None:
    search = ask(finder, "lymphoma trials in France", "anywhere")
    assert search.searching.words == "lymphoma trials"
    assert search.text == "lymphoma trials in France"
