"""The next question: the one whose answer settles the most among the candidate trials."""

from __future__ import annotations

from enum import StrEnum

from index.criteria.rule import Attribute
from index.trial import Frozen


class AnswerType(StrEnum):
    YES_NO = "yes_no"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"


class Option(Frozen):
    """One button: what it shows, which is also what it says when pressed."""

    says: str


class Decides(Frozen):
    """A criterion that the answer may settle."""

    trial_id: str
    criterion_id: str


class Question(Frozen):
    """One question: what it asks, of which attribute, how it can be answered, why it is asked, and what it decides."""

    text: str
    attribute: Attribute
    answer_type: AnswerType
    options: tuple[Option, ...]  # "Not sure" is always among them
    unit: str | None = None  # for numbers: the unit an answer without one is taken in
    why: str
    decides: tuple[Decides, ...]
