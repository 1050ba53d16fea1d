"""What is measured on: a seeded sample of the real studies, and rows of the registry as a file of any size."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle
from pathlib import Path

from index.errors import SourceError
from index.sources.files import Found, Rejected, read_file
from index.trial import Trial

_LENT = 300  # studies that lend their fields


def studies(data: Path, count: int, seed: int) -> list[Path]:
    """`count` study files, the same ones for the same seed.

    Raises:
        SourceError: there are none.
    """
    files = sorted((data / "studies").glob("*.json"))
    if not files:
        raise SourceError(f"no studies in {data / 'studies'}; set TRIALOGUE_DATA to the folder of real records")
    return random.Random(seed).sample(files, min(count, len(files)))


def read(paths: Iterable[Path]) -> Iterator[Found | Rejected]:
    for path in paths:
        yield from read_file(path)


def trials(paths: Iterable[Path]) -> Iterator[Trial]:
    return (one.trial for one in read(paths) if isinstance(one, Found))


def rows(data: Path, count: int, into: Path) -> Path:
    """A file of `count` rows of the registry, taken at equal distances, so that each size has the same mixture."""
    registry = data / "registry.jsonl.gz"
    if not registry.exists():
        raise SourceError(f"there is no {registry}; set TRIALOGUE_DATA to the folder of real records")
    with gzip.open(registry, "rb") as lines:
        in_all = sum(1 for _ in lines)
    wanted = {at * in_all // count for at in range(min(count, in_all))} if count < in_all else set(range(in_all))
    with gzip.open(registry, "rb") as lines, into.open("wb") as file:
        file.writelines(line for at, line in enumerate(lines) if at in wanted)
    return into


def lent(found: Iterable[Found | Rejected], lenders: Sequence[Path]) -> Iterator[Found | Rejected]:
    """Rows with the fields that the file of rows lacks (sites always, and status, ages and sex often) as real studies
    have them, one study after the other: limits then leave out as much as in the registry.
    """
    lending = cycle([_fields(trial) for trial in trials(lenders)])
    for one in found:
        if isinstance(one, Rejected):
            yield one
            continue
        missing = {name: value for name, value in next(lending).items() if not getattr(one.trial, name)}
        yield one.model_copy(update={"trial": one.trial.model_copy(update=missing)})


def lenders(data: Path, seed: int) -> list[Path]:
    return studies(data, _LENT, seed)


def _fields(trial: Trial) -> dict[str, object]:
    names = ("sites", "status", "study_type", "phases", "minimum_age", "maximum_age", "sex", "last_updated")
    return {name: getattr(trial, name) for name in names}


def questions(data: Path, rows: Path, count: int, seed: int) -> list[str]:
    """Three quarters are conditions that rows name, one quarter notes about patients."""
    with rows.open(encoding="utf-8") as lines:
        named = sorted({name for line in lines for name in json.loads(line).get("conditions", ())})
    rng = random.Random(seed)
    notes = (data / "trec2021" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    long = [json.loads(line)["text"] for line in rng.sample(notes, min(count // 4, len(notes)))]
    return rng.sample(named, min(count - len(long), len(named))) + long
