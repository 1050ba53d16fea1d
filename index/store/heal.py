"""What a store should hold beside its records, and making again what of it is missing."""

from __future__ import annotations

from collections.abc import Iterator

from index.passages import card_text, title_text
from index.record import Record
from index.store.keys import passage_keys
from index.store.outbox import Outbox
from index.store.records import in_batches
from index.store.roster import word_key
from index.store.store import Store
from index.store.tables import revision, text_key
from index.store.vectors import PASSAGES, TRIALS, VectorIndex

_BATCH = 128


class Lack:
    """What `vectors` and the words lack of what the records count on, and what they have beyond it."""

    def __init__(self, store: Store, vectors: VectorIndex | None) -> None:
        self._store = store
        self._vectors = vectors

    def _held(self, collection: str) -> frozenset[str]:
        return self._vectors.ids(collection) if self._vectors else frozenset()

    def words(self) -> tuple[frozenset[str], frozenset[str]]:
        """(missing, needless) keys."""
        held, wanted = self._store.words.keys(), frozenset(self._store.roster().words)
        return wanted - held, held - wanted

    def short(self) -> tuple[frozenset[str], frozenset[str]]:
        """The same, of titles and cards."""
        held, wanted = self._held(TRIALS), frozenset(self._store.roster().vectors)
        return wanted - held, held - wanted

    def passages(self) -> tuple[frozenset[str], frozenset[str]]:
        """The same, of passages that are said to have their vectors; those still to be embedded are not missing."""
        held = self._held(PASSAGES)
        waiting = frozenset(self._store.records.unembedded())
        wanted: set[str] = set()
        said: set[str] = set()
        for trial_id, keys in passage_keys(self._store.records):
            wanted.update(keys)
            if trial_id not in waiting:
                said.update(keys)
        return frozenset(said - held), held - wanted


def heal(store: Store, outbox: Outbox) -> frozenset[str]:
    """Makes words, titles and cards again where they are missing, marks trials that lack passages, and clears away
    what no record counts on. Gives the trials that were mended.
    """
    lack = Lack(store, store.written)
    return _words(store, lack) | _short(store, lack, outbox) | _passages(store, lack, outbox)


def _words(store: Store, lack: Lack) -> frozenset[str]:
    missing, needless = lack.words()
    store.words.delete(needless)
    trials = [store.roster().words[key] for key in sorted(missing)]
    for records in _records(store, trials):
        store.words.add((word_key(record.trial.id, revision(record)), record) for record in records)
    return frozenset(trials)


def _short(store: Store, lack: Lack, outbox: Outbox) -> frozenset[str]:
    missing, needless = lack.short()
    outbox.forget({TRIALS: needless})
    trials = sorted({trial_id for key in missing for _, trial_id in store.roster().vectors[key]})
    for records in _records(store, trials):
        texts = {
            key: text
            for record in records
            for text in (title_text(record.trial), card_text(record.trial))
            if (key := text_key(text)) in missing
        }
        outbox.vectors(TRIALS, texts, store.embedder.encode(list(texts.values())))
    return frozenset(trials)


def _passages(store: Store, lack: Lack, outbox: Outbox) -> frozenset[str]:
    missing, needless = lack.passages()
    outbox.forget({PASSAGES: needless})
    lost = frozenset(one for one, keys in passage_keys(store.records) if missing and not missing.isdisjoint(keys))
    store.records.mark_unembedded(lost)
    return lost


def _records(store: Store, trials: list[str]) -> Iterator[list[Record]]:
    for group in in_batches(trials, _BATCH):
        yield list(store.records.many(group))
