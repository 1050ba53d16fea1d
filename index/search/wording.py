"""What people write -> what the registry writes: lay phrases, short forms, and the other names of a drug.

The phrases stand in wording.toml and drugs.toml, those that only a line or two is read by in everyday.toml. A phrase
listed as `apart` only looks like one of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from index.store.words import content_words
from index.trial import Frozen

HERE = Path(__file__).parent
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_BETWEEN = re.compile(r"[\s\-‐‑]{1,3}")  # what may stand between two words of one phrase
_BETWEEN_NAMES = re.compile(r"[\s\-‐‑/]+")
_SKIPPED = frozenset({"a", "an", "her", "his", "left", "my", "our", "right", "the", "their", "your"})
_SKIPPED_IN_A_LINE = _SKIPPED | {
    "always",
    "also",
    "badly",
    "both",
    "constantly",
    "even",
    "just",
    "now",
    "quite",
    "really",
}
_SKIPPED_IN_A_LINE |= {"so", "still", "that", "these", "this", "those", "totally", "very"}
_MOST_NAMES = 3
_STEM = "~"
_LONG_SHORT_FORM = 4  # characters from which a short form is known in any case


class Wording(Frozen):
    """`means`: the registry's words, best first; `text[start:end]` is `said`."""

    said: str
    means: tuple[str, ...]
    start: int
    end: int


class _Entry(NamedTuple):
    means: tuple[str, ...]  # nothing: the phrase means something else
    capitals: bool = False  # counts only where it is written in capitals


class _Table(NamedTuple):
    entries: dict[tuple[str, ...], _Entry]
    beginnings: frozenset[tuple[str, ...]]


class _Match(NamedTuple):
    first: int
    last: int  # the number of its last word
    means: tuple[str, ...]


def reworded(text: str, note: bool = False) -> tuple[Wording, ...]:
    """Every phrase of a text for which the registry has other words, in their order; of two that overlap the longer
    one. Case does not matter, but for short forms such as RA; a plural is taken for its singular, and in a line or two
    also other endings (leaks, leaking). `note`: the text is a clinician's, whose words say what they mean.
    """
    words = list(_WORD.finditer(text))
    matches = [one for at in range(len(words)) for one in _matches(text, words, at, note)]
    taken: set[int] = set()
    chosen: list[_Match] = []
    for one in sorted(matches, key=lambda one: (one.first - one.last, one.first)):
        if taken.isdisjoint(range(one.first, one.last + 1)):
            taken.update(range(one.first, one.last + 1))
            chosen.append(one)
    return tuple(_wording(text, words, one) for one in sorted(chosen) if one.means)


def table_words() -> frozenset[str]:
    """The words of all phrases, lower case: what a speller must not take for a slip."""
    return _table_words()


@cache
def _table_words() -> frozenset[str]:
    table = _table(note=False)
    heard = {word for key in table.entries for word in key}
    meant = {word for one in table.entries.values() for words in one.means for word in _key(words)}
    return frozenset({word for word in heard if not word.startswith(_STEM)} | meant)


def _wording(text: str, words: list[re.Match[str]], one: _Match) -> Wording:
    start, end = words[one.first].start(), words[one.last].end()
    return Wording(said=text[start:end], means=one.means, start=start, end=end)


def _matches(text: str, words: list[re.Match[str]], first: int, note: bool) -> Iterator[_Match]:
    """The phrases that begin with a word; inside them "my" and the like are passed over: lump in (my) breast."""
    table, skipped = _table(note), _SKIPPED if note else _SKIPPED_IN_A_LINE
    begun: set[tuple[str, ...]] = {()}
    for last in range(first, len(words)):
        if last > first and not _BETWEEN.fullmatch(text, words[last - 1].end(), words[last].start()):
            return
        forms = _forms(words[last][0]) + (() if note else (_stem(_plain(words[last][0])),))
        longer = {(*start, form) for start in begun for form in forms} & table.beginnings
        for key in sorted(longer & table.entries.keys()):
            entry = table.entries[key]
            if not entry.capitals or _in_capitals(words[last][0], text):
                yield _Match(first, last, entry.means)
        begun = longer | begun if last > first and words[last][0].lower() in skipped else longer
        if not begun:
            return


def _in_capitals(word: str, text: str) -> bool:
    """Whether a word stands out as a short form; in a text that is all capitals none does."""
    letters = [letter for letter in text if letter.isalpha()]
    shouted = len(text.split()) > 3 and sum(map(str.isupper, letters)) > 0.7 * len(letters)
    return (word.isupper() or _is_plural_short_form(word)) and not shouted


def _is_plural_short_form(word: str) -> bool:
    """UTIs, but not Ms."""
    return len(word) > 3 and word.endswith("s") and word[:-1].isupper()


def _forms(word: str) -> tuple[str, ...]:
    """A word as the tables may spell it: lower case, American, without 's, and its singular."""
    plain = _plain(word)
    if _is_plural_short_form(word):
        return plain, plain[:-1]
    if len(plain) < 4 or re.search(r"(?:[sui]s|[^s])$", plain):
        return (plain,)
    if plain.endswith("ies"):
        return plain, plain[:-3] + "y", plain[:-1]
    return plain, plain[:-1], re.sub(r"(?<=ch|sh|ss)es$|(?<=[xz])es$", "", plain)


def _stem(plain: str) -> str:
    """What leak, leaks, leaked and leaking share, marked, so that it is never taken for a word."""
    bare = re.sub(r"(?<=[a-z]{3})(?:ing|ed|es|s|e)$", "", plain)
    return _STEM + (bare[:-1] if len(bare) > 3 and bare[-1] == bare[-2] and bare != plain else bare)


def _plain(word: str) -> str:
    plain = next(iter(content_words(word)), word.lower().replace("’", "'"))
    return "cant" if plain == "cannot" else re.sub(r"n't$", "nt", plain)


def _key(phrase: str) -> tuple[str, ...]:
    return tuple(_plain(word) for word in _BETWEEN_NAMES.split(phrase.strip()) if word)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


@cache
def _table(note: bool) -> _Table:
    lay, drugs = _read("wording.toml"), _read("drugs.toml")
    entries: dict[tuple[str, ...], _Entry] = {}
    for phrase, means in _drug_names(drugs["drugs"], drugs["combinations"]):
        entries.update(dict.fromkeys(_keys(phrase), _Entry(means, _needs_capitals(phrase, lay["case"]))))
    for phrase, means in lay["abbreviations"].items():
        entries.update(dict.fromkeys(_keys(phrase), _Entry(tuple(means), _needs_capitals(phrase, lay["case"]))))
    for phrase, means in lay["lay"].items():
        entries.update(dict.fromkeys(_keys(phrase), _Entry(tuple(means))))
    for phrase in lay["apart"]["phrases"]:
        entries.update(dict.fromkeys(_keys(phrase), _Entry(())))
    if not note:
        _add_everyday(entries, _read("everyday.toml"))
    return _Table(entries, frozenset(key[: at + 1] for key in entries for at in range(len(key))))


def _add_everyday(entries: dict[tuple[str, ...], _Entry], everyday: dict[str, Any]) -> None:
    """The phrases of a line or two; those that are put together never stand for one that is listed. Two words and more
    are also known by their stems, unless "the" makes them what they are: the runs.
    """
    for phrase, means in _drug_names(everyday["drugs"], everyday["combinations"]):
        entries.update(dict.fromkeys(_keys(phrase), _Entry(means)))
    for phrase, means in everyday["lay"].items():
        entries.update(dict.fromkeys(_keys(phrase), _Entry(tuple(means))))
    for phrase in everyday["apart"]["phrases"]:
        entries.update(dict.fromkeys(_keys(phrase), _Entry(())))
    for family in everyday["family"]:
        for frame, (word, means) in product(family["frames"], family["of"].items()):
            key = _key(frame.format(word))
            entries.setdefault(key, _Entry(tuple(one for one in means if _key(one) != key)))
    for key, entry in list(entries.items()):
        if len(key) > 1 and "the" not in key and not any(map(str.isdigit, key)) and not entry.capitals:
            entries.setdefault(tuple(map(_stem, key)), entry)


def _drug_names(
    drugs: dict[str, list[str]], combinations: dict[str, list[str]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(name, other names of the same drug, its generic name first); a combination has its parts."""
    for generic, others in drugs.items():
        names = (generic, *others)
        for name in names:
            yield name, tuple(one for one in names if one != name)[:_MOST_NAMES]
    for name, parts in combinations.items():
        yield name, tuple(parts)


def _keys(phrase: str) -> Iterable[tuple[str, ...]]:
    """The words of a phrase; one with a hyphen is also written in one word: MK-3475, MK3475."""
    yield _key(phrase)
    if "-" in phrase:
        yield _key(phrase.replace("-", ""))


def _needs_capitals(phrase: str, case: dict[str, list[str]]) -> bool:
    """Whether a short form is one only in capitals: RA, but not COPD or uti; other names are known in any case."""
    if sum(map(str.isupper, phrase)) < 2 or re.search(r"[\s\-]", phrase) or phrase in case["any"]:
        return False
    return len(phrase) < _LONG_SHORT_FORM or phrase in case["capitals"]
