"""The benchmark of indexing and search: it runs at the smallest size, and its ratios follow from its figures."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from index.record import Record
from index.sources.files import Found
from index.trial import SectionName
from tests.evals import index, samples, scale_table, searching, speed, synthetic, tutorial, updating
from tests.evals.indexing import Indexed
from tests.evals.scale import Scaled
from tests.studies import study

APP = typer.Typer()
APP.command()(index.command)
STUDIES = 3
ROWS = 12
RULES = "Inclusion Criteria:\n\n* Age 18 or older\n* Lymphoma, number {0}\n\nExclusion Criteria:\n\n* Pregnancy"


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out like that of the real records."""
    folder = tmp_path_factory.mktemp("records")
    (folder / "studies").mkdir()
    (folder / "trec2021").mkdir()
    for number in range(STUDIES):
        made = study(number, eligibility=RULES.format(number), sites=[{"city": "Bonn", "country": "Germany"}])
        (folder / "studies" / f"{number}.json").write_text(json.dumps(made))
    rows = [
        {"id": f"NCT0000{n:04}", "title": f"Substance{n}", "conditions": [f"Lymphoma {n}"], "eligibility": RULES}
        for n in range(ROWS)
    ]
    with gzip.open(folder / "registry.jsonl.gz", "wt") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows)
    (folder / "trec2021" / "queries.jsonl").write_text(json.dumps({"id": "1", "text": "A woman of 40 with lymphoma."}))
    return folder


def figures(data: Path, *options: str) -> dict[str, Any]:
    """What the command prints for machines, with the stand-in for the model."""
    done = CliRunner().invoke(APP, ["--json", "--stand-in", "--sample", "0", "--data", str(data), *options])
    assert done.exit_code == 0, done.output
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def text(table: object) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


def indexed(seconds: float, answers_s: float, trials: int = 10) -> Indexed:
    return Indexed(trials=trials, pieces=1, texts=1, answers_s=answers_s, seconds=seconds, peak_mb=1, disk_mb=1)


def test_rates_are_of_all_rounds_together_and_ratios_of_single_rounds_stand_beside() -> None:
    theirs = [indexed(20.0, 20.0), indexed(30.0, 30.0)]
    ours = [indexed(10.0, 2.0), indexed(5.0, 3.0)]
    compared = speed.compared(theirs, ours)
    assert compared.tutorial_rate == pytest.approx((10 + 10) / (20 + 30))
    assert compared.our_rate == pytest.approx((10 + 10) / (10 + 5))
    assert compared.faster == pytest.approx((20 + 30) / (10 + 5))
    assert compared.at_least == pytest.approx(20 / 10)
    assert compared.at_most == pytest.approx(30 / 5)
    assert compared.found_faster == pytest.approx((20 + 30) / (2 + 3))


def test_speed_and_update_are_measured_on_files_and_their_ratios_follow(records: Path) -> None:
    printed = figures(records, "--part", "speed", "--part", "update", "--files", str(STUDIES))
    fast = speed.Speed.model_validate(printed["speed"][0])
    theirs, ours = fast.tutorial[0], fast.ours[0]
    assert theirs.trials == ours.trials == STUDIES
    assert fast.faster == pytest.approx((STUDIES / ours.seconds) / (STUDIES / theirs.seconds))
    assert theirs.looked
    assert ours.looked
    assert (theirs.looked.citable, ours.looked.citable) == (0, 3 * STUDIES)
    assert f"{fast.faster:.2f}" in text(speed.table(fast))

    updates = updating.Updates.model_validate(printed["update"][0])
    assert [one.cost.changed for one in updates.updates] == [1, 1, 0]
    assert [one.cost.texts for one in updates.updates] == [1, 1, 0]
    for one in updates.updates:
        assert one.share == pytest.approx(one.cost.seconds / updates.full.seconds)
        assert f"{one.share:.2%}" in text(updating.table(updates))


def test_a_store_of_each_size_is_built_once_and_asked(records: Path, tmp_path: Path) -> None:
    options = ("--part", "scale", "--trials", "8", "--questions", "4", "--keep", str(tmp_path))
    printed = figures(records, *options, "--part", "search")
    (scaled,) = map(Scaled.model_validate, printed["scale"])
    assert scaled.grown.trials == 8
    assert scaled.grown.distinct < scaled.grown.passages + 2 * 8  # the rules of all rows are the same
    assert 0 < scaled.opened.open_s < scaled.opened.answer_s
    assert "8" in text(scale_table.table([scaled]))

    (searches,) = map(searching.Searches.model_validate, printed["search"])
    assert {line.limits for line in searches.lines} == set(searching.LIMITS)
    unlimited = {line.passages_each: line.median_ms for line in searches.lines if line.limits == "no limits"}
    for line in searches.lines:
        assert line.ratio == pytest.approx(line.median_ms / unlimited[line.passages_each])
        assert f"{line.ratio:.2f}" in text(searching.table(searches))

    noted = (tmp_path / "registry-8-stand-in" / "measured.json").stat().st_mtime_ns
    assert figures(records, *options)["scale"][0]["grown"] == printed["scale"][0]["grown"]
    assert (tmp_path / "registry-8-stand-in" / "measured.json").stat().st_mtime_ns == noted


def test_the_median_of_a_search_is_compared_with_the_same_search_without_limits() -> None:
    taken = tuple(
        searching.Taken(limits=limits, passages_each=3, ms=ms, hits=10)
        for limits, ms in (("no limits", (10.0, 20.0, 60.0)), ("status", (30.0, 50.0, 40.0)))
    )
    searched = searching.Searched(taken=taken, pass_share={"no limits": 1, "status": 0.5}, questions=3, trials=8)
    assert [line.ratio for line in searching.summed_up(searched).lines] == [1, median((30, 40, 50)) / 20]


def test_made_up_vectors_go_in_and_their_neighbours_are_found(records: Path) -> None:
    printed = figures(records, "--part", "vectors", "--vectors", "600", "--vectors", "700")
    small, large = map(synthetic.Vectored.model_validate, printed["vectors"])
    assert (small.filled.count, large.filled.count) == (600, 700)
    assert small.a_second == pytest.approx(600 / small.filled.seconds)
    assert large.slower == pytest.approx(small.a_second / large.a_second)
    assert small.asked.found > 0.9
    assert "600" in text(synthetic.table([small, large]))


def test_the_tutorial_reads_the_sections_that_our_passages_are_made_of(data_dir: Path) -> None:
    ours: set[SectionName] = set()
    theirs: set[SectionName] = set()
    for trial in samples.trials(samples.studies(data_dir, 20, seed=1)):
        record = Record.of(trial)
        ours |= {passage.section for passage in record.passages}
        theirs |= {section.name for section in record.sections} & tutorial.SECTIONS
    assert ours == theirs
    assert SectionName.ELIGIBILITY in ours


def test_a_changed_file_tells_of_the_same_trial_with_another_rule_or_another_status(
    records: Path, tmp_path: Path
) -> None:
    before = sorted((records / "studies").glob("*.json"))[:2]
    later = updating.changed(before, tmp_path)
    old, new = list(samples.trials(before)), list(samples.trials(later.values()))
    assert [one.id for one in old] == [one.id for one in new]
    rules = SectionName.ELIGIBILITY
    assert "Age 18 or older, as amended" in new[0].prose[rules]
    assert old[0].status == new[0].status
    assert old[1].prose[rules] == new[1].prose[rules]
    assert old[1].status != new[1].status


def test_each_size_takes_its_rows_from_everywhere_in_the_registry(records: Path, tmp_path: Path) -> None:
    taken = [trial.id for trial in samples.trials([samples.rows(records, 4, tmp_path / "rows.jsonl")])]
    assert taken == [f"NCT0000{n:04}" for n in (0, 3, 6, 9)]
    assert ROWS == 4 * 3


def test_rows_are_lent_only_what_they_lack(records: Path, tmp_path: Path) -> None:
    rows = samples.rows(records, 2, tmp_path / "rows.jsonl")
    bare = list(samples.trials([rows]))
    found = samples.lent(samples.read([rows]), samples.lenders(records, 1))
    lent = [one.trial for one in found if isinstance(one, Found)]
    assert all(trial.sites[0].country == "Germany" for trial in lent)
    assert [(one.id, one.title, one.conditions) for one in lent] == [
        (one.id, one.title, one.conditions) for one in bare
    ]


def test_without_real_records_one_line_says_where_they_were_looked_for(tmp_path: Path) -> None:
    done = CliRunner().invoke(APP, ["--part", "speed", "--data", str(tmp_path)])
    assert done.exit_code == 2
    assert "TRIALOGUE_DATA" in done.output
    assert done.stdout == ""
