"""Sentences of a trial's own prose that speak to a question, and those that speak of something else: other studies, other drugs.

A number from an earlier study is not this trial's result, and a dose from another trial is not this trial's dose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.answer.sentences import sentences
from index.record import Record
from index.trial import SectionName, Span

PROSE = (
    SectionName.BRIEF_SUMMARY,
    SectionName.DETAILED_DESCRIPTION,
    SectionName.DESIGN,
    SectionName.VISITS,
    SectionName.ARMS,
)
_ELSEWHERE = re.compile(
    r"\b(?:previous(?:ly)?|prior|earlier|other|another|recent(?:ly)?|historical) (?:\w+ ){0,2}(?:stud(?:y|ies)|trials?|results?|reports?|data)\b"
    r"|\b(?:was|were|been|has been|have been) (?:reported|shown|demonstrated|published|observed|proven|found|recognized|approved)\b|\breportedly\b"
    r"|\b(?:response|remission|survival|success|cure|relapse) (?:\([A-Z]+\) )?rates?\b[^.]{0,60}\d\s?%|\bachiev\w+ [^.]{0,80}\d\s?%"
    r"|\bwe know from research\b|\b(?:in|from) the literature\b|\bsince (?:19|20)\d\d\b|\bresulted in\b|\bshowed that\b|\bet al\b",
    re.IGNORECASE,
)
_PROGNOSIS = re.compile(
    r"\b(?:overall survival|progression[\s-]free survival|OS|PFS|survival|mortality|prognosis|died|death)\b[^.]{0,120}\d|\d[^.]{0,60}\b(?:survival|mortality)\b",
    re.IGNORECASE,
)
_AIM = re.compile(
    r"\b(?:aim|goal|purpose|objective|designed|evaluate|investigate|assess|determine|compare|find out|looking at|test(?:s|ing)? (?:whether|if|how|in)|"
    r"this (?:study|trial|research|is a))\b",
    re.IGNORECASE,
)


def sentence_spans(record: Record, sections: Sequence[SectionName] = PROSE) -> Iterator[Span]:
    """Every sentence of these sections, in reading order."""
    for name in sections:
        for start, end in sentences(record.text(name) or ""):
            yield Span(section=name, start=start, end=end)


def about(
    record: Record,
    pattern: str,
    limit: int,
    sections: Sequence[SectionName] = PROSE,
    without_other_studies: bool = True,
) -> tuple[Span, ...]:
    """The first sentences that match `pattern`, at most `limit`; none that speaks of another study's results or of survival figures."""
    wanted = re.compile(pattern, re.IGNORECASE)
    found: list[Span] = []
    for span in sentence_spans(record, sections):
        words = record.quote(span)
        if wanted.search(words) and not (without_other_studies and of_other_studies(words)):
            found.append(span)
        if len(found) == limit:
            break
    return tuple(found)


def of_other_studies(words: str) -> bool:
    """Whether a sentence tells of earlier results or of how people fared, rather than of what this trial does."""
    return _ELSEWHERE.search(words) is not None or _PROGNOSIS.search(words) is not None


def aims(record: Record, limit: int = 2) -> tuple[Span, ...]:
    """The sentences that say what the trial is for: those with an aim in them first, in reading order."""
    name = SectionName.BRIEF_SUMMARY if record.text(SectionName.BRIEF_SUMMARY) else SectionName.DETAILED_DESCRIPTION
    own = [
        span
        for span in sentence_spans(record, [name])
        if not of_other_studies(record.quote(span)) and len(record.quote(span)) > 30
    ]
    with_aim = [span for span in own if _AIM.search(record.quote(span))]
    chosen = (with_aim or own)[:limit]
    return tuple(sorted(chosen, key=lambda span: span.start))
