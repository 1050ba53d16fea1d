"""The bench of rankings: its baselines, its kept files, and the whole of it on a few trials."""

from __future__ import annotations

import gzip
import io
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from index.errors import SourceError
from index.store.embedding import Vectors
from index.trial import SectionName
from tests.evals import corpora, judged, retrieval, retrieval_table
from tests.evals.chunk_ranking import ChunkRanking, cut, embedded
from tests.evals.judged import Collection
from tests.evals.measures import Measure, mean
from tests.evals.plain_bm25 import K1, B, PlainBm25
from tests.evals.retrieval import BASELINES, Bench, measured
from tests.evals.runs import read_run, write_run
from tests.fakes import FakeEmbedder
from tests.studies import trial

CONDITIONS = ("asthma", "gout", "lymphoma", "psoriasis", "migraine", "scurvy")
NOTES = {
    "1": "A woman of 40 with gout in her left foot.",
    "2": "He has had migraine since he was a child.",
    "3": "No trial is about rickets.",
}
APP = typer.Typer()
APP.command()(retrieval.command)


class Counted:
    """Counts the texts that it embeds."""

    fingerprint = "counted"

    def __init__(self) -> None:
        self.texts = 0
        self._inner = FakeEmbedder()

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return self._inner.encode(texts)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A folder laid out like that of the real records: six full rows, one that is not, and a collection."""
    folder = tmp_path / "records"
    (folder / "mine").mkdir(parents=True)
    rows = [
        {"id": f"NCT{at:08}", "title": f"Substance for {name}", "summary": f"Does it help {name}?", "level": "full"}
        | {"conditions": [name], "eligibility": "Inclusion Criteria:\n\n* Adults"}
        for at, name in enumerate(CONDITIONS)
    ]
    rows.append({"id": "NCT00000099", "title": "Gout", "eligibility": "Gout", "level": "title+elig"})
    with gzip.open(folder / "registry.jsonl.gz", "wt") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows)
    lines = (json.dumps({"id": note, "text": text}) for note, text in NOTES.items())
    (folder / "mine" / "queries.jsonl").write_text("\n".join(lines))
    (folder / "mine" / "qrels.tsv").write_text(
        "query_id\ttrial_id\tgrade\n"
        "1\tNCT00000001\t2\n1\tNCT00000000\t1\n1\tNCT00000099\t2\n"
        "2\tNCT00000004\t2\n2\tNCT00000002\t0\n"
        "3\tNCT00000003\t0\n"
    )
    return folder


def text(found: retrieval_table.Scores) -> str:
    console = Console(width=220, record=True, file=io.StringIO())
    console.print(*retrieval_table.tables(found, BASELINES, 7))
    return console.export_text()


def test_plain_bm25_scores_as_the_formula_says() -> None:
    texts = {1: "gout gout pain", 2: "gout", 3: "asthma and pain and more"}
    trials = [trial(number, title=words, conditions=[], summary="", eligibility="") for number, words in texts.items()]
    ranked = dict(PlainBm25(trials, 10).rank("Gout! gout; PAIN"))
    average = (3 + 1 + 5) / 3

    def weight(often: int, length: int, held_by: int) -> float:
        rarity = math.log(1 + (3 - held_by + 0.5) / (held_by + 0.5))
        return rarity * often * (K1 + 1) / (often + K1 * (1 - B + B * length / average))

    assert ranked == pytest.approx(
        {
            "NCT09990001": 2 * weight(2, 3, 2) + weight(1, 3, 2),  # the note says gout twice
            "NCT09990002": 2 * weight(1, 1, 2),
            "NCT09990003": weight(1, 5, 2),
        }
    )
    assert [one for one, _ in PlainBm25(trials, 1).rank("gout")] == ["NCT09990001"]
    assert PlainBm25(trials, 10).rank("scurvy") == []


def test_plain_bm25_reads_every_text_of_a_trial() -> None:
    whole = trial(
        title="onetitle",
        conditions=["twocondition"],
        keywords=["threekeyword"],
        summary="foursummary",
        description="fivedescription",
        eligibility="Exclusion Criteria:\n\n* sixexclusion",
        interventions=[{"type": "DRUG", "name": "sevendrug"}],
    )
    stage = PlainBm25([whole], 10)
    words = "onetitle twocondition threekeyword foursummary fivedescription sixexclusion sevendrug"
    for word in words.split():
        assert [one for one, _ in stage.rank(word)] == [whole.id], word


def test_a_trial_ranks_by_its_nearest_chunk(tmp_path: Path) -> None:
    long = trial(1, title="Lymphoma", conditions=["Lymphoma"], summary="Nothing of note. " * 200 + "Gout of the foot.")
    short = trial(2, title="Asthma", conditions=["Asthma"], summary="Do walks help?")
    chunks = {one.id: texts for one, texts in cut([long, short])}
    assert len(chunks[long.id]) > 3
    assert max(map(len, chunks[long.id])) <= 1000
    assert chunks[long.id][0].startswith("Lymphoma")
    model = FakeEmbedder()
    ranked = dict(ChunkRanking([short, long], model, tmp_path, 10).rank("Gout of the foot."))
    asked = model.encode(["Gout of the foot."])[0]
    assert ranked == pytest.approx({one: max(model.encode(texts) @ asked) for one, texts in chunks.items()}, abs=1e-6)


def test_chunks_that_were_embedded_are_not_embedded_again(tmp_path: Path) -> None:
    first, again, others = Counted(), Counted(), Counted()
    texts = [f"text {number}" for number in range(5000)]
    vectors, seconds = embedded(texts, first, tmp_path)
    assert vectors.shape[0] == first.texts == 5000
    sorted(tmp_path.glob("*.npy"))[0].unlink()  # as if the run had been stopped before this part
    resumed, in_all = embedded(texts, again, tmp_path)
    assert np.array_equal(resumed, vectors)
    assert again.texts in (4096, 5000 - 4096)
    assert in_all > 0
    assert seconds > 0
    embedded([*texts[:-1], "another"], others, tmp_path)
    assert others.texts == 5000 - 4096


def test_a_run_comes_back_from_its_file_in_the_order_of_its_scores(tmp_path: Path) -> None:
    rankings = {"1": [("NCT2", 2.5), ("NCT1", 1.0), ("NCT3", 1.0)], "2": [("NCT1", -0.25)]}
    write_run(tmp_path / "deep" / "one.txt", rankings, "tag")
    assert read_run(tmp_path / "deep" / "one.txt") == rankings
    (tmp_path / "mixed.txt").write_text("1 Q0 NCT1 1 0.5 x\n1\tQ0\tNCT2\t2\t0.9\tx\n")
    assert read_run(tmp_path / "mixed.txt") == {"1": [("NCT2", 0.9), ("NCT1", 0.5)]}


@pytest.mark.parametrize(
    ("line", "said"),
    [("1 Q0 NCT1 1 x", "line 2: not `note Q0"), ("1 Q0 NCT1 2 0.1 x", "line 2: NCT1 stands twice for note 1")],
)
def test_a_line_that_is_none_of_a_run_is_named(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "run.txt").write_text(f"1 Q0 NCT1 1 0.5 x\n{line}\n")
    with pytest.raises(SourceError, match=said):
        read_run(tmp_path / "run.txt")


def test_the_registry_corpus_is_its_full_records(records: Path) -> None:
    corpus = corpora.registry(records)
    assert sorted(corpus.fingerprints) == [f"NCT{at:08}" for at in range(len(CONDITIONS))]
    with pytest.raises(SourceError, match="TRIALOGUE_DATA"):
        corpora.studies(records)


def test_the_store_of_a_corpus_has_titles_and_cards_and_no_passages_and_is_made_once(
    records: Path, tmp_path: Path
) -> None:
    corpus = corpora.registry(records)
    first, again = Counted(), Counted()
    corpora.corpus_store(corpus, tmp_path / "store", first).close()
    assert first.texts == 2 * len(CONDITIONS)
    assert corpora.build_seconds(tmp_path / "store") > 0
    store = corpora.corpus_store(corpus, tmp_path / "store", again)
    assert (store.records.count(), store.words.count()) == (len(CONDITIONS), len(CONDITIONS))
    assert len(store.records.unembedded()) == len(CONDITIONS)
    assert again.texts == 0
    store.close()


def test_the_bench_ranks_by_every_stage_and_its_tables_show_what_it_measured(records: Path, tmp_path: Path) -> None:
    bench = Bench(corpora.registry(records), tmp_path, 10, FakeEmbedder())
    notes = judged.collection("mine", records)
    found = measured(bench, notes, (), (), tmp_path / "runs")
    assert [one.stage for one in found.stages][:2] == list(BASELINES)
    assert len(found.stages) > len(BASELINES)
    assert (len(found.collection.notes), found.left_out, found.corpus) == (2, 1, len(CONDITIONS))
    plain = found.stages[0]
    assert plain.values[Measure.PRECISION] == {"1": 1 / 10, "2": 1 / 10}
    assert plain.values[Measure.AUC] == {"1": 1.0}
    for one in found.stages:
        assert len(one.ms) == len(one.embedding_ms) == 2
        assert all(within <= ms for within, ms in zip(one.embedding_ms, one.ms, strict=True))
        assert one.stage in text(found)
    assert max(plain.embedding_ms) == 0
    assert f"{mean(plain.values[Measure.NDCG]):.3f}".removeprefix("0") in text(found)

    written = tmp_path / "runs" / "mine" / "plain-bm25.txt"
    scored = measured(bench, notes, (), [written], tmp_path / "runs")
    assert [one.stage for one in scored.stages] == ["plain-bm25"]
    assert scored.stages[0].values == plain.values


def test_the_command_says_which_stages_and_collections_there_are(records: Path, tmp_path: Path) -> None:
    options = ["--data", str(records), "--keep", str(tmp_path / "keep"), "--collection"]
    done = CliRunner().invoke(APP, [*options, "mine", "--stage", "nonsense"])
    assert done.exit_code == 2
    assert "no stage nonsense; there are: plain bm25, tutorial chunks, " in " ".join(done.output.split())
    assert CliRunner().invoke(APP, [*options, "yours"]).exit_code == 2
    done = CliRunner().invoke(APP, [*options, "mine", "--stage", "plain bm25", "--json"])
    assert done.exit_code == 0, done.output
    found = retrieval_table.Scores.model_validate_json(done.stdout)
    assert [one.stage for one in found.stages] == ["plain bm25"]


def test_a_difference_is_shown_beside_each_baseline_and_the_stage_before() -> None:
    def stage(name: str, value: float) -> retrieval_table.Scored:
        values = {measure: {"1": value, "2": value} for measure in Measure}
        return retrieval_table.Scored(stage=name, values=values, index_s=None, ms=(), embedding_ms=())

    collection = Collection(
        name="made up",
        notes={"1": "gout", "2": "asthma"},
        grades={"1": {"NCT1": 2}, "2": {"NCT2": 2}},
        kinds={"1": "typo", "2": "lay"},
    )
    stages = (stage(BASELINES[0], 0.25), stage("first", 0.5), stage("second", 0.375))
    found = retrieval_table.Scores(
        collection=collection, left_out=0, clusters={"1": "1", "2": "2"}, corpus=100, stages=stages
    )
    shown = text(found)
    assert "+.250  ×2.00" in shown
    assert "+.125  ×1.50" in shown
    assert "-.125  ×0.75" in shown
    assert "typo" in shown


def test_the_sections_of_the_chunks_hold_what_our_passages_hold() -> None:
    whole = trial(summary="Does it help?", eligibility="Inclusion Criteria:\n\n* Lymphoma in relapse")
    (_, chunks) = next(cut([whole]))
    assert all(whole.prose[name] in chunks[0] for name in (SectionName.BRIEF_SUMMARY, SectionName.ELIGIBILITY))
