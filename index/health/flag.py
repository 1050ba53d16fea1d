"""A flag: what in a record is doubtful, in plain words, with the places that it rests on."""

from __future__ import annotations

from enum import StrEnum

from index.record import Record
from index.trial import Frozen, SectionName, Span


class Sign(StrEnum):
    """What kind of doubt a flag raises, gravest first."""

    GONE = "no longer in the registry"
    NO_LONGER_OPEN = "past completion"
    NOT_STARTED = "start and status differ"
    SITES_DIFFER = "sites and status differ"
    OLD = "not updated"
    NO_CRITERIA = "no eligibility list"
    PLACEHOLDER = "placeholder text"
    AGES_DIFFER = "ages differ"
    SEXES_DIFFER = "sexes differ"
    PHASES_DIFFER = "phases differ"
    DATES_DIFFER = "dates that cannot be"
    ENROLMENT = "doubtful enrolment"
    UNNAMED_DRUG = "drug named only in a rule"
    NO_SUMMARY = "no summary"

    @property
    def grave(self) -> bool:
        """Whether it bears on who can join, or on whether anybody can: the others are slips to know of."""
        return self in _GRAVE


_GRAVE = frozenset(
    {
        Sign.GONE,
        Sign.NO_LONGER_OPEN,
        Sign.NOT_STARTED,
        Sign.SITES_DIFFER,
        Sign.OLD,
        Sign.NO_CRITERIA,
        Sign.PLACEHOLDER,
        Sign.AGES_DIFFER,
        Sign.SEXES_DIFFER,
        Sign.UNNAMED_DRUG,
    }
)


class Flag(Frozen):
    """`text` says it plainly; `spans` are the places in the record that it rests on; none for what is missing."""

    sign: Sign
    text: str
    spans: tuple[Span, ...] = ()


def lines(record: Record, *labels: str) -> tuple[Span, ...]:
    """The lines of these fields in the record section, without those that are not given."""
    return tuple(span for label in labels if (span := record.line(label)))


def whole(record: Record, section: SectionName) -> tuple[Span, ...]:
    """All of a section, without the blanks around it; nothing where it is not given."""
    text = record.text(section) or ""
    start = len(text) - len(text.lstrip())
    return (Span(section=section, start=start, end=len(text.rstrip())),) if text.strip() else ()
