"""The one sentence under a verdict: what the rule asks, in its own figures, and what the person said, in theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.person import wording
from bot.person.facts import Fact, Relation
from bot.person.following import equivalents
from bot.person.logic import Ground, Working
from bot.person.truth import Gap
from index.criteria.criterion import Criterion, Kind
from index.criteria.rule import Attribute, Range, Requirement, Topic

AS_WRITTEN = "This rule is kept as it is written; the study team can say how it applies."
ASKS_NOTHING = "The record sets no limit here."

_NOUNS = frozenset({Topic.LAB, Topic.PERFORMANCE_STATUS})

_GAPS = {
    Gap.NOTHING_SAID: "which {is_} not known yet",
    Gap.NOT_KNOWN: "which {is_} not known for now",
    Gap.UNSURE: "which {is_} not certain yet",
    Gap.NO_DATE: "and on when that was, which is not known yet",
    Gap.TOO_OLD: "and the value given is too old to go by",
    Gap.OTHER_UNIT: "and what was said cannot be compared with the rule",
    Gap.CONTRADICTION: "and two things that were said about it do not fit together",
}


def reason(criterion: Criterion, working: Working, about: Relation) -> str:
    """One plain sentence that can be checked against the rule and against what was said."""
    if working.truth is None:
        return _still_open(working, about) if working.open else AS_WRITTEN
    if not working.grounds:
        return ASKS_NOTHING
    facts = [ground for ground in working.grounds if not ground.finding.assumed]
    silent = [_left_unsaid(ground.finding.requirement) for ground in working.grounds if ground.finding.assumed]
    parts = [f"{_speaker(about)} {wording.listed(_said(ground, about) for ground in facts)}"] if facts else []
    parts += (
        [f"the notes say nothing of {wording.listed(silent, last='or')}, which is assumed to be absent"]
        if silent
        else []
    )
    return f"{_asks(criterion, working)}; {' and '.join(parts)}."


def _left_unsaid(requirement: Requirement) -> str:
    name = wording.name(requirement.attribute)
    return name if requirement.range is None else f"such a {name}"


def assumed_absent(names: Sequence[str]) -> str:
    return f"The notes say nothing of {wording.listed(names, last='or')}, so this is assumed not to apply."


def not_for_them(working: Working, about: Relation) -> str:
    topics = wording.listed(
        wording.name(attribute) for attribute in _attributes(working) if attribute.topic is not Topic.SEX
    )
    said = f"{_speaker(about)} {_said(working.grounds[0], about)}"
    return f"This rule is about {topics}; {said}, so it does not apply."


def _still_open(working: Working, about: Relation) -> str:
    open_ = [ground.finding for ground in working.grounds]
    needs = [wording.name(attribute) for attribute in working.needs]
    is_ = "are" if len(needs) > 1 else "is"
    gap = next(
        (finding.gap for finding in open_ if finding.gap is not Gap.NOTHING_SAID and finding.gap), Gap.NOTHING_SAID
    )
    pointed = next(
        (finding.fact for finding in open_ if finding.gap is gap and finding.fact and finding.fact.quote), None
    )
    quote = f"; {_speaker(about)} “{pointed.quote}”" if pointed and gap is not Gap.NOT_KNOWN else ""
    return f"This depends on {wording.listed(needs)}, {_GAPS[gap].format(is_=is_)}{quote}."


def _attributes(working: Working) -> list[Attribute]:
    return [ground.finding.requirement.attribute for ground in working.grounds]


# --- the rule's side


def _asks(criterion: Criterion, working: Working) -> str:
    grounds = working.grounds
    numbers_only = all(ground.finding.requirement.attribute.topic in _NOUNS for ground in grounds)
    inclusion = criterion.kind is Kind.INCLUSION
    parts = [_phrase(criterion, ground, bare=numbers_only and inclusion) for ground in grounds]
    joined = wording.listed(parts, last="and" if working.truth else "or")
    if not inclusion:
        only = " only" if working.sufficed and not working.truth else ""
        return f"This rule would keep out{only} people {joined}"
    if working.sufficed and working.truth:
        return f"One way to meet this rule is {joined}" if numbers_only else f"This rule has room for people {joined}"
    return f"Needs {joined}" if numbers_only else f"This rule asks for people {joined}"


def _phrase(criterion: Criterion, ground: Ground, bare: bool) -> str:
    requirement = ground.finding.requirement
    written = _written(criterion, requirement)
    phrase = _what(requirement, ground.negated, criterion.text)
    if requirement.attribute.topic in _NOUNS and not bare:
        phrase = f"with {phrase}"
    if requirement.range is None or not written:
        return phrase
    figures = wording.numbers_in(phrase.replace(wording.unit_name(requirement.range.unit), ""))
    return phrase if figures <= wording.numbers_in(written) else f"{phrase} (written “{written}”)"


def _written(criterion: Criterion, requirement: Requirement) -> str:
    """The rule's own words for a requirement."""
    start, end = requirement.start - criterion.start, requirement.end - criterion.start
    return " ".join(criterion.text[start:end].split()) if 0 <= start < end <= len(criterion.text) else ""


def _what(requirement: Requirement, negated: bool, text: str) -> str:
    """What a requirement asks, or its opposite; a time by the number that stands in the criterion's `text`."""
    topic, limits, value = requirement.attribute.topic, requirement.range, requirement.value
    name, subject = wording.name(requirement.attribute), wording.subject(requirement.attribute)
    if limits is not None and topic is Topic.AGE:
        return f"who are {_limits(limits, negated, _AGED, wording.years)}"
    if limits is not None:
        return f"{_article(name)} {_limits(limits, negated, _MEASURED, lambda v: wording.amount(v, limits.unit))}"
    if isinstance(value, str):
        verb = ("live in", "do not live in") if topic is Topic.PLACE else ("are", "are not")
        return f"who {verb[negated]} {value}"
    clause = wording.words().topics[topic].who[negated is (value is not False)].format(x=subject)
    window = requirement.within_days
    if window is None:
        return clause
    if window <= 1:
        return f"{clause} at the time of joining"
    return f"{clause} in the {wording.days(window, text).removeprefix('1 ')} before joining"


def _article(name: str) -> str:
    if not name.endswith(("count", "level", "score", "rate (eGFR)", "index (BMI)", "interval)")):
        return name
    return f"{'an' if name[0] in 'aeioAEIO' else 'a'} {name}"


class _Compare(NamedTuple):
    at_least: str
    above: str
    at_most: str
    below: str
    between: str
    exactly: str


_MEASURED = _Compare("of at least {}", "above {}", "of at most {}", "below {}", "of {} to {}", "of {}")
_AGED = _Compare("at least {} old", "older than {}", "at most {} old", "younger than {}", "{} to {} old", "{} old")


def _limits(limits: Range, negated: bool, compare: _Compare, show: Callable[[float], str]) -> str:
    """A range in words, or all that lies outside it."""
    low, high = limits.low, limits.high
    if low is not None and high is not None and limits.low_included and limits.high_included and not negated:
        return _from_to(show(low), show(high), compare)
    parts = []
    if low is not None:
        inside = compare.at_least if limits.low_included else compare.above
        outside = compare.below if limits.low_included else compare.at_most
        parts.append((outside if negated else inside).format(show(low)))
    if high is not None:
        inside = compare.at_most if limits.high_included else compare.below
        outside = compare.above if limits.high_included else compare.at_least
        parts.append((outside if negated else inside).format(show(high)))
    return wording.listed(parts, last="or" if negated else "and") if parts else "of any value"


def _from_to(low: str, high: str, compare: _Compare) -> str:
    """10 to 20 g/L, 2 months to 20 years; the unit once where both have the same."""
    if low == high:
        return compare.exactly.format(low)
    figure, _, unit = low.partition(" ")
    return compare.between.format(figure if unit and high.endswith(f" {unit}") else low, high)


# --- the person's side


def _speaker(about: Relation) -> str:
    return "the notes say" if about is Relation.PATIENT else "you said"


def _said(ground: Ground, about: Relation) -> str:
    fact, requirement = ground.finding.fact, ground.finding.requirement
    assert fact is not None, "a decided requirement rests on a fact"
    words = wording.address(about)
    if fact.attribute.topic is Topic.SEX and not fact.quote:
        return f"this is about {words['who']}"
    if isinstance(fact.value, bool):
        said = wording.words().topics[fact.attribute.topic].said[fact.value is False]
        clause = said.format(x=wording.subject(fact.attribute), **words)
        return clause + _when(fact)
    if isinstance(fact.value, str):
        return f"“{fact.quote}”"
    return f"“{fact.quote}”{_which_is(fact, requirement)}"


def _when(fact: Fact) -> str:
    if fact.value is False or fact.days_ago is None:
        return ""
    return f" {wording.days(fact.days_ago, fact.quote)} ago" if fact.days_ago >= 1 else " (now)"


def _which_is(fact: Fact, requirement: Requirement) -> str:
    """The value in the rule's unit, where the person's own words give another figure."""
    if isinstance(fact.value, bool) or not isinstance(fact.value, int | float):
        return ""
    scale = requirement.attribute.subject
    if fact.attribute != requirement.attribute and fact.attribute.topic is Topic.PERFORMANCE_STATUS:
        same = [wording.number(value) for value in sorted(equivalents(fact.attribute.subject, fact.value))]
        return f", which goes with {'ECOG' if scale == 'ecog' else 'Karnofsky'} {wording.listed(same, last='or')}"
    if stated_in_quote(fact):
        return ""
    value = wording.years(fact.value) if fact.attribute.topic is Topic.AGE else wording.amount(fact.value, fact.unit)
    return f", which is {value}"


def stated_in_quote(fact: Fact) -> bool:
    """Whether the quote holds the fact's figure itself, and not one that it was worked out from."""
    if isinstance(fact.value, bool) or not isinstance(fact.value, int | float):
        return True
    return any(abs(figure - fact.value) < 1e-6 * max(1.0, abs(fact.value)) for figure in wording.numbers_in(fact.quote))
