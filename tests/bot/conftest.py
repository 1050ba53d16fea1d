"""A store of the bundled sample, made once, and a conversation over it on a fixed day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from bot import wiring
from bot.conversation import Conversation
from index.sources.files import files_under, read_file
from index.store.build import build
from index.store.embedding import SentenceTransformerEmbedder
from index.store.store import Store

TODAY = datetime.date(2026, 11, 21)


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("sample") / "store", SentenceTransformerEmbedder())
    build(store, (found for file in files_under([wiring.SAMPLE]) for found in read_file(file)))
    yield store
    store.close()


@pytest.fixture
def conversation(sample_store: Store) -> Conversation:
    return wiring.converse(sample_store, today=lambda: TODAY)
