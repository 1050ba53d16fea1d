"""What the learned ranker looks at in each candidate for a request; docs/retrieval.md explains every feature.

Nothing here says where a record came from, how it is known or how often it is read: status, phase, sponsor and id are
left out, so that a trial is judged by what it says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.search.candidates import Candidates, Line, Scores, standard

Matrix = NDArray[np.float64]

FIELDS = ("title", "conditions", "keywords", "interventions", "summary", "inclusion", "description")
NAMES = (
    "words",
    "words_widened",
    "title_cosine",
    "title_cosine_relative",
    "card_cosine",
    "card_cosine_relative",
    *(f"words_in_{field}" for field in FIELDS),
    "unfit",
    "condition_said_best",
    "condition_said_mean",
    "title_said",
    "request_covered",
    "request_covered_widened",
    "ages_taken",
    "inclusion_length",
    "exclusion_length",
)
"""The columns, in their order."""

_OLDEST = 120.0  # years, where a record sets no upper age


class Name:
    """A name in stems, each with its rarity."""

    def __init__(self, stems: Iterable[str], rarity: Callable[[str], float]) -> None:
        self.rarities = {stem: rarity(stem) for stem in stems}
        self._whole = sum(self.rarities.values())

    def said_in(self, said: Set[str]) -> float:
        """How much of the name a text says, each stem counting by its rarity."""
        there = sum(rarity for stem, rarity in self.rarities.items() if stem in said)
        return there / self._whole if self._whole else 0.0


class Names:
    """What a trial is called: its title and its conditions."""

    def __init__(self, line: Line, stems: Callable[[str], Sequence[str]], rarity: Callable[[str], float]) -> None:
        self.title = Name(stems(line.title), rarity)
        self.conditions = [Name(stems(one), rarity) for one in line.conditions.split("; ") if one]
        self._all = frozenset(self.title.rarities).union(*(one.rarities for one in self.conditions))

    def cover(self, weights: Mapping[str, float]) -> float:
        """How much of a request stands in them."""
        whole = sum(weights.values())
        return sum(weights.get(stem, 0.0) for stem in self._all) / whole if whole else 0.0


class Worded(NamedTuple):
    """How a request's words and candidates meet. `fields`: BM25 by trial id in each of `FIELDS`."""

    first: Mapping[str, float]
    fields: Mapping[str, Mapping[str, float]]
    weights: Mapping[str, float]
    widened: Mapping[str, float]


def features(pool: Candidates, names: Sequence[Names], worded: Worded) -> Matrix:
    """(candidates, features); rows in the order of the pool and of its `names`, columns in that of `NAMES`."""
    if not pool.ids:
        return np.empty((0, len(NAMES)))
    said = worded.weights.keys()
    first = np.array([worded.first.get(one, 0.0) for one in pool.ids])
    conditions = [[one.said_in(said) for one in each.conditions] or [0.0] for each in names]
    columns: list[Scores] = [
        standard(first),
        standard(pool.words),
        pool.title,
        standard(pool.title),
        pool.card,
        standard(pool.card),
        *(_relative(worded.fields[field], pool.ids) for field in FIELDS),
        pool.unfit,
        np.array([max(shares) for shares in conditions]),
        np.array([sum(shares) / len(shares) for shares in conditions]),
        np.array([each.title.said_in(said) for each in names]),
        np.array([each.cover(worded.weights) for each in names]),
        np.array([each.cover(worded.widened) for each in names]),
        np.array([math.log1p(max(_ages(line), 0.0)) for line in pool.lines]),
        np.log1p([float(line.inclusion_length) for line in pool.lines]),
        np.log1p([float(line.exclusion_length) for line in pool.lines]),
    ]
    return np.column_stack(columns)


def _relative(found: Mapping[str, float], ids: Iterable[str]) -> Scores:
    """Scores as shares of the best."""
    scores = np.array([found.get(one, 0.0) for one in ids])
    best = float(scores.max(initial=0.0))
    return scores / best if best else scores


def _ages(line: Line) -> float:
    """Years between the limits."""
    return (line.too_old_from or _OLDEST) - (line.minimum_age or 0.0)
