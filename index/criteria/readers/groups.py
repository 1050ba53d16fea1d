"""Items of a list that lean on each other, and the rule they make together."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.criteria.readers.words import all_of, any_of, both_or_either
from index.criteria.rule import AllOf, AsWritten, Rule


@dataclass
class Group:
    """Items that lean on each other: what narrows one may narrow those beside it.

    `clauses`: words that only say more stand among them; `rules` of typed items from `narrow_from` on, and up to
    `narrow_to`, are true in part only.
    """

    start: int
    end: int
    join: str
    rules: list[Rule] = field(default_factory=list)
    joins: set[str] = field(default_factory=set)
    narrow_from: int = 1000
    narrow_to: int = 0
    unread: bool = False
    typed: bool = False

    @property
    def unsure(self) -> AsWritten:
        return AsWritten(start=self.start, end=self.end)

    @property
    def narrowed(self) -> bool:
        return self.narrow_from < len(self.rules) or self.narrow_to > 0

    def narrow(self) -> list[Rule]:
        """The rules, each with the words beside it where something narrows it."""
        return [
            in_part(rule, self.unsure) if at >= self.narrow_from or at < self.narrow_to else rule
            for at, rule in enumerate(self.rules)
        ]


def in_part(rule: Rule, unsure: AsWritten) -> Rule:
    if isinstance(rule, AsWritten) or (isinstance(rule, AllOf) and any(isinstance(one, AsWritten) for one in rule.of)):
        return rule
    return AllOf(of=(rule, unsure))


def joined(groups: list[Group], either: bool) -> Rule | None:
    """The groups of a list; `either`: each counts by itself, as in an exclusion or behind "no"."""
    if not any(group.typed for group in groups):
        return None
    joins = {group.join for group in groups[1:]}
    rules = [rule for group in groups if (rule := _of_group(group, either))]
    if len(rules) < len(groups):
        return None
    ends = joins <= {",", ""}
    if len(rules) == 1 or either or joins == {"or"}:
        return any_of(rules)
    return all_of(rules) if joins <= {"and", ","} and ("and" in joins or ends) else None


def _of_group(group: Group, either: bool) -> Rule | None:
    if not group.typed:
        return any_of(group.rules)
    rules = group.narrow()
    if "and" in group.joins or (group.joins == {","} and not either):
        if not either and "or" not in group.joins and group.unread:
            return all_of(rules) if "and" in group.joins and not isinstance(rules[0], AsWritten) else None
        if group.joins >= {"and", "or"} or group.unread:
            return None if group.unread else AllOf(of=(any_of(rules), group.unsure))
        return both_or_either(rules, group.unsure)
    return any_of(rules)
