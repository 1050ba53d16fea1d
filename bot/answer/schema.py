"""An answer: claims, each with the places in the registry's text that it rests on.

A `Draft` is what an answerer, with or without a model, proposes; `citations.verify` turns it into an `Answer`, or drops
what does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from index.trial import Frozen, SectionName


class Intent(StrEnum):
    """What a message asks for."""

    FIND_TRIALS = "find_trials"
    SIMILAR = "similar"  # trials like one that is known
    OVERVIEW = "overview"
    WHO_CAN_JOIN = "who_can_join"
    TREATMENT = "treatment"
    STATUS = "status"
    PHASE = "phase"
    WHERE = "where"
    CONTACT = "contact"
    DURATION = "duration"
    RANDOMISED = "randomised"
    SIDE_EFFECTS = "side_effects"
    VISITS = "visits"
    SPONSOR = "sponsor"
    DATES = "dates"
    OUTCOMES = "outcomes"
    RESULTS = "results"
    SIZE = "size"
    COST = "cost"
    IDENTITY = "identity"
    JOINING = "joining"
    DEFINE = "define"
    ANSWER_QUESTION = "answer_question"  # a reply to the question that was asked
    ABOUT_ME = "about_me"  # what do you know about me?
    UNDO = "undo"
    START_OVER = "start_over"
    ABOUT_TRIALOGUE = "about_trialogue"
    THANKS = "thanks"
    TELL = "tell"  # facts about the person, and no question
    OTHER = "other"


class Place(Frozen):
    """A place in a trial's text, before it is looked up."""

    trial_id: str
    section: SectionName
    start: int
    end: int


class Citation(Place):
    """A place and the words that stand there: always the slice of the section, never typed by anyone."""

    quote: str
    label: str  # "NCT06530576 · exclusion 8"


class DraftClaim(Frozen):
    text: str
    places: tuple[Place, ...]


class Draft(Frozen):
    """`notes` are what the program says of itself and its data ("not given in this record"), never of a trial."""

    claims: tuple[DraftClaim, ...] = ()
    notes: tuple[str, ...] = ()


class Claim(Frozen):
    text: str
    citations: tuple[Citation, ...]


class Provenance(Frozen):
    """What an answer was made from, so that it can be made again."""

    store: str = ""
    prompts: Mapping[str, str] = Field(default_factory=dict)  # prompt name -> version
    model: str | None = None  # None: written without a model


class Answer(Frozen):
    intent: Intent
    claims: tuple[Claim, ...] = ()
    notes: tuple[str, ...] = ()
    dropped: int = 0  # claims that did not hold and are not shown
    provenance: Provenance = Provenance()
