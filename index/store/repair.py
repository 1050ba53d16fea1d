"""Making the derived parts again from the records, where they are missing, broken or too many."""

from __future__ import annotations

import shutil

from index.errors import DerivedBroken
from index.store.build import Progress, embed_passages, quiet
from index.store.heal import heal
from index.store.outbox import Outbox
from index.store.store import Store
from index.store.vectors import PASSAGES, TRIALS, VectorIndex


def repair(store: Store, progress: Progress = quiet) -> int:
    """Makes the derived entries again where any is missing; gives the number of trials mended.

    Raises:
        StoreBusy: another process is building.
    """
    with store.records.database.building():
        _drop_broken_words(store)
        _drop_broken_vectors(store)
        outbox = Outbox(store)
        mended = heal(store, outbox)
        embed_passages(store, outbox, progress)
        outbox.publish(last=True)
    return len(mended)


def _drop_broken_words(store: Store) -> None:
    try:
        store.words.keys()
    except DerivedBroken:
        store.close_words()
        shutil.rmtree(store.words_folder, ignore_errors=True)
        store.words_folder.unlink(missing_ok=True)


def _drop_broken_vectors(store: Store) -> None:
    """Throws away what cannot be read: the builder's vectors, or the snapshot that they would be copied from."""
    if store.has_server:
        return
    try:
        if store.vectors is not None:
            _read_all(store.vectors)
    except DerivedBroken:
        store.snapshots.drop_all_but()
        store.records.forget_snapshot()
    try:
        _read_all(store.written)
    except DerivedBroken:
        store.snapshots.drop_work()


def _read_all(vectors: VectorIndex) -> None:
    for collection in (TRIALS, PASSAGES):
        vectors.ids(collection)
        vectors.probe(collection)
