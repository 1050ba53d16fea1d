"""What happens in a turn, as frozen events; the terminal, the web app and the recordings are views of this list."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.answer.schema import Answer, Citation, Claim
from bot.person.eligibility import Standing
from bot.person.facts import Fact
from bot.person.interview import Question
from index.trial import Frozen


class ReadAs(Frozen):
    """Words of the person, and the registry's words that were looked for. `also`: beside them, not in their place."""

    said: str
    means: str
    also: bool


class Searching(Frozen):
    """What is searched for, in plain words, and how many trials were left out by which limit.

    `sought`: the phrases of `words` that weighed most; `read_as`: slips, lay words and names of drugs.
    """

    event: Literal["searching"] = "searching"
    words: str
    found: int
    left_out: tuple[str, ...] = ()
    sought: tuple[str, ...] = ()
    read_as: tuple[ReadAs, ...] = ()


class Learned(Frozen):
    """Facts that were read from the message."""

    event: Literal["learned"] = "learned"
    facts: tuple[Fact, ...]


class TrialCard(Frozen):
    """One trial in a list: the state of its record first, then what it is and how it stands for this person."""

    event: Literal["trial_card"] = "trial_card"
    trial_id: str
    title: str
    status: str  # in words
    open: bool
    phase: str | None
    place: str | None  # "Tianjin, China" or "24 sites in 3 countries"
    as_of: str | None
    url: str | None
    sample: bool
    warnings: tuple[str, ...] = ()  # stale, contradictory, not open
    why: Citation | None = None  # the passage that matched best
    differs: Claim | None = None  # from the trial that it is said to be like
    standing: Standing | None = None
    problems: tuple[Claim, ...] = ()  # each rule that may be a problem: why, over the rule itself
    citations: tuple[Citation, ...] = ()  # where the status, the phase and the place stand


class Moved(Frozen):
    """A trial whose standing changed with an answer, and the rule that moved it."""

    event: Literal["moved"] = "moved"
    trial_id: str
    title: str
    before: str
    after: str
    because: str  # one plain sentence
    rule: Citation


class Answered(Frozen):
    event: Literal["answered"] = "answered"
    answer: Answer


class Asked(Frozen):
    event: Literal["asked"] = "asked"
    question: Question


class Declined(Frozen):
    """A part of the message that is not answered, why, and who can."""

    event: Literal["declined"] = "declined"
    code: str
    text: str


class Urgent(Frozen):
    """Something that comes before any trial."""

    event: Literal["urgent"] = "urgent"
    code: str
    text: str


class Failed(Frozen):
    """Something that did not work, in one line, and what still does."""

    event: Literal["failed"] = "failed"
    text: str


Event = Annotated[
    Searching | Learned | TrialCard | Moved | Answered | Asked | Declined | Urgent | Failed,
    Field(discriminator="event"),
]
