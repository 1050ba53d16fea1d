"""Treatments a person has had, plainly named, maybe in a time window, and taking part in other trials."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from index.criteria.readers.windows import NUMBER, WINDOW, span_days, window_days, windows
from index.criteria.readers.words import CONDITION, NOTHING, Words, all_of, any_of
from index.criteria.rule import AllOf, AnyOf, Not, Rule, Topic, requirements_in

_SINCE = re.compile(
    rf"^(?:(?:at least|≥|more than|>|no less than|greater than|minimum of)\s*{NUMBER}"
    rf"|{NUMBER.replace('count', 'count2').replace('length', 'length2')} or more)\s*(?:since|from|after"
    rf"|have elapsed since|must have elapsed since)(?: the)?(?: last| prior| completion of| end of| any"
    rf"| previous| most recent)*\s+"
)
_CUE = re.compile(
    r"^(?:(?:the |any |all )?(?:patients?|subjects?|participants?|individuals?|people|those"
    r"|persons?)\s+)?(?:(?:who|that|with|must|should|has|have|had|having|is|are|be|ever|previously|already"
    r"|known|a|an|any|history of|documented|either)\s+)*"
    r"(?P<cue>(?:prior|previous(?:ly)?|past|received?|receiv(?:ed|ing)|undergone|treat(?:ed|ment|ments)"
    r"|use[ds]?|usage|exposure|exposed|history of|had|have had|administration|therapy|taken"
    r"|prior or previous|prior history of|past history of|previous history of)\b)"
)
_CUE_WORDS = re.compile(
    r"\b(?:(?:the|any|all|an?|some|patients?|subjects?|participants?|individuals?|people|those|persons?"
    r"|who|that|has|have|had|having|is|are|be|been|ever|previously|already|known|prior|previous|past"
    r"|received?|receiving|undergone|undergoing|treated|treatments?|therap(?:y|ies)|used?|usage|exposure"
    r"|exposed|history|documented|administration|taken|with|of|to|for|by|recipients?|recipient|before"
    r"|exposure|agents?|inhibitors?|drugs?|medications?|infusions?|regimens?|either|at any time|earlier"
    r"|must|also))\b|[\s,.:;()/-]"
)
_LIKELY = re.compile(
    r"\b(?:prior|previous\w*|past|history|receiv\w*|undergo\w*|treat\w*|used?|exposure|exposed|had|within"
    r"|since|before|months?|weeks?|days|years?)\b"
)
_IN_THE_PAST = re.compile(
    r"\b(?:prior|previous\w*|past|history|received|undergone|had|have been|has been|exposed|exposure|taken"
    r"|before|ever|already|underwent)\b"
)
_ONE_JOIN = re.compile(r",\s*(?:and/or|or|and)\b|,|/|\b(?:and/or|or|and)\b")
_REFUSED = re.compile(
    r"^(?:(?:(?:the |all )?(?:patients?|subjects?|participants?|individuals?)\s+)?(?:(?:must"
    r"|should)\s+)?(?:has |have |had )?(?:no\b(?! (?:more|less|fewer|limit|restriction|other))"
    r"|not (?:have |has |had |be |been |received?|undergone|previously |yet )*|without|absence of|never"
    r"|naive to|free of)\s*(?:any |have |has |had |been |received )*)"
)
_NARROW = re.compile(
    r"\s+(?:for|as part of|to the|involving|with curative|given|of the|in the (?:adjuvant|metastatic"
    r"|neoadjuvant))\b[^,;:.]*$"
)
_ADJECTIVE = re.compile(
    r"\b(?:systemic|major|minor|cytotoxic|adjuvant|neoadjuvant|intensive|palliative|pelvic|thoracic"
    r"|cranial|abdominal|myelosuppressive|oral|intravenous|high[- ]dose|inhaled|extensive|whole[- ]brain"
    r"|local|combination|anti-?cancer|cancer|antineoplastic|investigational|cardiac|open|recent|elective"
    r"|curative|definitive|upper|lower|spinal|chronic|long-term|regular|daily)\b"
)
_FUTURE = re.compile(
    r"\b(?:plan\w*|schedul\w*|expect\w*|anticipat\w*|concurrent\w*|concomitant\w*|current\w*|ongoing"
    r"|requir\w*|need\w*|will|candidate|eligible|refus\w*|fail\w*|progress\w*|relaps\w*|refractory"
    r"|resist\w*|toler\w*|respon\w*|allerg\w*|hypersens\w*|react\w*|intoler\w*|contraindic\w*|at least"
    r"|lines?|more than|≥|≤|>|<|stable|complet\w*|recover\w*|toxicit\w*|effects?|cycles?|doses?"
    r"|half-?li\w*|whichever|naive|family|unless|except|other than|combin\w*|follow\w*|combination)\b"
)


@cache
def _tables() -> tuple[tuple[tuple[str, re.Pattern[str]], ...], re.Pattern[str], re.Pattern[str]]:
    table: dict[str, Any] = tomllib.loads(
        files("index.criteria").joinpath("therapies.toml").read_text(encoding="utf-8")
    )
    treatments = tuple(
        (subject, re.compile(r"(?:" + names.replace(" ?", r"\s*").replace(" ", r"\s+") + r")(?![a-z])"))
        for subject, names in table["treatments"].items()
    )
    drugs = table["drugs"]
    ending = "|".join(drugs["endings"])
    drug = re.compile(
        rf"(?!(?:{'|'.join(drugs['not'])})\b)(?:{'|'.join(drugs['names'])}"
        rf"|[a-z]{{2,}}(?:{ending}))(?![a-z])(?:\s*\([a-z®]{{4,14}}\))?"
    )
    anything = re.compile(rf"(?<![a-z-])(?:{'|'.join(one.pattern for _, one in treatments)}|{drug.pattern})")
    return treatments, drug, anything


def read(words: Words) -> Rule | None:
    """The rule of a treatment that a person has had, or has not had."""
    if not _LIKELY.search(words.text):
        return None
    text = words.part(0)
    since = _SINCE.match(text.text)
    if since:
        return _since(text, since)
    refused = _REFUSED.match(text.text)
    if refused and text.excludes:
        return None
    body = text.part(refused.end()) if refused else text
    found = windows(body.text)
    window = found[0] if found else None
    days = window_days(window) if window else None
    plain = body.masked(WINDOW).part(0) if found else body.part(0)
    if (
        len(found) > 1
        or re.search(r"\b(?:not|no|without)\b|\d{2,}", plain.text)
        or _FUTURE.search(plain.text)
        or CONDITION.search(plain.text)
    ):
        return None
    told = (
        _CUE.match(plain.text)
        or re.search(r"\bbefore$|\bin the past$|\bpreviously$", plain.text)
        or (window and not re.search(r"\b(?:before|after|since)\b", plain.text))
        or refused
    )
    if not told or (
        refused and not (window or re.search(r"\b(?:prior|previous|history|received|had|undergone)\b", text.text))
    ):
        return None
    rule = _list(plain, days, bool(refused))
    if rule and days is None and not refused and not _IN_THE_PAST.search(plain.text):
        rule = AllOf(of=(rule, text.as_written()))  # "use of steroids": now, or ever
    return None if rule is None else Not(of=rule) if refused else rule


def _since(text: Words, since: re.Match[str]) -> Rule | None:
    """ "More than 4 weeks since prior topical therapy": not in those weeks; who never had it has kept it as well."""
    body = text.part(since.end())
    if (
        text.excludes
        or _FUTURE.search(body.text)
        or CONDITION.search(body.text)
        or re.search(r"\b(?:and|not|no)\b|\d", body.text)
    ):
        return None
    groups = since.groupdict()
    days = span_days(groups["count"] or groups["count2"], groups["length"] or groups["length2"])
    rule = _list(body, days, True)
    return Not(of=rule) if rule else None


def _list(body: Words, days: float | None, refused: bool) -> Rule | None:
    """Treatments in a row, each plainly named; words that narrow the last one narrow them all, and an adjective those
    from its own item on, so they stand beside them as written.
    """
    narrow = _NARROW.search(body.text)
    core = body.part(0, narrow.start()) if narrow else body
    rules: list[Rule] = []
    joins: set[str] = set()
    adjectives = bool(_ADJECTIVE.search(core.text)) and not _whole_name(core.text)
    place = 0
    while found := next_treatment(core.text, place):
        subject, start, end = found
        between = core.text[place:start]
        if rules:
            joins.add(between.strip(" ,"))
            if not NOTHING.fullmatch(
                _CUE_WORDS.sub("", _ADJECTIVE.sub("", _ONE_JOIN.sub("", between, count=1)))
            ) or _ONE_JOIN.search(_ONE_JOIN.sub("", between, count=1)):
                return None
        elif _ONE_JOIN.search(between) or not NOTHING.fullmatch(_CUE_WORDS.sub("", _ADJECTIVE.sub("", between))):
            return None
        rules.append(core.asks(Topic.PRIOR_THERAPY, subject, start=start, end=end, value=True, within_days=days))
        place = end
    if not rules or not NOTHING.fullmatch(_CUE_WORDS.sub("", core.text[place:])):
        return None
    if any(re.search(r"\band\b(?!/)", join) for join in joins) and not (refused or body.excludes):
        return None
    if not narrow and not adjectives:
        return any_of(rules)
    certain = 0 if narrow else _before_adjectives(core, rules)
    return any_of([*rules[:certain], AllOf(of=(any_of(rules[certain:]), body.as_written()))])


def _before_adjectives(core: Words, rules: list[Rule]) -> int:
    """How many of the treatments stand in items before the one with the first adjective."""
    first = _ADJECTIVE.search(core.text)
    joins = [match.start() for match in _ONE_JOIN.finditer(core.text, 0, first.start())] if first else []
    ends = (leaf.end - core.place for rule in rules for leaf in requirements_in(rule))
    return sum(end <= joins[-1] for end in ends) if joins else 0


def _whole_name(text: str) -> bool:
    return any(pattern.fullmatch(_CUE.sub("", text).strip()) for _, pattern in _tables()[0])


def next_treatment(text: str, place: int) -> tuple[str, int, int] | None:
    """The next treatment or drug: its subject and where it stands."""
    treatments, drug, anything = _tables()
    while match := anything.search(text, place):
        start = match.start()
        found = [(hit.end(), subject) for subject, pattern in treatments if (hit := pattern.match(text, start))]
        if found:
            end, subject = max(found)
            return subject, start, end
        if hit := drug.match(text, start):
            return hit[0].split("(")[0].strip(), start, hit.end()
        place = start + 1
    return None


_OTHER = r"(?:an?other|any other|other|a different|another|any|additional|simultaneous|a)\s+"
_QUALIFIED = (
    r"(?:(?P<kind>(?:(?:interventional|therapeutic|investigational|experimental|drug|treatment|device"
    r"|clinical drug|pharmaceutical|pharmacological|medicinal|vaccine|medical device|intervention"
    r"|biomedical|medication)(?:\s+or\s+|\s*/\s*|\s+)?)+)\s*)?"
)
_TRIAL = re.compile(
    rf"(?:(?P<now>current(?:ly)?|concurrent(?:ly)?|simultaneous(?:ly)?|concomitant(?:ly)?"
    rf"|ongoing)\s+)?(?:(?:and/or|or)\s+(?P<recent>recent(?:ly)?|previous(?:ly)?"
    rf"|past)\s+)?(?:active\s+)?(?P<cue>participation|participating|participated?|enrol?led|enrol?l?ment"
    rf"|enrol?ling|included|inclusion|involved|involvement|involvement|taking part|taken part"
    rf"|took part)\s+(?:currently\s+)?(?:in|into|to)\s+(?:the\s+)?{_OTHER}{_QUALIFIED}(?:ongoing\s+"
    rf"|concurrent\s+)?(?:clinical\s+|research\s+|medical\s+)*{_QUALIFIED.replace('kind', 'kind2')}"
    rf"(?:clinical\s+|research\s+)*(?:trials?|stud(?:y|ies)|clinical trial/study)(?:\s+(?:or"
    rf"|and)\s+(?:trials?|stud(?:y|ies)))?"
)
_PEOPLE = re.compile(
    r"^(?:the |all |any )?(?:(?:patients?|subjects?|participants?|individuals?|people|those|persons?"
    r"|volunteers?)\s+)?(?:(?:who|that|is|are|has|have|having|been|already|be|had|history of|to|with|was"
    r"|were)\s+)*"
)
_ANOTHER_DRUG = re.compile(r"^(?:have |has |having )?had another drug as (?:a )?part of a (?:clinical )?trial")


def read_other_trial(words: Words) -> Rule | None:
    """The rule of taking part in another trial: now, in a time window, or without saying which."""
    if not re.search(r"\b(?:trials?|stud(?:y|ies))\b", words.text):
        return None
    text = words.part(0)
    found = windows(text.text)
    window = found[0] if found else None
    plain = text.masked(WINDOW).part(0) if found else text
    if len(found) > 1:
        return None
    if _ANOTHER_DRUG.fullmatch(plain.text) and window:
        asked = text.asks(Topic.OTHER_TRIAL, value=True, within_days=window_days(window))
        return AllOf(of=(asked, text.as_written()))
    refused = re.match(r"(?:no\b|not\b|(?:is|are|has|have|must) not(?: be| have)?\b)\s*", plain.text)
    if refused and text.excludes:
        return None
    body = plain.part(refused.end()) if refused else plain
    people = _PEOPLE.match(body.text)
    match = _TRIAL.match(body.text, people.end() if people else 0)
    if not match or not NOTHING.fullmatch(body.text[match.end() :]):
        return None
    rule = _taking_part(text, match, window_days(window) if window else None)
    return Not(of=rule) if refused else rule


NOW = 1.0  # days: "currently" as a time window


def _taking_part(text: Words, match: re.Match[str], days: float | None) -> Rule | None:
    now = bool(match["now"]) or match["cue"] in {"participating", "enrolling", "taking part", "enroling"}
    if match["recent"] and days is None:
        return None
    span = days if days is not None else NOW if now else None
    rule: Rule = text.asks(Topic.OTHER_TRIAL, value=True, within_days=span)
    if span is None:
        current = text.asks(Topic.OTHER_TRIAL, value=True, within_days=NOW)
        rule = AnyOf(of=(current, AllOf(of=(rule, text.as_written()))))
    return all_of([rule, text.as_written()]) if match["kind"] or match["kind2"] else rule
