"""The fixed replies: there is one for every code, and each says the most urgent thing first."""

from __future__ import annotations

import re

import pytest

from bot.safety.gate import Code
from bot.safety.replies import SAFE_REPLY, replies, reply_for

LANGUAGES = ("es", "fr", "de", "pt", "it", "zh")
ALL = [SAFE_REPLY, *(text for texts in replies().values() for text in texts.values())]


@pytest.mark.parametrize("code", Code)
@pytest.mark.parametrize("clinician", [False, True])
def test_every_code_has_a_reply(code: Code, clinician: bool) -> None:
    assert len(reply_for(code, clinician=clinician).split()) > 8


@pytest.mark.parametrize("text", ALL)
def test_replies_are_calm(text: str) -> None:
    assert "!" not in text
    assert not re.search(r"\b(?!NHS)[A-Z]{4,}\b", text)


@pytest.mark.parametrize("clinician", [False, True])
def test_an_emergency_is_told_to_call_before_anything_else(clinician: bool) -> None:
    first = reply_for(Code.EMERGENCY, clinician=clinician).split(". ")[0]
    assert all(word in first for word in ("call your local emergency number now", "911", "999", "112"))


def test_a_crisis_is_met_with_warmth_lines_by_country_and_no_trial() -> None:
    reply = reply_for(Code.CRISIS)
    assert all(number in reply for number in ("988", "116 123", "13 11 14"))
    assert "local emergency number" in reply
    assert "sorry" in reply.split(". ")[0]
    assert "trial" not in reply


def test_an_overdose_is_told_to_call_first_and_where_to_turn_if_it_was_meant() -> None:
    reply = reply_for(Code.OVERDOSE)
    assert "emergency number" in reply.split(". ")[0]
    assert "poison centre" in reply
    assert "988" in reply


def test_somebody_unwell_on_a_trial_is_sent_to_the_study_team() -> None:
    reply = reply_for(Code.ON_TRIAL_UNWELL)
    assert all(words in reply for words in ("study team", "24-hour number", "emergency number"))


def test_a_minor_is_asked_for_an_adult_and_told_who_decides() -> None:
    reply = reply_for(Code.MINOR_SELF)
    assert all(word in reply for word in ("adult", "guardian", "assent"))


def test_who_asks_for_a_promise_hears_that_it_may_not_help_and_can_be_left() -> None:
    reply = reply_for(Code.PROMISE_REQUEST)
    assert all(words in reply for words in ("may not help", "voluntary", "leave at any time"))


def test_nobody_is_told_yes_or_no() -> None:
    reply = reply_for(Code.QUALIFY_YES_NO)
    assert all(words in reply for words in ("fits so far", "may be a problem", "not known yet", "study team decides"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [Code.EMERGENCY, Code.CRISIS, Code.OVERDOSE])
def test_urgent_replies_stand_in_each_language_and_then_in_english(code: Code, language: str) -> None:
    reply = reply_for(code, language=language)
    assert reply.endswith(reply_for(code))
    assert len(reply) > len(reply_for(code))


def test_a_language_without_a_text_gets_english() -> None:
    assert reply_for(Code.DIAGNOSIS, language="fr") == reply_for(Code.DIAGNOSIS)


def test_the_safe_reply_names_the_emergency_numbers() -> None:
    assert all(number in SAFE_REPLY for number in ("911", "999", "112"))
