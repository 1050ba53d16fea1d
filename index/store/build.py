"""Bringing records into a store: first what finds a trial (record, words, title and card vectors), then its passages.

What is made is published now and then (`outbox`), so a stop at any moment is harmless. Passages that are still to be
embedded are noted in the record, and the next run goes on with them. Reading, embedding and writing run side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import NamedTuple

from index.passages import card_text, title_text
from index.record import Record, fingerprint
from index.sources.files import Found, Rejected
from index.store.ahead import Behind, ahead
from index.store.embedding import Vectors
from index.store.heal import heal
from index.store.outbox import EVERY, Outbox
from index.store.records import in_batches
from index.store.store import Store
from index.store.tables import Incoming, Stored, content, precedence, text_key
from index.store.vectors import PASSAGES, TRIALS
from index.trial import Frozen

_BATCH = 128  # records
_PASSAGE_BATCH = 512

Progress = Callable[[str, int, int | None], None]
"""Told of what ("read", "trials", "passages") how many are done now, and how many there are in all if that is known."""


class Built(Frozen):
    """What a build did: ids added and changed, counts, and each rejection with its reason.

    An id that a build meets several times counts once. `older` records are versions of trials that the store holds in a
    newer one, and were kept beside it; `lesser` ones give less of a trial than the store holds, and were left aside.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: int = 0
    older: int = 0
    lesser: int = 0
    rejected: tuple[Rejected, ...] = ()
    trials: int = 0  # in the store now
    passages: int = 0


def quiet(_: str, __: int, ___: int | None) -> None:
    """No progress."""


def build(
    store: Store, sources: Iterable[Found | Rejected], progress: Progress = quiet, publish_every: float = EVERY
) -> Built:
    """Adds or updates records; twice the same sources change nothing the second time.

    `progress` is told of trials once they are in the store for good. `publish_every`: seconds, at least, after which
    readers see what was made meanwhile.

    Raises:
        StoreBusy: another process is building.
    """
    with store.records.database.building():
        outbox = Outbox(store, publish_every)
        if store.needs_healing:
            heal(store, outbox)
        sorting = _Sorting(store)
        _bring_in(store, sorting.batches(sources), outbox, progress)
        embed_passages(store, outbox, progress)
        outbox.publish(last=True)
    return Built(
        added=tuple(one for one in sorting.seen if one not in sorting.before),
        changed=tuple(one for one in sorting.seen if sorting.changed(one)),
        unchanged=sum(one in sorting.before and not sorting.changed(one) for one in sorting.seen),
        older=sorting.older,
        lesser=sorting.lesser,
        rejected=tuple(sorting.rejected),
        trials=store.records.count(),
        passages=store.records.passage_count(),
    )


class _Batch(NamedTuple):
    """`texts`: what has no vector yet, by key. `read`: how many records were looked at for it."""

    new: list[Incoming]
    older: list[Incoming]
    texts: dict[str, str]
    read: int


class _Sorting:
    """Tells what is new among records: of several of one trial, the one that takes precedence counts."""

    def __init__(self, store: Store) -> None:
        self.before = store.records.stored()
        self._embedded = set(store.roster().vectors)
        self._now = dict(self.before)
        self._kept = set(store.records.kept())
        self.seen: dict[str, None] = {}
        self.rejected: list[Rejected] = []
        self.older = self.lesser = 0

    def changed(self, trial_id: str) -> bool:
        return trial_id in self.before and self._now[trial_id].revision != self.before[trial_id].revision

    def batches(self, sources: Iterable[Found | Rejected]) -> Iterator[_Batch]:
        """What is to be written, record after record; an id stands in a batch once."""
        for group in in_batches(sources, _BATCH):
            batch = _Batch([], [], {}, len(group))
            for source in group:
                if isinstance(source, Rejected):
                    self.rejected.append(source)
                else:
                    batch = yield from self._sorted(source, batch)
            yield self._with_texts(batch)

    def _sorted(self, source: Found, batch: _Batch) -> Generator[_Batch, None, _Batch]:
        trial = source.trial
        self.seen[trial.id] = None
        stored = self._now.get(trial.id)
        if stored and stored.gone and source.live:
            stored = None  # the registry gives it again, whatever its date
        if stored and (stored.fingerprint == fingerprint(trial) or (trial.id, content(trial)) in self._kept):
            return batch
        if stored and precedence(trial) < stored.precedence:
            self._count_as_less(source, stored, batch)
            return batch
        if any(one.record.trial.id == trial.id for one in batch.new):
            yield self._with_texts(batch._replace(read=0))
            batch = _Batch([], [], {}, batch.read)
        one = Incoming(record=Record.of(trial), raw=source.raw, source=source.source)
        batch.new.append(one)
        self._now[trial.id] = one.stored
        return batch

    def _count_as_less(self, source: Found, stored: Stored, batch: _Batch) -> None:
        if precedence(source.trial)[:3] != stored.form:
            self.lesser += 1
            return
        self.older += 1
        self._kept.add((source.trial.id, content(source.trial)))
        batch.older.append(Incoming(record=Record.of(source.trial), raw=source.raw, source=source.source))

    def _with_texts(self, batch: _Batch) -> _Batch:
        texts = {
            text_key(text): text
            for one in batch.new
            for text in (title_text(one.record.trial), card_text(one.record.trial))
        }
        missing = texts.keys() - self._embedded
        self._embedded |= missing
        return batch._replace(texts={key: text for key, text in texts.items() if key in missing})


def _bring_in(store: Store, batches: Iterable[_Batch], outbox: Outbox, progress: Progress) -> None:
    """Embeds titles and cards, and writes."""
    done = 0
    with ahead(batches) as coming, Behind() as behind:
        for batch in coming:
            vectors = store.embedder.encode(list(batch.texts.values())) if batch.texts else None
            done += batch.read
            progress("read", done, None)

            def write(batch: _Batch = batch, vectors: Vectors | None = vectors, done: int = done) -> None:
                outbox.vectors(TRIALS, batch.texts, vectors)
                outbox.records(batch.new, batch.older)
                if outbox.publish_if_due():
                    progress("trials", done, None)

            behind.do(write)
    outbox.publish()
    progress("trials", done, done)


class _Group(NamedTuple):
    trials: list[str]
    texts: dict[str, str]
    passages: int


def embed_passages(store: Store, outbox: Outbox, progress: Progress = quiet) -> None:
    """Embeds the passages that have no vector yet; goes on where an earlier run stopped."""
    waiting = store.records.unembedded()
    in_all = store.records.passage_count(embedded=False)
    done = 0
    if not waiting:
        return
    held = set(store.written.ids(PASSAGES))
    with ahead(_groups(store, waiting, held)) as groups, Behind() as behind:
        for group in groups:
            vectors = store.embedder.encode(list(group.texts.values())) if group.texts else None
            done += group.passages

            def write(group: _Group = group, vectors: Vectors | None = vectors, done: int = done) -> None:
                outbox.vectors(PASSAGES, group.texts, vectors)
                outbox.embedded(group.trials)
                outbox.publish_if_due()
                progress("passages", done, in_all)

            behind.do(write)


def _groups(store: Store, waiting: Iterable[str], held: set[str]) -> Iterator[_Group]:
    """Trials with the texts of theirs that are to be embedded, about as many as are embedded at once."""
    group = _Group([], {}, 0)
    for record in store.records.many(waiting):
        texts = {text_key(passage.embedded): passage.embedded for passage in record.passages}
        missing = texts.keys() - held
        held |= missing
        group.trials.append(record.trial.id)
        group.texts.update((key, texts[key]) for key in texts if key in missing)
        group = group._replace(passages=group.passages + len(record.passages))
        if len(group.texts) >= _PASSAGE_BATCH or len(group.trials) >= 2 * _BATCH:
            yield group
            group = _Group([], {}, 0)
    if group.trials:
        yield group


def clear_sample(store: Store) -> int:
    """Takes the bundled sample out of a store that holds real records; gives how many trials went."""
    samples = [trial_id for trial_id, stored in store.records.stored().items() if stored.sample]
    if not samples or store.records.only_sample():
        return 0
    remove(store, samples)
    return len(samples)


def remove(store: Store, identifiers: Iterable[str]) -> None:
    """Takes trials out of the store, and what was derived from them."""
    with store.records.database.building():
        store.records.remove(identifiers)
        outbox = Outbox(store)
        heal(store, outbox)
        outbox.publish(last=True)
