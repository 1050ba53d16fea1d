"""Which trials count just now, and by which keys the derived entries speak of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from index.store.tables import Stored

TITLE = "title"
CARD = "card"


class StoreState(NamedTuple):
    """`generation` changes with every write; `snapshot` names the vectors that belong to the records."""

    generation: str
    snapshot: str | None


class Roster(NamedTuple):
    """`words`: word key -> trial id. `vectors`: vector key -> (part, trial id) of each trial with that text."""

    state: StoreState
    words: Mapping[str, str]
    vectors: Mapping[str, Sequence[tuple[str, str]]]

    @classmethod
    def of(cls, state: StoreState, stored: Mapping[str, Stored]) -> Roster:
        vectors: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for trial_id, one in stored.items():
            vectors[one.title_key].append((TITLE, trial_id))
            vectors[one.card_key].append((CARD, trial_id))
        words = {word_key(trial_id, one.revision): trial_id for trial_id, one in stored.items()}
        return cls(state, words, dict(vectors))

    @property
    def snapshot(self) -> str | None:
        return self.state.snapshot


def word_key(trial_id: str, revision: str) -> str:
    """The id of a trial's words; it names the revision, so that the words of an old one never speak for a new one."""
    return f"{trial_id}@{revision}"
