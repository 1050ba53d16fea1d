"""What holds of a person now: pregnancy, breast-feeding, performance status, good health, another trial."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.person.reading.message import Found, Message
from index.criteria.rule import Attribute, Topic

PREGNANCY = Attribute(topic=Topic.PREGNANCY)
BREAST_FEEDING = Attribute(topic=Topic.BREAST_FEEDING)
HEALTHY = Attribute(topic=Topic.HEALTHY_VOLUNTEER)
OTHER_TRIAL = Attribute(topic=Topic.OTHER_TRIAL)
ECOG = Attribute(topic=Topic.PERFORMANCE_STATUS, subject="ecog")
KARNOFSKY = Attribute(topic=Topic.PERFORMANCE_STATUS, subject="karnofsky")

_BE = r"(?:i am|i'm|im|i m|he is|he's|she is|she's|wife is|daughter is|sister is|is|and|are|am|but|isn'?t|i)"
_ADVERBS = r"(?:\s+(?:not|currently|now|also|still|neither|nor|presently|never been)){0,4}"
_WEEKS = r"(?:\s+(?:about )?\d{1,2}\s+(?:weeks?|months?|wks?))?"
_MAY_BE = r"(?P<may>(?:may|might|could|can|think i'm|think i am)(?: also| well)? be|think i(?:'m| am))"

_PREGNANT = re.compile(
    rf"\b(?:{_MAY_BE}|{_BE}){_ADVERBS}{_WEEKS}\s+pregnant\b(?! (?:women|woman|people|patients|or not))"
    r"|^\s*(?P<alone>(?:not |currently )*pregnant)\b(?=\s*(?:$|[.,;!]|and\b|with\b))|\bnot\s+pregnant\b|\b(?:i'm|i am|"
    r"she is|she's) expecting (?:a|my|our|twins)\b"
)
_PREGNANT_FIELD = re.compile(
    r"\bpregnan(?:t|cy)(?: test)?\s*(?:[:=]|was|is|came back)\s*(?:also |found )?(?P<said>yes|no|negative|positive|"
    r"not pregnant|n\b|y\b)"
)
_HCG = re.compile(r"\bhcg\s*(?:[:=]|was|is)\s*(?P<said>negative|positive)\b")
_NURSING = re.compile(
    rf"\b(?:{_BE}){_ADVERBS}\s+(?:breast[- ]?feeding|nursing (?:my|a|our)\b|lactating)|^\s*(?:not |"
    r"currently )*breast[- ]?feeding\b|\bnot\s+(?:pregnant (?:or|nor|and not|and) )?breast[- ]?feeding\b|"
    r"\bi (?:still )?breast[- ]?feed\b"
    r"|\bpregnant (?:or|nor) (?:breast[- ]?feeding|nursing|lactating)"
)
_ECOG = re.compile(
    r"\b(?:ecog|who|zubrod)(?:[\s/-]*(?:performance[\s-]*(?:status|score)|ps|score|status|p\.s\.))*(?:\s+(?:is|of|was|"
    r"at|score|grade)|\s*[:=-])*\s*(?P<n>[0-5])(?![\w%]|[.,/]\d|\s*(?:-|–|to|or|/)\s*\d)"
    r"|\bperformance status(?:\s+(?:is|of|was)|\s*[:=])*\s*(?P<m>[0-5])(?![\w%]|[.,/]\d|\s*(?:-|–|to|or|/)\s*\d)"
)
_KARNOFSKY = re.compile(
    r"\b(?:karnofsky|kps|lansky)(?:[\s/-]*(?:performance[\s-]*(?:status|score)?|score|scale|index|status|ps|"
    r"\(kps\)))*(?:\s+(?:is|of|was|at)|\s*[:=-])*\s*(?P<n>[1-9]0|100)(?![\w]|[.,/]\d|\s*(?:-|–|to|or|/)\s*\d)"
)
_HEALTHY = re.compile(
    r"\b(?:i am|i'm|im)\s+(?:a |an |completely |perfectly |very |totally |quite |generally |fully |"
    r"basically )*(?:healthy)\b(?!\s+(?:weight|eater|diet|apart|except|other than|but|aside|until|enough|eating|"
    r"again))"
    r"|\b(?:i am|i'm|as)\s+a healthy (?:volunteer|person|adult|man|woman|control)\b"
    r"|\b(?:i have|i've got|i've|he has|she has|with)\s+no\s+(?:known |other |major |serious |significant |"
    r"underlying |medical |health )*(?:health problems|health issues|health conditions|medical conditions|"
    r"medical problems|illness(?:es)?|diseases?)\b"
    r"|\bno (?:health problems|health issues|medical conditions|medical problems|health conditions)\b(?!\s+(?:except|"
    r"other|apart|but|beyond|besides|aside))"
    r"|\bhealthy volunteer\s*[:=]\s*yes"
)
_NOT_ALL = re.compile(r"\b(?:other(?:wise)?|except|apart from|aside from|besides|until|used to|was|else)\b|\bbut\b")
_IN_TRIAL = re.compile(
    r"\b(?:(?P<now>(?:i am|i'm|im|he is|he's|she is|she's|currently|already|not|n't)\s+(?:(?:currently|already|also|"
    r"now|not|still)\s+)*(?:in|on|enrolled (?:in|on|into)|participating in|taking part in|part of))"
    r"|(?P<past>(?:took part in|participated in|was (?:in|on|enrolled in|part of)|been (?:in|on|part of|enrolled in)|"
    r"taken part in|completed|finished|joined)))"
    r"\s+(?:an?|any|another|one|some|the)\s*(?:other|another|different|similar|previous|"
    r"ongoing)?\s*(?:[a-z0-9-]+\s+){0,2}?(?:trial|study|studies|trials)\b(?! (?:group|medication|visa))"
)


def states(message: Message) -> Iterator[Found]:
    """Yes or no of each state that the message speaks of."""
    yield from _pregnancy(message)
    yield from _said(message, BREAST_FEEDING, _NURSING)
    yield from _scores(message, ECOG, _ECOG)
    yield from _scores(message, KARNOFSKY, _KARNOFSKY)
    yield from _healthy(message)
    yield from _other_trial(message)


def _pregnancy(message: Message) -> Iterator[Found]:
    yield from _said(message, PREGNANCY, _PREGNANT)
    for pattern in (_PREGNANT_FIELD, _HCG):
        for match in pattern.finditer(message.low):
            yield Found(
                PREGNANCY, match["said"] in ("yes", "positive", "y"), match.start(), match.end(), at=match.start()
            )


def _said(message: Message, attribute: Attribute, pattern: re.Pattern[str]) -> Iterator[Found]:
    for match in pattern.finditer(message.low):
        end = match.end()
        denial = message.denial(end)
        unsure = message.unsure(match.start(), end) or bool(match.groupdict().get("may"))
        start = match.start() if denial is None else min(denial, match.start())
        yield Found(attribute, denial is None, start, end, at=match.start(), unsure=unsure)


def _scores(message: Message, attribute: Attribute, pattern: re.Pattern[str]) -> Iterator[Found]:
    """A score on its scale; a range of scores is none."""
    for match in pattern.finditer(message.low):
        number = float(next(group for group in match.groups() if group))
        yield Found(
            attribute,
            number,
            match.start(),
            match.end(),
            at=match.start(),
            unsure=message.unsure(match.start(), match.end()),
        )


def _healthy(message: Message) -> Iterator[Found]:
    for match in _HEALTHY.finditer(message.low):
        start, end = message.sentence(match.start())
        if not _NOT_ALL.search(message.low, start, end) and not re.search(
            r"\bnot\b|n't", message.low[start : match.start()]
        ):
            yield Found(HEALTHY, True, match.start(), match.end(), at=match.start())


def _other_trial(message: Message) -> Iterator[Found]:
    for match in _IN_TRIAL.finditer(message.low):
        denial = message.denial(match.end())
        denied = denial is not None
        _, end = message.clause(match.start())
        ago = message.days_ago(match.end(), end)
        if denied and (
            ago is not None
            or re.search(r"\b(?:since|in the (?:last|past)|within|for)\b", message.low[match.end() : end])
        ):
            continue  # "not in a trial for two years" says nothing of before
        start = match.start() if denial is None else min(denial, match.start())
        days_ago = None if denied else 0.0 if match["now"] else ago
        yield Found(OTHER_TRIAL, not denied, start, match.end(), at=match.start(), days_ago=days_ago)
