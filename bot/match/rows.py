"""Trials × rules for one person, ready to be shown: each rule with its words, the person's, the verdict and its reason.

Terminal, CSV, JSON and page are four views of these rows.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from enum import StrEnum

from bot.answer.plain import plain
from bot.events import TrialCard
from bot.match.matching import Matched, rules_of
from bot.offers import Offer, card
from bot.person import wording
from bot.person.eligibility import CriterionVerdict, Verdict
from bot.person.facts import Profile
from bot.person.following import find
from bot.person.logic import work_out
from bot.person.margins import Miss, missed_by
from bot.person.standing import speaks_against
from bot.person.truth import Known
from bot.person.whynot import Obstacle
from index.criteria.criterion import Criterion, Kind
from index.trial import Frozen, SectionName

STUDY_TEAM = "Nobody is told here that they are eligible: the study team decides."

SILENCE_COUNTS = (
    "What the note does not mention counts as absent where that speaks for the person; such verdicts say assumed."
)


class Group(StrEnum):
    """What a top-level rule means for joining."""

    PROBLEM = "may be a problem"
    FITS = "fits"
    NEEDS_ANSWER = "needs an answer"
    TEAM = "only the study team can tell"


class Row(Frozen):
    """One rule. `group` is `None` for a part of a rule, which counts by what it adds to the whole.

    `text`: its own words and the remarks under it; `needs`: what is not known; `missed_by`: how far a figure is off.
    """

    criterion_id: str
    label: str
    kind: Kind
    text: str
    depth: int
    verdict: Verdict
    basis: str | None
    evidence: str | None
    reason: str
    group: Group | None
    needs: tuple[str, ...] = ()
    missed_by: tuple[Miss, ...] = ()

    @property
    def says(self) -> str:
        return self.verdict.value.replace("_", " ") if self.verdict is not Verdict.NOT_APPLICABLE else "does not apply"


class Sheet(Frozen):
    """A trial with its rows, the state of its record, and how it stands in one line a group."""

    offer: Offer
    card: TrialCard
    rows: tuple[Row, ...]

    def group(self, group: Group) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.group is group)


def sheets(matched: Matched, today: datetime.date) -> tuple[Sheet, ...]:
    """The trials in the order in which they were found."""
    known = Known.of(matched.profile)
    return tuple(_sheet(offer, matched.profile, known, today) for offer in matched.offers)


def _sheet(offer: Offer, profile: Profile, known: Known, today: datetime.date) -> Sheet:
    criteria = {criterion.id: criterion for criterion in rules_of(offer.record)}
    standing = offer.standing
    groups = {
        **dict.fromkeys(standing.problems, Group.PROBLEM),
        **dict.fromkeys(standing.fits, Group.FITS),
        **dict.fromkeys(standing.open_questions, Group.NEEDS_ANSWER),
        **dict.fromkeys(standing.as_written, Group.TEAM),
    }
    rows = tuple(
        _row(criteria[verdict.criterion_id], verdict, groups.get(verdict.criterion_id), criteria.values(), known, today)
        for verdict in standing.verdicts
    )
    return Sheet(offer=offer, card=card(offer, today, profile), rows=rows)


def _row(
    criterion: Criterion,
    verdict: CriterionVerdict,
    group: Group | None,
    criteria: Iterable[Criterion],
    known: Known,
    today: datetime.date,
) -> Row:
    return Row(
        criterion_id=criterion.id,
        label=label(criterion),
        kind=criterion.kind,
        text=words_of(criterion, criteria),
        depth=criterion.depth,
        verdict=verdict.verdict,
        basis=verdict.basis.value if verdict.basis else None,
        evidence=verdict.evidence,
        reason=verdict.reason or "",
        group=group,
        needs=tuple(wording.name(attribute) for attribute in verdict.needs),
        missed_by=_misses(criterion, known, today) if speaks_against(criterion, verdict) else (),
    )


def _misses(criterion: Criterion, known: Known, today: datetime.date) -> tuple[Miss, ...]:
    if criterion.rule is None:
        return ()
    grounds = work_out(criterion.rule, known).grounds
    found = (missed_by(find(ground.finding.requirement, known), today) for ground in grounds)
    return tuple({miss.text: miss for miss in found if miss}.values())


def label(criterion: Criterion) -> str:
    """`inclusion 3`, `record: age`."""
    return criterion.id.replace("-", ": ", 1) if criterion.section is SectionName.RECORD else criterion.label


def words_of(criterion: Criterion, criteria: Iterable[Criterion]) -> str:
    """A rule's own words on one line: whom it asks, where that is a part of the participants, and remarks under it."""
    remarks = (one.lead for one in criteria if one.note and one.parent == criterion.id)
    group = [f"[{plain(criterion.heading)}]"] if criterion.for_some and criterion.heading else []
    return " ".join([*group, *(plain(part) for part in (criterion.lead, *remarks))])


def distances(row: Row) -> tuple[str, ...]:
    """By how much each figure of a rule is off, beside the reason that gives the figures."""
    if len(row.missed_by) == 1:
        return tuple(f"By how much: {miss.distance}." for miss in row.missed_by)
    return tuple(f"{miss.text}." for miss in row.missed_by)


# --- how a trial stands, a line for each group


def roll_up(sheet: Sheet) -> tuple[tuple[Group, str], ...]:
    """Every group that has rules: which, and for problems and questions what they are about."""
    lines = []
    for group in Group:
        rows = sheet.group(group)
        if not rows:
            continue
        match group:
            case Group.PROBLEM:
                words = "; ".join(f"{row.label}: {_trouble(row)}" for row in rows)
            case Group.NEEDS_ANSWER:
                words = _questions(rows)
            case _:
                words = _numbered(rows)
        lines.append((group, words))
    return tuple(lines)


def _trouble(row: Row) -> str:
    if row.missed_by:
        return " and ".join(miss.text for miss in row.missed_by)
    return row.reason.rstrip(".") or row.says


def _questions(rows: Iterable[Row]) -> str:
    """`platelet count (inclusion 3, exclusion 2)`: each question once, with the rules that wait for it."""
    waiting: dict[str, list[str]] = {}
    for row in rows:
        waiting.setdefault(wording.listed(row.needs, last="or"), []).append(row.label)
    return "; ".join(f"{question} ({', '.join(labels)})" for question, labels in waiting.items())


def _numbered(rows: Iterable[Row]) -> str:
    """`inclusion 1, 2 and 5; exclusion 3`."""
    kinds: dict[str, list[str]] = {}
    for row in rows:
        kind, _, number = row.label.partition(" ")
        kinds.setdefault(kind, []).append(number)
    return "; ".join(f"{kind} {', '.join(numbers)}" for kind, numbers in kinds.items())


def needed(obstacle: Obstacle) -> str:
    """What would have to be so, and how far it is from that."""
    misses = [f"{miss.now}: {miss.distance}" for miss in obstacle.missed_by]
    far = f" ({'; '.join(misses)})" if misses else ""
    return f"Needed: {obstacle.needed}{far}"
