"""A build that is killed at any moment: the next one ends as if nothing had happened."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.search.trials import search
from index.store.embedding import SentenceTransformerEmbedder
from index.store.repair import repair
from index.store.store import Store
from tests.conftest import ROOT

RECORDS = 5
PATIENCE = 120  # seconds for one step of a build on a busy machine


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-c", "from bot.cli import main; main()", *map(str, words)]


def run(*words: str | Path) -> Any:
    done = subprocess.run(command(*words), cwd=ROOT, capture_output=True, check=True, timeout=PATIENCE)
    return json.loads(done.stdout)


def killed(source: Path, store: Path, moment: Callable[[], bool], then: float) -> None:
    """Starts a build and kills it `then` seconds after the moment has come, or lets it end."""
    process = subprocess.Popen(
        command("index", source, "--store", store), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    give_up = time.monotonic() + PATIENCE
    while process.poll() is None and not moment():
        assert time.monotonic() < give_up
        time.sleep(0.005)
    time.sleep(then)
    process.send_signal(signal.SIGKILL)
    process.wait()


def records_in(store: Path) -> int:
    try:
        with sqlite3.connect(f"file:{store / 'records.sqlite'}?mode=ro", uri=True, timeout=5) as connection:
            return int(connection.execute("select count(*) from trials").fetchone()[0])
    except sqlite3.OperationalError:  # there is no file yet, or no table in it
        return 0


def written(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


@pytest.mark.slow
def test_a_build_killed_again_and_again_ends_like_one_that_was_left_alone(tmp_path: Path) -> None:
    source, calm, rough = tmp_path / "source", tmp_path / "calm", tmp_path / "rough"
    source.mkdir()
    for file in sorted((ROOT / "index" / "sample").glob("*.json"))[:RECORDS]:
        shutil.copy(file, source)
    whole = run("index", source, "--store", calm, "--json")
    assert len(whole["added"]) == RECORDS

    waits = random.Random(20261121)
    moments: list[Callable[[], bool]] = [
        lambda: (rough / "records.sqlite").exists(),
        lambda: written(rough / "vectors"),
        lambda: written(rough / "words"),
        lambda: records_in(rough) > 0,
    ]
    for moment in moments:
        killed(source, rough, moment, waits.uniform(0, 0.3))
    ended = run("index", source, "--store", rough, "--json")
    assert (ended["trials"], ended["passages"], ended["rejected"]) == (whole["trials"], whole["passages"], [])

    embedder = SentenceTransformerEmbedder()
    stores = [Store.existing(folder, embedder) for folder in (calm, rough)]
    assert stores[0].fingerprint() == stores[1].fingerprint()
    assert [repair(store) for store in stores] == [0, 0]
    found = [search(store, stores[0].record(whole["added"][0]).trial.title) for store in stores]
    assert found[0].hits
    assert found[0] == found[1]
    for store in stores:
        store.close()
