"""What a search went by is read back: the words, the phrases of a note, and what was read otherwise."""

from __future__ import annotations

import pytest

from bot.events import ReadAs, Searching
from bot.readback import read_line, searched_for, searching
from index.search.request import Request
from index.search.trials import Result
from index.search.wording import Wording

NOTE = (
    "Relapsing multiple sclerosis since 2014, natalizumab until 2021, now walks with a cane; " + "no " * 20 + "cancer"
)


def wording(said: str, *means: str) -> Wording:
    return Wording(said=said, means=means, start=0, end=len(said))


def result(**fields: object) -> Result:
    return Result(query="", hits=(), related=2).model_copy(update=fields)


def test_slips_are_read_in_place_of_what_was_said_and_lay_words_beside_it() -> None:
    read_as = (wording("dibetes", "diabetes"), wording("heart attack", "myocardial infarction", "STEMI"))
    event = searching("dibetes or heart attack", result(read_as=read_as), Request(text=""))
    assert event.read_as == (
        ReadAs(said="dibetes", means="diabetes", also=False),
        ReadAs(said="heart attack", means="myocardial infarction", also=True),
    )
    assert read_line(event) == (
        "I read “dibetes” as “diabetes”; “heart attack” also as “myocardial infarction”. "
        "If you meant something else, say it in other words."
    )


def test_each_word_is_read_back_once_and_no_more_than_four_are() -> None:
    read_as = [wording(slip, "word") for slip in ("wrod", "Wrod", "wodr", "wrd", "owrd", "worrd")]
    event = searching("", result(read_as=tuple(read_as)), Request(text=""))
    assert [one.said for one in event.read_as] == ["wrod", "wodr", "wrd", "owrd"]


def test_nothing_is_said_where_all_was_read_as_it_stands() -> None:
    assert read_line(searching("asthma", result(), Request(text="asthma"))) is None


@pytest.mark.parametrize(
    ("words", "sought", "line"),
    [
        ("asthma in children", ("asthma",), "Searched for “asthma in children”"),
        (NOTE, ("multiple sclerosis", "natalizumab"), "Searched for: multiple sclerosis, natalizumab"),
        ("word " * 30, (), f"Searched for “{' '.join(24 * ['word'])} …”"),  # 120 characters
    ],
)
def test_a_long_note_is_told_by_the_phrases_that_weighed_most(words: str, sought: tuple[str, ...], line: str) -> None:
    assert searched_for(Searching(words=words, found=1, sought=sought)) == line


def test_what_the_person_does_not_have_is_not_said_to_be_searched_for() -> None:
    request = Request(
        text="lupus, mended, no cancer; her sister has gout, she has no gout", denied=("no cancer", "no gout")
    )
    event = searching("", result(sought=("lupus", "cancer", "gout", "spelled otherwise")), request)
    assert event.sought == ("lupus", "gout", "spelled otherwise")
