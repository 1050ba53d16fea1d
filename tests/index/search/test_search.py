"""Which trials answer a text, and what is quoted from them; at the end with the real embedder over the sample."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.retrievers import BaseRetriever

from index.criteria.criterion import Kind
from index.search.filters import Filters
from index.search.quoting import passages_for, query_vectors
from index.search.retriever import TrialRetriever
from index.search.trials import search
from index.sources.files import files_under, read_file
from index.store.build import build
from index.store.embedding import SentenceTransformerEmbedder
from index.store.store import Store
from index.trial import SectionName
from index.vocabulary import Status
from tests.conftest import ROOT
from tests.studies import found, trial

TRIALS = [
    trial(1, title="Exampline for T-cell lymphoma", conditions=["Lymphoma"]),
    trial(2, title="Walking for asthma in children", conditions=["Asthma"], summary="Do walks help the lungs?"),
    trial(
        3,
        title="Sleep after stroke",
        conditions=["Stroke"],
        summary="We measure sleep.",
        eligibility="Inclusion Criteria:\n\n* Stroke in the last year\n\nExclusion Criteria:\n\n* Asthma",
        status="COMPLETED",
    ),
]


@pytest.fixture
def filled(store: Store) -> Store:
    build(store, map(found, TRIALS))
    return store


def ids(store: Store, text: str, **options: object) -> list[str]:
    return [hit.trial_id for hit in search(store, text, **options).hits]  # type: ignore[arg-type]


def test_the_trial_about_a_text_comes_first_with_its_title_and_status(filled: Store) -> None:
    hit = search(filled, "sleep after a stroke").hits[0]
    assert (hit.trial_id, hit.title, hit.status) == ("NCT09990003", "Sleep after stroke", Status.COMPLETED)


def test_a_trial_that_keeps_a_disease_out_is_not_about_it(filled: Store) -> None:
    assert ids(filled, "asthma") == ["NCT09990002"]


@pytest.mark.parametrize("text", ["knitting patterns", "", "is there one near me?", "!!!"])
def test_a_text_that_no_trial_speaks_to_finds_none(filled: Store, text: str) -> None:
    result = search(filled, text)
    assert (result.hits, result.related) == ((), 0)


def test_an_empty_store_finds_none(store: Store) -> None:
    assert ids(store, "asthma") == []


def test_no_more_than_asked_for_are_found(filled: Store) -> None:
    assert len(ids(filled, "lymphoma asthma stroke")) == 3
    assert len(ids(filled, "lymphoma asthma stroke", limit=2)) == 2
    assert search(filled, "lymphoma asthma stroke", limit=2).related == 3


def test_filters_take_trials_away_before_the_limit_counts(filled: Store) -> None:
    recruiting = Filters(statuses=(Status.RECRUITING,))
    assert set(ids(filled, "lymphoma asthma stroke", filters=recruiting, limit=2)) == {"NCT09990001", "NCT09990002"}


def test_every_passage_of_a_hit_is_a_slice_of_its_record(filled: Store) -> None:
    hit = search(filled, "exampline lymphoma", passages_each=2).hits[0]
    record = filled.record(hit.trial_id)
    assert len(hit.passages) == 2
    for passage in hit.passages:
        assert passage.text == (record.text(passage.section) or "")[passage.start : passage.end]


def test_passages_can_be_asked_for_from_some_sections_or_one_list_only(filled: Store) -> None:
    records = [filled.record("NCT09990001")]
    vectors = query_vectors(filled, "pregnancy")
    summary = passages_for(filled, records, vectors, 9, sections=frozenset({SectionName.BRIEF_SUMMARY}))
    assert {passage.section for passage in summary} == {SectionName.BRIEF_SUMMARY}
    (excluded,) = passages_for(filled, records, vectors, 9, kind=Kind.EXCLUSION)
    assert excluded.text == "Pregnancy"


def test_a_long_text_is_read_in_windows_and_each_may_find_a_trial(filled: Store) -> None:
    text = "walking asthma children " * 40 + "sleep after stroke " * 40
    assert len(query_vectors(filled, text)) == 2
    assert {"NCT09990002", "NCT09990003"} <= set(ids(filled, text))


def test_the_same_text_finds_the_same_twice(filled: Store) -> None:
    assert search(filled, "lymphoma asthma stroke") == search(filled, "lymphoma asthma stroke")


def test_the_retriever_gives_documents_that_quote_the_record(filled: Store) -> None:
    retriever: BaseRetriever = TrialRetriever(store=filled, limit=2, passages_each=2)
    documents = retriever.invoke("exampline for lymphoma")
    assert documents
    for document in documents:
        said = document.metadata
        assert set(said) == {
            *("trial_id", "title", "status", "score", "passage_id", "section", "start", "end", "label"),
        }
        record = filled.record(said["trial_id"])
        assert document.page_content == (record.text(SectionName(said["section"])) or "")[said["start"] : said["end"]]
        assert document.id == said["passage_id"]
        assert said["label"].startswith(f"{said['trial_id']} · ")
        assert (said["title"], said["status"]) == (record.trial.title, "RECRUITING")


def test_the_retriever_keeps_to_its_filters(filled: Store) -> None:
    filters = Filters(statuses=(Status.COMPLETED,))
    documents = TrialRetriever(store=filled, filters=filters).invoke("lymphoma asthma stroke")
    assert {document.metadata["trial_id"] for document in documents} == {"NCT09990003"}


# --- the real embedder


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A dozen of the bundled records."""
    store = Store(tmp_path_factory.mktemp("sample") / "store", SentenceTransformerEmbedder())
    files: list[Path] = list(files_under([ROOT / "index" / "sample"]))[:12]
    build(store, (one for file in files for one in read_file(file)))
    yield store
    store.close()


def test_british_and_american_words_find_the_same_trials(sample: Store) -> None:
    for british, american in (("leukaemia", "leukemia"), ("brain tumour", "brain tumor")):
        assert set(ids(sample, british)) == set(ids(sample, american))


@pytest.mark.parametrize("text", ["knitting patterns", "how do I bake bread", "used car prices"])
def test_a_text_about_something_else_finds_no_trial(sample: Store, text: str) -> None:
    assert ids(sample, text) == []


def test_a_trial_is_found_by_its_own_title_and_id(sample: Store) -> None:
    for trial_id in sample.records.stored():
        assert ids(sample, sample.record(trial_id).trial.title)[0] == trial_id
        assert ids(sample, trial_id)[0] == trial_id
