"""Pieces of two texts set against each other: the same, reworded, added, removed.

Pieces with the same words are the same wherever they stand; of the others those are paired that share the most words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from index.trial import Frozen, SectionName, Span

_LONG = 8  # words: a text that keeps most of so many is the same one, with something added or taken away
_MOST_KEPT = 0.65


class Piece(Frozen):
    """A stretch of a section: its place and words, its name and group; `key`: the words that count, if not all do."""

    span: Span
    text: str
    name: str = ""
    group: str = ""
    key: str = ""

    @property
    def folded(self) -> str:
        return folded(self.key or self.text)


class Pairing(Frozen):
    """`same` pairs have the same words and the same group; `moved` ones the same words in another group."""

    same: tuple[tuple[Piece, Piece], ...] = ()
    moved: tuple[tuple[Piece, Piece], ...] = ()
    reworded: tuple[tuple[Piece, Piece], ...] = ()
    removed: tuple[Piece, ...] = ()
    added: tuple[Piece, ...] = ()


def folded(text: str) -> str:
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """The words, numbers and comparisons of a text; its punctuation, case and list marks left out."""
    return re.findall(r"[^\W_]+(?:[.,]\d+)*|[<>≤≥=+%/-](?=\s*\d)|[<>≤≥=]", text.lower())


def paired(
    old: Sequence[Piece], new: Sequence[Piece], alike: float, same_thing: Callable[[Piece], str] | None = None
) -> Pairing:
    """The pieces of both sides in pairs. `same_thing`: a key by which two pieces are one, whatever else they say."""
    same, old, new = _by_key(old, new, lambda piece: (piece.group, piece.folded))
    moved, old, new = _by_key(old, new, lambda piece: piece.folded)
    reworded: list[tuple[Piece, Piece]] = []
    if same_thing:
        key = same_thing
        reworded, old, new = _by_key(old, new, lambda piece: (piece.group, key(piece)))
    similar, old, new = _by_likeness(old, new, alike)
    return Pairing(
        same=tuple(same),
        moved=tuple(moved),
        reworded=tuple(sorted([*reworded, *similar], key=lambda pair: pair[1].span.start)),
        removed=tuple(old),
        added=tuple(new),
    )


def _by_key(
    old: Iterable[Piece], new: Sequence[Piece], key: Callable[[Piece], object]
) -> tuple[list[tuple[Piece, Piece]], list[Piece], list[Piece]]:
    waiting: dict[object, list[Piece]] = {}
    for piece in reversed(new):
        waiting.setdefault(key(piece), []).append(piece)
    pairs, left = [], []
    for piece in old:
        if found := waiting.get(key(piece)):
            pairs.append((piece, found.pop()))
        else:
            left.append(piece)
    taken = {id(after) for _, after in pairs}
    return pairs, left, [piece for piece in new if id(piece) not in taken]


def _by_likeness(
    old: Sequence[Piece], new: Sequence[Piece], alike: float
) -> tuple[list[tuple[Piece, Piece]], list[Piece], list[Piece]]:
    found = sorted(_alike(old, new, alike), key=lambda one: -one[0])
    before, after = dict(enumerate(old)), dict(enumerate(new))
    pairs = []
    for _, at, then in found:
        if at in before and then in after:
            pairs.append((before.pop(at), after.pop(then)))
    return pairs, list(before.values()), list(after.values())


def _alike(old: Sequence[Piece], new: Sequence[Piece], alike: float) -> Iterator[tuple[float, int, int]]:
    matcher: SequenceMatcher[str] = SequenceMatcher(None, autojunk=False)
    of_old = [words(piece.text) for piece in old]
    for then, after in enumerate(new):
        of_new = words(after.text)
        matcher.set_seq2(of_new)
        for at, before in enumerate(old):
            matcher.set_seq1(of_old[at])
            shorter = min(len(of_old[at]), len(of_new))
            wanted = alike if before.group == after.group else (1 + alike) / 2  # another list: only if very alike
            if matcher.quick_ratio() >= wanted / 2:
                shared = sum(block.size for block in matcher.get_matching_blocks())
                ratio = 2 * shared / max(len(of_old[at]) + len(of_new), 1)
                if shorter >= _LONG and before.group == after.group:
                    ratio = max(ratio, _MOST_KEPT * shared / shorter)
                if ratio >= wanted:
                    yield ratio, at, then


_SENTENCE = re.compile(r"\S(?:(?!\n)(?!(?<=[.!?;])\s+(?=[A-Z0-9(*“\"\-•])).)*")


def sentences(text: str, section: SectionName, start: int = 0, end: int | None = None) -> list[Piece]:
    """The sentences and lines of a text, as pieces."""
    return [
        Piece(
            span=Span(section=section, start=match.start(), end=match.start() + len(match[0].rstrip())), text=match[0]
        )
        for match in _SENTENCE.finditer(text, start, len(text) if end is None else end)
    ]


def line_pieces(text: str, section: SectionName, end: int | None = None) -> list[Piece]:
    """The lines of a text that are not empty, as pieces."""
    return [
        Piece(span=Span(section=section, start=match.start(), end=match.end()), text=match[0])
        for match in re.finditer(r"\S.*(?<=\S)", text[:end])
    ]


def in_order(old: Sequence[Piece], new: Sequence[Piece]) -> tuple[list[Span], list[Span]]:
    """The places that differ when both sides are read from top to bottom."""
    matcher = SequenceMatcher(None, [one.folded for one in old], [one.folded for one in new], autojunk=False)
    before: list[Span] = []
    after: list[Span] = []
    for what, start, end, then, until in matcher.get_opcodes():
        if what != "equal":
            before += [piece.span for piece in old[start:end]]
            after += [piece.span for piece in new[then:until]]
    return before, after
