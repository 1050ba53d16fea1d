"""A record quotes itself, and names what it quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnknownTrial
from index.record import Record, fingerprint
from index.trial import SectionName, Span
from tests.studies import trial

RECORD = Record.of(
    trial(
        eligibility="Inclusion Criteria:\n\n* Age 18 or older\n* One of:\n  * fever\n  * cough\n\n"
        "Exclusion Criteria:\n\n* Pregnancy\n* Asthma"
    )
)
ELIGIBILITY = RECORD.text(SectionName.ELIGIBILITY) or ""


def span_of(words: str) -> Span:
    start = ELIGIBILITY.index(words)
    return Span(section=SectionName.ELIGIBILITY, start=start, end=start + len(words))


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("Age 18 or older", "inclusion 1"),
        ("18 or older", "inclusion 1"),
        ("cough", "inclusion 2.2"),
        ("Pregnancy\n* Asthma", "exclusion 1 to 2"),
        ("Age 18 or older\n* One of:\n  * fever\n  * cough", "inclusion 1 to 2"),
        ("Exclusion Criteria:", "eligibility"),
    ],
)
def test_a_citation_is_named_after_the_criterion_it_lies_in(words: str, label: str) -> None:
    assert RECORD.label(span_of(words)) == f"NCT09990001 · {label}"


def test_a_citation_of_another_section_is_named_after_it() -> None:
    assert RECORD.label(Span(section=SectionName.BRIEF_SUMMARY, start=0, end=4)) == "NCT09990001 · brief summary"


@given(st.integers(-3, 400), st.integers(-3, 400))
def test_a_quote_is_the_slice_or_an_error(start: int, end: int) -> None:
    span = Span(section=SectionName.ELIGIBILITY, start=start, end=end)
    if 0 <= start < end <= len(ELIGIBILITY):
        assert RECORD.quote(span) == ELIGIBILITY[start:end]
    else:
        with pytest.raises(UnknownTrial, match="no text at"):
            RECORD.quote(span)


def test_a_section_that_is_not_given_has_no_text_and_no_quote() -> None:
    assert RECORD.text(SectionName.VISITS) is None
    with pytest.raises(UnknownTrial):
        RECORD.quote(Span(section=SectionName.VISITS, start=0, end=1))


def test_a_criterion_is_found_by_its_id() -> None:
    second = RECORD.criterion("exclusion-2")
    assert second is not None
    assert (second.text, second.label) == ("Asthma", "exclusion 2")
    assert RECORD.criterion("exclusion-3") is None


def test_a_label_that_begins_like_another_is_not_taken_for_it() -> None:
    assert RECORD.line("Brief") is None
    assert RECORD.line("status") is None


def test_a_rule_for_some_of_the_participants_decides_nothing() -> None:
    of_all = Record.of(trial(eligibility="Inclusion Criteria:\n* Age 18 or older")).criteria[0]
    of_some = Record.of(trial(eligibility="Inclusion Criteria for Caregivers:\n* Age 18 or older")).criteria[0]
    assert of_all.rule is not None
    assert of_some.rule is None


def test_the_fingerprint_tells_records_apart_and_knows_them_again() -> None:
    assert fingerprint(trial()) == fingerprint(trial()) == Record.of(trial()).fingerprint
    assert len({fingerprint(one) for one in (trial(1), trial(2), trial(1, title="Another"))}) == 3
