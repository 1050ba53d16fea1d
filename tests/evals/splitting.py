"""How faithfully eligibility texts are split: what must hold for every text, and cuts beside hand-split ones.

Chia's annotators put each criterion on a line of its own, sub-criteria too. 800 of its 1,000 trials come to us only in
those very lines; the other 200, laid out by other exports, say more about a splitter, so they have rows of their own.
"""

from __future__ import annotations

import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from index.criteria.split import split
from index.sources.escapes import unescape
from tests.evals.boundaries import Aligned, Gap, Spans, Tally, align, cuts, told, word_end, words
from tests.evals.left_out import Kept, faults, kept_as, left_out

_ID = re.compile(r"NCT\d{8}")
_MARK_OR_HEADING = re.compile(r"(?:^|[\s(;,])(?:\d{1,2}|[a-h]|[ivx]{1,4})[.)]|[•●-]\s|criteri", re.IGNORECASE)


@dataclass
class Properties:
    texts: int = 0
    criteria: int = 0
    seconds: float = 0.0
    baseline_seconds: float = 0.0
    faults: list[str] = field(default_factory=list)
    pieces: Counter[str] = field(default_factory=Counter)

    @property
    def lost(self) -> list[str]:
        return [piece for piece in self.pieces if kept_as(piece) is Kept.LOST]


@dataclass(frozen=True)
class Trial:
    """A trial of Chia. `theirs`: our text of it is laid out in Chia's lines and nothing else."""

    id: str
    text: str
    lines: tuple[str, ...]
    theirs: bool
    aligned: Aligned


def criteria_of(text: str) -> Spans:
    return sorted((one.start, one.lead_end) for one in split(text))


def every_line(text: str) -> Spans:
    return [match.span() for match in re.finditer(r"[^\s][^\n]*", text)]


def every_sentence(text: str) -> Spans:
    ends = r"\S.*?(?:(?<=[.!?])(?=\s+[A-Z0-9])|\Z|(?=\n\s*\n))"
    return [match.span() for match in re.finditer(ends, text, re.DOTALL)]


_SPLITTERS: dict[str, Callable[[str], Spans]] = {
    "splitter": criteria_of,
    "lines": every_line,
    "sentences": every_sentence,
}


def report(folder: Path, misses: Path | None = None) -> dict[str, Any]:
    """What must hold, boundaries and lines; all misses and pieces left out go to a file, if one is named."""
    hold = properties(texts(folder))
    trials = list(chia(folder))
    if misses:
        misses.write_text("\n".join([*_told_misses(trials), *_told_pieces(hold)]) + "\n", encoding="utf-8")
    wrong = [*hold.faults[:20], *(f"lost: {piece}" for piece in hold.lost[:20])]
    return {
        "properties": _properties_report(hold),
        "boundaries": [*rows(trials)],
        "lines": _lines_report(trials),
        "wrong": wrong,
    }


def texts(folder: Path, only: Container[str] | None = None, every: int = 1) -> Iterator[tuple[str, str]]:
    """(trial id, eligibility text) of the rows of the registry export, as the reader of rows gives it."""
    with gzip.open(folder / "registry.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in islice(lines, 0, None, every):
            if only is None or ((found := _ID.search(line, 0, 60)) and found[0] in only):
                row = json.loads(line)
                yield row["id"], unescape(row["eligibility"]).strip()


def properties(given: Iterator[tuple[str, str]]) -> Properties:
    hold = Properties()
    for trial_id, text in given:
        before = time.process_time()
        criteria = split(text)
        between = time.process_time()
        every_line(text)
        hold.baseline_seconds += time.process_time() - between
        hold.seconds += between - before
        hold.texts += 1
        hold.criteria += len(criteria)
        hold.faults += [f"{trial_id}: {fault}" for fault in faults(text, criteria)]
        hold.pieces.update(left_out(text, criteria))
    return hold


def chia(folder: Path) -> Iterator[Trial]:
    """The trials of Chia with our text of them, aligned: the study record's where it is at hand, else the export's."""
    ids = {path.name.split("_")[0] for path in (folder / "chia").glob("NCT*_*.txt")}
    for trial_id, text in texts(folder, ids):
        study = folder / "studies" / f"{trial_id}.json"
        if study.is_file():
            module = json.loads(study.read_bytes())["protocolSection"].get("eligibilityModule", {})
            text = unescape(module.get("eligibilityCriteria") or "").strip() or text
        lists = [_hand_split(folder / "chia" / f"{trial_id}_{name}.txt") for name in ("inc", "exc")]
        lines = tuple(line for one in lists for line in one)
        laid_out = [line.strip() for line in text.split("\n") if not _is_no_criterion(line)]
        yield Trial(trial_id, text, lines, laid_out == list(lines), align(text, lists))


def _hand_split(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return [line.strip() for line in lines if not _is_no_criterion(line)]


def _is_no_criterion(line: str) -> bool:
    """Whether a line is blank, says that its list is empty, or is the heading that the export gave Chia's lines."""
    return line.strip().lower() in ("", "na", "n/a", "inclusion criteria:", "exclusion criteria:")


def rows(trials: Sequence[Trial]) -> Iterator[dict[str, Any]]:
    """Per group of trials and splitter: the boundaries' precision, recall and F1, and F1 less the arguable gaps."""
    groups = {
        "all": trials,
        "of other exports": [trial for trial in trials if not trial.theirs],
        "Chia's own lines": [trial for trial in trials if trial.theirs],
    }
    for group, members in groups.items():
        for name, splitter in _SPLITTERS.items():
            tally, less = Tally(), Tally()
            for trial in members:
                gaps = trial.aligned.gaps
                made = cuts(trial.text, splitter(trial.text), gaps)
                plain = [number for number, gap in enumerate(gaps) if not stands_inside(trial.text, gap)]
                tally.add(gaps, made)
                less.add([gaps[number] for number in plain], [made[number] for number in plain])
            f1 = less.figures()["f1"]
            yield {"trials": group, "of": len(members), "splitter": name, **tally.figures(), "f1_less_lists": f1}


def stands_inside(text: str, gap: Gap) -> bool:
    """Whether the annotators kept a list, or a heading with its text, in one line: arguable, so reported apart."""
    between = text[word_end(text, gap.left) : gap.right]
    return not gap.boundary and _MARK_OR_HEADING.search(between) is not None


def _lines_report(trials: Sequence[Trial]) -> dict[str, Any]:
    """How many hand-split lines were found in our texts, and how many of them are one piece, word for word."""
    found = sum(trial.aligned.found for trial in trials)
    same = Counter[str]()
    for trial in trials:
        for name, splitter in _SPLITTERS.items():
            pieces = {tuple(w.text for w in words(trial.text[a:b])) for a, b in splitter(trial.text)}
            lost = set(trial.aligned.lost)
            same[name] += sum(tuple(w.text for w in words(line)) in pieces for line in trial.lines if line not in lost)
    missing = sum(len(trial.aligned.lost) for trial in trials)
    return {"found": found, "not_in_our_text": missing, "word_for_word": {n: same[n] / found for n in _SPLITTERS}}


def _properties_report(hold: Properties) -> dict[str, Any]:
    kept = Counter[str]()
    distinct = Counter[str]()
    for piece, count in hold.pieces.items():
        kept[kept_as(piece).value] += count
        distinct[kept_as(piece).value] += 1
    return {
        "texts": hold.texts,
        "criteria": hold.criteria,
        "faults": len(hold.faults),
        "left_out": {kind.value: {"pieces": kept[kind], "distinct": distinct[kind]} for kind in Kept},
        "criteria_per_second": round(hold.criteria / hold.seconds),
        "times_as_long_as_cutting_lines": round(hold.seconds / hold.baseline_seconds, 1),
    }


def _told_misses(trials: Sequence[Trial]) -> Iterator[str]:
    for trial in trials:
        yield from (f"{trial.id} not in our text: {line}" for line in trial.aligned.lost)
        made = cuts(trial.text, criteria_of(trial.text), trial.aligned.gaps)
        for gap, cut in zip(trial.aligned.gaps, made, strict=True):
            if cut != gap.boundary:
                apart = " (list or heading inside a line)" if stands_inside(trial.text, gap) else ""
                yield f"{trial.id} {'cut by us' if cut else 'cut by Chia'}{apart}: {told(trial.text, gap)}"


def _told_pieces(hold: Properties) -> Iterator[str]:
    for piece, count in sorted(hold.pieces.items(), key=lambda one: (kept_as(one[0]), -one[1], one[0])):
        if kept_as(piece) is not Kept.MARK:
            yield f"left out as {kept_as(piece)}, {count} times: {piece}"


def show(report: dict[str, Any], console: Console) -> None:
    held, lines = report["properties"], report["lines"]
    table = Table(title=f"{held['criteria']:,} criteria of {held['texts']:,} texts", title_justify="left")
    table.add_column("what")
    table.add_column("count", justify="right")
    table.add_column("distinct", justify="right")
    table.add_row("spans that do not slice, nest or follow", f"{held['faults']:,}", "")
    for kind, count in held["left_out"].items():
        table.add_row(f"outside every criterion: {kind}", f"{count['pieces']:,}", f"{count['distinct']:,}")
    table.add_row("criteria a second", f"{held['criteria_per_second']:,}", "")
    table.add_row("times as long as cutting at line ends", f"{held['times_as_long_as_cutting_lines']}", "")
    console.print(table)
    table = Table(title="Boundaries between criteria against Chia's hand-split lines", title_justify="left")
    for name in ("texts", "of", "cut by", "bounds", "P", "R", "F1", "F1*"):
        table.add_column(name, justify="left" if name in ("texts", "cut by") else "right")
    for row in report["boundaries"]:
        scores = (f"{row[name]:.3f}" for name in ("precision", "recall", "f1", "f1_less_lists"))
        table.add_row(row["trials"], str(row["of"]), row["splitter"], f"{row['boundaries']:,}", *scores)
    console.print(table)
    console.print("* less the lists, and the headings with their text, that Chia keeps in one line")
    shares = ", ".join(f"{name} {share:.1%}" for name, share in lines["word_for_word"].items())
    console.print(f"{lines['found']:,} lines found, {lines['not_in_our_text']} not in our texts (other versions).")
    console.print(f"Lines that are one piece word for word: {shares}.")
