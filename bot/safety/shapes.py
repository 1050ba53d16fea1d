"""What identifiers look like: numbers, dates, addresses and links, as patterns for one pass through a long text.

A pattern begins with a class of characters wherever it can, and looks back from there: so the search skips quickly.
"""

from __future__ import annotations

import re


def any_of(*patterns: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile("|".join(patterns), flags)


MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary)?|mar(?:ch|zo)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero|abril|mayo|junio|julio|agosto|septiembre|octubre"
    r"|noviembre|diciembre)\.?"
)
DATE = "|".join(
    (
        r"\d{1,4} ?[-/.] ?\d{1,2} ?[-/.] ?\d{1,4}",
        rf"\d{{1,2}}(?:st|nd|rd|th)?[ -](?:of |de )?{MONTH}(?:,?[ -](?:de )?\d{{2,4}}\b)?",
        rf"{MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}}\b)?",
        r"\d{4}年\d{1,2}月\d{1,2}日",
        r"\d{8}(?!\d)",
    )
)
YEAR = re.compile(r"(?:19|20)\d\d")
UNITS = re.compile(
    r" ?(?:mg|mcg|µg|kg|ml|mmol|iu|units?|copies|cells|/|%|mm|cm|patients|people|participants)\b", re.IGNORECASE
)

# what belongs to a trial and is never masked
REGISTRY = any_of(
    r"\b(?:NCT|ISRCTN|ACTRN|ChiCTR|DRKS|CTRI|EudraCT|EU ?CT|EUCTR|jRCT|UMIN|JPRN|KCT|IRCT|PACTR|NTR|RBR|TCTR|SLCTR"
    r"|Oracle|CRUK|IRAS|CPMS)(?:[-_ ]?(?:ID|number|no\.?|TRC|IPR|ROC|OPC))?[ :#/-]*[A-Za-z]?\d[\d/\-]*(?: \d{3,4}\b)*",
    r"\b\d{4}-\d{6}-\d{2}(?:-\d{2})?\b",
    flags=re.IGNORECASE,
)

# numbers that show by their form what they are
DIGITS = re.compile(r"[+(\d](?<![\w.].)[\d().\-/ \u00a0\u2010-\u2013]{5,}\d")
PHONE = any_of(
    r"\+\d[\d ().\-\u2010-\u2013]{7,17}\d",
    r"(?<![\d.])(?:1[ .-]?)?\(\d{3}\) ?\d{3}[ .-]?\d{4}(?!\d)",
    r"(?<![\d.-])(?:1[ .-])?\d{3}([-. \u2011])\d{3}\1\d{4}(?![\d-])",
    r"(?<![\d.-])\(?0\d(?:[ .-]\d{2}){4}(?!\d)",
    r"(?<![\d.,-])\(?0\d{2,4}\)?[ /-]?\d{3,4}[ -]?\d{3,5}(?![\d-])",
    r"(?<![\d.])00\d{2}[ \d-]{8,14}\d",
    r"(?<![\d.,-])\d{10,11}(?![\d.,]?\d)",
)
NATIONAL = any_of(
    r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])",
    r"(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)",
    r"(?<!\d)\d{4}[ -]\d{4}[ -]\d{4}(?:[ -]\d{4})?(?!\d)",
)
LETTERED = re.compile(
    r"[A-CEGHJ-PR-TW-Z](?<!\w.)"
    r"(?:[A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]|[A-Z]{5}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z])\b"
)

# where somebody can be written to or logs in
MAILERS = ("gmail", "yahoo", "hotmail", "outlook", "icloud", "aol", "protonmail", "gmx")
EMAIL = any_of(
    r"[\w.+'-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+",
    rf"[\w.+-]{{1,64}} ?(?:\(at\)|\[at\]| at ) ?(?:{'|'.join(MAILERS)})"
    r" ?(?:\.|\(dot\)|\[dot\]| dot ) ?(?:com|co\.uk|net|org|de|fr|es|it|me)\b",
    flags=re.IGNORECASE,
)
URL = any_of(
    r"\w{2,12}://[^\s/@:]{1,200}:[^\s/@]{1,200}@[^\s\[\]]+",
    r"https?://[^\s\[\]]{1,500}[?&](?:token|key|apikey|api_key|password|pwd|access_token|auth|session|sid|sig)=[^\s\[\]]+",
    flags=re.IGNORECASE,
)

# where somebody lives
STREETS = (
    *("street", "st", "road", "rd", "avenue", "ave", "lane", "ln", "drive", "dr", "boulevard", "blvd", "court", "ct"),
    *("close", "way", "place", "pl", "terrace", "crescent", "square", "gardens", "grove", "row", "highway", "hwy"),
    *("parkway", "circle", "mews", "hill", "walk", "strasse", "straße"),
)
STREET = rf"(?:{'|'.join(sorted(STREETS, key=len, reverse=True))})"
POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
FLAT = r"(?:,? (?:Apt|Apartment|Unit|Flat|Suite)\.? ?\w+| ?#\w+)?"
ADDRESS = any_of(
    rf"\d(?<![\w.,-].)\d{{0,4}}[A-Za-z]?,? (?:[NSEW]\.? )?(?:[A-Z][\w'’-]*\.? ){{1,4}}(?i:{STREET})\b\.?{FLAT}"
    r"(?:,? [A-Z][a-z]+(?: [A-Z][a-z]+)?,? [A-Z]{2} \d{5}(?:-\d{4})?)?"
    rf"(?:,? (?:[A-Z][a-z]+,? )?{POSTCODE})?",
    r"P(?<!\w.)\.? ?O\.? Box \d+",
)

# what stands after words that announce an identifier
FILLER = r"(?:number|num|no\.?|is|was|on|at|am|:|#|=|-|\.|\(|\([^)\d]{1,14}\)|\s)*"
HOME = re.compile(
    rf"{FILLER}(?:in )?("
    rf"(?:flat \w+,? )?\d{{1,5}}[a-z]?,? (?:[\w'’-]+\.? ){{1,4}}{STREET}\b\.?{FLAT}"
    rf"|{POSTCODE}"
    r"|\d{1,5},? (?:rue|calle|via|avenida|rua) [\w'’-]+(?: [\w'’-]+){0,2}"
    r"|[A-Z][\w-]*(?:strasse|straße|weg|platz) \d+\w?)",
    re.IGNORECASE,
)
RECORD = re.compile(rf"{FILLER}([A-Z]{{0,4}}[-/]?\d[\dA-Z]*(?:[-/.]\d[\dA-Z]*)*)", re.IGNORECASE)
CITIZEN = re.compile(
    rf"{FILLER}(\d{{3}}[ -]?\d{{3}}[ -]?\d{{4}}\b|[A-Z]{{0,3}} ?\d{{2,3}}(?:[ -]\d{{2}}){{2,3}}(?: ?[A-D]\b)?"
    r"|[A-Z]{0,6}\d[\dA-Z]*(?:[-/.]\d[\dA-Z]*)*)",
    re.IGNORECASE,
)
CALL = re.compile(rf"{FILLER}(\+?\(?\d[\d().\-/]{{5,}}\d|\+?\(?\d[\d().\-/ ]{{5,18}}\d)", re.IGNORECASE)
BORN = re.compile(rf"(?:{FILLER}(?:in [A-Z]\w+(?: [A-Z]\w+)?,? ?)?{FILLER}|[:：]?)({DATE})", re.IGNORECASE)
