"""One row of a flat registry export (`registry.jsonl.gz`): plain fields, spelt as several exports did."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import SourceError
from index.sources.dates import read_age, read_date
from index.sources.escapes import unescape
from index.trial import Form, Intervention, Origin, SectionName, Trial, normal_id
from index.vocabulary import Phase, Sex, Status, StudyType


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    title: str = ""
    official_title: str = ""
    summary: str = ""
    description: str = ""
    conditions: list[str] = []
    keywords: list[str] = []
    interventions: list[str] = []
    eligibility: str = ""
    min_age: str = ""
    max_age: str = ""
    sex: str = ""
    healthy_volunteers: bool | str = ""
    status: str = ""
    phase: str | list[str] = ""
    study_type: str = ""
    version_date: str = ""


def is_row(document: object) -> bool:
    return isinstance(document, dict) and "id" in document and ("eligibility" in document or "title" in document)


def read_row(document: dict[str, Any]) -> Trial:
    """One row -> `Trial`.

    Raises:
        SourceError: a field has a type or value that a row does not have; the message names it.
    """
    try:
        row = _Row.model_validate(document)
    except ValidationError as exc:
        first = exc.errors()[0]
        raise SourceError(f"not a registry row: {first['loc'][0]}: {first['msg'].lower()}") from exc
    parts = row.phase if isinstance(row.phase, list) else re.split(r"\s*[|,;]\s*|/(?!A\b)", row.phase)
    kind = row.study_type.split("[")[0]
    version = read_date(row.version_date or None)
    identifier = normal_id(row.id)
    if not identifier:
        raise SourceError("not a registry row: id: is empty")
    return Trial(
        id=identifier,
        origin=Origin(
            source="ClinicalTrials.gov",
            form=Form.EXCERPT,
            url=f"https://clinicaltrials.gov/study/{identifier}",
            as_of=version,
        ),
        title=unescape(row.title).strip() or identifier,
        official_title=unescape(row.official_title).strip() or None,
        status=Status.read(row.status) if Status.known(row.status) else None,
        study_type=StudyType.read(kind) if StudyType.known(kind) else None,
        phases=tuple(phase for part in parts if Phase.known(part) and (phase := Phase.read(part))),
        conditions=tuple(map(unescape, row.conditions)),
        keywords=tuple(map(unescape, row.keywords)),
        interventions=tuple(map(_intervention, row.interventions)),
        minimum_age=read_age(row.min_age),
        maximum_age=read_age(row.max_age),
        sex=Sex.read(row.sex) if Sex.known(row.sex) else None,
        healthy_volunteers=_volunteers(row.healthy_volunteers),
        last_updated=version,
        unread=(
            *(() if Status.known(row.status) else (f"Overall status: {row.status}",)),
            *(() if StudyType.known(kind) else (f"Study type: {row.study_type}",)),
            *(f"Phase: {part}" for part in parts if not Phase.known(part)),
            *(() if Sex.known(row.sex) else (f"Sex: {row.sex}",)),
        ),
        prose={
            name: unescape(text).strip()
            for name, text in (
                (SectionName.BRIEF_SUMMARY, row.summary),
                (SectionName.DETAILED_DESCRIPTION, row.description),
                (SectionName.ELIGIBILITY, row.eligibility),
            )
            if text.strip()
        },
    )


def _intervention(text: str) -> Intervention:
    kind, colon, name = text.partition(": ")
    return (
        Intervention(name=unescape(name), type=kind) if colon and len(kind) < 25 else Intervention(name=unescape(text))
    )


def _volunteers(value: bool | str) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"accepts healthy volunteers": True, "yes": True, "true": True, "no": False, "false": False}.get(
        value.lower()
    )
