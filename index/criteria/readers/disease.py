"""Where a disease stands: measurable, relapsed, refractory, in remission; its stage, and lines of treatment."""

from __future__ import annotations

import re

from index.criteria.readers.words import NOTHING, Words, any_of
from index.criteria.rule import AllOf, Not, Range, Rule, Topic

_CUE = re.compile(
    r"\b(?:measurable|evaluable|relaps|refractor|recurren|metasta|oligom|advanced|remission"
    r"|progress|untreated|(?:treatment[- ])?naive"
    r"|newly|unresect|resect|inoper|stages?\b|lines?\b|regimens?)"
)
_STATE = (
    r"(?:relapsed|relapsing|relapse|recurrent|recurrence|refractory|progressive|metastatic"
    r"|locally advanced|locally-advanced|advanced|newly diagnosed|newly-diagnosed|previously"
    r" untreated|untreated|treatment-naive|treatment naive"
    r"|unresectable|resectable|measurable|evaluable|oligometastatic|inoperable|in (?:complete |partial )?remission)"
)
_STATES = re.compile(
    rf"{_STATE}(?:\s*(?:,|/|\bor\b|\band/or\b|\band\b|\()\s*(?:first |multiple |multiply )?{_STATE}\)?)*"
)
_DISEASE = re.compile(
    r"(?:\s*(?:disease|diseases|tumou?rs?|cancers?|malignanc(?:y|ies)|lesions?|neoplasms?|solid"
    r"|progression|condition|illness|settings?|target|indicator|extracranial|site|area|focus"
    r"|foci|is|are|present|must be|\(s\)|malignant|solid tumou?rs?)\b(?:\(s\))?)*"
)
_LEAD = re.compile(
    r"(?:(?:the|a|an|at least|one|1|two|or more|more|≥|>|with|has|have|having|must|should|be|is"
    r"|are|presence of|evidence of|patients?|subjects?|participants?|who|that|there|had"
    r"|documented|confirmed|radiographically|histologically|pathologically|diagnosis of|known"
    r"|clinically|clinical|disease|tumou?rs?|lesions?|of|extracranial|objectively|any"
    r"|radiologically|cytologically|cancer|target|bi-?dimensionally|uni-?dimensionally|or|and"
    r"|\d|\(|\)|show|least)\b[\s,]*|[≥>()\s]\s*)*"
)
_NAMES = {
    "relaps": "relapsed",
    "recurr": "recurrent",
    "refrac": "refractory",
    "progre": "progressive",
    "metast": "metastatic",
    "oligom": "metastatic",
    "locall": "locally advanced",
    "advanc": "advanced",
    "newly ": "newly diagnosed",
    "newly-": "newly diagnosed",
    "previo": "untreated",
    "untrea": "untreated",
    "treatm": "untreated",
    "unrese": "unresectable",
    "resect": "resectable",
    "measur": "measurable",
    "evalua": "evaluable",
    "inoper": "unresectable",
    "in rem": "remission",
    "in com": "remission",
    "in par": "remission",
}
_STAGE = re.compile(
    r"\bstages?\s*(?:is |of )?(?P<list>(?:(?:[0-4]|i{1,3}|iv)(?:[abc]\d?|is)?(?:\d)?(?:\s*(?:,"
    r"|/|-|or|to|and|through|and/or|~)\s*(?:stage )?(?:[0-4]|i{1,3}"
    r"|iv)(?:[abc]\d?)?)*))(?![a-z0-9])"
)
_ONE = re.compile(r"(?P<number>[0-4]|iv|i{1,3})(?P<part>[abc]\d?|is)?(?![a-z])")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_OTHER_STAGE = re.compile(
    r"\b(?:kidney|renal|ckd|heart|hypertension|pulmonary|copd|ulcers?|pressure|tanner|hoehn"
    r"|yahr|osteoarthritis|kellgren|liver|fibrosis|cirrhosis|nyha|retinopathy|sarcoid\w*"
    r"|lymphedema|gold|keratoconus|parkinson\w*|dementia|labou?r|prolapse|periodont\w*|gvhd"
    r"|haemorrhoid|hemorrhoid|aki|psoria\w*|dermatitis|endometriosis|syphilis|necrosis"
    r"|gastritis|hiv|aids|diabet\w*|stage of the study|step|asthma|diastolic|hypertensive|wound"
    r"|varic\w*|encephalopathy)\b"
)
_CANCER = re.compile(
    r"\b(?:cancers?|carcinomas?|adenocarcinomas?|melanomas?|lymphomas?|tumou?rs?|sarcomas?"
    r"|nsclc|sclc|neoplasms?|malignan\w+|blastomas?|disease|ajcc|uicc|tnm|figo|mesothelioma"
    r"|myeloma|hcc|leuk[a]?emia|ann arbor|inss|\w+oma)\b"
)
_LINES = re.compile(
    r"(?:(?P<sign>at least|≥|no more than|more than|≤|>|<|not more than|less than|fewer than"
    r"|minimum of|a minimum of|maximum of|up to|greater than)\s*)?\(?(?P<count>\d|one|two|three"
    r"|four|five)\)?(?P<more>\s*or more| or fewer| or less|-)?\s+(?:(?:prior|previous|different"
    r"|systemic|full|treatment|therapeutic|therapy|cytotoxic|chemotherapy)\s+)*"
    r"(?:lines?|regimens?)(?:\s+of)?(?:\s+(?:prior|previous|systemic|anti-?cancer|treatment"
    r"|therapy|therapies|chemotherapy|anti-?(?:myeloma|tumou?r|lymphoma)|cytotoxic))*"
)
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


def read(words: Words) -> Rule | None:
    """The rule of a statement about the state of the disease, its stage or the lines of treatment so far."""
    if not _CUE.search(words.text):
        return None
    text = words.part(0)
    if re.match(r"(?:for|if|when|in case|unless)\b", text.text) or re.search(
        r"\b(?:may|can|eligible|allowed|permitted|not required|unless|except|if)\b", text.text
    ):
        return None
    return _lines(text) or _state(text) or _stage(text)


def _state(text: Words) -> Rule | None:
    """ "At least one measurable lesion", "relapsed or refractory disease": only where no illness is named."""
    refused = re.match(r"(?:no|without|absence of|not|non-?)\b\s*(?:have |has |evidence of |known |a )*", text.text)
    if refused and text.excludes:
        return None
    body = text.part(refused.end()) if refused else text
    lead = _LEAD.match(body.text)
    states = _STATES.match(body.text, lead.end() if lead else 0)
    if not states or (not lead and not states):
        return None
    behind = _DISEASE.match(body.text, states.end())
    end = behind.end() if behind else states.end()
    noun = (behind[0] if behind else "") + (lead[0] if lead else "")
    if not re.search(r"disease|tumou?r|lesion|cancer|malignan|condition|neoplasm|setting", noun):
        return None
    rest = body.text[end:]
    if re.search(
        r"\b(?:or|no|not|without|and)\b|[;:]|\. ",
        re.sub(
            r"\b(?:ct|mri|radiograph\w*|clinical\w*|physical\w*|recist|imaging|version|or computed"
            r"|magnetic|non-?|x-ray) (?:or|and|and/or)\b|\b(?:or|and|and/or) (?:ct|mri|recist|magnetic"
            r"|pet|bone|clinical\w*|physical\w*|imaging|modified|imwg|x-ray)\b",
            " ",
            rest,
        ),
    ):
        return None
    if rest.strip() and not re.match(
        r"\s*(?:,|\(|as|by|per|according|on|in|based|defined|that|which|with|outside|using|at"
        r"|following|after|despite|within|during|≥|to|from|of|for)",
        rest,
    ):
        return None
    found = list(dict.fromkeys(_NAMES[match[0][:6]] for match in re.finditer(_STATE, states[0])))
    leaves: list[Rule] = [
        body.asks(Topic.DISEASE_STATE, name, start=states.start(), end=states.end(), value=True) for name in found
    ]
    joined = any_of(leaves)
    if " and " in states[0] and len(leaves) > 1:
        return None
    rule = (
        joined
        if NOTHING.fullmatch(rest)
        or re.match(
            r"[\s,(]*(?:as |defined )*(?:per|by|according to|as per|based on) (?:the )?(?:modified"
            r" )?recist[ \w.()]{0,24}$",
            rest,
        )
        else AllOf(of=(joined, text.as_written()))
    )
    return Not(of=rule) if refused else rule


def _stage(text: Words) -> Rule | None:
    """ "Stage III or IV melanoma": the stage, beside the words that say of what."""
    found = list(_STAGE.finditer(text.text))
    if (
        len(found) != 1
        or _OTHER_STAGE.search(text.text)
        or not _CANCER.search(text.text)
        or re.search(
            r"\b(?:no|not|without|or|versus)\b",
            re.sub(
                r"(?:histo|cyto|patho)logically (?:or|and) |(?:histologic|cytologic|pathologic)(?:al)? or |non-",
                " ",
                text.text[: found[0].start()],
            ),
        )
    ):
        return None
    rest = text.text[found[0].end() :]
    if re.search(r"\bor\b|[;]", rest):
        return None
    numbers, partly = [], False
    for match in _ONE.finditer(found[0]["list"]):
        numbers.append(float(_ROMAN.get(match["number"], 0) or (match["number"] if match["number"].isdigit() else 0)))
        partly = partly or bool(match["part"])
    joined = re.search(r"-|to|through|~", found[0]["list"])
    if not numbers or (
        not joined and sorted(set(numbers)) != [float(one) for one in range(int(min(numbers)), int(max(numbers)) + 1)]
    ):
        return None
    leaf = text.asks(
        Topic.STAGE, start=found[0].start(), end=found[0].end(), range=Range(low=min(numbers), high=max(numbers))
    )
    return AllOf(of=(leaf, text.as_written()))


def _lines(text: Words) -> Rule | None:
    """ "At least 2 prior lines of systemic therapy"."""
    match = _LINES.search(text.text)
    if (
        not match
        or len(_LINES.findall(text.text)) != 1
        or re.search(
            r"\b(?:or|no prior|not (?!more)|without|if)\b", text.text[: match.start()] + " " + text.text[match.end() :]
        )
    ):
        return None
    count = float(
        _COUNTS.get(match["count"], 0) or match["count"] if match["count"].isdigit() else _COUNTS[match["count"]]
    )
    sign, more = match["sign"] or "", (match["more"] or "").strip()
    if (
        "prior" not in match[0]
        and "previous" not in match[0]
        and not re.search(r"\b(?:prior|previous|received|failed|treated|after|had)\b", text.text)
    ):
        return None
    if more == "or more" or sign in {"at least", "≥", "minimum of", "a minimum of"}:
        limits = Range(low=count, unit="lines")
    elif more in {"or fewer", "or less"} or sign in {"no more than", "≤", "not more than", "maximum of", "up to"}:
        limits = Range(high=count, unit="lines")
    elif sign in {"more than", ">", "greater than"}:
        limits = Range(low=count, low_included=False, unit="lines")
    elif sign in {"less than", "<", "fewer than"}:
        limits = Range(high=count, high_included=False, unit="lines")
    else:
        return None
    leaf = text.asks(Topic.PRIOR_THERAPY, "systemic_therapy", start=match.start(), end=match.end(), range=limits)
    return AllOf(of=(leaf, text.as_written()))
