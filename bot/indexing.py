"""`trialogue index`: files into the store, with progress on the side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot import wiring
from bot.errors import SettingsError
from bot.finding import MORE_TRIALS
from bot.quiet import quiet
from bot.settings import Settings
from index.errors import SourceError
from index.sources.files import Found, Rejected, files_under, read_file
from index.store.build import Built, build, clear_sample


def index_files(settings: Settings, sources: Sequence[Path], sample: bool, console: Console) -> Built:
    """Indexes files and folders, and the bundled sample where it is asked for.

    The sample is for a store that holds nothing else: real records take it out, and keep it out.

    Raises:
        SettingsError: there is nothing to index.
        SourceError: none of the sources holds a readable kind of file.
    """
    if not sources and not sample:
        raise SettingsError(f"nothing to index; name a file or folder: {MORE_TRIALS}")
    files = list(files_under(sources))
    if sources and not files:
        kinds = ".json, .jsonl, .jsonl.gz and .txt"
        raise SourceError(f"no trial records in {', '.join(map(str, sources))}; looked for {kinds}")
    quiet()
    store = wiring.open_store(settings, must_exist=False)
    if sample and (store.records.only_sample() and not sources):
        files = list(files_under([wiring.SAMPLE]))
    elif sample:
        console.print("The sample is left out: it is for a store that holds nothing else.")
    with _bars(console) as bars:
        read = bars.add_task("files", total=len(files))
        done = {name: bars.add_task(name, total=None) for name in ("trials", "passages")}

        def found() -> Iterator[Found | Rejected]:
            for file in files:
                yield from read_file(file)
                bars.advance(read)

        result = build(store, found(), lambda name, count: bars.advance(done[name], count))
    if cleared := clear_sample(store):
        console.print(f"{cleared} sample trials were taken out: the store holds real records now.")
        held = {"trials": store.records.count(), "passages": store.records.passage_count()}
        return result.model_copy(update=held)
    return result


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )
