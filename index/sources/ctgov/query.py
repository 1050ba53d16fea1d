"""What to ask ClinicalTrials.gov for: as parameters of its API v2, as a key to remember it by, and in plain words."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Self
from urllib.parse import quote, urlencode

from pydantic import BeforeValidator, model_validator

from index.errors import SourceError
from index.trial import Frozen
from index.vocabulary import Status

OTHER_SOURCES = frozenset({Status.ACTIVE, Status.NO_LONGER_RECRUITING})  # the registry itself never says these

_ONLY_NUMBERS = re.compile(r"(?:NCT\d{8}[,\s]*)+", re.IGNORECASE)
# the registry refuses a bracket that follows none of its operators, as in "[18F]FDG"
_OWN_BRACKETS = re.compile(
    r"(?<!AREA)(?<!RANGE)(?<!SEARCH)(?<!EXPANSION)(?<!COVER)(?<!TILT)(?<!DISTANCE)\[([^\[\]]*)\]"
)


def _tidy(text: object) -> object:
    return " ".join(_OWN_BRACKETS.sub(r" \1 ", text).split()) if isinstance(text, str) else text


def _tidy_all(texts: object) -> object:
    """Without empty ones and doubles, sorted: the same question is always asked in the same way."""
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        return texts
    tidied = {str(_tidy(text)).casefold(): _tidy(text) for text in texts}
    return tuple(tidied[folded] for folded in sorted(tidied) if folded)


Words = Annotated[str, BeforeValidator(_tidy)]
ManyWords = Annotated[tuple[Words, ...], BeforeValidator(_tidy_all)]


class Query(Frozen):
    """Which studies to ask for; with nothing set, all of them.

    `conditions`: one of them is enough. `terms`: all of them are needed. Both are searched as the registry's own page
    does, with synonyms, and take its operators (`AND`, `OR`, `NOT`, `AREA[…]`, quotation marks for a phrase).
    `since`: the first day of the last update that still counts.

    Raises:
        SourceError: the registry would refuse the question, or silently answer another one.
    """

    conditions: ManyWords = ()
    terms: ManyWords = ()
    place: Words = ""
    statuses: tuple[Status, ...] = ()
    since: datetime.date | None = None

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if foreign := OTHER_SOURCES.intersection(self.statuses):
            known = ", ".join(status for status in Status if status not in OTHER_SOURCES)
            raise SourceError(f"ClinicalTrials.gov knows no status {', '.join(sorted(foreign))}; choose from {known}")
        for text in (*self.conditions, *self.terms, self.place):
            if text.count("(") != text.count(")") or text.count('"') % 2:
                raise SourceError(f"a parenthesis or a quotation mark is left open in the search {text!r}; close it")
        asked = self.parameters()
        filters = [name for name in asked if name.startswith("filter.")]
        if numbers := [text for text in asked.values() if filters and _ONLY_NUMBERS.fullmatch(text)]:
            raise SourceError(
                f"ClinicalTrials.gov passes over status and date where a search is only a number ({numbers[0]}); "
                "ask for the number by itself"
            )
        return self

    def parameters(self) -> dict[str, str]:
        """The parameters of `/studies` that say what is asked, spelt as in the API's own specification."""
        dated = f"AREA[LastUpdatePostDate]RANGE[{self.since.isoformat()},MAX]" if self.since else ""
        asked = {
            "query.cond": _joined(self.conditions, " OR "),
            "query.term": _joined(self.terms, " AND "),
            "query.locn": self.place,
            "filter.overallStatus": "|".join(sorted(set(self.statuses))),
            "filter.advanced": dated,
        }
        return {name: value for name, value in asked.items() if value}

    @property
    def key(self) -> str:
        """The same for the same question, from whatever day it is asked, so that a store can note how far it came.

        A page token belongs to `key` and `since` together.
        """
        asked = self.model_copy(update={"since": None}).parameters()
        return urlencode(asked, safe=" ()|,\"'", quote_via=quote) or "all studies"

    @property
    def words(self) -> str:
        """As a person says it: `T-cell lymphoma, recruiting, updated since 2026-05-01`."""
        said = (
            " or ".join(self.conditions),
            " and ".join(self.terms),
            f"in {self.place}" if self.place else "",
            " or ".join(status.words for status in dict.fromkeys(self.statuses)),
            f"updated since {self.since.isoformat()}" if self.since else "",
        )
        return ", ".join(part for part in said if part) or "all studies"

    def starting(self, day: datetime.date) -> Query:
        """The same question, from this day of the last update on; never from an earlier one than before."""
        return self.model_copy(update={"since": max(day, self.since or day)})


def _joined(texts: tuple[str, ...], operator: str) -> str:
    return texts[0] if len(texts) == 1 else operator.join(f"({text})" for text in texts)
