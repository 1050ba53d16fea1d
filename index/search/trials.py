"""A text -> trials, each with the passages that speak to it.

Words and two vectors a trial decide which trials; passage vectors decide what is quoted from them. A trial counts only
if its record, in the same revision, is in the store.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.criteria.criterion import Kind
from index.passages import Passage, title_text
from index.record import Record
from index.search.filters import Filters
from index.search.fusion import fuse
from index.store.build import passage_keys
from index.store.embedding import Vectors
from index.store.store import Store
from index.store.vectors import PASSAGES, TRIALS
from index.store.words import NAME_FIELDS, content_words
from index.trial import Frozen, SectionName
from index.vocabulary import Status

_KIND = re.compile(r"\btype[\s-]?(1|2|3|4|i{1,2}|one|two)\b", re.IGNORECASE)
_POOL = 200  # trials that each ranking brings
_WEIGHTS = {"words": 1.0, "title": 1.0, "card": 1.0}
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
    vectors = query_vectors(store, text)
    ranked = _rank(store, text, vectors)
    related = frozenset(trial_id for trial_id, _ in ranked)
    left_out: tuple[tuple[str, int], ...] = ()
    if filters is not None:
        allowed = filters.allowed(store.records)
        left_out = filters.left_out(store.records, related)
        ranked = [(trial_id, score) for trial_id, score in ranked if trial_id in allowed]
    hits = []
    for trial_id, score in ranked[:limit]:
        record = store.records.get(trial_id)
        if record is not None:
            best = passages_for(store, [record], vectors, passages_each) if passages_each else ()
            hits.append(_hit(record, score, best))
    return Result(query=text, hits=tuple(hits), related=len(related), left_out=left_out)


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
) -> tuple[Passage, ...]:
    """The passages of these records nearest to a text, nearest first; where given, only from `sections` or one list of
    criteria.
    """
    by_key = {
        key: passage
        for record in records
        for key, passage in zip(passage_keys(record), record.passages, strict=True)
        if (sections is None or passage.section in sections) and (kind is None or _in_list(record, passage, kind))
    }
    best: dict[str, float] = {}
    for vector in vectors:
        for key, cosine in store.vectors.nearest(PASSAGES, vector, limit, among=list(by_key)):
            best[key] = max(cosine, best.get(key, -1.0))
    return tuple(by_key[key] for key in sorted(best, key=lambda key: (-best[key], key))[:limit])


def _in_list(record: Record, passage: Passage, kind: Kind) -> bool:
    return any(
        one.kind is kind and one.section is passage.section and passage.start <= one.start < passage.end
        for one in record.criteria
    )


def _rank(store: Store, text: str, vectors: Vectors) -> list[tuple[str, float]]:
    """Trials about the text by fused rank; one that shares no word with it must be near in meaning."""
    current = {f"{trial_id}@{stored.revision}": trial_id for trial_id, stored in store.records.stored().items()}
    words = [(current[key], score) for key, score in store.words.search(text, _POOL) if key in current]
    near: dict[str, dict[str, float]] = {"title": {}, "card": {}}
    for vector in vectors:
        for entry, cosine in store.vectors.nearest(TRIALS, vector, 2 * _POOL):
            key, _, part = entry.rpartition(":")
            if key in current:
                trial_id = current[key]
                near[part][trial_id] = max(cosine, near[part].get(trial_id, -1.0))
    rankings = {
        "words": [trial_id for trial_id, _ in words],
        **{part: _by_cosine(found) for part, found in near.items()},
    }
    fused = fuse((_WEIGHTS[name], ranking) for name, ranking in rankings.items())
    about = _about(store, text)
    kinds = _kinds(text)
    keys = {trial_id: key for key, trial_id in current.items()}
    nearness = {trial_id: max(found.get(trial_id, 0.0) for found in near.values()) for trial_id, _ in fused}
    return [
        (trial_id, score)
        for trial_id, score in fused
        if about(keys[trial_id], nearness[trial_id]) and not (kinds and _of_other_kind(store, trial_id, kinds))
    ]


def _kinds(text: str) -> frozenset[str]:
    """The numbered kinds of disease that a text names: "type 2 diabetes" -> 2."""
    numerals = {"i": "1", "ii": "2", "one": "1", "two": "2"}
    return frozenset(numerals.get(number.lower(), number) for number in _KIND.findall(text))


def _of_other_kind(store: Store, trial_id: str, kinds: frozenset[str]) -> bool:
    """Whether a trial's title and conditions name numbered kinds, and none of these."""
    record = store.records.get(trial_id)
    theirs = _kinds(title_text(record.trial)) if record else frozenset()
    return bool(theirs) and not theirs & kinds


def _about(store: Store, text: str) -> Callable[[str, float], bool]:
    """Whether a trial (by its key, and its nearness to the text) is about it: near in meaning; or less near, with
    a word of the text in its name fields; or with all of a few words there, as when somebody types a name.
    """
    words = content_words(text)
    few = len(words) <= _FEW and len("".join(words)) > 2
    named = {key for key, _ in store.words.search(text, _POOL, NAME_FIELDS, every_word=True)} if few else set()
    worded = {key for key, _ in store.words.search(text, _POOL, NAME_FIELDS)}
    return lambda key, nearness: nearness >= _NEAR or key in named or (key in worded and nearness >= _NEARISH)


def _by_cosine(found: dict[str, float]) -> list[str]:
    return sorted(found, key=lambda trial_id: (-found[trial_id], trial_id))


def _hit(record: Record, score: float, passages: tuple[Passage, ...]) -> Hit:
    trial = record.trial
    return Hit(trial_id=trial.id, title=trial.title, status=trial.status, score=score, passages=passages)
