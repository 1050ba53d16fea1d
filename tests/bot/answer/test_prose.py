"""Which sentences of a trial's prose speak of this trial, and what is shown together with them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import prose
from bot.answer.patterns import answers
from bot.answer.prose import Sentence, about, aims, earlier_work, may_be_shown, of_other_studies, of_this_trial, read
from index.record import Record
from index.trial import Origin, SectionName, Span, Trial

SUMMARY, DESCRIPTION, DESIGN = SectionName.BRIEF_SUMMARY, SectionName.DETAILED_DESCRIPTION, SectionName.DESIGN
ANY = re.compile("")


def record(**sections: str) -> Record:
    texts = {SectionName(name): text for name, text in sections.items()}
    return Record.of(Trial(id="NCT00000001", origin=Origin(source="test"), title="A study of exampline", prose=texts))


def sentence(words: str, heading: str = "", section: SectionName = DESCRIPTION) -> Sentence:
    return Sentence(section, 0, len(words), words, heading, 0, False)


def shown(found: Record, passages: tuple[prose.Passage, ...]) -> list[str]:
    return [" … ".join(found.quote(span) for span in passage) for passage in passages]


@pytest.mark.parametrize(
    "words",
    [
        "Participants will take exampline tablets for 12 weeks.",
        "You take exampline once a day.",
        "Patients receive oral exampline on days 1-21.",
        "Treatment repeats every 28 days for 2 courses.",
        "Exampline is administered by mouth, and a second drug is added if needed.",
        "Skin samples are stored for future research.",
        "Everyone taking part will have exampline.",
        "This study takes 12 months for each person.",
        "Blood samples will be collected as in the previous study.",
    ],
)
def test_what_is_done_in_the_trial_is_of_this_trial(words: str) -> None:
    assert of_this_trial(sentence(words))


@pytest.mark.parametrize(
    "words",
    [
        "In a previous study, patients received 25 mg for 21 days.",
        "The response rate was 88.9% with the three-drug regimen.",
        "3-year PFS after primary relapse was reportedly 16%.",
        "Overall survival was 4.9 months (95% CI: 3.8-5.9 months).",
        "Exampline has been shown to shrink tumours in 40% of patients.",
        "Smith et al treated 30 patients with this drug.",
        "We know from research that exampline may help people with lymphoma.",
        "The investigators used this regimen since 2020, and 54 patients were treated.",
        "Recent data from several studies support a dose of 25 mg.",
        "Each year an estimated 50,000 patients are treated for this cancer.",
    ],
)
def test_what_other_studies_found_is_not_of_this_trial(words: str) -> None:
    assert of_other_studies(words)
    assert not of_this_trial(sentence(words))


@pytest.mark.parametrize(
    "words",
    [
        "Transplantation is unavailable if the patient is over 65 years of age.",
        "Chemotherapy is usually given for 6 cycles.",
        "Consolidation therapy is performed to keep the response and is generally adopted.",
        "Doctors often treat this leukaemia with chemotherapy.",
        "A sample size of 48 gives a power of 80 percent; patients will be added if needed.",
        "To determine the response rate after 6 cycles of treatment.",
        "The primary objective of this study is to learn how patients do after 2 years.",
        "Evaluate the toxicity of the drug when patients receive it for 12 weeks.",
    ],
)
def test_background_aims_and_statistics_are_not_what_is_done(words: str) -> None:
    assert not of_this_trial(sentence(words))


@pytest.mark.parametrize("heading", ["Background", "RATIONALE:", "Introduction", "Statistical analysis", "Objectives"])
def test_what_stands_under_such_a_heading_is_not_what_is_done(heading: str) -> None:
    words = "Patients receive 25 mg of exampline for 21 days."
    assert of_this_trial(sentence(words))
    assert not of_this_trial(sentence(words, heading))


def test_a_planned_measure_of_survival_is_no_figure_on_survival() -> None:
    assert not of_other_studies("Overall survival will be measured at 2 years.")
    assert of_other_studies("Overall survival at 2 years was 30 in 100.")


def test_headings_are_no_sentences_but_head_those_below() -> None:
    found = read(
        record(detailed_description="Background\n\nMany are ill.\n\nStudy plan\n\nPatients take it daily."), DESCRIPTION
    )
    assert [(one.words, one.heading) for one in found] == [
        ("Many are ill.", "Background"),
        ("Patients take it daily.", "Study plan"),
    ]


def test_a_label_in_capitals_is_left_out_of_its_sentence_and_holds_for_its_paragraph() -> None:
    text = "RATIONALE: The drug may stop growth of the cancer.\n\nPatients take one tablet each day for 28 days."
    first, second = read(record(brief_summary=text), SUMMARY)
    assert (first.words, first.heading) == ("The drug may stop growth of the cancer.", "RATIONALE: ")
    assert second.heading == ""


def test_a_list_stays_with_the_sentence_that_introduces_it() -> None:
    text = "These tests include\n\n  • Blood tests\n  • CT scan\n\nThen you go home."
    found = read(record(visits=text), SectionName.VISITS)
    assert [" ".join(one.words.split()) for one in found] == [
        "These tests include • Blood tests • CT scan",
        "Then you go home.",
    ]


def test_registry_fields_are_no_sentences_but_their_descriptions_are() -> None:
    text = "Allocation: RANDOMIZED\nMasking description: Nobody is told.\n\nIt is a randomised trial."
    assert [one.words for one in read(record(design=text), DESIGN)] == ["Nobody is told.", "It is a randomised trial."]


def test_a_sentence_that_points_back_comes_with_the_one_it_points_to() -> None:
    found = record(design="You may feel worse at first. This is called tumour flare. You see a nurse then.")
    assert shown(found, about(found, re.compile("tumour flare"), 3)) == [
        "You may feel worse at first. This is called tumour flare."
    ]


def test_neighbours_are_shown_together_and_paragraphs_apart() -> None:
    found = record(design="You take it for 4 weeks. You rest for 1 week.\n\nYou are followed for 2 years.")
    assert shown(found, about(found, answers("lasts"), 3)) == [
        "You take it for 4 weeks. You rest for 1 week.",
        "You are followed for 2 years.",
    ]


def test_what_holds_for_one_site_only_comes_with_that_limit() -> None:
    """S3.16: a note on one site is not told of all."""
    long = "Blood is looked at for " + "many, " * 130 + "things."
    text = f"*At Leeds only, blood samples are collected. {long} Skin specimens are stored for later."
    found = record(detailed_description=text)
    passages = shown(found, about(found, re.compile("specimens"), 3))
    assert passages == ["*At Leeds only, blood samples are collected. … Skin specimens are stored for later."]


def test_the_same_words_in_two_sections_are_taken_once() -> None:
    text = "Participants will take exampline for 12 weeks."
    found = record(brief_summary=text, detailed_description=text)
    assert len(about(found, answers("lasts"), 5)) == 1


def test_no_more_passages_than_asked_for() -> None:
    found = record(detailed_description="\n\n".join(f"Patients receive it for {n} weeks." for n in range(2, 9)))
    assert len(about(found, answers("lasts"), 3)) == 3


@pytest.mark.parametrize(
    ("words", "may"),
    [
        ("Participants will visit the clinic.", True),
        ("Participants will write to trial@example.org.", False),
        ("Call 555-010-0199 to join.", False),
        ("This treatment will cure you.", False),
        ("The aim is to find out whether exampline is safe and effective.", True),
    ],
)
def test_promises_and_contacts_are_never_chosen(words: str, may: bool) -> None:
    assert may_be_shown(words) is may


def test_aims_are_told_from_background_and_from_what_the_investigators_believe() -> None:
    """S1.12: the figures of an earlier regimen are no aim."""
    text = (
        "There is no standard treatment. The investigators used three drugs since 2020, with a response rate of 88.9%. "
        "The team designed this study to observe the efficacy of exampline. "
        "The investigators speculate that exampline plays a major role compared to the others."
    )
    found = record(brief_summary=text)
    assert shown(found, aims(found)) == ["The team designed this study to observe the efficacy of exampline."]


def test_aims_are_looked_for_in_the_description_where_the_summary_has_none() -> None:
    found = record(
        brief_summary="Exampline is an antibody that is made in a laboratory in Leeds.",
        detailed_description="The aim of this study is to find the right dose of exampline.",
    )
    assert shown(found, aims(found)) == ["The aim of this study is to find the right dose of exampline."]


def test_a_bare_statement_of_the_kind_of_study_is_no_aim() -> None:
    assert aims(record(brief_summary="This is a phase 2 clinical trial.")) == ()


def test_earlier_work_is_found_and_survival_in_it_is_not() -> None:
    found = record(brief_summary="An earlier study had a response rate of 40% with two drugs.")
    span = earlier_work(found)
    assert span is not None
    assert found.quote(span) == "An earlier study had a response rate of 40% with two drugs."
    assert earlier_work(record(brief_summary="In an earlier study, overall survival was 16%.")) is None


WORDS = st.lists(
    st.sampled_from(
        [
            "Patients",
            "will",
            "take",
            "it",
            "daily.",
            "\n\n",
            "\n",
            "•",
            "-",
            ":",
            "Background",
            "This",
            "is",
            "2",
            "weeks",
        ]
    ),
    max_size=60,
)


@given(WORDS)
def test_every_sentence_is_the_slice_that_it_says(words: list[str]) -> None:
    text = " ".join(words)
    found = record(detailed_description=text) if text.strip() else record()
    for one in read(found, DESCRIPTION):
        assert text[one.start : one.end] == one.words
        assert one.words.strip() == one.words != ""


@given(WORDS)
def test_passages_lie_in_order_and_never_overlap(words: list[str]) -> None:
    text = " ".join(words)
    found = record(detailed_description=text) if text.strip() else record()
    ends = [0]
    for passage in about(found, ANY, 99, belongs=lambda _: True):
        last = passage[-1]
        assert isinstance(last, Span)
        assert ends[-1] <= last.start < last.end
        ends.append(last.end)
