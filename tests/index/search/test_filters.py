"""Limits on the record's fields: they leave out what the record rules out, and never what it leaves open."""

from __future__ import annotations

import datetime

import pytest

from index.search.filters import Filters, listed_places, with_article
from index.search.places import Circle, Spot
from index.search.trials import search
from index.sources.study_json import read_study
from index.store.build import build
from index.store.store import Store
from index.vocabulary import Phase, Sex, Status, StudyType
from tests.studies import Json, found, study, trial

LEEDS = {"city": "Leeds", "state": "West Yorkshire", "country": "United Kingdom"}
SAO_PAULO = {"city": "São Paulo", "country": "Brazil"}


def passes(store: Store, filters: Filters, **fields: object) -> bool:
    """Whether a trial with these fields passes; it stands among others that do not have them."""
    build(store, [found(trial(1, **fields)), found(trial(2, status=None)), found(trial(3, sites=[SAO_PAULO]))])
    return "NCT09990001" in filters.allowed(store.records)


@pytest.mark.parametrize(
    ("filters", "fields", "expected"),
    [
        (Filters(), {}, True),
        (Filters(statuses=(Status.RECRUITING,)), {"status": "RECRUITING"}, True),
        (Filters(statuses=(Status.RECRUITING, Status.NOT_YET_RECRUITING)), {"status": "NOT_YET_RECRUITING"}, True),
        (Filters(statuses=(Status.RECRUITING,)), {"status": "COMPLETED"}, False),
        (Filters(phases=(Phase.PHASE2,)), {"phases": ["PHASE2", "PHASE3"]}, True),
        (Filters(phases=(Phase.PHASE2,)), {"phases": ["PHASE3"]}, False),
        (Filters(phases=(Phase.PHASE2,)), {"phases": ["NA"]}, False),
        (Filters(phases=(Phase.PHASE2,)), {"phases": [], "study_type": "INTERVENTIONAL"}, True),
        (Filters(phases=(Phase.PHASE2,)), {"phases": [], "study_type": "OBSERVATIONAL"}, False),
        (Filters(study_types=(StudyType.INTERVENTIONAL,)), {"study_type": "INTERVENTIONAL"}, True),
        (Filters(study_types=(StudyType.INTERVENTIONAL,)), {"study_type": "OBSERVATIONAL"}, False),
        (Filters(drug=True), {"interventions": [{"type": "BIOLOGICAL", "name": "A vaccine"}]}, True),
        (Filters(drug=True), {"interventions": [{"type": "DEVICE", "name": "A watch"}]}, False),
        (Filters(drug=False), {"interventions": [{"type": "DEVICE", "name": "A watch"}]}, True),
        (
            Filters(drug=False),
            {"interventions": [{"type": "DEVICE", "name": "A"}, {"type": "DRUG", "name": "B"}]},
            False,
        ),
        (Filters(updated_since=datetime.date(2026, 3, 1)), {"updated": "2026-03-01"}, True),
        (Filters(updated_since=datetime.date(2026, 3, 1)), {"updated": "2026-02-28"}, False),
        (Filters(updated_since=datetime.date(2026, 3, 15)), {"updated": "2026-03"}, True),
        (Filters(sex=Sex.FEMALE), {"sex": "FEMALE"}, True),
        (Filters(sex=Sex.FEMALE), {"sex": "ALL"}, True),
        (Filters(sex=Sex.FEMALE), {"sex": "MALE"}, False),
        (Filters(sex=Sex.ALL), {"sex": "MALE"}, True),
        (Filters(healthy_volunteers=True), {"healthy_volunteers": True}, True),
        (Filters(healthy_volunteers=True), {"healthy_volunteers": False}, False),
        (Filters(healthy_volunteers=False), {"healthy_volunteers": True}, True),
    ],
)
def test_a_limit_asks_for_what_it_says(store: Store, filters: Filters, fields: Json, expected: bool) -> None:
    assert passes(store, filters, **fields) is expected


@pytest.mark.parametrize(
    ("age", "expected"), [(17, False), (17.9, False), (18, True), (65, True), (65.9, True), (66, False), (0.5, False)]
)
def test_both_bounds_of_an_age_are_inside(store: Store, age: float, expected: bool) -> None:
    assert passes(store, Filters(age=age), minimum_age="18 Years", maximum_age="65 Years") is expected


@pytest.mark.parametrize(("age", "expected"), [(0, True), (0.5, True), (0.55, True), (0.6, False), (1, False)])
def test_an_age_in_months_is_outgrown_after_a_month(store: Store, age: float, expected: bool) -> None:
    assert passes(store, Filters(age=age), maximum_age="6 Months") is expected


EVERYTHING = Filters(
    statuses=(Status.RECRUITING,),
    phases=(Phase.PHASE2,),
    study_types=(StudyType.INTERVENTIONAL,),
    drug=True,
    age=40,
    sex=Sex.FEMALE,
    place="Leeds",
    near=Circle(spot=Spot(name="Leeds", point=(1.0, 0.0, 0.0)), km=50),
    healthy_volunteers=True,
    posted_since=datetime.date(2026, 3, 1),
    updated_since=datetime.date(2026, 3, 1),
)


@pytest.mark.parametrize("name", list(Filters.model_fields))
def test_a_field_that_is_not_given_never_leaves_a_trial_out(store: Store, name: str) -> None:
    only = Filters(**{name: getattr(EVERYTHING, name)})
    assert passes(store, only, status=None, updated="")
    assert only.left_out(store.records, frozenset({"NCT09990001"})) == ()


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("Leeds", True),
        ("LEEDS", True),
        ("united kingdom", True),
        ("West Yorkshire, united kingdom", True),
        ("Leeds, Brazil", False),
        ("sÃO pAULO", True),
        ("Paulo", False),
        ("L%", False),
        ("Leed_", False),
        ("'; drop table trials; --", False),
    ],
)
def test_a_place_is_known_in_any_case_and_whole(store: Store, place: str, expected: bool) -> None:
    assert passes(store, Filters(place=place), sites=[LEEDS, SAO_PAULO]) is expected


def test_city_and_country_must_be_of_one_site(store: Store) -> None:
    assert not passes(store, Filters(place="Leeds, Brazil"), sites=[LEEDS, SAO_PAULO])


def test_of_several_places_one_will_do(store: Store) -> None:
    either = Filters(place=("Brazil", "Leeds"))
    assert passes(store, either, sites=[LEEDS])
    assert passes(store, either, sites=[SAO_PAULO])
    assert not passes(store, either, sites=[{"city": "Lyon", "country": "France"}])
    assert [words for words, _ in either.limits()] == ["without a site in Brazil or Leeds"]
    assert listed_places(("United States", "France", "Spain")) == "the United States, France or Spain"


@pytest.mark.parametrize(
    ("status", "expected"),
    [(None, True), ("RECRUITING", True), ("NOT_YET_RECRUITING", True), ("WITHDRAWN", False), ("SUSPENDED", False)],
)
def test_a_site_that_takes_nobody_is_no_place_to_join_at(store: Store, status: str | None, expected: bool) -> None:
    site = LEEDS | ({"status": status} if status else {})
    assert passes(store, Filters(place="Leeds", statuses=(Status.RECRUITING,)), sites=[site]) is expected
    assert passes(store, Filters(place="Leeds"), sites=[site])  # where nobody asks to join, it is a site like others
    assert passes(store, Filters(place="Leeds", statuses=(Status.COMPLETED,)), sites=[site], status="COMPLETED")


def test_a_day_on_which_a_study_was_posted_is_a_limit(store: Store) -> None:
    posted = study(1)
    posted["protocolSection"]["statusModule"]["studyFirstPostDateStruct"] = {"date": "2025-06-30"}
    build(store, [found(read_study(posted)), found(trial(2))])
    since = {day: Filters(posted_since=datetime.date(2025, 6, day)).allowed(store.records) for day in (29, 30)}
    assert since == {29: {"NCT09990001", "NCT09990002"}, 30: {"NCT09990001", "NCT09990002"}}
    after = Filters(posted_since=datetime.date(2025, 7, 1))
    assert after.allowed(store.records) == {"NCT09990002"}
    left_out = after.left_out(store.records, ["NCT09990001", "NCT09990002"])
    assert left_out == (("first posted before 1 July 2025", 1),)


def test_each_limit_can_be_taken_away_alone() -> None:
    names = [name for name, _, _ in EVERYTHING.without_each()]
    assert names == list(Filters.model_fields)
    for name, words, without in EVERYTHING.without_each():
        assert words not in [still for still, _ in without.limits()]
        assert without == EVERYTHING.model_copy(update={name: Filters.model_fields[name].default})


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(statuses=(Status.RECRUITING, Status.AVAILABLE)), "not recruiting now"),
        (Filters(study_types=(StudyType.INTERVENTIONAL, StudyType.EXPANDED_ACCESS)), "that only observe"),
        (Filters(study_types=(StudyType.OBSERVATIONAL,)), "that do not only observe"),
        (Filters(drug=True), "without a drug"),
        (Filters(updated_since=datetime.date(2026, 1, 1)), "not updated since 1 January 2026"),
    ],
)
def test_a_limit_says_what_it_leaves_out(filters: Filters, words: str) -> None:
    assert [said for said, _ in filters.limits()] == [words]


def test_the_places_of_a_store_are_the_ones_that_can_be_asked_for(store: Store) -> None:
    build(store, [found(trial(1, sites=[LEEDS, SAO_PAULO, {"facility": "Nowhere"}]))])
    assert store.records.places() == {"leeds", "west yorkshire", "united kingdom", "são paulo", "brazil"}


def test_each_limit_says_how_many_it_leaves_out(store: Store) -> None:
    build(
        store,
        [
            found(trial(1, status="COMPLETED", sites=[LEEDS])),
            found(trial(2, status="COMPLETED", sites=[SAO_PAULO])),
            found(trial(3, sites=[SAO_PAULO])),
            found(trial(4, sites=[LEEDS])),
        ],
    )
    filters = Filters(statuses=(Status.RECRUITING,), place="Brazil", age=40)
    result = search(store, "exampline lymphoma", filters)
    assert [hit.trial_id for hit in result.hits] == ["NCT09990003"]
    assert result.related == 4
    assert result.left_out == (("not recruiting now", 2), ("without a site that takes people in Brazil", 2))


@pytest.mark.parametrize(
    ("place", "words"), [("United States", "the United States"), ("France", "France"), ("", ""), (None, "")]
)
def test_a_place_is_named_as_in_a_sentence(place: str | None, words: str) -> None:
    assert with_article(place) == words
