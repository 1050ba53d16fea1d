"""Passages of a trial's own prose that speak to a question, told from those on other studies and other drugs.

A number from an earlier study is not this trial's result, and a dose from another trial is not its dose. What is chosen
is a sentence with what it needs to be understood: the list it introduces, the sentence that its "This" points to.
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
_LONGEST_LIST = 1200
_SHORTEST_AIM = 30
_LABEL = re.compile(r"(?:[A-Z][A-Z /&,()-]{3,50}|[A-Z][a-z]+(?: [a-z]+){0,2}):\s+(?=\S)")
_FIELD = re.compile(
    r"(?:Allocation|Intervention model|Masking|Who is masked|Primary purpose|Observational model|Time perspective"
    r"|Arm|Given|Intervention|Also called|(?:Primary|Secondary|Other) outcome|Time frame): "
)
_DESCRIPTION_FIELD = re.compile(r"(?:Intervention model|Masking) description: ")
_LEADS_ON = frozenset(
    {"include", "includes", "are", "is", "to", "if", "by", "following", "taken", "of", "with", "that"}
)
_LIST_MARK = re.compile(r"\s*\S{1,6}\s+")

Passage = tuple[Span, ...]
"""Words to be shown together; more than one span where what lies between is left out."""


class Sentence(NamedTuple):
    """A sentence with the list it introduces; `heading` is the nearest above it, `paragraph` counts blank lines."""

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
    """The sentences of a section: no headings, no registry fields, a list with the sentence that introduces it."""
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
        if item and leads and end - found[-1].start <= _LONGEST_LIST:
            found[-1] = found[-1]._replace(end=end, words=text[found[-1].start : end])
            continue
        if not item and _fills_its_line(text, line_start, start, end) and _is_heading(text[start:end]):
            heading, leads = text[start:end], False
            continue
        if (label := _LABEL.match(text, start, end)) and label.end() < end - 20:
            heading, start = label[0], label.end()
        elif found and found[-1].paragraph != paragraph and _LABEL.match(f"{heading}x"):
            heading = ""  # a label inside a line holds for its paragraph
        found.append(Sentence(name, start, end, text[start:end], heading, paragraph, item))
        leads = not item and text[end - 1] not in ".!?"
    return found


def _fills_its_line(text: str, line_start: int, start: int, end: int) -> bool:
    return not text[line_start:start].strip() and not text[end:].split("\n", 1)[0].strip()


def _is_heading(line: str) -> bool:
    words = line.split()
    short = len(line) < 80 and len(words) <= 8 and line[-1] not in ".!?;,"
    return short and words[-1].lower() not in _LEADS_ON and not speaks("planned", line)


def of_other_studies(words: str) -> bool:
    """Whether a sentence tells of earlier results or of how people fared, rather than of what this trial does."""
    if speaks("fared", words) and not speaks("measured", words):
        return True
    return speaks("found", words) or (speaks("other_study", words) and re.search(r"\bwill\b", words) is None)


def of_this_trial(sentence: Sentence) -> bool:
    """Whether a sentence says what is done in this trial: not background, not an aim, no statistics."""
    words = sentence.words
    if of_other_studies(words) or speaks("statistics", words) or is_aim(sentence):
        return False
    if _under("background", sentence) or _under("statistics", sentence):
        return False
    if sentence.section in (SectionName.DESIGN, SectionName.ARMS, SectionName.VISITS):
        return True
    return speaks("planned", words) or (speaks("done", words) and not speaks("in_general", words))


def is_aim(sentence: Sentence) -> bool:
    """Whether a sentence says what the trial wants to find out, and nothing else."""
    return speaks("only_an_aim", sentence.words) or speaks("designed", sentence.words) or _under("aim", sentence)


def _under(kind: str, sentence: Sentence) -> bool:
    return pattern("headings", kind).search(sentence.heading) is not None


def may_be_shown(words: str) -> bool:
    """No promise, which the verifier would drop, and no contact, which only those see who ask for one."""
    return promise_in(plain(words)) is None and not speaks("reaches_out", words)


def about(
    record: Record,
    wanted: re.Pattern[str],
    limit: int,
    sections: Sequence[SectionName] = PROSE,
    belongs: Callable[[Sentence], bool] = of_this_trial,
) -> tuple[Passage, ...]:
    """The first passages with a sentence that is `wanted` and `belongs`, at most `limit`; the same words once."""
    found: list[Passage] = []
    seen = ""
    for name in sections:
        here = read(record, name)
        chosen = [
            at
            for at, sentence in enumerate(here)
            if wanted.search(sentence.words) and _belongs(here, at, belongs) and may_be_shown(sentence.words)
        ]
        for passage in _joined(here, chosen, belongs):
            words = " ".join(plain(record.quote(passage[-1])).lower().split())
            if words not in seen:
                found.append(passage)
                seen += f"{words}\n"
    return tuple(found[:limit])


def _belongs(here: list[Sentence], at: int, belongs: Callable[[Sentence], bool]) -> bool:
    """Whether a sentence belongs, or points back to one that does: "This is called …"."""
    if belongs(here[at]):
        return True
    goes_on = at > 0 and speaks("points_back", here[at].words) and here[at - 1].paragraph == here[at].paragraph
    return goes_on and not of_other_studies(here[at].words) and _belongs(here, at - 1, belongs)


def _joined(here: list[Sentence], chosen: Iterable[int], belongs: Callable[[Sentence], bool]) -> list[Passage]:
    """The chosen sentences as passages: each with the one that it points back to, neighbours together."""
    groups: list[tuple[int, int]] = []  # first and last sentence
    for at in chosen:
        first = _with_what_it_points_to(here, at)
        last = groups[-1][1] if groups else -9
        near = first <= last + 1 or (at == last + 2 and belongs(here[at - 1]) and may_be_shown(here[at - 1].words))
        if near and _fit(here, groups[-1][0], at):
            groups[-1] = (groups[-1][0], at)
        else:
            groups.append((max(first, last + 1), at))
    passages = [(*_limits(here, first), _span(here[first], here[last])) for first, last in groups]
    openings = {passage[0] for passage in passages if len(passage) > 1}
    return [passage for passage in passages if len(passage) > 1 or passage[0] not in openings]


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
    summary = [one for one in read(record, SectionName.BRIEF_SUMMARY) if _may_be_an_aim(one)]
    plainly = [one for one in summary if is_aim(one)]
    perhaps = [one for one in summary if speaks("aim", one.words) and one not in plainly]
    if chosen := (plainly + perhaps)[:limit]:
        return tuple((one.span,) for one in sorted(chosen, key=lambda one: one.start))
    described = [one for one in read(record, SectionName.DETAILED_DESCRIPTION) if _may_be_an_aim(one)]
    plainly = [one for one in described if is_aim(one)]
    return tuple((one.span,) for one in (plainly[:limit] or summary[:1]))


def _may_be_an_aim(sentence: Sentence) -> bool:
    words = sentence.words
    aside = speaks("no_aim", words) or speaks("points_back", words) or _under("background", sentence)
    return len(words) > _SHORTEST_AIM and not aside and not of_other_studies(words) and may_be_shown(words)


def earlier_work(record: Record) -> Span | None:
    """A sentence on what earlier work found, with no word on survival: background, never this trial's result."""
    for name in (SectionName.BRIEF_SUMMARY, SectionName.DETAILED_DESCRIPTION):
        for sentence in read(record, name):
            words = sentence.words
            figures = re.search(r"\d\s?%", words) is not None and not speaks("survival", words)
            if figures and of_other_studies(words) and may_be_shown(words):
                return sentence.span
    return None
