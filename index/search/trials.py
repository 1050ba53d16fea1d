"""A request -> the trials that fit it best, each with the passages that speak to it.

A trial counts only if its record, in the same revision, is in the store.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from index.passages import Passage
from index.record import Record
from index.search.filters import Filters
from index.search.phrases import phrases
from index.search.quoting import passages_of_each
from index.search.ranking import DEPTH, Ranking
from index.search.request import Request
from index.search.wording import Wording
from index.store.store import Store
from index.store.words import content_words
from index.trial import Frozen
from index.vocabulary import Status

_KIND = re.compile(r"\btype[\s-]?(1|2|3|4|i{1,2}|one|two)\b", re.IGNORECASE)
_DEEP = 3000  # trials that each way of looking brings where limits leave out what the pool holds
_FEW_TRIALS = 8000  # trials that a nearest-neighbour query is limited to by their ids; more are looked for and sifted
_NEAR = 0.42  # cosine to a query from which a trial is taken to be about it without sharing a word
_NEARISH = 0.28  # the same, where it shares a word
_DIGITS = 3  # of a score; more of them depend on how an index came to be
_FEW = 4  # words of a text that may be a name


class Hit(Frozen):
    """`passages`: the best ones for the text, best first."""

    trial_id: str
    title: str
    status: Status | None
    score: float
    passages: tuple[Passage, ...] = ()


class Result(Frozen):
    """`related`: trials about the text before limits; `left_out`: how many of them each limit removes. `sought`: the
    phrases of the text that weighed most; `read_as`: words that were read otherwise, slips and lay words.
    """

    query: str
    hits: tuple[Hit, ...]
    related: int
    left_out: tuple[tuple[str, int], ...] = ()
    sought: tuple[str, ...] = ()
    read_as: tuple[Wording, ...] = ()


def search(
    store: Store, request: Request | str, filters: Filters | None = None, limit: int = 10, passages_each: int = 3
) -> Result:
    """The trials that fit best, at most `limit`. A text that nothing in the store speaks to gives no hits."""
    request = Request(text=request) if isinstance(request, str) else request
    asked = _Asked(store, request)
    ranked = asked.ranked()
    related = [trial_id for trial_id, _ in ranked]
    left_out: tuple[tuple[str, int], ...] = ()
    if filters is not None:
        left_out = filters.left_out(store.records, related)
        ranked = _passing(store, filters, asked, ranked, limit) if left_out else ranked
    scores = dict(ranked[:limit])
    records = [record for trial_id in scores if (record := store.records.get(trial_id))]
    ranking = asked.ranking
    best = passages_of_each(store.vectors, records, ranking.vectors, request.text, passages_each)
    hits = [_hit(record, scores[record.trial.id], best[record.trial.id]) for record in records]
    return Result(
        query=request.text,
        hits=tuple(hits),
        related=len(related),
        left_out=left_out,
        sought=phrases(ranking.asked.said, ranking.telling, store.words) if hits else (),
        read_as=ranking.asked.read_as,
    )


def _passing(
    store: Store, filters: Filters, asked: _Asked, ranked: list[tuple[str, float]], limit: int
) -> list[tuple[str, float]]:
    """Those that pass the limits; where they are few, those that stand deeper too."""
    for depth in (DEPTH, _DEEP):
        ranked = ranked if depth == DEPTH else asked.ranked(depth)
        allowed = filters.allowed(store.records, [trial_id for trial_id, _ in ranked])
        passing = [(trial_id, score) for trial_id, score in ranked if trial_id in allowed]
        if len(passing) >= limit or not asked.goes_deeper:
            return passing
    allowed = filters.allowed(store.records)
    return asked.ranked(_DEEP, allowed) if len(allowed) <= _FEW_TRIALS else passing


class _Asked:
    """One request asked of a store: the trials that are about it."""

    def __init__(self, store: Store, request: Request) -> None:
        self.ranking = Ranking(store, request)
        self._store = store
        self._text = self.ranking.asked.text

    @property
    def goes_deeper(self) -> bool:
        """Whether trials that are about the text may stand deeper than was looked."""
        return self.ranking.near_last >= _NEARISH

    def ranked(self, depth: int = DEPTH, among: frozenset[str] | None = None) -> list[tuple[str, float]]:
        """(trial id, score), best first; one that shares no word with the text must be near in meaning.

        `depth`: how many each way of looking brings; `among`: only these trials.
        """
        ranked = self.ranking.ranked(depth, among)
        nearness = self.ranking.nearness
        other = self._of_other_kinds(trial_id for trial_id, _ in ranked)
        return [
            (trial_id, score)
            for trial_id, score in ranked
            if self._about(trial_id, nearness.get(trial_id, 0.0)) and trial_id not in other
        ]

    def _of_other_kinds(self, trials: Iterable[str]) -> frozenset[str]:
        """The trials whose title and conditions name numbered kinds of a disease, and none that the text names."""
        kinds = _kinds(self._text)
        if not kinds:
            return frozenset()
        theirs = {trial_id: _kinds(line) for trial_id, line in self._store.records.headlines(trials).items()}
        return frozenset(trial_id for trial_id, named in theirs.items() if named and not named & kinds)

    def _about(self, trial_id: str, nearness: float) -> bool:
        """Whether a trial is about the text: near in meaning; or less near, with a word of the text in its name fields;
        or with all of a few words there, as when somebody types a name.
        """
        return nearness >= _NEAR or (nearness >= _NEARISH and trial_id in self._worded_names) or trial_id in self._named

    @cached_property
    def _named(self) -> frozenset[str]:
        words = content_words(self._text)
        few = len(words) <= _FEW and len("".join(words)) > 2
        return self._with_words_in_names(every_word=True) if few else frozenset()

    @cached_property
    def _worded_names(self) -> frozenset[str]:
        return self._with_words_in_names(every_word=False)

    def _with_words_in_names(self, every_word: bool) -> frozenset[str]:
        found = self._store.words.named(self._text, _DEEP, every_word)
        roster = self._store.roster().words
        return frozenset(roster[key] for key, _ in found if key in roster)


def _kinds(text: str) -> frozenset[str]:
    """The numbered kinds of disease that a text names: "type 2 diabetes" -> 2."""
    numerals = {"i": "1", "ii": "2", "one": "1", "two": "2"}
    return frozenset(numerals.get(number.lower(), number) for number in _KIND.findall(text))


def _hit(record: Record, score: float, passages: tuple[Passage, ...]) -> Hit:
    trial = record.trial
    return Hit(
        trial_id=trial.id, title=trial.title, status=trial.status, score=round(score, _DIGITS), passages=passages
    )
