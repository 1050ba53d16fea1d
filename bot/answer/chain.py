"""The retrieval chain: request -> record -> what extraction says, or a model from evidence -> verified answer.

Composed of LangChain runnables. Whoever writes, the claims pass the same verification; where a model fails, or nothing
that it says holds, extraction answers in its place and the answer says so.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from typing import Any, Protocol

from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from bot.answer.citations import verify
from bot.answer.extract import explain_term, extract
from bot.answer.schema import Answer, Draft, Intent, Place, Provenance
from bot.answer.task import Audience, Task, TaskPassage
from bot.errors import ModelFailed, ModelMalformed, ModelRejected, ModelTimedOut, ModelUnreachable
from index.errors import UnknownTrial
from index.record import Record
from index.search.quoting import passages_for, query_vectors
from index.store.store import Store
from index.trial import Frozen, SectionName, Span

log = logging.getLogger(__name__)

_MOST_PASSAGES = 6
_NO_PERSONAL_DATA = frozenset(SectionName) - {SectionName.CONTACTS}
# The rules are shown whole; the record's state and how to reach people are copied: none is for a model to word.
_ALWAYS_EXTRACTED = frozenset({Intent.WHO_CAN_JOIN, Intent.STATUS, Intent.CONTACT, Intent.JOINING})


class Request(Frozen):
    """What to answer: a question about one trial, or (with `term`) about a word."""

    message: str
    intent: Intent
    trial_id: str | None = None
    term: str | None = None
    place: str | None = None
    audience: Audience = Audience.PATIENT
    today: datetime.date


class Answerer(Protocol):
    """Writes a draft from passages; raises `ModelFailed` when it cannot."""

    def draft(self, task: Task) -> Draft: ...


class NothingHolds(ModelFailed):
    """The model answered, but nothing of it stands in the record; `dropped`: how many claims it made."""

    def __init__(self, dropped: int) -> None:
        super().__init__(f"the language model made {dropped} claims, and none of them holds")
        self.dropped = dropped


# What is said of a failure to somebody who only wants an answer; the operator finds the rest in the log.
_SAID: dict[type[ModelFailed], str] = {
    ModelTimedOut: "The language model did not answer in time",
    ModelUnreachable: "The language model cannot be reached just now",
    ModelRejected: "The language model refused the request",
    ModelMalformed: "The language model gave an answer that cannot be read",
    NothingHolds: "The language model said nothing that can be shown to stand in the record",
}


class StoreTexts:
    """The words of the trials, as the verifier looks them up."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def section(self, trial_id: str, section: SectionName) -> str | None:
        record = self._store.records.get(trial_id)
        return record.text(section) if record else None

    def label(self, place: Place) -> str:
        record = self._store.records.get(place.trial_id)
        if record is None:
            raise UnknownTrial(f"{place.trial_id} is not in this store")
        return record.label(Span(section=place.section, start=place.start, end=place.end))


def answer_chain(
    store: Store, answerer: Answerer | None, provenance: Callable[[], Provenance]
) -> Runnable[Request, Answer]:
    """The chain for one request. `answerer`: a chat model's, or `None` to answer by extraction alone."""
    parts = _Parts(store, provenance)
    answering: Runnable[Any, Answer] = RunnableLambda(parts.extracted)
    if answerer is not None:
        written: Runnable[Any, Answer] = RunnableLambda(lambda state: parts.written(state, answerer))
        answering = written.with_fallbacks(
            [RunnableLambda(parts.extracted_instead)], exceptions_to_handle=(ModelFailed,), exception_key="failure"
        )
    chain: Runnable[Any, Answer] = (
        RunnableLambda(lambda request: {"request": request})
        | RunnablePassthrough.assign(record=parts.record)
        | RunnablePassthrough.assign(extract=_extract)
        | answering
    )
    return chain


class _Parts:
    """The steps of the chain; `state` holds the request, its record and what extraction has to say."""

    def __init__(self, store: Store, provenance: Callable[[], Provenance]) -> None:
        self._store = store
        self._texts = StoreTexts(store)
        self._provenance = provenance

    def record(self, state: dict[str, Any]) -> Record | None:
        request: Request = state["request"]
        return self._store.record(request.trial_id) if request.trial_id else None

    def extracted(self, state: dict[str, Any]) -> Answer:
        made_from = Provenance(store=self._provenance().store)  # no model had a part in it
        return verify(state["extract"], self._texts, intent=state["request"].intent, provenance=made_from)

    def extracted_instead(self, state: dict[str, Any]) -> Answer:
        """What extraction answers, after a sentence on what became of the model."""
        failure: ModelFailed = state["failure"]
        log.warning("answered without the language model: %s", failure)
        said = f"{_SAID.get(type(failure), 'The language model failed')}, so this answer is put together without it."
        answer = self.extracted(state)
        dropped = answer.dropped + (failure.dropped if isinstance(failure, NothingHolds) else 0)
        return answer.model_copy(update={"notes": (said, *answer.notes), "dropped": dropped})

    def written(self, state: dict[str, Any], answerer: Answerer) -> Answer:
        """The model's claims, after the record's state, which comes first, with the program's own notes.

        Raises:
            ModelFailed: the model gave nothing, or nothing that holds.
        """
        request: Request = state["request"]
        record: Record | None = state["record"]
        if record is None or request.term is not None or request.intent in _ALWAYS_EXTRACTED:
            return self.extracted(state)
        base: Draft = state["extract"]
        task = Task(
            question=request.message,
            intent=request.intent,
            passages=_evidence(self._store, record, base, request.message),
            audience=request.audience,
            about=record.trial.id,
        )
        draft = answerer.draft(task)
        answer = verify(draft, self._texts, intent=request.intent, provenance=self._provenance())
        if not answer.claims:
            raise NothingHolds(answer.dropped)
        state_first = verify(extract(record, Intent.STATUS, request.today), self._texts, intent=request.intent)
        return answer.model_copy(update={"claims": (*state_first.claims, *answer.claims), "notes": base.notes})


def _extract(state: dict[str, Any]) -> Draft:
    request: Request = state["request"]
    record: Record | None = state["record"]
    if request.term is not None or record is None:
        return explain_term(request.term or request.message, record)
    return extract(record, request.intent, request.today, request.place, glossed=request.audience is Audience.PATIENT)


def _evidence(store: Store, record: Record, base: Draft, question: str) -> tuple[TaskPassage, ...]:
    """The places that extraction chose, and the passages nearest to the question, without those of contacts."""
    places = [place for claim in base.claims for place in claim.places]
    near = passages_for(
        store, [record], query_vectors(store, question), _MOST_PASSAGES, sections=_NO_PERSONAL_DATA, text=question
    )
    places += [Place(trial_id=p.trial_id, section=p.section, start=p.start, end=p.end) for p in near]
    return tuple(
        TaskPassage(
            trial_id=place.trial_id,
            section=place.section,
            start=place.start,
            end=place.end,
            text=record.quote(Span(section=place.section, start=place.start, end=place.end)),
            title=record.trial.title,
        )
        for place in dict.fromkeys(places)
    )
