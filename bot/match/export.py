"""A match as a file to keep: CSV (a line for each trial and rule), JSON or a page, written whole or not at all."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from bot import report
from bot.errors import SettingsError
from bot.match.matching import Matched
from bot.match.page import page
from bot.match.rows import Row, Sheet, distances, sheets
from bot.outputs import whole
from bot.person.margins import Miss
from bot.person.standing import Move
from bot.person.whynot import WhyNot

COLUMNS = (
    "trial_id",
    "title",
    "status",
    "standing",
    "criterion_id",
    "kind",
    "criterion",
    "verdict",
    "basis",
    "evidence",
    "reason",
    "url",
)


class Form(StrEnum):
    """The kinds of file, by the ending of its name."""

    CSV = ".csv"
    JSON = ".json"
    HTML = ".html"


def checked(path: Path, force: bool) -> Form:
    """The form that the name asks for; asked before the work begins.

    Raises:
        SettingsError: the name ends otherwise, or something is there already.
    """
    if path.suffix.lower() not in list(Form):
        raise SettingsError(f"--export {path}: the name must end in {', '.join(Form)}")
    if path.is_dir() or not path.parent.is_dir():
        what = "is a folder" if path.is_dir() else "lies in a folder that is not there"
        raise SettingsError(f"--export {path} {what}; give the name of a file")
    if path.exists() and not force:
        raise SettingsError(f"--export {path} is there already; add --force to overwrite it, or give another name")
    return Form(path.suffix.lower())


def export(matched: Matched, path: Path, force: bool, store: str, today: datetime.date) -> None:
    """Writes the file. `store` is the fingerprint of the store that it was made from.

    Raises:
        SettingsError: the name ends otherwise, something is there already, or it cannot be written.
    """
    match checked(path, force):
        case Form.CSV:
            text = as_csv(sheets(matched, today))
        case Form.JSON:
            made = {"made_on": today.isoformat(), "store": store, **as_json(matched, today, texts=True)}
            text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
        case Form.HTML:
            text = page(matched, store, today)
    with whole(path, "--export") as file:
        file.write(text)


# --- CSV


def as_csv(made: Sequence[Sheet]) -> str:
    """The columns of `COLUMNS`; every cell is one line of text, and none begins like a formula of a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for sheet in made:
        card = sheet.card
        for row in sheet.rows:
            cells = (
                *(card.trial_id, card.title, card.status, sheet.offer.standing.outlook.value),
                *(row.criterion_id, row.kind.value, row.text, row.verdict.value),
                *(row.basis or "", row.evidence or "", reason_of(row), card.url or ""),
            )
            writer.writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def reason_of(row: Row) -> str:
    """The reason, and by how much a figure is off."""
    return " ".join((row.reason, *distances(row)))


def harmless(cell: str) -> str:
    """On one line, and with an apostrophe before what a spreadsheet would work out as a formula."""
    line = " ".join(cell.split())
    return f"'{line}" if line.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else line


# --- JSON


def as_json(matched: Matched, today: datetime.date, texts: bool = False) -> report.Json:
    """The report of a match; `texts`: with the words of every rule beside its id."""
    made = sheets(matched, today)
    base = report.matched(matched.profile, matched.offers, matched.question)
    for trial, sheet in zip(base["trials"], made, strict=True):
        trial["url"], trial["as_of"] = sheet.card.url, sheet.card.as_of
        for criterion, row in zip(trial["criteria"], sheet.rows, strict=True):
            criterion |= _row(row, texts)
    why = {"why_not": _why_not(matched.why_not)} if matched.why_not else {}
    if matched.supposed:
        facts = [fact.model_dump(mode="json") for fact in matched.supposed]
        base |= {"supposed": facts, "moved": [_move(move) for move in matched.moved]}
    return {**base, **why, "unmentioned": matched.unmentioned}


def _row(row: Row, texts: bool) -> report.Json:
    words = {"label": row.label, "kind": row.kind, "criterion": row.text} if texts else {}
    return {**words, "group": row.group, "needs": list(row.needs), "missed_by": [_miss(one) for one in row.missed_by]}


def _miss(miss: Miss) -> report.Json:
    return {
        "text": miss.text,
        "by": miss.by,
        "unit": miss.unit,
        "share": miss.share,
        "over_on": miss.over_on.isoformat() if miss.over_on else None,
    }


def _move(move: Move) -> report.Json:
    return {
        "trial_id": move.trial_id,
        "from": move.before,
        "to": move.after,
        "criterion_id": move.criterion_id,
        "because": move.because,
    }


def _why_not(why: WhyNot) -> report.Json:
    return {
        "trial_id": why.trial_id,
        "rules": list(why.rules),
        "obstacles": [
            {
                "evidence": one.fact.quote,
                "attribute": one.fact.attribute.key,
                "rules": list(dict.fromkeys(place.criterion_id for place in one.places)),
                "needed": one.needed,
                "missed_by": [_miss(miss) for miss in one.missed_by],
            }
            for one in why.obstacles
        ],
        "needs": [attribute.key for attribute in why.needs],
        "open_questions": list(why.open_questions),
        "as_written": list(why.as_written),
    }
