"""One measurement as it is written: the names of analytes, their limits in canonical units, and the same limit once
more in another unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.criteria.readers.bounds import COMPARE, Bound, bound_at, bounds_at
from index.criteria.readers.by_sex import limits_by_sex
from index.criteria.readers.classes import classes_at
from index.criteria.readers.limits import BETWEEN, closed, further_limit, limits, past, reader_of, same_again, value_of
from index.criteria.readers.pressure import PRESSURE, pressures_at
from index.criteria.readers.words import Words, all_of, any_of, both_or_either
from index.criteria.rule import Range, Rule, Topic
from index.criteria.units import Found, analyte_at, analytes, analytes_in, unit_at

_NAME_JOIN = re.compile(
    r"\s*(?:(?P<both>,?\s*\band\b(?!/)|&|\+)|(?P<either>,?\s*\b(?:or|and/or)\b)|(?P<list>/|,))\s*(?:the )?(?:serum )?"
)
_FLIPPED = re.compile(r"(\d[\d.,]*)\s*[^\d\s≤<]{0,8}\s*(≤|<|=<|<=)\s*")
_LED = re.compile(r"\d\D{0,40}$")
_LIMIT_BEGINS = re.compile(rf"{COMPARE.pattern}|(?<![\d.,])\d".replace("?P<", "?P<_"))
_LEADS_TO = re.compile(r"\s*(?:(?:of|in|on|for)\b\s*)?(?:(?:the|their|total|body|an?)\s+)*")
CHANGED = re.compile(
    r"\b(?:change|loss|gain|increase|decrease|reduction|decline|decrement|worsening|improvement|fluctuations?"
    r"|drop|ideal|rise|fall|urin(?:e|ary)|csf"
    r"|pleural|ascit\w+|synovial|donor|cord|fetal|maternal|partner)\b(?: (?:of|in|from|the|fluid|blood|baseline"
    r"|body))*\s*$"
)
_CLASS_BEGINS = re.compile(r"\b(?:functional )?(?:class(?:es)?|grades?|stages?)\b")
_LEADS_TO_SCALE = re.compile(
    r"(?:\s+(?:congestive |chronic )?(?:heart failure|cardiac disease|cardiovascular disease|heart disease"
    r"|symptoms|chf|hf))?"
    r"[\s,(\[]*(?:(?:according to|as defined by|defined by|based on|as per|per|of|by|on|in|using)\s+)?(?:the\s+)?"
)
_FOREIGN_UNIT = re.compile(
    r"\s*(?:%|(?:(?!and|or)[a-zµ]{1,6}|10\^?\d)\s?[/⁄]|(?:times|fold|upper|uln|mg|g|kg|ml|mmol|standard|sd)\b|[x×]\s?\S)"
)
"""A unit behind a bare number that does not belong to the analyte: "eGFR < 30 %", "cholesterol > 1.6 upper limits"."""
_COMPARED = re.compile(
    r"(?:[≥≤<>]|\b(?:more|greater|higher|less|lower|equal|least|most|above|below|over|under|than|exceeding)\b)"
    r"(?:\s*\b(?:or|equal|to|than|an?|the|of)\b)*\s*$"
)
_FROM_ELSEWHERE = re.compile(
    r"\s*(?:over|above|below|from|under|of|than) (?:the |their )?(?:ideal|baseline|usual|previous|pre-)"
)
_CHANGE_OF_IT = re.compile(r"\s*(?:change|loss|gain|fluctuation|increase|decrease|reduction)")
"""Words before a name by which it is another measurement, or a change of it."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One analyte or several with one range; `end` is where the reading stopped."""

    rule: Rule
    start: int
    end: int
    subjects: tuple[str, ...]
    limits: tuple[Range, ...]


def clauses_in(text: Words) -> Iterator[Clause]:
    """Every measurement with a limit, from left to right, whatever stands between them."""
    place = 0
    while name := _next_name(text.text, place):
        clause = _before_name(text, place, name) or clause_at(text, name.start)
        if clause:
            yield clause
        place = clause.end if clause else name.end


def measured(text: str) -> bool:
    """Whether a plain text names anything that is measured."""
    return _next_name(text, 0) is not None


def _next_name(text: str, place: int) -> Found | None:
    name = next(analytes_in(text, place), None)
    pressure = PRESSURE.search(text, place)
    if pressure and (name is None or pressure.start() < name.start):
        return Found(name="", start=pressure.start(), end=pressure.end())
    return name


def _before_name(text: Words, place: int, name: Found) -> Clause | None:
    """A limit that stands before its name, between `place` and it."""
    window = max(place, name.start - 60)
    lead = text.text[window : name.start]
    if name.name and analytes()[name.name].unit == "class" and (led := _led_by_class(text, window, name)):
        return led
    if not name.name or not _LED.search(lead):
        return None
    starts = [match.start() for match in _LIMIT_BEGINS.finditer(lead)]
    return next((one for start in starts if (one := _led_by_limit(text, window + start, name))), None)


def _led_by_limit(text: Words, start: int, name: Found) -> Clause | None:
    """ "18 ≤ BMI ≤ 30", "less than 50 kg of weight", "a score of > 10 on the Epworth scale", "< 200 CD4 cells/µL"."""
    subjects = (name.name,)
    flipped = _FLIPPED.fullmatch(text.text[start : name.start])
    if flipped:
        upper = bound_at(text.text, past(BETWEEN, text.text, name.end), reader_of(subjects))
        if not upper or not upper.sign.startswith("<"):
            return None
        sign = ">" if flipped[2] == "<" else ">="
        bounds = [Bound(sign, flipped[1], upper.unit, 0, name.start), upper]
        return _clause_of(text, subjects, "", bounds, "and", start, upper.end)
    found = bounds_at(text.text, start, reader_of(subjects))
    if (
        not found
        or not _LEADS_TO.fullmatch(text.text[found[2] : name.start])
        or _CHANGE_OF_IT.match(text.text, name.end)
        or CHANGED.search(text.text[:start])
    ):
        return None
    bounds, how, end = found
    unit = next((bound.unit for bound in bounds if bound.unit), "")
    late = None if unit else unit_at(text.text, name.end, name.name)
    if late:
        bounds = [replace(bound, unit=late.name) for bound in bounds]
    scored = analytes()[name.name].unit == "points" and "score" in text.text[max(0, start - 12) : end]
    if not unit and not late and not scored:
        return None
    return _clause_of(text, subjects, "", bounds, how, start, late.end if late else name.end)


def _led_by_class(text: Words, window: int, name: Found) -> Clause | None:
    """ "class III or IV heart failure (New York Heart Association)"."""
    for begin in _CLASS_BEGINS.finditer(text.text, window, name.start):
        read = classes_at(text.text, begin.start(), lettered=False)
        if read and _LEADS_TO_SCALE.fullmatch(text.text[read[1] : name.start]):
            return _class_clause(text, name.name, begin.start(), name.end, read[0])
    return None


def clause_at(text: Words, start: int) -> Clause | None:
    """The measurement that begins at `start`, with its name or with its limit."""
    names = _names(text.text, start)
    if not names and text.text[start : start + 1] in "0123456789<≤>≥":
        name = next(analytes_in(text.text[: start + 60], start), None)
        return _led_by_limit(text, start, name) if name else None
    if not names:
        return _pressures(text, start, start)
    subjects, join, end = names
    place = past(BETWEEN, text.text, end)
    if subjects == ("systolic_bp", "diastolic_bp") and (both := _pressures(text, start, place)):
        return both
    if len(subjects) == 1 and (by_sex := _by_sex(text, subjects[0], start, end)):
        return by_sex
    if len(subjects) == 1 and (classes := _classes(text, subjects[0], start, end)):
        return classes
    found = bounds_at(text.text, place, reader_of(subjects))
    if not found or CHANGED.search(text.text[:start]):
        return None
    bounds, how, stop = found
    return _clause_of(text, subjects, join, bounds, how, start, stop)


def _clause_of(
    text: Words, subjects: tuple[str, ...], join: str, bounds: list[Bound], how: str, start: int, end: int
) -> Clause | None:
    known = [read for subject in subjects if (read := limits(subject, bounds, how))]
    if len(known) < len(subjects) or (not any(bound.unit for bound in bounds) and _FOREIGN_UNIT.match(text.text, end)):
        return None
    stop = same_again(text.text, end, subjects, bounds)
    if stop is None or _FROM_ELSEWHERE.match(text.text, stop):
        return None
    stop = closed(text.text, start, stop)
    further = further_limit(text.text, stop, subjects, bounds)
    if further and all(value_of(one, further[0].number, further[0].unit) for one in subjects):
        whole = [limits(subject, [*bounds, further[0]], further[1]) for subject in subjects]
        if all(whole):
            known, stop = [one for one in whole if one], further[2]
    leaves = [
        any_of([text.asks(Topic.LAB, subject, start=start, end=stop, range=one) for one in read])
        for subject, read in zip(subjects, known, strict=True)
    ]
    upward = bounds[0].sign.startswith(">")
    rule = _several(text, leaves, join, upward, start, stop)
    return Clause(rule, start, stop, subjects, tuple(known[0]))


def _pressures(text: Words, start: int, place: int) -> Clause | None:
    """Blood pressure as systolic over diastolic: "BP > 160/100 mmHg"."""
    name = PRESSURE.match(text.text, start)
    found = pressures_at(text.text, past(BETWEEN, text.text, name.end()) if name else place)
    if not found:
        return None
    pairs, join, end = found
    leaves: list[Rule] = []
    for subject, bounds in zip(("systolic_bp", "diastolic_bp"), pairs, strict=True):
        read = limits(subject, bounds, "and", "mmHg")
        if not read or len(read) != 1:
            return None
        leaves.append(text.asks(Topic.LAB, subject, start=start, end=end, range=read[0]))
    upward = pairs[0][0].sign.startswith(">") and len(pairs[0]) == 1
    return Clause(_several(text, leaves, join, upward, start, end), start, end, ("systolic_bp", "diastolic_bp"), ())


def _by_sex(text: Words, subject: str, start: int, end: int) -> Clause | None:
    """One limit for men and one for women: each asks for the sex and its limit."""
    if not re.compile(r"[^;]{0,120}?(?<![a-z])(?:wo)?(?:men|man|males?|fem)").match(text.text, end):
        return None

    def past_name(where: str, at: int) -> int:
        again = analyte_at(where, at)
        return past(BETWEEN, where, again.end) if again and again.name == subject else at

    def bounds_of(where: str, at: int) -> tuple[list[Bound], str, int] | None:
        found = bounds_at(where, at, reader_of((subject,)))
        stop = same_again(where, found[2], (subject,), found[0]) if found else None
        return (found[0], found[1], stop) if found and stop else None

    read = limits_by_sex(text.text, start, past(BETWEEN, text.text, end), bounds_of, past_name)
    if not read:
        return None
    default = next((bound.unit for _, bounds, _ in read[0] for bound in bounds if bound.unit), "")
    rules: list[Rule] = []
    for sex, bounds, how in read[0]:
        known = limits(subject, bounds, how, default)
        if not known:
            return None
        limit = any_of([text.asks(Topic.LAB, subject, start=start, end=read[1], range=one) for one in known])
        rules.append(all_of([text.asks(Topic.SEX, value=sex, start=start, end=read[1]), limit]))
    return Clause(any_of(rules), start, read[1], (subject,), ())


def _classes(text: Words, subject: str, start: int, end: int) -> Clause | None:
    """Classes in numerals, or in letters: "NYHA class III or IV", "Child-Pugh B"."""
    unit = analytes()[subject].unit
    if unit != "class" and subject != "child_pugh":
        return None
    read = None if _COMPARED.search(text.text[:start]) else classes_at(text.text, end, lettered=subject == "child_pugh")
    return _class_clause(text, subject, start, read[1], read[0]) if read else None


def _class_clause(text: Words, subject: str, start: int, end: int, classes: list[Range]) -> Clause | None:
    if not all(_on_scale(subject, one) for one in classes):
        return None
    known = [one.model_copy(update={"unit": analytes()[subject].unit}) for one in classes]
    rule = any_of([text.asks(Topic.LAB, subject, start=start, end=end, range=one) for one in known])
    return Clause(rule, start, end, (subject,), tuple(known))


def _on_scale(subject: str, limit: Range) -> bool:
    low, high = analytes()[subject].plausible
    return all(low <= value <= high for value in (limit.low, limit.high) if value is not None)


def _several(text: Words, leaves: list[Rule], join: str, upward: bool, start: int, end: int) -> Rule:
    """Several analytes with one limit: "AST and ALT ≤ 2 × ULN" asks for both, "AST/ALT > 3 × ULN" speaks of either."""
    if len(leaves) == 1:
        return leaves[0]
    wants_all = (not upward) != text.excludes
    if join == "list":
        return (
            any_of(leaves)
            if text.excludes and upward
            else all_of(leaves)
            if wants_all
            else both_or_either(leaves, text.as_written(start, end))
        )
    if (join == "both" and not text.excludes) or (join == "either" and text.excludes):
        return all_of(leaves) if join == "both" else any_of(leaves)
    return both_or_either(leaves, text.as_written(start, end))


def _names(text: str, start: int) -> tuple[tuple[str, ...], str, int] | None:
    """Names of analytes in a row, how they are joined, and where they end."""
    found = analyte_at(text, start)
    if not found:
        return None
    subjects, joins, end = [found.name], set(), found.end
    while (join := _NAME_JOIN.match(text, end)) and (following := analyte_at(text, join.end())):
        if following.name not in subjects:
            subjects.append(following.name)
            joins.add(str(join.lastgroup))
        end = following.end
    named = joins - {"list"} if len(joins) > 1 else joins
    return (tuple(subjects), named.pop() if named else "", end) if len(named) <= 1 else None
