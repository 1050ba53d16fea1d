"""The names of illnesses, findings, operations and medicines, made ready to be looked up by their words.

They come from `concepts.toml`, drugs by brand and code from the table that search uses. Spellings, plurals and words
that mean the same ("renal", "kidney") are one word here, and "cancer of the breast" is "breast cancer".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

from index.trial import Frozen


class Sort(StrEnum):
    CONDITION = "condition"  # illnesses, injuries and states, and implants that a person carries
    FINDING = "finding"  # symptoms and signs
    PROCEDURE = "procedure"  # operations and other treatments that are no medicine
    MEDICINE = "medicine"  # drugs and classes of drugs


class Concept(Frozen):
    """`id`: its plain name, lower case; `wider`: the ids of what it is a kind of, one step up."""

    id: str
    sort: Sort
    wider: tuple[str, ...] = ()


_Lists = Mapping[str, tuple[str, ...]]
_TOP = "of no wider kind"


class Table(Frozen):
    """`concepts.toml` as it stands: under each sort a kind = (what is of this kind = its other names)."""

    same_words: _Lists
    short_forms: Mapping[Literal["capitals_only"], tuple[str, ...]]
    said_once: Mapping[Literal["heads"], tuple[str, ...]]
    names_of_nothing: Mapping[Literal["phrases"], tuple[str, ...]]
    conditions: Mapping[str, _Lists]
    findings: Mapping[str, _Lists]
    procedures: Mapping[str, _Lists]
    medicines: Mapping[str, _Lists]
    drugs_of_a_class: _Lists
    is_also: _Lists

    def entries(self) -> Iterator[tuple[Sort, str, str, tuple[str, ...]]]:
        """Sort, kind, name and other names of each line."""
        for sort, kinds in zip(Sort, (self.conditions, self.findings, self.procedures, self.medicines), strict=True):
            for kind, members in kinds.items():
                for name, others in members.items():
                    yield sort, kind, name, others

    def wider(self) -> dict[str, tuple[str, ...]]:
        """Of what each name is a kind: by where it stands first, then what it is besides."""
        found: dict[str, dict[str, None]] = {}
        for _, kind, name, _ in self.entries():
            found.setdefault(name, {}).update({kind: None} if kind != _TOP else {})
        for kind, drugs in self.drugs_of_a_class.items():
            for drug in drugs:
                found.setdefault(drug, {})[kind] = None
        for name, kinds in self.is_also.items():
            found.setdefault(name, {}).update(dict.fromkeys(kinds))
        return {name: tuple(kinds) for name, kinds in found.items()}


_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[+%]")
_SIGNS = str.maketrans("’‘‐‑–áàâäãåçéèêëíìîïñóòôöõøúùûü", "''---aaaaaaceeeeiiiinoooooouuuu")
_PASSED_OVER = frozenset({"the", "my", "his", "her", "their", "your"})
_LONGEST_SHORT_FORM = 3


class Vocabulary:
    """`names`: concept by the words of its name, or `None` where they name nothing ("stroke volume").

    `longest`: how many words the longest name has that begins with this one. `short_forms`: concept by its capitals;
    `short_words`: the words that may be such capitals. `narrower`: the kinds of a concept, one step down.
    """

    def __init__(self, table: Table, drugs: Mapping[str, Iterable[str]]) -> None:
        self._same = {_spelt(word): _spelt(one) for one, others in table.same_words.items() for word in others}
        self._capitals_only = frozenset(table.short_forms["capitals_only"])
        self.heads = frozenset(map(self.plain, table.said_once["heads"]))
        self.concepts: dict[str, Concept] = {}
        self.names: dict[tuple[str, ...], Concept | None] = {}
        self.longest: dict[str, int] = {}
        self.short_forms: dict[str, Concept] = {}
        self.short_words: set[str] = set()
        self.narrower: dict[str, list[str]] = {}
        wider = table.wider()
        named = [(sort, name, others) for sort, _, name, others in table.entries()]
        named += [(Sort.MEDICINE, name.lower(), tuple(map(str.lower, others))) for name, others in drugs.items()]
        named += [(Sort.MEDICINE, drug, ()) for members in table.drugs_of_a_class.values() for drug in members]
        for sort, name, _ in named:
            self.concepts.setdefault(name, Concept(id=name, sort=sort, wider=wider.get(name, ())))
        for _, name, others in named:
            self._claim(self.concepts[name], (name, *others))
        for phrase in table.names_of_nothing["phrases"]:
            self._enter(self.words(phrase), None)
        self._turn_round()
        for concept in self.concepts.values():
            for one in concept.wider:
                self.narrower.setdefault(one, []).append(concept.id)

    def plain(self, word: str) -> str:
        """The one word that stands for this one, for all its spellings and for what means the same."""
        spelt = _spelt(word)
        return self._same.get(spelt, spelt)

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(self.plain(match[0]) for match in words_of(name))

    def _claim(self, concept: Concept, names: Iterable[str]) -> None:
        for name in names:
            if name == name.lower():
                self._enter(self.words(name), concept)
                continue
            self.short_forms.setdefault(name, concept)
            self.short_words.update(map(self.plain, (name.lower(), f"{name.lower()}s")))
            if (len(name) > _LONGEST_SHORT_FORM or not name.isalpha()) and name not in self._capitals_only:
                self._enter(self.words(name), concept)

    def _enter(self, words: tuple[str, ...], concept: Concept | None) -> None:
        self.names.setdefault(words, concept)
        self.longest[words[0]] = max(self.longest.get(words[0], 0), len(words))

    def _turn_round(self) -> None:
        """Enters "cancer of the breast" beside "breast cancer", and "statin treatment" beside "statin"."""
        for words, concept in list(self.names.items()):
            if concept is None:
                continue
            if len(words) > 1 and "of" not in words:
                self._enter((words[-1], "of", *words[:-1]), concept)
            if concept.sort is Sort.MEDICINE and words[-1] != "therapy":
                self._enter((*words, "therapy"), concept)


@cache
def vocabulary() -> Vocabulary:
    table = tomllib.loads(files("index.criteria").joinpath("concepts.toml").read_text(encoding="utf-8"))
    drugs = tomllib.loads(files("index.search").joinpath("drugs.toml").read_text(encoding="utf-8"))
    return Vocabulary(Table.model_validate(table), drugs["drugs"])


def words_of(text: str) -> list[re.Match[str]]:
    """The words of a text, lower case, each at its place; "the" and "my" are passed over."""
    low = text.lower()
    if not low.isascii():
        low = low if len(low) == len(text) else "".join(sign.lower()[:1] for sign in text)
        low = low.translate(_SIGNS)
    return [match for match in _WORD.finditer(low) if match[0] not in _PASSED_OVER]


@lru_cache(maxsize=1 << 16)
def plain(word: str) -> str:
    return vocabulary().plain(word)


def _spelt(word: str) -> str:
    """A word in American spelling, in the singular, without "'s"."""
    word = _singular(word.removesuffix("'s").replace("'", ""))
    word = word.replace("ae", "e").replace("oe", "e").replace("sulph", "sulf").replace("leuc", "leuk")
    word = word.replace("isation", "ization").replace("ical", "ic").replace("fibre", "fiber")
    return word[:-3] + "or" if word.endswith("our") and len(word) > len("four") else word


def _singular(word: str) -> str:
    if len(word) <= _LONGEST_SHORT_FORM or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > len("dies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]
