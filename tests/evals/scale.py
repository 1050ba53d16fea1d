"""How cost grows with the registry: time by stage, memory and disk, and the hours that embedding would take."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from index.passages import card_text, title_text
from index.search.trials import search
from index.store.build import build
from index.store.embedding import SentenceTransformerEmbedder
from index.store.keys import passage_keys
from index.store.store import Store
from index.store.tables import text_key
from index.trial import Frozen
from tests.evals import samples
from tests.evals.embedders import Remembering, ready, tokens
from tests.evals.measured import apart, disk_mb, peak_mb, say
from tests.evals.stages import Stages

_SAY_EVERY = 15.0  # seconds
_LOOKED_AT = 500  # trials whose texts are counted in tokens
_QUESTION = "T-cell lymphoma that came back"


class Size(Frozen):
    """`rows`: a file of registry rows; `lenders`: studies whose fields fill what rows lack; none: rows as they are.
    `sample`: passages that the real model embeds, to know its rate.
    """

    rows: Path
    lenders: tuple[Path, ...]
    folder: Path
    real: bool
    sample: int


class Standing(Frozen):
    """A store that is there."""

    folder: Path
    real: bool


class Rate(Frozen):
    """How fast the real model embeds passages; `peak_mb`: of the process that has built and now embeds."""

    texts: int
    a_second: float
    precision: str | None
    peak_mb: float


class Grown(Frozen):
    """`distinct`: texts to embed, of passages, titles and cards. `stages`: seconds by part, side by side."""

    trials: int
    passages: int
    distinct: int
    tokens_each: float
    seconds: float
    found_s: float
    stages: dict[str, float]
    peak_mb: float
    disk_mb: dict[str, float]
    rate: Rate | None


class Opened(Frozen):
    """Seconds after imports and without the embedder: until the store is open, and until its first answer is there."""

    open_s: float
    answer_s: float
    peak_mb: float


class Scaled(Frozen):
    """`hours`: what embedding all distinct texts takes at the measured rate."""

    real: bool
    grown: Grown
    opened: Opened
    hours: float | None


def place(work: Path, trials: int, real: bool) -> Path:
    """The folder of a store of this size."""
    return work / f"registry-{trials}-{'real' if real else 'stand-in'}"


def measure(data: Path, work: Path, trials: int, real: bool, lend: bool, sample: int, seed: int) -> Scaled:
    """Builds the store of this size, or reuses the one that stands there with what was measured of it."""
    folder = place(work, trials, real)
    folder.mkdir(parents=True, exist_ok=True)
    noted = folder / "measured.json"
    if noted.exists():
        say(f"scale: {trials:,} trials stand in {folder}")
        grown = Grown.model_validate_json(noted.read_text(encoding="utf-8"))
    else:
        say(f"scale: building {trials:,} trials")
        lenders = samples.lenders(data, seed) if lend else []
        rows = samples.rows(data, trials, folder / "rows.jsonl")
        size = Size(rows=rows, lenders=tuple(lenders), folder=folder / "store", real=real, sample=sample)
        grown = apart(grow, size)
        noted.write_text(grown.model_dump_json(), encoding="utf-8")
    opened = apart(first_answer, Standing(folder=folder / "store", real=real))
    hours = grown.distinct / grown.rate.a_second / 3600 if grown.rate else None
    return Scaled(real=real, grown=grown, opened=opened, hours=hours)


def grow(asked: Size) -> Grown:
    """A step: one build. Imports and the loading of the model come before the clock."""
    import chromadb.errors  # noqa: F401
    import filelock  # noqa: F401
    import tantivy  # noqa: F401

    embedder = ready(asked.real)
    found_s = said_s = 0.0
    found = samples.read([asked.rows])
    if asked.lenders:
        found = samples.lent(found, asked.lenders)
    began = perf_counter()

    def progress(name: str, done: int, in_all: int | None) -> None:
        nonlocal found_s, said_s
        now = perf_counter() - began
        found_s = now if name == "trials" else found_s
        if now - said_s > _SAY_EVERY:
            said_s = now
            say(f"  {now:7.0f} s  {done:,} {name}" + (f" of {in_all:,}" if in_all else ""))

    with Stages() as stages:
        store = Store(asked.folder, embedder)
        built = build(store, found, progress)
    seconds = perf_counter() - began
    peak = peak_mb()
    texts = _some_texts(store)
    grown = Grown(
        trials=built.trials,
        passages=built.passages,
        distinct=_distinct(store),
        tokens_each=tokens(texts) / (len(texts) or 1),
        seconds=seconds,
        found_s=found_s,
        stages=dict(sorted(stages.seconds.items())),
        peak_mb=peak,
        disk_mb={part.name: disk_mb(part) for part in sorted(asked.folder.iterdir())},
        rate=_rate(texts[: asked.sample]) if asked.sample else None,
    )
    store.close()
    return grown


def _distinct(store: Store) -> int:
    passages = {key for _, keys in passage_keys(store.records) for key in keys}
    stored = store.records.stored().values()
    return len(passages) + len({key for one in stored for key in (one.title_key, one.card_key)})


def _some_texts(store: Store) -> list[str]:
    """The distinct texts of trials taken at random, mixed."""
    rng = random.Random(1)
    everything = sorted(store.records.stored())
    texts: dict[str, str] = {}
    for trial_id in rng.sample(everything, min(_LOOKED_AT, len(everything))):
        record = store.record(trial_id)
        embedded = (title_text(record.trial), card_text(record.trial), *(one.embedded for one in record.passages))
        texts.update((text_key(text), text) for text in embedded)
    return rng.sample(list(texts.values()), len(texts))


def _rate(texts: Sequence[str]) -> Rate:
    model = SentenceTransformerEmbedder()
    model.encode(texts)  # loads it; from 256 texts on it also measures itself
    began = perf_counter()
    model.encode(texts)
    seconds = perf_counter() - began
    return Rate(texts=len(texts), a_second=len(texts) / seconds, precision=model.precision, peak_mb=peak_mb())


def first_answer(asked: Standing) -> Opened:
    """A step: opens a store and asks it one question, whose vector is at hand."""
    import chromadb.errors  # noqa: F401
    import filelock  # noqa: F401
    import tantivy  # noqa: F401

    embedder = Remembering(ready(asked.real))
    embedder.encode([_QUESTION])
    began = perf_counter()
    store = Store.existing(asked.folder, embedder)
    opened = perf_counter() - began
    search(store, _QUESTION)
    answered = perf_counter() - began
    store.close()
    return Opened(open_s=opened, answer_s=answered, peak_mb=peak_mb())
