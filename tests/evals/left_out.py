"""What a splitter leaves out of its criteria, judged without its own patterns: a list mark, a heading, or lost text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from enum import StrEnum
from functools import cache

from index.criteria.criterion import Criterion

_NOUNS = (
    "criteria",
    "criterion",
    "inclusion",
    "exclusion",
    "eligibility",
    "eligible",
    "included",
    "excluded",
    "enrolled",
)
_SHORT = 100  # characters of a label such as "Patient characteristics:"
_LONG = 200  # of a heading that says what it is
_MARK_WORD = re.compile(
    r"\d{1,3}|[a-z]|[a-z]\d{1,2}|[ivx]{1,5}|[①-⑳]|inclusion|exclusion|criterion|criteria|no", re.IGNORECASE
)
_REVIEWED = frozenset(  # read one by one: headings that no rule below tells from text
    {
        "For patients < 18 years of age:",  # NCT00000954
        "For subjects > 6 months to < 5 years of age:",  # NCT00988143
        "Angiographic exclusion criteria (as determined ≤ 30 days prior to procedure):",  # NCT00744523
        "Eligible patients have the following exclusion criteria, defined as ≥1 of the following:",  # NCT05463887
        "ADDITIONAL INCLUSION CRITERIA FOR EXPANDED COHORT OF ACUTE LYMPHOBLASTIC LEUKEMIA (ALL)",  # NCT01222780
        "SUBJECTS",  # its second line
        "4.1. Donor Selection",  # NCT03121014
    }
)
_NAMED = re.compile(r"[^\d]*\bcriteri(?:a|on)\b[^\d]*|\W*(?:inclusion|exclusion)\W*", re.IGNORECASE)
_ASKS_A_NUMBER = re.compile(r"[≥≤]|[<>]=?\s?\d")


class Kept(StrEnum):
    MARK = "list mark"
    HEADING = "heading"
    LABEL = "label with a colon"
    REVIEWED = "heading, read by a person"
    LOST = "lost text"


def faults(text: str, criteria: Sequence[Criterion]) -> Iterator[str]:
    """What is wrong with the spans: they slice to their text, lie in their parents in order, and never overlap else."""
    by_id = {one.id: one for one in criteria}
    if len(by_id) != len(criteria):
        yield "two criteria have one id"
    reached: dict[str | None, int] = {}
    for one in criteria:
        if text[one.start : one.end] != one.text or one.text != one.text.strip() or not one.text:
            yield f"{one.id} is not the slice that it says"
        parent = by_id[one.parent] if one.parent else None
        begin, end = (parent.lead_end, parent.end) if parent else (0, len(text))
        if one.start < max(begin, reached.get(one.parent, 0)) or one.end > end:
            yield f"{one.id} overlaps what stands before or around it"
        if not one.start < one.lead_end <= one.end:
            yield f"{one.id} has no words of its own"
        reached[one.parent] = one.end


def left_out(text: str, criteria: Sequence[Criterion]) -> Iterator[str]:
    """The pieces of lines that are no criterion's own words, blanks folded; sub-criteria count for themselves."""
    place = 0
    for start, end in [*sorted((one.start, one.lead_end) for one in criteria), (len(text), len(text))]:
        yield from _whole(" ".join(line.split()) for line in text[place:start].split("\n"))
        place = end


def _whole(lines: Iterable[str]) -> list[str]:
    """The lines of one gap, with those joined that one heading goes over."""
    pieces: list[str] = []
    for line in filter(None, lines):
        goes_on = line[0].islower() or (pieces and line[0].isalpha() and kept_as(pieces[-1]) is Kept.LOST)
        if pieces and goes_on and kept_as(line) is not Kept.MARK:
            pieces[-1] += f" {line}"
        else:
            pieces.append(line)
    return pieces


@cache
def kept_as(piece: str) -> Kept:
    """Why a piece may be left out."""
    words = re.findall(r"[^\W_]+", piece)
    if len(words) <= 4 and all(_MARK_WORD.fullmatch(word) for word in words) and not _NAMED.fullmatch(piece):
        return Kept.MARK
    if piece in _REVIEWED:
        return Kept.REVIEWED
    if _ASKS_A_NUMBER.search(piece.strip("<>= ")):
        return Kept.LOST
    if len(piece) <= _LONG and any(get_close_matches(word.lower(), _NOUNS, 1, 0.75) for word in words if len(word) > 5):
        return Kept.HEADING
    if (len(piece) <= _SHORT and piece.rstrip(" )]*-").endswith((":", "："))) or re.fullmatch(r"--.*--", piece):
        return Kept.LABEL
    return Kept.LOST
