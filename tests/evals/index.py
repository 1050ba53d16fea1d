"""`python -m tests.evals index`: how fast records come in, what an update costs, how all of it grows, and what limits
cost in a search; each figure beside a baseline that the same call has run on the same files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from index.errors import SourceError
from tests.evals import samples, scale, scale_table, searching, speed, synthetic, updating
from tests.evals.measured import StepFailed

DATA = Path(os.environ.get("TRIALOGUE_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


class Part(StrEnum):
    SPEED = "speed"
    UPDATE = "update"
    SCALE = "scale"
    SEARCH = "search"
    VECTORS = "vectors"


class Plan(BaseModel):
    """What to measure, and on how much."""

    data: Path
    work: Path
    files: int
    rounds: int
    seed: int
    trials: list[int]
    vectors: list[int]
    questions: int
    sample: int
    lend: bool
    real: bool | None  # None: as each part does by itself


Report = tuple[list[BaseModel], list[Table]]


def command(
    part: Annotated[list[Part], typer.Option(help="What to measure; may be given again.")] = [  # noqa: B006
        Part.SPEED,
        Part.UPDATE,
    ],
    files: Annotated[int, typer.Option(min=1, help="speed, update: how many study files.")] = 100,
    rounds: Annotated[int, typer.Option(min=1, help="speed: how often each pipeline runs, in turn.")] = 1,
    trials: Annotated[list[int], typer.Option(help="scale, search: a size; may be given again.")] = [2000],  # noqa: B006
    vectors: Annotated[list[int], typer.Option(help="vectors: a size; may be given again.")] = [100_000],  # noqa: B006
    questions: Annotated[int, typer.Option(min=4, help="search: how many questions.")] = 40,
    sample: Annotated[int, typer.Option(min=0, help="scale: passages for the real model's rate.")] = 512,
    keep: Annotated[Path | None, typer.Option(help="Where stores stay, for a later call.")] = None,
    real: Annotated[
        bool | None,
        typer.Option("--real/--stand-in", help="The model; by default real in speed and update, else a stand-in."),
    ] = None,
    lend: Annotated[
        bool, typer.Option("--lend/--as-is", help="scale: fill what rows lack (sites, status, ages) from studies.")
    ] = True,
    seed: Annotated[int, typer.Option(help="Which files and questions are drawn.")] = 7,
    data: Annotated[Path, typer.Option(help="The folder of real records.")] = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as one JSON object.")] = False,
) -> None:
    """Measures indexing and search against the pipeline of a tutorial, or against the smaller size."""
    console = Console(stderr=True)
    done: dict[str, list[object]] = {}
    try:
        with _folder(keep) as work:
            plan = Plan(
                data=data, work=work, files=files, rounds=rounds, seed=seed, trials=trials, vectors=vectors,
                questions=questions, sample=sample, lend=lend, real=real,
            )  # fmt: skip
            for one in dict.fromkeys(part):
                figures, tables = measured(one, plan)
                done[one] = [figure.model_dump(mode="json") for figure in figures]
                if not as_json:
                    _screen().print(*tables, sep="\n")
    except (SourceError, StepFailed) as exc:
        console.print(f"[red]{exc}")
        raise typer.Exit(2) from exc
    if as_json:
        typer.echo(json.dumps(done))


def _screen() -> Console:
    """Wide enough for the tables where they go into a file."""
    console = Console()
    return console if console.is_terminal else Console(width=120)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    with TemporaryDirectory(prefix="trialogue-evals-") as folder:
        yield Path(folder)


def measured(part: Part, plan: Plan) -> Report:
    """The figures of one part, and its tables."""
    if part is Part.SPEED:
        with TemporaryDirectory(dir=plan.work) as work:
            fast = speed.measure(_studies(plan), Path(work), plan.rounds, plan.real is not False)
        return [fast], [speed.table(fast)]
    if part is Part.UPDATE:
        with TemporaryDirectory(dir=plan.work) as work:
            updates = updating.measure(_studies(plan), Path(work), plan.real is not False)
        return [updates], [updating.table(updates)]
    if part is Part.VECTORS:
        with TemporaryDirectory(dir=plan.work) as work:
            heaps = synthetic.measure(plan.vectors, Path(work))
        return list(heaps), [synthetic.table(heaps)]
    sizes = [_scaled(plan, trials) for trials in plan.trials]
    if part is Part.SCALE:
        return list(sizes), [scale_table.table(sizes)]
    searches = [_searched(plan, trials) for trials in plan.trials]
    return list(searches), [searching.table(one) for one in searches]


def _studies(plan: Plan) -> Sequence[Path]:
    return samples.studies(plan.data, plan.files, plan.seed)


def _scaled(plan: Plan, trials: int) -> scale.Scaled:
    return scale.measure(plan.data, plan.work, trials, plan.real is True, plan.lend, plan.sample, plan.seed)


def _searched(plan: Plan, trials: int) -> searching.Searches:
    folder = scale.place(plan.work, trials, plan.real is True)
    texts = samples.questions(plan.data, folder / "rows.jsonl", plan.questions, plan.seed)
    return searching.measure(folder / "store", texts, plan.real is True)
