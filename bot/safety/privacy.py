"""Takes out of a text what tells who somebody is, before any model, log or store sees it.

A name is masked where it is introduced, never guessed; a date only where it is a date of birth. Numbers of trials, laboratory
values, doses, ages and dates of treatment stay.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.safety.names import may_occur, names_in, places_of
from index.trial import Frozen

MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary)?|mar(?:ch|zo)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?|enero|febrero|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\.?"
)
DATE = (
    rf"\d{{1,4}} ?[-/.] ?\d{{1,2}} ?[-/.] ?\d{{1,4}}|\d{{1,2}}(?:st|nd|rd|th)?[ -](?:of |de )?{MONTH}(?:,?[ -](?:de )?\d{{2,4}}\b)?"
    rf"|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}}\b)?|\d{{4}}年\d{{1,2}}月\d{{1,2}}日|\d{{8}}(?!\d)"
)
STREETS = frozenset(
    "street st road rd avenue ave lane ln drive dr boulevard blvd court ct close way place pl terrace crescent square gardens grove row"
    " highway hwy parkway circle mews hill walk strasse straße box".split()
)
STREET = rf"(?:{'|'.join(sorted(STREETS - {'box'}, key=len, reverse=True))})"
FILLER = r"(?:number|num|no\.?|is|was|on|at|am|:|#|=|-|\.|\(|\([^)\d]{1,14}\)|\s)*"

REGISTRY = re.compile(
    r"\b(?:NCT|ISRCTN|ACTRN|ChiCTR|DRKS|CTRI|EudraCT|EU ?CT|EUCTR|jRCT|UMIN|JPRN|KCT|IRCT|PACTR|NTR|RBR|TCTR|SLCTR|Oracle|CRUK|IRAS|CPMS)"
    r"(?:[-_ ]?(?:ID|number|no\.?|TRC|IPR|ROC|OPC))?[ :#/-]*[A-Za-z]?\d[\d/\-]*(?: \d{3,4}\b)*|\b\d{4}-\d{6}-\d{2}(?:-\d{2})?\b",
    re.IGNORECASE,
)
DIGITS = re.compile(r"[+(\d](?<![\w.].)[\d().\-/ \u00a0\u2010-\u2013]{5,}\d")
PHONE = re.compile(
    r"\+\d[\d ().\-\u2010-\u2013]{7,17}\d"
    r"|(?<![\d.])(?:1[ .-]?)?\(\d{3}\) ?\d{3}[ .-]?\d{4}(?!\d)|(?<![\d.-])(?:1[ .-])?\d{3}([-. \u2011])\d{3}\1\d{4}(?![\d-])"
    r"|(?<![\d.-])\(?0\d(?:[ .-]\d{2}){4}(?!\d)|(?<![\d.,-])\(?0\d{2,4}\)?[ /-]?\d{3,4}[ -]?\d{3,5}(?![\d-])|(?<![\d.])00\d{2}[ \d-]{8,14}\d"
    r"|(?<![\d.,-])\d{10,11}(?![\d.,]?\d)"
)
NATIONAL = re.compile(
    r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])|(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)|(?<!\d)\d{4}[ -]\d{4}[ -]\d{4}(?:[ -]\d{4})?(?!\d)"
)
LETTERED = re.compile(
    r"[A-CEGHJ-PR-TW-Z](?<!\w.)(?:[A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]|[A-Z]{5}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z])\b"
)
EMAIL = re.compile(
    r"[\w.+'-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+|[\w.+-]{1,64} ?(?:\(at\)|\[at\]| at ) ?(?:gmail|yahoo|hotmail|outlook|icloud|aol|live|protonmail|gmx)"
    r" ?(?:\.|\(dot\)|\[dot\]| dot ) ?(?:com|co\.uk|net|org|de|fr|es|it|me)\b",
    re.IGNORECASE,
)
URL = re.compile(
    r"\w{2,12}://[^\s/@:]{1,200}:[^\s/@]{1,200}@[^\s\[\]]+|https?://[^\s\[\]]*[?&](?:token|key|apikey|api_key|password|pwd|access_token|auth|session|sid|sig)=[^\s\[\]]+",
    re.IGNORECASE,
)
POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
ADDRESS = re.compile(
    rf"\d(?<![\w.,-].)\d{{0,4}}[A-Za-z]?,? (?:[NSEW]\.? )?(?:[A-Z][\w'’-]*\.? ){{1,4}}(?i:{STREET})\b\.?"
    rf"(?:,? (?:Apt|Apartment|Unit|Flat|Suite)\.? ?\w+| ?#\w+)?(?:,? [A-Z][a-z]+(?: [A-Z][a-z]+)?,? [A-Z]{{2}} \d{{5}}(?:-\d{{4}})?)?"
    rf"(?:,? (?:[A-Z][a-z]+,? )?{POSTCODE})?|P(?<!\w.)\.? ?O\.? Box \d+"
)
HOME = re.compile(
    rf"{FILLER}(?:in )?((?:flat \w+,? )?\d{{1,5}}[a-z]?,? (?:[\w'’-]+\.? ){{1,4}}{STREET}\b\.?(?:,? (?:apt|unit|flat)\.? ?\w+)?"
    rf"|{POSTCODE}|\d{{1,5}},? (?:rue|calle|via|avenida|rua) [\w'’-]+(?: [\w'’-]+){{0,2}}|[A-Z][\w-]*(?:strasse|straße|weg|platz) \d+\w?)",
    re.IGNORECASE,
)
RECORD = re.compile(rf"{FILLER}([A-Z]{{0,4}}[-/]?\d[\dA-Z]*(?:[-/.]\d[\dA-Z]*)*)", re.IGNORECASE)
CITIZEN = re.compile(
    rf"{FILLER}(\d{{3}}[ -]?\d{{3}}[ -]?\d{{4}}\b|[A-Z]{{0,3}} ?\d{{2,3}}(?:[ -]\d{{2}}){{2,3}}(?: ?[A-D]\b)?|[A-Z]{{0,6}}\d[\dA-Z]*(?:[-/.]\d[\dA-Z]*)*)",
    re.IGNORECASE,
)
CALL = re.compile(rf"{FILLER}(\+?\(?\d[\d().\-/]{{5,}}\d|\+?\(?\d[\d().\-/ ]{{5,18}}\d)", re.IGNORECASE)
BORN = re.compile(rf"(?:{FILLER}(?:in [A-Z]\w+(?: [A-Z]\w+)?,? ?)?{FILLER}|[:：]?)({DATE})", re.IGNORECASE)
UNITS = re.compile(
    r" ?(?:mg|mcg|µg|kg|ml|mmol|iu|units?|copies|cells|/|%|mm|cm|patients|people|participants)\b", re.IGNORECASE
)
YEAR = re.compile(r"(?:19|20)\d\d")
APART = str.maketrans(dict.fromkeys(".,;:!?()[]{}\"'’/\n\t\r#-", " "))


class Masked(Frozen):
    """A text without identifiers, and the kinds that were taken out, each once."""

    text: str
    found: tuple[str, ...] = ()


class Span(NamedTuple):
    start: int
    end: int
    kind: str


def mask(text: str) -> Masked:
    """The text with every identifier replaced by its kind in brackets; masking it again changes nothing."""
    found: list[str] = []
    while spans := apart(identifiers(text)):
        ends = [0, *(span.end for span in spans)]
        kept = [text[end : span.start] + f"[{span.kind}]" for end, span in zip(ends, spans, strict=False)]
        text = "".join(kept) + text[ends[-1] :]
        found += [span.kind for span in spans]
    return Masked(text=text, found=tuple(dict.fromkeys(found)))


def apart(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, the longer one where two overlap."""
    kept: list[Span] = []
    for span in sorted(spans):
        if kept and span.start < kept[-1].end:
            if span.end - span.start > kept[-1].end - kept[-1].start:
                kept[-1] = span
        else:
            kept.append(span)
    return kept


def identifiers(text: str) -> Iterator[Span]:
    """Everything in a text that tells who somebody is."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    words = frozenset(low.encode("ascii", "replace").decode().translate(APART).split())
    if "://" in text:
        yield from (Span(*found.span(), "url with credentials") for found in URL.finditer(text))
    if "@" in text or not words.isdisjoint(
        {"gmail", "yahoo", "hotmail", "outlook", "icloud", "aol", "protonmail", "gmx"}
    ):
        yield from (Span(*found.span(), "email") for found in EMAIL.finditer(text))
    if not words.isdisjoint(STREETS):
        yield from (Span(*found.span(), "address") for found in ADDRESS.finditer(text))
    yield from (Span(*found.span(), "national id") for found in LETTERED.finditer(text))
    yield from numbers_in(text)
    yield from announced(text, low, words)
    yield from (Span(start, end, "name") for start, end in names_in(text, low, words))


def numbers_in(text: str) -> Iterator[Span]:
    """Numbers that show by their form what they are; those of a trial registry, and amounts with a unit, stay."""
    for run in DIGITS.finditer(text):
        for kind, shape in (("national id", NATIONAL), ("phone", PHONE)):
            for found in shape.finditer(text, run.start(), run.end()):
                if not is_of_a_trial(text, *found.span()) and not UNITS.match(text, found.end()):
                    yield Span(*found.span(), kind)


def is_of_a_trial(text: str, start: int, end: int) -> bool:
    """Whether a number belongs to the id of a trial in some registry."""
    offset = max(0, start - 30)
    window = text[offset : end + 12]
    return any(found.start() + offset < end and start < found.end() + offset for found in REGISTRY.finditer(window))


def announced(text: str, low: str, words: frozenset[str]) -> Iterator[Span]:
    """What a text says is a birth date, a record number, a telephone number or a home."""
    for kind, phrases in cues().items():
        value, holds = VALUES[kind]
        for phrase in phrases:
            if may_occur(phrase, words):
                for _, end in places_of(phrase, low):
                    found = value.match(text, end)
                    if found and holds(found[1]) and not is_of_a_trial(text, *found.span(1)):
                        yield Span(*found.span(1), kind)


def digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


VALUES: dict[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "record number": (RECORD, lambda value: digits(value) >= 4 and not YEAR.fullmatch(value)),
    "national id": (CITIZEN, lambda value: digits(value) >= 6),
    "phone": (CALL, lambda value: digits(value) >= 7),
    "date of birth": (BORN, lambda _value: True),
    "address": (HOME, lambda _value: True),
}


@cache
def cues() -> dict[str, tuple[str, ...]]:
    """The phrases that announce each kind of identifier."""
    table = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))["announced"]
    return {kind: tuple(phrases) for kind, phrases in table.items()}
