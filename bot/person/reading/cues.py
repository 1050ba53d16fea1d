"""The cues of `note_cues.toml`: where words stand that deny, doubt, plan or date what is named, or say whose it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.person.reading.words import any_of


@dataclass(frozen=True, slots=True)
class Cue:
    """Words at `start:end`; one phrase may be of several kinds ("history of": past, and had)."""

    start: int
    end: int
    kinds: frozenset[str]
    words: str


@cache
def _table() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(files("bot.person.reading").joinpath("note_cues.toml").read_text(encoding="utf-8"))


def entries(section: str) -> Mapping[str, list[str]]:
    return _table()[section]


def _whole(spellings: Sequence[str]) -> str:
    return rf"(?<![\w-]){any_of(spellings)}(?!\w)"


@cache
def whole(section: str, name: str) -> re.Pattern[str]:
    """A pattern for the entries of one list as whole words."""
    return re.compile(_whole(entries(section)[name]))


@cache
def _before() -> re.Pattern[str]:
    return re.compile(_whole(sorted({words for kind in entries("before").values() for words in kind})))


@cache
def _behind(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\s*\([^()]{{1,15}}\))?(?:\s|-)*(?:{any_of(entries('behind')[kind])})(?!\w)")


@cache
def _kinds(section: str) -> Mapping[str, re.Pattern[str]]:
    return {kind: re.compile(any_of(words)) for kind, words in entries(section).items()}


@cache
def _kinds_of(words: str) -> frozenset[str]:
    return frozenset(kind for kind, pattern in _kinds("before").items() if pattern.fullmatch(words))


def cues_in(low: str) -> Iterator[Cue]:
    """Every cue that stands before what it speaks of, from left to right; the longest at each place."""
    for match in _before().finditer(low):
        words = re.sub(r"\s+", " ", match[0])
        yield Cue(match.start(), match.end(), _kinds_of(words), words)


def behind(kind: str, low: str, at: int, end: int) -> re.Match[str] | None:
    """The cue of a kind that begins right at a place."""
    return _behind(kind).match(low, at, end)


@cache
def section_headings() -> re.Pattern[str]:
    """A heading of a part of a note, its list's name as the group's."""
    groups = "|".join(f"(?P<{name}>{any_of(words)})" for name, words in entries("sections").items())
    return re.compile(rf"(?:{groups})\s*:(?!\w)")
