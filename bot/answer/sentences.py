"""Where sentences stand in a registry's text: spans, so that a quote is always a slice of what the registry wrote.

Lines, list items and sentences end a span; abbreviations, initials and decimals do not. White space and list markers
lie outside every span, and nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ABBREVIATIONS = _listed(
    "e.g i.e eg ie etc vs cf al approx ca no nos nr fig figs ref refs vol sec i.v i.m s.c p.o b.i.d t.i.d q.i.d q.d "
    "p.r.n iv im sc po dr drs prof mr mrs ms st inc ltd co corp dept univ jr sr ph.d m.d u.s u.k min max hr hrs wk wks "
    "mo mos yr yrs spp sp subsp incl excl resp i.p i.t a.m p.m w.r.t n.b viz std dev est "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_MAY_END = _listed(  # those of them that a sentence may end with
    "etc al inc ltd co corp a.m p.m i.v i.m s.c p.o u.s u.k b.i.d t.i.d q.i.d iv im sc po min max hr hrs wk wks mo yr "
    "yrs"
)
_GOES_ON = _listed("a an and at by for from in no not of on or than the to with without")  # ends no line
_LETTERED = re.compile(  # what is named by a letter
    r"\b(?:drug|vitamin|arm|group|cohort|part|type|hepatitis|study|stage|phase|level|class|appendix|factor|compound|step"
    r"|period|regimen|treatment|haemophilia|hemophilia|influenza|globulin|table|schedule|dose|substance)s?\s+$",
    re.IGNORECASE,
)

_MARKER = re.compile(r"(?:[*•·●○▪■◦‣–—-]+|\(?(?:\d{1,3}(?:\.\d{1,2})*|[a-zA-Z]|[ivxIVX]{1,4})\\?[.)])(?=\s|$)|[•●▪■◦‣]")
_INLINE_BULLET = re.compile(r"\s[•●▪■◦‣]\s*|\s\*\s+(?=\S)")
_STOP = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？；]")
_WORD_BEFORE = re.compile(r"[^\W\d_](?:[^\W\d_]|\.(?=[^\W\d_]))*$")
_NUMBER_OF_ITEM = re.compile(r"(?:^|[:;,])\s*\(?\d{1,2}$")  # "must have: 1. …", a list item written inside a line
_LONG_LINE = 60  # characters; a shorter line that ends without a full stop is a heading or a list item


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the sentences of `text`, in order, none blank, none overlapping."""
    return tuple(
        span
        for line_start, line_end in _lines(text)
        for item_start, item_end in _items(text, line_start, line_end)
        for span in _split(text, item_start, item_end)
    )


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Lines, with those joined that were only wrapped: a long line that has not ended, and the next goes on."""
    start, end = 0, 0
    for match in re.finditer(r"[^\r\n]*(?:\r\n|\r|\n|$)", text):
        content_end = match.start() + len(match[0].rstrip("\r\n"))
        if not _continues(text[start:end], text[match.start() : content_end]):
            yield start, end
            start = match.start()
        end = content_end
    yield start, end


def _continues(line: str, following: str) -> bool:
    last, first = line.rsplit("\n", 1)[-1].strip(), following.strip()
    if len(last) < _LONG_LINE or last[-1] in ".!?:;。…" or not first or _MARKER.match(first):
        return False
    return first[0].islower() or first[0].isdigit() or last[-1] == "," or last.split()[-1].lower() in _GOES_ON


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _INLINE_BULLET.finditer(text, start, end):
        if text[start : match.start()].strip():
            yield start, match.start()
            start = match.end()
    yield start, end


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    start = _after_marker(text, start, end)
    for stop in _STOP.finditer(text, start, end):
        if _ends(text, start, stop, end):
            if span := _trim(text, start, stop.end()):
                yield span
            start = stop.end()
    if span := _trim(text, start, end):
        yield span


def _after_marker(text: str, start: int, end: int) -> int:
    """`start`, moved behind white space and one list marker with something after it."""
    while start < end and text[start].isspace():
        start += 1
    marker = _MARKER.match(text, start, end)
    return marker.end() if marker and text[marker.end() : end].strip() else start


def _ends(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether the sentence ends at `stop`."""
    following = text[stop.end() : end].lstrip()
    if stop[0][0] != "." or not following:
        return True
    if following[0].islower():
        return False
    before = _WORD_BEFORE.search(text, max(start, stop.start() - 20), stop.start())
    if before is None:
        return not _NUMBER_OF_ITEM.search(text[start : stop.start()])
    word = before[0].lower()
    if len(word) == 1:  # "J. Smith" goes on, "vitamin D. People" does not
        return before[0].islower() or _LETTERED.search(text[start : before.start()]) is not None
    if word not in _ABBREVIATIONS:
        return True
    return word in _MAY_END and following[0].isupper() and following[1:2].islower()


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
