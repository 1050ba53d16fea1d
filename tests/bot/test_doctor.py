"""`trialogue doctor` on a store that was damaged: one line for what is wrong, and `--repair` makes it whole."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

RECORDS = 4


def typed(*words: str | Path) -> subprocess.CompletedProcess[str]:
    code = "from bot.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], cwd=ROOT, capture_output=True, text=True, timeout=180
    )


def found(store: Path) -> list[dict[str, Any]]:
    hits = json.loads(typed("search", "lymphoma", "--json", "--store", store).stdout)["hits"]
    return [{"id": hit["trial_id"], "passages": [one["passage_id"] for one in hit["passages"]]} for hit in hits]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    (folder / "records").mkdir()
    for file in sorted((ROOT / "index" / "sample").glob("*.json"))[:RECORDS]:
        shutil.copy(file, folder / "records")
    done = typed("index", folder / "records", "--store", folder / "store", "--json")
    assert len(json.loads(done.stdout)["added"]) == RECORDS
    return folder / "store"


def overwrite(store: Path) -> None:
    for file in (store / "vectors").rglob("*"):
        if file.is_file():
            file.write_bytes(b"neither a database nor a graph" * 50)


def cut_off(store: Path) -> None:
    for file in (store / "vectors").rglob("*.sqlite3"):
        file.write_bytes(file.read_bytes()[:2000])


def scratch_words(store: Path) -> None:
    (store / "words" / "meta.json").write_text("{")


DAMAGE: tuple[Callable[[Path], None], ...] = (
    overwrite,
    cut_off,
    scratch_words,
    lambda store: shutil.rmtree(store / "vectors"),
    lambda store: shutil.rmtree(store / "words"),
)


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGE, ids=["overwritten", "cut off", "words", "no vectors", "no words"])
def test_a_damaged_store_says_so_in_one_line_and_is_made_whole(
    tmp_path: Path, sound: Path, damage: Callable[[Path], None]
) -> None:
    store = tmp_path / "store"
    shutil.copytree(sound, store)
    before = found(sound)
    assert before
    damage(store)
    sick = typed("doctor", "--store", store)
    assert sick.returncode == 1
    assert [line for line in sick.stdout.splitlines() if "WRONG" in line and "--repair" in line]
    assert "Traceback" not in sick.stderr
    mended = typed("doctor", "--repair", "--store", store)
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert "WRONG" not in mended.stdout
    assert found(store) == before


def test_records_that_cannot_be_read_are_told_and_left_alone(tmp_path: Path, sound: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(sound, store)
    (store / "records.sqlite").write_bytes(b"no database at all" * 100)
    for words in (["doctor", "--repair"], ["search", "lymphoma"], ["index", "--sample"]):
        done = typed(*words, "--store", store)
        assert done.returncode in (1, 2)
        said = (done.stdout + done.stderr).strip()
        assert "records.sqlite" in said
        assert "\n" not in said
    assert (store / "records.sqlite").read_bytes().startswith(b"no database")
