"""Whether the record's status agrees with its dates and its sites, and whether its dates agree with each other."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterator

from index.health.flag import Flag, Sign, lines
from index.record import Record
from index.trial import RegistryDate, SectionName, Span
from index.vocabulary import Status

_STALE_AFTER = datetime.timedelta(days=2 * 365)
_LATE_AFTER = datetime.timedelta(days=182)  # many studies start some months later than planned
_EARLY_BEFORE = datetime.timedelta(days=30)  # a study may say that it recruits some weeks before its first participant
_ENDED = frozenset({Status.COMPLETED, Status.TERMINATED, Status.WITHDRAWN, Status.NO_LONGER_AVAILABLE})
_TAKES_PEOPLE = frozenset({Status.RECRUITING, Status.ENROLLING_BY_INVITATION, Status.AVAILABLE})
_TAKES_NOBODY = _ENDED | {Status.ACTIVE_NOT_RECRUITING, Status.SUSPENDED, Status.NOT_YET_RECRUITING}
_MOST_SITES = 3


def gone(record: Record) -> Iterator[Flag]:
    """A record that the registry was found to give no longer; the flag rests on nothing in the record itself."""
    if day := record.trial.origin.gone:
        yield Flag(
            sign=Sign.GONE,
            text=f"The registry no longer gives this record (found on {day.isoformat()}). What stands here is its last "
            "version; ask the study team or the registry before you rely on it.",
        )


def past_completion(record: Record, today: datetime.date) -> Iterator[Flag]:
    status, ended = record.trial.status, _ended(record, today)
    if status and ended:
        label, date = ended
        yield Flag(
            sign=Sign.NO_LONGER_OPEN,
            text=f"The record says {status.words}, but its {label.lower()} date, {date.text}, is past. "
            "It may be out of date: ask the study whether it still takes people.",
            spans=lines(record, "Overall status", label),
        )


def _ended(record: Record, today: datetime.date) -> tuple[str, RegistryDate] | None:
    """The completion date that is past though the study takes people, or will."""
    trial = record.trial
    if trial.status is None or not (trial.status.open or trial.status.may_open):
        return None
    dates = (("Study completion", trial.completion), ("Primary completion", trial.primary_completion))
    return next(((label, date) for label, date in dates if date and date.last_day < today), None)


def not_started(record: Record, today: datetime.date) -> Iterator[Flag]:
    trial = record.trial
    start = trial.start
    if start is None or _ended(record, today):
        return
    if trial.status is Status.NOT_YET_RECRUITING and today - start.last_day > _LATE_AFTER:
        yield Flag(
            sign=Sign.NOT_STARTED,
            text=f"The record says {trial.status.words}, but its start date, {start.text}, is long past. "
            "Ask the study whether it has opened.",
            spans=lines(record, "Overall status", "Study start"),
        )
    if trial.status is Status.RECRUITING and start.first_day - today > _EARLY_BEFORE:
        yield Flag(
            sign=Sign.NOT_STARTED,
            text=f"The record says {trial.status.words}, but its start date, {start.text}, is still to come. "
            "Ask the study whether it has opened.",
            spans=lines(record, "Overall status", "Study start"),
        )


def old(record: Record, today: datetime.date) -> Iterator[Flag]:
    trial = record.trial
    updated = trial.last_updated or trial.verified
    expects_people = trial.status in (Status.RECRUITING, Status.NOT_YET_RECRUITING)
    if expects_people and updated and today - updated.last_day > _STALE_AFTER:
        yield Flag(
            sign=Sign.OLD,
            text=f"The record was last updated {updated.text}, more than two years ago. Its status may have changed: "
            "ask the study team.",
            spans=lines(record, "Overall status", "Last update posted", "Last verified"),
        )


def sites(record: Record) -> Iterator[Flag]:
    """The overall status against the status of the sites, where each site has one."""
    status, given = record.trial.status, [site.status for site in record.trial.sites]
    if status is None or not given:
        return
    if status is Status.RECRUITING and all(site in _TAKES_NOBODY for site in given):
        said, telling = "none of its sites says so", _TAKES_NOBODY
    elif status in _ENDED and any(site in _TAKES_PEOPLE for site in given):
        said, telling = "a site of it still takes people", _TAKES_PEOPLE
    else:
        return
    yield Flag(
        sign=Sign.SITES_DIFFER,
        text=f"The record says {status.words}, but {said}. Ask the study team which holds.",
        spans=(*lines(record, "Overall status"), *_sites_that_say(record, telling)),
    )


def _sites_that_say(record: Record, telling: frozenset[Status]) -> Iterator[Span]:
    """The first lines of sites with one of these statuses."""
    said = "|".join(status.replace("_", " ") for status in sorted(telling))
    found = re.finditer(rf"^.*\((?:{said})\)$", record.text(SectionName.SITES) or "", re.MULTILINE)
    for match in itertools.islice(found, _MOST_SITES):
        yield Span(section=SectionName.SITES, start=match.start(), end=match.end())


def dates(record: Record) -> Iterator[Flag]:
    """Dates of which the later one lies before the earlier one."""
    trial = record.trial
    order = (
        ("Study start", trial.start),
        ("Primary completion", trial.primary_completion),
        ("Study completion", trial.completion),
    )
    given = [(label, date) for label, date in order if date]
    for place, (first, earlier) in enumerate(given):
        for then, later in given[place + 1 :]:
            if later.last_day < earlier.first_day:
                yield Flag(
                    sign=Sign.DATES_DIFFER,
                    text=f"The record's {then.lower()} date, {later.text}, lies before its {first.lower()} date, "
                    f"{earlier.text}. Ask the study team which is right.",
                    spans=lines(record, first, then),
                )
                return
