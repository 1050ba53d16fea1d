"""Which trials a request is about, best first.

Words and two vectors a trial bring candidates; what the best of them share widens the words, which brings more; the
learned ranker puts the first of them in order. docs/retrieval.md says what each step gives and costs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from index.search.asked import Asked, read
from index.search.candidates import (
    FIRST,
    SHORT,
    WIDENED,
    Candidates,
    Found,
    Line,
    Weights,
    candidates,
    lines_of,
    listed,
)
from index.search.features import FIELDS, Matrix, Names, Worded, features
from index.search.learned import Ranker, shipped
from index.search.quoting import query_vectors
from index.search.request import Request
from index.search.spelling import Speller, vocabulary_of
from index.store.records import Records
from index.store.roster import CARD, TITLE
from index.store.store import Store
from index.store.vectors import TRIALS

DEPTH = 1000  # trials that each way of looking brings
_NEAR = 400  # trials that vectors bring, unless more than DEPTH are asked for
_ORDERED = 1000  # candidates that the learned ranker orders; the others follow as they are
_SCORED = 1000  # trials that have a score in each field
_TEACH = 10  # best trials whose titles and conditions widen the words
_LEARNT = 20  # stems that are learnt from them
_SHARE = 0.5  # of the weight that the learnt stems get


class Ranking:
    """One request asked of a store. `vectors`: (windows, dimensions), of the request's text."""

    def __init__(self, store: Store, request: Request) -> None:
        self.request = request
        self._store = store
        with ThreadPoolExecutor(max_workers=1) as beside:
            beside.submit(store.load)  # at a first question all of these take their time
            self._roster = store.roster()
            store.words.refresh()
            self.asked: Asked = read(request, store.words, lambda: store.made_of_records(_speller))
            self.vectors = query_vectors(store, self.asked.text)
        self._index = store.vectors
        self._lines = store.made_of_records(_lines)
        self._rarity = store.made_of_records(_rarities)
        self._names = store.made_of_records(_names)
        self.weights: Mapping[str, float] = self.asked.weights  # of the stems, widened once candidates are there
        self.telling: Mapping[str, float] = self.weights  # of those that the best trials are named by
        self.nearness: Mapping[str, float] = {}  # the greatest cosine of title and card, of those that were looked at
        self.near_last = -1.0  # the least cosine that was looked at, where more would have been there

    def ranked(
        self, depth: int = DEPTH, among: frozenset[str] | None = None, ranker: Ranker | None = None
    ) -> list[tuple[str, float]]:
        """(trial id, score), best first. The trials for a note stand in the order of `ranker`, by default the one that
        belongs to this version; it has learnt from notes, and a line or two is better left as words and vectors say.
        """
        note = self.request.is_note
        pool = self.candidates(depth, among) if note else self.first(depth, among)
        self.telling = self._in_headlines(pool)
        if not note:
            return listed(pool)
        ordered = pool.first(_ORDERED)
        scores = (ranker or shipped()).score(self.features(ordered, among))
        last = float(scores.min(initial=0.0))
        order = np.argsort(-scores, kind="stable")
        ranked = [(ordered.ids[at], float(scores[at])) for at in order]
        return ranked + [(one, last - place) for place, one in enumerate(pool.ids[_ORDERED:], 1)]

    def features(self, pool: Candidates, among: frozenset[str] | None = None) -> Matrix:
        """(candidates, features)"""
        weights = self.asked.weights
        return features(
            pool,
            [self._named(one, line) for one, line in zip(pool.ids, pool.lines, strict=True)],
            Worded(
                first=self.worded(weights, _SCORED, among),
                fields={field: self.worded(weights, _SCORED, among, field) for field in FIELDS},
                weights=weights,
                widened=self.weights,
            ),
        )

    def _named(self, trial_id: str, line: Line) -> Names:
        if trial_id not in self._names:
            self._names[trial_id] = Names(line, self._store.words.stems, self.rarity)
        return self._names[trial_id]

    def candidates(self, depth: int = DEPTH, among: frozenset[str] | None = None) -> Candidates:
        """All steps but the learned one. `depth`: how many each way of looking brings; `among`: only these trials."""
        near = self.near(depth, among)
        first = self._pool(self.asked.weights, near, depth, among, FIRST)
        self.weights = self._widened(first)
        return self._pool(self.weights, near, depth, among, WIDENED)

    def first(self, depth: int = DEPTH, among: frozenset[str] | None = None) -> Candidates:
        """The first step only: words and vectors."""
        weights = FIRST if self.request.is_note else SHORT
        return self._pool(self.asked.weights, self.near(depth, among), depth, among, weights)

    def worded(
        self, weights: Mapping[str, float], depth: int, among: frozenset[str] | None = None, field: str | None = None
    ) -> dict[str, float]:
        """BM25 by trial id, of those that hold the most of these stems."""
        found = self._store.words.search(weights, depth, field)
        trials = ((self._roster.words.get(key), score) for key, score in found)
        return {one: score for one, score in trials if one and (among is None or one in among)}

    def near(self, depth: int, among: frozenset[str] | None) -> dict[str, dict[str, float]]:
        """The cosines of the nearest titles and of the nearest cards, by trial id."""
        near: dict[str, dict[str, float]] = {TITLE: {}, CARD: {}}
        keys = None
        if among is not None:
            stored = self._store.records.stored()
            keys = [key for one in sorted(among) for key in (stored[one].title_key, stored[one].card_key)]
        index, depth = self._index, depth if depth > DEPTH else min(depth, _NEAR)
        found = [index.nearest(TRIALS, one, 2 * depth, among=keys) for one in self.vectors] if index else []
        self.near_last = max((nearest[-1][1] for nearest in found if len(nearest) == 2 * depth), default=-1.0)
        for nearest in found:
            for key, cosine in nearest:
                for part, trial_id in self._roster.vectors.get(key, ()):
                    if among is None or trial_id in among:
                        near[part][trial_id] = max(cosine, near[part].get(trial_id, -1.0))
        seen = near[TITLE].keys() | near[CARD].keys()
        self.nearness = {one: max(near[TITLE].get(one, -1.0), near[CARD].get(one, -1.0)) for one in seen}
        return near

    def rarity(self, stem: str) -> float:
        """As the words say, asked once of each stem until the records change."""
        if stem not in self._rarity:
            self._rarity[stem] = self._store.words.rarity(stem)
        return self._rarity[stem]

    def _pool(
        self,
        weights: Mapping[str, float],
        near: Mapping[str, Mapping[str, float]],
        depth: int,
        among: frozenset[str] | None,
        scale: Weights,
    ) -> Candidates:
        found = Found(self.worded(weights, depth, among), near[TITLE], near[CARD])
        new = {one for each in found for one in each} - self._lines.keys()
        self._lines.update(lines_of(self._store.records, sorted(new)))
        return candidates(found, self._lines, self.request, scale)

    def _in_headlines(self, pool: Candidates) -> Mapping[str, float]:
        """The weights of those stems that stand in the headlines of the best trials."""
        stems = {stem for line in pool.lines[:_TEACH] for stem in self._store.words.stems(line.headline)}
        return {stem: weight for stem, weight in self.weights.items() if stem in stems} or self.weights

    def _widened(self, pool: Candidates) -> dict[str, float]:
        """The request's stems with those that stand most, and tell most, in the headlines of the best trials
        (relevance feedback: Lavrenko and Croft 2001, as RM3).
        """
        weights = self.asked.weights
        shared: dict[str, float] = defaultdict(float)
        for line in pool.lines[:_TEACH]:
            stems = Counter(self._store.words.stems(line.headline))
            for stem, count in stems.items():
                shared[stem] += count / stems.total()
        telling = {stem: share * self.rarity(stem) for stem, share in shared.items() if not stem.isdigit()}
        best = sorted(telling, key=lambda stem: (-telling[stem], stem))[:_LEARNT]
        learnt, own = sum(telling[stem] for stem in best) or 1.0, sum(weights.values()) or 1.0
        widened = {stem: (1 - _SHARE) * weight / own for stem, weight in weights.items()}
        for stem in best:
            widened[stem] = widened.get(stem, 0.0) + _SHARE * telling[stem] / learnt
        return widened


def _lines(_records: Records) -> dict[str, Line]:
    """What was read of trials, until the records change."""
    return {}


def _names(_records: Records) -> dict[str, Names]:
    return {}


def _rarities(_records: Records) -> dict[str, float]:
    return {}


def _speller(records: Records) -> Speller:
    return Speller(vocabulary_of(records.all_headlines()))
