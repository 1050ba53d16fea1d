"""The next question: the one whose answer settles the most among the candidate trials."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import NamedTuple

from bot.person import wording
from bot.person.eligibility import CriterionVerdict, judge_known
from bot.person.facts import Profile, Relation
from bot.person.logic import work_out
from bot.person.standing import SAYS_LITTLE, speaks_against, with_record
from bot.person.truth import SEX, ULN, Known
from bot.person.wording import Asking
from index.criteria import units
from index.criteria.criterion import Criterion
from index.criteria.rule import Attribute, Requirement, Topic, requirements_in
from index.trial import Frozen, Trial


class AnswerType(StrEnum):
    YES_NO = "yes_no"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"


class Option(Frozen):
    """One button: what it shows, which is also what it says when pressed."""

    says: str


class Decides(Frozen):
    """A criterion that the answer may settle."""

    trial_id: str
    criterion_id: str


class Question(Frozen):
    """One question: what it asks, of which attribute, how it can be answered, why it is asked, and what it decides."""

    text: str
    attribute: Attribute
    answer_type: AnswerType
    options: tuple[Option, ...]  # "Not sure" is always among them
    unit: str | None = None  # for numbers: the unit an answer without one is taken in
    why: str
    decides: tuple[Decides, ...]


class Candidate(Frozen):
    """A trial that is in question. `weight`: how much it counts, by its rank."""

    trial_id: str
    title: str
    criteria: tuple[Criterion, ...]
    trial: Trial
    weight: float


class Topical(NamedTuple):
    """What one question asks for: an attribute, and for tests whether as a multiple of the laboratory's own limit."""

    attribute: Attribute
    multiples: bool = False


class Vote(NamedTuple):
    """A criterion that the answer to a question may settle, and how much that is worth."""

    candidate: Candidate
    criterion: Criterion
    worth: float


SHOWN_TITLES = 3

NOT_SURE = Option(says="Not sure")

ALREADY_A_PROBLEM = 0.3
"""How much a trial still counts once one of its rules speaks against it: an answer rarely changes how it stands."""

PREGNANCY_AGES = range(11, 61)

ACTIVITY_FROM_AGE = 16
"""The activity scale is one for adults; children have their own."""

_OF_WOMEN = frozenset({Topic.PREGNANCY, Topic.BREAST_FEEDING})
_ECOG = Attribute(topic=Topic.PERFORMANCE_STATUS, subject="ecog")
_AGE = Attribute(topic=Topic.AGE)


def next_question(trials: Sequence[Candidate], profile: Profile, asked: Collection[str]) -> Question | None:
    """The question worth most, or `None` if no answer that may be asked for would settle anything.

    Worth: the criteria that the answer may settle, each by its trial's weight, times how evenly answers fall and how
    readily one is given.
    """
    known = Known.of(profile)
    votes = _votes(trials, known)
    askable = [topical for topical in votes if _may_ask(topical.attribute, known, asked, votes)]
    if not askable:
        return None
    best = min(askable, key=lambda topical: (-_worth(topical, votes[topical]), *_expected(topical)))
    return _question(best, votes[best], len(trials), profile.about)


def _votes(trials: Sequence[Candidate], known: Known) -> dict[Topical, list[Vote]]:
    """For each question that could be asked, the criteria that its answer alone may settle."""
    votes: dict[Topical, list[Vote]] = {}
    for candidate in trials:
        criteria = [
            one for one in with_record(candidate.criteria, candidate.trial) if one.parent is None and not one.note
        ]
        verdicts = [judge_known(criterion, known) for criterion in criteria]
        pairs = list(zip(criteria, verdicts, strict=True))
        spoken_against = any(speaks_against(criterion, verdict) for criterion, verdict in pairs)
        worth = candidate.weight * (ALREADY_A_PROBLEM if spoken_against else 1.0)
        for criterion, verdict in pairs:
            for topical in _topicals(criterion, verdict):
                if criterion.id not in SAYS_LITTLE and _may_settle(criterion, topical, known):
                    votes.setdefault(topical, []).append(Vote(candidate, criterion, worth))
    return votes


def _topicals(criterion: Criterion, verdict: CriterionVerdict) -> tuple[Topical, ...]:
    """The questions behind what a criterion needs; one question on activity serves both scales."""
    found: dict[Topical, None] = {}
    for attribute in verdict.needs:
        if attribute.topic is Topic.PERFORMANCE_STATUS:
            found[Topical(_ECOG)] = None
        elif attribute.topic is Topic.LAB:
            asks = (one for one in requirements_in(criterion.rule) if one.attribute == attribute)
            found |= {Topical(attribute, _in_multiples(one)): None for one in asks}
        else:
            found[Topical(attribute)] = None
    return tuple(found)


def _in_multiples(requirement: Requirement) -> bool:
    return requirement.range is not None and requirement.range.unit == ULN


def _may_settle(criterion: Criterion, topical: Topical, known: Known) -> bool:
    """Whether this answer alone, all else staying as it is, can decide the criterion."""

    def answered(requirement: Requirement, attribute: Attribute) -> bool:
        if topical.attribute == _ECOG:
            return attribute.topic is Topic.PERFORMANCE_STATUS
        return attribute == topical.attribute and _in_multiples(requirement) is topical.multiples

    return criterion.rule is not None and work_out(criterion.rule, known, answered).open


# --- what may be asked


def _may_ask(attribute: Attribute, known: Known, asked: Collection[str], votes: Collection[Topical]) -> bool:
    """Nothing twice, and nothing that cannot concern this person."""
    if attribute.key in asked or _was_answered(attribute, known) or attribute.topic is Topic.PLACE:
        return False
    if not wording.is_asked(attribute):
        return False
    if attribute == _ECOG:
        return (_age(known) or ACTIVITY_FROM_AGE) >= ACTIVITY_FROM_AGE
    return attribute.topic not in _OF_WOMEN or _may_ask_of_women(known, asked, votes)


def _age(known: Known) -> float | None:
    fact = known.fact(Topic.AGE, "")
    return fact.value if fact is not None and isinstance(fact.value, int | float) else None


def _was_answered(attribute: Attribute, known: Known) -> bool:
    """Whether anything was said on it, a "not sure" too."""
    if attribute == _ECOG and known.fact(Topic.PERFORMANCE_STATUS, "karnofsky") is not None:
        return True
    return known.fact(attribute.topic, attribute.subject) is not None


def _may_ask_of_women(known: Known, asked: Collection[str], votes: Collection[Topical]) -> bool:
    """Pregnancy and breast-feeding: after sex and age; not of children under 11 or people over 60."""
    age = _age(known)
    if known.about is Relation.GRANDPARENT:
        return False
    if known.sex is None and SEX.key not in asked and not _was_answered(SEX, known):
        return False
    if age is None:
        return _was_answered(_AGE, known) or _AGE.key in asked or Topical(_AGE) not in votes
    return PREGNANCY_AGES.start <= age < PREGNANCY_AGES.stop


# --- which is best, and how it is put


def _asking(topical: Topical) -> Asking:
    table = wording.words().ask
    topic = str(topical.attribute.topic)
    return table["lab_uln"] if topical.multiples else (table.get(topical.attribute.key) or table[topic])


def _worth(topical: Topical, votes: Sequence[Vote]) -> float:
    asking = _asking(topical)
    return math.fsum(vote.worth for vote in votes) * asking.splits * asking.ease


def _expected(topical: Topical) -> tuple[int, str, bool]:
    return _asking(topical).place, topical.attribute.key, topical.multiples


def _question(topical: Topical, votes: Sequence[Vote], trials: int, about: Relation) -> Question:
    ordered = sorted(votes, key=lambda vote: (-vote.candidate.weight, vote.candidate.trial_id))
    asking = _asking(topical)
    answer_type = AnswerType(asking.answer)
    options = ("Yes", "No") if answer_type is AnswerType.YES_NO else asking.options
    return Question(
        text=_text(topical, asking, ordered, about),
        attribute=topical.attribute,
        answer_type=answer_type,
        options=(*(Option(says=says) for says in options), NOT_SURE),
        unit=_unit(topical) if answer_type is AnswerType.NUMBER else None,
        why=_why(ordered, trials),
        decides=tuple(Decides(trial_id=vote.candidate.trial_id, criterion_id=vote.criterion.id) for vote in ordered),
    )


def _text(topical: Topical, asking: Asking, votes: Sequence[Vote], about: Relation) -> str:
    attribute = topical.attribute
    known_units = wording.words().units_people_know.get(attribute.subject, wording.unit_name(_unit(topical) or ""))
    units = f"in {known_units}" if known_units and not known_units.startswith(("in ", "for ", "a ")) else known_units
    text = asking.text.format(x=wording.subject(attribute), units=units, **wording.address(about)).replace(" ()", "")
    windows = (
        requirement.within_days is not None
        for vote in votes
        for requirement in requirements_in(vote.criterion.rule)
        if requirement.attribute == attribute
    )
    timed = asking.answer == AnswerType.YES_NO and attribute.topic not in _OF_WOMEN and any(windows)
    return f"{text} If so, about how long ago was the last time?" if timed else text


def _unit(topical: Topical) -> str | None:
    match topical.attribute.topic:
        case Topic.AGE:
            return "years"
        case Topic.LAB if topical.multiples:
            return ULN
        case Topic.LAB if topical.attribute.subject in units.analytes():
            return units.canonical_unit(topical.attribute.subject)
        case _:
            return None


def _why(votes: Sequence[Vote], trials: int) -> str:
    titles = {vote.candidate.trial_id: vote.candidate.title.rstrip(". ") for vote in votes}
    if trials == 1:
        return f"I ask because the answer can decide a rule of this trial: {wording.listed(titles.values())}."
    shown = list(titles.values())[:SHOWN_TITLES]
    more = f"; and {len(titles) - len(shown)} more" if len(titles) > len(shown) else ""
    counts = f"{len(titles)} of your {trials} trials"
    return f"I ask because the answer can decide a rule in {counts}: {'; '.join(shown)}{more}."
