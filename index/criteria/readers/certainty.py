"""Whether a rule can ever be decided: a typed part that words as written keep from every verdict is of no use."""

from __future__ import annotations

from index.criteria.rule import AllOf, AnyOf, AsWritten, Not, Requirement, Rule, Topic


def decidable(rule: Rule) -> tuple[bool, bool]:
    """Whether facts could make it true, and whether they could make it false."""
    match rule:
        case Requirement():
            settled = rule.attribute.topic is not Topic.TEAM
            return settled, settled
        case AsWritten():
            return False, False
        case Not(of=inner):
            true, false = decidable(inner)
            return false, true
        case AllOf(of=parts):
            both = [decidable(part) for part in parts]
            return all(true for true, _ in both), any(false for _, false in both)
        case AnyOf(of=parts):
            both = [decidable(part) for part in parts]
            return any(true for true, _ in both), all(false for _, false in both)
