"""Starts the web app on this machine, from any folder, and says in one line when the port is taken."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import sys
import sysconfig
import tempfile
import webbrowser
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from bot.errors import SettingsError
from bot.quiet import quiet

if TYPE_CHECKING:
    import uvicorn

APP = Path(__file__).with_name("app.py")

_ROOT_FILES = ("chainlit.md", "public", ".chainlit/config.toml")


def serve(host: str, port: int, store: Path, open_browser: bool, app: Path = APP) -> None:
    """Serves the conversation of `app` until it is stopped. Port 0 takes any free port.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    with _listen(host, port) as listening, tempfile.TemporaryDirectory(prefix="trialogue-") as root:
        make_root(Path(root))
        quiet()
        os.environ |= {"CHAINLIT_APP_ROOT": root, "TRIALOGUE_STORE": str(store.absolute())}
        signal.signal(signal.SIGTERM, _leave)
        _run(_Announced(listening, host, open_browser), app, listening)


def make_root(root: Path) -> None:
    """Fills a folder with what Chainlit reads: our settings, welcome text, style and elements.

    Raises:
        SettingsError: this installation lacks them.
    """
    source = _installed()
    for name in _ROOT_FILES:
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target)
        else:
            shutil.copyfile(source / name, target)


def _installed() -> Path:
    """The checkout that this file stands in, or where an installation put the same files."""
    places = (Path(__file__).resolve().parent.parent, Path(sysconfig.get_path("data")) / "share" / "trialogue")
    for place in places:
        if all((place / name).exists() for name in _ROOT_FILES):
            return place
    raise SettingsError(f"The files of the web app are missing: {places[1]} has none. Install trialogue again.")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as exc:
        advice = "choose another with --port or TRIALOGUE_PORT, or stop the program that uses it"
        reason = str(exc.strerror or exc).split(" (")[0].lower()
        raise SettingsError(f"Cannot listen on port {port} of {host} ({reason}): {advice}.") from exc


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    """An ordinary exit, so that what this run made is cleaned up."""
    raise SystemExit(0)


class _Announced:
    """Says once, when the page can be opened, where it is."""

    def __init__(self, listening: socket.socket, host: str, open_browser: bool) -> None:
        name = f"[{host}]" if ":" in host else host
        self._url = f"http://{name}:{listening.getsockname()[1]}"
        self._open_browser = open_browser

    def __call__(self) -> None:
        sys.stderr.write(f"Trialogue is at {self._url} (Ctrl+C stops it)\n")
        sys.stderr.flush()
        if self._open_browser:
            webbrowser.open(self._url)


def _run(announce: _Announced, app: Path, listening: socket.socket) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                announce()

    Server(_config(app)).run(sockets=[listening])


def _config(app: Path) -> uvicorn.Config:
    """Chainlit's server with the handlers of `app`, less its lifespan, which ends the process without cleaning up."""
    import uvicorn
    from chainlit import config, server

    logging.getLogger("chainlit").setLevel(logging.ERROR)
    config.config.run.module_name = str(app)
    config.load_module(str(app))
    return uvicorn.Config(
        server.app, lifespan="off", loop="asyncio", log_level="error", access_log=False, timeout_graceful_shutdown=3
    )
