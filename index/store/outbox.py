"""What a build has made and readers do not see yet, and the moment at which they see it.

Vectors and words are written on the side; then one transaction makes the records count, together with the snapshot of
the vectors that they need. A stop at any moment leaves things that nothing counts on, never the reverse.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence, Set

from index.record import Record
from index.store.embedding import Vectors
from index.store.keys import keys_of, unused, unused_passages
from index.store.memory import give_back
from index.store.roster import word_key
from index.store.store import Store
from index.store.tables import Incoming, passage_keys, revision
from index.store.vectors import PASSAGES, TRIALS

EVERY = 5.0  # seconds, at least, between two publications
_SHARE = 30  # publishing may take one part in so many of the time
_MOST = 1500  # records that may wait, for the memory they take


class Outbox:
    """Gathers what is to be seen together. Only the process that builds has one."""

    def __init__(self, store: Store, every: float = EVERY) -> None:
        self._store = store
        self._every = every
        self._new: dict[str, Incoming] = {}
        self._embedded: list[str] = []
        self._older: list[Incoming] = []
        self._unseen = False  # vectors that no snapshot has
        self._next = time.monotonic() + every

    def vectors(self, collection: str, texts: Mapping[str, str], vectors: Vectors | None) -> None:
        if vectors is not None:
            self._store.written.add(collection, list(texts), vectors)
            self._unseen = True

    def records(self, new: Sequence[Incoming], older: Sequence[Incoming]) -> None:
        """Records whose vectors are written; an id may come again, and the last counts."""
        if any(one.record.trial.id in self._new for one in new):
            self.publish()
        self._new.update((one.record.trial.id, one) for one in new)
        self._older += older

    def embedded(self, trials: Iterable[str]) -> None:
        """Trials whose passages all have their vectors now."""
        self._embedded += trials

    def publish_if_due(self) -> bool:
        """Publishes if it is time; says whether it did."""
        if time.monotonic() < self._next and len(self._new) < _MOST:
            return False
        began = time.monotonic()
        self.publish()
        now = time.monotonic()
        self._next = now + max(self._every, _SHARE * (now - began))
        return True

    def publish(self, last: bool = False) -> None:
        """Lets readers see everything; `last`: nothing more will be written."""
        if self._older:
            self._store.records.keep(self._older)
        if self._new:
            new = ((word_key(one.record.trial.id, one.revision), one.record) for one in self._new.values())
            self._store.words.add(new)
        left = self._left()
        if not self._store.has_server:
            self.forget(left)
        snapshot = self._snapshot(last)
        if self._new or self._embedded or snapshot:
            replaced = self._store.records.publish(list(self._new.values()), self._embedded, snapshot)
            self._forget_words(replaced)
        if self._store.has_server:
            self.forget(left)
        self._new, self._embedded, self._older = {}, [], []
        give_back()

    def _snapshot(self, last: bool) -> str | None:
        """The name of the next snapshot, if there is something new for it."""
        if self._store.has_server:
            return None
        snapshots = self._store.snapshots
        if not self._unseen:
            if last:
                snapshots.drop_work()
            return None
        before = self._store.records.state().snapshot
        name = snapshots.take(last)
        snapshots.drop_all_but(name, before)
        self._unseen = False
        return name

    def _left(self) -> dict[str, set[str]]:
        """The vectors that the records to be replaced had, and that none will have then."""
        records = self._store.records
        had = keys_of(records, self._new)
        left = {TRIALS: had[0], PASSAGES: had[1]}
        for one in self._new.values() if had[0] else ():
            left[TRIALS] -= {one.stored.title_key, one.stored.card_key}
            left[PASSAGES].difference_update(passage_keys(one.record))
        left[TRIALS] = unused(records, left[TRIALS], self._new)
        left[PASSAGES] = unused_passages(records, left[PASSAGES], self._new)
        return left

    def forget(self, left: Mapping[str, Set[str]]) -> None:
        """Takes vectors away, by collection."""
        for collection, keys in left.items():
            if keys:
                self._store.written.delete(collection, keys)
                self._unseen = True

    def _forget_words(self, replaced: Iterable[Record]) -> None:
        roster = self._store.roster().words if replaced else {}
        keys = {word_key(one.trial.id, revision(one)) for one in replaced}
        self._store.words.delete(keys - roster.keys())
