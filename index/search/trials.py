"""A text -> trials, each with the passages that speak to it.

Words and two vectors a trial decide which trials; passage vectors decide what is quoted from them. A trial counts only
if its record, in the same revision, is in the store.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from index.criteria.criterion import Kind
from index.passages import Passage
from index.record import Record
from index.search.filters import Filters
from index.search.fusion import fuse
from index.store.embedding import Vectors
from index.store.roster import CARD, TITLE
from index.store.store import Store
from index.store.tables import text_key
from index.store.vectors import PASSAGES, TRIALS, VectorIndex
from index.store.words import NAME_FIELDS, content_words
from index.trial import Frozen, SectionName
from index.vocabulary import Status

_KIND = re.compile(r"\btype[\s-]?(1|2|3|4|i{1,2}|one|two)\b", re.IGNORECASE)
_POOL = 200  # trials that each ranking brings
_DEEP = 2000  # entries that are looked through where limits leave out what the pool holds
_FEW_TRIALS = 8000  # trials that a nearest-neighbour query is limited to by their ids; more are looked for and sifted
_WEIGHTS = {"words": 1.0, TITLE: 1.0, CARD: 1.0}
_NEAR = 0.42  # cosine to a query from which a trial is taken to be about it without sharing a word
_NEARISH = 0.28  # the same, where it shares a word
_FEW = 4  # words of a text that may be a name
_WINDOW = 120  # words of a query that one vector stands for; longer texts are embedded in windows
_MOST_WINDOWS = 6


class Hit(Frozen):
    """`passages`: the best ones for the text, best first."""

    trial_id: str
    title: str
    status: Status | None
    score: float
    passages: tuple[Passage, ...] = ()


class Result(Frozen):
    """`related`: trials about the text before limits; `left_out`: how many of them each limit removes."""

    query: str
    hits: tuple[Hit, ...]
    related: int
    left_out: tuple[tuple[str, int], ...] = ()


def search(store: Store, text: str, filters: Filters | None = None, limit: int = 10, passages_each: int = 3) -> Result:
    """The trials that fit `text` best, at most `limit`. A text that nothing in the store speaks to gives no hits."""
    asked = _Asked(store, text)
    ranked = asked.ranked()
    related = [trial_id for trial_id, _ in ranked]
    left_out: tuple[tuple[str, int], ...] = ()
    if filters is not None:
        left_out = filters.left_out(store.records, related)
        ranked = _passing(store, filters, asked, ranked, limit) if left_out else ranked
    scores = dict(ranked[:limit])
    records = [record for trial_id in scores if (record := store.records.get(trial_id))]
    best = asked.passages(records, passages_each)
    hits = [_hit(record, scores[record.trial.id], best[record.trial.id]) for record in records]
    return Result(query=text, hits=tuple(hits), related=len(related), left_out=left_out)


def _passing(
    store: Store, filters: Filters, asked: _Asked, ranked: list[tuple[str, float]], limit: int
) -> list[tuple[str, float]]:
    """Those that pass the limits; where they are few, those that stand deeper too."""
    for depth in (_POOL, _DEEP):
        ranked = ranked if depth == _POOL else asked.ranked(depth)
        allowed = filters.allowed(store.records, [trial_id for trial_id, _ in ranked])
        passing = [(trial_id, score) for trial_id, score in ranked if trial_id in allowed]
        if len(passing) >= limit or not asked.goes_deeper:
            return passing
    allowed = filters.allowed(store.records)
    return asked.ranked(_DEEP, allowed) if len(allowed) <= _FEW_TRIALS else passing


def query_vectors(store: Store, text: str) -> Vectors:
    """(windows, dimensions): one vector for each window of a text."""
    words = text.split() or [""]
    windows = [" ".join(words[at : at + _WINDOW]) for at in range(0, len(words), _WINDOW)][:_MOST_WINDOWS]
    return store.embedder.encode(windows)


def passages_for(
    store: Store,
    records: Sequence[Record],
    vectors: Vectors,
    limit: int,
    sections: frozenset[SectionName] | None = None,
    kind: Kind | None = None,
    text: str = "",
) -> tuple[Passage, ...]:
    """The passages of these records nearest to a text, nearest first; where given, only from `sections` or one list of
    criteria. `text` orders passages that are still to be embedded by the words they share with it.
    """
    eligible = [
        passage
        for record in records
        for passage in record.passages
        if (sections is None or passage.section in sections) and (kind is None or _in_list(record, passage, kind))
    ]
    nearness = _nearness(store.vectors, eligible, vectors, text)
    order = sorted(range(len(eligible)), key=lambda at: (-nearness[at], at))
    return tuple(eligible[at] for at in order[:limit])


def _nearness(index: VectorIndex | None, passages: Sequence[Passage], vectors: Vectors, text: str) -> list[float]:
    """How near each passage is to a text."""
    keys = [text_key(passage.embedded) for passage in passages]
    cosines = index.nearness(PASSAGES, vectors, keys) if index else {}
    words = frozenset(content_words(text))
    return [
        cosines[key] if key in cosines else _shared(words, passage) for key, passage in zip(keys, passages, strict=True)
    ]


def _shared(words: frozenset[str], passage: Passage) -> float:
    """How near a passage seems that has no vector yet: by the share of the words that stand in it."""
    return _NEAR * len(words & set(content_words(passage.embedded))) / (len(words) or 1)


def _in_list(record: Record, passage: Passage, kind: Kind) -> bool:
    return any(
        one.kind is kind and one.section is passage.section and passage.start <= one.start < passage.end
        for one in record.criteria
    )


class _Asked:
    """One text asked of a store: its vectors, and the trials about it by fused rank."""

    def __init__(self, store: Store, text: str) -> None:
        self._store = store
        self._text = text
        self.goes_deeper = False  # whether trials that are about the text may stand deeper than was looked
        with ThreadPoolExecutor(max_workers=1) as beside:
            beside.submit(store.load)  # at a first question all three take their time
            self.vectors = query_vectors(store, text)
            self._roster = store.roster()
        self._index = store.vectors

    def ranked(self, depth: int = _POOL, among: frozenset[str] | None = None) -> list[tuple[str, float]]:
        """(trial id, score), best first; one that shares no word with the text must be near in meaning.

        `depth`: how many each ranking brings; `among`: only these trials.
        """
        near = self._near(depth, among)
        rankings = {"words": self._worded(depth, among), **{part: _by_cosine(found) for part, found in near.items()}}
        fused = fuse((_WEIGHTS[name], ranking) for name, ranking in rankings.items())
        nearness = {trial_id: max(found.get(trial_id, 0.0) for found in near.values()) for trial_id, _ in fused}
        other = self._of_other_kinds(nearness)
        return [
            (trial_id, score)
            for trial_id, score in fused
            if self._about(trial_id, nearness[trial_id]) and trial_id not in other
        ]

    def passages(self, records: Sequence[Record], each: int) -> dict[str, tuple[Passage, ...]]:
        """The passages of each record that are nearest to the text, nearest first."""
        passages = [passage for record in records for passage in record.passages] if each else []
        nearness = _nearness(self._index, passages, self.vectors, self._text)
        best: dict[str, tuple[Passage, ...]] = {record.trial.id: () for record in records}
        for at in sorted(range(len(passages)), key=lambda at: (-nearness[at], at)):
            held = best[passages[at].trial_id]
            if len(held) < each:
                best[passages[at].trial_id] = (*held, passages[at])
        return best

    def _worded(self, depth: int, among: frozenset[str] | None) -> list[str]:
        found = self._store.words.search(self._text, depth)
        trials = [self._roster.words[key] for key, _ in found if key in self._roster.words]
        return [trial_id for trial_id in trials if among is None or trial_id in among]

    def _near(self, depth: int, among: frozenset[str] | None) -> dict[str, dict[str, float]]:
        """The nearest titles and cards, by trial id."""
        near: dict[str, dict[str, float]] = {TITLE: {}, CARD: {}}
        keys = None
        if among is not None:
            stored = self._store.records.stored()
            keys = [key for one in sorted(among) for key in (stored[one].title_key, stored[one].card_key)]
        index = self._index
        found = [index.nearest(TRIALS, one, 2 * depth, among=keys) for one in self.vectors] if index else []
        self.goes_deeper = any(len(nearest) == 2 * depth and nearest[-1][1] >= _NEARISH for nearest in found)
        for nearest in found:
            for key, cosine in nearest:
                for part, trial_id in self._roster.vectors.get(key, ()):
                    if among is None or trial_id in among:
                        near[part][trial_id] = max(cosine, near[part].get(trial_id, -1.0))
        return near

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
        found = self._store.words.search(self._text, _DEEP, NAME_FIELDS, every_word=every_word)
        return frozenset(self._roster.words[key] for key, _ in found if key in self._roster.words)


def _kinds(text: str) -> frozenset[str]:
    """The numbered kinds of disease that a text names: "type 2 diabetes" -> 2."""
    numerals = {"i": "1", "ii": "2", "one": "1", "two": "2"}
    return frozenset(numerals.get(number.lower(), number) for number in _KIND.findall(text))


def _by_cosine(found: dict[str, float]) -> list[str]:
    return sorted(found, key=lambda trial_id: (-found[trial_id], trial_id))


def _hit(record: Record, score: float, passages: tuple[Passage, ...]) -> Hit:
    trial = record.trial
    return Hit(trial_id=trial.id, title=trial.title, status=trial.status, score=score, passages=passages)
