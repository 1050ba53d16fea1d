"""Files that commands write: whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from bot.errors import SettingsError


@contextmanager
def whole(path: Path, option: str) -> Iterator[TextIO]:
    """A file to write into, which takes the place of `path` only when everything is in it.

    Raises:
        SettingsError: it cannot be written; `option` is the one that names it.
    """
    half = path.with_name(f".{path.name}.{os.getpid()}.half")
    try:
        with half.open("w", encoding="utf-8", newline="") as file:
            yield file
        os.replace(half, path)
    except OSError as exc:
        raise SettingsError(f"{option} {path} cannot be written: {exc.strerror}; give another name") from exc
    finally:
        half.unlink(missing_ok=True)
