"""Allergies: "allergy or hypersensitivity to X", "peanut allergy"."""

from __future__ import annotations

import re

from index.criteria.concepts import Sort
from index.criteria.readers.conditions import OF_ALL, Found
from index.criteria.readers.lexicon import blocked, phrase
from index.criteria.readers.therapy import next_treatment
from index.criteria.readers.words import NOTHING, Words
from index.criteria.rule import Topic

_KIND = (
    r"(?:(?:severe|serious|known|immediate|immune-mediated|ige[- ]mediated|any|systemic"
    r"|significant|life-threatening|acute|anaphylactic|allergic|hypersensitivity|adverse|or|and"
    r"|a|an|documented|history of|prior|previous|infusion|idiosyncratic|reported|clinically"
    r"|past|hypersensitive|delayed|/|,)\s+)*"
    r"(?:allerg(?:y|ies)|allergic(?: reactions?| responses?)?|hypersensitivit(?:y|ies)(?:"
    r" reactions?)?|hypersensitive|anaphyla(?:xis|ctic)(?: reactions?| shock)?|anaphylactoid"
    r" reactions?|intoleran(?:ce|t)|intolerances|sensitivit(?:y|ies)|sensitive|idiosyncrasy"
    r"|hypersensitivity reactions?)(?:\(s\))?"
)
ALLERGIC = re.compile(rf"{_KIND}(?:\s*(?:,|/|\bor\b|\band\b|and/or|\()\s*{_KIND}\)?)*\s+(?:to|against|towards?)\s+")
_NAMED = re.compile(r"(?P<what>[a-z][a-z' -]{2,30}?)\s+(?:allergy|allergies|hypersensitivity|intolerance)(?P<rest>.*)$")
_OURS = re.compile(
    r"\b(?:(?:study|trial|investigational|test|experimental|protocol)\s*-?(?:drugs?|products?"
    r"|medications?|medicines?|medicinal|treatments?|agents?|vaccines?|interventions?"
    r"|compounds?|therap\w+|materials?|device)|active (?:substances?|ingredients?"
    r"|pharmaceutical ingredients?)|excipients?|ingredients?|placebo|components?"
    r"|constituents?|its|imps?)\b"
)
_HEAD = re.compile(
    r"(?:(?:any|one|other|some|all|either|both|of|the|its|their|known|or more|a|an|to|against"
    r"|in|active|inactive|following|these|related|similar)\s+)+"
)
_NO_SUBSTANCE = re.compile(
    r"^(?:as|by|such|signs?|symptoms?|including|like|at|least|with|in|that|which|who|requiring"
    r"|defined|due|has|have|is|are|not|but|e\.g|for|clinically|known|history|severe|systemic"
    r"|similar|those|this|these|previous|prior|any|one|substance|drugs?$|medications?$|agents?$"
    r"|related drugs)\b"
    r"|\b(?:reactions?|rash|urticaria|anaphyla\w+|asthma|rhinitis|symptoms?|eczema|least"
    r"|following|shock|edema|angioedema|disease|syndrome)\b"
)
_MODIFIES = re.compile(
    r"(?:drug|seasonal|environmental|other|multiple|severe|known|active|any|serious|significant|concomitant|untreated"
    r"|positive|negative|proven|confirmed|documented)$"
)


def allergic_to(body: Words) -> int | None:
    """Where the list of substances begins that the words speak of an allergy to; `None` if they do not."""
    start = 0
    while match := phrase("frame", "harmless").match(body.text, start):
        start = match.end() + (len(body.text) - match.end() - len(body.text[match.end() :].lstrip()))
    found = ALLERGIC.match(body.text, start) or ALLERGIC.match(body.text)
    return found.end() if found else None


def read_allergy(item: Words) -> Found | None:
    """A substance, as one item of the list behind "allergy to"."""
    text = item.part(0)
    if head := _HEAD.match(text.text):
        text = text.part(head.end())
    parts_of = next((one for one in item.mentions() if one[0].concept.sort is Sort.MEDICINE), None)
    if parts_of and re.search(r"\b(?:components?|ingredients?|excipients?|constituents?)\b", item.text):
        concept, start, end = parts_of
        return Found(item.asks(Topic.ALLERGY, concept.concept.id, start=start, end=end, value=True))
    if _OURS.search(item.text[:60]):
        return Found(item.asks(Topic.ALLERGY, "study treatment", value=True))
    subject, end = _substance(text)
    if (
        subject is None
        or blocked("frame").search(subject)
        or _NO_SUBSTANCE.search(subject)
        or text.text[end : end + 1] in {"/", "-"}
    ):
        return None
    rest = re.sub(r"^\s*\([\w ,./'-]{1,30}\)", "", text.text[end:])
    exact = bool(NOTHING.fullmatch(rest))
    leaf = text.asks(Topic.ALLERGY, subject, end=end, value=True)
    return Found(leaf, False, not exact, OF_ALL.match(rest) is not None)


def _substance(text: Words) -> tuple[str | None, int]:
    for one, start, end in text.mentions():
        if one.concept.sort is Sort.MEDICINE and start == 0:
            return one.concept.id, end
    if (named := next_treatment(text.text, 0)) and named[1] == 0:
        return named[0], named[2]
    match = re.compile(
        r"[a-z][a-z0-9'-]*(?: (?!(?:that|which|who|used|in|for|with|of|on|as|such|or|and|to|if"
        r"|requiring|due|within|during)\b)[a-z0-9][a-z0-9'-]*){0,3}"
    ).match(text.text)
    if not match:
        return None, 0
    return re.sub(r"\s+", " ", match[0]), match.end()


def read_named_allergy(item: Words) -> Found | None:
    """ "Peanut allergy"."""
    start = 0
    while match := phrase("frame", "harmless").match(item.text, start):
        start = match.end() + (len(item.text) - match.end() - len(item.text[match.end() :].lstrip()))
    text = item.part(start)
    found = _NAMED.fullmatch(text.text)
    if not found or blocked("frame").search(found["what"]) or _MODIFIES.search(found["what"]):
        return None
    what = re.sub(
        r"^(?:(?:severe|serious|significant|active|acute|current|ige[- ]mediated|immediate|known"
        r"|persistent|multiple|other|clinical|documented|confirmed|chronic)\s+)+",
        "",
        found["what"],
    )
    if (
        re.search(r"\b(?:or|and|of|to|for|with|airway|skin|contact|respiratory|perennial|ige)\b", what)
        or len(what.split()) > 3
    ):
        return None
    narrowed = what != found["what"] or not NOTHING.fullmatch(found["rest"])
    if found["rest"].strip() and not re.match(
        r"\s*(?:[,(]|\b(?:that|which|with|to|confirmed|requiring|within|as)\b)", found["rest"]
    ):
        return None
    behind = not NOTHING.fullmatch(found["rest"])
    return Found(text.asks(Topic.ALLERGY, what, value=True), narrowed, behind, behind)
