"""What is decided before any search or model sees a message: emergencies first, then what must be declined.

The tables say which phrases are signs; this module says when a sign is somebody's, and now: a history, a study, a side
effect asked about, a denial or a clinical note in the third person is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from bot.safety import privacy, table
from bot.safety.reading import clauses
from bot.safety.replies import SAFE_REPLY, reply_for
from bot.safety.table import Rule, context
from index.trial import Frozen


class Code(StrEnum):
    """What a message may carry, gravest first; whatever ends a turn stands before what only declines a part of it."""

    EMERGENCY = "emergency"
    OVERDOSE = "overdose"  # before crisis: what was swallowed acts first, and its reply names the crisis lines too
    CRISIS = "crisis"
    ON_TRIAL_UNWELL = "on_trial_unwell"
    MINOR_SELF = "minor_self"
    ADVICE_DOSE = "advice_dose"
    ADVICE_STOP_MEDICINE = "advice_stop_medicine"
    ADVICE_CHOOSE_TRIAL = "advice_choose_trial"
    DIAGNOSIS = "diagnosis"
    PROGNOSIS = "prognosis"
    QUALIFY_YES_NO = "qualify_yes_no"
    PROMISE_REQUEST = "promise_request"
    INJECTION_USER = "injection_user"
    IDENTIFIER = "identifier"
    OFF_TOPIC = "off_topic"


UNSPACED = re.compile(r"[\u4e00-\u9fff]")
URGENT = frozenset({Code.EMERGENCY, Code.OVERDOSE, Code.CRISIS})
STOPPING = URGENT | {Code.ON_TRIAL_UNWELL, Code.MINOR_SELF, Code.OFF_TOPIC}
# two marks that make a code when one message holds both
PAIRS = {("fever", "lowdefences"): Code.EMERGENCY, ("intrial", "unwell"): Code.ON_TRIAL_UNWELL}
BESIDE = frozenset({"intrial", "unwell", "lowdefences"})  # marks that only count together; being spoken about is no bar
SHORT = 12  # words
NOTE_MARKS = 2  # so many turns of clinical prose, and nobody who says "I": a note about somebody


class Ruling(Frozen):
    """What a message carries, the message without identifiers, the fixed reply, and whether anything follows it."""

    codes: tuple[Code, ...]
    masked: str
    reply: str | None
    stops: bool


class Mark(Frozen):
    """Something that a clause says, the language it is said in, and what the clause says beside it."""

    name: str
    language: str
    clause: str
    rest: str = ""


def rule_on(message: str) -> Ruling:
    """The ruling on a message, by the tables alone."""
    masked = privacy.mask(message)
    found = clauses(message)
    marks = tuple(marks_in(found, message))
    names = {mark.name for mark in marks}
    codes = {code for code in Code if code in names} | {code for pair, code in PAIRS.items() if names.issuperset(pair)}
    if masked.found:
        codes.add(Code.IDENTIFIER)
    if codes - {Code.IDENTIFIER, Code.OFF_TOPIC} or any(table.health().search(clause) for clause in found):
        codes.discard(Code.OFF_TOPIC)
    ranked = tuple(code for code in Code if code in codes)
    stops = bool(codes & STOPPING) or (codes <= {Code.INJECTION_USER, Code.IDENTIFIER} and only_injects(found, marks))
    return Ruling(codes=ranked, masked=masked.text, reply=reply_to(ranked, marks), stops=stops)


def guarded(message: str, rule: Callable[[str], Ruling] = rule_on) -> Ruling:
    """The ruling on a message; when the rule itself breaks, the safe reply and nothing else."""
    try:
        return rule(message)
    except Exception:  # the gate fails closed, whatever broke
        return Ruling(codes=(), masked="", reply=SAFE_REPLY, stops=True)


def reply_to(ranked: tuple[Code, ...], marks: tuple[Mark, ...]) -> str | None:
    """The fixed text for the gravest code, first in the language in which the sign was given."""
    if not ranked:
        return None
    spoken = {mark.name: mark.language for mark in marks}
    return reply_for(ranked[0], language=spoken.get(ranked[0], "en"))


def only_injects(found: tuple[str, ...], marks: tuple[Mark, ...]) -> bool:
    """Whether a message that gives orders to the program asks nothing else."""
    orders = [mark for mark in marks if mark.name == Code.INJECTION_USER]
    others = set(found) - {order.clause for order in orders}
    asks = context("asks_else")
    return bool(orders) and not any(asks.search(text) for text in (*others, *(order.rest for order in orders)))


def marks_in(found: tuple[str, ...], message: str) -> Iterator[Mark]:
    """What the clauses say."""
    note = is_note(found)
    for clause in found:
        told = note and not speaks(clause)  # what a note tells of a patient is no message from one
        for rule in table.tried_on(clause) if "?" in clause or not told else ():
            for hit in rule.matches(clause):
                if holds(rule, clause, hit) and not (told and rule.level != "asks"):
                    rest = clause[: hit.start()] + clause[hit.end() :]
                    yield Mark(name=rule.mark, language=rule.language, clause=clause, rest=rest)
    if UNSPACED.search(message):
        yield from unspaced_marks(found)


def unspaced_marks(found: tuple[str, ...]) -> Iterator[Mark]:
    for clause in found:
        for rule in table.unspaced():
            if any(rule.matches(clause)) and not table.about(rule.language).search(clause):
                yield Mark(name=rule.mark, language=rule.language, clause=clause)


def is_note(found: tuple[str, ...]) -> bool:
    """Whether this is clinical prose about somebody, written by somebody else."""
    text = "".join(found)
    marks = sum(mark in text for mark in table.words("note_marks"))
    if " year old " in text and context("third").search(text):
        marks += 1
    if marks == 0:
        return False
    clinician = context("clinician").search(text[:2000])
    if clinician:
        text = context("clinician").sub(" ", text)
    return marks + 2 * bool(clinician) >= NOTE_MARKS and not speaks(text)


def speaks(text: str) -> bool:
    """Whether somebody says "I" or "my"."""
    return any(word in text for word in table.words("first_words"))


def holds(rule: Rule, clause: str, hit: re.Match[str]) -> bool:
    """Whether a phrase that occurs in a clause means what it seems to."""
    if rule.language != "en":
        return not table.about(rule.language).search(clause)
    if rule.level == "asks":
        back = table.unless(rule.mark)
        return not (back and back.search(clause))
    return is_present(rule, clause, hit)


def is_present(rule: Rule, clause: str, hit: re.Match[str]) -> bool:
    """Whether a sign is somebody's and now: not past, not asked about, not supposed, not denied."""
    before, after = clause[: hit.start()], clause[hit.end() :]
    if context("about_after").match(after) or context("negated").search(before):
        return False
    now = bool(context("now").search(clause))
    own = bool(context("own").search(clause))
    if context("hypothetical").search(before) and not (rule.mark == Code.CRISIS and own):
        return False
    has_it = is_direct(before, hit.group())
    if context("long_past_at_once").match(after) or (is_past(rule, before, after, has_it) and not now):
        return False
    if not has_it and rule.mark not in BESIDE and is_topic(before, now, of_oneself=own and rule.mark == Code.CRISIS):
        return False
    if context("third").search(clause) and not speaks(clause):
        return False
    if rule.level == "context":
        return rule.mark != "intrial" or own or is_short(clause)
    return enough(rule, part_with(clause, hit), clause, own, now)


def is_direct(before: str, sign: str) -> bool:
    """Whether the words before a sign give it to somebody: "I have …", "my dad is …"."""
    if context("starts_direct").match(sign):
        return True
    given = context("direct").match(before)
    return bool(given and not context("about_word").search(given["given"]))


def is_topic(before: str, now: bool, of_oneself: bool) -> bool:
    """Whether what follows is what somebody looks for or asks about: "trials for …", "does it cause …".

    Somebody who thinks about how to die, and says "I", has no topic.
    """
    if of_oneself:
        return bool(context("about_research").search(before))
    return bool(context("about_before").search(before)) or (not now and bool(context("asked").search(before)))


def is_past(rule: Rule, before: str, after: str, has_it: bool) -> bool:
    if context("long_past").search(after) or (not has_it and context("long_past").search(before)):
        return True
    return rule.level in ("sign", "weak") and not has_it and bool(context("past_before").search(before))


def is_short(clause: str) -> bool:
    """Whether a clause is a cry rather than a sentence out of a text."""
    return clause.count(" ") <= SHORT


def part_with(clause: str, hit: re.Match[str]) -> str:
    """The part of a clause between commas in which a sign stands."""
    end = clause.find(" , ", hit.end() - 1)
    return clause[clause.rfind(" , ", 0, hit.start() + 1) + 1 : end if end >= 0 else len(clause)]


def enough(rule: Rule, part: str, clause: str, own: bool, now: bool) -> bool:
    """Whether a sign of this strength, with what stands beside it, is one that comes before everything."""
    if rule.mark in (Code.CRISIS, Code.OVERDOSE):
        return rule.level == "strong" or own
    if context("chronic").search(part) and not now:
        return False
    intense = bool(context("intense").search(clause))
    return {
        "strong": True,
        "sign": own or now or intense,
        "weak": (now and (own or is_short(clause))) or (own and intense),
    }[rule.level]
