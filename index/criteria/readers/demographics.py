"""Age, sex and healthy volunteers: who a trial is for, in one phrase ("healthy men aged 18 to 45")."""

from __future__ import annotations

import re

from index.criteria.readers.bounds import Bound, bounds_at, ranges
from index.criteria.readers.words import CONDITION, NOTHING, Words, all_of, any_of
from index.criteria.rule import Not, Rule, Topic, requirements_in

_DAYS = {"y": 365.25, "m": 365.25 / 12, "w": 7.0, "d": 1.0}
_UNIT = re.compile(
    r"\s*-?\s*(?:completed |full )?\(?(?P<unit>years?|yrs?|yr|y\.?/?o\.?|y|months?|mos?|weeks?|wks?|days?)\b\)?'?\.?"
)
_OF_AGE = re.compile(
    r"\s*-?\s*(?:of\s+age\b|olds?\b|old of age|in age\b|of the age\b)?(?:\s*\(?(?:both )?(?:inclusive"
    r"(?:ly)?|included)\b\)?)?"
)
_CUE = re.compile(r"\b(?:age[ds]?|ageing|old|older|younger|years?|yrs?|y\.?/?o)\b")
_AGE_WORD = re.compile(r"\b(?:age[ds]?|old|older|younger|year-?olds?|y\.?/?o)\b|\byears?\b|\byrs?\b")
_ANY_CUE = re.compile(r"\d|\bhealthy\b|\b(?:fe)?males?\b|\b(?:wo)?m[ae]n\b|\b(?:girl|boy)s?\b|pregnan")
_PEOPLE = (
    r"(?:patients?|subjects?|participants?|individuals?|volunteers?|people|persons?|candidates?"
    r"|outpatients?|inpatients?|adults?|child(?:ren)?|adolescents?|population|cases"
    r"|teenagers?|elderly|elders|adulthood|pa?ediatric)"
)
_BOTH = re.compile(
    r"(?:,|\band\b|\()?\s*\b(?:(?:of |is |are |be |can be |may be )?(?:either |any |both "
    r"|all )?(?:fe)?males?(?: sex| gender)?(?: patients| subjects| participants| adults)?\s*(?:,|/|or|and"
    r"|and/or|&|\|)\s*(?:fe)?males?\b(?: sex| gender)?"
    r"|(?:wo)?m[ea]n\s*(?:,|/|or|and|and/or|&)\s*(?:wo)?m[ea]n\b|(?:boys|girls)\s*(?:or|and|and/or"
    r"|&)\s*(?:boys|girls)\b"
    r"|(?:of |for |in )?(?:either|both|any|all|no restriction (?:of|on)|regardless of|irrespective of"
    r"|without restriction of)(?: the)? (?:sex(?:es)?|genders?)\b(?:\s*(?:or|and|,) (?:race"
    r"|ethnicity))?(?:,? race,? (?:or|and) ethnicity)?"
    r"|(?:sex|gender)(?: is| are)?:? ?(?:unrestricted|not limited|unlimited|any|both|all|no limit)|(?:no"
    r"|regardless of|unlimited) (?:gender|sex)(?: limit(?:ation)?s?| restrictions?)?)\s*\)?"
)
_NOISE = re.compile(
    rf"\b(?:(?:all|any|the|a|an|is|are|be|can|may|must be|must have|should be|shall be|will be|has|have"
    rf"|who are|who is|that are|who|that|of|and|with|in|to|age range|range|ages?|aged|ageing|ages eligible"
    rf"|eligible|criteria|only|aged?"
    rf"|(?:legal|chronological) age|years? of age|years old|year-olds?|inclusive(?:ly)?"
    rf"|both (?:values )?inclusive|including (?:boundary|borderline|critical|the critical"
    rf"|threshold) values?|included|age group|between|currently|must|their|he/she|for|study|from|or|group"
    rf"|{_PEOPLE}))\b"
)
_HEALTHY = re.compile(
    r"\bhealthy(?: adult| human| young| normal)*\b(?! (?:controls?|siblings?|relatives?|donors?|weight"
    r"|skin|infants?|newborns?|term|teeth|eyes?|pregnan))"
)
_ADULT = re.compile(r"\badults?\b")
_CHILD = re.compile(r"\b(?:child(?:ren)?|adolescents?|teenagers?|pa?ediatric|girls?|boys?)\b")
_FEMALE = re.compile(r"\b(?:females?|women|woman|girls?)\b")
_MALE = re.compile(r"\b(?:males?|men|man|boys?)\b")
_NOT_PREGNANT = re.compile(
    r"\b(?:non|not)[- ]?pregnant\b,?(?: (?:and|or|,)? ?(?:non|not)[- ]?(?P<milk>lactating"
    r"|breast-? ?feeding|nursing)\b)?"
)
_REST_BEFORE = re.compile(
    rf"(?:{_PEOPLE}|(?:fe)?males?|(?:wo)?men|adults?)?\s*(?:with|who|diagnosed|undergoing|having|suffering"
    rf"|scheduled|admitted|presenting|receiving|requiring)\b"
)
_REST_AFTER = re.compile(
    r"\W*(?:and )?(?:with|who|that have|diagnosed|undergoing|having|suffering|scheduled|admitted"
    r"|presenting|receiving|requiring|having|has a|have a|hospitali[sz]ed)\b"
)
_OTHER_AGE = re.compile(
    r"\b(?:ages?|aged|old|older|younger|years?|yrs?|months?|gestation(?:al)?|menopaus\w*|onset"
    r"|diagnosed (?:before|after|at))\b"
)


def read(words: Words) -> Rule | None:
    """The rule of a phrase about age, sex or health; unread words after "with" or "who" stay in it as written."""
    if not _ANY_CUE.search(words.text) or words.text.startswith("for "):
        return None
    typed: list[Rule] = []
    rest = words.masked(_BOTH)
    if _NOT_PREGNANT.search(rest.text) and _MALE.search(rest.text) and _FEMALE.search(rest.text):
        rest = rest.masked(_MALE).masked(_FEMALE)  # "male or non-pregnant female": either sex
    for pattern, rules in ((_NOT_PREGNANT, _not_pregnant), (_HEALTHY, _healthy)):
        if match := pattern.search(rest.text):
            typed.extend(rules(words, match))
            rest = rest.masked(pattern)
    age = _age(rest)
    if age:
        rule, start, end = age
        typed[:0] = [rule, *_life_stage(words, rule)]
        before, after = rest.text[:start], rest.text[end:]
    elif _CUE.search(rest.text) and not _HEALTHY.search(words.text):
        return None
    else:
        before, after = "", rest.text
    sexes = [
        (topic, match)
        for topic, pattern in (("female", _FEMALE), ("male", _MALE))
        if (match := pattern.search(before + "|" + after))
    ]
    if len(sexes) > 1 or (sexes and _BOTH.search(words.text)):
        return None
    plainly = _FEMALE.sub(" ", _MALE.sub(" ", before)), _FEMALE.sub(" ", _MALE.sub(" ", after))
    if (sexes or _HEALTHY.search(words.text)) and age and re.search(r"\bor\b", before + " " + after):
        return None  # "male, or under 18"
    if sexes:
        typed.append(_sex(words, sexes[0][0]))
    if not typed:
        return None
    if all(NOTHING.fullmatch(_NOISE.sub(" ", side)) for side in plainly):
        return _whole(words, typed, age is not None)
    return _with_rest(words, typed, before, after, bool(sexes)) if age else None


def _whole(words: Words, typed: list[Rule], has_age: bool) -> Rule | None:
    if (
        not has_age
        and len(typed) == 1
        and re.search(r"\bparticipants?\b|\.\.|\bmust\b", words.text)
        and not _HEALTHY.search(words.text)
    ):
        return None  # "Female participants": the head of a list, more often than a rule
    if words.excludes and len(typed) > 1 and re.search(r"\b(?:or|and)\b", words.text) and not has_age:
        return None
    return all_of(typed)


def _with_rest(words: Words, typed: list[Rule], before: str, after: str, sexed: bool) -> Rule | None:
    """The typed part joined with words that nothing reads, where these can only narrow it down."""
    if sexed or CONDITION.search(before + " " + after) or _OTHER_AGE.search(_NOISE.sub(" ", after)):
        return None
    unread: list[Rule] = []
    clean_before, clean_after = (NOTHING.fullmatch(_NOISE.sub(" ", side)) for side in (before, after))
    if not clean_before:
        lead = re.sub(r"(?:\bage[ds]?|\band|\bwho (?:are|is)|\b(?:are|is)|\bmust be|[\s,:(])+$", "", before)
        if (
            not _REST_BEFORE.match(lead.strip())
            or words.excludes
            or re.search(r"\b(?:or|not|no|without)\b|[;.:]", lead)
        ):
            return None
        unread.append(words.as_written(0, len(lead)))
    if not clean_after:
        if (
            not _REST_AFTER.match(after)
            or (words.excludes and re.search(r"\b(?:and|or)\b|[,;]", after))
            or re.search(r"[;:]|\. ", after)
        ):
            return None
        unread.append(words.as_written(len(words.text) - len(after)))
    return all_of([*typed, *unread])


def _age(words: Words) -> tuple[Rule, int, int] | None:
    """The rule of the only age in the words, and where it stands."""
    text = words.text
    for match in re.finditer(
        r"(?:≥|≤|<|>|=|\b(?:between|from|at least|over|above|under|below|older|younger|greater|more|less|lower"
        r"|higher|equal|not|no|up to|minimum|maximum|range|at most)\b|\d)",
        text,
    ):
        found = bounds_at(text, match.start(), _unit_at)
        if not found:
            continue
        bounds, join, end = found
        spelled = [bound.unit[:1] for bound in bounds if bound.unit]
        near = text[max(0, match.start() - 40) : end + 12]
        if not spelled and not re.search(r"\bage[ds]?\b|\bold\b", near):
            return None
        if spelled and spelled[-1] != "y" and not re.search(r"\bage[ds]?\b|\bold\b", near):
            return None
        if of_age := _OF_AGE.match(text, end):
            end = of_age.end()
        read = ranges(_one_unit(bounds), join, _years)
        if not read or re.search(r"\d", text[: match.start()] + text[end:]):
            return None
        rules: list[Rule] = [words.asks(Topic.AGE, start=match.start(), end=end, range=one) for one in read]
        return any_of(rules), match.start(), end
    return None


def _life_stage(words: Words, age: Rule) -> list[Rule]:
    """ "Adults up to 65", "children from 6 years": the word bounds the age where the numbers leave it open."""
    ranges = [leaf.range for leaf in requirements_in(age) if leaf.range]
    if len(ranges) == 1 and ranges[0].low is None and (match := _ADULT.search(words.text)):
        return [words.as_written(*match.span())]
    if len(ranges) == 1 and ranges[0].high is None and (match := _CHILD.search(words.text)):
        return [words.as_written(*match.span())]
    return []


def _one_unit(bounds: list[Bound]) -> list[Bound]:
    """ "18 and 65 years": the first number takes the unit of the second; "18 years to 65" the other way round."""
    spelled = [bound.unit for bound in bounds if bound.unit] or ["years"]
    return [Bound(bound.sign, bound.number, bound.unit or spelled[0], bound.start, bound.end) for bound in bounds]


def _unit_at(text: str, start: int) -> tuple[str, int] | None:
    match = _UNIT.match(text, start)
    if not match:
        return None
    of_age = _OF_AGE.match(text, match.end())
    return match["unit"], of_age.end() if of_age else match.end()


def _years(number: str, unit: str) -> tuple[float, str] | None:
    if not re.fullmatch(r"\d{1,3}(?:\.\d+)?", number):
        return None
    days = _DAYS[unit[0]]
    years = float(number) if days == _DAYS["y"] else round(float(number) * days / _DAYS["y"], 6)
    return (years, "years") if years <= 130 else None


def _not_pregnant(words: Words, match: re.Match[str]) -> list[Rule]:
    rules: list[Rule] = [Not(of=words.asks(Topic.PREGNANCY, start=match.start(), end=match.end(), value=True))]
    if match["milk"]:
        rules.append(Not(of=words.asks(Topic.BREAST_FEEDING, start=match.start(), end=match.end(), value=True)))
    return rules


def _healthy(words: Words, match: re.Match[str]) -> list[Rule]:
    return [words.asks(Topic.HEALTHY_VOLUNTEER, start=match.start(), end=match.end(), value=True)]


def _sex(words: Words, sex: str) -> Rule:
    match = (_FEMALE if sex == "female" else _MALE).search(words.text)
    start, end = match.span() if match else (0, len(words.text))
    return words.asks(Topic.SEX, start=start, end=end, value=sex)
