"""What the registry's fields say of one trial: claims in plain sentences, each over the lines that it rests on.

Where the record does not give something, a note says "not given"; nothing is filled in.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from bot.answer import explain, prose
from bot.answer.patterns import answers
from bot.answer.plain import plain
from bot.answer.promises import promise_in
from bot.answer.schema import DraftClaim, Intent, Place
from index.health import Flag, Sign, flags
from index.record import Record
from index.trial import RegistryDate, SectionName, Span
from index.vocabulary import Phase, Status

Said = Iterator[DraftClaim | str | None]
"""Claims, notes of the program itself (plain strings), and nothing where there is nothing to say."""

_ROMAN = str.maketrans({"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV"})
_MOST_NAMES = 8
_MOST_MEASURES = 4
# Flags that are said only where they bear on the question; the others are always said.
_WHERE_IT_MATTERS = {
    Sign.PHASES_DIFFER: {Intent.OVERVIEW, Intent.PHASE, Intent.STATUS, Intent.IDENTITY},
    Sign.UNNAMED_DRUG: {Intent.OVERVIEW, Intent.WHO_CAN_JOIN, Intent.JOINING},
    Sign.NO_CRITERIA: {Intent.OVERVIEW, Intent.WHO_CAN_JOIN, Intent.JOINING},
    Sign.PLACEHOLDER: {Intent.OVERVIEW, Intent.WHO_CAN_JOIN, Intent.JOINING},
    Sign.AGES_DIFFER: {Intent.OVERVIEW, Intent.WHO_CAN_JOIN, Intent.JOINING},
    Sign.SEXES_DIFFER: {Intent.OVERVIEW, Intent.WHO_CAN_JOIN, Intent.JOINING},
    Sign.DATES_DIFFER: {Intent.OVERVIEW, Intent.STATUS},
    Sign.ENROLMENT: {Intent.OVERVIEW},
    Sign.NO_SUMMARY: {Intent.OVERVIEW},
}
_STATE = {
    Status.NOT_YET_RECRUITING: "is not yet recruiting: it has not opened, and nobody can join now",
    Status.ENROLLING_BY_INVITATION: "is enrolling by invitation: the study team chooses whom it asks",
    Status.UNKNOWN: "has a status that nobody has confirmed lately: unknown. It may be open or closed",
    Status.ACTIVE: "is active; the record does not say whether it still takes people",
    Status.WITHHELD: "has a status that is withheld: the record does not say whether it takes people",
    Status.SUSPENDED: "is suspended: it takes no new people now",
}


def say(record: Record, text: str, *spans: Span | None) -> DraftClaim:
    places = tuple(
        Place(trial_id=record.trial.id, section=span.section, start=span.start, end=span.end) for span in spans if span
    )
    return DraftClaim(text=plain(text.translate(_ROMAN)), places=places)


def quoted(record: Record, passages: Iterable[prose.Passage], lead: str = "") -> Said:
    """Passages of the record as claims in its own words."""
    for spans in passages:
        yield say(record, lead + " … ".join(record.quote(span).lstrip("*† ") for span in spans), *spans)


def listed(names: Iterable[str]) -> str:
    """`a; b; c`, each once, the rest counted in words that need no number."""
    once = list(dict.fromkeys(name.strip(" ,;") for name in names))
    return "; ".join(once[:_MOST_NAMES]) + ("; and more" if len(once) > _MOST_NAMES else "")


def state(record: Record, today: datetime.date, intent: Intent) -> Said:
    """What comes first: that people cannot join now, or that the record is stale or contradicts itself."""
    trial = record.trial
    status = record.line("Overall status")
    if trial.status is None:
        yield "This record does not say whether the trial takes people now."
    elif trial.status in _STATE:
        yield say(record, f"{trial.id} {_STATE[trial.status]}.", status)
    elif not trial.status.open:
        yield say(record, f"{trial.id} takes no new people now. Its status: {trial.status.words}.", status)
    if trial.why_stopped:
        yield say(record, f"The reason given: {trial.why_stopped}", record.line("Why stopped"))
    found = flags(record, today)
    said_already = {Sign.OLD} if any(flag.sign is Sign.NO_LONGER_OPEN for flag in found) else set()
    for flag in found:
        if intent in _WHERE_IT_MATTERS.get(flag.sign, {intent}) and flag.sign not in said_already:
            yield say(record, _flag_words(record, flag), *flag.spans) if flag.spans else flag.text


def _flag_words(record: Record, flag: Flag) -> str:
    """The flag's text without what only our reckoning gives: the number of a rule, the years since a date."""
    if flag.sign is Sign.OLD and (updated := record.trial.last_updated or record.trial.verified):
        return f"The record was last updated {updated.text} and may be out of date: its status may have changed."
    if flag.sign is Sign.PHASES_DIFFER:
        return flag.text.replace("The two differ.", "They differ.")
    rule = next((one for one in record.criteria if one.span in flag.spans), None)
    return flag.text.replace(rule.label.capitalize(), "A rule of this record", 1) if rule else flag.text


def overview(record: Record) -> Said:
    trial = record.trial
    aims = prose.aims(record)
    lines = [record.line(label) for label in ("Brief title", "Study type", "Identifier")]
    named = f"{trial.title} ({trial.id})" if _has_own_title(record) else trial.id
    yield say(record, f"{named} is {trial.study_type.words}." if trial.study_type else f"This is {named}.", *lines)
    yield from quoted(record, aims)
    if trial.conditions:
        yield say(record, f"It is about: {listed(trial.conditions)}.", record.line("Conditions"))
    if trial.interventions:
        names = listed(one.name for one in trial.interventions)
        yield say(record, f"What is studied: {names}.", record.line("Interventions"))
    yield _in_short(record)


def _has_own_title(record: Record) -> bool:
    """Whether the title is a title, not the first sentence of the summary, and holds no promise."""
    summary = record.text(SectionName.BRIEF_SUMMARY) or ""
    return not summary.startswith(record.trial.title) and promise_in(record.trial.title) is None


def _in_short(record: Record) -> DraftClaim | None:
    """Phase, whether it takes people, and who runs it, in one sentence."""
    trial = record.trial
    parts = []
    if trial.phases and trial.phases != (Phase.NOT_APPLICABLE,):
        parts.append(f"in {' and '.join(one.words for one in trial.phases)}")
    if trial.status and trial.status.open:
        parts.append(trial.status.words)
    if trial.sponsor:
        parts.append(f"run by {trial.sponsor.rstrip('.')}")
    if not parts:
        return None
    words = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]
    return say(record, f"It is {words}.", *(record.line(label) for label in ("Phase", "Overall status", "Sponsor")))


def status(record: Record) -> Said:
    trial = record.trial
    if trial.status is None:
        return
    if trial.status.open:
        yield say(record, f"The record's status is: {trial.status.words}.", record.line("Overall status"))
    yield explain.explain_status(trial.status)
    yield from _dated(record, "Last update posted", "The record was last updated")
    yield "A listing is not an approval: the sponsor and the study doctors answer for the study."


def phase(record: Record) -> Said:
    trial = record.trial
    if not trial.phases:
        yield "The record gives no phase."
        return
    none = trial.phases == (Phase.NOT_APPLICABLE,)
    words = " and ".join(one.words for one in trial.phases)
    yield say(record, "It has no phase." if none else f"It is in {words}.", record.line("Phase"))
    yield explain.explain_phase(trial.phases)


def sponsor(record: Record) -> Said:
    trial = record.trial
    if trial.sponsor:
        yield say(record, f"It is run by {trial.sponsor.rstrip('.')}.", record.line("Sponsor"))
    else:
        yield "The record does not name a sponsor."
    if trial.collaborators:
        yield say(record, f"Working with it: {listed(trial.collaborators)}.", record.line("Collaborators"))
    if trial.responsible_party and trial.responsible_party != trial.sponsor:
        yield say(
            record, f"Responsible for the information: {trial.responsible_party}.", record.line("Responsible party")
        )
    for official in trial.officials[:3]:
        role = (official.role or "Investigator").replace("_", " ").capitalize()
        yield _named_in(record, SectionName.CONTACTS, official.name, f"{role}: {official.name}.")


def dates(record: Record, today: datetime.date) -> Said:
    trial = record.trial
    for label, date, past, to_come in (
        ("Study start", trial.start, "It started", "It is due to start"),
        ("Primary completion", trial.primary_completion, "The main data were complete", "The main data are due"),
        ("Study completion", trial.completion, "It ended", "It is due to end"),
        ("First posted", trial.first_posted, "It was first posted", "It was first posted"),
        ("Last update posted", trial.last_updated, "The record was last updated", "The record was last updated"),
        ("Last verified", trial.verified, "The record was last confirmed", "The record was last confirmed"),
    ):
        yield from _dated(record, label, past if date and _is_past(date, today) else to_come)
    if not (trial.start or trial.completion):
        yield "Start and end dates are not given in this record."


def _is_past(date: RegistryDate, today: datetime.date) -> bool:
    """Whether the record itself says that it happened: a date that was only planned may have passed without it."""
    return date.last_day < today and date.estimated is not True


def _dated(record: Record, label: str, words: str) -> Said:
    if span := record.line(label):
        yield say(record, f"{words}: {record.quote(span).partition(': ')[2]}.", span)


def size(record: Record) -> Said:
    trial = record.trial
    if trial.enrollment is None:
        yield "The number of people is not given in this record."
        return
    words = {None: "It is for", True: "It plans to take", False: "It took"}[trial.enrollment.estimated]
    yield say(record, f"{words} {trial.enrollment.count} people.", record.line("Enrollment"))
    yield explain.explain_size(trial.enrollment.count)


def identity(record: Record) -> Said:
    trial = record.trial
    if promise_in(trial.title) is None:
        yield say(record, f"Its short title is: {trial.title}", record.line("Brief title"))
    if trial.official_title and promise_in(trial.official_title) is None:
        yield say(record, f"Its official title is: {trial.official_title}", record.line("Official title"))
    yield say(record, f"Its number is {trial.id}; give this number when you call about it.", record.line("Identifier"))
    if others := [one.id for one in trial.other_ids if prose.may_be_shown(one.id)]:
        yield say(record, f"Other numbers: {listed(others)}.", record.line("Other identifiers"))
    yield _where_to_read(record)


def _where_to_read(record: Record) -> str:
    url = record.trial.origin.url
    return f"The official record: {url}" if url else "My copy gives no link to an official record."


def outcomes(record: Record) -> Said:
    aims = prose.aims(record)
    yield from quoted(record, aims)
    if not record.trial.outcomes:
        found = prose.about(
            record,
            answers("end_points"),
            2,
            prose.PROSE[:3],
            lambda sentence: not prose.of_other_studies(sentence.words),
        )
        yield from quoted(record, (one for one in found if one not in aims))
        yield "The record has no list of what is measured." + (" Its text names this." if found else "")
        return
    shown = {"primary": "The main thing measured", "secondary": "Also measured"}
    blocks = [(kind, span) for kind, span in outcome_blocks(record) if kind in shown]
    for kind, lead in shown.items():
        of_kind = [span for one, span in blocks if one == kind]
        for span in of_kind[:_MOST_MEASURES]:
            yield say(record, f"{lead}: {measure_words(record, span)}", span)
        if len(of_kind) > _MOST_MEASURES:
            yield f"{len(of_kind) - _MOST_MEASURES} more {kind} outcomes are in the record."


def outcome_blocks(record: Record) -> Iterator[tuple[str, Span]]:
    """Each outcome's kind and place."""
    text = record.text(SectionName.OUTCOMES) or ""
    at = 0
    for outcome in record.trial.outcomes:
        head = f"{outcome.kind.capitalize()} outcome: {outcome.measure}"
        start = text.index(head, at)
        frame = f"\nTime frame: {outcome.time_frame}" if outcome.time_frame else ""
        at = start + len(head + frame)
        yield outcome.kind, Span(section=SectionName.OUTCOMES, start=start, end=at)


def measure_words(record: Record, span: Span) -> str:
    head, _, frame = record.quote(span).partition("\nTime frame: ")
    return head.partition(": ")[2].strip() + (f" (time frame: {frame.strip()})" if frame else "")


def results(record: Record) -> Said:
    trial = record.trial
    if span := record.line("Results posted"):
        words = (
            "Results are posted with this record." if trial.has_results else "No results are posted with this record."
        )
        yield say(record, words, span)
        if trial.has_results:
            yield _where_to_read(record)
    else:
        yield "My copy of this record holds no results."
    text = record.text(SectionName.PUBLICATIONS)
    for span in lines_of(SectionName.PUBLICATIONS, text)[:_MOST_MEASURES] if text else ():
        yield say(record, f"Publication listed: {record.quote(span)}", span)
    if not text:
        yield "No publications are listed in my copy."
    if span := prose.earlier_work(record):
        yield say(
            record, f"Earlier work that the record mentions, not a result of this trial: {record.quote(span)}", span
        )


def lines_of(section: SectionName, text: str) -> list[Span]:
    spans, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            spans.append(Span(section=section, start=at, end=at + len(line)))
        at += len(line) + 1
    return spans


def _named_in(record: Record, section: SectionName, name: str, text: str) -> DraftClaim | None:
    at = (record.text(section) or "").find(name)
    return say(record, text, Span(section=section, start=at, end=at + len(name))) if at >= 0 else None
