"""What `trialogue doctor` looks at: the store, its derived parts, the embedder, the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from bot import wiring
from bot.errors import TrialogueError
from bot.settings import Settings
from index.errors import TrialogueIndexError
from index.health import flags
from index.store.build import repair as mend
from index.store.store import Store
from index.store.vectors import PASSAGES, TRIALS
from index.trial import Frozen


class Finding(Frozen):
    name: str
    ok: bool
    detail: str


def check_up(settings: Settings, repair: bool = False) -> tuple[Finding, ...]:
    """Every finding, in the order in which they build on each other; a store that cannot be opened ends the list."""
    try:
        store = wiring.open_store(settings)
        found = list(_store(store, repair))
    except TrialogueIndexError as exc:
        return (Finding(name="store", ok=False, detail=str(exc)),)
    return (*found, _model(settings))


def _store(store: Store, repair: bool) -> Iterator[Finding]:
    trials = store.records.count()
    yield Finding(
        name="store", ok=trials > 0, detail=f"{trials} trials in {store.folder}, fingerprint {store.fingerprint()}"
    )
    yield Finding(name="embedder", ok=True, detail=store.embedder.fingerprint)
    if repair:
        yield Finding(name="repair", ok=True, detail=f"{mend(store)} trials mended")
    words, short, passages = store.words.count(), store.vectors.count(TRIALS), store.vectors.count(PASSAGES)
    wanted = store.records.passage_count()
    yield _complete("words", words, trials)
    yield _complete("title and card vectors", short, 2 * trials)
    yield _complete("passage vectors", passages, wanted)
    today = date.today()
    signs = Counter(
        flag.sign
        for trial_id in store.records.stored()
        if (record := store.records.get(trial_id))
        for flag in flags(record, today)
    )
    yield Finding(
        name="records",
        ok=True,
        detail="; ".join(f"{count} {sign}" for sign, count in signs.most_common()) or "no flags",
    )


def _complete(name: str, found: int, wanted: int) -> Finding:
    ok = found >= wanted
    return Finding(name=name, ok=ok, detail=f"{found} of {wanted}" + ("" if ok else "; run: trialogue doctor --repair"))


def _model(settings: Settings) -> Finding:
    try:
        model = wiring.open_model(settings)
    except TrialogueError as exc:
        return Finding(name="model", ok=False, detail=str(exc))
    return Finding(
        name="model", ok=True, detail=settings.model if model and settings.model else "none; answers are extracted"
    )
