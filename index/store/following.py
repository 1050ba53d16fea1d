"""Keeping a store in step with a registry query: all of it, then what changed since, then what went away.

How far a run came is noted once its studies are in the store for good, so the next run goes on from there. A trial that
the query gives no longer is asked for by its number: its status has changed, or the registry has it no more.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from sqlalchemy import delete, insert, select

from index.errors import SourceError
from index.sources.ctgov.query import Query
from index.sources.ctgov.registry import Page, Registry, TokenRefused, Vanished
from index.sources.files import Found, Rejected
from index.store.records import Records, in_batches
from index.store.store import Store
from index.store.tables import FOLLOWED, QUERIES, text_key
from index.trial import Frozen, Trial

_MANY = 500
_LONGEST = 200  # characters of a query's key; PostgreSQL refuses to index endless ones


class Mark(Frozen):
    """How far a query has come. `token` and `reached` go on with a run that was stopped, which asked from `since` on;
    `next_since` is where the next update starts after a run that came to its end.
    """

    since: datetime.date | None = None
    token: str | None = None
    reached: datetime.date | None = None
    next_since: datetime.date | None = None


class Following:
    """One run of a query. Feed `found()` to a build, tell `stored` how many of them are in, and `finish`.

    `since_last`: ask only for what changed since the last run that came to its end; all, if there was none. `resumes`:
    an earlier run of the same question was stopped, and this one goes on from there.
    """

    def __init__(
        self, store: Store, registry: Registry, query: Query, today: datetime.date, since_last: bool = False
    ) -> None:
        self._store, self._registry, self._query, self._today = store, registry, query, today
        self._name = query.key if len(query.key) <= _LONGEST else text_key(query.key)
        self._mark = mark_of(store.records, self._name)
        if since_last and self._mark.next_since:
            self._query = query.starting(self._mark.next_since)
        self.resumes = self._mark.token is not None and self._mark.since == self._query.since
        self._followed = followed(store.records, self._name)
        self._seen: dict[str, None] = {}
        self._given = 0
        self._pages: list[tuple[int, Page]] = []
        self._next_since: datetime.date | None = None
        self.total: int | None = None
        self.vanished: list[str] = []

    @property
    def words(self) -> str:
        return self._query.words

    def found(self) -> Iterator[Found | Rejected]:
        """What the registry gives, page by page, then what it has to say of trials that the query gives no longer."""
        self._next_since = self._data_day()
        for page in self._all_pages():
            self.total = page.total if page.total is not None else self.total
            for one in page.studies:
                yield from self._given_one(one)
            self._pages.append((self._given, page))
        listed = frozenset(self._seen)
        if self.resumes or self._query.since:
            listed = self._listed()
        yield from self._no_longer_listed(self._followed - listed)

    def _data_day(self) -> datetime.date | None:
        try:
            return self._registry.version().next_since
        except SourceError:  # a mirror may not tell; then the last update that came will do
            return None

    def _all_pages(self) -> Iterator[Page]:
        query, token = self._query, self._mark.token if self.resumes else None
        try:
            yield from self._registry.pages(query, token)
        except TokenRefused:
            if self._pages or token is None:
                raise
            yield from self._registry.pages(query.starting(self._mark.reached) if self._mark.reached else query)

    def _given_one(self, one: Found | Rejected) -> Iterator[Found | Rejected]:
        if isinstance(one, Found):
            self._seen[one.trial.id] = None
        self._given += 1
        yield one

    def _listed(self) -> frozenset[str]:
        """Every trial that the query gives today, also those that did not change."""
        return frozenset(self._registry.numbers(self._query.model_copy(update={"since": None})))

    def _no_longer_listed(self, trials: Iterable[str]) -> Iterator[Found | Rejected]:
        for one in self._registry.studies(sorted(trials)):
            if not isinstance(one, Vanished):
                self._given += 1
                yield one
            elif gone := self._gone(one.id):
                self.vanished.append(one.id)
                self._given += 1
                yield gone
        self._followed -= frozenset(trials)

    def _gone(self, trial_id: str) -> Found | None:
        """The record of the store, as one that the registry gives no longer."""
        record, raw = self._store.records.get(trial_id), self._store.records.raw(trial_id)
        if record is None or raw is None or record.trial.origin.gone:
            return None
        source = f"{self._registry.base_url}/studies/{trial_id}"
        return Found(source=source, trial=without_registry(record.trial, self._today), raw=raw)

    def stored(self, count: int) -> None:
        """So many of what was found are in the store: a stopped run goes on after them."""
        through = [page for given, page in self._pages if given <= count]
        if not through:
            return
        del self._pages[: len(through)]
        page = through[-1]
        reached = page.reached or self._mark.reached
        self._mark = self._mark.model_copy(
            update={"since": page.query.since, "token": page.next_token, "reached": reached}
        )
        save(self._store.records, self._name, self._mark, self._followed | self._seen.keys())

    def finish(self) -> None:
        """Notes that the run came to its end."""
        next_since = self._next_since or self._mark.reached or self._mark.next_since
        save(self._store.records, self._name, Mark(next_since=next_since), self._followed | self._seen.keys())


def without_registry(trial: Trial, today: datetime.date) -> Trial:
    """The trial as one that the registry gives no longer."""
    return trial.model_copy(update={"origin": trial.origin.model_copy(update={"gone": today})})


def mark_of(records: Records, query: str) -> Mark:
    with records.reading() as connection:
        mark = connection.scalar(select(QUERIES.c.mark).where(QUERIES.c.query == query))
    return Mark.model_validate_json(mark) if mark else Mark()


def followed(records: Records, query: str) -> frozenset[str]:
    """The trials that a query gave so far."""
    with records.reading() as connection:
        return frozenset(connection.scalars(select(FOLLOWED.c.trial_id).where(FOLLOWED.c.query == query)))


def save(records: Records, query: str, mark: Mark, trials: Iterable[str]) -> None:
    wanted = frozenset(trials)
    held = followed(records, query)
    with records.database.writing() as connection:
        connection.execute(delete(QUERIES).where(QUERIES.c.query == query))
        connection.execute(insert(QUERIES), {"query": query, "mark": mark.model_dump_json()})
        for part in in_batches(sorted(held - wanted), _MANY):
            connection.execute(delete(FOLLOWED).where(FOLLOWED.c.query == query, FOLLOWED.c.trial_id.in_(part)))
        for part in in_batches(sorted(wanted - held), _MANY):
            connection.execute(insert(FOLLOWED), [{"query": query, "trial_id": one} for one in part])
