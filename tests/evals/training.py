"""`python -m tests.evals train`: makes the learned ranker from judged notes, and rankers that have not seen a note, for
cross-validation by cluster of notes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray

from bot.person.facts import Profile
from bot.person.intake import facts_in
from bot.person.seeking import request_for
from bot.quiet import quiet
from index.search.features import NAMES, Matrix
from index.search.learned import FILE, Linear, Ranker, Tree
from index.search.ranking import Ranking
from index.store.embedding import SentenceTransformerEmbedder
from index.store.store import Store
from tests.evals import corpora, judged
from tests.evals.measured import say

COLLECTIONS = ("trec2021", "sigir2016")
FOLDS = 5
_UNJUDGED = 30  # candidates of each note that nobody judged and that are taken to be not relevant
_SEED = 1
_SHARE = 0.6
_RELATED = 0.5  # what being about the illness counts beside being eligible


class Examples(NamedTuple):
    """The candidates of one note that are learnt from: (rows, features), and their grades."""

    rows: Matrix
    grades: NDArray[np.int64]


def command(
    data: Annotated[Path | None, typer.Option(help="The folder of judged notes and records.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Where the store of the bench is kept.")] = None,
    into: Annotated[Path, typer.Option(help="The file to write.")] = FILE,
) -> None:
    """Makes the learned ranker from all judged notes."""
    quiet()
    data = data or judged.data_folder()
    corpus = corpora.registry(data)
    store = corpora.corpus_store(corpus, corpora.kept_in(keep) / corpus.name / "store", SentenceTransformerEmbedder())
    notes, grades = judged_notes(data, store)
    examples = {note: examples_of(store, text, grades[note], note) for note, text in notes.items()}
    ranker = fit(list(examples.values()), f"{' and '.join(COLLECTIONS)}, {len(notes)} notes")
    into.write_text(ranker.model_dump_json(indent=1) + "\n", encoding="utf-8")
    say(f"{into}: {len(NAMES)} features, {len(ranker.trees)} trees, from {len(notes)} notes")


def judged_notes(data: Path, store: Store) -> tuple[dict[str, str], dict[str, Mapping[str, int]]]:
    """The notes of all collections, and their grades, of the trials that the store has."""
    notes: dict[str, str] = {}
    grades: dict[str, Mapping[str, int]] = {}
    there = frozenset(store.records.stored())
    for name in COLLECTIONS:
        collection = judged.collection(name, data).within(there)
        notes.update(collection.notes)
        grades.update(collection.grades)
    return notes, grades


def examples_of(store: Store, text: str, grades: Mapping[str, int], note: str) -> Examples:
    profile = Profile().with_facts(facts_in(text).facts)
    ranking = Ranking(store, request_for(text, profile))
    pool = ranking.candidates()
    rows = ranking.features(pool)
    known = [at for at, one in enumerate(pool.ids) if one in grades]
    unknown = [at for at, one in enumerate(pool.ids) if one not in grades]
    taken = known + random.Random(note).sample(unknown, min(_UNJUDGED, len(unknown)))
    return Examples(rows[taken], np.array([grades.get(pool.ids[at], 0) for at in taken]))


def fold_rankers(store: Store, data: Path) -> dict[str, Ranker]:
    """The text of each judged note -> a ranker that was made without its cluster of notes."""
    notes, grades = judged_notes(data, store)
    fold = judged.folds(judged.clusters(notes, grades), FOLDS, _SEED)
    examples = {note: examples_of(store, text, grades[note], note) for note, text in notes.items()}
    rankers = [
        fit([examples[note] for note in notes if fold[note] != held], f"without fold {held}") for held in range(FOLDS)
    ]
    return {text: rankers[fold[note]] for note, text in notes.items()}


def fit(examples: Sequence[Examples], trained_on: str) -> Ranker:
    """Two logistic regressions (eligible, and about the illness at all) as one weighted sum, and trees for eligible."""
    from lightgbm import LGBMClassifier
    from sklearn.linear_model import LogisticRegression

    rows = np.vstack([one.rows for one in examples])
    grades = np.concatenate([one.grades for one in examples])
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-9)
    scaled = (rows - mean) / scale
    sums = [LogisticRegression(C=0.1, max_iter=1000).fit(scaled, grades >= least).coef_[0] for least in (2, 1)]
    trees = LGBMClassifier(
        n_estimators=100,
        num_leaves=5,
        learning_rate=0.05,
        min_child_samples=40,
        subsample=0.7,
        subsample_freq=1,
        colsample_bytree=0.4,
        reg_lambda=10,
        random_state=_SEED,
        deterministic=True,
        force_row_wise=True,
        n_jobs=1,
        verbosity=-1,
    ).fit(rows, grades >= judged.ELIGIBLE)
    weights = sums[0] + _RELATED * sums[1]
    return Ranker(
        features=NAMES,
        linear=Linear(mean=_rounded(mean), scale=_rounded(scale), weights=_rounded(weights)),
        trees=tuple(_tree(one["tree_structure"]) for one in trees.booster_.dump_model()["tree_info"]),
        share=_SHARE,
        trained_on=trained_on,
    )


def _rounded(values: Any) -> tuple[float, ...]:
    return tuple(float(f"{value:.6g}") for value in values)


def _tree(root: Mapping[str, Any]) -> Tree:
    nodes = list(_nodes(root))
    number = {id(node): at for at, node in enumerate(nodes)}
    inner = [("split_feature" in node, node) for node in nodes]
    return Tree(
        feature=tuple(int(node["split_feature"]) if splits else -1 for splits, node in inner),
        threshold=_rounded(node["threshold"] if splits else 0.0 for splits, node in inner),
        left=tuple(number[id(node["left_child"])] if splits else 0 for splits, node in inner),
        right=tuple(number[id(node["right_child"])] if splits else 0 for splits, node in inner),
        value=_rounded(0.0 if splits else node["leaf_value"] for splits, node in inner),
    )


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for side in ("left_child", "right_child"):
        if side in node:
            yield from _nodes(node[side])
