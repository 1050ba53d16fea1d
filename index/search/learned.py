"""The learned ranker: a weighted sum of the features and a few small trees, read from a file of numbers.

`python -m tests.evals train` makes the file from judged notes. Trees are applied here in a few lines of numpy, so that
what trained them is no part of an installation.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from index.search.candidates import Scores, standard
from index.search.features import NAMES, Matrix
from index.trial import Frozen

FILE = Path(__file__).with_name("ranker.json")


class Linear(Frozen):
    """`mean`, `scale`: of each feature in training; `weights`: of the features on that scale."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]

    def score(self, rows: Matrix) -> Scores:
        scores: Scores = ((rows - np.array(self.mean)) / np.array(self.scale)) @ np.array(self.weights)
        return scores


class Tree(Frozen):
    """Nodes from the root, 0. A node with `feature` -1 is a leaf; others go to `left` up to the threshold."""

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]

    def score(self, rows: Matrix) -> Scores:
        feature, threshold, value = np.array(self.feature), np.array(self.threshold), np.array(self.value)
        left, right = np.array(self.left), np.array(self.right)
        at = np.zeros(len(rows), dtype=np.intp)
        while (inner := feature[at] >= 0).any():
            node, row = at[inner], np.flatnonzero(inner)
            at[inner] = np.where(rows[row, feature[node]] <= threshold[node], left[node], right[node])
        scores: Scores = value[at]
        return scores


class Ranker(Frozen):
    """`share`: what the trees count beside the sum, both in standard deviations among the candidates."""

    features: tuple[str, ...]
    linear: Linear
    trees: tuple[Tree, ...]
    share: float
    trained_on: str

    def score(self, rows: Matrix) -> Scores:
        """One score for each row; they compare only within one call."""
        if not len(rows):
            return np.zeros(0)
        trees = sum((tree.score(rows) for tree in self.trees), np.zeros(len(rows)))
        return standard(self.linear.score(rows)) + self.share * standard(trees)


@cache
def shipped() -> Ranker:
    """The ranker of this version.

    Raises:
        ValueError: its file was made for other features.
    """
    ranker = Ranker.model_validate_json(FILE.read_text(encoding="utf-8"))
    if ranker.features != NAMES:
        raise ValueError(f"{FILE.name} was made for other features; make it again: python -m tests.evals train")
    return ranker
