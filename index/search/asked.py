"""A request in the words of the registry: slips of the keys mended, lay words and drug names with what they mean, and
how much each stem counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from math import log
from typing import NamedTuple

from index.search.request import Request
from index.search.spelling import Speller, is_everyday
from index.search.wording import Wording, reworded
from index.store.words import WordIndex, content_words

_CODE = re.compile(r"\d{3}")  # a drug's code, whose parts stand for others too: MK-3475
_NUMBERED = re.compile(r"\d{5,}")  # part of a study's number, and no year
_MEANT = 0.6  # what a word counts that stands for what was said
_MEANT_IN_A_LINE = 0.8  # the same, where a line or two says it in everyday words
_DENIED = 0.3  # what a word counts that the text says no to
_MOST_STEMS = 80
_RARE = 6.6  # how telling a word is that one of 735 trials has
_TELLING = 3.0  # how telling a word is that one of twenty trials has
_MOST_NAMED = 500
_NAME = 3.0  # what the name of a sponsor or a place counts: vectors know nothing of it
_NUMBER = 10.0  # what the number of a study counts


class Asked(NamedTuple):
    """`said`: the text without slips; `text`: what is embedded. `weights`: how much each stem counts. `read_as`: slips
    and lay words that were read otherwise.
    """

    said: str
    text: str
    weights: dict[str, float]
    read_as: tuple[Wording, ...]


def read(request: Request, words: WordIndex, speller: Callable[[], Speller]) -> Asked:
    """`speller` is called only where a text is no note and has a word that no trial has: whoever writes notes knows the
    words, and has many that look like slips.
    """
    said = request.asserted
    short = not request.is_note
    mended = speller().corrections(said) if short and _has_unknown(said, words) else ()
    said = text = _with(said, mended)
    wordings = reworded(said, note=not short)
    meanings = [one for wording in wordings for one in wording.means if not _CODE.search(one)]
    counts: dict[str, float] = dict(Counter(words.stems(said)))
    for denied in request.denied:
        for stem, count in Counter(words.stems(denied)).items():
            if stem in counts:
                counts[stem] -= (1 - _DENIED) * min(count, counts[stem])
    for meant in meanings:
        for stem in set(words.stems(meant)) - counts.keys():
            counts[stem] = (_MEANT_IN_A_LINE if short else _MEANT) ** 2  # its root is taken below
    named = _named(said, words) if short else {}
    if short:
        text = "; ".join((text, *dict.fromkeys(meanings)))
    return Asked(said, text, _weights(counts, words, named), (*mended, *wordings))


def _has_unknown(text: str, words: WordIndex) -> bool:
    """Records have slips too: a word that hardly one of them has is looked at."""
    return any(not 0 < words.rarity(stem) < _RARE for stem in words.stems(text))


def _with(text: str, wordings: Iterable[Wording]) -> str:
    for one in sorted(wordings, key=lambda one: -one.start):
        text = text[: one.start] + one.means[0] + text[one.end :]
    return text


def _named(text: str, words: WordIndex) -> dict[str, float]:
    """What those stems count that say who, where or which number: that other fields than the names hardly have."""
    found: dict[str, float] = {}
    for stem in dict.fromkeys(
        one for word in content_words(text) if not is_everyday(word) for one in words.stems(word)
    ):
        rarity = words.rarity(stem)
        held = 0 if 0 < rarity < _TELLING else len(words.search({stem: 1.0}, _MOST_NAMED, "names"))
        telling = log(1 + (words.count() - held + 0.5) / (held + 0.5)) if held else 0.0
        if telling and (not rarity or rarity - telling > log(2)):
            found[stem] = (_NUMBER if _NUMBERED.fullmatch(stem) else _NAME) * telling
    return found


def _weights(counts: Mapping[str, float], words: WordIndex, named: Mapping[str, float]) -> dict[str, float]:
    """A stem counts by the root of how often it stands there, and by how telling it is."""
    weights = {stem: count**0.5 * words.rarity(stem) for stem, count in counts.items() if count > 0}
    weights.update(named)
    telling = sorted((stem for stem, weight in weights.items() if weight), key=lambda stem: (-weights[stem], stem))
    return {stem: weights[stem] for stem in telling[:_MOST_STEMS]}
