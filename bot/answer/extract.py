"""The answerer without a model: it chooses fields and sentences of the record that speak to the question, and says them plainly.

It is also what answers when a model fails. It never joins two facts into a third.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable

from bot.answer import explain, facets, prose
from bot.answer.facets import Said, quoted, say
from bot.answer.glossary import define, terms_in
from bot.answer.schema import Draft, DraftClaim, Intent
from index.record import Record
from index.trial import SectionName, Span

_MOST_TERMS = 5
_DOSE = r"\d\s*(?:mg|µg|ug|mcg|g/m|mL|ml|IU|units?|Gy|%)\b|\b(?:dose|doses|daily|twice|weekly|bimonthly|cycles?|courses?|infusion|tablet|capsule|injection|oral(?:ly)?|intraven\w+|subcutaneous)\b"
_WORKS = r"\b(?:works?|block(?:s|ing)?|target(?:s|ing)?|inhibit\w*|activat\w+|controls?|mechanism|biological therapy|immune system|receptor|antibod(?:y|ies))\b"
_LASTS = r"\b(?:weeks?|months?|years?|days?|cycles?|courses?|until|follow(?:ed|-up| up)|how long|duration)\b"
_GROUPS = (
    r"\b(?:placebo|randomi[sz]\w*|double[\s-]blind|single[\s-]blind|open[\s-]label|blinded|masked|sham|control(?:led)? (?:group|arm)|put into|by a computer|"
    r"everyone (?:taking part )?will (?:have|get|receive))\b"
)
_VISITS = (
    r"\b(?:visits?|hospital|blood (?:tests?|samples?|draws?)|biops\w+|scans?|MRI|CT|ECG|electrocardiogram|questionnaires?|physical exam\w*|samples? (?:are|is|will)|"
    r"fasting|stored for|see the doctors?|follow-?up|screening|tests?)\b"
)
_SIDE_EFFECTS = (
    r"\b(?:side effects?|adverse (?:events?|reactions?|effects?)|toxicit\w+|safety|tolerab\w+|flare|syndrome)\b"
)
_COST = r"\b(?:costs?|paid|payment|compensat\w+|reimburs\w+|free of charge|stipend|travel expenses)\b"


def extract(record: Record, intent: Intent, today: datetime.date, place: str | None = None) -> Draft:
    """An answer about one trial: the record's state first, then what was asked."""
    facet = _FACETS.get(intent, facets.overview)
    said = [*facets.state(record, today), *(facets.where(record, place) if intent is Intent.WHERE else facet(record))]
    if intent is Intent.OVERVIEW or not _claims(said):
        said += [] if intent is Intent.OVERVIEW else ["The record says nothing on this that I could find."]
    if record.trial.origin.restated:
        said.append(f"Sample data, restated from: {record.trial.origin.restated}. Read the official record before you act.")
    return _draft(said, glossed=intent in (Intent.OVERVIEW, Intent.WHO_CAN_JOIN, Intent.TREATMENT))


def explain_term(term: str, record: Record | None = None) -> Draft:
    """What a word means in general, and where the trial that is talked about uses it."""
    entry = define(term)
    if entry is None:
        return Draft(notes=(f"I have no plain definition of “{term}”. Your doctor or the study team can explain it.",))
    said: list[DraftClaim | str | None] = [
        f"{entry.term}: {entry.meaning} (In line with: {entry.source}; the wording is ours.)"
    ]
    if record is not None:
        used = prose.about(record, rf"\b{_escaped(term)}\b", limit=1, without_other_studies=False)
        said += quoted(record, used, "In this trial: ")
    return _draft(said)


def _treatment(record: Record) -> Said:
    trial = record.trial
    if trial.interventions:
        yield say(
            record,
            f"What is being tested: {'; '.join(one.name for one in trial.interventions)}.",
            record.line("Interventions"),
        )
    arms = record.text(SectionName.ARMS) or ""
    at = 0
    for block in arms.split("\n\n"):
        if block.startswith(("Arm: ", "Intervention: ")) and "\n" in block:
            yield say(record, block, Span(section=SectionName.ARMS, start=at, end=at + len(block)))
        at += len(block) + 2
    doses = prose.about(
        record, _DOSE, 4, (SectionName.BRIEF_SUMMARY, SectionName.DETAILED_DESCRIPTION, SectionName.DESIGN)
    )
    yield from quoted(record, doses)
    if not arms and not doses:
        yield "The record does not say how it is given or in what dose."
        if prose.about(record, r"\d\s*mg\b", 1, without_other_studies=False):
            yield "A dose in its background text comes from another study and is not this trial's dose."
    yield from quoted(
        record, prose.about(record, _WORKS, 2, (SectionName.BRIEF_SUMMARY, SectionName.DETAILED_DESCRIPTION))
    )
    if trial.design.primary_purpose:
        yield explain.explain_purpose(trial.design.primary_purpose)
    yield "Doses here are the study's plan, not advice for anyone's own treatment."


def _duration(record: Record) -> Said:
    sections = (
        SectionName.BRIEF_SUMMARY,
        SectionName.DETAILED_DESCRIPTION,
        SectionName.DESIGN,
        SectionName.ARMS,
        SectionName.VISITS,
    )
    found = prose.about(record, _LASTS, 5, sections)
    yield from quoted(record, found)
    for label in ("Study start", "Study completion"):
        if span := record.line(label):
            yield say(record, f"{record.quote(span)}.", span)
    if not found:
        yield "The record does not say how long one person takes part."


def _randomised(record: Record) -> Said:
    design = record.trial.design
    for label, value, explained in (
        ("Allocation", design.allocation, explain.explain_allocation),
        ("Masking", design.masking, explain.explain_masking),
        ("Intervention model", design.intervention_model, explain.explain_model),
    ):
        if value and (span := record.line(label, SectionName.DESIGN)):
            yield say(record, f"{label}: {value.replace('_', ' ').lower()}.", span)
            yield explained(value)
    placebo_arms = [
        arm for arm in record.trial.arms if "placebo" in f"{arm.type} {arm.label} {arm.interventions}".lower()
    ]
    arms = record.text(SectionName.ARMS) or ""
    for arm in placebo_arms:
        at = arms.find(f"Arm: {arm.label}")
        yield say(
            record,
            f"One group gets a placebo: {arm.label}.",
            Span(section=SectionName.ARMS, start=at, end=at + len(f"Arm: {arm.label}")),
        )
    found = prose.about(record, _GROUPS, 4)
    yield from quoted(record, found)
    if not placebo_arms and not any("placebo" in record.quote(span).lower() for span in found):
        yield "The record does not mention a placebo."


def _visits(record: Record) -> Said:
    if text := record.text(SectionName.VISITS):
        yield say(record, text, Span(section=SectionName.VISITS, start=0, end=len(text)))
    found = prose.about(
        record, _VISITS, 5, (SectionName.DESIGN, SectionName.DETAILED_DESCRIPTION, SectionName.BRIEF_SUMMARY)
    )
    yield from quoted(record, found)
    if not text and not found:
        yield "The record does not give a visit plan. The study team can tell you how often and where."


def _side_effects(record: Record) -> Said:
    if text := record.text(SectionName.SIDE_EFFECTS):
        yield say(record, text, Span(section=SectionName.SIDE_EFFECTS, start=0, end=len(text)))
    found = prose.about(record, _SIDE_EFFECTS, 4, (*prose.PROSE, SectionName.OUTCOMES))
    yield from quoted(record, found)
    if not text:
        yield "The record has no list of side effects."
    yield "The study team goes through all known risks before anyone agrees to take part. If you feel unwell now, tell your care team."


def _cost(record: Record) -> Said:
    found = prose.about(record, _COST, 3)
    yield from quoted(record, found)
    if not found:
        yield "Costs and payments are not stated in this record. Ask the study team who pays for what, travel included."


_FACETS: dict[Intent, Callable[[Record], Said]] = {
    Intent.OVERVIEW: facets.overview,
    Intent.WHO_CAN_JOIN: facets.who_can_join,
    Intent.TREATMENT: _treatment,
    Intent.STATUS: facets.status,
    Intent.PHASE: facets.phase,
    Intent.WHERE: facets.where,
    Intent.CONTACT: facets.contact,
    Intent.DURATION: _duration,
    Intent.RANDOMISED: _randomised,
    Intent.SIDE_EFFECTS: _side_effects,
    Intent.VISITS: _visits,
    Intent.SPONSOR: facets.sponsor,
    Intent.DATES: facets.dates,
    Intent.OUTCOMES: facets.outcomes,
    Intent.RESULTS: facets.results,
    Intent.SIZE: facets.size,
    Intent.COST: _cost,
    Intent.IDENTITY: facets.identity,
    Intent.JOINING: facets.joining,
}


def _claims(said: Iterable[DraftClaim | str | None]) -> list[DraftClaim]:
    return [one for one in said if isinstance(one, DraftClaim) and one.places]


def _draft(said: Iterable[DraftClaim | str | None], glossed: bool = False) -> Draft:
    said = list(said)
    claims = tuple({claim.text: claim for claim in _claims(said)}.values())
    notes = tuple(dict.fromkeys(one for one in said if isinstance(one, str)))
    return Draft(claims=claims, notes=notes + (_glosses(claims) if glossed else ()))


def _glosses(claims: Iterable[DraftClaim]) -> tuple[str, ...]:
    """Plain meanings of the first technical words in the claims."""
    entries = {entry.term: entry for claim in claims for _, _, entry in terms_in(claim.text)}
    return tuple(f"{entry.term}: {entry.meaning}" for entry in list(entries.values())[:_MOST_TERMS])


def _escaped(term: str) -> str:
    return "".join(character if character.isalnum() or character == " " else "." for character in term)
