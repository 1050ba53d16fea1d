"""Looking for trials in a conversation: what to look for, within which limits, and what to say when nothing is left."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.answer.chain import StoreTexts
from bot.answer.citations import verify
from bot.answer.query import Query, read_query
from bot.answer.schema import Draft, Intent, Provenance
from bot.events import Answered, Searching
from bot.offers import JOINABLE, Offer, find, summary
from bot.person.facts import Fact, Profile
from bot.state import State
from index.criteria.rule import Topic
from index.search.filters import Filters, with_article
from index.store.store import Store
from index.store.words import content_words
from index.trial import Frozen

MORE_TRIALS = "trialogue index FOLDER"
_LONGEST_NUMBER = 40  # characters of a trial's number in any registry
_SAMPLE_NOTE = "Sample data: restated from the real records; read the official record before you act."


class Search(Frozen):
    """What was looked for, the trials that are offered, and what is said of both."""

    text: str
    searching: Searching
    offers: tuple[Offer, ...]
    answered: Answered


class Finder:
    """Finds trials in one store."""

    def __init__(self, store: Store, provenance: Callable[[], Provenance], today: Callable[[], datetime.date]) -> None:
        self._store = store
        self._provenance = provenance
        self._today = today

    def notice(self) -> str | None:
        """While the store holds only the bundled sample: that it does, and the command that brings in more."""
        count = self._store.records.count()
        if not count:
            return f"No trials are indexed yet. Bring some in with: {MORE_TRIALS}"
        if self._store.records.only_sample():
            return f"I only know {count} sample trials, restated from real records. Bring in more with: {MORE_TRIALS}"
        return None

    def query(self, state: State, message: str) -> Query:
        """What a message asks for; a few words with a digit may be a trial's number in another registry."""
        query = read_query(message, state.candidates, state.focus, self._store.records.places())
        few = len(message) <= _LONGEST_NUMBER and any(character.isdigit() for character in message)
        if few and not query.trial_ids and (trial_id := self._store.records.find(message)):
            return query.model_copy(update={"intent": Intent.OVERVIEW, "trial_ids": (trial_id,), "named": (trial_id,)})
        return query

    def search(self, state: State, query: Query, new: Sequence[Fact]) -> Search | None:
        """The trials for a message; `None` where neither it nor what was said before names anything to look for."""
        text = self._what(state, query, new)
        if text is None:
            return None
        filters = Filters(
            statuses=() if query.closed_too else JOINABLE,
            phases=query.phases,
            place=query.place or self._place(state.profile),
        )
        about = _subject(text, query, state.profile)
        result, offers = find(self._store, about, filters, state.profile, self._today())
        note = None
        if not offers and result.related:
            offers, note = self._nearest_miss(about, filters, state.profile)
        left_out = tuple(f"{count} {words}" for words, count in result.left_out)
        return Search(
            text=text,
            searching=Searching(words=text, found=result.related, left_out=left_out),
            offers=offers,
            answered=self._answered(text, offers, note),
        )

    def _what(self, state: State, query: Query, new: Sequence[Fact]) -> str | None:
        """What to look for: the message where it names something, else the last search, else the conditions told."""
        if any(fact.attribute.topic is Topic.CONDITION for fact in new):
            return query.text
        named = set(content_words(query.text)) - set(content_words(query.place or "")) - {"phase", "1", "2", "3", "4"}
        if named and (query.intent is Intent.FIND_TRIALS or not new):
            return query.text
        if not (new or query.place or query.phases or query.closed_too or query.intent is Intent.FIND_TRIALS):
            return None
        told = "; ".join(fact.attribute.subject for fact in state.profile.on(Topic.CONDITION) if fact.value)
        return state.searched or told or (query.text if named else None)

    def _place(self, profile: Profile) -> str | None:
        """The person's place, where a site of the store lies in it."""
        known = self._store.records.places()
        for fact in profile.on(Topic.PLACE):
            if isinstance(fact.value, str):
                return next((part.strip() for part in fact.value.split(",") if part.strip().lower() in known), None)
        return None

    def _nearest_miss(self, text: str, filters: Filters, profile: Profile) -> tuple[tuple[Offer, ...], str]:
        """Nothing is within the limits: the first wider search that finds something, and words that say it is wider."""
        for wider, words in _wider(filters):
            _, offers = find(self._store, text, wider, profile, self._today())
            if offers:
                return offers, words
        return (), "Nothing is left within these limits."

    def _answered(self, text: str, offers: Sequence[Offer], note: str | None) -> Answered:
        notes = [note] if note else []
        if not offers:
            count = self._store.records.count()
            helps = "Other words for it may help." if re.search(r"[A-Za-z]", text) else "I read questions in English."
            notes = [f"I found no trial for “{text}” among the {count} trials I have.", helps]
            notes += [notice] if (notice := self.notice()) else []
        elif any(offer.record.trial.origin.restated for offer in offers):
            notes.append(_SAMPLE_NOTE)
        draft = Draft(claims=tuple(summary(offer) for offer in offers), notes=tuple(notes))
        texts = StoreTexts(self._store)
        return Answered(answer=verify(draft, texts, intent=Intent.FIND_TRIALS, provenance=self._provenance()))


_NOT_WHAT = (Topic.PLACE, Topic.AGE, Topic.SEX)
_PHASE = re.compile(r"\bphases?\s+(?:[1-4]|i{1,3}|iv)\b", re.IGNORECASE)
_SHORT = 60  # words; a longer text is a note, and is searched for as it stands


def _subject(text: str, query: Query, profile: Profile) -> str:
    """What a text is about, without where and for whom: a place or an age must not find the trials that name it.

    Where an illness is told, it stands for the sentence that tells it, beside the other words that say something.
    """
    quotes = [fact.quote for topic in _NOT_WHAT for fact in profile.on(topic)]
    places = [fact.value for fact in profile.on(Topic.PLACE) if isinstance(fact.value, str)]
    text = _without(_PHASE.sub(" ", text) if query.phases else text, (query.place_words, *quotes, *places))
    told = [fact for fact in profile.on(Topic.CONDITION) if fact.value and fact.quote.lower() in text.lower()]
    if not told or len(text.split()) > _SHORT:
        return text
    others = content_words(_without(text, [fact.quote for fact in told]))
    return "; ".join((*(fact.attribute.subject for fact in told), *others))


def _without(text: str, phrases: Iterable[str]) -> str:
    for words in sorted(filter(None, phrases), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " ", text, flags=re.IGNORECASE)
    return " ".join(text.split())


def _wider(filters: Filters) -> Iterator[tuple[Filters, str]]:
    """Ever wider limits, each with the words that say so; a wider list never passes for the one that was asked for."""
    if filters.place:
        where = with_article(filters.place)
        filters = filters.model_copy(update={"place": None})
        yield filters, f"None of the trials I found has a site in {where}. These are elsewhere."
    if filters.phases:
        filters = filters.model_copy(update={"phases": ()})
        yield filters, "None is in the phase you asked for. These are in other phases."
    if filters.statuses:
        yield Filters(), "None of the trials I found takes new people now. These are listed for your information only."
