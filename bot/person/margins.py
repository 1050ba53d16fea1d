"""By how much a person misses a rule: a number short of its limit or beyond it, or a time that is still too near."""

from __future__ import annotations

import datetime
import math

from bot.person import wording
from bot.person.facts import Fact
from bot.person.truth import Finding
from index.criteria.rule import Range, Topic
from index.trial import Frozen


class Miss(Frozen):
    """`now`, `limit` and `distance` are words; `needed` is what would do, as a clause.

    `by`: the distance in the limit's `unit`, and `share` its part of the limit. `over_on`: the first day on which the
    time that counts is over, if nothing else happens.
    """

    now: str
    limit: str
    needed: str
    distance: str
    by: float
    unit: str
    share: float | None = None
    over_on: datetime.date | None = None

    @property
    def text(self) -> str:
        return f"{self.now}, needs {self.limit}: {self.distance}"


def missed_by(finding: Finding, today: datetime.date) -> Miss | None:
    """How far a decided requirement is from coming out otherwise; `None` where that is no number and no time."""
    fact, requirement = finding.fact, finding.requirement
    if fact is None or finding.truth is None:
        return None
    if requirement.range is not None and fact.attribute == requirement.attribute and _numeric(fact):
        return _by_number(finding, fact, requirement.range)
    if requirement.within_days is not None and fact.value is True and fact.days_ago is not None:
        return _by_time(fact, requirement.within_days, today)
    return None


def _numeric(fact: Fact) -> bool:
    return isinstance(fact.value, int | float) and not isinstance(fact.value, bool)


def _by_number(finding: Finding, fact: Fact, limits: Range) -> Miss | None:
    value = float(fact.value or 0)
    edge = _edge(value, limits, inside=finding.truth is False)
    if edge is None:
        return None
    limit, up, included = edge
    by = 0.0 if math.isclose(value, limit, rel_tol=1e-9) else abs(limit - value)
    topic = finding.requirement.attribute.topic
    share = by / abs(limit) if topic is Topic.LAB and limit else None
    if topic is Topic.AGE:
        shown, far = wording.years(value), wording.years(by)
        wanted, unit, words = wording.years(limit), "years", "too young" if up else "too old"
    else:
        shown, far = wording.number(value), wording.number(by)
        wanted, unit, words = wording.amount(limit, limits.unit), limits.unit, "short" if up else "too high"
    bound = {
        (True, True): "at least",
        (True, False): "more than",
        (False, True): "at most",
        (False, False): "less than",
    }
    distance = f"{far} {words}" if by else "just at the limit"
    part = f" ({_percent(share)})" if share else ""
    name = wording.name(finding.requirement.attribute)
    asked = f"{bound[up, included]} {wanted}"
    return Miss(
        now=f"{name} {shown}",
        limit=asked,
        needed=f"{name} {asked}",
        distance=f"{distance}{part}",
        by=by,
        unit=unit,
        share=share,
    )


def _edge(value: float, limits: Range, inside: bool) -> tuple[float, bool, bool] | None:
    """The nearest limit that the value has to pass: the limit, whether upwards, and whether it will do itself."""
    low, high = limits.low, limits.high
    edges = []
    if inside:
        if low is not None and (value < low or math.isclose(value, low, rel_tol=1e-9)):
            edges.append((low, True, limits.low_included))
        if high is not None and (value > high or math.isclose(value, high, rel_tol=1e-9)):
            edges.append((high, False, limits.high_included))
    else:
        if high is not None:
            edges.append((high, True, not limits.high_included))
        if low is not None:
            edges.append((low, False, not limits.low_included))
    return min(edges, key=lambda edge: abs(edge[0] - value), default=None)


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else "under 1%"


def _by_time(fact: Fact, window: float, today: datetime.date) -> Miss | None:
    """A time window that the fact lies in or before: the day on which it will be past, or how long it has been."""
    assert fact.days_ago is not None, "only asked of facts with a time"
    name = wording.name(fact.attribute)
    ago, limit = wording.days(fact.days_ago, fact.quote), wording.days(window)
    now = f"{name} {ago} ago"
    if fact.days_ago <= window:
        wait = math.floor(window - fact.days_ago) + 1
        over_on = today + datetime.timedelta(days=wait)
        return Miss(
            now=now,
            limit=f"more than {limit}",
            needed=f"{name} more than {limit} ago",
            distance=f"{_days(wait)} too early, from {_day(over_on, today)} on",
            by=float(wait),
            unit="days",
            share=wait / window if window else None,
            over_on=over_on,
        )
    late = fact.days_ago - window
    return Miss(
        now=now,
        limit=f"at most {limit}",
        needed=f"{name} at most {limit} ago",
        distance=f"{_days(math.ceil(late))} too late",
        by=late,
        unit="days",
        share=late / window if window else None,
    )


def _days(count: int) -> str:
    return f"{count} day" + ("" if count == 1 else "s")


def _day(day: datetime.date, today: datetime.date) -> str:
    return f"{day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")
