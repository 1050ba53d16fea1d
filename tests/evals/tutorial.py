"""The baseline: what a LangChain tutorial builds. Sections joined into one document a trial, cut into chunks of 1,000
characters that overlap by 200, embedded in float32 by `Chroma.from_documents`.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from index.passages import title_text
from index.record import Record
from index.sections import sections_of
from index.store.embedding import packaged_model
from index.trial import SectionName, Trial
from tests.evals import samples
from tests.evals.embedders import StandIn, tokens
from tests.evals.indexing import Indexed, Looked, Sources
from tests.evals.measured import disk_mb, peak_mb

SECTIONS = frozenset(SectionName) - {
    SectionName.RECORD,
    SectionName.CONTACTS,
    SectionName.PUBLICATIONS,
    SectionName.SITES,
}
"""The sections that our passages are made of."""


class _Plain(Embeddings):
    """The model behind LangChain's interface, with its own default batches of 32."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._model.encode(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def run(asked: Sources) -> Indexed:
    """A step: the files into a fresh Chroma folder. Imports and the loading of the model come before the clock."""
    from langchain_chroma import Chroma
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embedding = _embedding(asked.real)
    began = perf_counter()
    documents = [_document(trial) for trial in samples.trials(asked.paths)]
    read = perf_counter()
    chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(documents)
    Chroma.from_documents(chunks, embedding, persist_directory=str(asked.folder))
    seconds = perf_counter() - began
    peak = peak_mb()
    texts = [chunk.page_content for chunk in chunks]
    return Indexed(
        trials=len(documents),
        pieces=len(chunks),
        texts=len(texts),
        reading_s=read - began,
        answers_s=seconds,
        seconds=seconds,
        peak_mb=peak,
        disk_mb=disk_mb(asked.folder),
        looked=_looked(asked, chunks, tokens(texts)) if asked.look else None,
    )


def _embedding(real: bool) -> Embeddings:
    if real:
        from sentence_transformers import SentenceTransformer

        embedding = _Plain(SentenceTransformer(str(packaged_model()), device="cpu"))
    else:
        embedding = _Plain(StandIn())
    embedding.embed_query("Ready?")
    return embedding


def _document(trial: Trial) -> Document:
    texts = (section.text for section in sections_of(trial) if section.name in SECTIONS)
    about = {"id": trial.id, "title": trial.title, "status": str(trial.status)}
    return Document(page_content="\n\n".join((title_text(trial), *texts)), metadata=about)


def _looked(asked: Sources, chunks: Sequence[Document], in_all: int) -> Looked:
    """A chunk knows its trial and nothing of criteria, so none can be cited; some stand whole in one, by luck."""
    texts: dict[str, list[str]] = {}
    for chunk in chunks:
        texts.setdefault(chunk.metadata["id"], []).append(chunk.page_content)
    criteria = whole = 0
    for record in map(Record.of, samples.trials(asked.paths)):
        for one in record.criteria:
            criteria += 1
            whole += any(one.text in text for text in texts[record.trial.id])
    return Looked(tokens=in_all, criteria=criteria, citable=0, whole=whole)
