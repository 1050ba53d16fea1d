"""ClinicalTrials.gov's classic XML (one `<clinical_study>` a file, as exported until 2024) -> `Trial`.

A value that the registry does not define is noted in `unread`, and the rest of the record is read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from index.errors import SourceError
from index.sources.dates import read_age
from index.sources.pages.design import allocation_code, masking_code, model_code, who_is_masked
from index.sources.pages.layout import code, study_url
from index.sources.safe_xml import parse, text_at, texts_at
from index.sources.wrapped import unwrapped
from index.sources.xml_fields import Fields
from index.trial import (
    Arm,
    Contact,
    Design,
    Intervention,
    Official,
    Origin,
    OtherId,
    Outcome,
    Publication,
    SectionName,
    Site,
    Trial,
    normal_id,
)
from index.vocabulary import OutcomeKind, Phase, Sex, Status, StudyType

_ROOT = re.compile(r"(?>\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>))*+\s*<clinical_study[\s>]", re.DOTALL)
_SPONSOR_CLASSES = {"U.S. Fed": "FED"}
_ARM = "arm_group_label"


def is_study_xml(start: str) -> bool:
    """Whether a text begins as a study of the classic XML does; its first few thousand characters are enough."""
    return _ROOT.match(start.removeprefix("\ufeff")) is not None


def read_study_xml(data: bytes) -> Trial:
    """One file of the classic XML -> `Trial`.

    Raises:
        SourceError: the XML is broken or unsafe, is no study, or has no number.
    """
    root = parse(data)
    if root.tag != "clinical_study":
        raise SourceError(f"XML, but no study: its root is <{root.tag[:40]}>, not <clinical_study>")
    return _trial(root, Fields(root))


def _trial(root: Element, fields: Fields) -> Trial:
    identifier = normal_id(text_at(root, "id_info/nct_id") or "")
    if not identifier:
        raise SourceError("a study without a number: its <nct_id> is missing or empty")
    official_title = text_at(root, "official_title")
    last_updated = fields.date("last_update_posted", "Last update posted")
    sites = _sites(root, fields)
    return Trial(
        id=identifier,
        origin=Origin(source="ClinicalTrials.gov", url=study_url(identifier), as_of=last_updated),
        title=text_at(root, "brief_title") or official_title or identifier,
        official_title=official_title,
        acronym=text_at(root, "acronym"),
        other_ids=_other_ids(root),
        status=fields.code(Status, "Overall status", text_at(root, "overall_status")),
        why_stopped=unwrapped(_raw(root, "why_stopped")),
        study_type=fields.code(StudyType, "Study type", _before_bracket(text_at(root, "study_type"))),
        phases=_phases(root, fields),
        conditions=tuple(texts_at(root, "condition")),
        keywords=tuple(texts_at(root, "keyword")),
        condition_mesh=tuple(texts_at(root, "condition_browse/mesh_term")),
        interventions=tuple(map(_intervention, root.findall("intervention"))),
        intervention_mesh=tuple(texts_at(root, "intervention_browse/mesh_term")),
        arms=_arms(root),
        design=_design(root),
        enrollment=fields.enrollment(),
        outcomes=tuple(one for kind in OutcomeKind for one in _outcomes(root, kind)),
        minimum_age=fields.value(read_age, "eligibility/minimum_age", "Minimum age"),
        maximum_age=fields.value(read_age, "eligibility/maximum_age", "Maximum age"),
        sex=fields.code(Sex, "Sex", text_at(root, "eligibility/gender")),
        healthy_volunteers=fields.volunteers(),
        sites=sites,
        contacts=_contacts(root, ("overall_contact", "overall_contact_backup")),
        officials=_officials(root),
        sponsor=text_at(root, "sponsors/lead_sponsor/agency"),
        sponsor_class=_sponsor_class(text_at(root, "sponsors/lead_sponsor/agency_class")),
        collaborators=tuple(texts_at(root, "sponsors/collaborator/agency")),
        responsible_party=_responsible(root.find("responsible_party")),
        start=fields.date("start_date", "Study start"),
        primary_completion=fields.date("primary_completion_date", "Primary completion"),
        completion=fields.date("completion_date", "Study completion"),
        first_posted=fields.date("study_first_posted", "First posted"),
        last_updated=last_updated,
        verified=fields.date("verification_date", "Last verified"),
        has_results=any(root.find(tag) is not None for tag in ("results_first_posted", "clinical_results")),
        publications=_publications(root),
        unread=tuple(fields.unread),
        prose=_prose(root),
    )


def _raw(root: Element, path: str) -> str | None:
    """A text with its own blanks, by which its lines were filled."""
    found = root.find(path)
    return found.text if found is not None else None


def _prose(root: Element) -> dict[SectionName, str]:
    sampling = (code(text_at(root, "eligibility/sampling_method")) or "").replace("_", " ")
    population = (
        unwrapped(_raw(root, "eligibility/study_pop/textblock")),
        f"Sampling method: {sampling}" if sampling else None,
    )
    prose = {
        SectionName.BRIEF_SUMMARY: unwrapped(_raw(root, "brief_summary/textblock")),
        SectionName.DETAILED_DESCRIPTION: unwrapped(_raw(root, "detailed_description/textblock")),
        SectionName.ELIGIBILITY: unwrapped(_raw(root, "eligibility/criteria/textblock")),
        SectionName.POPULATION: "\n".join(part for part in population if part),
    }
    return {name: text for name, text in prose.items() if text}


def _before_bracket(text: str | None) -> str | None:
    """`Observational [Patient Registry]` -> `Observational`."""
    return text.split("[")[0] if text else None


def _phases(root: Element, fields: Fields) -> tuple[Phase, ...]:
    """`Phase 1/Phase 2` -> both; `N/A` is one value."""
    parts = re.split(r"/(?!A\b)", text_at(root, "phase") or "")
    return tuple(phase for part in parts if (phase := fields.code(Phase, "Phase", part)))


def _other_ids(root: Element) -> tuple[OtherId, ...]:
    own = (*texts_at(root, "id_info/org_study_id"), *texts_at(root, "id_info/secondary_id"))
    former = texts_at(root, "id_info/nct_alias")
    return (*(OtherId(id=text) for text in own), *(OtherId(id=text, type="NCT_ALIAS") for text in former))


def _intervention(element: Element) -> Intervention:
    return Intervention(
        name=text_at(element, "intervention_name") or "",
        type=code(text_at(element, "intervention_type")),
        other_names=tuple(texts_at(element, "other_name")),
        description=text_at(element, "description"),
    )


def _arms(root: Element) -> tuple[Arm, ...]:
    """Each arm with what is given in it, which the XML says the other way round: the arms of each intervention."""
    given = [
        (f"{text_at(one, 'intervention_type')}: {text_at(one, 'intervention_name')}", set(texts_at(one, _ARM)))
        for one in root.findall("intervention")
    ]
    return tuple(
        Arm(
            label=label,
            type=code(text_at(element, "arm_group_type")),
            description=text_at(element, "description"),
            interventions=tuple(name for name, arms in given if label in arms),
        )
        for element in root.findall("arm_group")
        if (label := text_at(element, _ARM) or "") or text_at(element, "description")
    )


def _design(root: Element) -> Design:
    info = root.find("study_design_info")
    masking = text_at(info, "masking")
    return Design(
        allocation=allocation_code(text_at(info, "allocation")),
        intervention_model=model_code(text_at(info, "intervention_model")),
        intervention_model_description=text_at(info, "intervention_model_description"),
        masking=masking_code(masking),
        masking_description=text_at(info, "masking_description"),
        who_masked=who_is_masked(masking),
        primary_purpose=code(text_at(info, "primary_purpose")),
        observational_model=code(text_at(info, "observational_model")),
        time_perspective=code(text_at(info, "time_perspective")),
    )


def _outcomes(root: Element, kind: OutcomeKind) -> Iterable[Outcome]:
    return (
        Outcome(
            kind=kind,
            measure=measure,
            time_frame=text_at(element, "time_frame"),
            description=text_at(element, "description"),
        )
        for element in root.findall(f"{kind.value}_outcome")
        if (measure := text_at(element, "measure"))
    )


def _sites(root: Element, fields: Fields) -> tuple[Site, ...]:
    return tuple(
        Site(
            facility=text_at(element, "facility/name"),
            city=text_at(element, "facility/address/city"),
            state=text_at(element, "facility/address/state"),
            zip=text_at(element, "facility/address/zip"),
            country=text_at(element, "facility/address/country"),
            status=fields.code(Status, "Site status", text_at(element, "status")),
            contacts=_contacts(element, ("contact", "contact_backup", "investigator")),
        )
        for element in root.findall("location")
    )


def _contacts(parent: Element, tags: Iterable[str]) -> tuple[Contact, ...]:
    return tuple(
        Contact(
            name=_name(element),
            role=code(text_at(element, "role")) or "CONTACT",
            phone=_phone(element),
            email=text_at(element, "email"),
        )
        for tag in tags
        for element in parent.findall(tag)
    )


def _name(element: Element) -> str | None:
    parts = (text_at(element, tag) for tag in ("first_name", "middle_name", "last_name"))
    name, degrees = " ".join(part for part in parts if part), text_at(element, "degrees")
    return (f"{name}, {degrees}" if name and degrees else name) or None


def _phone(element: Element) -> str | None:
    phone, extension = text_at(element, "phone"), text_at(element, "phone_ext")
    return f"{phone} ext. {extension}" if phone and extension else phone


def _officials(root: Element) -> tuple[Official, ...]:
    return tuple(
        Official(name=name, role=code(text_at(element, "role")), affiliation=text_at(element, "affiliation"))
        for element in root.findall("overall_official")
        if (name := _name(element))
    )


def _sponsor_class(words: str | None) -> str | None:
    return _SPONSOR_CLASSES.get(words or "") or code(words)


def _responsible(party: Element | None) -> str | None:
    named = [text for tag in ("investigator_full_name", "investigator_affiliation") if (text := text_at(party, tag))]
    kind = (code(text_at(party, "responsible_party_type")) or "").replace("_", " ")
    return ", ".join(named) or text_at(party, "organization") or text_at(party, "name_title") or kind or None


def _publications(root: Element) -> tuple[Publication, ...]:
    """`reference` mixes what a study builds on with what was written about it later, so it is of no type."""
    return tuple(
        Publication(citation=citation, type=kind, pmid=text_at(element, "PMID"))
        for tag, kind in (("reference", None), ("results_reference", "RESULT"))
        for element in root.findall(tag)
        if (citation := text_at(element, "citation"))
    )
