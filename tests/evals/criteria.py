"""Eligibility: how faithfully texts are split, how much of them is understood, and how verdicts agree with experts."""

from __future__ import annotations

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from index.errors import SourceError
from tests.evals import chia, coverage, eligibility, splitting

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


class Part(StrEnum):
    SPLITTING = "splitting"
    COVERAGE = "coverage"
    NUMBERS = "numbers"
    VERDICTS = "verdicts"


def command(
    part: Annotated[
        list[Part] | None, typer.Option(help="What to measure; may be given again; by default all.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The folder of real records.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
    misses: Annotated[Path | None, typer.Option(help="Write all misses of splitting to this file.")] = None,
    sample: Annotated[int, typer.Option(min=0, help="Print so many typed criteria with what was read of them.")] = 0,
    seed: Annotated[int, typer.Option(help="Which criteria the sample draws.")] = 7,
) -> None:
    """Eligibility texts -> criteria -> rules -> verdicts, each beside a baseline. Exit 1 if a span is wrong."""
    folder = data or Path(os.environ.get("TRIALOGUE_DATA", DATA))
    if not (folder / "registry.jsonl.gz").is_file():
        typer.echo(f"no registry.jsonl.gz in {folder}; name the folder of real records with --data", err=True)
        raise typer.Exit(2)
    console = Console(stderr=as_json)
    if sample:
        for line in coverage.sample(folder, sample, seed):
            typer.echo(line)
        return
    report: dict[str, Any] = {}
    try:
        for one in part or list(Part):
            report[one] = _measured(one, folder, misses, console)
    except SourceError as exc:
        typer.echo(str(exc), err=True)
        raise typer.Exit(2) from exc
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
    if wrong := report.get(Part.SPLITTING, {}).get("wrong"):
        for line in wrong:
            typer.echo(line, err=True)
        raise typer.Exit(1)


def _measured(part: Part, folder: Path, misses: Path | None, console: Console) -> dict[str, Any]:
    if part is Part.SPLITTING:
        found = splitting.report(folder, misses)
        splitting.show(found, console)
    elif part is Part.COVERAGE:
        found = coverage.report(folder)
        coverage.show(found, console)
    elif part is Part.NUMBERS:
        found = {"rows": chia.rows(folder)}
        console.print(chia.table(found["rows"]))
    else:
        found = {"rows": eligibility.table(eligibility.labelled(folder))}
        eligibility.show(found["rows"], console)
    return found
