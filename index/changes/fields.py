"""What changed in the record's fields: one line each, compared by label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.changes.change import Change, ChangeKind, names
from index.changes.pieces import folded
from index.record import Record
from index.trial import SectionName, Span
from index.vocabulary import Status

_KINDS = {
    "Overall status": ChangeKind.STATUS,
    "Why stopped": ChangeKind.STATUS,
    "Study start": ChangeKind.DATES,
    "Primary completion": ChangeKind.DATES,
    "Study completion": ChangeKind.DATES,
    "Results posted": ChangeKind.RESULTS,
    "Minimum age": ChangeKind.PEOPLE,
    "Maximum age": ChangeKind.PEOPLE,
    "Sex": ChangeKind.PEOPLE,
    "Healthy volunteers": ChangeKind.PEOPLE,
    "Phase": ChangeKind.PHASE,
    "Enrollment": ChangeKind.ENROLMENT,
    "Brief title": ChangeKind.TITLE,
    "Official title": ChangeKind.TITLE,
    "Acronym": ChangeKind.TITLE,
    "Interventions": ChangeKind.ARMS,
}
_NAMES = {
    "Overall status": "status",
    "Why stopped": "reason for stopping",
    "Study start": "start date",
    "Primary completion": "primary completion date",
    "Study completion": "study completion date",
    "First posted": "date of the first posting",
    "Enrollment": "enrolment",
    "Brief title": "title",
    "Condition terms (MeSH)": "list of index terms for the conditions",
    "Intervention terms (MeSH)": "list of index terms for the interventions",
    "Who is masked": "list of who is masked",
    "Keywords": "list of keywords",
    "Conditions": "list of conditions",
    "Interventions": "list of interventions",
    "Collaborators": "list of collaborators",
    "Other identifiers": "list of other identifiers",
    "Healthy volunteers": "line on healthy volunteers",
}
_IN_CODES = frozenset(
    {
        *("Phase", "Sex", "Study type", "Sponsor class", "Allocation", "Intervention model", "Masking"),
        *("Who is masked", "Primary purpose", "Observational model", "Time perspective"),
    }
)
_LISTS = {
    "Conditions": ("condition", "conditions"),
    "Keywords": ("keyword", "keywords"),
    "Condition terms (MeSH)": ("index term for the conditions", "index terms for the conditions"),
    "Interventions": ("intervention", "interventions"),
    "Intervention terms (MeSH)": ("index term for the interventions", "index terms for the interventions"),
    "Collaborators": ("collaborator", "collaborators"),
    "Other identifiers": ("identifier", "identifiers"),
}
_UPDATES = ("Last update posted", "Last verified")
_LONGEST = 60
_LINE = re.compile(r"^([^:\n]{1,40}): (.*)$", re.MULTILINE)

_TYPE = re.compile(r"^[A-Z][A-Z ]+: ")  # of an intervention

Lines = dict[str, tuple[Span, str]]


def fields(old: Record, new: Record, section: SectionName = SectionName.RECORD) -> Iterator[Change]:
    """The changes of a section that is one line a field: the record, or the design."""
    before, after = _lines(old, section), _lines(new, section)
    labels = [*before, *(label for label in after if label not in before)]
    for label in labels:
        one, other = before.get(label), after.get(label)
        if label in _UPDATES or (one and other and one[1] == other[1]):
            continue
        yield Change(
            kind=_KINDS.get(label, ChangeKind.OTHER),
            text=_sentence(old, new, label, one and one[1], other and other[1]),
            before=(one[0],) if one else (),
            after=(other[0],) if other else (),
        )


def updated(old: Record, new: Record, alone: bool) -> Iterator[Change]:
    """The date of the last update, as one change; `alone`: whether nothing else changed."""
    before, after = _lines(old, SectionName.RECORD), _lines(new, SectionName.RECORD)
    changed = [label for label in _UPDATES if _said(before, label) != _said(after, label)]
    if not changed:
        return
    was, now = _said(before, changed[0]), _said(after, changed[0])
    what = "date of the last update" if changed[0] == _UPDATES[0] else "date of the last check"
    went = f"went from {_day(was)} to {_day(now)}"
    yield Change(
        kind=ChangeKind.UPDATED,
        text=f"Only the {what} changed: it {went}." if alone else f"The {what} {went}.",
        before=tuple(before[label][0] for label in changed if label in before),
        after=tuple(after[label][0] for label in changed if label in after),
    )


def _lines(record: Record, section: SectionName) -> Lines:
    """Label -> place and value; the same label a second time is counted: `Phase (2)`."""
    found: Lines = {}
    for match in _LINE.finditer(record.text(section) or ""):
        label, number = match[1], 1
        while (key := label if number == 1 else f"{label} ({number})") in found:
            number += 1
        found[key] = (Span(section=section, start=match.start(), end=match.end()), match[2])
    return found


def _said(lines: Lines, label: str) -> str | None:
    return lines[label][1] if label in lines else None


def _day(said: str | None) -> str:
    return said.partition(" (")[0] if said else "not given"


def _sentence(old: Record, new: Record, label: str, was: str | None, now: str | None) -> str:
    if label == "Overall status":
        was, now = _status(old.trial.status), _status(new.trial.status)
    if label == "Healthy volunteers" and was and now:
        return f"The study {'now takes' if now == 'Yes' else 'no longer takes'} healthy volunteers."
    if label == "Results posted" and now == "Yes":
        return "Results were posted."
    if label in _LISTS and was and now:
        return _list(label, was, now)
    name = _NAMES.get(label, label if label.isupper() else label[0].lower() + label[1:])
    was, now = _plain(label, was), _plain(label, now)
    if was and now and max(len(was), len(now)) > _LONGEST:
        return f"The {name} was reworded."
    if was and now:
        return f"The {name} went from {was} to {now}."
    if now:
        return f"The {name} is now given: {now}." if len(now) <= _LONGEST else f"The {name} is now given."
    return (
        f"The {name} is no longer given; it was {was}."
        if was and len(was) <= _LONGEST
        else (f"The {name} is no longer given.")
    )


def _list(label: str, was: str, now: str) -> str:
    one, many = _LISTS[label]
    before, after = ([_TYPE.sub("", name) for name in said.split("; ")] for said in (was, now))
    added = [name for name in after if name not in before]
    removed = [name for name in before if name not in after]
    if not added and not removed:
        return f"The list of {many} is written in another way."
    parts = []
    if added:
        parts.append(_how_many(len(added), one, many, "added") + names(added))
    if removed:
        parts.append(_how_many(len(removed), one, many, "removed") + names(removed))
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."


def _how_many(count: int, one: str, many: str, done: str) -> str:
    return f"{'an' if one[0] in 'aeiou' else 'a'} {one} was {done}" if count == 1 else f"{count} {many} were {done}"


def _status(status: Status | None) -> str | None:
    return status.words if status else None


def _plain(label: str, value: str | None) -> str | None:
    """A value as a reader meets it: the registry's codes in lower case, all else as it stands."""
    if value is None:
        return None
    return value.lower() if label in _IN_CODES and value != "N/A" else folded(value)
