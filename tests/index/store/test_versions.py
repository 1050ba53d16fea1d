"""Several records of one trial: which one counts, and what is kept beside it."""

from __future__ import annotations

import datetime
import json
from itertools import permutations
from pathlib import Path

import pytest

from index.sources.dates import read_date
from index.sources.files import files_under, read_file
from index.sources.study_json import read_study
from index.store.build import Built, build
from index.store.store import Store
from index.trial import Form, Origin, Trial
from tests.fakes import FakeEmbedder
from tests.studies import found, trial

OLD = trial(1, status="RECRUITING", updated="2026-01-10")
NEW = trial(1, status="COMPLETED", updated="2026-05-20")
EXCERPT = OLD.model_copy(
    update={
        "title": "An excerpt",
        "origin": Origin(source="ClinicalTrials.gov", form=Form.EXCERPT),
        "last_updated": read_date("2026-06-30"),
    }
)


def index(store: Store, *trials: Trial) -> Built:
    return build(store, map(found, trials))


def statuses(store: Store) -> list[str | None]:
    """Of all versions, oldest first; the one that counts last."""
    one = store.record(OLD.id)
    return [record.trial.status for record in (*store.records.versions(OLD.id), one)]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("order", list(permutations([OLD, NEW, trial(1, status="NOT_YET_RECRUITING", updated="2025")])))
def test_the_newest_counts_in_whatever_order_they_come(store: Store, order: tuple[Trial, ...], together: bool) -> None:
    for batch in (order,) if together else [(one,) for one in order]:
        index(store, *batch)
    assert statuses(store) == ["NOT_YET_RECRUITING", "RECRUITING", "COMPLETED"]
    assert store.words.count() == 1
    again = index(store, *order)
    assert (again.added, again.changed, again.unchanged, again.older) == ((), (), 1, 0)


def test_an_older_version_alone_is_kept_and_counted_as_older(store: Store) -> None:
    index(store, NEW)
    built = index(store, OLD)
    assert (built.added, built.changed, built.unchanged, built.older) == ((), (), 1, 1)
    assert store.record(OLD.id).trial.status == "COMPLETED"


def test_an_excerpt_never_replaces_a_whole_record_however_new(store: Store) -> None:
    index(store, OLD)
    built = index(store, EXCERPT)
    assert (built.changed, built.lesser) == ((), 1)
    assert store.record(OLD.id).trial.title == OLD.title
    assert statuses(store) == ["RECRUITING"]


def test_a_whole_record_replaces_an_excerpt_which_is_no_version_of_it(store: Store) -> None:
    index(store, EXCERPT)
    built = index(store, OLD)
    assert built.changed == (OLD.id,)
    assert statuses(store) == ["RECRUITING"]


def test_what_the_registry_gives_no_longer_stays_but_is_open_no_more(store: Store, data_dir: Path) -> None:
    whole = read_study_of(data_dir)
    index(store, whole)
    origin = whole.origin.model_copy(update={"gone": datetime.date(2026, 11, 1)})
    built = index(store, whole.model_copy(update={"origin": origin}))
    assert built.changed == (whole.id,)
    assert [record.trial.origin.gone for record in store.records.versions(whole.id)] == [None]
    back = index(store, whole)
    assert back.changed == ()  # a copy from before does not bring it back


def read_study_of(data_dir: Path) -> Trial:
    return read_study(json.loads(next(iter(sorted((data_dir / "studies").glob("*.json")))).read_text()))


def test_real_versions_of_one_trial_end_with_the_newest(store: Store, data_dir: Path) -> None:
    folder = data_dir / "versions"
    built = build(store, (one for file in files_under([folder]) for one in read_file(file)))
    assert len(built.added) == 46
    kept = sum(len(store.records.versions(trial_id)) for trial_id in built.added)
    assert built.trials + kept <= 104
    for trial_id in built.added:
        newest = max(path.name for path in (folder / trial_id).iterdir())
        record = store.record(trial_id)
        assert record.trial.last_updated is not None
        assert record.trial.status is not None
        assert record.trial.status in newest.upper()
    again = build(Store(store.folder, FakeEmbedder()), (one for f in files_under([folder]) for one in read_file(f)))
    assert (again.added, again.changed, again.unchanged) == ((), (), 46)
