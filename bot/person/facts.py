"""What a person said: facts with the words they were read from, and the profile that they make."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from index.criteria.rule import Attribute, Topic
from index.trial import Frozen


class Certainty(StrEnum):
    STATED = "stated"
    UNSURE = "unsure"  # "I think", "maybe": shown as such, decides nothing


class Fact(Frozen):
    """One thing that is known of the person the conversation is about, and the quote it was read from.

    `value`: a number in `unit` (the canonical unit of the analyte; years for age), yes or no, or words (sex, place).
    `days_ago`: how long ago it happened or was measured, where said. `value` None: asked, and the person does not know.
    """

    attribute: Attribute
    value: float | bool | str | None
    unit: str = ""
    days_ago: float | None = None
    certainty: Certainty = Certainty.STATED
    quote: str
    turn: int = 0


class Relation(StrEnum):
    """Whom the conversation is about, as the reply addresses them."""

    SELF = "you"
    MOTHER = "your mother"
    FATHER = "your father"
    WIFE = "your wife"
    HUSBAND = "your husband"
    PARTNER = "your partner"
    DAUGHTER = "your daughter"
    SON = "your son"
    CHILD = "your child"
    SISTER = "your sister"
    BROTHER = "your brother"
    GRANDPARENT = "your grandparent"
    FRIEND = "your friend"
    RELATIVE = "your relative"
    PATIENT = "the patient"


class Silence(Frozen):
    """What a whole clinical note leaves out counts as absent, as serious findings would have been written.

    `touched`: the subjects that the note does speak of, surely or not; about these it is not silent.
    """

    touched: frozenset[str] = frozenset()


class Profile(Frozen):
    """All facts so far, oldest first. A later fact on the same attribute corrects an earlier one; both stay.

    `silence`: set where what nobody mentioned may be taken as absent; in a conversation it is unknown.
    """

    about: Relation = Relation.SELF
    facts: tuple[Fact, ...] = ()
    silence: Silence | None = None

    def with_facts(self, facts: Iterable[Fact]) -> Profile:
        """The profile with these facts added; a fact that is there already is not added again."""
        new = tuple(fact for fact in facts if fact not in self.facts)
        return self.model_copy(update={"facts": self.facts + tuple(dict.fromkeys(new))})

    def current(self) -> tuple[Fact, ...]:
        """The latest fact on each attribute, in the order in which the attributes came up."""
        return tuple({fact.attribute.key: fact for fact in self.facts}.values())

    def fact(self, attribute: Attribute) -> Fact | None:
        return next((fact for fact in reversed(self.facts) if fact.attribute == attribute), None)

    def on(self, topic: Topic) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.current() if fact.attribute.topic is topic)

    def without_turn(self, turn: int) -> Profile:
        """The profile as it was without what was said in one turn."""
        return self.model_copy(update={"facts": tuple(fact for fact in self.facts if fact.turn != turn)})
