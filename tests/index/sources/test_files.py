"""Files of every kind: what can be read is read, and the rest says in one line why not."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from index.errors import SourceError
from index.sources.files import Found, Rejected, files_under, read_file
from tests.studies import study

ONE, TWO = json.dumps(study(1)), json.dumps(study(2))
ROW = json.dumps({"id": "NCT09990003", "title": "A row", "eligibility": "* Age 18"})


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def ids(path: Path) -> list[str]:
    return [one.trial.id for one in read_file(path) if isinstance(one, Found)]


def reasons(path: Path) -> list[str]:
    return [one.reason for one in read_file(path) if isinstance(one, Rejected)]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.json", ONE, [1]),
        ("a.json", f"[{ONE}, {TWO}]", [1, 2]),
        ("a.json", f'{{"studies": [{ONE}, {TWO}], "nextPageToken": "x"}}', [1, 2]),
        ("a.json", f"\ufeff{ONE}", [1]),
        ("a.json.gz", gzip.compress(ONE.encode()), [1]),
        ("a.jsonl", f"{ONE}\n\n{ROW}\n", [1, 3]),
        ("A.JSONL", f"\ufeff{ONE}\n{TWO}", [1, 2]),
        ("a.jsonl.gz", gzip.compress(f"{ONE}\n{TWO}\n".encode()), [1, 2]),
        ("a.json", "[]", []),
    ],
)
def test_every_form_of_file_is_read(tmp_path: Path, name: str, content: str | bytes, expected: list[int]) -> None:
    path = write(tmp_path / name, content)
    assert ids(path) == [f"NCT0999{number:04}" for number in expected]
    assert not reasons(path)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", ONE[:-9], "cut-off JSON at line 1"),
        ("a.json", "", "neither trial JSON nor a page"),
        ("a.json", '{"a": 1}', "no trial"),
        ("a.json", "[" * 100_000, "JSON"),
        ("a.txt", "A letter to a friend.", "neither trial JSON nor a page"),
        ("a.json", b"\x89PNG\r\n\x1a\n\x00\xff", "not UTF-8 text"),
        ("a.json", ONE.replace("Exampline", "Exämpline").encode("latin-1"), "not UTF-8 text"),
        ("a.json", json.dumps(study(1), ensure_ascii=False).replace("exampline", "é").encode("utf-16"), "not UTF-8"),
        ("a.json.gz", gzip.compress(ONE.encode())[:-9], "gzip"),
        ("a.json.gz", b"no gzip at all", "gzip"),
        ("a.jsonl.gz", b"no gzip at all", "gzip"),
        ("a.json", json.dumps(study(1, conditions="one")), "conditions"),
    ],
)
def test_what_cannot_be_read_says_why_in_one_line(tmp_path: Path, name: str, content: str | bytes, reason: str) -> None:
    path = write(tmp_path / name, content)
    (told,) = reasons(path)
    assert reason in told
    assert "\n" not in told
    assert len(told) < 300
    assert not ids(path)


def test_a_broken_line_does_not_stop_the_lines_after_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", ONE.encode() + b'\n{"id": 1\n\xff\xfe\n7\n' + TWO.encode())
    assert ids(path) == ["NCT09990001", "NCT09990002"]
    sources = [one.source for one in read_file(path) if isinstance(one, Rejected)]
    assert sources == [f"{path}:2", f"{path}:3", f"{path}:4"]


def test_the_lines_before_the_break_of_a_cut_off_archive_are_kept(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(study(number, summary=f"{number} " * 2_000)) for number in range(1, 40))
    whole = gzip.compress(lines.encode())
    path = write(tmp_path / "a.jsonl.gz", whole[: len(whole) // 2])
    assert "gzip" in reasons(path)[-1]
    assert ids(path)[0] == "NCT09990001"


def test_one_broken_study_of_a_page_is_named_by_its_place(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", f'[{ONE}, {{"protocolSection": {{}}}}, {TWO}]')
    assert ids(path) == ["NCT09990001", "NCT09990002"]
    assert [one.source for one in read_file(path) if isinstance(one, Rejected)] == [f"{path}#2"]


def test_a_folder_is_searched_whole_and_in_order(tmp_path: Path) -> None:
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    wanted = [write(tmp_path / name, ONE) for name in ("b.json", "deep/a.jsonl", "deep/deeper/c.JSON")]
    write(tmp_path / "picture.png", b"\x89")
    assert list(files_under([tmp_path])) == wanted


def test_a_folder_of_nothing_has_no_files(tmp_path: Path) -> None:
    assert list(files_under([tmp_path])) == []


def test_a_file_that_is_named_is_tried_whatever_it_is_called(tmp_path: Path) -> None:
    path = write(tmp_path / "study.data", ONE)
    assert list(files_under([path])) == [path]
    assert ids(path) == ["NCT09990001"]


def test_a_path_that_does_not_exist_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        list(files_under([tmp_path / "nowhere"]))
