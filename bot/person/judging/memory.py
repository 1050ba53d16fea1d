"""Judgements that were made before, so that a model is not asked twice about the same rule and the same words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from bot.errors import SettingsError
from bot.person.eligibility import Verdict
from index.trial import Frozen

log = logging.getLogger(__name__)


class Pointed(Frozen):
    """What a model said of a rule, before it is checked."""

    verdict: Verdict
    words: tuple[str, ...] = ()


class Judgements:
    """What was judged before, by a hash of the rule, the person's words, the prompt and the model.

    With a `path` it is kept in a file of JSON lines: hashes, verdicts and ids, nothing that anybody wrote.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known = dict(_read(path)) if path else {}

    def get(self, key: str) -> Pointed | None:
        return self._known.get(key)

    def add(self, key: str, pointed: Pointed) -> None:
        self._known[key] = pointed
        if self._path is None:
            return
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(
                    "\n" + _Line(key=key, **pointed.model_dump()).model_dump_json()
                )  # a line cut off stays apart
        except OSError as exc:  # the verdict holds all the same
            log.warning("judgements are no longer kept in %s: %s", self._path, exc.strerror)
            self._path = None


def _read(path: Path) -> Iterator[tuple[str, Pointed]]:
    """The lines of a file; one that was cut off by a crash is left out."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(f"judgements cannot be read from {path} ({type(exc).__name__}); name another file") from exc
    for line in lines:
        try:
            entry = _Line.model_validate_json(line)
        except ValidationError:
            continue
        yield entry.key, Pointed(verdict=entry.verdict, words=entry.words)


class _Line(Pointed):
    key: str
