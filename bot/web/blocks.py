"""What the web page can show of a turn: blocks of plain words and values, with no HTML ever.

The page draws them with `public/elements/Turn.jsx`, which knows nothing of trials; React escapes every text.
"""

from __future__ import annotations

from typing import Literal

from bot.person.eligibility import Outlook
from index.trial import Frozen


class Passage(Frozen):
    """A quote in its place, with its section's text around it. `cut_before`, `cut_after`: the section has more."""

    label: str
    section: str
    before: str
    quote: str
    after: str
    cut_before: bool
    cut_after: bool


class StandingShown(Frozen):
    outlook: Outlook
    counts: tuple[str, ...]
    problems: tuple[str, ...]
    fits: tuple[str, ...]
    open_questions: tuple[str, ...]


class CardShown(Frozen):
    trial_id: str
    title: str
    status: str
    open: bool
    facts: tuple[str, ...]  # phase, place, date, each in words
    url: str | None
    sample: bool
    warnings: tuple[str, ...]
    why: Passage | None
    standing: StandingShown | None
    sources: tuple[Passage, ...]


class Cards(Frozen):
    block: Literal["cards"] = "cards"
    cards: tuple[CardShown, ...]


class ClaimShown(Frozen):
    text: str
    passages: tuple[Passage, ...]


class AnswerShown(Frozen):
    block: Literal["answer"] = "answer"
    claims: tuple[ClaimShown, ...]
    notes: tuple[str, ...]
    made_from: tuple[str, ...]


class QuestionShown(Frozen):
    block: Literal["question"] = "question"
    text: str
    why: str
    hint: str
    options: tuple[str, ...]
    turn: int  # a button says for which turn it stands, so that an old one answers nothing


class MoveShown(Frozen):
    trial_id: str
    title: str
    before: str
    after: str
    because: str
    rule: Passage


class Moves(Frozen):
    block: Literal["moves"] = "moves"
    heading: str
    moves: tuple[MoveShown, ...]


class FactShown(Frozen):
    what: str
    value: str
    quote: str


class Noted(Frozen):
    block: Literal["noted"] = "noted"
    words: tuple[str, ...]


class Known(Frozen):
    """Everything that is known of the person, each with the words it was read from."""

    block: Literal["known"] = "known"
    heading: str
    facts: tuple[FactShown, ...]


class Said(Frozen):
    """A plain text: urgent before all else, or something declined, or something that did not work, or just a line."""

    block: Literal["said"] = "said"
    tone: Literal["urgent", "declined", "failed", "plain"]
    text: str


Block = Cards | AnswerShown | QuestionShown | Moves | Noted | Known | Said


class SearchShown(Frozen):
    """A search, shown as a step of its own: one line, and what was left out."""

    line: str
    left_out: tuple[str, ...]
