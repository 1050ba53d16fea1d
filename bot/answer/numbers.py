"""Whether the numbers of a claim stand in what it cites, in whatever notation each of the two is written.

A number is the same in digits, with thousands separators, as a word, or as a roman numeral after "phase" or "stage";
but "6 weeks" is not "6 months". Where a notation can be read in two ways ("4,8 weeks"), a quote holds both readings,
and a claim needs one of them whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

Reading = frozenset[Decimal]

_WORDS = {
    word: Decimal(value)
    for value, words in {
        2: "two twice", 3: "three thrice", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten",
        11: "eleven", 12: "twelve", 13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen", 17: "seventeen",
        18: "eighteen", 19: "nineteen", 20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty",
        70: "seventy", 80: "eighty", 90: "ninety",
    }.items()
    for word in words.split()
}  # fmt: skip
_ONE = {
    "one": Decimal(1),
    "once": Decimal(1),
    "single": Decimal(1),
}  # too common in plain English to be asked of a claim
_MONTH_NAMES = (
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sep sept", "october oct", "november nov", "december dec",
)  # fmt: skip
_MONTHS = {
    month: Decimal(number)
    for number, months in enumerate(
        _MONTH_NAMES,
        start=1,
    )
    for month in months.split()
}
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
_UNITS = {
    spelling: unit
    for unit, spellings in {
        "percent": "% percent percentage cent",  # "per cent"
        "second": "second seconds sec secs",
        "minute": "minute minutes min mins",
        "hour": "hour hours hourly hr hrs h",
        "day": "day days daily d",
        "week": "week weeks weekly wk wks w",
        "month": "month months monthly mo mos mth mths",
        "year": "year years yearly yr yrs y",
        "microgram": "μg mcg ug microgram micrograms",
        "milligram": "mg milligram milligrams",
        "gram": "g gm gram grams",
        "kilogram": "kg kilogram kilograms kilo kilos",
        "millilitre": "ml cc millilitre millilitres milliliter milliliters",
        "decilitre": "dl decilitre decilitres deciliter deciliters",
        "litre": "l litre litres liter liters",
        "millimetre": "mm millimetre millimetres millimeter millimeters",
        "centimetre": "cm centimetre centimetres centimeter centimeters",
        "hundred": "hundred hundreds",
        "thousand": "thousand thousands",
        "million": "million millions",
        "billion": "billion billions",
    }.items()
    for spelling in spellings.split()
}
_IMPLIED = dict.fromkeys(("age", "ages", "aged", "old", "older"), "year")  # "Age ≥ 18" counts years
_BETWEEN = frozenset({"to", "and", "or", "through", "until", *"-,/<>=≤≥±"})  # "18 to 75 years": both are years

_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SUPERSCRIPTS = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_GRADED = re.compile(
    r"\b(phase|stage|grade|type|class|factor|part|cohort|arm)(s?[\s\-:]*)([ivx]+(?:\s*(?:/|-|to|or|and)\s*[ivx]+)*)(?=[a-d]?\b)"
)
_NUMERAL = re.compile(r"\b[ivx]+(?=[a-d]?\b)")
_NUMBER = re.compile(r"\d{1,3}(?:[\s\u2009\u202f]\d{3})+(?![\d.,]*\d)|\d+(?:[.,]\d+)*|(?<![\w.])\.\d+")
_TOKEN = re.compile(rf"(?P<number>{_NUMBER.pattern})|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)|(?P<sign>[^\s()\[\]])")
_NAME = re.compile(r"(?<![a-z0-9])([a-z]+)([\-]?)(\d[a-z0-9]*(?:\.\d+)*)(?![a-z0-9])")
_DATED_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})\b\.?(?=,?\s*\d)|(?<=\d)(?:st|nd|rd|th)?\s+({'|'.join(_MONTHS)})\b")


@dataclass(frozen=True)
class _Number:
    """A number as it stands, the ways it can be read, and the unit that it counts, where one stands with it."""

    text: str
    readings: tuple[Reading, ...]
    unit: str | None = None


def unsupported_numbers(claim: str, quotes: str) -> tuple[str, ...]:
    """What in `claim` counts or measures something and does not stand in `quotes`; empty where all of it does.

    "2 months" needs a 2 that counts months: not the 2 of "two prior lines, the last within 6 months".
    """
    said, there = _normal(claim), _normal(quotes)
    missing = [name[0] for name in _NAME.finditer(said) if not _stands(name, there)]
    quoted, units, loose = _read(there, _WORDS | _ONE, _UNITS | _IMPLIED)
    counted, said_units, _ = _read(_NAME.sub("_", said), _WORDS, _UNITS)
    held = {(value, None) for value in _months(there)}
    for number in quoted:
        values = frozenset[Decimal]().union(*number.readings)
        counts = {number.unit} if number.unit else loose
        held |= {(value, unit) for value in values for unit in (None, *counts)}
    for number in counted:
        if not any(all((value, number.unit) in held for value in reading) for reading in number.readings):
            missing.append(number.text)
    missing += [f"month {month}" for month in sorted(_months(said)) if (month, None) not in held]
    return (*missing, *sorted(said_units - units))


def _read(
    text: str, words: Mapping[str, Decimal], units: Mapping[str, str]
) -> tuple[list[_Number], frozenset[str], frozenset[str]]:
    """The numbers of a normal text, all units in it, and those that stand with no number."""
    tokens = list(_tokens(text, words))
    loose = {place: units[token] for place, token in enumerate(tokens) if isinstance(token, str) and token in units}
    every = frozenset(loose.values())
    for place in reversed(range(len(tokens))):
        token = tokens[place]
        if isinstance(token, _Number):
            unit, where = _unit_after(tokens, place, units)
            tokens[place] = replace(token, unit=unit)
            loose.pop(where, None)
    return [token for token in tokens if isinstance(token, _Number)], every, frozenset(loose.values())


def _tokens(text: str, words: Mapping[str, Decimal]) -> Iterator[str | _Number]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "number":
            sign = -1 if _is_negative(text, match.start()) else 1
            readings = (frozenset(sign * value for value in reading) for reading in _readings(match[0]))
            yield _Number(match[0], tuple(readings))
        elif match[0] in words:
            yield _Number(match[0], (frozenset({words[match[0]]}),))
        else:
            yield match[0]


def _unit_after(tokens: list[str | _Number], place: int, units: Mapping[str, str]) -> tuple[str | None, int]:
    """The unit of the number at `place`, and where it stands: right after it, or after the range that it begins.

    The numbers to the right have theirs already.
    """
    after = [*tokens[place + 1 : place + 6], "", ""]
    hyphen = 1 if after[0] == "-" and after[1] in units else 0
    unit = after[hyphen]
    if isinstance(unit, str) and unit in units:
        return units[unit], place + 1 + hyphen
    between = next(i for i, token in enumerate(after) if token not in _BETWEEN)
    number, this = after[between], tokens[place]
    same = (
        isinstance(number, _Number) and isinstance(this, _Number) and number.readings == this.readings
    )  # "one (1) month"
    return (number.unit if isinstance(number, _Number) and (between or same) else None), -1


def _normal(text: str) -> str:
    """Lower case, plain digits and signs, `10⁹` as `10^9`, `Phase II` as `phase 2`."""
    text = _SUPERSCRIPTS.sub(lambda raised: "^" + raised[0].translate(_SUPERSCRIPT), text)
    text = re.sub(r"[¼-¾⅐-⅞]", r" \g<0>", text)  # "1½" is not "11/2"
    text = unicodedata.normalize("NFKC", text).lower().translate({ord(dash): "-" for dash in "‐‑‒–—−"})
    text = re.sub(r"(?<=\d)·(?=\d)", ".", text)
    return _GRADED.sub(lambda found: found[1] + found[2] + _NUMERAL.sub(_arabic, found[3]), text)


def _arabic(numeral: re.Match[str]) -> str:
    return _ROMAN.get(numeral[0], numeral[0])


def _readings(number: str) -> tuple[Reading, ...]:
    groups = re.split(r"\s", number)
    if len(groups) > 1:
        joined = frozenset({Decimal("".join(groups))})
        return (joined,) if "000" in groups[1:] else (joined, frozenset(map(Decimal, groups)))
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", number):
        return (frozenset({Decimal(number.replace(",", ""))}),)
    if number.count(".") > 1 and "," not in number:  # a version, a date: its parts
        return (frozenset(map(Decimal, number.split("."))),)
    if "," not in number:
        return (frozenset({Decimal(number)}),)
    parts = number.split(",")
    listed = frozenset(value for part in parts for reading in _readings(part) for value in reading)
    if len(parts) > 2 or "." in number:
        return (listed,)
    decimal = frozenset({Decimal(number.replace(",", "."))})
    return (decimal,) if parts[0] == "0" else (decimal, listed)


def _is_negative(text: str, start: int) -> bool:
    """A minus right before the number; in `18-75`, `18 -75` and at the start of a line it is a dash."""
    if start < 2 or text[start - 1] != "-" or text[start - 2] not in " (<>=≤≥[\t":
        return False
    before = text[: start - 1].rstrip(" \t")
    return bool(before) and before[-1] not in "\n\r" and not before[-1].isdigit()


def _months(text: str) -> frozenset[Decimal]:
    return frozenset(_MONTHS[month[1] or month[2]] for month in _DATED_MONTH.finditer(text))


def _stands(name: re.Match[str], text: str) -> bool:
    """Whether a name with digits in it (`CD19`, `IL-6`) stands in `text`, with or without its hyphen."""
    return re.search(rf"(?<![a-z0-9]){name[1]}[\s\-^]*{re.escape(name[3])}(?![a-z0-9])", text) is not None
