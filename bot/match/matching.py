"""A note or record of one person -> trials, each with a verdict on every rule; what stands in the way, and what if."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from bot.errors import SettingsError
from bot.offers import JOINABLE, Offer, candidates, find, offered, standing_of
from bot.person.clinical import Unmentioned, bundle_profile, note_profile
from bot.person.facts import Certainty, Fact, Profile
from bot.person.interview import Question, next_question
from bot.person.judging.judge import Judge
from bot.person.recap import fact_words
from bot.person.standing import Move, moves, record_criteria, stand, with_record
from bot.person.supposing import supposed, under
from bot.person.whynot import WhyNot, why_not
from bot.safety.privacy import mask
from index.criteria.criterion import Criterion
from index.criteria.rule import Attribute, Topic, requirements_in
from index.record import Record
from index.search.filters import Filters
from index.store.store import Store
from index.trial import Frozen, SectionName


class Matched(Frozen):
    """`offers` as they were found, for `profile`; `moved` and `supposed`: what an `--if` did, and what it was."""

    profile: Profile
    offers: tuple[Offer, ...]
    question: Question | None
    unmentioned: Unmentioned = Unmentioned.UNKNOWN
    supposed: tuple[Fact, ...] = ()
    moved: tuple[Move, ...] = ()
    why_not: WhyNot | None = None
    note: str | None = None  # what somebody should be told of rules that a model did not judge


class Wish(Frozen):
    """What is asked of a match. `trial`: only this one, and what stands in its way; `suppose`: NAME=VALUE each."""

    limit: int = 6
    unmentioned: Unmentioned = Unmentioned.UNKNOWN
    suppose: tuple[str, ...] = ()
    trial: str = ""


def match_text(store: Store, text: str, wish: Wish, today: datetime.date, judge: Judge | None = None) -> Matched:
    """Identifiers are masked before the text is read. A `judge` is asked about the rules that are kept as written.

    Raises:
        SettingsError: the text is empty, or no story of one person, or what is supposed cannot be read.
        UnknownTrial: the one trial asked for is not in the store.
    """
    profile = profile_of(text, today, wish.unmentioned)
    if wish.trial:
        offers = offered(store, {store.record(wish.trial).trial.id: ()}, profile, today)
    else:
        story = _story(text, profile)
        _, offers = find(store, story, Filters(statuses=JOINABLE), profile, today, wish.limit)
    records = [offer.record for offer in offers]
    asked = _asked(records)
    facts = tuple(fact for one in wish.suppose for fact in supposed(one, asked))
    after = under(profile, facts) if facts else profile
    before = {offer.record.trial.id: offer.standing for offer in offers}
    offers = tuple(offer.model_copy(update={"standing": standing_of(offer.record, after)}) for offer in offers)
    if judge is not None:
        said = _said(text, after)
        offers = tuple(_judged(offer, after, judge, said) for offer in offers)
    matched = Matched(
        profile=after,
        offers=offers,
        question=next_question(candidates(records), after, ()),
        unmentioned=wish.unmentioned,
        supposed=facts,
        note=judge.note if judge else None,
        moved=moves(before, {offer.record.trial.id: offer.standing for offer in offers}) if facts else (),
    )
    return _with_why_not(matched, today) if wish.trial else matched


def _said(text: str, profile: Profile) -> tuple[str, ...]:
    """The person's own words, without identifiers; of a coded record, what its facts were read from."""
    if _is_fhir(text):
        return tuple(dict.fromkeys(fact.quote for fact in profile.current() if fact.quote))
    return tuple(line.strip() for line in re.split(r"(?<=[.!?])\s+|\n", mask(text).text) if line.strip())


def _judged(offer: Offer, profile: Profile, judge: Judge, said: Sequence[str]) -> Offer:
    found = judge.judged(offer.record.criteria, said, offer.standing.verdicts, profile.about)
    standing = stand(offer.record.criteria, profile, offer.record.trial, found)
    return offer.model_copy(update={"standing": standing})


def profile_of(text: str, today: datetime.date, unmentioned: Unmentioned) -> Profile:
    """A clinical note, or a FHIR R4 bundle as of `today`, as the profile of its patient.

    Raises:
        SettingsError: the text is empty, or is no text that a person wrote.
    """
    if not text.strip():
        raise SettingsError(
            "the note is empty; give a text that tells the condition, and if known age, sex and history"
        )
    if _is_fhir(text):
        return bundle_profile(text, today, unmentioned)
    return note_profile(mask(text).text, unmentioned)


def rules_of(record: Record) -> tuple[Criterion, ...]:
    """Every rule of a record, those of the registry's own fields first, at the places where they stand."""
    placed = record_criteria(record.trial, record.text(SectionName.RECORD) or "")
    rules = (*with_record(record.criteria, record.trial), *placed)
    return tuple({criterion.id: criterion for criterion in rules}.values())


def _is_fhir(text: str) -> bool:
    return text.lstrip().startswith("{") and '"resourceType"' in text


def _story(text: str, profile: Profile) -> str:
    """What is searched for: a note's own words, without identifiers; of a coded record, the illnesses it tells of."""
    if not _is_fhir(text):
        return mask(text).text
    ill = [fact for fact in profile.on(Topic.CONDITION) if fact.value is True and fact.certainty is Certainty.STATED]
    return "; ".join(fact_words(fact) for fact in ill or profile.current())


def _asked(records: Sequence[Record]) -> tuple[Attribute, ...]:
    rules = (criterion.rule for record in records for criterion in record.criteria)
    return tuple(dict.fromkeys(leaf.attribute for rule in rules for leaf in requirements_in(rule)))


def _with_why_not(matched: Matched, today: datetime.date) -> Matched:
    offer = matched.offers[0]
    trial_id, criteria = offer.record.trial.id, rules_of(offer.record)
    return matched.model_copy(update={"why_not": why_not(trial_id, criteria, matched.profile, offer.standing, today)})
