"""The word tables of `words.toml`, and how a table becomes a pattern."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("bot.person.reading").joinpath("words.toml").read_text(encoding="utf-8"))


def lists(section: str) -> Mapping[str, list[str]]:
    """The word lists of a section by their names; its tables are left out."""
    return {name: words for name, words in _table()[section].items() if isinstance(words, list)}


def pairs(section: str, table: str) -> Mapping[str, str]:
    """A table of one word to another, inside a section."""
    return {str(word): str(other) for word, other in _table()[section][table].items()}


def numbers() -> Mapping[str, int]:
    return {str(word): int(value) for word, value in _table()["numbers"].items()}


def any_of(spellings: Iterable[str]) -> str:
    """One expression for all spellings, the longest first; a blank stands for one blank or more."""
    ordered = sorted(spellings, key=len, reverse=True)
    return "(?:" + "|".join(re.sub(r" (?!\?)", r"\\s+", spelling) for spelling in ordered) + ")"


@cache
def which(section: str) -> re.Pattern[str]:
    """A pattern for every word of a section as a whole; the name of its list is the name of its group."""
    return re.compile(
        r"(?<![\w-])(?:" + "|".join(f"(?P<{n}>{any_of(w)})" for n, w in lists(section).items()) + r")(?![\w-])"
    )
