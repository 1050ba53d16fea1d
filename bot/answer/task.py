"""What an answerer is given: a question and the passages it may speak from, each an exact slice of a trial's text."""

from __future__ import annotations

from enum import StrEnum

from bot.answer.schema import Intent
from index.trial import Frozen, SectionName


class Audience(StrEnum):
    """Whom the words are for."""

    PATIENT = "patient"
    CLINICIAN = "clinician"


class TaskPassage(Frozen):
    """Words an answer may rest on: `text` is exactly `section[start:end]` of the trial."""

    trial_id: str
    section: SectionName
    start: int
    end: int
    text: str
    title: str  # of the trial


class Task(Frozen):
    question: str
    intent: Intent
    passages: tuple[TaskPassage, ...]
    audience: Audience = Audience.PATIENT
    about: str = ""  # what the conversation is about, in a few words: "NCT06530576" or "asthma trials"
