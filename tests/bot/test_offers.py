"""Who the person is takes part in which trials are found, and hides none."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from bot.offers import find
from bot.person.facts import Profile
from bot.person.intake import facts_in
from index.search.filters import Filters
from index.store.build import build
from index.store.store import Store
from tests.fakes import FakeEmbedder
from tests.studies import found, trial

TODAY = datetime.date(2026, 7, 1)
CHILDREN, WOMEN, MEN = {"maximum_age": "17 Years"}, {"sex": "FEMALE"}, {"sex": "MALE"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("offers") / "store", FakeEmbedder())
    build(store, [found(trial(number, **fields)) for number, fields in enumerate((CHILDREN, WOMEN, MEN), 1)])
    yield store
    store.close()


@pytest.mark.parametrize(
    ("says", "last"),
    [
        ("I am a 70 year old woman with lymphoma", {1, 3}),
        ("I am a 70 year old man with lymphoma", {1, 2}),
        ("my son is 9 and has lymphoma", {2}),
    ],
)
def test_trials_for_other_ages_and_the_other_sex_are_found_after_the_others(
    store: Store, says: str, last: set[int]
) -> None:
    result, offers = find(store, "lymphoma", Filters(), Profile().with_facts(facts_in(says).facts), TODAY)
    order = [int(hit.trial_id[-1]) for hit in result.hits]
    assert set(order[-len(last) :]) == last
    assert len(order) == len(offers) == 3
