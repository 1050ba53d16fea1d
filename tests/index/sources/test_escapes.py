"""One layer of escapes is taken off, and only one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sources.escapes import unescape


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        (r"ANC \< 0.5 × 10\^9/L", "ANC < 0.5 × 10^9/L"),
        ("&gt;= 3 &amp; &lt;5", ">= 3 & <5"),
        ("a\r\nb\rc", "a\nb\nc"),
        (r"\\<", r"\<"),
        ("&amp;lt;", "&lt;"),
        (r"C:\data", r"C:\data"),
        ("1\\. one \\[2\\]", "1. one [2]"),
    ],
)
def test_text_is_read_as_it_was_meant(raw: str, meant: str) -> None:
    assert unescape(raw) == meant


@given(st.text(alphabet=st.characters(exclude_characters="\\&\r"), max_size=80))
def test_text_without_escapes_stays_as_it_is(text: str) -> None:
    assert unescape(text) == text
