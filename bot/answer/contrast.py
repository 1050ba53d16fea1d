"""How one trial differs from another, in one sentence of what the fields of both records say; never which is better.

A field that either record does not give tells nothing, so it is not compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from bot.answer.facets import lines_of
from bot.answer.given import MOST_NAMES, given, some
from bot.answer.plain import plain
from bot.answer.schema import DraftClaim, Place
from index.record import Record
from index.search.filters import with_article
from index.trial import AgeLimit, SectionName, Span, Trial
from index.vocabulary import Phase, Sex, Status, StudyType

_MOST_POINTS = 3
_LONGEST = 300  # characters of the sentence
_OLDEST = 99.0  # years; a higher limit keeps nobody out
_FAR = 10.0  # years between two limits that tell something
_ADULT = 18.0  # years
_SAME_AGE = 0.02  # years; 12 months are 1 year

# How telling a point is; the lowest comes first.
_KIND, _ABOUT, _GIVEN, _OPEN, _PEOPLE, _PHASE, _WHERE, _DESIGN, _SLIGHT = range(9)


class Compared(NamedTuple):
    """A field that both records give, and where each does. `words`: how the other differs; empty where it does not."""

    field: str
    spans: tuple[Sequence[Span | None], Sequence[Span | None]]
    words: str = ""
    telling: int = _SLIGHT


Compare = Callable[[Record, Record], Compared | None]
_T = TypeVar("_T")


def difference(one: Record, other: Record) -> DraftClaim:
    """How `other` differs from `one`: at most three points, the most telling first, each over the lines of both."""
    compared = [found for compare in _FIELDS if (found := compare(one, other))]
    points = sorted((found for found in compared if found.words), key=lambda found: found.telling)[:_MOST_POINTS]
    while len(text := _sentence(one.trial, other.trial, points)) >= _LONGEST and len(points) > 1:
        points.pop()
    if not points:
        text = _alike(one.trial, other.trial, compared)
    shown = points or compared or [Compared("", _lines(one, other, "Identifier"))]
    return DraftClaim(text=plain(text), places=tuple(dict.fromkeys(_places(one, other, shown))))


def _sentence(one: Trial, other: Trial, points: Sequence[Compared]) -> str:
    words = "; ".join(point.words for point in points)
    return f"Compared with {one.id}, {other.id} {words}" + ("" if words.endswith("…") else ".")


def _alike(one: Trial, other: Trial, compared: Sequence[Compared]) -> str:
    fields = [found.field for found in compared]
    if not fields:
        return f"The records of {other.id} and {one.id} give nothing that can be compared."
    named = " or ".join((", ".join(fields[:-1]), fields[-1])) if len(fields) > 1 else fields[0]
    return f"{other.id} does not differ from {one.id} in {named}."


def _places(one: Record, other: Record, shown: Iterable[Compared]) -> Iterator[Place]:
    for found in shown:
        for record, spans in zip((one, other), found.spans, strict=True):
            for span in filter(None, spans):
                yield Place(trial_id=record.trial.id, **span.model_dump())


def _lines(
    one: Record, other: Record, *labels: str, section: SectionName = SectionName.RECORD
) -> tuple[list[Span | None], list[Span | None]]:
    first, second = ([record.line(label, section) for label in labels] for record in (one, other))
    return first, second


# --- what kind of study, about what, and what is given


_KINDS = {
    StudyType.INTERVENTIONAL: ("tests a treatment or other care", "testing a treatment or other care"),
    StudyType.OBSERVATIONAL: ("only observes people", "only observing people"),
    StudyType.EXPANDED_ACCESS: ("gives access outside a trial", "giving access outside a trial"),
}


def _kind(here: StudyType, there: StudyType) -> str:
    return f"{_KINDS[here][0]} instead of {_KINDS[there][1]}"


def _about(one: Record, other: Record) -> Compared | None:
    """Only where the MeSH terms of both say that the conditions are others: names alone are spelled in many ways."""
    here, there = _terms(other.trial), _terms(one.trial)
    broad = {*one.trial.condition_ancestors, *other.trial.condition_ancestors}
    if not (here and there) or here & (there | broad) or there & broad:
        return None
    new, old = (some(map(plain, record.trial.conditions)) for record in (other, one))
    spans = _lines(one, other, "Conditions", "Condition terms (MeSH)")
    return Compared("what it is about", spans, f"is about {new} instead of {old}", _ABOUT)


def _terms(trial: Trial) -> frozenset[str]:
    """The MeSH terms that stand above no other of its own."""
    return frozenset(trial.condition_mesh) - frozenset(trial.condition_ancestors)


def _given(one: Record, other: Record) -> Compared | None:
    words = given(one.trial, other.trial)
    spans = _lines(one, other, "Study type", "Interventions")
    if one.trial.interventions:
        spans = _lines(one, other, "Interventions")
    return None if words is None else Compared("what is given", spans, words, _GIVEN)


# --- the state, the people, the phase, the places


def _status(one: Record, other: Record) -> Compared | None:
    here, there = other.trial.status, one.trial.status
    if here is None or there is None or one.trial.origin.gone or other.trial.origin.gone:
        return None
    words = f"has the status {_state(here)} instead of {_state(there)}" if here is not there else ""
    telling = _OPEN if here.open is not there.open else _SLIGHT
    return Compared("status", _lines(one, other, "Overall status"), words, telling)


def _state(status: Status) -> str:
    return status.words.partition(" (")[0].replace(",", " and")


_SEXES = {Sex.ALL: "any sex", Sex.FEMALE: "female people only", Sex.MALE: "male people only"}


def _sex(here: Sex, there: Sex) -> str:
    return f"takes {_SEXES[here]} instead of {_SEXES[there]}"


def _healthy(here: bool, _: bool) -> str:
    return f"takes {'' if here else 'no '}healthy volunteers"


def _ages(one: Record, other: Record) -> Compared | None:
    here, there = _Ages.of(other.trial), _Ages.of(one.trial)
    if here == _Ages() or there == _Ages():
        return None
    spans = _lines(one, other, "Minimum age", "Maximum age")
    bounds = list(zip(here.years, there.years, strict=True))
    if all(abs(mine - theirs) < _SAME_AGE for mine, theirs in bounds):
        return Compared("ages", spans) if here == there else None
    far = any(abs(mine - theirs) >= _FAR or (mine < _ADULT) is not (theirs < _ADULT) for mine, theirs in bounds)
    named = not (here.in_years and there.in_years)
    words = f"takes ages {here.words(named)} instead of {there.words(named)}"
    return Compared("ages", spans, words, _PEOPLE if far else _SLIGHT)


class _Ages(NamedTuple):
    low: AgeLimit | None = None
    high: AgeLimit | None = None

    @classmethod
    def of(cls, trial: Trial) -> _Ages:
        return cls(trial.minimum_age, trial.maximum_age)

    @property
    def years(self) -> tuple[float, float]:
        return self.low.years if self.low else 0.0, min(self.high.years, _OLDEST) if self.high else _OLDEST

    @property
    def in_years(self) -> bool:
        return all("year" in limit.text.lower() for limit in self if limit)

    def words(self, named: bool) -> str:
        """18 to 65; 18 and over. `named`: with the units, as in 6 months to 2 years."""
        low, high = (limit.text.lower() if limit else "" for limit in self)
        same_unit = low.rstrip("s").split()[1:] == high.rstrip("s").split()[1:]
        if not named or same_unit:
            low = low.partition(" ")[0]
        if not named:
            high = high.partition(" ")[0]
        return f"{low} to {high}" if low and high else f"{low} and over" if low else f"up to {high}"


def _phase(here: tuple[Phase, ...], there: tuple[Phase, ...]) -> str:
    is_in = "has" if here == (Phase.NOT_APPLICABLE,) else "is in"
    return f"{is_in} {_phases(here)} instead of {_phases(there)}"


def _phases(phases: Sequence[Phase]) -> str:
    return " and ".join(phase.words for phase in phases).partition(" (")[0]


def _where(one: Record, other: Record) -> Compared | None:
    here, there = _countries(other), _countries(one)
    if not here or not there:
        return None
    new, old = [name for name in here if name not in there], [name for name in there if name not in here]
    these, those, only = (some(map(with_article, names)) for names in (new, old, here))
    if not new:
        only = f"has sites only in {only}" if len(here) == 1 else f"lists no site in {those}"
        words = only if old else ""
    elif len(new) < len(here):
        words = f"also has sites in {these}" + (f", but lists none in {those}" if old else "")
    else:
        words = f"has sites in {these} instead of {those}"
    spans = [there[name] for name in (old or there)][:MOST_NAMES], [here[name] for name in (new or here)][:MOST_NAMES]
    return Compared("countries", spans, words, _WHERE)


def _countries(record: Record) -> dict[str, Span]:
    """Each country with sites, those with most first, and the line of its first site."""
    lines = lines_of(SectionName.SITES, record.text(SectionName.SITES) or "")
    counted = Counter(site.country for site in record.trial.sites if site.country)
    found = {}
    for name, _ in counted.most_common():
        ends = re.compile(rf"{re.escape(name)}(?: \([A-Z ]+\))?$")
        if span := next((line for line in lines if ends.search(record.quote(line))), None):
            found[name] = span
    return found


def _by_chance(trial: Trial) -> bool | None:
    return None if trial.design.allocation is None else trial.design.allocation == "RANDOMIZED"


def _chance(here: bool, _: bool) -> str:
    return f"is {'' if here else 'not '}randomised"


def _placebo(one: Record, other: Record) -> Compared | None:
    """Only where one record lists a placebo, and the other lists what it gives and nowhere speaks of one."""
    here, there = _placebo_line(other), _placebo_line(one)
    spans = [there or one.line("Interventions")], [here or other.line("Interventions")]
    without = one if here else other
    observes = StudyType.OBSERVATIONAL in (one.trial.study_type, other.trial.study_type)
    if observes or (here is None) == (there is None) or None in (*spans[0], *spans[1]) or _speaks_of_placebo(without):
        return None
    return Compared("placebo", spans, "uses a placebo" if here else "lists no placebo", _DESIGN)


_PLACEBO = re.compile(r"\bplacebos?\b", re.IGNORECASE)


def _placebo_line(record: Record) -> Span | None:
    interventions = record.line("Interventions")
    lines = [interventions] if interventions else []
    lines += lines_of(SectionName.ARMS, record.text(SectionName.ARMS) or "") if record.trial.arms else []
    return next((line for line in lines if _PLACEBO.search(record.quote(line))), None)


def _speaks_of_placebo(record: Record) -> bool:
    return any(_PLACEBO.search(section.text) for section in record.sections)


def _field(
    field: str,
    label: str,
    read: Callable[[Trial], _T | None],
    words: Callable[[_T, _T], str],
    telling: int,
    section: SectionName = SectionName.RECORD,
) -> Compare:
    """Compares what `read` finds in a trial, which stands in one line. `words`: what is here, what is there -> how they
    differ.
    """

    def compare(one: Record, other: Record) -> Compared | None:
        here, there = read(other.trial), read(one.trial)
        if here is None or there is None:
            return None
        spans = _lines(one, other, label, section=section)
        return Compared(field, spans, words(here, there) if here != there else "", telling)

    return compare


_FIELDS: tuple[Compare, ...] = (
    _given,
    _field("phase", "Phase", lambda trial: trial.phases or None, _phase, _PHASE),
    _ages,
    _field("sex", "Sex", lambda trial: trial.sex, _sex, _PEOPLE),
    _field("healthy volunteers", "Healthy volunteers", lambda trial: trial.healthy_volunteers, _healthy, _PEOPLE),
    _status,
    _where,
    _field("whether it is randomised", "Allocation", _by_chance, _chance, _DESIGN, SectionName.DESIGN),
    _placebo,
    _field("the kind of study", "Study type", lambda trial: trial.study_type, _kind, _KIND),
    _about,
)
