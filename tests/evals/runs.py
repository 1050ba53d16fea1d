"""Rankings as files in the TREC run format: note, `Q0`, trial, rank, score and a tag in a line, between blanks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from index.errors import SourceError
from tests.evals.ranking_stages import Ranking


def write_run(path: Path, rankings: Mapping[str, Ranking], tag: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for note, ranking in rankings.items():
            for rank, (trial, score) in enumerate(ranking, 1):
                file.write(f"{note} Q0 {trial} {rank} {score:.6f} {tag}\n")


def read_run(path: Path) -> dict[str, Ranking]:
    """Best first by score, as the usual tools read it; equal scores by the rank that is given.

    Raises:
        SourceError: the file cannot be read, a line is none of a run, or a trial stands twice for a note.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise SourceError(f"the run {path} cannot be read: {exc}") from exc
    found: dict[str, dict[str, tuple[float, int]]] = defaultdict(dict)
    for number, line in enumerate(lines, 1):
        try:
            note, _, trial, rank, score, _ = line.split()
            place = (-float(score), int(rank))
        except ValueError as exc:
            raise SourceError(f"{path}, line {number}: not `note Q0 trial rank score tag`: {line[:80]!r}") from exc
        if trial in found[note]:
            raise SourceError(f"{path}, line {number}: {trial} stands twice for note {note}")
        found[note][trial] = place
    return {
        note: [(trial, -trials[trial][0]) for trial in sorted(trials, key=trials.__getitem__)]
        for note, trials in found.items()
    }
