"""Two small services of a model, both optional and both checked: a kinder question, and the reply's own words.

Neither adds a fact. A wording that asks for something else is not used, nor are words that the person did not write.
Only what a question asks is worded; the reasons and the way out that stand around it stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field

from bot.answer.numbers import unsupported_numbers
from bot.answer.plain import plain
from bot.answer.promises import promise_in
from bot.answer.sentences import sentences
from bot.errors import ModelFailed
from bot.model.chat import ChatModel
from bot.model.fence import nonce_for
from bot.person.interview import Question
from index.trial import trial_ids_in
from prompts.loader import load

_LONGEST = 300  # characters
_NEGATIONS = re.compile(r"\b(?:not|no|never|without|none|nor|neither)\b|n['’]t\b", re.IGNORECASE)
_CUT_BEFORE = re.compile(rf"(?:{_NEGATIONS.pattern})[^.,!?;\n]{{0,40}}$|\w$|[<>≤≥−\-/]\s*$|\d[.,]$", re.IGNORECASE)
_CUT_AFTER = re.compile(r"\w|[.,]\d|\s*[\-–/]\s*\d")
_ENDS_DENYING = re.compile(rf"(?:{_NEGATIONS.pattern})$", re.IGNORECASE)


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words that a wording may take and leave. All others tell what is asked, and must be the same ones before and after:
# "radiotherapy" is not "chemotherapy", "how often" is not "ever", and a "yes" to two things says nothing of either.
_EVERYDAY = _listed(
    """
    a an the this that these those it its is are was were be been am do does did have has had having can could may might
    would will you your yours he she his her hers him they their them who whose whom someone anyone
    i we us our my me and or if so but then at by for from in into of on to with within over during as than about
    around roughly approximately any some ever before past last latest recent recently most ago since there here
    please ask tell say said told know known remember think like just perhaps maybe
    doctor doctors nurse team letter report reports result results test tests value values level levels reading number
    count figure score show shows shown give gives given get gets got receive received take takes taken taking
    measured checked found diagnosed call called time times now moment currently today still yet
    two three four five six seven eight nine ten eleven twelve
    """  # numbers are compared by themselves
)
_WORD = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*")
_NOW = re.compile(r"\b(?:now|moment|currently|today|still|yet)\b", re.IGNORECASE)
_ASKS_ON = re.compile(  # where a second question begins in the same sentence
    r"(?:\b(?:and|or|also|but|plus)\b|[,;:.?–—])\s*(?:if so,?\s+)?(?:(?:about|around|roughly)\s+)?"
    r"(?:do|does|did|have|has|had|are|is|was|were|can|could|would|will|what|when|how|which|where|why|who|whose)\b",
    re.IGNORECASE,
)


class Worded(BaseModel):
    """A question in other words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(description="The question, ending with a question mark.")


class ReadReply(BaseModel):
    """The part of a reply that answers the question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str | None = Field(description="One of the choices, or the words themselves; null if there is no answer.")
    words: str | None = Field(description="The words of the reply that are the answer, copied exactly; null if none.")


def word_question(model: ChatModel, question: Question) -> Question:
    """`question` in kinder words; as it was where the model fails or the new words ask for something else."""
    choices = ", ".join(option.says for option in question.options) or "none"
    before, asked, after = _asking(question.text)
    prompt = load("word_question").render(
        nonce=nonce_for(asked, question.why, choices), question=asked, why=question.why, choices=choices
    )
    try:
        worded = plain(model.structured(prompt, Worded, name="word_question").text)
    except ModelFailed:
        return question
    return question.model_copy(update={"text": before + worded + after}) if _asks_the_same(asked, worded) else question


def read_reply(model: ChatModel, question: Question, message: str) -> str | None:
    """The words of `message` that answer `question`, as they stand there; `None` if none do, or the model fails."""
    choices = ", ".join(option.says for option in question.options) or "none"
    prompt = load("read_reply").render(
        nonce=nonce_for(question.text, choices, message),
        question=question.text,
        choices=choices,
        unit=question.unit or "none",
        message=message,
    )
    try:
        words = (model.structured(prompt, ReadReply, name="read_reply").words or "").strip()
    except ModelFailed:
        return None
    return words if words and any(_whole(message, at.start(), at.end()) for at in _places(words, message)) else None


def _places(words: str, message: str) -> Iterator[re.Match[str]]:
    return re.finditer(re.escape(words), message)


def _whole(message: str, start: int, end: int) -> bool:
    """Whether nothing that changes the meaning is cut off: part of a word or number, a sign, a "not"."""
    if _ENDS_DENYING.search(message[start:end]) and re.match(r"\s+\w", message[end:]):
        return False  # the "no" of "no idea"
    return not _CUT_BEFORE.search(message[:start]) and not _CUT_AFTER.match(message, end)


def _asking(text: str) -> tuple[str, str, str]:
    """A question's text before, in and after the sentences that ask; all of it where none does."""
    spans = [span for span in sentences(text) if "?" in text[slice(*span)]] or [(0, len(text))]
    start, end = spans[0][0], spans[-1][1]
    return text[:start], text[start:end], text[end:]


def _asks_the_same(before: str, after: str) -> bool:
    """Whether a wording names the same things, numbers and units as the other, asks as often, and promises nothing."""
    return (
        len(after) <= _LONGEST
        and after.endswith("?")
        and after.count("?") == before.count("?")
        and len(_ASKS_ON.findall(after)) == len(_ASKS_ON.findall(before))
        and _telling(before) == _telling(after)
        and bool(_NOW.search(before)) == bool(_NOW.search(after))
        and not unsupported_numbers(before, after)
        and not unsupported_numbers(after, before)
        and bool(_NEGATIONS.search(before)) == bool(_NEGATIONS.search(after))
        and trial_ids_in(before) == trial_ids_in(after)
        and promise_in(after) is None
    )


def _telling(text: str) -> frozenset[str]:
    """The words of a question that tell what it asks about, singular and plural as one."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return frozenset(word.rstrip("s") for word in _WORD.findall(folded) if word not in _EVERYDAY)
