"""A reply to the question that is open: "yes", "no, never", "about 85,000"; `None` where it is no answer."""

from __future__ import annotations

import re
from functools import cache

from bot.person.facts import Certainty, Fact
from bot.person.intake import Reading, facts_in
from bot.person.interview import AnswerType, Question
from bot.person.reading.message import Message
from bot.person.reading.words import any_of, lists, numbers
from index.criteria.rule import Topic
from index.criteria.units import NUMBER, assume_unit, convert, numbers_meant, plausible, unit_at, value_meant

_LEAD = r"[\s\"'(]*(?:(?:um+|uh+|hmm+|well|oh|ok(?:ay)?|honestly|actually|sorry|so|hi|hello)\b[\s,.!]*)*"
_OVER = (
    r"(?=\s*(?:$|[.,;:!?)\n\-–—\"'(😀-🙏👍👎]|(?:but|and|because|although|"
    r"though|i|he|she|it|thanks|thank|sorry|about|in|"
    r"last|never|for|not|years?|\d|a|an|two|three|four|five|six|once|twice|long|since|when|as|currently|unfortunately|"
    r"sadly|so|only|just|my)\b))"
)
_ABOUT = (
    r"(?:(?:it'?s|it is|it was|they'?re|they are|they were|mine is|mine was|i'?m|i am|i weigh|he'?s|he is|she'?s|"
    r"she is|was|is|about|around|roughly|approximately|approx\.?|maybe|probably|i think|i believe|something like|"
    r"somewhere around|close to|just|only|like|a|the last (?:one|time) was|last (?:one|time|week|"
    r"month)?(?: it)?(?: was)?|currently|now|at|of|=|:|~)[\s,]*)*"
)
_BOUND = re.compile(
    r"(?:less|more|fewer|greater|lower|higher|under|over|below|above|at (?:least|most)|between|from|up to)\b|[<>≤≥]"
)
_DOUBT = re.compile(
    r"\b(?:i think|maybe|probably|i believe|i guess|not (?:100 ?% )?sure|perhaps|possibly|if i (?:remember|recall))\b"
)
_TIME = re.compile(r"\s*(?:days?|weeks?|months?|years?|hours?|times?)\b(?!\s*old)")
_AFTER_NUMBER = re.compile(
    r"\s*(?:or so|ish|i think|maybe|i guess|i believe|roughly|thanks?|please|years?(?: old)?|yrs?(?: old)?|y/?o|"
    r"and .*|last (?:week|month)|as of .*|[.!,)\s]|in \w+|but .*|when .*|at .*)*$",
    re.DOTALL,
)


def facts_in_reply(message: str, question: Question, turn: int) -> Reading | None:
    """The answer to `question`, and what else the message states; `None` if it answers something else, or asks back."""
    read = facts_in(message, turn)
    direct = next((fact for fact in read.facts if fact.attribute == question.attribute), None)
    answer = direct or _answer(message, question, turn)
    if answer is None:
        return None
    others = tuple(fact for fact in read.facts if fact.attribute != question.attribute)
    return Reading(facts=(answer, *others), about=read.about)


def _answer(message: str, question: Question, turn: int) -> Fact | None:
    told = Message(message)
    unknown = _said(told, "unknown")
    if unknown and not _asks_back(told, unknown[1]):
        return _fact(told, question, None, unknown, turn, Certainty.UNSURE)
    match question.answer_type:
        case AnswerType.YES_NO:
            return _yes_or_no(told, question, turn)
        case AnswerType.NUMBER:
            return _number(told, question, turn)
        case AnswerType.CHOICE:
            return _choice(told, question, turn)
        case AnswerType.TEXT:
            return _words(told, question, turn)


@cache
def _opening(name: str) -> re.Pattern[str]:
    return re.compile(rf"{_LEAD}(?P<said>{any_of(lists('replies')[name])}){_OVER}")


def _said(told: Message, name: str) -> tuple[int, int] | None:
    """The place of a short answer of this kind at the start of the message."""
    match = _opening(name).match(told.low)
    return match.span("said") if match else None


def _asks_back(told: Message, after: int) -> bool:
    """Whether the sentence that begins the message is itself a question."""
    end = told.sentence(after - 1)[1]
    return "?" in told.text[after : end + 1] and not re.search(r"[.,;!]", told.text[after:end])


def _yes_or_no(told: Message, question: Question, turn: int) -> Fact | None:
    kinds = {
        name: span for name in ("unsure_yes", "unsure_no", "yes", "no", "not_an_answer") if (span := _said(told, name))
    }
    if not kinds:
        return None
    name, span = max(kinds.items(), key=lambda item: item[1][1])
    if name == "not_an_answer" or _asks_back(told, span[1]) or (name in ("yes", "no") and _goes_on(told, span[1])):
        return None
    certainty = (
        Certainty.UNSURE
        if name.startswith("unsure") or _DOUBT.search(told.low, span[1], told.sentence(span[0])[1])
        else Certainty.STATED
    )
    value = name.endswith("yes")
    end = told.sentence(span[0])[1]
    days_ago = told.days_ago(span[1], end) if value else None
    span = span if days_ago is None else (span[0], span[0] + len(told.text[span[0] : end].rstrip(" .!")))
    return _fact(told, question, value, span, turn, certainty, days_ago=days_ago)


def _goes_on(told: Message, after: int) -> bool:
    """ "I have a question", "no more chemo", "I am fifty": the opening words belong to a longer phrase."""
    if re.match(r"\s*(?:$|[.,;:!)\-–—\n])", told.low[after:]):
        return False
    opening = told.low[:after].strip()
    return bool(
        re.search(
            r"(?:\b(?:i|he|she) (?:do|have|am|did|was|had|has|is|does|don'?t|"
            r"haven'?t|have not|am not|do not)|i'm not|right|"
            r"sure|n|y|none|negative|true|neither)$",
            opening,
        )
    )


def _number(told: Message, question: Question, turn: int) -> Fact | None:
    """One number that can be a value of what was asked; a bound, a range or a time is no answer."""
    start = re.compile(_LEAD + _ABOUT).match(told.low)
    place = start.end() if start else 0
    name = re.compile(r"(?:my |the )?(?:[a-z0-9]+ ){0,3}?(?:is|was|are|were|of|:|=)\s*(?:about |around )?(?=\d)").match(
        told.low, place
    )
    place = name.end() if name else place
    match = re.compile(rf"(?P<n>{NUMBER}|zero|{any_of(numbers())}\b)(?P<k>\s?k\b(?!/))?").match(told.low, place)
    if match is None or _BOUND.match(told.low, place) or re.match(r"\s*(?:-|–|to|or|/)\s*\d", told.low[match.end() :]):
        return None
    certainty = Certainty.UNSURE if _DOUBT.search(told.low) else Certainty.STATED
    read = (
        _lab(told, question, match) if question.attribute.topic is Topic.LAB else _plain_number(told, question, match)
    )
    if read is None:
        return None
    value, unit, end = read
    return _fact(
        told,
        question,
        value,
        (place if not name else name.start(), end),
        turn,
        certainty,
        unit=unit,
        days_ago=told.days_ago(end, len(told.low)),
    )


def _meant(match: re.Match[str]) -> tuple[float, ...]:
    word = match["n"]
    if word == "zero" or word in numbers():
        return (0.0 if word == "zero" else float(numbers()[word]),)
    return tuple(value * (1000 if match["k"] else 1) for value in numbers_meant(word))


def _lab(told: Message, question: Question, match: re.Match[str]) -> tuple[float, str, int] | None:
    subject = question.attribute.subject
    unit = unit_at(told.low, match.end(), subject)
    if unit is not None and not match["k"]:
        meant = value_meant(subject, match["n"], unit.name)
        return (*meant, unit.end) if meant else None
    if not _AFTER_NUMBER.match(told.low, match.end()):
        return None
    asked = {
        convert(subject, value, question.unit)
        for value in _meant(match)
        if question.unit and plausible(subject, value, question.unit)
    }
    usual = {assume_unit(subject, value) for value in _meant(match)} - {None}
    readings = (asked - {None}) or usual
    meant = readings.pop() if len(readings) == 1 else None
    return (*meant, match.end()) if meant else None


_SCALES = {"ecog": (0.0, 5.0), "karnofsky": (0.0, 100.0)}


def _plain_number(told: Message, question: Question, match: re.Match[str]) -> tuple[float, str, int] | None:
    values = _meant(match)
    low, high = _SCALES.get(question.attribute.subject, (0.0, 115.0))
    months = re.match(r"\s*months?(?: old)?\b", told.low[match.end() :])
    if question.attribute.topic is Topic.AGE and months:
        return round(values[-1] / 12, 4), "years", match.end() + months.end()
    if len(values) != 1 or not low <= values[0] <= high or not (_AFTER_NUMBER.match(told.low, match.end())):
        return None
    if question.attribute.topic is not Topic.AGE and _TIME.match(told.low, match.end()):
        return None
    if question.attribute.topic is Topic.PERFORMANCE_STATUS and values[0] % (1 if high == 5 else 10):
        return None
    return values[0], "years" if question.attribute.topic is Topic.AGE else question.unit or "", match.end()


def _choice(told: Message, question: Question, turn: int) -> Fact | None:
    """The option that the message names, by its words, its beginning or its number."""
    said = told.low.strip(" .!,\n")
    begin = told.low.find(said)
    span = (begin, begin + len(said))
    for option in question.options:
        if option.says.lower().strip(" .") == said:
            return _fact(told, question, _value_of(option.says, question), span, turn, Certainty.STATED)
    if question.attribute.topic is Topic.SEX:
        word = re.compile(
            rf"{_LEAD}(?:i am |i'm |she is |he is )?(?:an? )?(?P<sex>f|m|{any_of(lists('sexes')['female'])}|"
            rf"{any_of(lists('sexes')['male'])})\b[\s.!]*$"
        ).match(told.low)
        if word:
            sex = (
                "female"
                if word["sex"] == "f" or re.fullmatch(any_of(lists("sexes")["female"]), word["sex"])
                else "male"
            )
            return _fact(told, question, sex, word.span("sex"), turn, Certainty.STATED)
        return None
    if question.attribute.topic is Topic.PERFORMANCE_STATUS:
        return _number(told, question, turn)
    return _yes_or_no(told, question, turn)


def _value_of(option: str, question: Question) -> float | bool | str:
    """What an option stands for: the number it begins with on a scale, yes or no, or its words."""
    number = re.match(r"\s*(\d+)", option)
    if question.attribute.topic is Topic.PERFORMANCE_STATUS and number:
        return float(number[1])
    word = option.lower().strip(" .")
    return word == "yes" if word in ("yes", "no") else word


_NOT_WORDS = re.compile(
    r"\b(?:what|why|how|which|trial|trials|study|studies|can|could|should|would|tell|show|explain|help|thanks?|stop|"
    r"skip|yes|no|undo|start over)\b"
)


def _words(told: Message, question: Question, turn: int) -> Fact | None:
    """A few words, as the person wrote them."""
    said = re.compile(
        r"\s*(?:(?:i live |we live |i'm |i am )?(?:in|near|from|at) )?(?P<words>[^\n?]+?)[\s.!,]*$"
    ).match(told.text)
    if (
        said is None
        or len(said["words"].split()) > 6
        or _NOT_WORDS.search(told.low)
        or not re.search(r"[^\W\d_]{2}", said["words"])
    ):
        return None
    if question.attribute.topic is not Topic.PLACE:
        return None
    return _fact(told, question, said["words"], said.span("words"), turn, Certainty.STATED)


def _fact(
    told: Message,
    question: Question,
    value: float | bool | str | None,
    span: tuple[int, int],
    turn: int,
    certainty: Certainty,
    *,
    unit: str = "",
    days_ago: float | None = None,
) -> Fact:
    return Fact(
        attribute=question.attribute,
        value=value,
        unit=unit,
        days_ago=days_ago,
        certainty=certainty,
        quote=told.quote(*span),
        turn=turn,
    )
