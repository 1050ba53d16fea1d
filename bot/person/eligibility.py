"""Facts against rules: a verdict for each criterion, in four values, each with its evidence; and how a trial stands for a person."""

from __future__ import annotations

from enum import StrEnum

from index.criteria.rule import Attribute
from index.trial import Frozen


class Verdict(StrEnum):
    """Of a criterion *as it is written*: an exclusion that is met speaks against joining."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Basis(StrEnum):
    STATED = "stated"  # the person said just this
    DERIVED = "derived"  # it follows from what they said (a unit converted, male and pregnancy)


class CriterionVerdict(Frozen):
    """`evidence`: the person's own words; `reason`: one plain sentence that can be checked; `needs`: what is not known yet."""

    criterion_id: str
    verdict: Verdict
    evidence: str | None = None
    basis: Basis | None = None
    reason: str | None = None
    needs: tuple[Attribute, ...] = ()


class Outlook(StrEnum):
    """Nobody is told that they are eligible: the study team decides."""

    FITS_SO_FAR = "fits so far"
    MAY_BE_A_PROBLEM = "may be a problem"
    NOT_KNOWN_YET = "not known yet"


class Standing(Frozen):
    """How a trial stands for a person: an outlook and every criterion's verdict, each shown or counted.

    `problems`, `fits`, `open_questions` and `as_written` hold criterion ids.
    """

    outlook: Outlook
    problems: tuple[str, ...] = ()
    fits: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()  # a fact would settle them
    as_written: tuple[str, ...] = ()  # only the study team or a person reading them can tell
    verdicts: tuple[CriterionVerdict, ...] = ()
