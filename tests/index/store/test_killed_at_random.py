"""Builds of real records killed at random moments, while another process reads: nothing that was reported done is
missing, nothing is doubled, and what is found is always whole.

`TRIALOGUE_KILLS=25 TRIALOGUE_KILL_RECORDS=1783` makes it as long as the registry's sample is.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread

import pytest

from index.record import Record
from index.search.trials import search
from index.store.repair import repair
from index.store.roster import word_key
from index.store.store import Store
from index.store.tables import passage_keys, revision
from index.store.vectors import PASSAGES, TRIALS
from tests.conftest import ROOT
from tests.fakes import FakeEmbedder

KILLS = int(os.environ.get("TRIALOGUE_KILLS", "6"))
RECORDS = int(os.environ.get("TRIALOGUE_KILL_RECORDS", "300"))
PATIENCE = 600  # seconds for one build on a busy machine
QUESTIONS = ("breast cancer", "type 2 diabetes", "migraine in adults", "lymphoma after chemotherapy", "heart failure")

BUILD = """
import sys
from pathlib import Path
from index.sources.files import read_file
from index.store.build import build
from index.store.store import Store
from tests.fakes import FakeEmbedder

def done(what, count, _):
    print(what, count, flush=True)

files = sorted(Path(sys.argv[2]).glob("*.json"))[: int(sys.argv[3])]
found = (one for file in files for one in read_file(file))
built = build(Store(Path(sys.argv[1]), FakeEmbedder()), found, done, publish_every=0.2)
print("built", built.trials, flush=True)
"""


class Build:
    """A build in a process of its own, and what it has reported."""

    def __init__(self, folder: Path, studies: Path) -> None:
        self.trials = 0
        self.process = subprocess.Popen(
            [sys.executable, "-c", BUILD, str(folder), str(studies), str(RECORDS)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._listener = Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                what, _, count = line.partition(" ")
                if what == "trials" and line.endswith("\n"):
                    self.trials = int(count)

    def kill_after(self, seconds: float) -> bool:
        """Whether it was killed before it had ended."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.process.wait()
        self._listener.join()
        return self.process.returncode != 0

    def end(self) -> None:
        assert self.process.wait(PATIENCE) == 0
        self._listener.join()


class Reader:
    """Somebody who keeps asking while builds come and go, from one store that stays open."""

    def __init__(self, folder: Path) -> None:
        self.answers = 0
        self.most_seen = 0
        self.halves: list[str] = []
        self._folder = folder
        self._done = Event()
        self._thread = Thread(target=self._ask)
        self._thread.start()

    def _ask(self) -> None:
        store = Store(self._folder, FakeEmbedder())
        while not self._done.wait(0.05):
            question = QUESTIONS[self.answers % len(QUESTIONS)]
            for hit in search(store, question, limit=5).hits:
                record = store.records.get(hit.trial_id)
                if record is None or record.trial.title != hit.title or not hit.passages:
                    self.halves.append(hit.trial_id)
            self.most_seen = max(self.most_seen, len(store.roster().words))
            self.answers += 1
        store.close()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()


def ids(store: Store, collection: str) -> frozenset[str]:
    return store.vectors.ids(collection) if store.vectors else frozenset()


def whole(store: Store) -> None:
    """Every record that counts has its words and its two short vectors; there is one of each."""
    stored = store.records.stored()
    assert store.records.count() == len(stored)
    assert {word_key(trial_id, one.revision) for trial_id, one in stored.items()} <= store.words.keys()
    assert {key for one in stored.values() for key in (one.title_key, one.card_key)} <= ids(store, TRIALS)


def content(store: Store) -> tuple[str, frozenset[str], frozenset[str], frozenset[str]]:
    return store.fingerprint(), store.words.keys(), ids(store, TRIALS), ids(store, PASSAGES)


@pytest.mark.slow
def test_a_build_of_real_records_survives_kills_at_random_moments(tmp_path: Path, data_dir: Path) -> None:
    studies = data_dir / "studies"
    calm_folder, rough_folder = tmp_path / "calm", tmp_path / "rough"
    began = time.monotonic()
    Build(calm_folder, studies).end()
    length = time.monotonic() - began

    moments = random.Random(20261121)
    reader = Reader(rough_folder)
    killed = reported = 0
    try:
        for _ in range(KILLS):
            build = Build(rough_folder, studies)
            killed += build.kill_after(moments.uniform(0.3, 1.0) * max(length / 3, 3))
            reported = max(reported, build.trials)
            between = Store(rough_folder, FakeEmbedder())
            assert between.records.count() >= reported
            whole(between)
            between.close()
        Build(rough_folder, studies).end()
    finally:
        reader.stop()
    assert killed > 0
    assert reader.halves == []
    assert reader.answers > KILLS
    assert reader.most_seen > 0

    calm, rough = (Store(folder, FakeEmbedder()) for folder in (calm_folder, rough_folder))
    assert [repair(calm), repair(rough)] == [0, 0]
    assert content(calm) == content(rough)
    records = [Record.of(one.trial) for one in map(rough.record, rough.records.stored())]
    assert ids(rough, PASSAGES) == {key for one in records for key in passage_keys(one)}
    assert rough.words.keys() == {word_key(one.trial.id, revision(one)) for one in records}
    for question in QUESTIONS:
        found = [{hit.trial_id for hit in search(store, question).hits} for store in (calm, rough)]
        # the graph of neighbours depends a little on the order of its making
        assert len(found[0] & found[1]) >= 0.8 * max(map(len, found))
    for store in (calm, rough):
        store.close()
