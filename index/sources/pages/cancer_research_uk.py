"""Cancer Research UK's find-a-trial pages: a trial in plain English, without a registry number, among furniture."""

from __future__ import annotations

import re

from index.errors import SourceError
from index.sources.dates import read_date
from index.sources.pages.layout import (
    cut,
    given,
    labelled,
    lines_of,
    number,
    paragraphs_of,
    phases_in,
    prose_of,
    trimmed,
)
from index.trial import (
    Contact,
    Design,
    Enrollment,
    Form,
    Intervention,
    Official,
    Origin,
    RegistryDate,
    SectionName,
    Trial,
    normal_id,
)
from index.vocabulary import Status

NAME = "Cancer Research UK find a trial"

_POP_UP = re.compile(r"[ \t]*Open a glossary item\b")
_HEADINGS = {
    "types": r"Cancer type:.*",
    "phase": r"(?:Phase:|(?:Early )?Phase \d(?:/\d)?|Pilot study)",
    "who": r"Who can (?:enter|take part)",
    "design": r"Trial design",
    "visits": r"Hospital visits",
    "effects": r"Side effects",
    "start": r"Recruitment start:.*",
    "end": r"Recruitment end:.*",
    "joining": r"How to join a clinical trial",
    "investigator": r"Chief Investigator",
    "supporters": r"Supported by",
    "helpline": r"Questions about cancer\?.*",
    "reviewed": r"Last review date",
    "number": r"CRUK internal database number:.*",
    "note": r"Please note.*unless we state otherwise.*",
    "reading_on": r"(?:Location|Results|Summary of results|Rate this page:|Share this page|Last reviewed:)",
}
_STATES = (
    (
        re.compile(r"this (?:trial|study) is (?:no longer recruiting|now closed|closed)", re.IGNORECASE),
        Status.NO_LONGER_RECRUITING,
    ),
    (
        re.compile(
            r"this (?:trial|study) is not (?:yet )?open|this (?:trial|study) is not yet recruiting", re.IGNORECASE
        ),
        Status.NOT_YET_RECRUITING,
    ),
    (re.compile(r"this (?:trial|study) is (?:now |currently )?(?:recruiting|open)", re.IGNORECASE), Status.RECRUITING),
)
_PHASE = re.compile(r"^[ \t]*((?:Early )?Phase \d(?:/\d)?)[ \t]*$", re.MULTILINE)
_NO_RESULTS_YET = re.compile(r"hope to add results when they are available", re.IGNORECASE)
_LOOKING_AT = re.compile(
    r"^A (?:trial|study) (?:looking at|of) (?P<name>(?:\S+ ){0,7}?\S+) (?:for|in|to) ", re.IGNORECASE
)
_RECRUITS = re.compile(
    r"\bwill recruit (?:about |around |a total of |up to )?([\d,]+) (?:people|patients|men|women|children)\b",
    re.IGNORECASE,
)
_HELPLINE = re.compile(r"(?:^|\n)(?P<kind>Freephone|Phone|Call)[ \t:]*(?P<phone>[\d ]{9,})")


def recognises(text: str) -> bool:
    return "CRUK internal database number:" in text or ("Open a glossary item" in text and "Who can enter" in text)


def read(text: str) -> Trial:
    text = _POP_UP.sub("", text)
    parts = dict.fromkeys(_HEADINGS, "") | cut(text, _HEADINGS)
    banner = re.split(r"^Cancer type:", text, maxsplit=1, flags=re.MULTILINE)[0]
    title = _title(banner)
    types, after_types = _types(parts["types"])
    conditions, broader = _told_apart(types, title)
    phase = _PHASE.search(text)
    design = parts["design"]
    recruits = number(match[1]) if (match := _RECRUITS.search(design)) else None
    return Trial(
        id=_id(text, parts["number"], title),
        origin=Origin(
            source="Cancer Research UK",
            form=Form.PAGE,
            as_of=_date(next(iter(lines_of(parts["reviewed"])), None)),
            page=NAME,
        ),
        title=title,
        status=next((status for pattern, status in _STATES if pattern.search(banner)), None),
        phases=phases_in(phase[1]) if phase else (),
        conditions=conditions,
        condition_ancestors=broader,
        interventions=tuple(Intervention(name=match["name"]) for match in _LOOKING_AT.finditer(title)),
        design=_design(design),
        enrollment=Enrollment(count=recruits, estimated=True) if recruits is not None else None,
        contacts=_helpline(parts["helpline"]),
        officials=tuple(Official(name=name, role="Chief Investigator") for name in lines_of(parts["investigator"])),
        collaborators=tuple(lines_of(parts["supporters"])),
        start=_date(labelled(text, "Recruitment start") or parts["start"]),
        has_results=False if _NO_RESULTS_YET.search(banner) else None,
        prose=prose_of(
            {
                SectionName.BRIEF_SUMMARY: parts["phase"] or after_types,
                SectionName.ELIGIBILITY: parts["who"],
                SectionName.DESIGN: design,
                SectionName.VISITS: parts["visits"],
                SectionName.SIDE_EFFECTS: parts["effects"],
            }
        ),
    )


def _title(banner: str) -> str:
    """The first paragraph that is no note."""
    title = next((given(part) for part in paragraphs_of(banner) if not part.strip().startswith("Please note")), None)
    if title:
        return title
    raise SourceError(f"this {NAME} page has no title; save the whole page and read it again")


def _id(text: str, under: str, title: str) -> str:
    """`Oracle 5889` -> `Oracle-5889`; a bare number of the database as `CRUK-12345`."""
    number_line = labelled(text, "CRUK internal database number") or next(iter(lines_of(under)), None)
    if number_line is None:
        raise SourceError(
            f"the {NAME} page {title!r} has no internal database number; save the whole page and read it again"
        )
    return f"CRUK-{number_line}" if number_line.isdigit() else normal_id(number_line)


def _date(text: str | None) -> RegistryDate | None:
    """The site writes days as dd/mm/yyyy; the text is kept as it stands there."""
    line = given(text)
    date = read_date(re.sub(r"^(\d\d)/(\d\d)/(\d{4})$", r"\3-\2-\1", line or ""))
    return date.model_copy(update={"text": line}) if date else None


def _types(under: str) -> tuple[list[str], str]:
    """The cancer types, one a line, and, on a page without a phase, what follows: its first sentence."""
    match = re.search(r"^.*[.?!][ \t]*$", under, re.MULTILINE)
    return lines_of(under[: match.start()] if match else under), trimmed(under[match.start() :]) if match else ""


def _told_apart(types: list[str], title: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The types that the title names are the trial's conditions, the others wider groups; if it names none, all are."""
    named = tuple(kind for kind in types if re.sub(r"\s*\(.*\)", "", kind).lower() in title.lower())
    return (named, tuple(kind for kind in types if kind not in named)) if named else (tuple(types), ())


def _design(text: str) -> Design:
    """Only what the site's fixed sentences say: "It is a randomised trial", "This is … called a double blind trial"."""
    blind = re.search(r"\bcalled a (single|double)[ -]blind\b", text)
    return Design(
        allocation="RANDOMIZED" if re.search(r"\b(?:It|This) is a randomised\b", text) else None,
        masking=blind[1].upper() if blind else None,
    )


def _helpline(text: str) -> tuple[Contact, ...]:
    """The charity's information nurses: they answer questions about cancer and are not the study team."""
    match = _HELPLINE.search(text)
    return (
        (Contact(role=f"Cancer Research UK information nurses ({match['kind']})", phone=match["phone"].strip()),)
        if match
        else ()
    )
