"""Texts that are missing, that only point elsewhere, or that name a drug of another study."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.criteria.criterion import Criterion, Kind
from index.health.flag import Flag, Sign, whole
from index.record import Record
from index.trial import Form, SectionName, Span

_FORMALITY = (
    r"(?:the |this |study |clinical |specific |full |detailed |eligibility |inclusion |exclusion |and |/|any )*"
)
_ELSEWHERE = (
    r"(?:site|study|protocol|investigator|sponsor|director|article|above|below|summary|description|publication|website"
    r"|details?|information|attached|documents?|criteria|https?:)"
)
_PLACEHOLDER = re.compile(
    rf"(?:n\.?/?a\.?|nil|none|not applicable|tb[acd]|x{{2,}}|pending|data pending|to (?:be|follow)(?: \w+){{0,3}}"
    rf"|none provided.*|as (?:above|below)"
    rf"|(?:please )?(?:contact|see|refer to|as per|per|consult|check)\b.*\b{_ELSEWHERE}.*"
    rf"|{_FORMALITY}(?:information|data|criteria|summary|description)?(?: is| are)?(?: currently)? ?(?:not |un|no )"
    rf"(?:yet )?(?:currently )?(?:available|provided|given|disclosed|known|determined|specified|identified)"
    rf"(?: at this time| yet| in (?:the )?protocol)?"
    rf"|no (?:specific )?(?:eligibility |inclusion |exclusion )*criteria(?: (?:was|were|are)(?: \w+){{1,4}})?"
    rf"|{_FORMALITY}(?:criteria|summary|text)?\W*(?:is available at\b)?\W*https?:\S+"
    rf"|(?:this |the )?(?:study|trial) (?:has been |was |is )?(?:not opened|terminated|withdrawn|completed?|closed))"
)
_HEADING = re.compile(
    r"^[\s\W]*(?:(?:key|main|major)\s+)?(?:inclusions?|exclusions?|eligibility|inclusion\s*(?:/|and)\s*exclusion)"
    r"(?:\s+criteria)?[^\S\n]*(?:[:\-–—>\\]+|$)",
    re.IGNORECASE | re.MULTILINE,
)
_OF_INCLUSIONS = re.compile(r"^[\s\W]*(?:(?:key|main|major)\s+)?inclusion(?:\s+criteria)?\s*:?[^\S\n]*$", re.I | re.M)
_LONGEST = 120
_CUT = re.compile(r"\w\s?(?:\.{3}|…)$")
_ALLERGY_TO = re.compile(
    r"\b(?i:allerg(?:y|ic|ies)(?: reactions?)?|hypersensitiv(?:e|ity)|intoleran(?:ce|t)) to (?P<drug>[A-Z][a-z]{5,}"
    r"(?:mab|nib|ide|ine|cin|cel|tin|zole|vir|ib|ate|one|pril|tan|fen|lol|rin|cept|stat|bine|min)s?)\b"
    r"(?!\s*(?:,|or\b|and\b|/)|[^.;]*\bfor those\b)"  # a list of drugs is a list of what may be given
)
_EVERYDAY = frozenset({"lidocaine", "gentamicin", "iodine", "aspartame"})  # met in an operation, a scan or food
_STEM = 6  # letters by which another spelling of a drug is known: Chidamide, chidamid


def no_criteria(record: Record) -> Iterator[Flag]:
    if not record.criteria:
        yield Flag(
            sign=Sign.NO_CRITERIA,
            text="This record gives no list of who can and cannot join.",
            spans=whole(record, SectionName.ELIGIBILITY),
        )


def no_summary(record: Record) -> Iterator[Flag]:
    """A source that gives whole records, and other texts of this one, gives its summary too if there is one."""
    whole_record = record.trial.origin.form is Form.RECORD and record.trial.prose
    if whole_record and record.text(SectionName.BRIEF_SUMMARY) is None:
        yield Flag(sign=Sign.NO_SUMMARY, text="This record gives no summary of the study.")


def placeholders(record: Record) -> Iterator[Flag]:
    """An eligibility text, a summary or an inclusion list that holds nothing, or only points to where it stands."""
    eligibility = record.text(SectionName.ELIGIBILITY) or ""
    summary = record.text(SectionName.BRIEF_SUMMARY) or ""
    yield from filter(
        None,
        (
            _stands_in(record, SectionName.ELIGIBILITY, eligibility)
            or _cut_short(record, SectionName.ELIGIBILITY, eligibility)
            or _empty_inclusions(record, eligibility),
            _stands_in(record, SectionName.BRIEF_SUMMARY, summary)
            or _cut_short(record, SectionName.BRIEF_SUMMARY, summary),
        ),
    )


def _stands_in(record: Record, section: SectionName, text: str) -> Flag | None:
    if len(text) > 4 * _LONGEST:
        return None
    said = [line for line in map(_bare, _HEADING.sub("\n", text).splitlines()) if line]
    if not said or len(" ".join(said)) > _LONGEST or not all(_PLACEHOLDER.fullmatch(line) for line in said):
        return None
    what = "who can join" if section is SectionName.ELIGIBILITY else "what the study is about"
    words = " ".join(text.split()).strip("-*• .")
    says = "points to another place" if re.search(r"https?:|www\.", words) else f"says only “{words}”"
    return Flag(
        sign=Sign.PLACEHOLDER,
        text=f"The record's {_name(section)} {says}. Ask the study team {what}.",
        spans=whole(record, section),
    )


def _cut_short(record: Record, section: SectionName, text: str) -> Flag | None:
    if len(text) > 2 * _LONGEST or not _CUT.search(text.rstrip()):
        return None
    return Flag(
        sign=Sign.PLACEHOLDER,
        text=f"The record's {_name(section)} ends in dots, as if it were cut short. Ask the study team for the rest.",
        spans=whole(record, section),
    )


def _empty_inclusions(record: Record, text: str) -> Flag | None:
    """An inclusion heading with nothing below it, though there are exclusions."""
    listed = [one for one in record.criteria if one.kind is Kind.INCLUSION]
    if not record.criteria or any(not _PLACEHOLDER.fullmatch(_bare(one.text)) for one in listed):
        return None
    heading = _OF_INCLUSIONS.search(text)
    if not heading:
        return None
    start = heading.start() + len(heading[0]) - len(heading[0].lstrip())
    end = max([heading.end(), *(one.end for one in listed)])
    place = Span(section=SectionName.ELIGIBILITY, start=start, end=end)
    return Flag(
        sign=Sign.PLACEHOLDER,
        text="The record's list of who can join is empty; it only says who cannot. Ask the study team for the list.",
        spans=(place,),
    )


def _bare(line: str) -> str:
    return " ".join(line.lower().replace("\\", "").split()).strip(" .;:,*-–—>•()[]\"'“”")


def _name(section: SectionName) -> str:
    return "eligibility text" if section is SectionName.ELIGIBILITY else "summary"


def unnamed_drug(record: Record) -> Iterator[Flag]:
    """A drug in an allergy rule that the record nowhere else names: perhaps a rule copied from another study."""
    everything = ""
    for criterion, drug in _allergies(record):
        everything = everything or " ".join(section.text for section in record.sections).lower()
        if drug.lower() not in _EVERYDAY and everything.count(drug[:_STEM].lower()) == 1:
            yield Flag(
                sign=Sign.UNNAMED_DRUG,
                text=f"{criterion.label.capitalize()} names {drug}, which the record does not otherwise mention. "
                "Ask the study team whether this rule is meant.",
                spans=(criterion.span,),
            )


def _allergies(record: Record) -> Iterator[tuple[Criterion, str]]:
    for criterion in record.criteria:
        if criterion.kind is Kind.EXCLUSION:
            yield from ((criterion, match["drug"]) for match in _ALLERGY_TO.finditer(criterion.lead))
