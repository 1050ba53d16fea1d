"""What a build did, and what changed in a record, as text for the terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.finding import MORE_TRIALS
from index.changes import changes
from index.record import Record
from index.search.trials import Result
from index.sources.found import Rejected
from index.store.build import Built
from index.trial import Span

_FEW = 3  # sources that are named each
_LONGEST_QUOTE = 300


def show_built(result: Built, console: Console) -> None:
    """What was not read, by folder and reason, and what the store holds now."""
    for line in _not_read(result.rejected):
        console.print(line, markup=False, highlight=False)
    beside = [
        f"{count:,} {what}"
        for count, what in (
            (result.older, "older versions kept beside newer ones"),
            (result.lesser, "left aside, as the store holds more of those trials"),
        )
        if count
    ]
    counts = f"{len(result.added):,} added, {len(result.changed):,} changed, {result.unchanged:,} unchanged"
    sentences = [
        ", ".join((counts, *beside, f"{len(result.rejected):,} not read")) + ".",
        "" if result.added or result.changed else "Nothing has changed.",
        f"The store holds {result.trials:,} trials in {result.passages:,} passages.",
    ]
    console.print(" ".join(filter(None, sentences)), highlight=False)


def _not_read(rejected: Sequence[Rejected]) -> Iterator[str]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in rejected:
        groups[str(Path(one.source).parent), one.reason].append(one.source)
    for (folder, reason), sources in groups.items():
        if len(sources) > _FEW:
            named = ", ".join(Path(source).name for source in sources[:_FEW])
            yield f"not read: {folder}: {len(sources):,} sources, among them {named}: {reason}"
        else:
            yield from (f"not read: {source}: {reason}" for source in sources)


def show_changes(record: Record, versions: Sequence[Record], console: Console) -> None:
    """What changed from version to version, the latest step first, each change over the words before and after."""
    if not versions:
        console.print(f"{record.trial.id} is here in one version only; nothing to compare.", highlight=False)
    steps = list(zip(versions, [*versions[1:], record], strict=True))
    for old, new in reversed(steps):
        console.print(Text(f"{record.trial.id}  {_date(old)} → {_date(new)}", style="bold"))
        for change in changes(old, new):
            console.print(Text(f"• {change.text}"))
            for sign, of, spans in (("−", old, change.before), ("+", new, change.after)):
                for span in spans:
                    console.print(Text(f"    {sign} {_quote(of, span)}", style="dim"))


def _date(record: Record) -> str:
    trial = record.trial
    date = trial.last_updated or trial.verified or trial.origin.as_of
    gone = f" (no longer in the registry: {trial.origin.gone.isoformat()})" if trial.origin.gone else ""
    return (date.text if date else "no date") + gone


def _quote(record: Record, span: Span) -> str:
    words = " ".join(record.quote(span).split())
    return words if len(words) <= _LONGEST_QUOTE else words[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"


def show_hits(result: Result, only_sample: bool, console: Console) -> None:
    """Trials that were found, each with its best passage."""
    for number, hit in enumerate(result.hits, 1):
        status = hit.status.words if hit.status else "status not given"
        console.print(f"{number}. {hit.trial_id}  {hit.title} ({status})", markup=False, highlight=False)
        for passage in hit.passages[:1]:
            line = f"   {passage.section.words}: {' '.join(passage.text.split())[:200]}"
            console.print(line, markup=False, highlight=False, style="dim")
    if not result.hits:
        more = f" The store holds only the sample; bring in more with: {MORE_TRIALS}" if only_sample else ""
        console.print(f"No trial found for “{result.query}”.{more}", markup=False, highlight=False, soft_wrap=True)
