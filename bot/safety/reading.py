"""A message as the rules read it: plain lower-case words, typing slips resolved, cut into clauses.

Offsets are not kept: a rule says that something is there, never where.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
LONG = 4000  # characters; beyond, a text was pasted and stretched letters are not looked for
ENDINGS = {"n't": "not", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'s": "'s"}
PRONOUNS = frozenset("he she it that this there what who where how everything".split())
VOWELS = "aeiou"
OTHER = re.compile(r"[^\x00-\x7f]+")
MARKS = str.maketrans(
    {
        **dict.fromkeys("!;\n\r\u2026\u3002\uff01\uff1b\u2022|", " . "),
        **dict.fromkeys('"()[]{}*/\u201c\u201d\u00ab\u00bb<>_~^=\\-\u2013\u2014\t\u00a1\u00bf\u300c\u300d', " "),
        **dict.fromkeys("\u2019\u2018\u02bc`\u00b4", "'"),
        "?": " ? . ",
        "\uff1f": " ? . ",
        ",": " , ",
        "\uff0c": " , ",
        "\u3001": " , ",
        ":": " : ",
        "\uff1a": " : ",
    }
)


def clauses(message: str) -> tuple[str, ...]:
    """The clauses of a message, each as single-spaced words with one space at either end."""
    text = fold(message).replace(". ", " \n ")
    spell = spelling()
    found = (" ".join([
            spell.get(word) or (read_word(word) if "'" in word else word) for word in line.split()
        ]) for line in text.split("\n"))
    return tuple(f" {clause} " for clause in found if clause)


def fold(message: str) -> str:
    """Lower case, no accents, one kind of quotation mark; other scripts stay as they are."""
    text = message
    if not text.isascii():
        text = OTHER.sub(plain_letters, unicodedata.normalize("NFKC", text).translate(MARKS))
    text = f" {text.lower().translate(MARKS)} ".replace(" y o ", " year old ").replace(" nct0", " nct 0")
    if len(text) < LONG:
        text = re.sub(r"([a-z])\1{2,}", r"\1\1", text)
        text = re.sub(r"(?<=[a-z]{2})\.(?=[a-z]{2})", " \n ", text)
    return text


def plain_letters(found: re.Match[str]) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", found.group()) if not unicodedata.combining(c))


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
    return spelling().get(bare, bare)


@cache
def spelling() -> dict[str, str]:
    """What each known short form and each slip of the keys stands for."""
    table = tomllib.loads((HERE / "spelling.toml").read_text(encoding="utf-8"))
    words: list[str] = table["near"]["words"]
    never = {*words, *table["near"]["never"]}
    slips = {slip: word for word in words for slip in slips_of(word) if slip not in never}
    return {**slips, **table["short"]}


def slips_of(word: str) -> set[str]:
    """The word with two letters swapped and, when long enough not to become another, one left out, doubled or mistaken."""
    cuts = range(len(word))
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in cuts[:-1]}
    doubled = {word[: i + 1] + word[i:] for i in cuts}
    if len(word) < 6:
        return (swapped | doubled) - {word}
    dropped = {word[:i] + word[i + 1 :] for i in cuts}
    vowels = {word[:i] + v + word[i + 1 :] for i in cuts if word[i] in VOWELS for v in VOWELS}
    return (swapped | dropped | doubled | vowels) - {word}
