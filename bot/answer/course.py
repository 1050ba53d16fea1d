"""What taking part would be like: what is given, how long, how groups are made, visits and tests, side effects, costs.

Taken from the fields on arms and design, and from sentences of the record that tell of this trial; never from its background.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.answer import explain, prose
from bot.answer.facets import Said, listed, measure_words, outcome_blocks, quoted, say
from bot.answer.plain import plain
from bot.answer.schema import DraftClaim
from index.record import Record
from index.trial import Arm, SectionName, Span

_STORY = (SectionName.BRIEF_SUMMARY, SectionName.DETAILED_DESCRIPTION, SectionName.DESIGN)
_NUMBER = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_TIME = r"(?:days?|weeks?|months?|years?|cycles?|courses?)"
_DOSE = (
    r"\d\s*(?:mg|µg|μg|ug|mcg|g/m|mL|ml|IU|units?|Gy|cGy)\b|\b(?:doses?|orally|by mouth|intraven\w+|infusions?|injections?|subcutaneous\w*|tablets?|capsules?"
    r"|(?:once|twice) (?:a |per )?(?:day|daily|week|weekly))\b|\bis added\b"
)
_WORKS = r"\b(?:works? (?:mainly |mostly )?by|block(?:s|ing)|target(?:s|ing)?|inhibit\w*|activat\w+|controls? the|biological therapy|type of (?:drug|treatment|therapy))\b"
_LASTS = (
    rf"\b(?:for|over|up to|lasts?|total of|maximum of|until)\s+(?:\w+\s+){{0,4}}?{_NUMBER}[\s-]*(?:to\s*\d+\s*)?{_TIME}\b(?! of age| old)"
    rf"|\b{_NUMBER}[\s-]{_TIME}[\s-](?:treatment|follow|study|period|course|extension|trial|open|run|intervention|program)"
    r"|\buntil (?:\w+ ){0,3}(?:progress\w+|toxicity|relapse|death)|\bunacceptable toxicity\b|\bhow long you\b|\brepeats? every\b|\bcycle of treatment\b"
    r"|\b(?:study|treatment|participation|follow-up) (?:duration|will last|lasts)\b|\bfollowed (?:up )?(?:every|for)\b"
)
_GROUPS = (
    r"\b(?:placebo|randomi[sz]\w*|double[\s-]blind\w*|single[\s-]blind\w*|open[\s-]label|blinded|masked|sham|control (?:group|arm)|put into (?:one|groups?)|by a computer"
    r"|(?:everyone|everybody|all (?:patients|participants|subjects))\b[^.]{0,25}\b(?:will )?(?:have|get|receive))\b"
)
_VISITS = (
    r"\b(?:visits?|hospital|clinic|blood (?:tests?|samples?|draws?|draw|will)|(?:blood|tissue|urine|skin) (?:and \w+ )?(?:samples?|specimens?)|specimens?|biops\w+|scans?"
    r"|MRI|CT|ECG|electrocardiogram|questionnaires?|surveys?|physical exam\w*|fasting|cannot eat|see the doctors?|telephone|phone calls?|extra studies)\b"
)
_HARMS = r"\b(?:side effects?|adverse (?:reactions?|effects?)|risks? (?:of|include)|tumou?r flare|lysis syndrome)\b"
_HARMS_MEASURED = re.compile(r"\b(?:adverse|toxicit\w+|side effects?|safety|tolerab\w+)", re.I)
_COST = r"\b(?:costs?|paid|payments?|compensat\w+|reimburs\w+|free of charge|no charge|stipend|travel expenses|gift cards?)\b"
_AMBIGUOUS = re.compile(r"\b(bimonthly|biweekly|bi-monthly|bi-weekly)\b", re.I)
_TWO_WAYS = {
    "month": "twice a month or every two months",
    "week": "twice a week or every two weeks",
}
_MOST_ARMS = 8
_LONGEST_DESCRIPTION = 420
_NO_TREATMENT = re.compile(r"\b(?:placebo|sham|dummy|no (?:treatment|intervention)|control|observation)\b", re.I)
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
    "SINGLE_GROUP": "There is a single group.",
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
    doses = [one for one in prose.about(record, _DOSE, 3, _STORY) if _words(record, one) not in told]
    yield from quoted(record, doses)
    if not doses and not re.search(_DOSE, told):
        yield "The record does not say how it is given or in what dose."
        if prose.about(record, r"\d\s*mg\b", 1, _STORY, lambda one: not prose.of_this_trial(one)):
            yield "A dose in its background text comes from another study and is not this trial's dose."
    yield from quoted(record, prose.about(record, _WORKS, 1, _STORY[:2], _tells_how_it_works))
    if trial.design.primary_purpose:
        yield explain.explain_purpose(trial.design.primary_purpose)
    yield from _ambiguous(told + " ".join(_words(record, one) for one in doses))
    yield "Doses here are the study's plan, not advice for anyone's own treatment."


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
        yield f"“{found.capitalize()}” can mean {_TWO_WAYS['month' if 'month' in found else 'week']}. Ask the study team which is meant."


def _arms(record: Record) -> Iterator[DraftClaim | str]:
    """What each group gets; then what is said of a treatment that no group's text says already."""
    arms, rest = record.trial.arms, record.trial.interventions
    blocks = _blocks(record)
    for arm, span in list(zip(arms, blocks, strict=False))[:_MOST_ARMS]:
        yield say(record, _arm_words(arm, alone=len(arms) == 1, brief=len(arms) > 4), span)
    if len(arms) > _MOST_ARMS:
        yield f"{len(arms) - _MOST_ARMS} more groups are in the record."
    told = " ".join(plain(arm.description or "") for arm in arms[:_MOST_ARMS]) if len(arms) <= 4 else ""
    described = 0
    for one, span in zip(rest, blocks[len(arms) :], strict=False):
        also = f", also called {listed(one.other_names)}" if one.other_names else ""
        about = _shortened(one.description or "")
        if about and plain(about) in told:
            about = ""
        if (also or about) and described < 4 and prose.may_be_shown(about):
            described += 1
            yield say(record, f"{one.name}{also}: {about}" if about else f"{one.name} is{also.lstrip(',')}.", span)


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
    ends = [start for start in starts[1:]] + [len(text)]
    return [
        Span(section=SectionName.ARMS, start=start, end=start + len(text[start:end].rstrip()))
        for start, end in zip(starts, ends, strict=True)
    ]


def _arm_words(arm: Arm, alone: bool, brief: bool) -> str:
    given = listed(re.sub(r"^[A-Z][\w ]+: ", "", one) for one in arm.interventions)
    name = "The one group" if alone else f"Group {arm.label}"
    said = f"{name} gets: {given}." if given else f"{name}:"
    about = "" if brief and given else _shortened(arm.description or "")
    return f"{said} {about}" if about and prose.may_be_shown(about) else said.rstrip(":") + ("." if not given else "")


def _shortened(text: str) -> str:
    """The first whole sentences of a description."""
    text = text.strip()
    if len(text) <= _LONGEST_DESCRIPTION:
        return text
    ends = [match.end() for match in re.finditer(r"[.;](?=\s)|\n", text) if match.end() <= _LONGEST_DESCRIPTION]
    return f"{text[: ends[-1]].rstrip()} …" if ends else ""


def duration(record: Record) -> Said:
    found = prose.about(record, _LASTS, 4, (*_STORY, SectionName.VISITS, SectionName.ARMS))
    yield from quoted(record, found)
    if not found:
        yield "The record does not say how long one person takes part."
    yield from _ambiguous(" ".join(_words(record, one) for one in found))
    spans = [span for label in ("Study start", "Study completion") if (span := record.line(label))]
    if spans:
        yield say(record, f"The study as a whole: {'; '.join(record.quote(span) for span in spans)}.", *spans)


def randomised(record: Record) -> Said:
    design = record.trial.design
    notes: list[str | None] = []
    for label, value, words, explained in (
        ("Allocation", design.allocation, _ALLOCATION, explain.explain_allocation),
        ("Masking", design.masking, _MASKING, explain.explain_masking),
        ("Intervention model", design.intervention_model, _MODEL, explain.explain_model),
    ):
        if value and value in words and (span := record.line(label, SectionName.DESIGN)):
            yield say(record, words[value], span)
            notes.append(explained(value))
    yield from _placebo_groups(record)
    found = prose.about(record, _GROUPS, 4)
    everyone = [one for one in found if _everyone_gets_it(record, one)]
    yield from quoted(record, everyone, "Everyone gets the treatment that is studied, and nobody a placebo instead: ")
    yield from quoted(record, (one for one in found if one not in everyone))
    yield from notes
    if not (design.allocation or design.masking or design.intervention_model or found):
        yield "The record does not say whether people are put into groups by chance, or whether anything is hidden from them."
    if not _mentions_placebo(record):
        yield "The record does not mention a placebo."


def _mentions_placebo(record: Record) -> bool:
    return any(re.search(r"\b(?:placebo|sham|dummy)\b", section.text, re.I) for section in record.sections)


def _placebo_groups(record: Record) -> Iterator[DraftClaim]:
    text = record.text(SectionName.ARMS) or ""
    for arm in record.trial.arms:
        if re.search(r"placebo|sham", f"{arm.type} {arm.label} {' '.join(arm.interventions)}", re.I):
            at = text.index(f"Arm: {arm.label}")
            end = text.find("\n\n", at)
            block = Span(section=SectionName.ARMS, start=at, end=end if end >= 0 else len(text))
            kind = "a sham treatment" if re.search(r"sham", f"{arm.type} {arm.label}", re.I) else "a placebo"
            yield say(record, f"A group with {kind}: {arm.label}.", block)


def _everyone_gets_it(record: Record, passage: prose.Passage) -> bool:
    """Whether these words say that all get the one treatment that is studied, in a record that names no stand-in for it."""
    words = _words(record, passage)
    one = record.trial.interventions
    everywhere = " ".join(section.text for section in record.sections)
    return (
        len(one) == 1
        and re.search(
            rf"\b(?:everyone|everybody|all (?:patients|participants|people))\b[^.]{{0,40}}{re.escape(one[0].name.lower())}",
            words,
        )
        is not None
        and _NO_TREATMENT.search(everywhere) is None
    )


def visits(record: Record) -> Said:
    sections = (SectionName.DESIGN, SectionName.DETAILED_DESCRIPTION, SectionName.BRIEF_SUMMARY)
    plan = list(_paragraphs(record, SectionName.VISITS))
    yield from quoted(record, plan)
    found = prose.about(record, _VISITS, 5, sections)
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
    yield from quoted(record, prose.about(record, _HARMS, 3, (*_STORY, SectionName.ARMS)))
    if not listed_ones:
        yield "The record has no list of side effects."
        measured = [span for _, span in outcome_blocks(record) if _HARMS_MEASURED.search(record.quote(span))]
        for span in measured[:3]:
            yield say(record, f"The study measures this about safety: {measure_words(record, span)}", span)
    yield "The study team goes through all known risks before anyone agrees to take part. If you feel unwell now, tell your care team."
    yield "Who oversees a trial differs between countries; the study team can name the ethics committee that reviewed it."


def cost(record: Record) -> Said:
    found = prose.about(record, _COST, 3)
    yield from quoted(record, found)
    if not found:
        yield "Costs and payments are not stated in this record. Ask the study team who pays for what, travel included."
