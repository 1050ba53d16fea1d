"""Treatments that a person had, has or never had: a name counts only behind words that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from bot.person.reading.message import Found, Message
from bot.person.reading.words import any_of, lists, pairs
from index.criteria.rule import Attribute, Topic

_HAD = (
    r"(?:have had|has had|had|received|receiving|receives?|got|gotten|getting|given|finished|finishing|completed|"
    r"completing|done|did|doing|underwent|undergone|undergoing|been through|went through|gone through|going through|"
    r"go through|following|s/p|status post|treated (?:with|by)"
    r"|treatments?:|therapy included|treatment included|treatment with|(?:am|i'm|im|is|was|been|were|are|currently|"
    r"now|still|also|he's|she's|me|him|her|back|went|already|started) on|^\s*on|(?<=[,;] )on|used to (?:take|be on|"
    r"use|have|get)|takes?|taking|took|taken|tried|trying|tries|using|uses|used|started|began|failed|stopped|quit|"
    r"came off|come off|off of"
    r"|prior(?! to)|previous|previously|past|history of|h/o|hx of|switched (?:to|from)|relapsed after|relapse after|"
    r"progressed (?:on|after)|progression (?:on|after)|respond(?:ed)? to|refractory to|resistant to|cycles? of|"
    r"rounds? of|courses? of|sessions? of|doses? of|lines? of|infusions? of|weeks? of|months? of|years? of|"
    r"maintained on|managed with"
    r"|(?:since|after|post)(?:[- ](?:my|his|her|the|first|second|third|last|two|three|four|five|six|\d+|rounds? of|"
    r"cycles? of))*|my (?:last|first|second|third|previous|latest|recent|prior|only)|no longer on|reaction to|"
    r"side effects? (?:of|from)|non responder)"
)
_WILL = (
    r"(?:will|'ll|going to|gonna|plan(?:ning|s|ned)?|schedul\w+|consider\w*|about to|waiting|wait|awaiting|"
    r"candidate for|need(?:s|ed|ing)?|recommend\w*|offer\w*|discuss\w*|suggest\w*|before|prior to|instead of|"
    r"rather than|avoid\w*|refus\w*|declin\w+|want\w*|would|like to|hop(?:e|es|ing)|wish\w*|allerg\w+ to"
    r"|intoleran\w+|interested|trials? (?:of|for|with|on|using|about)|stud(?:y|ies) (?:of|on|with|about)|prescri\w+|"
    r"can'?t|cannot|can not|won'?t|could\w*|may|might|should\w*|eligible for|ready for|able to|unable to|about|"
    r"regarding|information|pending|due for|due to have|until|unless|advised|thinking of|against|vs|versus|than|"
    r"looking for|searching for|search for|find|starting|beginning|free off|free of|to start|to begin|to have|to get|"
    r"to receive|to take|to undergo|to try|family|contraindicated|approved|side effects|effect|dose|cost|"
    r"prescription for|when|without insurance|insurance|deny|approve|possible|option\w*|alternative\w*|or)"
)
_CUES = re.compile(rf"(?<![\w-])(?:(?P<had>{_HAD})|(?P<will>{_WILL}))(?![\w-])", re.MULTILINE)
_OTHER_EVENT = re.compile(r"[,;]|\b(?:and|but|diagnos\w*|relaps\w*|progress\w*|start\w*|then|until|when)\b")
# Between a denial and the name: not "do not take", which says nothing of before, nor a list going on with another verb.
_NEVER_HAD = re.compile(
    r"never\b(?:(?!,\s*(?:had|took|tried|received|underwent)\b).)*$"
    r"|(?:(?!\b(?:more|further|other|effective|now|on|take|takes|taking|using|use|receiving|getting|undergoing)\b"
    r"|,\s*(?:had|took|tried|received|underwent|after|status|s/p)\b).)*$",
    re.DOTALL,
)
_BEGINNING = re.compile(r"start|began|on\b|taking|(?:am|i'm|im|is|was|been|currently|now|still) on")
_SUBJECT_ONLY = re.compile(r"[\s,]*(?:i|he|she|we)?(?:'ve)?(?:\s+(?:have|had|also|just|finally|first))*\s*")
_NO_MORE = re.compile(r"\b(?:was|were|been|had|used to|no longer|stopped)\b")
_BEHIND = re.compile(
    r"\s*(?:(?:treatment|therapy|\d+ ?x|x ?\d+)\s+)?(?P<had>failed|stopped working|stopped helping|did(?:n'?t|"
    r" not) (?:work|help)|has not worked|hasn'?t worked|ended|finished|worked|helped|made (?:me|him|her)|gave (?:me|"
    r"him|her)|caused|is not working|isn'?t working|(?:was|were) (?:completed|finished|stopped|discontinued|given)|"
    r"x ?\d|in (?:19|20)\d\d|\d+ (?:weeks?|months?|years?) ago)"
)
_FIELD = re.compile(r"\s*(?:[:=?]|-)\s*(?P<said>yes|no|none|never|y|n)\b")
_NAIVE = re.compile(r"[\s-]*na[iï]ve\b")
_SOON = re.compile(r"\b(?:next (?:week|month|year)|tomorrow|upcoming|soon|is scheduled|is planned|in the future)\b")
_LIMITED = re.compile(
    r"\b(?:in|within|for|during|over) (?:the )?(?:last|past|previous|about|over|at least)?\s*(?:\d+|an?|two|three|"
    r"four|five|six|several|many)\b|\bsince\b|\b(?:recently|lately|now|anymore|currently|yet this year|at the moment|"
    r"right now)\b|\blast\b|\bago\b"
)
_NOW = re.compile(
    r"\b(?:am|i'm|im|is|are|he's|she's|currently|now|still)\s+(?:also |now |still |currently |back )*(?:on|taking|"
    r"using|receiving|getting|undergoing|doing)$|\b(?:i|he|she) (?:take|takes|use|uses)$|^\s*on$|\b(?:taking|takes)$"
)
_KEPT_FROM = re.compile(
    r"\b(?:can'?t|cannot|can not|won'?t|will|'ll|should(?:n'?t)?|could(?:n'?t)?|would(?:n'?t)?|may|might|must|to|"
    r"unable to|refused?|before|without|not allowed to|never be)\s+(?:not\s+|ever\s+|be\s+|i\s+|be able to\s+)?$"
)


_NOT_TAKEN = (
    r"\s+(?:challenge|allerg\w+|intoleran\w+|resistan\w+|test\w*|"
    r"sensitiv\w+|levels?|centers?|centres?|clinic|"
    r"department|nurse|doctor|center|suite|pumps? trial)\b"
)


@cache
def _names() -> re.Pattern[str]:
    drugs = lists("drugs")
    groups = "|".join(f"(?P<{subject}>{any_of(names)})" for subject, names in lists("therapies").items())
    named = any_of([*drugs["names"], *pairs("drugs", "brands")])
    ending = any_of(drugs["endings"])
    return re.compile(rf"(?<![\w-])(?:{groups}|(?P<drug>{named}|[a-z]{{2,}}{ending}))(?![\w-])(?!{_NOT_TAKEN})")


def _subject(match: re.Match[str]) -> str | None:
    if match.lastgroup != "drug":
        return match.lastgroup
    word = re.sub(r"\s+", " ", match["drug"])
    return None if word in lists("drugs")["not_drugs"] else pairs("drugs", "brands").get(word, word)


def treatments(message: Message) -> Iterator[Found]:
    """Each treatment had or never had, and how long ago where a phrase says it; a plan, a fear or a wish is none."""
    named = [(match, subject) for match in _names().finditer(message.low) if (subject := _subject(match))]
    for place, (match, subject) in enumerate(named):
        until = named[place + 1][0].start() if place + 1 < len(named) else len(message.low)
        found = _read(message, match, subject, until)
        if found is None:
            continue
        yield found
        if found.value is True:
            for implied in lists("implied").get(subject, ()):
                yield replace(found, attribute=Attribute(topic=Topic.PRIOR_THERAPY, subject=implied))


def _read(message: Message, match: re.Match[str], subject: str, until: int) -> Found | None:
    low = message.low
    attribute = Attribute(topic=Topic.PRIOR_THERAPY, subject=subject)
    left, right = message.clause(match.start())
    sentence_end = message.sentence(match.start())[1]
    if field := _FIELD.match(low, match.end()):
        return Found(attribute, field["said"] in ("yes", "y"), match.start(), field.end(), at=match.start())
    if naive := _NAIVE.match(low, match.end()):
        return Found(attribute, False, match.start(), naive.end(), at=match.start())
    if _SOON.search(low, left, right):
        return None
    cue = _nearest_cue(low, left, match.start())
    denial = message.denial(match.start())
    behind = _BEHIND.match(low, match.end(), sentence_end)
    if cue and cue["had"] and _KEPT_FROM.search(low, max(left, cue.start() - 24), cue.start()):
        return None
    if cue and cue["will"] and not (behind and cue["will"] in ("about", "when", "or", "before")):
        return None
    if denial is not None and not behind:
        if not _NEVER_HAD.match(low, denial, match.start()) or _LIMITED.search(low, left, right):
            return None
        unsure = message.unsure(denial, match.end())
        return Found(attribute, False, denial, match.end(), at=match.start(), unsure=unsure)
    if not cue and not behind:
        return None
    start = cue.start() if cue else match.start()
    lead = re.compile(
        r"(?:\b(?:i|he|she|we)(?:'ve|'m|'s)?\s+(?:have |has |had |was |also |just |already |recently |am |is )*)$"
    ).search(low, left, start)
    start = lead.start() if lead else start
    ago, end = _when(message, left, match, min(until, right), cue)
    unsure = message.unsure(start, match.end())
    return Found(attribute, True, start, end, at=match.start(), days_ago=ago, unsure=unsure)


def _nearest_cue(low: str, left: int, at: int) -> re.Match[str] | None:
    cue = None
    for found in _CUES.finditer(low, left, at):
        if found["will"] == "or" and cue is not None:
            continue  # "had chemo or radiation" goes on with what it had
        cue = found
    return cue


def _when(
    message: Message, left: int, match: re.Match[str], right: int, cue: re.Match[str] | None
) -> tuple[float | None, int]:
    """How long ago, and where the words for it end: behind the name, else before the cue; what is taken is now."""
    low, end = message.low, match.end()
    behind = next(message.times(end, right), None)
    if behind and behind.start - end <= 30 and not _OTHER_EVENT.search(low, end, behind.start):
        return (None, end) if cue and _BEGINNING.match(cue[0]) else (behind.days, behind.end)
    if cue is None:
        return None, end
    first = next(message.times(left, cue.start()), None)
    if first and _SUBJECT_ONLY.fullmatch(low, first.end, cue.start()) and not low[left : first.start].strip(" ,"):
        return first.days, end
    now = _NOW.search(low, left, cue.end()) and not _NO_MORE.search(low, left, cue.start())
    return (0.0 if now else None), end
