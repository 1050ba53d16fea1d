"""One turn of the conversation: message and state in, events and the next state out. No screen, no disk, no clock.

The order never changes: safety first, then facts, then what is asked, then the records, then the one next question.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence

from langchain_core.runnables import Runnable

from bot import remarks
from bot.answer.chain import Request, StoreTexts
from bot.answer.query import Query
from bot.answer.schema import Answer, Intent, Provenance
from bot.events import Answered, Asked, Declined, Event, Learned, Urgent
from bot.finding import Finder, Search
from bot.offers import Offer, candidates, card, moved, standing_of
from bot.person.facts import Fact
from bot.person.intake import Reading, facts_in
from bot.person.interview import Question, next_question
from bot.person.profile import child_speaks, profile_with
from bot.person.reply import facts_in_reply
from bot.safety.gate import Code, Ruling, guarded
from bot.safety.replies import reply_for
from bot.state import State
from bot.telling import Teller
from index.criteria.rule import Topic
from index.errors import UnknownTrial
from index.record import Record
from index.store.store import Store
from index.trial import Frozen, SectionName

_URGENT = frozenset({Code.EMERGENCY, Code.CRISIS, Code.OVERDOSE, Code.ON_TRIAL_UNWELL})
_LONGEST = 60_000  # characters of a message that are read

Words = Callable[[Question], Question]
Reads = Callable[[Question, str], str | None]


class Turn(Frozen):
    state: State
    events: tuple[Event, ...]


class Conversation:
    """Answers turns from one store. `word` and `read` let a model word a question or read a free reply."""

    def __init__(
        self,
        store: Store,
        chain: Runnable[Request, Answer],
        provenance: Callable[[], Provenance],
        today: Callable[[], datetime.date],
        word: Words | None = None,
        read: Reads | None = None,
    ) -> None:
        self._store = store
        self._finder = Finder(store, provenance, today)
        self._teller = Teller(store, chain, today)
        self._provenance = provenance
        self._today = today
        self._word = word
        self._read = read

    # --- what a face needs besides turns

    def section(self, trial_id: str, section: SectionName) -> str | None:
        """A section's whole text, to show a quote in its place."""
        return StoreTexts(self._store).section(trial_id, section)

    def notice(self) -> str | None:
        """While the store holds only the bundled sample: that it does, and the command that brings in more."""
        return self._finder.notice()

    def known(self, state: State) -> tuple[Fact, ...]:
        return state.profile.current()

    def forget(self, state: State) -> State:
        """A new conversation with nothing remembered."""
        return State(clinician=state.clinician)

    def undo(self, state: State) -> Turn:
        """Takes back what the last message that told something told."""
        if not state.before:
            return Turn(state=state, events=(self._note(Intent.UNDO, "There is nothing to take back."),))
        now, profile = state.profile, state.before[-1]
        gone = {fact.attribute.key for fact in now.facts if fact not in profile.facts}
        asked = tuple(key for key in state.asked if key not in gone)
        records = self._records(state.candidates)
        after = state.model_copy(
            update={
                "turn": state.turn + 1,
                "profile": profile,
                "asked": asked,
                "before": state.before[:-1],
            }
        )
        events = (self._note(Intent.UNDO, *remarks.taken_back(now, profile)), *moved(records, now, profile))
        after, asking = self._ask(after, records)
        return Turn(state=after, events=(*events, *asking))

    # --- a turn

    def turn(self, state: State, message: str) -> Turn:
        """The reply to one message.

        Identifiers are masked before anything else reads the message; what safety stops goes no further.
        """
        state = state.model_copy(update={"turn": state.turn + 1})
        if not message.strip():
            return Turn(state=state, events=(remarks.EMPTY,))
        ruling = guarded(message[:_LONGEST])
        events = list(self._safety(state, ruling))
        if len(message) > _LONGEST:
            events.append(remarks.too_long(_LONGEST))
        if ruling.stops:
            return Turn(state=state, events=tuple(events))
        state, learned, answered = self._listen(state, ruling.masked)
        if child_speaks(state.profile) and not state.clinician:
            asks_adult = Declined(code=Code.MINOR_SELF, text=reply_for(Code.MINOR_SELF))
            return Turn(state=self.forget(state), events=(*events, asks_adult))
        query = self._finder.query(state, ruling.masked)
        if query.intent is Intent.UNDO:
            return self.undo(state)
        if query.intent is Intent.START_OVER:
            note = self._note(Intent.START_OVER, remarks.FORGOTTEN)
            return Turn(state=self.forget(state), events=(note,))
        state, replies = self._reply(state, query, learned, answered)
        return self._disclaimed(state, [*events, *learned, *replies])

    def _safety(self, state: State, ruling: Ruling) -> Iterator[Event]:
        for code in ruling.codes[:1] if ruling.stops else ruling.codes:
            if code in _URGENT:
                yield Urgent(code=code, text=ruling.reply or reply_for(code, state.clinician))
                return
            text = reply_for(code, state.clinician)
            if text:
                yield Declined(code=code, text=text)
        if ruling.stops and not ruling.codes:
            yield Declined(code="none", text=ruling.reply or "")

    def _listen(self, state: State, message: str) -> tuple[State, list[Event], bool]:
        """Reads facts; a reply to the open question first. Gives whether that question was answered."""
        reading: Reading | None = None
        if state.question is not None:
            reading = facts_in_reply(message, state.question, state.turn)
            if reading is None and self._read and (words := self._read(state.question, message)):
                reading = facts_in_reply(words, state.question, state.turn)
        of_another = reading is not None and reading.about not in (None, state.profile.about) and state.profile.facts
        answered = reading is not None and not of_another
        reading = reading or facts_in(message, state.turn)
        profile = profile_with(state.profile, reading)
        if profile == state.profile:
            return state, [], answered
        events: list[Event] = []
        if state.profile.facts and profile.about is not state.profile.about:
            events.append(self._note(Intent.TELL, remarks.set_aside(state.profile, profile)))
        new = tuple(fact for fact in profile.facts if fact not in state.profile.facts)
        events += [Learned(facts=new)] if new else []
        update = {"profile": profile, "before": (*state.before, state.profile) if new else state.before}
        if answered:
            update["question"] = None
        return state.model_copy(update=update), events, answered

    def _reply(self, state: State, query: Query, learned: Sequence[Event], answered: bool) -> tuple[State, list[Event]]:
        if query.intent in remarks.SMALL_TALK:
            return state, [self._note(query.intent, *remarks.small_talk(query.intent, state.profile))]
        if query.intent is Intent.SIMILAR:
            return self._similar(state, query)
        if query.intent is Intent.DEFINE:
            focus = state.focus if state.focus and not query.trial_ids else next(iter(query.trial_ids), None)
            return state, [self._teller.of_word(query, focus, state.clinician)]
        if answered and not query.named:
            return self._after_answer(state, learned)
        told = {fact.attribute.topic for fact in _facts(learned)}
        if query.named or (query.trial_ids and Topic.CONDITION not in told):
            return self._about_trials(state, query)
        if query.no_such_position:
            return state, [self._note(Intent.OTHER, remarks.not_listed(state.candidates))]
        return self._search(state, query, learned)

    def _search(self, state: State, query: Query, learned: Sequence[Event]) -> tuple[State, list[Event]]:
        found = self._finder.search(state, query, _facts(learned), state.limits)
        if found is None:
            return state, [self._note(Intent.OTHER, remarks.NOTHING_TO_LOOK_FOR)]
        return self._found(state, found)

    def _similar(self, state: State, query: Query) -> tuple[State, list[Event]]:
        if not query.trial_ids:
            return state, [self._note(Intent.SIMILAR, remarks.WHICH_ONE)]
        limits = query.limits if query.named else state.limits.then(query.limits)
        try:
            return self._found(state, self._finder.like(query.trial_ids[0], limits, state.profile))
        except UnknownTrial:
            return state, [remarks.unknown_trial(query.trial_ids[0])]

    def _found(self, state: State, found: Search) -> tuple[State, list[Event]]:
        update = {
            "searched": found.text,
            "limits": found.limits,
            "candidates": tuple(offer.record.trial.id for offer in found.offers),
            "focus": None,
            "question": None,
        }
        cards = [card(offer, self._today(), state.profile) for offer in found.offers]
        state, asking = self._ask(state.model_copy(update=update), [offer.record for offer in found.offers])
        return state, [found.searching, *cards, found.answered, *asking]

    def _about_trials(self, state: State, query: Query) -> tuple[State, list[Event]]:
        told = self._teller.of_trials(query, state.clinician)
        events, known = list(told.events), told.known
        if known:
            state = state.model_copy(update={"focus": known[-1].trial.id})
        if known and told.rules:
            if state.profile.facts:
                offers = [
                    Offer(record=record, passage=None, standing=standing_of(record, state.profile)) for record in known
                ]
                events += [card(offer, self._today(), state.profile) for offer in offers]
            if state.question is None:  # one that is open stays open
                state, asking = self._ask(state, known)
                events += asking
        return state, events

    def _after_answer(self, state: State, learned: Sequence[Event]) -> tuple[State, list[Event]]:
        """A reply to the question that was open: what it moved, and the next question."""
        focus = (state.focus,) if state.focus and state.focus not in state.candidates else ()
        records = self._records((*focus, *state.candidates))
        new = set(_facts(learned))
        before = state.profile.model_copy(update={"facts": tuple(f for f in state.profile.facts if f not in new)})
        events: list[Event] = list(moved(records, before, state.profile))
        if not events:
            words = remarks.NO_CHANGE if new else remarks.LEFT_OPEN
            events.append(self._note(Intent.ANSWER_QUESTION, words))
        ordered = sorted(records, key=lambda record: bool(standing_of(record, state.profile).problems))
        state = state.model_copy(update={"candidates": tuple(record.trial.id for record in ordered), "question": None})
        state, asking = self._ask(state, ordered)
        if not asking:
            events.append(self._note(Intent.ANSWER_QUESTION, remarks.NO_MORE_QUESTIONS))
        return state, [*events, *asking]

    def _ask(self, state: State, records: Sequence[Record]) -> tuple[State, list[Event]]:
        question = next_question(candidates(records), state.profile, state.asked) if records else None
        if question is None:
            return state.model_copy(update={"question": None}), []
        worded = self._word(question) if self._word else question
        return (
            state.model_copy(update={"question": worded, "asked": (*state.asked, question.attribute.key)}),
            [Asked(question=worded)],
        )

    def _note(self, intent: Intent, *notes: str) -> Answered:
        return Answered(answer=Answer(intent=intent, notes=notes, provenance=self._provenance()))

    def _records(self, identifiers: Sequence[str]) -> list[Record]:
        return [record for identifier in identifiers if (record := self._store.records.get(identifier))]

    def _disclaimed(self, state: State, events: list[Event]) -> Turn:
        """The first answer of a conversation carries the standing disclaimer, and so does every list of rules."""
        for at, event in enumerate(events):
            if isinstance(event, Answered) and (not state.disclaimed or event.answer.intent is Intent.WHO_CAN_JOIN):
                answer = event.answer.model_copy(update={"notes": (*event.answer.notes, remarks.DISCLAIMER)})
                events[at] = Answered(answer=answer)
                state = state.model_copy(update={"disclaimed": True})
        return Turn(state=state, events=tuple(events))


def _facts(events: Sequence[Event]) -> tuple[Fact, ...]:
    return tuple(fact for event in events if isinstance(event, Learned) for fact in event.facts)
