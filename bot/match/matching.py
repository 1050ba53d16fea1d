"""A note about one person -> trials, each with the verdict on every rule."""

from __future__ import annotations

import datetime

from bot.errors import SettingsError
from bot.offers import JOINABLE, Offer, candidates, find
from bot.person.facts import Profile, Relation
from bot.person.intake import facts_in
from bot.person.interview import Question, next_question
from bot.safety.privacy import mask
from index.search.filters import Filters
from index.store.store import Store
from index.trial import Frozen


class Matched(Frozen):
    profile: Profile
    offers: tuple[Offer, ...]
    question: Question | None


def match_text(store: Store, text: str, limit: int, today: datetime.date) -> Matched:
    """Identifiers are masked before the note is read.

    Raises:
        SettingsError: the note is empty, or is no text that a person wrote.
    """
    if not text.strip():
        raise SettingsError(
            "the note is empty; give a text that tells the condition, and if known age, sex and history"
        )
    if text.lstrip().startswith("{") and '"resourceType"' in text:
        raise SettingsError("this is a FHIR resource, which cannot be read yet; give the person's story as plain text")
    masked = mask(text).text
    reading = facts_in(masked)
    profile = Profile(about=reading.about or Relation.PATIENT).with_facts(reading.facts)
    _, offers = find(store, masked, Filters(statuses=JOINABLE), profile, today, limit)
    question = next_question(candidates([offer.record for offer in offers]), profile, ())
    return Matched(profile=profile, offers=offers, question=question)
