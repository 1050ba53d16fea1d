"""Bringing records into a store: first what finds a trial (record, words, title and card vectors), then its passages.

Order within a batch makes a stop at any moment harmless: derived entries of the new revision first, then the record
that makes them count, then the entries of the old revision are cleared away. Passages that are still to be embedded are
noted in the record, so the next run goes on with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from index.passages import card_text, title_text
from index.record import Record, fingerprint
from index.sources.files import Found, Rejected
from index.store.store import Store
from index.store.tables import Incoming, Stored, revision
from index.store.vectors import PASSAGES, TRIALS
from index.trial import Frozen

_T = TypeVar("_T")
_BATCH = 64
_PASSAGE_BATCH = 512

Progress = Callable[[str, int], None]
"""Told what was done ("trials", "passages") and how many of it."""


class Built(Frozen):
    """What a build did: ids added and changed, counts, and each rejection with its reason.

    An id that a build meets several times counts once; the last record of it stays.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    trials: int = 0  # in the store now
    passages: int = 0


def quiet(_: str, __: int) -> None:
    """No progress."""


def build(store: Store, sources: Iterable[Found | Rejected], progress: Progress = quiet) -> Built:
    """Adds or updates records; twice the same sources change nothing the second time."""
    before = store.records.stored()
    now = dict(before)
    seen: dict[str, None] = {}
    rejected: list[Rejected] = []
    for batch in _batches(sources, _BATCH):
        fresh: dict[str, Incoming] = {}
        for source in batch:
            if isinstance(source, Rejected):
                rejected.append(source)
                continue
            seen[source.trial.id] = None
            if not _known(source, now):
                one = Incoming(record=Record.of(source.trial), raw=source.raw, source=source.source)
                fresh[source.trial.id], now[source.trial.id] = one, _as_stored(one)
        _put(store, list(fresh.values()))
        progress("trials", len(batch))
    embed_passages(store, progress)
    added = tuple(one for one in seen if one not in before)
    changed = tuple(one for one in seen if one in before and now[one].revision != before[one].revision)
    return Built(
        added=added,
        changed=changed,
        unchanged=len(seen) - len(added) - len(changed),
        rejected=tuple(rejected),
        trials=store.records.count(),
        passages=store.records.passage_count(),
    )


def _known(source: Found, before: dict[str, Stored]) -> bool:
    """Whether the store holds just this record; bundled sample data never replaces a real record."""
    stored = before.get(source.trial.id)
    if stored is None:
        return False
    return stored.fingerprint == fingerprint(source.trial) or (
        source.trial.origin.restated is not None and not stored.sample
    )


def _as_stored(one: Incoming) -> Stored:
    return Stored(
        revision=one.revision,
        fingerprint=one.record.fingerprint,
        sample=one.record.trial.origin.restated is not None,
        passages_embedded=False,
    )


def _put(store: Store, batch: list[Incoming]) -> None:
    if not batch:
        return
    _derive(store, [one.record for one in batch])
    older = [(one, store.records.get(one.record.trial.id)) for one in batch]
    store.records.put(batch)
    forget(store, [record for one, record in older if record is not None and revision(record) != one.revision])


def _derive(store: Store, records: list[Record]) -> None:
    """Writes what finds these trials: their words, and their title and card vectors."""
    keys = [_key(record) for record in records]
    texts = [text for record in records for text in (title_text(record.trial), card_text(record.trial))]
    store.vectors.add(TRIALS, [entry for key in keys for entry in _entries(key)], store.embedder.encode(texts))
    store.words.add(zip(keys, records, strict=True))


def _key(record: Record) -> str:
    return f"{record.trial.id}@{revision(record)}"


def _entries(key: str) -> tuple[str, str]:
    return f"{key}:title", f"{key}:card"


def forget(store: Store, records: Iterable[Record]) -> None:
    """Clears away the derived entries of records that no longer count."""
    for record in records:
        store.words.delete([_key(record)])
        store.vectors.delete(TRIALS, _entries(_key(record)))
        store.vectors.delete(PASSAGES, passage_keys(record))


def clear_sample(store: Store) -> int:
    """Takes the bundled sample out of a store that holds real records; gives how many trials went."""
    samples = [trial_id for trial_id, stored in store.records.stored().items() if stored.sample]
    if not samples or store.records.only_sample():
        return 0
    records = [record for trial_id in samples if (record := store.records.get(trial_id))]
    store.records.remove(samples)
    forget(store, records)
    return len(samples)


def passage_keys(record: Record) -> list[str]:
    """The ids of a record's passages in the vector index, in the order of `record.passages`."""
    return [f"{passage.id}@{revision(record)}" for passage in record.passages]


def embed_passages(store: Store, progress: Progress = quiet) -> None:
    """Embeds the passages that have no vector yet; goes on where an earlier run stopped."""
    waiting = [trial_id for trial_id, stored in store.records.stored().items() if not stored.passages_embedded]
    for group in _batches(waiting, _BATCH):
        records = [record for trial_id in group if (record := store.records.get(trial_id))]
        texts = {
            key: passage.embedded
            for record in records
            for key, passage in zip(passage_keys(record), record.passages, strict=True)
        }
        for keys in _batches(store.vectors.missing(PASSAGES, list(texts)), _PASSAGE_BATCH):
            store.vectors.add(PASSAGES, keys, store.embedder.encode([texts[key] for key in keys]))
            progress("passages", len(keys))
        store.records.mark_embedded(group)


def repair(store: Store, progress: Progress = quiet) -> int:
    """Makes the derived entries again where any is missing; gives the number of trials mended."""
    _sweep(store)
    mended = 0
    worded = store.words.keys()
    for group in _batches(store.records.stored(), _BATCH):
        records = [record for trial_id in group if (record := store.records.get(trial_id))]
        broken = [
            record
            for record in records
            if _key(record) not in worded or store.vectors.missing(TRIALS, _entries(_key(record)))
        ]
        if broken:
            _derive(store, broken)
        unembedded = [record.trial.id for record in records if store.vectors.missing(PASSAGES, passage_keys(record))]
        store.records.mark_embedded(unembedded, embedded=False)
        mended += len({record.trial.id for record in broken} | set(unembedded))
        progress("trials", len(group))
    embed_passages(store, progress)
    return mended


def _sweep(store: Store) -> None:
    """Clears away derived entries that a stopped build left behind and that no record stands for."""
    held = {f"{trial_id}@{stored.revision}" for trial_id, stored in store.records.stored().items()}
    store.words.delete(store.words.keys() - held)
    store.vectors.delete(TRIALS, [one for one in store.vectors.ids(TRIALS) if one.rpartition(":")[0] not in held])
    passages = {
        key
        for trial_id in store.records.stored()
        if (record := store.records.get(trial_id))
        for key in passage_keys(record)
    }
    store.vectors.delete(PASSAGES, store.vectors.ids(PASSAGES) - passages)


def _batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
