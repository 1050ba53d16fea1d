"""The ways to rank that the retrieval bench compares: what one is, and ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Protocol

from bot.person.facts import Profile
from bot.person.intake import facts_in
from bot.person.seeking import request_for
from index.search.candidates import listed
from index.search.learned import Ranker
from index.search.ranking import Ranking as Asked
from index.search.trials import search
from index.store.embedding import Embedder, Vectors
from index.store.store import Store
from tests.evals.training import fold_rankers

Ranking = Sequence[tuple[str, float]]
"""(trial id, score), best first."""


class Stage(Protocol):
    """A way to rank the trials of a corpus for a note."""

    @property
    def name(self) -> str: ...

    def rank(self, note: str) -> Ranking: ...


class StepOfRanking:
    """A step of our ranking, for a note whose age and sex are read as a conversation reads them."""

    def __init__(self, name: str, store: Store, rank: Callable[[Asked], Ranking]) -> None:
        self.name = name
        self._store = store
        self._rank = rank

    def rank(self, note: str) -> Ranking:
        profile = Profile().with_facts(facts_in(note).facts)
        return self._rank(Asked(self._store, request_for(note, profile)))


class CrossValidated:
    """Our ranking of a judged note by a ranker that was trained without its cluster of notes."""

    name = "rank, cross-validated"

    def __init__(self, store: Store, data: Path, depth: int) -> None:
        self._store = store
        self._data = data
        self._depth = depth

    @cached_property
    def _rankers(self) -> Mapping[str, Ranker]:
        return fold_rankers(self._store, self._data)

    def rank(self, note: str) -> Ranking:
        profile = Profile().with_facts(facts_in(note).facts)
        asked = Asked(self._store, request_for(note, profile))
        return asked.ranked(self._depth, ranker=self._rankers.get(note))[: self._depth]


class Search:
    """`trialogue search`, without the passages of each trial: only trials that are about the text."""

    name = "search"

    def __init__(self, store: Store, depth: int) -> None:
        self._store = store
        self._depth = depth

    def rank(self, note: str) -> Ranking:
        profile = Profile().with_facts(facts_in(note).facts)
        hits = search(self._store, request_for(note, profile), limit=self._depth, passages_each=0).hits
        return [(hit.trial_id, hit.score) for hit in hits]


def own_stages(store: Store, depth: int, data: Path | None = None) -> list[Stage]:
    """Ours, each standing on the one before. Making them asks nothing of the store, which may still be empty. `data`:
    where the notes stand that the ranker is trained on, if the store is of their trials.
    """

    def words(asked: Asked) -> Ranking:
        found = asked.worded(asked.asked.weights, depth)
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))

    def vectors(asked: Asked) -> Ranking:
        return listed(asked.first(depth))[:depth]

    def widened(asked: Asked) -> Ranking:
        return listed(asked.candidates(depth))[:depth]

    return [
        StepOfRanking("words", store, words),
        StepOfRanking("words and vectors", store, vectors),
        StepOfRanking("with learnt words", store, widened),
        *([CrossValidated(store, data, depth)] if data else []),
        StepOfRanking("rank", store, lambda asked: asked.ranked(depth)[:depth]),
        Search(store, depth),
    ]


class Clocked:
    """An embedder that adds up how long it took."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.seconds = 0.0

    @property
    def fingerprint(self) -> str:
        return self._inner.fingerprint

    def encode(self, texts: Sequence[str]) -> Vectors:
        began = perf_counter()
        vectors = self._inner.encode(texts)
        self.seconds += perf_counter() - began
        return vectors
