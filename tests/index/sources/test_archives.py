"""Zips of studies: read member by member, never unpacked, and no member stops those after it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from index.sources.files import Found, Rejected, files_under, read_file
from index.sources.json_stream import LARGEST
from tests.studies import study

ONE, TWO = json.dumps(study(1)), json.dumps(study(2))
XML = "<clinical_study><id_info><nct_id>NCT09990004</nct_id></id_info></clinical_study>"


def packed(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def ids(path: Path) -> list[str]:
    return [one.trial.id for one in read_file(path) if isinstance(one, Found)]


def rejected(path: Path) -> dict[str, str]:
    return {one.source: one.reason for one in read_file(path) if isinstance(one, Rejected)}


def test_studies_of_every_form_in_folders_are_read_where_they_lie(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "download",
        {
            "NCT0999xxxx/NCT09990001.json": ONE,
            "NCT0999xxxx/NCT09990004.xml": XML,
            "all/page.json": f'{{"studies": [{TWO}]}}',
            "all/rows.jsonl": json.dumps({"id": "NCT09990003", "title": "A row"}),
            "empty/": "",
            "__MACOSX/._NCT09990001.json": b"\x00\x05",
            ".DS_Store": b"\x00",
        },
    )
    assert ids(path) == ["NCT09990001", "NCT09990004", "NCT09990002", "NCT09990003"]
    assert rejected(path) == {}
    assert [one.source for one in read_file(path)][:1] == [f"{path}:NCT0999xxxx/NCT09990001.json"]
    assert list(tmp_path.iterdir()) == [path]


def test_members_that_are_no_trials_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", {"a.json": ONE})
    path = packed(
        tmp_path / "a.zip",
        {"readme.txt": "A letter", "inner.zip": inner.read_bytes(), "cut.json": ONE[:50], "b.json": TWO},
    )
    assert ids(path) == ["NCT09990002"]
    told = rejected(path)
    assert list(told) == [f"{path}:readme.txt", f"{path}:inner.zip", f"{path}:cut.json"]
    assert "an archive inside another" in told[f"{path}:inner.zip"]


def test_a_name_that_leads_out_or_steers_the_terminal_does_neither(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"../../up.json": ONE, "\x1b[2J\n.json": ONE[:9], "/etc/cron": TWO})
    assert ids(path) == ["NCT09990001", "NCT09990002"]
    assert all(source.isprintable() for source in rejected(path))
    assert list(files_under([tmp_path])) == [path]


def test_a_bomb_is_refused_in_one_line_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("bomb.json", "w") as member:
            for _ in range(LARGEST // 2**20 + 1):
                member.write(b" " * 2**20)
        archive.writestr("good.json", ONE)
    assert path.stat().st_size < 2**20
    assert ids(path) == ["NCT09990001"]
    (reason,) = rejected(path).values()
    assert "times its size" in reason


def test_an_encrypted_member_is_named(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"secret.json": ONE, "open.json": TWO})
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flags of the first member, here and in the table at the end
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert ids(path) == ["NCT09990002"]
    assert rejected(path) == {f"{path}:secret.json": "encrypted with a password; unpack it first"}


def test_a_member_with_a_broken_byte_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"broken.json": ONE, "good.json": TWO})
    data = bytearray(path.read_bytes())
    at = data.index(b"broken.json") + len("broken.json") + 40
    data[at] ^= 0xFF
    path.write_bytes(data)
    assert ids(path)[-1:] == ["NCT09990002"]
    (source,) = rejected(path)
    assert source == f"{path}:broken.json"


def test_a_packing_that_is_not_known_is_named(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"odd.json": ONE})
    data = bytearray(path.read_bytes())
    data[8] = data[data.index(b"PK\x01\x02") + 10] = 99
    path.write_bytes(data)
    assert rejected(path) == {f"{path}:odd.json": "packed in a way that cannot be read here; unpack it first"}


def test_a_cut_off_zip_is_told_in_one_line(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.json": ONE})
    path.write_bytes(path.read_bytes()[:-30])
    (reason,) = rejected(path).values()
    assert "broken or cut-off zip file" in reason


def test_a_zip_of_nothing_and_an_office_document_are_named(tmp_path: Path) -> None:
    assert list(rejected(packed(tmp_path / "a.zip", {})).values()) == ["a zip file without files"]
    office = packed(tmp_path / "a.docx", {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"})
    (reason,) = rejected(office).values()
    assert "an Office document" in reason


def test_the_same_name_twice_is_read_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", ONE)
        archive.comment = b"twice"
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("b.json")
        archive.writestr(info, TWO)
    assert ids(path) == ["NCT09990001", "NCT09990002"]
