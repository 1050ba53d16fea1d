"""Candidates and their order: what each way of looking brings, who a trial is for, and what the best ones teach."""

from __future__ import annotations

import numpy as np
import pytest

from index.search.candidates import FIRST, Found, Line, candidates, lines_of, standard
from index.search.features import NAMES
from index.search.ranking import Ranking
from index.search.request import Request
from index.store.build import build
from index.store.store import Store
from index.vocabulary import Sex
from tests.studies import found, trial

LINE = Line(
    headline="Exampline for asthma. Asthma",
    conditions="Asthma",
    inclusion_length=100,
    exclusion_length=0,
    minimum_age=18.0,
    too_old_from=66.0,
    sex="FEMALE",
)
EMPTY = Found({}, {}, {})
TRIALS = [
    trial(1, title="Exampline for asthma", conditions=["Asthma", "Bronchospasm"]),
    trial(2, title="Relaxing for bronchospasm", conditions=["Bronchospasm"]),
    trial(3, title="Exampline for asthma in children", conditions=["Asthma"], maximum_age="17 Years"),
    trial(4, title="A diet for gout", conditions=["Gout"]),
]


@pytest.fixture
def filled(store: Store) -> Store:
    build(store, map(found, TRIALS))
    return store


@pytest.mark.parametrize(
    ("age", "sex", "ruled_out"),
    [
        (40, None, False),
        (17.9, None, True),
        (65.9, None, False),
        (66, None, True),
        (None, Sex.MALE, True),
        (None, Sex.FEMALE, False),
        (None, None, False),
        (40, Sex.ALL, False),
    ],
)
def test_age_and_sex_rule_out_only_where_both_sides_give_them(
    age: float | None, sex: Sex | None, ruled_out: bool
) -> None:
    assert LINE.rules_out(Request(text="", age=age, sex=sex)) is ruled_out
    assert not LINE._replace(minimum_age=None, too_old_from=None, sex=None).rules_out(
        Request(text="", age=age, sex=sex)
    )


def test_a_trial_without_limits_of_age_takes_every_age_and_its_title_ends_before_its_conditions() -> None:
    assert LINE.title == "Exampline for asthma"


def test_what_one_way_of_looking_did_not_find_stands_where_its_last_find_stands() -> None:
    lines = dict.fromkeys("abc", LINE)
    pool = candidates(Found({"a": 5.0}, {"a": 0.9, "b": 0.4}, {}), lines, Request(text=""), FIRST)
    assert dict(zip(pool.ids, pool.title, strict=True)) == {"a": 0.9, "b": 0.4}
    assert dict(zip(pool.ids, pool.words, strict=True)) == {"a": 5.0, "b": 0.0}
    assert pool.ids[0] == "a"


def test_a_trial_of_which_the_store_has_no_line_is_no_candidate() -> None:
    assert candidates(Found({"a": 5.0, "gone": 9.0}, {}, {}), {"a": LINE}, Request(text=""), FIRST).ids == ["a"]


def test_nothing_found_gives_no_candidates() -> None:
    assert candidates(EMPTY, {}, Request(text=""), FIRST).ids == []


def test_equal_scores_are_at_no_distance() -> None:
    assert standard(np.array([3.0, 3.0])).tolist() == [0.0, 0.0]
    assert standard(np.array([])).tolist() == []


def test_who_a_trial_is_not_for_comes_later_and_is_not_hidden(filled: Store) -> None:
    adult = [one for one, _ in Ranking(filled, Request(text="exampline for asthma", age=40)).ranked()]
    child = [one for one, _ in Ranking(filled, Request(text="exampline for asthma", age=9)).ranked()]
    assert adult.index("NCT09990001") < adult.index("NCT09990003")
    assert "NCT09990003" in adult
    assert set(adult) == set(child)


def test_the_best_trials_teach_words_that_the_request_lacks(filled: Store) -> None:
    ranking = Ranking(filled, Request(text="exampline asthma"))
    ranking.candidates()
    assert "bronchospasm" not in ranking.asked.weights
    assert ranking.weights["bronchospasm"] > 0


def test_only_the_trials_that_are_allowed_are_ranked(filled: Store) -> None:
    among = frozenset({"NCT09990002", "NCT09990004"})
    assert {one for one, _ in Ranking(filled, Request(text="asthma")).ranked(among=among)} <= among


def test_the_same_request_gives_the_same_ranking(filled: Store) -> None:
    request = Request(text="asthma bronchospasm gout")
    assert Ranking(filled, request).ranked() == Ranking(filled, request).ranked()


def test_every_candidate_has_every_feature(filled: Store) -> None:
    ranking = Ranking(filled, Request(text="exampline for asthma", age=40))
    pool = ranking.candidates()
    rows = ranking.features(pool)
    assert rows.shape == (len(pool.ids), len(NAMES))
    assert np.isfinite(rows).all()
    said = dict(zip(pool.ids, rows[:, NAMES.index("title_said")], strict=True))
    assert said["NCT09990001"] == 1.0
    assert said["NCT09990004"] == 0.0


def test_an_empty_store_ranks_nothing(store: Store) -> None:
    assert Ranking(store, Request(text="asthma")).ranked() == []


def test_the_lines_of_the_store_are_those_of_the_records(filled: Store) -> None:
    line = lines_of(filled.records, ["NCT09990003", "NCT00000000"])
    assert list(line) == ["NCT09990003"]
    assert line["NCT09990003"].too_old_from == 18.0
    assert line["NCT09990003"].title == "Exampline for asthma in children"
