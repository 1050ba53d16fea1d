"""Two small services of a model, both optional and both checked: a kinder question, and the reply's own words.

Neither adds a fact. A wording that asks for something else is not used, nor are words that the person did not write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field

from bot.answer.numbers import unsupported_numbers
from bot.answer.plain import plain
from bot.answer.promises import promise_in
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
    prompt = load("word_question").render(
        nonce=nonce_for(question.text, question.why, choices), question=question.text, why=question.why, choices=choices
    )
    try:
        text = plain(model.structured(prompt, Worded, name="word_question").text)
    except ModelFailed:
        return question
    return question.model_copy(update={"text": text}) if _asks_the_same(question.text, text) else question


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
    return not _CUT_BEFORE.search(message[:start]) and not _CUT_AFTER.match(message, end)


def _asks_the_same(before: str, after: str) -> bool:
    """Whether a wording has the numbers, units and negations of the other, asks once, and promises nothing."""
    return (
        len(after) <= _LONGEST
        and after.endswith("?")
        and after.count("?") == 1
        and not unsupported_numbers(before, after)
        and not unsupported_numbers(after, before)
        and bool(_NEGATIONS.search(before)) == bool(_NEGATIONS.search(after))
        and trial_ids_in(before) == trial_ids_in(after)
        and promise_in(after) is None
        and "@" not in after
        and "://" not in after
    )
