"""Which words a phrase of the tables cannot do without, read from the phrase itself.

So a long text is searched only where a phrase can match. A key is a whole word, or a beginning of four letters and a
star. Every match of a phrase contains one key of each of its sets; a phrase without any has the empty key and is always
tried. The phrases are written in the part of regular expressions that `TOKEN` reads.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

PREFIX = 4
MOST = 3  # sets of keys that are asked for
WIDE = 80  # more spellings of one word than this are not told apart
OPEN = "\0"  # letters that the phrase leaves open
TOKEN = re.compile(
    r"\(\?(?P<look>[=!]|<[=!])|(?P<open>\((?:\?:|\?P<\w+>)?)|(?P<close>\))|(?P<bar>\|)|(?P<count>[?*+]\??|\{\d+(?:,\d*)?\}\??)"
    r"|(?P<edge>\\b|[\^$]|\\s[*+]?)|(?P<any>\\[SdDwW]|\[[^\]]+\]|\.)|\\(?P<plain>\W)|(?P<letter>[^\\])"
)


class Piece(NamedTuple):
    """A letter, an open place, an edge of a word, or a group of alternatives; `optional` when it may be missing."""

    kind: str  # letter, open, edge, group
    letter: str = ""
    choices: tuple[tuple[Piece, ...], ...] = ()
    optional: bool = False


def needs_of(phrase: str) -> tuple[frozenset[str], ...]:
    """Sets of keys, the rarest first; of each set one key occurs in whatever the phrase matches."""
    found = choices(TOKEN.finditer(phrase))
    if len(found) == 1:
        sets = sorted(needs(found[0], last=True), key=cost)
        return tuple(sets[:MOST]) or (frozenset({""}),)
    return (one_of(found) or frozenset({""}),)


def keys_in(words: frozenset[str]) -> frozenset[str]:
    """The keys that these words can answer to."""
    parts = {part for word in words if not word.isalnum() for part in re.split(r"\W", word)}  # "39.5" has the word "39"
    return words | parts | {word[:PREFIX] + "*" for word in words | parts if len(word) >= PREFIX} | {""}


def choices(tokens: Iterator[re.Match[str]]) -> tuple[tuple[Piece, ...], ...]:
    """The alternatives up to the end of a group; what is only looked ahead or back at is left out."""
    done: list[tuple[Piece, ...]] = []
    here: list[Piece] = []
    for token in tokens:
        kind = token.lastgroup
        if kind == "close":
            break
        if kind == "bar":
            done.append(tuple(here))
            here = []
        elif kind == "look":
            choices(tokens)
        elif kind == "open":
            here.append(Piece("group", choices=choices(tokens)))
        elif kind == "count":
            here[-1] = here[-1]._replace(optional=token[0][0] in "?*" or token[0].startswith("{0"))
        elif kind == "edge" or token["letter"] == " ":
            here.append(Piece("edge"))
        elif kind == "any":
            here.append(any_of(token[0]))
        else:
            here.append(Piece("letter", token["plain"] or token["letter"]))
    return (*done, tuple(here))


def any_of(letters: str) -> Piece:
    """One letter out of a few as a group of alternatives; out of many as an open place."""
    inside = re.sub(r"(\w)-(\w)", lambda ends: "".join(map(chr, range(ord(ends[1]), ord(ends[2]) + 1))), letters[1:-1])
    if letters.startswith("[") and inside.isalnum() and len(inside) <= 12:
        return Piece("group", choices=tuple((Piece("letter", letter),) for letter in inside))
    return Piece("open")


def needs(pieces: tuple[Piece, ...], last: bool = False) -> list[frozenset[str]]:
    """The sets of keys that a run of pieces needs, one for each word or group of words that must be there."""
    found: list[frozenset[str] | None] = []
    word: set[str] = {""}
    row = (*pieces, Piece("open" if last else "edge"), Piece("edge"), Piece("edge"))
    for piece, after in pairwise(row):
        if piece.kind == "edge" and not piece.optional:
            found.append(keys_for(word))
            word = {""}
        elif piece.kind == "group" and not is_inner(piece):
            apart = ends_apart(piece) or (after.kind == "edge" and not after.optional) or starts_apart(after)
            if not piece.optional and word == {""} and apart:
                found.append(one_of(piece.choices))
            keeps = (word == {""} and apart) or (piece.optional and starts_apart(piece))
            word = word if keeps else {OPEN}
        else:
            word = joined(word, spellings(piece))
    return [keys for keys in found if keys]


def one_of(alternatives: tuple[tuple[Piece, ...], ...]) -> frozenset[str] | None:
    """The keys of which one occurs whichever alternative is taken; None when one of them needs nothing."""
    best = [min(needs(choice), key=cost, default=None) for choice in alternatives]
    return None if None in best else frozenset().union(*(keys or () for keys in best))


def cost(keys: frozenset[str]) -> int:
    """How often a text has one of these keys, roughly."""
    return sum(100 if key in common() else 1 for key in keys)


@cache
def common() -> frozenset[str]:
    """Words that nearly every text has."""
    table = tomllib.loads(Path(__file__).with_name("spelling.toml").read_text(encoding="utf-8"))
    return frozenset(table["common"]["words"].split())


def keys_for(word: set[str]) -> frozenset[str] | None:
    """The keys of a word in all its spellings; None when one of them begins openly."""
    keys = {max((key_of(part) for part in spelling.split()), key=len, default="") for spelling in word}
    return None if "" in keys else frozenset(keys)


def key_of(word: str) -> str:
    start, opened, _ = word.partition(OPEN)
    if not opened:
        return word
    return start[:PREFIX] + "*" if len(start) >= PREFIX else ""


def is_inner(piece: Piece) -> bool:
    """Whether a piece stays inside one word; a space that may be missing does not end it."""
    if piece.kind == "group":
        return all(is_inner(inner) for choice in piece.choices for inner in choice)
    return piece.kind != "edge" or piece.optional


def starts_apart(piece: Piece) -> bool:
    """Whether every alternative begins with a space, so that the word before it is whole."""
    return piece.kind == "group" and all(choice and choice[0].kind == "edge" for choice in piece.choices)


def ends_apart(piece: Piece) -> bool:
    return all(choice and choice[-1].kind == "edge" for choice in piece.choices)


def spellings(piece: Piece) -> set[str]:
    """The ways in which a piece inside a word can be written."""
    if piece.kind == "group":
        found: set[str] = set()
        for choice in piece.choices:
            word = {""}
            for inner in choice:
                word = joined(word, spellings(inner))
            found |= word
    else:
        found = {" " if piece.kind == "edge" else piece.letter or OPEN}
    return found | {""} if piece.optional else found


def joined(heads: set[str], tails: set[str]) -> set[str]:
    """Every beginning with every end; when these are too many, the end is left open."""
    if len(heads) * len(tails) <= WIDE:
        return {head + tail for head in heads for tail in tails}
    return {head + OPEN for head in heads} if len(heads) <= WIDE else {OPEN}
