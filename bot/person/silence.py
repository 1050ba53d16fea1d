"""What a whole clinical note is silent about, where its silence may be read: never held against the person."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from math import inf

from bot.person import kinds
from bot.person.truth import Known
from index.criteria import units
from index.criteria.concepts import concepts_in
from index.criteria.criterion import Criterion, Kind
from index.criteria.rule import AllOf, AnyOf, AsWritten, Not, Requirement, Rule, Topic, requirements_in

_PRESUMED = frozenset(
    {
        Topic.CONDITION,
        Topic.INFECTION,
        Topic.PRIOR_THERAPY,
        Topic.MEDICATION,
        Topic.ALLERGY,
        Topic.OTHER_TRIAL,
        Topic.LIFESTYLE,
        Topic.CIRCUMSTANCE,
    }
)
"""What a note would speak of if it were so; tests, results and plans may be left out of it for other reasons."""


def silent_on(requirement: Requirement, known: Known) -> bool:
    """Whether a note says nothing that could mean the subject, be a kind of it, or be what it is a kind of."""
    if known.silence is None:
        return False
    if requirement.attribute.topic is Topic.LAB:
        return _is_serious(requirement, known)
    if requirement.attribute.topic not in _PRESUMED or not isinstance(requirement.value, bool):
        return False
    return not _touched(requirement.attribute.subject, known)


@cache
def _serious() -> Mapping[str, Mapping[str, float]]:
    table = tomllib.loads(files("bot.person").joinpath("silence.toml").read_text(encoding="utf-8"))
    return {analyte: dict(limits) for analyte, limits in table["serious"].items()}


def _is_serious(requirement: Requirement, known: Known) -> bool:
    """Whether a rule asks for a result so far from the normal that a note of it would have told."""
    limits, subject = requirement.range, requirement.attribute.subject
    serious = _serious().get(subject)
    if limits is None or serious is None or known.fact(Topic.LAB, subject) is not None:
        return False
    times = limits.unit == units.ULN
    if not times and limits.unit != units.canonical_unit(subject):
        return False
    lowest, highest = serious.get("low", 0.0), serious.get("times" if times else "high", inf)
    low = not times and limits.low is None and limits.high is not None and limits.high <= lowest
    high = limits.high is None and limits.low is not None and limits.low >= highest
    return low or high


def _touched(subject: str, known: Known) -> bool:
    assert known.silence is not None, "only asked where silence counts"
    return not known.silence.touched.isdisjoint(kinds.meant_by(subject) | kinds.covered_by(subject))


_NOT_SAID_IN_NOTES = re.compile(
    r"\b(?:pregnan\w*|lactat\w*|breast-?\s?feeding|nursing|contracepti\w*|consent\w*|willing\w*|unwilling|unable"
    r"|inability|able|refus\w+|contraindicat\w*|eligib\w*|investigators?|opinion|judg\w+|expected"
    r"|anticipated|require[sd]?|abnormal\w*|tests?|tested|laborator\w+|values?|cannot"
    r"|fail(?:ure to|ed to|s to)|not)\b|\d\s*(?:%|mg|mm|g/|x\s*10|/)|[<>≤≥=]",
    re.IGNORECASE,
)
"""Words of tests, plans, wishes and judgements, on which a note is silent for other reasons."""


def unheard(criterion: Criterion, known: Known) -> tuple[str, ...]:
    """The illnesses and treatments that an exclusion names, if the note speaks of none of them; else nothing."""
    if known.silence is None or criterion.kind is not Kind.EXCLUSION or _NOT_SAID_IN_NOTES.search(criterion.text):
        return ()
    named = [mention.concept for mention in concepts_in(criterion.text)]
    if any(_touched(concept.id, known) for concept in named):
        return ()
    return tuple(dict.fromkeys(concept.id for concept in named))


_AGREEMENT = frozenset({Topic.CONSENT, Topic.COMPLIANCE})


def on_agreement(rule: Rule) -> Rule | None:
    """A rule about agreeing, less what no reader makes of it: how it is given, to whom, on what form."""
    topics = {leaf.attribute.topic for leaf in requirements_in(rule)}
    if Topic.CONSENT not in topics or not topics <= _AGREEMENT:
        return None
    return _typed(rule)


def _typed(rule: Rule) -> Rule | None:
    match rule:
        case AsWritten():
            return None
        case Not(of=inner):
            kept = _typed(inner)
            return None if kept is None else Not(of=kept)
        case AllOf(of=parts) | AnyOf(of=parts):
            kept_parts = tuple(one for part in parts if (one := _typed(part)) is not None)
            return rule.model_copy(update={"of": kept_parts}) if kept_parts else None
        case _:
            return rule
