"""The closed sets of the registry, in the spelling of the ClinicalTrials.gov API v2, and how others reach them.

Unknown spellings raise; a missing value is `None` at the place where the set is used, never a member.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Self

from index.errors import SourceError


class RegistryCode(StrEnum):
    """A closed set whose members a source may spell in several ways."""

    @classmethod
    def read(cls, spelling: str | None) -> Self | None:
        """`spelling` -> member; `None` for an empty or "not given" one.

        Raises:
            SourceError: the spelling belongs to no member.
        """
        key = re.sub(r"[^a-z0-9]+", "_", (spelling or "").lower()).strip("_")
        if key in _NOT_GIVEN:
            return None
        for member in cls:
            if key == member.value.lower() or key in _OTHER_SPELLINGS.get(member, ()):
                return member
        raise SourceError(f"{cls.__name__} {spelling!r} is not one of {', '.join(cls)}")

    @classmethod
    def known(cls, spelling: str | None) -> bool:
        """Whether `read` takes this spelling."""
        try:
            cls.read(spelling)
        except SourceError:
            return False
        return True

    @property
    def words(self) -> str:
        """The member as a reader meets it; a registry code such as NOT_YET_RECRUITING never reaches a person."""
        return _WORDS.get(self, self.value.lower().replace("_", " "))


class Status(RegistryCode):
    NOT_YET_RECRUITING = "NOT_YET_RECRUITING"
    RECRUITING = "RECRUITING"
    ENROLLING_BY_INVITATION = "ENROLLING_BY_INVITATION"
    ACTIVE_NOT_RECRUITING = "ACTIVE_NOT_RECRUITING"
    ACTIVE = "ACTIVE"  # older exports say only this, which leaves open whether the study recruits
    SUSPENDED = "SUSPENDED"
    TERMINATED = "TERMINATED"
    COMPLETED = "COMPLETED"
    WITHDRAWN = "WITHDRAWN"
    AVAILABLE = "AVAILABLE"
    NO_LONGER_AVAILABLE = "NO_LONGER_AVAILABLE"
    TEMPORARILY_NOT_AVAILABLE = "TEMPORARILY_NOT_AVAILABLE"
    APPROVED_FOR_MARKETING = "APPROVED_FOR_MARKETING"
    WITHHELD = "WITHHELD"
    UNKNOWN = "UNKNOWN"
    NO_LONGER_RECRUITING = "NO_LONGER_RECRUITING"  # a page outside the registry that says only this

    @property
    def open(self) -> bool:
        """Whether the record says that people can still be enrolled now."""
        return self in {Status.RECRUITING, Status.AVAILABLE}

    @property
    def may_open(self) -> bool:
        """Whether the record says that people may be enrolled later or by invitation only."""
        return self in {Status.NOT_YET_RECRUITING, Status.ENROLLING_BY_INVITATION}


class Phase(RegistryCode):
    EARLY_PHASE1 = "EARLY_PHASE1"
    PHASE1 = "PHASE1"
    PHASE2 = "PHASE2"
    PHASE3 = "PHASE3"
    PHASE4 = "PHASE4"
    NOT_APPLICABLE = "NA"  # the registry's own value: the study has no phase, which is not the same as none given


class StudyType(RegistryCode):
    INTERVENTIONAL = "INTERVENTIONAL"
    OBSERVATIONAL = "OBSERVATIONAL"
    EXPANDED_ACCESS = "EXPANDED_ACCESS"


class Sex(RegistryCode):
    ALL = "ALL"
    FEMALE = "FEMALE"
    MALE = "MALE"


class OutcomeKind(StrEnum):
    PRIMARY = "primary"
    SECONDARY = "secondary"
    OTHER = "other"


_NOT_GIVEN = frozenset({"", "not_available", "not_given", "not_provided", "none_specified"})

_OTHER_SPELLINGS: dict[RegistryCode, frozenset[str]] = {
    Status.SUSPENDED: frozenset({"temporarily_closed_to_accrual"}),
    Status.UNKNOWN: frozenset({"unknown_status"}),
    Phase.EARLY_PHASE1: frozenset({"early_phase_1", "phase_0", "phase0"}),
    Phase.PHASE1: frozenset({"phase_1", "phase_i", "1", "i"}),
    Phase.PHASE2: frozenset({"phase_2", "phase_ii", "2", "ii"}),
    Phase.PHASE3: frozenset({"phase_3", "phase_iii", "3", "iii"}),
    Phase.PHASE4: frozenset({"phase_4", "phase_iv", "4", "iv"}),
    Phase.NOT_APPLICABLE: frozenset({"n_a", "not_applicable"}),
    StudyType.OBSERVATIONAL: frozenset({"observational_patient_registry"}),
    StudyType.EXPANDED_ACCESS: frozenset({"expanded_access_interventional"}),
    Sex.ALL: frozenset({"both"}),
}

_WORDS: dict[RegistryCode, str] = {
    Status.NOT_YET_RECRUITING: "not yet recruiting",
    Status.ACTIVE_NOT_RECRUITING: "active, not recruiting",
    Status.ACTIVE: "active (the record does not say whether it still takes people)",
    Status.UNKNOWN: "unknown (not confirmed for more than two years)",
    Phase.EARLY_PHASE1: "early phase 1",
    Phase.PHASE1: "phase 1",
    Phase.PHASE2: "phase 2",
    Phase.PHASE3: "phase 3",
    Phase.PHASE4: "phase 4",
    Phase.NOT_APPLICABLE: "no phase (the registry uses phases for drug trials only)",
    StudyType.INTERVENTIONAL: "a study that tests a treatment or another intervention",
    StudyType.OBSERVATIONAL: "a study that observes and tests no treatment",
    StudyType.EXPANDED_ACCESS: "access to a treatment outside a trial",
    Sex.ALL: "any sex",
    Sex.FEMALE: "female",
    Sex.MALE: "male",
}
