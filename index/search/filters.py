"""What a trial must be to be offered, as limits on the record's fields; each can say how many trials it leaves out.

A field that a record does not give never leaves the trial out: not given is unknown, and unknown is not no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, Table, exists, func, not_, or_, select

from index.store.records import Records
from index.store.tables import PHASES, SITES, TRIALS
from index.trial import Frozen
from index.vocabulary import Phase, Sex, Status, StudyType

_WITH_ARTICLE = frozenset(
    {"united states", "united kingdom", "netherlands", "philippines", "united arab emirates", "czech republic"}
)


def with_article(place: str | None) -> str:
    """A place as it stands in a sentence: the United States, France."""
    return f"the {place}" if (place or "").lower() in _WITH_ARTICLE else place or ""


class Filters(Frozen):
    """All limits hold together; an empty one does not limit."""

    statuses: tuple[Status, ...] = ()
    phases: tuple[Phase, ...] = ()
    study_type: StudyType | None = None
    age: float | None = None  # years
    sex: Sex | None = None
    place: str | None = None  # a country, state or city, as the record spells it, in any case
    healthy_volunteers: bool | None = None

    def limits(self) -> Iterator[tuple[str, ColumnElement[bool]]]:
        """(in words, condition) of each limit that is set."""
        if self.statuses:
            yield "not open to new people", or_(TRIALS.c.status.in_(self.statuses), TRIALS.c.status.is_(None))
        if self.phases:
            may_have_one = or_(TRIALS.c.study_type.is_(None), TRIALS.c.study_type != StudyType.OBSERVATIONAL)
            yield "of another phase", _none_or_some(PHASES, PHASES.c.phase.in_(self.phases)) & may_have_one
        if self.study_type:
            yield "of another study type", or_(TRIALS.c.study_type == self.study_type, TRIALS.c.study_type.is_(None))
        if self.age is not None:
            low = or_(TRIALS.c.minimum_age.is_(None), TRIALS.c.minimum_age <= self.age)
            high = or_(TRIALS.c.too_old_from.is_(None), TRIALS.c.too_old_from > self.age)
            yield "for other ages", low & high
        if self.sex in (Sex.FEMALE, Sex.MALE):
            yield "for the other sex", or_(TRIALS.c.sex.is_(None), TRIALS.c.sex.in_([Sex.ALL, self.sex]))
        if self.place:
            yield f"without a site in {with_article(self.place)}", _none_or_some(SITES, *_lies_in(self.place))
        if self.healthy_volunteers:
            yield (
                "not for healthy volunteers",
                or_(TRIALS.c.healthy_volunteers.is_(True), TRIALS.c.healthy_volunteers.is_(None)),
            )

    def allowed(self, records: Records, candidates: Iterable[str] | None = None) -> frozenset[str]:
        """The ids of the trials that pass every limit, of all or of `candidates`."""
        query = select(TRIALS.c.id).where(*(condition for _, condition in self.limits()))
        if candidates is not None:
            query = query.where(TRIALS.c.id.in_(list(candidates)))
        with records.reading() as connection:
            return frozenset(connection.scalars(query))

    def left_out(self, records: Records, candidates: Iterable[str]) -> tuple[tuple[str, int], ...]:
        """How many of `candidates` each limit leaves out by itself; limits that leave out none are not named."""
        among = TRIALS.c.id.in_(list(candidates))
        counts = []
        with records.reading() as connection:
            for words, condition in self.limits():
                out = connection.scalar(select(func.count()).select_from(TRIALS).where(among, not_(condition)))
                counts.append((words, int(out or 0)))
        return tuple((words, count) for words, count in counts if count)


def _none_or_some(table: Table, *matches: ColumnElement[bool]) -> ColumnElement[bool]:
    """The trial has a row that matches, or no row at all: then the record does not give it."""
    rows = select(table).where(table.c.trial_id == TRIALS.c.id)
    return or_(exists(rows.where(*matches)), not_(exists(rows)))


def _lies_in(place: str) -> list[ColumnElement[bool]]:
    wanted = [part.strip().lower() for part in place.split(",") if part.strip()]
    return [or_(SITES.c.country == part, SITES.c.state == part, SITES.c.city == part) for part in wanted]
