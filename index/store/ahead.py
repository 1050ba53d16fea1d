"""Two threads beside the one that embeds: one reads ahead, one writes behind, so that nobody waits for the other.

What they hand over keeps its order, and an error of either reaches the caller.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

_T = TypeVar("_T")
_AT_MOST = 2  # pieces of work that may wait


@contextmanager
def ahead(items: Iterable[_T]) -> Iterator[Iterator[_T]]:
    """The same items, made in another thread, at most two before they are asked for; leaving ends that thread."""
    source = iter(items)
    pool = ThreadPoolExecutor(max_workers=1)
    coming = deque(pool.submit(_next, source) for _ in range(_AT_MOST))

    def taken() -> Iterator[_T]:
        while piece := coming.popleft().result():
            coming.append(pool.submit(_next, source))
            yield piece[0]

    try:
        yield taken()
    finally:
        pool.shutdown(cancel_futures=True)


def _next(source: Iterator[_T]) -> tuple[_T, ...]:
    """The next item; nothing after the last."""
    return tuple(islice(source, 1))


class Behind:
    """Does pieces of work in another thread, one after the other; at most two wait. Leaving it waits for all of them.

    After an error the pieces that wait are not done, and the error is raised at the next call or at the end.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Behind:
        return self

    def do(self, work: Callable[[], None]) -> None:
        while len(self._waiting) >= _AT_MOST:
            self._waiting.popleft().result()
        before = self._waiting[-1] if self._waiting else None
        self._waiting.append(self._pool.submit(_after, before, work))

    def __exit__(self, *error: object) -> None:
        try:
            while self._waiting:
                self._waiting.popleft().result()
        finally:
            self._pool.shutdown()


def _after(before: Future[None] | None, work: Callable[[], None]) -> None:
    if before is not None:
        before.result()  # one worker: it is done, or has failed, and then nothing that follows it is done
    work()
