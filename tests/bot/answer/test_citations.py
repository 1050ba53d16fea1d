"""What the verifier lets through, and what it drops."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.answer.citations import plain, verify
from bot.answer.schema import Answer, Draft, DraftClaim, Intent, Place, Provenance
from index.trial import SectionName

WHO = """Inclusion Criteria:

* Age 18 to 75 years
* Platelets ≥ 1,500 and ANC at least 0.5 × 10^9/L
* Two prior lines of therapy, the last within 6 months, unless CD19 negative

Exclusion Criteria:

* Phase II heart block; T-score between -1 and -2.5
* Prior use of "study drug" more than 88.9 % of days"""
ABOUT = "This study (also NCT00000007) tests drug X.\nWrite to trials@example.org or call +1 555 010 0199; see https://example.org/x."


class Shelf:
    """Two short trials, and labels made from the place."""

    def section(self, trial_id: str, section: SectionName) -> str | None:
        return {
            ("NCT00000001", SectionName.ELIGIBILITY): WHO,
            ("NCT00000001", SectionName.BRIEF_SUMMARY): ABOUT,
            ("NCT00000002", SectionName.ELIGIBILITY): "Age 40 years or older",
        }.get((trial_id, section))

    def label(self, place: Place) -> str:
        return f"{place.trial_id} · {place.section.words} {place.start}"


def at(words: str, trial_id: str = "NCT00000001", section: SectionName = SectionName.ELIGIBILITY) -> Place:
    text = Shelf().section(trial_id, section)
    assert text is not None
    return Place(trial_id=trial_id, section=section, start=text.index(words), end=text.index(words) + len(words))


def checked(*claims: tuple[str, tuple[Place, ...]]) -> Answer:
    draft = Draft(claims=tuple(DraftClaim(text=text, places=places) for text, places in claims))
    return verify(draft, Shelf(), intent=Intent.WHO_CAN_JOIN)


def holds(text: str, *places: Place) -> bool:
    answer = checked((text, places))
    assert len(answer.claims) + answer.dropped == 1
    return bool(answer.claims)


ALL = Place(trial_id="NCT00000001", section=SectionName.ELIGIBILITY, start=0, end=len(WHO))
AGE = at("Age 18 to 75 years")
COUNTS = at("Platelets ≥ 1,500 and ANC at least 0.5 × 10^9/L")
LINES = at("Two prior lines of therapy, the last within 6 months, unless CD19 negative")
BLOCK = at("Phase II heart block; T-score between -1 and -2.5")
DAYS = at('Prior use of "study drug" more than 88.9 % of days')
HOW = at(ABOUT, section=SectionName.BRIEF_SUMMARY)


def test_a_claim_comes_with_the_words_that_stand_at_its_place() -> None:
    answer = checked(("People from 18 to 75 years old can take part.", (AGE,)))
    (citation,) = answer.claims[0].citations
    assert citation.quote == "Age 18 to 75 years"
    assert citation.label == f"NCT00000001 · eligibility {AGE.start}"
    assert answer.dropped == 0


def test_what_the_answer_was_made_from_and_its_notes_are_kept() -> None:
    made = Provenance(store="abc", prompts={"answer": "v1"}, model="openai:m")
    answer = verify(Draft(notes=("Not given in this record.",)), Shelf(), intent=Intent.COST, provenance=made)
    assert (answer.provenance, answer.notes, answer.intent) == (made, ("Not given in this record.",), Intent.COST)


@pytest.mark.parametrize(
    "place",
    [
        AGE.model_copy(update={"trial_id": "NCT99999999"}),
        AGE.model_copy(update={"section": SectionName.SITES}),
        AGE.model_copy(update={"end": len(WHO) + 1}),
        AGE.model_copy(update={"start": -1}),
        AGE.model_copy(update={"end": AGE.start}),
        Place(trial_id="NCT00000001", section=SectionName.ELIGIBILITY, start=19, end=21),
    ],
    ids=["unknown trial", "no such section", "past the end", "before the start", "empty", "blank"],
)
def test_a_place_that_does_not_resolve_drops_its_claim(place: Place) -> None:
    assert not holds("There is an age limit.", place)
    assert not holds("There is an age limit.", AGE, place)


def test_a_claim_without_a_place_is_dropped() -> None:
    assert not holds("There is an age limit.")


def test_a_claim_that_says_nothing_is_dropped() -> None:
    assert not holds(" \u200b ", AGE)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("At least 1500 platelets.", COUNTS),
        ("At least 1,500 platelets and .5 neutrophils, in 10⁹ a litre.", COUNTS),
        ("The neutrophil count must be 0.50 x 10^9/L or more.", COUNTS),
        ("It takes 2 prior lines of therapy.", LINES),
        ("It takes two prior lines of therapy, unless CD-19 negative.", LINES),
        ("The last one within six months.", LINES),
        ("A phase 2 heart block rules it out.", BLOCK),
        ("A phase II heart block rules it out.", BLOCK),
        ("A T-score between −1 and −2.5.", BLOCK),
        ("More than 88.9% of days.", DAYS),
        ("More than 88.9 percent of days.", DAYS),
        ("You need to be at least 18 years old.", AGE),
        ("In NCT00000001, the ages are 18 to 75 years.", AGE),
        ("In nct 0000-0001, the ages are 18 to 75 years.", AGE),
    ],
)
def test_a_number_counts_as_the_same_in_another_notation(text: str, place: Place) -> None:
    assert holds(text, place)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("At least 150 platelets.", COUNTS),
        ("At least 15000 platelets.", COUNTS),
        ("At least 500 platelets.", COUNTS),
        ("At least 5 neutrophils.", COUNTS),
        ("In 10^8 a litre.", COUNTS),
        ("It takes 3 prior lines of therapy.", LINES),
        ("It takes three prior lines of therapy.", LINES),
        ("The last one within 6 weeks.", LINES),
        ("The last one within six weeks.", LINES),
        ("Unless CD20 negative.", LINES),
        ("Unless CD6 negative.", LINES),
        ("A phase III heart block rules it out.", BLOCK),
        ("A T-score between 1 and 2.5.", BLOCK),
        ("More than 88.8% of days.", DAYS),
        ("More than 88.9 hours.", DAYS),
        ("In NCT00000002, the ages are 18 to 75 years.", AGE),
        ("In NCT0000001, the ages are 18 to 75 years.", AGE),
        ("It takes twelve visits.", AGE),
        ("It began in June 2018.", AGE),
    ],
)
def test_a_number_that_does_not_stand_there_drops_its_claim(text: str, place: Place) -> None:
    assert not holds(text, place)


def test_a_number_may_stand_in_any_of_the_quotes() -> None:
    assert holds("Ages 18 to 75 years here, 40 years or older there.", AGE, at("Age 40 years or older", "NCT00000002"))


def test_an_id_that_the_quote_itself_names_may_be_named() -> None:
    assert holds("The same study is also listed as NCT00000007.", HOW)
    assert not holds("The same study is also listed as NCT00000008.", HOW)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("It speaks of a “study drug”.", True),
        ('It speaks of a "study  drug."', True),
        ("It speaks of a “study medicine”.", False),
        ('It speaks of "trial drugs".', False),
        ("It speaks of “any” drug.", True),
    ],
)
def test_words_in_quotation_marks_stand_in_the_quote(text: str, kept: bool) -> None:
    assert holds(text, DAYS) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Write to trials@example.org.", True),
        ("The number is +1 555 010 0199.", True),
        ("See https://example.org/x for more.", True),
        ("Write to other@example.org.", False),
        ("Write to rials@example.org.", False),
        ("Write to trials [at] example.com.", False),
        ("The number is +1 555 010 0198.", False),
        ("See https://example.org/y for more.", False),
        ("See evil.example.com for more.", False),
        ("Open javascript:alert for more.", False),
    ],
)
def test_a_contact_or_link_stands_in_the_quote(text: str, kept: bool) -> None:
    assert holds(text, HOW) is kept


@pytest.mark.parametrize(
    "text",
    [
        "You qualify for this trial.",
        "You are eligible for this trial.",
        "Your mother is probably eligible.",
        "You're a good match for this trial.",
        "You cannot join this trial.",
        "You can join this trial if you are an adult.",
        "You meet the criteria of this trial.",
        "It is a good trial for you.",
        "Drug X is thought to be safe.",
        "Drug X is free of charge.",
        "Drug X is a promising medicine.",
        "Drug X will cure it.",
        "It does not say that drug X will cure anyone.",
        "It is a breakthrough.",
        "Drug X is safe and effective.",
        "A response is guaranteed.",
        "Drug X will help you.",
        "You should take drug X.",
        "You should stop your tablets.",
        "Stop taking your tablets.",
        "There are no side effects.",
        "This is the best treatment.",
        "We recommend this trial.",
    ],
)
def test_a_promise_a_decision_or_advice_drops_its_claim(text: str) -> None:
    assert not holds(text, HOW)


@pytest.mark.parametrize(
    "text",
    [
        "The study team decides whether you are eligible.",
        "It wants to find out whether drug X is safe and effective.",
        "Breakthrough pain is treated with drug X.",
        "People with no risk of infection are studied.",
        "People who stop taking drug X are followed.",
        "People who can take part are followed, if they want to.",
    ],
)
def test_what_only_sounds_like_a_promise_is_kept(text: str) -> None:
    assert holds(text, HOW)


def test_dropped_claims_are_counted_and_the_others_stay_in_order() -> None:
    answer = checked(
        ("The upper limit is 75 years.", (AGE,)),
        ("The upper limit is 76 years.", (AGE,)),
        ("The lower limit is 18 years.", (AGE,)),
    )
    assert [claim.text for claim in answer.claims] == ["The upper limit is 75 years.", "The lower limit is 18 years."]
    assert answer.dropped == 1


spans = st.tuples(st.integers(-2, len(WHO) + 2), st.integers(-2, len(WHO) + 2))
drafts = st.lists(
    st.tuples(
        st.one_of(st.text(max_size=40), st.sampled_from(WHO.splitlines())),
        st.lists(st.one_of(spans, st.just((0, len(WHO)))), max_size=3),
    ),
    max_size=4,
)


@given(drafts)
def test_a_verified_quote_is_always_the_slice_and_verifying_again_changes_nothing(
    proposed: list[tuple[str, list[tuple[int, int]]]],
) -> None:
    places = [tuple(ALL.model_copy(update={"start": a, "end": b}) for a, b in spans) for _, spans in proposed]
    answer = checked(*((text, where) for (text, _), where in zip(proposed, places, strict=True)))
    assert len(answer.claims) + answer.dropped == len(proposed)
    for claim in answer.claims:
        assert all(citation.quote == WHO[citation.start : citation.end] for citation in claim.citations)
    again = checked(*((claim.text, claim.citations) for claim in answer.claims))
    assert (again.claims, again.dropped) == (answer.claims, 0)


LINE = st.sampled_from([AGE, COUNTS, LINES, BLOCK, DAYS])
COUNTED = st.sampled_from([AGE, LINES, BLOCK, DAYS])


@given(LINE)
def test_the_record_s_own_words_always_hold(place: Place) -> None:
    assert holds(WHO[place.start : place.end], place)


@given(COUNTED, st.data())
def test_one_digit_changed_drops_the_claim(place: Place, data: st.DataObject) -> None:
    words = WHO[place.start : place.end]
    position = data.draw(st.sampled_from([i for i, character in enumerate(words) if character.isdigit()]))
    digit = data.draw(st.sampled_from(string.digits.replace(words[position], "")))
    assert not holds(words[:position] + digit + words[position + 1 :], place)


@given(st.integers(0, 99_999_999))
def test_another_trial_s_id_drops_the_claim(number: int) -> None:
    assume(number != 1)
    assert not holds(f"In NCT{number:08d}, there is an age limit.", AGE)


@given(st.text(alphabet=string.ascii_lowercase + " ", min_size=4, max_size=20))
def test_invented_words_in_quotation_marks_drop_the_claim(words: str) -> None:
    assume(len(words.strip()) >= 4 and " ".join(words.split()) not in WHO.casefold())
    assert not holds(f"It says “{words}”.", ALL)


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        ("**Bold** and <b>strong</b>", "Bold and strong"),
        ("see [this page](https://evil.example/x?y=1) now", "see this page now"),
        ("![pixel](https://evil.example/p.png)text", "pixeltext"),
        ("a<script>alert(1)</script>b", "a b"),
        ("<<b>b>x", "< b>x"),
        ("<img src=x onerror=alert(1)>ALT ≤ 3", "ALT ≤ 3"),
        ("AST <ULN and ALT >3 × ULN", "AST <ULN and ALT >3 × ULN"),
        ("platelets < 50 and > 10", "platelets < 50 and > 10"),
        ("[18F](2S,4R)4-fluoroglutamine", "[18F](2S,4R)4-fluoroglutamine"),
        ("5*10*3, ALT* and AST*", "5*10*3, ALT* and AST*"),
        ("&lt;i&gt;x&lt;/i&gt; &amp; y", "x & y"),
        ("one\u202etwo\x00 three\n\nfour", "onetwo three four"),
        ("# Heading", "Heading"),
        ("age \\>= 18", "age >= 18"),
    ],
)
def test_markup_links_and_control_characters_are_taken_out_and_nothing_else(record: str, shown: str) -> None:
    assert plain(record) == shown


@given(st.text(alphabet=st.one_of(st.sampled_from("<>/[]()!*_`\\&;#abi :.1"), st.characters()), max_size=60))
def test_plain_text_is_plain_already(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
