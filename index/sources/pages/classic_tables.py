"""The tables of classic ClinicalTrials.gov pages, whose cells run together in a saved text: arms, sites, MeSH terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.sources.pages.layout import INTERVENTION_TYPES, code, given, lines_of
from index.trial import Arm, Contact, Frozen, Intervention, Official, Site
from index.vocabulary import Status

_KIND = "|".join(INTERVENTION_TYPES)
_TREATMENT = re.compile(rf"(?<!\S)(?P<kind>{_KIND}): (?P<name>.+)")
_ARM = re.compile(
    r"(?P<type>Experimental|Active Comparator|Placebo Comparator|Sham Comparator|No Intervention|Other): (?P<label>.*)"
)
_PHASES = re.compile(r"(?:(?<!\S)(?:(?:Early )?Phase \d\s*/?\s*)+|(?<!\S)(?:Not Applicable|N/A)\s*)\Z")
_OTHER_NAMES = re.compile(r"Other Names?:\s*(.*)")
_BULLET = re.compile(r"[•*]\s*")

_DEGREE = (
    r"(?:M\.?D\.?|Ph\.?\s?D\.?|D\.?O\.?|M\.?P\.?H\.?|M\.?Sc?\.?|B\.?Sc?\.?|R\.?N\.?|Pharm\.?D\.?|DrPH|MBBS|MBChB|FRCPC?"
    r"|FACP|FACS|DDS|DMD|Prof\.?|Dr\.?)"
)
_OFFICIAL = re.compile(rf"(?P<name>[^,]+(?:, {_DEGREE})+)(?:,? (?P<place>.+))?")

_DRUG_CLASS = re.compile(
    r".*\b(?:Agents?|Inhibitors|Antagonists|Agonists|Modulators|Blockers|Antimetabolites)\b.*"
    r"|Immunologic Factors|Physiological Effects of Drugs|Molecular Mechanisms of Pharmacological Action"
    r"|Therapeutic Uses|Pharmacologic Actions|Biological Factors"
)


class MeshTerms(Frozen):
    conditions: tuple[str, ...] = ()
    condition_ancestors: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    intervention_ancestors: tuple[str, ...] = ()


@dataclass
class _Row:
    """An arm or an intervention while its lines are being read."""

    name: str
    type: str | None
    description: list[str] = field(default_factory=list)
    other_names: list[str] = field(default_factory=list)
    treatments: list[_Row] = field(default_factory=list)

    @property
    def text(self) -> str | None:
        return "\n".join(self.description) or None


def conditions_of(table: str) -> tuple[tuple[str, ...], str | None]:
    """`Lymphoma Drug: lenalidomide Phase 2` -> the conditions, one a line, and the phases as one text."""
    phases = _PHASES.search(table.rstrip())
    before = table.rstrip()[: phases.start()] if phases else table
    treatment = _TREATMENT.search(before)
    conditions = lines_of(before[: treatment.start()] if treatment else before)
    return tuple(conditions), "/".join(
        re.findall(r"(?:Early )?Phase \d|Not Applicable|N/A", phases[0])
    ) if phases else None


def treatments_of(table: str) -> tuple[tuple[Arm, ...], tuple[Intervention, ...]]:
    """The rows of the arms table: `Experimental: label Drug: name`, then lines about the one or the other."""
    arms = list(_arm_rows(_PHASES.sub("", table.rstrip())))
    seen: dict[tuple[str | None, str], _Row] = {}
    for row in (treatment for arm in arms for treatment in arm.treatments):
        known = seen.setdefault((row.type, row.name), row)
        known.description = known.description or row.description
        known.other_names = known.other_names or row.other_names
    return (
        tuple(
            Arm(
                label=arm.name,
                type=code(arm.type),
                description=arm.text,
                interventions=tuple(f"{row.type}: {row.name}" for row in arm.treatments),
            )
            for arm in arms
        ),
        tuple(
            Intervention(name=row.name, type=code(row.type), other_names=tuple(row.other_names), description=row.text)
            for row in seen.values()
        ),
    )


def _arm_rows(table: str) -> Iterator[_Row]:
    arm: _Row | None = None
    naming = False
    for line in lines_of(table):
        label, treatment = _cells(line, arm)
        if label is not None:
            if arm:
                yield arm
            arm = label
        if treatment is not None and arm is not None:
            arm.treatments.append(treatment)
        if label is not None or treatment is not None or arm is None:
            naming = False
            continue
        about = arm.treatments[-1] if arm.treatments else arm
        if names := _OTHER_NAMES.fullmatch(line):
            naming = True
            about.other_names += [names[1]] if names[1] else []
        elif naming and _BULLET.match(line):
            about.other_names.append(_BULLET.sub("", line, count=1))
        else:
            about.description.append(line)
    if arm:
        yield arm


def _cells(line: str, arm: _Row | None) -> tuple[_Row | None, _Row | None]:
    """The arm and the treatment that begin on this line; inside an arm, `Other: …` alone is a treatment."""
    typed = _ARM.fullmatch(line)
    treatment = _TREATMENT.search(line, typed.start("label") if typed else 0)
    if typed and (typed["type"] != "Other" or arm is None or treatment):
        label = line[typed.start("label") : treatment.start()] if treatment else typed["label"]
        return _Row(label.strip(), typed["type"]), _treatment(treatment)
    treatment = _TREATMENT.search(line)
    if treatment and (arm is None or (treatment.start() > 0 and arm.type is None)):  # a cohort: a label without a type
        return _Row(line[: treatment.start()].strip(), None), _treatment(treatment)
    if treatment and treatment.start() > 0 and arm and not arm.treatments:
        arm.description.append(line[: treatment.start()].strip())
        return None, _treatment(treatment)
    if arm is None:
        return _Row(line, None), None
    return None, _treatment(treatment) if treatment and treatment.start() == 0 else None


def _treatment(match: re.Match[str] | None) -> _Row | None:
    return _Row(match["name"].strip(), match["kind"]) if match else None


def sites_of(table: str) -> tuple[Site, ...]:
    """Under `Country, State` or `Country`: a facility, perhaps a status, and `City, State, Country, Zip`."""
    lines = lines_of(table.replace("\t", "\n"))  # a cell beside the facility holds its status
    sites: list[Site] = []
    country, state, above = "", None, list[str]()
    for position, line in enumerate(lines):
        if header := _header(line, lines[position + 1 : position + 4]):
            country, state, above = *header, []
        elif country and (place := _place(line, country, state)) and above:
            sites.append(place.model_copy(update={"facility": above[0], "status": _site_status(above[1:])}))
            above = []
        elif line.startswith(("Contact:", "Principal Investigator:", "Sub-Investigator:")):
            if sites and line.startswith("Contact:"):
                sites[-1] = sites[-1].model_copy(update={"contacts": (*sites[-1].contacts, *contacts_of(line))})
        else:
            above.append(line)
    return tuple(sites)


def _header(line: str, following: Sequence[str]) -> tuple[str, str | None] | None:
    """`line` as country and state, if one of the next lines is a place there; a place line itself is never a header."""
    head, _, tail = line.rpartition(", ")
    for country, state in ((line, None), (head, tail)):
        if country and any(_place(other, country, state) for other in following):
            return country, state
    return None


def _place(line: str, country: str, state: str | None) -> Site | None:
    match = re.fullmatch(rf"(?P<before>.+), {re.escape(country)}(?:, (?P<zip>[^,]+))?", line)
    if not match:
        return None
    before = match["before"]
    if state is None:
        return Site(city=before, country=country, zip=match["zip"])
    city, _, found = before.rpartition(", ")
    return Site(city=city, state=state, country=country, zip=match["zip"]) if found == state else None


def _site_status(lines: Sequence[str]) -> Status | None:
    known = {status.words.lower(): status for status in Status}
    return next((known[line.lower()] for line in lines if line.lower() in known), None)


def contacts_of(text: str) -> tuple[Contact, ...]:
    """`Contact: Jane Doe, RN    555-123-4567    jane@example.org` -> its parts."""
    contacts = []
    for match in re.finditer(r"^[ \t]*Contact(?: Backup)?:[ \t]*(.*)$", text, re.MULTILINE):
        email = re.search(r"\S+@\S+", match[1])
        phone = re.search(r"(?<!\w)[+(]?\d[\d\s().+\-]{5,}\d(?:\s*ext\.?\s*\d+)?", match[1])
        name = match[1][: min((m.start() for m in (email, phone) if m), default=len(match[1]))]
        contacts.append(
            Contact(name=given(name), phone=given(phone[0]) if phone else None, email=email[0] if email else None)
        )
    return tuple(contacts)


def officials_of(table: str, organisations: Iterable[str]) -> tuple[Official, ...]:
    """`Study Chair: Ann Lee, MD City Hospital`: the name ends with its degrees, or where an organisation begins."""
    known = tuple(organisations)
    rows = (re.split(r"[ ]*\t[ ]*", row.strip()) for row in table.splitlines())
    return tuple(
        _official_in_cells(cells) if len(cells) == 3 else _official(role, text, known)
        for cells in rows
        for role, colon, text in [" ".join(" ".join(cells).split()).partition(": ")]
        if colon
    )


def _official_in_cells(cells: Sequence[str]) -> Official:
    role, name, place = (given(cell) for cell in cells)
    return Official(name=name or "", role=code((role or "").rstrip(":")), affiliation=place)


def _official(role: str, text: str, organisations: Sequence[str]) -> Official:
    if match := _OFFICIAL.fullmatch(text):
        return Official(name=match["name"], role=code(role), affiliation=match["place"])
    place = next((name for name in organisations if text.endswith(f" {name}")), None)
    return Official(name=text.removesuffix(f" {place}") if place else text, role=code(role), affiliation=place)


def mesh_of(terms: Sequence[str], about: Iterable[str], interventions: Iterable[Intervention]) -> MeshTerms:
    """One list without marks: conditions and their ancestors, then treatments and theirs.

    The treatments begin with the first term that names one of this record's treatments or a class of drugs; without
    one, every term is a condition's. A term that the title, the conditions or the keywords name is the record's own,
    the others are its ancestors.
    """
    topics = "\n".join(about).lower()
    treatments = "\n".join(name for one in interventions for name in (one.name, *one.other_names)).lower()
    begin = next(
        (at for at, term in enumerate(terms) if _DRUG_CLASS.fullmatch(term) or (term.lower() in treatments)), len(terms)
    )
    conditions, drugs = terms[:begin], terms[begin:]
    own_conditions = tuple(term for term in conditions if term.lower() in topics)
    own_drugs = tuple(term for term in drugs if term.lower() in treatments)
    return MeshTerms(
        conditions=own_conditions,
        condition_ancestors=tuple(term for term in conditions if term not in own_conditions),
        interventions=own_drugs,
        intervention_ancestors=tuple(term for term in drugs if term not in own_drugs),
    )
