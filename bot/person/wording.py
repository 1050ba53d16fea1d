"""How people, things, numbers, units and times are put into words; the table is `wording.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from bot.person.facts import Relation
from index.criteria import units
from index.criteria.rule import Attribute, Topic
from index.trial import Frozen


class Asking(Frozen):
    """One row of the table: how an attribute is asked for, and what orders the questions."""

    text: str
    answer: str
    options: tuple[str, ...] = ()
    splits: float
    ease: float
    place: int


class Told(Frozen):
    """How a topic is spoken of: its name; whom a rule asks for, what a person said, that in short; opposites."""

    name: str
    who: tuple[str, str] = ("", "")
    said: tuple[str, str] = ("", "")
    told: tuple[str, str] = ("", "")


class Words(Frozen):
    topics: Mapping[Topic, Told]
    subjects: Mapping[str, str]
    units: Mapping[str, str]
    units_people_know: Mapping[str, str]
    ask: Mapping[str, Asking]


@cache
def words() -> Words:
    return Words.model_validate(tomllib.loads(files("bot.person").joinpath("wording.toml").read_text(encoding="utf-8")))


def address(about: Relation) -> dict[str, str]:
    """The words that change with whom the conversation is about."""
    own = about is Relation.SELF
    verbs = {
        "are": "are" if own else "is",
        "have": "have" if own else "has",
        "do": "do" if own else "does",
        "was": "were" if own else "was",
    }
    capitals = {verb.capitalize(): form.capitalize() for verb, form in verbs.items()}
    return {"who": about.value, "whose": "your" if own else f"{about.value}'s", **verbs, **capitals}


_SCALES = {"ecog": "ECOG activity level", "karnofsky": "Karnofsky score", "lansky": "Lansky play score"}


def subject(attribute: Attribute) -> str:
    """What the subject of an attribute is called: `stem_cell_transplant` -> "a stem cell or bone marrow transplant"."""
    if attribute.topic is Topic.LAB and attribute.subject in units.analytes():
        return units.words(attribute.subject)
    return {**_SCALES, **words().subjects}.get(attribute.subject, attribute.subject.replace("_", " "))


def name(attribute: Attribute) -> str:
    """What an attribute is called: (`lab`, `platelets`) -> "platelet count"."""
    return words().topics[attribute.topic].name.format(x=subject(attribute))


def is_asked(attribute: Attribute) -> bool:
    """Whether a person may be asked for it at all."""
    return not words().ask.keys().isdisjoint({attribute.key, str(attribute.topic)})


def unit_name(unit: str) -> str:
    return words().units.get(unit, unit)


def number(value: float) -> str:
    """At most four figures that count: 176.8, 85, 1,500."""
    return f"{float(f'{value:.4g}'):,.10g}"


def amount(value: float, unit: str) -> str:
    name_ = unit_name(unit)
    return number(value) + ("" if name_ in ("", "%") else " ") + name_


def numbers_in(text: str) -> frozenset[float]:
    """The numbers of a text; commas between thousands do not count."""
    found = re.findall(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", text.replace("·", "."))
    return frozenset(float(figure.replace(",", "")) for figure in found)


_AGE_STEPS = ((1.0, "year"), (12.0, "month"), (365.25, "day"))
_TIME_STEPS = ((365.25, "year"), (30.4375, "month"), (7.0, "week"), (1.0, "day"))


def years(value: float) -> str:
    """A length of life: 18 years, 6 months, 28 days."""
    for per_year, step in _AGE_STEPS:
        count = value * per_year
        if abs(count - round(count)) < 0.02 and round(count) > 0:
            return _counted(round(count), step)
    return f"{number(value)} years"


def days(value: float, like: str = "") -> str:
    """A length of time, by a number that stands in `like` if one does: 28 days or 4 weeks."""
    figures = numbers_in(like)
    ways = [(round(value / size), step) for size, step in _TIME_STEPS if _whole(value / size)]
    best = next((way for way in ways if way[0] in figures), ways[0] if ways else (round(value), "day"))
    return _counted(*best)


def _whole(count: float) -> bool:
    return round(count) > 0 and abs(count - round(count)) < 0.04 * round(count) ** 0.5


def _counted(count: int, step: str) -> str:
    return f"{count} {step}" + ("" if count == 1 else "s")


def listed(parts: Iterable[str], last: str = "and", most: int = 3) -> str:
    """A, B and C; what is beyond `most` is counted."""
    shown = list(dict.fromkeys(parts))
    if len(shown) > most:
        shown = [*shown[: most - 1], f"{len(shown) - most + 1} more"]
        last = "and"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {last} {shown[-1]}"
