"""Whole classes that a note denies at once: no past illness, no medicines, no operations, no disease of an organ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.person.reading.clinical import Note
from bot.person.reading.cues import entries
from bot.person.reading.kin import of_kin
from bot.person.reading.message import Found
from index.criteria.concepts import known
from index.criteria.rule import Attribute, Topic

_KNOWN = (
    r"(?:(?:known|other|significant|major|relevant|previous|prior|past|specific|chronic|underlying|"
    r"particular|serious|any|active|current|remarkable)\s+)*"
)
_ILLNESS = (
    r"(?:(?:past |prior |previous )?medical (?:history|hx|problems?|issues?|conditions?|comorbidit(?:y|"
    r"ies))|medical past|pmhx?|health (?:problems?|issues?|conditions?)|(?:underlying |chronic "
    r")(?:diseases?|illness(?:es)?|conditions?|disorders?)|"
    r"comorbidit(?:y|ies)|co-morbidit(?:y|ies)|past history|illness(?:es)?)"
)
_BLANK = (
    r"(?:unremarkable|non-?\s?significant|not significant|insignificant|non-?contributory|negative|nil|"
    r"none|benign|not remarkable|clear|otherwise negative)"
)
_NO = (
    r"\b(?:no|without(?: any)?|denies(?: any)?|(?:does|did|has|have|had)(?:n't| not) (?:have )?(?:any)?|"
    r"not? ?any)\s+"
)
_HISTORY = re.compile(
    rf"{_NO}{_KNOWN}{_ILLNESS}\b(?!\s+of\b)|\b(?:past )?medical (?:history|hx)\s*(?:is|was|:|"
    rf"were)?\s*(?:completely |otherwise |only )?{_BLANK}\b(?!\s+(?:for|except))"
    rf"|\b(?:past )?medical (?:and|/) (?:\w+ )?history (?:is|are|was|were) {_BLANK}\b|\bnothing "
    rf"(?:remarkable|significant|of note) in (?:his|her|the|their) (?:past )?medical history\b"
    r"|\b(?:otherwise|previously|generally|usually|formerly) (?:fit and )?(?:healthy|well)\b|\b(?:he|"
    r"she|patient) (?:is|was|has been) (?:a )?(?:otherwise |generally |previously )?healthy\b"
    r"|\b\d{1,3}[- ]?(?:year|yr)s?[- ]?old (?:generally |previously |otherwise )?healthy\b|\b(?:in "
    r")?(?:general )?good (?:general )?health\b"
    r"|\bnot significant for any other (?:medical )?(?:issues|problems|conditions)"
)
_MEDICINES = re.compile(
    rf"{_NO}{_KNOWN}(?:use of )?(?:home |daily |regular |oral |chronic |prescription )?(?:medications?|"
    rf"meds|mediations|drugs|medicines?)(?!\s*(?:allerg|use|abuse|for|challenge|with|changes?|help|"
    rf"reaction|or alcohol))\b"
    r"|\b(?:takes?|taking|uses?|using|on)\s+(?:currently\s+)?no\s+(?:other\s+|regular\s+|daily\s+|"
    r"prescription\s+)?(?:medications?|meds|mediations|medicines?)\b"
    r"|\b(?:not|n't)\s+(?:currently\s+)?(?:on|taking|take|using|use)\s+(?:any\s+)?(?:other\s+|"
    r"regular\s+|prescription\s+)*(?:medications?|meds|medicines?)\b"
    r"|\b(?:medications?|meds|home medications|current medications)\s*[:=]\s*(?:none|no|nil|denies)\b|"
    r"\bdrug history (?:is|are|was|were) "
    + _BLANK
    + r"|\band drug history (?:is|are) "
    + _BLANK
    + r"|\bno history of [^.;\n]{0,40}?\bor (?:using|taking) (?:any )?medications?\b"
)
_OPERATIONS = re.compile(
    rf"{_NO}{_KNOWN}(?:(?:past |prior |previous )?surgical (?:history|hx|procedures?)|surger(?:y|ies)|"
    rf"operations?)\b(?!\s+(?:for|on|of|to|due))|\b(?:past )?surgical history\s*(?:is|was|"
    rf":)?\s*{_BLANK}\b(?!\s+(?:for|except))|\bnever (?:had|undergone) (?:any )?(?:surgery|operations?)\b"
)
_NARROW = re.compile(r"\b(?:recent|acute|new|further|current|today)\b")


def broad(note: Note) -> Iterator[Found]:
    """Each class that is denied, as `False` of its topic with no subject; of an organ, of its diseases."""
    for topic, subject, pattern in (
        (Topic.CONDITION, "", _HISTORY),
        (Topic.MEDICATION, "", _MEDICINES),
        (Topic.PRIOR_THERAPY, "surgery", _OPERATIONS),
    ):
        for match in pattern.finditer(note.low):
            if of_kin(note, match.start(), match.end()) is None and not _of_another(note, match):
                yield Found(
                    Attribute(topic=topic, subject=subject), False, match.start(), match.end(), at=match.start()
                )
    for match in _organ().finditer(note.low):
        subject = entries("organs")[match["organ"]][0]
        if known(subject) and not _NARROW.search(match[0]) and of_kin(note, match.start(), match.end()) is None:
            yield Found(
                Attribute(topic=Topic.CONDITION, subject=subject), False, match.start(), match.end(), at=match.start()
            )


@cache
def _organ() -> re.Pattern[str]:
    """ "No cardiac history": an organ, and that nothing was or is wrong with it."""
    return re.compile(
        rf"{_NO}{_KNOWN}(?:history of |hx of )?(?:significant |chronic |known "
        rf")?(?P<organ>{'|'.join(entries('organs'))})\s+(?:history|hx|(?:disease|problems?|issues?|disorders?|"
        rf"illness(?:es)?|conditions?)(?:\s+history)?)\b(?!\s+of\b)"
    )


def _of_another(note: Note, match: re.Match[str]) -> bool:
    """ "Gave birth to a healthy child", "family history unremarkable"."""
    return bool(
        re.search(
            r"\b(?:family|mother|baby|child|son|daughter|physical|social)\s*$",
            note.low[max(0, match.start() - 12) : match.start()],
        )
    )
