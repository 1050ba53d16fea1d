"""How good a ranking is, by judgments: each measure for each note, means, and how far chance may move them.

"@10" is of ten places: a place left empty counts as one that holds nothing. Unjudged trials count as not relevant,
except in the condensed measure, which leaves them out of the ranking.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.trial import Frozen
from tests.evals.judged import ELIGIBLE, EXCLUDED, Collection

Run = Mapping[str, Sequence[str]]
"""Note id -> trial ids, best first."""
Values = Mapping[str, float]
"""Note id -> value; a note for which a measure is not defined is absent."""

_TOP = 10
_SHOWN = 3
_SHARE = 0.03
_ROUNDS = 5000


class Measure(StrEnum):
    NDCG = "nDCG@10"
    CONDENSED = "condensed nDCG@10"
    JUDGED = "judged@10"
    PRECISION = "P@10"
    EXCLUDED = "excluded@10"
    RECALL_50 = "R@50"
    RECALL_100 = "R@100"
    RECALL_500 = "R@500"
    RECALL_SHARE = "R@3%"
    AUC = "AUC 2:1"
    FIRST_THREE = "right in first 3"


class Interval(Frozen):
    """A mean, and where 95 % of the means of resampled clusters lie."""

    mean: float
    low: float
    high: float
    notes: int


def scores(run: Run, judged: Collection, corpus_size: int) -> Mapping[Measure, Values]:
    """Every measure for every note; a note that the run lacks has an empty ranking."""
    by_note = {note: _of_note(run.get(note, ()), judged.grades[note], corpus_size) for note in judged.notes}
    return {
        measure: {note: value for note, values in by_note.items() if (value := values[measure]) is not None}
        for measure in Measure
    }


def _of_note(ranking: Sequence[str], grades: Mapping[str, int], corpus_size: int) -> Mapping[Measure, float | None]:
    return {
        Measure.NDCG: ndcg(ranking, grades),
        Measure.CONDENSED: ndcg([one for one in ranking if one in grades], grades),
        Measure.JUDGED: share_at(ranking, grades.keys()),
        Measure.PRECISION: share_at(ranking, with_grade(grades, ELIGIBLE)),
        Measure.EXCLUDED: share_at(ranking, with_grade(grades, EXCLUDED)),
        Measure.RECALL_50: recall(ranking, grades, 50),
        Measure.RECALL_100: recall(ranking, grades, 100),
        Measure.RECALL_500: recall(ranking, grades, 500),
        Measure.RECALL_SHARE: recall(ranking, grades, math.ceil(_SHARE * corpus_size)),
        Measure.AUC: auc(ranking, grades),
        Measure.FIRST_THREE: float(any(grades.get(one) == ELIGIBLE for one in ranking[:_SHOWN])),
    }


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = _TOP) -> float:
    """Gain: the grade; discount: log2 of the rank plus one; ideal: the best order of all that is judged."""
    best = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain([grades.get(one, 0) for one in ranking[:depth]]) / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    return math.fsum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def with_grade(grades: Mapping[str, int], wanted: int) -> frozenset[str]:
    return frozenset(one for one, grade in grades.items() if grade == wanted)


def share_at(ranking: Sequence[str], wanted: Set[str], depth: int = _TOP) -> float:
    return sum(one in wanted for one in ranking[:depth]) / depth


def recall(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float | None:
    """The share of the eligible trials that stand so high; `None` if there are none."""
    eligible = with_grade(grades, ELIGIBLE)
    return len(eligible.intersection(ranking[:depth])) / len(eligible) if eligible else None


def auc(ranking: Sequence[str], grades: Mapping[str, int]) -> float | None:
    """How often an eligible trial stands before an excluded one; `None` if a note does not have both.

    Trials that are not ranked stand at the bottom together; a pair of them counts half.
    """
    eligible, excluded = with_grade(grades, ELIGIBLE), with_grade(grades, EXCLUDED)
    if not eligible or not excluded:
        return None
    place = {one: at for at, one in enumerate(ranking)}
    bottom = len(ranking)
    pairs = [(place.get(one, bottom), place.get(other, bottom)) for one in eligible for other in excluded]
    return sum(1.0 if one < other else 0.5 * (one == other) for one, other in pairs) / len(pairs)


def mean(values: Values) -> float:
    """NaN where no note has a value."""
    return math.fsum(values.values()) / len(values) if values else math.nan


def interval(values: Values, clusters: Mapping[str, str], seed: int) -> Interval:
    """Clusters are drawn with replacement, since the notes of one cluster are not independent."""
    if not values:
        return Interval(mean=math.nan, low=math.nan, high=math.nan, notes=0)
    low, high = np.quantile(_resampled(values, clusters, seed), (0.025, 0.975))
    return Interval(mean=mean(values), low=float(low), high=float(high), notes=len(values))


def difference(values: Values, others: Values, clusters: Mapping[str, str], seed: int) -> Interval:
    """`values` less `others`, note by note."""
    return interval({note: values[note] - others[note] for note in values if note in others}, clusters, seed)


def _resampled(values: Values, clusters: Mapping[str, str], seed: int) -> NDArray[np.float64]:
    names = sorted({clusters[note] for note in values})
    at = {name: number for number, name in enumerate(names)}
    sums, counts = np.zeros(len(names)), np.zeros(len(names))
    for note, value in values.items():
        sums[at[clusters[note]]] += value
        counts[at[clusters[note]]] += 1
    drawn = np.random.default_rng(seed).integers(len(names), size=(_ROUNDS, len(names)))
    means: NDArray[np.float64] = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return means
