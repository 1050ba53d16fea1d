"""The trials that words and vectors bring for a request, and one score for each from all of them.

Scores of one kind are put on one scale (their distance from the mean of the pool, in standard deviations) and added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from index.search.request import Request
from index.store.records import Records, in_batches
from index.store.tables import TRIALS
from index.vocabulary import Sex

Scores = NDArray[np.float64]

_MANY = 500  # ids in one statement


class Weights(NamedTuple):
    words: float
    title: float
    card: float
    unfit: float  # taken off where the record's age limits or sex rule the person out


SHORT = Weights(words=0.3, title=0.2, card=0.6, unfit=1.0)
FIRST = Weights(words=0.3, title=0.4, card=0.4, unfit=1.0)
WIDENED = Weights(words=0.4, title=0.4, card=0.4, unfit=1.5)


class Found(NamedTuple):
    """What each way of looking found, by trial id; higher is better."""

    words: Mapping[str, float]
    title: Mapping[str, float]
    card: Mapping[str, float]


class Line(NamedTuple):
    """What the store keeps of a trial for ranking it."""

    headline: str  # title and conditions
    conditions: str
    inclusion_length: int
    exclusion_length: int
    minimum_age: float | None
    too_old_from: float | None
    sex: str | None

    @property
    def title(self) -> str:
        return self.headline.removesuffix(f". {self.conditions}")

    def rules_out(self, request: Request) -> bool:
        """Whether age or sex, where the request and the record give them, contradict each other."""
        age = request.age
        if age is not None:
            too_young = self.minimum_age is not None and age < self.minimum_age
            if too_young or (self.too_old_from is not None and age >= self.too_old_from):
                return True
        one_sex = self.sex in (Sex.FEMALE, Sex.MALE)
        return one_sex and request.sex in (Sex.FEMALE, Sex.MALE) and self.sex != request.sex


class Candidates(NamedTuple):
    """Arrays of one length, best first."""

    ids: Sequence[str]
    score: Scores
    words: Scores
    title: Scores
    card: Scores
    unfit: Scores
    lines: Sequence[Line]

    def first(self, count: int) -> Candidates:
        return self._replace(**{name: part[:count] for name, part in self._asdict().items()})


def candidates(found: Found, lines: Mapping[str, Line], request: Request, weights: Weights) -> Candidates:
    """The trials of which the store has a line, best first. What one way of looking did not find stands where its last
    find stands, or for words at nothing.
    """
    ids = sorted(found.words.keys() | found.title.keys() | found.card.keys())
    ids = [one for one in ids if one in lines]
    words = np.array([found.words.get(one, 0.0) for one in ids])
    title, card = _filled(found.title, ids), _filled(found.card, ids)
    unfit = np.array([float(lines[one].rules_out(request)) for one in ids])
    parts = ((weights.words, words), (weights.title, title), (weights.card, card))
    score = sum((weight * standard(values) for weight, values in parts), -weights.unfit * unfit)
    order = np.argsort(-score, kind="stable")
    held = [ids[at] for at in order]
    return Candidates(
        ids=held,
        score=score[order],
        words=words[order],
        title=title[order],
        card=card[order],
        unfit=unfit[order],
        lines=[lines[one] for one in held],
    )


def listed(pool: Candidates) -> list[tuple[str, float]]:
    """(trial id, score), best first."""
    return [(one, float(score)) for one, score in zip(pool.ids, pool.score, strict=True)]


def _filled(found: Mapping[str, float], ids: Sequence[str]) -> Scores:
    last = min(found.values(), default=0.0)
    return np.array([found.get(one, last) for one in ids])


def standard(values: Scores) -> Scores:
    """Distances from the mean, in standard deviations; zeros where all are equal."""
    spread = float(values.std()) if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 1e-12 else np.zeros_like(values)


def lines_of(records: Records, ids: Sequence[str]) -> dict[str, Line]:
    """By trial id, of those that the store has."""
    columns = (TRIALS.c.id, *(TRIALS.c[name] for name in Line._fields))
    lines: dict[str, Line] = {}
    with records.reading() as connection:
        for part in in_batches(ids, _MANY):
            for row in connection.execute(select(*columns).where(TRIALS.c.id.in_(part))):
                lines[row[0]] = Line(*row[1:])
    return lines
