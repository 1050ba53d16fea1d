"""List marks at the start of a line: bullets, numbers, letters, codes such as "E05."; and what only looks like one."""

from __future__ import annotations

import re
from dataclasses import dataclass

BULLET = "bullet"
PLAIN = "plain"  # no mark

_DOTS = r"*•·●○◦▪■□►▶➢➤✓✔∙‣⁃▸◾◆♦❖❑☐⚫⚬‧・￭\uf0a7\uf0b7\uf0d8\uf0fc\uf0e0"
_ALONE = re.compile(rf"(?:[{_DOTS}\-–—+#.:]|o(?=\s|$))+|\d{{1,2}}[.)]|<!--.*?-->")
_MARK = re.compile(
    rf"""(?P<bullet>(?:[{_DOTS}]|\[\*\])[{_DOTS}\-–]*\.?(?=\s|[\w<>=≥≤("'\[])
       | (?!--\s?[A-Z][^\n-]{{0,40}}--)[\-–—−‐]+(?=\s|[A-Za-z<>≥≤(]) | [.:+\#](?=\s) | °(?=\s?[A-Z<>≥≤]) | o(?=\s))
    | (?P<paren>[(（](?:\d{{1,2}}|[a-zA-Z]|[ivx]{{1,4}})[)）])(?=\s|\w)
    | (?P<dotted>\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}[.)]?)(?=\s+[A-Za-z≥≤<>])
    | (?P<number>\#?\d{{1,2}}\s?(?:\.\)|\.-|[.)\]、:：）．])(?!\d)(?=\s|[^\W_]|[≥≤<>(])|[①-⑳])
    | (?P<dashed>\d{{1,2}}\s?[-–])(?=\s*[A-Za-z])
    | (?P<code>[A-Za-z]\s?-?\d{{1,2}}[.)](?=\s)
       | (?:Inclusion|Exclusion|Criteri(?:on|a))\s+(?:[Nn]o\.?\s*)?\d{{1,2}}\s?[:.,)\-])
    | (?P<letter>[a-zA-Z](?:\.\)|[.)）]))(?=\s|[A-Z][^.])
    | (?P<roman>(?:[ivx]{{1,5}}|[IVX]{{1,5}})(?:\.\)|[.)]))(?=\s)
    """,
    re.VERBOSE,
)
_NAME = re.compile(r"[A-Z]\.\s+[a-z]")  # "E. coli"; but it may be an item too


@dataclass(frozen=True)
class Mark:
    """`end`: where the mark ends in the text."""

    end: int
    style: str  # BULLET, "number", "dashed", "code", "letter", "roman", "paren-number", "paren-letter", "dotted"
    number: int | None  # its place in an ordered list


def read_mark(text: str, start: int, end: int) -> Mark | None:
    """The list mark that stands at `start`, if one does."""
    match = _MARK.match(text, start, end)
    if match is None:
        return None
    style, mark = str(match.lastgroup), match[0].strip("#().、:：（）．,] -–")
    number: int | None = None
    if style == BULLET:
        return Mark(match.end(), style, None)
    if style == "paren":
        style = "paren-number" if mark.isdigit() else "paren-letter"
    if style == "code" or style == "dotted":
        number = int(re.findall(r"\d+", mark)[-1])
    elif "①" <= mark <= "⑳":
        number = ord(mark) - ord("①") + 1
    elif mark.isdigit():
        number = int(mark)
    elif len(mark) == 1 and style != "roman":
        number = ord(mark.lower()) - ord("a") + 1
    found = Mark(match.end(), style, number)
    return found if _is_meant(text, match, found) else None


def is_mark_alone(words: str) -> bool:
    """Whether a line without words is a list mark that has lost its item."""
    return _ALONE.fullmatch(words) is not None


def _is_meant(text: str, match: re.Match[str], mark: Mark) -> bool:
    """Tells "1- Age" from "6-min walk" and "B. Pregnant" from "E. coli": an item has a neighbour in its list."""
    if mark.style == "dashed":
        if mark.number == 1 and text[mark.end :].lstrip()[:1].isupper():
            return True
        near = [rf"{(mark.number or 0) + step}\s?[-–.)]" for step in (-1, 1)]
    elif mark.style in ("letter", "roman") and _NAME.match(text, match.start()) and mark.number:
        near = [rf"{chr(ord(text[match.start()]) + step)}[.)]\s" for step in (-1, 1)]
    else:
        return True
    return any(re.search(rf"(?m)^[\s*•\-]*{one}", text) for one in near)
