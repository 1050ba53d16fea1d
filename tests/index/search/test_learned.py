"""The learned ranker: its numbers are applied as they were trained, and it is about what trials say."""

from __future__ import annotations

import numpy as np
import pytest

from index.search.candidates import standard
from index.search.features import NAMES
from index.search.learned import Linear, Ranker, Tree, shipped

TREE = Tree(
    feature=(0, -1, 1, -1, -1),
    threshold=(0.5, 0.0, 2.0, 0.0, 0.0),
    left=(1, 0, 3, 0, 0),
    right=(2, 0, 4, 0, 0),
    value=(0.0, 10.0, 0.0, 20.0, 30.0),
)

_NOT_OF_THE_REQUEST = ("unfit", "ages_taken", "inclusion_length", "exclusion_length")


def test_a_tree_sends_each_row_to_its_leaf_and_a_threshold_belongs_to_the_left() -> None:
    rows = np.array([[0.5, 9.0], [0.6, 2.0], [0.6, 2.1]])
    assert TREE.score(rows).tolist() == [10.0, 20.0, 30.0]


def test_the_sum_counts_distances_from_the_mean_of_training() -> None:
    linear = Linear(mean=(1.0, 0.0), scale=(2.0, 1.0), weights=(4.0, 1.0))
    assert linear.score(np.array([[3.0, 5.0], [1.0, 0.0]])).tolist() == [9.0, 0.0]


def test_trees_count_beside_the_sum_by_their_share() -> None:
    linear = Linear(mean=(0.0, 0.0), scale=(1.0, 1.0), weights=(1.0, 0.0))
    rows = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 9.0]])
    ranker = Ranker(features=("a", "b"), linear=linear, trees=(TREE,), share=0.5, trained_on="")
    assert ranker.score(rows) == pytest.approx(standard(rows[:, 0]) + 0.5 * standard(TREE.score(rows)))
    assert ranker.score(rows[:0]).tolist() == []


def test_the_shipped_ranker_is_of_these_features_and_prefers_what_the_request_says() -> None:
    ranker = shipped()
    assert ranker.features == NAMES
    typical = np.array(ranker.linear.mean)
    more = np.array(
        [0.0 if name in _NOT_OF_THE_REQUEST else scale for name, scale in zip(NAMES, ranker.linear.scale, strict=True)]
    )
    far, near = ranker.score(np.vstack([typical - more, typical + more]))
    assert near > far


def test_the_shipped_ranker_puts_who_a_trial_is_not_for_later() -> None:
    rows = np.vstack([shipped().linear.mean] * 2)
    rows[:, NAMES.index("unfit")] = 0.0, 1.0
    fits, unfit = shipped().score(rows)
    assert fits > unfit


def test_the_shipped_trees_are_whole() -> None:
    for tree in shipped().trees:
        size = len(tree.feature)
        assert {len(part) for part in (tree.threshold, tree.left, tree.right, tree.value)} == {size}
        inner = [at for at in range(size) if tree.feature[at] >= 0]
        children = sorted([tree.left[at] for at in inner] + [tree.right[at] for at in inner])
        assert children == list(range(1, size))  # every node but the root has one parent
        assert all(0 <= tree.feature[at] < len(NAMES) for at in inner)
