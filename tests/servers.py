"""Real servers for tests, on ports of their own: Chroma's from its package, PostgreSQL from Debian's."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

PATIENCE = 40  # seconds for a server to start on a busy machine
PASSWORD = "seven-secret-words"
OWNERS = ("postgres", "nobody")  # who runs PostgreSQL where the tests run as root, which it refuses


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Server:
    """A process that answers on a port, and can be killed and started again with what it holds."""

    def __init__(self, command: list[str], log: Path) -> None:
        self._command = command
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, cwd="/")
        give_up = time.monotonic() + PATIENCE
        while not self.answers():
            assert self._process.poll() is None, self._log.read_text(errors="replace")
            assert time.monotonic() < give_up, self._log.read_text(errors="replace")
            time.sleep(0.05)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None


class ChromaServer(Server):
    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        program = str(Path(sys.executable).parent / "chroma")
        where = ["--path", str(folder / "chroma"), "--host", "127.0.0.1", "--port", str(port)]
        super().__init__([program, "run", *where], folder / "chroma.log")

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v2/heartbeat", timeout=1).is_success
        except httpx.HTTPError:
            return False


class PostgresServer(Server):
    """Sorts text as English does and not by its bytes, asks for a password, and crashes safely.

    Its folder is one that the user who runs it can reach, which a test's own folder is not.
    """

    def __init__(self) -> None:
        self._programs = _postgres_programs()
        self._folder = Path(tempfile.mkdtemp(prefix="trialogue-postgres-"))
        self._as_owner: list[str] = []
        if os.geteuid() == 0:
            owner = _owner()
            shutil.chown(self._folder, owner)
            self._as_owner = ["setpriv", f"--reuid={owner}", "--clear-groups"]
        self.port = free_port()
        data = str(self._folder / "data")
        options = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        serve = [
            str(self._programs / "postgres"),
            "-D",
            data,
            *(f"--{name}={value}" for name, value in options.items()),
        ]
        super().__init__([*self._as_owner, *serve], self._folder / "log")
        self._create(data)

    def _create(self, data: str) -> None:
        words = self._folder / "password"
        words.write_text(PASSWORD)
        sorting = ["--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8"]
        signing_in = ["--username=trialogue", f"--pwfile={words}", "--auth=scram-sha-256"]
        self._run("initdb", "-D", data, "--no-sync", *sorting, *signing_in)

    def _run(self, program: str, *words: str) -> None:
        command = [*self._as_owner, str(self._programs / program), *words]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stderr

    def url(self, database: str = "postgres", password: str = PASSWORD, host: str = "127.0.0.1") -> str:
        return f"postgresql://trialogue:{password}@{host}:{self.port}/{database}"

    def new_database(self, name: str) -> str:
        self.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url(database), autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def kill(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """As `pg_ctl stop -m immediate` does: every process of the server ends at once, and nothing is tidied up."""
        super().kill(how)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self._folder)


def _postgres_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda one: int(one.parent.parent.name))
    on_path = shutil.which("postgres")
    if not found and not on_path:
        pytest.skip("no PostgreSQL here; install Debian's package postgresql")
    return found[-1].parent if found else Path(str(on_path)).resolve().parent


def _owner() -> str:
    import pwd

    known = {one.pw_name for one in pwd.getpwall()}
    return next(name for name in OWNERS if name in known)


def wait_until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.02)
