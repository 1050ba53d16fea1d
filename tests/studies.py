"""Small trials for tests, written as a registry would send them (ClinicalTrials.gov API v2)."""

from __future__ import annotations

from typing import Any

from index.sources.files import Found
from index.sources.study_json import read_study
from index.trial import Trial

Json = dict[str, Any]


def study(number: int = 1, **fields: Any) -> Json:
    """A whole study; `fields` replace parts of it, named as in `_PLACES`."""
    given = {
        "title": "Exampline for T-cell lymphoma",
        "status": "RECRUITING",
        "conditions": ["Lymphoma, T-Cell"],
        "summary": "This study asks whether exampline tablets help people whose lymphoma came back.",
        "eligibility": "Inclusion Criteria:\n\n* Age 18 or older\n* Lymphoma\n\nExclusion Criteria:\n\n* Pregnancy",
        "updated": "2026-06-26",
        **fields,
    }
    modules: dict[str, Json] = {"identificationModule": {"nctId": f"NCT0999{number:04}"}}
    for name, value in given.items():
        module, *path = _PLACES[name]
        at = modules.setdefault(module, {})
        for key in path[:-1]:
            at = at.setdefault(key, {})
        at[path[-1]] = value
    return {"protocolSection": modules, "hasResults": False}


def trial(number: int = 1, **fields: Any) -> Trial:
    return read_study(study(number, **fields))


def found(of: Trial) -> Found:
    """The trial as it comes out of a file."""
    return Found(source=f"{of.id}.json", trial=of, raw=of.id.encode())


_PLACES: dict[str, tuple[str, ...]] = {
    "id": ("identificationModule", "nctId"),
    "title": ("identificationModule", "briefTitle"),
    "official_title": ("identificationModule", "officialTitle"),
    "acronym": ("identificationModule", "acronym"),
    "secondary_ids": ("identificationModule", "secondaryIdInfos"),
    "status": ("statusModule", "overallStatus"),
    "why_stopped": ("statusModule", "whyStopped"),
    "updated": ("statusModule", "lastUpdatePostDateStruct", "date"),
    "completion": ("statusModule", "completionDateStruct", "date"),
    "primary_completion": ("statusModule", "primaryCompletionDateStruct", "date"),
    "sponsor": ("sponsorCollaboratorsModule", "leadSponsor", "name"),
    "sponsor_class": ("sponsorCollaboratorsModule", "leadSponsor", "class"),
    "summary": ("descriptionModule", "briefSummary"),
    "description": ("descriptionModule", "detailedDescription"),
    "conditions": ("conditionsModule", "conditions"),
    "keywords": ("conditionsModule", "keywords"),
    "study_type": ("designModule", "studyType"),
    "phases": ("designModule", "phases"),
    "design": ("designModule", "designInfo"),
    "enrollment": ("designModule", "enrollmentInfo"),
    "arms": ("armsInterventionsModule", "armGroups"),
    "interventions": ("armsInterventionsModule", "interventions"),
    "primary_outcomes": ("outcomesModule", "primaryOutcomes"),
    "secondary_outcomes": ("outcomesModule", "secondaryOutcomes"),
    "eligibility": ("eligibilityModule", "eligibilityCriteria"),
    "minimum_age": ("eligibilityModule", "minimumAge"),
    "maximum_age": ("eligibilityModule", "maximumAge"),
    "sex": ("eligibilityModule", "sex"),
    "healthy_volunteers": ("eligibilityModule", "healthyVolunteers"),
    "population": ("eligibilityModule", "studyPopulation"),
    "sampling": ("eligibilityModule", "samplingMethod"),
    "sites": ("contactsLocationsModule", "locations"),
    "contacts": ("contactsLocationsModule", "centralContacts"),
    "officials": ("contactsLocationsModule", "overallOfficials"),
    "references": ("referencesModule", "references"),
}
