"""HIV, hepatitis B, hepatitis C and tuberculosis: plainly named, with "active" and test results kept as written
beside them.
"""

from __future__ import annotations

import re

from index.criteria.readers.words import CONDITION, NOTHING, Words, any_of, both_or_either
from index.criteria.rule import AllOf, Not, Rule, Topic

_NAMES = {
    "hiv": (
        r"(?:human immun[eo](?: |-)?deficiency virus(?:es)?(?: infection)?(?: ?\(hiv\)?\)?)?"
        r"|\bh\.?i\.?v\b(?: ?\(human immunodeficiency virus\))?|acquired immun[eo](?: "
        r"|-)?deficiency syndrome(?: ?\(aids\))?|\baids\b)(?:[- ]?(?:1/2|1 ?(?:and|or|/) ?(?:hiv)?-?2|1|2)\b)?"
    ),
    "hepatitis_b": r"(?:(?:viral )?hepatitis[ -]?b\b(?: ?virus)?(?: ?\((?:hbv|hep b)\))?|\bhbv\b|\bhep b\b)",
    "hepatitis_c": r"(?:(?:viral )?hepatitis[ -]?c\b(?: ?virus)?(?: ?\((?:hcv|hep c)\))?|\bhcv\b|\bhep c\b)",
    "tuberculosis": r"(?:(?:pulmonary )?tuberculosis(?: ?\(tb\))?|\btb\b)",
}
_NAME = re.compile("|".join(f"(?P<{subject}>{pattern})" for subject, pattern in _NAMES.items()))
_CUE = re.compile(r"h\.?i\.?v|immun[eo]|\baids|hepatitis|\bh(?:b|c)v|\bhep |tubercul|\btb\b")
_B_AND_C = re.compile(
    r"\b(?:viral )?hepatitis[ -]?(?P<b>b)\b(?: virus)?(?: ?\(hbv\))?\s*(?P<join>and/or|or|and|/|,"
    r"|&)\s*(?P<c>c)\b(?: ?viruse?s?)?(?: ?\(hcv\))?"
)
_STATE = re.compile(
    r"\b(?:active|acute|chronic|uncontrolled|untreated|latent|current|currently|concurrent|severe|serious"
    r"|ongoing|suspected|clinically significant|clinically active)\b"
)
_MARKER = re.compile(r"\b(?:surface|core|antigens?|hbsag|dna|rna|pcr|viral load|detectable|nucleic acid)\b")
_NOISE = re.compile(
    r"\b(?:known|documented|confirmed|diagnosed|diagnosis|established|history|positive|positivity"
    r"|sero-?positive|sero-?positivity|seropositive|infections?|infected|disease|virus(?:es)?|tests?"
    r"|testing|tested|result|results|serology|serologic|serological|positive status|antibod(?:y|ies)"
    r"|presence"
    r"|evidence|has|have|had|having|a|an|any|the|of|with|for|by|to|be|are|is|who|that|in|on|patients?"
    r"|subjects?|participants?|individuals?|people|persons?|medical|previous|past|prior|personal|or|and"
    r"|and/or|either|known to|anti|carriers?|blood|laboratory|lab|person|living|screening|serum|ever"
    r"|clinical|at|following|must|should|test for|self-reported|type|types|history of|subject)\b"
    r"|[\s,;:/().&+-]"
)
_REFUSED = re.compile(
    r"^(?:(?:(?:the |all )?(?:patients?|subjects?|participants?|individuals?)\s+)?(?:(?:must"
    r"|should)\s+)?(?:be\s+|have\s+|has\s+|is\s+|are\s+)?(?:no\b(?! (?:requirement|restriction))"
    r"|not (?:be |have )?(?:known to (?:be|have)|infected with|have|be|had)?|without|absence of|free of"
    r"|(?:a )?(?:documented )?negative (?:(?:tests?|results?|serology|serologic tests?|serological tests?"
    r"|laboratory tests?|test results?|screening)(?: results?)? )?(?:for|of|to)?|denies))\s*"
)
_NEGATIVE = re.compile(
    r"\b(?:sero-?)?negative\b(?: (?:tests?|status|serology|results?))?[\s.]*$|\b(?:is|are|be|test(?:s|ed)?"
    r"|must be) (?:sero-?)?negative\b"
)
_SPLIT = re.compile(r"\s*(?:[,;]\s*(?:and/or|or|and)?\b|\b(?:and/or|or|and)\b|/|&)\s*")
_OWN_HEAD = re.compile(
    r"^(?:any|an?|other|known|history|uncontrolled|active|evidence|presence|positive|those|patients"
    r"|subjects|has|have)\b"
)
_DISEASE = re.compile(
    r"^(?:(?:active|known|history of|positive|acute|chronic|or|and|for|test"
    r"|infection with)\s+)*(?:syphilis|malaria|htlv(?:[- ]?(?:1|i|ii|2|1/2|i/ii))?|covid-?19"
    r"|cytomegalovirus|cmv|ebv|sars-cov-2|hepatitis [ade]|hepatitis d virus|hdv|hev|chagas(?: disease)?"
    r"|treponema pallidum)(?: (?:infections?|virus|antibody|positive|serology|test))*$"
)


def read(words: Words) -> Rule | None:
    """The rule of a phrase that names one of the infections; other items of an "or" list stay as written."""
    if not _CUE.search(words.text):
        return None
    text = words.part(0)
    if not _NAME.search(text.text) or re.search(
        r"vaccin|immuni[sz]|expos|family|risk|contact|quantiferon|mother|partner|latent|prophyla|liver"
        r"|cirrhosis|carcinoma|inhibitor|anti-?(?:hiv|hbv|hcv|viral|retro|tubercul)|treat|therapy|undetectable"
        r"|hbcab|anti-?hbc|core",
        text.text,
    ):
        return None
    refused = _REFUSED.match(text.text)
    negative = _NEGATIVE.search(text.text)
    if (refused or negative) and text.excludes:
        return None
    body = text.part(refused.end()) if refused else text
    if negative and not refused:
        body = body.masked(_NEGATIVE)
    if re.search(r"\b(?:no|not|non|negative|without|nor)\b", body.text) or CONDITION.search(body.text):
        return None
    read = _items(body, bool(refused or negative))
    return None if read is None else Not(of=read) if refused or negative else read


def _items(body: Words, refused: bool) -> Rule | None:
    rules: list[Rule] = []
    joined: set[str] = set()
    state: re.Match[str] | None = None
    place, text = 0, _B_AND_C.sub(_twice, body.text)
    if _MARKER.search(text) and len(list(_NAME.finditer(text))) > 1:
        return None
    for match in [*_SPLIT.finditer(text), None]:
        end = match.start() if match else len(text)
        item = text[place:end]
        cut = body.part(place, end)
        if not item.strip() or NOTHING.fullmatch(_NOISE.sub("", item)):
            place = match.end() if match else end
            continue
        own = _STATE.search(item)
        if own and own.start() > _first_name(item) and len(list(_NAME.finditer(text))) > 1:
            return None  # "HIV, hepatitis B or C that is uncontrolled": it may speak of them all
        state = own or (None if _OWN_HEAD.match(item.strip()) else state)
        leaf = _leaf(cut, item, state is not None)
        if leaf is None:
            last = body.part(place)
            if (
                not rules
                or not (_OWN_HEAD.match(last.text) or _all_diseases(last.text))
                or re.search(r"\b(?:both|and)\b\s*$", text[:place])
            ):
                return None
            return any_of([*rules, last.as_written()])
        rules.append(leaf)
        if match:
            joined.add(match[0].strip(" ,;"))
        place = match.end() if match else end
    if not rules:
        return None
    if "and" in joined and not refused and "or" not in joined and len(rules) > 1:
        return both_or_either(rules, body.as_written())
    return any_of(rules)


def _first_name(item: str) -> int:
    name = _NAME.search(item)
    return name.start() if name else len(item)


def _twice(match: re.Match[str]) -> str:
    """ "hepatitis b or c" -> the same length with the second name readable: the letter becomes a name of its own."""
    text = match[0]
    at = match.start("c") - match.start()
    return text[:at] + "\N{GREEK SMALL LETTER CHI}" + text[at + 1 :]


def _all_diseases(text: str) -> bool:
    return all(_DISEASE.match(part.strip()) or not part.strip() for part in _SPLIT.split(text))


def _leaf(item: Words, text: str, active: bool) -> Rule | None:
    """One infection, plainly named; a state such as "active" or a laboratory marker keeps it from being certain."""
    names = list(_NAME.finditer(text))
    if "\N{GREEK SMALL LETTER CHI}" in text and not names:
        subject, left = "hepatitis_c", text.replace("\N{GREEK SMALL LETTER CHI}", " ")
    elif names and len({match.lastgroup for match in names}) == 1:
        subject, left = str(names[0].lastgroup), _NAME.sub(" ", text)
    else:
        return None
    marker = _MARKER.search(left)
    left = _NOISE.sub(" ", _MARKER.sub(" ", _STATE.sub(" ", left)))
    if not NOTHING.fullmatch(re.sub(r"\b[12]\b", "", left)):
        return None
    leaf: Rule = item.asks(Topic.INFECTION, subject, value=True)
    return AllOf(of=(leaf, item.as_written())) if active or marker else leaf
