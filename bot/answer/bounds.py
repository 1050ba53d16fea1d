"""From limits as a person says them to filters of a store, and which to give up first when nothing is left."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.answer.limits import Kind, Limits, read_limits
from bot.answer.places_said import Said
from bot.person.facts import Profile
from index.criteria.rule import Topic
from index.search.filters import Filters, day_words, listed_places
from index.search.places import Circle, distance_words, nearest, settled_places, spot
from index.store.records import Records
from index.trial import Site, Trial
from index.vocabulary import Status

_NOW = (Status.RECRUITING, Status.AVAILABLE)
_WIDER = 3  # times the distance, before any is good


class Wider(NamedTuple):
    """Limits that hold less than those that were asked for, and the words that say so."""

    filters: Filters
    words: str


def bounds(
    limits: Limits, profile: Profile, records: Records, joinable: tuple[Status, ...]
) -> tuple[Filters, tuple[str, ...]]:
    """The filters that `limits` ask for, and what could not be done as it was said. Where no place is named it is the
    person's own, unless any will do. `joinable`: the statuses that are meant where none is said.
    """
    notes: tuple[str, ...]
    near, notes = _near(limits, profile, records)
    places = settled_places(records, limits.places)
    if near:
        places = ()
    if isinstance(near, str):  # a whole country or state: near it is in it
        places = (near,)
        near = None
    well = any(fact.value is True for fact in profile.on(Topic.HEALTHY_VOLUNTEER))
    ill = any(fact.value for fact in profile.on(Topic.CONDITION))
    filters = Filters(
        statuses=() if limits.closed_too else _NOW if limits.recruiting else joinable,
        phases=limits.phases,
        study_types=limits.study_types,
        drug=limits.drug,
        place=places or None,
        near=near,
        healthy_volunteers=True if limits.healthy or (well and not ill) else None,
        posted_since=limits.posted_since,
        updated_since=limits.updated_since,
    )
    return filters, notes


def _near(limits: Limits, profile: Profile, records: Records) -> tuple[Circle | str | None, tuple[str, ...]]:
    """The circle that is asked for, or that the person lives in; a name where it is no town; what to say without."""
    home = _home(profile, records)
    said = limits.near
    if said is None:
        at_home = limits.places in ((), (home,)) and Kind.PLACE not in limits.lifted
        lives_there = home if at_home else None
        return (_circle(Said(), lives_there, records), ()) if lives_there else (None, ())
    if said.unknown:
        why = f"I do not know where “{said.unknown}” lies, as no trial here has a site there"
        return None, (f"{why}; I looked everywhere. Name a larger town, and I look near it.",)
    place = said.place or home or next(iter(limits.places), None)
    if place is None:
        told = next((fact.value for fact in profile.on(Topic.PLACE) if isinstance(fact.value, str)), None)
        why = f"No trial here has a site in {told}" if told else "I do not know where you are"
        return None, (f"{why}, so I looked everywhere. Name a larger town, and I look near it.",)
    return _circle(said, place, records), ()


def _circle(said: Said, place: str, records: Records) -> Circle | str:
    (place, *_) = settled_places(records, [place])
    here = spot(records, place)
    if here is None:
        return place
    km, miles = said.radius(here.country)
    return Circle(spot=here, km=km, miles=miles)


def _home(profile: Profile, records: Records) -> str | None:
    """Where the person lives, where a site of the store lies there."""
    told = [fact.value for fact in profile.on(Topic.PLACE) if isinstance(fact.value, str)]
    known = records.places() if told else frozenset()
    parts = (part for value in told for part in (value, *value.split(",")))
    return next((named[0] for part in parts if (named := read_limits(f"in {part.strip()}", known).places)), None)


_SAYS = {
    "posted_since": "None of them was first posted since {since}. These are older.",
    "updated_since": "None of them was updated since {since}. These were last updated earlier.",
    "study_types": "None is of the kind that you asked for. These are of other kinds.",
    "phases": "None is in the phase you asked for. These are in other phases.",
}

_MAY_BE = {
    "near": "farther away",
    "place": "elsewhere",
    "drug": "of other kinds",
    "posted_since": "older",
    "updated_since": "last updated earlier",
    "study_types": "of other kinds",
    "phases": "in other phases",
}
_ALL_CLOSED = "None of the trials I found takes new people now. These are listed for your information only."


def wider(filters: Filters, alone: Mapping[str, int]) -> Iterator[Wider]:
    """Ever wider limits, each with the words that say so; a wider list never passes for the one that was asked for.

    `alone`: how many trials fail one limit only, by its field: such a limit is given up before several are.
    """
    if filters.near:
        far = filters.near.model_copy(update={"km": _WIDER * filters.near.km})
        yield Wider(filters.model_copy(update={"near": far}), _says("near", filters, alone, far))
    set_now = [name for name in _MAY_BE if getattr(filters, name)]
    for name in set_now:
        if alone.get(name):
            yield Wider(_left_out(filters, name), _says(name, filters, alone))
    less = filters
    for count, name in enumerate(set_now, 1):
        less = _left_out(less, name)
        may_be = ", ".join(dict.fromkeys(_MAY_BE[one] for one in set_now[:count]))
        several = f"To find any I gave up several limits: these may be {may_be}."
        yield Wider(less, several if count > 1 else _says(name, filters, alone))
    if filters.statuses:
        if alone.get("statuses"):
            yield Wider(_left_out(filters, "statuses"), _ALL_CLOSED)
        yield Wider(Filters(), _ALL_CLOSED)


def _left_out(filters: Filters, name: str) -> Filters:
    return filters.model_copy(update={name: Filters.model_fields[name].default})


def _says(name: str, filters: Filters, alone: Mapping[str, int], far: Circle | None = None) -> str:
    if name in ("near", "place"):
        where = filters.near.words if name == "near" and filters.near else f"in {listed_places(filters.places)}"
        now = " that takes people now" if alone.get("statuses") else ""
        here = (
            f"These are {far.words}" if far else "These are farther away" if name == "near" else "These are elsewhere"
        )
        return f"None of the trials I found has a site {where}{now}. {here}."
    if name == "drug":
        return _SAYS["study_types"]
    since = getattr(filters, name)
    return _SAYS[name].format(since=day_words(since) if isinstance(since, datetime.date) else "")


def reasons(related: int, left_out: Sequence[tuple[str, int]], alone: Sequence[tuple[str, int]], most: int) -> str:
    """Why nothing is left: what each limit leaves out, and what giving up one alone brings, counted up to `most`."""
    why = f"None of {related} related trials is within all limits: {_counted(left_out, ', ')}."
    if len(left_out) < 2:
        return why
    return f"{why} Giving up one limit alone brings {_counted(alone, ', or ', most) or 'nothing'}."


def _counted(counts: Sequence[tuple[str, int]], between: str, most: int = 0) -> str:
    return between.join(f"{count}{' or more' if count == most else ''} {words}" for words, count in counts)


def how_far(circle: Circle, trials: Sequence[Trial]) -> str:
    """The site of each trial that is nearest to the middle of a circle."""
    known = [(trial.id, found) for trial in trials if (found := nearest(trial, circle.spot))]
    told = ", ".join(_one_distance(trial_id, km, site, circle) for trial_id, (km, site) in known)
    unknown = [trial.id for trial in trials if trial.id not in dict(known)]
    lines = [f"Nearest sites to {circle.spot.name}: {told}."] if told else []
    return " ".join([*lines, f"How far it is I cannot tell for {', '.join(unknown)}."] if unknown else lines)


def _one_distance(trial_id: str, km: float, site: Site, circle: Circle) -> str:
    if site.city and circle.spot.name.lower().startswith(site.city.lower()):
        return f"{trial_id} in {site.city}"
    return f"{trial_id} {distance_words(km, circle.miles)} ({site.city or site.place})"
