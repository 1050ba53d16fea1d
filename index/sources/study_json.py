"""ClinicalTrials.gov API v2 JSON -> `Trial`."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from index.errors import SourceError
from index.sources.dates import read_age, read_date
from index.sources.study_fields import (
    ApiArm,
    ApiContact,
    ApiDesignInfo,
    ApiEligibility,
    ApiEnrollmentInfo,
    ApiIdentification,
    ApiIntervention,
    ApiLocation,
    ApiOutcomes,
    ApiProtocol,
    ApiReferences,
    ApiResponsible,
    ApiStudy,
    ApiTerm,
)
from index.trial import (
    Arm,
    Design,
    Enrollment,
    Form,
    Intervention,
    Official,
    Origin,
    OtherId,
    Outcome,
    Publication,
    RegistryDate,
    SectionName,
    Site,
    Trial,
    normal_id,
)
from index.vocabulary import OutcomeKind, Phase, RegistryCode, Sex, Status, StudyType

_C = TypeVar("_C", bound=RegistryCode)
_OFFICIAL_PAGE = "https://clinicaltrials.gov/study/"


def is_study(document: object) -> bool:
    return isinstance(document, dict) and "protocolSection" in document


def read_study(document: dict[str, Any]) -> Trial:
    """One API v2 study -> `Trial`.

    Raises:
        SourceError: a field is missing or has a value that the API does not define; the message names it.
    """
    try:
        study = ApiStudy.model_validate(_unboxed(document) if _is_boxed(document) else document)
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SourceError(f"not an API v2 study: {where}: {first['msg'].lower()}") from exc
    return _trial(study)


def _is_boxed(document: dict[str, Any]) -> bool:
    """Whether each value stands in a list of its own, as exports made with R have it."""
    section = document["protocolSection"]
    who = section.get("identificationModule") if isinstance(section, dict) else None
    return isinstance(who, dict) and isinstance(who.get("nctId"), list)


def _unboxed(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _unboxed(value) for key, value in part.items()}
    if not isinstance(part, list):
        return part
    return part[0] if len(part) == 1 and not isinstance(part[0], dict | list) else [_unboxed(one) for one in part]


def _trial(study: ApiStudy) -> Trial:
    protocol = study.protocol_section
    who = protocol.identification_module
    status = protocol.status_module
    sponsors = protocol.sponsor_collaborators_module
    eligibility = protocol.eligibility_module
    places = protocol.contacts_locations_module
    derived = study.derived_section
    updated = status.last_update_post_date_struct.read()
    return Trial(
        id=_id(who.nct_id),
        origin=_origin(study, updated),
        title=who.brief_title or who.official_title or _id(who.nct_id),
        official_title=who.official_title,
        acronym=who.acronym,
        other_ids=_other_ids(who),
        status=_known(Status, status.overall_status),
        why_stopped=status.why_stopped,
        study_type=_known(StudyType, protocol.design_module.study_type),
        phases=_phases(protocol.design_module.phases),
        conditions=tuple(protocol.conditions_module.conditions),
        keywords=tuple(protocol.conditions_module.keywords),
        condition_mesh=_terms(derived.condition_browse_module.meshes),
        condition_ancestors=_terms(derived.condition_browse_module.ancestors),
        interventions=tuple(map(_intervention, protocol.arms_interventions_module.interventions)),
        intervention_mesh=_terms(derived.intervention_browse_module.meshes),
        intervention_ancestors=_terms(derived.intervention_browse_module.ancestors),
        arms=tuple(map(_arm, protocol.arms_interventions_module.arm_groups)),
        design=_design(protocol.design_module.design_info),
        enrollment=_enrollment(protocol.design_module.enrollment_info),
        outcomes=_outcomes(protocol.outcomes_module),
        minimum_age=read_age(eligibility.minimum_age),
        maximum_age=read_age(eligibility.maximum_age),
        sex=_known(Sex, eligibility.sex),
        healthy_volunteers=eligibility.healthy_volunteers,
        sites=tuple(map(_site, places.locations)),
        contacts=tuple(contact.read() for contact in places.central_contacts),
        officials=_officials(places.overall_officials),
        sponsor=sponsors.lead_sponsor.name,
        sponsor_class=sponsors.lead_sponsor.sponsor_class,
        collaborators=tuple(collaborator.name for collaborator in sponsors.collaborators if collaborator.name),
        responsible_party=_responsible(sponsors.responsible_party),
        start=status.start_date_struct.read(),
        primary_completion=status.primary_completion_date_struct.read(),
        completion=status.completion_date_struct.read(),
        first_posted=status.study_first_post_date_struct.read(),
        last_updated=updated,
        verified=read_date(status.status_verified_date),
        has_results=study.has_results,
        publications=_publications(protocol.references_module),
        unread=_unread(study),
        prose=_prose(study),
    )


def _origin(study: ApiStudy, updated: RegistryDate | None) -> Origin:
    if study.sample is None:
        identifier = _id(study.protocol_section.identification_module.nct_id)
        url = _OFFICIAL_PAGE + identifier
        return Origin(source="ClinicalTrials.gov", form=_form(study.protocol_section), url=url, as_of=updated)
    sample = study.sample
    return Origin(
        source=sample.source,
        form=Form.PAGE if sample.page else Form.RECORD,
        url=sample.url,
        as_of=read_date(sample.as_of),
        restated=sample.restated_from,
        page=sample.page,
    )


def _form(protocol: ApiProtocol) -> Form:
    """An answer that was asked for with few `fields` lacks some of what every record of the registry has."""
    status = protocol.status_module
    whole = (
        status.overall_status
        and status.last_update_post_date_struct.date
        and protocol.description_module.brief_summary
        and protocol.eligibility_module != ApiEligibility()
    )
    return Form.RECORD if whole else Form.EXCERPT


def _prose(study: ApiStudy) -> dict[SectionName, str]:
    protocol = study.protocol_section
    eligibility = protocol.eligibility_module
    population = [eligibility.study_population]
    sampling = (eligibility.sampling_method or "").replace("_", " ")
    population += [f"Sampling method: {sampling}"] if sampling else []
    prose = {
        SectionName.BRIEF_SUMMARY: protocol.description_module.brief_summary,
        SectionName.DETAILED_DESCRIPTION: protocol.description_module.detailed_description,
        SectionName.ELIGIBILITY: eligibility.eligibility_criteria,
        SectionName.POPULATION: "\n".join(part for part in population if part),
    }
    extra = study.sample.prose if study.sample else {}
    return {name: text for name, text in {**prose, **extra}.items() if text}


def _id(text: str) -> str:
    if not text.strip():
        raise SourceError("a study without a number: its nctId is empty")
    return normal_id(text)


def _other_ids(who: ApiIdentification) -> tuple[OtherId, ...]:
    ids = (who.org_study_id_info, *who.secondary_id_infos)
    own = (OtherId(id=one.id, type=one.type) for one in ids if one.id and one.id != _id(who.nct_id))
    return (*own, *(OtherId(id=text, type="NCT_ALIAS") for text in who.nct_id_aliases))


def _known(codes: type[_C], spelling: str | None) -> _C | None:
    return codes.read(spelling) if codes.known(spelling) else None


def _phases(codes: list[str]) -> tuple[Phase, ...]:
    return tuple(phase for code in codes if (phase := _known(Phase, code)))


def _unread(study: ApiStudy) -> tuple[str, ...]:
    protocol = study.protocol_section
    given: list[tuple[str, type[RegistryCode], str | None]] = [
        ("Overall status", Status, protocol.status_module.overall_status),
        ("Study type", StudyType, protocol.design_module.study_type),
        *(("Phase", Phase, code) for code in protocol.design_module.phases),
        ("Sex", Sex, protocol.eligibility_module.sex),
        *(("Site status", Status, site.status) for site in protocol.contacts_locations_module.locations),
    ]
    return tuple(dict.fromkeys(f"{label}: {code}" for label, codes, code in given if not codes.known(code)))


def _terms(terms: list[ApiTerm]) -> tuple[str, ...]:
    return tuple(term.term for term in terms if term.term)


def _intervention(source: ApiIntervention) -> Intervention:
    return Intervention(
        name=source.name, type=source.type, other_names=tuple(source.other_names), description=source.description
    )


def _arm(source: ApiArm) -> Arm:
    return Arm(
        label=source.label,
        type=source.type,
        description=source.description,
        interventions=tuple(source.intervention_names),
    )


def _design(source: ApiDesignInfo) -> Design:
    return Design(
        allocation=source.allocation,
        intervention_model=source.intervention_model,
        intervention_model_description=source.intervention_model_description,
        masking=source.masking_info.masking,
        masking_description=source.masking_info.masking_description,
        who_masked=tuple(source.masking_info.who_masked),
        primary_purpose=source.primary_purpose,
        observational_model=source.observational_model,
        time_perspective=source.time_perspective,
    )


def _enrollment(source: ApiEnrollmentInfo) -> Enrollment | None:
    if source.count is None:
        return None
    estimated = {"ESTIMATED": True, "ANTICIPATED": True, "ACTUAL": False}.get((source.type or "").upper())
    return Enrollment(count=source.count, estimated=estimated)


def _outcomes(source: ApiOutcomes) -> tuple[Outcome, ...]:
    lists = (
        (OutcomeKind.PRIMARY, source.primary_outcomes),
        (OutcomeKind.SECONDARY, source.secondary_outcomes),
        (OutcomeKind.OTHER, source.other_outcomes),
    )
    return tuple(
        Outcome(kind=kind, measure=one.measure, time_frame=one.time_frame, description=one.description)
        for kind, outcomes in lists
        for one in outcomes
        if one.measure
    )


def _site(source: ApiLocation) -> Site:
    return Site(
        facility=source.facility,
        city=source.city,
        state=source.state,
        zip=source.zip,
        country=source.country,
        status=_known(Status, source.status),
        latitude=source.geo_point.lat,
        longitude=source.geo_point.lon,
        contacts=tuple(contact.read() for contact in source.contacts),
    )


def _officials(sources: list[ApiContact]) -> tuple[Official, ...]:
    return tuple(Official(name=one.name, role=one.role, affiliation=one.affiliation) for one in sources if one.name)


def _publications(source: ApiReferences) -> tuple[Publication, ...]:
    return tuple(
        Publication(citation=one.citation, type=one.type, pmid=one.pmid) for one in source.references if one.citation
    )


def _responsible(source: ApiResponsible) -> str | None:
    named = ", ".join(part for part in (source.investigator_full_name, source.investigator_affiliation) if part)
    return named or source.old_organization or (source.type.replace("_", " ") if source.type else None)
