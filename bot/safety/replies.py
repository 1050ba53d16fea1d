"""The fixed replies: short, calm and plain, the most urgent first. None repeats anything that a person wrote."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

SAFE_REPLY = (
    "Something went wrong in this program, so I have not used your message. "
    "If you or someone with you is in danger or suddenly unwell, "
    "call your local emergency number now (for example 911, 999 or 112). "
    "Otherwise please try again, or speak with your doctor."
)


def reply_for(code: str, clinician: bool = False, language: str = "en") -> str:
    """The fixed text for a code; where there is one in the person's language, it stands before the English one."""
    texts = replies()
    if clinician and code in texts["clinician"]:
        return texts["clinician"][code]
    local = texts.get(language, {}).get(code, "") if language != "en" else ""
    return f"{local}\n\n{texts['en'][code]}" if local else texts["en"][code]


@cache
def replies() -> dict[str, dict[str, str]]:
    """Language -> code -> text; `clinician` stands beside the languages."""
    table: dict[str, dict[str, str]] = tomllib.loads(
        Path(__file__).with_name("replies.toml").read_text(encoding="utf-8")
    )
    return {name: {code: " ".join(text.split()) for code, text in texts.items()} for name, texts in table.items()}
