"""A store in the test's own folder, with a fast embedder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.store.store import Store
from tests.fakes import FakeEmbedder


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def open_store(tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Callable[[], Store]]:
    """Opens the test's store anew, as another process would."""
    opened: list[Store] = []

    def make() -> Store:
        opened.append(Store(tmp_path / "store", embedder))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()
