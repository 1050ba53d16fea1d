"""The prompt that judges rules: its examples pass the very checks that a model's judgements must pass."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

import pytest

from bot.model.chat import M
from bot.person.eligibility import CriterionVerdict, Verdict
from bot.person.facts import Relation
from bot.person.judging.judge import Judge
from index.criteria.criterion import Criterion, Kind
from prompts.loader import load


class Example(NamedTuple):
    about: Relation
    words: dict[str, str]
    criteria: list[Criterion]
    answer: str


def examples() -> list[Example]:
    parts = re.split(r"^## Example.*$", load("judge").body.partition("## Now")[0], flags=re.MULTILINE)[1:]
    return [_example(part) for part in parts]


def _example(part: str) -> Example:
    material, _, answer = part.partition("Answer:")
    about = Relation.SELF if "about: the writer\n" in material else Relation.PATIENT
    words = dict(re.findall(r"^(s\d+\.\d+) (.+)$", material, re.MULTILINE))
    rules = re.findall(r"^(c\d+) \((\w+)\) (.+)$", material, re.MULTILINE)
    criteria = [
        Criterion(id=number, kind=Kind(kind), start=0, end=len(text), lead_end=len(text), text=text)
        for number, kind, text in rules
    ]
    return Example(about, words, criteria, answer)


class Answering:
    """Says what the example says."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.prompt = ""

    def structured(self, prompt: str, schema: type[M], *, name: str) -> M:
        self.prompt = f"{name}\n{prompt}"
        return schema.model_validate_json(self.answer)


def sentences(words: dict[str, str]) -> list[str]:
    """The texts that the numbered words were cut from."""
    found: dict[str, list[str]] = {}
    for identifier, text in words.items():
        found.setdefault(identifier.partition(".")[0], []).append(text)
    return [", ".join(parts) for parts in found.values()]


@pytest.mark.parametrize("number", [0, 1])
def test_the_examples_of_the_prompt_pass_the_checks_of_the_program(number: int) -> None:
    example = examples()[number]
    model, open_ = Answering(example.answer), []
    for criterion in example.criteria:
        open_.append(CriterionVerdict(criterion_id=criterion.id, verdict=Verdict.UNKNOWN))
    judge = Judge(model, "scripted")
    verdicts = judge.judged(example.criteria, sentences(example.words), open_, example.about)
    said = json.loads(example.answer)["judgements"]
    assert [one["rule"] for one in said] == [criterion.id for criterion in example.criteria]
    certain = {one["rule"]: one["verdict"] for one in said if one["verdict"] != "unknown"}
    assert certain
    assert {name: str(verdict.verdict) for name, verdict in verdicts.items()} == certain
    assert judge.dropped == 0
    assert [one["words"] for one in said if one["verdict"] == "unknown"] == [[]] * (len(said) - len(certain))
    for identifier, text in example.words.items():
        assert f"\n{identifier} {text}\n" in model.prompt.partition("## Now")[2]


def test_there_are_two_examples_with_all_three_verdicts() -> None:
    verdicts = [one["verdict"] for example in examples() for one in json.loads(example.answer)["judgements"]]
    assert len(examples()) == 2
    assert set(verdicts) == {"met", "not_met", "unknown"}
