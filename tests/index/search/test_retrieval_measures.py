"""The measures of rankings: against another implementation, and counted by hand; and how judged notes are read."""

from __future__ import annotations

import json
import math
import random
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from index.errors import SourceError
from tests.evals import judged
from tests.evals.judged import Collection, Half, clusters, folds
from tests.evals.measures import Measure, Values, auc, difference, interval, mean, ndcg, recall, scores

SIZE = 1000
TRIALS = [f"NCT{number:08}" for number in range(300)]
GRADES = {"a": 2, "b": 1, "c": 0, "d": 2, "e": 1}


def collection(grades: Mapping[str, Mapping[str, int]]) -> Collection:
    return Collection(name="made up", notes={note: f"note {note}" for note in grades}, grades=grades)


def of_one(ranking: Sequence[str], grades: Mapping[str, int] = GRADES, corpus_size: int = 100) -> dict[Measure, float]:
    """The measures that are defined for one note."""
    found = scores({"1": ranking}, collection({"1": grades}), corpus_size)
    return {measure: values["1"] for measure, values in found.items() if values}


@pytest.mark.slow
def test_ndcg_precision_and_recall_are_those_of_ranx_on_any_ranking() -> None:
    chance = random.Random(11)
    grades = {
        str(note): {one: chance.choice((0, 1, 2)) for one in chance.sample(TRIALS, chance.randint(5, 120))}
        | {chance.choice(TRIALS): 2}
        for note in range(40)
    }
    run = {note: chance.sample(TRIALS, chance.randint(3, len(TRIALS))) for note in grades}
    ours = scores(run, collection(grades), SIZE)
    with warnings.catch_warnings():  # of its compiler, about its own numbers
        warnings.filterwarnings("ignore", message=".*unsafe cast from uint64 to int64")
        expected = by_ranx(run, grades)
    for measure, theirs in expected.items():
        assert ours[measure] == pytest.approx(theirs), measure


def by_ranx(run: Mapping[str, Sequence[str]], grades: Mapping[str, Mapping[str, int]]) -> dict[Measure, Values]:
    ranx = pytest.importorskip("ranx")
    scored = ranx.Run({note: {one: -float(at) for at, one in enumerate(ranking)} for note, ranking in run.items()})
    graded = ranx.Qrels({note: dict(of_note) for note, of_note in grades.items()})
    eligible = ranx.Qrels({note: {one: 1 for one, grade in g.items() if grade == 2} for note, g in grades.items()})
    ranx.evaluate(graded, scored, "ndcg@10")
    names = {
        Measure.PRECISION: "precision@10",
        Measure.RECALL_50: "recall@50",
        Measure.RECALL_100: "recall@100",
        Measure.RECALL_SHARE: f"recall@{SIZE * 3 // 100}",
    }
    ranx.evaluate(eligible, scored, list(names.values()))
    return {measure: dict(scored.scores[name]) for measure, name in {Measure.NDCG: "ndcg@10", **names}.items()}


def test_ndcg_is_the_gain_over_that_of_the_best_order() -> None:
    gain = 1 / math.log2(2) + 0 / math.log2(3) + 2 / math.log2(4)
    best = 2 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4) + 1 / math.log2(5)
    assert ndcg(["b", "c", "a"], GRADES) == pytest.approx(gain / best)
    assert of_one(["b", "c", "a"])[Measure.NDCG] == pytest.approx(gain / best)


def test_unjudged_trials_push_others_down_except_in_the_condensed_measure() -> None:
    unjudged = [f"x{number}" for number in range(20)]
    found = of_one([*unjudged[:9], "a", "b"])
    best = 2 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4) + 1 / math.log2(5)
    assert found[Measure.NDCG] == pytest.approx(2 / math.log2(11) / best)
    assert found[Measure.CONDENSED] == pytest.approx((2 / math.log2(2) + 1 / math.log2(3)) / best)
    assert found[Measure.CONDENSED] == of_one(["a", "b"])[Measure.CONDENSED]
    assert of_one(unjudged)[Measure.CONDENSED] == of_one([])[Measure.CONDENSED] == 0


def test_shares_at_ten_are_of_ten_places_even_where_fewer_are_filled() -> None:
    found = of_one(["a", "x", "b", "c", "d", "e"])
    assert found[Measure.JUDGED] == 5 / 10
    assert found[Measure.PRECISION] == 2 / 10  # a, d
    assert found[Measure.EXCLUDED] == 2 / 10  # b, e
    assert of_one([*"xyzuvwrst", "c", "a"])[Measure.JUDGED] == 1 / 10  # the eleventh counts for nothing


def test_recall_is_of_the_eligible_trials_only() -> None:
    assert recall(["b", "a", "c", "d"], GRADES, 3) == 1 / 2
    assert recall(["b", "a", "c", "d"], GRADES, 4) == 2 / 2
    assert recall(["b"], {"b": 1}, 3) is None


def test_recall_at_a_share_of_the_corpus_goes_down_to_the_last_rank_that_it_begins() -> None:
    ranking = ["x", "y", "a", "d"]
    assert of_one(ranking, corpus_size=100)[Measure.RECALL_SHARE] == 1 / 2  # 3 of 100
    assert of_one(ranking, corpus_size=101)[Measure.RECALL_SHARE] == 2 / 2  # 3.03: the fourth too


def test_auc_counts_the_pairs_in_order_with_what_is_not_ranked_together_at_the_bottom() -> None:
    assert auc(["a", "b", "d", "e"], GRADES) == 3 / 4  # a-b, a-e, d-e of a-b, a-e, d-b, d-e
    assert auc(["x", "b", "a"], GRADES) == (0 + 1 + 0 + 0.5) / 4  # a-b, a-e, d-b, d-e
    assert auc([], GRADES) == 0.5
    assert auc(["a"], {"a": 2, "c": 0}) is None


def test_a_right_one_in_the_first_three_is_an_eligible_one() -> None:
    assert of_one(["b", "x", "a"])[Measure.FIRST_THREE] == 1
    assert of_one(["b", "x", "e", "a"])[Measure.FIRST_THREE] == 0


def test_a_note_that_is_missing_from_a_run_counts_as_an_empty_ranking() -> None:
    found = scores({"1": ["a"]}, collection({"1": GRADES, "2": GRADES}), 100)
    assert found[Measure.PRECISION] == {"1": 1 / 10, "2": 0}
    assert mean(found[Measure.PRECISION]) == (1 / 10 + 0) / 2


def test_an_interval_moves_by_clusters_and_not_by_notes() -> None:
    values = {str(note): float(note % 2) for note in range(100)}
    alone = interval(values, {note: note for note in values}, seed=3)
    two_cases = interval(values, {note: str(int(note) % 2) for note in values}, seed=3)
    assert alone.mean == two_cases.mean == 50 / 100
    assert alone.low == pytest.approx(0.5 - 1.96 * 0.5 / math.sqrt(100), abs=0.02)
    assert alone.high == pytest.approx(0.5 + 1.96 * 0.5 / math.sqrt(100), abs=0.02)
    assert (two_cases.low, two_cases.high) == (0, 1)
    assert interval(values, {note: note for note in values}, seed=3) == alone


def test_a_steady_difference_is_certain_though_the_notes_differ_widely() -> None:
    worse = {str(note): note / 100 for note in range(100)}
    better = {note: value + 0.1 for note, value in worse.items()}
    found = difference(better, worse, {note: note for note in worse}, seed=1)
    assert (found.mean, found.low, found.high) == pytest.approx((0.1, 0.1, 0.1))
    assert found.notes == 100


def test_without_values_there_is_no_mean() -> None:
    assert math.isnan(interval({}, {}, seed=1).mean)


def test_notes_about_one_case_or_with_the_same_trials_are_one_cluster() -> None:
    notes = {
        "1": "A 60-year-old man with headaches, enlarged hands and a pituitary adenoma.",
        "2": "The patient is a 53-year-old man with headaches, enlarged hands and pituitary adenoma on MRI.",
        "3": "Acromegaly after surgery; IGF-1 still raised.",
        "4": "A toddler with asthma who wheezes at night.",
    }
    apart = clusters(notes, {})
    assert apart == {"1": "1", "2": "1", "3": "3", "4": "4"}
    shared = {"2": dict.fromkeys("abcd", 2), "3": dict.fromkeys("bcde", 1), "4": dict.fromkeys("abcd", 0)}
    assert clusters(notes, shared) == {"1": "1", "2": "1", "3": "1", "4": "4"}


def test_short_questions_with_the_same_illness_are_not_yet_one_case() -> None:
    notes = {"1": "breast cancer that spread", "2": "spread breast cancer, a pill?", "3": "gout"}
    assert clusters(notes, {}) == {"1": "1", "2": "2", "3": "3"}


def test_folds_are_even_and_never_split_a_cluster() -> None:
    of = {str(note): str(note // 2) for note in range(50)}
    fold = folds(of, 5, seed=2)
    assert set(Counter(fold.values()).values()) == {50 // 5}
    assert all(fold[note] == fold[of_same] for note in of for of_same in of if of[note] == of[of_same])
    assert fold != folds(of, 5, seed=3)
    assert fold == folds(of, 5, seed=2)


def written(folder: Path, grades: str) -> Path:
    notes = [{"id": "1", "text": "asthma"}, {"id": "2", "text": "gout"}]
    folder.mkdir()
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, notes)) + "\n")
    (folder / "qrels.tsv").write_text(f"query_id\ttrial_id\tgrade\n{grades}")
    return folder


def test_a_folder_of_notes_and_grades_is_a_collection_and_keeps_what_the_corpus_answers(tmp_path: Path) -> None:
    folder = written(tmp_path / "mine", "1\tNCT1\t2\n1\tNCT2\t0\n2\tNCT3\t2\n2\tNCT1\t1\n")
    for name in (str(folder), "mine"):
        read = judged.collection(name, tmp_path)
        assert read.name == "mine"
        assert read.grades == {"1": {"NCT1": 2, "NCT2": 0}, "2": {"NCT3": 2, "NCT1": 1}}
    kept = read.within({"NCT1"})
    assert kept.notes == {"1": "asthma"}  # nothing that is left answers the other
    assert kept.grades == {"1": {"NCT1": 2}}


def test_a_line_that_is_no_judgment_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "mine", "1\tNCT1\t2\n1 NCT2 0\n")
    with pytest.raises(SourceError, match=r"qrels\.tsv, line 3: .*'1 NCT2 0'"):
        judged.collection(str(folder), tmp_path)
    with pytest.raises(SourceError, match="no collection nowhere"):
        judged.collection("nowhere", tmp_path)


def test_lay_questions_belong_to_one_half_for_good(tmp_path: Path) -> None:
    lines = [{"id": f"q{n}", "text": "gout?", "kind": "lay", "why": "", "answers": {"NCT1": 2}} for n in range(200)]
    folder = tmp_path / "lay"
    folder.mkdir()
    (folder / "one.jsonl").write_text("\n".join(map(json.dumps, lines)))
    read = judged.lay(folder)
    tune, kept = read.half(Half.TUNE), read.half(Half.KEPT)
    assert tune.name == "lay-tune"
    assert {*tune.notes, *kept.notes} == set(read.notes)
    assert 80 < len(tune.notes) == 200 - len(kept.notes) < 120
    assert judged.half("q1") is Half.KEPT
    (folder / "two.jsonl").write_text(json.dumps(lines[7]))
    with pytest.raises(SourceError, match=r"two\.jsonl, line 1: the id q7 stands twice"):
        judged.lay(folder)


def test_the_real_collection_has_its_doubles_in_one_cluster(data_dir: Path) -> None:
    read = judged.collection("trec2021", data_dir)
    found = read.clusters()
    assert len(read.notes) == 75
    assert found["trec-202140"] == found["trec-202174"]  # two men with acromegaly, told in nearly the same words
    assert found["trec-202120"] == found["trec-202156"]  # acromegaly in other words
    assert found["trec-202146"] != found["trec-202154"]  # tuberculosis and vasculitis, examined alike
    assert max(Counter(found.values()).values()) <= 3
