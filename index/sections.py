"""The named texts of a trial: its prose as the source wrote it, and its fields as lines that can be quoted.

A line is `Label: value`, the value in the registry's spelling with blanks for the underscores of its codes; a field
that was not given has no line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.trial import Contact, Outcome, Publication, RegistryDate, Section, SectionName, Site, Trial

Line = tuple[str, str | None]


def sections_of(trial: Trial) -> tuple[Section, ...]:
    """All sections that have a text, in the order of `SectionName`."""
    composed = {
        SectionName.RECORD: _lines(_record(trial)),
        SectionName.ARMS: _blocks(_arms(trial)),
        SectionName.DESIGN: _lines(_design(trial)),
        SectionName.OUTCOMES: _blocks(map(_outcome, trial.outcomes)),
        SectionName.SITES: _blocks(map(_site, trial.sites), gap="\n"),
        SectionName.CONTACTS: _blocks(_contacts(trial), gap="\n"),
        SectionName.PUBLICATIONS: _blocks(map(_publication, trial.publications), gap="\n"),
    }
    texts = {name: _join(composed.get(name, ""), trial.prose.get(name, "")) for name in SectionName}
    return tuple(Section(name=name, text=text) for name, text in texts.items() if text.strip())


def _join(composed: str, prose: str) -> str:
    return f"{composed}\n\n{prose}" if composed and prose else composed or prose


def _lines(lines: Iterable[Line]) -> str:
    """One line a field, whatever its value holds: a title cannot pose as another field."""
    return "\n".join(f"{label}: {_folded(value)}" for label, value in lines if value)


def _folded(value: str) -> str:
    return re.sub(r"\s*\n\s*", " ", value)


def _blocks(blocks: Iterable[str], gap: str = "\n\n") -> str:
    return gap.join(block for block in blocks if block)


def _code(value: str | None) -> str | None:
    return value.replace("_", " ") if value else None


def _date(date: RegistryDate | None) -> str | None:
    if date is None:
        return None
    return date.text if date.estimated is None else f"{date.text} ({'estimated' if date.estimated else 'actual'})"


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "Yes" if value else "No"


def _record(trial: Trial) -> Iterator[Line]:
    yield "Identifier", trial.id
    yield (
        "Other identifiers",
        "; ".join(f"{other.id} ({_code(other.type)})" if other.type else other.id for other in trial.other_ids),
    )
    yield "Brief title", trial.title
    yield "Official title", trial.official_title
    yield "Acronym", trial.acronym
    yield "Overall status", _code(trial.status)
    yield "Why stopped", trial.why_stopped
    yield "Study type", _code(trial.study_type)
    yield (
        "Phase",
        ", ".join(
            "N/A" if phase == "NA" else phase.replace("PHASE", "PHASE ").replace("_", " ") for phase in trial.phases
        ),
    )
    for field in trial.unread:
        label, _, value = field.partition(": ")
        yield label, f"{_code(value)} (not a value that the registry defines)"
    yield "Conditions", "; ".join(trial.conditions)
    yield "Keywords", "; ".join(trial.keywords)
    yield "Condition terms (MeSH)", "; ".join(trial.condition_mesh)
    yield "Interventions", "; ".join(f"{_code(i.type)}: {i.name}" if i.type else i.name for i in trial.interventions)
    yield "Intervention terms (MeSH)", "; ".join(trial.intervention_mesh)
    yield "Enrollment", _enrollment(trial)
    yield "Minimum age", trial.minimum_age.text if trial.minimum_age else None
    yield "Maximum age", trial.maximum_age.text if trial.maximum_age else None
    yield "Sex", _code(trial.sex)
    yield "Healthy volunteers", _yes_no(trial.healthy_volunteers)
    yield "Sponsor", trial.sponsor
    yield "Sponsor class", _code(trial.sponsor_class)
    yield "Collaborators", "; ".join(trial.collaborators)
    yield "Responsible party", trial.responsible_party
    yield "Study start", _date(trial.start)
    yield "Primary completion", _date(trial.primary_completion)
    yield "Study completion", _date(trial.completion)
    yield "First posted", _date(trial.first_posted)
    yield "Last update posted", _date(trial.last_updated)
    yield "Last verified", _date(trial.verified)
    yield "Results posted", _yes_no(trial.has_results)


def _enrollment(trial: Trial) -> str | None:
    if trial.enrollment is None:
        return None
    kind = {None: "", True: " (estimated)", False: " (actual)"}[trial.enrollment.estimated]
    return f"{trial.enrollment.count}{kind}"


def _arms(trial: Trial) -> Iterator[str]:
    for arm in trial.arms:
        yield "\n".join(
            part
            for part in (
                f"Arm: {arm.label}" + (f" ({_code(arm.type)})" if arm.type else ""),
                f"Given: {'; '.join(arm.interventions)}" if arm.interventions else "",
                arm.description,
            )
            if part
        )
    for intervention in trial.interventions:
        yield "\n".join(
            part
            for part in (
                f"Intervention: {intervention.name}" + (f" ({_code(intervention.type)})" if intervention.type else ""),
                f"Also called: {'; '.join(intervention.other_names)}" if intervention.other_names else "",
                intervention.description,
            )
            if part
        )


def _design(trial: Trial) -> Iterator[Line]:
    design = trial.design
    yield "Allocation", _code(design.allocation)
    yield "Intervention model", _code(design.intervention_model)
    yield "Intervention model description", design.intervention_model_description
    yield "Masking", _code(design.masking)
    yield "Who is masked", ", ".join(_code(who) or "" for who in design.who_masked)
    yield "Masking description", design.masking_description
    yield "Primary purpose", _code(design.primary_purpose)
    yield "Observational model", _code(design.observational_model)
    yield "Time perspective", _code(design.time_perspective)


def _outcome(outcome: Outcome) -> str:
    lines = [f"{outcome.kind.capitalize()} outcome: {outcome.measure}"]
    lines += [f"Time frame: {outcome.time_frame}"] if outcome.time_frame else []
    lines += [outcome.description] if outcome.description else []
    return "\n".join(lines)


def _site(site: Site) -> str:
    place = ", ".join(part for part in (site.city, site.state, site.zip, site.country) if part)
    text = f"{site.facility} — {place}" if site.facility and place else site.facility or place
    return f"{text} ({_code(site.status)})" if site.status else text


def _contacts(trial: Trial) -> Iterator[str]:
    yield from (_contact(contact) for contact in trial.contacts)
    for official in trial.officials:
        yield ", ".join(part for part in (official.name, _code(official.role), official.affiliation) if part)
    for site in trial.sites:
        for contact in site.contacts:
            yield f"At {site.facility or site.place}: {_contact(contact)}"


def _contact(contact: Contact) -> str:
    return ", ".join(part for part in (contact.name, _code(contact.role), contact.phone, contact.email) if part)


def _publication(publication: Publication) -> str:
    return f"{publication.citation} ({_code(publication.type)})" if publication.type else publication.citation
