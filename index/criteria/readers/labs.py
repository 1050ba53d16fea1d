"""Laboratory and body measurements: one analyte or a list of them, with what narrows or relaxes it."""

from __future__ import annotations

import re

from index.criteria.readers.bounds import Bound, bounds_at
from index.criteria.readers.introductions import OF_A_GROUP
from index.criteria.readers.limits import limits, unit_behind
from index.criteria.readers.measurement import Clause, clause_at, clauses_in, measured
from index.criteria.readers.words import CONDITION, NOTHING, Words, all_of, any_of, both_or_either
from index.criteria.rule import AllOf, AnyOf, AsWritten, Requirement, Rule
from index.criteria.units import ULN, analytes_in

_NUMBERED = re.compile(r"\d|\buln\b|upper limit|\b(?:class|nyha|asa|pugh)\b")
_TIMING = re.compile(
    r"\(?,?\s*\b(?:within|in the|during the|≤|no more than) ?(?:the )?(?:last |past "
    r"|previous )?\d+ ?(?:calendar )?(?:days?|weeks?|hours?|months?)(?: (?:prior to|before|of|preceding"
    r"|from|to))? (?:the )?(?:first |start of |starting |initiation of |initiating |beginning |commencing "
    r"|commencement of |study |protocol |any )*"
    r"(?:registration|enrol?lment|randomi[sz]ation|treatment|screening|dose|dosing|drug|entry|therapy"
    r"|inclusion|cycle 1(?:,? day 1)?|day 1|administration|informed consent|baseline|visit|intervention"
    r"|lymphodepletion|leukapheresis|apheresis)(?: (?:of|in|to) (?:the )?(?:study|trial)(?: (?:drug"
    r"|treatment|intervention|medication))?)?\b\)?"
    r"|\(?,?\s*\bwithin ?(?:the )?(?:last |past |previous )?\d+ ?(?:calendar )?(?:days?|weeks?"
    r"|hours?)\s*\)?(?=[\s.;,)]*$)"
)
_METHOD = re.compile(
    r"\(?,?\s*(?:(?:measured|calculated|estimated|determined|assessed|as measured|as calculated"
    r"|as estimated|as determined|as assessed|evaluated|as evaluated|according to|based on|using|by|per"
    r"|calculation by)\s+(?:(?:and|or|by|to|on|with|using|of|either|the|a|an|use|standard|modified|local"
    r"|urine|24[- ]?hours?|collection|doppler|transthoracic|2d|cardiac|resting|tte)\s+)*)?"
    r"(?:(?:the )?cockcroft\s?(?:-|–|and|&|/| )?\s?(?:gault)(?:'s)?|c-?g|mdrd|ckd-?epi|echocardiogra(?:m"
    r"|phy|phic)|echo|muga|multi-?gated acquisition|mri|dxa|fridericia(?:'s)?"
    r"|bazett(?:'s)?|schwartz|jelliffe)(?:\s*(?:equation|formula|method|scans?|calculation|correction|\(muga\)|\(echo\)"
    r"|(?:or|and|/|,)|echocardiogra(?:m|phy)|muga|mri|multi-?gated acquisition|2021|2009|creatinine"
    r"|estimation))*\s*\)?"
    r"|\b(?:on|by|in) (?:an? |the )?(?:screening |resting |12-lead |baseline |surface )*(?:ekg|ecg"
    r"|electrocardiogra(?:m|phy)|pulse oximetry)\b"
    r"|\b(?:on|in|while breathing|breathing) (?:room|ambient) air\b|\bat rest\b"
)
_BEFORE = re.compile(
    r"(?:[\s:,(\[-]|\b(?:the|an?|have|has|had|having|with|and|must|must have|should|their|is|are|be|adequate"
    r"|acceptable|sufficient|normal|abnormal|satisfactory|good|organ|bone|marrow|liver|hepatic|renal"
    r"|kidney|h?a?ematologic(?:al)?|h?a?ematopoietic|cardiac|coagulation"
    r"|function|functions|reserve|as|defined|evidenced|indicated|shown|demonstrated|documented|by"
    r"|following|including|laboratory|lab|values?|parameters?|results?|tests?|baseline|screening|known"
    r"|current|currently|pre-?operative|basal|initial|average|awake|resting|measured|confirmed|calculated"
    r"|estimated|fasting"
    r"|scores?|on|follows|morbid|morbidly|peripheral|blood|routine|serum|plasma|both|a|of|all|:"
    r"|(?:all )?patients?|subjects?|participants?|individuals?|persons?|people|who|that|abnormalities|low"
    r"|elevated|high|increased|decreased|severe|inadequate|impaired|insufficient|impairment|dysfunction"
    r"|insufficiency|thrombocytopenia|neutropenia|an[a]?emia|leu[ck]openia|hyperkal[a]?emia|overweight"
    r"|reduced|depressed|preserved|obesity|obese|hypertension|hypotension|bradycardia|tachycardia|fever"
    r"|hypox[a]?emia|hypo\w+[a]?emia|hyper\w+[a]?emia"
    r"|thrombocytosis|leu[ck]ocytosis|uncontrolled|marked|significant)\b)*$"
)
_DEFINED = re.compile(r"\b(?:defined|evidenced|indicated|shown|demonstrated|documented|follows)\b|[:(\[]")
_CHANGES = re.compile(
    r"\b(?:uncontrolled|severe|morbid\w*|hypotension|bradycardia|tachycardia|fever|hyp(?:er|o)\w+[a]?emia"
    r"|hypoxemia|\w+ocytosis|low|elevated|high|increased|decreased|known|significant|marked|an[a]?emia"
    r"|hypertension|obes\w+|overweight|dysfunction|insufficiency|impairment|neutropenia|thrombocytopenia"
    r"|leu[ck]openia|abnormal|abnormalities|impaired|inadequate|insufficient|hyperkal\w+)\b"
)
_IMPAIRED = re.compile(r"[^:;()]{0,80}\b(?:impairment|dysfunction|abnormalit(?:y|ies)|insufficiency|failure)\s*:\s*")
_LINK = re.compile(
    r"(?:[\s,:(\[-]|\b(?:as|that is|is|are|was)\s+|\b(?:defined|evidenced?|indicated|shown|demonstrated"
    r"|documented|manifested|characteri[sz]ed"
    r"|measured|reflected)\s+(?:as|by)\b|\bi\.e\.|\b(?:with|having|an?|the|and|in|of|current|currently"
    r"|screening|baseline|score|resting)\b)*$"
)
_ORGAN = re.compile(
    r"^[a-z -]{0,40}\b(?:functions?|capacity|tests?|ecg|ekg|cardiogram|echocardiogra\w+|impairment|failure"
    r"|insufficiency|dysfunction)\s*$"
)
_CLASSED = ("nyha", "asa", "child_pugh")
_NO_HEAD = re.compile(
    r"[,;/(\[]|\b(?:or|and|not?|non|without|unless|except|either|neither|history|previous\w*|prior|ever|past"
    r"|former\w*|family|e\.?g|such as"
    r"|includ\w+|like|risk|absence|free|stable|normal|change|increase|decrease|after|before|since|within"
    r"|requir\w+|tolerat\w+|response|discretion|opinion"
    r"|judge?ment)\b"
)
_CLAUSE_JOIN = re.compile(
    r"\s*(?:(?P<both>[,;.]?\s*(?:\band\b(?!/)|&|\bas well as\b))|(?P<either>[,;]?\s*\b(?:and/or|or)\b)"
    r"|(?P<mark>[,;.•])(?=\s))\s*(?:(?:an?|the|with|have|has|either|their|resting|baseline|screening|documented"
    r"|in|on)\s+)*"
)
_NARROWS = re.compile(
    r"\s*[,(]?\s*(?:without|with no|not requiring|despite|in the absence of|and no|no (?:transfusion"
    r"|platelet|growth)|unsupported|independent of|transfusion[- ]independent|not supported|off "
    r"|(?:must be |must |on|at|in) (?:two|2|three|3|at least two) |confirmed (?:on|by)|untransfused"
    r"|\((?:transfusion|without|untransfused|not)|(?:and|with) (?:stable|symptomatic|history))"
)
_FOR_SOME = re.compile(
    r"[≤≥<>=]|\buln\b|metasta|gilbert|involve|tumou?r|leuk[a]?emi|infiltrat|disease|syndrome|\bcases?\b"
)
_RELAXES = re.compile(
    r"\s*[,;(.]*\s*(?:(?:or|and)\s+)?(?:(?:unless|except(?: for| in)?|with the exception of|excluding)\b"
    r"|(?=(?:≤|≥|<|>|=<|up to |less than |greater than |no more than |not more than )[^()]*\b(?:if|for|in"
    r"|with|when|where)\b)|(?=(?:in |for )?(?:patients|subjects|participants|those|people|individuals) with\b))"
)


def read(words: Words) -> Rule | None:
    """The rule of a list of measurements; what stands behind it may narrow it or relax it, and is kept as written
    there.
    """
    if not _NUMBERED.search(words.text) or not measured(words.text):
        return None
    text = words.masked(_TIMING).masked(_METHOD).part(0)
    first = _first(text)
    if first is None:
        return None
    clauses, joins = [first], []
    while join := _CLAUSE_JOIN.match(text.text, clauses[-1].end):
        clause = clause_at(text, join.end())
        if clause is None:
            break
        joins.append(str(join.lastgroup))
        clauses.append(clause)
    rule = _joined(text, clauses, joins)
    if rule is None:
        return None
    rule = _after(text, rule, clauses)
    return _with_lead(text, rule, first) if rule else None


def measurements(words: Words) -> list[Clause]:
    """Every measurement with its limit in the words, whether or not it can be told how they join."""
    return list(clauses_in(words.masked(_TIMING).masked(_METHOD)))


def _first(text: Words) -> Clause | None:
    """The first clause, after words that only introduce it."""
    clause = next(clauses_in(text), None)
    if clause is None:
        return None
    lead = _without(clause.subjects, text.text[: clause.start])
    known = _BEFORE.match(lead) or (text.excludes and _IMPAIRED.fullmatch(lead) and not CONDITION.search(lead))
    return clause if known else None


def _without(subjects: tuple[str, ...], lead: str) -> str:
    """The lead without the name that is given again behind it: "Body mass index (BMI): 18 ≤ BMI ≤ 32"."""
    for name in analytes_in(lead):
        if name.name in subjects:
            lead = lead[: name.start] + " " * (name.end - name.start) + lead[name.end :]
    return lead


def narrowing(words: Words) -> tuple[Words, Rule] | None:
    """ "Heart failure (NYHA III-IV)", "diabetes with HbA1c above 9 %": the words before, and the rule of it.

    Both must hold. `None` where the words before may be a list, a refusal, or of the past.
    """
    if not _NUMBERED.search(words.text):
        return None
    clause = next(clauses_in(words.masked(_TIMING).masked(_METHOD)), None)
    link = _LINK.search(words.text, 0, clause.start) if clause else None
    if (
        not clause
        or not link
        or link.start() < 3
        or not _links(link.string[: link.start()], link[0], clause, words.excludes)
    ):
        return None
    head, raw = words.part(0, link.start()), words.text[: link.start()]
    if any(pattern.search(raw) for pattern in (_NO_HEAD, CONDITION, OF_A_GROUP)) or measured(raw):
        return None
    if not words.excludes and re.search(r"metasta|gilbert|involve", raw):
        return None
    rule = read(words.part(clause.start))
    return (head, rule) if rule else None


def _links(head: str, link: str, clause: Clause, excludes: bool) -> bool:
    """Whether these words say that the measurement belongs to what stands before; a class may follow without any.

    A colon may stand behind those for whom alone the limit holds, "with liver metastases: ALT ≤ 5 × ULN".
    """
    if ":" in link and not _ORGAN.search(head):
        return False
    if excludes and re.search(r",(?! *(?:as|i\.e|defined|with)\b)|\band\b", link):
        return False
    return bool(re.search(r"[a-z(:\[,]", link)) or clause.subjects[0] in _CLASSED


def _joined(text: Words, clauses: list[Clause], joins: list[str]) -> Rule | None:
    rules = [clause.rule for clause in clauses]
    kinds = set(joins)
    if "both" in kinds and "either" in kinds:
        return None
    if not joins:
        return rules[0]
    if "either" in kinds:
        return any_of(rules)
    same = len({clause.subjects for clause in clauses}) < len(clauses)
    if not text.excludes:
        return None if same else all_of(rules)
    if kinds == {"mark"}:
        return any_of(rules)
    return both_or_either(rules, text.as_written(clauses[0].start, clauses[-1].end))


def _after(text: Words, rule: Rule, clauses: list[Clause]) -> Rule | None:
    """The rule with what stands behind its last clause; `None` if it cannot be told what that does to the rule."""
    last = clauses[-1]
    rest = text.text[last.end :]
    if NOTHING.fullmatch(
        re.sub(r"\b(?:inclusive(?:ly)?|both inclusive|inclusive of extremes|respectively|and|and/or|or)\b", "", rest)
    ):
        return rule
    alone = len(clauses) == 1
    tail = text.as_written(last.end)
    if alone and (relaxes := _RELAXES.match(rest)) and _only_relaxes(text, last, last.end + relaxes.end(), relaxes[0]):
        return AllOf(of=(rule, tail)) if text.excludes else AnyOf(of=(rule, tail))
    if (
        alone
        and _NARROWS.match(rest)
        and not _FOR_SOME.search(rest)
        and not CONDITION.search(rest)
        and not re.search(
            r"\b(?:or)\b(?! (?:growth|transfusions?|platelet|red|g-?csf|hematopoietic|other|blood|erythro))|[;.] ", rest
        )
    ):
        return AllOf(of=(rule, tail))
    return None


def _only_relaxes(text: Words, clause: Clause, place: int, mark: str) -> bool:
    """Whether a second limit behind the first is looser, so that whoever keeps the first keeps it as well."""
    rest = text.text[place:]
    if re.search(r"[;]|\. [a-z]", rest):
        return False
    others = [
        found
        for match in re.finditer(r"≤|≥|<|>|\b(?:up to|less than|greater than|no more than|not more than)\b", rest)
        if (found := bounds_at(rest, match.start(), lambda where, at: unit_behind(where, at, clause.subjects)))
    ]
    if any(found.name not in clause.subjects for found in analytes_in(rest)):
        return False
    if re.search(r"unless|except|exclu", mark) and not others:
        return not re.search(r"\d", rest)
    if len(clause.limits) != 1 or not others:
        return False
    return all(_implied(clause, bounds, how, text.excludes) for bounds, how, _ in others)


def _implied(clause: Clause, bounds: list[Bound], how: str, excludes: bool) -> bool:
    """Whether a second limit only softens the rule: a wider range to be included with, a narrower one to be excluded
    for.
    """
    limit = clause.limits[0]
    read = limits(clause.subjects[0], bounds, how, ULN if limit.unit == ULN else "")
    if not read or len(read) != 1 or read[0].unit != limit.unit:
        return False
    wide, narrow = (limit, read[0]) if excludes else (read[0], limit)
    if limit.low is None and read[0].low is None and wide.high is not None and narrow.high is not None:
        return wide.high >= narrow.high
    if limit.high is None and read[0].high is None and wide.low is not None and narrow.low is not None:
        return wide.low <= narrow.low
    return False


def _with_lead(text: Words, rule: Rule, first: Clause) -> Rule | None:
    """The rule under its introduction: "adequate liver function, defined as" adds nothing; "severe anaemia" may."""
    lead = _without(first.subjects, text.text[: first.start])
    if not _BEFORE.match(lead):
        return AllOf(of=(text.as_written(0, first.start), rule))
    if not _CHANGES.search(lead) or _DEFINED.search(lead):
        return rule
    unread: AsWritten = text.as_written(0, first.start)
    return AllOf(of=(rule, unread)) if isinstance(rule, Requirement) else None
