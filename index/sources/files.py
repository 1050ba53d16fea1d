"""Files and folders -> trials, one by one; what cannot be read is reported with its reason, and the rest goes on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from index.errors import SourceError
from index.sources import archives
from index.sources.contents import read_content
from index.sources.found import Found, Rejected

__all__ = ["Found", "Rejected", "files_under", "read_file"]


def files_under(paths: Iterable[Path]) -> Iterator[Path]:
    """Every file among `paths` and in their folders, sorted; only hidden ones in folders (`.git`) are left out.

    A folder that cannot be opened and a link to nowhere are given too, so that reading them says what is wrong.

    Raises:
        SourceError: a path does not exist.
    """
    for path in paths:
        if path.is_dir():
            yield from _inside(path, frozenset())
        elif os.path.lexists(path):
            yield path
        else:
            raise SourceError(f"{path} does not exist; give a file or a folder of trial records")


def _inside(folder: Path, above: frozenset[tuple[int, int]]) -> Iterator[Path]:
    """`above` are the folders on the way here: a link back to one of them is not followed again."""
    try:
        status = folder.stat()
        here = (status.st_dev, status.st_ino)
        inside = [] if here in above else sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    for path in inside:
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _inside(path, above | {here})
        elif path.is_file() or path.is_symlink():
            yield path


def read_file(path: Path, at: Callable[[int], None] = lambda _: None) -> Iterator[Found | Rejected]:
    """The trials of one file, and the reasons for what is none. `at` is told how many bytes of it were read."""
    source = str(path)
    try:
        with path.open("rb") as file:
            packed = file.peek(4).startswith(archives.START)
            inside = archives.read_archive(file, source) if packed else read_content(file, source, path.name)
            for one in inside:
                at(file.tell())
                yield one
    except IsADirectoryError:
        yield Rejected(source=source, reason="a folder that cannot be opened; check who may read it")
    except OSError as exc:
        yield Rejected(source=source, reason=f"cannot be read: {exc.strerror or exc}")
