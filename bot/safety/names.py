"""Finds names of people where a text introduces them ("my name is", "Mr.", "my son Tim").

A name is never guessed from its looks alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

WORD = re.compile(r"[ \t]*([^\W\d_]+(?:['’-][^\W\d_]+)*\.?)")
ENDS = re.compile(
    r"\s*(?:$|[\n,.!?;:()-]|['’]s\b|(?:and|is|has|was|had|who|needs?|age|aged|from|here|in|with|on|can|got|just|will|wants|have|a|the|\d+)\b)"
)
PLACE = re.compile(
    r"\s*(?:hospital|clinic|cent(?:er|re)|institute|university|foundation|memorial|street|road|medical|school)\b", re.I
)
BELOW = re.compile(r"[,.!]?[ \t]*(?:\n\s*|(?<=,)[ \t]*)")
LAST = re.compile(r"\.?[ \t]*(?:$|\n)")
CHINESE = re.compile(
    r"(?:我叫|我的名字是|我的名字叫|姓名[:：是])\s*([\u4e00-\u9fff]{2,3}?)(?=[\s,，。.、；;我今患是]|$)"
)
PARTICLES = frozenset(
    {
        "de",
        "da",
        "del",
        "della",
        "di",
        "van",
        "von",
        "der",
        "den",
        "la",
        "le",
        "al",
        "el",
        "bin",
        "ibn",
        "dos",
        "du",
        "mc",
    }
)
POSSESSIVES = frozenset({"my", "our", "his", "her"})
MOST = 4  # words in a name


class Lexicon(NamedTuple):
    """The word lists: introductions by kind, relations, and what is no name."""

    introductions: dict[str, tuple[str, ...]]
    relations: frozenset[str]
    things: frozenset[str]
    not_names: frozenset[str]
    endings: tuple[str, ...]
    first_names: frozenset[str]


@cache
def lexicon() -> Lexicon:
    table = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
    return Lexicon(
        introductions={kind: tuple(phrases) for kind, phrases in table["introductions"].items()},
        relations=frozenset(table["relations"]["words"]),
        things=frozenset(table["not_of_a_person"]["before"]),
        not_names=frozenset(table["not_a_name"]["words"].split()),
        endings=tuple(table["not_a_name"]["endings"]),
        first_names=frozenset(table["first_names"]["words"].split()),
    )


def places_of(phrase: str, low: str) -> Iterator[tuple[int, int]]:
    """Where a phrase stands as whole words in a lower-case text."""
    start = low.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        if not (start and low[start - 1].isalnum()) and not (phrase[-1].isalnum() and low[end : end + 1].isalnum()):
            yield start, end
        start = low.find(phrase, start + 1)


def names_in(text: str, low: str, words: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The spans of introduced names; `low` is the text in lower case, of equal length, and `words` are its words."""
    readers = {
        "free": after_free,
        "capital": after_title,
        "called": after_called,
        "two": after_self,
        "one": after_self,
        "off": after_thanks,
    }
    for kind, phrases in lexicon().introductions.items():
        for phrase in phrases:
            if may_occur(phrase, words):
                for start, end in places_of(phrase, low):
                    yield from readers[kind](text, start, end)
    for relation in lexicon().relations & words:
        for start, end in places_of(relation, low):
            yield from after_relation(text, start, end)
    if not text.isascii():
        yield from (found.span(1) for found in CHINESE.finditer(text))


@cache
def words_of(phrase: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", phrase)) if phrase.isascii() else frozenset()


def may_occur(phrase: str, words: frozenset[str]) -> bool:
    """Whether a text of these words can hold a phrase."""
    return words_of(phrase) <= words


def capitalised(text: str, at: int, most: int = MOST) -> list[tuple[int, int]]:
    """The run of capitalised words from a place on that can be a name, at most so many."""
    run: list[tuple[int, int]] = []
    while len(run) < most and (found := WORD.match(text, at)):
        word = found[1]
        if not (could_be_name(word) or (run and word.lower() in PARTICLES)):
            break
        run.append(found.span(1))
        at = found.end()
        if word.endswith(".") and len(word) > 3:
            break
    while run and text[run[-1][0] : run[-1][1]].lower() in PARTICLES:
        run.pop()
    return [(start, end - 1) if text[end - 1] == "." and end - start > 3 else (start, end) for start, end in run]


def could_be_name(word: str) -> bool:
    """Whether a word is written like a name, and is no ordinary word, disease, drug or people."""
    plain = word.rstrip(".").lower().replace("’", "'").removesuffix("'s")
    shaped = word[0].isupper() and (not word.isupper() or len(word) <= 2)
    known = lexicon()
    return shaped and plain not in known.not_names and (plain in known.first_names or not plain.endswith(known.endings))


def whole(run: list[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    """A run of words as one span, without a possessive ending; none when a hospital or a street carries the name."""
    if run and not PLACE.match(text, run[-1][1]):
        start, end = run[0][0], run[-1][1]
        yield start, end - 2 if text[start:end].endswith(("'s", "’s")) else end


def after_free(text: str, _start: int, end: int) -> Iterator[tuple[int, int]]:
    """After "my name is", in any case of letters."""
    at = end + 1 if text[end : end + 1] == ":" else end
    run = capitalised(text, at)
    if not run:
        while len(run) < 2 and (found := WORD.match(text, at)):
            if found[1].rstrip(".").lower() in lexicon().not_names:
                break
            run.append((found.start(1), found.end(1) - found[1].endswith(".")))
            at = found.end()
            if found[1].endswith("."):
                break
    yield from whole(run, text)


def after_title(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """After "Mr." or "Patient:"; not after "MS.", which is a disease, nor after "drug name:"."""
    before = text[max(0, start - 20) : start].lower().split()
    if text[start:end].isupper() or (before and before[-1].strip(".,") in lexicon().things):
        return
    at = end + 1 if text[end : end + 1] == ":" else end
    yield from whole(capitalised(text, at), text)


def after_called(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    before = re.findall(r"\w+", text[max(0, start - 40) : start].lower())[-4:]
    if lexicon().relations.intersection(before) or {"man", "woman", "boy", "girl", "patient"}.intersection(before):
        yield from whole(capitalised(text, end), text)


def after_self(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """After "I'm": two capitalised words, or one well-known first name; after "this is", only the latter."""
    run = capitalised(text, end)
    if not run:
        lone = WORD.match(text, end)
        if (
            lone
            and lone[1].rstrip(".") in lexicon().first_names
            and text[start:end].lower() in ("i'm", "i’m", "im", "i am")
        ):
            run = [(lone.start(1), lone.end(1) - lone[1].endswith("."))]
    if not run or not ENDS.match(text, run[-1][1]):
        return
    known = text[run[0][0] : run[0][1]].lower() in lexicon().first_names
    if known or (len(run) > 1 and text[start:end].lower() in lexicon().introductions["two"]):
        yield from whole(run, text)


def after_relation(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """After "my son": a well-known first name, or a capitalised word that the sentence treats as a name."""
    before = text[max(0, start - 12) : start].lower().split()
    if not before or not POSSESSIVES.intersection(before[-2:]):
        return
    run = capitalised(text, end + 1 if text[end : end + 1] == "," else end, most=3)
    if not run:
        return
    known = text[slice(*run[0])].lower() in lexicon().first_names
    if known or ENDS.match(text, run[-1][1]) or text[: run[-1][1]].endswith(("'s", "’s")):
        yield from whole(run, text)


def after_thanks(text: str, _start: int, end: int) -> Iterator[tuple[int, int]]:
    """A signature: capitalised words alone on the last line, or after a comma at the very end."""
    gap = BELOW.match(text, end)
    if gap:
        run = capitalised(text, gap.end())
        if run and LAST.match(text, run[-1][1]):
            yield from whole(run, text)
