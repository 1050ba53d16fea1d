"""Takes out of a text what tells who somebody is, before any model, log or store sees it.

A name is masked where it is introduced, never guessed; a date only where it is a date of birth. Numbers of trials,
laboratory values, doses, ages and dates of treatment stay.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.safety import shapes
from bot.safety.names import may_occur, names_in, places_of
from index.trial import Frozen

APART = str.maketrans(dict.fromkeys(".,;:!?()[]{}\"'’/\n\t\r#-", " "))


class Masked(Frozen):
    """A text without identifiers, and the kinds that were taken out, each once."""

    text: str
    found: tuple[str, ...] = ()


class Span(NamedTuple):
    start: int
    end: int
    kind: str


def mask(text: str) -> Masked:
    """The text with every identifier replaced by its kind in brackets; masking it again changes nothing."""
    found: list[str] = []
    while spans := apart(identifiers(text)):
        ends = [0, *(span.end for span in spans)]
        kept = [text[end : span.start] + f"[{span.kind}]" for end, span in zip(ends, spans, strict=False)]
        text = "".join(kept) + text[ends[-1] :]
        found += [span.kind for span in spans]
    return Masked(text=text, found=tuple(dict.fromkeys(found)))


def apart(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, the longer one where two overlap."""
    kept: list[Span] = []
    for span in sorted(spans):
        if kept and span.start < kept[-1].end:
            if span.end - span.start > kept[-1].end - kept[-1].start:
                kept[-1] = span
        else:
            kept.append(span)
    return kept


def identifiers(text: str) -> Iterator[Span]:
    """Everything in a text that tells who somebody is."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    words = frozenset(low.encode("ascii", "replace").decode().translate(APART).split())
    if "://" in text:
        yield from (Span(*found.span(), "url with credentials") for found in shapes.URL.finditer(text))
    if "@" in text or not words.isdisjoint(shapes.MAILERS):
        yield from (Span(*found.span(), "email") for found in shapes.EMAIL.finditer(text))
    if not words.isdisjoint(shapes.STREETS):
        yield from (Span(*found.span(), "address") for found in shapes.ADDRESS.finditer(text))
    yield from (Span(*found.span(), "national id") for found in shapes.LETTERED.finditer(text))
    yield from numbers_in(text)
    yield from announced(text, low, words)
    yield from (Span(start, end, "name") for start, end in names_in(text, low, words))


def numbers_in(text: str) -> Iterator[Span]:
    """Numbers that show by their form what they are; those of a trial registry, and amounts with a unit, stay."""
    for run in shapes.DIGITS.finditer(text):
        for kind, shape in (("national id", shapes.NATIONAL), ("phone", shapes.PHONE)):
            for found in shape.finditer(text, run.start(), run.end()):
                if not is_of_a_trial(text, *found.span()) and not shapes.UNITS.match(text, found.end()):
                    yield Span(*found.span(), kind)


def is_of_a_trial(text: str, start: int, end: int) -> bool:
    """Whether a number belongs to the id of a trial in some registry."""
    offset = max(0, start - 30)
    window = text[offset : end + 12]
    return any(
        found.start() + offset < end and start < found.end() + offset for found in shapes.REGISTRY.finditer(window)
    )


def announced(text: str, low: str, words: frozenset[str]) -> Iterator[Span]:
    """What a text says is a birth date, a record number, a telephone number or a home."""
    for kind, phrases in cues().items():
        value, holds = VALUES[kind]
        for phrase in phrases:
            if may_occur(phrase, words):
                for _, end in places_of(phrase, low):
                    found = value.match(text, end)
                    if found and holds(found[1]) and not is_of_a_trial(text, *found.span(1)):
                        yield Span(*found.span(1), kind)


def digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


VALUES: dict[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "record number": (shapes.RECORD, lambda value: digits(value) >= 4 and not shapes.YEAR.fullmatch(value)),
    "national id": (shapes.CITIZEN, lambda value: digits(value) >= 6),
    "phone": (shapes.CALL, lambda value: digits(value) >= 7),
    "date of birth": (shapes.BORN, lambda _value: True),
    "address": (shapes.HOME, lambda _value: True),
}


@cache
def cues() -> dict[str, tuple[str, ...]]:
    """The phrases that announce each kind of identifier."""
    table = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))["announced"]
    return {kind: tuple(phrases) for kind, phrases in table.items()}
