"""The medicines and procedures that a note names: taken now, had before, denied, planned, or not tolerated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.person.reading.clinical import Note
from bot.person.reading.context import How
from bot.person.reading.cues import Cue, behind, whole
from bot.person.reading.denials import denial, in_reach, left_bracket
from bot.person.reading.illnesses import Read
from bot.person.reading.kin import of_kin
from bot.person.reading.message import Found
from bot.person.reading.moments import days_ago
from index.criteria.concepts import Mention, Sort
from index.criteria.rule import Attribute, Topic

_DOSED = re.compile(
    r"[\s,(]*(?:\w+\s+){0,2}?\d[\d.,/]*\s*(?:mg|mcg|µg|g|units?|iu|ml|puffs?|tabs?|tablets?|%)\b[^.;\n]{0,25}?"
    r"\b(?:daily|bid|tid|qid|qd|qhs|qam|qpm|prn|weekly|monthly|nightly|q\d+\s?h\w*|every|once|twice|"
    r"three times|at night|"
    r"at bedtime|per day|a day|(?:/|per )week|(?:/|per )day)\b"
)
_AS_NEEDED = re.compile(r"\s*(?:daily|bid|tid|qid|qd|qhs|prn|nightly|po (?:daily|bid|tid|qd))\b")
_ADJACENT_ON = re.compile(r"(?<!started )\bon\s+(?:[\w./-]+\s+){0,2}$")
_HELPED = re.compile(r"respon|toler|reliev|improv|help|benefi|work|control|success")
_ALL_BUT = re.compile(
    r"\b(?:medications?|meds|medicines?)\s+(?:other than|except(?: for)?|besides|apart from|aside from)\s+$"
)
_PREFIX_POST = re.compile(r"\b(?:post|s/p)[- ]?(?:[\w-]+\s)?$")
_LABEL = re.compile(r"\s*[:=]\s*(?P<said>yes|no|none|never)\b")
_NEVER = re.compile(r"never|history|prior|previous|past")
_ACTS = frozenset({"planned", "imagined", "allergy", "intolerant", "taking", "begun", "had", "stopped", "history"})
_REACH = 160
_FEW_WORDS = 4
_AUXILIARY = re.compile(r"\s*(?:(?:be|been|being|to|have|get|also|then|likely|not|now)\s+)*")


@dataclass(frozen=True)
class _Use:
    """Whether it is taken now and was had; `None` says nothing of it."""

    how: How
    now: bool | None = None
    had: bool | None = None
    start: int = -1
    end: int = -1
    unsure_now: bool = False
    unsure: bool = False


def remedies(note: Note, mentions: Sequence[Mention], age: float | None) -> Iterator[Read]:
    """Each mention of a medicine or a procedure, with what it says of treatment and allergies."""
    before: tuple[Mention, _Use] | None = None
    for mention in mentions:
        allergy = _allergy(note, mention)
        if allergy is not None:
            yield allergy
            continue
        use = _use(note, mention)
        if use.how is How.NAMED and before is not None and _same_list(note, before[0], mention):
            use = before[1]
        before = (mention, use)
        yield Read(mention, use.how, tuple(_facts(note, mention, use, age)))


_AND = re.compile(
    r"[\s\d.]*(?:mg|mcg|g|units?|daily|bid|tid|qd|po|\d|[\s.])*[,/&+]?\s*(?:and|plus|or)?\s*(?:(?:oral|"
    r"iv|daily|inhaled|low-dose|high-dose)\s+)?"
)


def _same_list(note: Note, before: Mention, mention: Mention) -> bool:
    """Whether two names stand side by side in one list, so that what is said of the first holds for the second."""
    same_sort = before.concept.sort is mention.concept.sort
    return same_sort and before.end <= mention.start and _AND.fullmatch(note.low, before.end, mention.start) is not None


def _facts(note: Note, mention: Mention, use: _Use, age: float | None) -> Iterator[Found]:
    start = use.start if use.start >= 0 else mention.start
    end = max(use.end, mention.end)
    medicine = mention.concept.sort is Sort.MEDICINE
    if medicine and use.now is not None:
        attribute = Attribute(topic=Topic.MEDICATION, subject=mention.concept.id)
        days = 0.0 if use.now else None
        yield Found(
            attribute, use.now, start, end, at=mention.start, days_ago=days, unsure=use.unsure_now or use.unsure
        )
    if use.had is not None:
        when = days_ago(note, mention.start, mention.end, age, beginning=True) if use.had else None
        days, until = when if when else (None, end)
        if use.now and not use.unsure_now:
            days, until = 0.0, end  # begun "6 months ago" and taken since
        attribute = Attribute(topic=Topic.PRIOR_THERAPY, subject=mention.concept.id)
        yield Found(attribute, use.had, start, max(until, end), at=mention.start, days_ago=days, unsure=use.unsure)


# --- allergies


def _allergy(note: Note, mention: Mention) -> Read | None:
    low, start, end = note.low, mention.start, mention.end
    limit = note.sentence(start)[1]
    after = behind("allergy", low, end, limit)
    worse = behind("intolerant", low, end, limit)
    cue = None
    for one in note.cues_before(start):
        if one.kinds & {"allergy", "intolerant"} and in_reach(note, one, start):
            cue = one
            break
        if one.kinds & {"taking", "had", "begun"} and not one.kinds & {"history"}:
            break
    listed = note.section(start) == "allergies"
    if not (after or worse or cue or listed):
        return None
    if of_kin(note, start, end):
        return Read(mention, How.FAMILY)
    denied = denial(note, cue.start if cue else start, cue.end if cue else end)
    unsure = bool(worse or (cue and "intolerant" in cue.kinds and "allergy" not in cue.kinds))
    begin = denied.start if denied else cue.start if cue else start
    finish = max(end, after.end() if after else end, worse.end() if worse else end)
    found = Found(
        Attribute(topic=Topic.ALLERGY, subject=mention.concept.id), denied is None, min(begin, start), finish, at=start,
        unsure=unsure or (denied is not None and not denied.sure),
    )  # fmt: skip
    if unsure and denied is None:  # not tolerated, so it was had
        had = Attribute(topic=Topic.PRIOR_THERAPY, subject=mention.concept.id)
        return Read(mention, How.HISTORICAL, (found, Found(had, True, min(begin, start), finish, at=start)))
    return Read(mention, How.NAMED if denied else How.AFFIRMED, (found,))


# --- what is taken and what was had


def _use(note: Note, mention: Mention) -> _Use:
    low, start, end = note.low, mention.start, mention.end
    limit = note.sentence(start)[1]
    kin = of_kin(note, start, end)
    if kin is not None:
        return _Use(How.FAMILY)
    medicine = mention.concept.sort is Sort.MEDICINE
    if behind("unborn", low, end, limit) or (medicine and behind("aside", low, end, limit)):
        return _Use(How.NAMED if not behind("unborn", low, end, limit) else How.PLANNED)
    label = _LABEL.match(low, end, limit)
    if label:
        yes = label["said"] == "yes"
        return _Use(
            How.AFFIRMED if yes else How.DENIED, yes if medicine else None, yes if yes else None, start, label.end()
        )
    cue = _nearest(note, start)
    on = _ADJACENT_ON.search(low, max(note.sentence(start)[0], start - 30), start)
    if on and (cue is None or cue.end <= on.start()) and denial(note, start, end, forward=True) is None:
        return _Use(How.AFFIRMED, True if medicine else None, True, on.start(), end)
    helped = _not_helped(note, start)
    if helped is not None and (cue is None or helped.start >= cue.start):
        return _Use(How.HISTORICAL, None, True, helped.start, end)
    denied = denial(note, start, end, forward=True)
    if denied is not None and denied.turned and cue is None:
        return _Use(How.NAMED)
    if denied is not None and (cue is None or denied.start >= cue.start or _carried(note, denied.start, cue)):
        return _denied(note, denied.start, denied.end, denied.sure and not denied.words, cue, medicine)
    if cue is not None:
        return _by_cue(note, mention, cue)
    return _bare(note, mention, limit)


def _not_helped(note: Note, start: int) -> Cue | None:
    """ "Did not respond to", "no relief with": what did not help was had."""
    for cue in note.cues_before(start):
        if "hollow" in cue.kinds and _HELPED.search(cue.words):
            return cue if not note.parted(cue.end, start) and _right_before(note, cue, start) else None
    return None


def _carried(note: Note, at: int, cue: Cue) -> bool:
    """ "Denies using": the denial is of the use."""
    return at < cue.start and not note.parted(at, cue.start) and len(note.low[at : cue.start].split()) <= _FEW_WORDS


def _nearest(note: Note, start: int) -> Cue | None:
    """The cue that says most nearly what was done with it."""
    for cue in note.cues_before(start):
        if start - cue.end > _REACH or note.section(cue.start) != note.section(start):
            return None
        if not cue.kinds & _ACTS or note.parted(cue.end, start) or left_bracket(note.low, cue.end, start):
            continue
        if not _weak(cue) or _right_before(note, cue, start):
            return cue
    return None


def _weak(cue: Cue) -> bool:
    """Whether a cue speaks only of what follows at once: "after", "prior", "history of"."""
    return not cue.kinds & (_ACTS - {"history", "had"}) and (
        "had" not in cue.kinds or whole("words", "weak").fullmatch(cue.words) is not None
    )


def _right_before(note: Note, cue: Cue, start: int) -> bool:
    between = note.low[cue.end : start]
    return "," not in between and not between.startswith("-") and len(between.split()) <= _FEW_WORDS


def _denied(note: Note, start: int, end: int, sure: bool, cue: Cue | None, medicine: bool) -> _Use:
    words = note.low[start:end]
    never = bool(_NEVER.search(words))
    helped = _HELPED.search(words[:40])
    if helped:
        return _Use(How.HISTORICAL, None, True, start, end, unsure=True)
    if cue is not None and cue.kinds & {"planned", "stopped"}:
        return _Use(How.NAMED)
    had = False if never or not medicine else None
    sure = sure and (medicine or not words.startswith("not "))
    now = False if medicine else None
    return _Use(How.DENIED, now, had, start, end, unsure=not sure)


def _by_cue(note: Note, mention: Mention, cue: Cue) -> _Use:
    start, end, medicine = cue.start, mention.end, mention.concept.sort is Sort.MEDICINE
    limit = note.sentence(mention.start)[1]
    done = behind("done", note.low, end, min(limit, end + 60))
    ended = behind("ended", note.low, end, limit)
    kinds = cue.kinds
    if "stopped" in kinds or ended:
        return _Use(How.HISTORICAL, False, True, start, ended.end() if ended else end)
    if kinds & {"planned", "imagined"} and not kinds & {"had"}:
        if done and "planned" in kinds and cue.words in ("before", "prior to"):
            return _Use(How.HISTORICAL, None, True, mention.start, done.end())
        return _Use(How.PLANNED)
    hollow = next(
        (one for one in note.cues_before(cue.start) if "hollow" in one.kinds and not note.parted(one.end, cue.start)),
        None,
    )
    if hollow is not None and not _HELPED.search(hollow.words):
        return _Use(How.NAMED)
    doubtful = any(
        one.kinds & {"possible", "planned", "imagined"}
        and not one.kinds & {"had"}
        and _AUXILIARY.fullmatch(note.low, one.end, cue.start)
        for one in note.cues_before(cue.start)
    )
    if doubtful:
        return _Use(How.PLANNED)
    if "taking" in kinds:
        return _Use(How.AFFIRMED, True, True, start, end)
    if "begun" in kinds:
        return _Use(How.AFFIRMED, True, True, start, end, unsure_now=medicine and not _present(note, cue))
    return _Use(How.HISTORICAL, None, True, start, end)


def _present(note: Note, cue: Cue) -> bool:
    """ "Is started on" is now; "was started on" may have ended since."""
    return bool(
        re.search(r"\b(?:is|are|now|currently)\s*$", note.low[max(0, cue.start - 12) : cue.start])
    ) or cue.words.startswith("discharged")


def _bare(note: Note, mention: Mention, limit: int) -> _Use:
    """No verb says what was done: a dose, a heading, a prefix or what stands behind may."""
    low, start, end = note.low, mention.start, mention.end
    medicine = mention.concept.sort is Sort.MEDICINE
    section = note.section(start)
    if section == "plan":
        return _Use(How.PLANNED)
    if medicine and (section == "medications" or _DOSED.match(low, end, limit) or _AS_NEEDED.match(low, end, limit)):
        return _Use(How.AFFIRMED, True, True, start, end)
    left = note.sentence(start)[0]
    ended = behind("ended", low, end, limit)
    if ended:
        return _Use(How.HISTORICAL, False, True, start, ended.end())
    but = _ALL_BUT.search(low, left, start)
    if but and medicine:
        return _Use(How.AFFIRMED, True, True, but.start(), end)
    post = _PREFIX_POST.search(low, max(left, start - 16), start)
    if post and not medicine:
        return _Use(How.HISTORICAL, None, True, post.start(), end)
    done = behind("done", low, end, limit)
    if done:
        return _Use(How.HISTORICAL, None, True, start, done.end())
    if section in ("history", "surgery"):
        return _Use(How.HISTORICAL, None, True, start, end)
    return _Use(How.NAMED)
