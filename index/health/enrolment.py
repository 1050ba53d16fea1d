"""A number of participants that does not go with the status, or that is far beyond what such studies take."""

from __future__ import annotations

from collections.abc import Iterator

from index.health.flag import Flag, Sign, lines
from index.record import Record
from index.vocabulary import Phase, Status, StudyType

# The most that is still taken at its word, by the highest phase. The largest of 1,783 studies of the registry have 610,
# 949, 5,796 and 4,262 participants in these phases, 320,000 without a phase, and 2,000,000 where they only observe;
# vaccine trials of phase 3 and trials of a letter or a reminder are known to be larger.
_MOST = (
    ({Phase.PHASE4}, 5_000_000),
    ({Phase.PHASE3}, 500_000),
    ({Phase.PHASE2}, 10_000),
    ({Phase.PHASE1, Phase.EARLY_PHASE1}, 2_000),
)
_MOST_OTHER = {StudyType.INTERVENTIONAL: 10_000_000, StudyType.OBSERVATIONAL: 50_000_000}


def enrolment(record: Record) -> Iterator[Flag]:
    trial = record.trial
    if trial.enrollment is None:
        return
    count, actual = trial.enrollment.count, trial.enrollment.estimated is False
    if count == 0 and trial.status not in (Status.WITHDRAWN, Status.WITHHELD, None):
        yield Flag(
            sign=Sign.ENROLMENT,
            text=f"The record gives an enrolment of 0 for a study that it calls {trial.status.words}. "
            "Ask the study team which holds.",
            spans=lines(record, "Overall status", "Enrollment"),
        )
    elif count > 0 and actual and trial.status is Status.WITHDRAWN:
        yield Flag(
            sign=Sign.ENROLMENT,
            text=f"The record says {trial.status.words}, which means that nobody took part, but it gives an actual "
            f"enrolment of {count}. Ask the study team which holds.",
            spans=lines(record, "Overall status", "Enrollment"),
        )
    elif count > _most(record):
        field, kind = ("Phase", "of this phase") if trial.phases else ("Study type", "of this type")
        yield Flag(
            sign=Sign.ENROLMENT,
            text=f"The record gives an enrolment of {count}, far more than studies {kind} take. It may be a slip: "
            "ask the study team.",
            spans=lines(record, field, "Enrollment"),
        )


def _most(record: Record) -> float:
    trial = record.trial
    of_its_phase = next((most for phases, most in _MOST if phases & set(trial.phases)), None)
    if of_its_phase is not None:
        return of_its_phase
    return _MOST_OTHER.get(trial.study_type, float("inf")) if trial.study_type else float("inf")
