"""`trialogue index`: files, folders and the registry itself into the store, with progress on the side."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from bot import wiring
from bot.errors import SettingsError
from bot.finding import MORE_TRIALS
from bot.quiet import quiet
from bot.settings import Settings
from index.errors import SourceError
from index.sources.ctgov.query import Query
from index.sources.ctgov.registry import BASE_URL, Registry
from index.sources.ctgov.wire import Manners
from index.sources.files import Found, Rejected, files_under, read_file
from index.store.build import Built, build, clear_sample
from index.store.following import Following
from index.store.store import Store

_PAUSE = 1.2  # seconds between two requests, as the registry wishes


def index_files(settings: Settings, sources: Sequence[Path], sample: bool, console: Console) -> Built:
    """Indexes files and folders, and the bundled sample where it is asked for.

    The sample is for a store that holds nothing else: real records take it out, and keep it out.

    Raises:
        SettingsError: there is nothing to index.
        SourceError: a source is not there, or a folder is empty.
    """
    if not sources and not sample:
        raise SettingsError(f"nothing to index; name a file or folder: {MORE_TRIALS}")
    files = list(files_under(sources))
    if sources and not files:
        raise SourceError(f"no files in {', '.join(map(str, sources))}")
    quiet()
    store = wiring.open_store(settings, must_exist=False)
    if sample and (store.records.only_sample() and not sources):
        files = list(files_under([wiring.SAMPLE]))
    elif sample:
        console.print("The sample is left out: it is for a store that holds nothing else.")
    with _bars(console) as bars:
        result = build(store, _read(files, bars), bars.show)
    return _without_sample(store, result, console)


def index_registry(
    settings: Settings, query: Query, since_last: bool, base_url: str | None, pause: float | None, console: Console
) -> Built:
    """Indexes what ClinicalTrials.gov, or a mirror of it, gives for a query; goes on where a run was stopped.

    Raises:
        SourceError: the registry cannot be reached, or does not understand the query.
    """
    quiet()
    store = wiring.open_store(settings, must_exist=False)
    manners = Manners(pause=_PAUSE if pause is None else pause)
    notice = _said(console)
    with Registry(base_url or BASE_URL, manners=manners, notice=notice) as registry, _bars(console) as bars:
        following = Following(store, registry, query, datetime.date.today(), since_last)
        notice(f"Asking {registry.base_url} for {following.words}{', from where it stopped' * following.resumes}.")

        def progress(name: str, done: int, in_all: int | None) -> None:
            bars.show(name, done, following.total if name == "read" else in_all)
            if name == "trials":
                following.stored(done)

        result = build(store, following.found(), progress)
        following.finish()
    if following.vanished:
        notice(f"No longer in the registry: {', '.join(following.vanished)}.")
    return _without_sample(store, result, console)


def _said(console: Console) -> Callable[[str], None]:
    return lambda line: console.print(line, markup=False, highlight=False)


def _without_sample(store: Store, result: Built, console: Console) -> Built:
    if cleared := clear_sample(store):
        console.print(f"{cleared} sample trials were taken out: the store holds real records now.")
        held = {"trials": store.records.count(), "passages": store.records.passage_count()}
        return result.model_copy(update=held)
    return result


def _read(files: Sequence[Path], bars: _Bars) -> Iterator[Found | Rejected]:
    sizes = [file.stat().st_size if file.is_file() else 0 for file in files]
    before = 0
    for file, size in zip(files, sizes, strict=True):
        yield from read_file(file, partial(_show_bytes, bars, before, sum(sizes)))
        before += size
    bars.show("files", before, before)


def _show_bytes(bars: _Bars, before: int, in_all: int, at: int) -> None:
    bars.show("files", before + at, in_all)


class _Rate(ProgressColumn):
    """Done and to do, and how many a second."""

    def render(self, task: Task) -> Text:
        if task.fields["bytes"]:
            return Text(f"{task.completed / 1e6:,.1f} of {(task.total or 0) / 1e6:,.1f} MB")
        in_all = f" of {task.total:,.0f}" if task.total else ""
        rate = f", {task.speed:,.1f}/s" if task.speed else ""
        return Text(f"{task.completed:,.0f}{in_all}{rate}")


class _Bars:
    """A bar for each thing that is counted, from the moment it is first heard of."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, Task] = {}

    def show(self, name: str, done: int, in_all: int | None) -> None:
        if name not in self._tasks:
            task = self._progress.add_task(name, total=None, bytes=name == "files")
            self._tasks[name] = self._progress.tasks[task]
        self._progress.update(self._tasks[name].id, completed=done, total=in_all)


@contextmanager
def _bars(console: Console) -> Iterator[_Bars]:
    columns = (TextColumn("{task.description}"), BarColumn(), _Rate(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        yield _Bars(progress)
