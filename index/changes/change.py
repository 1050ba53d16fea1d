"""A change: what became different in a record, and where it stood before and stands now."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from index.trial import Frozen, Span


class ChangeKind(StrEnum):
    """What a change is about, in the order in which changes are told."""

    STATUS = "status"
    DATES = "dates"
    RESULTS = "results"
    CRITERIA = "criteria"
    PEOPLE = "people"
    SITES = "sites"
    PHASE = "phase"
    ENROLMENT = "enrolment"
    TITLE = "title"
    ARMS = "arms"
    OUTCOMES = "outcomes"
    CONTACTS = "contacts"
    TEXTS = "texts"
    OTHER = "other"
    UPDATED = "updated"


class Change(Frozen):
    """`before` are places in the old record, `after` in the new one; what was added stands nowhere before."""

    kind: ChangeKind
    text: str
    before: tuple[Span, ...] = ()
    after: tuple[Span, ...] = ()


_NAMED = 3
_LONGEST_NAME = 100


def names(given: Sequence[str]) -> str:
    """The first of these names for a sentence: `“A”, “B” and “C”`, or `, among them …` after a larger count."""
    shown = [f"“{_short(name)}”" for name in given[:_NAMED]]
    if len(given) > _NAMED:
        return ", among them " + ", ".join(shown)
    return ": " + (" and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0])


def counted(count: int, noun: str) -> str:
    """`A rule was`, `3 rules were`."""
    article = "An" if noun[0] in "aeiou" else "A"
    return f"{article} {noun} was" if count == 1 else f"{count} {_plural(noun)} were"


def _plural(noun: str) -> str:
    return noun + "s"


def _short(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME].rsplit(" ", 1)[0] + " …"
