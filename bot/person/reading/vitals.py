"""Vital signs and scores as notes write them: "BP 120/80", "P = 117", "O2 sats are 98%", "GCS was 6/15"; the BMI."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.person.reading.clinical import Note
from bot.person.reading.message import Found
from index.criteria.rule import Attribute, Topic
from index.criteria.units import analytes, convert, plausible

_IS = (
    r"(?:\s*(?:\([^()\n]{0,24}\)|is|was|are|were|of|at|to|measured|recorded|reported|currently|now|on "
    r"arrival|remained|stable|around|about|approximately|=|:|,))*\s*"
)
_PRESSURE = re.compile(
    rf"(?<![\w-])(?:b\.?p\.?|blood pressures?|"
    rf"pressure){_IS}(?P<sys>\d{{2,3}})\s?/\s?(?P<dia>\d{{2,3}})(?!\s?/|\d|[.,]\d)(?:\s*mm\s?hg)?"
)
_ALONE = re.compile(
    r"\((?P<sys>\d{2,3})\s?/\s?(?P<dia>\d{2,3})\s*mm\s?hg\)|(?P<sys2>\d{2,3})\s?/\s?(?P<dia2>\d{2,3})\s*mm\s?hg"
)
_NOT_MORE = r"(?!\s*(?:-|–|to)\s*\d|\d|[.,]\d|\s*/\s*\d{2,})"
_ONE = {
    "heart_rate": re.compile(
        rf"(?:(?<![\w-])(?:heart rate|hr|pulse(?: rate)?)|(?:^|(?<=[,;(.\n])|"
        rf"(?<=[,;(.\n]\s))p(?=\s*[=:])){_IS}(?:\w+ (?:and \w+ )?at "
        rf")?(?P<n>\d{{2,3}}){_NOT_MORE}\s*(?P<unit>bpm|/\s?min(?:ute)?|b(?:eats)?\s?/\s?min\w*|beats per "
        rf"minute)?"
    ),
    "respiratory_rate": re.compile(
        rf"(?:(?<![\w-])(?:respiratory rate|respirations?(?: rate)?|rr)|(?:^|(?<=[,;(.\n])|"
        rf"(?<=[,;(.\n]\s))r(?=\s*[=:])){_IS}(?P<n>\d{{1,2}}){_NOT_MORE}\s*(?P<unit>bpm|/\s?min(?:ute)?|"
        rf"breaths?\s?/\s?min\w*|breaths per minute)?"
    ),
    "oxygen_saturation": re.compile(
        rf"(?<![\w-])(?:(?:o2|oxygen)\s?sat(?:uration)?s?|spo2|sao2|pulse ox\w*|"
        rf"sats?){_IS}(?P<n>\d{{2,3}})(?!\s*(?:-|–|to)\s*\d|\d|[.,]\d|s\b)\s*(?P<unit>%)?"
    ),
    "gcs": re.compile(
        r"(?<![\w-])(?:glasgow coma (?:scale|score)|gcs)(?:\s*\(gcs\))?(?:\s*(?:score|is|was|of|=|"
        r":))*\s*(?P<n>\d{1,2})(?:\s?/\s?15)?(?!\d|[.,]\d|\s*(?:-|–|to)\s*\d)(?P<unit>)"
    ),
    "height": re.compile(
        rf"(?<![\w-])(?:height|length|ht){_IS}(?P<n>\d{{2,3}}(?:\.\d+)?){_NOT_MORE}\s*(?P<unit>cm)?|"
        rf"(?<![\w.])(?P<n2>\d{{3}})\s?cm\s+tall|"
        r"(?<![\w-])height(?:\s*(?:is|of|:))*\s*(?P<n3>[12]\.\d{1,2})\s?m\b"
    ),
}
_TEMPERATURE = re.compile(
    rf"(?<![\w-])(?:(?:body |axillary |oral |rectal |tympanic )?temp(?:erature)?|t(?:max)?(?=\s*[=:]|"
    rf"\s+\d\d)|fever(?:s)?(?: up)?(?: to| of)?|"
    rf"febrile){_IS}\(?(?P<n>\d{{2,3}}(?:\.\d)?){_NOT_MORE}\s*(?P<unit>°\s?[cf]|º\s?[cf]|[cf]\b|"
    rf"degrees?(?: (?:celsius|fahrenheit|c|f))?\b)?"
)
_UNITS = {
    "heart_rate": "beats/min", "respiratory_rate": "breaths/min", "oxygen_saturation": "%", "gcs": "points",
    "systolic_bp": "mmHg", "diastolic_bp": "mmHg", "height": "cm",
}  # fmt: skip
_NOT_THIS = re.compile(
    r"\b(?:normal (?:range|is|value)|reference|goal|target|should be|fetal|baseline|at home|drops?|"
    r"dropped|fell|rose|previous|prior|at birth|at the age)\b"
)
VITALS = frozenset((*_UNITS, "temperature"))


def vitals(note: Note) -> Iterator[Found]:
    """Each vital sign with its number; a range, a goal or an impossible number is none."""
    yield from _pressures(note)
    for subject, pattern in _ONE.items():
        for match in pattern.finditer(note.low):
            yield from _one(note, subject, match)
    for match in _TEMPERATURE.finditer(note.low):
        unit = (match["unit"] or "").strip("°º ")
        value = float(match["n"])
        fahrenheit = unit.startswith("f") or "fahrenheit" in unit or (not unit and value >= 90)
        yield from _found(note, "temperature", value, "°F" if fahrenheit else "°C", match)


def _pressures(note: Note) -> Iterator[Found]:
    """Both numbers of each blood pressure."""
    for pattern in (_PRESSURE, _ALONE):
        for match in pattern.finditer(note.low):
            groups = match.groupdict()
            high, low = float(groups["sys"] or groups["sys2"]), float(groups["dia"] or groups["dia2"])
            if low < high and high > 40:
                yield from _found(note, "systolic_bp", high, "mmHg", match)
                yield from _found(note, "diastolic_bp", low, "mmHg", match)


def _one(note: Note, subject: str, match: re.Match[str]) -> Iterator[Found]:
    groups = {name: value for name, value in match.groupdict().items() if value}
    number = groups.get("n") or groups.get("n2")
    value = float(number) if number else float(groups["n3"]) * 100
    if subject == "height" and number and "unit" not in groups and "n2" not in groups and value < 100:
        return
    yield from _found(note, subject, value, _UNITS[subject], match)


def _found(note: Note, subject: str, value: float, unit: str, match: re.Match[str]) -> Iterator[Found]:
    left, _ = note.statement(match.start(), match.end())
    if (
        subject not in analytes()
        or not plausible(subject, value, unit)
        or _NOT_THIS.search(note.low, left, match.end())
    ):
        return
    meant = convert(subject, value, unit)
    if meant is not None:
        yield Found(
            Attribute(topic=Topic.LAB, subject=subject),
            meant[0],
            match.start(),
            match.end(),
            at=match.start(),
            unit=meant[1],
        )


_GROWN = 100  # cm; of a small child the number means something else


def body_mass_index(found: Sequence[Found]) -> Found | None:
    """The BMI by a weight and a height that stand near each other, where the note does not give it."""
    by_subject = {one.attribute.subject: one for one in found if one.attribute.topic is Topic.LAB}
    weight, height = by_subject.get("weight"), by_subject.get("height")
    if "bmi" in by_subject or weight is None or height is None or float(height.value) < _GROWN:
        return None
    start, end = min(weight.start, height.start), max(weight.end, height.end)
    value = round(float(weight.value) / (float(height.value) / 100) ** 2, 1)
    if end - start > 120 or not plausible("bmi", value, "kg/m²"):
        return None
    return Found(Attribute(topic=Topic.LAB, subject="bmi"), value, start, end, at=start, unit="kg/m²")
