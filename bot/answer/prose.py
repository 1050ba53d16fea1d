"""Passages of a trial's own prose that speak to a question, and those that speak of something else: other studies, other drugs.

A number from an earlier study is not this trial's result, and a dose from another trial is not this trial's dose. What is chosen is
a sentence with what it needs to be understood: the list it introduces, the sentence that its "This" points to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

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

_PARTICIPANTS = (
    r"(?:patients|participants|subjects|volunteers|people|women|men|children|adults|adolescents|infants|individuals|parents|eyes"
    r"|donors|arms?|groups?|cohorts?|everyone|everybody|each (?:patient|participant|subject))"
)
# What is done in this trial.
_PLANNED = re.compile(
    rf"\bwill\b|\byou\b|\bthis (?:clinical |research |pilot |randomi[sz]ed )?(?:study|trial|project)\b|\b(?:the|a) study (?:drug|medicine|treatment|team|visit|period|is)\b"
    rf"|\b{_PARTICIPANTS}\b[^.;]{{0,80}}\b(?:receive|undergo|take|get|are (?:treated|randomi[sz]ed|assigned|followed|asked|seen|given|allocated|removed)|attend"
    r"|complete|continue|wear|return|visit|fill|achieving)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:treatment|therapy|follow-up|monotherapy|regimen|study|course|cycle)s? (?:repeats?|continues?|lasts?|consists?)\b"
    r"|\b(?:is|are|was|were|be) (?:also |then |orally |being |to be )?(?:administered|given|added|initiated|infused|injected|followed|treated|repeated|collected"
    r"|performed|asked|seen|monitored|randomi[sz]ed|assigned|allocated|stored|taken|used)\b",
    re.IGNORECASE,
)
_IN_GENERAL = re.compile(
    r"(?<!how )\b(?:generally|usually|commonly|typically|often|traditionally|conventionally|standard of care|current(?:ly)?|to date|remains?|worldwide"
    r"|incidence|prevalence|leading cause|unmet|known|evidence|literature|according to|guidelines?|it is estimated)\b",
    re.IGNORECASE,
)
# What other studies did or found.
_OTHER_STUDY = re.compile(
    r"\b(?:previous(?:ly)?|prior|earlier|other|another|recent(?:ly)?|historical|several|many|most|preclinical|animal) (?:\w+ ){0,2}"
    r"(?:stud(?:y|ies)|trials?|results?|reports?|data)\b",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(?:was|were|been|has been|have been) (?:\w+ly )?(?:reported|shown|demonstrated|published|observed|proven|found|recognized|approved|associated|described)\b"
    r"|\breportedly\b|\b(?:response|remission|survival|success|cure|relapse|mortality) (?:\([A-Z]+\) )?rates?\b[^.]{0,60}\d\s?%|\bachiev\w+ [^.]{0,80}\d\s?%"
    r"|\bwe know from research\b|\b(?:in|from) the literature\b|\bsince (?:19|20)\d\d\b|\bresulted in\b|\bshowed\b|\bet al\b|\b(?:suggest|indicate)s?(?:ed)? that\b"
    r"|\[\d+(?:[,-]\s?\d+)*\]|\bestimated (?:number|\d)",
    re.IGNORECASE,
)
_FARED = re.compile(
    r"\b(?:overall survival|progression[\s-]free survival|OS|PFS|survival|mortality|prognosis|died|deaths?|life expectancy|fatal)\b[^.]{0,120}\d"
    r"|\d[^.]{0,60}\b(?:survival|mortality|deaths?)\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(r"\b(?:will|end ?points?|outcomes?|measur\w+|assess\w*|evaluat\w+|determin\w+)\b", re.IGNORECASE)
_STATISTICS = re.compile(
    r"\b(?:statistic\w*|sample size|p[\s-]?values?|confidence interval|intention[\s-]to[\s-]treat|kaplan|regression|anova|t-test|null hypothesis|two-sided"
    r"|analy[sz]ed (?:using|by|with)|power of)\b",
    re.IGNORECASE,
)
_AIM = re.compile(
    r"\b(?:aims?|goals?|purpose|objectives?|designed|evaluat\w+|investigat\w+|assess\w*|determin\w+|compar\w+|find out|looking at|stud(?:y|ies|ying) (?:how|whether|the)"
    r"|test(?:s|ing)? (?:whether|if|how|in)|learn|hypothes\w+|want to|this (?:study|trial|research|is a))\b",
    re.IGNORECASE,
)
_ONLY_AN_AIM = re.compile(
    r"^(?:(?:to|we)\s+)?(?:determine|assess|evaluate|correlate|compare|investigate|explore|estimate|characteri[sz]e|identify|describe|examine|establish|measure"
    r"|find out|demonstrate|analy[sz]e)\b|\b(?:aim|goal|purpose|objective)s? (?:of|is|are)\b|\b(?:is|are) studying how\b|\bthis (?:study|trial) (?:is to|aims|evaluates|was conducted to)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"^(?:this(?! (?:study|trial|research|is a (?:phase|study|trial|pilot|random|multi|prospect|single|open|double)))|that|these|those|it|they|such|also|then|however|therefore"
    r"|both|thereafter|afterwards|after that|if so|in addition|additionally)\b",
    re.IGNORECASE,
)
_BACKGROUND_HEADING = re.compile(
    r"\b(?:background|rationale|introduction|significance|preliminary|previous|literature|state of the art|context|scientific|references?)\b",
    re.IGNORECASE,
)
_AIM_HEADING = re.compile(r"\b(?:objectives?|aims?|purpose|hypothes[ei]s|end ?points?|outcomes?)\b", re.IGNORECASE)
_STATISTICS_HEADING = re.compile(r"\b(?:statistic\w*|sample size|analys[ei]s|data management)\b", re.IGNORECASE)
_LABEL = re.compile(r"(?:[A-Z][A-Z /&,()-]{3,50}|[A-Z][a-z]+(?: [a-z]+){0,2}):\s+(?=\S)")
_FIELD = re.compile(
    r"(?:Allocation|Intervention model|Masking|Who is masked|Primary purpose|Observational model|Time perspective|Arm|Given|Intervention|Also called"
    r"|(?:Primary|Secondary|Other) outcome|Time frame): "
)
_DESCRIPTION_FIELD = re.compile(r"(?:Intervention model|Masking) description: ")
_REACHES_OUT = re.compile(r"@|https?:|www\.|\+\s?\d[\d\s().-]{6,}|\b\d{3}[\s.-]\d{3,4}[\s.-]\d{3,5}\b")


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
        item = re.fullmatch(r"\s*\S{1,6}\s+", text[line_start:start]) is not None
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
    return len(line) < 80 and line[-1] not in ".!?;," and len(line.split()) <= 8 and not _PLANNED.search(line)


def of_other_studies(words: str) -> bool:
    """Whether a sentence tells of earlier results or of how people fared, rather than of what this trial does."""
    if _FARED.search(words) and not _MEASURED.search(words):
        return True
    return _FOUND.search(words) is not None or (
        _OTHER_STUDY.search(words) is not None and re.search(r"\bwill\b", words) is None
    )


def of_this_trial(sentence: Sentence) -> bool:
    """Whether a sentence says what is done in this trial: not background, not an aim, not how the figures are worked out."""
    words = sentence.words
    if of_other_studies(words) or _STATISTICS.search(words) or _ONLY_AN_AIM.search(words):
        return False
    if any(heading.search(sentence.heading) for heading in (_BACKGROUND_HEADING, _AIM_HEADING, _STATISTICS_HEADING)):
        return False
    if sentence.section in (SectionName.ARMS, SectionName.VISITS):
        return True
    return _PLANNED.search(words) is not None or (
        _DONE.search(words) is not None and _IN_GENERAL.search(words) is None
    )


def may_be_shown(words: str) -> bool:
    """No promise, which the verifier would drop, and no contact, which only those see who ask for one."""
    return promise_in(plain(words)) is None and _REACHES_OUT.search(words) is None


def about(
    record: Record,
    pattern: str,
    limit: int,
    sections: Sequence[SectionName] = PROSE,
    belongs: Callable[[Sentence], bool] = of_this_trial,
) -> tuple[Span, ...]:
    """The first passages with a sentence that matches `pattern` and `belongs`, at most `limit`; the same words are taken once."""
    wanted = re.compile(pattern, re.IGNORECASE)
    found: list[Span] = []
    seen = ""
    for name in sections:
        read_here = read(record, name)
        chosen = [
            at
            for at, sentence in enumerate(read_here)
            if wanted.search(sentence.words) and belongs(sentence) and may_be_shown(sentence.words)
        ]
        for span in _joined(read_here, chosen, belongs):
            words = " ".join(plain(record.quote(span)).lower().split())
            if words not in seen:
                found.append(span)
                seen += f"{words}\n"
    return tuple(found[:limit])


def _joined(read_here: list[Sentence], chosen: Iterable[int], belongs: Callable[[Sentence], bool]) -> list[Span]:
    """The chosen sentences as passages: each with the one that it points back to, neighbours together."""
    groups: list[list[int]] = []
    for at in chosen:
        first = _with_what_it_points_to(read_here, at)
        last = groups[-1][-1] if groups else -9
        near = first <= last + 1 or (at == last + 2 and belongs(read_here[at - 1]))
        if near and _fit(read_here, groups[-1][0], at) and may_be_shown(read_here[at - 1].words):
            groups[-1].append(at)
        else:
            groups.append([max(first, last + 1), at])
    return [
        Span(section=read_here[group[0]].section, start=read_here[group[0]].start, end=read_here[group[-1]].end)
        for group in groups
    ]


def _with_what_it_points_to(read_here: list[Sentence], at: int) -> int:
    first = at
    while (
        first > 0
        and _POINTS_BACK.search(read_here[first].words)
        and read_here[first - 1].paragraph == read_here[first].paragraph
        and _fit(read_here, first - 1, at)
        and not of_other_studies(read_here[first - 1].words)
        and may_be_shown(read_here[first - 1].words)
    ):
        first -= 1
    return first


def _fit(read_here: list[Sentence], first: int, last: int) -> bool:
    """Whether these sentences can be shown as one passage."""
    one_paragraph = read_here[first].paragraph == read_here[last].paragraph
    return one_paragraph and read_here[last].end - read_here[first].start <= _LONGEST


def aims(record: Record, limit: int = 2) -> tuple[Span, ...]:
    """The sentences that say what the trial is for: those with an aim in them first, in reading order."""
    name = SectionName.BRIEF_SUMMARY if record.text(SectionName.BRIEF_SUMMARY) else SectionName.DETAILED_DESCRIPTION
    own = [
        sentence
        for sentence in read(record, name)
        if not of_other_studies(sentence.words) and may_be_shown(sentence.words) and len(sentence.words) > 30
    ]
    with_aim = [s for s in own if _ONLY_AN_AIM.search(s.words) or _AIM_HEADING.search(s.heading)]
    with_aim += [s for s in own if _AIM.search(s.words) and s not in with_aim]
    chosen = (with_aim or own)[:limit]
    return tuple(sentence.span for sentence in sorted(chosen, key=lambda sentence: sentence.start))


def earlier_work(record: Record) -> Span | None:
    """A sentence on what earlier work found, without figures on survival: background, never this trial's result."""
    for name in (SectionName.BRIEF_SUMMARY, SectionName.DETAILED_DESCRIPTION):
        for sentence in read(record, name):
            words = sentence.words
            fared = re.search(r"\b(?:surviv\w*|mortality|died|deaths?|prognosis|OS|PFS)\b", words)
            if of_other_studies(words) and re.search(r"\d\s?%", words) and not fared and may_be_shown(words):
                return sentence.span
    return None
