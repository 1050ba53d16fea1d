"""Words of trial records in plain wording: what one means, and where a text uses one.

The words stand in `glossary.toml`. A short form is taken for its word only where the text bears it out:
"ALL" in "ALL of the following" is no leukaemia, and "IV" in "stage IV" no drip.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from index.trial import Frozen

_TOML = Path(__file__).with_name("glossary.toml")

# British spelling -> a pattern that also takes the American one; forms in the table are written in British spelling.
_SPELLINGS = (
    (r"is(e|ed|ing|ation)\b", r"i[sz]\1"),
    (r"aemi", "a?emi"),
    (r"haem", "ha?em"),
    (r"tumour", "tumou?r"),
    (r"oedema", "o?edema"),
    (r"centre\b", "cent(?:re|er)"),
    (r"enrolment", "enroll?ment"),
    (r"programme\b", "program(?:me)?"),
)
_WORD_START = re.compile(r"(?<![\w-])\w")
_ASKED = re.compile(
    r"^(?:(?:what(?:'s| is| are| does)|define|meaning of)\s+)?(?:(?:an?|the)\s+)?(.*?)(?:\s+means?)?$", re.I
)


class Entry(Frozen):
    """A word, its plain meaning in wording of our own, and the field's reference that the meaning agrees with."""

    term: str
    meaning: str
    source: str
    aliases: tuple[str, ...] = ()


class _Row(Frozen):
    """A word as the table has it, with what a text must bear out before the word is read there."""

    term: str
    meaning: str
    source: str
    aliases: tuple[str, ...] = ()
    needs: str | None = None
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    when_asked: bool = False

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.term, *self.aliases)

    def stands_at(self, start: int, end: int, text: str) -> bool:
        before = " ".join(text[max(0, start - 60) : start].lower().split())
        after = re.match(r"[\s-]*([\w-]*)", text[end:])
        return not (
            self.when_asked
            or any(re.search(rf"(?<!\w){re.escape(word)}$", before) for word in self.not_after)
            or (after and after[1].lower() in self.not_before)
            or (self.needs and not re.search(self.needs, text, re.IGNORECASE))
        )


class _Table:
    """The rows, and one pattern for each first letter of a form, longest form first."""

    def __init__(self, rows: tuple[_Row, ...], sources: dict[str, str]) -> None:
        self.rows = rows
        self.entries = tuple(
            Entry(term=row.term, meaning=row.meaning, source=sources[row.source], aliases=row.aliases) for row in rows
        )
        forms = sorted(((form, at) for at, row in enumerate(rows) for form in row.forms), key=lambda one: -len(one[0]))
        self.owners = tuple(at for _, at in forms)
        by_letter: defaultdict[str, list[str]] = defaultdict(list)
        for number, (form, _) in enumerate(forms):
            by_letter[form[0].lower()].append(f"(?P<f{number}>{_pattern(form)})")
        self.in_text = {letter: re.compile(f"(?:{'|'.join(found)})(?!\\w)") for letter, found in by_letter.items()}
        self.when_asked = {letter: re.compile(one.pattern, re.IGNORECASE) for letter, one in self.in_text.items()}

    def owner(self, match: re.Match[str]) -> int:
        return self.owners[int((match.lastgroup or "f0")[1:])]


def define(term: str) -> Entry | None:
    """The meaning of one word or short form; capitals, plurals, hyphens and other spellings do not matter."""
    asked = _ASKED.fullmatch(" ".join(term.split()).strip(" ?!:;,'\"“”‘’()"))
    word = asked[1] if asked else ""
    table = _table()
    pattern = table.when_asked.get(word[:1].lower())
    match = pattern and (pattern.fullmatch(word) or pattern.fullmatch(word.rstrip(".")))
    return table.entries[table.owner(match)] if match else None


def terms_in(text: str) -> tuple[tuple[int, int, Entry], ...]:
    """Where the text first uses each word of the glossary: start, end and entry, in the order of the text.

    The longest form wins, only whole words count, and a short form counts only in its own capitals.
    """
    table = _table()
    first: dict[int, tuple[int, int]] = {}
    for start, end, at in _forms_in(text, table):
        if at not in first and table.rows[at].stands_at(start, end, text):
            first[at] = (start, end)
    return tuple((start, end, table.entries[at]) for at, (start, end) in sorted(first.items(), key=lambda one: one[1]))


def entries() -> tuple[Entry, ...]:
    """The whole glossary, in the order of its table."""
    return _table().entries


def _forms_in(text: str, table: _Table) -> Iterator[tuple[int, int, int]]:
    end = 0
    for word in _WORD_START.finditer(text):
        pattern = table.in_text.get(word[0].lower())
        match = pattern.match(text, word.start()) if pattern and word.start() >= end else None
        if match:
            end = match.end()
            yield match.start(), end, table.owner(match)


def _pattern(form: str) -> str:
    """`allo-HSCT` -> its words with a blank or hyphen between; one with two capitals or more keeps its capitals."""
    *words, last = re.split(r"[\s-]+", form)
    return r"(?:\s+|-)".join([*map(_word, words), _word(last, plural=True)])


def _word(word: str, plural: bool = False) -> str:
    short = sum(letter.isupper() for letter in word) >= 2
    pattern = re.escape(word)
    if short:
        return pattern + ("s?" if plural else "")
    for british, either in _SPELLINGS:
        pattern = re.sub(british, either, pattern)
    if plural and word.isalpha() and len(word) > 2:
        pattern = f"(?:{pattern[:-1]}(?:y|ies))" if word.endswith("y") else f"{pattern}(?:s|es)?"
    return f"(?i:{pattern})"


@cache
def _table() -> _Table:
    read = tomllib.loads(_TOML.read_text(encoding="utf-8"))
    return _Table(tuple(_Row.model_validate(row) for row in read["terms"]), read["sources"])
