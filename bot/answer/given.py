"""What a trial gives or studies, by name, and how another trial differs in that, however each record spells it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.answer.plain import plain
from index.trial import Trial
from index.vocabulary import StudyType

MOST_NAMES = 2
_LONGEST_NAME = 40  # characters
_DRUGS = frozenset({"DRUG", "BIOLOGICAL", "GENETIC", "COMBINATION_PRODUCT", "DIETARY_SUPPLEMENT", "RADIATION"})
_ASIDE = frozenset({"OTHER", "DIAGNOSTIC_TEST"})  # mostly tests and questionnaires beside what is studied
_TEST = re.compile(
    r"\b(?:biospecimens?|blood (?:draw(?:ing)?|samples?|sampling|collection|tests?)|ven[ei]puncture|questionnaires?"
    r"|surveys?|interviews?|biopsy|imaging|tomography|ct scan|mri|echocardiograph\w*|electrocardiogra\w*"
    r"|laborator(?:y|ies)|quality[- ]of[- ]life|pharmacokinetic (?:study|analysis)|assessments?)\b",
    re.IGNORECASE,
)
_NO_TREATMENT = re.compile(
    r"\b(?:placebos?|sham|dummy|vehicle|(?:normal|isotonic|physiological|0\.9 ?%) saline|no (?:intervention|treatment)"
    r"|(?:usual|standard|routine|conventional)(?: of)? (?:care|treatment|therapy|practice)|soc|wait(?:ing)?[- ]?list)\b"
    r"|^(?:saline|controls?)(?: solution| group| arm)?$",
    re.IGNORECASE,
)
_TOGETHER = re.compile(r"\s\+\s|\s*\bplus\b\s*|\s*\b(?:in combination|combined|together) with\b\s*", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([^()]{3,})\)")
_AMOUNT = re.compile(r"\b\d[\d.,]*\s*(?:mg|mcg|[µμ]g|ug|g|kg|ml|iu|units?|gy|%)(?:/\w+)*(?!\w)", re.IGNORECASE)
_FORM_WORDS = """
    tablet capsule injection infusion oral intravenous iv subcutaneous sc cream ointment gel solution powder inhaler
    spray dose high low medium single multiple arm group cohort matching drug treatment therapy application
    the a of for in and or with
"""
_FORMS = frozenset(_FORM_WORDS.split())


def given(one: Trial, other: Trial) -> str | None:
    """How `other` differs from `one` in what it gives; empty where it does not, `None` where that cannot be told."""
    here, there = _things(other), _things(one)
    if here and not there and one.study_type is StudyType.OBSERVATIONAL is not other.study_type:
        return _gives(other, _main(here) or here)
    if not (here and there):
        return None
    if [thing.name.casefold() for thing in here] == [thing.name.casefold() for thing in there]:
        return ""
    new, old = _apart(here, there)
    shared = any(thing.is_in(there) for thing in here)
    if not (new or old) or (not shared and _perhaps_same(one, other, (*new, *old))):
        return None
    left = some(thing.name for thing in old)
    if not new:
        return f"does not list {left}"
    return f"{_gives(other, new)} instead of {left}" if old else f"also {_gives(other, new)}"


def some(names: Iterable[str]) -> str:
    """The first two of some names, long ones cut; more are said to be there."""
    spelled: dict[str, str] = {}
    for name in map(_short, names):
        spelled.setdefault(name.casefold(), name)
    once = list(spelled.values())
    return " and ".join(once) if len(once) <= MOST_NAMES else f"{', '.join(once[:MOST_NAMES])} and more"


def _short(name: str) -> str:
    """A name up to its semicolon, which is the sign between our points, and to the end of a word."""
    name = name.strip(" ;").partition(";")[0].rstrip()
    if len(name) <= _LONGEST_NAME:
        return name
    cut = name[:_LONGEST_NAME].rsplit(" ", 1)[0].rstrip(" ,;:(-/")
    return f"{cut}…"


def _gives(trial: Trial, shown: Sequence[_Thing]) -> str:
    drugs = trial.study_type is not StudyType.OBSERVATIONAL and all(thing.type in _DRUGS for thing in shown)
    return f"{'gives' if drugs else 'studies'} {some(thing.name for thing in shown)}"


def _perhaps_same(one: Trial, other: Trial, shown: Iterable[_Thing]) -> bool:
    """Whether MeSH knows drugs of both by the same term: they may be one drug under two names."""
    shared = set(one.intervention_mesh) & set(other.intervention_mesh)
    return bool(shared) and all(thing.type in _DRUGS for thing in shown)


class _Thing(NamedTuple):
    """Each name as the words that tell it from others: `name_words` of the name, `keys` of that and all other names."""

    name: str
    type: str
    name_words: frozenset[str]
    keys: frozenset[frozenset[str]]

    def is_in(self, others: Iterable[_Thing]) -> bool:
        """Whether one of these is the same, or may be: Xolair 150 mg is omalizumab (Xolair), and metformin is metformin
        hydrochloride.
        """
        return any(self.keys & other.keys or _nearly(self.name_words, other.name_words) for other in others)


def _nearly(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether one holds all words of the other, and not many more."""
    fewer, more = sorted((mine, theirs), key=len)
    return bool(fewer) and fewer <= more and len(more) <= 2 * len(fewer)


def _things(trial: Trial) -> list[_Thing]:
    """What a trial gives, but for placebos and usual care; what is given together, one by one."""
    found = []
    for one in trial.interventions:
        name, given_kind = plain(one.name), (one.type or "").upper().replace(" ", "_")
        for part in filter(None, (part.strip(" .,;:") for part in _TOGETHER.split(name))):
            if not _NO_TREATMENT.search(part):
                names = (part, *one.other_names) if part == name else (part,)
                kind = "OTHER" if _TEST.search(part) else given_kind
                found.append(_Thing(part, kind, _words(_IN_BRACKETS.sub(" ", part)), _keys(names)))
    return found


def _apart(here: Sequence[_Thing], there: Sequence[_Thing]) -> tuple[list[_Thing], list[_Thing]]:
    """What only the one gives and what only the other, drugs first. Where they share something, or there is more, the
    tests and questionnaires beside it are left out.
    """
    new = [thing for thing in here if not thing.is_in(there)]
    old = [thing for thing in there if not thing.is_in(here)]
    if len(new) < len(here) or len(old) < len(there):
        return _main(new), _main(old)
    return _main(new) or new, _main(old) or old


def _main(found: Iterable[_Thing]) -> list[_Thing]:
    return sorted((thing for thing in found if thing.type not in _ASIDE), key=lambda thing: thing.type not in _DRUGS)


def _keys(names: Iterable[str]) -> frozenset[frozenset[str]]:
    spelled = (part for name in names for part in (_IN_BRACKETS.sub(" ", name), *_IN_BRACKETS.findall(name)))
    return frozenset(filter(None, map(_words, spelled)))


def _words(name: str) -> frozenset[str]:
    """The words of a name without its amount and form; `MK 3475` and `MK-3475` are one word."""
    bare = re.sub(r"(?<=[a-z])[\s-]+(?=\d)|['’]s\b", "", _AMOUNT.sub(" ", name.casefold()))
    words = {word.rstrip("s") if len(word) > 3 else word for word in re.findall(r"[^\W_]+", bare)}
    return frozenset(words - _FORMS)
