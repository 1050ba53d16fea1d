"""What a search went by, in the person's own words: the phrases of a text that weigh most."""

from __future__ import annotations

import re
from collections.abc import Mapping

from index.store.words import WordIndex

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_JOINED = re.compile(r"[\s/-]{1,2}")  # what may stand between two words of one phrase
_TELLING = 10  # stems that make phrases


def phrases(text: str, weights: Mapping[str, float], words: WordIndex, most: int = 4) -> tuple[str, ...]:
    """The phrases of `text` made of its weightiest stems, the weightiest first, as they are spelled there."""
    found: dict[tuple[str, ...], tuple[float, str]] = {}
    spelled = [(match, words.stems(match[0])) for match in _WORD.finditer(text)]
    there = {stem for _, stems in spelled for stem in stems}
    telling = set(sorted(there & weights.keys(), key=lambda stem: (-weights[stem], stem))[:_TELLING])
    start = end = -1
    held: list[str] = []
    for match, stems in [*spelled, (None, ())]:
        tells = match is not None and not telling.isdisjoint(stems)
        if start >= 0 and not (match and tells and _JOINED.fullmatch(text, end, match.start())):
            weight = sum(weights.get(stem, 0.0) for stem in set(held))
            found.setdefault(tuple(held), (weight, text[start:end]))
            start, held = -1, []
        if match and tells:
            start = match.start() if start < 0 else start
            end = match.end()
            held += stems
    best = sorted(found.items(), key=lambda item: (-item[1][0], item[1][1]))
    chosen: list[tuple[set[str], str]] = []
    for stems, (_, phrase) in best:
        if not any(set(stems) <= others for others, _ in chosen):
            chosen.append((set(stems), phrase))
    return tuple(phrase for _, phrase in chosen[:most])
