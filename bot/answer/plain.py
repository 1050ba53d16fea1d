"""Text of a record made safe to show inside a sentence of ours: no markup, no links of its own, nothing invisible."""

from __future__ import annotations

import html
import re
import unicodedata

# Only real tags are taken out: "AST <ULN and ALT >3" must stay whole.
_TAGS = (
    "a|abbr|address|article|audio|b|base|blockquote|body|br|button|center|cite|code|col|dd|div|dl|dt|em|embed|font|footer|form|"
    "frame|h[1-6]|head|header|hr|html|i|iframe|img|input|label|li|link|main|meta|nav|object|ol|option|p|pre|q|s|script|section|"
    "select|small|source|span|strike|strong|style|sub|sup|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|u|ul|video"
)
_URL = (
    r"(?:[a-z][a-z0-9+.\-]*:|//?|#|[^()\s<>]*\.[a-z]{2,})[^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*"  # not "[18F](2S,4R)-…"
)
_STRIPPED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<!--.*?-->", re.DOTALL), " "),
    (re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE), " "),
    (re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*|/)?>", re.IGNORECASE), " "),
    (re.compile(rf"<({_URL})>", re.IGNORECASE), r"\1"),
    (re.compile(rf"!?\[([^\[\]]*)\]\(\s*{_URL}(?:\s+[\"'][^\"']*[\"'])?\s*\)", re.IGNORECASE), r"\1"),
    (re.compile(rf"^\s*\[[^\[\]]+\]:\s*{_URL}\s*$", re.IGNORECASE | re.MULTILINE), " "),
    (re.compile(r"^\s*#{1,6}\s+", re.MULTILINE), ""),
    (re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*]*[^\s*])\1(?![\w*])"), r"\2"),
    (re.compile(r"(?<![\w_])__(?=[^\s_])([^_]*[^\s_])__(?![\w_])"), r"\1"),
    (re.compile(r"`+"), ""),
    (re.compile(r"\\([\\*_{}\[\]()#+\-.!<>^~|&])"), r"\1"),
)


def plain(text: str) -> str:
    """`text` on one line without markup and control characters; what it says, numbers and signs included, stays."""
    while (stripped := _once(text)) != text:
        text = stripped
    return text


def _once(text: str) -> str:
    text = html.unescape(text)
    for pattern, instead in _STRIPPED:
        text = pattern.sub(instead, text)
    text = "".join(_visible(character) for character in text)
    return " ".join(text.split())


def _visible(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cc":
        return " "
    return "" if kind in {"Cf", "Cs"} else character
