"""The lines of an eligibility text that its author wrote.

The registry's XML export breaks lines at a fixed width, fills each and indents all: those ends are not the author's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WIDTH = 99  # columns of the export; an older one had one fewer
_INDENT = 8  # that it gives to every line; the first one often lost it

_INDENTS = re.compile(r"\n([ \t]*)(?=\S)")
_LINE = re.compile(
    r"(?:[^\n]|(?<=clusion)\n\s*(?=criteri)|(?<=clusion)\n\s*(?=Criteri)|(?<=CLUSION)\n\s*(?=CRITERI))+"
)  # a name cut by its line end


def author_lines(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each line; blank lines too, empty ones not."""
    lines = [(match.start(), match.start() + len(match[0].rstrip())) for match in _LINE.finditer(text)]
    if not _is_exported(text, lines):
        yield from lines
        return
    columns = max(_WIDTH - 1, *(right - left for left, right in lines))
    start, end = lines[0]
    width = base_indent(text) + len(text[start:end].strip())
    for left, right in lines[1:]:
        words = text[left:right].split(maxsplit=1)
        filled = (
            "\n" not in text[end + 1 : left]
            and words
            and text[start:end].strip()
            and width + 1 + len(words[0]) > columns
        )
        if not filled:
            yield start, end
            start = left
        end = right
        width = right - left
    yield start, end


def _is_exported(text: str, lines: list[tuple[int, int]]) -> bool:
    if len(lines) < 2 or base_indent(text) < _INDENT:
        return False
    return all(right - left <= _WIDTH for left, right in lines)


def base_indent(text: str) -> int:
    """The blanks that every line after the first begins with."""
    least = None
    for match in _INDENTS.finditer(text):
        if least is None or len(match[1]) < least:
            least = len(match[1])
            if not least:
                break
    return least or 0
