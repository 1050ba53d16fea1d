"""The retrieval chain: request -> evidence -> draft -> verified answer, composed of LangChain runnables.

Whoever writes the draft, the extractor or a chat model, its claims pass the same verification; a model that fails falls back to
extraction, and the answer says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, Protocol

from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from bot.answer.citations import verify
from bot.answer.extract import explain_term, extract
from bot.answer.schema import Answer, Draft, Intent, Place, Provenance
from bot.answer.task import Audience, Task, TaskPassage
from bot.errors import ModelFailed
from index.errors import UnknownTrial
from index.record import Record
from index.search.trials import passages_for, query_vectors
from index.store.store import Store
from index.trial import Frozen, SectionName, Span

_MOST_PASSAGES = 6
_NO_PERSONAL_DATA = frozenset(SectionName) - {SectionName.CONTACTS}


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
    texts = StoreTexts(store)
    extraction: Runnable[Any, Draft] = RunnableLambda(_extracted)
    writing = extraction
    if answerer is not None:
        written: Runnable[Any, Draft] = RunnableLambda(lambda state: _written(state, answerer, store))
        writing = written.with_fallbacks(
            [RunnableLambda(_extracted_instead)], exceptions_to_handle=(ModelFailed,), exception_key="failure"
        )
    chain: Runnable[Any, Answer] = (
        RunnableLambda(lambda request: {"request": request})
        | RunnablePassthrough.assign(record=lambda state: _record(store, state["request"]))
        | RunnablePassthrough.assign(draft=writing)
        | RunnableLambda(
            lambda state: verify(state["draft"], texts, intent=state["request"].intent, provenance=provenance())
        )
    )
    return chain


def _record(store: Store, request: Request) -> Record | None:
    return store.record(request.trial_id) if request.trial_id else None


def _extracted(state: dict[str, Any]) -> Draft:
    request: Request = state["request"]
    record: Record | None = state["record"]
    if request.term is not None or record is None:
        return explain_term(request.term or request.message, record)
    return extract(record, request.intent, request.today, request.place)


def _extracted_instead(state: dict[str, Any]) -> Draft:
    draft = _extracted(state)
    said = f"The language model gave nothing that can be used ({state['failure']}). This answer is put together from the record without it."
    return draft.model_copy(update={"notes": (said, *draft.notes)})


def _written(state: dict[str, Any], answerer: Answerer, store: Store) -> Draft:
    """The model's claims between what always comes first (the record's state) and what the program itself must note."""
    request: Request = state["request"]
    record: Record | None = state["record"]
    base = _extracted(state)
    if record is None or request.intent is Intent.WHO_CAN_JOIN:
        return base  # definitions are ours, and the list of rules is shown whole, in the record's words
    task = Task(
        question=request.message,
        intent=request.intent,
        passages=_evidence(store, record, base, request.message),
        audience=request.audience,
        about=record.trial.id,
    )
    written = answerer.draft(task)
    state_first = extract(record, Intent.STATUS, request.today).claims
    return Draft(claims=(*state_first, *written.claims), notes=base.notes)


def _evidence(store: Store, record: Record, base: Draft, question: str) -> tuple[TaskPassage, ...]:
    """The places that extraction chose, and the passages nearest to the question; contacts only where extraction chose them."""
    places = [place for claim in base.claims for place in claim.places]
    near = passages_for(store, [record], query_vectors(store, question), _MOST_PASSAGES, sections=_NO_PERSONAL_DATA)
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
