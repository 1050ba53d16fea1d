"""Lists that stand in one line: "1. … 2. …", "- … - …", "asthma; cancer; …", and paragraphs of labels in old records.

Each reader gives cuts: places where a new item begins, with what its marker says. A line without such a list has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DOT = "dot"  # a bullet inside a line
LABEL = "label"

_NUMBER = re.compile(r"(?:(?<=\s)|(?<=[;:.,)])|^)\(?(?P<n>\d{1,2})[.)](?!\d)\s*(?=[A-Za-z≥≤<>(≧“\"])")
_LETTER = re.compile(r"(?:(?<=\s)|(?<=[;:.,)]))(?:\(?(?P<n>[a-h])\)\s*(?=\S)|(?P<capital>[A-Ha-h])\.\s+(?=[A-Z≥≤<>]))")
_DOTS = "•●▪◦■"
_DOT = re.compile(rf"\s[{_DOTS}]\s*(?=\S)")
_DASH = re.compile(r"\s[-–]\s*(?=[A-Z])")
_SEMICOLON = re.compile(r";\s+(?=\S)")

_SECTION = r"(?:DISEASE|PATIENT) CHARACTERISTICS|PRIOR(?: ?/ ?| )CONCURRENT THERAPY"
_LABEL = re.compile(
    rf"(?:^|(?<=\s))(?P<label>(?:{_SECTION}|Age|Sex|Menopausal status|Hormone receptor status|Performance status"
    r"|Life expectancy|Hematopoietic|Hepatic|Renal|Cardiovascular|Pulmonary|Neurologic(?:al)?|Gastrointestinal"
    r"|Immunologic|Metabolic|Biologic therapy|Chemotherapy|Endocrine therapy|Radiotherapy|Surgery|Other)\s?:"
    r"|--\s?(?:Disease Characteristics|Patient Characteristics|Prior\s?/\s?Concurrent Therapy)\s?--)".replace(
        " ", r"\s+"
    )
)
_OPENS = re.compile(rf"\s*(?:{_SECTION}):|\s*--\s?(?:Disease|Patient|Prior)".replace(" ", r"\s+"))
_PHRASE = re.compile(
    r"(?<=[a-z0-9)%LN])\s+(?=(?:No|Not|At least|Must|Negative|Fertile|Recovered|Measurable|Evaluable|Bidimensionally"
    r"|Histologically|Cytologically|Creatinine|Bilirubin|AST|ALT|SGOT|SGPT|Transaminases?|Alkaline|Platelet|Absolute|WBC"
    r"|Hemoglobin|Granulocyte|Neutrophil|HIV|Able|Adequate|Ineligible|Patients?|Concurrent|Prior|See|Any)"
    r" (?!OR\b))".replace(" ", r"\s+")
)
_UNFINISHED = re.compile(r"(?:\b(?:OR|AND|if|of|the|by|with|and|or|than|New York|to|for|in)|[:,(])$")


@dataclass(frozen=True)
class Cut:
    """A marker in the line, and the item after it. `end` is where the item's words begin."""

    start: int
    end: int
    style: str  # "number", "letter", "bullet", "plain", DOT, or LABEL: the marker's own words head a group
    number: int | None = None


def numbers(text: str, start: int, end: int, own: int | None) -> list[Cut]:
    """A numbered list whose numbers run on; lists may stand inside. `own`: the number of the line itself."""
    found = [Cut(m.start(), m.end(), "number", int(m["n"])) for m in _NUMBER.finditer(text, start, end)]
    kept = _running_on(found, own)
    enough = 1 if own and kept and kept[0].number == own + 1 else 2
    return kept if len(kept) >= enough else []


def letters(text: str, start: int, end: int) -> list[Cut]:
    """A list "a) … b) … c) …" of three or more."""
    found = []
    for match in _LETTER.finditer(text, start, end):
        letter = match["n"] or match["capital"]
        found.append(Cut(match.start(), match.end(), "letter", ord(letter.lower()) - ord("a") + 1))
    kept = _running_on(found, None)
    return kept if len(kept) > 2 else []


def _running_on(found: list[Cut], own: int | None) -> list[Cut]:
    open_lists = [own] if own else []
    kept: list[Cut] = []
    for cut in found:
        number = cut.number or 0
        depth = next((i for i in range(len(open_lists) - 1, -1, -1) if open_lists[i] + 1 == number), None)
        if depth is not None:
            del open_lists[depth + 1 :]
            open_lists[depth] = number
        elif number == 1:
            open_lists.append(1)
        else:
            continue
        kept.append(cut)
    return kept


def bullets(text: str, start: int, end: int, mark: str) -> list[Cut]:
    """`mark`: what the line itself begins with; where that is a dash, dashes in it may be bullets too."""
    style = "bullet" if mark and mark in _DOTS else DOT
    if cuts := [Cut(m.start() + 1, m.end(), style) for m in _DOT.finditer(text, start, end)]:
        return cuts
    cuts = (
        [Cut(m.start() + 1, m.end(), "bullet") for m in _DASH.finditer(text, start, end)] if mark in ("-", "–") else []
    )
    return cuts if len(cuts) > 1 else []


def semicolons(text: str, start: int, end: int) -> list[Cut]:
    """What follows a heading in its line, if it is a list of three or more and no sentences."""
    words = text[start:end]
    if words.count(";") < 2 or re.search(r"[.:]\s+\S", words) or _cut_inside_brackets(words):
        return []
    return [Cut(m.start(), m.end(), "plain") for m in _SEMICOLON.finditer(text, start, end)]


def _cut_inside_brackets(words: str) -> bool:
    return any(part.count("(") != part.count(")") for part in words.split(";"))


def labelled(text: str, start: int, end: int) -> list[Cut]:
    """A paragraph of labels and phrases without full stops, as cancer trials of the 1990s have it."""
    labels = [match.span("label") for match in _LABEL.finditer(text, start, end)]
    told = {text[left:right].rstrip(" :") for left, right in labels} - {"Age", "Sex", "Other"}
    return list(_labelled(text, labels, end)) if len(told) > 1 or _OPENS.match(text, start, end) else []


def _labelled(text: str, labels: list[tuple[int, int]], end: int) -> Iterator[Cut]:
    for (left, after), (until, _) in zip(labels, [*labels[1:], (end, end)], strict=False):
        while after < until and text[after].isspace():
            after += 1
        yield Cut(left, after, LABEL)
        for match in _PHRASE.finditer(text, after, until):
            if not _UNFINISHED.search(text[after : match.start()]):
                yield Cut(match.start(), match.end(), "plain")
