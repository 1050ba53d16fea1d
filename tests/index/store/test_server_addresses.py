"""Addresses of servers: wrong ones are told in one line, soon, and without a password; the commands use right ones."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.errors import StoreError
from index.store.database import Database
from index.store.store import Store
from index.store.vectors import VectorIndex
from tests.conftest import ROOT
from tests.fakes import FakeEmbedder
from tests.servers import PASSWORD, ChromaServer, PostgresServer, free_port

SOON = 8.0  # seconds
PATIENCE = 240  # seconds for one command on a busy machine


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes calls and never replies."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    server.start()
    yield server
    server.remove()


def told(tmp_path: Path, records: str | None, chroma: str | None) -> str:
    """What a store with these addresses says; at once, in one line, and never with a password."""
    began = time.monotonic()
    with pytest.raises(StoreError) as refused:
        _ = Store(tmp_path / "store", FakeEmbedder(), records, chroma).vectors
    said = str(refused.value)
    assert time.monotonic() - began < SOON
    assert "\n" not in said
    assert PASSWORD not in said
    return said


def test_a_database_that_does_not_let_us_in_is_told(postgres: PostgresServer, tmp_path: Path) -> None:
    assert 'database "nowhere" does not exist' in told(tmp_path, postgres.url("nowhere"), None)
    assert "password authentication failed" in told(tmp_path, postgres.url(password=f"{PASSWORD}s"), None)


def test_a_database_that_is_not_there_or_says_nothing_is_told(tmp_path: Path, silent: int) -> None:
    for port in (free_port(), silent):
        said = told(tmp_path, f"postgresql://somebody:{PASSWORD}@127.0.0.1:{port}/trialogue", None)
        assert f"postgresql+psycopg://somebody:***@127.0.0.1:{port}/trialogue" in said
        assert "check TRIALOGUE_RECORDS_URL" in said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"postgresql://us:@{PASSWORD}@127.0.0.1/trialogue", "write @ as %40"),
        (f"postgresql://us:{PASSWORD}@127.0.0.1:door/trialogue", "cannot be read"),
        (f"mysql://us:{PASSWORD}@127.0.0.1/trialogue", "names a mysql database; it can be postgresql or sqlite"),
        (f"postgresql://us@127.0.0.1:1/trialogue?password={PASSWORD}", "Connection refused"),
        (PASSWORD, "looks like postgresql://user:password@host:5432/trialogue"),
        ("sqlite://", "names no file"),
    ],
)
def test_an_address_that_is_none_of_a_database_is_told(tmp_path: Path, address: str, said: str) -> None:
    assert said in told(tmp_path, address, None)


def test_the_address_of_a_database_may_leave_out_the_driver(tmp_path: Path) -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        database = Database(f"{scheme}://somebody:{PASSWORD}@host/trialogue", tmp_path)
        assert database.name == "postgresql+psycopg://somebody:***@host/trialogue"
        database.close()


def test_a_vector_server_that_is_not_there_or_says_nothing_is_told(tmp_path: Path, silent: int) -> None:
    for port in (free_port(), silent):
        said = told(tmp_path, None, f"http://somebody:{PASSWORD}@127.0.0.1:{port}")
        assert f"the Chroma server at 127.0.0.1:{port} cannot be used" in said
        assert "check that it runs, and TRIALOGUE_CHROMA_URL" in said


@pytest.mark.parametrize("address", ["", "127.0.0.1:8001", "ftp://127.0.0.1", "http://", f"http://us:{PASSWORD}@:80"])
def test_an_address_that_is_none_of_a_vector_server_is_told(address: str) -> None:
    with pytest.raises(StoreError, match="it looks like http://") as refused:
        VectorIndex(address)
    assert PASSWORD not in str(refused.value)


def test_a_web_server_that_is_no_vector_server_is_told(postgres: PostgresServer, tmp_path: Path) -> None:
    folder = subprocess.Popen(
        [sys.executable, "-m", "http.server", str(port := free_port()), "--bind", "127.0.0.1"],
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(1)
        said = told(tmp_path, None, f"http://127.0.0.1:{port}")
        assert "replied 404" in said or "refused" in said
        assert "cannot be used" in told(tmp_path, None, f"http://127.0.0.1:{postgres.port}")
    finally:
        folder.kill()
        folder.wait()


# --- the commands


class Machine:
    """The commands as a machine with a folder of its own gives them."""

    def __init__(self, folder: Path, records: str, chroma: str) -> None:
        self._folder = folder
        self._environment = {**os.environ, "TRIALOGUE_RECORDS_URL": records, "TRIALOGUE_CHROMA_URL": chroma}

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", "from bot.cli import main; main()", *map(str, words)]
        return subprocess.Popen(
            [*command, "--json", "--store", str(self._folder)],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def result(process: subprocess.Popen[str]) -> Any:
    out, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, error
    return json.loads(out)


@pytest.mark.slow
def test_two_machines_that_share_servers_print_the_same(postgres: PostgresServer, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for file in sorted((ROOT / "index" / "sample").glob("*.json"))[:4]:
        shutil.copy(file, source)
    chroma = ChromaServer(tmp_path)
    chroma.start()
    try:
        database = postgres.new_database("commands")
        machines = [Machine(tmp_path / name, database, chroma.url) for name in ("one", "two")]
        trial = result(machines[0].start("index", source))["added"][0]
        shown = [result(running) for running in [machine.start("show", trial) for machine in machines]]
        assert shown[0] == shown[1]
        title = shown[0]["trial"]["title"]
        searched = [result(running) for running in [machine.start("search", title) for machine in machines]]
        assert searched[0] == searched[1]
        assert searched[0]["hits"][0]["trial_id"] == trial
        postgres.kill()
        failed = machines[1].start("search", "a trial of a new medicine")
        _, error = failed.communicate(timeout=PATIENCE)
        assert failed.returncode == 2
        assert len(error.splitlines()) == 1
        assert PASSWORD not in error
    finally:
        chroma.kill()
        postgres.start()
