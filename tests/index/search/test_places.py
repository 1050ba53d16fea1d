"""Where a city lies is read from the sites themselves; nearness is along the great circle."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.filters import Filters
from index.search.places import (
    MILE_KM,
    Circle,
    Spot,
    distance,
    distance_words,
    is_one_place,
    nearest,
    settled_places,
    spot,
)
from index.store.build import build
from index.store.store import Store
from index.store.tables import on_globe
from index.trial import Site
from index.vocabulary import Status
from tests.studies import Json, found, trial

ROUND = 2 * math.pi * 6371  # km


def at(city: str, latitude: float | None, longitude: float | None, state: str | None = None, **more: str) -> Json:
    given = {"city": city, "country": "United States", **more} | ({"state": state} if state else {})
    return given | ({"geoPoint": {"lat": latitude, "lon": longitude}} if latitude is not None else {})


BOSTON = at("Boston", 42.36, -71.06, "Massachusetts")
WORCESTER = at("Worcester", 42.26, -71.80, "Massachusetts")
LYON = at("Lyon", 45.75, 4.85, country="France")


def known(store: Store, *sites: list[Json]) -> Store:
    build(store, [found(trial(number, sites=each)) for number, each in enumerate(sites, 1)])
    return store


def point(latitude: float, longitude: float) -> tuple[float, float, float]:
    here = on_globe(Site(latitude=latitude, longitude=longitude))
    assert here is not None
    return here


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ((0, 0), (0, 90), ROUND / 4),
        ((90, 0), (-90, 0), ROUND / 2),
        ((10, 179.5), (10, -179.5), 2 * 6371 * math.asin(math.cos(math.radians(10)) * math.sin(math.radians(0.5)))),
        ((42.36, -71.06), (42.36, -71.06), 0),
    ],
)
def test_a_distance_goes_the_short_way_round(one: tuple[float, float], other: tuple[float, float], km: float) -> None:
    assert distance(point(*one), point(*other)) == pytest.approx(km)


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(1, 15_000))
def test_a_place_is_within_its_distance_and_not_within_less(latitude: float, longitude: float, km: float) -> None:
    here = point(latitude, longitude)
    middle = point(0, 0)
    away = distance(here, middle)
    product = sum(a * b for a, b in zip(here, middle, strict=True))
    if abs(away - km) > 0.01:
        assert (product >= math.cos(min(km / 6371, math.pi))) is (away < km)


def test_boston_is_where_its_sites_are_and_is_told_from_others_of_its_name(store: Store) -> None:
    known(store, [BOSTON], [BOSTON], [at("Boston", 52.97, -0.02, country="United Kingdom")])
    here = spot(store.records, "boston")
    assert here is not None
    assert (here.name, here.country) == ("Boston, Massachusetts", "united states")
    assert distance(here.point, point(42.36, -71.06)) < 0.01
    there = spot(store.records, "Boston, United Kingdom")
    assert there is not None
    assert there.name == "Boston, United Kingdom"


def test_one_site_that_is_placed_wrongly_does_not_move_a_city(store: Store) -> None:
    known(store, [BOSTON], [BOSTON], [BOSTON], [at("Boston", -42.36, -71.06, "Massachusetts")])
    here = spot(store.records, "Boston")
    assert here is not None
    assert distance(here.point, point(42.36, -71.06)) < 0.01


@pytest.mark.parametrize("place", ["France", "Atlantis", "", ",", "Nowhere", "Massachusetts"])
def test_what_is_no_city_with_coordinates_lies_nowhere(store: Store, place: str) -> None:
    known(store, [BOSTON, LYON, at("Nowhere", None, None)])
    assert spot(store.records, place) is None


@pytest.mark.parametrize(
    ("km", "passing"),
    [(10, {1, 3, 4, 6}), (50, {1, 3, 4, 6}), (70, {1, 2, 3, 4, 6}), (20_100, {1, 2, 3, 4, 5, 6})],
)
def test_a_trial_passes_with_a_site_near_enough_or_with_none_that_is_located(
    store: Store, km: float, passing: set[int]
) -> None:
    nowhere = at("Salem", None, None, "Massachusetts")
    known(store, [BOSTON], [WORCESTER, nowhere], [nowhere], [], [LYON], [LYON, BOSTON])
    here = spot(store.records, "Boston")
    assert here is not None
    near = Filters(near=Circle(spot=here, km=km))
    assert near.allowed(store.records) == {f"NCT0999{number:04}" for number in passing}
    outside = 6 - len(passing)
    words = f"without a site within {km:,} km of Boston, Massachusetts"
    counted = near.left_out(store.records, [f"NCT0999{number:04}" for number in range(1, 7)])
    assert counted == (((words, outside),) if outside else ())


def test_a_site_that_takes_nobody_is_not_near(store: Store) -> None:
    known(store, [BOSTON | {"status": "WITHDRAWN"}, LYON], [BOSTON])
    here = spot(store.records, "Boston")
    assert here is not None
    near = Filters(near=Circle(spot=here, km=20), statuses=(Status.RECRUITING,))
    assert near.allowed(store.records) == {"NCT09990002"}


def test_the_nearest_site_is_one_that_may_take_people() -> None:
    withdrawn = trial(1, sites=[BOSTON | {"status": "WITHDRAWN"}, WORCESTER | {"status": "RECRUITING"}, LYON])
    boston = Spot(name="Boston", point=point(42.36, -71.06))
    found_site = nearest(withdrawn, boston)
    assert found_site is not None
    assert found_site[1].city == "Worcester"
    assert 55 < found_site[0] < 65
    assert nearest(trial(2, sites=[at("Salem", None, None)]), boston) is None


def test_a_city_in_its_state_is_one_place_and_two_countries_are_two(store: Store) -> None:
    known(store, [BOSTON, LYON])
    assert is_one_place(store.records, "Boston, Massachusetts")
    assert not is_one_place(store.records, "Boston, France")
    assert settled_places(store.records, ["Boston, Massachusetts", "France, United States"]) == (
        "Boston, Massachusetts",
        "France",
        "United States",
    )


@pytest.mark.parametrize(
    ("km", "miles", "words"),
    [
        (100, False, "100 km"),
        (50 * MILE_KM, True, "50 miles"),
        (1, False, "1 km"),
        (0.2, True, "1 mile"),
        (2e3, False, "2,000 km"),
    ],
)
def test_a_distance_is_said_in_the_unit_that_was_asked_in(km: float, miles: bool, words: str) -> None:
    assert distance_words(km, miles) == words
