"""Analytes and their units: their spellings, what belongs together, and exact conversion to one canonical unit each.

The table is `analytes.toml`. A unit of another analyte, or a bare number that two units explain, is `None`: no guess.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from index.criteria.beginnings import ByLetter, any_of, by_letter
from index.criteria.plain import plain
from index.trial import Frozen

ULN = "ULN"
"""Multiples of the laboratory's own upper limit of normal: a unit of its own, into which nothing converts."""


class Unit(Frozen):
    """A unit: what it measures, and its size in the family's base unit, in which a reading of 0 stands at `zero`."""

    name: str
    family: str
    size: float
    zero: float = 0.0


class Analyte(Frozen):
    """Something measured in a person. `plausible` is in the canonical `unit`; `bare` are the units meant where none
    is given.
    """

    subject: str
    words: str
    unit: str
    families: frozenset[str]
    plausible: tuple[float, float]
    bare: tuple[str, ...]
    uln: bool = False
    molar_mass: float | None = None
    valence: int | None = None


class Found(Frozen):
    """A name that stands in a text at `start:end`: an analyte's subject, or a unit."""

    name: str
    start: int
    end: int


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("index.criteria").joinpath("analytes.toml").read_text(encoding="utf-8"))


@cache
def analytes() -> Mapping[str, Analyte]:
    """Every analyte of the table by its subject."""
    rows = _table()["analytes"]
    return {
        subject: Analyte(subject=subject, **{key: value for key, value in row.items() if key != "names"})
        for subject, row in rows.items()
    }


@cache
def units() -> Mapping[str, Unit]:
    """Every unit of the table by its name."""
    rows = _table()["units"].items()
    return {name: Unit(name=name, **{key: row[key] for key in row if key != "spelled"}) for name, row in rows}


def words(subject: str) -> str:
    """What a reader is told: `platelets` -> "platelet count"."""
    return analytes()[subject].words


def canonical_unit(subject: str) -> str:
    return analytes()[subject].unit


@cache
def units_of(subject: str) -> tuple[str, ...]:
    """The units that belong to an analyte, its canonical one first; `ULN` last where it is also given in multiples of
    it.
    """
    analyte = analytes()[subject]
    others = (unit.name for unit in units().values() if unit.family in analyte.families and unit.name != analyte.unit)
    return (analyte.unit, *others, *((ULN,) if analyte.uln else ()))


def convert(subject: str, value: float, unit: str) -> tuple[float, str] | None:
    """`value` in the analyte's canonical unit; `None` if `unit` does not belong to it. Multiples of `ULN` stay as
    they are.
    """
    if unit not in units_of(subject):
        return None
    if unit == ULN:
        return value, ULN
    analyte = analytes()[subject]
    per_canonical = _from_base(analyte, units()[analyte.unit], _to_base(analyte, units()[unit], value))
    return _clean(per_canonical), analyte.unit


def express(subject: str, value: float, unit: str) -> float | None:
    """The way back: a `value` in the canonical unit, in `unit`; `None` if that unit does not belong to the analyte."""
    if unit not in units_of(subject) or unit == ULN:
        return None
    analyte = analytes()[subject]
    return _clean(_from_base(analyte, units()[unit], _to_base(analyte, units()[analyte.unit], value)))


def _to_base(analyte: Analyte, unit: Unit, value: float) -> float:
    """`value` in the analyte's common measure: amounts of substance where it has several families, else the family's
    base unit.
    """
    base = value * unit.size + unit.zero
    match unit.family:
        case "mass" if analyte.molar_mass:
            return base / analyte.molar_mass
        case "charge" if analyte.valence:
            return base / analyte.valence
    return base


def _from_base(analyte: Analyte, unit: Unit, base: float) -> float:
    match unit.family:
        case "mass" if analyte.molar_mass:
            base *= analyte.molar_mass
        case "charge" if analyte.valence:
            base *= analyte.valence
    return (base - unit.zero) / unit.size


def _clean(value: float) -> float:
    """Without the dust of binary fractions: 8.5 g/dL is 85 g/L."""
    return float(f"{value:.12g}")


def plausible(subject: str, value: float, unit: str) -> bool:
    """Whether a person, or a threshold, can have this value; outside the range something was misread."""
    if unit == ULN:
        return analytes()[subject].uln and 0.1 <= value <= 50
    converted = convert(subject, value, unit)
    low, high = analytes()[subject].plausible
    return converted is not None and low <= converted[0] <= high


def assume_unit(subject: str, value: float) -> tuple[float, str] | None:
    """A number without a unit, in the canonical one, if just one unit that people leave out explains it: haemoglobin
    9 -> 90 g/L.
    """
    explained = {
        convert(subject, value, unit) for unit in analytes()[subject].bare if plausible(subject, value, unit)
    } - {None}
    return explained.pop() if len(explained) == 1 else None


def analyte_named(text: str) -> str | None:
    """The subject that a name stands for, with or without its short form: `Neutrophil count (ANC)` -> neutrophils."""
    stripped = plain(text).strip()
    found = analyte_at(stripped, 0)
    return found.name if found and found.end == len(stripped) else None


def analyte_at(text: str, start: int) -> Found | None:
    """The longest name of an analyte at `start` of a `plain` text, over the short forms in brackets behind it."""
    if start and text[start - 1].isalnum():
        return None
    likely = _by_letter().get(text[start : start + 1], ())
    matches = ((subject, pattern.match(text, start)) for subject, pattern in likely)
    ends = [(match.end(), subject) for subject, match in matches if match and not _inside_word(text, match.end())]
    if not ends:
        return None
    end, subject = max(ends)
    while (bracket := _BRACKET.match(text, end)) and _only_names(bracket[1] or bracket[2] or bracket[3], subject):
        end = bracket.end()
    return Found(name=subject, start=start, end=end)


_BRACKET = re.compile(r",?\s*(?:\(([^()]{1,60})\)|\[([^\[\]]{1,60})\]|/\s?(sgot|sgpt|ast|alt|sast|salt|asat|alat)\b)")


def _only_names(text: str, subject: str) -> bool:
    parts = [part for part in re.split(r"[/\[\](),;=]|\bor\b", text) if part.strip()]
    return bool(parts) and all(
        (match := _names_of(subject).fullmatch(part.strip())) is not None and bool(match[0]) for part in parts
    )


@cache
def _names_of(subject: str) -> re.Pattern[str]:
    return dict(_name_patterns())[subject]


def _inside_word(text: str, place: int) -> bool:
    return place < len(text) and text[place].isalnum() and text[place - 1].isalnum()


def analytes_in(text: str, place: int = 0) -> Iterator[Found]:
    """The names of analytes in a `plain` text from `place` on, from left to right."""
    while match := _any_name().search(text, place):
        found = analyte_at(text, match.start())
        if found:
            yield found
        place = found.end if found else match.start() + 1


def unit_at(text: str, start: int, subject: str) -> Found | None:
    """The longest spelling at `start` of a `plain` text of a unit that belongs to the analyte, `ULN` among them."""
    blank = re.compile(r"\s*").match(text, start)
    begin = blank.end() if blank else start
    wanted = units_of(subject)
    matches = [(name, pattern.match(text, begin)) for name, pattern in _unit_patterns() if name in wanted]
    if ULN in wanted:
        matches.append((ULN, _uln().match(text, begin)))
    ends = [(match.end(), name) for name, match in matches if match and match.end() > begin]
    ends = [(end, name) for end, name in ends if not _inside_word(text, end)]
    if not ends:
        return None
    end, name = max(ends, key=lambda pair: pair[0])
    return Found(name=name, start=begin, end=end)


def unit_in(text: str, subject: str) -> str | None:
    """The unit that a text is, for an analyte: `("x 10^9/L", "platelets")` -> `10^9/L`."""
    stripped = plain(text).strip()
    found = unit_at(stripped, 0, subject)
    return found.name if found and found.end == len(stripped) else None


NUMBER = r"\d{1,3}(?:[,.' ]\d{3})+(?![\d])|\d+(?:[.,]\d+)?"


def numbers_meant(text: str) -> tuple[float, ...]:
    """What a number may mean where `,` and `.` mark thousands or decimals: `1.500` -> 1500 and 1.5; `100,000` ->
    100000 and 100.
    """
    digits = re.sub(r"[' ]", "", text)
    marks = re.findall(r"[.,]", digits)
    readings = [float(digits.replace(",", "."))] if len(marks) < 2 else []
    if marks and re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits) and len(set(marks)) == 1 and not digits.startswith("0"):
        readings.insert(0, float(re.sub(r"[.,]", "", digits)))
    return tuple(readings)


def value_meant(subject: str, number: str, unit: str) -> tuple[float, str] | None:
    """A written number with its unit, in the canonical unit, if just one reading of it is plausible for the analyte."""
    readings = [value for value in numbers_meant(number) if plausible(subject, value, unit)]
    return convert(subject, readings[0], unit) if len(readings) == 1 else None


def _pattern(spelling: str) -> str:
    """A spelling of the table as a regular expression: pieces filled in, a blank standing for any blanks."""
    pieces = _table()["pieces"] | _table()["limits"]
    while (filled := re.sub(r"\{([a-zA-Z]+)\}", lambda match: str(pieces[match[1]]), spelling)) != spelling:
        spelling = filled
    return spelling.replace(" ", r"\s*")


@cache
def _unit_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = _table()["units"].items()
    return tuple((name, re.compile(_pattern(spelling))) for name, row in rows for spelling in row["spelled"])


@cache
def _uln() -> re.Pattern[str]:
    return re.compile(_pattern(_table()["limits"]["uln"]))


@cache
def _name_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """A pattern for each analyte; a blank in a name of the table stands for one blank or more."""
    rows = _table()["analytes"].items()
    return tuple((subject, re.compile("|".join(map(_name, _longest_first(row["names"]))))) for subject, row in rows)


def _longest_first(names: list[str]) -> list[str]:
    return sorted(names, key=len, reverse=True)


def _name(spelling: str) -> str:
    return spelling.replace(" ?", r"\s*").replace(" ", r"\s+")


@cache
def _by_letter() -> ByLetter:
    return by_letter(_name_patterns())


@cache
def _any_name() -> re.Pattern[str]:
    return any_of(_by_letter())
