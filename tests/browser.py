"""A server of the web app in a process of its own, and a browser's visit to it that watches what the page asks for."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
START = """
from pathlib import Path
from bot.serve import APP, serve
serve("127.0.0.1", {port}, Path({store!r}), open_browser=False, app=Path({app!r}) if {app!r} else APP)
"""
DESK, PHONE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}, {"width": 320, "height": 640}


class Server(NamedTuple):
    url: str
    folder: Path  # where it runs, and its home


@contextmanager
def serving(folder: Path, store: str = "store", app: str = "") -> Iterator[Server]:
    """The web app over `store`, run in `folder` as its home. `app`: another file for Chainlit to load than ours."""
    port = _free_port()
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", START.format(port=port, store=store, app=app)],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_it_answers(f"http://127.0.0.1:{port}/health", process, folder / "log")
            yield Server(url=f"http://127.0.0.1:{port}", folder=folder)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(120):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"the server did not start:\n{log.read_text()}")


@contextmanager
def visit(
    browser: Browser, server: Server, size: dict[str, int] = DESK, scheme: Literal["light", "dark"] = "light"
) -> Iterator[Page]:
    """The page, freshly opened. Afterwards: it asked no other host for anything, met no error, fits its width."""
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    asked_for, errors = list[str](), list[str]()
    page.on("request", lambda request: asked_for.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server.url)
    expect(page.locator("#starters button").first).to_be_enabled()
    try:
        yield page
        foreign = [
            url
            for url in asked_for
            if not url.startswith((server.url, "data:", "blob:", server.url.replace("http", "ws")))
        ]
        assert foreign == []
        assert errors == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    finally:
        context.close()


def say(page: Page, message: str) -> None:
    page.locator("#chat-input").fill(message)
    page.locator("#chat-input").press("Enter")
