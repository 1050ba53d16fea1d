"""The search as a LangChain retriever, to be plugged into any chain.

Each document is a passage: `page_content` is the record's own text, and the metadata say where it stands (`trial_id`,
`section`, `start`, `end`, `passage_id`), how it is cited (`label`), and the trial's `title`, `status` and `score`.
"""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.search.filters import Filters
from index.search.trials import search
from index.store.store import Store
from index.trial import Span


class TrialRetriever(BaseRetriever):
    """`limit` trials with `passages_each` passages each, best trial first."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: Store
    filters: Filters | None = None
    limit: int = 5
    passages_each: int = 3

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002  # LangChain hands it to every retriever
    ) -> list[Document]:
        found = search(self.store, query, self.filters, self.limit, self.passages_each)
        return [
            Document(
                page_content=passage.text,
                id=passage.id,
                metadata={
                    "trial_id": hit.trial_id,
                    "title": hit.title,
                    "status": hit.status.value if hit.status else None,
                    "score": hit.score,
                    "passage_id": passage.id,
                    "section": passage.section.value,
                    "start": passage.start,
                    "end": passage.end,
                    "label": self.store.record(hit.trial_id).label(
                        Span(section=passage.section, start=passage.start, end=passage.end)
                    ),
                },
            )
            for hit in found.hits
            for passage in hit.passages
        ]
