"""A trial as a source gives it: typed fields, prose as it was written, and nothing that the source did not say.

A field that the source leaves out is `None` or empty: "not given", which is never "none" and never "no".
"""

from __future__ import annotations

import datetime
import re
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from index.vocabulary import OutcomeKind, Phase, Sex, Status, StudyType


class Frozen(BaseModel):
    """The base of every value here: immutable, and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SectionName(StrEnum):
    """The named texts of a trial; a citation is (trial, section, start, end)."""

    RECORD = "record"
    BRIEF_SUMMARY = "brief_summary"
    DETAILED_DESCRIPTION = "detailed_description"
    ELIGIBILITY = "eligibility"
    POPULATION = "population"
    ARMS = "arms"
    DESIGN = "design"
    VISITS = "visits"
    SIDE_EFFECTS = "side_effects"
    OUTCOMES = "outcomes"
    SITES = "sites"
    CONTACTS = "contacts"
    PUBLICATIONS = "publications"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ")


class RegistryDate(Frozen):
    """A date as precise as the source gives it: `2024`, `2024-03` or `2024-03-15`. `estimated`: `None` if not said."""

    text: str
    first_day: datetime.date
    last_day: datetime.date
    estimated: bool | None = None


class AgeLimit(Frozen):
    """An age bound: the source's text (`6 Months`) and its length in years."""

    text: str
    years: float


class Intervention(Frozen):
    name: str
    type: str | None = None
    other_names: tuple[str, ...] = ()
    description: str | None = None


class Arm(Frozen):
    label: str
    type: str | None = None
    description: str | None = None
    interventions: tuple[str, ...] = ()


class Outcome(Frozen):
    kind: OutcomeKind
    measure: str
    time_frame: str | None = None
    description: str | None = None


class Contact(Frozen):
    """A published contact; shown only when a person asks how to reach the study."""

    name: str | None = None
    role: str | None = None
    phone: str | None = None
    email: str | None = None


class Site(Frozen):
    facility: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    status: Status | None = None
    latitude: float | None = None
    longitude: float | None = None
    contacts: tuple[Contact, ...] = ()

    @property
    def place(self) -> str:
        return ", ".join(part for part in (self.city, self.state, self.country) if part)


class Official(Frozen):
    name: str
    role: str | None = None
    affiliation: str | None = None


class Enrollment(Frozen):
    count: int
    estimated: bool | None = None


class Design(Frozen):
    """Design fields in the registry's spelling (`RANDOMIZED`, `DOUBLE`); `N/A` is a value, `None` is not given."""

    allocation: str | None = None
    intervention_model: str | None = None
    intervention_model_description: str | None = None
    masking: str | None = None
    masking_description: str | None = None
    who_masked: tuple[str, ...] = ()
    primary_purpose: str | None = None
    observational_model: str | None = None
    time_perspective: str | None = None


class Publication(Frozen):
    citation: str
    type: str | None = None
    pmid: str | None = None


class OtherId(Frozen):
    id: str
    type: str | None = None


class Form(StrEnum):
    """How much of the registry's record a source gives."""

    RECORD = "record"  # all of it
    PAGE = "page"  # what a web page shows of it
    EXCERPT = "excerpt"  # some of its fields


class Origin(Frozen):
    """Where a record was read, and what the reader should know of it."""

    source: str  # "ClinicalTrials.gov", "Cancer Research UK", …
    form: Form = Form.RECORD
    url: str | None = None
    as_of: RegistryDate | None = None  # the date that the source gives for its text
    restated: str | None = None  # for sample data: from what record and date it was restated, in a sentence
    page: str | None = None  # the system whose saved page this was
    gone: datetime.date | None = None  # the day on which the registry was found to give this record no longer


class Trial(Frozen):
    id: str
    origin: Origin
    title: str
    official_title: str | None = None
    acronym: str | None = None
    other_ids: tuple[OtherId, ...] = ()

    status: Status | None = None
    why_stopped: str | None = None
    study_type: StudyType | None = None
    phases: tuple[Phase, ...] = ()

    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    condition_mesh: tuple[str, ...] = ()
    condition_ancestors: tuple[str, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    intervention_mesh: tuple[str, ...] = ()
    intervention_ancestors: tuple[str, ...] = ()
    arms: tuple[Arm, ...] = ()
    design: Design = Design()
    enrollment: Enrollment | None = None
    outcomes: tuple[Outcome, ...] = ()

    minimum_age: AgeLimit | None = None
    maximum_age: AgeLimit | None = None
    sex: Sex | None = None
    healthy_volunteers: bool | None = None

    sites: tuple[Site, ...] = ()
    contacts: tuple[Contact, ...] = ()
    officials: tuple[Official, ...] = ()
    sponsor: str | None = None
    sponsor_class: str | None = None
    collaborators: tuple[str, ...] = ()
    responsible_party: str | None = None

    start: RegistryDate | None = None
    primary_completion: RegistryDate | None = None
    completion: RegistryDate | None = None
    first_posted: RegistryDate | None = None
    last_updated: RegistryDate | None = None
    verified: RegistryDate | None = None
    has_results: bool | None = None
    publications: tuple[Publication, ...] = ()

    unread: tuple[str, ...] = ()  # fields whose value the registry does not define, as given: "Phase: PHASE5"
    prose: dict[SectionName, str] = {}  # as the source wrote it, unescaped once


class Section(Frozen):
    name: SectionName
    text: str


class Span(Frozen):
    """A place in a section: characters `start` to `end`, end excluded."""

    section: SectionName
    start: int
    end: int


_NCT = re.compile(r"\bN\s*C\s*T[\s\-_:#.]*((?:\d[\s\-]{0,3}){8})(?!\d)", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:ISRCTN[\s\-]?\d{8}|EUCTR\d{4}-\d{6}-\d{2}(?:-[A-Z]{2})?|\d{4}-5\d{5}-\d{2}-\d{2}"
    r"|(?:EudraCT[\s:\-]*)?\d{4}-\d{6}-\d{2}|ACTRN[\s\-]?\d{14}|jRCTs?\d{9,10}|UMIN\d{9}"
    r"|ChiCTR[\w\-]*\d{6,}|DRKS[\s\-]?\d{8}|JPRN[\w\-]+|CTRI/\d{4}/\d+/\d+|Oracle[\s\-#:]*\d{3,6})\b",
    re.IGNORECASE,
)


def trial_ids_in(text: str) -> tuple[str, ...]:
    """The trial ids that a person typed: `nct 0653-0576` -> `NCT06530576`; other registries' ids in their spelling."""
    found = [(match.start(), "NCT" + re.sub(r"\D", "", match[1])) for match in _NCT.finditer(text)]
    found += [(match.start(), normal_id(match[0])) for match in _OTHER.finditer(text)]
    return tuple(dict.fromkeys(identifier for _, identifier in sorted(found)))


def normal_id(text: str) -> str:
    """One id as the store spells it: no blanks around it, `NCT` numbers joined, a page's number as `Oracle-5889`."""
    text = text.strip()
    if match := _NCT.fullmatch(text):
        return "NCT" + re.sub(r"\D", "", match[1])
    if match := re.fullmatch(r"oracle[\s\-#:]*(\d+)", text, re.IGNORECASE):
        return f"Oracle-{match[1]}"
    return re.sub(r"\s+", "", re.sub(r"eudract[\s:\-]*(?=\d)", "", text, flags=re.IGNORECASE))
