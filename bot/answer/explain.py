"""What a registry's value means in general, in plain words: nothing about one trial, one country or its authorities.

A value that is not given, or that the registry does not define, has no explanation: `None`.
"""

from __future__ import annotations

import re

from index.vocabulary import Phase, Status, StudyType

_STATUS = {
    Status.NOT_YET_RECRUITING: "The study is planned but has not opened. Nobody can join yet.",
    Status.RECRUITING: "The study is taking in people now. This can change, so ask the study team before you travel.",
    Status.ENROLLING_BY_INVITATION: "The study takes in only people whom the study team invites.",
    Status.ACTIVE_NOT_RECRUITING: "The study is going on, but nobody new can join.",
    Status.ACTIVE: "The study is going on. The record does not say whether new people can join, so ask the study team.",
    Status.SUSPENDED: "The study has stopped for now. It may start again.",
    Status.TERMINATED: "The study ended early and will not start again. Nobody can join.",
    Status.COMPLETED: "The study has ended as planned. Nobody can join.",
    Status.WITHDRAWN: "The study was called off before anyone joined.",
    Status.AVAILABLE: "The treatment can be asked for outside a trial. A doctor has to ask for it.",
    Status.NO_LONGER_AVAILABLE: "The treatment could be had outside a trial once, but no longer.",
    Status.TEMPORARILY_NOT_AVAILABLE: "The treatment cannot be had outside a trial for now. That may change.",
    Status.APPROVED_FOR_MARKETING: "The treatment has been approved, so this way of getting it is closed.",
    Status.WITHHELD: "The record does not say yet how the study stands.",
    Status.UNKNOWN: (
        "Nobody has confirmed for over two years how the study stands. It may be open or closed, so ask the study team."
    ),
    Status.NO_LONGER_RECRUITING: "The study takes in nobody new. The page does not say whether it has ended.",
}

_PHASE: dict[tuple[Phase, ...], str] = {
    (Phase.EARLY_PHASE1,): (
        "Early phase 1 is a first, very small step. It looks at how a treatment acts and is not meant to treat."
    ),
    (Phase.PHASE1,): "Phase 1 is an early step. It looks mostly at safety, side effects and the right dose.",
    (Phase.PHASE1, Phase.PHASE2): (
        "Phase 1 and phase 2 are joined here: first the right dose and safety, then first signs of how well it works."
    ),
    (
        Phase.PHASE2,
    ): "Phase 2 is a middle step. It looks for first signs that a treatment works, and at its side effects.",
    (Phase.PHASE2, Phase.PHASE3): (
        "Phase 2 and phase 3 are joined here: first signs of how well a treatment works, then a larger comparison."
    ),
    (Phase.PHASE3,): (
        "Phase 3 is a late step. It often compares a treatment with usual care, another treatment or a placebo."
    ),
    (
        Phase.PHASE4,
    ): "Phase 4 studies a treatment that doctors can already prescribe, to learn more about it over time.",
    (Phase.NOT_APPLICABLE,): (
        "This kind of study has no phase. Phases are for medicines; studies of devices, surgery or behaviour have none."
    ),
}

_STUDY_TYPE = {
    StudyType.INTERVENTIONAL: "People in this kind of study get a treatment, test or other care, which is studied.",
    StudyType.OBSERVATIONAL: (
        "This kind of study watches and records what happens. It does not decide which treatment anyone gets."
    ),
    StudyType.EXPANDED_ACCESS: "This is not a trial. It is a way to get a treatment that is still being tested.",
}

_ALLOCATION = {
    "RANDOMIZED": "People are put into groups by chance, often by a computer. Neither they nor their doctors choose.",
    "NON_RANDOMIZED": "There is more than one group, and people are not put into groups by chance.",
    "NA": "There is only one group, so nobody is put into groups by chance.",
}

_MASKING = {
    "NONE": "Nothing is hidden: people and their study doctors know which treatment is given.",
    "SINGLE": "One side, often the people taking part, is not told who gets which treatment.",
    "DOUBLE": "Two sides are not told who gets which treatment, often the people taking part and their study doctors.",
    "TRIPLE": "Three sides are not told who gets which treatment. That keeps the comparison fair.",
    "QUADRUPLE": (
        "Nobody close to the study is told who gets which treatment: not the people taking part, those who care for "
        "them, the researchers, or those who judge the results."
    ),
}

_MODEL = {
    "SINGLE_GROUP": "There is one group. Everyone follows the same treatment plan, and there is no comparison group.",
    "PARALLEL": "There are two or more groups at the same time. Each group follows its own treatment plan.",
    "CROSSOVER": "People follow one treatment plan first and then change to another.",
    "FACTORIAL": "Treatments are tested alone and together. A person may get one of them, several or none.",
    "SEQUENTIAL": "Groups start one after another, and what is learned from one shapes the next.",
}

_PURPOSE = {
    "TREATMENT": "The study looks at a way to treat an illness.",
    "PREVENTION": "The study looks at a way to keep people from getting ill.",
    "DIAGNOSTIC": "The study looks at a way to find out which illness a person has.",
    "SUPPORTIVE_CARE": "The study looks at a way to ease symptoms or side effects, or to keep people comfortable.",
    "SCREENING": "The study looks at a way to find an illness in people who have no signs of it.",
    "HEALTH_SERVICES_RESEARCH": "The study looks at how health care is given, run or paid for.",
    "BASIC_SCIENCE": "The study looks at how the body or a treatment works. It is not meant to treat.",
    "DEVICE_FEASIBILITY": "The study tries out a device in a few people, to see whether it works as it should.",
    "OTHER": "The study has another aim than the registry's list names.",
}

_OBSERVATIONAL_MODEL = {
    "COHORT": "The study follows a group of people who have something in common.",
    "CASE_CONTROL": "The study compares people who have an illness with people who do not.",
    "CASE_ONLY": "The study looks only at people who have the illness.",
    "CASE_CROSSOVER": "The study compares times in the same person's life, before and after something happened.",
    "ECOLOGIC_OR_COMMUNITY": "The study compares whole groups of people, such as towns.",
    "FAMILY_BASED": "The study looks at members of the same family.",
}

_TIME_PERSPECTIVE = {
    "PROSPECTIVE": "The study looks forward: it records what happens from now on.",
    "RETROSPECTIVE": "The study looks back: it uses records of what has already happened.",
    "CROSS_SECTIONAL": "The study looks at one point in time.",
}

_SIZES = (
    (1, "Nobody joined this study."),
    (
        100,
        "That is a small study. A study can be small because it is an early step, because the illness is rare, or "
        "because it tries out a plan first. A small study can tell less for certain than a large one.",
    ),
    (1000, "That is neither a very small nor a very large study. How many people are needed depends on the question."),
)
_LARGE = "That is a large study. Large studies can show smaller differences between treatments."


def explain_status(status: Status | None) -> str | None:
    return _STATUS.get(status) if status else None


def explain_phase(phases: tuple[Phase, ...]) -> str | None:
    return _PHASE.get(tuple(sorted(set(phases), key=list(Phase).index)))


def explain_study_type(study_type: StudyType | None) -> str | None:
    return _STUDY_TYPE.get(study_type) if study_type else None


def explain_allocation(code: str | None) -> str | None:
    """`NA` is a value: with one group there is nothing to allocate. It is not the same as a field left out."""
    return _ALLOCATION.get(_key(code))


def explain_masking(code: str | None) -> str | None:
    return _MASKING.get(_key(code))


def explain_model(code: str | None) -> str | None:
    return _MODEL.get(_key(code)) or _OBSERVATIONAL_MODEL.get(_key(code))


def explain_purpose(code: str | None) -> str | None:
    return _PURPOSE.get(_key(code))


def explain_time_perspective(code: str | None) -> str | None:
    return _TIME_PERSPECTIVE.get(_key(code))


def explain_size(count: int | None) -> str | None:
    """What a number of participants means; it names no usual number, since that differs between illnesses."""
    if count is None or count < 0:
        return None
    return next((words for below, words in _SIZES if count < below), _LARGE)


def _key(code: str | None) -> str:
    """`Single Group Assignment`, `SINGLE GROUP`, `N/A`, `None (Open Label)` -> the registry's code."""
    bare = re.sub(r"\(.*?\)|\bassignment\b", "", (code or "").lower()).strip()
    return "NA" if bare in {"n/a", "not applicable"} else re.sub(r"[^a-z0-9]+", "_", bare).strip("_").upper()
