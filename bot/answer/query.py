"""A message -> what it asks for: an intent, the trials it means, and what to search for.

It knows the words people use for each kind of question; it does not decide what is true of anyone (intake does) or of any trial.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bot.answer.glossary import define
from bot.answer.schema import Intent
from index.trial import Frozen, trial_ids_in
from index.vocabulary import Phase

_COMMANDS: tuple[tuple[Intent, str], ...] = (
    (Intent.UNDO, r"(?:please )?(?:undo|take (?:that|it) back|go back)(?: that| it| the last one| the last answer)?"),
    (
        Intent.START_OVER,
        r"(?:please )?(?:start over|start again|restart|forget (?:me|everything)|new conversation|reset|clear)",
    ),
    (
        Intent.ABOUT_ME,
        r"(?:so )?what (?:do|did) you (?:know|have|remember)(?: (?:about|on|of) (?:me|us|him|her|my \w+|the patient))?(?: so far)?",
    ),
    (
        Intent.THANKS,
        r"(?:ok(?:ay)?[,. ]*|great[,. ]*|many )?(?:thanks?|thank you|thx|cheers|ta)(?: (?:a lot|so much|very much|you))?.{0,20}",
    ),
    (
        Intent.ABOUT_TRIALOGUE,
        r"(?:hi|hello|hey|good (?:morning|evening|afternoon)|who are you|what are you|are you (?:a |an )?(?:doctor|human|robot|bot|person|real|ai)"
        r"|what can you do|how (?:do|does) (?:this|you|it) work|where (?:do you get|does) your (?:information|data).*|help)[\s.,]*.{0,30}",
    ),
)

_FACETS: tuple[tuple[Intent, str], ...] = (
    (
        Intent.CONTACT,
        r"contact|phone|call\b|e-?mail|reach (?:them|the (?:team|study|site))|who (?:do|can|should) i (?:talk|speak|write)",
    ),
    (Intent.COST, r"\bcosts?\b|\bpa(?:y|id|ys)\b|\bfree\b|insurance|reimburs|compensat|expens|money"),
    (
        Intent.SIDE_EFFECTS,
        r"side[\s-]?effects?|adverse|toxicit|\brisks?\b|\bsafe(?:ty)?\b|harm|dangerous|unwanted effect",
    ),
    (
        Intent.RANDOMISED,
        r"placebo|randomi[sz]|blind|dummy|sugar pill|control group|comparison group|compared? (?:to|with)|open[\s-]label|masking",
    ),
    (
        Intent.VISITS,
        r"\bvisits?\b|how often|\btests\b|procedures?|scans?|biops|blood draw|hospital stay|appointment|what (?:will|would) (?:be done|happen)|involve",
    ),
    (Intent.DURATION, r"how long|duration|how many (?:weeks|months|years|cycles|courses)|last\b.*\?|until when"),
    (
        Intent.OUTCOMES,
        r"measur|outcomes?|end[\s-]?points?|what are they (?:looking|testing) for|find out|goals?\b|aims?\b|purpose|why are they",
    ),
    (Intent.RESULTS, r"results?|published|publications?|findings|did it work|papers?\b"),
    (Intent.SIZE, r"how many (?:people|patients|participants)|how big|size|so few|enrol?l?ment"),
    (Intent.PHASE, r"\bphase\b|stage of (?:research|the research)"),
    (Intent.DATES, r"when (?:did|does|will|is|was)|start date|end date|completion|dates?\b|last updated|how old is"),
    (
        Intent.SPONSOR,
        r"sponsor|who (?:runs|is running|pays for|funds|is behind|leads|organi[sz]es)|funded|investigator|in charge|compan(?:y|ies)",
    ),
    (Intent.WHERE, r"\bwhere\b|locations?|\bsites?\b|\bcit(?:y|ies)\b|countr|hospitals?\b|near(?:est)?\b|how far"),
    (
        Intent.STATUS,
        r"recruit|status|still open|\bopen\b|closed|accepting|taking (?:people|patients)|enrolling|approved|endorsed",
    ),
    (
        Intent.WHO_CAN_JOIN,
        r"who can|eligib|criteria|qualify|requirements?|join|take part|participate|allowed|inclusion|exclusion|can (?:i|he|she|my|we|they)\b|am i|exclude|rules?\b"
        r"|(?:would|will|does|do) (?:it|they) (?:take|accept)|fit\b",
    ),
    (
        Intent.JOINING,
        r"how (?:do|can|would) (?:i|we|he|she|they) (?:join|sign up|enrol|apply|get (?:in|into|on))|sign up|apply\b|how to join",
    ),
    (
        Intent.TREATMENT,
        r"treatment|drugs?\b|medic|dos(?:e|es|age|ing)|therap|interventions?|arms?\b|what (?:would|will) (?:i|he|she|they) (?:take|get|receive|be given)|given\b|how does .* work"
        r"|mechanism|class of|brand",
    ),
    (
        Intent.IDENTITY,
        r"official (?:title|name)|full (?:title|name)|acronym|\bids?\b|identifiers?|number\b|what is it called|link\b|url|where can i (?:verify|check|read)",
    ),
    (Intent.OVERVIEW, r"about|tell me|what is|what's|summar|overview|describe|explain|details?|more info"),
)
_STRONG_JOINING = re.compile(_FACETS[15][1], re.IGNORECASE)

_POSITIONS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_POSITION = re.compile(
    rf"\b(?:the )?(?P<word>{'|'.join(_POSITIONS)}|last) (?:one|trial|study|result|option)\b"
    r"|\b(?:number|trial|study|option|no\.?|#)\s*(?P<number>10|[1-9])\b(?!\d)",
    re.IGNORECASE,
)
_THIS_TRIAL = re.compile(
    r"\b(?:this|that|the|same) (?:trial|study|one|record)\b|\bit\b|\bits\b|\bthey\b|\bthere\b|\bthis\b", re.IGNORECASE
)
_SEARCHES = re.compile(
    r"\b(?:trials|studies)\b|\b(?:find|search|look(?:ing)? for|show me|list|any (?:trial|stud)|a (?:trial|study) (?:for|on|of|about)|options)\b",
    re.IGNORECASE,
)
_NEW_SEARCH = re.compile(
    r"\b(?:other|more|different|another|new|any|which|what|find|search|looking for|are there|list|recruiting) (?:\w+ ){0,4}(?:trials?|studies|study)\b"
    r"|\b(?:trials?|studies|study) (?:for|on|of|about|with|in|near|that)\b",
    re.IGNORECASE,
)
_MEANING = re.compile(
    r"(?:what(?:'s| is| are| does| do)|define|meaning of|explain)\s+(?:the (?:word|term|phrase)s?\s+)?(?:an?\s+|the\s+)?[\"“'‘]?(?P<term>[\w\s/+.&-]{1,50}?)[\"”'’]?"
    r"(?:\s+(?:mean(?:s|ing)?|stand for|in (?:plain|simple) (?:words|english)))?\s*[?.!]*$",
    re.IGNORECASE,
)
_PHASE = re.compile(r"\bphase\s+(?P<n>[1-4]|i{1,3}|iv)\b", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:in|near|around|at|from|close to|within|live in|lives in)\s+(?:the\s+)?(?P<words>(?:[^\W\d_][\w.'-]*[ ,]*){1,5})",
    re.IGNORECASE,
)
_OTHER_NAMES = {
    "us": "United States",
    "u.s": "United States",
    "usa": "United States",
    "u.s.a": "United States",
    "america": "United States",
    "states": "United States",
    "uk": "United Kingdom",
    "u.k": "United Kingdom",
    "britain": "United Kingdom",
    "great britain": "United Kingdom",
    "holland": "Netherlands",
    "korea": "South Korea",
    "turkey": "Turkey (Türkiye)",
    "nyc": "New York",
    "la": "Los Angeles",
}


class Query(Frozen):
    """`trial_ids`: the trials that the message means, by name, position or pronoun; `named`: those of them it names itself."""

    intent: Intent
    text: str
    trial_ids: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    term: str | None = None
    place: str | None = None
    place_words: str = ""  # the place as the message spells it
    phases: tuple[Phase, ...] = ()
    closed_too: bool = False  # asks for trials that are not open as well
    no_such_position: bool = False  # means a trial by a place in the list that the list does not have


def read_query(
    message: str, candidates: Sequence[str] = (), focus: str | None = None, places: Collection[str] = frozenset()
) -> Query:
    """What `message` asks for. `candidates`: trial ids last shown; `focus`: the one talked about; `places`: lower-case names of sites' places."""
    text = message.strip()
    plain = re.sub(r"[\s.!?]+$", "", " ".join(text.split())).lower()
    for intent, pattern in _COMMANDS:
        if re.fullmatch(pattern, plain):
            return Query(intent=intent, text=text)
    named = trial_ids_in(text)
    meant = named or _by_position(text, candidates)
    if not meant and _POSITION.search(text) and not _PHASE.search(text) and not _NEW_SEARCH.search(text):
        return Query(intent=Intent.OTHER, text=text, no_such_position=True)
    searches_anew = not meant and _NEW_SEARCH.search(text) is not None
    if not meant and not searches_anew and focus and (_THIS_TRIAL.search(text) or _facet(text)):
        meant = (focus,)
    asks_meaning = re.search(r"\bmean(?:s|ing)?\b|\bdefine\b|\bstands? for\b", plain) is not None
    term = _term(plain) if asks_meaning or not meant else None
    if term and not named and not _THIS_TRIAL.search(plain):
        return Query(intent=Intent.DEFINE, text=text, term=term, trial_ids=meant)
    place, place_words = place_in(text, places) or (None, "")
    common = {"text": text, "place": place, "place_words": place_words, "phases": _phases(text)}
    if meant:
        return Query(intent=_facet(text) or Intent.OVERVIEW, trial_ids=meant, named=named, **common)
    closed_too = (
        re.search(r"\b(?:closed|completed|finished|all trials|any status|past trials|old trials)\b", plain) is not None
    )
    intent = Intent.FIND_TRIALS if _SEARCHES.search(text) else Intent.OTHER
    return Query(intent=intent, closed_too=closed_too, **common)


def place_in(text: str, places: Collection[str]) -> tuple[str, str] | None:
    """The longest place after a word such as "in" or "near" that a site of the store lies in, and the words that name it."""
    for match in _PLACE.finditer(text):
        words = re.findall(r"[^\W\d_][\w.'-]*", match["words"])
        for length in range(min(4, len(words)), 0, -1):
            name = " ".join(words[:length]).rstrip(".")
            known = _OTHER_NAMES.get(name.lower(), name)
            if known.lower() in places:
                return known, name
    return None


def _facet(text: str) -> Intent | None:
    if _STRONG_JOINING.search(text):
        return Intent.JOINING
    return next((intent for intent, pattern in _FACETS if re.search(pattern, text, re.IGNORECASE)), None)


def _by_position(text: str, candidates: Sequence[str]) -> tuple[str, ...]:
    match = _POSITION.search(text)
    if not match or not candidates:
        return ()
    if match["word"]:
        index = -1 if match["word"].lower() == "last" else _POSITIONS.index(match["word"].lower())
    else:
        index = int(match["number"]) - 1
    return (candidates[index],) if -1 <= index < len(candidates) else ()


def _term(plain: str) -> str | None:
    match = _MEANING.fullmatch(plain)
    term = match["term"].strip() if match else ""
    return term if term and define(term) is not None else None


def _phases(text: str) -> tuple[Phase, ...]:
    numerals = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
    found = (numerals.get(match["n"].lower(), match["n"]) for match in _PHASE.finditer(text))
    return tuple(dict.fromkeys(Phase(f"PHASE{number}") for number in found))
