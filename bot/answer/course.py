"""What taking part would be like: what is given, how long, how groups are made, visits and tests, side effects, costs.

Taken from the fields on arms and design, and from sentences that tell of this trial; never from its background.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.answer import explain, prose
from bot.answer.facets import Said, listed, measure_words, outcome_blocks, quoted, say
from bot.answer.patterns import answers
from bot.answer.plain import plain
from bot.answer.schema import DraftClaim
from index.record import Record
from index.trial import Arm, SectionName, Span

_STORY = (SectionName.BRIEF_SUMMARY, SectionName.DETAILED_DESCRIPTION, SectionName.DESIGN)
_AMBIGUOUS = re.compile(r"\b(bimonthly|biweekly|bi-monthly|bi-weekly)\b", re.I)
_TWO_WAYS = {
    "month": "twice a month or every two months",
    "week": "twice a week or every two weeks",
}
_GROUP_WORD = re.compile(r"\b(?:group|arm|cohort|part|stratum)\b", re.IGNORECASE)
_MOST_ARMS = 6
_MOST_DESCRIBED = 3
_FEW = 4
_LONGEST_DESCRIPTION = 420
_ALLOCATION = {
    "RANDOMIZED": "It is a randomised trial.",
    "NON_RANDOMIZED": "It is not a randomised trial.",
    "NA": "Nobody is put into groups by chance: this does not apply here.",
}
_MASKING = {
    "NONE": "Nothing is hidden: it is open label.",
    "SINGLE": "Who gets what is hidden from one side (single-blind).",
    "DOUBLE": "Who gets what is hidden (double-blind).",
    "TRIPLE": "Who gets what is hidden (triple-blind).",
    "QUADRUPLE": "Who gets what is hidden (quadruple-blind).",
}
_MODEL = {
    "SINGLE_GROUP": "There is a single group, so nobody is put into groups by chance.",
    "PARALLEL": "There are groups side by side (parallel).",
    "CROSSOVER": "People change from one treatment plan to another (crossover).",
    "FACTORIAL": "Treatments are tested alone and together (factorial).",
    "SEQUENTIAL": "Groups start one after another (sequential).",
}


def treatment(record: Record) -> Said:
    trial = record.trial
    if trial.interventions:
        names = listed(one.name for one in trial.interventions)
        yield say(record, f"What is studied: {names}.", record.line("Interventions"))
    else:
        yield from quoted(record, prose.aims(record, 1))
    arms = list(_arms(record))
    yield from arms
    told = plain(record.text(SectionName.ARMS) or "").lower()
    doses = [
        one
        for one in prose.about(record, answers("dose"), 2, _STORY)
        if _words(record, one) not in told and len(one) == 1  # not what only a part of the study does
    ]
    yield from quoted(record, doses)
    has_dose = bool(doses) or answers("dose").search(told) is not None
    if not has_dose:
        yield from _no_dose(record)
    yield from quoted(record, prose.about(record, answers("works"), 1, _STORY[:2], _tells_how_it_works))
    if trial.design.primary_purpose:
        yield explain.explain_purpose(trial.design.primary_purpose)
    yield from _ambiguous(told + " ".join(_words(record, one) for one in doses))
    if has_dose:
        yield "Doses here are the study's plan, not advice for anyone's own treatment."


def _no_dose(record: Record) -> Iterator[str]:
    kinds = {one.type for one in record.trial.interventions}
    if not kinds or kinds & {"DRUG", "BIOLOGICAL", None}:
        yield "The record does not say how it is given or in what dose."
    if prose.about(record, re.compile(r"\d\s*mg\b"), 1, _STORY, lambda one: not prose.of_this_trial(one)):
        yield "A dose in its background text comes from another study and is not this trial's dose."


def _words(record: Record, passage: prose.Passage) -> str:
    return plain(record.quote(passage[-1])).lower()


def _tells_how_it_works(sentence: prose.Sentence) -> bool:
    """A plain statement on the treatment: not what other studies found, not an aim, not a rule of the trial."""
    return (
        not prose.of_other_studies(sentence.words)
        and not prose.is_aim(sentence)
        and len(sentence.words) < 260
        and re.search(r"\b(?:will|patients? (?:who|with)|criteria)\b", sentence.words) is None
    )


def _ambiguous(words: str) -> Iterator[str]:
    for found in dict.fromkeys(match[1].lower() for match in _AMBIGUOUS.finditer(words)):
        meanings = _TWO_WAYS["month" if "month" in found else "week"]
        yield f"“{found.capitalize()}” can mean {meanings}. Ask the study team which is meant."


def _arms(record: Record) -> Iterator[DraftClaim | str]:
    """What each group gets; then what is said of a treatment that no group's text says already."""
    arms, rest = record.trial.arms, record.trial.interventions
    blocks = _blocks(record)
    for arm, span in list(zip(arms, blocks, strict=False))[:_MOST_ARMS]:
        yield say(record, _arm_words(arm, alone=len(arms) == 1, brief=len(arms) > _FEW), span)
    if len(arms) > _MOST_ARMS:
        yield f"{len(arms) - _MOST_ARMS} more groups are in the record."
    told = " ".join(plain(arm.description or "") for arm in arms[:_MOST_ARMS])
    described = 0
    for one, span in zip(rest, blocks[len(arms) :], strict=False):
        also = f", also called {listed(one.other_names)}" if one.other_names else ""
        about = _beyond(_shortened(one.description or ""), (one.name, told))
        if (also or about) and described < (_MOST_DESCRIBED if len(rest) <= _FEW else 0) and prose.may_be_shown(about):
            described += 1
            yield say(record, f"{one.name}{also}: {about}" if about else f"{one.name} is{also.lstrip(',')}.", span)


def _beyond(about: str, said: tuple[str, ...]) -> str:
    """A description, unless all of it is said already."""
    return "" if any(plain(about).lower() in plain(words).lower() for words in said) else about


def _blocks(record: Record) -> list[Span]:
    """The place of each arm, then of each intervention."""
    text = record.text(SectionName.ARMS) or ""
    heads = [f"Arm: {arm.label}" for arm in record.trial.arms]
    heads += [f"Intervention: {one.name}" for one in record.trial.interventions]
    starts, at = [], 0
    for head in heads:
        at = text.index(head, at)
        starts.append(at)
        at += len(head)
    return [
        Span(section=SectionName.ARMS, start=start, end=start + len(text[start:end].rstrip()))
        for start, end in pairwise((*starts, len(text)))
    ]


def _arm_words(arm: Arm, alone: bool, brief: bool) -> str:
    given = listed(re.sub(r"^[A-Z][\w ]+: ", "", one) for one in arm.interventions)
    name = "The one group" if alone else arm.label if _GROUP_WORD.search(arm.label) else f"Group {arm.label}"
    said = f"{name} gets: {given}." if given else f"{name}:"
    about = "" if brief and given else _shortened(arm.description or "", 2 if alone else 1)
    about = _beyond(about, (given, arm.label))
    return f"{said} {about}" if about and prose.may_be_shown(about) else said.rstrip(":") + ("." if not given else "")


def _shortened(text: str, times: int = 1) -> str:
    """The first whole sentences of a description, as many as fit."""
    text = text.strip()
    longest = times * _LONGEST_DESCRIPTION
    if len(text) <= longest:
        return text
    ends = [match.end() for match in re.finditer(r"[.;](?=\s)|\n", text) if match.end() <= longest]
    return f"{text[: ends[-1]].rstrip()} …" if ends else ""


def duration(record: Record) -> Said:
    everywhere = prose.about(record, answers("lasts"), 4, (*_STORY, SectionName.VISITS, SectionName.ARMS))
    found = [one for one in everywhere if len(one) == 1]
    yield from quoted(record, found)
    if not found:
        yield "The record does not say how long one person takes part."
    yield from _ambiguous(" ".join(_words(record, one) for one in found))
    spans = [span for label in ("Study start", "Study completion") if (span := record.line(label))]
    if spans:
        whole = ", ".join(record.quote(span).removeprefix("Study ").replace(": ", " ", 1) for span in spans)
        yield say(record, f"The study as a whole: {whole}.", *spans)


def randomised(record: Record) -> Said:
    design = record.trial.design
    found = prose.about(record, answers("groups"), 4, prose.PROSE[:3])
    all_get = prose.about(record, answers("everyone"), 4, prose.PROSE[:3])
    everyone = [one for one in all_get if _everyone_gets_it(record, one)][:1]
    yield from quoted(record, everyone, "By these words nobody gets a placebo instead of the treatment: ")
    notes: list[str | None] = []
    single = design.intervention_model == "SINGLE_GROUP"
    for label, value, words, explained in (
        ("Allocation", None if single else design.allocation, _ALLOCATION, explain.explain_allocation),
        ("Intervention model", design.intervention_model, _MODEL, explain.explain_model),
        ("Masking", design.masking, _MASKING, explain.explain_masking),
    ):
        if value and value in words and (span := record.line(label, SectionName.DESIGN)):
            yield say(record, words[value], span)
            notes.append(explained(value))
    yield _placebo_groups(record)
    yield from quoted(record, (one for one in found if one not in everyone))
    yield from notes
    if not (notes or found):
        yield "The record does not say whether people are put into groups by chance, or what they are told about it."
    if not any(answers("placebo").search(section.text) for section in record.sections):
        yield "The record does not mention a placebo."


def _placebo_groups(record: Record) -> DraftClaim | None:
    """The groups that get a placebo or a sham treatment."""
    found = [
        (arm.label, span)
        for arm, span in zip(record.trial.arms, _blocks(record), strict=False)
        if answers("placebo").search(f"{arm.type} {arm.label} {' '.join(arm.interventions)}".replace("_", " "))
    ]
    words = listed(label for label, _ in found)
    return say(record, f"With a placebo or sham treatment: {words}.", *(span for _, span in found)) if found else None


def _everyone_gets_it(record: Record, passage: prose.Passage) -> bool:
    """Whether these words say that all get the one treatment studied, in a record that names no stand-in for it."""
    if len(record.trial.interventions) != 1:
        return False
    name = re.escape(record.trial.interventions[0].name.lower())
    all_get = rf"\b(?:everyone|everybody|all (?:patients|participants|people))\b[^.]{{0,40}}\b{name}"
    stand_in = any(answers("stand_in").search(section.text) for section in record.sections)
    return not stand_in and re.search(all_get, _words(record, passage)) is not None


def visits(record: Record) -> Said:
    sections = (SectionName.DESIGN, SectionName.DETAILED_DESCRIPTION, SectionName.BRIEF_SUMMARY)
    plan = list(_paragraphs(record, SectionName.VISITS))
    yield from quoted(record, plan)
    found = prose.about(record, answers("visits"), 5, sections)
    yield from quoted(record, found)
    if not plan and not found:
        yield "The record does not give a visit plan. The study team can tell you how often and where."
    elif not plan:
        yield "The record gives no full visit plan. The study team can tell you how often and where."


def _paragraphs(record: Record, name: SectionName) -> Iterator[prose.Passage]:
    """A section in its paragraphs, a list with what introduces it."""
    here = prose.read(record, name)
    for number in dict.fromkeys(sentence.paragraph for sentence in here):
        of_it = [sentence for sentence in here if sentence.paragraph == number]
        yield (Span(section=name, start=of_it[0].start, end=of_it[-1].end),)


def side_effects(record: Record) -> Said:
    listed_ones = list(_paragraphs(record, SectionName.SIDE_EFFECTS))
    yield from quoted(record, listed_ones)
    found = prose.about(record, answers("harms"), 3, (*_STORY, SectionName.ARMS))
    yield from quoted(record, (one for one in found if len(one) == 1))
    if not listed_ones:
        yield "The record has no list of side effects."
        measured = [span for _, span in outcome_blocks(record) if answers("harms_measured").search(record.quote(span))]
        for span in measured[:3]:
            yield say(record, f"The study measures this about safety: {measure_words(record, span)}", span)
    yield "The study team goes through all known risks before anyone agrees to take part."
    yield "If you feel unwell now, tell your care team."
    yield "Who oversees a trial differs between countries: the study team can name the ethics committee for it."


def cost(record: Record) -> Said:
    found = prose.about(record, answers("cost"), 3)
    yield from quoted(record, found)
    if not found:
        yield "Costs and payments are not stated in this record. Ask the study team who pays for what, travel included."
