"""What Chia's annotators marked as denied, and the time windows they gave, beside the rules that are read.

Only entities that a typed leaf of our rule covers can be judged; how many gold ones are covered is said beside the
figures. "Unless" and "except" are marked as negations too: they are left out, since a rule keeps them as exceptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.criteria.plain import plain
from index.criteria.rule import AllOf, AnyOf, Not, Requirement, Rule, Topic
from tests.evals.chia_brat import Entity, Line

_EXCEPTION = re.compile(r"unless|except|other than|exclu|apart from|however|but\b")
_DENIAL = re.compile(
    r"\b(?:no|not|non|without|never|none|neither|nor|absence of|free of|negative for|denies|lack of)\b|n't\b"
)
_STOPS = re.compile(r"[.;:]|\b(?:but|unless|except|however|who|which)\b")
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "eight": 8,
    "ten": 10,
    "twelve": 12,
    "a": 1,
    "an": 1,
}
_SPAN = re.compile(
    rf"(?P<number>\d+(?:\.\d+)?|{'|'.join(_WORDS)})\s*-?\s*(?P<unit>hours?|hrs?|h|days?|d|weeks?|wks?|months?|mo"
    rf"|years?|yrs?)\b"
)
_SHORT = {"h": "hour", "d": "day", "mo": "month"}
_THINGS = ("Condition", "Drug", "Procedure", "Observation", "Device")
_DENIABLE = {
    Topic.CONDITION, Topic.PRIOR_THERAPY, Topic.MEDICATION, Topic.ALLERGY, Topic.INFECTION, Topic.DISEASE_STATE,
    Topic.BIOMARKER, Topic.OTHER_TRIAL, Topic.LIFESTYLE, Topic.LAB,
}  # fmt: skip
"""Topics whose leaves say "has it"; the others mean a refusal by themselves ("inability to consent")."""


def leaves_of(rule: Rule | None, denied: bool = False) -> Iterator[tuple[Requirement, bool]]:
    """Each typed leaf, and whether it is denied: under an odd number of refusals, a value of False among them."""
    match rule:
        case Requirement():
            yield rule, denied != (rule.value is False)
        case Not(of=inner):
            yield from leaves_of(inner, not denied)
        case AllOf(of=parts) | AnyOf(of=parts):
            for part in parts:
                yield from leaves_of(part, denied)


def narrowest(rule: Rule | None, entity: Entity) -> tuple[Requirement, bool] | None:
    """The leaf read from the shortest stretch that has at least half of the entity, and whether it is denied."""
    fitting = [
        (leaf, denied)
        for leaf, denied in leaves_of(rule)
        if leaf.attribute.topic in _DENIABLE
        and 2 * (min(leaf.end, entity.end) - max(leaf.start, entity.start)) >= entity.end - entity.start
    ]
    return min(fitting, key=lambda pair: pair[0].end - pair[0].start, default=None)


def denials(line: Line, rule: Rule | None) -> Iterator[tuple[bool, bool, bool]]:
    """For each covered entity: denied by the annotators, denied by the rule, denied by the nearest-word baseline.

    Entities under "unless" or "except" are left out.
    """
    cues = {one.id: cue for one, cue in line.related("has_negation")}
    for entity in line.entities.values():
        cue = cues.get(entity.id)
        if entity.type not in _THINGS or (cue and _EXCEPTION.search(plain(cue.text))):
            continue
        if found := narrowest(rule, entity):
            yield cue is not None, found[1], _denied_before(plain(line.text), entity.start)


def denied_in_all(line: Line) -> int:
    """How many entities the annotators marked as denied, covered or not, exceptions apart."""
    return sum(not _EXCEPTION.search(plain(cue.text)) for _, cue in line.related("has_negation"))


def _denied_before(text: str, place: int) -> bool:
    """The baseline: a word of denial at most 60 characters before, with no stop between."""
    before = text[max(0, place - 60) : place]
    cue = max((match.end() for match in _DENIAL.finditer(before)), default=None)
    return cue is not None and not _STOPS.search(before, cue)


def windows(line: Line, rule: Rule | None) -> Iterator[tuple[float | None, float | None, float | None, bool]]:
    """For each marked thing: the days of its window by the annotators, by our leaf and by the baseline, and whether a
    leaf covers it. Things whose marked time is none that can be told in days looking back are left out.
    """
    times = dict[str, list[str]]()
    for one, time in line.related("has_temporal"):
        times.setdefault(one.id, []).append(time.text)
    guess = _first_window(line)
    for entity in line.entities.values():
        if entity.type not in _THINGS:
            continue
        read = [window_days(text) for text in times.get(entity.id, ())]
        if len(read) > 1 or None in read:
            continue
        found = narrowest(rule, entity)
        yield read[0] if read else None, found[0].within_days if found else None, guess, found is not None


def window_days(text: str) -> float | None:
    """The days of a window that looks back; `None` for one that looks ahead, or has no single length."""
    low = plain(text)
    spans = list(_SPAN.finditer(low))
    if len(spans) != 1 or re.search(
        r"\bafter\b|following|\bduring\b|at least|for (?:the next|more than)|\bpost|later|old|\bage", low
    ):
        return None
    if not re.search(r"within|last|past|previous|prior|preced|before|<|≤|less than|ago|since|in the", low):
        return None
    number = spans[0]["number"]
    unit = spans[0]["unit"]
    name = _SHORT.get(unit) or (
        "hour" if unit.startswith("hr") else unit.rstrip("s").replace("wk", "week").replace("yr", "year")
    )
    return float(_WORDS.get(number) or number) * _DAYS[name]


def _first_window(line: Line) -> float | None:
    """The baseline: the first words of a window, for everything in the criterion."""
    match = re.search(r"\b(?:within|in the (?:last|past)|prior|previous)\b[^.;]{0,40}", plain(line.text))
    return window_days(match[0]) if match else None
