"""Chia's hand annotations beside what our readers give: numeric comparisons, what is denied, and time windows.

Three quarters of the trials were read while the readers were improved; the last quarter only measures them. The gold
figures hold the annotators' slips too: comparisons of ours that they did not mark count as wrong in "P", and are left
out of "P*".
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from index.criteria.readers.labs import measurements
from index.criteria.readers.words import words_of
from index.criteria.requirements import read_rule
from index.criteria.rule import Rule, requirements_in
from tests.evals.chia_brat import Line, lines, to_tune_on
from tests.evals.chia_numbers import Compared, by_expression, marked, of_leaves, subjects_of
from tests.evals.chia_scopes import denials, denied_in_all, windows

_Z = 1.96  # 95 %


def rows(folder: Path) -> list[dict[str, Any]]:
    """`folder`: the data folder, with `chia` in it. A row for each part of the trials, subject and reader; `notes` says
    what is left out, and how much is covered.
    """
    parts: dict[str, list[Line]] = {"tuned on": [], "held out": []}
    for line in lines(folder / "chia"):
        parts["tuned on" if to_tune_on(line.trial) else "held out"].append(line)
    return [row for part, members in parts.items() for row in _rows(part, members)]


def _rows(part: str, members: Sequence[Line]) -> list[dict[str, Any]]:
    rules = [read_rule(line.criterion) for line in members]
    pairs = list(zip(members, rules, strict=True))
    rows = [*_comparisons(pairs), *_denials(pairs), *_windows(pairs)]
    return [{"trials": part, "criteria": len(members), **row} for row in rows]


# --- numeric comparisons


def _extracted(line: Line, _: Rule | None) -> list[Compared]:
    words = words_of(line.criterion.lead, 0, line.kind)
    return of_leaves(leaf for clause in measurements(words) for leaf in requirements_in(clause.rule))


_READERS: Mapping[str, Callable[[Line, Rule | None], list[Compared]]] = {
    "expression": lambda line, _: by_expression(line.text),
    "extracted": _extracted,
    "in a rule": lambda _, rule: of_leaves(requirements_in(rule)),
}


def _comparisons(pairs: Sequence[tuple[Line, Rule | None]]) -> Iterable[dict[str, Any]]:
    """ "expression" is the baseline; "in a rule" counts only what a rule can use for a verdict."""
    left_out = Counter[str]()
    gold = [marked(line, left_out) for line, _ in pairs]
    for name, read in _READERS.items():
        count = Counter[str]()
        for (line, rule), wanted in zip(pairs, gold, strict=True):
            given = read(line, rule)
            right = [one for one in given if any(one.same(other) for other in wanted)]
            count["gold"] += len(wanted)
            count["found"] += sum(any(one.same(other) for other in given) for one in wanted)
            count["ours"] += len(given)
            count["right"] += len(right)
            count["unmarked"] += sum(one not in right and not _marked_there(line, one) for one in given)
        yield {
            "what": "numeric comparisons",
            "by": name,
            **_figures(count["right"], count["ours"], count["found"], count["gold"]),
            "unmarked": count["unmarked"],
            "precision_where_marked": _share(count["right"], count["ours"] - count["unmarked"]),
            "notes": dict(left_out),
        }


def _marked_there(line: Line, ours: Compared) -> bool:
    """Whether the annotators related a value to a measurement of the table where ours was read."""
    start, end = ours.place
    return any(
        measurement.start < end and start < measurement.end and value.start < end and start < value.end
        for measurement, value in line.related("has_value")
        if subjects_of(measurement)
    )


# --- what is denied, and when


def _denials(pairs: Sequence[tuple[Line, Rule | None]]) -> Iterable[dict[str, Any]]:
    judged = [one for line, rule in pairs for one in denials(line, rule)]
    note = {"things covered by a leaf": len(judged), "denied in all": sum(denied_in_all(line) for line, _ in pairs)}
    for name, ours in (("nearest word", [one[2] for one in judged]), ("in a rule", [one[1] for one in judged])):
        both = sum(gold and said for (gold, _, _), said in zip(judged, ours, strict=True))
        gold = sum(one[0] for one in judged)
        yield {"what": "denied", "by": name, **_figures(both, sum(ours), both, gold), "notes": note}


def _windows(pairs: Sequence[tuple[Line, Rule | None]]) -> Iterable[dict[str, Any]]:
    found = [one for line, rule in pairs for one in windows(line, rule)]
    judged = [one for one in found if one[3]]
    note = {"things covered by a leaf": len(judged), "windows in all": sum(one[0] is not None for one in found)}
    for name, place in (("first window", 2), ("in a rule", 1)):
        ours = [(one[0], one[place]) for one in judged]
        same = sum(_same_days(gold, days) for gold, days in ours)
        given, wanted = sum(days is not None for _, days in ours), sum(gold is not None for gold, _ in ours)
        yield {"what": "time windows", "by": name, **_figures(same, given, same, wanted), "notes": note}


def _same_days(one: Any, other: Any) -> bool:
    return one is not None and other is not None and abs(one - other) <= 0.05 * max(one, other)


# --- figures


def _figures(right: int, ours: int, found: int, gold: int) -> dict[str, Any]:
    precision, recall = _share(right, ours), _share(found, gold)
    return {
        "gold": gold,
        "ours": ours,
        "precision": precision,
        "precision_between": wilson(right, ours),
        "recall": recall,
        "recall_between": wilson(found, gold),
        "f1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Where a share lies with 95 % certainty, by Wilson's score."""
    if not whole:
        return 0.0, 1.0
    share, square = part / whole, _Z**2 / whole
    middle = (share + square / 2) / (1 + square)
    reach = _Z / (1 + square) * math.sqrt(share * (1 - share) / whole + square / (4 * whole))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def table(report: Sequence[Mapping[str, Any]]) -> Table:
    """The rows for a reader; `P*` leaves out comparisons that the annotators did not mark."""
    shown = Table(title="Chia: numeric comparisons, what is denied, time windows", title_justify="left")
    for name in ("trials", "what", "by", "gold", "ours", "P", "P*", "R", "F1"):
        shown.add_column(name, justify="left" if name in ("trials", "what", "by") else "right")
    for row in report:
        star = f"{row['precision_where_marked']:.3f}" if "precision_where_marked" in row else ""
        shown.add_row(
            row["trials"],
            row["what"],
            row["by"],
            f"{row['gold']:,}",
            f"{row['ours']:,}",
            f"{row['precision']:.3f} ({row['precision_between'][0]:.3f}-{row['precision_between'][1]:.3f})",
            star,
            f"{row['recall']:.3f} ({row['recall_between'][0]:.3f}-{row['recall_between'][1]:.3f})",
            f"{row['f1']:.3f}",
        )
    return shown
