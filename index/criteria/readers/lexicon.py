"""The words of `phrases.toml` and `sayings.toml`, ready to be matched."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

WORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*(?:\(s\))?|[^\sa-z0-9]")


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("index.criteria.readers").joinpath("phrases.toml").read_text(encoding="utf-8"))


def _either(names: Iterable[str]) -> str:
    """One expression for any of the phrases, the longest first."""
    return "|".join(sorted(names, key=len, reverse=True)).replace(" ?", r"\s*").replace(" ", r"\s+")


@cache
def phrase(group: str, *names: str) -> re.Pattern[str]:
    """One of the phrases of a list of the table, as whole words."""
    listed = [one for name in names for one in _table()[group][name]]
    return re.compile(rf"(?<![a-z0-9'-])(?:{_either(listed)})(?![a-z0-9'-])")


@cache
def words(group: str, name: str) -> frozenset[str]:
    return frozenset(_table()[group][name])


@cache
def pattern(group: str, name: str) -> re.Pattern[str]:
    """A single expression of the table, with its blanks standing for one blank or more."""
    return re.compile(str(_table()[group][name]).replace(" ", r"\s+"))


@cache
def blocked(group: str) -> re.Pattern[str]:
    """A word, or the part of a word before or after a hyphen, by which a phrase speaks of something else."""
    return re.compile(rf"\b(?:{_either(_table()[group]['blocks'])})\b")


@cache
def _illness() -> tuple[re.Pattern[str], frozenset[str]]:
    table = _table()["names"]
    return re.compile(rf"[a-z'-]{{2,}}(?:{'|'.join(table['endings'])})$"), frozenset(table["words"])


@cache
def names_illness(word: str) -> bool:
    ending, whole = _illness()
    if word in words("names", "not"):
        return False
    return word in whole or word.rpartition("-")[2] in whole or ending.match(word) is not None


@cache
def saying(topic: str, name: str) -> re.Pattern[str]:
    """An expression of `sayings.toml`."""
    return re.compile(_sayings()[topic][name].replace(" ?", r"\s*").replace(" ", r"\s+"))


def sayings_of(topic: str) -> tuple[str, ...]:
    return tuple(_sayings()[topic])


@cache
def _sayings() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("index.criteria.readers").joinpath("sayings.toml").read_text(encoding="utf-8"))
