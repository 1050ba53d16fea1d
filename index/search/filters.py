"""What a trial must be to be offered, as limits on the record's fields; each can say how many trials it leaves out.

A field that a record does not give never leaves the trial out: not given is unknown, and unknown is not no.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, Table, and_, exists, func, not_, or_, select

from index.search.places import Circle, parts
from index.store.records import Records
from index.store.tables import PHASES, SITES, TRIALS
from index.trial import Frozen
from index.vocabulary import Phase, Sex, Status, StudyType

_WITH_ARTICLE = frozenset(
    {"united states", "united kingdom", "netherlands", "philippines", "united arab emirates", "czech republic"}
)

_OTHER_TYPES = {
    frozenset({StudyType.INTERVENTIONAL, StudyType.EXPANDED_ACCESS}): "that only observe",
    frozenset({StudyType.INTERVENTIONAL}): "that test no treatment",
    frozenset({StudyType.OBSERVATIONAL}): "that do not only observe",
    frozenset({StudyType.EXPANDED_ACCESS}): "that are trials, not access outside one",
}  # those asked for -> the others in words


def with_article(place: str | None) -> str:
    """A place as it stands in a sentence: the United States, France."""
    return f"the {place}" if (place or "").lower() in _WITH_ARTICLE else place or ""


def listed_places(places: Iterable[str]) -> str:
    """France, Spain or the Netherlands."""
    *some, last = [with_article(place) for place in places] or [""]
    return f"{', '.join(some)} or {last}" if some else last


class Filters(Frozen):
    """All limits hold together; an empty one does not limit."""

    statuses: tuple[Status, ...] = ()  # those in which people may join also leave out sites that take nobody
    phases: tuple[Phase, ...] = ()
    study_types: tuple[StudyType, ...] = ()
    drug: bool | None = None  # whether a drug, a vaccine or a gene is given
    age: float | None = None  # years
    sex: Sex | None = None
    place: str | tuple[str, ...] | None = None  # a country, state or city, as the record spells it; of several, any
    near: Circle | None = None
    healthy_volunteers: bool | None = None
    posted_since: datetime.date | None = None  # the first day that counts
    updated_since: datetime.date | None = None

    @property
    def places(self) -> tuple[str, ...]:
        return (self.place,) if isinstance(self.place, str) and self.place else tuple(self.place or ())

    def limits(self) -> Iterator[tuple[str, ColumnElement[bool]]]:
        """(in words, condition) of each limit that is set."""
        yield from self._of_the_study()
        yield from self._of_people()
        yield from self._of_places()
        for words, column, since in (
            ("first posted before", TRIALS.c.posted, self.posted_since),
            ("not updated since", TRIALS.c.updated, self.updated_since),
        ):
            if since:
                yield f"{words} {day_words(since)}", or_(column.is_(None), column >= since)

    def _of_the_study(self) -> Iterator[tuple[str, ColumnElement[bool]]]:
        if self.statuses:
            words = "not recruiting now" if all(status.open for status in self.statuses) else "not open to new people"
            yield words, or_(TRIALS.c.status.in_(self.statuses), TRIALS.c.status.is_(None))
        if self.phases:
            may_have_one = or_(TRIALS.c.study_type.is_(None), TRIALS.c.study_type != StudyType.OBSERVATIONAL)
            yield "of another phase", _none_or_some(PHASES, PHASES.c.phase.in_(self.phases)) & may_have_one
        if self.study_types:
            words = _OTHER_TYPES.get(frozenset(self.study_types), "of another study type")
            yield words, or_(TRIALS.c.study_type.in_(self.study_types), TRIALS.c.study_type.is_(None))
        if self.drug is not None:
            words = "without a drug" if self.drug else "with a drug"
            yield words, or_(TRIALS.c.drug.is_(self.drug), TRIALS.c.drug.is_(None))

    def _of_people(self) -> Iterator[tuple[str, ColumnElement[bool]]]:
        if self.age is not None:
            low = or_(TRIALS.c.minimum_age.is_(None), TRIALS.c.minimum_age <= self.age)
            high = or_(TRIALS.c.too_old_from.is_(None), TRIALS.c.too_old_from > self.age)
            yield "for other ages", low & high
        if self.sex in (Sex.FEMALE, Sex.MALE):
            yield "for the other sex", or_(TRIALS.c.sex.is_(None), TRIALS.c.sex.in_([Sex.ALL, self.sex]))
        if self.healthy_volunteers:
            yield (
                "not for healthy volunteers",
                or_(TRIALS.c.healthy_volunteers.is_(True), TRIALS.c.healthy_volunteers.is_(None)),
            )

    def _of_places(self) -> Iterator[tuple[str, ColumnElement[bool]]]:
        joining = bool(self.statuses) and all(status.open or status.may_open for status in self.statuses)
        takes = [or_(SITES.c.closed.is_(None), SITES.c.closed.is_(False))] if joining else []
        a_site = "a site that takes people" if joining else "a site"
        if self.places:
            lies_there = or_(*(and_(*_lies_in(place)) for place in self.places))
            yield f"without {a_site} in {listed_places(self.places)}", _none_or_some(SITES, lies_there, *takes)
        if self.near:
            yield f"without {a_site} {self.near.words}", or_(_some_site(self.near.holds(), *takes), not_(located()))

    def without_each(self) -> Iterator[tuple[str, str, Filters]]:
        """(field, words, these limits without it) for each limit that is set."""
        words = [words for words, _ in self.limits()]
        for name, field in type(self).model_fields.items():
            without = self.model_copy(update={name: field.default})
            still = {words for words, _ in without.limits()}
            if gone := [one for one in words if one not in still]:
                yield name, gone[0], without

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


def located() -> ColumnElement[bool]:
    """The trial has a site whose coordinates are known; of any other its distance is unknown."""
    return _some_site(SITES.c.x.is_not(None))


def _some_site(*matches: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(SITES).where(SITES.c.trial_id == TRIALS.c.id, *matches))


def day_words(day: datetime.date) -> str:
    """1 March 2026."""
    return f"{day.day} {day:%B %Y}"


def _none_or_some(table: Table, *matches: ColumnElement[bool]) -> ColumnElement[bool]:
    """The trial has a row that matches, or no row at all: then the record does not give it."""
    rows = select(table).where(table.c.trial_id == TRIALS.c.id)
    return or_(exists(rows.where(*matches)), not_(exists(rows)))


def _lies_in(place: str) -> list[ColumnElement[bool]]:
    return [or_(SITES.c.country == part, SITES.c.state == part, SITES.c.city == part) for part in parts(place)]
