"""The fields of a ClinicalTrials.gov API v2 study that a reader can ask for, named as in the API's own specification.

Other fields stay in the raw record. Text is unescaped once, here.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from index.sources.dates import read_date
from index.sources.escapes import unescape
from index.trial import Contact, RegistryDate, SectionName


class ApiPart(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        """A field that is null is not given."""
        return {key: value for key, value in given.items() if value is not None} if isinstance(given, dict) else given


Text = Annotated[str, BeforeValidator(lambda value: unescape(value).strip() if isinstance(value, str) else value)]


class ApiNamed(ApiPart):
    name: Text = ""


class ApiId(ApiPart):
    id: Text | None = None
    type: Text | None = None


class ApiIdentification(ApiPart):
    nct_id: str
    nct_id_aliases: list[Text] = []
    org_study_id_info: ApiId = ApiId()
    secondary_id_infos: list[ApiId] = []
    brief_title: Text = ""
    official_title: Text | None = None
    acronym: Text | None = None


class ApiDate(ApiPart):
    date: str | None = None
    type: str | None = None

    def read(self) -> RegistryDate | None:
        estimated = {"ESTIMATED": True, "ANTICIPATED": True, "ACTUAL": False}.get((self.type or "").upper())
        return read_date(self.date, estimated)


class ApiStatusModule(ApiPart):
    overall_status: str | None = None
    why_stopped: Text | None = None
    status_verified_date: str | None = None
    start_date_struct: ApiDate = ApiDate()
    primary_completion_date_struct: ApiDate = ApiDate()
    completion_date_struct: ApiDate = ApiDate()
    study_first_post_date_struct: ApiDate = ApiDate()
    last_update_post_date_struct: ApiDate = ApiDate()


class ApiSponsor(ApiPart):
    name: Text | None = None
    sponsor_class: str | None = Field(None, alias="class")


class ApiResponsible(ApiPart):
    type: Text | None = None
    investigator_full_name: Text | None = None
    investigator_affiliation: Text | None = None
    old_organization: Text | None = None


class ApiSponsors(ApiPart):
    lead_sponsor: ApiSponsor = ApiSponsor()
    collaborators: list[ApiNamed] = []
    responsible_party: ApiResponsible = ApiResponsible()


class ApiDescription(ApiPart):
    brief_summary: Text | None = None
    detailed_description: Text | None = None


class ApiConditions(ApiPart):
    conditions: list[Text] = []
    keywords: list[Text] = []


class ApiMasking(ApiPart):
    masking: str | None = None
    masking_description: Text | None = None
    who_masked: list[str] = []


class ApiDesignInfo(ApiPart):
    allocation: str | None = None
    intervention_model: str | None = None
    intervention_model_description: Text | None = None
    masking_info: ApiMasking = ApiMasking()
    primary_purpose: str | None = None
    observational_model: str | None = None
    time_perspective: str | None = None


class ApiEnrollmentInfo(ApiPart):
    count: int | None = None
    type: str | None = None


class ApiDesignModule(ApiPart):
    study_type: str | None = None
    phases: list[str] = []
    design_info: ApiDesignInfo = ApiDesignInfo()
    enrollment_info: ApiEnrollmentInfo = ApiEnrollmentInfo()


class ApiArm(ApiPart):
    label: Text = ""
    type: str | None = None
    description: Text | None = None
    intervention_names: list[Text] = []


class ApiIntervention(ApiPart):
    name: Text = ""
    type: str | None = None
    description: Text | None = None
    other_names: list[Text] = []


class ApiArms(ApiPart):
    arm_groups: list[ApiArm] = []
    interventions: list[ApiIntervention] = []


class ApiOutcome(ApiPart):
    measure: Text = ""
    time_frame: Text | None = None
    description: Text | None = None


class ApiOutcomes(ApiPart):
    primary_outcomes: list[ApiOutcome] = []
    secondary_outcomes: list[ApiOutcome] = []
    other_outcomes: list[ApiOutcome] = []


class ApiEligibility(ApiPart):
    eligibility_criteria: Text | None = None
    healthy_volunteers: bool | None = None
    sex: str | None = None
    minimum_age: str | None = None
    maximum_age: str | None = None
    study_population: Text | None = None
    sampling_method: Text | None = None


class ApiContact(ApiPart):
    name: Text | None = None
    role: str | None = None
    phone: Text | None = None
    phone_ext: Text | None = None
    email: Text | None = None
    affiliation: Text | None = None

    def read(self) -> Contact:
        phone = f"{self.phone} ext. {self.phone_ext}" if self.phone and self.phone_ext else self.phone
        return Contact(name=self.name, role=self.role, phone=phone, email=self.email)


class ApiGeoPoint(ApiPart):
    lat: float | None = None
    lon: float | None = None


class ApiLocation(ApiPart):
    facility: Text | None = None
    city: Text | None = None
    state: Text | None = None
    zip: Text | None = None
    country: Text | None = None
    status: str | None = None
    geo_point: ApiGeoPoint = ApiGeoPoint()
    contacts: list[ApiContact] = []


class ApiLocations(ApiPart):
    central_contacts: list[ApiContact] = []
    overall_officials: list[ApiContact] = []
    # some exports carry the list a second time under another name, without the first
    locations: list[ApiLocation] = Field([], validation_alias=AliasChoices("locations", "locations_nested"))


class ApiReference(ApiPart):
    citation: Text | None = None
    type: str | None = None
    pmid: str | None = None


class ApiReferences(ApiPart):
    references: list[ApiReference] = []


class ApiProtocol(ApiPart):
    identification_module: ApiIdentification
    status_module: ApiStatusModule = ApiStatusModule()
    sponsor_collaborators_module: ApiSponsors = ApiSponsors()
    description_module: ApiDescription = ApiDescription()
    conditions_module: ApiConditions = ApiConditions()
    design_module: ApiDesignModule = ApiDesignModule()
    arms_interventions_module: ApiArms = ApiArms()
    outcomes_module: ApiOutcomes = ApiOutcomes()
    eligibility_module: ApiEligibility = ApiEligibility()
    contacts_locations_module: ApiLocations = ApiLocations()
    references_module: ApiReferences = ApiReferences()


class ApiTerm(ApiPart):
    term: Text = ""


class ApiBrowse(ApiPart):
    meshes: list[ApiTerm] = []
    ancestors: list[ApiTerm] = []


class ApiDerived(ApiPart):
    condition_browse_module: ApiBrowse = ApiBrowse()
    intervention_browse_module: ApiBrowse = ApiBrowse()


class ApiSample(BaseModel):
    """What the bundled sample adds to a study: where its facts were read, and prose that the API has no field for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    restated_from: str
    as_of: str | None = None
    source: str
    url: str | None = None
    page: str | None = None
    prose: dict[SectionName, Text] = {}


class ApiStudy(ApiPart):
    protocol_section: ApiProtocol
    derived_section: ApiDerived = ApiDerived()
    has_results: bool | None = None
    sample: ApiSample | None = None
