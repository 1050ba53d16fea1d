"""Which numbers of a claim stand in a quote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.numbers import unsupported_numbers


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("at 4, 8 and 12 weeks", "at 4,8 and 12 weeks"),
        ("after 8 weeks", "at 4,8 and 12 weeks"),
        ("100,000 per mL", "100 000/mL"),
        ("0.5 mg", "0,5 mg"),
        ("from 20% to 40%", "20-40 %"),
        ("six months", "within 6 (six) months"),
        ("one month or 1 month", "one (1) month"),
        ("week 12", "weeks 4, 8 and 12"),
        ("12 weeks", "weeks 4, 8 and 12"),
        ("stages 3 and 4", "stage III/IV"),
        ("stage 3B", "stage IIIB"),
        ("18 years or older", "Age ≥ 18"),
        ("18 years or older", "Ages eligible for study: 18 to 75"),
        ("30 November 2023", "Completion date: 2023-11-30"),
        ("May 2024", "2024-05"),
        ("10 mg/m2", "10 mg/m²"),
        ("twice a day", "2 times daily"),
        ("IL6 and CD-19", "IL-6, CD19"),
        ("1½ litres", "1½ L"),
        ("0·5 mg", "0.5 mg"),
    ],
)
def test_another_notation_is_the_same_number(claim: str, quote: str) -> None:
    assert unsupported_numbers(claim, quote) == ()


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("100 per mL", "100 000/mL"),
        ("100 per mL", "100,000/mL"),
        ("5 mg", "0,5 mg"),
        ("5 mg", "0.5 mg"),
        ("5 mg", ".5 mg"),
        ("11 litres", "1½ L"),
        ("109/L", "10⁹/L"),
        ("2 months", "two prior lines, the last within 6 months"),
        ("7 lines", "6 months and two lines"),
        ("6 mg", "6 µg"),
        ("4 weeks", "weeks 2 and 12, 4 months"),
        ("stage 2", "stage III"),
        ("October 2023", "2023-11-30"),
        ("40%", "40 of 100 people"),
        ("twice a day", "once a day"),
        ("IL-6", "IL-16 for 6 people"),
        ("three arms", "two arms"),
        ("3 million", "3 thousand"),
        ("every day", "every week"),
    ],
)
def test_another_number_or_another_unit_is_not_there(claim: str, quote: str) -> None:
    assert unsupported_numbers(claim, quote)


@given(st.text())
def test_every_text_supports_itself(text: str) -> None:
    assert unsupported_numbers(text, text) == ()


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_digits_with_and_without_separators_are_the_same_number_and_no_other(number: int, other: int) -> None:
    assert unsupported_numbers(f"about {number} cells", f"at least {number:,} cells") == ()
    assert bool(unsupported_numbers(f"about {other} cells", f"at least {number:,} cells")) is (other != number)
