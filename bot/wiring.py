"""The only place that chooses concrete classes: settings in, a conversation out."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from bot.answer.chain import Answerer, answer_chain
from bot.answer.phrasing import read_reply, word_question
from bot.answer.schema import Provenance
from bot.answer.write import ModelAnswerer
from bot.conversation import Conversation
from bot.model.chat import ChatModel, open_chat_model
from bot.person.judging.judge import Judge
from bot.quiet import quiet
from bot.settings import Settings
from index.store.embedding import Embedder, SentenceTransformerEmbedder
from index.store.store import Store
from prompts import loader

SAMPLE = Path(__file__).resolve().parent.parent / "index" / "sample"
"""The folder of the bundled sample."""


def open_embedder(settings: Settings) -> Embedder:
    return SentenceTransformerEmbedder(settings.embedding_model)


def open_store(settings: Settings, must_exist: bool = True) -> Store:
    """The store of the settings.

    Raises:
        StoreMissing: it must exist and does not.
    """
    make = Store.existing if must_exist else Store
    records = settings.records_url.get_secret_value() if settings.records_url else None
    return make(settings.store, open_embedder(settings), records, settings.chroma_url)


def open_judge(settings: Settings) -> Judge | None:
    """Who is asked about rules that are kept as written: the model of the settings, if they name one."""
    model = open_model(settings)
    return Judge(model, settings.model or "") if model else None


def open_model(settings: Settings) -> ChatModel | None:
    if settings.model is None:
        return None
    return open_chat_model(
        settings.model,
        base_url=settings.model_base_url,
        timeout_s=settings.model_timeout_s,
        api_key=settings.model_api_key,
    )


def open_conversation(settings: Settings, warm: bool = False) -> Conversation:
    """A conversation over the store of the settings, with their model if they name one.

    `warm`: the embedder is loaded beside it, so that the first person does not wait for it.
    """
    quiet()
    store = open_store(settings)
    if warm:
        Thread(target=store.embedder.encode, args=(["warm"],), daemon=True).start()
    return converse(store, open_model(settings), settings.model)


def converse(
    store: Store,
    model: ChatModel | None = None,
    model_name: str | None = None,
    today: Callable[[], datetime.date] = datetime.date.today,
) -> Conversation:
    """A conversation over a store that is open; tests hand in their own store, model and day."""
    answerer: Answerer | None = ModelAnswerer(model) if model else None
    made_from = _MadeFrom(store, model_name if model else None)
    chain = answer_chain(store, answerer, made_from)
    if model is None:
        return Conversation(store, chain, made_from, today)
    return Conversation(
        store,
        chain,
        made_from,
        today,
        word=lambda question: word_question(model, question),
        read=lambda question, message: read_reply(model, question, message),
    )


@dataclass(frozen=True)
class _MadeFrom:
    """What answers are made from just now."""

    store: Store
    model: str | None

    def __call__(self) -> Provenance:
        used = {name: loader.load(name).version for name in loader.names()} if self.model else {}
        return Provenance(store=self.store.fingerprint(), prompts=used, model=self.model)
