"""The registry's text as it was meant: one layer of markdown escapes and character entities taken off, once."""

from __future__ import annotations

import html
import re

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>^~|&$\"'])")


def unescape(raw: str) -> str:
    r"""`ANC \< 0.5 × 10\^9/L` -> `ANC < 0.5 × 10^9/L`; `&gt;=` -> `>=`; line ends become `\n`."""
    return _ESCAPED.sub(r"\1", html.unescape(raw.replace("\r\n", "\n").replace("\r", "\n")))
