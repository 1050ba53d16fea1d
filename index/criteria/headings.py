"""Headings of eligibility texts: which list a line starts, how far its heading goes, and whether it says more.

Registries word them in many ways, and misspell them; a missed heading turns the rules below it into their opposite.
"""

from __future__ import annotations

import re

from index.criteria.criterion import Kind

_ADJECTIVE = (
    r"(?:key|main|major|minor|general|specific|additional|secondary|further|other|primary|common|clinical|important|basic"
    r"|summary|study|trial|subjects?|patients?|participants?|donor|volunteer|principal|overall|summary of|the|of|for)"
)
_CRITERIA = r"(?:c[ir]{1,3}t\w{0,2}(?:er|re)\w{1,4}|requ?ir\w*ments?)"  # criteria, criterion, critieria, cirteria …
_MISSPELT = r"iinclusion|inlusion|inclution|inclusioin|exclsuion|exlusion|exlcusion|exculsion|excusion"
_FULL_HEADING = re.compile(
    rf"""[<=\[(_~"\s]*
    (?:(?:{_ADJECTIVE}|[\w\-/.]+\s+(?:cohort|group|arm|part|phase)|(?:cohort|group|arm|part|phase|stratum)\s+[\w\-/.]+)[\s:,\-–]+){{0,4}}
    (?:{_CRITERIA}\s+(?:of|for)\s+)?
    (?P<non>non[-\s]?)?(?P<word>inclusion|exclusion(?:ary)?|eligibility|selection|{_MISSPELT})s?
    (?:\s*/\s*exclusion)?(?:\s+{_CRITERIA})?(?P<rest>[^:：\n]{{0,140}}?)\s*(?P<colon>[:：]|$)""",
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST = 110  # characters of a heading without a colon
_NAMED = re.compile(_CRITERIA, re.IGNORECASE)
_COPULA = r"(?:includes?|included|are|were|was|is|will be|consist(?:s|ed)? of|comprises?)\b"
_AFTER_NAME = re.compile(rf"\s*{_COPULA}[\s:,]*|[\s.,\-–]*", re.IGNORECASE)
_NOT_A_HEADING = re.compile(
    rf"\b(?:not|meet|meets|meeting|fulfil\w*|satisf\w+|who|that|must|should|have|has|been|may|can|{_COPULA})|[;,]",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"(?:(?<=[.;:)\]\w])|^)\s*(?P<head>(?:(?:Key|Main|Major|Non[-\s]?)\s*)?(?:Inclusion|Exclusion|INCLUSION|EXCLUSION)"
    rf"\s+(?:[Cc]riteri(?:a|on)|CRITERIA|CRITERION)\s*(?:[:：]|(?P<copula>{_COPULA})))"
)

_GENERIC = (
    r"(?: (?:from|in|into|if|for|to|the|this|study|trial|protocol|part|they|have|has|had|meet|meets|meeting|any|all"
    r"|one|none|of|following|criteri\w+|reasons?|apply|who|or|more|either|enrol\w+|inclusion|participat\w*|be|are|as|is"
    r"|follows?|met|on|at|satisfy|fulfil\w*|must|only|with|and|when|also|you|he/she|entry|eligible|will|would|shall|should|may|below|listed|these|those))*"
)
_PEOPLE = (
    r"(?:the |a |an |your )?(?:potential )?(?:patients?|subjects?|participants?|individuals?|people|persons?"
    r"|volunteers?|candidates?|child|children|infants?|women|men|you)"
)
_SHORT_LEAD = r"(?!.*\b(?:no|not|non|the|all|any|none|of|these|following|meet\w*)\b)(?:[\w/\-]+ ){1,4}"
_OTHER_HEADINGS: tuple[tuple[re.Pattern[str], Kind], ...] = tuple(
    (re.compile(pattern + _GENERIC, re.IGNORECASE), kind)
    for pattern, kind in (
        (
            rf"(?:{_PEOPLE}{_GENERIC} )?(?:cannot|can ?not|may not|should not) (?:enter|join|take part|participate)",
            Kind.EXCLUSION,
        ),
        (rf"(?:{_PEOPLE} )?(?:can|may) (?:enter|join|take part)", Kind.INCLUSION),
        (r"who (?:should ?not|can ?not|cannot) (?:enter|join)", Kind.EXCLUSION),
        (r"who (?:can|may) (?:enter|join)", Kind.INCLUSION),
        (rf"{_PEOPLE}{_GENERIC} (?:not|cannot|can ?not) (?:meet|have|fulfil\w*)", Kind.EXCLUSION),
        (
            rf"{_PEOPLE}{_GENERIC} exclusion criteria(?: (?:are|is|will|may|must) not(?: to)?| (?:cannot|can not))?",
            Kind.EXCLUSION,
        ),
        (
            rf"{_PEOPLE}{_GENERIC} (?:excluded|ineligible|not (?:be )?(?:eligible|included|enrolled))(?: or deferred)?",
            Kind.EXCLUSION,
        ),
        (rf"{_PEOPLE}{_GENERIC} (?:included|eligible|enrolled)", Kind.INCLUSION),
        (rf"(?:conditions for |reasons for )?{_PEOPLE} ineligibility", Kind.EXCLUSION),
        (r"(?:not eligible|ineligible|excluded?)", Kind.EXCLUSION),
        (r"excluded (?:within|at any time|in the) .{0,40}", Kind.EXCLUSION),
        (rf"{_SHORT_LEAD}exclusion {_CRITERIA}", Kind.EXCLUSION),
        (rf"{_SHORT_LEAD}inclusion {_CRITERIA}", Kind.INCLUSION),
    )
)

_ASKS = re.compile(
    r"\b(?:must|any|one|either|none|no|not|without|with\W*$|except|including|least|within|prior to|meeting|defined"
    r"|confirmed|satisf\w+|fulfil\w*|unless|adequate|normal|abnormal|positive|negative|active|shows?|discouraged|identical"
    r"|diagnosis|who|have|has|had|following)(?:\b|$)",
    re.IGNORECASE,
)
_NAMES_A_GROUP = re.compile(
    r"\b(?:cohorts?|groups?|arms?|parts?|phase|stud(?:y|ies)|stage|step|characteristics|criteria|controls?)\b",
    re.IGNORECASE,
)
_EXCLUDES = re.compile(
    r"\bexclu(?!ding)\w+|\b(?:are|is|be|considered) (?:ineligible|not eligible)|\bnot be (?:eligible|included|enrolled)"
    r"|\bnone of\b",
    re.IGNORECASE,
)
_INCLUDES = re.compile(rf"\binclusion {_CRITERIA}|^inclusion\b", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    rf"(?:\W|\b(?:{_ADJECTIVE[3:-1]}|{_CRITERIA}|patients?|subjects?|participants?|individuals?|persons?|volunteers?|candidates?"
    r"|non|inclusion\w*|exclusion\w*|eligib\w+|ineligib\w+|exclud\w+|includ\w+|enrol\w+|participat\w+|meet(?:s|ing)?|satisf\w+"
    r"|fulfil\w*|they|these|those|that|this|who|an?|all|and|or|as|at|be|by|can|may|must|not|should|will|has|have|if|in|into|is|are"
    r"|were|was|to|with|following|follows?|entry|enter|considered|met|list(?:ed)?|below|above|each|but|limited|on|only|also|any"
    r"|he|she|you|your|from|when|prior|symptoms?|conditions?|reasons?)\b)*",
    re.IGNORECASE,
)


def heading(line: str, marked: bool) -> tuple[Kind | None, int]:
    """The kind of list that a line starts, and where its heading ends; (None, 0) for an ordinary line.

    `marked`: the line has a list marker before it, so that it is a heading only if it is nothing else.
    """
    if match := _FULL_HEADING.match(line):
        kind = Kind.EXCLUSION if match["word"].lower().startswith("ex") != bool(match["non"]) else Kind.INCLUSION
        if end := _end(line, match, marked):
            return kind, end
    if line[0].islower() and not marked:
        return None, 0
    stripped = line.rstrip(" :：")
    for pattern, other in _OTHER_HEADINGS:
        if pattern.fullmatch(stripped) and (line != stripped or (not marked and not line.endswith("."))):
            return other, len(line)
    return None, 0


def _end(line: str, match: re.Match[str], marked: bool) -> int:
    """Where the heading ends that begins this line; 0 if the line is no heading after all."""
    rest = match["rest"].strip("<>=[](){}_~*#\"'.-– ")
    whole = match.end() == len(line)
    named = _NAMED.search(match[0]) is not None
    if not rest and whole and (named or (line[0].isupper() and not line.endswith("."))):
        return len(line)
    if match["colon"] and (named or not rest) and not (marked and not whole):
        return match.end()
    if not named or marked or line[0].islower():
        return 0
    in_brackets = match["rest"].strip().startswith(("(", "（")) and line.endswith((")", "）"))
    if whole and len(line) < _LONGEST and not line.endswith(".") and (in_brackets or not _NOT_A_HEADING.search(rest)):
        return len(line)
    name_end = match.start("rest")
    after = _AFTER_NAME.match(line, name_end)
    return after.end() if after else name_end


def headings_inside(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """(start, end) of the headings that stand inside a run-on line: "… Exclusion criteria: …"."""
    return [
        match.span("head")
        for match in _INLINE.finditer(text, start, end)
        if not match["copula"] or text[start : match.start("head")].rstrip().endswith((".", ";"))
    ]


def heads_a_group(line: str) -> bool:
    """Whether a line that ends with a colon names a part of the list or the people, and asks nothing: "Cohort A:"."""
    if line.isupper() or line.lower().startswith("for ") or kind_named(line) is Kind.EXCLUSION:
        return True
    if says_nothing(line):
        return not re.search(r"\b(?:any|either|not)\b", line, re.IGNORECASE)
    return not _ASKS.search(line) and (len(line.split()) <= 3 or _NAMES_A_GROUP.search(line) is not None)


def kind_named(line: str) -> Kind | None:
    """The list that the heading of a group speaks of, if it does."""
    if _EXCLUDES.search(line):
        return Kind.EXCLUSION
    return Kind.INCLUSION if _INCLUDES.search(line) else None


def says_nothing(line: str) -> bool:
    """Whether a heading says nothing beyond inclusion or exclusion, such as the population it is for."""
    return _SAYS_NOTHING.fullmatch(line) is not None
