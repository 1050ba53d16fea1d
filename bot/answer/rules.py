"""Who can join, as the record says it: every rule in its own words and order, with notes on what they leave open."""

from __future__ import annotations

from collections.abc import Iterator

from bot.answer import prose
from bot.answer.facets import Said, quoted, say
from bot.answer.patterns import answers, pattern
from index.criteria.criterion import Criterion, Join, Kind
from index.criteria.rule import Topic, requirements_in
from index.record import Record
from index.trial import SectionName, Span


def who_can_join(record: Record) -> Said:
    """Every criterion of the record, in its own words, in its own order: none left out."""
    yield from _fields(record)
    for criterion in record.criteria:
        if criterion.parent is None:
            group = _group(record, criterion)
            lead = _lead_in(criterion, record.quote(group) if group else "")
            yield say(record, f"{lead}: {criterion.text}", criterion.span, group)
    population = (record.text(SectionName.POPULATION) or "").partition("Sampling method: ")[0].rstrip()
    if population:
        whole = Span(section=SectionName.POPULATION, start=0, end=len(population))
        yield say(record, f"People studied: {population}", whole)
    if not record.criteria:
        people = prose.about(
            record, answers("people"), 1, prose.PROSE[:2], lambda one: not prose.of_other_studies(one.words)
        )
        yield from quoted(record, people, "From its summary, which is not a list of rules: ")
        yield "Ask the study team for the rules; I make none up."
    yield from _open_ends(record)
    if record.criteria:
        yield "Every rule of the record is listed, in its own words. The study team decides whether someone can join."


def _fields(record: Record) -> Said:
    trial = record.trial
    if ages := [span for label in ("Minimum age", "Maximum age") if (span := record.line(label))]:
        values = " to ".join(record.quote(span).partition(": ")[2] for span in ages)
        yield say(record, f"Ages: {values}." if len(ages) == 2 else f"{record.quote(ages[0])}.", *ages)
    if trial.sex and (sex := record.line("Sex")):
        yield say(record, f"Sex: {trial.sex.words}.", sex)
    if volunteers := record.line("Healthy volunteers"):
        yield say(record, f"Takes healthy volunteers: {'yes' if trial.healthy_volunteers else 'no'}.", volunteers)


def _group(record: Record, criterion: Criterion) -> Span | None:
    """Where the heading stands that limits a rule to a part of the people."""
    if criterion.heading is None or not criterion.for_some:
        return None
    at = (record.text(criterion.section) or "").rfind(criterion.heading, 0, criterion.start)
    return Span(section=criterion.section, start=at, end=at + len(criterion.heading)) if at >= 0 else None


def _lead_in(criterion: Criterion, group: str) -> str:
    part = f" ({group})" if group else " (for a part of the people only)" if criterion.for_some else ""
    lead = ("Asks for" if criterion.kind is Kind.INCLUSION else "Keeps out") + part
    return f"{lead} (one of several is enough)" if criterion.join is Join.ANY else lead


def _open_ends(record: Record) -> Iterator[str]:
    """What the words of the rules leave to others: the study doctors, papers that are not public, a parent."""
    judged = [
        one.label for one in record.criteria if one.parent is None and pattern("rules", "judged").search(one.text)
    ]
    if judged:
        yield f"Only the study doctors can settle the rules that rest on their judgement ({', '.join(judged[:6])})."
    for criterion in record.criteria:
        if found := pattern("rules", "elsewhere").search(criterion.lead):
            paper = f"{criterion.label.capitalize()} points to “{found[1]} {found[2]}”"
            yield f"{paper}, which is not in the public record; the study team has it."
        if pattern("rules", "points_within").match(criterion.lead):
            yield f"{criterion.label.capitalize()} points to other rules of this same list."
    if _takes_minors(record):
        yield "For someone under 18, a parent or guardian decides together with them."
        yield "The young person's own agreement (assent) is asked as well."


def _takes_minors(record: Record) -> bool:
    """Whether a field or a rule on age lets people under 18 in."""
    if record.trial.minimum_age is not None:
        return record.trial.minimum_age.years < 18
    ages = [
        leaf.range
        for criterion in record.criteria
        if criterion.kind is Kind.INCLUSION
        for leaf in requirements_in(criterion.rule)
        if leaf.attribute.topic is Topic.AGE and leaf.range
    ]
    return any(one.low is not None and one.low < 18 for one in ages)
