"""Limits on the record's fields: they leave out what the record rules out, and never what it leaves open."""

from __future__ import annotations

import pytest

from index.search.filters import Filters, with_article
from index.search.trials import search
from index.store.build import build
from index.store.store import Store
from index.vocabulary import Phase, Sex, Status, StudyType
from tests.studies import Json, found, trial

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
        (Filters(study_type=StudyType.INTERVENTIONAL), {"study_type": "INTERVENTIONAL"}, True),
        (Filters(study_type=StudyType.INTERVENTIONAL), {"study_type": "OBSERVATIONAL"}, False),
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
    study_type=StudyType.INTERVENTIONAL,
    age=40,
    sex=Sex.FEMALE,
    place="Leeds",
    healthy_volunteers=True,
)


@pytest.mark.parametrize("name", list(Filters.model_fields))
def test_a_field_that_is_not_given_never_leaves_a_trial_out(store: Store, name: str) -> None:
    only = Filters(**{name: getattr(EVERYTHING, name)})
    assert passes(store, only, status=None)
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
    assert result.left_out == (("not open to new people", 2), ("without a site in Brazil", 2))


@pytest.mark.parametrize(
    ("place", "words"), [("United States", "the United States"), ("France", "France"), ("", ""), (None, "")]
)
def test_a_place_is_named_as_in_a_sentence(place: str | None, words: str) -> None:
    assert with_article(place) == words
