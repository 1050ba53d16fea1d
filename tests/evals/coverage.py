"""How many criteria of the real studies get a typed rule, how fast, and how fast a person is judged on all of them."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.person.eligibility import judge_known
from bot.person.facts import Profile
from bot.person.intake import facts_in
from bot.person.truth import Known
from index.criteria.criterion import Criterion
from index.criteria.requirements import with_rules
from index.criteria.rule import AsWritten, Not, Requirement, Rule, has_unread, requirements_in
from index.criteria.split import split
from index.trial import SectionName
from tests.evals.samples import studies, trials

_ALL = 10_000
_PERSON = (
    "62-year-old woman with metastatic breast cancer, ECOG 1, platelets 180, hemoglobin 11.2 g/dL, "
    "creatinine 0.9 mg/dL, had chemotherapy two years ago, no HIV, no hepatitis B."
)


def asked(data: Path, count: int = _ALL, seed: int = 7) -> Iterator[tuple[str, tuple[Criterion, ...]]]:
    """(trial id, criteria without rules yet) of the real studies."""
    for trial in trials(studies(data, count, seed)):
        yield trial.id, tuple(split(trial.prose.get(SectionName.ELIGIBILITY, "")))


def report(data: Path) -> dict[str, Any]:
    """Shares of the criteria that ask something (notes are left out)."""
    given = list(asked(data))
    before = time.process_time()
    read = [(trial_id, with_rules(criteria)) for trial_id, criteria in given]
    seconds = time.process_time() - before
    criteria = [one for _, many in read for one in many if not one.note]
    topics: Counter[str] = Counter()
    for one in criteria:
        topics.update({leaf.attribute.topic.value for leaf in requirements_in(one.rule)})
    typed = [one for one in criteria if one.rule is not None]
    return {
        "trials": len(read),
        "criteria": len(criteria),
        "typed": len(typed) / len(criteria),
        "wholly_typed": sum(not has_unread(one.rule) for one in typed) / len(criteria),
        "topics": {name: count / len(criteria) for name, count in topics.most_common()},
        "criteria_per_second": round(len(criteria) / seconds),
        "seconds_for_1000_trials": _verdicts([many for _, many in read[:1000]]),
    }


def _verdicts(trials: Sequence[Sequence[Criterion]]) -> float:
    known = Known.of(Profile().with_facts(facts_in(_PERSON).facts))
    before = time.process_time()
    for criteria in trials:
        for criterion in criteria:
            judge_known(criterion, known)
    return time.process_time() - before


def sample(data: Path, count: int, seed: int) -> Iterator[str]:
    """Typed criteria drawn at random, each with what was read of it, for reading by eye."""
    typed = [
        (trial_id, one)
        for trial_id, many in asked(data)
        for one in with_rules(many)
        if one.rule is not None and not one.note
    ]
    for trial_id, one in random.Random(seed).sample(typed, min(count, len(typed))):
        yield f"{trial_id} {one.id}: {' '.join(one.text.split())}\n    {told(one.rule, one)}"


def told(rule: Rule | None, of: Criterion) -> str:
    """A rule in one line."""
    match rule:
        case Requirement():
            limits, parts = rule.range, [rule.attribute.key]
            if limits is not None:
                low = "" if limits.low is None else f"{limits.low:g} {'<=' if limits.low_included else '<'} "
                high = "" if limits.high is None else f" {'<=' if limits.high_included else '<'} {limits.high:g}"
                parts = [f"{low}{rule.attribute.key}{high} {limits.unit}".strip()]
            elif rule.value is not True:
                parts.append(f"= {rule.value}")
            if rule.within_days is not None:
                parts.append(f"within {rule.within_days:g} days")
            return " ".join(parts)
        case AsWritten():
            return f"“{' '.join(of.text[rule.start - of.start : rule.end - of.start].split())[:60]}”"
        case Not(of=inner):
            return f"not({told(inner, of)})"
        case None:
            return "as written"
        case _:
            return f"{rule.op}({'; '.join(told(part, of) for part in rule.of)})"


def show(found: dict[str, Any], console: Console) -> None:
    table = Table(title=f"{found['criteria']:,} criteria of {found['trials']:,} studies", title_justify="left")
    table.add_column("what")
    table.add_column("figure", justify="right")
    table.add_row("with a typed rule", f"{found['typed']:.1%}")
    table.add_row("of them without any part as written", f"{found['wholly_typed']:.1%}")
    table.add_row("read a second, one core", f"{found['criteria_per_second']:,}")
    table.add_row("one person on 1,000 trials", f"{found['seconds_for_1000_trials']:.2f} s")
    for topic, share in found["topics"].items():
        table.add_row(f"  {topic}", f"{share:.1%}")
    console.print(table)
