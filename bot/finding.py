"""Looking for trials in a conversation: what to look for, within which limits, and what to say when nothing is left."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Sequence

from bot.answer.bounds import bounds, how_far, reasons, wider
from bot.answer.chain import StoreTexts
from bot.answer.citations import verify
from bot.answer.contrast import difference
from bot.answer.limits import NO_LIMITS, Limits, read_limits, without
from bot.answer.query import Query, read_query
from bot.answer.schema import Draft, Intent, Provenance
from bot.events import Answered, Searching
from bot.offers import JOINABLE, LISTED, Offer, find, offered, summary
from bot.person.facts import Fact, Profile
from bot.person.seeking import request_for
from bot.readback import searching
from bot.state import State
from index.criteria.rule import Topic
from index.search.filters import Filters
from index.search.places import Circle, nearest
from index.search.similar import similar
from index.search.trials import Result, search
from index.store.store import Store
from index.store.words import content_words
from index.trial import Frozen

MORE_TRIALS = "trialogue index FOLDER"
_LONGEST_NUMBER = 40  # characters of a trial's number in any registry
_LIKE = "trials like "  # before a trial's number: what was searched for is read again
_SAMPLE_NOTE = "Sample data: restated from the real records; read the official record before you act."


class Search(Frozen):
    """What was looked for, the trials that are offered, and what is said of both. `limits`: as they hold now."""

    text: str
    limits: Limits
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
        query = read_query(message, state.candidates, state.focus, self._store.records.places(), self._today())
        few = len(message) <= _LONGEST_NUMBER and any(character.isdigit() for character in message)
        if few and not query.trial_ids and (trial_id := self._store.records.find(message)):
            return query.model_copy(update={"intent": Intent.OVERVIEW, "trial_ids": (trial_id,), "named": (trial_id,)})
        return query

    def search(self, state: State, query: Query, new: Sequence[Fact], held: Limits = NO_LIMITS) -> Search | None:
        """The trials for a message; `None` where neither it nor what was said before names anything to look for.

        `held`: the limits of the search before, which hold on where this message only adds to it.
        """
        text = self._what(state, query, new)
        if text is None:
            return None
        anew = text == query.text
        limits = query.limits if anew else held.then(query.limits)
        if text.startswith(_LIKE) and self._store.records.get(trial_id := text.removeprefix(_LIKE)):
            return self.like(trial_id, limits, state.profile)
        filters, notes = bounds(limits, state.profile, self._store.records, JOINABLE)
        about = _subject(text, self._limits_in(text).words, state.profile)
        result, offers = find(self._store, about, filters, state.profile, self._today())
        too_far = result.related > 0 and not _some_known(offers, filters.near)
        if too_far:
            wide, more = self._nearest_miss(about, filters, state.profile, result, offers)
            offers = tuple({offer.record.trial.id: offer for offer in (*wide, *offers)}.values())
            notes = (*notes, *more)
        if filters.near:
            offers = _by_nearness(offers, filters.near, nearest_first=too_far)[:LISTED]
            notes = (*notes, *filter(None, [how_far(filters.near, [offer.record.trial for offer in offers])]))
        return Search(
            text=text,
            limits=limits,
            searching=searching(self._searched_for(text, limits), result, request_for(about, state.profile)),
            offers=offers,
            answered=self._answered(text, offers, notes, result.related),
        )

    def like(self, trial_id: str, limits: Limits, profile: Profile) -> Search:
        """The trials most like one, each with how it differs.

        Raises:
            UnknownTrial: the store has no trial of this id.
        """
        this = self._store.record(trial_id)
        trial_id = this.trial.id
        filters, notes = bounds(limits, profile, self._store.records, JOINABLE)
        related = similar(self._store, trial_id, limit=_COUNTED)
        left_out = tuple(f"{count} {words}" for words, count in filters.left_out(self._store.records, related))
        nearest_ids = similar(self._store, trial_id, filters, LISTED)
        offers = offered(self._store, dict.fromkeys(nearest_ids, ()), profile, self._today())
        if filters.near:
            offers = _by_nearness(offers, filters.near, nearest_first=False)
            notes = (*notes, *filter(None, [how_far(filters.near, [offer.record.trial for offer in offers])]))
        if not related:
            notes = (*notes, f"I have no other trial that is like {trial_id}.")
        elif not offers:
            most_like = f"the {len(related)} trials most like {trial_id}"
            notes = (*notes, f"None of {most_like} is within the limits: {', '.join(left_out)}.")
        draft = Draft(claims=tuple(difference(this, offer.record) for offer in offers), notes=notes)
        answer = verify(draft, StoreTexts(self._store), intent=Intent.SIMILAR, provenance=self._provenance())
        differs = {place.trial_id: claim for claim in answer.claims for place in claim.citations}
        text = f"{_LIKE}{trial_id}"
        return Search(
            text=text,
            limits=limits,
            searching=Searching(words=text, found=len(related), left_out=left_out),
            offers=tuple(offer.model_copy(update={"differs": differs.get(offer.record.trial.id)}) for offer in offers),
            answered=Answered(answer=answer),
        )

    def _searched_for(self, text: str, limits: Limits) -> str:
        """The text as it was said; without its limits where others hold by now."""
        said = self._limits_in(text)
        return text if said.same_as(limits) else without(text, said.words) or text

    def _limits_in(self, text: str) -> Limits:
        return read_limits(text, self._store.records.places(), self._today())

    def _what(self, state: State, query: Query, new: Sequence[Fact]) -> str | None:
        """What to look for: the message where it names something, else the last search, else the conditions told."""
        if any(fact.attribute.topic is Topic.CONDITION for fact in new):
            return query.text
        named = content_words(without(query.text, query.limits.words))
        if named and (query.intent is Intent.FIND_TRIALS or not new):
            return query.text
        if not (new or query.limits.kinds or query.intent is Intent.FIND_TRIALS):
            return None
        told = "; ".join(fact.attribute.subject for fact in state.profile.on(Topic.CONDITION) if fact.value)
        well = query.limits.healthy or any(fact.attribute.topic is Topic.HEALTHY_VOLUNTEER for fact in new)
        return state.searched or told or (_HEALTHY if well else query.text if named else None)

    def _nearest_miss(
        self, text: str, filters: Filters, profile: Profile, result: Result, passing: Sequence[Offer]
    ) -> tuple[tuple[Offer, ...], tuple[str, ...]]:
        """Nothing is within the limits, or nothing surely so: the first wider search that finds something.

        `passing`: what may be within them. Gives the trials, and what is said of it.
        """
        alone: dict[str, int] = {}
        told: list[tuple[str, int]] = []
        already = {offer.record.trial.id for offer in passing}
        for name, words, without_it in filters.without_each():
            asked = request_for(text, profile)
            hits = search(self._store, asked, without_it, limit=_COUNTED, passages_each=0).hits
            if count := len({hit.trial_id for hit in hits} - already):
                alone[name] = count
                told.append((words, count))
        because = (reasons(result.related, result.left_out, told, _COUNTED),) if not passing else ()
        for wide in wider(filters, alone):
            _, offers = find(self._store, text, wide.filters, profile, self._today())
            if _some_known(offers, wide.filters.near):
                return offers, (*(because if len(result.left_out) > 1 else ()), wide.words)
        return (), because

    def _answered(self, text: str, offers: Sequence[Offer], said: Sequence[str], related: int) -> Answered:
        notes = list(said)
        if not offers and not related:
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
_SHORT = 60  # words; a longer text is a note, and is searched for as it stands
_COUNTED = 20  # trials that a limit keeps out are counted no further
_HEALTHY = "healthy volunteers"


def _subject(text: str, limits: Sequence[str], profile: Profile) -> str:
    """What a text is about, without its limits and for whom: a place or an age must not find the trials that name it.

    Where an illness is told, it stands for the sentence that tells it, beside the other words that say something.
    """
    quotes = [fact.quote for topic in _NOT_WHAT for fact in profile.on(topic)]
    places = [fact.value for fact in profile.on(Topic.PLACE) if isinstance(fact.value, str)]
    text = without(text, (*limits, *quotes, *places)) or text
    told = [fact for fact in profile.on(Topic.CONDITION) if fact.value and fact.quote.lower() in text.lower()]
    if not told or len(text.split()) > _SHORT:
        return text
    others = content_words(without(text, [fact.quote for fact in told]))
    return "; ".join((*(fact.attribute.subject for fact in told), *others))


def _some_known(offers: Sequence[Offer], circle: Circle | None) -> bool:
    """Whether something was found, and where it shall be near, something whose distance is known."""
    return any(circle is None or nearest(offer.record.trial, circle.spot) for offer in offers)


def _by_nearness(offers: Sequence[Offer], circle: Circle, nearest_first: bool) -> tuple[Offer, ...]:
    """Trials whose distance is not known after those whose is."""

    def rank(offer: Offer) -> float:
        found = nearest(offer.record.trial, circle.spot)
        return math.inf if found is None else found[0] if nearest_first else 0.0

    return tuple(sorted(offers, key=rank))
