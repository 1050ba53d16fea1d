"""How somebody lives: insurance, custody, guardianship, a phone; smoking, alcohol and drugs."""

from __future__ import annotations

import re

from index.criteria.readers.lexicon import saying, sayings_of
from index.criteria.readers.words import Words
from index.criteria.rule import AllOf, AnyOf, Not, Requirement, Rule, Topic

_CUE = re.compile(
    r"\b(?:e-?|un|ex-?|non-?|smart ?|cell ?|tele|de)?(?:insur|social|medicai|medicare|affiliat"
    r"|benefici|prison|incarcer|custod|detain|detention|depriv|inmate|guardian|tutor|tutel"
    r"|curator|trustee|protect|incapa|phone|android|internet|wi-?fi|e-?mail|computer|online"
    r"|employ|staff|personnel|institut|nursing home|order\b|military|soldier|caregiver"
    r"|informant|partner|smok|tobacco|cigar|pack|nicotin|vap|alcohol|drink|drug|substance"
    r"|marijuana|cannabis|cocaine|heroin|addict|narcotic)"
)
_NEGATIVE = re.compile(
    r"^(?:(?:patients?|subjects?|participants?|individuals?|persons?|people|those|who|that|is"
    r"|are|has|have|must|should|be|do|does|currently|a|an|the|any|or|with)\s+)*"
    r"(?:no\b|not\b|non-?|without\b|never\b|lack\w*|absence of|unable|free of|deny|denies"
    r"|refrain|abstain|abstinen\w*|inability|uninsured|willing to (?:refrain|abstain))"
)
_INNER_NOT = re.compile(
    r"\b(?:no|not|non|without|never|lack|absence|unable|cannot|ex|former\w*|quit\w*|stopp\w*"
    r"|past|history|previous\w*|prior|famil\w*|second-?hand|passive)\b|\bex-|\bnon-"
)
_AMOUNT = re.compile(
    r"\d|\b(?:heavy|excessive|severe|current\w*|active\w*|chronic\w*|recent\w*|regular\w*|daily"
    r"|significant|within|more than|ongoing|uncontrolled|known|suspected|habitual|moderate"
    r"|abus\w*|depend\w*|alcoholic|alcoholism|misuse\w*|addict\w*|history|past|previous|prior"
    r"|problem\w*|disorder\w*|withdrawal|units?|drinks)\b"
)
_LIFE = ("smoking", "alcohol", "drug_use")
_OTHER_SENSE = re.compile(
    r"\b(?:alcoholic (?:liver|hepatitis|fatty|steato|cirrhosis)|non-?alcoholic|liver|hepat\w*"
    r"|pancreat\w*|cirrhosis|allerg\w*|gel|gels|swab|contraindicat\w*|smoke detector|steato\w*"
    r"|foetal|fetal|consent\w*|drug use that|prohibited)\b"
)


def read(words: Words) -> Rule | None:
    """The rule of a statement about one circumstance or habit; the words beside it stay as written."""
    if len(words.text) > 350 or not _CUE.search(words.text):
        return None
    text = words.part(0)
    if re.match(r"(?:for|if|when|note|in case)\b", text.text) or re.search(
        r"\b(?:allowed|permitted|eligible|may be included|unless|except)\b", text.text
    ):
        return None
    return _habits(text) or _circumstance(text)


def _habits(text: Words) -> Rule | None:
    """Smoking, drinking and drugs; how much or since when stays as written."""
    if _OTHER_SENSE.search(text.text):
        return None
    found = [(subject, match) for subject in _LIFE if (match := saying("lifestyle", subject).search(text.text))]
    if not found or found[0][1].start() > 60 or re.search(r"[;:]|\. ", text.text):
        return None
    refused = _NEGATIVE.match(text.text)
    if refused and text.excludes:
        return None
    body = text.text[refused.end() :] if refused else text.text
    if (refused and re.search(r"\b(?:and|but|who)\b", body) and len(found) == 1) or (
        not refused and re.search(r"\b(?:no|not|non|never|without|unwilling|unable|refus\w*)\b", body)
    ):
        return None
    leaves: list[Rule] = [_leaf(text, Topic.LIFESTYLE, subject, match) for subject, match in found]
    if not refused and not text.excludes and len(found) > 1:
        return None
    joined: Rule = leaves[0] if len(leaves) == 1 else AnyOf(of=tuple(leaves))
    others = re.split(r",|\bor\b|\band\b", body)
    if any(
        part.strip() and not any(saying("lifestyle", one).search(part) for one in _LIFE) and not _continues(part)
        for part in others
    ):
        return None
    plain = not _AMOUNT.search(body) and len(body.split()) <= 3
    rule = joined if plain else AllOf(of=(joined, text.as_written()))
    return Not(of=rule) if refused else rule


def _continues(part: str) -> bool:
    """Whether a piece between "or"s only says how much, how long or of which kind."""
    return (
        re.fullmatch(
            r"\s*(?:\(?\s*(?:abus\w*|addict\w*|depend\w*|misuse\w*|dependence|use|packs?|per|units?"
            r"|drinks?|[<>≥≤=/]|daily|weekly|pa|equivalent|times?|current\w*|previous\w*|past|prior"
            r"|history of|active\w*|chronic\w*|former|ex|recent\w*|known|excessive|more|less|greater"
            r"|other|years?|months?|months|weeks?|\d+\w*|a|an|of|in|within|per|day|week|the|patients?"
            r"|with|significant|severe|intravenous|iv|prescription|illegal|illicit|recreational"
            r"|substances?|drugs?|suspected|ongoing|heavy|regular|equal|than|to)\b[\s)]*)*",
            part,
        )
        is not None
    )


def _circumstance(text: Words) -> Rule | None:
    """One circumstance that is asked for, or that excludes."""
    found = [
        (subject, match)
        for subject in sayings_of("circumstance")
        if (match := saying("circumstance", subject).search(text.text))
    ]
    if not found or len(text.text) > 260:
        return None
    refused = _NEGATIVE.match(text.text)
    wanted = {"insurance", "phone", "internet", "caregiver"}
    subjects = [subject for subject, _ in found]
    inner = re.search(r"\b(?:no|not|non|without|never|lack|absence|unable|cannot)\b|\bnon-", text.text)
    if all(subject in wanted for subject in subjects):
        rules: list[Rule] = [_leaf(text, Topic.CIRCUMSTANCE, subject, match) for subject, match in found]
        if text.excludes:
            return (
                AnyOf(of=(*(Not(of=rule) for rule in rules), text.as_written()))
                if refused or (inner and "insurance" in subjects)
                else None
            )
        if inner:
            return None
        either = re.search(r"\bor\b|/", text.text)  # a smartphone or a tablet
        return AnyOf(of=(*rules, text.as_written())) if either else AllOf(of=(*rules, text.as_written()))
    if any(subject in wanted for subject in subjects):
        return None
    leaves: list[Rule] = [
        AllOf(of=(_leaf(text, Topic.CIRCUMSTANCE, subject, match), text.as_written())) for subject, match in found
    ]
    if refused and not text.excludes:
        return Not(of=AnyOf(of=(*leaves, text.as_written())))
    if not text.excludes or inner:
        return None
    if len(found) == 1 and len(text.text.split()) <= len(found[0][1][0].split()) + 2:
        return _leaf(text, Topic.CIRCUMSTANCE, *found[0])
    exact = [
        _leaf(text, Topic.CIRCUMSTANCE, subject, match)
        for subject, match in found
        if subject in ("prisoner", "guardianship")
    ]
    return AnyOf(of=(*(exact or leaves), text.as_written()))


def _leaf(text: Words, topic: Topic, subject: str, match: re.Match[str]) -> Requirement:
    return text.asks(topic, subject, start=match.start(), end=match.end(), value=True)
