"""How old a person is, and of which sex."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.person.facts import Relation
from bot.person.reading.holders import sex_of
from bot.person.reading.message import Found, Message
from bot.person.reading.words import any_of, lists
from index.criteria.rule import Attribute, Topic

AGE = Attribute(topic=Topic.AGE)
SEX = Attribute(topic=Topic.SEX)

_BE = r"(?:i am|i'm|im|i m|he is|he's|hes|she is|she's|shes|who is|who's|is|turned|myself|iam)"
_OLD = (
    r"[- ]{0,2}(?:years?|yrs?|y|year's)[- ]{0,2}(?:of age|olds?\b)|[- ]?(?:y\.? ?/?o\.?|yo|yr old)(?![a-z])|"
    r"[- ]?(?:yrs|years?|yers) (?:old|young)|[- ]?yers old"
)
_PERSON = r"(?:wom[ae]n|m[ae]n|female|male|gentleman|lady|girl|boy|guy|person|child|baby|infant|f|m)"
_AFTER_BARE = (
    r"(?=\s*(?:$|[,;!?)(\n]|\.(?!\d)|[-–—]\s|(?:but|so|now|today|not|female|male|wom[ae]n|m[ae]n|f|m|from|"
    r"living|live|have|had|has|who|what|which|can|diagnosed|i|i'm|my|just|suffering|or am)\b(?!\s*(?:a half|half))"
    r"|(?:and|with)\b(?!\s*(?:a half|half|\d))"
    r"|(?:last|this) (?:week|month)|in (?!jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|remission|total|a row)))"
)
_UNITS = {"day": 1 / 365.25, "week": 7 / 365.25, "wk": 7 / 365.25, "month": 1 / 12, "mo": 1 / 12, "mth": 1 / 12}

_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_ONES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_WORDED = rf"(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<ones>{'|'.join(_ONES)}))?"

_AGES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d.,/<>=–-])(?P<n>\d{{1,3}})(?:{_OLD})",
        rf"\b{_BE}\s+(?:now |currently |only |just )?(?:aged? )?(?P<n>\d{{1,3}}){_AFTER_BARE}",
        r"\b(?:my )?(?:age|aged|age is|my age is|age of)\s*[:=]?\s*(?P<n>\d{1,3})(?![\d.]*\d|\s*(?:-|–|to|and|or|"
        r"months?|weeks?|%)\s*(?:\d|old|\b)(?!\s*(?:sex|male|female)))(?!\s*(?:or|and) (?:older|over|above|up|younger|"
        r"under))",
        r"(?<![\w.,/-])(?P<n>\d{1,3})\s?[-/]?\s?(?P<letter>[fm])\b(?=\s*(?:$|[,;.)\n]|with\b|w/|hx\b|h/o\b|who\b|here\b|"
        r"pt\b|presents|presenting|from\b|in\b|has\b|ecog))",
        r"(?<![\w.,/'-])(?P<letter>[fm])\s?[-/]?\s?(?P<n>\d{2,3})(?=\s*(?:$|[,;.)\n]|with\b|from\b|in\b))",
        r"(?<![\w.,/-])(?P<n>\d{1,3})\s+(?:years? )?(?:female|male|wom[ae]n\b|m[ae]n\b)(?! to\b| and| or)",
        rf"\b{_BE}\s+(?:an? )?{_WORDED}(?:[- ]years?[- ]olds?)?{_AFTER_BARE}",
        rf"\b{_WORDED}[- ]years?[- ]olds?",
        r"\b(?:female|male|woman|man|lady|gentleman),?\s+(?:aged?\s+)?(?P<n>\d{2,3})(?=\s*(?:$|[,;.)\n]|yrs?\b|years?\b|"
        r"y/?o\b|with\b|from\b|in\b|has\b))",
        r"\b(?:i am|i'm|im)\s+\d{1,3}\b[\s,.;-]*(?:no,? wait|oops|sorry|i mean|i meant|make that|correction|actually)"
        r"[\s,:]*(?:i am |i'm |it's )?(?P<n>\d{1,3})(?=\s*(?:$|[,.;!)]))",
        r"\bmy name is\s[^.\n]{0,30}?\bage\s+(?P<n>\d{1,3})\b",
    )
)
_INFANT = re.compile(
    r"(?<![\d.,/-])(?P<n>\d{1,3})[- ]?(?P<unit>days?|weeks?|wks?|months?|mos?|mths?)(?:[- ]?olds?\b|\s+(?:baby|infant|"
    r"newborn|boy|girl|daughter|son)\b)"
)
_NOT_NOW = re.compile(
    r"(?:\b(?:at|since|like|than|when|until|till|by|under|over|below|above|from|between|before|after|ages?|of|to|"
    r"about|almost|nearly|was|were|be|turning|around|least|first)\s+(?:the )?(?:ages? (?:of )?)?(?:an? )?(?:i was |"
    r"he was |she was )?|\bage of\s+|\bonset[^.]{0,12})$"
)
_NOT_BEFORE = re.compile(
    r"\b(?:can|could|would|does|do|will|if) (?:an?|someone|somebody|anyone)\s*(?:who is|who's|aged?|over|under)?\s*$"
)


def ages(message: Message) -> Iterator[Found]:
    """Ages in years, months of an infant as a fraction; an age in the past or the future, or a range, is none."""
    low = message.low
    for pattern in _AGES:
        for match in pattern.finditer(low):
            years = _worded(match) if "tens" in match.groupdict() else float(match["n"])
            if 0 < years <= 115 and not _other_time(low, match, years):
                yield Found(AGE, years, match.start(), match.end(), at=_number_at(match), unit="years")
    for match in _INFANT.finditer(low):
        years = round(int(match["n"]) * _UNITS[match["unit"].rstrip("s")], 4)
        if not re.search(
            r"\b(?:when|at|was|since|until|like|history of an?|for)\s+(?:he was |she was |i was )?$",
            low[max(0, match.start() - 30) : match.start()],
        ):
            yield Found(AGE, years, match.start(), match.end(), at=match.start(), unit="years")
    yield from _beside_relation(message)


def _number_at(match: re.Match[str]) -> int:
    named = match.groupdict()
    return match.start("n") if named.get("n") else match.start()


def _worded(match: re.Match[str]) -> float:
    return float(_TENS[match["tens"]] + _ONES.get(match["ones"] or "", 0))


def _other_time(low: str, match: re.Match[str], years: float) -> bool:
    before = low[max(0, match.start() - 40) : match.start()]
    if match["letter"] if "letter" in match.groupdict() else False:
        return bool(re.search(r"[\w)]\s*$", before)) and not re.search(
            r"\b(?:i'm|im|am|a|is|an|pt|patient|wife|husband|mother|father|son|daughter|mom|dad|sex)\s*$", before
        )
    if re.match(
        r"\s*(?:history|hx|h/o|ago|survivor|follow|post\b|anniversary|interval|period|smok|pack|marriage|clean|sober|"
        r"at (?:the time|diagnosis)|when\b|\d+ months?)",
        low[match.end() : match.end() + 20],
    ):
        return True
    if match[0].startswith("turned") and re.search(r"\b(?:when|since|after|before|until)\s+\w+\s*$", before):
        return True
    if re.match(r"(?:is|turned)\b", match[0]) and not re.search(
        rf"(?:\b(?:he|she|who|patient|pt|age|i|and)|{_relatives()})\s*(?:just )?$", before
    ):
        return True
    if re.search(r"\b(?:mother|father|mom|mum|dad|parents?|carer|caregiver) (?:of|to|for) an? $", before):
        return False
    if re.search(r"\b(?:twins|kids|children|sons|daughters|grand\w+ren|people|patients)\s*(?:are|is|of)?\s*$", before):
        return True
    if years < 18 and re.search(r"\bas an? $", before):
        return True
    return (
        bool(_NOT_NOW.search(before) or _NOT_BEFORE.search(before))
        or bool(re.search(r"\d\s*(?:-|–|to)\s*$", before))
        or years > 115
    )


@cache
def _relatives() -> str:
    return any_of(word for words in lists("relations").values() for word in words)


def _beside_relation(message: Message) -> Iterator[Found]:
    """The age beside a name: "my husband, 54," "my son (12)" """
    for mention in message.mentions:
        if not mention.named:
            continue
        pattern = r"\s*(?:[,:]\s*(?:aged? )?|\(|\s+)(?P<n>\d{1,3})(?=\s*(?:[,)]|$|has\b|with\b|who\b|is\b|:|\.\s))"
        match = re.compile(pattern).match(message.low, mention.end)
        if match and 0 < int(match["n"]) <= 115:
            yield Found(AGE, float(match["n"]), mention.start, match.end("n"), at=mention.start, unit="years")


@cache
def _sexes() -> tuple[re.Pattern[str], ...]:
    words = any_of([*lists("sexes")["female"], *lists("sexes")["male"]])
    adjectives = r"(?:[a-z-]+\s+){0,4}?"
    return tuple(
        re.compile(pattern)
        for pattern in (
            r"(?P<be>\b(?:i am|i'm|im|he is|he's|she is|she's|"
            rf"who is)\s+)(?:also |just |only )?(?:an? )?(?:\d{{1,3}}{_OLD}|"
            rf"\d{{1,3}}\b)?[\s,]*{adjectives}(?P<sex>{words})\b",
            rf"(?<![\d.,/])\d{{1,3}}(?:{_OLD}|[- ]{{0,2}}(?:days?|weeks?|months?|"
            rf"mos?)[- ]{{0,2}}olds?)[\s,]*{adjectives}(?P<sex>{_PERSON})\b",
            r"\b(?:sex|gender)\s*(?:is|:|=|-)?\s*(?P<sex>f(?:emale)?|m(?:ale)?|wom[ae]n|m[ae]n)\b",
            r"(?<![\w.,/-])\d{1,3}\s?[-/]?\s?(?P<sex>[fm])\b(?=\s*(?:$|"
            r"[,;.)\n]|with\b|w/|hx\b|h/o\b|who\b|here\b|presents|"
            r"presenting|from\b|in\b|has\b|ecog))",
            r"(?<![\w.,/'-])(?P<sex>[fm])\s?[-/]?\s?\d{2,3}(?=\s*(?:$|[,;.)\n]|with\b|from\b|in\b))",
            r"(?<![\w.,/-])\d{1,3},?\s+(?:years? )?(?P<sex>female|male|woman|man)\b(?! to\b| and| or)",
            rf"\bas an?\s+{adjectives}(?P<sex>woman|man|female|male)\b",
            r"\b(?P<sex>female|male|woman|man|lady|gentleman),?\s+(?:aged?\s+)?\d{1,3}\b(?!\s*(?:to|-|or|and)\s*\d)",
            r"\bassigned (?P<sex>female|male) at birth",
            r"^\s*(?:an? )?(?P<sex>female|male|woman|man)\s*[,.]",
        )
    )


_LETTERS = {"f": "female", "m": "male", "women": "female", "men": "male"}
_TRANS = re.compile(r"\btrans\b|transgender|non-?binary|\bmtf\b|\bftm\b|male-to-female|female-to-male")


def sexes(message: Message) -> Iterator[Found]:
    """The sex where it is said, by a word, a letter, or the name of a relation; somebody transgender is not sorted."""
    low = message.low
    if _TRANS.search(low):
        return
    for pattern in _sexes():
        for match in pattern.finditer(low):
            word = match["sex"]
            sex = _LETTERS.get(word) or sex_of(word)
            parent = re.match(
                r"\s+(?:to|of|with)\s+(?:an?|my|our|two|three|\d)", low[match.end() : match.end() + 20]
            ) and word not in ("woman", "man")
            if sex and not re.search(
                r"\b(?:no|not|n't|for|of|with|and|or|like|by|from|the|to|my|your|his|her)\s(?:[a-z ]+\s)?$",
                match[0][: match.start("sex") - match.start()],
            ):
                yield Found(
                    SEX,
                    sex,
                    match.start(),
                    match.end(),
                    at=match.start("be") if match.groupdict().get("be") else match.start("sex"),
                    holder=Relation.SELF if parent and re.match(r"i", match[0]) else None,
                )
    for mention in message.mentions:
        if mention.sex and mention.named:
            yield Found(SEX, mention.sex, mention.start, mention.end, at=mention.start, holder=mention.holder)
    for match in re.finditer(
        r"\b(?P<who>he|she)(?:'s| is)\s+(?:now |only |just )?(?:an? )?\d{1,3}\b(?! ?(?:cm|kg|lb|feet|foot|weeks|%))",
        low,
    ):
        yield Found(
            SEX, "female" if match["who"] == "she" else "male", match.start("who"), match.end("who"), at=match.start()
        )
