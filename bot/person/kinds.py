"""What having one thing means having besides, and what lacking it means lacking: kinds of illnesses and treatments."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from index.criteria import concepts


@cache
def name_of(subject: str) -> str:
    """The one name under which a subject is compared: its concept's, or its own words."""
    words = subject.replace("_", " ").strip().lower()
    concept = concepts.concept_of(words)
    return concept.id if concept else words


@cache
def meant_by(subject: str) -> frozenset[str]:
    """Everything that whoever has the subject has: "metastatic breast cancer" is a breast cancer and a cancer."""
    name = name_of(subject)
    heads = {name} if concepts.known(name) else {name, *_head(name)}
    return frozenset(heads).union(*(concepts.wider(one) | _treatment_kinds(one, up=True) for one in heads))


@cache
def covered_by(subject: str) -> frozenset[str]:
    """Everything that whoever lacks the subject lacks: no chemotherapy, so no cisplatin."""
    name = name_of(subject)
    return frozenset({name}) | concepts.kinds(name) | _treatment_kinds(name, up=False)


def _head(words: str) -> tuple[str, ...]:
    """The concept that a longer phrase ends with, which is what it is a kind of."""
    last = None
    for mention in concepts.concepts_in(words):
        last = mention
    return (last.concept.id,) if last is not None and last.end == len(words) else ()


@cache
def _treatment_kinds(name: str, up: bool) -> frozenset[str]:
    """The treatments that this one is a kind of, or those that are a kind of it, down to the last."""
    step = _wider() if up else _narrower()
    found: set[str] = set()
    waiting = list(step.get(name, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(step.get(one, ()))
    return frozenset(found)


@cache
def _narrower() -> Mapping[str, tuple[str, ...]]:
    text = files("bot.person").joinpath("therapies.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)["kinds"]
    return {name_of(general): tuple(name_of(one) for one in specifics) for general, specifics in table.items()}


@cache
def _wider() -> Mapping[str, tuple[str, ...]]:
    wider: dict[str, tuple[str, ...]] = {}
    for general, specifics in _narrower().items():
        for specific in specifics:
            wider[specific] = (*wider.get(specific, ()), general)
    return wider
