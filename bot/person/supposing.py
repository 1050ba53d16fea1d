"""What if: "platelets=120" -> the facts that it supposes, and a profile in which they stand for what was known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.errors import SettingsError
from bot.person import kinds, wording
from bot.person.facts import Fact, Profile
from index.criteria import units
from index.criteria.concepts import Sort, concept_of
from index.criteria.readers.therapy import next_treatment
from index.criteria.rule import Attribute, Topic

MARK = "supposed: "
"""How the quote of a supposed fact begins: nobody said it."""

EXAMPLES = (
    "age=70, sex=female, ecog=1, stage=3, platelets=120, platelets=120000/µL, hiv=no, pregnant=no, diabetes=yes, "
    "chemotherapy=yes or chemotherapy=3 weeks ago"
)

_NAMED: dict[str, tuple[Topic, str]] = {
    "age": (Topic.AGE, ""),
    **dict.fromkeys(("sex", "gender"), (Topic.SEX, "")),
    "stage": (Topic.STAGE, ""),
    **dict.fromkeys(("ecog", "ecog ps", "who ps", "performance status"), (Topic.PERFORMANCE_STATUS, "ecog")),
    **dict.fromkeys(("karnofsky", "kps"), (Topic.PERFORMANCE_STATUS, "karnofsky")),
    "lansky": (Topic.PERFORMANCE_STATUS, "lansky"),
    **dict.fromkeys(("pregnant", "pregnancy"), (Topic.PREGNANCY, "")),
    **dict.fromkeys(("breast-feeding", "breastfeeding", "lactating", "nursing"), (Topic.BREAST_FEEDING, "")),
    **dict.fromkeys(("contraception", "birth control"), (Topic.CONTRACEPTION, "")),
    **dict.fromkeys(("other trial", "another trial"), (Topic.OTHER_TRIAL, "")),
    **dict.fromkeys(("smoking", "smoker", "smokes"), (Topic.LIFESTYLE, "smoking")),
    "alcohol": (Topic.LIFESTYLE, "alcohol"),
    "drug use": (Topic.LIFESTYLE, "drug_use"),
}
_INFECTIONS = ("hiv", "hepatitis_b", "hepatitis_c", "hepatitis_d", "tuberculosis", "covid_19")
_SCALES = {"ecog": 5.0, "karnofsky": 100.0, "lansky": 100.0}
_STAGES = {"0": 0.0, "i": 1.0, "ii": 2.0, "iii": 3.0, "iv": 4.0, "1": 1.0, "2": 2.0, "3": 3.0, "4": 4.0}
_OLDEST = 120.0
_YES = frozenset({"yes", "y", "true", "present", "positive", "had", "has"})
_NO = frozenset({"no", "n", "false", "absent", "negative", "none", "never"})
_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*(day|week|month|year)s?(?:\s+ago)?")
_AGED = re.compile(r"(\d+(?:\.\d+)?)\s*(?:(month|week|day)s?|(?:years?|y)(?:\s+old)?)?")
_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
_MEASURE = re.compile(rf"({units.NUMBER})\s*(.*)")


def supposed(text: str, asked: Iterable[Attribute] = ()) -> tuple[Fact, ...]:
    """The facts that NAME=VALUE supposes. `asked`: what the trials in question ask for, whose names are read too.

    Raises:
        SettingsError: it names nothing that is known, or its value cannot be one of that.
    """
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not name or not value:
        raise _refused(text, "it is not of the form NAME=VALUE")
    attributes = _attributes(name, asked)
    if not attributes:
        raise _refused(text, f"nothing called “{name}” is known here")
    return tuple(fact for one in attributes if (fact := _fact(text, one, value)) is not None)


def under(profile: Profile, facts: Sequence[Fact]) -> Profile:
    """The profile if these facts held: what contradicts them is gone, and nobody is silent on them any more."""
    kept = tuple(old for old in profile.facts if not any(_gives_way(old, new) for new in facts))
    silence = profile.silence
    if silence is not None:
        named = frozenset(kinds.name_of(fact.attribute.subject) for fact in facts if fact.attribute.subject)
        silence = silence.model_copy(update={"touched": silence.touched | named})
    return profile.model_copy(update={"facts": kept, "silence": silence}).with_facts(facts)


# --- what is named


def _attributes(name: str, asked: Iterable[Attribute]) -> list[Attribute]:
    """One thing has two names where rules ask for it in two ways: an infection is an illness too."""
    low = " ".join(name.replace("_", " ").lower().split())
    if low in _NAMED:
        topic, subject = _NAMED[low]
        return [Attribute(topic=topic, subject=subject)]
    if analyte := units.analyte_named(name):
        return [Attribute(topic=Topic.LAB, subject=analyte)]
    infection = next((one for one in _INFECTIONS if kinds.name_of(one) == kinds.name_of(low)), None)
    if infection:
        illness = Attribute(topic=Topic.CONDITION, subject=kinds.name_of(infection))
        return [Attribute(topic=Topic.INFECTION, subject=infection), illness]
    treatment = next_treatment(low, 0)
    if treatment and treatment[1:] == (0, len(low)):
        return _treatment(treatment[0], medicine=_sort(low) is Sort.MEDICINE)
    concept = concept_of(name) or concept_of(low)
    if concept and concept.sort in (Sort.MEDICINE, Sort.PROCEDURE):
        return _treatment(concept.id, medicine=concept.sort is Sort.MEDICINE)
    if concept:
        return [Attribute(topic=Topic.CONDITION, subject=concept.id)]
    return list(dict.fromkeys(one for one in asked if low in _names(one)))


def _sort(name: str) -> Sort | None:
    concept = concept_of(name)
    return concept.sort if concept else None


def _treatment(subject: str, medicine: bool) -> list[Attribute]:
    topics = (Topic.PRIOR_THERAPY, Topic.MEDICATION) if medicine else (Topic.PRIOR_THERAPY,)
    return [Attribute(topic=topic, subject=subject) for topic in topics]


def _names(attribute: Attribute) -> Iterator[str]:
    yield attribute.subject.replace("_", " ").lower()
    yield wording.subject(attribute).lower()
    yield wording.name(attribute).lower()


# --- what it is said to be


def _fact(text: str, attribute: Attribute, value: str) -> Fact | None:
    topic, low = attribute.topic, " ".join(value.lower().split())
    made = Fact(attribute=attribute, value=None, quote=f"{MARK}{text.strip()}")
    if topic is Topic.SEX:
        sex = {"f": "female", "woman": "female", "m": "male", "man": "male"}.get(low, low)
        if sex not in ("female", "male"):
            raise _refused(text, "the sex of a record is female or male")
        return made.model_copy(update={"value": sex})
    if topic is Topic.PLACE:
        return made.model_copy(update={"value": value})
    if topic in (Topic.AGE, Topic.STAGE, Topic.PERFORMANCE_STATUS, Topic.LAB):
        number, unit = _number(text, attribute, value, low)
        return made.model_copy(update={"value": number, "unit": unit})
    if low in _YES or low in _NO:
        return made.model_copy(update={"value": low in _YES})
    ago = _AGO.fullmatch(low)
    if ago is None:
        raise _refused(text, f"“{value}” is neither yes, no nor a time such as 3 weeks ago")
    if topic is Topic.MEDICATION:
        return None  # what was taken some time ago says nothing of now
    return made.model_copy(update={"value": True, "days_ago": float(ago[1]) * _DAYS[ago[2]]})


def _number(text: str, attribute: Attribute, value: str, low: str) -> tuple[float, str]:
    if attribute.topic is Topic.LAB:
        return _measured(text, attribute.subject, value)
    if attribute.topic is Topic.STAGE:
        stage = _STAGES.get(low.removeprefix("stage ").rstrip("abc"))
        if stage is None:
            raise _refused(text, f"“{value}” is no stage from 0 to 4")
        return stage, ""
    found = _AGED.fullmatch(low)
    number = float(found[1]) * _DAYS[found[2] or "year"] / _DAYS["year"] if found else -1.0
    most = _SCALES.get(attribute.subject, _OLDEST)
    if not 0 <= number <= most or (found and found[2] and attribute.topic is not Topic.AGE):
        raise _refused(text, f"“{value}” is no number from 0 to {most:g}")
    return number, "years" if attribute.topic is Topic.AGE else ""


def _measured(text: str, subject: str, value: str) -> tuple[float, str]:
    ways = ", ".join(units.units_of(subject))
    match = _MEASURE.fullmatch(value)
    if match is None:
        raise _refused(text, f"“{value}” is no number; give one, in {ways}")
    number, rest = match.groups()
    if rest:
        unit = units.unit_in(rest, subject)
        read = units.value_meant(subject, number, unit) if unit else None
        if read is None:
            raise _refused(text, f"“{value}” is no {units.words(subject)} that a person can have, in {ways}")
        return read
    meant = {read for one in units.numbers_meant(number) if (read := units.assume_unit(subject, one))}
    if len(meant) != 1:
        raise _refused(text, f"“{value}” alone is no {units.words(subject)} that is clear; add the unit: {ways}")
    return meant.pop()


def _refused(text: str, why: str) -> SettingsError:
    return SettingsError(f"--if “{text.strip()}” cannot be read: {why}; say for example {EXAMPLES}")


# --- what no longer holds


_SAME_NAMES = (frozenset({Topic.CONDITION, Topic.INFECTION}), frozenset({Topic.PRIOR_THERAPY, Topic.MEDICATION}))


def _gives_way(old: Fact, new: Fact) -> bool:
    """Whether a fact is replaced, or cannot be true beside the new one: type 2 diabetes, if there is no diabetes."""
    ours, theirs = new.attribute, old.attribute
    if ours == theirs or ours.topic is theirs.topic is Topic.PERFORMANCE_STATUS:
        return True
    if ours.topic is not theirs.topic and not any({ours.topic, theirs.topic} <= group for group in _SAME_NAMES):
        return False
    name = kinds.name_of(ours.subject)
    if new.value is False and old.value is True:
        return bool(ours.subject) and name in kinds.meant_by(theirs.subject)
    if new.value is True and old.value is False:
        return ours.topic is theirs.topic and bool(ours.subject) and name in kinds.covered_by(theirs.subject)
    return False
