"""Where a build spends its time: every few milliseconds, each thread is asked at which part of the store it works.

Threads work side by side, so that the parts add up to more than the whole. A thread that waits for another one's result
is at work on nothing; one that waits for the interpreter is at work.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from threading import Event, Thread, get_ident
from time import perf_counter
from types import FrameType

_PERIOD = 0.02  # seconds
_WAITING = frozenset({"threading", "queue", "concurrent.futures.thread", "concurrent.futures._base"})
_PARTS = {
    "index.sources": "reading",
    "tests.evals.samples": "reading",
    "index.criteria": "splitting",
    "index.sections": "splitting",
    "index.passages": "splitting",
    "index.record": "splitting",
    "index.store.words": "words",
    "index.store.vectors": "vectors",
    "index.store.snapshots": "snapshots of vectors",
    "index.store.records": "records",
    "index.store.database": "records",
    "index.store.tables": "records",
    "index.store.embedding": "embedding",
    "tests.evals.embedders": "embedding",
    "index.store": "the rest of the build",
}


class Stages:
    """Watches all threads but its own while it is entered. `seconds`: by part of the store."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Stages:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        last = perf_counter()
        while not self._over.wait(_PERIOD):
            now = perf_counter()
            for thread, frame in sys._current_frames().items():
                part = None if thread == get_ident() else _part(frame)
                if part:
                    self.seconds[part] += now - last
            last = now


def _part(frame: FrameType) -> str | None:
    """The part of the store that a thread works at: the innermost of ours on its stack."""
    if frame.f_globals.get("__name__") in _WAITING:
        return None
    at: FrameType | None = frame
    while at is not None:
        name = str(at.f_globals.get("__name__"))
        for ours, part in _PARTS.items():
            if name == ours or name.startswith(f"{ours}."):
                return part
        at = at.f_back
    return None
