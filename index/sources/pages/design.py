"""Design fields as ClinicalTrials.gov worded them (`Single Group Assignment`), read into its codes (`SINGLE_GROUP`)."""

from __future__ import annotations

import re

from index.sources.pages.layout import code, labelled
from index.trial import Design

_WHO = {
    "subject": "PARTICIPANT",
    "participant": "PARTICIPANT",
    "caregiver": "CARE_PROVIDER",
    "care provider": "CARE_PROVIDER",
    "investigator": "INVESTIGATOR",
    "outcomes assessor": "OUTCOMES_ASSESSOR",
}


def design_in(text: str) -> Design:
    """The design that stands in `Label: value` lines; what has no line is not given."""
    masking = labelled(text, "Masking")
    return Design(
        allocation=allocation_code(labelled(text, "Allocation")),
        intervention_model=model_code(labelled(text, "Intervention Model")),
        intervention_model_description=labelled(text, "Intervention Model Description"),
        masking=masking_code(masking),
        masking_description=labelled(text, "Masking Description"),
        who_masked=who_is_masked(masking),
        primary_purpose=code(labelled(text, "Primary Purpose")),
        observational_model=code(labelled(text, "Observational Model")),
        time_perspective=code(labelled(text, "Time Perspective")),
    )


def allocation_code(words: str | None) -> str | None:
    """`N/A` is the registry's `NA`: one group, nobody is allocated. It is not the same as a field left out."""
    return "NA" if (words or "").upper() == "N/A" else code(words)


def model_code(words: str | None) -> str | None:
    return code(re.sub(r"\s+Assignment$", "", words)) if words else None


def masking_code(words: str | None) -> str | None:
    """`None (Open Label)` and `Open Label` -> NONE; `Double-Blind`, `Double Blind (Subject)` -> DOUBLE."""
    if words is None:
        return None
    bare = re.sub(r"\s*\(.*", "", words)
    return "NONE" if bare.lower() in {"none", "open label", "open"} else code(re.sub(r"[\s-]+Blind$", "", bare))


def who_is_masked(words: str | None) -> tuple[str, ...]:
    inside = re.search(r"\((.*)\)", words or "")
    named = (part.strip().lower() for part in inside[1].split(",")) if inside else ()
    return tuple(_WHO[name] for name in named if name in _WHO)
