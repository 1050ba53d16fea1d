"""Consent, following the study's procedures, language, and what the study team alone can judge."""

from __future__ import annotations

import re

from index.criteria.readers.bounds import bounds_at, ranges
from index.criteria.readers.lexicon import phrase, saying
from index.criteria.readers.words import Words, all_of, any_of
from index.criteria.rule import AllOf, AnyOf, Not, Requirement, Rule, Topic

_CUE = re.compile(
    r"consent|assent|icf\b|willing|able|abilit|capab|agree|compl[yi]|complet|adher|languag"
    r"|speak|english|unreliab|refus|cannot|unlikely|liter|availab|commit|motivat|cooperat|fluen"
    r"|follow-?up|capacity"
)
_PLAIN = re.compile(
    r"(?:[\s,;:/().&-]|\b(?:the|a|an|to|of|and|or|be|is|are|has|have|for|by|in|on|his|her|their"
    r"|this|any|all|with|must|should|will|can|who|that|as|from|before|prior|study|trial"
    r"|protocol|written|signed|sign|signing|informed|voluntary|voluntarily|personally|dated"
    r"|date|give|giving|given|provide|provides|provided|providing|obtain|obtained|form|forms"
    r"|icf|consent|assent|able|ability|willing|willingness|capable|capacity|agree|agrees"
    r"|agreement|legal|legally|authori[sz]ed|representatives?|guardians?|parents?|parental"
    r"|patients?|subjects?|participants?|volunteers?|individuals?|child|child's|children"
    r"|parent\(s\)|guardian\(s\)|document|documented|documentation|evidence|understand"
    r"|understands|understanding|acceptable|valid|own|freely|full|fully|procedures?"
    r"|requirements?|comply|compliance|compliant|adhere|adherence|follow|instructions|visits?"
    r"|schedules?|scheduled|planned|follow-up|unable|unwilling|inability|refus\w+|not|lack|no"
    r"|unwillingness|cannot|speak|speaks|speaking|read|write|english|language|fluent|fluently"
    r"|participate|participation|research|related|specific|study-specific|read|complete"
    r"|completed|approved|irb|irb-approved|ethics|committee|data|use|good|poor|non-?compliance"
    r"|noncompliance|at|if|appropriate|or their|lar|competent|enough|adequate|adequately"
    r"|sufficiently|sufficient|well|clinical|other|assessments?"
    r"|medications?|drugs?|time|screening|enrol\w+)\b)*"
)
_OF_OTHERS = re.compile(r"\b(?:donor|partner|investigator|mothers? of|waiver|waived|emergency)\b")
_OF_A_PART = re.compile(r"^(?:for|if|when)\b|\b(?:cohort|phase|arm|part) [\da-z]\b")
_PROCEDURES = re.compile(r"compl|adher|attend|visits?|procedures?|protocol|follow|requirements")
_WITHOUT = re.compile(r"(?:no|without|lack\w*|absence of|poor|low|insufficient|inadequate|difficult\w*)$")
_THEIRS = re.compile(
    r"\W*(?:of )?(?:\w+ )?(?:ability|abilit|willing|capacity|compl|adher|cooperat|co-operat"
    r"|consent|signed|written|informed|follow|understand)"
)
_WILLING = re.compile(
    r"\b(?:willing\w*|unwilling\w*|agree\w*|commit\w+|refus\w+|capable of (?!consent)|competent to)\b"
)
_LIFE = re.compile(
    r"\b(?:life[- ]?expectanc(?:y|ies)|(?:expected|anticipated|estimated|predicted|projected"
    r"|potential|minimum) (?:overall )?(?:survival|life ?span|lifetime)(?: (?:time|period"
    r"|duration))?|survival (?:expectancy|time|period|expectation)|expected to (?:live|survive)"
    r"|predicted survival|survival expectation)\b"
)
_MONTHS = {"day": 12 / 365.25, "week": 84 / 365.25, "month": 1.0, "year": 12.0}
_LENGTH = re.compile(r"\s*-?\s*\(?\d*\)?\s*(?P<length>day|week|wk|month|mo|year|yr)s?\b\.?")
_NUMBER_WORDS = re.compile(r"\b(?:one|two|three|four|six|nine|twelve)\b")
_SPELLED = {"one": "1", "two": "2", "three": "3", "four": "4", "six": "6", "nine": "9", "twelve": "12"}


def read(words: Words) -> Rule | None:
    """The rule of a statement about consent, compliance or language; the words that say more stay beside it."""
    if _LIFE.search(words.text):
        return _life(words)
    if not _CUE.search(words.text):
        return None
    text = words.part(0)
    start = _start(text.text)
    body = text.text[start:]
    unable = saying("compliance", "unable").match(body)
    if _OF_OTHERS.search(body) or re.search(r"contracep|sperm|child-?bearing", body) or (unable and not text.excludes):
        return _language(text, bool(unable))
    if unable and _WITHOUT.search(unable[0]) and not _THEIRS.match(body, unable.end()):
        return None
    if _names_a_language(body) and (spoken := _language(text, bool(unable))):
        return spoken
    leaves = _leaves(text, body, bool(unable))
    if not leaves:
        return _language(text, bool(unable))
    plain = _PLAIN.fullmatch(body) is not None
    if not text.excludes:
        return all_of(leaves) if plain else AllOf(of=(*leaves, text.as_written()))
    if not unable:
        return None
    refused: list[Rule] = [Not(of=leaf) for leaf in leaves]
    return any_of(refused) if plain or re.search(r"\bor\b", body) is None else any_of([*refused, text.as_written()])


def _start(text: str) -> int:
    """Where the words begin behind who is meant."""
    people = phrase("frame", "people").match(text)
    place = people.end() if people else 0
    while verb := re.compile(r"[\s,]*(?:who|that|is|are|has|have|must|should|will|shall|be|to|also)\b").match(
        text, place
    ):
        place = verb.end()
    while place < len(text) and text[place] in " ,":
        place += 1
    return place


def _leaves(text: Words, body: str, unable: bool) -> list[Requirement]:
    """What is agreed to: consent, the study's procedures, or both."""
    found: list[Requirement] = []
    consents = [
        match
        for match in saying("consent", "asks").finditer(body)
        if not saying("consent", "timing").search(body[: match.start()])
    ]
    if consents and not (text.excludes and not unable):
        found.append(text.asks(Topic.CONSENT, value=True))
    able = saying("compliance", "able").match(body)
    led = (
        unable
        or (able and saying("compliance", "able_word").search(able[0]))
        or re.match(r"(?:good |adequate )?(?:compliance|adherence|follow-?up)\b", body)
    )
    beyond = saying("consent", "asks").sub(" ", body)
    asked = saying("compliance", "asks").search(beyond)
    follows = asked and not _only_timing(beyond, asked) and (not found or _PROCEDURES.search(beyond))
    willing = not found and _WILLING.search(body[:60]) and not re.search(r"contracep|child-?bearing|abstinen", body)
    if led and (follows or willing):
        found.append(text.asks(Topic.COMPLIANCE, value=True))
    return found


def _only_timing(body: str, asked: re.Match[str]) -> bool:
    """ "Able to consent before study procedures": what is to be done is the consent."""
    before = body[: asked.start()]
    return (
        re.search(r"\b(?:prior to|before)\s+(?:\w+\s+){0,3}$", before) is not None
        and len(list(saying("compliance", "asks").finditer(body))) == 1
    )


def _language(text: Words, unable: bool) -> Rule | None:
    """A language to be spoken or read; in an exclusion, one that is not."""
    names = re.compile(rf"\b(?:{saying('language', 'names').pattern})\b").findall(text.text)
    barrier = saying("language", "barrier").search(text.text)
    asks = saying("language", "asks").search(text.text)
    if not (barrier or (asks and (names or "language" in text.text))):
        return None
    if text.excludes != bool(
        barrier
        or unable
        or re.search(r"\b(?:not|no|non|unable|inability|cannot|insufficient|without|lack)\b", text.text)
    ):
        return None
    rules: list[Rule] = [text.asks(Topic.LANGUAGE, name, value=True) for name in dict.fromkeys(names)] or [
        text.asks(Topic.LANGUAGE, value=True)
    ]
    rule = any_of(rules)
    if text.excludes:
        return any_of([Not(of=rule), text.as_written()])
    return rule if _PLAIN.fullmatch(text.text) else AllOf(of=(rule, text.as_written()))


def read_judgement(words: Words) -> Rule | None:
    """What the study team judges, where no other reader has found anything that a fact could settle."""
    if _OF_A_PART.search(words.text):
        return None
    judged = saying("team", "judged").search(words.text)
    if judged or (words.excludes and saying("team", "would").search(words.text)):
        return words.asks(Topic.TEAM, value=True)
    return None


def _names_a_language(body: str) -> bool:
    return re.search(rf"\b(?:{saying('language', 'names').pattern})\b", body) is not None and "consent" not in body


def _life(words: Words) -> Rule | None:
    """Life expectancy in months."""
    text = Words(
        _NUMBER_WORDS.sub(lambda match: _SPELLED[match[0]].ljust(len(match[0])), words.text), words.place, words.kind
    )
    for match in re.finditer(
        r"[≥≤<>=]|\b(?:at least|more|greater|less|longer|over|exceed\w*|no less|not less|minimum"
        r"|shorter|up to|under|below|above|beyond)\b|\d",
        text.text,
    ):
        place = match.start()
        cleaned = re.sub(r"longer|beyond", lambda one: "more".ljust(len(one[0])), text.text).replace(
            "shorter", "less   "
        )
        found = bounds_at(cleaned, place, _length)
        read = ranges(found[0], found[1], _months) if found else None
        if read and len(read) == 1:
            leaf = words.asks(Topic.LIFE_EXPECTANCY, range=read[0])
            rest = text.text[:place] + text.text[found[2] if found else 0 :]
            if words.excludes and re.search(r",|\bor\b", rest):
                return AnyOf(of=(leaf, words.as_written()))
            plain = len(rest.split()) <= 12 and not re.search(r"\d", rest)
            return leaf if plain else AllOf(of=(leaf, words.as_written()))
    return None


def _length(text: str, start: int) -> tuple[str, int] | None:
    match = _LENGTH.match(text, start)
    return (match["length"], match.end()) if match else None


def _months(number: str, unit: str) -> tuple[float, str] | None:
    length = {"wk": "week", "mo": "month", "yr": "year"}.get(unit, unit)
    return (
        (round(float(number) * _MONTHS[length], 2), "months")
        if length in _MONTHS and re.fullmatch(r"\d{1,3}(?:\.\d+)?", number)
        else None
    )
