"""Stores on real servers: Chroma's, PostgreSQL, and both; killed, started again, and used by two at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from index.errors import StoreBusy, StoreError
from index.search.filters import Filters
from index.search.trials import Result, search
from index.sources.files import Found, read_file
from index.store.build import Built, build, remove
from index.store.heal import Lack
from index.store.store import Store
from index.store.vectors import TRIALS, VectorIndex
from tests.fakes import FakeEmbedder
from tests.servers import PASSWORD, ChromaServer, PostgresServer
from tests.studies import found, trial

QUESTIONS = ("breast cancer", "type 2 diabetes", "migraine in adults", "lymphoma after chemotherapy")
MANY = [trial(number, title=f"Substance{number} for lymphoma", summary=f"Summary {number}.") for number in range(260)]
Opener = Callable[..., Store]


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    server = ChromaServer(tmp_path_factory.mktemp("chroma"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def real(data_dir: Path) -> list[Found]:
    files = sorted((data_dir / "studies").glob("*.json"))[:40]
    return [one for file in files for one in read_file(file) if isinstance(one, Found)]


@pytest.fixture
def database(postgres: PostgresServer, request: pytest.FixtureRequest) -> str:
    """The address of a new one."""
    return postgres.new_database(f"{request.node.originalname[:40]}_{time.monotonic_ns()}")


@pytest.fixture
def store_in(tmp_path: Path) -> Iterator[Opener]:
    """Opens a store in a folder of the test, as a process of its own would."""
    opened: list[Store] = []

    def make(name: str = "store", records: str | None = None, chroma: str | None = None) -> Store:
        opened.append(Store(tmp_path / name, FakeEmbedder(), records, chroma))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


class Answers(NamedTuple):
    fingerprint: str
    unlimited: list[Result]
    limited: list[Result]
    shown: list[str]


def answers(store: Store) -> Answers:
    limits = Filters(age=40, place="United States")
    return Answers(
        store.fingerprint(),
        [search(store, text) for text in QUESTIONS],
        [search(store, text, limits) for text in QUESTIONS],
        [store.record(one).model_dump_json() for one in sorted(store.records.stored())],
    )


def index(store: Store, *numbers: int, **fields: Any) -> Built:
    return build(store, [found(trial(number, **fields) if fields else MANY[number]) for number in numbers])


def best(store: Store, text: str) -> str | None:
    hits = search(store, text).hits
    return hits[0].trial_id if hits else None


def is_whole(store: Store) -> bool:
    """Whether what readers see has all that it needs."""
    lack = Lack(store, store.vectors)
    return not any(missing for missing, _ in (lack.words(), lack.short(), lack.passages()))


@pytest.fixture(scope="module")
def plain(real: list[Found], tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """What a store without servers answers."""
    with closing(Store(tmp_path_factory.mktemp("plain"), FakeEmbedder())) as store:
        build(store, real)
        return answers(store)


# --- the same answers


def test_a_store_with_its_vectors_on_a_server_answers_as_one_without(
    real: list[Found], plain: Answers, chroma: ChromaServer, store_in: Opener
) -> None:
    assert len(build(store_in(chroma=chroma.url), real).added) == len(real)
    assert any(result.hits for result in plain.unlimited)
    assert answers(store_in(chroma=chroma.url)) == plain


def test_a_store_with_its_records_on_a_server_answers_as_one_without(
    real: list[Found], plain: Answers, database: str, store_in: Opener
) -> None:
    build(store_in(records=database), real)
    assert answers(store_in(records=database)) == plain


def test_two_machines_on_the_same_two_servers_give_the_same_answers(
    real: list[Found], plain: Answers, database: str, chroma: ChromaServer, store_in: Opener
) -> None:
    one, two = (store_in(name, database, chroma.url) for name in ("one", "two"))
    build(one, real)
    assert answers(one) == answers(two) == plain
    again = build(two, real)
    assert (again.added, again.changed, again.unchanged) == ((), (), len(real))


def test_ids_are_in_one_order_whatever_the_language_of_the_database(database: str, store_in: Opener) -> None:
    stores = [store_in("server", database), store_in("file")]
    for store in stores:
        build(store, [found(trial(1, id=one)) for one in ("NCT00000002", "jRCT1", "ISRCTN00000001", "2004-000446-20")])
    assert list(stores[0].records.stored()) == list(stores[1].records.stored())
    assert stores[0].fingerprint() == stores[1].fingerprint()


# --- company


def test_what_one_machine_indexes_another_finds_without_being_started_again(
    database: str, chroma: ChromaServer, store_in: Opener
) -> None:
    one, two = (store_in(name, database, chroma.url) for name in ("one", "two"))
    index(one, *range(5))
    assert best(two, "substance3") == "NCT09990003"
    index(one, 7)
    index(one, 3, title="Changedword for asthma", conditions=["Asthma"])
    remove(one, ["NCT09990004"])
    assert best(two, "substance7") == "NCT09990007"
    assert best(two, "changedword asthma") == "NCT09990003"
    assert best(two, "substance3") != "NCT09990003"
    assert best(two, "substance4") != "NCT09990004"
    assert two.words.keys() == one.words.keys() == set(one.roster().words)
    assert is_whole(two)


def test_two_processes_of_one_machine_may_follow_at_the_same_moment(
    database: str, chroma: ChromaServer, store_in: Opener
) -> None:
    index(store_in("elsewhere", database, chroma.url), *range(3))
    first, second = (store_in("here", database, chroma.url) for _ in range(2))
    writer = first.words._index.writer()  # the other is in the middle of following
    assert best(second, "substance2") in ("NCT09990002", None)
    del writer
    assert best(first, "substance2") == "NCT09990002"
    assert best(second, "substance2") == "NCT09990002"


@pytest.mark.parametrize("kind", ["postgres", "file"])
def test_of_two_builders_on_one_database_the_second_is_told_to_wait(
    database: str, tmp_path: Path, chroma: ChromaServer, store_in: Opener, kind: str
) -> None:
    url = database if kind == "postgres" else f"sqlite:///{tmp_path / 'shared.sqlite'}"
    one, two = (store_in(name, url, chroma.url) for name in ("one", "two"))

    def meanwhile() -> Iterator[Found]:
        with pytest.raises(StoreBusy, match="another process is indexing") as refused:
            index(two, 2)
        assert PASSWORD not in str(refused.value)
        yield found(MANY[1])

    assert build(one, meanwhile()).trials == 1
    assert index(two, 2).trials == 2


def test_stores_of_their_own_on_one_chroma_server_do_not_mix(chroma: ChromaServer, store_in: Opener) -> None:
    one, two = (store_in(name, None, chroma.url) for name in ("one", "two"))
    index(one, 1, 2)
    index(two, 3)
    assert best(one, "substance1") == "NCT09990001"
    assert two.vectors is not None
    assert two.vectors.count(TRIALS) == 2  # the title and the card of one trial
    remove(one, ["NCT09990001", "NCT09990002"])
    assert best(two, "substance3") == "NCT09990003"
    assert is_whole(two)


# --- servers that go away


def stopped_after(number: int, stop: Callable[[], None]) -> Iterator[Found]:
    for at, one in enumerate(MANY):
        if at == number:
            stop()
        yield found(one)


@pytest.mark.parametrize(("after", "back_at_once"), [(1, False), (200, True)])
def test_a_build_whose_database_crashes_ends_in_one_line_and_the_next_one_finishes(
    postgres: PostgresServer, database: str, chroma: ChromaServer, store_in: Opener, after: int, back_at_once: bool
) -> None:
    reader, builder = (store_in(name, database, chroma.url) for name in ("reader", "builder"))
    assert best(reader, "substance7") is None

    def crash() -> None:
        postgres.kill()
        if back_at_once:  # but the lock for building is gone with the connection
            postgres.start()

    with pytest.raises(StoreError) as told:
        build(builder, stopped_after(after, crash))
    assert "\n" not in str(told.value)
    assert PASSWORD not in str(told.value)
    if not back_at_once:
        with pytest.raises(StoreError, match="TRIALOGUE_RECORDS_URL"):
            search(reader, "substance7")
        postgres.start()
    search(reader, "substance7")
    assert is_whole(reader)
    assert build(builder, map(found, MANY)).trials == len(MANY)
    assert best(reader, "substance7") == "NCT09990007"
    assert is_whole(reader)


@pytest.mark.parametrize("after", [1, 200])
def test_a_build_whose_vector_server_is_killed_ends_in_one_line_and_the_next_one_finishes(
    chroma: ChromaServer, store_in: Opener, after: int
) -> None:
    index(store_in(chroma=chroma.url), 259)
    reader = store_in(chroma=chroma.url)
    assert best(reader, "substance259") == "NCT09990259"
    try:
        with pytest.raises(StoreError, match=f"the Chroma server at {chroma.url} cannot be used") as told:
            build(store_in(chroma=chroma.url), stopped_after(after, chroma.kill))
        assert "\n" not in str(told.value)
        with pytest.raises(StoreError, match="TRIALOGUE_CHROMA_URL"):
            search(reader, "substance259")
    finally:
        chroma.start()
    assert best(reader, "substance259") == "NCT09990259"
    assert is_whole(reader)
    assert build(store_in(chroma=chroma.url), map(found, MANY)).trials == len(MANY)
    assert best(reader, "substance7") == "NCT09990007"
    assert is_whole(reader)


def test_vectors_that_were_taken_from_the_server_are_missed_and_can_be_brought_back(chroma: ChromaServer) -> None:
    index = VectorIndex(chroma.url, "taken")
    index.add(TRIALS, ["a"], FakeEmbedder().encode(["red apple"]))
    everything = f"{chroma.url}/api/v2/tenants/default_tenant/databases/default_database/collections"
    assert httpx.delete(f"{everything}/taken-{TRIALS}").is_success
    assert index.missing(TRIALS, ["a"]) == ("a",)
    index.add(TRIALS, ["a"], FakeEmbedder().encode(["red apple"]))
    assert index.count(TRIALS) == 1
    index.close()


# --- texts that a database may refuse


def test_a_record_with_odd_characters_and_endless_texts_is_kept_to_the_letter(
    database: str, chroma: ChromaServer, store_in: Opener
) -> None:
    nul, beyond, endless = "Nul\0word", "𝒳 and 🧬 \U0010fffd", "".join(f"{number:x}" for number in range(20_000))
    odd = [
        trial(1, title=nul, acronym=f"{nul}s", conditions=[nul], sites=[{"city": nul, "country": "France"}]),
        trial(2, title=beyond, summary=beyond, acronym="🧬🧬🧬🧬"),
        trial(3, title=endless, acronym=endless, sites=[{"city": endless, "country": endless}]),
    ]
    store = store_in("one", database, chroma.url)
    assert len(build(store, map(found, odd)).added) == 3
    other = store_in("two", database, chroma.url)
    assert [other.record(one.id).trial for one in odd] == odd
    assert build(other, map(found, odd)).unchanged == 3
    assert other.record("🧬🧬🧬🧬").trial.id == odd[1].id
    assert other.record("nulwords").trial.id == odd[0].id
    assert best(other, "nul\0word") == odd[0].id
    assert search(other, "\ud800 half a character", Filters(place="Lyon\0")).hits == ()
