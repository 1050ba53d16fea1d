"""What the program says of itself, of its data and of what was said before: never of a trial."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.schema import Intent
from bot.events import Failed
from bot.finding import MORE_TRIALS
from bot.person.facts import Profile
from bot.person.recap import fact_words, listed_facts

DISCLAIMER = (
    "I am a computer program, not a doctor. I show what trial records say; the study team decides who can join, "
    "and your doctor can help you choose."
)
_ABOUT_ME_SELF = (
    "I help people find clinical trials. Tell me the condition, and if you like age and place. I show what each record "
    "says, in its own words, and ask one question at a time. I am a computer program, not a doctor, and I keep nothing "
    "when we are done."
)
SMALL_TALK = frozenset({Intent.ABOUT_ME, Intent.THANKS, Intent.ABOUT_TRIALOGUE})
FORGOTTEN = "All forgotten. What condition or trial is it about?"
NOTHING_TO_LOOK_FOR = "Tell me the condition, or a trial's number, and I will look."
WHICH_ONE = "Which trial do you mean? Say its number, or its place in the list."
NO_CHANGE = "That does not change how these trials stand."
LEFT_OPEN = "All right, I leave that open."
NO_MORE_QUESTIONS = "I have no more questions that would change this list."
EMPTY = Failed(text="Your message was empty. Ask about a condition or a trial.")


def small_talk(intent: Intent, profile: Profile) -> tuple[str, ...]:
    if intent is Intent.THANKS:
        return ("You are welcome. Ask me anything else about these trials.",)
    if intent is Intent.ABOUT_TRIALOGUE:
        return (_ABOUT_ME_SELF,)
    facts = [f"{fact_words(fact, profile.about)} (you said: “{fact.quote}”)" for fact in profile.current()]
    return ("This is what I know:" if facts else "I know nothing about you yet.", *facts)


def taken_back(now: Profile, before: Profile) -> tuple[str, ...]:
    """What is no longer known, and what is known again, when `before` takes the place of `now`."""
    gone = [fact for fact in now.facts if fact not in before.facts]
    back = [fact for fact in before.facts if fact not in now.facts]
    notes = [f"Taken back: {listed_facts(gone, now)}."] if gone else []
    notes += [f"Known again: {listed_facts(back, before)}."] if back else []
    return tuple(notes)


def set_aside(before: Profile, now: Profile) -> str:
    return f"Now about {now.about}. What I knew about {before.about} is set aside; “undo” brings it back."


def too_long(most: int) -> Failed:
    return Failed(text=f"Your message is very long: I read its first {most:,} characters.")


def not_listed(candidates: Sequence[str]) -> str:
    return f"{len(candidates)} trials are listed. Say which by number."


def one_at_a_time(most: int) -> str:
    return f"I answer {most} questions at a time; ask me the others again."


def unknown_trial(trial_id: str) -> Failed:
    text = f"{trial_id} is not in my data, so I can say nothing about it."
    return Failed(text=f"{text} Check the number on the registry's own site, or bring it in with: {MORE_TRIALS}")
