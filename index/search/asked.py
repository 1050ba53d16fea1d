"""A request in the words of the registry: slips of the keys mended, lay words and drug names with what they mean, and
how much each stem counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from index.search.request import Request
from index.search.spelling import Speller
from index.search.wording import Wording, reworded
from index.store.words import WordIndex

_CODE = re.compile(r"\d{3}")  # a drug's code, whose parts stand for others too: MK-3475
_MEANT = 0.6  # what a word counts that stands for what was said
_DENIED = 0.3  # what a word counts that the text says no to
_MOST_STEMS = 80


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
    wordings = reworded(said)
    meanings = [one for wording in wordings for one in wording.means if not _CODE.search(one)]
    counts: dict[str, float] = dict(Counter(words.stems(said)))
    for denied in request.denied:
        for stem, count in Counter(words.stems(denied)).items():
            if stem in counts:
                counts[stem] -= (1 - _DENIED) * min(count, counts[stem])
    for meant in meanings:
        for stem in set(words.stems(meant)) - counts.keys():
            counts[stem] = _MEANT**2  # its root is taken below
    if short:
        text = "; ".join((text, *dict.fromkeys(meanings)))
    return Asked(said, text, _weights(counts, words), (*mended, *wordings))


def _has_unknown(text: str, words: WordIndex) -> bool:
    return any(not words.rarity(stem) for stem in words.stems(text))


def _with(text: str, wordings: Iterable[Wording]) -> str:
    for one in sorted(wordings, key=lambda one: -one.start):
        text = text[: one.start] + one.means[0] + text[one.end :]
    return text


def _weights(counts: Mapping[str, float], words: WordIndex) -> dict[str, float]:
    """A stem counts by the root of how often it stands there, and by how telling it is."""
    weights = {stem: count**0.5 * words.rarity(stem) for stem, count in counts.items() if count > 0}
    telling = sorted((stem for stem, weight in weights.items() if weight), key=lambda stem: (-weights[stem], stem))
    return {stem: weights[stem] for stem in telling[:_MOST_STEMS]}
