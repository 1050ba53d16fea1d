"""Pregnancy and breast-feeding, with what criteria say beside them (plans, contraception) kept as written."""

from __future__ import annotations

import re

from index.criteria.readers import fertility
from index.criteria.readers.words import CONDITION, NOTHING, Words, all_of, any_of
from index.criteria.rule import Not, Rule, Topic

_PREGNANT = re.compile(r"\b(?:pregnan(?:t|cy|cies)|gravid(?:ity)?|gestation)\b")
_FEEDING = re.compile(
    r"\b(?:(?:breast|chest)[- ]?\s?fe?e?d(?:ing|s)?|breast-? ?feeding|lactat(?:ing|ion)|nursing|suckling)\b(?! home)"
)
_NOISE = re.compile(
    r"\b(?:(?:and|or|and/or|either|the|an?|any|all|is|are|be|being|who|that|in|of|if|currently|current"
    r"|known|confirmed|presently|actively|now|already|ongoing|state|status|period|stage|condition"
    r"|patients?|subjects?|participants?|individuals?|people|persons?|women|woman|woment?|females?"
    r"|fe-?males?|girls?"
    r"|mothers?|moms?|ladies|has|have|during|while|female sex|known to|to|adult|volunteers?|time|study|her"
    r"|their|infant|child|baby|milk|human|criteria|potentially|for|with|suspected|possible|only"
    r"|population)|(?:of|with) child-? ?bearing (?:potential|age)|must|should)\b|[\s,;:/().\[\]&*-]"
)
_WOMEN = re.compile(
    r"^(?:(?:for |in )?(?:the )?(?:sexually active |premenopausal )?(?:female|women|woman|females|patient"
    r"|patients|subjects?|participants?)\b[\s,:]*(?:patients?|subjects?|participants?"
    r"|only)?[\s,:]*(?:is a )?(?:woman |women |female )?(?:of child-? ?bearing (?:potential"
    r"|age)(?: \(wocbp\))?)?[\s,:]*(?:who (?:is|are)|that are|if|must)?\s*)"
)
_NOT = re.compile(
    r"^(?:(?:(?:the |all |female |women |woman |females? |patients? |subjects? |participants? "
    r"|individuals? |she |of child-? ?bearing (?:potential|age) |who |currently |adult )*(?:must|should"
    r"|may|can|will|is|are|be|has|have|shall|do|does)?\s*(?:to\s+)?(?:\bbe\s+)?)?(?:not|neither"
    r"|cannot)\b(?:\s+(?:currently|be|being|known to be|have))*|no\b|non-?|without|absence of|free of)\s*"
)
_INNER_NOT = re.compile(r"\b(?:not|non|no|nor|neither|without|unless|except|unwilling|refus\w*|negative)\b")
_SPLIT = re.compile(r"(?:\s*[,;/]\s*(?:or|and|and/or|nor)?\b|\s+(?:and/or|or|and|nor|&)\b(?!\s*/))\s*")
_INDEPENDENT = re.compile(
    r"^(?:(?:are |is |those |who |women |woman |females? |patients? |subjects? |participants? |currently "
    r"|an? |of |in |all |any |has |have |have a |has a |fertile |sexually active |female subjects )*)"
    r"(?:plan\w*|intend\w*|intention|wish\w*|want\w*|desir\w*|expect\w*|consider\w*|attempt\w*|try\w*"
    r"|trying|hop\w*|seek\w*|aim\w*|prepar\w*|anticipat\w*|positive|child-? ?bearing|wocbp|contraception"
    r"|not (?:using|willing|able|practi\w+|taking)|unwilling|refus\w*|at risk|may become|might become"
    r"|ready|men\b|males?\b|partner|inadequate|willing|us(?:e|ing)\b|agree|suspected)"
)
_HARM = re.compile(
    r"\b(?:with|without|who|whose|which|within|after|before|complicat\w*|history|previous|prior|test"
    r"|trimester|weeks?|months?|planned|during the|ectopic|loss|multiple|twin|singleton|termination"
    r"|diabetes|outcome|last|recent|postpartum|prevent\w*|category|via|by|due|related|induced|associated"
    r"|negative|high-?risk)\b"
)


def read(words: Words) -> Rule | None:
    """The rule of a phrase that names pregnancy or breast-feeding."""
    text = words.part(0)
    if not (_PREGNANT.search(text.text) or _FEEDING.search(text.text)):
        return None
    refusal = _NOT.match(text.text)
    if refusal and (text.excludes or not refusal[0].strip()):
        return None
    body = text.part(refusal.end()) if refusal else _without_women(text)
    rule = _items(body, bool(refusal))
    if rule is None:
        return None
    joined, outside = rule
    if refusal:
        return all_of([Not(of=joined), *outside])
    return None if outside else joined


def _without_women(text: Words) -> Words:
    match = _WOMEN.match(text.text)
    return text.part(match.end()) if match and match.end() else text


def _items(body: Words, refused: bool) -> tuple[Rule, list[Rule]] | None:
    """The items joined by "or", and what an "and" adds outside a refusal ("not pregnant and using contraception")."""
    typed: list[Rule] = []
    outside: list[Rule] = []
    place = 0
    for match in [*_SPLIT.finditer(body.text), None]:
        end = match.start() if match else len(body.text)
        item = body.part(place, end)
        read = _item(item, refused)
        if read is not None:
            if outside or len(typed) > 4:
                return None
            typed.extend(read)
        elif NOTHING.fullmatch(_NOISE.sub("", item.text)):
            pass
        else:
            if not typed and not (_INDEPENDENT.match(item.text) and not refused):
                return None
            rest = body.part(place)
            return _with_unread(body, typed, place, rest, refused)
        place = match.end() if match else end
    return (any_of(typed), outside) if typed else None


def _item(item: Words, refused: bool) -> list[Rule] | None:
    """What one item says, if it says nothing else."""
    own = re.sub(r"^(?:not?|nor|non-?)\s", "", item.text) if refused else item.text
    if _INNER_NOT.search(own) or _HARM.search(item.text):
        return None
    pregnant, feeding = _PREGNANT.search(item.text), _FEEDING.search(item.text)
    left = re.sub(
        r"^(?:not?|nor|non-?)\b", "", _NOISE.sub(" ", _FEEDING.sub(" ", _PREGNANT.sub(" ", item.text))).strip()
    )
    if not (pregnant or feeding) or not NOTHING.fullmatch(left):
        return None
    rules: list[Rule] = []
    if pregnant:
        rules.append(item.asks(Topic.PREGNANCY, value=True))
    if feeding:
        rules.append(item.asks(Topic.BREAST_FEEDING, value=True))
    return rules


def _with_unread(
    body: Words, typed: list[Rule], place: int, rest: Words, refused: bool
) -> tuple[Rule, list[Rule]] | None:
    """The first unread item and all behind it, as written, if it cannot narrow what was read before it."""
    if not _INDEPENDENT.match(rest.text) or CONDITION.search(_allowed(rest.text)):
        return None
    later = [rule for match in _cues(rest) for rule in match]
    joiner = body.text[:place].rstrip()[-4:]
    unread: Rule = rest.as_written()
    if refused:
        if joiner.endswith("and") and re.match(r"(?:willing|us(?:e|ing)|agree)", rest.text):
            return any_of(typed), [unread]
        if joiner.endswith("and"):
            return None
        if re.search(r"\bnot\b|\bwilling|\bagree|\bus(?:e|ing)\b", rest.text):
            return None
        return any_of([*typed, *later, unread]), []
    if not typed and not later:
        return None
    alone = not later and not _SPLIT.search(rest.text)
    return any_of([*typed, *later, (fertility.read(rest) if alone else None) or unread]), []


def _allowed(text: str) -> str:
    return re.sub(r"\b(?:may|might|can) become\b|\bif not\b|\blegal\b|partners?\b|acceptable|only", "", text)


def _cues(rest: Words) -> list[list[Rule]]:
    """Items behind an unread one that stand on their own: "planning pregnancy, or breast-feeding"."""
    found: list[list[Rule]] = []
    for match in _SPLIT.finditer(rest.text):
        nxt = _SPLIT.search(rest.text, match.end())
        item = rest.part(match.end(), nxt.start() if nxt else None)
        if read := _item(item, False):
            found.append(read)
    return found
