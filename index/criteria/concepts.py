"""Which illnesses, findings, operations and medicines a text names, and what is a kind of what, for criteria and notes.

A name is looked up by its words, longest first, so "heart failure" is never read out of "congestive heart failure".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from index.criteria.concept_table import Concept, Sort, Vocabulary, plain, vocabulary, words_of
from index.trial import Frozen

__all__ = ["Concept", "Mention", "Sort", "concept_of", "concepts_in", "kinds", "known", "wider"]


class Mention(Frozen):
    """A name of a concept in a text, at `start:end`.

    Of "hepatic or renal disease" the first mention, of liver disease, is the word "hepatic" alone.
    """

    concept: Concept
    start: int
    end: int


class _Words(NamedTuple):
    """The words of a text one beside the other: each in its plain form, and its place."""

    text: str
    plain: list[str]
    starts: list[int]
    ends: list[int]

    def gap(self, before: int, after: int) -> str:
        return self.text[self.ends[before] : self.starts[after]]


class _Named(NamedTuple):
    """A name found at the words `first:after`; no concept where the words only look like one ("stroke volume")."""

    first: int
    after: int
    concept: Concept | None


_TURNED = frozenset({"non", "anti"})
_AND_OR = frozenset({"and", "or"})
_MOST_PASSED = 2
_BREAK = re.compile(r"[.;:()\[\]]|\n\s*(?:\n|[^a-z\s])")
_SHORT_FORM_BEHIND = re.compile(r"(?<=\w)\s*\((?=[^)]*[A-Z])[\w-]{2,8}\)$")


def concepts_in(text: str) -> Iterator[Mention]:
    """Every concept that is named in a text as people write, from left to right; a name inside a longer one is none.

    Short forms count in their own capitals only: "MS" is an illness, "ms" is not. "Non-diabetic" names nothing.
    """
    names = vocabulary()
    found = words_of(text)
    words = _Words(text, [plain(one[0]) for one in found], [one.start() for one in found], [one.end() for one in found])
    named = _named(words, names)
    said_once = [other for one in named for other in _sharing(one, words, named, names)]
    for first, after, concept in sorted(named + said_once, key=lambda one: one.first) if said_once else named:
        if concept is not None:
            yield Mention(concept=concept, start=words.starts[first], end=words.ends[after - 1])


def _named(words: _Words, names: Vocabulary) -> list[_Named]:
    """The names in a text, each as long as it can be; no two share a word."""
    found = []
    after = 0
    for place, word in enumerate(words.plain):
        if place < after:
            continue
        longest = names.longest.get(word)
        one = _longest_at(place, longest, words, names) if longest else None
        if one is None and word in names.short_words:
            one = _short_form_at(place, words, names)
        if one is None:
            continue
        if place and words.plain[place - 1] in _TURNED:
            one = one._replace(concept=None)
        found.append(one)
        after = one.after
    return found


def _longest_at(place: int, longest: int, words: _Words, names: Vocabulary) -> _Named | None:
    for after in range(min(place + longest, len(words.plain)), place, -1):
        key = tuple(words.plain[place:after])
        if key in names.names and not (
            after - place > 1 and _BREAK.search(words.text, words.ends[place], words.starts[after - 1] + 1)
        ):
            return _Named(place, after, names.names[key])
    return None


def _short_form_at(place: int, words: _Words, names: Vocabulary) -> _Named | None:
    text, start, end = words.text, words.starts[place], words.ends[place]
    short = text[start:end]
    concept = names.short_forms.get(short)
    if concept is None and short[-1] == "s":
        concept = names.short_forms.get(short[:-1])
    if concept is None or (len(short) == len("PE") and text[end : end + 1] == ":"):  # "PE:" is a heading of notes
        return None
    before = slice(max(place - len(short), 0), place)
    if text[start - 1 : start] == "(" and "".join(text[one] for one in words.starts[before]).lower() == short.lower():
        concept = names.names.get(tuple(words.plain[before]))  # the text itself says what it means
    return _Named(place, place + 1, concept)


def _sharing(one: _Named, words: _Words, named: Sequence[_Named], names: Vocabulary) -> list[_Named]:
    """What "liver, kidney or lung disease" names beside the lung disease, and "hepatitis B or C" beside the first."""
    first, after, concept = one
    if concept is None or after - first < len(("lung", "disease")):
        return []
    end, start = _listed_before(first, words), _listed_behind(after, words)
    if end is None and start is None:
        return []
    taken = {place for found in named for place in range(found.first, found.after)}
    shared: list[_Named] = []
    head, passed = words.plain[after - 1], 0
    while end is not None and head in names.heads and end - 1 not in taken and passed <= _MOST_PASSED:
        sizes = (size for size in (3, 2, 1) if size <= end and taken.isdisjoint(range(end - size, end)))
        keys = ((size, (*words.plain[end - size : end], head)) for size in sizes)
        size, found = next(((size, names.names[key]) for size, key in keys if key in names.names), (1, None))
        if words.plain[max(end - size - 1, 0)] == "of" and words.plain[max(end - size - 2, 0)] in names.heads:
            break  # "carcinoma of the cervix or breast cancer": the cervix has its head before it
        shared += [_Named(end - size, end, found)] if found else []
        passed += found is None
        end = _listed_before(end - size, words)
    stem = words.plain[first : after - 1]
    while start is not None and start not in taken and (stem[-1] == "of" or _is_letter(start, words)):
        found = names.names.get((*stem, words.plain[start]))
        shared += [_Named(start, start + 1, found)] if found else []
        start = _listed_behind(start + 1, words) if found else None
    return shared


def _is_letter(place: int, words: _Words) -> bool:
    return len(words.plain[place]) == 1 and words.text[words.starts[place]] != "a"


def _listed_before(first: int, words: _Words) -> int | None:
    """Where the words end that stand before "or", "and", a comma or a stroke; `None` if nothing is listed there."""
    end = first
    while end and words.plain[end - 1] in _AND_OR:
        end -= 1
    gap = words.gap(end - 1, first) if end else "."
    return end if (end < first or "," in gap or "/" in gap) and not _BREAK.search(gap) else None


def _listed_behind(after: int, words: _Words) -> int | None:
    """Where the words begin that stand after "or", "and", a comma or a stroke; `None` if nothing is listed there."""
    start = after
    while start < len(words.plain) and words.plain[start] in _AND_OR:
        start += 1
    gap = words.gap(after - 1, start) if start < len(words.plain) else "."
    return start if (start > after or "," in gap or "/" in gap) and not _BREAK.search(gap) else None


def concept_of(name: str) -> Concept | None:
    """The concept that a whole text names, or `None`.

    "Leukemia, Myeloid, Acute" is read in its natural order too, and a short form behind the name is passed over.
    """
    names = vocabulary()
    name = _SHORT_FORM_BEHIND.sub("", name.strip())
    if concept := names.names.get(names.words(name)) or names.short_forms.get(name):
        return concept
    return names.names.get(tuple(word for part in reversed(name.split(",")) for word in names.words(part)))


def known(concept_id: str) -> Concept | None:
    return vocabulary().concepts.get(concept_id)


@cache
def wider(concept_id: str) -> frozenset[str]:
    """Everything that a concept is a kind of, itself not included."""
    concept = known(concept_id)
    above = concept.wider if concept else ()
    return frozenset(above).union(*(wider(one) for one in above)) if above else frozenset()


@cache
def kinds(concept_id: str) -> frozenset[str]:
    """Every concept that is a kind of this one, itself not included."""
    below = vocabulary().narrower.get(concept_id, [])
    return frozenset(below).union(*(kinds(one) for one in below)) if below else frozenset()
