"""Facts against rules: a verdict for each criterion, in four values, with its evidence; how a trial stands."""

from __future__ import annotations

from enum import StrEnum

from bot.person import reasons
from bot.person.facts import Profile
from bot.person.logic import Ground, Working, work_out
from bot.person.silence import on_agreement, unheard
from bot.person.truth import Known
from index.criteria.criterion import Criterion, Kind
from index.criteria.rule import AllOf, AnyOf, Attribute, Not, Requirement, Rule, Topic, has_unread
from index.trial import Frozen, Trial


class Verdict(StrEnum):
    """Of a criterion *as it is written*: an exclusion that is met speaks against joining."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Basis(StrEnum):
    STATED = "stated"  # the person said just this
    DERIVED = "derived"  # it follows from what they said (a unit converted, male and pregnancy)
    ASSUMED = "assumed"  # a whole clinical note is silent on it; never held against the person
    JUDGED = "judged"  # a language model read it in their words; the words are there, the reading is the model's


class CriterionVerdict(Frozen):
    """`evidence`: the person's own words; `reason`: a sentence that can be checked; `needs`: what is not known yet."""

    criterion_id: str
    verdict: Verdict
    evidence: str | None = None
    basis: Basis | None = None
    reason: str | None = None
    needs: tuple[Attribute, ...] = ()


class Outlook(StrEnum):
    """Nobody is told that they are eligible: the study team decides."""

    FITS_SO_FAR = "fits so far"
    MAY_BE_A_PROBLEM = "may be a problem"
    NOT_KNOWN_YET = "not known yet"


class Standing(Frozen):
    """How a trial stands for a person: an outlook and every criterion's verdict, each shown or counted.

    `problems`, `fits`, `open_questions` and `as_written` hold criterion ids.
    """

    outlook: Outlook
    problems: tuple[str, ...] = ()
    fits: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()  # a fact would settle them
    as_written: tuple[str, ...] = ()  # only the study team or a person reading them can tell
    verdicts: tuple[CriterionVerdict, ...] = ()


def judge(criterion: Criterion, profile: Profile, trial: Trial | None = None) -> CriterionVerdict:  # noqa: ARG001
    """A criterion's rule worked out with what is known; no `trial` is needed for any rule so far."""
    return judge_known(criterion, Known.of(profile))


def judge_known(criterion: Criterion, known: Known) -> CriterionVerdict:
    """The same, for many criteria and one person."""
    if criterion.rule is None:
        return by_silence(criterion, known) or CriterionVerdict(
            criterion_id=criterion.id, verdict=Verdict.UNKNOWN, reason=reasons.AS_WRITTEN
        )
    working = _worked_out(criterion, known)
    if working.truth is None:
        if has_unread(criterion.rule) and (assumed := by_silence(criterion, known)):
            return assumed
        reason = reasons.reason(criterion, working, known.about)
        return CriterionVerdict(criterion_id=criterion.id, verdict=Verdict.UNKNOWN, reason=reason, needs=working.needs)
    verdict = Verdict.MET if working.truth else Verdict.NOT_MET
    reason = reasons.reason(criterion, working, known.about)
    if _only_of_women(criterion.rule) and _by_who_they_are(working):
        verdict, reason = Verdict.NOT_APPLICABLE, reasons.not_for_them(working, known.about)
    return CriterionVerdict(
        criterion_id=criterion.id,
        verdict=verdict,
        evidence=next((quote for ground in working.grounds if (quote := _quote(ground))), None),
        basis=_basis(working),
        reason=reason,
    )


def _worked_out(criterion: Criterion, known: Known) -> Working:
    """By the facts; where these decide nothing, by a note's silence too, if that speaks for the person."""
    assert criterion.rule is not None, "only asked of criteria with a rule"
    working = work_out(criterion.rule, known)
    if working.truth is not None or known.silence is None:
        return working
    for rule in (criterion.rule, on_agreement(criterion.rule)):
        presumed = work_out(rule, known.presuming()) if rule is not None else working
        if presumed.truth is (criterion.kind is Kind.INCLUSION):
            return presumed
    return working


def by_silence(criterion: Criterion, known: Known) -> CriterionVerdict | None:
    """An exclusion that no rule reads to the end, of illnesses and treatments that a whole note says nothing of."""
    named = unheard(criterion, known)
    if not named:
        return None
    return CriterionVerdict(
        criterion_id=criterion.id, verdict=Verdict.NOT_MET, basis=Basis.ASSUMED, reason=reasons.assumed_absent(named)
    )


_OF_WOMEN = frozenset({Topic.PREGNANCY, Topic.BREAST_FEEDING, Topic.CHILDBEARING})


def _by_who_they_are(working: Working) -> bool:
    """Whether it is decided by sex or age alone, and nothing was said outright on pregnancy or breast-feeding."""
    facts = [ground.finding.fact for ground in working.grounds]
    return bool(facts) and all(fact is not None and fact.attribute.topic in (Topic.SEX, Topic.AGE) for fact in facts)


def _only_of_women(rule: Rule) -> bool:
    leaves = tuple(_leaves(rule))
    topics = {leaf.attribute.topic if isinstance(leaf, Requirement) else None for leaf in leaves}
    return topics <= {*_OF_WOMEN, Topic.SEX} and bool(topics & _OF_WOMEN)


def _leaves(rule: Rule) -> tuple[Rule, ...]:
    match rule:
        case Not(of=inner):
            return _leaves(inner)
        case AllOf(of=parts) | AnyOf(of=parts):
            return tuple(leaf for part in parts for leaf in _leaves(part))
        case _:
            return (rule,)


def _quote(ground: Ground) -> str | None:
    return ground.finding.fact.quote or None if ground.finding.fact else None


def _basis(working: Working) -> Basis | None:
    """Derived if any part of it is: from another fact, or by converting a figure."""
    if not working.grounds:
        return None
    if any(ground.finding.assumed for ground in working.grounds):
        return Basis.ASSUMED
    facts = [ground.finding.fact for ground in working.grounds]
    derived = any(ground.finding.derived for ground in working.grounds)
    return (
        Basis.DERIVED if derived or not all(fact and reasons.stated_in_quote(fact) for fact in facts) else Basis.STATED
    )
