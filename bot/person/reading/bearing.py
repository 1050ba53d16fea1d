"""Pregnancy, childbearing and contraception in notes: "G2P1 at 24 weeks", "postmenopausal", "has an IUD"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.person.reading.clinical import Note
from bot.person.reading.denials import denial
from bot.person.reading.kin import of_kin, sex_of_patient
from bot.person.reading.message import Found
from index.criteria.rule import Attribute, Topic

PREGNANCY = Attribute(topic=Topic.PREGNANCY)
NURSING = Attribute(topic=Topic.BREAST_FEEDING)
CHILDBEARING = Attribute(topic=Topic.CHILDBEARING)
CONTRACEPTION = Attribute(topic=Topic.CONTRACEPTION)

_WEEKS = r"\d{1,2}\s*(?:\+\s*\d\s*)?(?:-?\s?weeks?|wks?|w)(?:\s?\d\s?d)?"
_PREGNANT = re.compile(
    rf"\bpregnant (?:woman|female|lady|patient|girl)\b|\bg\d+\s?p\d+(?:\s?a\d+)?\s+(?:at|pregnant|woman "
    rf"at)?\s*{_WEEKS}"
    rf"|\b(?:at|is|who is)\s+{_WEEKS}(?:\s+(?:of )?(?:gestation\w*|pregnan\w+|old))+|"
    rf"\b{_WEEKS}\s+pregnant\b|\bcurrently pregnant\b"
    r"|\b(?:is|she's) (?:now )?pregnant\b|\bgravid\b|\bpregnancy test (?:is|was|came "
    r"back)?\s*positive\b|\bpositive pregnancy test\b"
)
_TEST = re.compile(
    r"\b(?:pregnancy test|(?:beta[- ]?|β-?)?hcg|human chorionic gonadotropin(?: \(hcg\))?|upt|urine "
    r"preg)\b[^.;\n]{0,60}?\b(?:is|was|are|:|=)\s*(?P<said>negative|positive)"
    r"|\b(?P<said2>negative|positive) (?:urine |serum )?(?:pregnancy test|(?:beta[- ]?)?hcg)\b|"
    r"\bhcg\s*(?:-|\()\s*(?P<said3>neg|pos)"
)
_NOT_PREGNANT = re.compile(
    r"\b(?:not|isn't) (?:currently )?pregnant\b|\bgave birth|\bhad given birth\b|\bpostpartum\b|\bpost-partum\b"
)
_WISHED = re.compile(
    r"\b(?:become|becoming|get|getting|when|while|if|was|been|previously|history of|during|prior|last|"
    r"trying to be)\s+(?:she was\s+)?$"
)
_NURSES = re.compile(
    r"\b(?:is|she's|currently)\s+(?:not )?(?:currently )?(?:breast-?\s?feeding|lactating|nursing)\b|"
    r"\bnot (?:breast-?\s?feeding|lactating)\b"
)
_PAST_BEARING = re.compile(
    r"\b(?:post-?\s?menopausal|menopausal|in menopause|(?:has |had )?(?:reached|gone through|undergone) "
    r"menopause|s/p menopause|surgically sterile|"
    r"(?:bilateral )?tubal ligation|tubes tied|bilateral (?:salpingo-?)?oophorectomy|total (?:abdominal "
    r")?hysterectomy|hysterectomy|tah(?:[-/ ]?bso)?|bilateral tubal ligation|btl)\b"
)
_OFFERED = re.compile(
    r"\b(?:offered|candidate|recommend\w*|consider\w*|scheduled|plan\w*|refus\w*|declin\w*|will|peri|"
    r"pre|prior to|before|discuss\w*|if)\b"
)
_METHOD = (
    r"(?:contracepti(?:on|ve|ves)(?: methods?)?|birth control(?: pills?)?|condoms?|iud|intrauterine "
    r"device|oral contraceptives?|ocps?|barrier methods?(?: of contraception)?|"
    r"contraceptive methods?|methods? of contraception)"
)
_USES = re.compile(
    rf"\b(?:uses?|using|takes|taking|is on|on|practices?|has an?)\s+(?P<no>no\s+)?(?:(?:any|an?|the|her|"
    rf"oral|hormonal|copper|effective|reliable|{_METHOD} and)\s+)*{_METHOD}"
)
_REFUSES = re.compile(r"\b(?:refus\w+|declin\w+|unwilling|not willing|reluctant|will not|won't|would not)\b[^.;,]*$")
_NEAR = 40  # characters before
_USES_NOT = re.compile(
    rf"\b(?:(?:does|did|do)(?:n't| not)\s+(?:use|have)|not (?:using|on|taking)|denies (?:using|use of|"
    rf"any)|without|no)\s+(?:(?:any|oral|hormonal|the)\s+)*{_METHOD}"
)


def bearing(note: Note) -> Iterator[Found]:
    """Yes or no of each, of the patient alone; nothing of it for a boy or a man."""
    if sex_of_patient(note) == "male":
        yield from _contraception(note)
        return
    if re.search(r"\b(?:\d+[- ](?:day|week|month)s?[- ]old|newborn|neonate)\b", note.low[:120]):
        return
    yield from _pregnancy(note)
    yield from _nursing(note)
    for match in _PAST_BEARING.finditer(note.low):
        left, _ = note.statement(match.start(), match.end())
        if (
            _kept(note, match)
            and not _OFFERED.search(note.low, max(left, match.start() - 40), match.start())
            and denial(note, *match.span()) is None
        ):
            yield Found(CHILDBEARING, False, _from(note, match), match.end(), at=match.start())
    yield from _contraception(note)


def _kept(note: Note, match: re.Match[str]) -> bool:
    return of_kin(note, match.start(), match.end()) is None


def _from(note: Note, match: re.Match[str]) -> int:
    left, _ = note.statement(match.start(), match.end())
    begin = left + len(note.low[left : match.start()]) - len(note.low[left : match.start()].lstrip(" ,;.\n"))
    return begin if match.start() - begin <= 60 else match.start()


def _pregnancy(note: Note) -> Iterator[Found]:
    for match in _PREGNANT.finditer(note.low):
        before = note.low[max(0, match.start() - 40) : match.start()]
        born = re.search(
            r"\b(?:born|delivered|mother|delivery|visit when|when she was)\b[^.;]*$",
            note.low[max(note.sentence(match.start())[0], match.start() - 60) : match.start()],
        )
        if _kept(note, match) and not born and not _WISHED.search(before) and denial(note, *match.span()) is None:
            yield Found(PREGNANCY, True, match.start(), match.end(), at=match.start())
    for match in _TEST.finditer(note.low):
        said = match["said"] or match["said2"] or match["said3"]
        yield Found(PREGNANCY, said.startswith("pos"), match.start(), match.end(), at=match.start())
    for match in _NOT_PREGNANT.finditer(note.low):
        if _kept(note, match):
            yield Found(PREGNANCY, False, match.start(), match.end(), at=match.start())


def _nursing(note: Note) -> Iterator[Found]:
    for match in _NURSES.finditer(note.low):
        if _kept(note, match):
            yield Found(NURSING, "not" not in match[0], match.start(), match.end(), at=match.start())


def _contraception(note: Note) -> Iterator[Found]:
    denied = [match for match in _USES_NOT.finditer(note.low) if _kept(note, match)]
    for match in denied:
        yield Found(CONTRACEPTION, False, match.start(), match.end(), at=match.start())
    for match in _USES.finditer(note.low):
        refused = _REFUSES.search(note.low, max(0, match.start() - _NEAR), match.start()) is not None
        if _kept(note, match) and not any(one.start() < match.end() and match.start() < one.end() for one in denied):
            yield Found(
                CONTRACEPTION, match["no"] is None and not refused, _from(note, match), match.end(), at=match.start()
            )
