"""Events as blocks: nothing is shown out of its place, and words do not turn into links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.schema import Answer, Citation, Claim, Intent
from bot.events import Answered, Asked, Event, Learned, Moved, ReadAs, Searching, TrialCard
from bot.person.eligibility import CriterionVerdict, Outlook, Standing, Verdict
from bot.person.facts import Certainty, Fact, Profile, Relation
from bot.person.interview import AnswerType, Option, Question
from bot.web.blocks import AnswerShown, Cards, Moves, Noted, QuestionShown, Said, SearchShown
from bot.web.cards import AROUND, answer_shown, card, known, passage, shown, standing_shown
from index.criteria.rule import Attribute, Topic
from index.trial import SectionName

TRIAL = "NCT09990001"


def cite(text: str, start: int, end: int) -> Citation:
    return Citation(
        trial_id=TRIAL, section=SectionName.ELIGIBILITY, start=start, end=end, quote=text[start:end], label="here"
    )


def a_card(**changes: object) -> TrialCard:
    given_ = TrialCard(
        trial_id=TRIAL,
        title="A trial",
        status="recruiting",
        open=True,
        phase=None,
        place=None,
        as_of=None,
        url=None,
        sample=False,
    )
    return given_.model_copy(update=changes)


def a_fact(**changes: object) -> Fact:
    attribute = Attribute(topic=Topic.LAB, subject="platelets")
    return Fact(attribute=attribute, value=85.0, unit="10^9/L", quote="platelets 85").model_copy(update=changes)


def no_text(_trial_id: str, _section: SectionName) -> str | None:
    return None


# --- a quote in its place


@given(st.data())
def test_a_quote_stands_between_the_very_text_that_surrounds_it(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet="ab \n", min_size=1, max_size=3 * AROUND))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    view = passage(cite(text, start, end), lambda *_: text)
    first = start - len(view.before)
    assert text[first : end + len(view.after)] == view.before + view.quote + view.after
    assert view.quote == text[start:end]
    assert (view.cut_before, view.cut_after) == (first > 0, end + len(view.after) < len(text))
    assert max(len(view.before), len(view.after)) <= AROUND


def test_the_text_around_a_quote_is_cut_between_words() -> None:
    text = "word " * 400
    view = passage(cite(text, 1000, 1004), lambda *_: text)
    assert view.before.startswith("word ")
    assert view.after.endswith("word")


@pytest.mark.parametrize("text", [None, "something else altogether"])
def test_a_quote_that_is_not_in_its_place_is_shown_alone(text: str | None) -> None:
    view = passage(cite("No active hepatitis B", 3, 21), lambda *_: text)
    assert (view.before, view.quote, view.after) == ("", "active hepatitis B", "")


# --- trials


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        (f"https://clinicaltrials.gov/study/{TRIAL}", True),
        (f"https://clinicaltrials.gov/study/{TRIAL}?a=https://example.org", False),
        (f"http://clinicaltrials.gov/study/{TRIAL}", False),
        (f"https://clinicaltrials.gov.example.org/study/{TRIAL}", False),
        ("javascript:alert(1)", False),
        (None, False),
    ],
)
def test_only_the_registrys_own_address_of_a_study_becomes_a_link(url: str | None, is_link: bool) -> None:
    assert (card(a_card(url=url), no_text).url is not None) is is_link


def test_a_card_says_what_is_given_and_is_silent_on_what_is_not() -> None:
    full = card(a_card(phase="phase 2", place="Leeds", as_of="2026-06-26"), no_text)
    assert full.facts == ("Phase 2", "Leeds", "record as of 2026-06-26")
    assert card(a_card(), no_text).facts == ()


def test_every_rule_of_a_standing_is_counted_and_every_sentence_on_a_problem_is_told() -> None:
    verdicts = (
        CriterionVerdict(criterion_id="a", verdict=Verdict.NOT_MET, reason="Too old."),
        CriterionVerdict(criterion_id="b", verdict=Verdict.MET, reason="Old enough."),
    )
    standing = Standing(
        outlook=Outlook.MAY_BE_A_PROBLEM,
        problems=("a",),
        fits=("b", "c"),
        as_written=("d", "e", "f"),
        verdicts=verdicts,
    )
    view = standing_shown(standing)
    assert view.counts == ("1 rule may be a problem", "2 rules fit so far", "3 rules for the study team to judge")
    assert (view.problems, view.fits) == (("Too old.",), ("Old enough.",))


# --- a turn


def test_a_search_stands_alone_and_neighbouring_cards_make_one_list() -> None:
    events: tuple[Event, ...] = (
        Learned(facts=(a_fact(),)),
        Searching(words="lymphoma", found=1, left_out=("8 closed",)),
        a_card(),
        a_card(),
    )
    first, search, rest = shown(events, no_text, turn=1)
    assert isinstance(first, tuple)
    assert isinstance(first[0], Noted)
    assert search == SearchShown(line="Searched for “lymphoma”: 1 trial found", left_out=("8 closed",))
    assert isinstance(rest, tuple)
    assert [len(block.cards) for block in rest if isinstance(block, Cards)] == [2]


def test_a_long_note_is_not_repeated_in_full_by_the_search() -> None:
    (search,) = shown((Searching(words="relapsed lymphoma " * 50, found=0),), no_text, turn=1)
    assert isinstance(search, SearchShown)
    assert len(search.line) < 160
    assert "relapsed …”" in search.line


def test_what_a_search_read_otherwise_stands_under_it_for_all_to_see() -> None:
    read_as = (ReadAs(said="heart attack", means="myocardial infarction", also=True),)
    search, under = shown((Searching(words="heart attack", found=1, read_as=read_as), a_card()), no_text, turn=1)
    assert isinstance(search, SearchShown)
    assert isinstance(under, tuple)
    assert isinstance(under[0], Said)
    assert under[0].text.startswith("I read “heart attack” also as “myocardial infarction”.")
    assert isinstance(under[1], Cards)


def test_how_trials_differ_is_told_under_their_cards_with_the_places_it_stands_on() -> None:
    claim = Claim(text="Compared with A, B is in phase 3.", citations=(cite("phase 3", 0, 7),))
    answer = answer_shown(Answer(intent=Intent.SIMILAR, claims=(claim,)), no_text)
    assert [(one.text, len(one.passages)) for one in answer.claims] == [(claim.text, 1)]


def test_an_answer_that_lists_trials_leaves_them_to_the_cards_and_keeps_its_notes() -> None:
    claim = Claim(text="A trial: recruiting.", citations=(cite("recruiting", 0, 10),))
    answer = Answer(intent=Intent.FIND_TRIALS, claims=(claim,), notes=("These are elsewhere.",), dropped=2)
    assert answer_shown(answer, no_text) == AnswerShown(
        claims=(), notes=("These are elsewhere.",), made_from=("worded without a language model",)
    )


def test_sentences_that_did_not_hold_are_counted() -> None:
    (blocks,) = shown((Answered(answer=Answer(intent=Intent.OVERVIEW, dropped=2)),), no_text, turn=1)
    assert isinstance(blocks, tuple)
    assert isinstance(blocks[0], AnswerShown)
    assert blocks[0].notes == ("2 sentences left out: the record did not bear them out.",)


@pytest.mark.parametrize(
    ("afters", "heading"),
    [
        (("fits so far",), "This moves 1 trial"),
        (("not known yet", "not known yet"), "This settles a rule in 2 trials"),
        (("fits so far", "not known yet"), "This moves 1 trial, and settles a rule in 1 more"),
    ],
)
def test_the_heading_of_moves_counts_what_moved_and_what_was_only_settled(
    afters: tuple[str, ...], heading: str
) -> None:
    rule = cite("a rule", 0, 6)
    moves = tuple(
        Moved(trial_id=TRIAL, title="A trial", before="not known yet", after=after, because="So.", rule=rule)
        for after in afters
    )
    (blocks,) = shown(moves, no_text, turn=1)
    assert isinstance(blocks, tuple)
    assert isinstance(blocks[0], Moves)
    assert blocks[0].heading == heading


def test_a_question_for_a_number_names_its_unit_and_carries_its_turn() -> None:
    question = Question(
        text="What is your platelet count?",
        attribute=a_fact().attribute,
        answer_type=AnswerType.NUMBER,
        options=(Option(says="Not sure"),),
        unit="10^9/L",
        why="Two trials ask.",
        decides=(),
    )
    (blocks,) = shown((Asked(question=question),), no_text, turn=7)
    assert isinstance(blocks, tuple)
    assert isinstance(blocks[0], QuestionShown)
    assert blocks[0].hint == "Type the number in ×10⁹/L; with another unit, type that too."
    assert (blocks[0].options, blocks[0].turn) == (("Not sure",), 7)


# --- facts


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        (a_fact(), "85 ×10⁹/L"),
        (a_fact(days_ago=14.0), "85 ×10⁹/L, 2 weeks ago"),
        (a_fact(days_ago=0.0), "85 ×10⁹/L, today"),
        (a_fact(certainty=Certainty.UNSURE), "85 ×10⁹/L (not sure)"),
        (a_fact(value=None), "not known"),
        (a_fact(value=False), "no"),
        (a_fact(value=True), "yes"),
        (a_fact(value="Leeds"), "Leeds"),
    ],
)
def test_what_is_known_is_told_with_the_words_it_was_read_from(fact: Fact, value: str) -> None:
    view = known(Profile(about=Relation.MOTHER), [fact])
    assert view.heading == "What I know about your mother"
    assert (view.facts[0].what, view.facts[0].value, view.facts[0].quote) == ("Platelet count", value, "platelets 85")
