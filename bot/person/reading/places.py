"""Where a person lives, in their own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.person.reading.message import Found, Message
from bot.person.reading.words import any_of, lists
from index.criteria.rule import Attribute, Topic

PLACE = Attribute(topic=Topic.PLACE)

_PLACE_FRAMES = re.compile(
    r"\b(?:(?P<lives>(?:i|we|he|she|who|currently|and|that)\s+(?:currently |both |now |all )?(?:lives?|"
    r"resides?)(?: right)?(?: here)?|(?:i am|i'm|we are|we're|he is|he's|she is|she's|"
    r"who is)\s+(?:currently )?(?:living|based|located|residing)|living|lives?|residing|"
    r"resident)\s+(?:(?:just )?(?:outside|close to|near|around)(?: of)?|in|at|of)"
    r"|(?P<am>(?:i am|i'm|im|we are|we're|he is|he's|she is|she's)\s+(?:currently |here |now )?(?:near|in|from|"
    r"close to|outside)(?: of)?)|(?P<near>(?:me|here|home) in|near me,?(?: in)?)"
    r"|(?P<person>(?:wom[ae]n|m[ae]n|male|female|patient|person|\d[fm]|\d yo|years old|y/o|girl|boy|hi|hello|"
    r"greetings|writing|mom|dad|mother|father|husband|wife|son|daughter|student)\s+(?:from|in|living in|based in))"
    r"|(?P<field>(?:location|city|country|state|place|residence)\s*[:=]))\s+(?:the (?=u|n|p|s|m|w|d|c))?"
)
_WORD = r"(?:(?:[A-Z]\.){2,}|(?:St|Mt|Ft)\.|[A-Z][\w'’-]*)"
_NAME = re.compile(
    rf"{_WORD}(?:[ \t]+(?:de[ \t]|la[ \t]|of[ \t]|upon[ \t]|"
    rf"del[ \t])*{_WORD})*(?:,[ \t]*{_WORD}(?:[ \t]+{_WORD}){{0,2}}){{0,2}}"
)
_LOWER_NAME = re.compile(
    r"[a-z][a-z'-]+(?:\s+[a-z][a-z'-]+){0,2}?(?=\s*(?:$|[,.;!?\n)]|and\b|with\b|but\b|so\b|any\b|what\b|can\b|is\b|"
    r"are\b|near\b|i\b|my\b|now\b|have\b|has\b|for\b|which\b|if\b|looking\b|who\b|at\b))"
)


def places(message: Message) -> Iterator[Found]:
    """Where the person lives, in their own words; a place by its capital or from the table, never "in pain"."""
    known = re.compile(
        r"(?:(?:north|south|east|west|central|northern|southern|eastern|western|"
        rf"upstate)\s+)?{any_of(lists('places')['known'])}(?![\w])"
    )
    barred = re.compile(rf"{any_of(lists('places')['none'])}\b")
    for match in _PLACE_FRAMES.finditer(message.low):
        start = match.end()
        city = re.compile(
            r"(?:an?|the) [a-z -]{0,30}?(?:town|city|village|area|suburb|part)s? (?:in|of|near|outside)\s+"
        ).match(message.low, start)
        start = city.end() if city else start
        named = _NAME.match(message.text, start)
        plain_name = known.match(message.low, start)
        if not (named or plain_name) and match["lives"] and not barred.match(message.low, start):
            plain_name = _LOWER_NAME.match(message.low, start)
        best = max((m for m in (named, plain_name) if m), key=lambda m: m.end(), default=None)
        if (
            best is None
            or message.low[best.start() : best.end()].strip(" .") in ("i", "my")
            or barred.fullmatch(message.low, best.start(), best.end())
        ):
            continue
        if (
            (match["am"] or match["person"])
            and barred.match(message.low, best.start())
            and not known.match(message.low, best.start())
        ):
            continue
        if (
            match["person"]
            and not known.search(message.low, best.start(), best.end())
            and match["person"].split()[-1] == "in"
        ):
            continue
        end = best.start() + len(best[0].rstrip("'’-"))
        yield Found(PLACE, message.text[best.start() : end], match.start(), end, at=match.end() - 1)
