"""An answer without a model: the record's state first, then what was asked, each claim verifiable, each gap a note."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer.citations import verify
from bot.answer.extract import explain_term, extract
from bot.answer.schema import Answer, Draft, Intent, Place
from index.record import Record
from index.sources.dates import read_date
from index.sources.files import Found, files_under, read_file
from index.trial import Design, Intervention, Origin, SectionName, Span, Trial
from index.vocabulary import Phase, Status

TODAY = datetime.date(2026, 11, 21)
SAMPLE = Path(__file__).resolve().parents[3] / "index" / "sample"
ABOUT_A_TRIAL = (
    *(Intent.OVERVIEW, Intent.WHO_CAN_JOIN, Intent.TREATMENT, Intent.STATUS, Intent.PHASE, Intent.WHERE),
    *(Intent.CONTACT, Intent.DURATION, Intent.RANDOMISED, Intent.SIDE_EFFECTS, Intent.VISITS, Intent.SPONSOR),
    *(Intent.DATES, Intent.OUTCOMES, Intent.RESULTS, Intent.SIZE, Intent.COST, Intent.IDENTITY, Intent.JOINING),
)
MOST_CLAIMS = 16  # of an answer other than the list of rules


class OneRecord:
    """The words of one trial, as the verifier looks them up."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def section(self, trial_id: str, section: SectionName) -> str | None:
        return self._record.text(section) if trial_id == self._record.trial.id else None

    def label(self, place: Place) -> str:
        return self._record.label(Span(section=place.section, start=place.start, end=place.end))


def verified(record: Record, intent: Intent) -> Answer:
    return verify(extract(record, intent, TODAY), OneRecord(record), intent=intent)


def records_in(folder: Path, every: int = 1) -> Iterator[Record]:
    for path in list(files_under([folder]))[::every]:
        for found in read_file(path):
            if isinstance(found, Found):
                yield Record.of(found.trial)


SUMMARY = "This study tests whether exampline lowers MRD in leukemia. Participants will take 50 mg orally."
CLOSED = Record.of(
    Trial(
        id="NCT00000001",
        origin=Origin(source="ClinicalTrials.gov", as_of=read_date("2026-06-26")),
        title="Exampline for lymphoma",
        status=Status.COMPLETED,
        phases=(Phase.PHASE2,),
        interventions=(Intervention(name="Exampline", type="DRUG"),),
        design=Design(primary_purpose="TREATMENT"),
        prose={SectionName.BRIEF_SUMMARY: SUMMARY},
    )
)


@pytest.mark.parametrize("intent", ABOUT_A_TRIAL)
def test_the_state_of_a_closed_record_comes_first_whatever_is_asked(intent: Intent) -> None:
    assert verified(CLOSED, intent).claims[0].text == "NCT00000001 takes no new people now. Its status: completed."


@pytest.mark.parametrize("intent", ABOUT_A_TRIAL)
def test_every_answer_names_the_record_and_its_date(intent: Intent) -> None:
    assert "From the record of NCT00000001 at ClinicalTrials.gov, as of 2026-06-26." in verified(CLOSED, intent).notes


def test_a_copy_without_a_date_says_so_and_a_restated_one_is_called_sample() -> None:
    origin = Origin(source="a page", restated="NCT00000001 as of May 2026")
    record = Record.of(CLOSED.trial.model_copy(update={"origin": origin}))
    notes = extract(record, Intent.SIZE, TODAY).notes
    assert "From the record of NCT00000001 at a page, whose date is not given." in notes
    assert any(note.startswith("Sample data, restated from: NCT00000001 as of May 2026.") for note in notes)


def test_short_forms_are_explained_with_what_they_stand_for_but_not_the_state() -> None:
    notes = extract(CLOSED, Intent.OVERVIEW, TODAY).notes
    assert any(note.startswith("MRD (minimal residual disease): ") for note in notes)
    assert not any(note.startswith("completed") for note in notes)


def test_what_is_no_facet_of_a_trial_gets_the_overview() -> None:
    assert extract(CLOSED, Intent.OTHER, TODAY).claims == extract(CLOSED, Intent.OVERVIEW, TODAY).claims


def test_the_same_claim_is_not_made_twice() -> None:
    for intent in ABOUT_A_TRIAL:
        texts = [claim.text for claim in extract(CLOSED, intent, TODAY).claims]
        assert len(texts) == len(set(texts))


def test_a_word_is_explained_with_its_source_and_its_place_in_the_trial() -> None:
    draft = explain_term("MRD", CLOSED)
    assert "wording is ours" in draft.notes[0]
    assert [claim.text for claim in draft.claims] == [
        "In this trial: This study tests whether exampline lowers MRD in leukemia."
    ]


def test_an_unknown_word_is_not_guessed_at() -> None:
    assert explain_term("flurbination") == Draft(
        notes=("I have no plain definition of “flurbination”. Your doctor or the study team can explain it.",)
    )


def test_nothing_that_is_said_of_the_bundled_sample_is_dropped() -> None:
    """A claim of ours that the verifier drops is a mistake of ours."""
    for record in records_in(SAMPLE):
        check(record)


def test_nothing_that_is_said_of_real_records_is_dropped(data_dir: Path) -> None:
    for record in records_in(data_dir / "studies", every=60):
        check(record)


def check(record: Record) -> None:
    for intent in ABOUT_A_TRIAL:
        answer = verified(record, intent)
        assert answer.dropped == 0, (record.trial.id, intent)
        assert answer.claims or answer.notes
        if intent is not Intent.WHO_CAN_JOIN:
            assert len(answer.claims) <= MOST_CLAIMS, (record.trial.id, intent)
        else:
            every_rule_is_there(record, answer)


def every_rule_is_there(record: Record, answer: Answer) -> None:
    cited = [cited for claim in answer.claims for cited in claim.citations]
    for rule in record.criteria:
        assert any(one.start <= rule.start and rule.end <= one.end for one in cited if one.section is rule.section)
