"""One criterion: a span of the eligibility text, its place among the others, and the rule that was read from it."""

from __future__ import annotations

import re
from enum import StrEnum

from index.criteria.rule import Rule
from index.trial import Frozen, SectionName, Span

_FOR_SOME = re.compile(
    r"\b(?:for|cohorts?|groups?|arms?|parts?|phase|step|stage|sub-?stud\w+|controls?|volunteers?|donors?|patients? with"
    r"|caregivers?|partners?|providers?|expansion|escalation)\b",
    re.IGNORECASE,
)


class Kind(StrEnum):
    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"


class Join(StrEnum):
    """How the sub-criteria of a criterion combine."""

    ALL = "all"
    ANY = "any"


class Criterion(Frozen):
    """A criterion as it stands in the section.

    `text` is the section's slice `start:end` and covers its sub-criteria; its own words end at `lead_end`.
    `kind` is the list it stands in, not what it means: "No prior transplant" in the inclusion list is an inclusion.
    """

    id: str  # "exclusion-8", "inclusion-5.2"
    kind: Kind
    section: SectionName = SectionName.ELIGIBILITY
    start: int
    end: int
    lead_end: int
    text: str
    parent: str | None = None
    join: Join | None = None  # None: it has no sub-criteria
    heading: str | None = None  # the group or population heading above it, as written
    note: bool = False  # a remark or definition under a rule; it asks nothing by itself
    rule: Rule | None = None  # None: kept as written

    @property
    def label(self) -> str:
        """As a reader meets it: `exclusion 8`."""
        return self.id.replace("-", " ", 1)

    @property
    def for_some(self) -> bool:
        """Whether the heading above it says that it holds for a part of the participants only."""
        return self.heading is not None and _FOR_SOME.search(self.heading) is not None

    @property
    def lead(self) -> str:
        """Its own words, without its sub-criteria."""
        return self.text[: self.lead_end - self.start].rstrip()

    @property
    def depth(self) -> int:
        return self.id.count(".")

    @property
    def span(self) -> Span:
        return Span(section=self.section, start=self.start, end=self.end)
