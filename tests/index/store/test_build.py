"""Bringing records into a store: once and again, stopped and gone on with, and never half."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from index.record import Record
from index.search.trials import search
from index.sources.files import Rejected
from index.store.build import Built, build
from index.store.repair import repair
from index.store.store import Store
from index.store.tables import passage_keys
from index.store.vectors import PASSAGES, TRIALS, VectorIndex
from index.trial import Origin, Trial
from tests.fakes import FakeEmbedder
from tests.studies import found, trial

MANY = [
    trial(number, title=f"Substance{number} for lymphoma", summary=f"Summary {number}.") for number in range(1, 140)
]


def index(store: Store, *trials: Trial) -> Built:
    return build(store, map(found, trials))


def content(store: Store) -> tuple[str, int, frozenset[str], frozenset[str], frozenset[str]]:
    """What the store holds, records and derived entries."""
    return (
        store.fingerprint(),
        store.records.count(),
        store.words.keys(),
        vectors(store).ids(TRIALS),
        vectors(store).ids(PASSAGES),
    )


def hits(store: Store, text: str) -> list[str]:
    return [hit.trial_id for hit in search(store, text).hits]


def as_sample(of: Trial) -> Trial:
    return of.model_copy(update={"origin": Origin(source="sample", restated="restated for a test")})


def test_the_same_records_twice_change_nothing_the_second_time(store: Store, embedder: FakeEmbedder) -> None:
    first = index(store, *MANY[:3])
    assert (len(first.added), first.changed, first.unchanged, first.trials) == (3, (), 0, 3)
    before, encoded = content(store), embedder.encoded
    again = index(store, *MANY[:3])
    assert (again.added, again.changed, again.unchanged) == ((), (), 3)
    assert (again.trials, again.passages) == (first.trials, first.passages)
    assert (content(store), embedder.encoded) == (before, encoded)


def vectors(store: Store) -> VectorIndex:
    assert store.vectors is not None
    return store.vectors


def passages_of(*trials: Trial) -> set[str]:
    return {key for one in trials for key in passage_keys(Record.of(one))}


def test_every_record_has_its_words_two_short_vectors_and_a_vector_for_each_passage(store: Store) -> None:
    built = index(store, *MANY[:3])
    assert store.words.count() == 3
    assert vectors(store).count(TRIALS) == 2 * 3
    assert vectors(store).ids(PASSAGES) == passages_of(*MANY[:3])
    assert built.passages == sum(len(Record.of(one).passages) for one in MANY[:3])


def test_equal_passages_of_many_trials_are_embedded_once(store: Store, embedder: FakeEmbedder) -> None:
    index(store, *MANY[:3])
    assert len(passages_of(MANY[0])) == 3
    assert embedder.encoded == 3 * 2 + 3 + 2  # titles and cards; three summaries, and one list of each kind for all


def test_of_a_changed_record_only_changed_texts_are_embedded(store: Store, embedder: FakeEmbedder) -> None:
    index(store, trial(1), trial(2, title="Another"))
    before = embedder.encoded
    index(
        store,
        trial(1, eligibility="Inclusion Criteria:\n\n* Age 18 or older\n* Lymphoma\n\nExclusion Criteria:\n\n* Fever"),
    )
    assert embedder.encoded - before == 1  # the list that says "Fever" now


def test_a_changed_record_replaces_the_old_one_whole(store: Store) -> None:
    index(store, trial(1, title="Oldword for asthma", eligibility="* Oldrule"), trial(2))
    built = index(store, trial(1, title="Newword for asthma", eligibility="* Newrule"))
    assert (built.added, built.changed, built.trials) == ((), ("NCT09990001",), 2)
    assert "NCT09990001" in hits(store, "newword")
    assert "NCT09990001" not in hits(store, "oldword")
    record = store.record("NCT09990001")
    assert [one.text for one in record.criteria] == ["Newrule"]
    assert vectors(store).missing(PASSAGES, passage_keys(record)) == ()
    assert (store.words.count(), vectors(store).count(TRIALS)) == (2, 2 * 2)
    assert vectors(store).ids(PASSAGES) == passages_of(record.trial, trial(2))


def test_a_record_that_goes_back_to_its_first_text_is_found_by_it(store: Store) -> None:
    for title in ("Oldword", "Newword", "Oldword"):
        index(store, trial(1, title=f"{title} for asthma"))
    assert hits(store, "oldword asthma") == ["NCT09990001"]
    assert (store.words.count(), vectors(store).count(TRIALS)) == (1, 2)


def test_of_several_records_of_one_trial_the_last_stays_and_it_counts_once(store: Store) -> None:
    versions = [trial(1, title=f"Version {number}") for number in (1, 2, 3)]
    first = index(store, *versions)
    assert (first.added, first.changed, first.unchanged) == (("NCT09990001",), (), 0)
    assert store.record("NCT09990001").trial.title == "Version 3"
    again = index(store, *versions)
    assert (again.added, again.changed, again.unchanged) == ((), (), 1)
    assert store.record("NCT09990001").trial.title == "Version 3"
    assert (store.words.count(), vectors(store).count(TRIALS)) == (1, 2)
    assert vectors(store).missing(PASSAGES, passage_keys(store.record("NCT09990001"))) == ()


@pytest.mark.parametrize("together", [True, False])
def test_sample_data_never_replaces_a_real_record(store: Store, together: bool) -> None:
    real, sample = trial(1, title="Real"), as_sample(trial(1, title="Sample"))
    for batch in ([real, sample],) if together else ([real], [sample]):
        index(store, *batch)
    assert store.record("NCT09990001").trial.title == "Real"


@pytest.mark.parametrize("together", [True, False])
def test_a_real_record_replaces_sample_data(store: Store, together: bool) -> None:
    real, sample = trial(1, title="Real"), as_sample(trial(1, title="Sample"))
    for batch in ([sample, real],) if together else ([sample], [real]):
        index(store, *batch)
    assert store.record("NCT09990001").trial.title == "Real"
    assert not store.records.only_sample()


def test_sample_data_replaces_older_sample_data(store: Store) -> None:
    index(store, as_sample(trial(1, title="Old")))
    index(store, as_sample(trial(1, title="New")))
    assert store.record("NCT09990001").trial.title == "New"
    assert store.records.only_sample()


def test_what_was_not_read_is_reported_and_the_rest_goes_in(store: Store) -> None:
    refused = Rejected(source="b.json", reason="broken")
    built = build(store, [found(trial(1)), refused, found(trial(2))])
    assert (built.rejected, len(built.added)) == ((refused,), 2)


def test_the_order_of_the_records_does_not_matter(tmp_path: Path) -> None:
    stores = [Store(tmp_path / name, FakeEmbedder()) for name in ("one", "two")]
    index(stores[0], *MANY[:5])
    index(stores[1], *reversed(MANY[:5]))
    assert content(stores[0]) == content(stores[1])
    for store in stores:
        store.close()


class Stopped(Exception):
    """The build is stopped from outside."""


@pytest.mark.parametrize("stop_at", [1, 2, 3, 4])
def test_a_build_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, open_store: Callable[[], Store], embedder: FakeEmbedder, stop_at: int
) -> None:
    calls = count(1)

    def stop(_: str, __: int, ___: int | None) -> None:
        if next(calls) == stop_at:
            raise Stopped

    with pytest.raises(Stopped):
        build(open_store(), map(found, MANY), stop, publish_every=0)
    reopened = open_store()
    assert reopened.records.count() in (0, 128, len(MANY))  # whole batches
    done = embedder.encoded
    index(reopened, *MANY)
    encoded_again = embedder.encoded - done
    whole = Store(tmp_path / "whole", FakeEmbedder())
    index(whole, *MANY)
    assert content(reopened) == content(whole)
    assert hits(reopened, "substance77")[0] == hits(whole, "substance77")[0] == "NCT09990077"
    assert isinstance(whole.embedder, FakeEmbedder)
    assert encoded_again < whole.embedder.encoded
    whole.close()


def test_a_record_answers_before_its_passages_are_embedded(store: Store) -> None:
    def stop(what: str, _: int, __: int | None) -> None:
        if what == "trials":
            raise Stopped

    with pytest.raises(Stopped):
        build(store, [found(trial(1))], stop)
    assert vectors(store).ids(PASSAGES) == frozenset()
    (hit,) = search(store, "exampline tablets").hits
    assert hit.trial_id == "NCT09990001"
    assert "exampline tablets" in hit.passages[0].text  # by its words, as it has no vector yet


def test_another_process_sees_a_changed_record_at_once(open_store: Callable[[], Store]) -> None:
    reading, writing = open_store(), open_store()
    index(writing, trial(1, title="Before"))
    assert reading.record("NCT09990001").trial.title == "Before"
    index(writing, trial(1, title="After"))
    assert reading.record("NCT09990001").trial.title == "After"


# --- repair


@pytest.fixture
def built(open_store: Callable[[], Store]) -> Store:
    store = open_store()
    index(store, *MANY[:4])
    return store


def test_a_sound_store_needs_no_repair(built: Store, embedder: FakeEmbedder) -> None:
    before, encoded = content(built), embedder.encoded
    assert repair(built) == 0
    assert (content(built), embedder.encoded) == (before, encoded)


def test_lost_passage_vectors_are_made_again(built: Store) -> None:
    before = content(built)
    shared = passages_of(MANY[1]) & passages_of(MANY[2])
    vectors(built).delete(PASSAGES, passages_of(MANY[1]) - shared)
    assert repair(built) == 1
    assert content(built) == before


def test_entries_that_no_record_stands_for_are_cleared_away(built: Store, embedder: FakeEmbedder) -> None:
    before = content(built)
    stray = Record.of(trial(9))
    built.words.add([("NCT09990009@left", stray)])
    vectors(built).add(TRIALS, ["left"], embedder.encode(["left"]))
    vectors(built).add(PASSAGES, ["left"], embedder.encode(["left"]))
    assert content(built) != before
    repair(built)
    assert content(built) == before


@pytest.mark.parametrize("name", ["words", "vectors"])
def test_a_lost_folder_is_made_again_from_the_records(tmp_path: Path, embedder: FakeEmbedder, name: str) -> None:
    store = Store(tmp_path / "store", embedder)
    index(store, *MANY[:4])
    before = content(store)
    store.close()
    (tmp_path / "store" / name).rename(tmp_path / "lost")
    reopened = Store(tmp_path / "store", embedder)
    assert repair(reopened) == 4
    assert content(reopened) == before
    assert hits(reopened, "substance3")[0] == "NCT09990003"
    reopened.close()


def test_a_build_on_a_store_whose_vectors_were_taken_away_makes_them_again(
    tmp_path: Path, embedder: FakeEmbedder
) -> None:
    store = Store(tmp_path / "store", embedder)
    index(store, *MANY[:4])
    store.close()
    (tmp_path / "store" / "vectors").rename(tmp_path / "lost")
    reopened, whole = Store(tmp_path / "store", embedder), Store(tmp_path / "whole", embedder)
    index(reopened, MANY[4])
    index(whole, *MANY[:5])
    assert content(reopened) == content(whole)
    for one in (reopened, whole):
        one.close()
