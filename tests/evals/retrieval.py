"""`python -m tests.evals retrieval`: how well trials are ranked for judged notes, stage by stage, beside plain BM25 and
the pipeline of a tutorial, which the same call runs on the same files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, NamedTuple

import typer
from rich.console import Console

from bot.quiet import quiet
from index.errors import SourceError, TrialogueIndexError
from index.store.embedding import Embedder, SentenceTransformerEmbedder
from index.store.store import Store
from tests.evals import corpora, judged, retrieval_table
from tests.evals.chunk_ranking import ChunkRanking
from tests.evals.corpora import Corpus
from tests.evals.judged import Collection, Half
from tests.evals.measured import say
from tests.evals.measures import scores
from tests.evals.plain_bm25 import PlainBm25
from tests.evals.ranking_stages import Clocked, Ranking, Stage, own_stages
from tests.evals.retrieval_table import Scored, Scores
from tests.evals.runs import read_run, write_run

BASELINES = (PlainBm25.name, ChunkRanking.name)
_LAY = {
    "lay": (judged.LAY, None),
    "lay-tune": (judged.LAY, Half.TUNE),
    "lay-kept": (judged.LAY, Half.KEPT),
    "lay-second": (judged.LAY_SECOND, None),
}


class _Prepared(NamedTuple):
    stage: Stage
    index_s: float


class _Ranked(NamedTuple):
    """What a stage gave. `ms`, `embedding_ms`: of each note; the first holds the second."""

    stage: str
    rankings: Mapping[str, Ranking]
    index_s: float | None = None
    ms: Sequence[float] = ()
    embedding_ms: Sequence[float] = ()


class Bench:
    """The stages over one corpus, each made when it is first asked for."""

    def __init__(self, corpus: Corpus, keep: Path, depth: int, embedder: Embedder, data: Path | None = None) -> None:
        self.corpus = corpus
        self._folder = keep / corpus.name
        self._depth = depth
        self._data = data
        self._embedder = Clocked(embedder)
        self._made: dict[str, _Prepared] = {}
        self._baselines: dict[str, Callable[[], _Prepared]] = dict(
            zip(BASELINES, (self._plain_bm25, self._chunks), strict=True)
        )

    def ranked(self, notes: Mapping[str, str], wanted: Sequence[str]) -> Iterator[_Ranked]:
        """What each stage gives for these notes; no `wanted` ones: all.

        Raises:
            SourceError: there is no stage of a name that is wanted.
        """
        own = self._own_names() if not wanted or set(wanted).difference(BASELINES) else ()
        if unknown := set(wanted).difference(BASELINES, own):
            raise SourceError(f"no stage {', '.join(sorted(unknown))}; there are: {', '.join((*BASELINES, *own))}")
        for name in (*BASELINES, *own):
            if not wanted or name in wanted:
                say(f"stage {name}")
                yield self._run(self._prepared(name), notes)

    def _own_names(self) -> tuple[str, ...]:
        store = Store(self._store_folder, self._embedder)
        names = tuple(stage.name for stage in own_stages(store, self._depth, self._data))
        store.close()
        return names

    @property
    def _store_folder(self) -> Path:
        return self._folder / "store"

    def _prepared(self, name: str) -> _Prepared:
        if name not in self._made:
            if name in self._baselines:
                self._made[name] = self._baselines[name]()
            else:
                store = corpora.corpus_store(self.corpus, self._store_folder, self._embedder)
                seconds = corpora.build_seconds(self._store_folder)
                self._made |= {
                    stage.name: _Prepared(stage, seconds) for stage in own_stages(store, self._depth, self._data)
                }
        return self._made[name]

    def _plain_bm25(self) -> _Prepared:
        began = perf_counter()
        stage = PlainBm25(self.corpus.trials(), self._depth)
        return _Prepared(stage, perf_counter() - began)

    def _chunks(self) -> _Prepared:
        stage = ChunkRanking(self.corpus.trials(), self._embedder, self._folder / "chunks", self._depth)
        return _Prepared(stage, stage.seconds)

    def _run(self, prepared: _Prepared, notes: Mapping[str, str]) -> _Ranked:
        stage, index_s = prepared
        stage.rank(next(iter(notes.values())))  # what is loaded at a first question is no part of any
        rankings: dict[str, Ranking] = {}
        ms, embedding_ms = [], []
        for note, text in notes.items():
            embedded, began = self._embedder.seconds, perf_counter()
            rankings[note] = stage.rank(text)[: self._depth]
            ms.append(1000 * (perf_counter() - began))
            embedding_ms.append(1000 * (self._embedder.seconds - embedded))
        return _Ranked(stage.name, rankings, index_s, ms, embedding_ms)


def command(
    collection: Annotated[
        list[str], typer.Option(help="trec2021, sigir2016, lay, lay-second or a folder; may be given again.")
    ] = ["trec2021"],  # noqa: B006
    stage: Annotated[list[str] | None, typer.Option(help="Only this stage; may be given again.")] = None,
    run: Annotated[
        list[Path] | None, typer.Option(help="Score this file, in the TREC run format; may be given again.")
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(help="Where stores, vectors and runs are kept.", show_default="your cache folder"),
    ] = None,
    depth: Annotated[int, typer.Option(min=10, help="How many trials are ranked for a note.")] = 1000,
    seed: Annotated[int, typer.Option(help="Which clusters of notes are drawn for the intervals.")] = 7,
    data: Annotated[Path | None, typer.Option(help="The folder of real records.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Every value, note by note; a line for each collection.")
    ] = False,
) -> None:
    """Measures rankings against judgments, beside plain BM25 and a tutorial's pipeline.

    Runs that are given are scored instead of the stages, or beside those that are named.
    """
    quiet()
    records, place = data or judged.data_folder(), corpora.kept_in(keep)
    benches: dict[str, Bench] = {}
    try:
        for name in collection:
            notes = _notes(name, records)
            corpus = corpora.studies(records) if name in _LAY else corpora.registry(records)
            judged_in = None if name in _LAY else records
            bench = benches.setdefault(
                corpus.name, Bench(corpus, place, depth, SentenceTransformerEmbedder(), judged_in)
            )
            found = measured(bench, notes, stage or (), run or (), place / "runs")
            if as_json:
                typer.echo(found.model_dump_json())
            else:
                _screen().print(*retrieval_table.tables(found, BASELINES, seed), sep="\n")
    except TrialogueIndexError as exc:
        Console(stderr=True).print(f"[red]{exc}")
        raise typer.Exit(2) from exc


def _notes(name: str, records: Path) -> Collection:
    if name not in _LAY:
        return judged.collection(name, records)
    folder, half = _LAY[name]
    return judged.lay(folder).half(half) if half else judged.lay(folder)


def _screen() -> Console:
    """Wide enough for the tables where they go into a file."""
    console = Console()
    return console if console.is_terminal else Console(width=170)


def measured(bench: Bench, notes: Collection, stages: Sequence[str], runs: Sequence[Path], into: Path) -> Scores:
    """Stages, and runs from files; what a stage gives is written to a file of its own in `into`."""
    corpus = bench.corpus.fingerprints
    kept = notes.within(corpus.keys())
    if not kept.notes:
        raise SourceError(
            f"no note of {notes.name} has an eligible trial among the {len(corpus):,} of {bench.corpus.name}"
        )
    found = [_Ranked(path.stem, _read(path, kept)) for path in runs]
    if stages or not runs:
        for ranked in bench.ranked(kept.notes, stages):
            tag = ranked.stage.replace(" ", "-")
            write_run(into / notes.name / f"{tag}.txt", ranked.rankings, tag)
            found.append(ranked)
    return Scores(
        collection=kept,
        left_out=len(notes.notes) - len(kept.notes),
        clusters=kept.clusters(),
        corpus=len(corpus),
        stages=tuple(_scored(one, kept, len(corpus)) for one in found),
    )


def _read(path: Path, notes: Collection) -> Mapping[str, Ranking]:
    rankings = read_run(path)
    if not rankings.keys() & notes.notes.keys():
        raise SourceError(f"the run {path} ranks no note of {notes.name}, such as {next(iter(notes.notes))}")
    return rankings


def _scored(ranked: _Ranked, notes: Collection, corpus: int) -> Scored:
    run = {note: [trial for trial, _ in ranking] for note, ranking in ranked.rankings.items()}
    return Scored(
        stage=ranked.stage,
        values=scores(run, notes, corpus),
        index_s=ranked.index_s,
        ms=tuple(ranked.ms),
        embedding_ms=tuple(ranked.embedding_ms),
    )
