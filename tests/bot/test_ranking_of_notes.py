"""Ranking trials for many notes: a run file, whole or not at all, that is the same each time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import SettingsError
from bot.ranking import rank_notes
from index.store.store import Store

NOTES = {"n1": "A 60-year-old man with T-cell lymphoma that came back.", "n2": "hay fever every spring"}


def written(folder: Path, lines: list[object]) -> Path:
    file = folder / "notes.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return file


@pytest.fixture
def quietly() -> Console:
    return Console(quiet=True)


def test_a_run_ranks_every_note_in_its_order(sample_store: Store, tmp_path: Path, quietly: Console) -> None:
    notes = written(tmp_path, [{"id": key, "text": text} for key, text in NOTES.items()])
    assert rank_notes(sample_store, notes, 5, tmp_path / "run.txt", quietly) == 2
    lines = [line.split() for line in (tmp_path / "run.txt").read_text(encoding="utf-8").splitlines()]
    assert [line[0] for line in lines] == ["n1"] * 5 + ["n2"] * 5
    assert [line[3] for line in lines] == ["1", "2", "3", "4", "5"] * 2
    assert all(line[1] == "Q0" and line[5] == "trialogue" for line in lines)
    scores = [float(line[4]) for line in lines[:5]]
    assert scores == sorted(scores, reverse=True)


def test_the_same_notes_give_the_same_run(sample_store: Store, tmp_path: Path, quietly: Console) -> None:
    notes = written(tmp_path, [{"id": "n1", "text": NOTES["n1"]}])
    for name in ("one.txt", "two.txt"):
        rank_notes(sample_store, notes, 9, tmp_path / name, quietly)
    assert (tmp_path / "one.txt").read_bytes() == (tmp_path / "two.txt").read_bytes()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([{"id": "a", "text": "asthma"}, {"id": "a", "text": "gout"}], "stands twice"),
        ([{"id": "a b", "text": "asthma"}], "has a space"),
        ([{"id": "", "text": "asthma"}], "is empty or has a space"),
        ([{"id": "a", "text": "  "}], "the note a is empty"),
        ([{"text": "asthma"}], "line 1"),
        (["asthma"], "line 1"),
    ],
)
def test_a_line_that_is_no_note_is_said_and_no_run_is_left(
    sample_store: Store, tmp_path: Path, quietly: Console, lines: list[object], said: str
) -> None:
    run: Path = tmp_path / "run.txt"
    with pytest.raises(SettingsError, match=said):
        rank_notes(sample_store, written(tmp_path, lines), 5, run, quietly)
    assert list(tmp_path.glob("run*")) == []


def test_a_run_that_cannot_be_written_is_said(sample_store: Store, tmp_path: Path, quietly: Console) -> None:
    with pytest.raises(SettingsError, match=r"--run .*cannot be written.*give another name"):
        rank_notes(
            sample_store, written(tmp_path, [{"id": "a", "text": "gout"}]), 5, tmp_path / "no" / "run.txt", quietly
        )


def test_the_command_ranks_notes_of_a_file(sample_store: Store, tmp_path: Path) -> None:
    notes = written(tmp_path, [{"id": "n1", "text": NOTES["n1"]}])
    run = tmp_path / "run.txt"
    call: Callable[..., object] = CliRunner().invoke
    result = call(
        app, ["rank", "--notes", str(notes), "--run", str(run), "--depth", "3", "--store", str(sample_store.folder)]
    )
    assert result.exit_code == 0  # type: ignore[attr-defined]
    assert len(run.read_text(encoding="utf-8").splitlines()) == 3
