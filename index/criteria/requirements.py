"""What a criterion asks of a person, read from its words: a typed rule, or none where they are not understood.

Whatever is not understood stays in the rule as written, at a place from which it cannot produce a wrong certain
verdict; where no such
place can be told, there is no rule at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from index.criteria.criterion import Criterion, Kind
from index.criteria.readers import (
    agreement,
    biomarkers,
    circumstances,
    demographics,
    disease,
    fertility,
    infection,
    labs,
    mixed,
    performance,
    pregnancy,
    statements,
    therapy,
)
from index.criteria.readers.certainty import decidable
from index.criteria.readers.introductions import EXCEPTION, INDICATION, OF_A_GROUP, refuses, under
from index.criteria.readers.words import Words, words_of
from index.criteria.rule import AllOf, AnyOf, AsWritten, Not, Rule, Topic, has_unread, requirements_in
from index.criteria.units import analytes_in

_READERS: tuple[Callable[[Words], Rule | None], ...] = (
    demographics.read,
    performance.read,
    labs.read,
    pregnancy.read,
    infection.read,
    therapy.read_other_trial,
    therapy.read,
)
_SENTENCES: tuple[Callable[[Words], Rule | None], ...] = (
    fertility.read,
    agreement.read,
    disease.read,
    biomarkers.read,
    circumstances.read,
)
"""They read a whole sentence by what it is about, and keep what they do not understand beside it."""
_LIST_CUE = re.compile(r"\d|pregnan|lactat|feeding|nursing|\bh[bic]v\b|immun[eo]|hepatitis|tubercul|healthy")
"""Lists without one of these have no items that are read by themselves."""
_STATES_EXCEPTION = re.compile(
    r"\b(?:unless|except\w*|can|cannot|may|if|allowed|permitted|eligible|included|exempt|waived?)\b"
)


def with_rules(criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """All criteria of one trial, each with its rule; sub-criteria first, as their rules are part of the one above
    them.
    """
    done: dict[str, Criterion] = {}
    children: dict[str, list[str]] = {}
    known = {criterion.id: criterion for criterion in criteria}
    for criterion in criteria:
        if criterion.parent:
            children.setdefault(criterion.parent, []).append(criterion.id)
    for criterion in sorted(criteria, key=lambda one: -one.depth):
        below = [done[child] for child in children.get(criterion.id, ())]
        rule = None if _conditional(criterion, known) else read_rule(criterion, below)
        if (
            rule
            and any(_CONTEXT.search(INDICATION.sub("", above.lead.lower())) for above in _above(criterion, known))
            and _named(rule)
        ):
            rule = None
        done[criterion.id] = criterion.model_copy(update={"rule": rule})
    return tuple(_refused(done[criterion.id], known) for criterion in criteria)


_CONTEXT = re.compile(
    r"\b(?:famil|allerg|hypersens|intoleran|anaphyla|treat(?:ed|ment)|therap|medic(?:ation"
    r"|ine)s?\b|drugs?\b|taking|taken|receiv|use of|used?\b"
    r"|surger|surgical|vaccin|risk|symptom|signs?\b|tests?\b|screen|caused|due to|unable|inabil"
    r"|rule out|mother|partner|cause|contraindic|score|response|scale|expos)"
)
"""Above sub-criteria, these words tell something else of the illnesses and medicines below than having or taking."""
_NAMED = {Topic.CONDITION, Topic.PRIOR_THERAPY, Topic.MEDICATION, Topic.ALLERGY}


def _named(rule: Rule) -> bool:
    return any(leaf.attribute.topic in _NAMED for leaf in requirements_in(rule))


def _above(criterion: Criterion, known: dict[str, Criterion]) -> Iterator[Criterion]:
    above = known.get(criterion.parent or "")
    while above:
        yield above
        above = known.get(above.parent or "")


def _refused(criterion: Criterion, known: dict[str, Criterion]) -> Criterion:
    """An item of "none of the following" asks for its contrary; below another denial it is unclear what it asks."""
    above = [refuses(one.lead) for one in _above(criterion, known)]
    if not any(one is not False for one in above) or criterion.rule is None or criterion.kind is Kind.EXCLUSION:
        return criterion
    if None in above:
        return criterion.model_copy(update={"rule": None})
    return (
        criterion if isinstance(criterion.rule, Not) else criterion.model_copy(update={"rule": Not(of=criterion.rule)})
    )


_TO_THE_READER = re.compile(r"\bif you\W*$", re.IGNORECASE)
"""A heading that ends so, "You cannot join if you", speaks to everybody."""


def _conditional(criterion: Criterion, known: dict[str, Criterion]) -> bool:
    """Whether it holds for some people or at some time only, by the words that stand above it."""
    if criterion.note or OF_A_GROUP.search(_TO_THE_READER.sub("", criterion.heading or "")):
        return True
    return any(
        OF_A_GROUP.search(above.lead) or EXCEPTION.search(above.lead.lower()) for above in _above(criterion, known)
    )


def read_rule(criterion: Criterion, children: Sequence[Criterion] = ()) -> Rule | None:
    """The rule of one criterion, from its own words and its sub-criteria's rules; `None` where nothing typed can be
    read.
    """
    words = words_of(criterion.lead, criterion.start, criterion.kind)
    rule = _with_children(words, criterion, children) if criterion.join and children else _own(words, criterion.lead)
    if rule is None or next(requirements_in(rule), None) is None:
        return None
    if criterion.join is None and _named(rule) and any(not child.note for child in children):
        if isinstance(rule, Not):
            return None
        rule = AllOf(of=(rule, AsWritten(start=children[0].start, end=children[-1].end)))
    for note in children:
        if note.note and _STATES_EXCEPTION.search(note.text.lower()):
            softened = _softened(rule, AsWritten(start=note.start, end=note.end), criterion.kind)
            if softened is None:
                return None
            rule = softened
    return rule


def _fuller(words: Words, rule: Rule) -> Rule:
    """ "HIV, or any uncontrolled infection": where a list of infections goes on, it may be read to its end."""
    infections = all(leaf.attribute.topic is Topic.INFECTION for leaf in requirements_in(rule))
    if not (words.excludes and infections and decidable(rule) == (True, False)):
        return rule
    fuller = statements.read(words, _item)
    return fuller if fuller and decidable(fuller) == (True, True) else rule


_NOTE = re.compile(r"[.;]\s+note\s?:\s")
_WIDENS = re.compile(
    r"\b(?:also|addition\w*|includ(?:es?|ing)|counts? as|regarded|considered|exclu(?:ded?|des)|ineligible|required?"
    r"|requires|should|shall|needs?|must(?! be met))\b"
)


def _own(words: Words, lead: str) -> Rule | None:
    if words.excludes and (note := _NOTE.search(words.text)):
        return _with_note(words, note)
    if len(words.text) > 600 or lead.endswith((":", "...", "…")) or re.search(r"[.;]\s+(?:note|for |if )", words.text):
        return None
    if rule := _read(words) or _narrowed(words) or _with_exception(words):
        return _fuller(words, rule)
    listed = mixed.listed(words, _read) if _LIST_CUE.search(words.text) else None
    if listed and not has_unread(listed):
        return listed
    for reader in _SENTENCES:
        if rule := reader(words):
            return rule
    return statements.read(words, _item) or listed or agreement.read_judgement(words)


def _narrowed(words: Words) -> Rule | None:
    """ "Heart failure (NYHA III to IV)": the illness and the measurement, both of which must hold."""
    found = labs.narrowing(words)
    if found is None:
        return None
    head, limit = found
    return AllOf(of=(statements.read(head, _item) or head.as_written(), limit))


def _with_note(words: Words, note: re.Match[str]) -> Rule | None:
    """ "X; note: …": nobody is X for certain, as the note may narrow it; who is not X stays so unless it widens it."""
    rule = None if _WIDENS.search(words.text, note.end()) else _own(words.part(0, note.start()), "")
    if rule is None or isinstance(rule, Not):
        return None
    return AllOf(of=(rule, words.as_written(note.start())))


def _read(words: Words) -> Rule | None:
    for reader in _READERS:
        if rule := reader(words):
            return rule
    return None


def _item(words: Words) -> Rule | None:
    """An item of a list, where a measurement, an age or an infection may stand in it."""
    return _read(words) if _LIST_CUE.search(words.text) else None


# --- exceptions

_BOUNDED = {Topic.LAB, Topic.AGE, Topic.PERFORMANCE_STATUS}


def _with_exception(words: Words) -> Rule | None:
    """ "X, unless …": X with its exception as written."""
    match = EXCEPTION.search(words.text)
    if not match or match.start() < 3 or not _to_the_end(words.text[match.start() :].strip(), words.excludes):
        return None
    before = words.part(0, match.start())
    rule = _read(before) or statements.read(before, _item)
    measured = {found.name for found in analytes_in(words.text[match.start() :])}
    if not rule or (_measures(rule) and not measured <= {leaf.attribute.subject for leaf in requirements_in(rule)}):
        return None
    names_kinds = re.search(r"other than|excluding|exception|except (?:for )?(?!if|when)", match[0] + " ") is not None
    return _softened(rule, words.as_written(match.start()), words.kind, names_kinds)


_PERMITS = re.compile(r"\b(?:allowed|permitted|eligible|acceptable|included|may|can|not (?:be )?exclu\w+|exempt)\b")
_BEGINS_ANEW = re.compile(
    r",?\s*\b(?:and|or)\s+(?:any|an?|history|presence|evidence|known|patients|subjects|those"
    r"|who|has|have|is|are|other|another|current\w*|active|use|treatment|pregnan\w+)\b"
)


def _to_the_end(exception: str, excludes: bool) -> bool:
    """Whether the exception runs to the end of the words: nothing new begins behind it."""
    if exception.startswith("("):
        if ";" in exception:
            return False
        closing = exception.find(")")
        return closing == len(exception) - 1 or closing == -1
    if stop := re.search(r"[a-z)]{2}\.\s|;\s", exception):
        return excludes and _PERMITS.search(exception[stop.end() :]) is not None
    return not _BEGINS_ANEW.search(exception)


def _softened(rule: Rule, exception: AsWritten, kind: Kind, narrows: bool = False) -> Rule | None:
    """The rule with an exception in favour of the person: what it made certain against them becomes unknown.

    `narrows`: among what is asked for, the exception leaves some kinds out ("any cancer other than melanoma").
    """
    if kind is Kind.EXCLUSION:
        return None if isinstance(rule, Not) else AllOf(of=(rule, exception))
    if isinstance(rule, Not):
        return Not(of=AllOf(of=(rule.of, exception)))
    if all(leaf.attribute.topic in _BOUNDED for leaf in requirements_in(rule)):
        return AnyOf(of=(rule, exception))
    return AllOf(of=(rule, exception)) if narrows else None


def _measures(rule: Rule) -> bool:
    return any(leaf.attribute.topic is Topic.LAB for leaf in requirements_in(rule))


# --- sub-criteria
def _with_children(words: Words, criterion: Criterion, children: Sequence[Criterion]) -> Rule | None:
    """The sub-criteria's rules joined as the criterion says, under what its own words ask besides."""
    parts: list[Rule] = [
        child.rule or AsWritten(start=child.start, end=child.end) for child in children if not child.note
    ]
    if not parts or criterion.join is None:
        return _own(words, criterion.lead)
    return under(words, criterion.join, parts, criterion.lead.rstrip().endswith(":"))
