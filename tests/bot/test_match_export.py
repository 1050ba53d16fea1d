"""A match as a file to keep: lines for a spreadsheet, JSON, and a page; over the bundled sample."""

from __future__ import annotations

import csv
import datetime
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.match.export import COLUMNS, Form, as_csv, as_json, checked, export, harmless
from bot.match.matching import Matched, Wish, match_text
from bot.match.page import page
from bot.match.rows import sheets
from index.store.store import Store

TODAY = datetime.date(2026, 11, 21)
NOTE = "58-year-old woman with type 2 diabetes and obesity. HbA1c 8.4 %. BMI 31. No HIV. Not pregnant."
DIABETES = "NCT06972472"
FORMULA = "=HYPERLINK(1)<script>alert(1)</script>"


@pytest.fixture(scope="module")
def found(sample_store: Store) -> Matched:
    return match_text(sample_store, NOTE, Wish(), TODAY)


def test_a_csv_has_a_line_for_every_trial_and_rule(found: Matched) -> None:
    rows = list(csv.DictReader(as_csv(sheets(found, TODAY)).splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == sum(len(offer.standing.verdicts) for offer in found.offers)
    age = next(row for row in rows if (row["trial_id"], row["criterion_id"]) == (DIABETES, "record-age"))
    assert (age["verdict"], age["basis"], age["evidence"]) == ("met", "stated", "58-year-old")
    assert age["url"].endswith(DIABETES)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+ 5 mg", "'+ 5 mg"),
        ("- had surgery", "'- had surgery"),
        ("@cmd", "'@cmd"),
        ("\t=1", "'=1"),
        ("two\r\nlines", "two lines"),
        ("5 = 5", "5 = 5"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(cell: str, written: str) -> None:
    assert harmless(cell) == written


def test_a_note_that_holds_a_formula_and_markup_stays_text_in_every_form(found: Matched) -> None:
    facts = tuple(fact.model_copy(update={"quote": FORMULA}) for fact in found.profile.facts)
    offer = found.offers[0]
    verdicts = tuple(one.model_copy(update={"evidence": FORMULA}) for one in offer.standing.verdicts)
    standing = offer.standing.model_copy(update={"verdicts": verdicts})
    evil = found.model_copy(
        update={
            "profile": found.profile.model_copy(update={"facts": facts}),
            "offers": (offer.model_copy(update={"standing": standing}),),
        }
    )
    cells = {row["evidence"] for row in csv.DictReader(as_csv(sheets(evil, TODAY)).splitlines())}
    assert cells == {f"'{FORMULA}"}
    made = page(evil, "f", TODAY)
    assert "HYPERLINK" in made
    assert "<script" not in made


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_page_loads_nothing_links_to_the_registry_alone_and_can_be_read_aloud(found: Matched) -> None:
    text = page(found, "store-1a2b", TODAY)
    tags = Tags()
    tags.feed(text)
    names = [name for name, _ in tags.seen]
    assert not {"script", "img", "link", "iframe", "form", "object"} & set(names)
    assert not [attrs for _, attrs in tags.seen if {"src", "onclick", "style"} & set(attrs)]
    links = [attrs["href"] for name, attrs in tags.seen if name == "a"]
    assert set(links) == {offer.record.trial.origin.url for offer in found.offers}
    assert ("html", {"lang": "en"}) in tags.seen
    assert names.count("table") == names.count("caption") == len(found.offers)
    assert all(attrs.get("scope") in ("col", "row") for name, attrs in tags.seen if name == "th")
    rows = sum(len(offer.standing.verdicts) for offer in found.offers)
    assert len([1 for name, attrs in tags.seen if name == "th" and attrs["scope"] == "row"]) == rows


def test_the_page_says_when_and_from_what_it_was_made_and_who_decides(found: Matched) -> None:
    text = page(found, "store-1a2b", TODAY)
    assert "2026-11-21" in text
    assert "store-1a2b" in text
    assert "the study team decides" in text
    dated = [offer.record.trial.origin.as_of for offer in found.offers if offer.record.trial.origin.as_of]
    assert all(f"record as of {one.text}" in text for one in dated)


def test_json_keeps_the_contract_and_an_export_has_the_words_of_the_rules_besides(found: Matched) -> None:
    lean, full = as_json(found, TODAY), as_json(found, TODAY, texts=True)
    assert {"profile", "trials", "question"} <= set(lean)
    for trial, other in zip(lean["trials"], full["trials"], strict=True):
        assert {"trial_id", "standing", "criteria"} <= set(trial)
        for one, with_words in zip(trial["criteria"], other["criteria"], strict=True):
            assert {"id", "verdict", "evidence", "basis", "reason"} <= set(one)
            assert with_words["criterion"]
            assert one.items() <= with_words.items()


def test_a_file_is_written_whole_and_never_over_another_one_unasked(found: Matched, tmp_path: Path) -> None:
    for form in Form:
        file = tmp_path / f"table{form}"
        file.write_text("mine", encoding="utf-8")
        with pytest.raises(SettingsError, match="--force"):
            export(found, file, False, "f", TODAY)
        assert file.read_text(encoding="utf-8") == "mine"
        export(found, file, True, "f", TODAY)
        assert DIABETES in file.read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["table.csv", "table.html", "table.json"]


@pytest.mark.parametrize(
    ("name", "says"), [("t.xlsx", ".csv, .json, .html"), ("no/t.csv", "not there"), ("", "end in")]
)
def test_a_name_that_cannot_be_used_is_refused_before_the_work(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        checked(tmp_path / name, False)


def test_the_same_note_on_the_same_day_gives_the_same_bytes(found: Matched, sample_store: Store) -> None:
    again = match_text(sample_store, NOTE, Wish(), TODAY)
    assert json.dumps(as_json(again, TODAY, texts=True)) == json.dumps(as_json(found, TODAY, texts=True))
    assert page(again, "f", TODAY) == page(found, "f", TODAY)
