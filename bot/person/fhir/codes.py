"""What the codes and set phrases of a record stand for: the table `codes.toml`, and coded words made plain."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from index.criteria.concepts import Concept, concept_of

if TYPE_CHECKING:
    from fhir.resources.R4B.codeableconcept import CodeableConcept

_LONGEST = 160
_TAG = re.compile(
    r"\s*\((?:disorder|finding|situation|procedure|regime/therapy|body structure|qualifier value|substance|product"
    r"|medicinal product|morphologic abnormality|event|observable entity|organism|context-dependent category)\)$"
)


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("bot.person.fhir").joinpath("codes.toml").read_text(encoding="utf-8"))


def row(section: str) -> Mapping[str, Any]:
    """One section of the table."""
    rows: Mapping[str, Any] = _table()[section]
    return rows


@cache
def named_by(section: str) -> Mapping[str, str]:
    """A section that lists codes under a name, turned round: code -> name."""
    return {code: name for name, found in row(section).items() for code in found if isinstance(found, list)}


@cache
def _pattern(section: str, name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in row(section)[name]))


@cache
def _words(section: str, name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(row(section)[name])})(?!\w)")


def speaks_of(section: str, name: str, words: str) -> bool:
    """Whether lower-case words hold one of a list's expressions, as whole words."""
    return _words(section, name).search(words) is not None


def is_one_of(section: str, name: str, words: str) -> bool:
    """Whether lower-case words are, wholly, one of a list's expressions."""
    return _pattern(section, name).fullmatch(words) is not None


class Coded(NamedTuple):
    """A coded statement: `words` as they stand in the record, and its codes as (system, code)."""

    words: str
    codes: tuple[tuple[str, str], ...]
    others: tuple[str, ...] = ()  # further names that the record gives for the same

    @property
    def plain(self) -> str:
        return plain(self.words)

    def of(self, system: str) -> tuple[str, ...]:
        return tuple(code for where, code in self.codes if where == system)

    def named(self, system: str, section: str) -> str | None:
        """What a section of lists calls the first of the codes that it knows."""
        return next((named_by(section)[code] for code in self.of(system) if code in named_by(section)), None)


def coded(concept: CodeableConcept | None) -> Coded:
    """Without words and codes where nothing is there."""
    codings = (concept.coding or []) if concept else []
    short = row("systems")
    codes = tuple((short[str(one.system)], str(one.code)) for one in codings if str(one.system) in short and one.code)
    names = [one.display for one in codings if one.display]
    names += [concept.text] if concept and concept.text else []
    kept = tuple(dict.fromkeys(" ".join(name.split()) for name in names if name and len(name) <= _LONGEST))
    return Coded(words=kept[0] if kept else "", codes=codes, others=kept[1:])


def code_in(concept: CodeableConcept | None) -> str:
    """The code of a concept that FHIR itself defines, such as a status."""
    codings = (concept.coding or []) if concept else []
    return next((str(one.code) for one in codings if one.code), "")


def plain(words: str) -> str:
    """A display in lower case, without the tag in brackets by which SNOMED CT says what sort of thing it is."""
    return _TAG.sub("", words.strip().casefold()).strip()


def subject_of(name: str) -> str:
    """The concept that plain words name, else the words themselves."""
    concept = known(name)
    return concept.id if concept else name


def known(name: str) -> Concept | None:
    return concept_of(name)


def first_known(names: Iterable[str]) -> Concept | None:
    return next((concept for name in names if (concept := known(name)) is not None), None)
