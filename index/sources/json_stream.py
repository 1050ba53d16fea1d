"""JSON of any length -> its entries, one by one: an array of all studies of the registry never stands in memory."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, Protocol

from index.errors import SourceError
from index.sources.decoding import not_text

LARGEST = 128 * 2**20  # characters of one entry; the longest study has about 20 million
_CHUNK = 2**20
_PAGE = re.compile(
    r'\s*\{(?:\s*"(?:totalCount|nextPageToken)"\s*:\s*(?:\d+|null|"[^"]*")\s*,)*\s*"studies"\s*:\s*(?=\[)'
)
_SPACE = re.compile(r"[ \t\r\n]*")
_NEAR_THE_END = 16  # characters: an error so close to the end of what was read may be gone when more is read


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def entries(stream: Readable) -> Iterator[tuple[str, Any]]:
    """The entries of an array or of an API page as `("#1", entry)` …; any other document as `("", document)`.

    Raises:
        SourceError: not UTF-8, broken or cut off, nested too deeply, or an entry larger than any study.
    """
    text = _Text(stream)
    text.read_more()
    page = _PAGE.match(text.buffer)
    if page:
        text.skip(page.end())
    if text.next_is("["):
        yield from _array(text)
        if page:
            return
    else:
        yield "", text.document()
    number = 1
    while not text.at_end():  # one document after another: JSON lines under another name
        number += 1
        yield f"#{number}", text.document()


def parsed(line: str) -> Any:
    """The JSON of one line.

    Raises:
        SourceError: as for `entries`.
    """
    try:
        return json.loads(line)
    except json.JSONDecodeError as exc:
        raise SourceError(f"broken or cut-off JSON at column {exc.colno}: {exc.msg.lower()}") from exc
    except (RecursionError, ValueError) as exc:
        raise _unreadable(exc) from exc


def _unreadable(exc: RecursionError | ValueError) -> SourceError:
    if isinstance(exc, RecursionError):
        return SourceError("JSON that is nested too deeply to be a trial")
    return SourceError(f"JSON with a value that cannot be read ({str(exc).split(';')[0].lower()})")  # a number too long


def _array(text: _Text) -> Iterator[tuple[str, Any]]:
    text.skip(1)
    number = 0
    while not text.next_is("]"):
        if number and not text.next_is(","):
            raise text.broken("expecting ',' or ']'")
        text.skip(1 if number else 0)
        number += 1
        yield f"#{number}", text.document()
    text.skip(1)


class _Text:
    """A part of the file, of which everything before `_at` is used."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._ended = False
        self._bytes = 0
        self._line, self._column = 1, 1
        self._at = 0
        self.buffer = ""

    def read_more(self) -> bool:
        """Twice as much as is held, so that a long entry is read in few steps; whether there was more."""
        if self._ended:
            return False
        self.buffer, self._at = self.buffer[self._at :], 0
        data = self._stream.read(max(_CHUNK, len(self.buffer)))
        self._ended = not data
        try:
            self.buffer += self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError as exc:
            raise not_text(exc, self._bytes - (len(exc.object) - len(data))) from exc
        self._bytes += len(data)
        if len(self.buffer) > LARGEST:
            raise SourceError(f"JSON with an entry of more than {LARGEST // 2**20} MB, which no study is")
        return not self._ended

    def skip(self, count: int) -> None:
        end = self._at + count
        lines = self.buffer.count("\n", self._at, end)
        self._column = end - self.buffer.rfind("\n", self._at, end) if lines else self._column + count
        self._line += lines
        self._at = end

    def next_is(self, character: str) -> bool:
        return not self.at_end() and self.buffer[self._at] == character

    def at_end(self) -> bool:
        """Whether nothing but white space is left; skips the white space."""
        while True:
            blanks = _SPACE.match(self.buffer, self._at)
            self.skip(blanks.end() - self._at if blanks else 0)
            if self._at < len(self.buffer):
                return False
            if not self.read_more() and self._at >= len(self.buffer):
                return True

    def document(self) -> Any:
        if self.at_end():
            raise self.broken("it ends where a value is expected")
        while True:
            try:
                found, end = json.JSONDecoder().raw_decode(self.buffer, self._at)
            except json.JSONDecodeError as exc:
                cut = exc.msg.startswith("Unterminated string") or exc.pos > len(self.buffer) - _NEAR_THE_END
                if not (cut and self.read_more()):
                    raise self.broken(exc.msg.lower(), exc.pos - self._at) from exc
            except (RecursionError, ValueError) as exc:
                raise _unreadable(exc) from exc
            else:
                if end < len(self.buffer) or not self.read_more():  # a number may go on in what was not read yet
                    self.skip(end - self._at)
                    return found

    def broken(self, why: str, after: int = 0) -> SourceError:
        self.skip(after)
        return SourceError(f"broken or cut-off JSON at line {self._line}, column {self._column}: {why}")
