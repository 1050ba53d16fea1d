"""Whether the files of an embedded Chroma can be read at all: its core trusts their numbers, and a wrong one ends the
whole process (a segmentation fault) instead of raising an error. Looked at before they are opened.

The files are those of an HNSW graph: a header, a block for each vector with its links, and the links of upper levels.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

_HEADER = struct.Struct("<i6QiI3QdQ")
_KNOWN_FORM = 1
_LOOKED_AT = 20_000  # blocks, evenly spread
_STAMP = "sound.txt"
_HIGHEST = 64  # levels that a graph may have


class _Header(NamedTuple):
    form: int
    offset: int
    room: int  # blocks that fit in memory
    held: int  # blocks in use
    block: int  # bytes
    label_at: int
    vector_at: int
    top: int
    entry: int
    links_above: int
    links_below: int
    links_new: int
    scale: float
    care: int


def damage(folder: Path) -> str | None:
    """What is wrong with the files of an embedded Chroma, in words; `None` where nothing is, or nothing is there.

    Files that were found sound and have not been touched since are not read again.
    """
    stamp = folder / _STAMP
    now = _touched(folder)
    database = folder / "chroma.sqlite3"
    if now and not (database.exists() and database.stat().st_size):
        return f"{database.name} is missing or empty"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == now:
        return None
    said = _damage(folder)
    if said is None and now:
        with suppress(OSError):  # in a folder that cannot be written they are read each time
            stamp.write_text(now, encoding="utf-8")
    return said


def _touched(folder: Path) -> str:
    """Names, sizes and times of the graphs' files; each opening touches the database beside them."""
    states = [(file, file.stat()) for file in sorted(folder.glob("*/*")) if file.is_file()]
    return "\n".join(f"{file.relative_to(folder)} {state.st_size} {state.st_mtime_ns}" for file, state in states)


def _damage(folder: Path) -> str | None:
    graphs = [header.parent for header in sorted(folder.glob("*/header.bin"))]
    return next((said for graph in graphs for said in _wrong(graph)), None)


def _wrong(graph: Path) -> Iterator[str]:
    raw = (graph / "header.bin").read_bytes()
    if len(raw) != _HEADER.size:
        yield f"{graph.name}/header.bin is cut off"
        return
    header = _Header(*_HEADER.unpack(raw))
    saved = (graph / "index_metadata.pickle").exists()
    if header.form != _KNOWN_FORM or not (saved or header.held):
        return  # another form is Chroma's to refuse; a graph without its list of ids was never saved, nor is it read
    if not saved:
        yield f"{graph.name}/index_metadata.pickle is missing"
    elif not _makes_sense(header, (graph / "data_level0.bin").stat().st_size):
        yield f"{graph.name}/header.bin and data_level0.bin do not agree"
    elif not _blocks_make_sense(graph / "data_level0.bin", header):
        yield f"{graph.name}/data_level0.bin holds links to nowhere, or a vector twice"
    elif not _levels_end_where_the_file_ends(graph / "link_lists.bin", header):
        yield f"{graph.name}/link_lists.bin has another length than it says"


def _makes_sense(header: _Header, size: int) -> bool:
    return (
        header.offset == 0
        and header.vector_at == 4 * header.links_below + 4
        and header.vector_at < header.label_at == header.block - 8
        and header.held <= header.room
        and header.held * header.block <= size <= header.room * header.block
        and (header.held == 0 or (0 <= header.top < _HIGHEST and header.entry < header.held))
    )


def _blocks_make_sense(file: Path, header: _Header) -> bool:
    if not header.held:
        return True
    blocks = np.memmap(file, np.uint8, "r", shape=(header.held, header.block))
    step = -(-header.held // _LOOKED_AT)
    heads = np.ascontiguousarray(blocks[::step, : header.vector_at]).view("<u4")
    labels = np.ascontiguousarray(blocks[::step, header.label_at :]).view("<u8")
    return _lead(heads, header.held) and len(np.unique(labels)) == len(labels)


def _levels_end_where_the_file_ends(file: Path, header: _Header) -> bool:
    """Each vector has the length of its upper links, mostly none, and then these."""
    raw = file.read_bytes()
    if len(raw) % 4:
        return False
    numbers = np.frombuffer(raw, "<u4")
    level = header.links_above + 1  # numbers
    long = np.flatnonzero(numbers)
    at = seen = 0
    while True:
        coming = int(np.searchsorted(long, at))
        start = int(long[coming]) if coming < len(long) else len(numbers)
        seen += start - at
        if start >= len(numbers) or seen >= header.held:
            return seen == header.held and start == len(numbers)
        length, rest = divmod(int(numbers[start]), 4 * level)
        above = numbers[start + 1 : start + 1 + length * level].reshape(-1, level) if not rest else numbers[:0]
        if rest or len(above) != length or length > header.top or not _lead(above, header.held):
            return False
        seen += 1
        at = start + 1 + length * level


def _lead(heads: np.ndarray[Any, np.dtype[np.uint32]], held: int) -> bool:
    """Each row: how many links there are, and room for them."""
    count, links = heads[:, 0] & 0xFFFF, heads[:, 1:]
    used = np.arange(links.shape[1]) < count[:, None]
    return bool((count <= links.shape[1]).all() and (links[used] < held).all())
