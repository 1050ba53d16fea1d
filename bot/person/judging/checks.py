"""What must hold of a model's judgement before anybody sees it; what does not leaves the rule open.

The words must be there and hold of the person, the rules win on numbers, and a plain denial meets no rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.person.eligibility import Basis, CriterionVerdict, Verdict
from bot.person.judging.memory import Pointed
from bot.person.judging.statements import Statement
from bot.person.reading.message import Message
from index.criteria.criterion import Criterion
from index.criteria.plain import plain
from index.criteria.rule import Topic, requirements_in
from index.criteria.units import analytes_in

MOST_WORDS = 4
"""Statements under one verdict; what rests on more is a summary."""

_REASON = "A language model, which can be wrong, reads this rule as {said}, as it is written, by these words: {words}."
_SAID = {Verdict.MET: "met", Verdict.NOT_MET: "not met"}
_NEGATES = re.compile(
    r"\b(?:no|not|none|never|nor|without|free|absence|lack\w*|negative|neither|non\w*|un\w{3,})\b|n't\b"
)
_SAY_LITTLE = frozenset(
    ("with", "have", "that", "from", "this", "their", "other", "patien", "partic", "subjec", "person", "histor")
)


def checked(criterion: Criterion, pointed: Pointed, said: Mapping[str, Statement]) -> CriterionVerdict | None:
    """The verdict, if the words are there, hold, and leave no number to the model."""
    cited = [said[one] for one in pointed.words if one in said and said[one].holds]
    if pointed.verdict not in _SAID or not 0 < len(pointed.words) == len(cited) <= MOST_WORDS:
        return None
    text = "\n".join(one.text for one in cited)
    denies = pointed.verdict is Verdict.MET and _denied(criterion.text, text)
    if denies or _figures_asked(criterion) & _measured(text):
        return None
    words = " and ".join("“" + " ".join(one.text.split()) + "”" for one in cited)
    return CriterionVerdict(
        criterion_id=criterion.id,
        verdict=pointed.verdict,
        evidence=cited[0].text,
        basis=Basis.JUDGED,
        reason=_REASON.format(said=_SAID[pointed.verdict], words=words),
    )


def _figures_asked(criterion: Criterion) -> frozenset[str]:
    """What a rule measures, without what the rules have worked out."""
    ranged = (leaf.attribute for leaf in requirements_in(criterion.rule) if leaf.range)
    read = {one.subject if one.topic is Topic.LAB else one.topic for one in ranged}
    return _measured(criterion.text) - read if re.search(r"\d", criterion.text) else frozenset()


_SCALES = {
    Topic.AGE: re.compile(r"\b(?:aged?|years? (?:old|of age)|years?-old|y/?o)\b"),
    Topic.PERFORMANCE_STATUS: re.compile(r"\b(?:ecog|karnofsky|kps|lansky|performance status)\b"),
}


def _measured(text: str) -> frozenset[str]:
    low = plain(text)
    scales = {str(topic) for topic, words in _SCALES.items() if words.search(low)}
    return frozenset({found.name for found in analytes_in(low)} | scales)


def _denied(rule: str, text: str) -> bool:
    """Whether every word that a rule without a "no" shares with the person's words is denied there."""
    low = plain(rule)
    if _NEGATES.search(low):
        return False
    asked = {word[:6] for word in re.findall(r"[a-z]{4,}", low)} - _SAY_LITTLE
    told = Message(text)
    shared = [match.start() for match in re.finditer(r"[a-z]{4,}", told.low) if match[0][:6] in asked]
    return bool(shared) and all(told.denial(place) is not None for place in shared)
