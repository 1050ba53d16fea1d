"""Texts that the registry's XML export broke into lines of a fixed width -> the lines that their author wrote.

The export fills every line up to its width, so a line end is its own exactly where the next word had no room left:
so it was at all 3,552 line ends inside the paragraphs of 125 exported records. Any other line end is the author's.
"""

from __future__ import annotations

import textwrap

_WIDTH = 99  # columns, with the indent of the XML


def unwrapped(block: str | None) -> str | None:
    """The text without the export's line ends and without the indent that its lines share; `None` for no text."""
    lines: list[str] = []
    last = ""
    for line in (block or "").replace("\r\n", "\n").replace("\r", "\n").expandtabs().split("\n"):
        words = line.split(maxsplit=1)
        if words and last.strip() and len(last) + 1 + len(words[0]) > _WIDTH:
            lines[-1] = f"{lines[-1]} {line.strip()}"
        else:
            lines.append(line.rstrip())
        last = line.rstrip()
    return textwrap.dedent("\n".join(lines)).strip("\n").rstrip() or None
