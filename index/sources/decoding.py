"""Bytes -> text. UTF-8 is what records come in; another encoding is read where the file itself declares it."""

from __future__ import annotations

import codecs

from index.errors import SourceError

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded(data: bytes) -> str:
    """The text of a whole file, without its byte order mark.

    Raises:
        SourceError: it is not text in the encoding that its mark declares, or, without a mark, no UTF-8.
    """
    try:
        return data.decode("utf-16") if data.startswith(UTF16) else data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise not_text(exc) from exc


def not_text(exc: UnicodeDecodeError, before: int = 0) -> SourceError:
    """The error for a byte that stands at `before` and some bytes more."""
    at, byte = before + exc.start, exc.object[exc.start]
    if exc.encoding.startswith("utf-16"):
        return SourceError(f"broken or cut-off UTF-16 text (byte {at}); save it as UTF-8")
    guess = "; it looks like Latin-1 or Windows-1252" if byte >= 0xA0 else ""
    return SourceError(f"not UTF-8 text (byte {at} is 0x{byte:02X}){guess}; save it as UTF-8")
