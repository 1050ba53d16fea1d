"""A message as the rules read it: plain lower-case words, typing slips resolved, cut into clauses.

Offsets are not kept: a rule says that something is there, never where.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
LONG = 4000  # characters; beyond, a text was pasted and stretched letters are not looked for
LENGTH, OVERLAP = 80, 16  # words of a clause that are read at once, and read again with the next
ENDINGS = {"n't": "not", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'s": "'s"}
PRONOUNS = frozenset({"he", "she", "it", "that", "this", "there", "what", "who", "where", "how", "everything"})
VOWELS = "aeiou"
OTHER = re.compile(r"[^\x00-\x7f]+")
WIDE = {  # what other alphabets use for the marks below
    **dict.fromkeys("\u2026\u3002\uff01\uff1b\u2022", " . "),
    **dict.fromkeys("\u201c\u201d\u00ab\u00bb\u2013\u2014\u00a1\u00bf\u300c\u300d\u00a0", " "),
    **dict.fromkeys("\u2019\u2018\u02bc\u00b4", "'"),
    **{"\uff1f": "?", "\uff0c": ",", "\u3001": ",", "\uff1a": ":"},
}
MARKS = str.maketrans(
    {**dict.fromkeys("!;|\r", "\n"), **dict.fromkeys('\t"()[]{}*/<>_~^=\\-', " "), "`": "'"},
)
SPACED = (
    (". ", " \n "),
    (".\n", " \n "),
    ("?", " ? \n "),
    (",", " , "),
    (":", " : "),
    (" y o ", " year old "),
    (" nct0", " nct 0"),
)


def clauses(message: str) -> tuple[str, ...]:
    """The clauses of a message, each as single-spaced words with one space at either end."""
    spell = spelling().get
    lines = (
        [spell(word) or (read_word(word) if "'" in word else word) for word in line.split()]
        for line in fold(message).split("\n")
    )
    return tuple(f" {' '.join(part)} " for line in lines for part in parts(line))


def parts(words: list[str]) -> Iterator[list[str]]:
    """A clause in pieces that overlap, so that one without a full stop is read in bounded time."""
    for start in range(0, len(words), LENGTH - OVERLAP):
        if start == 0 or start + OVERLAP < len(words):
            yield words[start : start + LENGTH]


def fold(message: str) -> str:
    """Lower case, no accents, marks apart from words, a line for each clause; other scripts stay as they are."""
    text = message
    if not text.isascii():
        text = OTHER.sub(plain_letters, text)
    text = f" {text.lower().translate(MARKS)} "
    for mark, meaning in SPACED:
        text = text.replace(mark, meaning)
    if len(text) < LONG:
        text = re.sub(r"([a-z])\1{2,}", r"\1\1", text)
        text = re.sub(r"(?<=[a-z]{2})\.(?=[a-z]{2})", " \n ", text)
    return text


def plain_letters(found: re.Match[str]) -> str:
    """Letters without their accents, marks as ASCII has them, and nothing else."""
    return "".join(WIDE.get(c) or plain_letter(c) for c in unicodedata.normalize("NFKD", found.group()))


def plain_letter(letter: str) -> str:
    if letter.isascii() or letter.isalpha():
        return letter
    return "" if unicodedata.category(letter) in ("Mn", "Cf") else " "


def read_word(word: str) -> str:
    """A word with an apostrophe, its contraction or elision taken apart."""
    if word in ("can't", "ca'nt", "cant'"):
        return "can not"
    if word in ("won't", "wo'nt"):
        return "will not"
    for ending, meaning in ENDINGS.items():
        if word.endswith(ending) and (stem := word.removesuffix(ending)):
            return f"{stem} {'is' if meaning == chr(39) + 's' and stem in PRONOUNS else meaning}"
    head, _, tail = word.partition("'")
    if 0 < len(head) < 3 and len(tail) > 2:  # an elision: "j'ai", "l'ho"
        return f"{head} {tail}"
    bare = word.replace("'", "")
    return spelling().get(bare, bare or word)


@cache
def spelling() -> dict[str, str]:
    """What each known short form and each slip of the keys stands for."""
    table = tomllib.loads((HERE / "spelling.toml").read_text(encoding="utf-8"))
    words: list[str] = table["near"]["words"]
    never = {*words, *table["near"]["never"]}
    slips = {slip: word for word in words for slip in slips_of(word) if slip not in never}
    return {**slips, **table["short"]}


def slips_of(word: str) -> set[str]:
    """The word with two letters swapped or one doubled; a longer word also with one left out or a vowel mistaken."""
    cuts = range(len(word))
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in cuts[:-1]}
    doubled = {word[: i + 1] + word[i:] for i in cuts}
    if len(word) < 6:
        return (swapped | doubled) - {word}
    dropped = {word[:i] + word[i + 1 :] for i in cuts}
    vowels = {word[:i] + v + word[i + 1 :] for i in cuts if word[i] in VOWELS for v in VOWELS}
    return (swapped | dropped | doubled | vowels) - {word}
