"""Where a named place lies, as the sites of the store tell it, and the trials with a site near it."""

from __future__ import annotations

import math
import string
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from index.store.records import Records
from index.store.tables import SITES, on_globe
from index.trial import Frozen, Site, Trial

_RADIUS_KM = 6371.0
_ONE_PLACE_KM = 50.0  # sites of one city that lie farther apart are of two cities with one name, or placed wrongly
MILE_KM = 1.609344

Point = tuple[float, float, float]


class Spot(Frozen):
    """A city on a globe of radius 1. `name`: with what tells it from others of its name: Boston, Massachusetts."""

    name: str
    country: str | None = None
    point: Point


class Circle(Frozen):
    """All places at most `km` from a spot. `words`: "within 50 miles of Boston, Massachusetts"."""

    spot: Spot
    km: float
    miles: bool = False

    @property
    def words(self) -> str:
        return f"within {distance_words(self.km, self.miles)} of {self.spot.name}"

    def holds(self) -> ColumnElement[bool]:
        """The condition that a site lies in it; of a site without coordinates it is unknown, so it does not hold."""
        x, y, z = self.spot.point
        product = SITES.c.x * x + SITES.c.y * y + SITES.c.z * z
        return product >= math.cos(min(self.km / _RADIUS_KM, math.pi))


class _Named(NamedTuple):
    country: str | None
    state: str | None
    point: Point
    sites: int


def distance_words(km: float, miles: bool) -> str:
    number = max(1, round(km / MILE_KM if miles else km))
    return f"{number:,} {'mile' if miles else 'km'}{'s' if miles and number > 1 else ''}"


def distance(one: Point, other: Point) -> float:
    """Kilometres along the great circle."""
    chord = math.dist(one, other)
    return 2 * _RADIUS_KM * math.asin(min(1.0, chord / 2))


def spot(records: Records, place: str) -> Spot | None:
    """Where a city lies: the middle of its sites. `place`: "Boston" or "Boston, Massachusetts"; of several cities of
    one name it is the one with the most sites. `None` for a place that is no city here, or has no coordinates.
    """
    city, *wider = parts(place)
    query = select(SITES.c.country, SITES.c.state, SITES.c.x, SITES.c.y, SITES.c.z, func.count()).where(
        SITES.c.city == city, SITES.c.x.is_not(None), *_in_wider(wider)
    )
    with records.reading() as connection:
        rows = connection.execute(query.group_by(SITES.c.country, SITES.c.state, SITES.c.x, SITES.c.y, SITES.c.z)).all()
    named = [_Named(country, state, (x, y, z), count) for country, state, x, y, z, count in rows]
    if not named:
        return None
    here = max((_around(one, named) for one in named), key=lambda group: sum(one.sites for one in group))
    country, state = _most(here, "country"), _most(here, "state")
    region = state if state and state not in (city, country) and country in _TOLD_BY_STATE else country
    name = ", ".join(string.capwords(part) for part in dict.fromkeys((city, region)) if part)
    return Spot(name=name, country=country, point=_middle(here))


def is_one_place(records: Records, place: str) -> bool:
    """Whether a site lies in all parts of `place`: of "Boston, Massachusetts" it does, of "Germany, France" it does
    not.
    """
    query = select(SITES.c.trial_id).where(*_in_wider(parts(place))).limit(1)
    with records.reading() as connection:
        return connection.scalar(query) is not None


def settled_places(records: Records, places: Iterable[str]) -> tuple[str, ...]:
    """Places as limits take them: "Boston, Massachusetts" is one, "Germany, France" are two."""
    settled: list[str] = []
    for place in places:
        settled += [place] if is_one_place(records, place) else [part.strip() for part in place.split(",")]
    return tuple(dict.fromkeys(settled))


def parts(place: str) -> list[str]:
    return [part for part in (piece.strip().lower() for piece in place.split(",")) if part] or [""]


def nearest(trial: Trial, to: Spot) -> tuple[float, Site] | None:
    """The site of a trial nearest to a spot, and its distance in km; where some may take people, of those."""
    sites = [site for site in trial.sites if site.status is None or site.status.open or site.status.may_open]
    located = [(distance(point, to.point), site) for site in sites or trial.sites if (point := on_globe(site))]
    return min(located, key=lambda one: one[0], default=None)


_TOLD_BY_STATE = frozenset({"united states", "canada", "australia"})


def _in_wider(regions: Sequence[str]) -> list[ColumnElement[bool]]:
    return [or_(SITES.c.country == part, SITES.c.state == part, SITES.c.city == part) for part in regions]


def _around(one: _Named, others: Sequence[_Named]) -> list[_Named]:
    return [other for other in others if distance(one.point, other.point) <= _ONE_PLACE_KM]


def _most(named: Sequence[_Named], field: str) -> str | None:
    counts: dict[str, int] = {}
    for one in named:
        value = getattr(one, field)
        if value:
            counts[value] = counts.get(value, 0) + one.sites
    return max(sorted(counts), key=lambda value: counts[value], default=None)


def _middle(named: Sequence[_Named]) -> Point:
    """The median of each coordinate, brought back onto the globe."""
    points = [one.point for one in named for _ in range(one.sites)]
    x, y, z = (median(point[axis] for point in points) for axis in range(3))
    length = math.hypot(x, y, z)
    return (x / length, y / length, z / length)
