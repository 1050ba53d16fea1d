"""The language tables as rules: each phrase is tried only where a word occurs that it cannot do without."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.safety.keys import keys_in, needs_of

HERE = Path(__file__).parent


class Rule(NamedTuple):
    """A phrase, what it is a mark of, and how much it needs beside itself: strong, sign, weak, context or asks."""

    mark: str
    level: str
    text: str
    language: str = "en"

    def matches(self, clause: str) -> Iterator[re.Match[str]]:
        return pattern(self.text).finditer(clause)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of the tables that is tried on clauses, in the order of the files."""
    return tuple(rule for name in ("signs.toml", "requests.toml", "languages.toml") for rule in _rules(name))


@cache
def by_key() -> dict[str, tuple[tuple[Rule, tuple[frozenset[str], ...]], ...]]:
    """The rules under each key of which they need one, with what else they need."""
    table: dict[str, list[tuple[Rule, tuple[frozenset[str], ...]]]] = {}
    for rule in rules():
        first, *others = needs_of(rule.text)
        for key in first:
            table.setdefault(key, []).append((rule, tuple(others)))
    return {key: tuple(found) for key, found in table.items()}


def tried_on(clause: str) -> Iterator[Rule]:
    """The rules that can match a clause, each once."""
    keys = keys_in(frozenset(clause.split()))
    tried = by_key()
    found = dict.fromkeys(entry for key in keys & tried.keys() for entry in tried[key])
    return (rule for rule, others in found if not any(keys.isdisjoint(needed) for needed in others))


@cache
def pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


@cache
def context(name: str) -> re.Pattern[str]:
    """What tells whose a sign is, when it was, and whether it is only spoken about."""
    return re.compile(expand(str(read("signs.toml")["context"][name])))


@cache
def words(name: str) -> tuple[str, ...]:
    """A plain word list of the signs table."""
    found = read("signs.toml")["context"][name]
    return tuple(found) if isinstance(found, list) else ()


@cache
def unless(code: str) -> re.Pattern[str] | None:
    """What takes a clause back that seemed to ask for something."""
    phrases = read("requests.toml").get(code, {}).get("unless")
    return re.compile(expand("|".join(phrases))) if isinstance(phrases, list) and phrases else None


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
    """The rules of Chinese, which has no spaces between words and so no keys."""
    return tuple(
        Rule(code, "strong", "|".join(phrases), "zh")
        for code, phrases in read("languages.toml")["zh"].items()
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


def _rules(name: str) -> Iterator[Rule]:
    """The rules of one file: a section is a mark and its lists are levels, or a language and its lists are marks."""
    for section, lists in read(name).items():
        if section in ("macros", "context", "zh"):
            continue
        for title, phrases in lists.items():
            if isinstance(phrases, list) and title != "unless":
                foreign = name == "languages.toml"
                kind = (title, "strong") if foreign else (section, title)
                yield from (Rule(*kind, expand(text), section if foreign else "en") for text in phrases)
