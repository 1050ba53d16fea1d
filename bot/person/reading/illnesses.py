"""The conditions and findings that a note names, each with how it is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.person.reading.clinical import Note
from bot.person.reading.context import Context, How, of_illness
from bot.person.reading.cues import entries
from bot.person.reading.message import Found
from bot.person.reading.moments import days_ago
from index.criteria.concepts import Mention
from index.criteria.rule import Attribute, Topic

_ALLERGY = " allergy"


_OF_OTHER_TOPICS = frozenset(
    {"pregnancy", "breast-feeding", "menopause", "tobacco use", "alcohol use"}
)  # `bearing` and `habits` read them


@dataclass(frozen=True)
class Read:
    """What one mention gives: how it is meant, and the facts that follow."""

    mention: Mention
    how: How
    found: tuple[Found, ...] = ()


def illnesses(note: Note, mentions: Sequence[Mention], age: float | None) -> Iterator[Read]:
    """Each mention of a condition or finding, and whether the patient has or had it, where that is said."""
    for mention in mentions:
        wide = mention.concept.id in entries("words")["general"]
        context = of_illness(note, mention.start, mention.end, wide)
        yield Read(mention, context.how, tuple(_facts(note, mention, context, age)))


def _facts(note: Note, mention: Mention, context: Context, age: float | None) -> Iterator[Found]:
    if mention.concept.id in _OF_OTHER_TOPICS:
        return
    subject = context.words or mention.concept.id
    if subject.endswith(_ALLERGY) and context.how in (How.AFFIRMED, How.HISTORICAL, How.DENIED):
        substance = Attribute(topic=Topic.ALLERGY, subject=subject.removesuffix(_ALLERGY))
        yield Found(substance, context.how is not How.DENIED, context.start, context.end, at=mention.start)
    match context.how:
        case How.AFFIRMED | How.HISTORICAL:
            when = days_ago(note, mention.start, mention.end, age, beginning=False)
            yield _found(subject, True, context, mention, when, unsure=context.doubted)
        case How.POSSIBLE:
            yield _found(subject, not context.denied, context, mention, None, unsure=True)
        case How.DENIED:
            yield _found(subject, False, context, mention, None)
        case How.NAMED if context.words:
            yield _found(subject, False, context, mention, None)


def _found(
    subject: str, value: bool, context: Context, mention: Mention, when: tuple[float, int] | None, unsure: bool = False
) -> Found:
    days, end = when if when else (None, context.end)
    return Found(
        Attribute(topic=Topic.CONDITION, subject=subject), value, context.start, max(end, context.end),
        at=mention.start, days_ago=days, unsure=unsure,
    )  # fmt: skip
