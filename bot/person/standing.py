"""How a trial stands for a person: every rule in one of four groups; and what an answer moved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.person import wording
from bot.person.eligibility import Basis, CriterionVerdict, Outlook, Standing, Verdict, judge_known
from bot.person.facts import Profile
from bot.person.truth import Known
from index.criteria.criterion import Criterion, Kind
from index.criteria.rule import AllOf, Attribute, Range, Requirement, Rule, Topic
from index.trial import AgeLimit, Frozen, SectionName, Trial
from index.vocabulary import Sex

RECORD_AGE, RECORD_SEX, RECORD_HEALTHY = "record-age", "record-sex", "record-healthy"

SAYS_LITTLE = frozenset({RECORD_HEALTHY})
"""An ill person is no healthy volunteer: nearly every trial says so. It is shown, makes none fit, and is not asked."""


class Move(Frozen):
    """What new facts did to a trial: its outlook before and after, the rule that moved it and its sentence."""

    trial_id: str
    before: Outlook
    after: Outlook
    criterion_id: str
    because: str


def stand(
    criteria: Sequence[Criterion],
    profile: Profile,
    trial: Trial | None = None,
    judged: Mapping[str, CriterionVerdict] | None = None,
) -> Standing:
    """Sorts every top-level criterion; sub-criteria get a verdict, and count by what they add to the one above them.

    `judged`: what a model says of criteria that the rules leave open, by id.
    """
    known = Known.of(profile)
    groups: dict[str, list[str]] = {"problems": [], "fits": [], "open_questions": [], "as_written": []}
    verdicts, settled_by_fact = [], False
    for criterion in with_record(criteria, trial):
        if criterion.note:
            continue
        verdict = judge_known(criterion, known)
        if verdict.verdict is Verdict.UNKNOWN and judged:
            verdict = judged.get(criterion.id, verdict)
        verdicts.append(verdict)
        if criterion.parent is None:
            group = _group(criterion, verdict)
            groups[group].append(criterion.id)
            settled_by_fact = settled_by_fact or (group == "fits" and _speaks_for(verdict))
    outlook = Outlook.FITS_SO_FAR if settled_by_fact else Outlook.NOT_KNOWN_YET
    return Standing(
        outlook=Outlook.MAY_BE_A_PROBLEM if groups["problems"] else outlook,
        verdicts=tuple(verdicts),
        **{group: tuple(ids) for group, ids in groups.items()},
    )


def _group(criterion: Criterion, verdict: CriterionVerdict) -> str:
    if verdict.verdict is Verdict.UNKNOWN:
        return "open_questions" if any(wording.is_asked(one) for one in verdict.needs) else "as_written"
    return "problems" if speaks_against(criterion, verdict) else "fits"


def speaks_against(criterion: Criterion, verdict: CriterionVerdict) -> bool:
    """An inclusion that is not met, or an exclusion that is."""
    return verdict.verdict is (Verdict.NOT_MET if criterion.kind is Kind.INCLUSION else Verdict.MET)


def _speaks_for(verdict: CriterionVerdict) -> bool:
    decided = verdict.verdict is not Verdict.NOT_APPLICABLE and verdict.basis not in (None, Basis.JUDGED)
    return decided and verdict.criterion_id not in SAYS_LITTLE


# --- the registry's own fields


def record_criteria(trial: Trial, record_text: str) -> tuple[Criterion, ...]:
    """The age, sex and healthy-volunteer fields as criteria on their lines of the record section, if they have one."""
    made = []
    for criterion_id, lines, rule in _record_rules(trial):
        places = [span for line in lines if (span := _line(record_text, line))]
        if len(places) == len(lines):
            made.append(_on_record(criterion_id, rule, places[0][0], places[-1][1], record_text))
    return tuple(made)


def with_record(criteria: Sequence[Criterion], trial: Trial | None) -> tuple[Criterion, ...]:
    """The criteria and those of the registry's fields, unless they are among them already."""
    if trial is None or any(criterion.section is SectionName.RECORD for criterion in criteria):
        return tuple(criteria)
    text = "\n".join(line for _, lines, _ in _record_rules(trial) for line in lines)
    return (*record_criteria(trial, text), *criteria)


def _record_rules(trial: Trial) -> Iterator[tuple[str, list[str], list[Requirement]]]:
    """Each field that was given: id, its lines in the record section, and what it asks, placed at 0."""
    low, high = trial.minimum_age, trial.maximum_age
    if low or high:
        lines = [f"{label}: {age.text}" for label, age in (("Minimum age", low), ("Maximum age", high)) if age]
        yield RECORD_AGE, lines, [_requirement(Topic.AGE, range=_ages(low, high))]
    if trial.sex is not None:
        value = trial.sex.value.lower()
        rule = [] if trial.sex is Sex.ALL else [_requirement(Topic.SEX, value=value)]
        yield RECORD_SEX, [f"Sex: {trial.sex.value}"], rule
    if trial.healthy_volunteers is not None:
        rule = [] if trial.healthy_volunteers else [_requirement(Topic.HEALTHY_VOLUNTEER, value=False)]
        yield RECORD_HEALTHY, [f"Healthy volunteers: {'Yes' if trial.healthy_volunteers else 'No'}"], rule


def _requirement(topic: Topic, range: Range | None = None, value: bool | str | None = None) -> Requirement:
    return Requirement(attribute=Attribute(topic=topic), start=0, end=0, range=range, value=value)


def _ages(low: AgeLimit | None, high: AgeLimit | None) -> Range:
    return Range(low=low.years if low else None, high=high.years if high else None, unit="years")


def _line(text: str, line: str) -> tuple[int, int] | None:
    found = re.search(rf"^{re.escape(line)}[ \t]*$", text, re.MULTILINE | re.IGNORECASE)
    return (found.start(), found.start() + len(line)) if found else None


def _on_record(criterion_id: str, asked: list[Requirement], start: int, end: int, text: str) -> Criterion:
    """A field that limits nobody asks nothing: all of no requirements is true of everybody."""
    rules: tuple[Rule, ...] = tuple(one.model_copy(update={"start": start, "end": end}) for one in asked)
    return Criterion(
        id=criterion_id,
        kind=Kind.INCLUSION,
        section=SectionName.RECORD,
        start=start,
        end=end,
        lead_end=end,
        text=text[start:end],
        rule=rules[0] if len(rules) == 1 else AllOf(of=rules),
    )


# --- what an answer moved


def moves(before: Mapping[str, Standing], after: Mapping[str, Standing]) -> tuple[Move, ...]:
    """The trials that an answer moved to another outlook or brought a settled rule, each with the rule that did it."""
    found = (_move(trial_id, before[trial_id], now) for trial_id, now in after.items() if trial_id in before)
    return tuple(move for move in found if move is not None)


def _move(trial_id: str, before: Standing, after: Standing) -> Move | None:
    old = {verdict.criterion_id: verdict.verdict for verdict in before.verdicts}
    changed = {new.criterion_id: new for new in after.verdicts if old.get(new.criterion_id) is not new.verdict}
    by_weight = (*after.problems, *before.problems, *after.fits, *after.open_questions)
    mover = next((changed[one] for one in by_weight if one in changed), None)
    settled = mover is not None and mover.verdict is not Verdict.UNKNOWN
    if mover is None or not (settled or before.outlook is not after.outlook):
        return None
    return Move(
        trial_id=trial_id,
        before=before.outlook,
        after=after.outlook,
        criterion_id=mover.criterion_id,
        because=mover.reason or "",
    )
