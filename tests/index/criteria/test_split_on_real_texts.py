"""What must hold for every text, on a sample of the registry export; `python -m tests.evals criteria` takes all."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from pathlib import Path

import pytest

from index.criteria.criterion import Kind
from index.criteria.split import split
from index.sources.escapes import unescape
from tests.evals import splitting as evals
from tests.evals.boundaries import Tally, align, cuts
from tests.evals.left_out import Kept, faults, kept_as, left_out

EVERY = 32  # one text in so many: 48,013 / 32 = 1,501 texts
FEWEST_PER_SECOND = 3_000
LEAST_F1 = 0.95  # of the boundaries, against Chia's hand-split lines


@pytest.fixture(scope="module")
def registry_texts(data_dir: Path) -> list[str]:
    if not (data_dir / "registry.jsonl.gz").exists():
        pytest.skip(f"no registry export in {data_dir}")
    return [text for _, text in evals.texts(data_dir, every=EVERY)]


def lost(text: str) -> list[str]:
    criteria = split(text)
    assert list(faults(text, criteria)) == []
    return [piece for piece in left_out(text, criteria) if kept_as(piece) is Kept.LOST]


def test_real_texts_lose_nothing_but_marks_and_headings(registry_texts: list[str]) -> None:
    assert [piece for text in registry_texts for piece in lost(text)] == []


def test_the_studies_lose_nothing_but_marks_and_headings(data_dir: Path) -> None:
    files = sorted((data_dir / "studies").glob("*.json"))
    if not files:
        pytest.skip(f"no studies in {data_dir / 'studies'}")
    for file in files[::3]:
        module = json.loads(file.read_bytes())["protocolSection"].get("eligibilityModule", {})
        assert lost(unescape(module.get("eligibilityCriteria") or "").strip()) == []


def test_an_exclusion_heading_that_stands_alone_in_its_line_starts_the_exclusions(registry_texts: list[str]) -> None:
    misread = Counter[bool]()
    for text in registry_texts:
        heading = re.search(r"^\s*Exclusion Criteria:?\s*$", text, re.MULTILINE | re.IGNORECASE)
        following = [one for one in split(text) if heading and one.start >= heading.end()]
        misread[bool(following) and following[0].kind is not Kind.EXCLUSION] += 1
    assert misread[True] <= 0.001 * misread[False]  # some repeat "Inclusion criteria" as the very next line


def test_texts_are_split_fast_enough_for_a_whole_registry(registry_texts: list[str]) -> None:
    before = time.process_time()
    count = sum(len(split(text)) for text in registry_texts)
    assert count / (time.process_time() - before) >= FEWEST_PER_SECOND


def test_criteria_begin_where_the_annotators_of_chia_began_a_line(data_dir: Path) -> None:
    if not (data_dir / "chia").is_dir():
        pytest.skip(f"no hand-split criteria in {data_dir / 'chia'}")
    trials = [trial for trial in evals.chia(data_dir) if not trial.theirs]  # their own lines would prove little
    tally = Tally()
    for trial in trials:
        tally.add(trial.aligned.gaps, cuts(trial.text, evals.criteria_of(trial.text), trial.aligned.gaps))
    assert len(trials) >= 200
    assert tally.figures()["f1"] >= LEAST_F1


def test_boundaries_are_counted_word_by_word() -> None:
    text = "* Age 18 or over * Cancer\n* Pain"
    aligned = align(text, [["Age 18 or over", "Cancer", "Pain"], ["Something that the text does not say"]])
    tally = Tally()
    tally.add(aligned.gaps, cuts(text, [(2, 25), (28, 32)], aligned.gaps))
    assert (aligned.found, aligned.lost) == (3, ("Something that the text does not say",))
    assert (tally.both, tally.ours_only, tally.theirs_only) == (1, 0, 1)  # of the two, "Cancer | Pain" is cut
    assert tally.figures()["f1"] == pytest.approx(2 * 1 * 0.5 / (1 + 0.5))
