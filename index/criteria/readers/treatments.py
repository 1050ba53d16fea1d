"""Medicines that a person takes and treatments they have had, by name or class: "use of X", "on X", "prior X for Y"."""

from __future__ import annotations

import re

from index.criteria.concepts import Sort
from index.criteria.readers.conditions import Found
from index.criteria.readers.lexicon import blocked, names_illness, phrase, words
from index.criteria.readers.naming import GLUE
from index.criteria.readers.therapy import next_treatment
from index.criteria.readers.words import NOTHING, Words
from index.criteria.rule import AllOf, AnyOf, Rule, Topic

_JOINS = re.compile(
    r"[\s,/]*(?:(?:of|with|to|by|any|an?|the|and|or|and/or|for|in|other|both|either|type|types"
    r"|form|forms|been|be|to|at|least|one|more|additional|another|following)\b[\s,/]*)*"
)
_OF_ALL = re.compile(
    r"\s*,?\s*(?:within|during|in the (?:last|past|previous)|at|prior|before|after|since|less"
    r" than|that|which|who|≥|>|<|≤)"
)
_IN_HAND = re.compile(r"\bbeing treated\b|\b(?:are|is) (?:being |currently )?treated\b")
_BEFOREHAND = re.compile(r"\b(?:undergo|undergoing|requir\w+|await\w*)\b")
_TIES = frozenset(
    {"with", "of", "by", "to", "prior", "previous", "previously", "receiving", "using", "taking", "currently"}
)
_LASTING = re.compile(r"\b(?:chronic\w*|regular\w*|daily|long-term|continuous|maintenance|frequent)\b")
_NOT_TAKEN = re.compile(
    r"\s*(?:\([^()]*\)\s*)?(?:is|are|was|were|be)\b|.*\b(?:is|are|was) (?:contraindicated|indicated|needed|planned)\b"
)
_LATER = re.compile(
    r"\b(?:throughout|during) (?:the )?(?:course of )?(?:the )?(?:study|trial|intervention"
    r"|treatment)\b"
)
_IN_A_TRIAL = re.compile(
    r"(?:investigational|experimental|unapproved|unlicensed|non-registered"
    r"|non-approved)\s+(?:or \w+ )?(?:new |medicinal |medical |drug |study |anti-?\w+ |cancer "
    r"|biologic\w* |non-\w+ )*(?:drugs?|agents?|products?|medications?|medicines?|therap(?:y"
    r"|ies)|treatments?|devices?|compounds?|interventions?|vaccines?|procedures?)(?:\(s\))?"
)
_SHORT = re.compile(
    r"\s*[(\[](?![^)]*\b(?:only|part|phase|cohort|arm|group|if|not|no|except|unless"
    r"|any)\b)\s*[a-z0-9][\w.®™/' -]{0,18}[)\]](?!\w)"
)
_EXAMPLES = re.compile(r"\s*[,(]?\s*(?:e\.?g\b\.?|such as|including|like|for example|for instance)\b")
_WORDS_BEFORE = re.compile(r"[a-z0-9'/ -]*$")
_NOT_A_NOUN = re.compile(
    r"(?:of|in|on|at|for|with|without|from|by|to|due|that|which|who|when|while|during|after"
    r"|before|since|until|despite|as|such|like|because|within|under|per|via|than|among|over|if"
    r"|unless|except|but|is|are|was|were|has|have|had|not"
    r"|including|excluding|requiring|within|given|administered|prescribed|required|used|more"
    r"|less|prior|at|any|alone|only|daily|\W).*"
)
_NEVER_TRUE_TODAY = re.compile(r"\b(?:allowed|permitted|acceptable|eligible|can|may)\b(?<!that may)(?<!which may)")


Mode = tuple[bool, bool]
"""Whether words speak of the past, and whether they speak of today."""
PAST, NOW, EITHER, UNSAID = (True, False), (False, True), (True, True), (False, False)


def lead(text: str) -> tuple[Mode, int] | None:
    """The words that say "has had" or "takes" at the start of an item: what they say, and where they end."""
    place, past, now, said = 0, False, False, False
    while True:
        joins = _JOINS.match(text, place)
        at = joins.end() if joins else place
        match = phrase("medicines", "lead", "past", "now").match(text, at)
        if not match:
            if said or place:
                return (past, now), at
            return None
        past = past or phrase("medicines", "past").fullmatch(match[0]) is not None
        now = now or phrase("medicines", "now").fullmatch(match[0]) is not None
        said, place = True, match.end()


def read_treatment(item: Words, mode: Mode | None, days: float | None = None) -> Found | None:
    """The treatment that an item names; `mode`: what the items before it said of past and present."""
    own = lead(item.text)
    if own is None and mode is None and not item.excludes:
        return None
    said, place = own or (mode or UNSAID, 0)
    if own and own[0] == UNSAID and mode:
        said = mode
    if trial := _IN_A_TRIAL.search(item.text, place):
        if trial.start() - place > 30 or re.search(r"\b(?:not|no|without|allerg\w*)\b", item.text):
            return None
        taken = item.asks(Topic.OTHER_TRIAL, start=trial.start(), end=trial.end(), value=True, within_days=days)
        return Found(AllOf(of=(taken, item.as_written())), open=True) if own or mode else None
    name = _name(item, place)
    if name is None:
        return None
    subject, start, end, procedure = name
    if own and _IN_HAND.search(item.text, 0, start):
        said = NOW
    if procedure and _BEFOREHAND.search(item.text, 0, start):
        return None
    before = item.text[place:start]
    if any(GLUE.match(word) or names_illness(word) for word in before.split() if word not in _TIES):
        return None
    if blocked("medicines").search(before) or not _WORDS_BEFORE.fullmatch(before) or len(before.split()) > 4:
        return None
    lasting = _LASTING.search(item.text, 0, place) is not None
    narrowed = lasting or bool(re.search(r"[a-z]", phrase("frame", "harmless").sub(" ", before)))
    rest = item.text[end:]
    while harmless := _SHORT.match(rest) or re.compile(r"\s+(?:" + phrase("medicines", "after").pattern + ")").match(
        rest
    ):
        rest = rest[harmless.end() :]
    if (
        rest.startswith("-")
        or (rest.strip() and not _NOT_A_NOUN.match(rest.strip()))
        or _NEVER_TRUE_TODAY.search(rest)
        or _LATER.search(rest)
        or _NOT_TAKEN.match(rest)
    ):
        return None
    rule = _rule(item, subject, (start, end), said, days, procedure)
    if rule is None:
        return None
    if NOTHING.fullmatch(rest) or _EXAMPLES.match(rest):
        return Found(rule, narrowed)
    return Found(rule, narrowed, True, _OF_ALL.match(rest) is not None)


def _rule(
    item: Words, subject: str, at: tuple[int, int], said: Mode, days: float | None, procedure: bool
) -> Rule | None:
    prior = item.asks(Topic.PRIOR_THERAPY, subject, start=at[0], end=at[1], value=True, within_days=days)
    if days is not None or said == PAST:
        return prior
    if said == UNSAID or procedure:
        return AllOf(of=(prior, item.as_written()))
    takes = item.asks(Topic.MEDICATION, subject, start=at[0], end=at[1], value=True)
    return takes if said == NOW else AnyOf(of=(takes, prior))


def _name(item: Words, place: int) -> tuple[str, int, int, bool] | None:
    """The treatment that is named first: its subject, where it stands, and whether it is something done once."""
    found: list[tuple[int, int, str, bool]] = []
    if named := next_treatment(item.text, place):
        subject, start, end = named
        found.append((start, -end, subject, subject in _DONE))
    for one, start, end in item.mentions():
        if start >= place and one.concept.sort in (Sort.MEDICINE, Sort.PROCEDURE):
            found.append((start, -end, one.concept.id, one.concept.sort is Sort.PROCEDURE))
            break
    if found:
        start, end, subject, procedure = min(found, key=lambda one: (one[0], one[1]))
        return subject, start, -end, procedure
    return _class(item.text, place)


_DONE = frozenset(
    {
        "surgery",
        "bariatric_surgery",
        "radiotherapy",
        "stem_cell_transplant",
        "allogeneic_transplant",
        "autologous_transplant",
        "organ_transplant",
        "car_t",
        "blood_transfusion",
        "gene_therapy",
        "dialysis",
    }
)


_KINDS = frozenset(
    {
        "drug",
        "drugs",
        "medication",
        "medications",
        "agent",
        "agents",
        "therapy",
        "therapies",
        "treatment",
        "treatments",
        "medicines",
    }
)
_OF_A_KIND = re.compile(
    r"anti-?[a-z]{4,}|systemic|immuno[a-z]+|[a-z]+(?:tropic|lytic|biologic|biological|toxic"
    r"|suppressive|suppressant|modulating|modulatory|lowering|thrombotic|inflammatory|ergic)"
    r"|hormonal|biologic|biological|psychoactive|vasoactive|lipid-lowering|antineoplastic"
    r"|alkylating|targeted|replacement|oxygen|radiation|radionuclide|fibrinolytic|estrogen"
    r"|herbal|steroidal|endocrine"
)


def _class(text: str, place: int) -> tuple[str, int, int, bool] | None:
    """A class of medicines by its last word: "cyp3a4 inhibitors", "oral antihistamines"."""
    match = re.compile(r"[\s,]*((?:[a-z0-9'-]+ ){0,4}?)([a-z-]+)(?![a-z-])").match(text, place)
    while match and match[2] not in words("medicines", "words") and match[2] not in _KINDS:
        if len(match[1].split()) > 3 or match[2] in {"or", "and", "of", "for", "with", "to", "in", "on"}:
            return None
        match = re.compile(rf"[\s,]*((?:[a-z0-9'-]+ ){{{len(match[1].split()) + 1}}})([a-z-]+)(?![a-z-])").match(
            text, place
        )
    if not match:
        return None
    start, listed = match.start(1), match[1].split()
    if match[2] in _KINDS:
        if not listed or not _OF_A_KIND.fullmatch(listed[-1]) or blocked("frame").search(" ".join(listed)):
            return None
        return f"{listed[-1]} {match[2]}", text.rindex(listed[-1], start, match.end()), match.end(), False
    while listed and (
        listed[0] in words("frame", "narrows")
        or listed[0] in {"any", "strong", "oral", "potent", "long-term", "live", "systemic"}
    ):
        start = text.index(listed[0], start) + len(listed[0])
        listed = listed[1:]
    if blocked("frame").search(" ".join(listed)):
        return None
    start += len(text[start:]) - len(text[start:].lstrip())
    return " ".join([*listed, match[2]]), start, match.end(), False
