"""What a person asks a registry for on the command line -> a query, or one line that says what is not understood."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from bot.errors import SettingsError
from index.sources.ctgov.query import OTHER_SOURCES, Query
from index.trial import Frozen
from index.vocabulary import Status

_LAST = "last"


class Asked(Frozen):
    """`since_last`: only what changed since the last run of the same query."""

    query: Query
    since_last: bool = False

    @property
    def limits(self) -> bool:
        """Whether anything was asked for."""
        return self.since_last or self.query != Query()


def asked_of_registry(
    conditions: Sequence[str], terms: Sequence[str], place: str, statuses: Sequence[str], since: str | None
) -> Asked:
    """A query from words as they were typed.

    Raises:
        SettingsError: a status or a date is none.
    """
    return Asked(
        query=Query(
            conditions=tuple(conditions),
            terms=tuple(terms),
            place=place,
            statuses=tuple(map(_status, statuses)),
            since=_date(since) if since and since != _LAST else None,
        ),
        since_last=since == _LAST,
    )


def _status(words: str) -> Status:
    status = Status.read(words) if Status.known(words) else None
    if status is None or status in OTHER_SOURCES:
        known = ", ".join(one.words for one in Status if one not in OTHER_SOURCES)
        raise SettingsError(f"{words!r} is no status of the registry; choose from {known}")
    return status


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"{text!r} is no date; write it as 2026-05-31, or write {_LAST}") from None
