"""A page saved as HTML -> the text that its reader saw, laid out as a page saved as text: lines, bullets, tab stops.

What is folded away stays, since criteria may stand in it; scripts, menus, dialogues and tool tips do not.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from collections import Counter
from html.parser import HTMLParser

from index.errors import SourceError
from index.sources.decoding import UTF16, decoded
from index.sources.text_layout import Layout

_Attributes = list[tuple[str, str | None]]

_BEGINS = re.compile(r"(?>\s*(?:<\?.*?\?>|<!--.*?-->))*+\s*<(?:!doctype\s+html|html|head|body)\b", re.DOTALL | re.I)
_ARCHIVE = re.compile(r"(?:From|Date|Subject|MIME-Version|Snapshot-Content-Location|Content-Type):", re.I)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)

_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "svg", "title", "nav", "select", "textarea", "iframe", "object"}
    | {"dialog", "audio", "video"}
)
_SKIPPED_ROLES = frozenset({"navigation", "dialog", "alertdialog", "tooltip", "search", "menu"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_SPACED = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "blockquote", "pre", "hr", "article"}
    | {"section", "main", "figure"}
)
_LINES = frozenset(
    {"div", "li", "tr", "dt", "dd", "caption", "summary", "details", "header", "footer", "aside", "address", "form"}
    | {"fieldset", "legend", "figcaption", "body"}
)
_CELLS = frozenset({"td", "th", "tbody", "thead", "tfoot", "html"})
_SPACES = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)


def is_html(start: str) -> bool:
    return _BEGINS.match(start) is not None


def is_web_archive(start: str) -> bool:
    """Whether a browser saved the page with everything in it into one file (.mhtml)."""
    return _ARCHIVE.match(start) is not None and "multipart/related" in start


def html_in(data: bytes) -> str:
    """The HTML of a saved file or of a web archive, in UTF-8 or in the encoding that it declares.

    Raises:
        SourceError: an archive without a page, or bytes of no encoding that is declared.
    """
    if is_web_archive(data[:8192].decode("ascii", errors="replace")):
        parts = email.message_from_bytes(data, policy=email.policy.default).walk()
        page = next((part for part in parts if part.get_content_type() == "text/html"), None)
        if page is None:
            raise SourceError("a web archive (.mhtml) without a page in it")
        payload = page.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith(UTF16):
        name = declared[1].decode("ascii")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return _in_encoding(data, name)
    return decoded(data)


def _in_encoding(data: bytes, name: str) -> str:
    """Browsers take Latin-1 for Windows-1252, which has more characters, and pages are written for browsers."""
    try:
        codec = codecs.lookup(name).name
        return data.decode("cp1252" if codec in {"iso8859-1", "ascii"} else codec)
    except (LookupError, UnicodeDecodeError) as exc:
        raise SourceError(f"HTML that is not in the encoding that it declares ({name}); save it as UTF-8") from exc


def text_of(html: str) -> str:
    """The page's text: a block a line, a paragraph between blank lines, cells between tabs, entities unescaped once."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Open:
    """An element that is open: the line ends around it, whether it is left out, whether its own blanks count."""

    def __init__(self, tag: str, lines: int, skipped: bool, kept_as_is: bool) -> None:
        self.tag, self.lines, self.skipped, self.kept_as_is = tag, lines, skipped, kept_as_is


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open = [_Open("", lines=0, skipped=False, kept_as_is=False)]
        self._tags: Counter[str] = Counter()
        self._lists: list[int | None] = []  # the next number of each list that is open; `None` for bullets
        self._page = Layout()

    def text(self) -> str:
        return self._page.text()

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        lines = _lines_around(tag, given)
        if tag not in _VOID:
            above = self._open[-1]
            skipped = above.skipped or _left_out(tag, given)
            self._open.append(_Open(tag, lines, skipped, above.kept_as_is or _keeps_blanks(tag, given)))
            self._tags[tag] += 1
        if self._open[-1].skipped:
            return
        if tag == "br":
            self._page.break_line()
        elif tag in ("td", "th"):
            self._page.cell()
        elif tag == "sup":
            self._page.power()
        elif tag == "tr":
            self._page.row()
        else:
            self._page.block(lines)
        if tag in ("ul", "ol"):
            number = given.get("start", "1")
            self._lists.append(None if tag == "ul" else int(number) if re.fullmatch(r"\d{1,6}", number) else 1)
        elif tag == "li":
            self._page.item(*self._marker())

    def handle_endtag(self, tag: str) -> None:
        if not self._tags[tag]:
            return
        while True:
            element = self._open.pop()
            self._tags[element.tag] -= 1
            if not element.skipped:
                self._end(element.tag, element.lines)
            if element.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._open[-1].skipped:
            return
        if self._open[-1].kept_as_is:
            for number, line in enumerate(data.replace("\r\n", "\n").split("\n")):
                if number:
                    self._page.break_line()
                self._page.write(line.expandtabs())
        else:
            self._page.write(_SPACES.sub(" ", data), joined=True)

    def _end(self, tag: str, lines: int) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._page.list_ends(len(self._lists))
        elif tag == "sup":
            self._page.power_ends()
        elif tag == "tr":
            self._page.row_ends()
        else:
            self._page.block(lines)

    def _marker(self) -> tuple[str, int]:
        depth = max(len(self._lists), 1)
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "• ", depth
        self._lists[-1] = number + 1
        return f"{number}. ", depth


def _lines_around(tag: str, given: dict[str, str]) -> int:
    if tag in _SPACED:
        return 2
    return 1 if tag in _LINES or re.search(r"display\s*:\s*block", given.get("style", "")) else 0


def _left_out(tag: str, given: dict[str, str]) -> bool:
    if tag in _SKIPPED or given.get("role") in _SKIPPED_ROLES:
        return True
    inline = tag not in _SPACED | _LINES | _CELLS
    hidden = "hidden" in given or given.get("aria-hidden") == "true" or _HIDDEN.search(given.get("style", ""))
    return inline and bool(hidden)


def _keeps_blanks(tag: str, given: dict[str, str]) -> bool:
    classes = given.get("class", "").split()
    return (
        tag == "pre"
        or re.search(r"white-space\s*:\s*(?:pre|break-spaces)", given.get("style", "")) is not None
        or any(name.startswith("whitespace-pre") for name in classes)
    )
