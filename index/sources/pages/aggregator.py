"""The aggregator that heads its pages "Clinical Trials Logo": a summary, a description and a table of labels.

Its pages give no title, and often no criteria.
"""

from __future__ import annotations

import re

from index.sources.dates import read_date
from index.sources.pages.design import design_in
from index.sources.pages.layout import cut, given, lines_of, nct_in, phases_in, prose_of, study_url
from index.trial import Contact, Form, Origin, SectionName, Trial
from index.vocabulary import Status, StudyType

NAME = "Clinical Trials aggregator page"

_HEADINGS = {
    "summary": r"Clinical Trial Summary",
    "description": r"Clinical Trial Description",
    "design": r"Study Design",
    "conditions": r"Related Conditions (?:& MeSH terms)?",
    "eligibility": r"Eligibility(?: Criteria)?",
    "table": r"NCT number[ \t]+NCT\d{8}",
}
_ROWS = (
    "NCT number",
    "Study type",
    "Source",
    "Contact",
    "Phone",
    "Email",
    "Status",
    "Phase",
    "Start date",
    "Completion date",
)
_SENTENCE = re.compile(r"(?<=[a-z)\]]{2})[.?!](?=\s|$)")


def recognises(text: str) -> bool:
    return (
        "Clinical Trial Summary" in text
        and re.search(r"^[ \t]*NCT number[ \t]+NCT\d{8}", text, re.MULTILINE) is not None
    )


def read(text: str) -> Trial:
    identifier = nct_in(text[text.rfind("NCT number") :], NAME)
    parts = cut(text, _HEADINGS)
    rows = {row: _row(parts.get("table", ""), row) for row in _ROWS}
    summary = parts.get("summary", "")
    return Trial(
        id=identifier,
        origin=Origin(source="ClinicalTrials.gov", form=Form.PAGE, url=study_url(identifier), page=NAME),
        title=_title(summary) or identifier,
        status=Status.read(rows["Status"]),
        study_type=StudyType.read(rows["Study type"]),
        phases=phases_in(rows["Phase"]),
        conditions=tuple(
            dict.fromkeys(re.sub(r"^[•*\-]\s*", "", line) for line in lines_of(parts.get("conditions", "")))
        ),
        sponsor=rows["Source"],
        contacts=_contacts(rows),
        design=design_in(re.sub(r"[,;]\s*(?=[A-Z][A-Za-z ]+:)", "\n", parts.get("design", ""))),
        start=read_date(rows["Start date"]),
        completion=read_date(rows["Completion date"]),
        prose=prose_of(
            {
                SectionName.BRIEF_SUMMARY: _without_join(summary),
                SectionName.DETAILED_DESCRIPTION: _without_join(parts.get("description", "")),
                SectionName.ELIGIBILITY: parts.get("eligibility"),
            }
        ),
    )


def _row(table: str, label: str) -> str | None:
    match = re.search(rf"^[ \t]*{re.escape(label)}[ \t]*(?::|[ \t])(.*)$", table, re.MULTILINE)
    return given(match[1]) if match else None


def _title(summary: str) -> str | None:
    """The page gives no title: the first sentence of its summary stands for one, in the source's own words."""
    line = given(summary)
    end = _SENTENCE.search(line) if line else None
    return line[: end.start()] if line and end else line


def _without_join(text: str) -> str:
    """The system joins the registry's texts with a semicolon that it leaves at the end."""
    return re.sub(r"\s+;\s*\Z", "", text)


def _contacts(rows: dict[str, str | None]) -> tuple[Contact, ...]:
    contact = Contact(name=rows["Contact"], phone=rows["Phone"], email=rows["Email"])
    return () if contact == Contact() else (contact,)
