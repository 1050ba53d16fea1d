"""What a criterion asks, as a tree that can be worked out for a person in three values.

A leaf is a `Requirement` (typed) or `AsWritten` (words that no rule reads: always unknown). `AllOf`, `AnyOf` and `Not`
join them by Kleene's strong logic, so a rule that is read only in part can still be decided where the part decides it,
and nowhere else.
A rule that is true of a person means "met, as it is written", for inclusion and exclusion alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from index.trial import Frozen


class Topic(StrEnum):
    AGE = "age"  # years
    SEX = "sex"  # subject "": value "female" | "male"
    PREGNANCY = "pregnancy"  # yes/no
    BREAST_FEEDING = "breast_feeding"  # yes/no
    CHILDBEARING = "childbearing"  # yes/no: can become pregnant
    CONTRACEPTION = "contraception"  # yes/no: uses or agrees to use birth control
    PERFORMANCE_STATUS = "performance_status"  # subject "ecog" (0-5), "karnofsky" or "lansky" (0-100)
    LAB = "lab"  # subject: an analyte of index/criteria/units.py, such as "platelets"
    PRIOR_THERAPY = "prior_therapy"  # subject: "chemotherapy", a drug, an operation …; yes/no, maybe in a time window
    MEDICATION = "medication"  # subject: a drug or a class of drugs that is taken now; yes/no
    ALLERGY = "allergy"  # subject: a substance or a class; yes/no
    INFECTION = "infection"  # subject: "hiv", "hepatitis_b", "hepatitis_c"; yes/no
    CONDITION = "condition"  # subject: a concept of index/criteria/concepts.toml, or plain words, lower case; yes/no
    DISEASE_STATE = "disease_state"  # subject: "relapsed", "refractory", "metastatic", "measurable" …; yes/no
    STAGE = "stage"  # of the cancer: 0 to 4
    BIOMARKER = "biomarker"  # subject: "egfr mutation", "her2 positive" …; yes/no
    LIFE_EXPECTANCY = "life_expectancy"  # months; for the study team alone
    HEALTHY_VOLUNTEER = "healthy_volunteer"  # yes/no: has none of the conditions studied
    OTHER_TRIAL = "other_trial"  # yes/no: takes or took part in another trial, maybe in a time window
    PLACE = "place"  # value: a place in the person's own words
    CONSENT = "consent"  # yes/no: able and willing to agree to take part, alone or through somebody
    COMPLIANCE = "compliance"  # yes/no: able and willing to follow the study's visits and procedures
    LANGUAGE = "language"  # subject: a language, or "" for the study's; yes/no
    LIFESTYLE = "lifestyle"  # subject: "smoking", "alcohol", "drug_use"; yes/no
    CIRCUMSTANCE = "circumstance"  # subject: "insurance", "prisoner", "guardianship" …; yes/no
    TEAM = "team"  # the study team's own judgement: no fact settles it


class Attribute(Frozen):
    """What of a person is asked for, comparable across trials: (`lab`, `platelets`)."""

    topic: Topic
    subject: str = ""

    @property
    def key(self) -> str:
        return f"{self.topic}:{self.subject}" if self.subject else str(self.topic)


class Range(Frozen):
    """Numbers from `low` to `high` in the canonical unit, or in `ULN`: multiples of the upper limit of normal."""

    low: float | None = None
    high: float | None = None
    low_included: bool = True
    high_included: bool = True
    unit: str = ""


class Requirement(Frozen):
    """True of a person whose value lies in `range`, or equals `value`; `start:end` is where it was read in the section.

    `within_days`: it counts only if it happened in that many days before joining. `value` True: has it, or had it.
    """

    op: Literal["requirement"] = "requirement"
    attribute: Attribute
    start: int
    end: int
    range: Range | None = None
    value: bool | str | None = None
    within_days: float | None = None


class AsWritten(Frozen):
    """Words that no rule reads: they stay unknown."""

    op: Literal["as_written"] = "as_written"
    start: int
    end: int


class Not(Frozen):
    op: Literal["not"] = "not"
    of: Rule


class AllOf(Frozen):
    op: Literal["all"] = "all"
    of: tuple[Rule, ...]


class AnyOf(Frozen):
    op: Literal["any"] = "any"
    of: tuple[Rule, ...]


Rule = Annotated[Requirement | AsWritten | Not | AllOf | AnyOf, Field(discriminator="op")]

Not.model_rebuild()
AllOf.model_rebuild()
AnyOf.model_rebuild()


def requirements_in(rule: Rule | None) -> Iterator[Requirement]:
    """The typed leaves of a rule, in the order in which they stand."""
    match rule:
        case Requirement():
            yield rule
        case Not(of=inner):
            yield from requirements_in(inner)
        case AllOf(of=parts) | AnyOf(of=parts):
            for part in parts:
                yield from requirements_in(part)
        case _:
            return


def has_unread(rule: Rule | None) -> bool:
    """Whether it, or a part of it, stays as written."""
    match rule:
        case None | AsWritten():
            return True
        case Not(of=inner):
            return has_unread(inner)
        case AllOf(of=parts) | AnyOf(of=parts):
            return any(map(has_unread, parts))
        case _:
            return False
