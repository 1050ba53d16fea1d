"""What commands are given: texts, files, and batches of one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from bot import report
from bot.errors import SettingsError
from index.errors import TrialogueIndexError


def given(text: str, what: str) -> str:
    if not text.strip():
        raise SettingsError(f"give {what}, or a file of them with --batch")
    return text


def read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(f"{file} cannot be read: {getattr(exc, 'strerror', None) or exc}") from exc


def run_batch(batch: Path, run: Callable[[str], report.Json]) -> Iterator[report.Json]:
    """One JSON object a line, in the order of the file; a line that fails says so and the rest goes on."""
    for identifier, text in batch_lines(batch):
        try:
            line = report.with_id(identifier, run(text))
        except TrialogueIndexError as exc:
            line = report.with_id(identifier, {"error": str(exc)})
        yield line


def batch_lines(batch: Path) -> Iterator[tuple[object, str]]:
    """(id, text) of each line.

    Raises:
        SettingsError: a line is something else.
    """
    for number, line in enumerate(read_text(batch).splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            yield entry["id"], str(entry["text"])
        except (json.JSONDecodeError, KeyError, TypeError) as exc:
            raise SettingsError(f'{batch}, line {number}: not {{"id","text"}} ({exc})') from exc
