"""More like this one: which trials are offered, how each differs, and what is said where there is none."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from bot.answer.schema import Claim, Intent
from bot.conversation import Conversation, Turn
from bot.events import Answered, Asked, Failed, Searching, TrialCard
from bot.render import render
from bot.state import State
from bot.wiring import converse
from index.store.build import build
from index.store.store import Store
from tests.fakes import FakeEmbedder
from tests.studies import Json, found, trial

TODAY = datetime.date(2026, 7, 1)
FRANCE, JAPAN = ({"facility": "A hospital", "city": "A city", "country": name} for name in ("France", "Japan"))

STUDIES: tuple[Json, ...] = (
    {"phases": ["PHASE2"], "sites": [FRANCE]},
    {"phases": ["PHASE3"], "sites": [FRANCE]},
    {"phases": ["PHASE2"], "sites": [JAPAN]},
    {"phases": ["PHASE2"], "sites": [FRANCE], "status": "COMPLETED"},
    {"phases": ["PHASE2"], "sites": [FRANCE], "minimum_age": "60 Years"},
    {"title": "Gout and cherries", "conditions": ["Gout"], "summary": "Do cherries help?", "eligibility": "Gout"},
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("alike") / "store", FakeEmbedder())
    build(store, [found(trial(number, **fields)) for number, fields in enumerate(STUDIES, 1)])
    yield store
    store.close()


@pytest.fixture
def conversation(store: Store) -> Conversation:
    return converse(store, today=lambda: TODAY)


def nct(number: int) -> str:
    return f"NCT0999{number:04}"


def talk(conversation: Conversation, *messages: str) -> Turn:
    turn = Turn(state=State(), events=())
    for message in messages:
        turn = conversation.turn(turn.state, message)
    return turn


def cards(turn: Turn) -> dict[str, TrialCard]:
    return {event.trial_id: event for event in turn.events if isinstance(event, TrialCard)}


def differences(turn: Turn) -> dict[str, str]:
    """How each trial is said to differ from the first one."""
    claims = {trial_id: card.differs for trial_id, card in cards(turn).items() if card.differs}
    return {trial_id: claim.text.partition(trial_id)[2].strip() for trial_id, claim in claims.items()}


def answer_claims(turn: Turn) -> list[Claim]:
    return [claim for event in turn.events if isinstance(event, Answered) for claim in event.answer.claims]


def notes(turn: Turn) -> str:
    return "\n".join(note for event in turn.events if isinstance(event, Answered) for note in event.answer.notes)


def search_of(turn: Turn) -> Searching:
    (search,) = (event for event in turn.events if isinstance(event, Searching))
    return search


@pytest.mark.parametrize(
    "messages",
    [
        [f"trials like {nct(1)}"],
        [f"tell me about {nct(1)}", "more like this"],
        [f"who runs {nct(1)}?", "similar trials"],
    ],
)
def test_trials_that_can_be_joined_are_offered_each_with_how_it_differs(
    conversation: Conversation, messages: list[str]
) -> None:
    turn = talk(conversation, *messages)
    assert differences(turn) == {
        nct(2): "is in phase 3 instead of phase 2.",
        nct(3): "has sites in Japan instead of France.",
        nct(5): f"does not differ from {nct(1)} in phase, status or countries.",
    }
    search = search_of(turn)
    assert search.words == f"trials like {nct(1)}"
    assert search.left_out == ("1 not open to new people",)


def test_every_difference_is_an_answer_whose_quotes_stand_in_both_records(conversation: Conversation) -> None:
    turn = talk(conversation, f"trials like {nct(1)}")
    claims = answer_claims(turn)
    assert len(claims) == len(cards(turn))
    for claim in claims:
        assert {one.trial_id for one in claim.citations} > {nct(1)}
        for one in claim.citations:
            assert (conversation.section(one.trial_id, one.section) or "")[one.start : one.end] == one.quote


def test_the_new_list_is_what_places_in_the_list_mean_afterwards(conversation: Conversation) -> None:
    turn = talk(conversation, f"trials like {nct(1)}")
    second = conversation.turn(turn.state, "tell me about the second one")
    assert second.state.focus == list(cards(turn))[1]
    third = conversation.turn(turn.state, "others like the last one")
    assert search_of(third).words == f"trials like {list(cards(turn))[-1]}"


def test_limits_of_the_message_count_and_a_follow_up_adds_to_them(conversation: Conversation) -> None:
    turn = talk(conversation, f"trials like {nct(1)}, closed ones too")
    assert nct(4) in cards(turn)
    turn = conversation.turn(talk(conversation, f"trials like {nct(1)}").state, "only in France")
    assert set(cards(turn)) == {nct(2), nct(5)}
    assert search_of(turn).words == f"trials like {nct(1)}"


def test_the_limits_of_the_list_hold_for_more_like_one_of_it_and_for_no_trial_named_anew(
    conversation: Conversation,
) -> None:
    turn = talk(conversation, "lymphoma trials in France", "more like the first one")
    assert nct(3) not in cards(turn)
    assert nct(3) in cards(talk(conversation, "lymphoma trials in France", f"trials like {nct(1)}"))


def test_what_is_known_of_a_person_is_held_against_the_trials(conversation: Conversation) -> None:
    turn = talk(conversation, "I am 45 and have lymphoma", f"trials like {nct(1)}")
    assert list(cards(turn))[-1] == nct(5)
    assert cards(turn)[nct(5)].problems
    assert all(card.standing for card in cards(turn).values())
    assert not [event for event in turn.events if isinstance(event, Asked) and event.question.attribute.key == "age"]


def test_nothing_alike_within_the_limits_is_said_with_what_each_limit_leaves_out(conversation: Conversation) -> None:
    turn = talk(conversation, f"trials like {nct(1)}, phase 1 only")
    assert not cards(turn)
    assert f"None of the 4 trials most like {nct(1)} is within the limits: " in notes(turn)
    assert "4 of another phase" in notes(turn)


def test_without_a_trial_it_is_asked_which_one_is_meant(conversation: Conversation) -> None:
    turn = talk(conversation, "lymphoma trials", "more like this")
    assert "Which trial do you mean?" in notes(turn)
    assert turn.state.candidates
    assert "5 trials are listed" in notes(
        talk(conversation, "lymphoma trials, closed too", "others like the ninth one")
    )


def test_a_trial_that_is_not_here_has_none_like_it(conversation: Conversation) -> None:
    turn = talk(conversation, "trials like NCT12345678")
    (failed,) = turn.events
    assert isinstance(failed, Failed)
    assert "NCT12345678 is not in my data" in failed.text


def test_on_a_terminal_a_difference_stands_on_its_card_and_nowhere_else(conversation: Conversation) -> None:
    turn = talk(conversation, f"trials like {nct(1)}")
    page = io.StringIO()
    render(turn.events, Console(width=200, file=page))
    text = page.getvalue()
    assert text.count("is in phase 3 instead of phase 2.") == 1
    assert "Phase: PHASE 3" in text
    assert any(event.answer.intent is Intent.SIMILAR for event in turn.events if isinstance(event, Answered))
