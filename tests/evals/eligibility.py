"""Verdicts on expert-labelled pairs of a note and a criterion: three classes and six labels, beside two baselines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.assessing import Assessed, Pair, assess
from bot.person.clinical import Unmentioned
from bot.person.eligibility import Verdict
from index.criteria.criterion import Kind
from index.errors import SourceError

FINE, DISQUALIFIES, UNKNOWN = CLASSES = ("fine", "disqualifies", "unknown")

_CLASS_OF = {
    "included": FINE,
    "not excluded": FINE,
    "not applicable": FINE,
    "not included": DISQUALIFIES,
    "excluded": DISQUALIFIES,
    "not enough information": UNKNOWN,
}
_LABEL_OF = {
    (Kind.INCLUSION, Verdict.MET): "included",
    (Kind.INCLUSION, Verdict.NOT_MET): "not included",
    (Kind.EXCLUSION, Verdict.MET): "excluded",
    (Kind.EXCLUSION, Verdict.NOT_MET): "not excluded",
}


@dataclass(frozen=True)
class Labelled:
    """A pair with the experts' label, GPT-4's, and the patient it is about (what intervals draw anew)."""

    pair: Pair
    patient: str
    expert: str
    gpt4: str


def labelled(data: Path) -> tuple[Labelled, ...]:
    """Raises:
    SourceError: the annotations are not there.
    """
    path = data / "criteria" / "annotations.json"
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise SourceError(f"{path} cannot be read: {exc.strerror}; name the folder of real data with --data") from exc
    return tuple(
        Labelled(
            pair=Pair(
                pair_id=row["annotation_id"],
                note=row["note"],
                criterion=row["criterion_text"],
                kind=Kind(row["criterion_type"]),
                title=row["trial_title"],
            ),
            patient=row["patient_id"],
            expert=row["expert_eligibility"],
            gpt4=row["gpt4_eligibility"],
        )
        for row in rows
    )


def label(kind: Kind, verdict: Verdict) -> str:
    """The experts' word for a verdict."""
    if verdict is Verdict.NOT_APPLICABLE:
        return "not applicable"
    return _LABEL_OF.get((kind, verdict), "not enough information")


@dataclass(frozen=True)
class Scores:
    """How labels agree with the experts': `asserted` is the share of the unknown that is said to be known."""

    pairs: int
    accuracy: float
    macro_f1: float
    precision: float
    recall: float
    asserted: float
    right_when_asserted: float
    decided: float
    six_labels: float
    confusion: Mapping[str, Mapping[str, int]]


def score(expert: Sequence[str], given: Sequence[str]) -> Scores:
    """Three classes, by the experts' labels and the given ones; `precision` and `recall` are of "disqualifies"."""
    pairs = [(_CLASS_OF[truth], _CLASS_OF[ours]) for truth, ours in zip(expert, given, strict=True)]
    table = Counter(pairs)
    by_class = [_precision_recall(table, one) for one in CLASSES]
    unknown = sum(count for (truth, _), count in table.items() if truth == UNKNOWN)
    asserted = [(truth, ours) for truth, ours in pairs if ours != UNKNOWN]
    known = [(truth, ours) for truth, ours in pairs if truth != UNKNOWN]
    return Scores(
        pairs=len(pairs),
        accuracy=_share(sum(truth == ours for truth, ours in pairs), len(pairs)),
        macro_f1=sum(_f1(*one) for one in by_class) / len(by_class),
        precision=by_class[1][0],
        recall=by_class[1][1],
        asserted=_share(unknown - table[UNKNOWN, UNKNOWN], unknown),
        right_when_asserted=_share(sum(truth == ours for truth, ours in asserted), len(asserted)),
        decided=_share(sum(ours != UNKNOWN for _, ours in known), len(known)),
        six_labels=_share(sum(a == b for a, b in zip(expert, given, strict=True)), len(pairs)),
        confusion={truth: {ours: table[truth, ours] for ours in CLASSES} for truth in CLASSES},
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _precision_recall(table: Counter[tuple[str, str]], one: str) -> tuple[float, float]:
    right = table[one, one]
    given = sum(count for (_, ours), count in table.items() if ours == one)
    there = sum(count for (truth, _), count in table.items() if truth == one)
    return _share(right, given), _share(right, there)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def judged(rows: Iterable[Labelled], unmentioned: Unmentioned) -> list[Assessed]:
    return list(assess((row.pair for row in rows), unmentioned))


def table(rows: Sequence[Labelled]) -> list[dict[str, Any]]:
    """The rows of the report: the baselines, then ours with silence as unknown and as absence.

    `seen`: the first half of the patients, on whom the rules were made.
    """
    expert = [row.expert for row in rows]
    majority = ["not excluded" if row.pair.kind is Kind.EXCLUSION else "not enough information" for row in rows]
    found = [("majority by type", score(expert, majority)), ("GPT-4", score(expert, [row.gpt4 for row in rows]))]
    patients = list(dict.fromkeys(row.patient for row in rows))
    seen = set(patients[: len(patients) // 2])
    for unmentioned in Unmentioned:
        given = [label(row.pair.kind, one.verdict) for row, one in zip(rows, judged(rows, unmentioned), strict=True)]
        found.append((f"rules, {unmentioned}", score(expert, given)))
        for name, of in (("seen", True), ("others", False)):
            part = [at for at, row in enumerate(rows) if (row.patient in seen) is of]
            found.append((f"  patients {name}", score([expert[at] for at in part], [given[at] for at in part])))
    return [{"judge": name, **vars(scores)} for name, scores in found]


_COLUMNS = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "precision": "P disq.",
    "recall": "R disq.",
    "asserted": "unknown asserted",
    "right_when_asserted": "right if asserted",
    "decided": "known decided",
    "six_labels": "six labels",
}


def show(rows: Sequence[Mapping[str, Any]], console: Console) -> None:
    """The rows as a table, and what each judge makes of each class."""
    table = Table(title=f"Verdicts on {rows[0]['pairs']} pairs that experts labelled", title_justify="left")
    table.add_column("judge")
    for heading in _COLUMNS.values():
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(str(row["judge"]), *(f"{row[name]:.3f}" for name in _COLUMNS))
    console.print(table)
    for row in rows:
        table = Table(title=f"{row['judge']}: experts say (rows), it says (columns)", title_justify="left")
        for name in ("", *CLASSES):
            table.add_column(name, justify="right" if name else "left")
        for truth, given in row["confusion"].items():
            table.add_row(truth, *(str(given[one]) for one in CLASSES))
        console.print(table)
