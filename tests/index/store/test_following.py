"""A store that follows a registry query: through bad days, stopped runs, changed and vanished records."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.errors import SourceError
from index.health import Sign, flags
from index.search.filters import Filters
from index.sources.ctgov.query import Query
from index.sources.ctgov.registry import Registry
from index.sources.ctgov.wire import Manners
from index.store.build import Built, build
from index.store.following import Following, followed, mark_of
from index.store.store import Store
from index.vocabulary import Status
from tests.fakes import FakeEmbedder
from tests.registry_server import ALWAYS, Fault, Misbehaviour, RegistryServer
from tests.studies import study

TODAY = datetime.date(2026, 11, 21)
LYMPHOMA = Query(conditions=("lymphoma",), statuses=(Status.RECRUITING,))
Json = dict[str, Any]


def some(count: int) -> list[Json]:
    """Small studies, each updated a day after the one before."""
    return [study(number, updated=f"2026-03-{number:02}") for number in range(1, count + 1)]


def number(which: int) -> str:
    return f"NCT0999{which:04}"


def run(store: Store, server: RegistryServer, query: Query = LYMPHOMA, since_last: bool = False) -> Built:
    manners = Manners(pause=0, silence=0.25, attempts=3)
    with Registry(server.base_url, page_size=4, manners=manners, sleep=lambda _: None) as registry:
        following = Following(store, registry, query, TODAY, since_last)

        def progress(name: str, done: int, _: int | None) -> None:
            if name == "trials":
                following.stored(done)

        built = build(store, following.found(), progress, publish_every=0)
        following.finish()
    return built


def asked(server: RegistryServer) -> list[str]:
    """Of each search, the token or the date that it asked from."""
    searches = [one.parameters for one in server.requests if one.path.endswith("/studies")]
    return [one.get("pageToken") or one.get("filter.advanced", "all") for one in searches]


def changed(of: Json, **fields: str) -> Json:
    """The study with another status and date of update."""
    modules = dict(of["protocolSection"])
    modules["statusModule"] = {
        **modules["statusModule"],
        "overallStatus": fields["status"],
        "lastUpdatePostDateStruct": {"date": fields["updated"]},
    }
    return {**of, "protocolSection": modules}


def test_a_query_brings_its_trials_and_the_next_run_asks_only_for_what_changed(store: Store) -> None:
    with RegistryServer(some(9)) as server:
        first = run(store, server)
        assert (len(first.added), first.rejected) == (9, ())
        server.requests.clear()
        server.studies[number(3)] = changed(server.studies[number(3)], status="RECRUITING", updated="2026-06-30")
        server.refresh("2026-07-01T09:00:05")
        second = run(store, server, since_last=True)
        assert (second.added, second.changed) == ((), (number(3),))
        assert "RANGE[2026-06-29,MAX]" in asked(server)[0]  # a day before the data of the first run


def test_a_trial_that_no_longer_matches_is_brought_up_to_date(store: Store) -> None:
    with RegistryServer(some(5)) as server:
        run(store, server)
        server.studies[number(2)] = changed(server.studies[number(2)], status="COMPLETED", updated="2026-06-30")
        server.refresh("2026-07-01T09:00:05")
        assert run(store, server, since_last=True).changed == (number(2),)
        assert store.record(number(2)).trial.status is Status.COMPLETED
        assert followed(store.records, LYMPHOMA.key) == {number(one) for one in (1, 3, 4, 5)}


@pytest.mark.parametrize("since_last", [True, False])
def test_a_vanished_record_is_marked_once_and_counts_as_open_no_more(store: Store, since_last: bool) -> None:
    open_now = Filters(statuses=(Status.RECRUITING,))
    with RegistryServer(some(5)) as server:
        run(store, server)
        del server.studies[number(4)]
        assert run(store, server, since_last=since_last).changed == (number(4),)
        record = store.record(number(4))
        assert record.trial.origin.gone == TODAY
        assert flags(record, TODAY)[0].sign is Sign.GONE
        assert open_now.allowed(store.records) == {number(one) for one in (1, 2, 3, 5)}
        assert run(store, server, since_last=since_last).changed == ()


def test_a_record_that_comes_back_counts_again(store: Store) -> None:
    with RegistryServer(some(3)) as server:
        run(store, server)
        away = server.studies.pop(number(2))
        run(store, server)
        assert store.record(number(2)).trial.origin.gone == TODAY
        server.studies[number(2)] = away
        assert run(store, server).changed == (number(2),)
        assert store.record(number(2)).trial.origin.gone is None


def test_a_stopped_run_goes_on_from_its_last_page(store: Store) -> None:
    with RegistryServer(some(20), [Fault(Misbehaviour.ERROR, request=4, times=ALWAYS)]) as server:
        with pytest.raises(SourceError):
            run(store, server)
        through = store.records.count()
        assert 0 <= through < 20
        server.faults.clear()
        server.requests.clear()
        run(store, server)
        assert store.records.count() == 20
        mark = mark_of(store.records, LYMPHOMA.key)
        assert (mark.token, mark.next_since) == (None, datetime.date(2026, 6, 29))


def test_what_came_before_the_break_is_kept_and_not_asked_for_again(open_store: Callable[[], Store]) -> None:
    with RegistryServer(some(20)) as server:
        store = open_store()
        taken = 0

        class Stopped(Exception):
            """The run is stopped from outside."""

        manners = Manners(pause=0, silence=0.25, attempts=3)
        with Registry(server.base_url, page_size=4, manners=manners) as registry:
            following = Following(store, registry, LYMPHOMA, TODAY)
            for one in following.found():
                build(store, [one])
                taken += 1
                following.stored(taken)
                if taken == 10:
                    break
        server.requests.clear()
        again = open_store()
        run(again, server)
        assert again.records.count() == 20
        assert asked(server)[0] not in ("all", "")  # a page token
        assert taken == 10


@pytest.mark.parametrize(
    "fault",
    [
        Fault(Misbehaviour.TOO_MANY, request=1, times=2, value="1"),
        Fault(Misbehaviour.ERROR, request=2, times=2),
        Fault(Misbehaviour.UNAVAILABLE, request=1, value="2"),
        Fault(Misbehaviour.SLOW, request=2, value="0.6"),
        Fault(Misbehaviour.RESET, request=1, times=2),
        Fault(Misbehaviour.DROPPED, request=2),
        Fault(Misbehaviour.CUT_OFF, request=2),
        Fault(Misbehaviour.WEB_PAGE, request=1),
        Fault(Misbehaviour.REFUSED_TOKEN, request=3),
    ],
    ids=lambda fault: fault.kind.name,
)
def test_a_bad_day_ends_like_a_good_one(tmp_path: Path, store: Store, fault: Fault) -> None:
    calm = Store(tmp_path / "calm", FakeEmbedder())
    with RegistryServer(some(15)) as server:
        run(calm, server)
    with RegistryServer(some(15), [fault]) as server:
        run(store, server)
    assert store.fingerprint() == calm.fingerprint()
    calm.close()


@pytest.mark.parametrize("kind", [Misbehaviour.REPEATED_TOKEN, Misbehaviour.ENDLESS])
def test_pages_without_end_are_an_error_and_what_came_is_kept(store: Store, kind: Misbehaviour) -> None:
    with RegistryServer(some(9), [Fault(kind, times=ALWAYS)]) as server, pytest.raises(SourceError, match="stopped"):
        run(store, server)
    assert store.records.state().generation  # the store can still be asked


def test_a_resumed_run_forgets_no_trial_of_the_pages_before_the_break(store: Store) -> None:
    manners = Manners(pause=0, silence=0.25, attempts=3)

    def pieces(following: Following, most: int) -> None:
        for taken, one in enumerate(following.found(), 1):
            build(store, [one])
            following.stored(taken)
            if taken == most:
                return
        following.finish()

    with (
        RegistryServer(some(12)) as server,
        Registry(server.base_url, page_size=4, manners=manners, sleep=lambda _: None) as registry,
    ):
        pieces(Following(store, registry, LYMPHOMA, TODAY), 6)
        pieces(Following(store, registry, LYMPHOMA, TODAY), 100)
        numbers_asked = sum(one.parameters.get("fields") == "NCTId" for one in server.requests)
        pieces(Following(store, registry, LYMPHOMA, TODAY), 100)  # a whole run has seen every number already
        assert sum(one.parameters.get("fields") == "NCTId" for one in server.requests) == numbers_asked == 1
        assert followed(store.records, LYMPHOMA.key) == {number(one) for one in range(1, 13)}
        assert not [one for one in server.requests if "filter.ids" in one.parameters]  # nobody is looked up in vain
