"""What a file is that holds no trial, told by what it begins with or by its fields, and where it belongs instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_BYTES = (
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"%PDF", "a PDF; save the page as text or HTML instead"),
    (b"Salted__", "an encrypted file"),
    (b"-----BEGIN PGP", "an encrypted file"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"PAR1", "a table (Parquet)"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"PK\x03\x04", "an archive inside another; unpack it first"),
    (b"\x1f\x8b", "an archive inside another; unpack it first"),
    (b"7z\xbc\xaf", "an archive (7z); only .zip and .gz can be read, so unpack it first"),
    (b"Rar!", "an archive (RAR); only .zip and .gz can be read, so unpack it first"),
    (b"\xfd7zXZ", "an archive (xz); only .zip and .gz can be read, so unpack it first"),
    (b"BZh", "an archive (bzip2); only .zip and .gz can be read, so unpack it first"),
    (b"\x28\xb5\x2f\xfd", "an archive (zstd); only .zip and .gz can be read, so unpack it first"),
)
_TAR = "an archive (tar); only .zip and .gz can be read, so unpack it first"

# The fields that tell a kind of JSON entry: all of them are there.
_ENTRIES = (
    ({"resourceType"}, "a FHIR resource, which describes a patient and no trial"),
    ({"openapi"}, "the specification of an API, no trial"),
    ({"piece", "sourceType"}, "the registry's list of its fields, no trial"),
    ({"pair_id", "criterion"}, "a pair of a note and a criterion; give the file to `trialogue assess --pairs`"),
    ({"annotation_id", "criterion_type"}, "a judgment on a note and a criterion, no trial"),
    ({"criterion", "note"}, "a note with a criterion, no trial"),
    ({"id", "text"}, "a note or a question; give the file to `trialogue ask --batch`"),
    ({"id", "message"}, "a message that a person wrote, no trial"),
    ({"totalCount"}, "an API answer without studies (a count)"),
    ({"studies"}, "an API answer without studies"),
    ({"errors"}, "an API answer that says what went wrong, without studies"),
)
_NO_TRIAL = "JSON, but no trial: neither an API v2 study nor a registry row"

_FIRST_LINE = r"\A\s*(?:#.*\n\s*)*"  # after comments
_TEXTS = (
    (r"\A(?:T\d+\t\S+ \d+|R\d+\t\S+ Arg|[AEMN]\d+\t|\*\t|#\d+\t)", "annotations of a text (brat), no trial"),
    (_FIRST_LINE + r"[\"']?(?:openapi|swagger)[\"']?\s*:", "the specification of an API, no trial"),
    (
        r"\A(?:query_id|qid|topic)\b.*\b(?:trial_id|docno|nct_id)\b",
        "a table of judgments (which trial suits which note), no trial",
    ),
    (r"\A\S+[ \t]+\S+[ \t]+NCT\d{8}[ \t]+-?\d", "a table of judgments or of ranked trials (TREC), no trial"),
    (
        r"\A[^\n]*\bNCT Number\b[^\n]*[,\t]",
        "a table from ClinicalTrials.gov, which lacks most of each record; download the studies as JSON",
    ),
    (_FIRST_LINE + r"\[[\w .:-]+\][ \t]*(?:#.*)?$", "settings of a program, no trial"),
    (r"\A#!|\A(?:import|from) \w+|\Adef \w+\(", "a program, no trial"),
    (r"\A(?:---\n(?s:.*?)\n---\n)?\s*#{1,3} \S", "a Markdown document, no trial"),
)
_NAMES = (
    (r".*\.ann", "annotations of a text (brat), no trial"),
    (r".*\.(?:md|markdown|rst)", "a document, no trial"),
    (r".*\.(?:csv|tsv)", "a table, but no trial record; download the studies as JSON"),
    (r".*\.(?:conf|cfg|ini|toml|ya?ml)", "settings of a program, no trial"),
    (r"(?:licen[cs]e|copying|notice)(?:\..*)?", "a licence, no trial"),
)
_PLAIN = "plain text, but no page of a known system"


def kind_of_bytes(start: bytes) -> str | None:
    """What a file is that is no text, by its first bytes; `None` for what may be text."""
    known = next((reason for mark, reason in _BYTES if start.startswith(mark)), None)
    if known:
        return known
    if start[257:262] == b"ustar":
        return _TAR
    if b"\0" not in start:
        return None
    half = start[1::2] if start[:1] != b"\0" else start[::2]
    return "text in UTF-16 without its mark; save it as UTF-8" if not half.strip(b"\0") else "binary data"


def kind_of_entry(entry: Any) -> str:
    """What a JSON entry is that is neither a study nor a row."""
    if not isinstance(entry, Mapping):
        return _NO_TRIAL
    return next((reason for fields, reason in _ENTRIES if fields <= entry.keys()), _NO_TRIAL)


def kind_of_text(name: str, start: str) -> str:
    """What a text is that is no page of a known system, by its first characters or else by its name."""
    for pattern, reason in _TEXTS:
        if re.search(pattern, start, re.MULTILINE):
            return reason
    return next((reason for pattern, reason in _NAMES if re.fullmatch(pattern, name, re.IGNORECASE)), _PLAIN)
