"""Classic ClinicalTrials.gov pages (2017 to 2023) as text: `Layout table …` lines mark tables, headings are lost."""

from __future__ import annotations

import re

from index.errors import SourceError
from index.sources.dates import read_age, read_date
from index.sources.pages.classic_tables import (
    conditions_of,
    contacts_of,
    mesh_of,
    officials_of,
    sites_of,
    treatments_of,
)
from index.sources.pages.design import design_in
from index.sources.pages.layout import (
    cut,
    given,
    labelled,
    lines_of,
    nct_in,
    other_ids,
    paragraphs_of,
    phases_in,
    prose_of,
    study_url,
    trimmed,
)
from index.trial import AgeLimit, Enrollment, Form, Origin, Outcome, Publication, RegistryDate, SectionName, Trial
from index.vocabulary import OutcomeKind, Sex, Status, StudyType

NAME = "classic ClinicalTrials.gov page"

_NOTICE = (
    "The safety and scientific validity of this study is the responsibility of the study sponsor and investigators."
)
_HEADINGS = {
    "responsible": r"Information provided by(?: \(Responsible Party\))?:",
    "summary": r"Brief Summary:",
    "conditions": r"Condition or disease\s+Intervention/treatment(?:\s+Phase)?",
    "description": r"Detailed Description:",
    "study": r"Layout table for study information",
    "arms": r"(?:Arm|Group/Cohort)\s+Intervention/treatment",
    "primary": r"Primary Outcome Measures\s*:",
    "secondary": r"Secondary Outcome Measures\s*:",
    "other": r"Other Outcome Measures\s*:",
    "library": r"Information from the National Library of Medicine",
    "eligibility": r"Layout table for eligibility information",
    "contacts": r"Layout table for location contacts",
    "sites": r"Layout table for location information",
    "sponsors": r"Sponsors and Collaborators",
    "officials": r"(?:Layout table for investigator information|Investigators)",
    "indexed": r"Publications automatically indexed to this study.*",
    "publications": r"(?:Other )?Publications(?: of Results)?:",
    "more": r"Layout table for addit?i?onal information",
    "keywords": r"Keywords provided by .*:",
    "mesh": r"Additional relevant MeSH terms:",
    "mesh_table": r"Layout table for MeSH terms",
    "menu": r"(?:Study Description|Study Design|Arms and Interventions|Outcome Measures|Eligibility Criteria"
    r"|Contacts and Locations|More Information|Go to)",
}
_STATUS = re.compile(r"(?P<status>[^(†]+?)\s*†?\s*(?:\((?P<why>.+)\))?")
_OUTCOME = re.compile(r"[ \t]*\d+\.[ \t]+(?P<measure>.+?)(?:\s*\[\s*Time Frame:\s*(?P<frame>.+?)\s*\])?\s*")
_AGES = re.compile(r"(?:(?P<low>\d+ \w+) (?:and older|to (?P<high>\d+ \w+))|up to (?P<most>\d+ \w+)).*", re.IGNORECASE)
_ELIGIBILITY_ROW = re.compile(
    r"^[ \t]*(?:Ages|Sex(?:es)?|Genders?|Gender Based|Accepts Healthy|Sampling)"
    r"(?: Eligible for Study| Eligibility(?: Description)?| Volunteers| Method)[ \t]*:.*\n?",
    re.MULTILINE,
)
_POPULATION = re.compile(r"^Study Population\n(?P<text>.*?)^Criteria$", re.MULTILINE | re.DOTALL)
_OTHER_IDS = re.compile(r"^Other Study ID Numbers:(.*?)^First Posted:", re.MULTILINE | re.DOTALL)


def recognises(text: str) -> bool:
    return _NOTICE in text and "Recruitment Status" in text


def read(text: str) -> Trial:
    parts = dict.fromkeys(_HEADINGS, "") | cut(text, _HEADINGS)
    head, study, more, who = text.partition("\nBrief Summary:")[0], parts["study"], parts["more"], parts["eligibility"]
    identifier = nct_in(text[text.find(_NOTICE) :], NAME)
    title = _title(text, identifier)
    status = _STATUS.fullmatch(labelled(head, "Recruitment Status") or "")
    updated = read_date(labelled(head, "Last Update Posted"))
    conditions, phase = conditions_of(parts["conditions"])
    arms, interventions = treatments_of(parts["arms"] or parts["conditions"])
    keywords = tuple(_column(parts["keywords"]))
    mesh = mesh_of(_column(parts["mesh_table"] or parts["mesh"]), (title, *conditions, *keywords), interventions)
    lowest, highest = _ages(labelled(who, "Ages Eligible for Study"))
    sponsors = lines_of(parts["sponsors"])
    more_ids = _OTHER_IDS.search(more)
    return Trial(
        id=identifier,
        origin=Origin(source="ClinicalTrials.gov", form=Form.PAGE, url=study_url(identifier), as_of=updated, page=NAME),
        title=title,
        official_title=labelled(study, "Official Title"),
        other_ids=other_ids(lines_of(more_ids[1])) if more_ids else (),
        status=Status.read(status["status"]) if status else None,
        why_stopped=status["why"] if status else None,
        study_type=StudyType.read(re.sub(r"\(.*", "", labelled(study, "Study Type") or "")),
        phases=phases_in(phase),
        conditions=conditions,
        keywords=keywords,
        condition_mesh=mesh.conditions,
        condition_ancestors=mesh.condition_ancestors,
        intervention_mesh=mesh.interventions,
        intervention_ancestors=mesh.intervention_ancestors,
        interventions=interventions,
        arms=arms if parts["arms"] else (),
        design=design_in(study),
        enrollment=_enrollment(study),
        outcomes=tuple(outcome for kind in OutcomeKind for outcome in _outcomes(parts[kind.value], kind)),
        minimum_age=lowest,
        maximum_age=highest,
        sex=Sex.read(labelled(who, "(?:Sexes|Sex|Genders) Eligible for Study")),
        healthy_volunteers={"yes": True, "no": False}.get((labelled(who, "Accepts Healthy Volunteers") or "").lower()),
        sites=sites_of(parts["sites"]),
        contacts=contacts_of(parts["contacts"]),
        officials=officials_of(parts["officials"], sponsors),
        sponsor=sponsors[0] if sponsors else None,
        collaborators=tuple(sponsors[1:]),
        responsible_party=next(iter(lines_of(parts["responsible"])), None),
        start=_date(study, "Study Start Date"),
        primary_completion=_date(study, "Primary Completion Date"),
        completion=_date(study, "Study Completion Date"),
        first_posted=read_date(labelled(head, "First Posted")),
        last_updated=updated,
        verified=read_date(labelled(more, "Last Verified")),
        has_results=True if labelled(head, "Results First Posted") else None,
        publications=_publications(parts),
        prose=_prose(parts),
    )


def _column(table: str) -> list[str]:
    """The terms of a table without rows, up to its end; the page's foot may follow."""
    return lines_of(next(iter(paragraphs_of(table)), "").replace("\t", "\n"))


def _title(text: str, identifier: str) -> str:
    """The paragraph before the notice: banners, if any, stand further up."""
    before = paragraphs_of(text.partition(_NOTICE)[0])
    if title := given(before[-1] if before else None):
        return title
    raise SourceError(f"this {NAME} of {identifier} has no title; save the whole page and read it again")


def _date(study: str, label: str) -> RegistryDate | None:
    """`Estimated Study Completion Date : February 2021`; the label's first word says which kind of date it is."""
    match = re.search(rf"^[ \t]*(Estimated |Actual )?{label}[ \t]*:(.*)$", study, re.MULTILINE)
    return read_date(match[2], {"Estimated ": True, "Actual ": False}.get(match[1])) if match else None


def _enrollment(study: str) -> Enrollment | None:
    match = re.search(r"^[ \t]*(Estimated |Actual )?Enrollment[ \t]*:[ \t]*([\d,]+)", study, re.MULTILINE)
    if not match:
        return None
    return Enrollment(
        count=int(match[2].replace(",", "")), estimated={"Estimated ": True, "Actual ": False}.get(match[1])
    )


def _ages(row: str | None) -> tuple[AgeLimit | None, AgeLimit | None]:
    """`18 Years to 120 Years (Adult)`, `18 Years and older`, `up to 17 Years`; age groups alone set no limit."""
    match = _AGES.fullmatch(row or "")
    return (read_age(match["low"]), read_age(match["high"] or match["most"])) if match else (None, None)


def _outcomes(text: str, kind: OutcomeKind) -> list[Outcome]:
    """Numbered measures, each with its time frame in brackets; a line without a number is about the one above."""
    outcomes: list[Outcome] = []
    for line in text.splitlines():
        if match := _OUTCOME.fullmatch(line):
            outcomes.append(Outcome(kind=kind, measure=match["measure"], time_frame=match["frame"]))
        elif outcomes and (more := given(line)):
            told = outcomes[-1].description
            outcomes[-1] = outcomes[-1].model_copy(update={"description": f"{told}\n{more}" if told else more})
    return outcomes


def _publications(parts: dict[str, str]) -> tuple[Publication, ...]:
    listed = [(parts["publications"], None), (parts["indexed"], "DERIVED")]
    return tuple(Publication(citation=line, type=kind) for text, kind in listed for line in lines_of(text))


def _prose(parts: dict[str, str]) -> dict[SectionName, str]:
    criteria = trimmed(_ELIGIBILITY_ROW.sub("", parts["eligibility"])).removeprefix("Criteria\n").lstrip("\n")
    population = _POPULATION.search(criteria)
    return prose_of(
        {
            SectionName.BRIEF_SUMMARY: parts["summary"],
            SectionName.DETAILED_DESCRIPTION: parts["description"],
            SectionName.ELIGIBILITY: trimmed(criteria[population.end() :]) if population else criteria,
            SectionName.POPULATION: trimmed(population["text"]) if population else None,
        }
    )
