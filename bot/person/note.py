"""A clinical note -> what it says of its patient: facts with quotes, all concepts it names, classes it denies.

Certain only where the note plainly says so: a wrong fact is worse than a missing one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.person.facts import Certainty, Fact
from bot.person.reading.bearing import bearing
from bot.person.reading.broad import broad
from bot.person.reading.clinical import Note
from bot.person.reading.conditions import conditions
from bot.person.reading.context import How, of_illness
from bot.person.reading.cues import whole
from bot.person.reading.habits import habits
from bot.person.reading.illnesses import Read, illnesses
from bot.person.reading.infections import infections
from bot.person.reading.kin import first_sex, of_kin, sex_of_patient
from bot.person.reading.measurements import measurements
from bot.person.reading.message import Found
from bot.person.reading.people import AGE, SEX, ages, sexes
from bot.person.reading.remedies import remedies
from bot.person.reading.states import states
from bot.person.reading.treatments import treatments
from bot.person.reading.tumours import tumours
from bot.person.reading.undertakings import undertakings
from bot.person.reading.vitals import VITALS, body_mass_index, vitals
from index.criteria.concepts import Mention, Sort, concepts_in
from index.criteria.rule import Attribute, Topic
from index.criteria.units import analyte_at
from index.trial import Frozen

__all__ = ["Denied", "How", "Named", "NoteReading", "note_facts"]


class Named(Frozen):
    """A concept that a note names at `start:end`, and how: about whatever is named the note is not silent."""

    concept: str
    sort: Sort
    how: How
    start: int
    end: int


class Denied(Frozen):
    """A class that a note denies but for what it names: all of a topic (subject ""), or all kinds of a subject."""

    attribute: Attribute
    quote: str


class NoteReading(Frozen):
    """What a note says; at most one fact on each attribute."""

    facts: tuple[Fact, ...] = ()
    mentions: tuple[Named, ...] = ()
    negated_groups: tuple[Denied, ...] = ()


def note_facts(text: str) -> NoteReading:
    """The facts that a clinical note states of its patient, in the order in which they stand."""
    note = Note(text)
    people = _people(note)
    age = next((float(one.value) for one in people if one.attribute == AGE and not isinstance(one.value, str)), None)
    measured = _measured(note)
    reads = _concepts(note, age)
    denied = list(broad(note))
    found = [
        *people,
        *(one for read in reads for one in read.found),
        *measured,
        *(one for reader in (bearing, habits, undertakings, tumours) for one in reader(note)),
        *(one for one in denied if one.attribute.subject),
        *_others(note, reads, sex_of_patient(note) != "male" and (age is None or age >= _BEARS_FROM)),
    ]
    return NoteReading(
        facts=tuple(_fact(note, one) for one in _settled(note, found)),
        mentions=tuple(_named(one) for one in reads),
        negated_groups=tuple(_denied(note, one) for one in _once(denied)),
    )


def _named(read: Read) -> Named:
    concept = read.mention.concept
    return Named(concept=concept.id, sort=concept.sort, how=read.how, start=read.mention.start, end=read.mention.end)


def _denied(note: Note, one: Found) -> Denied:
    return Denied(attribute=one.attribute, quote=note.quote(one.start, one.end))


def _once(found: Iterable[Found]) -> Iterable[Found]:
    """The first of each attribute."""
    return {one.attribute.key: one for one in reversed(list(found))}.values()


def _people(note: Note) -> list[Found]:
    """The patient's age and sex: the first that the note says; a note begins with who it is about."""
    own = [one for reader in (ages, sexes) for one in reader(note) if of_kin(note, one.at, one.end) is None]
    kin = whole("words", "relatives")
    first = sorted((one for one in own if not kin.search(note.low, one.start, one.end)), key=lambda one: one.start)
    found = list(_once(first))
    if not any(one.attribute == SEX for one in found) and (said := first_sex(note)):
        sex, start, end = said
        found.append(Found(SEX, sex, start, end, at=start))
    return found


def _concepts(note: Note, age: float | None) -> list[Read]:
    """Every concept that the note names, by where it stands; "HCT" is a measurement and no transplant."""
    mentions = [one for one in concepts_in(note.text) if not _measures(note, one)]
    ill = [one for one in mentions if one.concept.sort in (Sort.CONDITION, Sort.FINDING)]
    treated = [one for one in mentions if one.concept.sort in (Sort.PROCEDURE, Sort.MEDICINE)]
    reads = [*illnesses(note, ill, age), *remedies(note, treated, age)]
    return sorted(reads, key=lambda read: read.mention.start)


def _measures(note: Note, mention: Mention) -> bool:
    """Whether a short form in capitals is the name of something measured."""
    if not note.text[mention.start : mention.end].isupper():
        return False
    analyte = analyte_at(note.low, mention.start)
    return analyte is not None and analyte.end >= mention.end


def _measured(note: Note) -> list[Found]:
    """Laboratory values and vital signs of the blood and the body; what was found in urine is not."""
    own = list(vitals(note))
    taken = [one for one in measurements(note) if one.attribute.subject not in VITALS or not _covers(own, one)]
    found = [one for one in (*own, *taken) if of_kin(note, one.at, one.end) is None and note.section(one.at) != "urine"]
    index = body_mass_index(found)
    return [*found, index] if index else found


def _covers(own: Sequence[Found], one: Found) -> bool:
    return any(other.attribute == one.attribute for other in own)


_OF_WOMEN = frozenset({Topic.PREGNANCY, Topic.BREAST_FEEDING})
_BEARS_FROM = 8  # years; below, it is the child that is breast-fed
_OF_MESSAGES = (states, infections, treatments, conditions)


def _others(note: Note, reads: Sequence[Read], bears: bool) -> list[Found]:
    """What the readers of messages find besides, where no concept stands and the note means the patient."""
    found = []
    named = [(read.mention.start, read.mention.end) for read in reads]
    for reader in _OF_MESSAGES:
        for one in reader(note):
            if not note.states(one.at) or of_kin(note, one.at, one.end) is not None:
                continue
            if one.attribute.topic in (Topic.CONDITION, Topic.PRIOR_THERAPY) and any(
                start < one.end and one.at < end for start, end in named
            ):
                continue
            if one.attribute.topic in _OF_WOMEN and not bears:
                continue
            if one.attribute.topic is Topic.CONDITION and not _means_the_same(note, one):
                continue
            found.append(one)
    return found


def _means_the_same(note: Note, one: Found) -> bool:
    """Whether the note's own reading of the words agrees with that of a message."""
    how = of_illness(note, one.at, one.end).how
    return how is How.DENIED if one.value is False else how in (How.AFFIRMED, How.HISTORICAL)


# --- one fact for each attribute


def _settled(note: Note, found: Iterable[Found]) -> list[Found]:
    by_key: dict[str, list[Found]] = {}
    for one in sorted(found, key=lambda one: (one.start, one.end)):
        by_key.setdefault(one.attribute.key, []).append(one)
    kept = [_one_of(note, same) for same in by_key.values()]
    return sorted((one for one in kept if one is not None), key=lambda one: one.start)


_OF_BEFORE = re.compile(r"\b(?:history|prior|previous|past)\b")  # "no history of wheezing" fits with wheezing now


def _one_of(note: Note, same: Sequence[Found]) -> Found | None:
    """The surest; numbers that differ are none, and what is both said and denied is not certain."""
    sure = [one for one in same if not one.unsure]
    numbers = [float(one.value) for one in sure if isinstance(one.value, float)]
    if numbers and max(numbers) - min(numbers) > 0.02 * max(abs(number) for number in numbers):
        return None
    yes = [one for one in sure if one.value is True]
    no = [one for one in sure if one.value is False and not (yes and _OF_BEFORE.search(note.low, one.start, one.end))]
    if yes and no:
        dated = min(yes, key=lambda one: (one.days_ago is None, one.days_ago or 0.0, one.start))
        return replace(dated, unsure=True)
    best = (yes or sure) or same
    return min(best, key=lambda one: (one.days_ago is None, one.days_ago or 0.0, one.start))


def _fact(note: Note, one: Found) -> Fact:
    return Fact(
        attribute=one.attribute,
        value=one.value,
        unit=one.unit,
        days_ago=one.days_ago,
        certainty=Certainty.UNSURE if one.unsure else Certainty.STATED,
        quote=note.quote(one.start, one.end).strip(),
    )
