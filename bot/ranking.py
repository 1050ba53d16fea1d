"""Notes about people -> trials in order for each, as a file in the TREC run format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import track

from bot.errors import SettingsError
from bot.inputs import batch_lines
from bot.outputs import whole
from bot.person.facts import Profile
from bot.person.intake import facts_in
from bot.person.seeking import request_for
from bot.safety.privacy import mask
from index.search.ranking import DEPTH, Ranking
from index.store.store import Store

TAG = "trialogue"


def rank_note(store: Store, note: str, depth: int) -> list[tuple[str, float]]:
    """(trial id, score) of the trials for one note, best first, whatever their status; identifiers are masked first."""
    masked = mask(note).text
    profile = Profile().with_facts(facts_in(masked).facts)
    return Ranking(store, request_for(masked, profile)).ranked(max(depth, DEPTH))[:depth]


def rank_notes(store: Store, notes: Path, depth: int, run: Path, errors: Console) -> int:
    """Ranks trials for every note of a file, and writes them into `run`, whole or not at all. Gives how many notes.

    Raises:
        SettingsError: a line is no note, an id stands twice, or the run cannot be written.
    """
    lines = list(_checked(notes))
    with whole(run, "--run") as file:
        for identifier, text in track(lines, "Ranking", console=errors, disable=not errors.is_terminal):
            for rank, (trial_id, score) in enumerate(rank_note(store, text, depth), 1):
                file.write(f"{identifier} Q0 {trial_id} {rank} {score:.6f} {TAG}\n")
    return len(lines)


def _checked(notes: Path) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for identifier, text in batch_lines(notes):
        name = str(identifier)
        if not name or name.split() != [name] or name in seen:
            what = "stands twice" if name in seen else "is empty or has a space, which a run cannot hold"
            raise SettingsError(f"{notes}: the id {name!r} {what}; give each note a name of its own")
        if not text.strip():
            raise SettingsError(f"{notes}: the note {name} is empty; give a text that tells the condition")
        seen.add(name)
        yield name, text
