"""What a criterion asks of a person, read from its words: a typed rule, or none where they are not understood.

Whatever is not understood stays in the rule as written, at a place from which it cannot produce a wrong certain
verdict; where no such
place can be told, there is no rule at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.criteria.criterion import Criterion, Kind
from index.criteria.readers import demographics, infection, labs, performance, pregnancy, therapy
from index.criteria.readers.introductions import EXCEPTION, OF_A_GROUP, under
from index.criteria.readers.words import CONDITION, Words, all_of, any_of, words_of
from index.criteria.rule import AllOf, AnyOf, AsWritten, Not, Rule, Topic, requirements_in
from index.criteria.units import analytes_in

_READERS: tuple[Callable[[Words], Rule | None], ...] = (
    demographics.read,
    performance.read,
    labs.read,
    pregnancy.read,
    infection.read,
    therapy.read_other_trial,
    therapy.read,
)
_CUE = re.compile(
    r"\d|\buln\b|upper limit|\b(?:fe)?males?\b|\b(?:wo)?m[ae]n\b|healthy|pregnan|lactat|feeding|nursing"
    r"|\bhiv\b|\baids\b|immun[eo]|hepatitis|tubercul|\btb\b|\bh[bc]v\b|\btrials?\b|\bstud(?:y|ies)\b"
    r"|\b(?:prior|previous\w*|past|history|receiv\w*|undergo\w*|treat\w*|used?|exposure|exposed|had|have"
    r"|within|since|before|no|year|month|week)\b"
)
"""No reader has anything to say about words without one of these."""
_STATES_EXCEPTION = re.compile(
    r"\b(?:unless|except\w*|can|cannot|may|if|allowed|permitted|eligible|included|exempt|waived?)\b"
)


def with_rules(criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """All criteria of one trial, each with its rule; sub-criteria first, as their rules are part of the one above
    them.
    """
    done: dict[str, Criterion] = {}
    children: dict[str, list[str]] = {}
    known = {criterion.id: criterion for criterion in criteria}
    for criterion in criteria:
        if criterion.parent:
            children.setdefault(criterion.parent, []).append(criterion.id)
    for criterion in sorted(criteria, key=lambda one: -one.depth):
        below = [done[child] for child in children.get(criterion.id, ())]
        rule = None if _conditional(criterion, known) else read_rule(criterion, below)
        done[criterion.id] = criterion.model_copy(update={"rule": rule})
    return tuple(done[criterion.id] for criterion in criteria)


def _conditional(criterion: Criterion, known: dict[str, Criterion]) -> bool:
    """Whether it holds for some people or at some time only, by the words that stand above it."""
    if criterion.note or (criterion.heading and OF_A_GROUP.search(criterion.heading)):
        return True
    above = known.get(criterion.parent or "")
    while above:
        if OF_A_GROUP.search(above.lead) or EXCEPTION.search(above.lead.lower()):
            return True
        above = known.get(above.parent or "")
    return False


def read_rule(criterion: Criterion, children: Sequence[Criterion] = ()) -> Rule | None:
    """The rule of one criterion, from its own words and its sub-criteria's rules; `None` where nothing typed can be
    read.
    """
    words = words_of(criterion.lead, criterion.start, criterion.kind)
    rule = _with_children(words, criterion, children) if criterion.join and children else _own(words, criterion.lead)
    if rule is None or next(requirements_in(rule), None) is None:
        return None
    for note in children:
        if note.note and _STATES_EXCEPTION.search(note.text.lower()):
            softened = _softened(rule, AsWritten(start=note.start, end=note.end), criterion.kind)
            if softened is None:
                return None
            rule = softened
    return rule


def _own(words: Words, lead: str) -> Rule | None:
    if (
        len(words.text) > 600
        or lead.endswith((":", "...", "…"))
        or not _CUE.search(words.text)
        or re.search(r"[.;]\s+(?:note|for |if )", words.text)
    ):
        return None
    return _read(words) or _with_exception(words) or _listed(words)


def _read(words: Words) -> Rule | None:
    if not _CUE.search(words.text):
        return None
    for reader in _READERS:
        if rule := reader(words):
            return rule
    return None


# --- exceptions


def _with_exception(words: Words) -> Rule | None:
    """ "X, unless …": X with its exception as written."""
    match = EXCEPTION.search(words.text)
    if not match or match.start() < 3 or not _to_the_end(words.text[match.start() :].strip()):
        return None
    rule = _read(words.part(0, match.start()))
    measured = {found.name for found in analytes_in(words.text[match.start() :])}
    if not rule or (_measures(rule) and not measured <= {leaf.attribute.subject for leaf in requirements_in(rule)}):
        return None
    return _softened(rule, words.as_written(match.start()), words.kind)


def _to_the_end(exception: str) -> bool:
    """Whether the exception runs to the end of the words: nothing new begins behind it."""
    if exception.startswith("("):
        closing = exception.find(")")
        return closing == len(exception) - 1 or closing == -1
    return not re.search(r"[.;]\s|,\s*(?:and|or)\b", exception)


def _softened(rule: Rule, exception: AsWritten, kind: Kind) -> Rule | None:
    """The rule with an exception in favour of the person: what it made certain against them becomes unknown."""
    if kind is Kind.EXCLUSION:
        return None if isinstance(rule, Not) else AllOf(of=(rule, exception))
    if isinstance(rule, Not):
        return Not(of=AllOf(of=(rule.of, exception)))
    if all(leaf.attribute.topic in {Topic.LAB, Topic.AGE, Topic.PERFORMANCE_STATUS} for leaf in requirements_in(rule)):
        return AnyOf(of=(rule, exception))
    return None


# --- lists in one sentence

_OR = re.compile(r"\s*[,;]?\s*\bor\b\s*|\s*;\s*(?:or\b)?\s*")
_AND = re.compile(r"\s*[,;]\s*(?:and\b)?\s*|\s+and\s+")
_STATED = {Topic.AGE, Topic.LAB, Topic.PERFORMANCE_STATUS, Topic.SEX, Topic.HEALTHY_VOLUNTEER}
_OWN_HEAD = re.compile(
    r"(?:any|an?|known|history|evidence|presence|requiring|require|those|patients|subjects|has|have"
    r"|neutropenia|chronic|being|is|are|other|who|women|woman|females?|pregnan\w+|breast\w*|lactating)\b"
)


def _listed(words: Words) -> Rule | None:
    """A list whose items are of several families: "ECOG 0-2; age 18 or older", "ANC < 0.5, or neutropenia with
    infections".
    """
    if words.excludes:
        return _any(words) if re.search(r"\bor\b|;", words.text) else None
    return _all(words) or _any(words)


def _parts(words: Words, separator: re.Pattern[str]) -> list[Words]:
    parts, place = [], 0
    for match in separator.finditer(words.text):
        parts.append(words.part(place, match.start()))
        place = match.end()
    return [part for part in [*parts, words.part(place)] if part.text]


def _any(words: Words) -> Rule | None:
    """Items joined by "or". Only a typed first half beside an unread second one with a head of its own is kept in
    part.
    """
    if ";" in words.text and not words.excludes:
        return None
    whole = _read_all(_parts(words, _OR))
    if whole and len(whole) > 1:
        unsure = all(_only(rule, {Topic.INFECTION}) for rule in whole)  # their reader has declined the list
        return (
            None
            if unsure or any(isinstance(rule, Not) or _only(rule, {Topic.SEX}) for rule in whole)
            else any_of(whole)
        )
    for match in _OR.finditer(words.text):
        left, right = words.part(0, match.start()), words.part(match.end())
        if not _OWN_HEAD.match(right.text) or CONDITION.search(right.text):
            continue
        rule = _read(left)
        if (
            not rule
            or isinstance(rule, Not)
            or (re.search(r"\band\b", left.text) and not _only(rule, {Topic.PREGNANCY, Topic.BREAST_FEEDING}))
        ):
            continue
        if "," in match[0] or _only(rule, {Topic.LAB}):
            return AnyOf(of=(rule, _read(right) or right.as_written()))
    return None


def _read_all(parts: list[Words]) -> list[Rule] | None:
    """The rules of the parts, if every one has a rule."""
    rules: list[Rule] = []
    for part in parts:
        rule = _read(part)
        if rule is None:
            return None
        rules.append(rule)
    return rules


def _all(words: Words) -> Rule | None:
    """Items joined by "and" or by stops in the inclusion list: each must hold; only what stands on its own is read."""
    if (
        re.search(r"\bor\b(?! (?:older|above|more|greater|higher|equal|over|less|lower|female|male|=))", words.text)
        and ";" not in words.text
    ):
        return None
    separator = re.compile(r"\s*;\s*(?:and\b)?\s*") if ";" in words.text else _AND
    parts = _parts(words, separator)
    if len(parts) < 2:
        return None
    rules = [_read(part) for part in parts]
    if any(
        rule and (_only(rule, {Topic.SEX}) or not (isinstance(rule, Not) or _only(rule, _STATED))) for rule in rules
    ):
        return None  # "no HIV, hepatitis B and hepatitis C": a refusal goes on where a new one is not said
    if all(rules):
        return all_of([rule for rule in rules if rule])
    typed = [rule for rule in rules if rule]
    unread = [part for part, rule in zip(parts, rules, strict=True) if not rule]
    if not typed or len(unread) > 1 or not all(_only(rule, {Topic.AGE, Topic.PERFORMANCE_STATUS}) for rule in typed):
        return None
    if CONDITION.search(unread[0].text) or re.search(r"\d|\bor\b|\bnot?\b|\byears?\b|\bage", unread[0].text):
        return None
    return AllOf(of=(*typed, unread[0].as_written()))


def _measures(rule: Rule) -> bool:
    return any(leaf.attribute.topic is Topic.LAB for leaf in requirements_in(rule))


def _only(rule: Rule, topics: set[Topic]) -> bool:
    return all(leaf.attribute.topic in topics for leaf in requirements_in(rule))


# --- sub-criteria
def _with_children(words: Words, criterion: Criterion, children: Sequence[Criterion]) -> Rule | None:
    """The sub-criteria's rules joined as the criterion says, under what its own words ask besides."""
    parts: list[Rule] = [
        child.rule or AsWritten(start=child.start, end=child.end) for child in children if not child.note
    ]
    if not parts or criterion.join is None:
        return _own(words, criterion.lead)
    return under(words, criterion.join, parts, criterion.lead.rstrip().endswith(":"))
