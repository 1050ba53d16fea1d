"""What a note says of joining a study: consent, keeping to the plan, language, another trial, drug allergies at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.person.reading.clinical import Note
from bot.person.reading.kin import of_kin
from bot.person.reading.message import Found
from index.criteria.rule import Attribute, Topic

_CONSENT = re.compile(
    r"\b(?:will|can|is (?:able|willing) to|agree[sd]? to|able to|willing to|has|have|had|was able "
    r"to)\s+(?:provided?|give[ns]?|sign(?:ed)?)\s+(?:(?:written|his|her|verbal|full|voluntary|an?|"
    r"the)\s+)*(?:informed\s+)?consent\b"
    r"|\b(?:written )?informed consent (?:was|has been) (?:obtained|given|signed|provided)"
)
_NO_CONSENT = re.compile(
    r"\b(?:unable|not able|cannot|can not|unwilling|refus\w+|incapable)\s+(?:of\s+|to\s+)?(?:provid\w+|"
    r"giv\w+|sign\w*)\s+(?:(?:written|his|her)\s+)*(?:informed\s+)?consent\b|\blacks? "
    r"(?:decision-making )?capacity\b"
)
_COMPLY = re.compile(
    r"\b(?:will|can|agrees? to|is (?:able|willing) to|able to|willing to)\s+(?:\w+ly\s+)?(?:comply|"
    r"adhere|follow)\b[^.;\n]{0,50}?\b(?:trial|study|protocol|visits?|procedures?|"
    r"follow-?up)(?:\s+protocol)?\b"
)
_LANGUAGES = (
    r"(?P<language>english|spanish|french|german|italian|portuguese|chinese|mandarin|cantonese|arabic|"
    r"russian|hindi|vietnamese|korean|japanese|polish|dutch|turkish)"
)
_SPEAKS = re.compile(
    rf"\b(?:speaks?|fluent in|primary language (?:is|:)?|{_LANGUAGES.replace('language', 'first')}[- "
    rf"]speaking)\s*(?:only |fluent )?(?:{_LANGUAGES})?"
)
_NO_ENGLISH = re.compile(
    r"\b(?:non-?english[- ]speaking|does(?:n't| not) (?:speak|understand) english|speaks? no english|"
    r"limited english proficiency)\b"
)
_IN_TRIAL = re.compile(
    r"\b(?P<no>not |never )?(?:currently |previously |also )?(?P<how>enrolled (?:in|on|onto)|"
    r"participat(?:ing|es|ed) in|took part in|randomi[sz]ed (?:in|to|on)|was (?:in|on)|is (?:in|"
    r"on))\s+(?:an?|another|the|any|other|prior)\s+(?:[\w-]+\s+){0,3}?(?:trial|study|studies|trials)\b"
)
_NO_ALLERGY = re.compile(
    r"\b(?P<drug>nkda|nka(?:da)?)\b|\b(?:no|not have|without|denies(?: any)?|negative(?: history)? "
    r"(?:for|of))\s+(?:(?:known|any|positive|prior|previous|medical|history of|history for|significant|"
    r"to)\s+)*"
    r"(?:(?P<of>drug|medication|medicine|food)s?\s+(?:and\s+(?:food|drug)s?\s+)?)?allerg(?:y|"
    r"ies)\b(?:\s+to\s+(?:any\s+|known\s+)?(?P<to>(?:food|drug|medication|medicine)s?(?:\s+(?:or|"
    r"and)\s+(?:food|drug|medication)s?)?))?(?!\s+to\b)"
    r"|\ballerg(?:y|ies)\s*[:=]\s*(?P<none>none|nkda|nka|no known[\w ]*|no\b|denies)"
)


def undertakings(note: Note) -> Iterator[Found]:
    """Each of these that is plainly said of the patient."""
    for pattern, topic, value in (
        (_CONSENT, Topic.CONSENT, True),
        (_NO_CONSENT, Topic.CONSENT, False),
        (_COMPLY, Topic.COMPLIANCE, True),
    ):
        for match in pattern.finditer(note.low):
            negated = re.search(
                r"\b(?:not|unable|cannot|never)\s*$", note.low[max(0, match.start() - 12) : match.start()]
            )
            if not negated and of_kin(note, match.start(), match.end()) is None:
                yield Found(Attribute(topic=topic), value, match.start(), match.end(), at=match.start())
    yield from _languages(note)
    for match in _IN_TRIAL.finditer(note.low):
        now = match["how"].startswith(("is", "enrolled", "participating")) and not re.search(
            r"\b(?:was|previously|had been)\b", note.low[max(0, match.start() - 20) : match.end()]
        )
        yield Found(
            Attribute(topic=Topic.OTHER_TRIAL),
            match["no"] is None,
            match.start(),
            match.end(),
            at=match.start(),
            days_ago=0.0 if now and match["no"] is None else None,
        )
    yield from _no_allergies(note)


def _languages(note: Note) -> Iterator[Found]:
    for match in _SPEAKS.finditer(note.low):
        language = match["language"] or match["first"]
        if (
            language
            and not re.search(r"\b(?:not|non|n't|no)[\s-]*$", note.low[max(0, match.start() - 8) : match.start()])
            and of_kin(note, *match.span()) is None
        ):
            yield Found(
                Attribute(topic=Topic.LANGUAGE, subject=language), True, match.start(), match.end(), at=match.start()
            )
    for match in _NO_ENGLISH.finditer(note.low):
        yield Found(
            Attribute(topic=Topic.LANGUAGE, subject="english"), False, match.start(), match.end(), at=match.start()
        )


def _no_allergies(note: Note) -> Iterator[Found]:
    """ "NKDA", "no history of allergies": no drug allergy; of food only where food or everything is meant."""
    for match in _NO_ALLERGY.finditer(note.low):
        named = f"{match['of'] or ''} {match['to'] or ''}"
        everything = not named.strip() and not match["drug"]
        subjects = [
            subject
            for subject, words in (("drug", "drug|medic"), ("food", "food"))
            if everything or re.search(words, named)
        ]
        subjects = ["drug"] if match["drug"] or (match["none"] or "").startswith("nk") else subjects
        if of_kin(note, *match.span()) is None:
            for subject in subjects:
                yield Found(
                    Attribute(topic=Topic.ALLERGY, subject=subject), False, match.start(), match.end(), at=match.start()
                )
