"""The files inside a .zip, one after another, read where they lie: nothing is ever written to the disk."""

from __future__ import annotations

import lzma
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from index.sources.contents import Stream, read_content
from index.sources.found import Found, Rejected
from index.sources.json_stream import LARGEST

START = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED = 1  # a bit of a member's flags
_MOST_PACKED = 200  # times; records pack to a tenth, a bomb to a thousandth


def read_archive(file: BinaryIO, source: str) -> Iterator[Found | Rejected]:
    """The trials in a zip; a member that cannot be read is named, and the rest goes on."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as exc:
        yield Rejected(source=source, reason=f"broken or cut-off zip file ({_printable(str(exc))})")
        return
    with archive:
        members = [one for one in archive.infolist() if not one.is_dir() and not _hidden(one.filename)]
        if any(one.filename == "[Content_Types].xml" for one in members):
            yield Rejected(source=source, reason="an Office document, no trial; save its text on its own")
        elif not members:
            yield Rejected(source=source, reason="a zip file without files")
        else:
            for member in members:
                yield from _read_member(archive, member, f"{source}:{_printable(member.filename)}")


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: str) -> Iterator[Found | Rejected]:
    if member.flag_bits & _ENCRYPTED:
        yield Rejected(source=source, reason="encrypted with a password; unpack it first")
        return
    if member.file_size > LARGEST and member.file_size > _MOST_PACKED * member.compress_size:
        times = member.file_size // max(member.compress_size, 1)
        yield Rejected(source=source, reason=f"unpacks to {times:,} times its size, which no record does; not read")
        return
    try:
        with archive.open(member) as stream:
            yield from read_content(cast(Stream, stream), source, PurePosixPath(member.filename).name)
    except (zipfile.BadZipFile, lzma.LZMAError) as exc:
        yield Rejected(source=source, reason=f"broken or cut off inside the zip ({_printable(str(exc))})")
    except NotImplementedError:
        yield Rejected(source=source, reason="packed in a way that cannot be read here; unpack it first")


def _hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")


def _printable(text: str) -> str:
    """Names in an archive are anybody's: what would steer a terminal or break a line is shown as a question mark."""
    return "".join(one if one.isprintable() else "?" for one in text)
