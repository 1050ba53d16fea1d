"""The patterns of `patterns.toml`: what sentences of trial records look like, read once and only when needed."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_TOML = Path(__file__).with_name("patterns.toml")


def speaks(kind: str, words: str) -> bool:
    """Whether a sentence speaks of this: `planned`, `found`, `aim` …"""
    return pattern("speaks", kind).search(words) is not None


def answers(question: str) -> re.Pattern[str]:
    """What a sentence holds that answers this: `dose`, `lasts`, `visits` …"""
    return pattern("answers", question)


@cache
def pattern(table: str, name: str) -> re.Pattern[str]:
    return re.compile("|".join(_read()[table][name]), re.IGNORECASE)


@cache
def _read() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_TOML.read_text(encoding="utf-8"))
