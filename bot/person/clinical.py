"""What a clinician hands over, a note or a FHIR export, as one profile; and what its silence may mean."""

from __future__ import annotations

import datetime
from enum import StrEnum

from bot.person.facts import Fact, Profile, Relation, Silence
from bot.person.fhir.reading import facts_of_bundle
from bot.person.note import How, NoteReading, note_facts


class Unmentioned(StrEnum):
    """What a note leaves unsaid: unknown, or absent, as serious findings would have been written."""

    UNKNOWN = "unknown"
    ABSENT = "absent"


def note_profile(note: str, unmentioned: Unmentioned) -> Profile:
    """The facts of a whole clinical note about one person."""
    reading = note_facts(note)
    silence = _silence(reading) if unmentioned is Unmentioned.ABSENT else None
    denied = [Fact(attribute=one.attribute, value=False, quote=one.quote) for one in reading.negated_groups]
    return Profile(about=Relation.PATIENT, silence=silence).with_facts((*reading.facts, *denied))


def bundle_profile(text: str, today: datetime.date, unmentioned: Unmentioned) -> Profile:
    """The facts of a FHIR R4 bundle as of `today`; it is not silent on what it holds without certainty.

    Raises:
        SettingsError: it is no R4 bundle of one living patient.
    """
    facts = facts_of_bundle(text, today).facts
    silence = Silence(touched=frozenset(fact.attribute.subject for fact in facts if fact.value is not False))
    return Profile(about=Relation.PATIENT, silence=silence if unmentioned is Unmentioned.ABSENT else None).with_facts(
        facts
    )


_SAYS_NOTHING_OF_THEM = frozenset({How.DENIED, How.FAMILY, How.NAMED})


def _silence(reading: NoteReading) -> Silence:
    """A note is not silent on what it names of its patient, be it possible, feared or planned."""
    named = {one.concept for one in reading.mentions if one.how not in _SAYS_NOTHING_OF_THEM}
    said = {fact.attribute.subject for fact in reading.facts if fact.value is not False}
    return Silence(touched=frozenset(named | said))
