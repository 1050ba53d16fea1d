"""What the registry's fields say of one trial, facet by facet: claims in plain sentences, each over the lines it rests on.

Where the record does not give something, a note says "not given"; nothing is filled in.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator

from bot.answer import explain, prose
from bot.answer.plain import plain
from bot.answer.schema import DraftClaim, Place
from index.criteria.criterion import Criterion, Kind
from index.health import flags
from index.record import Record
from index.trial import SectionName, Site, Span

Said = Iterator[DraftClaim | str | None]
"""Claims, notes of the program itself (plain strings), and nothing where there is nothing to say."""

_MOST_SITES = 8


def say(record: Record, text: str, *spans: Span | None) -> DraftClaim:
    places = tuple(
        Place(trial_id=record.trial.id, section=span.section, start=span.start, end=span.end) for span in spans if span
    )
    return DraftClaim(text=plain(text), places=places)


def quoted(record: Record, spans: tuple[Span, ...], lead: str = "") -> Said:
    """Sentences of the record as claims in its own words."""
    for span in spans:
        yield say(record, lead + record.quote(span), span)


def state(record: Record, today: datetime.date) -> Said:
    """What comes before anything else: that people cannot join now, or that the record is stale or contradicts itself."""
    trial = record.trial
    status = record.line("Overall status")
    if trial.status is None:
        yield "This record does not say whether the trial takes people now."
    elif trial.status.may_open:
        yield say(record, f"{trial.id} is {trial.status.words}, so nobody can simply join now.", status)
    elif not trial.status.open:
        yield say(record, f"{trial.id} takes no new people now. Its status: {trial.status.words.partition(' (')[0]}.", status)
    if trial.why_stopped:
        yield say(record, f"The reason given: {trial.why_stopped}", record.line("Why stopped"))
    for flag in flags(record, today):
        yield say(record, flag.text, *flag.spans) if flag.spans else flag.text


def overview(record: Record) -> Said:
    trial = record.trial
    kind = f"{trial.study_type.words}" if trial.study_type else "a study"
    yield say(
        record,
        f"{trial.title} ({trial.id}) is {kind}.",
        record.line("Brief title"),
        record.line("Study type"),
        record.line("Identifier"),
    )
    yield from quoted(record, prose.aims(record))
    if trial.conditions:
        yield say(record, f"It is about: {'; '.join(trial.conditions)}.", record.line("Conditions"))
    if trial.interventions:
        names = "; ".join(one.name for one in trial.interventions)
        yield say(record, f"What is being tested: {names}.", record.line("Interventions"))
    yield from phase(record, brief=True)
    yield from status(record, brief=True)
    yield from sponsor(record, brief=True)


def status(record: Record, brief: bool = False) -> Said:
    trial = record.trial
    if trial.status is None:
        return
    if trial.status.open:
        yield say(record, f"It is {trial.status.words}.", record.line("Overall status"))
    if not brief:
        yield explain.explain_status(trial.status)
        yield from _dated(record, "Last update posted", "The record was last updated")


def phase(record: Record, brief: bool = False) -> Said:
    trial = record.trial
    if not trial.phases:
        if not brief:
            yield "The record gives no phase."
        return
    yield say(record, f"It is in {' and '.join(one.words for one in trial.phases)}.", record.line("Phase"))
    if not brief:
        yield explain.explain_phase(trial.phases)


def sponsor(record: Record, brief: bool = False) -> Said:
    trial = record.trial
    if trial.sponsor:
        yield say(record, f"It is run by {trial.sponsor}.", record.line("Sponsor"))
    elif not brief:
        yield "The record does not name a sponsor."
    if brief:
        return
    if trial.collaborators:
        yield say(record, f"Working with: {'; '.join(trial.collaborators)}.", record.line("Collaborators"))
    if trial.responsible_party:
        yield say(
            record, f"Responsible for the information: {trial.responsible_party}.", record.line("Responsible party")
        )
    for official in trial.officials:
        yield _named_in(
            record,
            SectionName.CONTACTS,
            official.name,
            f"{(official.role or 'Investigator').replace('_', ' ').capitalize()}: {official.name}.",
        )


def dates(record: Record) -> Said:
    for label, words in (
        ("Study start", "It starts or started"),
        ("Primary completion", "The main results are due or were complete"),
        ("Study completion", "It ends or ended"),
        ("First posted", "It was first posted"),
        ("Last update posted", "The record was last updated"),
        ("Last verified", "The record was last confirmed"),
    ):
        yield from _dated(record, label, words)
    if not any(record.line(label) for label in ("Study start", "Study completion")):
        yield "Start and end dates are not given in this record."


def _dated(record: Record, label: str, words: str) -> Said:
    if span := record.line(label):
        value = record.quote(span).partition(": ")[2]
        yield say(record, f"{words}: {value}.", span)


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
    yield say(record, f"Its short title is: {trial.title}", record.line("Brief title"))
    if trial.official_title:
        yield say(record, f"Its official title is: {trial.official_title}", record.line("Official title"))
    yield say(record, f"Its number is {trial.id}; give this number when you call about it.", record.line("Identifier"))
    if trial.other_ids:
        yield say(
            record,
            f"Other numbers: {'; '.join(other.id for other in trial.other_ids)}.",
            record.line("Other identifiers"),
        )
    yield (
        f"The official record: {trial.origin.url}"
        if trial.origin.url
        else "My copy gives no link to an official record."
    )


def where(record: Record, place: str | None = None) -> Said:
    trial = record.trial
    text = record.text(SectionName.SITES)
    if not trial.sites or text is None:
        yield "No sites are given in this record."
        return
    lines = _site_lines(text)
    near = [span for site, span in zip(trial.sites, lines, strict=True) if _in_place(site, place)]
    if place and not near:
        yield f"The record lists no site in {place}."
    shown = near or lines
    countries = Counter(site.country or "country not given" for site in trial.sites)
    if len(trial.sites) > 1:
        listed = ", ".join(sorted(countries))
        yield say(record, f"Its sites are in: {listed}.", Span(section=SectionName.SITES, start=0, end=len(text)))
    for span in shown[:_MOST_SITES]:
        yield say(record, record.quote(span), span)
    if len(shown) > _MOST_SITES:
        yield f"{len(shown) - _MOST_SITES} more sites are in the record."
    if len(near) < len(lines) and near:
        yield f"{len(lines) - len(near)} more sites are in other places."
    yield "Sites can open and close: ask the study before you travel."


def _site_lines(text: str) -> list[Span]:
    spans, at = [], 0
    for line in text.split("\n"):
        spans.append(Span(section=SectionName.SITES, start=at, end=at + len(line)))
        at += len(line) + 1
    return spans


def _in_place(site: Site, place: str | None) -> bool:
    return place is not None and place.lower() in {
        (part or "").lower() for part in (site.city, site.state, site.country)
    }


def contact(record: Record) -> Said:
    text = record.text(SectionName.CONTACTS)
    trial = record.trial
    shown = [one for one in trial.contacts if one.phone or one.email or one.name]
    if text and (shown or trial.officials):
        for span in _site_lines(text)[: max(4, len(shown))]:
            place = Span(section=SectionName.CONTACTS, start=span.start, end=span.end)
            yield say(record, record.quote(place), place)
    else:
        yield "No contact is given in my copy of this record."
        if trial.origin.url:
            yield f"The official record may list one: {trial.origin.url}"
    yield say(record, f"Give the trial's number when you call: {trial.id}.", record.line("Identifier"))


def joining(record: Record) -> Said:
    yield "Talk with your doctor first: they can compare the rules with your history and contact the study team with you."
    yield from contact(record)
    yield "The study team checks every rule and explains the study before anyone signs a consent form. Joining is your choice, and you can leave at any time."


def outcomes(record: Record) -> Said:
    found = False
    at = 0
    text = record.text(SectionName.OUTCOMES) or ""
    counts: Counter[str] = Counter()
    for block in text.split("\n\n"):
        kind = block.partition(" ")[0].lower()
        counts[kind] += 1
        if kind == "primary" or (kind == "secondary" and counts[kind] <= 5):
            found = True
            lines = block.split("\n")
            label = "The main thing measured" if kind == "primary" else "Also measured"
            frame = next((line.partition(": ")[2] for line in lines if line.startswith("Time frame: ")), "")
            words = f"{label}: {lines[0].partition(': ')[2]}" + (f" (time frame: {frame})" if frame else "")
            yield say(record, words, Span(section=SectionName.OUTCOMES, start=at, end=at + len(block)))
        at += len(block) + 2
    if counts["secondary"] > 5:
        yield f"{counts['secondary'] - 5} more secondary outcomes are in the record."
    yield from quoted(record, prose.aims(record, limit=2) if not found else ())
    if not found:
        yield "The record lists no outcome measures."


def results(record: Record) -> Said:
    trial = record.trial
    if span := record.line("Results posted"):
        yield say(
            record,
            "Results are posted in the registry." if trial.has_results else "No results are posted in the registry.",
            span,
        )
        if trial.has_results and trial.origin.url:
            yield f"Read them in the official record: {trial.origin.url}"
    else:
        yield "My copy of this record holds no results."
    text = record.text(SectionName.PUBLICATIONS)
    for span in _site_lines(text)[:5] if text else ():
        place = Span(section=SectionName.PUBLICATIONS, start=span.start, end=span.end)
        yield say(record, f"Publication listed: {record.quote(place)}", place)
    if not text:
        yield "No publications are listed in my copy."


def who_can_join(record: Record) -> Said:
    """Every criterion of the record, in its own words, in its own order: none left out."""
    if ages := [span for label in ("Minimum age", "Maximum age") if (span := record.line(label))]:
        yield say(
            record,
            f"Ages: {' to '.join(record.quote(s).partition(': ')[2] for s in ages)}."
            if len(ages) == 2
            else f"{record.quote(ages[0])}.",
            *ages,
        )
    if record.trial.sex and (sex := record.line("Sex")):
        yield say(record, f"Sex: {record.trial.sex.words}.", sex)
    if volunteers := record.line("Healthy volunteers"):
        yield say(
            record, f"Takes healthy volunteers: {'yes' if record.trial.healthy_volunteers else 'no'}.", volunteers
        )
    for criterion in record.criteria:
        if criterion.parent is None:
            yield say(record, f"{_lead_in(criterion)}: {criterion.text}", criterion.span)
    if population := record.text(SectionName.POPULATION):
        yield say(
            record, f"People studied: {population}", Span(section=SectionName.POPULATION, start=0, end=len(population))
        )
    if record.trial.minimum_age and record.trial.minimum_age.years < 18:
        yield "For someone under 18, a parent or guardian decides together with them, and their own agreement (assent) is asked as well."
    if record.criteria:
        yield "Every rule of the record is listed. The study team decides whether someone can join."


def _lead_in(criterion: Criterion) -> str:
    group = f" ({criterion.heading})" if criterion.for_some else ""
    return ("Asks for" if criterion.kind is Kind.INCLUSION else "Keeps out") + group


def _named_in(record: Record, section: SectionName, name: str, text: str) -> DraftClaim:
    at = (record.text(section) or "").find(name)
    return say(record, text, Span(section=section, start=at, end=at + len(name)) if at >= 0 else None)
