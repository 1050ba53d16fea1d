"""Turns on the bundled sample, without a model: the order of things, what is remembered, and what bad input gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import pytest

from bot.answer.schema import Intent
from bot.conversation import Conversation, Turn
from bot.events import Answered, Asked, Declined, Event, Failed, Learned, Moved, ReadAs, Searching, TrialCard, Urgent
from bot.person.facts import Relation
from bot.remarks import DISCLAIMER
from bot.state import State
from index.criteria.rule import Attribute, Topic

E = TypeVar("E", bound=Event)
AGE = Attribute(topic=Topic.AGE)


def of(events: Sequence[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def notes(events: Sequence[Event]) -> str:
    return "\n".join(note for event in of(events, Answered) for note in event.answer.notes)


def talk(conversation: Conversation, *messages: str) -> Turn:
    turn = Turn(state=State(), events=())
    for message in messages:
        turn = conversation.turn(turn.state, message)
    return turn


def texts(events: Sequence[Event]) -> Iterator[str]:
    for event in of(events, Answered):
        yield from event.answer.notes
        yield from (claim.text for claim in event.answer.claims)


# --- finding


def test_a_search_says_what_it_searched_shows_cards_and_asks_one_question(conversation: Conversation) -> None:
    turn = talk(conversation, "I have type 2 diabetes. Any trials?")
    assert of(turn.events, Searching)[0].words == "I have type 2 diabetes. Any trials?"
    cards = of(turn.events, TrialCard)
    assert "NCT06972472" in [card.trial_id for card in cards]
    assert len(of(turn.events, Asked)) == 1
    assert DISCLAIMER in notes(turn.events)


def test_every_citation_is_the_slice_that_the_section_holds(conversation: Conversation) -> None:
    turn = talk(conversation, "trials for leukaemia", "who can join the first one?")
    claims = [claim for event in of(turn.events, Answered) for claim in event.answer.claims]
    assert claims
    for claim in claims:
        for citation in claim.citations:
            text = conversation.section(citation.trial_id, citation.section)
            assert text is not None
            assert text[citation.start : citation.end] == citation.quote


def test_a_kind_of_disease_that_was_not_asked_for_is_not_offered(conversation: Conversation) -> None:
    cards = of(talk(conversation, "trials for type 2 diabetes").events, TrialCard)
    assert cards
    assert not [card for card in cards if "Type 1" in card.title]


def test_nothing_found_is_said_with_what_was_searched_and_how_to_bring_in_more(conversation: Conversation) -> None:
    said = notes(talk(conversation, "any trials on knitting patterns?").events)
    assert "I found no trial for “any trials on knitting patterns?”" in said
    assert "trialogue index FOLDER" in said


def test_a_place_without_a_site_gives_what_is_elsewhere_and_says_so(conversation: Conversation) -> None:
    turn = talk(conversation, "trials for lupus in Canada")
    assert of(turn.events, Searching)[0].left_out
    assert "None of the trials I found has a site in Canada." in notes(turn.events)
    assert of(turn.events, TrialCard)


def test_a_trial_that_is_closed_is_not_offered_as_an_option(conversation: Conversation) -> None:
    cards = of(talk(conversation, "trials for mycosis fungoides that take people now").events, TrialCard)
    assert "NCT00466921" not in [card.trial_id for card in cards if card.open]


def test_an_illness_is_looked_for_though_only_an_age_was_understood(conversation: Conversation) -> None:
    assert of(talk(conversation, "angelman trouble, my son is 3").events, TrialCard)


def test_a_follow_up_on_the_place_keeps_the_illness(conversation: Conversation) -> None:
    turn = talk(conversation, "trials for type 2 diabetes", "and in Canada?")
    assert of(turn.events, Searching)[0].words == "trials for type 2 diabetes"


def test_a_slip_is_read_back_and_still_finds_its_trials(conversation: Conversation) -> None:
    turn = talk(conversation, "trials for lymphona")
    (search,) = of(turn.events, Searching)
    assert search.read_as == (ReadAs(said="lymphona", means="lymphoma", also=False),)
    assert of(turn.events, TrialCard)


def test_two_things_asked_of_a_trial_are_both_answered_and_nothing_is_said_twice(conversation: Conversation) -> None:
    turn = talk(conversation, "What is NCT06530576 and is it still open?")
    overview, status = (event.answer for event in of(turn.events, Answered))
    assert (overview.intent, status.intent) == (Intent.OVERVIEW, Intent.STATUS)
    assert "The record's status is: recruiting." in [claim.text for claim in status.claims]
    said = list(texts(turn.events))
    assert len(said) == len(set(said))


def test_of_many_things_asked_at_once_three_are_answered_and_the_rest_is_said_to_be_left(
    conversation: Conversation,
) -> None:
    turn = talk(conversation, "NCT06530576: how long is it, what does it cost, who runs it and where is it?")
    intents = [event.answer.intent for event in of(turn.events, Answered)]
    assert intents == [Intent.DURATION, Intent.COST, Intent.SPONSOR]
    assert "I answer 3 questions at a time" in notes(turn.events)


# --- facts, the question, and what an answer moves


def test_an_answer_moves_trials_each_with_the_rule_in_the_records_words(conversation: Conversation) -> None:
    asked = talk(conversation, "I have type 2 diabetes. Any trials?")
    question = of(asked.events, Asked)[0].question
    assert question.attribute == AGE
    turn = conversation.turn(asked.state, "45")
    moves = of(turn.events, Moved)
    assert moves
    for move in moves:
        assert "45" in move.because
        assert (
            move.rule.quote
            == (conversation.section(move.trial_id, move.rule.section) or "")[move.rule.start : move.rule.end]
        )


def test_nothing_is_asked_twice(conversation: Conversation) -> None:
    turn = talk(conversation, "I have type 2 diabetes. Any trials?")
    asked: list[str] = []
    while questions := of(turn.events, Asked):
        asked.append(questions[0].question.attribute.key)
        assert "Not sure" in [option.says for option in questions[0].question.options]
        turn = conversation.turn(turn.state, "Not sure")
    assert len(asked) == len(set(asked)) > 1


def test_a_question_that_is_open_stays_open_while_a_trial_is_read_about(conversation: Conversation) -> None:
    asked = talk(conversation, "I have type 2 diabetes. Any trials?")
    read = conversation.turn(asked.state, "who can join the first one?")
    assert not of(read.events, Asked)
    assert of(conversation.turn(read.state, "45").events, Moved)


def test_undo_takes_back_the_last_answer_and_asks_it_again(conversation: Conversation) -> None:
    before = talk(conversation, "I have type 2 diabetes. Any trials?")
    answered = conversation.turn(before.state, "45")
    undone = conversation.undo(answered.state)
    assert undone.state.profile == before.state.profile
    assert "Taken back: age 45 years." in notes(undone.events)
    assert of(undone.events, Asked)[0].question.attribute == AGE
    assert talk(conversation, "undo").state.profile.facts == ()


def test_the_person_spoken_of_can_change_and_undo_brings_the_first_one_back(conversation: Conversation) -> None:
    first = talk(conversation, "I have type 2 diabetes and I am 45")
    turn = conversation.turn(first.state, "my son is 9 and has asthma")
    assert turn.state.profile.about is Relation.SON
    assert {fact.quote for fact in turn.state.profile.facts}.isdisjoint(
        fact.quote for fact in first.state.profile.facts
    )
    assert "set aside" in notes(turn.events)
    assert conversation.undo(turn.state).state.profile == first.state.profile


def test_what_is_known_is_told_with_the_words_it_was_read_from(conversation: Conversation) -> None:
    said = notes(talk(conversation, "I am 45 and have asthma", "what do you know about me?").events)
    assert "age 45 years (you said: “I am 45”)" in said


def test_start_over_forgets_everything_but_who_is_served(conversation: Conversation) -> None:
    state = conversation.turn(State(clinician=True), "I am 45 and have asthma").state
    assert conversation.turn(state, "start over").state == State(clinician=True)


def test_a_bare_number_can_tell_that_a_child_is_writing(conversation: Conversation) -> None:
    turn = talk(conversation, "I have asthma", "15")
    assert of(turn.events, Declined)[0].code == "minor_self"
    assert turn.state.profile.facts == ()


# --- safety and identifiers


def test_an_emergency_stops_all_talk_of_trials(conversation: Conversation) -> None:
    turn = talk(conversation, "crushing chest pain right now, which trials are there?")
    assert [type(event) for event in turn.events] == [Urgent]


def test_advice_is_declined_and_the_rest_is_answered(conversation: Conversation) -> None:
    turn = talk(conversation, "Am I eligible for NCT06530576?")
    assert [event.code for event in of(turn.events, Declined)] == ["qualify_yes_no"]
    assert (
        len(of(turn.events, Answered)[0].answer.claims) > 16
    )  # 7 inclusions and 9 exclusions, and the record's fields


def test_an_identifier_is_masked_before_anything_is_kept_or_searched(conversation: Conversation) -> None:
    turn = talk(conversation, "My name is Jane Doe, phone 0777 123 4567, and I have lupus")
    everything = turn.model_dump_json()
    assert "Jane" not in everything
    assert "4567" not in everything
    assert of(turn.events, TrialCard)


def test_a_clinician_gets_no_glossary(conversation: Conversation) -> None:
    question = "who can join NCT06530576?"
    patient = notes(conversation.turn(State(), question).events)
    clinician = notes(conversation.turn(State(clinician=True), question).events)
    assert "ANC: The number of neutrophils" in patient
    assert "ANC: The number of neutrophils" not in clinician


# --- bad input, one clear reply each


@pytest.mark.parametrize("message", ["", "   ", "\n"])
def test_an_empty_message_is_said_to_be_empty(conversation: Conversation, message: str) -> None:
    assert [type(event) for event in talk(conversation, message).events] == [Failed]


def test_a_very_long_message_is_read_to_a_limit_and_says_so(conversation: Conversation) -> None:
    turn = talk(conversation, "I have lupus. " + "word " * 20_000)
    assert "very long" in of(turn.events, Failed)[0].text
    assert of(turn.events, Learned)


@pytest.mark.parametrize("message", ["🤒🤒", "乳腺癌有什么临床试验", "yes", "maybe", "<b>?</b>", "[x](http://y)"])
def test_odd_messages_get_a_short_reply_and_no_trials(conversation: Conversation, message: str) -> None:
    turn = talk(conversation, message)
    assert not of(turn.events, TrialCard)
    assert list(texts(turn.events))


@pytest.mark.parametrize("spelling", ["nct 06530576", "NCT-06530576", "nct06530576", "NCT 0653 0576"])
def test_a_trials_number_is_read_in_any_spelling(conversation: Conversation, spelling: str) -> None:
    assert talk(conversation, f"tell me about {spelling}").state.focus == "NCT06530576"


def test_another_registrys_number_finds_its_trial(conversation: Conversation) -> None:
    assert talk(conversation, "NU 04H5").state.focus == "NCT00466921"


def test_a_trial_that_is_not_here_is_not_described(conversation: Conversation) -> None:
    turn = talk(conversation, "what is NCT99999999 about?")
    assert "NCT99999999 is not in my data" in of(turn.events, Failed)[0].text
    assert not of(turn.events, Answered)


def test_a_place_in_the_list_that_is_not_there_is_said(conversation: Conversation) -> None:
    assert "0 trials are listed" in notes(talk(conversation, "the second one").events)


def test_the_same_turn_gives_the_same_bytes(conversation: Conversation) -> None:
    first, second = (talk(conversation, "trials for asthma").model_dump_json() for _ in range(2))
    assert first == second
