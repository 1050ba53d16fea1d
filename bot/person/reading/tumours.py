"""What a note says of a cancer: its stage, whether it spread or came back, and its markers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.person.reading.clinical import Note
from bot.person.reading.context import How, of_illness
from bot.person.reading.denials import denial
from bot.person.reading.message import Found
from index.criteria.rule import Attribute, Topic

_CANCER = re.compile(
    r"\b(?:cancers?|carcinomas?|adenocarcinomas?|\w*sarcomas?|melanomas?|lymphomas?|leuk\w+|myelomas?|"
    r"tumou?rs?|malignan\w+|neoplas\w+|\w*blastomas?|gliomas?|astrocytomas?|"
    r"mesotheliomas?|nsclc|sclc|cll|aml|cml|dlbcl|hcc|rcc|seminomas?|metasta\w+|\w+carcinoma|gist|oncolog\w*)\b"
)
_STAGE = re.compile(
    r"\b(?:stage|stg)\s*(?:is\s*|:\s*)?(?P<n>iv|iii|ii|i|[0-4])(?P<letter>[abcd]?\d?)\b(?!\s*(?:-|–|to|"
    r"or|/)\s*(?:iv|i|\d))"
)
_NUMBERS = {"i": 1.0, "ii": 2.0, "iii": 3.0, "iv": 4.0}
_STATES = {
    "metastatic": re.compile(r"\bmetastatic\b|\bmetasta(?:sis|ses|sized)\b|\bmets\b"),
    "relapsed": re.compile(r"\brelapsed\b|\brelapse of\b"),
    "recurrent": re.compile(r"\brecurrent\b(?! laryngeal)|\brecurrence of\b"),
    "refractory": re.compile(r"\brefractory\b"),
    "newly diagnosed": re.compile(r"\b(?:newly|recently|just) diagnosed\b|\bwas (?:recently|newly) diagnosed\b"),
    "locally advanced": re.compile(r"\blocally[- ]advanced\b"),
    "unresectable": re.compile(r"\bunresectable\b|\binoperable\b|\bnot (?:amenable to resection|resectable)\b"),
    "measurable": re.compile(r"\bmeasurable (?:disease|lesions?|tumou?rs?)\b"),
    "in remission": re.compile(r"\bin (?:complete |partial )?remission\b|\bcomplete remission\b"),
}
_MARKERS = {
    "her2 positive": (re.compile(r"\bher-?2(?:/neu)?"), True),
    "er positive": (re.compile(r"\b(?:er|estrogen receptor)(?=[\s/+-])"), True),
    "pr positive": (re.compile(r"\b(?:pr|progesterone receptor)(?=[\s/+-])"), True),
    "hpv positive": (re.compile(r"\bhpv(?: \d{2})?(?=[\s-])"), True),
    "egfr mutation": (re.compile(r"\begfr mutat\w+|\begfr[- ](?:mutant|mutated)"), False),
    "alk rearrangement": (re.compile(r"\balk (?:rearrange\w+|fusion|translocation|positive)|\balk-positive"), False),
    "kras mutation": (re.compile(r"\bkras (?:mutat\w+|mutant|g12\w)|\bkras-mutant"), False),
    "braf mutation": (re.compile(r"\bbraf (?:v600\w?|mutat\w+|mutant)|\bbraf-mutant"), False),
    "brca mutation": (re.compile(r"\bbrca-?[12]?(?:/2)? (?:mutat\w+|carrier|positive)"), False),
    "triple negative": (re.compile(r"\btriple[- ]negative\b"), False),
    "philadelphia chromosome": (re.compile(r"\bph(?:iladelphia)?[- ]?(?:chromosome[- ])?positive\b|\bph\+"), False),
}
_SIGN = re.compile(
    r"(?:\s*(?:-|status|is|was|:|receptor|and|/|er\b|pr\b|her-?2\b|for)\s*){0,4}\s*(?P<sign>positive|"
    r"negative|\+(?!\w)|pos\b|neg\b)|(?P<tight>[+-])(?=[\s,;.)/])"
)


def tumours(note: Note) -> Iterator[Found]:
    """Each of these that is plainly said of the patient."""
    yield from _stages(note)
    for state, pattern in _STATES.items():
        for match in pattern.finditer(note.low):
            if _of_cancer(note, match):
                yield from _said(note, Attribute(topic=Topic.DISEASE_STATE, subject=state), match)
    for marker, (pattern, signed) in _MARKERS.items():
        attribute = Attribute(topic=Topic.BIOMARKER, subject=marker)
        for match in pattern.finditer(note.low):
            if not signed:
                yield from _said(note, attribute, match)
                continue
            sign = _SIGN.match(note.low, match.end(), note.sentence(match.start())[1])
            if sign:
                positive = (sign["sign"] or sign["tight"]).startswith(("pos", "+"))
                yield Found(attribute, positive, match.start(), sign.end(), at=match.start())
        if marker == "hpv positive":
            for match in re.finditer(r"\bpositive for hpv(?: \d{2})?\b", note.low):
                yield from _said(note, attribute, match)


def _stages(note: Note) -> Iterator[Found]:
    for match in _STAGE.finditer(note.low):
        around = note.low[
            max(note.sentence(match.start())[0], match.start() - 40) : min(
                match.end() + 45, note.sentence(match.start())[1]
            )
        ]
        if not _CANCER.search(around) or re.search(
            r"\b(?:kidney|renal|ckd|copd|hoehn|yahr|ulcer|tanner|gold|fibrosis|parkinson\w*|liver disease|heart)\b",
            around,
        ):
            continue
        context = of_illness(note, match.start(), match.end())
        if context.how in (How.AFFIRMED, How.HISTORICAL) and not note.low.startswith("?", match.end()):
            value = _NUMBERS.get(match["n"]) or float(match["n"] if match["n"].isdigit() else 0)
            yield Found(Attribute(topic=Topic.STAGE), value, context.start, match.end(), at=match.start())


def _of_cancer(note: Note, match: re.Match[str]) -> bool:
    """Whether the words stand beside the name of a cancer."""
    start, end = note.statement(match.start(), match.end())
    return bool(_CANCER.search(note.low, max(start, match.start() - 60), min(end, match.end() + 50)))


def _said(note: Note, attribute: Attribute, match: re.Match[str]) -> Iterator[Found]:
    context = of_illness(note, match.start(), match.end(), wide=True)
    match context.how:
        case How.AFFIRMED | How.HISTORICAL:
            yield Found(attribute, True, context.start, match.end(), at=match.start())
        case How.POSSIBLE:
            yield Found(attribute, True, context.start, match.end(), at=match.start(), unsure=True)
        case How.DENIED:
            denied = denial(note, match.start(), match.end(), wide=True)
            yield Found(
                attribute, False, context.start, context.end, at=match.start(), unsure=bool(denied and denied.words)
            )
