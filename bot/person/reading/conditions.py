"""The conditions that a person says they have or do not have, in their own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.person.reading.diseases import is_condition, starting, tail, whole
from bot.person.reading.message import Found, Message
from bot.person.reading.words import any_of, lists, pairs
from index.criteria.rule import Attribute, Topic

_FRAMES = re.compile(
    r"\b(?P<sure>(?:was |were |been |is |am |being |recently |newly |just |also |got |freshly )*(?:diagnos\w*|"
    r"dx'?d?)(?:\s+(?:as having|with having|with|of|as|is|was|to have)|\s*:|\s+[a-z]+\s+with)\s+|"
    r"(?:primary )?(?:condition|diagnosis)\s*[:=]\s*)"
    r"|\b(?P<have>(?:(?:i|he|she|who|that|and|also|they|it|we|relation|now|already|both|currently|still)(?:'ve|"
    r"'s)?\s+|'ve\s+|'s\s+)?(?:have had|has had|have got|has got|'s got|'ve got|have|has|had|having|"
    r"got)(?:\s+been (?:living|dealing|suffering|struggling|battling) (?:with|from))?"
    r"|(?:living|lives|live|lived|struggling|struggles?|dealing|suffering|battling|coping|born|affected|afflicted|"
    r"troubled) (?:with|by|from)|suffers?(?: a lot| badly)? (?:from|with)|suffered (?:from|with|an?)|battl(?:es?|ed|"
    r"ing)|fighting|survived|beat|affected by|history of|hx of|h/o|known case of|told (?:that )?i have|known to have|"
    r"caught|developed|contracted)\s+"
    r"|\b(?P<with>(?:\b(?:wom[ae]n|m[ae]n|male|female|patient|person|old|boy|girl|lady|gentleman|\d\s?[mf]|y/?o|pt|"
    r"mom|mum|dad|mother|father|wife|husband|partner|son|daughter|sister|brother|child|baby|friend|uncle|aunt|cousin|"
    r"grand\w+|nephew|niece|kid)\b)(?:\s*\(?\d{0,3}\)?,?)\s+(?:(?:[a-z]+\s+)?w(?:ith|/)\s+|(?:who|that) (?:has|have|"
    r"had)\s+))"
    r"|\b(?P<doctor>(?:doctors?|gp|oncologist|neurologist|specialist|they|dermatologist|rheumatologist)\s+(?:has |"
    r"have |also )?(?:says?|said|thinks?|suspects?|believes?|found|told me)\s+(?:that\s+)?(?:(?:i|it|it's|it is|he|"
    r"she|this)\s+)?(?:(?:is|was|may|might|could|be|have|has|maybe|possibly|probably|perhaps)\s+)*)"
)
_MY = re.compile(r"\b(?:my|his|her)\s+(?=[a-z0-9])")
_NEGATIVE = re.compile(
    r"\b(?:no(?! one|body)|denies|denied|never had|negative for|without|free of|(?:do|does|did)(?:n'?t| not) have|"
    r"(?:have|has)(?:n'?t| not) (?:got|had)|have never had|has never had|has no|have no|never been diagnosed with|"
    r"not (?:been )?diagnosed with)\s+"
    r"(?:(?:known|any|a|an|prior|previous|past|personal|history of|medical history of|had|type of|other) )*(?=[a-z])"
)
_NUMBERED = (
    r"(?!(?:\d+|a few|two|three|four|five|six|seven|eight|nine|ten|"
    r"several|many)[\s-]+(?:years?|months?|weeks?|days?|"
    r"yrs?|times?|kids|children)\b)"
)
_PHRASE_STOP = re.compile(
    r"[.,;:()\[\]!?\n\"/]|\s[-–—]\s|\b(?:and|or|but|that|which|who|whose|since|for|when|while|because|so|in|on|at|"
    r"after|before|from|with|w/|back|if|what|where|how|can|could|is|are|was|were|has|have|had|i|i'm|im|i've|my|he|she|"
    r"we|they|you|it|his|her|their"
    r"|now|about|as|by|due|despite|plus|any|do|does|did|will|would|should|looking|please|s/p|showed|shows|showing|"
    r"reveal\w*|all|denie[sd]|status|diagnosed|dx|until|than|though|although|too|also|again|currently|this|last|"
    r"years?|under|[a-z]+n't|not|never|without|seeking|caused|since|live|living|complicated|presenting|presents|presented|"
    r"referred|admitted|would|am|be|being|going|ecog|aged?|trials?|help|here|there|to|into|badly|terribly|nor|then|no|"
    r"within|during)\b"
    r"|\b(?:\d+|an?|a few|two|three|four|five|six|seven|eight|nine|ten|several|many)[\s-]+(?:years?|months?|weeks?|"
    r"days?|yrs?|times?)\b|\b(?:19|20)\d\d\b|\[|\bx\s*\d"
)
_ONLY_NOW = re.compile(r"\b(?:now|any ?more|currently|at the moment|these days|yet)\b")  # they may have had it
_HAVE = re.compile(r"\b(?:(?:i|he|she)\s+)?(?:also\s+)?(?:have|has|had)\b")
_ITEMS = 12  # of one list
_NO_STOP = re.compile(r"(?:her2|ms)\b")
_COUNTED = re.compile(
    r"(?:\d+\+?|two|three|several|multiple|recurrent)\s+(?=prior|previous|episodes?|more|attacks?|"
    r"[a-z]+ insufficiency)|(?:episodes?|attacks?|bouts?) of\s+|[a-z]+ diagnosis of\s+|pmh of\s+|pmhx? \s*"
)
_LIST_NEXT = re.compile(
    r"\s*(?:,\s*(?:and|or|plus|nor)?|/|and|or|plus|as well as|nor|&)\s*(?:also\s+|a\s+|an\s+|the\s+|my\s+|some\s+|"
    r"(?:i\s+)?(?:also\s+)?(?:have|had|has)\s+|with\s+|any\s+)*(?=[a-z0-9])"
)


def _phrase(low: str, start: int, end: int) -> tuple[int, int]:
    """The words from `start` that may name one condition, without what fills before them."""
    while filler := starting("fillers").match(low, start, end) or _COUNTED.match(low, start, end):
        start = filler.end()
    stop = _PHRASE_STOP.search(low, start, end)
    if stop and stop.start() == start and (again := _NO_STOP.match(low, start)):
        stop = _PHRASE_STOP.search(low, again.end(), end)
    finish = stop.start() if stop else end
    trimmed = low[start:finish].rstrip(" '-–—*")
    trimmed = (
        re.sub(r"(?:\s+(?:[a-z]+ly|\d+|really|bad|severe|all over|diagnosis|myself|today|patient))+$", "", trimmed)
        if not re.search(r"(?:type|stage|grade|class) \d+$", trimmed)
        else trimmed
    )
    return start, start + len(trimmed)


def conditions(message: Message) -> Iterator[Found]:
    """Each condition said to be had or denied; a search for trials "for" one says nothing of the person."""
    low = message.low
    covered = 0
    for match in _FRAMES.finditer(low):
        if match.start() < covered:
            continue  # an item of the list before
        for found in _listed(message, match, sure=match["sure"] is not None, doubted=match["doctor"] is not None):
            covered = max(covered, found.end)
            yield found
    for match in _MY.finditer(low):
        start, end = _phrase(low, match.end(), min(match.end() + 60, len(low)))
        if (
            is_condition(low[start:end])
            and len(low[start:end].split()) <= 4
            and not re.match(
                r"\s+(?:is|was) (?:in|normal|fine|under|good)|\s*(?:risk|test|doctor|treatment)", low[end : end + 40]
            )
        ):
            yield _found(message, start, end, match.start())
    for match in _NEGATIVE.finditer(low):
        yield from _denied(message, match)
    yield from _as_person(message)
    yield from _telegraphic(message)


def _listed(message: Message, frame: re.Match[str], *, sure: bool, doubted: bool) -> Iterator[Found]:
    """The conditions of a list behind "I have"; only the first one, if it was diagnosed, may be a word nobody knows."""
    low = message.low
    start = frame.start()
    _, limit = message.sentence(frame.end())
    place, first = frame.end(), True
    for _ in range(_ITEMS):
        begin, end = _phrase(low, place, min(limit, place + 90))
        words = low[begin:end]
        diagnosed = sure and first and 1 <= len(words.split()) <= 5 and len(words) > 2 and _plain_words(words)
        if words and (is_condition(words) or diagnosed):
            yield _found(message, begin, end, start, doubted)
        elif not first and len(words.split()) > 4:
            return
        following = _LIST_NEXT.match(low, end if words else begin, limit)
        if not following or not words:
            return
        if verb := _HAVE.search(low, following.start(), following.end()):
            start = verb.start()
        place, first = following.end(), False


def _plain_words(words: str) -> bool:
    return not (
        starting("not_leads").match(words)
        or whole("general").fullmatch(words)
        or tail().search(words)
        or re.match(r"(?:it|this|that|one|something|\d|\[|me|him|her|us|same)\b|\W", words)
    )


def _found(message: Message, begin: int, end: int, start: int, doubted: bool = False) -> Found:
    denied = message.denial(begin)
    unsure = message.unsure(min(start, begin), end) or (
        doubted
        and bool(re.search(r"think|suspect|believe|may|might|could|possib|prob|perhaps", message.low[start:begin]))
    )
    if denied is not None and denied < start and "," in message.low[denied:start]:
        denied, unsure = None, True  # "never smoked, had a stroke": a new verb, or one more thing denied
    unsure = unsure or (denied is not None and bool(_ONLY_NOW.search(message.low, end, end + 30)))
    words = re.sub(r"\s+", " ", message.low[begin:end])
    subject = pairs("conditions", "persons").get(words, words)
    return Found(
        Attribute(topic=Topic.CONDITION, subject=subject),
        denied is None,
        denied if denied is not None and denied < start else start,
        end,
        at=begin,
        unsure=unsure,
    )


def _denied(message: Message, match: re.Match[str]) -> Iterator[Found]:
    """ "No diabetes, asthma or stroke": every item of the list is denied, as far as items are recognised."""
    low = message.low
    _, limit = message.sentence(match.start())
    place = match.end()
    for _ in range(_ITEMS):
        begin, end = _phrase(low, place, min(limit, place + 60))
        if is_condition(low[begin:end]) and message.denial(begin) is not None:
            yield _found(message, begin, end, match.start())
        following = _LIST_NEXT.match(low, end if end > begin else begin, limit)
        if not following or re.match(
            r"(?:i|he|she|my|we|it|a family|family)\b", low[following.end() : following.end() + 20]
        ):
            return
        place = following.end()


_AS = re.compile(
    r"\b(?P<be>(?:i am|i'm|im|he is|he's|she is|she's|as|is|being|has been|have been)\s+(?:also |now )?(?:an?|"
    r"the)\s+)(?:(?:\d{1,3}|year|yr|old|years)[\s-]+)*(?P<words>[a-z0-9][a-z0-9' -]{1,50})"
)


def _as_person(message: Message) -> Iterator[Found]:
    """ "I am a type 1 diabetic", "as a lymphoma patient" """
    persons = pairs("conditions", "persons")
    for match in _AS.finditer(message.low):
        diabetic = re.match(
            rf"(?:(?:type|typed|insulin|brittle|severe|dependent) ?\d?[ -]?)*{any_of(persons)}\b", match["words"]
        )
        patient = re.match(
            rf"(?P<condition>[a-z0-9' -]+?)\s+{any_of(lists('conditions')['patients'])}\b", match["words"]
        )
        start = match.start("words")
        if diabetic:
            words = re.sub(r"\s+", " ", diabetic[0])
            last = words.split()[-1]
            subject = words[: -len(last)] + persons[last]
            denied = message.denial(start)
            yield Found(
                Attribute(topic=Topic.CONDITION, subject=subject),
                denied is None,
                match.start(),
                start + diabetic.end(),
                at=match.start(),
                unsure=message.unsure(start, start),
            )
        elif patient and is_condition(patient["condition"]):
            found = _found(message, start, start + patient.end("condition"), match.start())
            yield replace(found, end=start + patient.end())


_ONE_LINER = re.compile(r"\b\d{1,3}\s*(?:y/?o|yrs?|years?|[fm])\b|\b(?:male|female|man|woman)\b|\bage\b|^\s*\d{2}\s*,")
_A_WISH = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|looking|interested|research|wants?|needs?|information|about|history|family|rule|"
    r"denie[sd]|no|not|mother|father|sister|brother|aunt|uncle)\b"
)


def _telegraphic(message: Message) -> Iterator[Found]:
    """ "62 y/o male, metastatic melanoma, ECOG 1": an item of a line that begins with who the person is."""
    for start, end in message.sentences:
        if end - start > 200 or not _ONE_LINER.search(message.low, start, end):
            continue
        for item in re.finditer(r"[^,;.\n:]+", message.low[start:end]):
            words = item[0].strip()
            begin = start + item.start() + item[0].index(words) if words else start
            wished = _A_WISH.search(message.low, max(start, begin - 40), begin + len(words))
            if (
                words
                and len(words.split()) <= 5
                and not wished
                and is_condition(words)
                and _phrase(message.low, begin, begin + len(words)) == (begin, begin + len(words))
            ):
                yield _found(message, begin, begin + len(words), begin)
