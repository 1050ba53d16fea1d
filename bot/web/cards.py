"""Events as blocks: what the web page shows of a turn, in words; no screen and no disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from bot.answer.plain import plain
from bot.answer.schema import Answer, Citation, Intent, Provenance
from bot.events import Answered, Asked, Declined, Event, Failed, Learned, Moved, Searching, TrialCard, Urgent
from bot.person import wording
from bot.person.eligibility import Standing
from bot.person.facts import Certainty, Fact, Profile
from bot.person.interview import AnswerType, Question
from bot.readback import read_line, searched_for
from bot.web.blocks import (
    AnswerShown,
    Block,
    Cards,
    CardShown,
    ClaimShown,
    FactShown,
    Known,
    Moves,
    MoveShown,
    Noted,
    Passage,
    QuestionShown,
    Said,
    SearchShown,
    StandingShown,
)
from index.trial import SectionName

SectionText = Callable[[str, SectionName], str | None]
"""A section's whole text; `None` where the trial or the section is not in the store."""

AROUND = 600  # characters shown on either side of a quote

_RECORD_URL = re.compile(r"https://clinicaltrials\.gov/study/NCT\d{8}")


def shown(events: Iterable[Event], section: SectionText, turn: int) -> Iterator[SearchShown | tuple[Block, ...]]:
    """The events of a turn in their order: searches alone, and all that stands between two searches together."""
    blocks: list[Block] = []
    for event in events:
        if isinstance(event, Searching):
            if blocks:
                yield tuple(blocks)
                blocks = []
            yield SearchShown(line=_found(event), left_out=event.left_out)
            if line := read_line(event):
                blocks.append(Said(tone="plain", text=line))
        else:
            _add(blocks, block(event, section, turn))
    if blocks:
        yield tuple(blocks)


def block(event: Event, section: SectionText, turn: int) -> Block:
    """One event as a block; a search is a step and never comes here."""
    match event:
        case TrialCard():
            return Cards(cards=(card(event, section),))
        case Answered(answer=answer):
            return answer_shown(answer, section)
        case Asked(question=question):
            return question_shown(question, turn)
        case Moved():
            return _moves((_move(event, section),))
        case Learned(facts=facts):
            return Noted(words=tuple(f"{wording.name(fact.attribute)}: {_value(fact)}" for fact in facts))
        case Urgent(text=text):
            return Said(tone="urgent", text=text)
        case Declined(text=text):
            return Said(tone="declined", text=text)
        case Failed(text=text):
            return Said(tone="failed", text=text)
        case Searching():
            return Said(tone="plain", text=_found(event))


def _add(blocks: list[Block], new: Block) -> None:
    """Cards that follow one another make one list, and so do moves."""
    match (blocks[-1] if blocks else None), new:
        case Cards(cards=before), Cards(cards=after):
            blocks[-1] = Cards(cards=before + after)
        case Moves(moves=earlier), Moves(moves=later):
            blocks[-1] = _moves(earlier + later)
        case _:
            blocks.append(new)


def _found(event: Searching) -> str:
    return f"{searched_for(event)}: {_counted(event.found, 'trial')} found"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


# --- citations


def passage(citation: Citation, section: SectionText) -> Passage:
    """The quote with the text around it; alone where the section does not hold it at its place."""
    text = section(citation.trial_id, citation.section)
    if text is None or text[citation.start : citation.end] != citation.quote:
        text, start, end = citation.quote, 0, len(citation.quote)
    else:
        start, end = citation.start, citation.end
    first, last = _word_start(text, max(0, start - AROUND), start), _word_end(text, min(len(text), end + AROUND), end)
    return Passage(
        label=citation.label,
        section=citation.section.words,
        before=text[first:start],
        quote=text[start:end],
        after=text[end:last],
        cut_before=first > 0,
        cut_after=last < len(text),
    )


def _word_start(text: str, at: int, limit: int) -> int:
    """The next place at or after `at` where a word starts, `limit` at most."""
    while 0 < at < limit and not text[at - 1].isspace():
        at += 1
    return at


def _word_end(text: str, at: int, limit: int) -> int:
    """The last place at or before `at` where a word ends, `limit` at least."""
    while limit < at < len(text) and not text[at].isspace():
        at -= 1
    return at


# --- trials


def card(event: TrialCard, section: SectionText) -> CardShown:
    facts = (event.phase and _capital(event.phase), event.place, event.as_of and f"record as of {event.as_of}")
    return CardShown(
        trial_id=event.trial_id,
        title=event.title,
        status=_capital(event.status),
        open=event.open,
        facts=tuple(fact for fact in facts if fact),
        url=event.url if event.url and _RECORD_URL.fullmatch(event.url) else None,
        sample=event.sample,
        warnings=event.warnings,
        why=passage(event.why, section) if event.why else None,
        standing=standing_shown(event.standing) if event.standing else None,
        sources=tuple(passage(citation, section) for citation in event.citations),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def standing_shown(standing: Standing) -> StandingShown:
    """Every rule is counted; those that a sentence explains are told in full."""
    reasons = {verdict.criterion_id: verdict.reason for verdict in standing.verdicts if verdict.reason}

    def told(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(reasons[one] for one in ids if one in reasons))

    groups = (
        (standing.problems, "may be a problem"),
        (standing.fits, "fits so far", "fit so far"),
        (standing.open_questions, "not known yet"),
        (standing.as_written, "for the study team to judge"),
    )
    return StandingShown(
        outlook=standing.outlook,
        counts=tuple(f"{_counted(len(ids), 'rule')} {words[len(ids) != 1 and -1]}" for ids, *words in groups if ids),
        problems=told(standing.problems),
        fits=told(standing.fits),
        open_questions=told(standing.open_questions),
    )


def _moves(moves: tuple[MoveShown, ...]) -> Moves:
    moved = sum(move.before != move.after for move in moves)
    settled = len(moves) - moved
    if not moved:
        return Moves(heading=f"This settles a rule in {_counted(settled, 'trial')}", moves=moves)
    more = f", and settles a rule in {settled} more" if settled else ""
    return Moves(heading=f"This moves {_counted(moved, 'trial')}{more}", moves=moves)


def _move(event: Moved, section: SectionText) -> MoveShown:
    return MoveShown(
        trial_id=event.trial_id,
        title=plain(event.title),
        before=event.before,
        after=event.after,
        because=event.because,
        rule=passage(event.rule, section),
    )


# --- answers and questions


def answer_shown(answer: Answer, section: SectionText) -> AnswerShown:
    """An answer that lists trials shows its notes only: the cards say the rest, and more."""
    listed = answer.intent is Intent.FIND_TRIALS
    claims = tuple(
        ClaimShown(text=claim.text, passages=tuple(passage(citation, section) for citation in claim.citations))
        for claim in (() if listed else answer.claims)
    )
    left_out = () if listed or not answer.dropped else (_left_out(answer.dropped),)
    return AnswerShown(
        claims=claims,
        notes=(*answer.notes, *left_out),
        made_from=_made_from(answer.provenance) if answer.claims else (),
    )


def _left_out(count: int) -> str:
    return f"{_counted(count, 'sentence')} left out: the record did not bear {'it' if count == 1 else 'them'} out."


def _made_from(made: Provenance) -> tuple[str, ...]:
    parts = (
        f"Store {made.store}" if made.store else "",
        f"worded by {made.model}" if made.model else "worded without a language model",
        *(f"prompt {name} {version}" for name, version in made.prompts.items()),
    )
    return tuple(part for part in parts if part)


_HINTS = {
    AnswerType.YES_NO: "Press a button, or answer in your own words.",
    AnswerType.CHOICE: "Press a button, or answer in your own words.",
    AnswerType.NUMBER: "Type the number{unit}.",
    AnswerType.TEXT: "Answer in your own words.",
}


def question_shown(question: Question, turn: int) -> QuestionShown:
    unit = f" in {wording.unit_name(question.unit)}; with another unit, type that too" if question.unit else ""
    return QuestionShown(
        text=question.text,
        why=question.why,
        hint=_HINTS[question.answer_type].format(unit=unit),
        options=tuple(option.says for option in question.options),
        turn=turn,
    )


# --- facts


def known(profile: Profile, facts: Iterable[Fact]) -> Known:
    return Known(
        heading="What I know about " + profile.about.value,
        facts=tuple(fact_shown(fact) for fact in facts),
    )


def fact_shown(fact: Fact) -> FactShown:
    return FactShown(what=_capital(wording.name(fact.attribute)), value=_value(fact), quote=fact.quote)


def _value(fact: Fact) -> str:
    when = f", {_ago(fact.days_ago)}" if fact.days_ago is not None else ""
    unsure = " (not sure)" if fact.certainty is Certainty.UNSURE else ""
    return _bare(fact) + when + unsure


def _bare(fact: Fact) -> str:
    match fact.value:
        case None:
            return "not known"
        case bool(answer):
            return "yes" if answer else "no"
        case str(words):
            return words
        case number:
            return wording.amount(number, fact.unit)


def _ago(days: float) -> str:
    return "today" if days < 1 else f"{wording.days(days)} ago"
