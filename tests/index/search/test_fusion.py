"""Several rankings become one, whatever order they come in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.fusion import fuse

_RANKINGS = st.lists(
    st.tuples(st.sampled_from([0.3, 0.5, 1.0, 2.0]), st.lists(st.sampled_from("abcdefgh"), unique=True)), max_size=5
)


def test_a_score_is_the_sum_of_the_reciprocal_ranks() -> None:
    fused = fuse([(1.0, ["a", "b"]), (2.0, ["b"])])
    assert [one for one, _ in fused] == ["b", "a"]
    assert [score for _, score in fused] == pytest.approx([1 / 62 + 2 / 61, 1 / 61])


def test_equal_scores_stand_in_the_order_of_their_ids() -> None:
    assert [one for one, _ in fuse([(1.0, ["b", "a"]), (1.0, ["a", "b"])])] == ["a", "b"]


def test_no_rankings_give_nothing() -> None:
    assert fuse([]) == fuse([(1.0, [])]) == []


def test_an_id_counts_once_in_a_ranking() -> None:
    assert fuse([(1.0, ["a", "a", "b"])]) == fuse([(1.0, ["a", "b"])])


@given(_RANKINGS, st.randoms(use_true_random=False))
def test_the_order_of_the_rankings_does_not_matter(rankings: list[tuple[float, list[str]]], random: object) -> None:
    shuffled = list(rankings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives no type for it
    assert fuse(shuffled) == fuse(rankings)


@given(_RANKINGS)
def test_every_id_comes_back_once_and_best_first(rankings: list[tuple[float, list[str]]]) -> None:
    fused = fuse(rankings)
    assert sorted(one for one, _ in fused) == sorted({one for _, ranking in rankings for one in ranking})
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.floats(0.1, 5))
def test_one_ranking_keeps_its_order(ranking: list[str], weight: float) -> None:
    assert [one for one, _ in fuse([(weight, ranking)])] == ranking
