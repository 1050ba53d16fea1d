"""The commands as they are typed: their JSON contracts, their batches, and one line for what cannot be done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from index.store.store import Store
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def folder(sample_store: Store) -> Path:
    return sample_store.folder


def run(*arguments: str | Path, home: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("trialogue")
    env = {**os.environ, "COLUMNS": "120", **environment, **({"HOME": str(home)} if home else {})}
    return subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, env=env, cwd=ROOT, check=False, timeout=300
    )


def json_of(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_index_twice_changes_nothing_and_says_so(tmp_path: Path) -> None:
    source = ROOT / "index" / "sample" / "NCT06530576.json"
    first = json_of(run("index", source, "--store", tmp_path / "s", "--json"))
    assert (first["added"], first["changed"], first["unchanged"]) == (["NCT06530576"], [], 0)
    assert set(first) == {"added", "changed", "unchanged", "rejected", "trials", "passages"}
    again = run("index", source, "--store", tmp_path / "s")
    assert "0 added, 0 changed, 1 unchanged" in again.stdout
    assert "Nothing has changed." in again.stdout


def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"protocolSection": {', encoding="utf-8")
    (tmp_path / "b.json").write_text((ROOT / "index/sample/NCT06530576.json").read_text(encoding="utf-8"), "utf-8")
    report = json_of(run("index", tmp_path, "--store", tmp_path / "s", "--json"))
    assert report["trials"] == 1
    assert [one["source"] for one in report["rejected"]] == [str(tmp_path / "a.json")]
    assert "cut-off JSON" in report["rejected"][0]["reason"]


def test_the_sample_makes_way_for_real_records_and_stays_away(tmp_path: Path) -> None:
    study = json.loads((ROOT / "index/sample/NCT06530576.json").read_text(encoding="utf-8"))
    (tmp_path / "restated.json").write_text(json.dumps(study), encoding="utf-8")
    del study["sample"]
    study["protocolSection"]["identificationModule"]["nctId"] = "NCT00000001"
    (tmp_path / "real.json").write_text(json.dumps(study), encoding="utf-8")
    store = ("--store", tmp_path / "s", "--json")
    assert json_of(run("index", tmp_path / "restated.json", *store))["trials"] == 1
    real = run("index", tmp_path / "real.json", *store)
    assert json_of(real)["trials"] == 1
    assert "1 sample trials were taken out" in real.stderr
    sample = run("index", "--sample", *store)
    assert json_of(sample)["trials"] == 1
    assert "The sample is left out" in sample.stderr


def test_search_gives_hits_with_passages_that_show_confirms(folder: Path) -> None:
    report = json_of(run("search", "lupus", "--limit", "2", "--store", folder, "--json"))
    assert report["query"] == "lupus"
    hit = report["hits"][0]
    assert {"trial_id", "title", "status", "score", "passages"} <= set(hit)
    shown = json_of(run("show", hit["trial_id"], "--store", folder, "--json"))
    for passage in hit["passages"]:
        assert shown["sections"][passage["section"]][passage["start"] : passage["end"]] == passage["text"]


def test_show_gives_every_criterion_as_a_slice_of_its_section(folder: Path) -> None:
    shown = json_of(run("show", "nct 06530576", "--store", folder, "--json"))
    assert set(shown) == {"trial", "sections", "criteria", "health"}
    kinds = [criterion["kind"] for criterion in shown["criteria"] if criterion["parent"] is None]
    assert (kinds.count("inclusion"), kinds.count("exclusion")) == (7, 9)
    for criterion in shown["criteria"]:
        text = shown["sections"][criterion["section"]]
        assert text[criterion["start"] : criterion["end"]] == criterion["text"]


def test_ask_gives_events_an_answer_a_question_and_trials(folder: Path) -> None:
    report = json_of(run("ask", "Am I right for NCT06530576? I am 50", "--store", folder, "--json"))
    assert set(report) == {"events", "answer", "question", "trials"}
    claim = report["answer"]["claims"][0]
    assert {"trial_id", "section", "start", "end", "quote"} <= set(claim["citations"][0])


def test_a_batch_gives_one_object_a_line_id_first_and_a_bad_line_does_not_end_it(folder: Path, tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text('{"id": 1, "text": "NCT99999999"}\n{"id": "b", "text": "NCT06530576"}\n', encoding="utf-8")
    done = run("show", "--batch", batch, "--store", folder)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [next(iter(line.items())) for line in lines] == [("id", 1), ("id", "b")]
    assert "NCT99999999 is not in this store" in lines[0]["error"]
    assert lines[1]["trial"]["id"] == "NCT06530576"


def test_match_gives_a_verdict_for_every_rule(folder: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("58-year-old woman with type 2 diabetes. HbA1c 8.4 %. BMI 31. Not pregnant.", encoding="utf-8")
    report = json_of(run("match", note, "--store", folder, "--json"))
    assert {fact["attribute"]["topic"] for fact in report["profile"]["facts"]} >= {"age", "sex", "condition", "lab"}
    trial = next(one for one in report["trials"] if one["trial_id"] == "NCT06972472")
    verdicts = {one["id"]: one["verdict"] for one in trial["criteria"]}
    assert set(verdicts.values()) <= {"met", "not_met", "unknown", "not_applicable"}
    assert verdicts["record-age"] == "met"


def test_a_bundle_of_a_patient_is_matched_and_one_of_nobody_is_refused_in_one_line(
    folder: Path, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.json"
    bundle.write_text('{"resourceType": "Bundle", "type": "collection", "entry": []}', encoding="utf-8")
    assert "Patient" in one_line(run("match", bundle, "--store", folder))
    patient = {"resourceType": "Patient", "gender": "female", "birthDate": "1970-05-01"}
    lupus = {"text": "Systemic lupus erythematosus (disorder)"}
    active = {"coding": [{"code": "active", "system": "http://terminology.hl7.org/CodeSystem/condition-clinical"}]}
    ill = {"resourceType": "Condition", "subject": {"reference": "Patient/1"}, "code": lupus, "clinicalStatus": active}
    entries = [{"resource": patient}, {"resource": ill}]
    bundle.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), encoding="utf-8")
    report = json_of(run("match", bundle, "--store", folder, "--json"))
    subjects = {fact["attribute"]["subject"] for fact in report["profile"]["facts"]}
    assert "lupus" in subjects
    assert report["trials"]


def test_doctor_finds_a_whole_store_whole(folder: Path) -> None:
    done = run("doctor", "--store", folder)
    assert done.returncode == 0, done.stdout
    assert "WRONG" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("search", "x", "--store", "/nonexistent/store"), "there is no store in"),
        (("index", "/nonexistent/file"), "does not exist"),
        (("index",), "nothing to index"),
        (("ask", ""), "give a question"),
        (("match", "/nonexistent/note"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_line(folder: Path, arguments: tuple[str, ...], says: str) -> None:
    store = () if "--store" in arguments else ("--store", str(folder))
    assert says in one_line(run(*arguments, *store))


def test_a_folder_of_nothing_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "no files in" in one_line(run("index", tmp_path / "empty", "--store", tmp_path / "s"))


def test_a_store_made_with_another_embedder_is_refused(folder: Path) -> None:
    done = run("search", "x", "--store", folder, TRIALOGUE_EMBEDDING_MODEL="some/other-model")
    assert "was made with the embedder" in one_line(done)


def test_a_wrong_setting_is_named(folder: Path) -> None:
    assert "TRIALOGUE_PORT" in one_line(run("search", "x", "--store", folder, TRIALOGUE_PORT="many"))


def test_an_empty_result_says_that_only_the_sample_is_here(folder: Path) -> None:
    assert "only the sample" in run("search", "knitting patterns", "--store", folder).stdout
