"""Which vectors the records count on: the keys of their titles, cards and passages."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from sqlalchemy import select

from index.store.records import Records, in_batches
from index.store.tables import TRIALS, keys_in

_MANY = 500


def passage_keys(records: Records) -> Iterator[tuple[str, list[str]]]:
    """(trial id, keys of its passages) of every trial."""
    with records.reading() as connection:
        for row in connection.execute(select(TRIALS.c.id, TRIALS.c.passage_keys)):
            yield row.id, keys_in(row.passage_keys)


def keys_of(records: Records, trials: Iterable[str]) -> tuple[set[str], set[str]]:
    """The keys of titles and cards, and those of passages, that these trials have now."""
    short: set[str] = set()
    passages: set[str] = set()
    columns = (TRIALS.c.title_key, TRIALS.c.card_key, TRIALS.c.passage_keys)
    with records.reading() as connection:
        for part in in_batches(trials, _MANY):
            for title, card, packed in connection.execute(select(*columns).where(TRIALS.c.id.in_(part))):
                short |= {title, card}
                passages.update(keys_in(packed))
    return short, passages


def unused(records: Records, keys: Iterable[str], besides: Container[str] = ()) -> set[str]:
    """Those of these title and card keys that no other trial has."""
    left = set(keys)
    with records.reading() as connection:
        for part in in_batches(sorted(left), _MANY):
            for column in (TRIALS.c.title_key, TRIALS.c.card_key):
                rows = connection.execute(select(TRIALS.c.id, column).where(column.in_(part)))
                left.difference_update(key for trial_id, key in rows if trial_id not in besides)
    return left


def unused_passages(records: Records, keys: Iterable[str], besides: Container[str] = ()) -> set[str]:
    """Those of these passage keys that no other trial has."""
    left = set(keys)
    for trial_id, held in passage_keys(records) if left else ():
        if trial_id not in besides:
            left.difference_update(held)
    return left
