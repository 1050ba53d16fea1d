"""MedPath pages: registry fields under headings, and tables without borders (`Overall survival (OS)2 years`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.errors import SourceError
from index.sources.pages.layout import (
    INTERVENTION_TYPES,
    code,
    cut,
    given,
    lines_of,
    nct_in,
    number,
    phases_in,
    place_in,
    prose_of,
    study_url,
)
from index.trial import Arm, Design, Enrollment, Form, Intervention, Origin, Outcome, SectionName, Site, Trial
from index.vocabulary import OutcomeKind, Sex, Status, StudyType

NAME = "MedPath"

_HEADINGS = {
    "conditions": "Conditions",
    "chips": "Interventions",
    "number": "Registration Number",
    "sponsor": "Lead Sponsor",
    "first": "First Posted Date",
    "last": "Last Posted Date",
    "places": "Locations",
    "count": "Target Recruit Count",
    "summary": "Brief Summary",
    "description": "Detailed Description",
    "recruitment": "Recruitment & Eligibility",
    "status": "Status",
    "sex": "Sex",
    "target": "Target Recruitment",
    "inclusion": "Inclusion Criteria",
    "exclusion": "Exclusion Criteria",
    "design": "Study & Design",
    "type": "Study Type",
    "model": "Study Design",
    "arms": "Arm && Interventions",
    "primary": "Primary Outcome Measures",
    "secondary": "Secondary Outcome Measures",
    "other": "Other Outcome Measures",
    "locations": "Trial Locations",
    "footer": r"©.*",
}
_CRITERIA = re.compile(
    r"^(?:Inclusion|Exclusion) Criteria[ \t]*$.*?(?=^Study & Design[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_MODELS = frozenset({"SINGLE_GROUP", "PARALLEL", "CROSSOVER", "FACTORIAL", "SEQUENTIAL"})
_UNIT = r"(?:minute|hour|day|week|month|year|cycle|visit)s?"
# Where a time begins right after the last letter of a name: "(PFS)2 years", "(AE)Day +100", "rateUp to 24 months".
_TIME = re.compile(
    rf"(?<=[a-z)\]%])(?=(?:\d[\d.,]*(?:\s*(?:-|–|to|and)\s*\d[\d.,]*)*[\s-]*{_UNIT}\b"
    rf"|(?:Day|Week|Month|Year|Hour|Cycle|Visit)s?\s*[-+]?\d|(?:One|Two|Three|Four|Five|Six|Twelve)\s+{_UNIT}\b"
    r"|(?:Up to|From|Baseline|At|Within|Through(?:out)?|During|Until|After|Before|Every|Approximately|About"
    r"|Immediately|Pre|Post|Screening|End of|Study completion|Date of|Time (?:from|frame)|Day of|Assessed)\b))"
)
_GLUED = re.compile(r"(?<=[a-z)\]])(?=[A-Z\d])")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")


def recognises(text: str) -> bool:
    return "Recruitment & Eligibility" in text and ("Arm && Interventions" in text or text.lstrip().startswith(NAME))


def read(text: str) -> Trial:
    parts = dict.fromkeys(_HEADINGS, "") | cut(text, _HEADINGS)
    identifier = nct_in(parts["number"], NAME)
    title, chips = _top(text, identifier)
    size = number(given(parts["target"])) if re.fullmatch(r"[\d,]+", parts["target"].strip()) else None
    arms = _arms(parts["arms"], [_bare(line) for line in lines_of(parts["chips"])])
    return Trial(
        id=identifier,
        origin=Origin(source="ClinicalTrials.gov", form=Form.PAGE, url=study_url(identifier), page=NAME),
        title=title,
        status=Status.read(parts["status"]) or _status_chip(chips),
        study_type=StudyType.read(parts["type"]),
        phases=next(
            (phases_in(chip) for chip in chips if re.match(r"(?:Early )?Phase \d|Not Applicable|N/A", chip)), ()
        ),
        conditions=tuple(lines_of(parts["conditions"])),
        interventions=_interventions(lines_of(parts["chips"]), arms),
        arms=arms,
        design=Design(intervention_model=model if (model := code(parts["model"])) in _MODELS else None),
        enrollment=Enrollment(count=size, estimated=True) if size is not None else None,
        outcomes=tuple(one for kind in OutcomeKind for one in _outcomes(parts[kind.value], kind)),
        sex=Sex.read(parts["sex"]),
        sites=_sites(parts["locations"]),
        sponsor=given(parts["sponsor"]),
        prose=prose_of(
            {
                SectionName.BRIEF_SUMMARY: parts["summary"],
                SectionName.DETAILED_DESCRIPTION: parts["description"],
                SectionName.ELIGIBILITY: criteria[0].rstrip() if (criteria := _CRITERIA.search(text)) else None,
            }
        ),
    )


def _top(text: str, identifier: str) -> tuple[str, list[str]]:
    """The title and, under it, the chips for phase and status."""
    lines = [
        line
        for line in lines_of(re.split(r"^Conditions[ \t]*$", text, maxsplit=1, flags=re.MULTILINE)[0])
        if line != NAME
    ]
    if not lines:
        raise SourceError(f"this {NAME} page of {identifier} has no title; save the whole page and read it again")
    return lines[0], lines[1:]


def _status_chip(chips: list[str]) -> Status | None:
    known = {status.words: status for status in Status}
    return next((known[chip.lower()] for chip in chips if chip.lower() in known), None)


def _bare(chip: str) -> str:
    """`Drug: Blinatumomab` -> `Blinatumomab`."""
    return re.sub(rf"^(?:{'|'.join(INTERVENTION_TYPES)}):\s*", "", chip)


def _interventions(chips: list[str], arms: tuple[Arm, ...]) -> tuple[Intervention, ...]:
    """The chips; a page whose chips are blank still names its treatments in the table of arms."""
    if chips:
        kinds = [chip.partition(":")[0] if _bare(chip) != chip else None for chip in chips]
        return tuple(Intervention(name=_bare(chip), type=code(kind)) for chip, kind in zip(chips, kinds, strict=True))
    names = dict.fromkeys(name for arm in arms for name in arm.interventions)
    return tuple(Intervention(name=name) for name in names)


def _arms(table: str, known: list[str]) -> tuple[Arm, ...]:
    """Rows of group, intervention and description without their borders.

    The border is found where a known intervention stands glued to the group, or where the group's name is repeated as
    the intervention. A line with neither goes on with the description above; a first line with neither is kept whole.
    """
    arms: list[Arm] = []
    for line, bordered in _rows(re.sub(r"\AGroup\s*Intervention\s*Description\s*", "", table)):
        cells = bordered or _cells_by_name(line, known) or _cells_by_repetition(line)
        if cells is None and arms:
            told = arms[-1].description
            arms[-1] = arms[-1].model_copy(update={"description": f"{told}\n{line}" if told else line})
            continue
        group, name, description = cells or (line, None, None)
        if arms and arms[-1].label == group and name:
            arms[-1] = arms[-1].model_copy(update={"interventions": (*arms[-1].interventions, name)})
        else:
            arms.append(Arm(label=group, description=description or None, interventions=(name,) if name else ()))
    return tuple(arms)


def _rows(table: str) -> Iterator[tuple[str, tuple[str, str, str] | None]]:
    """Each line, and its three cells where tab stops mark them, as in a page that was saved with its tables."""
    for raw in table.splitlines():
        cells = [given(cell) or "" for cell in raw.split("\t")]
        if any(cells):
            first, second, *rest = [*cells, ""]
            yield " ".join(filter(None, cells)), (first, second, " ".join(rest).strip()) if len(cells) > 1 else None


def _cells_by_name(line: str, known: list[str]) -> tuple[str, str, str] | None:
    for name in sorted(known, key=len, reverse=True):
        for match in re.finditer(re.escape(name), line, re.IGNORECASE):
            before, after = line[: match.start()], line[match.end() :]
            if before and not before[-1].isspace() and (not after or not after[0].isspace()):
                return before, match[0], after
    return None


def _cells_by_repetition(line: str) -> tuple[str, str, str] | None:
    """`blinatumomabblinatumomabParticipants will …` -> the name that stands twice at the start, and what follows."""
    match = re.match(r"(?i:(?P<group>\S.{2,150}?)(?P<name>(?P=group)))(?=$|[A-Z\d])(?P<rest>.*)", line)
    return (match["group"], match["name"], match["rest"]) if match and not match["group"].endswith(" ") else None


def _outcomes(table: str, kind: OutcomeKind) -> list[Outcome]:
    """Rows of name and time glued together, each followed by its method where there is one."""
    outcomes: list[Outcome] = []
    for line, bordered in _rows(re.sub(r"\AName\s*Time\s*Method\s*", "", table)):
        time = _TIME.search(line)
        if bordered:
            measure, frame, method = bordered
            outcomes.append(Outcome(kind=kind, measure=measure, time_frame=frame or None, description=method or None))
        elif time:
            outcomes.append(Outcome(kind=kind, measure=line[: time.start()], time_frame=line[time.start() :]))
        elif not outcomes or (outcomes[-1].description and _GLUED.search(line)):
            outcomes.append(Outcome(kind=kind, measure=line))
        else:
            told = outcomes[-1].description
            outcomes[-1] = outcomes[-1].model_copy(update={"description": f"{told}\n{line}" if told else line})
    return outcomes


def _sites(text: str) -> tuple[Site, ...]:
    """Facility, flag and place by turns, after a line with their count."""
    lines = [
        line for line in lines_of(text) if not _FLAG.fullmatch(line) and not re.fullmatch(r"Locations \(\d+\)", line)
    ]
    return tuple(
        Site(facility=facility, **place_in(place).model_dump())
        for facility, place in zip(lines[::2], lines[1::2], strict=False)
    )
