"""A store's folder: what it refuses, what it knows its trials by, and the name of its content."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import OtherEmbedder, StoreError, StoreMissing, StoreReadOnly, UnknownTrial
from index.store.build import build
from index.store.store import Store
from tests.fakes import FakeEmbedder
from tests.studies import found, trial


def test_a_store_of_another_embedder_is_refused(store: Store) -> None:
    with pytest.raises(OtherEmbedder, match=r"bag-of-words, not other"):
        Store(store.folder, FakeEmbedder("other"))


def test_a_store_that_must_exist_and_does_not_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="trialogue index"):
        Store.existing(tmp_path / "none", FakeEmbedder())
    assert not (tmp_path / "none").exists()


def test_an_existing_store_is_opened(store: Store) -> None:
    build(store, [found(trial())])
    again = Store.existing(store.folder, FakeEmbedder())
    assert again.records.count() == 1
    again.close()


def test_a_file_in_the_place_of_the_folder_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file")
    for folder in (tmp_path / "store", tmp_path / "store" / "inside"):
        with pytest.raises(StoreReadOnly, match="cannot be made") as told:
            Store(folder, FakeEmbedder())
        assert "\n" not in str(told.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreReadOnly):
            Store(tmp_path, FakeEmbedder())
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("name", ["records.sqlite", "words", "vectors"])
def test_a_broken_part_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"neither a database nor a folder" * 100)
    with pytest.raises(StoreError, match=r"records|words|vectors"):
        build(Store(tmp_path, FakeEmbedder()), [found(trial())])


@pytest.mark.parametrize(
    "name",
    ["NCT09990001", "nct 0999-0001", "2019-001234-12", "EudraCT: 2019-001234-12", "example-trial", "EXAMPLE-Trial"],
)
def test_a_trial_is_found_by_any_of_its_ids(store: Store, name: str) -> None:
    ids = [{"id": "2019-001234-12", "type": "EUDRACT_NUMBER"}]
    build(store, [found(trial(1, secondary_ids=ids, acronym="Example-Trial")), found(trial(2))])
    assert store.record(name).trial.id == "NCT09990001"


@pytest.mark.parametrize("name", ["NCT99999999", "", "exampl", "NCT0999000", "%"])
def test_another_id_is_unknown(store: Store, name: str) -> None:
    build(store, [found(trial(1))])
    with pytest.raises(UnknownTrial):
        store.record(name)


def test_the_fingerprint_names_the_content(open_store: Callable[[], Store]) -> None:
    store = open_store()
    seen = [store.fingerprint()]
    for one in (trial(1), trial(2), trial(1, title="Changed")):
        build(store, [found(one)])
        seen.append(store.fingerprint())
    assert len(set(seen)) == len(seen)
    assert open_store().fingerprint() == seen[-1]
