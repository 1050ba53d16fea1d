"""The answerer with a model: it may choose words and point at sentences, and nothing else.

Passages and their sentences are numbered (`p3.2`); the model's claims name those numbers, which become places again.
What it points at that is not there becomes a place that resolves nowhere, so that `verify` drops and counts the claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field

from bot.answer.schema import Draft, DraftClaim, Place
from bot.answer.sentences import sentences
from bot.answer.task import Task, TaskPassage
from bot.model.chat import ChatModel
from bot.model.fence import nonce_for
from index.trial import SectionName
from prompts.loader import Prompt, load

# What the program says itself, from the record's own fields, since prose may be forged or out of date: how to reach
# somebody, and whether people can join now.
_OURS = re.compile(
    r"@|\[at\]|\(at\)|://|\b(?:mailto|tel):|\bwww\.|\b[a-z0-9\-]{2,}(?:\.[a-z0-9\-]{2,})*\.[a-z]{2,}\b"
    r"|\+\s?\d[\d\s().\-]{5,}\d|\(\d{2,5}\)\s?\d[\d\s.\-]{4,}\d|\b\d{3}[\s.\-]\d{3,4}[\s.\-]\d{3,5}\b"
    r"|\b(?:recruiting|enrol?ling|accepting|join (?:now|today)|open (?:to|for|now))\b"
    r"|\b(?:is|are) (?:now |still |already )?open\b(?!-label)"
    r"|\btak(?:es?|ing) new (?:people|patients|participants)\b",
    re.IGNORECASE,
)


class WrittenClaim(BaseModel):
    """One statement, and the ids of the sentences it rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(description="The statement, in at most 30 words, without quotation marks and without ids.")
    sources: list[str] = Field(description="The ids of the sentences it rests on, such as p3.2.")


class Written(BaseModel):
    """The claims that answer the question; none if the passages do not answer it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claims: list[WrittenClaim]


class ModelAnswerer:
    """Writes drafts with a chat model; `prompt` is another text for the same task, for trying one out."""

    def __init__(self, model: ChatModel, prompt: Prompt | None = None) -> None:
        self._model = model
        self.prompt = prompt or load("answer")

    def draft(self, task: Task) -> Draft:
        """The claims that the model makes, with the places it points at; nothing is checked yet.

        Raises:
            ModelFailed: the model gave nothing that can be used.
        """
        if not task.passages:
            return Draft()
        written = self._model.structured(rendered(self.prompt, task), Written, name=self.prompt.name)
        places = dict(_numbered(task.passages))
        return Draft(claims=tuple(_claim(claim, places) for claim in written.claims))


def rendered(prompt: Prompt, task: Task) -> str:
    """The prompt as it is sent for this task: the same task gives the same text."""
    passages = "\n\n".join(_shown(number, passage) for number, passage in enumerate(task.passages, start=1))
    return prompt.render(
        audience=task.audience,
        about=_one_line(task.about) or "clinical trials",
        intent=task.intent.value.replace("_", " "),
        question=task.question,
        nonce=nonce_for(task.question, task.about, passages),
        passages=passages,
    )


def _shown(number: int, passage: TaskPassage) -> str:
    """A passage as the model reads it: one sentence a line, each after its id."""
    lines = (
        f"p{number}.{place} {_one_line(passage.text[start:end])}"
        for place, (start, end) in enumerate(sentences(passage.text), start=1)
    )
    head = f"p{number} ({passage.trial_id}, {passage.section.words}, of the trial: {_one_line(passage.title)})"
    return "\n".join([head, *lines])


def _numbered(passages: tuple[TaskPassage, ...]) -> Iterator[tuple[str, Place]]:
    """Every id that a claim may name: a sentence, or a passage as a whole."""
    for number, passage in enumerate(passages, start=1):
        yield f"p{number}", _place(passage, 0, passage.end - passage.start)
        for place, (start, end) in enumerate(sentences(passage.text), start=1):
            yield f"p{number}.{place}", _place(passage, start, end)


def _place(passage: TaskPassage, start: int, end: int) -> Place:
    offset = passage.start
    return Place(trial_id=passage.trial_id, section=passage.section, start=offset + start, end=offset + end)


def _claim(claim: WrittenClaim, places: dict[str, Place]) -> DraftClaim:
    """The claim with its places; with none, so that it is dropped, where it says what is the program's to say."""
    if _OURS.search(claim.text):
        return DraftClaim(text=claim.text, places=())
    pointed = (places.get(_id(source)) or _nowhere(source) for source in claim.sources)
    return DraftClaim(text=claim.text, places=tuple(dict.fromkeys(pointed)))


def _id(source: str) -> str:
    return source.strip().strip("[]().,;").lower()


def _nowhere(source: str) -> Place:
    """A place that no trial has, under the name that the model gave it."""
    return Place(trial_id=source[:40], section=SectionName.RECORD, start=0, end=0)


def _one_line(text: str) -> str:
    return " ".join(text.split())
