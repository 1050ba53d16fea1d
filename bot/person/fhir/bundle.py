"""JSON text -> one patient and what a FHIR R4 record says of them, each resource checked by itself.

Only the fields that are read are taken over: names, telecom, identifiers, narrative and notes never get further.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from bot.errors import SettingsError
from bot.person.fhir.told import LeftAside, Why

if TYPE_CHECKING:
    from fhir.resources.R4B.allergyintolerance import AllergyIntolerance
    from fhir.resources.R4B.condition import Condition
    from fhir.resources.R4B.immunization import Immunization
    from fhir.resources.R4B.medicationadministration import MedicationAdministration
    from fhir.resources.R4B.medicationrequest import MedicationRequest
    from fhir.resources.R4B.medicationstatement import MedicationStatement
    from fhir.resources.R4B.observation import Observation
    from fhir.resources.R4B.patient import Patient
    from fhir.resources.R4B.procedure import Procedure
    from fhir.resources.R4B.resource import Resource

Raw = Mapping[str, Any]
R = TypeVar("R", bound="Resource")

_READ: Mapping[str, tuple[str, ...]] = {
    "Patient": ("birthDate", "gender", "deceasedBoolean", "deceasedDateTime", "address"),
    "Condition": ("clinicalStatus", "verificationStatus", "code", "bodySite", "stage", "onsetDateTime", "onsetPeriod",
                  "abatementDateTime", "abatementPeriod", "recordedDate", "subject"),
    "Observation": ("status", "code", "effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued",
                    "valueQuantity", "valueCodeableConcept", "valueInteger", "valueString",
                    "interpretation", "component", "subject"),
    "MedicationRequest": ("status", "intent", "doNotPerform", "medicationCodeableConcept", "authoredOn", "subject"),
    "MedicationStatement": ("status", "medicationCodeableConcept", "effectiveDateTime", "effectivePeriod", "subject"),
    "MedicationAdministration": ("status", "medicationCodeableConcept", "effectiveDateTime", "effectivePeriod",
                                 "subject"),
    "Procedure": ("status", "code", "category", "performedDateTime", "performedPeriod", "subject"),
    "AllergyIntolerance": ("clinicalStatus", "verificationStatus", "type", "code", "recordedDate", "patient"),
    "Immunization": ("status", "vaccineCode", "occurrenceDateTime", "occurrenceString", "patient"),
}  # fmt: skip
"""What is read of each kind of resource; the rest is not even checked."""

_SIGNS: tuple[tuple[str, str, Callable[[Raw], bool]], ...] = (
    ("DSTU2", "MedicationOrder", lambda _: True),
    ("DSTU2", "DiagnosticOrder", lambda _: True),
    ("DSTU2", "Condition", lambda raw: "patient" in raw),
    ("DSTU2", "Procedure", lambda raw: "notPerformed" in raw),
    ("DSTU2", "AllergyIntolerance", lambda raw: "substance" in raw),
    ("DSTU2", "Immunization", lambda raw: "wasNotGiven" in raw),
    ("STU3", "Condition", lambda raw: isinstance(raw.get("clinicalStatus"), str) or "assertedDate" in raw),
    ("STU3", "AllergyIntolerance", lambda raw: isinstance(raw.get("clinicalStatus"), str)),
    ("STU3", "Immunization", lambda raw: "notGiven" in raw),
    ("STU3", "Procedure", lambda raw: "notDone" in raw or "context" in raw),
    ("STU3", "Observation", lambda raw: "context" in raw),
    ("STU3", "MedicationRequest", lambda raw: "context" in raw),
    ("STU3", "MedicationStatement", lambda raw: "taken" in raw),
    ("STU3", "ProcedureRequest", lambda _: True),
    ("R5", "MedicationRequest", lambda raw: "medication" in raw),
    ("R5", "MedicationStatement", lambda raw: "medication" in raw or raw.get("status") == "recorded"),
    ("R5", "Procedure", lambda raw: any(key.startswith("occurrence") for key in raw)),
    ("R5", "Encounter", lambda raw: isinstance(raw.get("class"), list) or "actualPeriod" in raw),
    ("R5", "AllergyIntolerance", lambda raw: isinstance(raw.get("type"), dict)),
)
"""What only one other version of FHIR has; a bundle does not name its version itself."""


class _Entry(NamedTuple):
    raw: Raw
    address: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One patient and the resources about them that are valid FHIR R4; `aside` is what is not read, and why."""

    patient: Patient
    conditions: tuple[Condition, ...]
    observations: tuple[Observation, ...]
    orders: tuple[MedicationRequest, ...]
    statements: tuple[MedicationStatement, ...]
    doses: tuple[MedicationAdministration, ...]
    procedures: tuple[Procedure, ...]
    allergies: tuple[AllergyIntolerance, ...]
    vaccines: tuple[Immunization, ...]
    read: int
    aside: tuple[LeftAside, ...]


def record_in(text: str) -> Record:
    """The record that a JSON text holds.

    Raises:
        SettingsError: it is no FHIR R4 record of just one patient.
    """
    from fhir.resources.R4B.allergyintolerance import AllergyIntolerance
    from fhir.resources.R4B.condition import Condition
    from fhir.resources.R4B.immunization import Immunization
    from fhir.resources.R4B.medicationadministration import MedicationAdministration
    from fhir.resources.R4B.medicationrequest import MedicationRequest
    from fhir.resources.R4B.medicationstatement import MedicationStatement
    from fhir.resources.R4B.observation import Observation
    from fhir.resources.R4B.patient import Patient
    from fhir.resources.R4B.procedure import Procedure

    entries = _entries(_document(text))
    _refuse_other_version(entries)
    person = _person(entries)
    theirs = _Theirs(entries, person)
    aside = theirs.aside
    patient = _valid(Patient, _taken_over("Patient", person.raw))
    if isinstance(patient, str):
        raise SettingsError(f"the patient of this FHIR record cannot be read: {patient}; correct it and try again")
    return Record(
        patient=patient,
        conditions=theirs.all_of(Condition),
        observations=theirs.all_of(Observation),
        orders=theirs.all_of(MedicationRequest),
        statements=theirs.all_of(MedicationStatement),
        doses=theirs.all_of(MedicationAdministration),
        procedures=theirs.all_of(Procedure),
        allergies=theirs.all_of(AllergyIntolerance),
        vaccines=theirs.all_of(Immunization),
        read=theirs.read + 1,
        aside=tuple(aside),
    )


def _document(text: str) -> Raw:
    try:
        document = json.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except (ValueError, RecursionError) as exc:
        raise SettingsError(f"this is not JSON ({exc}); give one FHIR R4 bundle as JSON") from exc
    if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
        raise SettingsError('this JSON is no FHIR resource: it has no "resourceType"; give one FHIR R4 bundle')
    if document["resourceType"] not in ("Bundle", "Patient"):
        kind = document["resourceType"]
        raise SettingsError(f"this is a FHIR {kind} by itself; give a Bundle, or a Patient with what it contains")
    return document


def _entries(document: Raw) -> list[_Entry]:
    """Every resource, with the address that others call it by."""
    if document["resourceType"] == "Patient":
        found = [_Entry(document)] + [_Entry(one) for one in _dicts(document.get("contained"))]
    else:
        rows = _dicts(document.get("entry"))
        found = [
            _Entry(row["resource"], str(row.get("fullUrl") or "")) for row in rows if _dicts([row.get("resource")])
        ]
    return [_Entry(_tidied(raw), address) for raw, address in found]


def _dicts(rows: object) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


_NO_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?")


def _tidied(value: Any) -> Any:
    """Without what systems write against the standard and everybody reads: empty values, a time without its zone."""
    if isinstance(value, dict):
        return {key: kept for key, one in value.items() if (kept := _tidied(one)) not in (None, "", {}, [])}
    if isinstance(value, list):
        return [kept for one in value if (kept := _tidied(one)) not in (None, "", {}, [])]
    if isinstance(value, str):
        return value[:10] if _NO_ZONE.fullmatch(value) else value
    return value


def _refuse_other_version(entries: list[_Entry]) -> None:
    for version, kind, shows in _SIGNS:
        if any(entry.raw.get("resourceType") == kind and shows(entry.raw) for entry in entries):
            raise SettingsError(
                f"this record is in FHIR {version} (its {kind} shows it), and only R4 can be read; export it as R4"
            )


def _person(entries: list[_Entry]) -> _Entry:
    """The one patient; the same one given twice counts once, in the last form."""
    patients = [entry for entry in entries if entry.raw.get("resourceType") == "Patient"]
    if not patients:
        raise SettingsError("this FHIR record holds no Patient; give a bundle with the patient in it")
    if len({str(entry.raw.get("id") or entry.address) for entry in patients}) > 1:
        raise SettingsError(f"this FHIR bundle holds {len(patients)} patients; give one bundle for each")
    return patients[-1]


class _Theirs:
    """The resources that are about the one patient, and what became of the others."""

    def __init__(self, entries: list[_Entry], person: _Entry) -> None:
        self._names = {str(name) for name in (person.raw.get("id"), person.address) if name}
        self._medicines = dict(_medicines(entries))
        self._waiting: dict[str, list[Raw]] = {}
        self.aside: list[LeftAside] = []
        self.read = 0
        for entry in entries:
            kind = str(entry.raw.get("resourceType") or "a resource without a kind")
            if kind not in _READ and kind != "Medication":
                self.aside.append(LeftAside(kind=kind, why=Why.NOT_READ))
            self._waiting.setdefault(kind, []).append(entry.raw)

    def all_of(self, kind: type[R]) -> tuple[R, ...]:
        return tuple(self._checked(kind))

    def _checked(self, kind: type[R]) -> Iterator[R]:
        name = kind.__name__
        for raw in self._waiting.get(name, ()):
            if not self._about_them(raw):
                self.aside.append(LeftAside(kind=name, why=Why.OTHER_PERSON))
            elif "modifierExtension" in raw:
                self.aside.append(LeftAside(kind=name, why=Why.MODIFIED))
            else:
                one = _valid(kind, _taken_over(name, self._with_medicine(raw)))
                if isinstance(one, str):
                    self.aside.append(LeftAside(kind=name, words=one, why=Why.INVALID))
                else:
                    self.read += 1
                    yield one

    def _about_them(self, raw: Raw) -> bool:
        """A reference that cannot be told apart from the one patient's counts as theirs: the record has no other."""
        whom = raw.get("subject") or raw.get("patient")
        to = whom.get("reference") if isinstance(whom, dict) else None
        if not isinstance(to, str) or to.startswith("#") or "?" in to or not self._names:
            return True
        return to in self._names or to.rsplit("/", 1)[-1].removeprefix("urn:uuid:") in self._names

    def _with_medicine(self, raw: Raw) -> Raw:
        """The medicine that is named elsewhere in the record, put where it is otherwise written out."""
        link = raw.get("medicationReference")
        if not isinstance(link, dict) or "medicationCodeableConcept" in raw:
            return raw
        within = {f"#{one.get('id')}": one.get("code") for one in _dicts(raw.get("contained"))}
        to = str(link.get("reference"))
        code = within.get(to) or self._medicines.get(to) or {"text": link.get("display") or "a medicine without a name"}
        return {**raw, "medicationCodeableConcept": code}


def _medicines(entries: list[_Entry]) -> Iterator[tuple[str, Any]]:
    for raw, address in entries:
        if raw.get("resourceType") == "Medication" and "code" in raw:
            yield f"Medication/{raw.get('id')}", raw["code"]
            yield f"#{raw.get('id')}", raw["code"]
            yield address, raw["code"]


def _taken_over(kind: str, raw: Raw) -> dict[str, Any]:
    """The fields that are read; of addresses only city, state and country."""
    taken: dict[str, Any] = {key: raw[key] for key in _READ[kind] if key in raw}
    if "address" in taken:
        coarse = ("city", "state", "country")
        taken["address"] = [{key: one[key] for key in coarse if key in one} for one in _dicts(taken["address"])]
    return {"resourceType": kind, **taken}


def _valid(kind: type[R], raw: dict[str, Any]) -> R | str:
    """The resource, or where it breaks the standard."""
    from pydantic import ValidationError

    try:
        return kind.model_validate(raw)
    except ValidationError as exc:
        first = exc.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or kind.__name__}: {first['msg']}"
