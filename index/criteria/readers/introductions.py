"""The words above sub-criteria: an introduction, a rule of their own, or a condition for some people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.criteria.criterion import Join
from index.criteria.readers.words import NOTHING, Words, all_of, any_of
from index.criteria.rule import AllOf, AnyOf, Not, Rule

EXCEPTION = re.compile(
    r"[\s,;:.(]*\b(?:unless|except(?: for| in| that| if| when)?|with the exception of|excluding"
    r"|with exceptions? (?:of|for)|other than|apart from|however|but (?:may|can))\b"
)
OF_A_GROUP = re.compile(
    r"\b(?:cohorts?|arms?|parts?|groups?|phase|donors?|controls?|healthy|volunteers?|parents?|caregivers?"
    r"|carers?|mothers?|fathers?|partners?|spouses?|siblings?|famil\w+|infants?|children|adults?|women|men"
    r"|females?|males?|sub-?study|youths?|teen\w*|adolescents?|elderly|students?|couples?"
    r"|stratum|strata|optional|providers?|clinicians?|staff|physicians?|(?:re-?)?treatment phase"
    r"|continuation|withdrawal|discontinuation|crossover|extension|for (?:patients|subjects|participants"
    r"|those|individuals|people|all)|if|when|unless|after)\b|^\s*for\b",
    re.IGNORECASE,
)
INDICATION = re.compile(
    r"\b(?:an? )?indicat(?:ions?|ed) (?:for|of) (?:[\w-]+ ){0,4}(?:treatment|therapy)(?![a-z])[\s,:]*"
)
"""A reason for treatment is what is listed below it; the treatment is still to come."""
_INTRODUCES = re.compile(  # words one after another, none inside another: what repeats must stay easy to take back
    r"(?:(?:the|all|any|patients?|subjects?|participants?|individuals?|people|those|persons?|volunteers?"
    r"|who|that|with|has|have|having|must|should|will|meet(?:s|ing)?|satisf(?:y|ies|ying)|fulfil\w*|show|demonstrate"
    r"|be|are|is|needs? to)\b\s*)*"
    r"(?:(?:at least |only )?(?:any|all|one|each|either|both)?(?: \(?1\)?)?(?: or more)?(?: of)?)?\s*"
    r"(?:the |these )?(?:following)?\s*(?:additional |laboratory |lab |eligibility |inclusion |exclusion "
    r"|clinical )*(?:criteria|conditions?|requirements?|values?|parameters?|tests?|findings?"
    r"|characteristics|abnormalities|standards)?(?: (?:must be met|are met|apply|applies|is met"
    r"|are fulfilled|must be satisfied))?\s*(?:as follows|(?:are |is )?(?:as )?defined as"
    r"|the following)?[\s.:,]*"
)
_DEFINED_FUNCTION = re.compile(
    r"(?:(?:patients?|subjects?|participants?|must|has|have|having|with|should|the|an?)\s+)*(?:adequate"
    r"|acceptable|sufficient|satisfactory|good|normal|inadequate|insufficient|impaired|required"
    r"|basically normal)?\s*(?:(?:end-organ|major|important|main|baseline|initial|hematological|organ|bone"
    r"|marrow|liver|hepatic|renal|kidney|h?a?ematologic(?:al)?|h?a?ematopoietic|cardiac|coagulation|blood"
    r"|and|or|,|/|system|laboratory|lab|clinical|metabolic)\s*)+"
    r"(?:functions?|reserve|values?|tests?|results?|parameters?|data|indicators?|counts?)?\s*(?:\(?(?:is "
    r"|are |as )*(?:defined|evidenced|indicated|demonstrated|shown|determined|assessed|confirmed"
    r"|documented|measured)\s*(?:as|by|below)?)?\s*(?:all |any )?(?:of )?(?:the "
    r"|having )?(?:following)?(?: (?:laboratory|criteria|values?|parameters?|tests?|results?"
    r"|requirements?)*)*[\s.:,]*"
)
_ONLY_FOR_SOME = re.compile(r"\b(?:with|who|receiving|on|taking|whose)\b.*\b(?:must|should|need|required)\b")
_SEVERAL_OF = re.compile(r"\b(?:two|three|four|half|most|[2-9])\b(?! ?(?:weeks?|days?|months?|years?|hours?)\b)")
_ONE_OF = re.compile(r"\b(?:any|either|one|1)\b")
_ALL_OF = re.compile(r"\ball (?:of|the|these)\b")
_INCLUDES = re.compile(r"\b(?:includ\w*|such as|e\.g|for example|like)\b")
NONE_OF = re.compile(
    r"\b(?:none of|no evidence of any|must not have|do not have|not have any|not meet|absence of"
    r"|without any|free of|no history of any|not|no|without|none)\b"
)


def refuses(lead: str) -> bool | None:
    """Whether words above sub-criteria refuse each of them: yes, no, or `None` where they deny something unclear."""
    plain = re.sub(r"[(（][^)）]*[)）]", " ", lead.lower())
    if not NONE_OF.search(plain):
        return False
    return True if _INTRODUCES.fullmatch(NONE_OF.sub(" ", plain).strip()) else None


def under(words: Words, join: Join, parts: Sequence[Rule], opens: bool) -> Rule | None:
    """The parts joined under these words (`opens`: a colon ends them); `None` where it is unclear what they do."""
    joined = any_of(parts) if join is Join.ANY else all_of(parts)
    lead = words.text
    if NONE_OF.search(lead):
        plainly = (
            _INTRODUCES.fullmatch(NONE_OF.sub(" ", lead).strip()) and not words.excludes and not EXCEPTION.search(lead)
        )
        return Not(of=any_of(parts)) if plainly and join is Join.ANY else None
    if (
        _SEVERAL_OF.search(lead)
        or (join is Join.ALL and _ONE_OF.search(lead))
        or (join is Join.ANY and _ALL_OF.search(lead))
    ):
        return None
    if _INTRODUCES.fullmatch(INDICATION.sub("", lead)) or NOTHING.fullmatch(lead) or _DEFINED_FUNCTION.fullmatch(lead):
        return joined
    if EXCEPTION.search(lead) or OF_A_GROUP.search(lead) or _ONLY_FOR_SOME.search(lead):
        return None
    unread = words.as_written()
    if _INCLUDES.search(lead):
        return AnyOf(of=(unread, joined)) if join is Join.ANY else AllOf(of=(unread, joined))
    if re.search(r"\bfollowing\b|\bdefined\b", lead) or opens:
        return AllOf(of=(unread, joined))
    return None
