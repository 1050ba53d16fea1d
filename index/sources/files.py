"""Files and folders -> trials, one by one; what cannot be read is reported with its reason, and the rest goes on."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from index.errors import SourceError
from index.sources.page import is_page, read_page
from index.sources.registry_row import is_row, read_row
from index.sources.study_json import is_study, read_study
from index.trial import Frozen, Trial

_KINDS = (".json", ".jsonl", ".jsonl.gz", ".json.gz", ".txt")


class Found(Frozen):
    """A trial, and the raw text and place that it was read from."""

    source: str
    trial: Trial
    raw: bytes


class Rejected(Frozen):
    source: str
    reason: str


def files_under(paths: Iterable[Path]) -> Iterator[Path]:
    """The readable files among `paths` and in their folders, sorted; a path given by itself is always tried.

    Raises:
        SourceError: a path does not exist.
    """
    for path in paths:
        if path.is_dir():
            yield from (f for f in sorted(path.rglob("*")) if f.is_file() and f.name.lower().endswith(_KINDS))
        elif path.exists():
            yield path
        else:
            raise SourceError(f"{path} does not exist; give a file or a folder of trial records")


def read_file(path: Path) -> Iterator[Found | Rejected]:
    """The trials of one file."""
    try:
        if ".jsonl" in [suffix.lower() for suffix in path.suffixes]:
            yield from _read_lines(path)
            return
        text = _decoded(b"".join(_lines(path)))
        if text.lstrip().startswith(("{", "[")):
            yield from _read_document(str(path), _parsed(text))
        elif is_page(text):
            yield Found(source=str(path), trial=read_page(text), raw=text.encode())
        else:
            raise SourceError("neither trial JSON nor a page of a known system")
    except SourceError as exc:
        yield Rejected(source=str(path), reason=str(exc))
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        yield Rejected(source=str(path), reason=f"broken or cut-off gzip file ({exc})")
    except OSError as exc:
        yield Rejected(source=str(path), reason=f"cannot be read: {exc.strerror or exc}")


def _lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
        yield from file


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise SourceError(f"not UTF-8 text (byte {exc.start})") from exc


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as exc:
        raise SourceError(
            f"broken or cut-off JSON at line {exc.lineno}, column {exc.colno}: {exc.msg.lower()}"
        ) from exc
    except RecursionError as exc:
        raise SourceError("JSON that is nested too deeply to be a trial") from exc


def _read_lines(path: Path) -> Iterator[Found | Rejected]:
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            yield from _read_document(f"{path}:{number}", _parsed(_decoded(line)))
        except SourceError as exc:
            yield Rejected(source=f"{path}:{number}", reason=str(exc))


def _read_document(source: str, document: Any) -> Iterator[Found | Rejected]:
    """A single study or row, an array of them, or an API page with `studies`."""
    if isinstance(document, Mapping) and isinstance(document.get("studies"), list):
        document = document["studies"]
    if isinstance(document, list):
        for number, one in enumerate(document, 1):
            yield _read_one(f"{source}#{number}", one)
    else:
        yield _read_one(source, document)


def _read_one(source: str, document: Any) -> Found | Rejected:
    try:
        if is_study(document):
            trial = read_study(document)
        elif is_row(document):
            trial = read_row(document)
        else:
            return Rejected(source=source, reason="JSON, but no trial: neither an API v2 study nor a registry row")
    except SourceError as exc:
        return Rejected(source=source, reason=str(exc))
    return Found(source=source, trial=trial, raw=json.dumps(document, ensure_ascii=False).encode())
