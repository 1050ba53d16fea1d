"""All checks of a record, in one order.

Dates are compared with the day that the caller gives, so the same record and day always give the same flags.
"""

from __future__ import annotations

import datetime

from index.health.enrolment import enrolment
from index.health.flag import Flag, Sign
from index.health.people import ages, sexes
from index.health.phases import phases
from index.health.state import dates, gone, not_started, old, past_completion, sites
from index.health.texts import no_criteria, no_summary, placeholders, unnamed_drug
from index.record import Record

_ON_A_DAY = (past_completion, not_started, old)
_ALWAYS = (gone, sites, no_criteria, placeholders, ages, sexes, phases, dates, enrolment, unnamed_drug, no_summary)
_RANK = {sign: rank for rank, sign in enumerate(Sign)}


def flags(record: Record, today: datetime.date) -> tuple[Flag, ...]:
    """All flags of a record as seen on `today`, gravest first."""
    found = [flag for check in _ON_A_DAY for flag in check(record, today)]
    found += [flag for check in _ALWAYS for flag in check(record)]
    return tuple(sorted(found, key=lambda flag: _RANK[flag.sign]))
