"""Fields as lines that can be quoted, and prose as it came."""

from __future__ import annotations

import re

import pytest

from index.record import Record
from index.sections import sections_of
from index.trial import SectionName, Trial
from tests.studies import trial

FULL = trial(
    official_title="A Phase 2 Study",
    acronym="EXAMPLE",
    secondary_ids=[{"id": "2019-001234-12", "type": "EUDRACT_NUMBER"}],
    status="NOT_YET_RECRUITING",
    why_stopped="Slow accrual",
    phases=["PHASE1", "PHASE2"],
    keywords=["exampline"],
    study_type="INTERVENTIONAL",
    design={
        "allocation": "NON_RANDOMIZED",
        "interventionModel": "SINGLE_GROUP",
        "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["OUTCOMES_ASSESSOR"]},
        "primaryPurpose": "SUPPORTIVE_CARE",
    },
    enrollment={"count": 48, "type": "ESTIMATED"},
    arms=[{"label": "All", "type": "ACTIVE_COMPARATOR", "interventionNames": ["Drug: Exampline"]}],
    interventions=[{"name": "Exampline", "type": "DIETARY_SUPPLEMENT", "otherNames": ["EX-1"]}],
    primary_outcomes=[{"measure": "Response", "timeFrame": "6 months"}],
    sampling="NON_PROBABILITY_SAMPLE",
    population="People of one clinic",
    sponsor="Example Trust",
    sponsor_class="OTHER_GOV",
    minimum_age="18 Years",
    completion="2026-02",
    sites=[
        {
            "facility": "General Hospital",
            "city": "Leeds",
            "country": "United Kingdom",
            "status": "NOT_YET_RECRUITING",
            "contacts": [{"name": "A. Nurse", "phone": "1"}],
        }
    ],
    officials=[{"name": "Dr B", "role": "PRINCIPAL_INVESTIGATOR"}],
    contacts=[{"name": "Office", "role": "CONTACT", "email": "office@example.org"}],
    references=[{"citation": "A paper.", "type": "BACKGROUND"}],
)


def text_of(of: Trial, name: SectionName) -> str:
    return next((section.text for section in sections_of(of) if section.name is name), "")


def test_a_record_has_the_sections_it_has_text_for_in_their_order() -> None:
    names = [section.name for section in sections_of(FULL)]
    assert names == [name for name in SectionName if name in names]
    assert set(SectionName) - set(names) == {
        SectionName.DETAILED_DESCRIPTION,
        SectionName.VISITS,
        SectionName.SIDE_EFFECTS,
    }


@pytest.mark.parametrize("name", [SectionName.RECORD, SectionName.DESIGN])
def test_every_line_is_found_by_its_label_and_quoted_whole(name: SectionName) -> None:
    record = Record.of(FULL)
    lines = (record.text(name) or "").split("\n")
    assert len(lines) >= 5
    for line in lines:
        span = record.line(line.split(":")[0], name)
        assert span is not None
        assert record.quote(span) == line


def test_a_code_of_the_registry_never_reaches_a_section_with_its_underscores() -> None:  # S4.7
    for section in sections_of(FULL):
        assert not re.search(r"\b[A-Z]+_[A-Z]+", section.text), section.name
    assert "Overall status: NOT YET RECRUITING" in text_of(FULL, SectionName.RECORD)


def test_a_value_that_the_registry_does_not_define_is_shown_as_such() -> None:
    assert "Phase: PHASE 9 (not a value" in text_of(trial(phases=["PHASE_9"]), SectionName.RECORD)


def test_a_field_that_was_not_given_has_no_line() -> None:
    record = Record.of(trial())
    assert record.line("Overall status")
    assert not any(record.line(label) for label in ("Phase", "Minimum age", "Enrollment", "Sponsor", "Why stopped"))


def test_a_title_over_two_lines_cannot_pose_as_another_field() -> None:
    record = Record.of(trial(title="A study\nOverall status: COMPLETED", status="RECRUITING"))
    span = record.line("Overall status")
    assert span is not None
    assert record.quote(span) == "Overall status: RECRUITING"


def test_prose_stands_word_for_word_in_its_section() -> None:
    eligibility = "Inclusion Criteria:\n\n* Age  18\n\n\n* Odd   spacing"
    assert text_of(trial(eligibility=eligibility), SectionName.ELIGIBILITY) == eligibility


def test_dates_say_whether_they_are_estimated_only_where_the_record_does() -> None:
    assert "Study completion: 2026-02\n" in text_of(FULL, SectionName.RECORD)
