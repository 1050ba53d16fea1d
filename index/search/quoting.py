"""Which passages of trials speak to a text, by the vectors of passages and texts."""

from __future__ import annotations

from collections.abc import Sequence

from index.criteria.criterion import Kind
from index.passages import Passage
from index.record import Record
from index.store.embedding import Vectors
from index.store.store import Store
from index.store.tables import text_key
from index.store.vectors import PASSAGES, VectorIndex
from index.store.words import content_words
from index.trial import SectionName

_SHARING = 0.42  # how near a passage without a vector seems that shares every word with the text
_WINDOW = 120  # words of a text that one vector stands for; longer texts are embedded in windows
_MOST_WINDOWS = 6


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
    return tuple(_nearest_first(store.vectors, eligible, vectors, text)[:limit])


def passages_of_each(
    index: VectorIndex | None, records: Sequence[Record], vectors: Vectors, text: str, each: int
) -> dict[str, tuple[Passage, ...]]:
    """The passages of each record that are nearest to a text, nearest first, by the id of its trial."""
    passages = [passage for record in records for passage in record.passages] if each else []
    best: dict[str, tuple[Passage, ...]] = {record.trial.id: () for record in records}
    for passage in _nearest_first(index, passages, vectors, text):
        held = best[passage.trial_id]
        if len(held) < each:
            best[passage.trial_id] = (*held, passage)
    return best


def _nearest_first(
    index: VectorIndex | None, passages: Sequence[Passage], vectors: Vectors, text: str
) -> list[Passage]:
    keys = [text_key(passage.embedded) for passage in passages]
    cosines = index.nearness(PASSAGES, vectors, keys) if index else {}
    words = frozenset(content_words(text))
    nearness = [
        cosines[key] if key in cosines else _shared(words, passage) for key, passage in zip(keys, passages, strict=True)
    ]
    return [passages[at] for at in sorted(range(len(passages)), key=lambda at: (-nearness[at], at))]


def _shared(words: frozenset[str], passage: Passage) -> float:
    """How near a passage seems that has no vector yet: by the share of the words that stand in it."""
    return _SHARING * len(words & set(content_words(passage.embedded))) / (len(words) or 1)


def _in_list(record: Record, passage: Passage, kind: Kind) -> bool:
    return any(
        one.kind is kind and one.section is passage.section and passage.start <= one.start < passage.end
        for one in record.criteria
    )
