"""Illnesses, injuries and findings: "history of X", "severe X", "X such as Y", "X within 6 months"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.criteria.concepts import concept_of
from index.criteria.readers.lexicon import blocked
from index.criteria.readers.naming import Name, lead, name_in
from index.criteria.readers.words import NOTHING, Words
from index.criteria.rule import AnyOf, Rule, Topic

_OF_OTHERS = re.compile(
    r"\b(?:relatives?|family|mothers?|fathers?|siblings?|parents?|partners?|donors?|f(?:o)?etus|spouses?)\b"
)
_SHORT = re.compile(
    r"\s*[(\[](?![^)]*\b(?:only|part|phase|cohort|arm|group|if|not|no|except|unless"
    r"|any)\b)\s*[a-z][\w./' -]{0,14}[)\]](?!\w)"
)
_EXAMPLES = re.compile(
    r"\s*[,(]?\s*(?:e\.?g\b\.?|such as|including(?:,? but not limited to)?|like|for example|for instance)\b[,.:]?\s*"
)
_ENOUGH = re.compile(
    r"\s*,?\s*(?:of any (?:kind|type|sort|origin|cause|etiology|aetiology)|at (?:any time"
    r"|present)|in the past|in (?:the )?(?:medical )?history|etc|as a diagnosis|by history"
    r"|present|currently"
    r"|in (?:his|her|their|your) (?:medical )?history|at all|of the patient)\b\.?\s*"
)
OF_ALL = re.compile(
    r"\s*,?\s*(?:requir\w*|that|which|who|whose|within|during|in the (?:last|past|previous)|at"
    r"|prior|before|after|since|not|≥|>|<|≤|currently|unless|as |treated|diagnosed|likely"
    r"|confirmed|documented|,|occurring|on|under|receiving|needing|interfering|is|are|has|have"
    r"|was|were|affecting|if|when|by|limiting|preventing|precluding|for|managed|controlled"
    r"|despite|while|\d)"
)
_ADJECTIVE = re.compile(r"[a-z-]+(?:al|ic|ar|ous|ary|ine|ive|oid|ed|ey|er|ung|eart|ain|lood|kin)$")


_SHARED = frozenset(
    {
        "disease",
        "diseases",
        "disorder",
        "disorders",
        "impairment",
        "dysfunction",
        "failure",
        "insufficiency",
        "cancer",
        "cancers",
        "infection",
        "infections",
        "malignancy",
        "malignancies",
        "tumor",
        "tumors",
        "tumour",
        "tumours",
        "abnormality",
        "abnormalities",
        "injury",
        "illness",
        "illnesses",
        "condition",
        "conditions",
        "problems",
        "deficiency",
        "ischemia",
        "stenosis",
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """What an item asks. `narrowed`: words before the name say more than the rule does, of the next items too.

    `open`: words behind the name do so and govern what follows, so that the next item may lean on them.
    `shared`: they may speak of the items before it as well.
    """

    rule: Rule
    narrowed: bool = False
    open: bool = False
    shared: bool = False


def read_condition(item: Words, days: float | None = None) -> Found | None:
    """The illness that an item names, with what is told beside it."""
    name = name_in(item)
    if name is None:
        return None
    leaf = _leaf(item, name, days)
    rest = item.text[name.end :]
    while harmless := _SHORT.match(rest) or _ENOUGH.match(rest):
        rest = rest[harmless.end() :]
    if NOTHING.fullmatch(rest) or _EXAMPLES.match(rest):
        return Found(leaf, name.narrowed)
    if re.match(r"\s*[:=]|[-/]", rest) or _OF_OTHERS.search(rest):
        return None
    return Found(leaf, name.narrowed, True, OF_ALL.match(rest) is not None)


def completed(item: Words, last: Words) -> Found | None:
    """ "Cardiac" in "cardiac, hepatic or renal disease": an adjective that shares the last item's noun."""
    name = name_in(last)
    if name is None or not last.text[: name.end].split():
        return None
    head = last.text[: name.end].split()[-1]
    place, narrowed, suspected, _ = lead(item.text, 0, set())
    listed = item.text[place:].split()
    if suspected:
        return None
    if len(listed) != 1 or not _ADJECTIVE.match(listed[0]) or head not in _SHARED or blocked("frame").search(listed[0]):
        return None
    concept = concept_of(f"{listed[0]} {head}")
    if concept is None:
        return None
    rule = item.asks(Topic.CONDITION, concept.id, value=True)
    return Found(rule, narrowed or name.narrowed)


_OWN_TOPICS = {
    "hiv infection": (Topic.INFECTION, "hiv"),
    "hiv": (Topic.INFECTION, "hiv"),
    "aids": (Topic.INFECTION, "hiv"),
    "hepatitis b": (Topic.INFECTION, "hepatitis_b"),
    "hepatitis c": (Topic.INFECTION, "hepatitis_c"),
    "tuberculosis": (Topic.INFECTION, "tuberculosis"),
    "pregnancy": (Topic.PREGNANCY, ""),
    "breast-feeding": (Topic.BREAST_FEEDING, ""),
    "tobacco use": (Topic.LIFESTYLE, "smoking"),
}
"""Concepts that are asked for under a topic of their own."""


def _leaf(item: Words, name: Name, days: float | None) -> Rule:
    topic, subject = _OWN_TOPICS.get(name.subject, (Topic.CONDITION, name.subject))
    leaf: Rule = item.asks(topic, subject, start=name.start, end=name.end, value=True, within_days=days)
    return AnyOf(of=(leaf, item.as_written())) if name.suspected else leaf
