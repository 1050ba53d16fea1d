"""Passages: the pieces of a trial's text that are embedded and quoted.

Neighbouring criteria or paragraphs are grouped up to about 200 tokens (the embedder takes 256), inside one list of one
section; the passage's own text is a slice of the section, and `context` repeats the heading that stands above it. The
trial's title is no part of it: passages are compared inside trials that were found already, and equal rules of many
trials share one vector this way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from index.criteria.criterion import Criterion
from index.trial import Frozen, Section, SectionName, Span, Trial

_LONGEST = 800  # characters, about 200 tokens of registry English
_NOT_EMBEDDED = frozenset({SectionName.RECORD, SectionName.CONTACTS, SectionName.PUBLICATIONS, SectionName.SITES})
_PIECE = re.compile(r"\S(?:[^\n]*\S)?(?:\s*?\n(?!\s*\n)[^\n]*\S)*")  # a paragraph
_MEASURE = re.compile(r"^\w+ outcome: .+$", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.;!?])\s+(?=[A-Z0-9(“\"])")


class Passage(Frozen):
    """`id` says where it is; `text` is the section's slice `start:end`."""

    id: str
    trial_id: str
    section: SectionName
    start: int
    end: int
    text: str
    context: str

    @property
    def embedded(self) -> str:
        """What the embedder reads: the context, then the text with its white space folded. Of outcomes it reads what is
        measured; how and when, at five times the length, says little about which outcome is meant.
        """
        measures = _MEASURE.findall(self.text) if self.section is SectionName.OUTCOMES else ()
        return f"{self.context}: {' '.join(' '.join(measures or (self.text,)).split())}"


def title_text(trial: Trial) -> str:
    """The first of the two short texts that stand for a trial as a whole."""
    return f"{trial.title}. {'; '.join(trial.conditions)}"


def card_text(trial: Trial) -> str:
    """The second: title, conditions, keywords, interventions, first lines of the summary; at most 1,300 characters."""
    parts = (
        trial.title,
        "; ".join(trial.conditions),
        "; ".join(trial.keywords),
        "; ".join(intervention.name for intervention in trial.interventions),
        re.sub(r"\s+", " ", trial.prose.get(SectionName.BRIEF_SUMMARY, "")),
    )
    return ". ".join(part for part in parts if part)[:1300]


def passages_of(trial: Trial, sections: Iterable[Section], criteria: Sequence[Criterion]) -> Iterator[Passage]:
    """All passages of a trial, section by section, in reading order."""
    for section in sections:
        if section.name in _NOT_EMBEDDED:
            continue
        if section.name is SectionName.ELIGIBILITY and criteria:
            for (kind, heading), group in groupby(criteria, key=lambda criterion: (criterion.kind, criterion.heading)):
                spans = [one.span for one in group if one.parent is None]
                yield from _grouped(trial, section, spans, heading or f"{kind.capitalize()} criteria")
        else:
            spans = [Span(section=section.name, start=m.start(), end=m.end()) for m in _PIECE.finditer(section.text)]
            yield from _grouped(trial, section, spans, section.name.words.capitalize())


def _grouped(trial: Trial, section: Section, spans: Iterable[Span], context: str) -> Iterator[Passage]:
    start = end = -1
    for span in (part for whole in spans for part in _cut(section.text, whole)):
        if start >= 0 and span.end - start > _LONGEST:
            yield _passage(trial, section, start, end, context)
            start = -1
        start = span.start if start < 0 else start
        end = span.end
    if start >= 0:
        yield _passage(trial, section, start, end, context)


def _cut(text: str, span: Span) -> Iterator[Span]:
    """A piece too long for one passage, cut at its sentences, and where a sentence is too long at white space."""
    start = span.start
    while span.end - start > _LONGEST:
        window = text[start : start + _LONGEST]
        ends = [match.start() for match in _SENTENCE.finditer(window)]
        cut = ends[-1] if ends else window.rfind(" ", 1)
        cut = cut if cut > 0 else _LONGEST
        yield Span(section=span.section, start=start, end=start + len(window[:cut].rstrip()))
        start += cut + len(text[start + cut : span.end]) - len(text[start + cut : span.end].lstrip())
    if start < span.end:
        yield Span(section=span.section, start=start, end=span.end)


def _passage(trial: Trial, section: Section, start: int, end: int, context: str) -> Passage:
    return Passage(
        id=f"{trial.id}:{section.name}:{start}-{end}",
        trial_id=trial.id,
        section=section.name,
        start=start,
        end=end,
        text=section.text[start:end],
        context=context,
    )
