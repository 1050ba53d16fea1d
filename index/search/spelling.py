"""Slips of the keys and of the ear -> words that a store's records have: astma -> asthma.

A word that the records know, in any of its endings, an everyday word or a word of the tables is never touched.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

from index.search.wording import Wording, reworded, table_words
from index.store.words import content_words

_CHUNK = re.compile(r"\S+")
_ADDRESS = re.compile(r"@|//|www\.|\.(?:com|org|gov|net)\b|^\[", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_COMPOUND = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_SHORTEST = 5  # letters of a word that may be a slip
_LONG = 8  # letters from which two slips in one word are allowed for
_SHORTEST_KNOWN = 4
_OFTEN = 3  # how often the records must have a short word before another is taken for it
_READ = 3  # how often a word must stand in other text to be known: that text has slips of its own
_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "ly", "al", "ally", "able", "ness", "less", "y")
_LAST = "acdelnrsty"  # letters that endings end in: given, giver; ischemia, ischemic
_OPPOSED = ("hyper", "hypo"), ("macro", "micro"), ("inter", "intra"), ("post", "pre")

# What an edit costs: a slip that people make easily, one less so, and the most that one word may hold.
_EASY, _SLIP, _KEY, _NEVER = 0.8, 1.0, 1.1, 9.0
_MOST, _MOST_IN_LONG = 1.1, 1.85
_PER_SLIP = 1.5  # a word one slip nearer may be 10 ** 1.5 = 30 times rarer
_VOWELS = "aeiouy"
_SOUNDS = "ckqsxz", "fpv", "vw", "mn", "bp", "dt", "gj", "lr"
_ALIKE = {one + other for sound in _SOUNDS for one in sound for other in sound}
_ROWS = "qwertyuiop", "asdfghjkl", "zxcvbnm"
_KEYS = {pair for row in _ROWS for one, other in pairwise(row) for pair in (one + other, other + one)}


class Speller:
    """`counts`: how often each word stands in the names of a store's records, as `vocabulary_of` gives them; a word
    with 0 is known, but nothing is taken for it.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts

    def correct(self, word: str, everyday: bool = False) -> str | None:
        """The likeliest known word for one that nobody knows; `None` where there is none or nothing to correct.

        One slip (a letter too many, too few, wrong, or two swapped) from 5 letters, two from 8; the first letter holds
        unless it was swapped. `everyday`: a word of four letters too, and for everyday words.
        """
        plain = next(iter(content_words(word)), "")
        if (
            len(plain) < (_SHORTEST_KNOWN if everyday else _SHORTEST)
            or not plain.isalpha()
            or not word.replace("’", "").isascii()
        ):
            return None
        if meant := _slips().get(plain):
            return meant
        return None if self._is_known(plain) else self._nearest(plain, everyday)

    def corrections(self, text: str) -> tuple[Wording, ...]:
        """What to read for each slip of a text; `means` is one word. Addresses are left alone. An everyday word is read
        only where it makes a phrase of the tables whole: hears voises.
        """
        found: list[Wording] = []
        doubtful: list[Wording] = []
        for chunk in _CHUNK.finditer(text):
            if _ADDRESS.search(chunk[0]):
                continue
            for word in _WORD.finditer(text, chunk.start(), chunk.end()):
                for everyday, kept in ((False, found), (True, doubtful)):
                    if meant := self.correct(word[0], everyday):
                        kept.append(Wording(said=word[0], means=(meant,), start=word.start(), end=word.end()))
                        break
        found += [one for one in doubtful if _makes_a_phrase(text, one, found)]
        return tuple(sorted(found, key=lambda one: one.start))

    def _is_known(self, word: str) -> bool:
        return any(one in self._counts or one in table_words() or one in _other_words() for one in _endings(word))

    @cached_property
    def _shelves(self) -> dict[tuple[str, int], list[str]]:
        """The words that a slip may stand for, by their first letter and length."""
        shelves: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in (*self._counts, *(table_words() - self._counts.keys())):
            often = self._often(word)
            enough = often >= _OFTEN or word in table_words() or (often and len(word) >= _LONG)
            if enough and len(word) >= _SHORTEST_KNOWN and word.isalpha() and word.isascii():
                shelves[word[0], len(word)].append(word)
        return shelves

    def _often(self, word: str) -> int:
        return self._counts.get(word, 0) or (1 if word in table_words() else 0)

    def _nearest(self, word: str, everyday: bool = False) -> str | None:
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        slips = 2 if len(word) >= _LONG else 1
        near = process.extract(
            word,
            list(self._candidates(word, slips)),
            scorer=DamerauLevenshtein.distance,
            score_cutoff=slips,
            limit=None,
        )
        most = _MOST_IN_LONG if len(word) >= _LONG else _MOST
        costs = {known: _cost(word, known) for known, _, _ in near if not _is_another(word, known)}
        ranked = [
            (_PER_SLIP * cost - math.log10(self._often(known)), known)
            for known, cost in costs.items()
            if cost <= most and (everyday or not (_says_little(known) and (cost > _KEY or len(word) < _LONG)))
        ]
        return min(ranked, default=(0.0, None))[1]

    def _candidates(self, word: str, slips: int) -> Iterator[str]:
        for length in range(len(word) - slips, len(word) + slips + 1):
            yield from self._shelves.get((word[0], length), ())
            if word[1] != word[0]:
                swapped = self._shelves.get((word[1], length), ())
                yield from (known for known in swapped if known[1] == word[0])


def vocabulary_of(headlines: Iterable[str], elsewhere: Iterable[str] = ()) -> dict[str, int]:
    """How often each word stands in the headlines; a word with a hyphen also in its parts. Words of the texts
    `elsewhere` are known too, with 0, if they stand there more than once or twice.
    """
    counts = dict(_counted(headlines))
    read = {word: 0 for word, often in _counted(elsewhere).items() if often >= _READ}
    return {**read, **counts}


def _counted(texts: Iterable[str]) -> Counter[str]:
    as_written: Counter[str] = Counter()
    for text in texts:
        as_written.update(_COMPOUND.findall(text.lower()))
    counts: Counter[str] = Counter()
    for written, often in as_written.items():  # each spelling is looked at once: six times faster
        for word in content_words(written):
            for part in {word, *word.split("-")} - {""}:
                counts[part] += often
    return counts


def _cost(word: str, known: str) -> float:
    """What it takes to make `known` of a word, swaps included; much for letters that nobody mistakes."""
    before: list[float] = []
    row = [0.0]
    for at, letter in enumerate(known):
        row.append(row[-1] + _cost_of_one(letter, known[at - 1 : at]))
    for i, typed in enumerate(word, 1):
        extra = _cost_of_one(typed, word[i - 2 : i - 1])
        below = [row[0] + extra]
        for j, letter in enumerate(known, 1):
            least = min(
                row[j] + extra,
                below[-1] + _cost_of_one(letter, known[j - 2 : j - 1]),
                row[j - 1] + _cost_of_other(typed, letter),
            )
            if i > 1 and j > 1 and typed == known[j - 2] and letter == word[i - 2]:
                least = min(least, before[j - 2] + _EASY)
            below.append(least)
        before, row = row, below
    return row[-1]


def _cost_of_one(letter: str, previous: str) -> float:
    """Of a letter too many or too few: little for a vowel, an h, an s, or a letter that is doubled."""
    return _EASY if letter in "aeiouyhs" or letter == previous else _SLIP


def _cost_of_other(typed: str, letter: str) -> float:
    """Of one letter for another: little for vowels, more for consonants that sound alike or lie side by side."""
    if typed == letter:
        return 0.0
    if typed in _VOWELS and letter in _VOWELS:
        return _EASY
    if typed + letter in _ALIKE:
        return _SLIP
    return _KEY if typed + letter in _KEYS else _NEVER


def _is_another(word: str, known: str) -> bool:
    """Whether two words are no slip of each other for all their likeness: other endings of one stem, or opposites."""
    for one, other in _OPPOSED:
        if (word.startswith(one) and known.startswith(other)) or (word.startswith(other) and known.startswith(one)):
            return True
    same = next((at for at, (typed, letter) in enumerate(zip(word, known, strict=False)) if typed != letter), len(word))
    end, other_end = word[same:], known[same:]
    if len(end) == len(other_end) == 1:
        return end in _LAST and other_end in _LAST and not (end in _VOWELS and other_end in _VOWELS)
    few = 0 < len(end) <= 2 and 0 < len(other_end) <= 2
    return few and end[-1] != other_end[-1] and sorted(end) != sorted(other_end)


def is_everyday(word: str) -> bool:
    """Whether a word, lower case, is an everyday one in any of its endings."""
    return any(one in _everyday() for one in _endings(word))


def _says_little(known: str) -> bool:
    """Whether a search gains nothing from a word: an everyday one, or a place."""
    return is_everyday(known) or any(one in _places() for one in _endings(known))


def _makes_a_phrase(text: str, one: Wording, others: Iterable[Wording]) -> bool:
    """Whether a phrase of more words than this one stands in the text once it is mended, with the other slips."""
    at = one.start
    for each in sorted((*others, one), key=lambda each: -each.start):
        text = text[: each.start] + each.means[0] + text[each.end :]
        at += len(each.means[0]) - len(each.said) if each.start < one.start else 0
    last = at + len(one.means[0])
    return any(found.start <= at and last <= found.end and " " in found.said for found in reworded(text))


def _endings(word: str) -> Iterator[str]:
    """A word with other endings, or without: wheezing, wheeze, wheezed."""
    yield word
    for ending in _ENDINGS:
        yield word + ending
        base = word.removesuffix(ending)
        if ending == "s" and base.endswith("s"):
            continue  # a doubled letter, and no plural: lupuss
        if base != word and len(base) >= _SHORTEST_KNOWN:
            yield base
            if ending[0] in _VOWELS:
                yield base + "e"
            if base[-1] == base[-2]:
                yield base[:-1]
    if word.endswith(("ies", "ied")):
        yield word[:-3] + "y"
    if word.endswith("e"):
        yield word[:-1] + "ing"


@cache
def _tables() -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = tomllib.loads(
        Path(__file__).with_name("spelling.toml").read_text(encoding="utf-8")
    )
    return tables


@cache
def _everyday() -> frozenset[str]:
    return frozenset(_tables()["everyday"]["words"].split())


@cache
def _places() -> frozenset[str]:
    return frozenset(_tables()["places"]["words"].split())


@cache
def _other_words() -> frozenset[str]:
    return _everyday() | _places() | frozenset(_tables()["clinic"]["words"].split()) | frozenset(_slips().values())


@cache
def _slips() -> dict[str, str]:
    return _tables()["slips"]
