"""`trialogue index --ctgov` as it is typed, against a registry on this machine that misbehaves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.registry_query import asked_of_registry
from index.vocabulary import Status
from tests.conftest import ROOT
from tests.registry_server import Fault, Misbehaviour, RegistryServer
from tests.studies import study


def typed(*words: str | Path) -> subprocess.CompletedProcess[str]:
    code = "from bot.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], cwd=ROOT, capture_output=True, text=True, timeout=180
    )


def test_the_words_of_the_command_become_a_query() -> None:
    asked = asked_of_registry(["T-cell lymphoma"], [], "Ohio", ["recruiting", "NOT_YET_RECRUITING"], "last")
    assert asked.since_last
    assert asked.query.statuses == (Status.RECRUITING, Status.NOT_YET_RECRUITING)
    assert asked.query.words == "T-cell lymphoma, in Ohio, recruiting or not yet recruiting"


@pytest.mark.parametrize(
    ("status", "since", "said"), [("open", None, "recruiting"), ("recruiting", "May", "2026-05-31")]
)
def test_a_word_that_is_not_understood_is_told_with_what_would_be(status: str, since: str | None, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        asked_of_registry([], [], "", [status], since)


@pytest.mark.slow
def test_a_condition_of_ones_own_is_brought_in_through_a_bad_day(tmp_path: Path) -> None:
    studies = [study(number, updated=f"2026-03-{number:02}") for number in range(1, 13)]
    faults = [
        Fault(Misbehaviour.TOO_MANY, request=1, value="1"),
        Fault(Misbehaviour.ERROR, request=2),
        Fault(Misbehaviour.DROPPED, request=3),
        Fault(Misbehaviour.CUT_OFF, request=4),
    ]
    store = tmp_path / "store"
    with RegistryServer(studies, faults) as server:
        words: list[str | Path] = [
            "index",
            "--ctgov",
            "--condition",
            "lymphoma",
            "--status",
            "recruiting",
            "--store",
            store,
        ]
        words += ["--base-url", server.base_url, "--pause", "0", "--json"]
        first = typed(*words)
        assert (first.returncode, len(json.loads(first.stdout)["added"])) == (0, 12)
        assert "lymphoma, recruiting" in first.stderr
        del server.studies["NCT09990005"]
        second = typed(*words, "--since", "last")
        assert json.loads(second.stdout)["changed"] == ["NCT09990005"]
        assert "No longer in the registry: NCT09990005" in second.stderr
    shown = json.loads(typed("show", "NCT09990005", "--json", "--store", store).stdout)
    assert "no longer gives this record" in shown["health"][0]["text"]
    changes = json.loads(typed("show", "NCT09990005", "--changes", "--json", "--store", store).stdout)
    assert [step["to"]["gone"] is not None for step in changes["steps"]] == [True]


@pytest.mark.parametrize(
    "words",
    [
        ["--ctgov", "--base-url", "ftp://nowhere"],
        ["--condition", "lymphoma"],
        ["--ctgov", "notes.txt"],
        ["--ctgov", "--status", "open"],
    ],
)
def test_what_cannot_be_asked_is_one_line(tmp_path: Path, words: list[str]) -> None:
    done = typed("index", *words, "--store", tmp_path / "store")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("trialogue: ")
