"""Lists in one sentence whose items are read by themselves: "ECOG 0-2; age 18 or older", "pregnant or HIV positive"."""

from __future__ import annotations

import re
from collections.abc import Callable

from index.criteria.readers.words import CONDITION, Words, all_of, any_of
from index.criteria.rule import AllOf, AnyOf, Not, Rule, Topic, requirements_in

Reader = Callable[[Words], Rule | None]

_OR = re.compile(r"\s*[,;]?\s*\bor\b\s*|\s*;\s*(?:or\b)?\s*")
_AND = re.compile(r"\s*[,;]\s*(?:and\b)?\s*|\s+and\s+")
_STATED = {Topic.AGE, Topic.LAB, Topic.PERFORMANCE_STATUS, Topic.SEX, Topic.HEALTHY_VOLUNTEER}
_OWN_HEAD = re.compile(
    r"(?:any|an?|known|history|evidence|presence|requiring|require|those|patients|subjects|has|have"
    r"|neutropenia|chronic|being|is|are|other|who|women|woman|females?|pregnan\w+|breast\w*|lactating)\b"
)


def listed(words: Words, read: Reader) -> Rule | None:
    """A list whose items are of several families: "ECOG 0-2; age 18 or older", "ANC < 0.5, or neutropenia with
    infections".
    """
    if words.excludes:
        return _any(words, read) if re.search(r"\bor\b|;", words.text) else None
    return _all(words, read) or _any(words, read)


def _parts(words: Words, separator: re.Pattern[str]) -> list[Words]:
    parts, place = [], 0
    for match in separator.finditer(words.text):
        parts.append(words.part(place, match.start()))
        place = match.end()
    return [part for part in [*parts, words.part(place)] if part.text]


def _any(words: Words, read: Reader) -> Rule | None:
    """Items joined by "or". Only a typed first half beside an unread second one with a head of its own is kept in
    part.
    """
    if ";" in words.text and not words.excludes:
        return None
    whole = _read_all(_parts(words, _OR), read)
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
        rule = read(left)
        if (
            not rule
            or isinstance(rule, Not)
            or (re.search(r"\band\b", left.text) and not _only(rule, {Topic.PREGNANCY, Topic.BREAST_FEEDING}))
        ):
            continue
        if "," in match[0] or _only(rule, {Topic.LAB}):
            return AnyOf(of=(rule, read(right) or right.as_written()))
    return None


def _read_all(parts: list[Words], read: Reader) -> list[Rule] | None:
    """The rules of the parts, if every one has a rule."""
    rules: list[Rule] = []
    for part in parts:
        rule = read(part)
        if rule is None:
            return None
        rules.append(rule)
    return rules


def _all(words: Words, read: Reader) -> Rule | None:
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
    rules = [read(part) for part in parts]
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


def _only(rule: Rule, topics: set[Topic]) -> bool:
    return all(leaf.attribute.topic in topics for leaf in requirements_in(rule))
