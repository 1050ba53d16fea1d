"""The language tables as rules: each rule knows the words that must occur before its phrase is tried, so a long text costs little."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Rule(NamedTuple):
    """A phrase, what it is a mark of, and how much it needs beside itself (`strong`, `sign`, `weak`, `context`, `asks`)."""

    mark: str
    level: str
    phrase: re.Pattern[str]
    language: str = "en"


class Line(NamedTuple):
    """A rule before its phrase is compiled, under the words that it is tried on."""

    cues: str
    mark: str
    level: str
    text: str
    language: str


@cache
def lines() -> tuple[Line, ...]:
    return (*_english("signs.toml"), *_english("requests.toml"), *_others())


@cache
def cues() -> frozenset[str]:
    """Every word on which some rule is tried."""
    return frozenset(word for line in lines() for word in line.cues.split())


@cache
def rules_on(cue: str) -> tuple[Rule, ...]:
    """The rules that are tried on a clause in which this word occurs."""
    return tuple(
        Rule(line.mark, line.level, re.compile(line.text), line.language)
        for line in lines()
        if cue in line.cues.split()
    )


@cache
def context(name: str) -> re.Pattern[str]:
    """What tells whose a sign is, when it was, and whether it is only spoken about."""
    return re.compile(expand(str(read("signs.toml")["context"][name])))


@cache
def words(name: str) -> tuple[str, ...]:
    """A plain word list of the signs table."""
    return tuple(read("signs.toml")["context"][name])


@cache
def unless(code: str) -> re.Pattern[str] | None:
    """What takes a clause back that seemed to ask for something."""
    phrases = read("requests.toml").get(code, {}).get("unless", [])
    return re.compile(expand("|".join(phrases))) if phrases else None


@cache
def health() -> re.Pattern[str]:
    """The words of health, research and care; with one of them nothing is off topic."""
    return re.compile(str(read("requests.toml")["off_topic"]["health"]))


@cache
def about(language: str) -> re.Pattern[str]:
    """What takes a sign in another language back."""
    return re.compile(str(read("languages.toml")[language]["about"]))


@cache
def unspaced() -> tuple[Rule, ...]:
    """The rules of Chinese, which has no spaces and so no cue words."""
    table = read("languages.toml")["zh"]
    return tuple(
        Rule(code, "strong", re.compile("|".join(phrases)), "zh")
        for code, phrases in table.items()
        if isinstance(phrases, list)
    )


@cache
def read(name: str) -> dict[str, dict[str, object]]:
    """A table as it stands in its file."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


@cache
def macros() -> dict[str, str]:
    named = {**read("signs.toml")["macros"], **read("requests.toml")["macros"]}
    return {name: str(text) for name, text in named.items()}


def expand(text: str) -> str:
    """A phrase with its `{names}` replaced; a number in braces is a count and stays."""
    while named := re.search(r"\{([a-z]+)\}", text):
        text = text.replace(named.group(), macros()[named[1]])
    return text


def _english(name: str) -> Iterator[Line]:
    for mark, levels in read(name).items():
        for level, phrases in levels.items():
            yield from _lines(mark, level, phrases, "en")


def _others() -> Iterator[Line]:
    for language, codes in read("languages.toml").items():
        for code, phrases in codes.items():
            yield from _lines(code, "strong", phrases, language)


def _lines(mark: str, level: str, phrases: object, language: str) -> Iterator[Line]:
    """One line for each phrase under its cue words; what is no such table (macros, word lists) gives none."""
    if isinstance(phrases, dict):
        for words, texts in phrases.items():
            for text in texts:
                yield Line(words, mark, level, expand(text), language)
