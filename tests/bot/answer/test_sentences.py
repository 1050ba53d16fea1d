"""Where sentences begin and end in the registry's text."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def test_sentences_end_at_full_stops() -> None:
    assert split("It tests drug X. People take it daily! Why? To learn.") == [
        "It tests drug X.",
        "People take it daily!",
        "Why?",
        "To learn.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The infusion i.v. takes 2.5 h, e.g. Monday.",
        "Prior drugs, e.g. Rituximab, are allowed.",
        "No. 5 of the list, by Dr. Smith and J. Jones, vs. Placebo.",
        "Platelets above 1.5 x 10^9/L (approx. 90 %)",
    ],
)
def test_abbreviations_initials_and_decimals_end_nothing(text: str) -> None:
    assert split(text) == [text]


def test_an_abbreviation_may_end_a_sentence_where_a_new_one_begins() -> None:
    assert split("Drug X is given i.v. Patients stay for a day.") == [
        "Drug X is given i.v.",
        "Patients stay for a day.",
    ]


def test_lines_and_list_items_are_apart_and_their_markers_belong_to_none() -> None:
    text = "Inclusion Criteria:\n\n* Age 18\n  1. ECOG 0-1\n  (b) Consent\n- Platelets 50"
    assert split(text) == ["Inclusion Criteria:", "Age 18", "ECOG 0-1", "Consent", "Platelets 50"]


def test_bullets_inside_a_line_are_apart() -> None:
    assert split("Must have: • Age 18 • Consent") == ["Must have:", "Age 18", "Consent"]


def test_a_line_that_was_only_wrapped_goes_on() -> None:
    text = (
        "No prior stem cell transplant within the last six months before the first\n  dose, unless autologous.\n\nNext"
    )
    assert split(text) == [text.partition("\n\n")[0], "Next"]


def test_a_wrapped_line_is_not_cut_between_a_not_and_what_it_negates() -> None:
    text = "People who took part in another study in the last four weeks may not\nJoin this one."
    assert split(text) == [text]


def test_short_lines_without_a_stop_are_items_of_their_own() -> None:
    assert split("cancer\npregnancy\nHIV") == ["cancer", "pregnancy", "HIV"]


def test_stops_without_a_space_after_them_count_in_chinese() -> None:
    assert split("年龄18岁以上。签署知情同意书。") == ["年龄18岁以上。", "签署知情同意书。"]


def test_nothing_is_made_of_nothing() -> None:
    assert sentences("") == sentences(" \n\t\n") == ()


def well_formed(text: str) -> None:
    end_before = 0
    for start, end in sentences(text):
        assert end_before <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        between = text[end_before:start]
        assert not any(len(word) > 12 for word in between.split()), between
        assert sum(character.isalpha() for character in between) <= 4
        end_before = end
    assert not any(character.isalnum() for character in text[end_before:])


PIECES = ["e.g. ", "No. ", "\n", "* ", "1. ", "(a) ", ". ", "! ", "• ", "Age 18", "not ", "word ", "。", ":", " "]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=30).map("".join))
def test_spans_are_in_order_and_leave_out_white_space_and_markers_only(text: str) -> None:
    well_formed(text)


def test_spans_hold_on_real_records(data_dir: Path) -> None:
    for path in islice(sorted((data_dir / "studies").glob("NCT*.json")), 60):
        protocol = json.loads(path.read_text(encoding="utf-8"))["protocolSection"]
        for text in (
            protocol.get("eligibilityModule", {}).get("eligibilityCriteria", ""),
            protocol.get("descriptionModule", {}).get("detailedDescription", ""),
        ):
            well_formed(text)
