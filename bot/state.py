"""What a conversation remembers from one turn to the next; nothing else is kept, and it is kept nowhere but here."""

from __future__ import annotations

from bot.answer.limits import NO_LIMITS, Limits
from bot.person.facts import Profile
from bot.person.interview import Question
from index.trial import Frozen


class State(Frozen):
    turn: int = 0
    clinician: bool = False  # how the replies are worded: a patient or carer, or a clinician
    profile: Profile = Profile()
    searched: str | None = None  # what was last searched for
    limits: Limits = NO_LIMITS  # as that search had them; a follow-up adds to them
    candidates: tuple[str, ...] = ()  # trial ids, best first
    focus: str | None = None  # the trial that "it" means
    question: Question | None = None  # the one that is open
    asked: tuple[str, ...] = ()  # attribute keys that were asked; none is asked twice
    disclaimed: bool = False  # the standing disclaimer was shown
    before: tuple[Profile, ...] = ()  # the profile before each message that told something, for undo
