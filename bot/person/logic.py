"""A rule worked out for a person by Kleene's strong logic: what the result rests on, what could still decide it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.person.following import find
from bot.person.truth import SEX, Finding, Known
from index.criteria.rule import AllOf, AnyOf, Attribute, Not, Requirement, Rule, Topic

Free = Callable[[Requirement, Attribute], bool]
"""Which attributes may still become known, for a requirement; all of them, unless asked otherwise."""

Path = tuple[Attribute, ...] | None
"""What would have to become known for a rule to come out so; `None` where no fact can bring it about."""


class Ground(NamedTuple):
    """A finding under a result. `negated`: the rule asks for the opposite of the requirement."""

    finding: Finding
    negated: bool = False


class Working(NamedTuple):
    """A rule's truth for a person.

    `grounds`: what is open, or what decided it: a true rule holds by all of them, a false one fails by each of them.
    `sufficed`: one part of several was enough. `to_false`, `to_true`: how an unknown rule can still come out.
    """

    truth: bool | None
    grounds: tuple[Ground, ...] = ()
    sufficed: bool = False
    to_false: Path = None
    to_true: Path = None

    @property
    def needs(self) -> tuple[Attribute, ...]:
        """The attributes that are not known and could change the result, each once."""
        wanted = (*(self.to_true or ()), *(self.to_false or ()))
        return tuple({(attribute.topic, attribute.subject): attribute for attribute in wanted}.values())

    @property
    def open(self) -> bool:
        """Whether facts alone can decide it."""
        return self.to_true is not None or self.to_false is not None


def work_out(rule: Rule, known: Known, free: Free | None = None) -> Working:
    """Raises nothing and guesses nothing: words that no rule reads stay unknown, and decide nothing by themselves."""
    match rule:
        case Requirement():
            return _leaf(find(rule, known), known, free)
        case Not(of=inner):
            return _negated(work_out(inner, known, free))
        case AllOf(of=parts):
            return _joined([work_out(part, known, free) for part in parts], every=True)
        case AnyOf(of=parts):
            return _joined([work_out(part, known, free) for part in parts], every=False)
        case _:
            return Working(None)


def _leaf(finding: Finding, known: Known, free: Free | None) -> Working:
    grounds = (Ground(finding),)
    if finding.truth is not None:
        return Working(finding.truth, grounds)
    requirement = finding.requirement
    if requirement.range is None and requirement.value is None:
        return Working(None, grounds)
    attribute = requirement.attribute
    if_not_of_men = (SEX, attribute) if known.sex is None and attribute.topic in _OF_WOMEN else (attribute,)
    ways: dict[bool, tuple[Attribute, ...]] = {True: (attribute,), False: (attribute,)}
    ways[requirement.value is False] = if_not_of_men
    return Working(
        None, grounds, to_false=_way(ways[False], requirement, free), to_true=_way(ways[True], requirement, free)
    )


_OF_WOMEN = frozenset({Topic.PREGNANCY, Topic.BREAST_FEEDING, Topic.CHILDBEARING})


def _way(attributes: tuple[Attribute, ...], requirement: Requirement, free: Free | None) -> Path:
    return tuple(one for one in attributes if free is None or free(requirement, one)) or None


def _negated(inner: Working) -> Working:
    return Working(
        truth=None if inner.truth is None else not inner.truth,
        grounds=tuple(Ground(ground.finding, not ground.negated) for ground in inner.grounds),
        sufficed=inner.sufficed,
        to_false=inner.to_true,
        to_true=inner.to_false,
    )


def _joined(parts: Sequence[Working], every: bool) -> Working:
    """All of them, or any: one false part decides the first, one true part the second, whatever the others are."""
    conclusive = not every
    for part in parts:
        if part.truth is conclusive:
            return part._replace(sufficed=part.sufficed or len(parts) > 1)
    grounds = tuple(ground for part in parts for ground in part.grounds)
    unknown = [part for part in parts if part.truth is None]
    if not unknown:
        return Working(not conclusive, grounds, sufficed=any(part.sufficed for part in parts))
    open_grounds = tuple(ground for part in unknown for ground in part.grounds)
    ways = {part_truth: [_path(part, part_truth) for part in unknown] for part_truth in (False, True)}
    by_one = [way for way in ways[conclusive] if way is not None]
    together = ways[not conclusive]
    paths = {
        conclusive: tuple(one for way in by_one for one in way) if by_one else None,
        not conclusive: tuple(one for way in together if way for one in way) if None not in together else None,
    }
    return Working(None, open_grounds, to_false=paths[False], to_true=paths[True])


def _path(part: Working, truth: bool) -> Path:
    return part.to_true if truth else part.to_false
