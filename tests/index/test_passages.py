"""Passages: slices that are short enough to embed, and leave no criterion out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passages import card_text, title_text
from index.record import Record
from index.sources.files import Found, read_file
from index.trial import SectionName
from tests.studies import trial

LONGEST = 1_000  # characters
EVERY = 30  # studies that are read: one in so many


def check(record: Record) -> None:
    assert len({passage.id for passage in record.passages}) == len(record.passages)
    for passage in record.passages:
        assert passage.text == (record.text(passage.section) or "")[passage.start : passage.end]
        assert passage.text == passage.text.strip() != ""
        assert len(passage.text) <= LONGEST
    spans = [(one.start, one.end) for one in record.passages if one.section is SectionName.ELIGIBILITY]
    for one in record.criteria:
        covered = "".join(one.text[max(0, start - one.start) : max(0, end - one.start)] for start, end in spans)
        assert one.parent is not None or "".join(covered.split()) == "".join(one.text.split())


_ITEM = st.text(alphabet="abc .;\n(A", min_size=1, max_size=400).map(lambda text: " ".join(text.split()) or "x")


@settings(max_examples=60, deadline=None)
@given(st.lists(_ITEM, max_size=12), st.lists(_ITEM, max_size=6), st.text(alphabet="ab. \n", max_size=3000))
def test_passages_are_slices_and_cover_every_criterion(included: list[str], excluded: list[str], prose: str) -> None:
    lists = (
        f"{kind} Criteria:\n\n" + "\n".join(f"* {one}" for one in items)
        for kind, items in (("Inclusion", included), ("Exclusion", excluded))
    )
    check(Record.of(trial(eligibility="\n\n".join(lists), description=prose)))


def test_the_studies_are_covered(data_dir: Path) -> None:
    files = sorted((data_dir / "studies").glob("*.json"))[::EVERY]
    if not files:
        pytest.skip(f"no studies in {data_dir / 'studies'}")
    for file in files:
        for one in read_file(file):
            assert isinstance(one, Found)
            check(Record.of(one.trial))


def test_inclusion_and_exclusion_never_share_a_passage() -> None:
    texts = [passage.text for passage in Record.of(trial()).passages if passage.section is SectionName.ELIGIBILITY]
    assert texts == ["Age 18 or older\n* Lymphoma", "Pregnancy"]


def test_a_passage_is_embedded_under_the_heading_that_stands_above_it() -> None:
    embedded = [passage.embedded for passage in Record.of(trial()).passages]
    assert "Exclusion criteria: Pregnancy" in embedded


def test_contacts_and_sites_are_no_passages() -> None:
    record = Record.of(trial(contacts=[{"name": "Office"}], sites=[{"city": "Leeds"}]))
    assert record.text(SectionName.SITES) == "Leeds"
    assert {passage.section for passage in record.passages} == {SectionName.BRIEF_SUMMARY, SectionName.ELIGIBILITY}


def test_a_trial_is_known_by_its_title_with_conditions_and_by_its_card() -> None:
    one = trial(keywords=["exampline"], summary="The aim.\n\nMore. " * 300)
    assert title_text(one) == "Exampline for T-cell lymphoma. Lymphoma, T-Cell"
    assert card_text(one).startswith("Exampline for T-cell lymphoma. Lymphoma, T-Cell. exampline. The aim. More.")
    assert len(card_text(one)) == 1_300
