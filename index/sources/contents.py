"""What one file holds, whatever carries it: the form is told by the content, and each trial is read as it comes."""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, BinaryIO, Protocol, cast

from index.errors import SourceError
from index.sources.decoding import UTF16, decoded
from index.sources.found import Found, Rejected
from index.sources.json_stream import LARGEST, entries, parsed
from index.sources.kinds import kind_of_bytes, kind_of_entry, kind_of_text
from index.sources.page import is_page, read_page
from index.sources.registry_row import is_row, read_row
from index.sources.saved_html import html_in, is_html, is_web_archive, text_of
from index.sources.study_json import is_study, read_study
from index.sources.study_xml import is_study_xml, read_study_xml

_START = 2**13  # bytes by which the form of a file is told
_LARGEST_PAGE = 64 * 2**20  # bytes; a page saved with its pictures inside may have some tens of millions
_GZIP = b"\x1f\x8b"
_JSON = re.compile(r"""\s*(?:\{\s*(?:["}]|\Z)|\[\s*(?:[\[{\]"]|-?\d|true\b|false\b|null\b|\Z))""")
_ROOT = re.compile(r"(?>\s*(?:<\?.*?\?>|<!--.*?-->|<!.*?>))*+\s*<(?P<name>[A-Za-z_][\w:.-]*)[\s/>]", re.DOTALL)
_NO_ENTRY = {"[": "an empty list: no study in it", "{": "an API answer without studies"}


class Stream(Protocol):
    """Bytes in which one can look ahead: a file that is open, a gzip in it, a member of a zip."""

    def peek(self, size: int, /) -> bytes: ...

    def read(self, size: int, /) -> bytes: ...

    def readline(self, size: int, /) -> bytes: ...


def read_content(stream: Stream, source: str, name: str) -> Iterator[Found | Rejected]:
    """The trials in a file's bytes, and what is none. `source` is how its place is told, `name` the file's own name."""
    others = _Others()
    try:
        for one in _read(stream, source, name):
            if isinstance(one, _NoTrial):
                others.add(one)
            else:
                yield one
    except SourceError as exc:
        yield Rejected(source=source, reason=str(exc))
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        yield Rejected(source=source, reason=f"broken or cut-off gzip or zip data ({exc})")
    except OSError as exc:
        yield Rejected(source=source, reason=f"cannot be read: {exc.strerror or exc}")
    yield from others.told(source)


class _NoTrial(Rejected):
    """An entry that is whole and is simply no trial."""


class _Others:
    """The entries of a file that are no trials, told once for each reason and not once for each entry."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._count: Counter[str] = Counter()

    def add(self, one: _NoTrial) -> None:
        self._first.setdefault(one.reason, one.source)
        self._count[one.reason] += 1

    def told(self, source: str) -> Iterator[Rejected]:
        for reason, count in self._count.items():
            if count == 1:
                yield Rejected(source=self._first[reason], reason=reason)
            else:
                yield Rejected(source=source, reason=f"{reason} ({count:,} entries like it)")


def _read(stream: Stream, source: str, name: str) -> Iterator[Found | Rejected]:
    start = stream.peek(_START)
    if start.startswith(_GZIP):
        stream = gzip.GzipFile(fileobj=cast(BinaryIO, stream))
        start = stream.peek(_START)
        name = re.sub(r"\.gz$", "", name, flags=re.IGNORECASE)
    elif name.lower().endswith(".gz"):
        raise SourceError("named .gz, but no gzip file")
    if not start.strip():
        raise SourceError("an empty file" if not start else "a file of nothing but white space")
    if start.startswith(UTF16):
        stream = io.BufferedReader(io.BytesIO(decoded(_whole(stream)).encode()))
        start = stream.peek(_START)
    elif kind := kind_of_bytes(start):
        raise SourceError(kind)
    yield from _read_text(stream, start.decode("utf-8", errors="replace").removeprefix("\ufeff"), source, name)


def _read_text(stream: Stream, start: str, source: str, name: str) -> Iterator[Found | Rejected]:
    if re.search(r"\.(?:jsonl|ndjson)\b", name, re.IGNORECASE):
        yield from _read_lines(stream, source)
    elif _JSON.match(start):
        yield from _read_json(stream, start, source)
    elif is_study_xml(start):
        data = _whole(stream)
        yield Found(source=source, trial=read_study_xml(data), raw=data)
    elif is_html(start) or is_web_archive(start):
        yield _page(source, text_of(html_in(_whole(stream, _LARGEST_PAGE))), html=True)
    elif root := _ROOT.match(start):
        raise SourceError(f"XML, but no study: its root is <{root['name'][:40]}>, not <clinical_study>")
    else:
        text = decoded(_whole(stream, _LARGEST_PAGE))
        if not is_page(text):
            raise SourceError(kind_of_text(name, start))
        yield _page(source, text)


def _page(source: str, text: str, html: bool = False) -> Found:
    return Found(source=source, trial=read_page(text, entities=not html), raw=text.encode())


def _whole(stream: Stream, limit: int = LARGEST) -> bytes:
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise SourceError(f"larger than {limit // 2**20} MB, which no record of a trial is")
    return data


def _read_json(stream: Stream, start: str, source: str) -> Iterator[Found | Rejected]:
    empty = True
    for place, entry in entries(stream):
        for found in _read_entry(source + place, entry):
            empty = False
            yield found
    if empty:
        raise SourceError(_NO_ENTRY[start.lstrip()[0]])


def _read_lines(stream: Stream, source: str) -> Iterator[Found | Rejected]:
    """One entry a line; a line that is broken says so, and the lines after it are read."""
    for number, line in enumerate(iter(partial(stream.readline, LARGEST), b""), 1):
        if not line.strip():
            continue
        try:
            yield from _read_entry(f"{source}:{number}", parsed(decoded(line)))
        except SourceError as exc:
            yield Rejected(source=f"{source}:{number}", reason=str(exc))


def _read_entry(source: str, entry: Any) -> Iterator[Found | Rejected]:
    """A study or a row, or a list of them that stands where one was expected."""
    if isinstance(entry, Mapping) and isinstance(entry.get("studies"), list) and entry["studies"]:
        entry = entry["studies"]
    several = isinstance(entry, list)
    for number, one in enumerate(entry if several else [entry], 1):
        yield _read_one(f"{source}#{number}" if several else source, one)


def _read_one(source: str, entry: Any) -> Found | Rejected:
    try:
        if is_study(entry):
            trial = read_study(entry)
        elif is_row(entry):
            trial = read_row(entry)
        else:
            return _NoTrial(source=source, reason=kind_of_entry(entry))
    except SourceError as exc:
        return Rejected(source=source, reason=str(exc))
    return Found(source=source, trial=trial, raw=json.dumps(entry, ensure_ascii=False).encode(errors="replace"))
