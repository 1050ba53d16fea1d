"""A record: a trial with everything that is derived from it, so that any place in it can be quoted."""

from __future__ import annotations

import hashlib
from functools import cached_property

from index.criteria.criterion import Criterion
from index.criteria.requirements import with_rules
from index.criteria.split import split
from index.errors import UnknownTrial
from index.passages import Passage, passages_of
from index.sections import sections_of
from index.trial import Frozen, Section, SectionName, Span, Trial

_READING = 5  # raise it when sections, criteria, rules or passages are read in another way: stores then read again


class Record(Frozen):
    """`fingerprint` is the hash of the trial as it was read: two records with the same one are the same."""

    trial: Trial
    sections: tuple[Section, ...]
    criteria: tuple[Criterion, ...]
    fingerprint: str

    @classmethod
    def of(cls, trial: Trial) -> Record:
        criteria = with_rules(split(trial.prose.get(SectionName.ELIGIBILITY, "")))
        criteria = tuple(one.model_copy(update={"rule": None}) if one.for_some else one for one in criteria)
        return cls(trial=trial, sections=sections_of(trial), criteria=criteria, fingerprint=fingerprint(trial))

    def text(self, name: SectionName) -> str | None:
        """A section's whole text; `None` where the record does not give it."""
        return next((section.text for section in self.sections if section.name is name), None)

    def quote(self, span: Span) -> str:
        """The words that stand at a span.

        Raises:
            UnknownTrial: the record has no such section, or the span lies outside it.
        """
        text = self.text(span.section)
        if text is None or not 0 <= span.start < span.end <= len(text):
            raise UnknownTrial(f"{self.trial.id} has no text at {span.section}:{span.start}-{span.end}")
        return text[span.start : span.end]

    def line(self, label: str, section: SectionName = SectionName.RECORD) -> Span | None:
        """The span of a field's line, such as `Overall status`; `None` where the field was not given."""
        text = self.text(section) or ""
        at = 0 if text.startswith(f"{label}: ") else text.find(f"\n{label}: ") + 1
        if at == 0 and not text.startswith(f"{label}: "):
            return None
        end = text.find("\n", at)
        return Span(section=section, start=at, end=end if end >= 0 else len(text))

    def criterion(self, identifier: str) -> Criterion | None:
        return next((criterion for criterion in self.criteria if criterion.id == identifier), None)

    def label(self, span: Span) -> str:
        """How a citation of this span reads: `NCT06530576 · exclusion 8`."""
        inside = [c for c in self.criteria if c.section is span.section and c.start <= span.start and span.end <= c.end]
        if span.section is SectionName.ELIGIBILITY and inside:
            return f"{self.trial.id} · {inside[-1].label}"
        covered = [c for c in self.criteria if c.parent is None and span.start <= c.start and c.end <= span.end]
        if span.section is SectionName.ELIGIBILITY and len(covered) > 1 and covered[0].kind is covered[-1].kind:
            return f"{self.trial.id} · {covered[0].label} to {covered[-1].label.split()[-1]}"
        field = self._field(span) if span.section in (SectionName.RECORD, SectionName.DESIGN) else None
        return f"{self.trial.id} · {field or span.section.words}"

    def _field(self, span: Span) -> str | None:
        """The name of the one field that a span lies on: `overall status`."""
        line = (self.text(span.section) or "")[span.start : span.end]
        name, colon, _ = line.partition(": ")
        return name.lower() if colon and "\n" not in line and len(name) < 40 else None

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        return tuple(passages_of(self.trial, self.sections, self.criteria))


def fingerprint(trial: Trial) -> str:
    return hashlib.sha256(f"{_READING}{trial.model_dump_json()}".encode()).hexdigest()
