"""The gate, over messages as people type them: every code with messages that carry it and messages that only look like it."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.gate import STOPPING, Code, Ruling, guarded, rule_on
from bot.safety.replies import SAFE_REPLY, reply_for

CASES: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("cases.toml").read_text(encoding="utf-8")
)
GRAVE = {Code.EMERGENCY, Code.CRISIS, Code.OVERDOSE, Code.MINOR_SELF, Code.OFF_TOPIC}


def cases(answer: str) -> Iterator[tuple[str, str]]:
    return ((code, message) for code, table in CASES.items() for message in table[answer])


@pytest.mark.parametrize(("code", "message"), cases("yes"))
def test_a_message_that_carries_a_code_is_seen(code: str, message: str) -> None:
    assert code in rule_on(message).codes


@pytest.mark.parametrize(("code", "message"), cases("no"))
def test_a_message_that_only_looks_like_it_is_not(code: str, message: str) -> None:
    assert code not in rule_on(message).codes
