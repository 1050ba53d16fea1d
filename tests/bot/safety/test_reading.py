"""A message as the rules read it: contractions, slips of the keys, accents and clauses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.reading import clauses, spelling


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ("I can't breathe!", (" i can not breathe ",)),
        ("I CAN’T BREATHE", (" i can not breathe ",)),
        ("cant breth, help", (" can not breathe , help ",)),
        ("chest pian. Any trials?", (" chest pain ", " any trials ? ")),
        ("dad's slurring, he's pale", (" dad 's slurring , he is pale ",)),
        ("il n'arrive plus à respirer", (" il n arrive plus a respirer ",)),
        ("45 y/o, T 39.5", (" 45 year old , t 39.5 ",)),
        ("heeeelp meeee", (" heelp mee ",)),
        ("我胸口很痛，救命", (" 我胸口很痛 , 救命 ",)),
        ("nct01234567", (" nct 01234567 ",)),
        ("  \n ", ()),
    ],
)
def test_a_message_is_read_as_plain_words(message: str, read: tuple[str, ...]) -> None:
    assert clauses(message) == read


@pytest.mark.parametrize("word", ["stoke", "threat", "quality", "tables", "pan", "breast", "stroll", "trail"])
def test_a_word_of_its_own_is_not_taken_for_a_slip(word: str) -> None:
    assert word not in spelling()


def test_a_clause_without_end_is_read_in_overlapping_parts() -> None:
    words = [f"w{number}" for number in range(200)]
    parts = [clause.split() for clause in clauses(" ".join(words))]
    assert all(len(part) <= 80 for part in parts)
    assert parts[0][-16:] == parts[1][:16]
    assert {word for part in parts for word in part} == set(words)


@given(st.text(max_size=200))
def test_a_clause_is_single_spaced_with_one_space_at_either_end(message: str) -> None:
    for clause in clauses(message):
        assert clause == f" {' '.join(clause.split(' ')[1:-1])} "
        assert "  " not in clause
