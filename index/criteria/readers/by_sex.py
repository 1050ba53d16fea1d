"""Limits that differ for men and women: "< 13 g/dL for men or < 12 g/dL for women", "(males ≥ 40, females ≥ 50)"."""

from __future__ import annotations

import re
from collections.abc import Callable

from index.criteria.readers.bounds import Bound

BoundsReader = Callable[[str, int], tuple[list[Bound], str, int] | None]
"""Text and place -> bounds, how they join, and where they end."""

_SEX = re.compile(
    r"[\s,(\[]*(?:(?:for|in|if|among|of)\s+)?(?:a\s+)?(?:adult\s+|postmenopausal\s+|non-?pregnant\s+)?"
    r"(?P<female>women|woman|females?|girls)?(?P<male>(?<![a-z])(?:men|man|males?"
    r"|boys))?(?![a-z])(?:\s+(?:patients|subjects|participants"
    r"|volunteers))?[\s)\]:,]*"
)
_AHEAD = re.compile(r"(?:for )?(?<![a-z])(?:wo)?(?:men|man|males?|females?)(?: with)?[\s:,]*$")
_BETWEEN = re.compile(r"[\s,;/()]*(?:(?:and/or|and|or|but)\b\s*)?")
_LINK = re.compile(r"\s*(?:(?:is|of|with|=(?!\s*[<>])|:|-|an?|the|level|value|who have|having)\s*)*")


def limits_by_sex(
    text: str, start: int, place: int, bounds_at: BoundsReader, again: Callable[[str, int], int]
) -> tuple[list[tuple[str, list[Bound], str]], int] | None:
    """(sex, bounds, how they join) for both sexes, and the end, of an analyte named at `start`.

    `again` leads past the analyte where it is named twice.
    """
    ahead = _AHEAD.search(text, max(0, start - 24), start)
    for read in (_sex_behind, _sex_before):
        first = read(text, ahead.start() if ahead and read is _sex_before else place, bounds_at)
        if ahead and read is _sex_before and (found := bounds_at(text, place)) and (sex := _sex(text, ahead.start())):
            first = (sex[0], found[0], found[1]), found[2]
        if not first:
            continue
        between = _BETWEEN.match(text, first[1])
        second = read(text, again(text, between.end() if between else first[1]), bounds_at)
        if second and second[0][0] != first[0][0]:
            return [first[0], second[0]], second[1]
    return None


_Read = tuple[tuple[str, list[Bound], str], int]


def _sex_behind(text: str, place: int, bounds_at: BoundsReader) -> _Read | None:
    found = bounds_at(text, place)
    if not found:
        return None
    sex = _sex(text, found[2])
    return ((sex[0], found[0], found[1]), sex[1]) if sex else None


def _sex_before(text: str, place: int, bounds_at: BoundsReader) -> _Read | None:
    sex = _sex(text, place)
    if not sex:
        return None
    link = _LINK.match(text, sex[1])
    found = bounds_at(text, link.end() if link else sex[1])
    return ((sex[0], found[0], found[1]), found[2]) if found else None


def _sex(text: str, place: int) -> tuple[str, int] | None:
    match = _SEX.match(text, place)
    if not match or bool(match["female"]) == bool(match["male"]):
        return None
    return "female" if match["female"] else "male", match.end()
