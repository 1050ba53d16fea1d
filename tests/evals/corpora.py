"""What is ranked: the full records of the registry file, or the study files; and a store of them, kept for later."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from time import perf_counter

from platformdirs import user_cache_path

from index.errors import SourceError
from index.record import fingerprint
from index.sources.files import Found
from index.sources.registry_row import read_row
from index.store.build import build
from index.store.embedding import Embedder
from index.store.store import Store
from index.trial import Trial
from tests.evals import samples
from tests.evals.measured import say

_FULL = b'"level": "full"'
_SECONDS = "seconds.json"


class Corpus:
    """Trials, read anew each time they are asked for."""

    def __init__(self, name: str, found: Callable[[], Iterator[Found]]) -> None:
        self.name = name
        self.found = found

    def trials(self) -> Iterator[Trial]:
        return (one.trial for one in self.found())

    @cached_property
    def fingerprints(self) -> Mapping[str, str]:
        """By trial id."""
        return {trial.id: fingerprint(trial) for trial in self.trials()}


def registry(data: Path) -> Corpus:
    """The full records of the registry file: those that have a title and a summary too."""
    path = data / "registry.jsonl.gz"

    def found() -> Iterator[Found]:
        with gzip.open(path, "rb") as lines:
            for number, line in enumerate(lines, 1):
                if _FULL in line:
                    yield Found(source=f"{path}, line {number}", trial=read_row(json.loads(line)), raw=line.rstrip())

    return _there(path, Corpus("registry", found))


def studies(data: Path) -> Corpus:
    paths = sorted((data / "studies").glob("*.json"))
    return _there(
        data / "studies", Corpus("studies", lambda: (one for one in samples.read(paths) if isinstance(one, Found)))
    )


def _there(path: Path, corpus: Corpus) -> Corpus:
    if not path.exists():
        raise SourceError(f"there is no {path}; set TRIALOGUE_DATA to the folder of real records")
    return corpus


def kept_in(folder: Path | None) -> Path:
    """Where stores, vectors and runs are kept from one call to the next."""
    return folder or user_cache_path("trialogue") / "retrieval"


class _Enough(Exception):
    """Everything that says which trials are about a text is in the store."""


def corpus_store(corpus: Corpus, folder: Path, embedder: Embedder) -> Store:
    """The store of a corpus with words, titles and cards, made where it does not stand yet; without passage vectors,
    which say nothing about which trials are found.
    """
    store = Store(folder, embedder)
    if not _stands(store, corpus):
        say(f"store of {len(corpus.fingerprints):,} trials in {folder}")
        began = perf_counter()
        try:
            build(store, corpus.found(), _until_trials_are_in)
        except _Enough:
            took = perf_counter() - began
            (folder / _SECONDS).write_text(json.dumps(build_seconds(folder) + took), encoding="utf-8")
        store.close()
        store = Store.existing(folder, embedder)
    return store


def build_seconds(folder: Path) -> float:
    """What making the store took, in all runs that came to their end."""
    path = folder / _SECONDS
    return float(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else 0.0


def _stands(store: Store, corpus: Corpus) -> bool:
    return {one: stored.fingerprint for one, stored in store.records.stored().items()} == corpus.fingerprints


def _until_trials_are_in(name: str, done: int, in_all: int | None) -> None:
    """Stops a build before its passages: it may be stopped at any moment."""
    if name == "trials":
        say(f"  {done:,} trials")
        if done == in_all:
            raise _Enough
