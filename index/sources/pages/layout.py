"""What saved pages have in common: headings on lines of their own, `Label: value` lines, and paragraphs.

A saved page has lost its tags and table cells; what is left to go by is what a system prints on every page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from index.errors import SourceError
from index.trial import Frozen, OtherId, SectionName
from index.vocabulary import Phase

_NCT = re.compile(r"NCT\d{8}")
_NOT_GIVEN = frozenset({"", "-", "--", "not available", "not specified", "not given", "not provided", "none provided"})

INTERVENTION_TYPES = (
    "Drug",
    "Biological",
    "Device",
    "Procedure",
    "Radiation",
    "Behavioral",
    "Genetic",
    "Dietary Supplement",
    "Combination Product",
    "Diagnostic Test",
    "Other",
)
_INVERTED_COUNTRY = re.compile(
    r", (?=(?:The )?(?:[\w' ]*Republic of(?: the)?(?: \w+)?|Province of China|Federated States of)$)",
    re.IGNORECASE,
)


def cut(text: str, headings: Mapping[str, str]) -> dict[str, str]:
    """The text under each heading, up to the next heading; `headings` are a name and the pattern of its whole line.

    A heading that the page does not have is not in the result; of one that stands twice, the first with a text.
    """
    either = "|".join(f"(?P<{name}>{pattern})" for name, pattern in headings.items())
    found = list(re.finditer(rf"^[ \t]*(?:{either})[ \t]*$", text, re.MULTILINE))
    ends = [match.start() for match in found[1:]] + [len(text)]
    parts: dict[str, str] = {}
    for match, end in zip(found, ends, strict=False):
        name = next(name for name in headings if match[name] is not None)
        parts[name] = parts.get(name) or trimmed(text[match.end() : end])
    return parts


def trimmed(text: str) -> str:
    """Without the blank lines around it; the indent of its first line stays, since a list's depth is told by it."""
    return re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip()


def given(text: str | None) -> str | None:
    """The text as one line, or `None` where the page has nothing there or says that it has nothing."""
    line = " ".join((text or "").split())
    return None if line.lower() in _NOT_GIVEN else line


def lines_of(text: str) -> list[str]:
    """The lines that say something, without the blanks around them."""
    return [line for raw in text.splitlines() if (line := given(raw))]


def paragraphs_of(text: str) -> list[str]:
    return [trimmed(part) for part in re.split(r"\n[ \t]*\n", text) if part.strip()]


def labelled(text: str, label: str) -> str | None:
    """The value on the first line `label: value`; `label` is a pattern."""
    match = re.search(rf"^[ \t]*(?:{label})[ \t]*:[ \t]*(.*)$", text, re.MULTILINE)
    return given(match[1]) if match else None


def nct_in(text: str, system: str) -> str:
    """The first NCT number of the text.

    Raises:
        SourceError: there is none.
    """
    if match := _NCT.search(text):
        return match[0]
    raise SourceError(f"this {system} page has no NCT number; save the whole page and read it again")


def study_url(nct: str) -> str:
    return f"https://clinicaltrials.gov/study/{nct}"


def phases_in(text: str | None) -> tuple[Phase, ...]:
    """`Phase 1/Phase 2`, `Phase 1/2`, `Phase 2 | Phase 3`, `Early Phase 1`, `N/A` -> phases.

    Raises:
        SourceError: a part is no phase.
    """
    line = given(text)
    if line is None:
        return ()
    parts = [line] if line.upper() == "N/A" else re.split(r"\s*(?:/|\||,|&|\band\b)\s*", line)
    return tuple(phase for part in parts if (phase := Phase.read(part)))


def code(words: str | None) -> str | None:
    """`Dietary Supplement` -> `DIETARY_SUPPLEMENT`: a registry field in the registry's own spelling."""
    line = given(words)
    return re.sub(r"[^A-Z0-9]+", "_", line.upper()).strip("_") if line else None


def number(digits: str | None) -> int | None:
    return int(digits.replace(",", "")) if digits else None


class Place(Frozen):
    """The parts of `City, State, Country`."""

    city: str | None = None
    state: str | None = None
    country: str | None = None


def place_in(line: str) -> Place:
    """`Chengdu, Sichuan, China`, `Paris, France` or `Seoul, Korea, Republic of` -> its parts."""
    *before, country = [part.strip() for part in _INVERTED_COUNTRY.sub("\0", line).split(",")]
    return Place(
        city=before[0] if before else None,
        state=", ".join(before[1:]) or None,
        country=country.replace("\0", ", ") or None,
    )


def prose_of(parts: Mapping[SectionName, str | None]) -> dict[SectionName, str]:
    """Only the sections that the page gives: `Not available` is not a text."""
    return {name: text for name, text in parts.items() if text and given(text)}


def other_ids(ids: Iterable[str]) -> tuple[OtherId, ...]:
    """`P30CA060553 ( U.S. NIH Grant/Contract )` -> the id and its type."""
    matches = (re.fullmatch(r"(.+?)(?:\s+\(\s*(.+?)\s*\))?", line) for line in ids)
    return tuple(OtherId(id=match[1], type=match[2]) for match in matches if match)
