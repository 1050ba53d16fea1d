"""Lays out the text of a page in lines: what a reader would see, without anything but blanks, bullets and tab stops."""

from __future__ import annotations

import re

_POWER = re.compile(r"[-−–+]?\d{1,3}")


class Layout:
    """Line ends are held back until a text follows, so that no empty block leaves a line."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = ""
        self._held = 0  # line ends that come before the next text: 2 leave a blank line
        self._fresh = True  # nothing stands yet in this cell, item or page
        self._marker = ""
        self._indent = ""
        self._in_row = False
        self._power_from: int | None = None

    def text(self) -> str:
        self._end_line(1)
        return "\n".join(self._lines).strip("\n")

    def write(self, text: str, joined: bool = False) -> None:
        """`joined`: its white space is one blank at most, and none at the start of a line."""
        if joined and (self._fresh or self._held or self._line.endswith((" ", "\t"))):
            text = text.lstrip(" ")
        if not text or (self._held and not text.strip()):
            return
        if self._held:
            self._end_line(self._held)
            self._line = self._indent
        if self._marker:
            self._line, self._marker = self._line.rstrip(" ") + self._marker, ""
        self._line += text
        self._fresh = False

    def block(self, ends: int) -> None:
        """A block begins or ends, with so many line ends around it."""
        if not self._fresh:
            self._held = max(self._held, ends)

    def break_line(self) -> None:
        if not self._fresh:
            self._held = min(self._held + 1, 2)

    def row(self) -> None:
        self._end_line(max(self._held, 1))
        self._fresh, self._in_row, self._marker = True, False, ""

    def row_ends(self) -> None:
        self._held = 0 if self._fresh and not self._line.strip() else 1

    def cell(self) -> None:
        """Cells after the first follow a tab stop, on the line where the one before them ended."""
        if self._in_row:
            self._line = self._line.rstrip(" ") + "\t"
            self._held = 0
        self._fresh, self._in_row = True, True

    def item(self, marker: str, depth: int) -> None:
        self._end_line(max(self._held, 1))
        self._marker = "  " * depth + marker
        self._indent = "  " * (depth + 1)
        self._fresh = True

    def list_ends(self, depth: int) -> None:
        """`depth`: how many lists are still open around it."""
        self._indent = "  " * (depth + 1) if depth else ""
        self._marker = ""
        self.block(1 if depth else 2)

    def power(self) -> None:
        """A raised text begins; after a number it is a power, and 10<sup>9</sup> must not become 109."""
        self._power_from = len(self._line) if self._line[-1:].isdigit() and not self._held else None

    def power_ends(self) -> None:
        if self._power_from is None:
            return
        number, raised = self._line[: self._power_from], self._line[self._power_from :]
        if _POWER.fullmatch(raised):
            self._line = f"{number}^{raised}"
        self._power_from = None

    def _end_line(self, ends: int) -> None:
        if self._line.strip():
            self._lines.append(self._line.rstrip())
        if ends > 1 and self._lines and self._lines[-1]:
            self._lines.append("")
        self._line, self._held = "", 0
