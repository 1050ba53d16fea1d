"""Smoking, alcohol and drug use as notes write them; a history of it, or an end of it, is not certain of today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.person.reading.clinical import Note
from bot.person.reading.denials import Denial, denial
from bot.person.reading.kin import of_kin
from bot.person.reading.message import Found
from index.criteria.rule import Attribute, Topic

_NAMES = {
    "smoking": re.compile(
        r"(?<![\w-])(?:(?P<never>non-?\s?smok(?:er|ing)|never[- ]smok(?:er|ed)|lifelong non-?smoker|"
        r"does(?:n't| not) some(?=\s*\.))|(?P<past>(?:ex|former|previous|past)[- ]?smok(?:er|ing)|(?:quit|"
        r"stopped|ceased) (?:smoking|tobacco)|smoked|used to smoke)|"
        r"smok(?:es?|ing|er)|tobacco(?: (?:use|abuse))?|cigarettes?|nicotine|pack[- ]years?|ppd|"
        r"pack(?:s)?(?: of cigarettes)? (?:per|a) day|chews tobacco|vap(?:es|ing))(?!\w)"
    ),
    "alcohol": re.compile(
        r"(?<![\w-])(?:(?P<never>teetotal(?:er|ler)?|abstinent from alcohol|non-?\s?drinker|never drinks?)|"
        r"(?P<past>(?:quit|stopped) drinking|former drinker|off (?:etoh|alcohol)|sober)|"
        r"alcohol(?:ic)?(?: (?:use|consumption|intake|consumer|abuse))?|etoh|drinks?(?! (?:water|milk|"
        r"plenty|well))(?: (?:a |\d+ )?(?:beer|wine|alcohol))?|drinking|beers?|wine|drinker)(?!\w)"
    ),
    "drug_use": re.compile(
        r"(?<![\w-])(?:(?:illicit|recreational|street|iv|intravenous|illegal) drugs?(?: (?:use|abuse|"
        r"user))?|drugs? (?:use|abuse|addict)|drugs?(?=,? (?:and|or) (?:alcohol|etoh|smoking|tobacco))|"
        r"(?<=smoking, )drugs|ivdu|idu|ivda|illicits|cocaine(?: use)?|heroin(?: use)?|marijuana(?: use)?|"
        r"cannabis(?: use)?|methamphetamine(?: use)?|any drugs(?! (?:allerg|for)))(?!\w)"
    ),
}
_ALSO = {"smoking": "tobacco use", "alcohol": "alcohol use"}  # the concepts by which criteria may ask for them
_OTHER = re.compile(
    r"\s*(?:hepatitis|liver|cirrhosis|cardiomyopathy|pancreatitis|cessation|counsel\w*|wipes?|swab|"
    r"withdrawal|solution|fatty|steatohep\w*|neuropathy|dementia|related|-related|exposure|screen\w*|"
    r"abuse screening|level|from\b|water|allerg\w*|history is)"
)
_PAST = re.compile(r"\b(?:history|h/o|hx|used to|former(?:ly)?|previous(?:ly)?|past|remote|quit|stopped)\b")
_TAKEN = re.compile(r"\b(?:drank|drunk)\b")
_LABEL = re.compile(
    r"\s*(?:use|status|history)?\s*[:=]\s*(?P<said>none|no|never|denies|denied|negative|yes|current|"
    r"former|quit|occasional\w*|social\w*|\d)"
)
_NO_HABIT = re.compile(r"\b(?:if|risk|advised|counsel\w*|avoid|encouraged|because)\b")
_QUIT = re.compile(r"\W*(?:until|but (?:quit|stopped)|quit|stopped|in the past|\d+ years ago|years ago)")
_PLAIN_DRUGS = re.compile(r"any drugs|drugs?")


def habits(note: Note) -> Iterator[Found]:
    """Each habit that the note speaks of."""
    for subject, pattern in _NAMES.items():
        attribute = Attribute(topic=Topic.LIFESTYLE, subject=subject)
        for match in pattern.finditer(note.low):
            if _OTHER.match(note.low, match.end()) or of_kin(note, match.start(), match.end()) is not None:
                continue
            found = _one(note, attribute, match)
            if found is not None:
                yield found
                if subject in _ALSO:
                    yield replace(found, attribute=Attribute(topic=Topic.CONDITION, subject=_ALSO[subject]))


def _one(note: Note, attribute: Attribute, match: re.Match[str]) -> Found | None:
    left, right = note.statement(match.start(), match.end())
    start = max(left, match.start() - 60)
    begin = start + len(note.low[start : match.start()]) - len(note.low[start : match.start()].lstrip(" ,;.\n"))
    if start != left:
        begin = match.start()
    if match["never"] if "never" in match.groupdict() else None:
        return Found(attribute, False, match.start(), match.end(), at=match.start())
    label = _LABEL.match(note.low, match.end(), note.sentence(match.start())[1])
    if label:
        said = label["said"]
        no = said in ("none", "no", "never", "denies", "denied", "negative")
        return Found(attribute, not no, match.start(), label.end(), at=match.start(), unsure=said in ("former", "quit"))
    denied = denial(note, match.start(), match.end()) or _tail(note, match)
    if denied is not None:
        unsure = _PLAIN_DRUGS.fullmatch(match[0]) is not None and not re.search(
            r"smok|alcohol|etoh|tobacco", note.low[left - 60 if left > 60 else 0 : right + 40]
        )
        return Found(
            attribute,
            False,
            denied.start,
            max(match.end(), denied.end),
            at=match.start(),
            unsure=unsure or bool(re.search(r"\b(?:current|recent)", note.low[denied.start : match.start()])),
        )
    if _NO_HABIT.search(note.low, max(left, match.start() - 40), match.start()) or _PLAIN_DRUGS.fullmatch(match[0]):
        return None
    past = (
        match.groupdict().get("past")
        or _PAST.search(note.low, left, match.start())
        or _QUIT.match(note.low, match.end(), right)
    )
    return Found(attribute, True, begin, match.end(), at=match.start(), unsure=bool(past))


_NO_NOUN = re.compile(
    r"\b(?:does(?:n't| not)|do not|don't|never|won't|didn't|no|denies|denied|not|without|negative(?: "
    r"history)?(?: of| for)?)\b(?:(?!\bbut\b|\bhowever\b|\bhas\b|\bshe\b|\bhe\b|[.;\n]).)*$"
)


def _tail(note: Note, match: re.Match[str]) -> Denial | None:
    """ "Does not smoke or use any illicit drugs": the denial goes on over the second verb."""
    left, _ = note.sentence(match.start())
    found = _NO_NOUN.search(note.low, max(left, match.start() - 80), match.start())
    return (
        Denial(True, found.start(), match.end())
        if found
        and not re.search(
            r",\s*(?:and\s+)?(?:smokes|drinks|uses)\b|\band (?:smokes|drinks|uses)\b",
            note.low[found.start() : match.end()],
        )
        else None
    )
