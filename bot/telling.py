"""What is told of trials that are named, and of words: each question goes to the chain as a request of its own."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

from langchain_core.runnables import Runnable

from bot import remarks
from bot.answer.chain import Request
from bot.answer.query import Part, Query
from bot.answer.schema import Answer, Intent
from bot.answer.task import Audience
from bot.events import Answered, Event
from index.errors import UnknownTrial
from index.record import Record
from index.store.store import Store
from index.trial import Frozen

_MOST_TRIALS = 3  # trials of one message that are told about
_MOST_ASKED = 3  # things asked of them in one message that are answered


class Told(Frozen):
    """`known`: the trials that were told about; `rules`: whether it was asked who can join them."""

    events: tuple[Event, ...]
    known: tuple[Record, ...]
    rules: bool


class Teller:
    """Tells what the records of one store say."""

    def __init__(self, store: Store, chain: Runnable[Request, Answer], today: Callable[[], datetime.date]) -> None:
        self._store = store
        self._chain = chain
        self._today = today

    def of_trials(self, query: Query, clinician: bool) -> Told:
        """What the records say to each thing that is asked; what is not asked of the first few is said to be left."""
        events: list[Event] = []
        known: list[Record] = []
        for trial_id in query.trial_ids[:_MOST_TRIALS]:
            try:
                known.append(self._store.record(trial_id))
            except UnknownTrial:
                events.append(remarks.unknown_trial(trial_id))
        asked = query.parts or (Part(intent=query.intent, text=query.text),)
        parts = asked[:_MOST_ASKED]
        left = remarks.one_at_a_time(_MOST_ASKED) if len(asked) > len(parts) else None
        for record in known:
            requests = [self._request(query, part, record.trial.id, clinician) for part in parts]
            events += self._answers(requests, left if record is known[-1] else None)
        rules = any(part.intent is Intent.WHO_CAN_JOIN for part in parts)
        return Told(events=tuple(events), known=tuple(known), rules=rules)

    def of_word(self, query: Query, trial_id: str | None, clinician: bool) -> Answered:
        """What a word means, and where the trial that is talked about uses it."""
        part = Part(intent=query.intent, text=query.text)
        return Answered(answer=self._chain.invoke(self._request(query, part, trial_id, clinician)))

    def _answers(self, requests: list[Request], left: str | None) -> Iterator[Answered]:
        """What was said once of a trial is not said again. `left`: what to add to the last answer."""
        said: set[str] = set()
        answers: list[Answer] = []
        for request in requests:
            answer = self._chain.invoke(request)
            claims = tuple(claim for claim in answer.claims if claim.text not in said)
            notes = tuple(note for note in answer.notes if note not in said)
            said.update((*(claim.text for claim in claims), *notes))
            if claims or notes:
                answers.append(answer.model_copy(update={"claims": claims, "notes": notes}))
        if left:
            answers[-1] = answers[-1].model_copy(update={"notes": (*answers[-1].notes, left)})
        return (Answered(answer=answer) for answer in answers)

    def _request(self, query: Query, part: Part, trial_id: str | None, clinician: bool) -> Request:
        return Request(
            message=part.text,
            intent=part.intent,
            trial_id=trial_id,
            term=query.term,
            place=query.place,
            audience=Audience.CLINICIAN if clinician else Audience.PATIENT,
            today=self._today(),
        )
