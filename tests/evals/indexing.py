"""Our side of the comparison: files into a store, timed as `trialogue index` does it."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from index.passages import card_text, title_text
from index.store.build import build
from index.store.embedding import SentenceTransformerEmbedder
from index.store.store import Store
from index.store.tables import text_key
from index.trial import Frozen
from tests.evals import samples
from tests.evals.embedders import Counting, ready, tokens
from tests.evals.measured import disk_mb, peak_mb


class Sources(Frozen):
    """Files to index into a folder; `real`: with the packaged model; `look`: look at what was made, after the clock."""

    paths: tuple[Path, ...]
    folder: Path
    real: bool
    look: bool = False


class Looked(Frozen):
    """`tokens`: that the model read; `citable`: criteria whose span gives their text; `whole`: those in one piece."""

    tokens: int
    criteria: int
    citable: int
    whole: int


class Indexed(Frozen):
    """`pieces`: chunks or passages; `texts`: that were embedded; `answers_s`: until every trial can be found."""

    trials: int
    pieces: int
    texts: int
    changed: int = 0
    reading_s: float | None = None
    answers_s: float
    seconds: float
    precision: str | None = None
    peak_mb: float
    disk_mb: float
    looked: Looked | None = None


def run(asked: Sources) -> Indexed:
    """A step: the files into the store of a folder, new or not. Imports and the loading of the model come before the
    clock; the embedder's measuring of itself is on it.
    """
    import chromadb.errors  # noqa: F401
    import filelock  # noqa: F401
    import tantivy  # noqa: F401

    model = ready(asked.real)
    embedder = Counting(model)
    answers = 0.0
    began = perf_counter()

    def progress(name: str, _: int, __: int | None) -> None:
        nonlocal answers
        answers = perf_counter() - began if name == "trials" else answers

    store = Store(asked.folder, embedder)
    built = build(store, samples.read(asked.paths), progress)
    seconds = perf_counter() - began
    peak = peak_mb()
    looked = _looked(store) if asked.look else None
    store.close()
    return Indexed(
        trials=built.trials,
        pieces=built.passages,
        texts=embedder.texts,
        changed=len(built.changed),
        answers_s=answers,
        seconds=seconds,
        precision=model.precision if isinstance(model, SentenceTransformerEmbedder) else None,
        peak_mb=peak,
        disk_mb=disk_mb(asked.folder),
        looked=looked,
    )


def _looked(store: Store) -> Looked:
    texts: dict[str, str] = {}
    criteria = citable = whole = 0
    for trial_id in store.records.stored():
        record = store.record(trial_id)
        embedded = (title_text(record.trial), card_text(record.trial), *(one.embedded for one in record.passages))
        texts.update((text_key(text), text) for text in embedded)
        for one in record.criteria:
            criteria += 1
            citable += record.quote(one.span) == one.text
            whole += any(
                passage.section is one.section and passage.start <= one.start and one.end <= passage.end
                for passage in record.passages
            )
    return Looked(tokens=tokens(list(texts.values())), criteria=criteria, citable=citable, whole=whole)
