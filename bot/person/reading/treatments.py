"""Treatments that a person had, has or never had: a name counts only behind words that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.person.reading.message import Found, Message
from bot.person.reading.words import any_of, lists, pairs
from index.criteria.rule import Attribute, Topic

_HAD = (
    r"(?:have had|has had|had|received|receiving|receives?|got|gotten|getting|given|finished|finishing|completed|completing|done|did|doing|underwent|undergone|undergoing|been through|went through|gone through|going through|go through|following|s/p|status post|treated (?:with|by)"
    r"|treatments?:|therapy included|treatment included|treatment with|(?:am|i'm|im|is|was|been|were|are|currently|now|still|also|he's|she's|me|him|her|back|went|already|started) on|^\s*on|(?<=[,;] )on|used to (?:take|be on|use|have|get)|takes?|taking|took|taken|tried|trying|tries|using|uses|used|started|began|failed|stopped|quit|came off|come off|off of"
    r"|prior(?! to)|previous|previously|past|history of|h/o|hx of|switched (?:to|from)|relapsed after|relapse after|progressed (?:on|after)|progression (?:on|after)|respond(?:ed)? to|refractory to|resistant to|cycles? of|rounds? of|courses? of|sessions? of|doses? of|lines? of|infusions? of|weeks? of|months? of|years? of|maintained on|managed with"
    r"|(?:since|after|post)(?:[- ](?:my|his|her|the|first|second|third|last|two|three|four|five|six|\d+|rounds? of|cycles? of))*|my (?:last|first|second|third|previous|latest|recent|prior|only)|no longer on|reaction to|side effects? (?:of|from)|non responder)"
)
_WILL = (
    r"(?:will|'ll|going to|gonna|plan(?:ning|s|ned)?|schedul\w+|consider\w*|about to|waiting|wait|awaiting|candidate for|need(?:s|ed|ing)?|recommend\w*|offer\w*|discuss\w*|suggest\w*|before|prior to|instead of|rather than|avoid\w*|refus\w*|declin\w+|want\w*|would|like to|hop(?:e|es|ing)|wish\w*|allerg\w+ to"
    r"|intoleran\w+|interested|trials? (?:of|for|with|on|using|about)|stud(?:y|ies) (?:of|on|with|about)|prescri\w+|can'?t|cannot|can not|won'?t|could\w*|may|might|should\w*|eligible for|ready for|able to|unable to|about|regarding|information|pending|due for|due to have|until|unless|advised|thinking of|against|vs|versus|than|looking for|searching for|search for|find|starting|beginning|free off|free of|to start|to begin|to have|to get|to receive|to take|to undergo|to try|family|contraindicated|approved|side effects|effect|dose|cost|prescription for|when|without insurance|insurance|deny|approve|possible|option\w*|alternative\w*|or)"
)
_CUES = re.compile(rf"(?<![\w-])(?:(?P<had>{_HAD})|(?P<will>{_WILL}))(?![\w-])", re.MULTILINE)
_BEHIND = re.compile(
    r"\s*(?:(?:treatment|therapy|\d+ ?x|x ?\d+)\s+)?(?P<had>failed|stopped working|stopped helping|did(?:n'?t| not) (?:work|help)|has not worked|hasn'?t worked|ended|finished|worked|helped|made (?:me|him|her)|gave (?:me|him|her)|caused|is not working|isn'?t working|(?:was|were) (?:completed|finished|stopped|discontinued|given)|x ?\d|in (?:19|20)\d\d|\d+ (?:weeks?|months?|years?) ago)"
)
_FIELD = re.compile(r"\s*(?:[:=?]|-)\s*(?P<said>yes|no|none|never|y|n)\b")
_NAIVE = re.compile(r"[\s-]*na[iï]ve\b")
_SOON = re.compile(r"\b(?:next (?:week|month|year)|tomorrow|upcoming|soon|is scheduled|is planned|in the future)\b")
_LIMITED = re.compile(r"\b(?:in|within|for|during|over) (?:the )?(?:last|past|previous|about|over|at least)?\s*(?:\d+|an?|two|three|four|five|six|several|many)\b|\bsince\b|\b(?:recently|lately|now|anymore|currently|yet this year|at the moment|right now)\b|\blast\b|\bago\b")
_NOW = re.compile(r"\b(?:am|i'm|im|is|are|he's|she's|currently|now|still)\s+(?:also |now |still |currently |back )*(?:on|taking|using|receiving|getting|undergoing|doing)$|\b(?:i|he|she) (?:take|takes|use|uses)$|^\s*on$|\b(?:taking|takes)$")
_KEPT_FROM = re.compile(r"\b(?:can'?t|cannot|can not|won'?t|will|'ll|should(?:n'?t)?|could(?:n'?t)?|would(?:n'?t)?|may|might|must|to|unable to|refused?|before|without|not allowed to|never be)\s+(?:not\s+|ever\s+|be\s+|i\s+|be able to\s+)?$")


_NOT_TAKEN = r"\s+(?:challenge|allerg\w+|intoleran\w+|resistan\w+|test\w*|sensitiv\w+|levels?|centers?|centres?|clinic|department|nurse|doctor|center|suite|pumps? trial)\b"


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
    """Each treatment had or never had, with how long ago where a phrase says it; one that is planned, feared or wished is none."""
    named = [(match, subject) for match in _names().finditer(message.low) if (subject := _subject(match))]
    for place, (match, subject) in enumerate(named):
        until = named[place + 1][0].start() if place + 1 < len(named) else len(message.low)
        found = _read(message, match, subject, until)
        if found is None:
            continue
        yield found
        if found.value is True:
            for implied in lists("implied").get(subject, ()):
                yield Found(**{**vars(found), "attribute": Attribute(topic=Topic.PRIOR_THERAPY, subject=implied)})


def _read(message: Message, match: re.Match[str], subject: str, until: int) -> Found | None:
    low = message.low
    attribute = Attribute(topic=Topic.PRIOR_THERAPY, subject=subject)
    left, right = message.clause(match.start())
    sentence_end = message.sentence(match.start())[1]
    field, naive = _FIELD.match(low, match.end()), _NAIVE.match(low, match.end())
    if field or naive:
        end = (field or naive).end()  # type: ignore[union-attr]
        return Found(attribute, bool(field and field["said"] in ("yes", "y")), match.start(), end, at=match.start())
    if _SOON.search(low, left, right):
        return None
    cue = _nearest_cue(low, left, match.start())
    denial = message.denial(match.start())
    behind = _BEHIND.match(low, match.end(), sentence_end)
    if cue and cue["had"] and _KEPT_FROM.search(low, max(left, cue.start() - 24), cue.start()):
        return None
    if cue and cue["will"] and not (behind and cue["will"] in ("about", "when", "or", "before")):
        return None
    if denial is not None and not (cue and cue.start() > denial + 40) and not behind:
        if _LIMITED.search(low, left, right) or re.search(r"\b(?:any more|more|further|other|effective|now)\b", low[denial : match.start()]):
            return None
        return Found(attribute, False, denial, match.end(), at=match.start(), unsure=message.unsure(denial, match.end()))
    if not cue and not behind:
        return None
    start = cue.start() if cue else match.start()
    lead = re.compile(r"(?:\b(?:i|he|she|we)(?:'ve|'m|'s)?\s+(?:have |has |had |was |also |just |already |recently |am |is )*)$").search(low, left, start)
    start = lead.start() if lead else start
    ago = _when(message, left, match, min(until, right), cue)
    end = match.end() if ago is None or ago == 0.0 else max(match.end(), _end_of_time(message, match.end(), min(until, right)))
    return Found(attribute, True, start, end, at=match.start(), days_ago=ago, unsure=message.unsure(start, match.end()))


def _nearest_cue(low: str, left: int, at: int) -> re.Match[str] | None:
    cue = None
    for found in _CUES.finditer(low, left, at):
        if found["will"] == "or" and cue is not None:
            continue  # "had chemo or radiation" goes on with what it had
        cue = found
    return cue


def _when(message: Message, left: int, match: re.Match[str], right: int, cue: re.Match[str] | None) -> float | None:
    """How long ago: a phrase behind the name, else one before it; what is being taken is now."""
    ago = message.days_ago(match.end(), right)
    if ago is None and cue is not None:
        ago = message.days_ago(left, cue.start())
    if ago is None and cue is not None and _NOW.search(message.low, left, cue.end()):
        return None if re.search(r"\b(?:was|were|been|had|used to|no longer|stopped)\b", message.low[left : cue.start()]) else 0.0
    return ago if cue is None or not re.match(r"start|began|on\b|taking|(?:am|i'm|is|been) on", cue[0]) else (0.0 if ago is not None and re.match(r"i'm|am|is", cue[0]) else None)


def _end_of_time(message: Message, start: int, right: int) -> int:
    found = re.search(r"\b(?:ago|back|last (?:week|month|year)|yesterday|today|prior)\b", message.low[start:right])
    return start + found.end() if found else start
