"""Headings of eligibility texts: which list a line starts, how far its heading goes, and whether it says more.

Registries word them in many ways, and misspell them; a missed heading turns the rules below it into their opposite.
"""

from __future__ import annotations

import re

from index.criteria.criterion import Kind

_ADJECTIVE = (
    r"(?:key|main|major|minor|general|specific|additional|secondary|further|other|primary|common|clinical|important|basic"
    r"|summary|study|trial|subjects?|patients?|participants?|donor|volunteer|principal|overall|summary of|the|of|for"
    r"|applicable|order)"
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
_OPENING = re.compile(
    rf"(?:(?:Key|Main|Major|MAIN|KEY)\s+)?(?P<non>[Nn]on[-\s]?)?(?P<word>Inclusion|Exclusion|INCLUSION|EXCLUSION)"
    rf"\s+(?:[Cc]riteri(?:a|on)|CRITERIA)(?:\s+(?:for|of)\s+[\w\s-]{{1,60}}?(?=\s{_COPULA}))?"
    rf"(?:\s+{_COPULA}[\s:,]*|[.,\-–\s]+(?=[A-Z\d(≥≤<>]))"
)  # of a line that goes on: "Exclusion criteria include pregnancy, …"
_NOT_A_HEADING = re.compile(
    rf"\b(?:not|meet|meets|meeting|fulfil\w*|satisf\w+|who|that|must|should|have|has|been|may|can|{_COPULA})|[;,]|[≥≤]|[<>]=?\s?\d",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"(?:(?<=[.;:)\]\w])|^)\s*(?P<head>(?:(?:Key|Main|Major|Non[-\s]?)\s*)?(?:Inclusion|Exclusion|INCLUSION|EXCLUSION)"
    rf"\s+(?:[Cc]riteri(?:a|on)|CRITERIA|CRITERION)\s*(?:[:：]|(?P<copula>{_COPULA})))"
)
_LAST = re.compile(r"(?<=\s)(?P<head>(?:Inclusion|Exclusion|INCLUSION|EXCLUSION)\s+(?:[Cc]riteria|CRITERIA))\s*$")
_SHORT_LINE = 50  # characters that a heading's own words may have before its name
_GOVERNS = re.compile(
    r"(?:\b(?:the|in|of|meet\w*|all|any|no|and|or|other|above|following|with|to|these|key|main|specific|general|for|both)"
    r"|[:/,(-])$",
    re.IGNORECASE,
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
    r"|diagnosis|who|have|has|had|following)(?:\b|$)|[≥≤]|[<>]\s?\d",
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
        if end := _end(line, match, marked):
            return _kind(match), end
    elif not marked and (match := _OPENING.match(line)):
        return _kind(match), match.end()
    if line[0].islower() and not marked:
        return None, 0
    stripped = line.rstrip(" :：")
    for pattern, other in _OTHER_HEADINGS:
        if pattern.fullmatch(stripped) and (line != stripped or (not marked and not line.endswith("."))):
            return other, len(line)
    return None, 0


def _kind(match: re.Match[str]) -> Kind:
    return Kind.EXCLUSION if match["word"].lower().startswith("ex") != bool(match["non"]) else Kind.INCLUSION


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
    if (
        whole
        and len(line) < _LONGEST
        and not line.endswith(".")
        and (in_brackets or not _NOT_A_HEADING.search(match["rest"]))
    ):
        return len(line)
    name_end = match.start("rest")
    after = _AFTER_NAME.match(line, name_end)
    return after.end() if after else name_end


def _ends_line(text: str, start: int, head: int) -> bool:
    """Whether a name at the end of a line heads the next one: "… infection Exclusion criteria", no phrase's object."""
    before = text[start:head].rstrip()
    if before.isupper() or _GOVERNS.search(before):
        return False
    return before.endswith((".", ";")) or len(before) > _SHORT_LINE


def headings_inside(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """(start, end) of the headings that stand inside a run-on line: "… Exclusion criteria: …"."""
    found = [
        match.span("head")
        for match in _INLINE.finditer(text, start, end)
        if not match["copula"] or text[start : match.start("head")].rstrip().endswith((".", ";"))
    ]
    if (last := _LAST.search(text, start, end)) and _ends_line(text, start, last.start("head")):
        found.append(last.span("head"))
    return found


def announces_criteria(line: str) -> bool:
    """Whether a line only says that criteria follow: "All of the following inclusion criteria must be met."."""
    lower = line.lower()
    return "criteri" in lower and "following" in lower and says_nothing(line) and not re.search(r"\bnot\b", lower)


def heads_a_group(line: str, named: bool = False) -> bool:
    """Whether a line that ends with a colon names a part of the list or the people, and asks nothing: "Cohort A:".

    `named`: it must say "cohort", "step" or the like.
    """
    if named:
        return _NAMES_A_GROUP.search(line) is not None
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
