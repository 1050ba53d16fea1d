"""Files of every kind: what can be read is read, and the rest says in one line why not."""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from pathlib import Path
from typing import ClassVar

import pytest

from index.errors import SourceError
from index.sources.files import Found, Rejected, files_under, read_file
from index.sources.json_stream import LARGEST
from index.trial import Form, SectionName
from tests.studies import study

ONE, TWO = json.dumps(study(1)), json.dumps(study(2))
XML = "<clinical_study><id_info><nct_id>NCT09990004</nct_id></id_info><brief_title>Ä</brief_title></clinical_study>"
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
        ("a.json", f'{{"totalCount": 2, "studies": [{ONE}, {TWO}]}}', [1, 2]),
        ("a.json", f'{{"asked": "x", "studies": [{ONE}, {TWO}]}}', [1, 2]),
        ("a.json", f"{ONE}\n{TWO}\n", [1, 2]),
        ("a.json", f"\ufeff{ONE}", [1]),
        ("a.json", ONE.encode("utf-16"), [1]),
        ("a.json", ("\ufeff" + ONE).encode("utf-16-be"), [1]),
        ("a.json.gz", gzip.compress(ONE.encode()), [1]),
        ("a.json", gzip.compress(ONE.encode()), [1]),
        ("a.jsonl", f"{ONE}\n\n{ROW}\n", [1, 3]),
        ("A.JSONL", f"\ufeff{ONE}\n{TWO}", [1, 2]),
        ("a.ndjson", f"{ONE}\n[{TWO}]", [1, 2]),
        ("a.jsonl", f"{ONE}\n{TWO}\n".encode("utf-16"), [1, 2]),
        ("a.jsonl.gz", gzip.compress(f"{ONE}\n{TWO}\n".encode()), [1, 2]),
        ("a.xml", XML, [4]),
        ("study.data", XML, [4]),
        ("a.xml", "<?xml version='1.0'?>\n<!-- a -->\n<!-- b -->\n" + XML, [4]),
        ("a.xml.gz", gzip.compress(XML.encode()), [4]),
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
        ("a.json", f"[\n{ONE},\n{ONE[:90]}", "cut-off JSON at line 3"),
        ("a.json", f"[{ONE}; {TWO}]", "expecting ',' or ']'"),
        ("a.json", f"[{ONE},]", "cut-off JSON"),
        ("a.json", ONE + "x", "cut-off JSON"),
        ("a.json", "[" * 100_000, "JSON"),
        ("a.json", '[{"a": ' + "9" * 5_000 + "}]", "cannot be read"),
        ("a.json.gz", gzip.compress(ONE.encode())[:-9], "gzip"),
        ("a.jsonl.gz", b"no gzip at all", "no gzip file"),
        ("a.json", json.dumps(study(1, conditions="one")), "conditions"),
        ("a.xml", XML[:90], "cut-off XML at line"),
        ("a.json", ONE.replace("Exampline", "Exämpline").encode("latin-1"), "looks like Latin-1 or Windows-1252"),
        ("a.jsonl", ONE.replace("Exampline", "Exämpline").encode("latin-1"), "0xE4"),
        ("a.txt", "Sézary syndrome".encode("latin-1"), "byte 1 is 0xE9"),
        ("a.json", ONE.encode("utf-16-le"), "UTF-16 without its mark"),
        ("a.json", ONE.encode("utf-16")[:-1], "cut-off UTF-16"),
        ("a.json", "", "an empty file"),
        ("a.json", " \n", "nothing but white space"),
        ("a.json.gz", gzip.compress(b""), "an empty file"),
    ],
)
def test_what_is_broken_says_why_in_one_line(tmp_path: Path, name: str, content: str | bytes, reason: str) -> None:
    path = write(tmp_path / name, content)
    told = reasons(path)[-1]
    assert reason in told
    assert "\n" not in told
    assert len(told) < 300


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", '{"a": 1}', "no trial: neither an API v2 study nor a registry row"),
        ("a.json", "[7, null]", "(2 entries like it)"),
        ("a.json", "[]", "an empty list"),
        ("a.json", '{"studies": []}', "an API answer without studies"),
        ("a.json", '{"totalCount": 12}', "a count"),
        ("a.json", '{"resourceType": "Bundle", "entry": []}', "describes a patient and no trial"),
        ("a.json", '{"openapi": "3.0.3"}', "the specification of an API"),
        ("a.yaml", 'openapi: "3.0.3"\ninfo:', "the specification of an API"),
        ("a.jsonl", '{"id": "1", "text": "A man"}\n{"id": "2", "text": "A woman"}', "ask --batch` (2 entries like it)"),
        ("a.jsonl", '{"pair_id": 1, "note": "x", "criterion": "y"}', "assess --pairs"),
        ("a.tsv", "query_id\ttrial_id\tgrade\n1\tNCT01\t2", "a table of judgments"),
        ("qrels", "20211 0 NCT00002569 1\n", "a table of judgments"),
        ("a.csv", '"NCT Number","Study Title"\nNCT1,x', "download the studies as JSON"),
        ("a.csv", "a,b\n1,2", "a table"),
        ("a.ann", "T1\tPerson 0 3\tmen\n", "annotations of a text (brat)"),
        ("a.conf", "# comment\n\n[entities]\nDrug", "settings of a program"),
        ("LICENSE", "MIT License\n\nCopyright", "a licence"),
        ("README.md", "# Data\n\nA table", "a Markdown document"),
        ("a.txt", "A letter to a friend.", "plain text, but no page of a known system"),
        ("a.txt", "<18 years old\n", "plain text"),
        ("a.txt", "[see below] {not} json", "plain text"),
        ("a.xml", "<?xml version='1.0'?><!DOCTYPE x><rss version='2'/>", "its root is <rss>"),
        ("a.xml", "<!--a-->" * 900 + "plain", "plain text"),
        ("a.json", b"\x89PNG\r\n\x1a\n\x00\xff", "a picture (PNG)"),
        ("a.bin", b"Salted__\x00\xff", "an encrypted file"),
        ("a.pdf", b"%PDF-1.7\n", "a PDF"),
        ("a.bin", b"a\x00b\x01\x02\x03", "binary data"),
        ("a.tar.gz", gzip.compress(b"name" + b"\0" * 253 + b"ustar\0"), "an archive (tar)"),
        ("a.gz", gzip.compress(gzip.compress(b"x")), "an archive inside another"),
    ],
)
def test_what_is_no_trial_is_named(tmp_path: Path, name: str, content: str | bytes, reason: str) -> None:
    path = write(tmp_path / name, content)
    (told,) = reasons(path)
    assert reason in told
    assert not ids(path)


def test_a_broken_line_does_not_stop_the_lines_after_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", ONE.encode() + b'\n{"id": 1\n\xff\xfe\n7\n' + TWO.encode())
    assert ids(path) == ["NCT09990001", "NCT09990002"]
    sources = [one.source for one in read_file(path) if isinstance(one, Rejected)]
    assert sources == [f"{path}:2", f"{path}:3", f"{path}:4"]


def test_what_stands_before_the_break_of_a_cut_off_array_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", f"[{ONE},{TWO[:-5]}")
    assert ids(path) == ["NCT09990001"]
    assert len(reasons(path)) == 1


def test_an_array_longer_than_what_is_held_of_it_is_read_whole(tmp_path: Path) -> None:
    studies = [study(number, summary=f"Ü {number} " * 20_000) for number in range(1, 40)]
    for text in (json.dumps(studies, ensure_ascii=False), json.dumps({"studies": studies}, indent=1)):
        path = write(tmp_path / "a.json", text)
        assert len(text) > 3 * 2**20
        assert [one.trial.prose[SectionName.BRIEF_SUMMARY] for one in read_file(path) if isinstance(one, Found)] == [
            (f"Ü {number} " * 20_000).strip() for number in range(1, 40)
        ]
        assert not reasons(path)


def test_one_entry_larger_than_any_study_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json.gz", gzip.compress(b'["' + b"a" * (LARGEST + 2**20), compresslevel=1))
    assert reasons(path) == ["JSON with an entry of more than 128 MB, which no study is"]


def test_half_a_character_in_a_field_stops_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", f'[{ONE.replace("Exampline", "x", 1)[:-1]}, "extra": "\\ud800"}}, {TWO}]')
    assert ids(path) == ["NCT09990001", "NCT09990002"]


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
    (tmp_path / "x.json").mkdir()
    names = ("b.json", "deep/a.jsonl", "deep/deeper/c.JSON", "picture.png", "x.json/d")
    written = [write(tmp_path / name, ONE) for name in names]
    assert list(files_under([tmp_path])) == written


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path / ".git" / "a.json", ONE)
    write(tmp_path / ".DS_Store", b"x")
    assert list(files_under([tmp_path])) == []
    assert ids(tmp_path / ".git" / "a.json") == ["NCT09990001"]


def test_a_link_that_leads_back_ends_the_search_there(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    write(tmp_path / "a" / "one.json", ONE)
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    (tmp_path / "z").symlink_to(tmp_path / "a")
    assert [path.relative_to(tmp_path).as_posix() for path in files_under([tmp_path])] == ["a/one.json", "z/one.json"]


def test_a_link_to_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to(tmp_path / "gone.json")
    (path,) = files_under([tmp_path])
    assert reasons(path) == ["cannot be read: No such file or directory"]


def test_a_link_to_itself_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to("a.json")
    (path,) = files_under([tmp_path])
    assert "symbolic links" in reasons(path)[0]


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    assert list(files_under([tmp_path])) == []


def test_a_file_that_vanishes_before_it_is_read_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a.json", ONE)
    (path,) = files_under([tmp_path])
    path.unlink()
    assert reasons(path) == ["cannot be read: No such file or directory"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir()
    write(tmp_path / "a.json", ONE).chmod(0)
    (tmp_path / "locked").chmod(0)
    told = [reasons(path)[0] for path in files_under([tmp_path])]
    (tmp_path / "locked").chmod(0o700)
    assert told == ["cannot be read: Permission denied"] * 2


def test_a_folder_that_is_read_as_a_file_is_named(tmp_path: Path) -> None:
    assert reasons(tmp_path) == ["a folder that cannot be opened; check who may read it"]


def test_a_folder_of_nothing_has_no_files(tmp_path: Path) -> None:
    assert list(files_under([tmp_path])) == []


def test_a_file_that_is_named_is_tried_whatever_it_is_called(tmp_path: Path) -> None:
    path = write(tmp_path / "study.data", ONE)
    assert list(files_under([path])) == [path]
    assert ids(path) == ["NCT09990001"]


def test_a_path_that_does_not_exist_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        list(files_under([tmp_path / "nowhere"]))


def test_an_answer_asked_for_with_few_fields_is_an_excerpt(tmp_path: Path) -> None:
    few = study(1)
    del few["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]
    path = write(tmp_path / "a.json", json.dumps([few, study(2)]))
    assert [one.trial.origin.form for one in read_file(path) if isinstance(one, Found)] == [Form.EXCERPT, Form.RECORD]


class TestTheDataFolder:
    """Every file beside the registry export: what is a trial is read, and the rest is named."""

    FOUND: ClassVar[dict[str, int]] = {"studies": 1783, "versions": 104, "xml": 125, "pages": 145, "seeds": 5}
    NAMED: ClassVar[dict[str, str]] = {
        "README.md": "a Markdown document",
        "sealed.bin": "an encrypted file",
        "chia/LICENSE": "a licence",
        "chia/annotation.conf": "settings of a program",
        "chia/NCT00050349_exc.ann": "annotations of a text",
        "chia/NCT00050349_exc.txt": "plain text",
        "chia/NCT02734173_exc.txt": "plain text",
        "criteria/annotations.json": "a judgment on a note and a criterion",
        "ctgov_api/metadata.json": "the registry's list of its fields",
        "ctgov_api/openapi.yaml": "the specification of an API",
        "fhir/patient01.json": "describes a patient and no trial",
        "questions/patient_messages.jsonl": "a message that a person wrote",
        "trec2021/qrels.tsv": "a table of judgments",
        "trec2021/queries.jsonl": "a note or a question",
    }

    def test_what_is_a_trial_is_read_and_nothing_else(self, data_dir: Path) -> None:
        found: Counter[str] = Counter()
        for path in files_under([data_dir]):
            if path.name == "registry.jsonl.gz":
                continue
            read = list(read_file(path))
            assert read, f"{path} is neither read nor named"
            trials = [one for one in read if isinstance(one, Found)]
            folder = path.relative_to(data_dir).parts[1 if path.parent.name == "pages" else 0]
            found[folder] += len(trials)
            assert not (trials and len(trials) < len(read)), f"{path} holds a trial that is refused"
        assert {folder: count for folder, count in found.items() if count} == {
            folder: count for folder, count in self.FOUND.items() if (data_dir / folder).is_dir() or folder == "pages"
        }

    @pytest.mark.parametrize("name", NAMED)
    def test_what_is_none_says_what_it_is(self, data_dir: Path, name: str) -> None:
        if not (data_dir / name).exists():
            pytest.skip(f"no {name} in {data_dir}")
        (reason,) = reasons(data_dir / name)
        assert self.NAMED[name] in reason
