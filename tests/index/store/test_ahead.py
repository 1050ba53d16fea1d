"""Work beside the work: in order, with its errors, and ended with the one who asked for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from itertools import count

import pytest

from index.store.ahead import Behind, ahead


class Broken(Exception):
    """What the work of a test ends with."""


def test_items_come_in_their_order() -> None:
    with ahead(range(100)) as items:
        assert list(items) == list(range(100))


def test_items_are_made_before_they_are_asked_for_but_few() -> None:
    made: list[int] = []

    def making() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    with ahead(making()) as items:
        assert next(items) == 0
        give_up = time.monotonic() + 10
        while len(made) < 3 and time.monotonic() < give_up:
            time.sleep(0.01)
        time.sleep(0.05)
        assert len(made) == 1 + 2  # one was taken, two wait


def test_an_error_of_the_items_reaches_the_one_who_takes_them() -> None:
    def breaking() -> Iterator[int]:
        yield 1
        raise Broken

    with ahead(breaking()) as items:
        assert next(items) == 1
        with pytest.raises(Broken):
            next(items)


def test_leaving_early_ends_the_thread() -> None:
    before = threading.active_count()
    with ahead(count()) as items:
        next(items)
    assert threading.active_count() == before


def test_work_behind_is_done_in_order_and_waited_for() -> None:
    done: list[int] = []
    with Behind() as behind:
        for number in range(20):
            behind.do(partial(done.append, number))
    assert done == list(range(20))


def test_after_an_error_nothing_that_waits_is_done() -> None:
    done: list[str] = []

    def breaking() -> None:
        time.sleep(0.05)
        raise Broken

    def working() -> None:
        with Behind() as behind:
            behind.do(breaking)
            behind.do(lambda: done.append("after"))

    with pytest.raises(Broken):
        working()
    assert done == []


def test_work_that_was_handed_over_is_done_when_the_one_who_gave_it_fails() -> None:
    done: list[str] = []

    def failing() -> None:
        with Behind() as behind:
            behind.do(lambda: done.append("before"))
            raise Broken

    with pytest.raises(Broken):
        failing()
    assert done == ["before"]
