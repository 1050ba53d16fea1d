"""What `trialogue doctor` looks at: the store, its derived parts, the embedder, the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from bot import wiring
from bot.errors import TrialogueError
from bot.settings import Settings
from index.errors import DerivedBroken, TrialogueIndexError
from index.health import flags
from index.store.build import Progress
from index.store.build import quiet as no_progress
from index.store.heal import Lack
from index.store.repair import repair as mend
from index.store.store import Store
from index.trial import Frozen


class Finding(Frozen):
    name: str
    ok: bool
    detail: str


def check_up(settings: Settings, repair: bool = False, progress: Progress = no_progress) -> tuple[Finding, ...]:
    """Every finding, in the order in which they build on each other; a store that cannot be opened ends the list."""
    found: list[Finding] = []
    try:
        store = wiring.open_store(settings)
        found += _store(store)
        if repair:
            found.append(Finding(name="repair", ok=True, detail=f"{mend(store, progress)} trials mended"))
        found += _derived(store)
        found.append(_records(store))
    except TrialogueIndexError as exc:
        return (*found, Finding(name="store", ok=False, detail=str(exc)))
    return (*found, _model(settings))


def _store(store: Store) -> Iterator[Finding]:
    trials = store.records.count()
    yield Finding(
        name="store", ok=trials > 0, detail=f"{trials} trials in {store.folder}, fingerprint {store.fingerprint()}"
    )
    yield Finding(name="embedder", ok=True, detail=store.embedder.fingerprint)


def _derived(store: Store) -> Iterator[Finding]:
    """Whether each derived entry that a record counts on is there; a part that cannot be opened is one finding."""
    try:
        lack = Lack(store, store.vectors)
        for name, missing in (
            ("words", lack.words),
            ("title and card vectors", lack.short),
            ("passage vectors", lack.passages),
        ):
            lost, needless = missing()
            detail = f"{len(lost)} missing" if lost else "all there"
            detail += f", {len(needless)} needless" if needless else ""
            yield Finding(name=name, ok=not lost, detail=detail + ("; run: trialogue doctor --repair" if lost else ""))
    except DerivedBroken as exc:
        yield Finding(name="words and vectors", ok=False, detail=str(exc))
    if waiting := store.records.passage_count(embedded=False):
        yield Finding(name="passages", ok=True, detail=f"{waiting} still to be embedded; index again to go on")


def _records(store: Store) -> Finding:
    """The signs of poor health, counted."""
    today = date.today()
    signs = Counter(flag.sign for record in store.records.many(store.records.stored()) for flag in flags(record, today))
    counted = "; ".join(f"{count} {sign}" for sign, count in signs.most_common())
    return Finding(name="records", ok=True, detail=counted or "no flags")


def _model(settings: Settings) -> Finding:
    try:
        model = wiring.open_model(settings)
    except TrialogueError as exc:
        return Finding(name="model", ok=False, detail=str(exc))
    return Finding(
        name="model", ok=True, detail=settings.model if model and settings.model else "none; answers are extracted"
    )
