"""What a phrase names: an illness or finding, by the table of concepts or by its own last word; what is around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.criteria.concepts import Sort, concept_of
from index.criteria.readers.lexicon import WORD, blocked, names_illness, phrase, words
from index.criteria.readers.words import Words

GLUE = re.compile(
    r"(?:near|around|across|through|toward|towards|into|onto|outside|inside|beyond|below|above"
    r"|behind|beside|following|regarding|concerning|about|between|post|of|in|on|at|for|with"
    r"|without|from|by|to|due|that|which|who|whom|whose|where|when|while|during|after|before"
    r"|since|until|despite|as|such|like|because|within|under|against|per|via|than|among|over"
    r"|upon"
    r"|if|unless|except|but|is|are|was|were|has|have|had|not|no|be|been|will|would|must|should"
    r"|may|might|can|cannot|could|does|do|did|being|currently|including|excluding|requiring"
    r"|involving|affecting|resulting|leading"
    r"|causing|needing|receiving|interfering|occurring|according|using|pending|necessitating"
    r"|precluding|limiting|undergoing|having|preventing|contraindicating|taking|refractory"
    r"|secondary|resistant|unresponsive"
    r"|required|requires?|treated|managed|defined|caused|associated|related|documented|assessed"
    r"|characteri[sz]ed|considered|diagnosed|confirmed|classified|established|measured"
    r"|evidenced|manifested|demonstrated"
    r"|indicated|scheduled|planned|judged|deemed|evaluated|identified|attributed|attributable"
    r"|controlled|based|graded|grade|prior|previous(?:ly)?|eligible|unrelated|included|present"
    r"|presenting|occurred|detected|found|seen|noted|defining|pending|i\.e|e\.g|eg|ie|etc"
    r"|[^a-z0-9])$"
)
_BEHIND_ADDS_NOTHING = re.compile(
    r"(?:diseases?|disorders?|syndromes?|diagnosis|patients?|conditions?|infections?|subjects?)$"
)
_INFECTED = re.compile(r"infect(?:ed|ions?)\s+(?:with|by)\b")
_JOIN = re.compile(r"(?:or|and|and/or|to)(?![a-z])")
_WORD = re.compile(r"\d+(?![\d.%-])|[a-z]+(?:-[a-z]+)*")
_TOO_WIDE = frozenset(
    {
        "comorbidity",
        "disease",
        "symptom",
        "complication",
        "hypersensitivity",
        "allergy",
        "chronic disease",
        "systemic disease",
    }
)
_EITHER = re.compile(r"(?:\b(?:or|and|to)\s+|/\s*)$")
_EMPTY = frozenset(
    {"or", "and", "underlying", "existing", "known", "any", "a", "an", "the", "of", "associated", "medical"}
)
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Name:
    """An illness as a phrase names it: `subject`, where the name ends, and whether words before it narrow it down.

    `suspected`: the words take in those in whom it is not certain.
    """

    subject: str
    start: int
    end: int
    narrowed: bool
    suspected: bool = False


def name_in(item: Words, after: int = 0) -> Name | None:
    """The illness that is named first in an item, right behind words that add nothing; `None` if that is not plain."""
    mentions = [
        (one.concept.id, start, end)
        for one, start, end in item.mentions()
        if start >= after and one.concept.sort in (Sort.CONDITION, Sort.FINDING)
    ]
    place, narrowed, suspected, certain = lead(item.text, after, {start for _, start, _ in mentions})
    if suspected and not certain:
        return None
    mentions = [one for one in mentions if one[1] >= place]
    tokens = list(WORD.finditer(item.text, place))
    end = _phrase_end(tokens, mentions)
    if end <= place:
        return None
    known = [(subject, start, stop) for subject, start, stop in mentions if start < end]
    for whole, start, stop in known:
        subject = _of_either(whole, item.text, start, stop)
        if subject is None or subject in _TOO_WIDE:
            return None
        if _adds_nothing(item.text[stop:end]) and (before := _before(item.text[place:start])) is not None:
            return Name(subject, start, end, before or narrowed, suspected and not (before or narrowed))
    return _plain_name(item.text, place, end, narrowed, suspected)


def lead(text: str, place: int, names: set[int]) -> tuple[int, bool, bool, bool]:
    """Where the name begins behind words that add nothing or narrow it; whether they narrow it, make it a suspicion,
    or say that it is known.
    """
    narrowed, suspected, known = False, False, False
    while True:
        while place < len(text) and text[place] in " ,/":
            place += 1
        if place in names and not _INFECTED.match(text, place):
            break
        if match := phrase("frame", "harmless").match(text, place):
            known = known or match[0] not in {"of", "or", "and", "the", "a", "an", "with", "any"}
        elif match := phrase("frame", "widens").match(text, place):
            suspected = True
        elif match := _JOIN.match(text, place):
            pass
        elif (match := _WORD.match(text, place)) and (match[0] in words("frame", "narrows") or match[0].isdigit()):
            narrowed = True
        else:
            break
        place = match.end()
    return place, narrowed, suspected, known or narrowed


def _phrase_end(tokens: list[re.Match[str]], mentions: list[tuple[str, int, int]]) -> int:
    """Where the noun phrase ends: at the first word that ties something else to it, outside a known name."""
    end = 0
    for token in tokens:
        if any(start <= token.start() < stop for _, start, stop in mentions):
            end = token.end()
            continue
        joins = token[0] in {"or", "and", "/"}
        if not joins and GLUE.match(token[0]):
            return end
        if not joins:
            end = token.end()
    return end


def _of_either(subject: str, text: str, start: int, stop: int) -> str | None:
    """ "Acute or chronic infection" names no chronic infection, but an infection of either sort."""
    listed = text[start:stop].split()
    if not _EITHER.search(text, 0, start) or listed[0] not in words("frame", "narrows"):
        return subject
    while listed and listed[0] in words("frame", "narrows"):
        listed = listed[1:]
    concept = concept_of(" ".join(listed)) if listed else None
    return concept.id if concept else None


def _adds_nothing(text: str) -> bool:
    return all(_BEHIND_ADDS_NOTHING.match(word) for word in text.split())


def _before(text: str) -> bool | None:
    """Whether the words before a name narrow it; `None` if they speak of something else."""
    if blocked("frame").search(text):
        return None
    left = phrase("frame", "harmless").sub(" ", text)
    listed = re.findall(r"[a-z0-9'-]+", left)
    joined = re.search(r"\b(?:or|and)\b|/", left)
    if joined and not all(word in words("frame", "narrows") or word in {"or", "and"} for word in listed):
        return None
    if any(word in words("medicines", "words") or word in words("medicines", "after") for word in listed):
        return None
    return bool(listed)


def _plain_name(text: str, place: int, end: int, narrowed: bool, suspected: bool) -> Name | None:
    """A name of plain words, which its last word shows to be an illness: "x-linked y syndrome", "disease of the z"."""
    listed = text[place:end].split()
    while listed and (listed[0].strip(",") in words("frame", "narrows") or listed[0] in _EMPTY):
        narrowed, listed = narrowed or listed[0] not in _EMPTY, listed[1:]
    phrase_ = " ".join(listed)
    if not listed or len(listed) > _MOST_WORDS or not re.fullmatch(r"[a-z0-9' -]+(?:\(s\))?", phrase_):
        return None
    if not names_illness(listed[-1]) or blocked("frame").search(phrase_) or re.search(r"\b(?:or|and)\b|ly\b", phrase_):
        return None
    if "morbid " in phrase_ or phrase_ in words("names", "generic") or re.match(r"\d", phrase_):
        return _of_organ(text, phrase_, end, narrowed, suspected)
    start = text.rindex(listed[0], place, end) if len(listed) == 1 else text.index(listed[0], place)
    return Name(_singular(phrase_), start, end, narrowed, suspected and not narrowed)


def _singular(name: str) -> str:
    """A name of plain words in the singular, so that it is one name in all criteria."""
    if name.endswith("(s)"):
        return name[:-3]
    for plural, single in (
        ("ies", "y"),
        ("oses", "osis"),
        ("itides", "itis"),
        ("ses", "se"),
        ("ias", "ia"),
        ("thies", "thy"),
    ):
        if name.endswith(plural):
            return name[: -len(plural)] + single
    return (
        name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "is", "as", "diabetes", "rrhoids")) else name
    )


def _of_organ(text: str, head: str, end: int, narrowed: bool, suspected: bool) -> Name | None:
    """ "Disease of the liver" -> the concept called "liver disease", if there is one."""
    found = re.compile(r"\s+(?:of|in)\s+(?:the\s+)?([a-z]+)(?![a-z-])").match(text, end)
    concept = concept_of(f"{found[1]} {head}") if found else None
    return Name(concept.id, end - len(head), found.end(), narrowed, suspected) if found and concept else None
