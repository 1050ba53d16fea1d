"""TrialFinderData pages: registry text between explainers, FAQ and a machine-made eligibility that drops criteria.

Only the registry's own words are read; eligibility is the original clinical text, never the translation.
"""

from __future__ import annotations

import re

from index.errors import SourceError
from index.sources.dates import read_date
from index.sources.pages.layout import (
    INTERVENTION_TYPES,
    code,
    cut,
    given,
    lines_of,
    nct_in,
    number,
    paragraphs_of,
    phases_in,
    place_in,
    prose_of,
    study_url,
)
from index.trial import Enrollment, Form, Intervention, Origin, SectionName, Site, Trial
from index.vocabulary import Status, StudyType

NAME = "TrialFinderData"

_HEADINGS = {
    "about": r"About This Trial",
    "stage": r"What Stage of Research Is This\?",
    "translation": r"Who May Be Eligible \(Plain English\)",
    "original": r"Original Eligibility Criteria",
    "treatments": r"Treatments Being Tested",
    "sites": r"Locations(?: \(\d+\))?",
    "doctor": r"How to Talk to Your Doctor About This Trial",
    "sources": r"Authoritative Sources",
    "faq": r"Frequently Asked Questions",
    "built": r"How This Page Is Built",
}
_CODES = "|".join(sorted((re.escape(s).replace("_", "[_ ]") for s in Status), key=len, reverse=True))
_TYPES = "|".join(re.escape(t).replace("_", "[_ ]") for t in StudyType)
_CHIPS = re.compile(
    rf"^(?P<status>{_CODES})?\s{{0,9}}(?P<phase>(?:Early )?Phase.*?|N/A)?\s{{0,9}}(?P<type>{_TYPES})$", re.MULTILINE
)
_OVERVIEW = re.compile(
    r"\((?P<id>NCT\d{8})\) is an? .*?\bstudying (?P<conditions>.+), sponsored by (?P<sponsor>.+)\. "
    r"[A-Z_ ]+ as of the most recent"
)
_SIZE = re.compile(r"\btarget enrollment of ([\d,]+) participant")
_UPDATED = re.compile(r"Last updated (\d{4}-\d{2}-\d{2})")
_MORE_SITES = re.compile(r"(?:\+|and|show|view|see)\s.*\b(?:more|all)\b.*", re.IGNORECASE)


def recognises(text: str) -> bool:
    return "TrialFinderData is for informational purposes only" in text or (
        "How This Page Is Built" in text and NAME in text
    )


def read(text: str) -> Trial:
    parts = cut(text, _HEADINGS)
    top = text.partition("\nAbout This Trial")[0]
    overview = _OVERVIEW.search(top)
    identifier = overview["id"] if overview else nct_in(text, NAME)
    chips = _CHIPS.search(top)
    title, official_title = _titles(top[chips.end() :] if chips else top, identifier)
    size = number(_match(_SIZE, parts.get("stage", "")))
    return Trial(
        id=identifier,
        origin=_origin(identifier, text),
        title=title,
        official_title=official_title,
        status=Status.read(chips["status"]) if chips else None,
        study_type=StudyType.read(chips["type"]) if chips else None,
        phases=phases_in(chips["phase"]) if chips else (),
        conditions=_conditions(overview["conditions"], parts.get("stage", "")) if overview else (),
        sponsor=overview["sponsor"] if overview else None,
        enrollment=Enrollment(count=size, estimated=True) if size is not None else None,
        interventions=_interventions(parts.get("treatments", "")),
        sites=_sites(parts.get("sites", "")),
        prose=prose_of(
            {
                SectionName.BRIEF_SUMMARY: parts.get("about"),
                SectionName.ELIGIBILITY: re.sub(r"\AView original clinical language\s+", "", parts.get("original", "")),
            }
        ),
    )


def _origin(identifier: str, text: str) -> Origin:
    return Origin(
        source="ClinicalTrials.gov",
        form=Form.PAGE,
        url=study_url(identifier),
        as_of=read_date(_match(_UPDATED, text)),
        page=NAME,
    )


def _match(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[1] if match else None


def _titles(text: str, identifier: str) -> tuple[str, str | None]:
    """The paragraphs between the chips and the overview sentence: the title and, where given, the official title."""
    titles = [given(part) for part in paragraphs_of(text.partition(f"({identifier})")[0])]
    if f"({identifier})" in text:
        titles.pop()  # the overview sentence begins with the title once more
    if not titles or titles[0] is None:
        raise SourceError(f"this {NAME} page of {identifier} has no title; save the whole page and read it again")
    return titles[0], titles[1] if len(titles) > 1 else None


def _conditions(listed: str, explainer: str) -> tuple[str, ...]:
    """`A, B, and C` -> its parts; `A and B` only where the explainer names `A` alone: "and" may stand in a name."""
    ends = [match.start() for match in re.finditer(r", and |, | and |$", listed)]
    first = next(
        (listed[:end] for end in reversed(ends) if re.search(rf"\b{re.escape(listed[:end])}(?!\w)", explainer)), None
    )
    if first is None or first == listed:
        return tuple(re.split(r", and |, ", listed)) if ", and " in listed else (listed,)
    rest = re.sub(r"^(?:, and |, | and )", "", listed[len(first) :])
    if ", " in listed:
        return (first, *re.split(r", and |, | and (?!.*, )", rest))
    return first, rest


def _interventions(text: str) -> tuple[Intervention, ...]:
    """A line with the type's code, a line with the name, and a text that may be left out; again for each."""
    codes = {code(kind) for kind in INTERVENTION_TYPES}
    found: list[tuple[str | None, list[str]]] = []
    for paragraph in (part for block in paragraphs_of(text) for part in _first_line_apart(block, codes)):
        if code(paragraph) in codes and paragraph == paragraph.upper():
            found.append((code(paragraph), []))
        elif found:
            found[-1][1].append(paragraph)
    return tuple(
        Intervention(name=texts[0], type=kind, description="\n\n".join(texts[1:]) or None)
        for kind, texts in found
        if texts
    )


def _first_line_apart(block: str, codes: set[str | None]) -> list[str]:
    first, _, rest = block.partition("\n")
    return [first.strip(), rest.strip()] if rest and code(first) in codes else [block.strip()]


def _sites(text: str) -> tuple[Site, ...]:
    """Facility and place by turns, after one paragraph about site activation."""
    lines = [
        line
        for line in lines_of(text)
        if not line.startswith("Trial sites listed on") and not _MORE_SITES.fullmatch(line)
    ]
    return tuple(
        Site(facility=facility, **place_in(place).model_dump())
        for facility, place in zip(lines[::2], lines[1::2], strict=False)
    )
