"""Passages of a trial's own prose that speak to a question, and those that speak of something else: other studies, other drugs.

A number from an earlier study is not this trial's result, and a dose from another trial is not this trial's dose. What is chosen is
a sentence with what it needs to be understood: the list it introduces, the sentence that its "This" points to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from bot.answer.patterns import pattern, speaks
from bot.answer.plain import plain
from bot.answer.promises import promise_in
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
_LONGEST = 700  # characters of a passage

_LABEL = re.compile(r"(?:[A-Z][A-Z /&,()-]{3,50}|[A-Z][a-z]+(?: [a-z]+){0,2}):\s+(?=\S)")
_FIELD = re.compile(
    r"(?:Allocation|Intervention model|Masking|Who is masked|Primary purpose|Observational model|Time perspective"
    r"|Arm|Given|Intervention|Also called|(?:Primary|Secondary|Other) outcome|Time frame): "
)
_DESCRIPTION_FIELD = re.compile(r"(?:Intervention model|Masking) description: ")
_LIST_MARK = re.compile(r"\s*\S{1,6}\s+")

Passage = tuple[Span, ...]
"""Words to be shown together; more than one span where what lies between is left out."""


class Sentence(NamedTuple):
    """A sentence with the list that it introduces; `heading` is the nearest one above it, `paragraph` counts blank lines."""

    section: SectionName
    start: int
    end: int
    words: str
    heading: str
    paragraph: int
    item: bool  # an item of a list that nothing introduces

    @property
    def span(self) -> Span:
        return Span(section=self.section, start=self.start, end=self.end)


def read(record: Record, name: SectionName) -> list[Sentence]:
    """The sentences of a section in reading order: no headings, no registry fields, lists with the sentence that introduces them."""
    text = record.text(name) or ""
    found: list[Sentence] = []
    heading, leads = "", False
    for start, end in sentences(text):
        line_start = text.rfind("\n", 0, start) + 1
        if _FIELD.match(text, line_start):
            continue
        if field := _DESCRIPTION_FIELD.match(text, start):
            start = field.end()
        paragraph = len(re.findall(r"\n[ \t]*\n", text[:start]))
        item = _LIST_MARK.fullmatch(text, line_start, start) is not None
        if item and leads and end - found[-1].start <= _LONGEST:
            found[-1] = found[-1]._replace(end=end, words=text[found[-1].start : end])
            continue
        whole_line = not text[line_start:start].strip() and text[end:].split("\n", 1)[0].strip() == ""
        if whole_line and not item and _is_heading(text[start:end]):
            heading, leads = text[start:end], False
            continue
        if (label := _LABEL.match(text, start, end)) and label.end() < end - 20:
            heading, start = label[0], label.end()
        elif found and found[-1].paragraph != paragraph and _LABEL.fullmatch(f"{heading} "):
            heading = ""  # a label inside a line holds for its paragraph
        words = text[start:end]
        found.append(Sentence(name, start, end, words, heading, paragraph, item))
        leads = not item and words[-1] not in ".!?"
    return found


def _is_heading(line: str) -> bool:
    return len(line) < 80 and line[-1] not in ".!?;," and len(line.split()) <= 8 and not speaks("planned", line)


def of_other_studies(words: str) -> bool:
    """Whether a sentence tells of earlier results or of how people fared, rather than of what this trial does."""
    if speaks("fared", words) and not speaks("measured", words):
        return True
    return speaks("found", words) or (
        speaks("other_study", words) and re.search(r"\bwill\b", words) is None
    )


def of_this_trial(sentence: Sentence) -> bool:
    """Whether a sentence says what is done in this trial: not background, not an aim, not how the figures are worked out."""
    words = sentence.words
    if of_other_studies(words) or speaks("statistics", words) or _ONLY_ANspeaks("aim", words):
        return False
    if any(heading.search(sentence.heading) for heading in (_BACKGROUND_HEADING, _AIM_HEADING, _STATISTICS_HEADING)):
        return False
    if sentence.section in (SectionName.ARMS, SectionName.VISITS):
        return True
    return speaks("planned", words) or (speaks("done", words) and not speaks("in_general", words))


def is_aim(sentence: Sentence) -> bool:
    """Whether a sentence says what the trial wants to find out."""
    return _ONLY_ANspeaks("aim", sentence.words) or _AIM_HEADING.search(sentence.heading) is not None


def may_be_shown(words: str) -> bool:
    """No promise, which the verifier would drop, and no contact, which only those see who ask for one."""
    return promise_in(plain(words)) is None and not speaks("reaches_out", words)


def about(
    record: Record,
    pattern: str,
    limit: int,
    sections: Sequence[SectionName] = PROSE,
    belongs: Callable[[Sentence], bool] = of_this_trial,
) -> tuple[Passage, ...]:
    """The first passages with a sentence that matches `pattern` and `belongs`, at most `limit`; the same words are taken once."""
    wanted = re.compile(pattern, re.IGNORECASE)
    found: list[Passage] = []
    seen = ""
    for name in sections:
        here = read(record, name)
        chosen = [
            at
            for at, sentence in enumerate(here)
            if wanted.search(sentence.words) and belongs(sentence) and may_be_shown(sentence.words)
        ]
        for passage in _joined(here, chosen, belongs):
            words = " ".join(plain(record.quote(passage[-1])).lower().split())
            if words not in seen:
                found.append(passage)
                seen += f"{words}\n"
    return tuple(found[:limit])


def _joined(here: list[Sentence], chosen: Iterable[int], belongs: Callable[[Sentence], bool]) -> list[Passage]:
    """The chosen sentences as passages: each with the one that it points back to, neighbours together."""
    groups: list[list[int]] = []
    for at in chosen:
        first = _with_what_it_points_to(here, at)
        last = groups[-1][-1] if groups else -9
        near = first <= last + 1 or (at == last + 2 and belongs(here[at - 1]) and may_be_shown(here[at - 1].words))
        if near and _fit(here, groups[-1][0], at):
            groups[-1].append(at)
        else:
            groups.append([max(first, last + 1), at])
    return [(*_limits(here, group[0]), _span(here[group[0]], here[group[-1]])) for group in groups]


def _span(first: Sentence, last: Sentence) -> Span:
    return Span(section=first.section, start=first.start, end=last.end)


def _limits(here: list[Sentence], at: int) -> Passage:
    """The opening of the paragraph, where it says that what follows holds for a part of the study only."""
    opening = next(index for index, one in enumerate(here) if one.paragraph == here[at].paragraph)
    words = here[opening].words
    return (here[opening].span,) if opening < at and speaks("limits", words) and may_be_shown(words) else ()


def _with_what_it_points_to(here: list[Sentence], at: int) -> int:
    first = at
    while (
        first > 0
        and speaks("points_back", here[first].words)
        and here[first - 1].paragraph == here[first].paragraph
        and _fit(here, first - 1, at)
        and not of_other_studies(here[first - 1].words)
        and may_be_shown(here[first - 1].words)
    ):
        first -= 1
    return first


def _fit(here: list[Sentence], first: int, last: int) -> bool:
    """Whether these sentences can be shown as one passage."""
    one_paragraph = here[first].paragraph == here[last].paragraph
    return one_paragraph and here[last].end - here[first].start <= _LONGEST


def aims(record: Record, limit: int = 2) -> tuple[Passage, ...]:
    """The sentences that say what the trial is for: those with an aim in them first, in reading order."""
    name = SectionName.BRIEF_SUMMARY if record.text(SectionName.BRIEF_SUMMARY) else SectionName.DETAILED_DESCRIPTION
    own = [
        sentence
        for sentence in read(record, name)
        if not of_other_studies(sentence.words)
        and may_be_shown(sentence.words)
        and len(sentence.words) > 30
        and not _NOspeaks("aim", sentence.words)
        and not speaks("points_back", sentence.words)
    ]
    chosen = [
        s for s in own if _ONLY_ANspeaks("aim", s.words) or speaks("designed", s.words) or _AIM_HEADING.search(s.heading)
    ]
    chosen += [s for s in own if speaks("aim", s.words) and s not in chosen]
    chosen = (chosen or own)[:limit]
    return tuple((sentence.span,) for sentence in sorted(chosen, key=lambda sentence: sentence.start))


def earlier_work(record: Record) -> Span | None:
    """A sentence on what earlier work found, without figures on survival: background, never this trial's result."""
    for name in (SectionName.BRIEF_SUMMARY, SectionName.DETAILED_DESCRIPTION):
        for sentence in read(record, name):
            words = sentence.words
            fared = re.search(r"\b(?:surviv\w*|mortality|died|deaths?|prognosis|OS|PFS)\b", words)
            if of_other_studies(words) and re.search(r"\d\s?%", words) and not fared and may_be_shown(words):
                return sentence.span
    return None
