"""What follows for a requirement from all that is known: the fact on its attribute, a fact that implies it, silence."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from bot.person import kinds
from bot.person.facts import Fact
from bot.person.silence import silent_on
from bot.person.truth import Finding, Gap, Known, by_fact, by_word, certain, had, lies_in
from index.criteria.rule import Range, Requirement, Topic

_ECOG_OF_KARNOFSKY = {100: 0, 90: 0, 80: 1, 70: 1, 60: 2, 50: 2, 40: 3, 30: 3, 20: 4, 10: 4, 0: 5}
"""The usual crosswalk of the two scales (Oken and others 1982, Am J Clin Oncol 5:649; Karnofsky in steps of ten)."""


FROM_AGE, TO_AGE = 9, 60
"""Years: nobody younger, or this old, is taken to be able to become pregnant."""


def find(requirement: Requirement, known: Known) -> Finding:
    """The fact on the very attribute first, then what follows from others; what is left unsaid only where it may."""
    attribute = requirement.attribute
    direct = by_fact(requirement, known.fact(attribute.topic, attribute.subject))
    derive = _DERIVATIONS.get(attribute.topic)
    found = derive(requirement, known, direct) if derive else direct
    if known.presumes and found.truth is None and found.gap is Gap.NOTHING_SAID and silent_on(requirement, known):
        return Finding(requirement, requirement.value is False, assumed=True)
    return found


# --- what follows from other facts


def _by_relation(requirement: Requirement, known: Known, direct: Finding) -> Finding:
    """Whoever speaks of their mother has said that she is a woman."""
    if direct.gap is not Gap.NOTHING_SAID or known.sex is None or not isinstance(requirement.value, str):
        return direct
    return by_word(requirement, requirement.value, known.sex)._replace(derived=True)


def _not_of_men(requirement: Requirement, known: Known, direct: Finding) -> Finding:
    """A stated pregnancy outranks everything; otherwise it is not a question for men, children and old people."""
    if direct.truth is not None or not isinstance(requirement.value, bool):
        return direct
    cannot = cannot_bear(known)
    return Finding(requirement, requirement.value is False, cannot, derived=True) if cannot else direct


def cannot_bear(known: Known) -> Fact | None:
    """The fact by which a person cannot be pregnant."""
    if known.male:
        return known.sex
    stated = known.fact(Topic.CHILDBEARING, "")
    if stated is not None and certain(stated) and stated.value is False:
        return stated
    age = known.fact(Topic.AGE, "")
    if age is None or not certain(age) or not isinstance(age.value, int | float):
        return None
    return age if age.value < FROM_AGE or age.value >= TO_AGE else None


def _not_if_ill(requirement: Requirement, known: Known, direct: Finding) -> Finding:
    if direct.truth is not None or known.ill is None or not isinstance(requirement.value, bool):
        return direct
    return Finding(requirement, requirement.value is False, known.ill, derived=True)


def _by_other_scale(requirement: Requirement, known: Known, direct: Finding) -> Finding:
    """ECOG by Karnofsky and back, only where everything that the value may mean on the other scale gives one result."""
    other = "karnofsky" if requirement.attribute.subject == "ecog" else "ecog"
    fact = known.fact(Topic.PERFORMANCE_STATUS, other)
    if direct.truth is not None or fact is None or requirement.range is None:
        return direct
    on_its_scale = by_fact(requirement.model_copy(update={"range": Range()}), fact)
    if on_its_scale.truth is None or not isinstance(fact.value, int | float):
        return on_its_scale._replace(requirement=requirement) if direct.gap is Gap.NOTHING_SAID else direct
    truths = {lies_in(value, requirement.range) for value in equivalents(other, fact.value)}
    return Finding(requirement, truths.pop(), fact, derived=True) if len(truths) == 1 else direct


def equivalents(scale: str, value: float) -> tuple[float, ...]:
    """What a value on one scale may mean on the other; a value between two steps may mean what either does."""
    if scale == "karnofsky":
        steps = (math.floor(value / 10) * 10, math.ceil(value / 10) * 10)
        return tuple({float(_ECOG_OF_KARNOFSKY[step]) for step in steps if step in _ECOG_OF_KARNOFSKY})
    nearest = (math.floor(value), math.ceil(value))
    return tuple(float(step) for step, ecog in _ECOG_OF_KARNOFSKY.items() if ecog in nearest)


_ALSO_BY: Mapping[Topic, tuple[Topic, ...]] = {
    Topic.PRIOR_THERAPY: (Topic.MEDICATION,),  # what is taken now has been taken
    Topic.INFECTION: (Topic.CONDITION,),
    Topic.CONDITION: (Topic.INFECTION,),
}
"""Topics whose facts speak for another one where the person has it; the opposite is not said by them."""


def _by_kind(requirement: Requirement, known: Known, direct: Finding) -> Finding:
    """An illness or treatment by one that is a kind of it (had), or that it is a kind of (never had)."""
    if not isinstance(requirement.value, bool):
        return direct
    topic, name = requirement.attribute.topic, kinds.name_of(requirement.attribute.subject)
    findings = [direct] if direct.truth is not None else []
    for one in (topic, *_ALSO_BY.get(topic, ())):
        for fact in known.held.get((one, name), ()):
            if had(requirement, fact)[0]:
                findings.append(Finding(requirement, requirement.value, fact, derived=True))
    for fact in known.lacked.get((topic, name), ()):
        findings.append(Finding(requirement, not requirement.value, fact, derived=True))
    if len({finding.truth for finding in findings}) > 1:
        return Finding(requirement, None, findings[0].fact, gap=Gap.CONTRADICTION)
    if findings:
        return findings[0]
    none_at_all = known.fact(topic, "") if topic is not Topic.CONDITION else None  # "healthy before" is not "well now"
    if (
        none_at_all
        and certain(none_at_all)
        and none_at_all.value is False
        and not _spoken_of(topic, name, known, direct)
    ):
        return Finding(requirement, not requirement.value, none_at_all, derived=True)
    return _undecided(requirement, known, direct, name)


def _spoken_of(topic: Topic, name: str, known: Known, direct: Finding) -> bool:
    """Whether "takes no medicines" and the like are not all that was said on it."""
    return direct.gap is not Gap.NOTHING_SAID or (topic, name) in known.held


def _undecided(requirement: Requirement, known: Known, direct: Finding, name: str) -> Finding:
    """A fact that speaks of it without deciding: it was had at a time that is not known."""
    undated = known.held.get((requirement.attribute.topic, name), ())
    if direct.gap is Gap.NOTHING_SAID and undated:
        gap = had(requirement, undated[0])[1]
        return Finding(requirement, None, undated[0], gap=gap) if gap else _never_in_the_window(requirement, undated)
    return direct


def _never_in_the_window(requirement: Requirement, facts: tuple[Fact, ...]) -> Finding:
    """Each one was had before the time window; whether there was another one since is not said."""
    return Finding(requirement, None, facts[0], gap=Gap.NO_DATE)


_DERIVATIONS: Mapping[Topic, Callable[[Requirement, Known, Finding], Finding]] = {
    Topic.SEX: _by_relation,
    Topic.PREGNANCY: _not_of_men,
    Topic.BREAST_FEEDING: _not_of_men,
    Topic.CHILDBEARING: _not_of_men,
    Topic.HEALTHY_VOLUNTEER: _not_if_ill,
    Topic.PERFORMANCE_STATUS: _by_other_scale,
    Topic.PRIOR_THERAPY: _by_kind,
    Topic.MEDICATION: _by_kind,
    Topic.ALLERGY: _by_kind,
    Topic.CONDITION: _by_kind,
    Topic.INFECTION: _by_kind,
}
