"""Rules that are kept as written, put to a chat model that may only point at the person's own words.

It names the numbers of rules and of statements and never types a quote; what it says is checked before it counts.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import ModelFailed
from bot.model.chat import ChatModel
from bot.model.fence import nonce_for
from bot.person.eligibility import CriterionVerdict, Verdict
from bot.person.facts import Relation
from bot.person.judging.checks import checked
from bot.person.judging.memory import Judgements, Pointed
from bot.person.judging.statements import statements_in
from index.criteria.criterion import Criterion
from index.criteria.rule import Topic, has_unread
from prompts.loader import Prompt, load

log = logging.getLogger(__name__)

MOST_A_CALL = 8
"""Rules in one request: with more, small models lose count."""

MOST_CALLS = 4
NOWHERE = "s0.0"
_NUMBER = re.compile(r"s\d{1,5}\.\d{1,5}")
_LONGEST_RULE, _LONGEST_WORDS = 1500, 40_000  # characters

FAILED = "The language model could not be used, so the rules that are kept as written stay open."
TOO_MANY = "To keep the wait short, some of the rules that are kept as written were not judged."
TOO_LONG = "The notes are too long for the language model, so the rules that are kept as written stay open."


class Judgement(BaseModel):
    """One rule, the verdict on it as it is written, and the ids of the words that show it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str = Field(description="The id of the rule, such as c2.")
    verdict: Literal["met", "not_met", "unknown"]
    words: list[str] = Field(description="The ids of the person's words that show it, such as s3.1; none if unknown.")


class Judged(BaseModel):
    """A judgement for each rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    judgements: list[Judgement]


class Judge:
    """Asks a chat model about the rules that stay open; one for each turn, over a memory that outlives it.

    `model_name` is part of what a judgement is remembered by, as the prompt's version is.
    `note`: after `judged`, what somebody should be told of rules that were not judged, if anything.
    `dropped`: how many verdicts of the model did not hold.
    """

    def __init__(
        self,
        model: ChatModel,
        model_name: str,
        memory: Judgements | None = None,
        *,
        calls: int = MOST_CALLS,
        prompt: Prompt | None = None,
    ) -> None:
        self._model = model
        self._name = model_name
        self._memory = memory or Judgements()
        self._calls = calls
        self._prompt = prompt or load("judge")
        self.note: str | None = None
        self.dropped = 0

    def judged(
        self,
        criteria: Sequence[Criterion],
        sentences: Sequence[str],
        verdicts: Sequence[CriterionVerdict],
        about: Relation = Relation.PATIENT,
    ) -> dict[str, CriterionVerdict]:
        """The criteria of one trial that `verdicts` leave open and the model settles, by id; all others are left out.

        `sentences`: the person's own words, with identifiers masked already. Fails for nobody: what the model cannot
        settle stays open, and `note` says so once.
        """
        open_ = {verdict.criterion_id: verdict for verdict in verdicts if verdict.verdict is Verdict.UNKNOWN}
        wanted = [one for one in criteria if one.id in open_ and _to_be_judged(one, open_[one.id])]
        if wanted and sum(map(len, sentences)) > _LONGEST_WORDS:
            self.note = TOO_LONG
            return {}
        said = {one.id: one for one in statements_in(sentences, about)} if wanted else {}
        if not said:
            return {}
        words = "\n".join(f"{one.id} {_one_line(one.text)}" for one in said.values())
        keys = {one.id: self._key(one, words, about) for one in wanted}
        self._ask([one for one in wanted if self._memory.get(keys[one.id]) is None], words, about, keys)
        found = {one.id: pointed for one in wanted if (pointed := self._memory.get(keys[one.id])) is not None}
        results = {one.id: checked(one, found[one.id], said) for one in wanted if one.id in found}
        settled = {name: verdict for name, verdict in results.items() if verdict is not None}
        self.dropped += sum(one.verdict is not Verdict.UNKNOWN for one in found.values()) - len(settled)
        return settled

    def _ask(self, missing: Sequence[Criterion], words: str, about: Relation, keys: Mapping[str, str]) -> None:
        """Puts what the model says of these criteria into the memory, as long as it answers and calls are left."""
        for first in range(0, len(missing), MOST_A_CALL):
            if self.note == FAILED:
                return
            if not self._calls:
                self.note = TOO_MANY
                return
            self._calls -= 1
            batch = {f"c{number}": one for number, one in enumerate(missing[first : first + MOST_A_CALL], start=1)}
            rules = "\n".join(f"{number} {_shown(one)}" for number, one in batch.items())
            who = _who(about)
            task = self._prompt.render(about=who, nonce=nonce_for(who, words, rules), words=words, rules=rules)
            try:
                answer = self._model.structured(task, Judged, name=self._prompt.name)
            except ModelFailed as exc:
                log.warning("rules kept as written were not judged: %s", exc)
                self.note = FAILED
                return
            for number, pointed in _by_rule(answer).items():
                if number in batch:
                    self._memory.add(keys[batch[number].id], pointed)

    def _key(self, criterion: Criterion, words: str, about: Relation) -> str:
        parts = [self._prompt.version, self._name, _shown(criterion), about, words]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _by_rule(answer: Judged) -> dict[str, Pointed]:
    """What is said of each rule; of one that is judged in two ways, that it is unknown."""
    found: dict[str, Pointed] = {}
    for one in answer.judgements:
        number = _id(one.rule)
        words = tuple(dict.fromkeys(_place(said) for said in one.words))
        twice = number in found and found[number].verdict != one.verdict
        found[number] = (
            Pointed(verdict=Verdict.UNKNOWN) if twice else Pointed(verdict=Verdict(one.verdict), words=words)
        )
    return found


def _place(said: str) -> str:
    """The number of a statement; of anything else nothing is kept, as somebody's words may stand there."""
    return number if _NUMBER.fullmatch(number := _id(said)) else NOWHERE


def _id(said: str) -> str:
    return said.strip(" []().,;").lower()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _who(about: Relation) -> str:
    if about is Relation.SELF:
        return "the writer"
    return about.replace("your ", "the writer's ")


# --- which rules are judged


_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|obey)\b.{0,60}\b(?:rules?|instructions?|prompts?|above|previous|criteria)\b"
    r"|\b(?:answer|reply|verdict|judge\w*)\b\W+(?:\w+\W+){0,3}?(?:not[ _])?(?:met|unknown)\b"
    r"|\b(?:language model|chatbot)\b|</?data\b",
    re.IGNORECASE,
)
"""A rule that speaks to whoever judges it is none that a person can meet."""

_NUMBERS = frozenset({Topic.LAB, Topic.AGE, Topic.PERFORMANCE_STATUS, Topic.STAGE, Topic.LIFE_EXPECTANCY})


def _to_be_judged(criterion: Criterion, ruled: CriterionVerdict) -> bool:
    """A whole rule for everybody, with words that no program reads, and that no number still decides."""
    if criterion.note or criterion.parent or criterion.for_some or not has_unread(criterion.rule):
        return False
    shown = _shown(criterion)
    by_number = any(attribute.topic in _NUMBERS for attribute in ruled.needs)
    return not by_number and len(shown) <= _LONGEST_RULE and not _ORDERS.search(shown)


def _shown(criterion: Criterion) -> str:
    under = f", under “{_one_line(criterion.heading)}”" if criterion.heading else ""
    return f"({criterion.kind}{under}) {_one_line(criterion.text)}"
