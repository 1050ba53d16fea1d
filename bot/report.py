"""Events, records and profiles as the JSON that machines read: the command contracts, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.conversation import Turn
from bot.events import Answered, Asked, TrialCard
from bot.offers import Offer
from bot.person.facts import Profile
from bot.person.interview import Question
from index.changes import changes
from index.health import Flag
from index.record import Record
from index.search.trials import Result
from index.store.build import Built
from index.trial import Span

Json = dict[str, Any]


def built(result: Built) -> Json:
    return {
        "added": list(result.added),
        "changed": list(result.changed),
        "unchanged": result.unchanged,
        "rejected": [{"source": one.source, "reason": one.reason} for one in result.rejected],
        "trials": result.trials,
        "passages": result.passages,
    }


def searched(result: Result) -> Json:
    return {
        "query": result.query,
        "sought": list(result.sought),
        "read_as": [{"said": one.said, "means": list(one.means)} for one in result.read_as],
        "hits": [
            {
                "trial_id": hit.trial_id,
                "title": hit.title,
                "status": hit.status,
                "score": round(hit.score, 6),
                "passages": [
                    {
                        "passage_id": passage.id,
                        "section": passage.section,
                        "text": passage.text,
                        "start": passage.start,
                        "end": passage.end,
                    }
                    for passage in hit.passages
                ],
            }
            for hit in result.hits
        ],
    }


def shown(record: Record, flags: Iterable[Flag]) -> Json:
    return {
        "trial": record.trial.model_dump(mode="json", exclude={"prose"}),
        "sections": {section.name.value: section.text for section in record.sections},
        "criteria": [{**criterion.model_dump(mode="json"), "label": criterion.label} for criterion in record.criteria],
        "health": [
            {**flag.model_dump(mode="json"), "quotes": [record.quote(span) for span in flag.spans]} for flag in flags
        ],
    }


def changed(record: Record, versions: Sequence[Record]) -> Json:
    """The steps from version to version, the latest first."""
    steps = list(zip(versions, [*versions[1:], record], strict=True))
    return {"trial_id": record.trial.id, "steps": [_step(old, new) for old, new in reversed(steps)]}


def _step(old: Record, new: Record) -> Json:
    return {
        "from": _version(old),
        "to": _version(new),
        "changes": [
            {
                "kind": change.kind,
                "text": change.text,
                "before": [_quoted(old, span) for span in change.before],
                "after": [_quoted(new, span) for span in change.after],
            }
            for change in changes(old, new)
        ],
    }


def _version(record: Record) -> Json:
    trial = record.trial
    updated = trial.last_updated.text if trial.last_updated else None
    return {"updated": updated, "status": trial.status, "gone": trial.origin.gone and trial.origin.gone.isoformat()}


def _quoted(record: Record, span: Span) -> Json:
    return {"section": span.section, "start": span.start, "end": span.end, "quote": record.quote(span)}


def asked(turn: Turn) -> Json:
    answers = [event.answer for event in turn.events if isinstance(event, Answered)]
    claims = [claim.model_dump(mode="json") for answer in answers for claim in answer.claims]
    notes = [note for answer in answers for note in answer.notes]
    question = next((event.question for event in turn.events if isinstance(event, Asked)), None)
    cards = [event.model_dump(mode="json") for event in turn.events if isinstance(event, TrialCard)]
    return {
        "events": [event.model_dump(mode="json") for event in turn.events],
        "answer": {"claims": claims, "notes": notes},
        "question": question.model_dump(mode="json") if question else None,
        "trials": cards,
    }


def matched(profile: Profile, offers: Sequence[Offer], question: Question | None) -> Json:
    return {
        "profile": {"about": profile.about, "facts": [fact.model_dump(mode="json") for fact in profile.current()]},
        "trials": [_match(offer) for offer in offers],
        "question": question.model_dump(mode="json") if question else None,
    }


def _match(offer: Offer) -> Json:
    standing = offer.standing
    return {
        "trial_id": offer.record.trial.id,
        "title": offer.record.trial.title,
        "status": offer.record.trial.status,
        "standing": standing.outlook,
        "problems": list(standing.problems),
        "fits": list(standing.fits),
        "open_questions": list(standing.open_questions),
        "as_written": list(standing.as_written),
        "criteria": [
            {
                "id": verdict.criterion_id,
                "verdict": verdict.verdict,
                "evidence": verdict.evidence,
                "basis": verdict.basis,
                "reason": verdict.reason,
            }
            for verdict in standing.verdicts
        ],
    }


def with_id(identifier: object, report: Mapping[str, Any]) -> Json:
    """A line of a batch: `id` first."""
    return {"id": identifier, **report}
