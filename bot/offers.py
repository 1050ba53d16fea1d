"""Trials as they are offered: found, put in order for this person, and shown as cards with the record's state first."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.answer.facets import say
from bot.answer.plain import plain
from bot.answer.schema import Citation, Claim, DraftClaim
from bot.answer.sentences import sentences
from bot.events import Moved, TrialCard
from bot.person.eligibility import Outlook, Standing
from bot.person.facts import Profile
from bot.person.interview import Candidate
from bot.person.seeking import request_for
from bot.person.standing import moves, record_criteria, stand
from index.criteria.criterion import Kind
from index.health import Sign, flags
from index.passages import Passage
from index.record import Record
from index.search.filters import Filters
from index.search.trials import Result, search
from index.store.store import Store
from index.trial import Frozen, SectionName, Span
from index.vocabulary import Status

LISTED = 6
_LONGEST_QUOTE = 280
_PROSE = frozenset({SectionName.BRIEF_SUMMARY, SectionName.DETAILED_DESCRIPTION, SectionName.POPULATION})
JOINABLE = (
    Status.RECRUITING,
    Status.NOT_YET_RECRUITING,
    Status.ENROLLING_BY_INVITATION,
    Status.AVAILABLE,
)
_PERHAPS_CLOSED = frozenset({Sign.NO_LONGER_OPEN, Sign.NOT_STARTED, Sign.SITES_DIFFER})


class Offer(Frozen):
    """A trial for this person: its record, the passage that matched, and how it stands. `differs`: from the trial that
    it was found to be like.
    """

    record: Record
    passage: Passage | None
    standing: Standing
    differs: Claim | None = None


def find(
    store: Store, text: str, filters: Filters, profile: Profile, today: datetime.date, limit: int = LISTED
) -> tuple[Result, tuple[Offer, ...]]:
    """The best trials for a text, at most `limit`: those that take people first, those with a problem rule last."""
    result = search(store, request_for(text, profile), filters, limit=2 * limit, passages_each=3)
    matched = {hit.trial_id: hit.passages for hit in result.hits}
    return result, offered(store, matched, profile, today)[:limit]


def offered(
    store: Store, matched: Mapping[str, Sequence[Passage]], profile: Profile, today: datetime.date
) -> tuple[Offer, ...]:
    """Trials by id, each with the passages that matched: in their order, but for whom takes people and what may be a
    problem.
    """
    offers = [_offer(store.record(trial_id), passages, profile) for trial_id, passages in matched.items()]
    return tuple(sorted(offers, key=lambda offer: (_problem(offer.standing), _waiting(offer.record, today))))


def _offer(record: Record, matched: Sequence[Passage], profile: Profile) -> Offer:
    summary_first = [passage for passage in record.passages if passage.section is SectionName.BRIEF_SUMMARY]
    speaking = (passage for passage in (*matched, *summary_first) if _tells_what_it_is_about(record, passage))
    return Offer(record=record, passage=next(speaking, None), standing=standing_of(record, profile))


def _tells_what_it_is_about(record: Record, passage: Passage) -> bool:
    """Prose and the list of inclusions do; what a trial keeps out, and how it is designed, does not."""
    if passage.section is SectionName.ELIGIBILITY:
        inside = (one for one in record.criteria if passage.start <= one.start < passage.end)
        return all(one.kind is Kind.INCLUSION for one in inside)
    return passage.section in _PROSE


def _problem(standing: Standing) -> bool:
    return standing.outlook is Outlook.MAY_BE_A_PROBLEM


def _waiting(record: Record, today: datetime.date) -> int:
    """0 for a trial that takes people, 1 for one that may, 2 for the others; a record that seems out of date may."""
    status = record.trial.status
    if status is None or record.trial.origin.gone or not (status.open or status.may_open):
        return 2
    stale = any(flag.sign in _PERHAPS_CLOSED for flag in flags(record, today))
    return 0 if status.open and not stale else 1


def standing_of(record: Record, profile: Profile) -> Standing:
    return stand(record.criteria, profile, record.trial)


def candidates(records: Sequence[Record]) -> tuple[Candidate, ...]:
    """The trials that a question may decide, each counting by its rank."""
    return tuple(
        Candidate(
            trial_id=record.trial.id,
            title=record.trial.title,
            criteria=record.criteria,
            trial=record.trial,
            weight=1 / rank,
        )
        for rank, record in enumerate(records, 1)
    )


def moved(records: Iterable[Record], before: Profile, after: Profile) -> tuple[Moved, ...]:
    """Which trials new facts moved, each with the rule that moved it in the record's words."""
    by_id = {record.trial.id: record for record in records}
    found = moves(
        {trial_id: standing_of(record, before) for trial_id, record in by_id.items()},
        {trial_id: standing_of(record, after) for trial_id, record in by_id.items()},
    )
    return tuple(
        Moved(
            trial_id=move.trial_id,
            title=by_id[move.trial_id].trial.title,
            before=move.before.value,
            after=move.after.value,
            because=move.because,
            rule=cite(by_id[move.trial_id], rule_span(by_id[move.trial_id], move.criterion_id)),
        )
        for move in found
    )


def rule_span(record: Record, criterion_id: str) -> Span:
    """Where a rule stands: in the eligibility text, or in the record's own fields."""
    criterion = record.criterion(criterion_id)
    if criterion is None:
        fields = record_criteria(record.trial, record.text(SectionName.RECORD) or "")
        criterion = next(one for one in fields if one.id == criterion_id)
    return criterion.span


def cite(record: Record, span: Span) -> Citation:
    return Citation(
        trial_id=record.trial.id,
        section=span.section,
        start=span.start,
        end=span.end,
        quote=record.quote(span),
        label=record.label(span),
    )


def card(offer: Offer, today: datetime.date, profile: Profile) -> TrialCard:
    trial = offer.record.trial
    status = trial.status
    lines = [offer.record.line(label) for label in ("Overall status", "Phase")]
    return TrialCard(
        trial_id=trial.id,
        title=plain(trial.title),
        status=status.words if status else "status not given",
        open=status is not None and status.open,
        phase=", ".join(phase.words for phase in trial.phases) or None,
        place=place_of(offer.record),
        as_of=trial.origin.as_of.text if trial.origin.as_of else None,
        url=trial.origin.url,
        sample=trial.origin.restated is not None,
        warnings=tuple(flag.text for flag in flags(offer.record, today) if flag.sign.grave),
        why=cite(offer.record, shortened(offer.record, offer.passage)) if offer.passage else None,
        differs=offer.differs,
        standing=offer.standing if profile.facts else None,
        problems=tuple(_problems(offer)),
        citations=tuple(cite(offer.record, span) for span in lines if span),
    )


def _problems(offer: Offer) -> Iterator[Claim]:
    reasons = {verdict.criterion_id: verdict.reason for verdict in offer.standing.verdicts}
    for criterion_id in offer.standing.problems:
        rule = cite(offer.record, rule_span(offer.record, criterion_id))
        yield Claim(text=reasons.get(criterion_id) or "This rule may be a problem.", citations=(rule,))


def shortened(record: Record, passage: Passage) -> Span:
    """The start of a passage that is too long to be shown as a quote, up to the end of a sentence if it can be."""
    text = record.text(passage.section) or ""
    limit = passage.start + _LONGEST_QUOTE
    end = passage.end
    if end > limit:
        ends = [passage.start + stop for _, stop in sentences(passage.text) if passage.start + stop <= limit]
        end = ends[-1] if ends else max(text.rfind(" ", passage.start, limit), passage.start + 1)
    return Span(section=passage.section, start=passage.start, end=end)


def place_of(record: Record) -> str | None:
    sites = record.trial.sites
    if not sites:
        return None
    if len(sites) == 1:
        return sites[0].place or sites[0].facility
    countries = sorted({site.country for site in sites if site.country})
    where = f"in {countries[0]}" if len(countries) == 1 else f"in {len(countries)} countries"
    return f"{len(sites)} sites {where}"


def summary(offer: Offer) -> DraftClaim:
    """One line on a found trial, with the lines it rests on."""
    record, trial = offer.record, offer.record.trial
    status = trial.status.words if trial.status else "status not given"
    phase = f", {' and '.join(one.words for one in trial.phases)}" if trial.phases else ""
    spans = [record.line(label) for label in ("Identifier", "Brief title", "Overall status", "Phase")]
    why = [shortened(record, offer.passage)] if offer.passage else []
    return say(record, f"{trial.title} ({trial.id}): {status}{phase}.", *spans, *why)
