"""The answerer without a model: it chooses fields and sentences of the record that speak to the question.

It is also what answers when a model fails. It never joins two facts into a third.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable

from bot.answer import course, facets, prose, reach, rules
from bot.answer.facets import Said, quoted
from bot.answer.glossary import Entry, define, terms_in
from bot.answer.schema import Draft, DraftClaim, Intent
from index.record import Record

_MOST_TERMS = 5
_MOST_TERMS_OF_RULES = 24
_GLOSSED = (Intent.OVERVIEW, Intent.WHO_CAN_JOIN, Intent.TREATMENT, Intent.OUTCOMES, Intent.IDENTITY)
_FACETS: dict[Intent, Callable[[Record], Said]] = {
    Intent.OVERVIEW: facets.overview,
    Intent.WHO_CAN_JOIN: rules.who_can_join,
    Intent.TREATMENT: course.treatment,
    Intent.STATUS: facets.status,
    Intent.PHASE: facets.phase,
    Intent.WHERE: reach.where,
    Intent.CONTACT: reach.contact,
    Intent.DURATION: course.duration,
    Intent.RANDOMISED: course.randomised,
    Intent.SIDE_EFFECTS: course.side_effects,
    Intent.VISITS: course.visits,
    Intent.SPONSOR: facets.sponsor,
    Intent.OUTCOMES: facets.outcomes,
    Intent.RESULTS: facets.results,
    Intent.SIZE: facets.size,
    Intent.COST: course.cost,
    Intent.IDENTITY: facets.identity,
    Intent.JOINING: reach.joining,
}


def extract(
    record: Record, intent: Intent, today: datetime.date, place: str | None = None, glossed: bool = True
) -> Draft:
    """An answer about one trial: the record's state first, then what was asked, then how old the copy is.

    `glossed`: technical words are explained under it, for readers who are no clinicians.
    """
    state = list(facets.state(record, today, intent))
    said = list(_said(record, intent, today, place))
    most = _MOST_TERMS_OF_RULES if intent is Intent.WHO_CAN_JOIN else _MOST_TERMS
    glosses = _glosses(_claims(said), most) if glossed and intent in _GLOSSED else ()
    return _draft([*state, *said, *glosses, *_copy(record)])


def _said(record: Record, intent: Intent, today: datetime.date, place: str | None) -> Said:
    if intent is Intent.WHERE:
        return reach.where(record, place)
    if intent is Intent.DATES:
        return facets.dates(record, today)
    return _FACETS.get(intent, facets.overview)(record)


def _copy(record: Record) -> Said:
    """Where this copy comes from, and the day that its source gives for it."""
    origin = record.trial.origin
    as_of = f"as of {origin.as_of.text}" if origin.as_of else "whose date is not given"
    yield f"From the record of {record.trial.id} at {origin.source}, {as_of}."
    if origin.restated:
        yield f"Sample data, restated from: {origin.restated}. Read the official record before you act."


def explain_term(term: str, record: Record | None = None) -> Draft:
    """What a word means in general, and where the trial that is talked about uses it."""
    entry = define(term)
    if entry is None:
        return Draft(notes=(f"I have no plain definition of “{term}”. Your doctor or the study team can explain it.",))
    said: list[DraftClaim | str | None] = [
        f"{entry.term}: {entry.meaning} (In line with: {entry.source}; the wording is ours.)"
    ]
    if record is not None:
        used = prose.about(record, re.compile(rf"\b{_escaped(term)}\b", re.IGNORECASE), 1, belongs=_not_of_others)
        said += quoted(record, used, "In this trial: ")
    return _draft(said)


def _not_of_others(sentence: prose.Sentence) -> bool:
    return not prose.of_other_studies(sentence.words)


def _claims(said: Iterable[DraftClaim | str | None]) -> list[DraftClaim]:
    return [one for one in said if isinstance(one, DraftClaim) and one.places]


def _draft(said: Iterable[DraftClaim | str | None]) -> Draft:
    said = list(said)
    claims = {claim.text: claim for claim in _claims(said)}
    notes = tuple(dict.fromkeys(one for one in said if isinstance(one, str)))
    return Draft(claims=tuple(claims.values()), notes=notes)


def _glosses(claims: Iterable[DraftClaim], most: int) -> Iterable[str]:
    """Plain meanings of technical words in the claims, short forms before other words."""
    used: dict[str, tuple[str, Entry]] = {}
    for claim in claims:
        for start, end, entry in terms_in(claim.text):
            used.setdefault(entry.term, (claim.text[start:end], entry))
    for written, entry in sorted(used.values(), key=lambda one: not _is_short_form(one[0]))[:most]:
        yield f"{_named(written, entry.term)}: {entry.meaning}"


def _named(written: str, term: str) -> str:
    """The word as the record has it, with what a short form stands for; the glossary's own form of the same word."""
    if written.lower() == term.lower() or not _is_short_form(written):
        return term if written.lower()[:4] == term.lower()[:4] else written.lower()
    return f"{written} ({term})"


def _is_short_form(written: str) -> bool:
    return any(sum(letter.isupper() for letter in word) > 1 for word in re.split(r"[\s-]", written))


def _escaped(term: str) -> str:
    return "".join(character if character.isalnum() or character == " " else "." for character in term)
