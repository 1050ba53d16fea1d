"""Why not this trial: the fewest facts that would have to be otherwise, over the whole tree of its rules."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from itertools import islice, product
from typing import NamedTuple

from bot.person import wording
from bot.person.eligibility import Standing
from bot.person.facts import Fact, Profile, Relation
from bot.person.following import find
from bot.person.margins import Miss, missed_by
from bot.person.truth import Finding, Known
from index.criteria.criterion import Criterion, Kind
from index.criteria.rule import AllOf, AnyOf, Attribute, Not, Requirement, Rule, Topic
from index.trial import Frozen

_MOST_WAYS = 32
"""Ways that are followed at once; the shortest ones where there are more."""


class Place(Frozen):
    """Where a rule that is missed stands: the smallest criterion around it, and the words of the section."""

    criterion_id: str
    requirement: Requirement


class Obstacle(Frozen):
    """One fact that stands in the way, the rules that it misses, and what would have to be so instead."""

    fact: Fact
    places: tuple[Place, ...]
    needed: str
    missed_by: tuple[Miss, ...] = ()


class WhyNot(Frozen):
    """`obstacles`: the smallest set found; empty beside `rules` if no change of facts clears these.

    `rules`: all top-level rules that speak against the person.

    `needs`: facts that are not known besides; `as_written`: rules that only the study team can apply.
    """

    trial_id: str
    rules: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]
    needs: tuple[Attribute, ...]
    open_questions: tuple[str, ...]
    as_written: tuple[str, ...]


class _Missed(NamedTuple):
    criterion_id: str
    finding: Finding

    @property
    def key(self) -> tuple[str, str]:
        """Two rules that the same fact misses in the same direction are put right by one change."""
        fact, limits = self.finding.fact, self.finding.requirement.range
        assert fact is not None, "a decided requirement rests on a fact"
        if limits is None or not isinstance(fact.value, int | float):
            return fact.attribute.key, str(fact.value)
        upwards = limits.low is not None and fact.value <= limits.low
        return fact.attribute.key, "up" if upwards is (self.finding.truth is False) else "down"


class _Way(NamedTuple):
    """What has to change for a rule to come out well, and how much that is not known has to turn out well besides.

    `keeps`: yes-or-no facts that have to stay as they are.
    """

    changes: frozenset[_Missed] = frozenset()
    unknown: int = 0
    keeps: frozenset[str] = frozenset()

    @property
    def keys(self) -> frozenset[tuple[str, str]]:
        return frozenset(change.key for change in self.changes)

    @property
    def cost(self) -> tuple[int, int, int, int]:
        """Fewest facts first; among these what may change by itself; then what needs the least luck."""
        fixed = {change.key for change in self.changes if not _may_change(change.finding)}
        return len(self.keys), len(fixed), self.unknown, len(self.changes)


def why_not(
    trial_id: str, criteria: Sequence[Criterion], profile: Profile, standing: Standing, today: datetime.date
) -> WhyNot:
    """`criteria` with those of the registry's fields; `standing` is how the trial stands for this profile."""
    known = Known.of(profile)
    against = [one for one in criteria if one.id in standing.problems and one.rule is not None]
    ways: tuple[_Way, ...] = (_Way(),)
    for criterion in against:
        assert criterion.rule is not None, "a rule that speaks against somebody was read"
        ways = _together((ways, _ways(criterion.rule, criterion.kind is Kind.INCLUSION, criterion.id, known))) or ways
    best = min(ways, key=lambda way: way.cost, default=_Way())
    verdicts = {verdict.criterion_id: verdict for verdict in standing.verdicts}
    needs = [need for one in standing.open_questions for need in verdicts[one].needs]
    return WhyNot(
        trial_id=trial_id,
        rules=standing.problems,
        obstacles=_obstacles(best, criteria, profile.about, today),
        needs=tuple(dict.fromkeys(needs)),
        open_questions=standing.open_questions,
        as_written=standing.as_written,
    )


# --- the ways through a rule


def _ways(rule: Rule, wanted: bool, criterion_id: str, known: Known) -> tuple[_Way, ...]:
    """How a rule could come out as wanted, or stay open; none where no change of a fact can bring that about."""
    match rule:
        case Requirement():
            finding = find(rule, known)
            if finding.truth is None:
                return (_Way(unknown=1),)
            return (_kept(finding),) if finding.truth is wanted else _changed(_Missed(criterion_id, finding))
        case Not(of=inner):
            return _ways(inner, not wanted, criterion_id, known)
        case AllOf(of=parts) | AnyOf(of=parts):
            each = [_ways(part, wanted, criterion_id, known) for part in parts]
            if isinstance(rule, AllOf) is wanted:
                return _together(each)
            return _shortest(way for ways in each for way in ways)
        case _:
            return (_Way(unknown=1),)


def _kept(finding: Finding) -> _Way:
    fact = finding.fact
    return _Way(keeps=frozenset({fact.attribute.key}) if fact and isinstance(fact.value, bool) else frozenset())


def _changed(missed: _Missed) -> tuple[_Way, ...]:
    return (_Way(frozenset({missed})),) if missed.finding.fact is not None else ()


def _together(each: Iterable[Sequence[_Way]]) -> tuple[_Way, ...]:
    """All of them have to come out well."""
    joined: tuple[_Way, ...] = (_Way(),)
    for ways in each:
        both = (
            _Way(one.changes | other.changes, one.unknown + other.unknown, one.keeps | other.keeps)
            for one, other in product(joined, ways)
        )
        joined = _shortest(way for way in both if way.keeps.isdisjoint(key for key, _ in way.keys))
    return joined


def _shortest(ways: Iterable[_Way]) -> tuple[_Way, ...]:
    """Without those that ask for all that another asks for, and more."""
    kept: list[_Way] = []
    for way in sorted(ways, key=lambda way: way.cost):
        if not any(_asks_less(other, way) for other in kept):
            kept.append(way)
    return tuple(islice(kept, _MOST_WAYS))


def _asks_less(one: _Way, other: _Way) -> bool:
    return one.keys <= other.keys and one.unknown <= other.unknown and one.keeps <= other.keeps


_CHANGING = frozenset({Topic.LAB, Topic.MEDICATION, Topic.CONTRACEPTION, Topic.LIFESTYLE, Topic.PERFORMANCE_STATUS})


def _may_change(finding: Finding) -> bool:
    """A laboratory value may change, a medicine be stopped and a time window pass; an age and a history stay."""
    return finding.requirement.attribute.topic in _CHANGING or finding.requirement.within_days is not None


# --- what stands in the way, in words


def _obstacles(way: _Way, criteria: Sequence[Criterion], about: Relation, today: datetime.date) -> tuple[Obstacle, ...]:
    places = {one.id: place for place, one in enumerate(criteria)}
    by_key: dict[tuple[str, str], list[_Missed]] = {}
    for change in sorted(
        way.changes, key=lambda one: (places[one.criterion_id], one.finding.requirement.start, one.key)
    ):
        by_key.setdefault(change.key, []).append(change)
    return tuple(_obstacle(same, criteria, about, today) for same in by_key.values())


def _obstacle(
    same: Sequence[_Missed], criteria: Sequence[Criterion], about: Relation, today: datetime.date
) -> Obstacle:
    fact = same[0].finding.fact
    assert fact is not None, "a decided requirement rests on a fact"
    misses = [miss for one in same if (miss := missed_by(one.finding, today))]
    misses = list({miss.text: miss for miss in misses}.values())
    needed = [_needed(one.finding, fact, about) for one in same if missed_by(one.finding, today) is None]
    return Obstacle(
        fact=fact,
        places=tuple(Place(criterion_id=_smallest(one, criteria), requirement=one.finding.requirement) for one in same),
        needed="; ".join(dict.fromkeys([*needed, *(miss.needed for miss in misses)])),
        missed_by=tuple(misses),
    )


def _smallest(missed: _Missed, criteria: Sequence[Criterion]) -> str:
    """The id of the smallest part of the rule that the requirement stands in."""
    start, end = missed.finding.requirement.start, missed.finding.requirement.end
    parts = [
        one for one in criteria if one.id.startswith(f"{missed.criterion_id}.") and one.start <= start < end <= one.end
    ]
    return min(parts, key=lambda one: one.end - one.start).id if parts else missed.criterion_id


def _needed(finding: Finding, fact: Fact, about: Relation) -> str:
    """What would have to be true of the person; for a number or a time the limit says it."""
    requirement, wanted = finding.requirement, finding.truth is False
    name = wording.name(requirement.attribute)
    if isinstance(requirement.value, str):
        return f"{name} {'' if wanted else 'not '}{requirement.value}"
    if requirement.range is not None:
        return f"{name} {'inside' if wanted else 'outside'} the limits"
    holds = wanted is (requirement.value is not False)
    derived = isinstance(fact.value, bool) and fact.attribute.topic is not Topic.HEALTHY_VOLUNTEER
    attribute = fact.attribute if derived and not holds else requirement.attribute
    said = wording.words().topics[attribute.topic].said[0 if holds else 1]
    return said.format(x=wording.subject(attribute), **wording.address(about)) or f"{name} otherwise"
