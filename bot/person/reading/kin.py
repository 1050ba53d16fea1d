"""Whose illness a note speaks of: the patient's, or that of somebody of the family or of the household."""

from __future__ import annotations

import re
from functools import cache

from bot.person.reading.clinical import REACH, Note
from bot.person.reading.cues import whole
from bot.person.reading.holders import sex_of

_NOT_SUBJECT = re.compile(
    r"\b(?:by|with|to|from|for|of|on|per|via|than|at)\s+(?:his|her|their|the|a|an|both|two|three|\d+)?\s*"
    r"(?:\w+\s+){0,2}$"
)
_COMPANION = re.compile(r"\b(?:by|with|via)\s+(?:\w+\s+){0,3}$")
_ILL = re.compile(r"\s*,?\s*(?:(?P<who>who|that|whose)\b|(?:with|w/)\s)")
_PATIENT_AGAIN = re.compile(r"\b(?:the (?:patient|child|boy|girl|infant|baby|man|woman)|patient|pt|he|she)\b")
_BEHIND = re.compile(r"\s*(?:\([^)]{0,40}|in (?:his|her|their|the|a|an|both)\s+(?:[\w-]+\s+){0,3}?|in )")


def of_kin(note: Note, start: int, end: int) -> int | None:
    """Where it is said that what stands at `start:end` is somebody else's; `None` if it is the patient's."""
    if note.section(start) == "family":
        return start
    history = _history(note, start)
    if history is not None:
        return history
    named = _behind(note, end)
    if named:
        return start
    return _subject(note, start)


def _history(note: Note, start: int) -> int | None:
    """ "Family history of", to the end of the sentence, unless the patient comes back."""
    histories = note.cues_of("family", start)
    if not histories:
        return None
    found = histories[-1]
    again = re.search(
        r",?\s*(?:but|however|;)\s.*|\b(?:he|she|the patient|patient|pt)\s+(?:has|had|is|was|denies|presents)\b",
        note.low[found.end : start],
    )
    return None if again else found.start


def _behind(note: Note, end: int) -> bool:
    _, right = note.sentence(end - 1)
    lead = _BEHIND.match(note.low, end, right)
    return bool(lead and whole("words", "relatives").match(note.low, lead.end(), right))


def _subject(note: Note, start: int) -> int | None:
    """A relative who is the subject of the statement, and does not only tell of the patient."""
    left = max(note.sentence(start)[0], start - REACH)
    for match in reversed(list(whole("words", "relatives").finditer(note.low, left, start))):
        if not _described(note, left, match) and _NOT_SUBJECT.search(note.low, left, match.start()):
            continue
        after = re.compile(r"\s*(?:,|also|who|\([^)]*\)|recently|then)?\s*").match(note.low, match.end())
        if whole("words", "telling").match(note.low, after.end() if after else match.end()):
            return None
        if _PATIENT_AGAIN.search(note.low, match.end(), start):
            return None
        return match.start()
    return _other_one(note, left, start)


def _described(note: Note, left: int, match: re.Match[str]) -> bool:
    """ "Lives with her mother, who has", "to his mother and sister": of these the words that follow do speak."""
    if _AND_KIN.search(note.low, left, match.start()):
        return True
    ill = _ILL.match(note.low, match.end())
    return ill is not None and (ill["who"] is not None or not _COMPANION.search(note.low, left, match.start()))


_AND_KIN = re.compile(
    r"(?:mother|father|brother|sister|aunt|uncle|son|daughter|cousin|wife|husband|parent)s?(?:,| and)\s+(?:his |her )?$"
)
_OPENS = re.compile(r"\W*(?P<who>he|she)\b")


def _other_one(note: Note, left: int, start: int) -> int | None:
    """ "The patient's sister … . She was diagnosed with …": the sentence after, if it begins with who is meant."""
    opens = _OPENS.match(note.low, left, start)
    if opens is None or left == 0:
        return None
    before = note.sentence(left - 1)
    who = "female" if opens["who"] == "she" else "male"
    kin = list(whole("words", "relatives").finditer(note.low, *before))
    fitting = [
        match for match in kin if _sex(match[0]) == who and not _NOT_SUBJECT.search(note.low, before[0], match.start())
    ]
    if not fitting or whole("words", "telling").match(note.low, fitting[-1].end() + 1):
        return None
    patient = sex_of_patient(note)
    return opens.start("who") if patient is not None and patient != who else None


@cache
def _sex(word: str) -> str | None:
    return sex_of(word.rstrip("s"))


_FIRST_SEX = re.compile(
    r"\b(?P<female>female|woman|women|girl|lady|g\d+\s?p\d)\b|\b(?P<male>male|man|men|boy|gentleman)\b|"
    r"(?<![\d.])\d{1,3}\s?(?:(?P<m>m)|(?P<f>f))\b"
)


def sex_of_patient(note: Note) -> str | None:
    """The sex that the first words of a note say."""
    found = first_sex(note)
    return found[0] if found else None


def first_sex(note: Note) -> tuple[str, int, int] | None:
    """The patient's sex, and where the words stand that say so."""
    match = _FIRST_SEX.search(note.low, 0, 200)
    if match is None:
        return None
    return "female" if match.lastgroup in ("female", "f") else "male", match.start(), match.end()
