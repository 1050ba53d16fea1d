"""The ranking does not get worse: a small fixed part of the judged notes and lay questions, with the real embedder.

The bounds stand a little under what was measured when they were set (docs/retrieval.md has the whole sets): lower means
that ranking got worse, and a better ranking may raise them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from index.sources.files import Found, read_file
from index.sources.registry_row import read_row
from index.store.build import build
from index.store.embedding import SentenceTransformerEmbedder
from index.store.store import Store
from tests.evals import judged
from tests.evals.judged import Collection, Half
from tests.evals.measures import Measure, mean, scores
from tests.evals.ranking_stages import own_stages

DATA = judged.data_folder()
_NOTES = 16
_QUESTIONS = 40
_OTHERS = 250  # trials that nobody judged for these

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="needs real records: set TRIALOGUE_DATA to their folder"),
]


class _EnoughToRank(Exception):
    """Titles, cards and words are in the store."""


def _by_chance(names: Iterable[str]) -> list[str]:
    """In an order that is always the same and means nothing."""
    return sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())


def _studies(ids: frozenset[str]) -> Iterator[Found]:
    for path in sorted((DATA / "studies").glob("*.json")):
        if path.stem in ids:
            yield from (one for one in read_file(path) if isinstance(one, Found))


def _rows(ids: frozenset[str]) -> Iterator[Found]:
    with gzip.open(DATA / "registry.jsonl.gz", "rb") as lines:
        for line in lines:
            row = json.loads(line)
            if row["id"] in ids:
                yield Found(source=row["id"], trial=read_row(row), raw=line)


def _store(folder: Path, found: Iterable[Found]) -> Store:
    def until_trials_are_in(what: str, done: int, in_all: int | None) -> None:
        if what == "trials" and done == in_all:
            raise _EnoughToRank

    store = Store(folder, SentenceTransformerEmbedder())
    with pytest.raises(_EnoughToRank):
        build(store, found, until_trials_are_in)
    return store


def _measured(store: Store, collection: Collection) -> dict[Measure, float]:
    (rank,) = (stage for stage in own_stages(store, 100) if stage.name == "rank")
    run = {note: [trial for trial, _ in rank.rank(text)] for note, text in collection.notes.items()}
    values = scores(run, collection, store.records.count())
    return {measure: mean(of_notes) for measure, of_notes in values.items()}


def test_lay_questions_find_a_right_trial_among_the_first_three(tmp_path: Path) -> None:
    tune = judged.lay().half(Half.TUNE)
    questions = tune.of(_by_chance(tune.notes)[:_QUESTIONS])
    answers = {trial for grades in questions.grades.values() for trial in grades}
    others = _by_chance(path.stem for path in (DATA / "studies").glob("*.json"))[:_OTHERS]
    store = _store(tmp_path, _studies(frozenset(answers | set(others))))
    found = _measured(store, questions)
    assert found[Measure.FIRST_THREE] >= 0.9, found
    store.close()


def test_notes_find_the_trials_that_fit_before_those_that_do_not(tmp_path: Path) -> None:
    everything = judged.collection("trec2021", DATA)
    notes = everything.of(_by_chance(everything.notes)[:_NOTES])
    judged_trials = {trial for grades in notes.grades.values() for trial in grades}
    store = _store(tmp_path, _rows(frozenset(judged_trials)))
    found = _measured(store, notes.within(frozenset(store.records.stored())))
    assert found[Measure.CONDENSED] >= 0.8, found
    assert found[Measure.RECALL_100] >= 0.8, found
    store.close()
