"""What a message asks for and which trial it means: by number, by place in the list, by "it", or none yet."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.query import Query, read_query
from bot.answer.schema import Intent
from index.vocabulary import Phase

A, B, C = "NCT06530576", "NCT03730740", "NCT00466921"
NONE: tuple[str, ...] = ()
TODAY = datetime.date(2026, 11, 21)
PLACES = frozenset({"london", "germany", "united kingdom", "boston", "united states", "tianjin"})

Rows = tuple[tuple[str, Intent, tuple[str, ...]], ...]

# Nothing was said before.
FRESH: Rows = (
    ("trials for lymphoma", Intent.FIND_TRIALS, NONE),
    ("I'm looking for a trial for my mother, she has breast cancer", Intent.FIND_TRIALS, NONE),
    ("Are there any studies on lupus near London?", Intent.FIND_TRIALS, NONE),
    ("find me recruiting trials for type 2 diabetes", Intent.FIND_TRIALS, NONE),
    ("any trials of CAR-T for myeloma", Intent.FIND_TRIALS, NONE),
    ("show me phase 3 studies for asthma", Intent.FIND_TRIALS, NONE),
    ("what trials are there for T-cell lymphoma", Intent.FIND_TRIALS, NONE),
    ("list studies for children with leukaemia", Intent.FIND_TRIALS, NONE),
    ("which studies take people with kidney disease", Intent.FIND_TRIALS, NONE),
    ("looking for clinical trials in Germany for ALS", Intent.FIND_TRIALS, NONE),
    ("is there a study for long covid", Intent.FIND_TRIALS, NONE),
    ("I want to take part in a trial for migraine", Intent.FIND_TRIALS, NONE),
    ("trails for lung cancer? any trials please", Intent.FIND_TRIALS, NONE),
    ("search psoriasis", Intent.FIND_TRIALS, NONE),
    ("My dad has Parkinson's. What are the options?", Intent.FIND_TRIALS, NONE),
    ("completed trials for melanoma", Intent.FIND_TRIALS, NONE),
    ("new studies for cystic fibrosis", Intent.FIND_TRIALS, NONE),
    ("tell me about NCT06530576", Intent.OVERVIEW, (A,)),
    ("nct06530576", Intent.OVERVIEW, (A,)),
    ("NCT 0653-0576", Intent.OVERVIEW, (A,)),
    ("nct:06530576 please", Intent.OVERVIEW, (A,)),
    ("What is NCT06530576?", Intent.OVERVIEW, (A,)),
    ("describe NCT06530576 to me", Intent.OVERVIEW, (A,)),
    ("what is oracle 5889", Intent.OVERVIEW, ("Oracle-5889",)),
    ("tell me about ISRCTN 12345678", Intent.OVERVIEW, ("ISRCTN12345678",)),
    ("is NCT06530576 still recruiting?", Intent.STATUS, (A,)),
    ("who can join nct06530576", Intent.WHO_CAN_JOIN, (A,)),
    ("what drug does NCT06530576 test", Intent.TREATMENT, (A,)),
    ("where is NCT06530576", Intent.WHERE, (A,)),
    ("compare NCT06530576 and NCT03730740", Intent.OVERVIEW, (A, B)),
    ("phone number for NCT06530576", Intent.CONTACT, (A,)),
    ("What is a phase 2 trial?", Intent.DEFINE, NONE),
    ("I have lymphoma and want to join a trial", Intent.FIND_TRIALS, NONE),
    ("what does randomised mean?", Intent.DEFINE, NONE),
    ("what is a placebo", Intent.DEFINE, NONE),
    ("define double-blind", Intent.DEFINE, NONE),
    ("what does ECOG stand for", Intent.DEFINE, NONE),
    ("what does progression-free survival mean", Intent.DEFINE, NONE),
    ("meaning of refractory", Intent.DEFINE, NONE),
    ("explain the word relapsed", Intent.DEFINE, NONE),
    ("what do you know about me?", Intent.ABOUT_ME, NONE),
    ("so what do you remember about my mother", Intent.ABOUT_ME, NONE),
    ("undo", Intent.UNDO, NONE),
    ("take that back", Intent.UNDO, NONE),
    ("start over", Intent.START_OVER, NONE),
    ("please forget everything", Intent.START_OVER, NONE),
    ("thanks a lot", Intent.THANKS, NONE),
    ("thank you!", Intent.THANKS, NONE),
    ("hello", Intent.ABOUT_TRIALOGUE, NONE),
    ("who are you?", Intent.ABOUT_TRIALOGUE, NONE),
    ("are you a doctor", Intent.ABOUT_TRIALOGUE, NONE),
    ("what can you do?", Intent.ABOUT_TRIALOGUE, NONE),
    ("where do you get your information from", Intent.ABOUT_TRIALOGUE, NONE),
    ("I am 62 and live in Leeds", Intent.OTHER, NONE),
    ("my platelets are 90", Intent.OTHER, NONE),
    ("blue", Intent.OTHER, NONE),
    ("trials with no placebo", Intent.FIND_TRIALS, NONE),
    ("my wife has MS, can you help us find a study", Intent.FIND_TRIALS, NONE),
    ("what studies recruit in the UK for epilepsy", Intent.FIND_TRIALS, NONE),
)
# The first trial is talked about; no list.
ABOUT_ONE: Rows = (
    ("what is this trial about?", Intent.OVERVIEW, (A,)),
    ("What kind of study is it?", Intent.OVERVIEW, (A,)),
    ("Which phase is this trial, 1 or 2?", Intent.PHASE, (A,)),
    ("What happens to my samples?", Intent.VISITS, (A,)),
    ("Will I be followed up afterwards?", Intent.VISITS, (A,)),
    ("Are there extra studies?", Intent.VISITS, (A,)),
    ("Do I need contraception?", Intent.WHO_CAN_JOIN, (A,)),
    ("Is it for children?", Intent.WHO_CAN_JOIN, (A,)),
    ("Where can I verify the data?", Intent.IDENTITY, (A,)),
    ("Where can I read the official record?", Intent.IDENTITY, (A,)),
    ("What are its other numbers?", Intent.IDENTITY, (A,)),
    ("how can my father get into it", Intent.JOINING, (A,)),
    ("Can I talk to a nurse?", Intent.CONTACT, (A,)),
    ("Is there a helpline?", Intent.CONTACT, (A,)),
    ("Does everyone get the same treatment?", Intent.RANDOMISED, (A,)),
    ("What is the difference between the groups?", Intent.RANDOMISED, (A,)),
    ("Is there follow-up after treatment?", Intent.DURATION, (A,)),
    ("What should I tell my doctor about it?", Intent.JOINING, (A,)),
    ("Is it in London?", Intent.WHERE, (A,)),
    ("what are the side effects?", Intent.SIDE_EFFECTS, (A,)),
    ("show me other trials for lymphoma", Intent.FIND_TRIALS, NONE),
    ("are there any more studies like these?", Intent.FIND_TRIALS, NONE),
    ("find different trials in Boston", Intent.FIND_TRIALS, NONE),
    ("tell me more about it", Intent.OVERVIEW, (A,)),
    ("can you sum that study up", Intent.OVERVIEW, (A,)),
    ("explain it to me", Intent.OVERVIEW, (A,)),
    ("give me the details of this one", Intent.OVERVIEW, (A,)),
    ("who can take part?", Intent.WHO_CAN_JOIN, (A,)),
    ("am I eligible for it", Intent.WHO_CAN_JOIN, (A,)),
    ("what are the inclusion criteria", Intent.WHO_CAN_JOIN, (A,)),
    ("exclusion criteria?", Intent.WHO_CAN_JOIN, (A,)),
    ("can my mum join", Intent.WHO_CAN_JOIN, (A,)),
    ("would they take someone who is 70?", Intent.WHO_CAN_JOIN, (A,)),
    ("does it accept people with hepatitis B", Intent.WHO_CAN_JOIN, (A,)),
    ("what are the rules", Intent.WHO_CAN_JOIN, (A,)),
    ("can pregnant women join this trial", Intent.WHO_CAN_JOIN, (A,)),
    ("what would I take?", Intent.TREATMENT, (A,)),
    ("what dose is used", Intent.TREATMENT, (A,)),
    ("how is the drug given?", Intent.TREATMENT, (A,)),
    ("which medicine is it", Intent.TREATMENT, (A,)),
    ("what are the arms", Intent.TREATMENT, (A,)),
    ("how does thalidomide work", Intent.TREATMENT, (A,)),
    ("what treatment would I get in it", Intent.TREATMENT, (A,)),
    ("is it still open?", Intent.STATUS, (A,)),
    ("is this study recruiting", Intent.STATUS, (A,)),
    ("what does recruiting mean", Intent.STATUS, (A,)),
    ("are they still accepting patients", Intent.STATUS, (A,)),
    ("has it closed? is it closed", Intent.STATUS, (A,)),
    ("is this approved by anyone", Intent.STATUS, (A,)),
    ("what phase is it", Intent.PHASE, (A,)),
    ("which stage of research is this", Intent.PHASE, (A,)),
    ("where is it", Intent.WHERE, (A,)),
    ("which hospitals are taking part?", Intent.WHERE, (A,)),
    ("what cities is it in", Intent.WHERE, (A,)),
    ("how far is the nearest site", Intent.WHERE, (A,)),
    ("how many sites are there", Intent.WHERE, (A,)),
    ("is it in my country? which countries", Intent.WHERE, (A,)),
    ("how do I contact them?", Intent.CONTACT, (A,)),
    ("is there a phone number", Intent.CONTACT, (A,)),
    ("email address please", Intent.CONTACT, (A,)),
    ("who can I call about it", Intent.CONTACT, (A,)),
    ("who do I talk to about this", Intent.CONTACT, (A,)),
    ("how can I reach the study team", Intent.CONTACT, (A,)),
    ("how long does it last?", Intent.DURATION, (A,)),
    ("how long would I be on the drug", Intent.DURATION, (A,)),
    ("how many cycles", Intent.DURATION, (A,)),
    ("how many weeks is it", Intent.DURATION, (A,)),
    ("is it randomised?", Intent.RANDOMISED, (A,)),
    ("randomized or not", Intent.RANDOMISED, (A,)),
    ("could I get a placebo?", Intent.RANDOMISED, (A,)),
    ("might I be given a sugar pill", Intent.RANDOMISED, (A,)),
    ("is it blinded", Intent.RANDOMISED, (A,)),
    ("is there a control group", Intent.RANDOMISED, (A,)),
    ("is it open-label", Intent.RANDOMISED, (A,)),
    ("what are the side effects?", Intent.SIDE_EFFECTS, (A,)),
    ("side-effects", Intent.SIDE_EFFECTS, (A,)),
    ("is it safe", Intent.SIDE_EFFECTS, (A,)),
    ("what are the risks", Intent.SIDE_EFFECTS, (A,)),
    ("could it harm me", Intent.SIDE_EFFECTS, (A,)),
    ("is this dangerous", Intent.SIDE_EFFECTS, (A,)),
    ("adverse events?", Intent.SIDE_EFFECTS, (A,)),
    ("how often would I have to visit", Intent.VISITS, (A,)),
    ("how many hospital visits are there", Intent.VISITS, (A,)),
    ("what tests will I have", Intent.VISITS, (A,)),
    ("are there biopsies", Intent.VISITS, (A,)),
    ("what will happen to me in it", Intent.VISITS, (A,)),
    ("what does it involve", Intent.VISITS, (A,)),
    ("do I need blood draws", Intent.VISITS, (A,)),
    ("who runs it?", Intent.SPONSOR, (A,)),
    ("who is the sponsor", Intent.SPONSOR, (A,)),
    ("which company is behind it", Intent.SPONSOR, (A,)),
    ("who funds this study", Intent.SPONSOR, (A,)),
    ("who is the principal investigator", Intent.SPONSOR, (A,)),
    ("who is in charge", Intent.SPONSOR, (A,)),
    ("when did it start?", Intent.DATES, (A,)),
    ("when does it end", Intent.DATES, (A,)),
    ("completion date", Intent.DATES, (A,)),
    ("when was the record last updated", Intent.DATES, (A,)),
    ("how old is this record", Intent.DATES, (A,)),
    ("what are they measuring?", Intent.OUTCOMES, (A,)),
    ("what is the primary outcome", Intent.OUTCOMES, (A,)),
    ("primary endpoint?", Intent.OUTCOMES, (A,)),
    ("why are they doing this study", Intent.OUTCOMES, (A,)),
    ("what is the aim of it", Intent.OUTCOMES, (A,)),
    ("what's the purpose of this trial", Intent.OUTCOMES, (A,)),
    ("what do they want to find out", Intent.OUTCOMES, (A,)),
    ("are there any results?", Intent.RESULTS, (A,)),
    ("did it work", Intent.RESULTS, (A,)),
    ("has anything been published", Intent.RESULTS, (A,)),
    ("any papers about it", Intent.RESULTS, (A,)),
    ("how many people are in it", Intent.SIZE, (A,)),
    ("how big is it", Intent.SIZE, (A,)),
    ("why so few people", Intent.SIZE, (A,)),
    ("how many patients will they take", Intent.SIZE, (A,)),
    ("does it cost anything?", Intent.COST, (A,)),
    ("will I be paid", Intent.COST, (A,)),
    ("is it free", Intent.COST, (A,)),
    ("does insurance cover it", Intent.COST, (A,)),
    ("are travel expenses reimbursed", Intent.COST, (A,)),
    ("what is the official title", Intent.IDENTITY, (A,)),
    ("what's its full name", Intent.IDENTITY, (A,)),
    ("give me the link", Intent.IDENTITY, (A,)),
    ("what is the identifier", Intent.IDENTITY, (A,)),
    ("which number do I quote", Intent.IDENTITY, (A,)),
    ("how do I join?", Intent.JOINING, (A,)),
    ("how to join", Intent.JOINING, (A,)),
    ("how do we sign up", Intent.JOINING, (A,)),
    ("what does double-blind mean", Intent.DEFINE, (A,)),
    ("What conditions does it cover?", Intent.OVERVIEW, (A,)),
)
# Three were listed, and the second is talked about.
LISTED_AND_ONE: Rows = (
    ("what other trials are there for this?", Intent.FIND_TRIALS, NONE),
    ("contact for the last one", Intent.CONTACT, (C,)),
    ("how long is it", Intent.DURATION, (B,)),
    ("and the first one?", Intent.OVERVIEW, (A,)),
)
# Three trials were listed, none is talked about yet.
LISTED: Rows = (
    ("more on number 2", Intent.OVERVIEW, (B,)),
    ("tell me about the first one", Intent.OVERVIEW, (A,)),
    ("the last one", Intent.OVERVIEW, (C,)),
    ("tell me about the third trial", Intent.OVERVIEW, (C,)),
    ("who can join the second one?", Intent.WHO_CAN_JOIN, (B,)),
    ("where is trial 3", Intent.WHERE, (C,)),
    ("side effects of the first study", Intent.SIDE_EFFECTS, (A,)),
    ("what drug is in study 2", Intent.TREATMENT, (B,)),
    ("is the third one open", Intent.STATUS, (C,)),
    ("is the first one randomised", Intent.RANDOMISED, (A,)),
    ("what about the seventh one", Intent.OTHER, NONE),
    ("number 9 please", Intent.OTHER, NONE),
)

# Three were listed, and the first is talked about.
ALIKE: tuple[tuple[str, str], ...] = (
    ("more like this", A),
    ("similar trials", A),
    ("anything similar?", A),
    ("are there alternatives?", A),
    ("alternatives to this trial", A),
    ("any other trials like it in Boston?", A),
    ("what else is there like this", A),
    ("similar studies near Boston", A),
    ("show me others like the second one", B),
    ("more like number 2", B),
    ("same kind of study as trial 2", B),
    ("other studies that are like the last one", C),
    (f"anything like {B}?", B),
    ("find trials like NCT 0373 0740", B),
    ("studies similar to ISRCTN 12345678", "ISRCTN12345678"),
)
NOT_ALIKE = (
    "I'd like this one",
    "something like that",
    "what is it like?",
    "does it have a similar design",
    "any side effects like that?",
    "side effects related to this trial",
    "is the site close to this trial?",
    "is it related to the first one?",
    "alternatives to chemotherapy",
    "similar trials for lupus",
    "trials like keytruda",
    "trials like MK-3475",
    "are there any more studies like these?",
)


@pytest.mark.parametrize(("message", "trial"), ALIKE)
def test_trials_like_one_are_asked_for_by_number_by_place_or_by_this(message: str, trial: str) -> None:
    check(read_query(message, (A, B, C), A, PLACES), Intent.SIMILAR, (trial,))


@pytest.mark.parametrize("message", NOT_ALIKE)
def test_a_likeness_that_is_not_between_trials_asks_for_no_trials_like_one(message: str) -> None:
    assert read_query(message, (A, B, C), A, PLACES).intent is not Intent.SIMILAR


def test_more_like_this_means_no_trial_where_none_is_talked_about() -> None:
    check(read_query("more like this", (A, B)), Intent.SIMILAR, NONE)
    assert read_query("trials like the seventh one", (A, B), A).no_such_position


@pytest.mark.parametrize(
    ("message", "intents"),
    [
        ("What is it and is it still open?", [Intent.OVERVIEW, Intent.STATUS]),
        ("Tell me more about it. Is it safe?", [Intent.OVERVIEW, Intent.SIDE_EFFECTS]),
        ("who can join, and where is it?", [Intent.WHO_CAN_JOIN, Intent.WHERE]),
        ("where is it and who can join?", [Intent.WHERE, Intent.WHO_CAN_JOIN]),
        ("when did it start and when does it end", []),
        ("what phase is it, and what does that mean?", []),
        ("what are the inclusion and exclusion criteria", []),
        ("I am healthy, can I join it?", []),
        ("she takes drugs for her heart, can she join it?", []),
    ],
)
def test_several_things_asked_at_once_are_read_in_their_order(message: str, intents: list[Intent]) -> None:
    query = read_query(message, focus=A, places=PLACES)
    assert [part.intent for part in query.parts] == intents
    assert not intents or query.intent is intents[0]


@pytest.mark.parametrize(("message", "intent", "trials"), FRESH)
def test_a_first_message_is_read(message: str, intent: Intent, trials: tuple[str, ...]) -> None:
    check(read_query(message, places=PLACES), intent, trials)


@pytest.mark.parametrize(("message", "intent", "trials"), ABOUT_ONE)
def test_a_follow_up_means_the_trial_that_is_talked_about(
    message: str, intent: Intent, trials: tuple[str, ...]
) -> None:
    check(read_query(message, focus=A, places=PLACES), intent, trials)


@pytest.mark.parametrize(("message", "intent", "trials"), LISTED)
def test_a_place_in_the_list_means_the_trial_that_stands_there(
    message: str, intent: Intent, trials: tuple[str, ...]
) -> None:
    check(read_query(message, (A, B, C), places=PLACES), intent, trials)


@pytest.mark.parametrize(("message", "intent", "trials"), LISTED_AND_ONE)
def test_a_place_in_the_list_goes_before_the_trial_talked_about(
    message: str, intent: Intent, trials: tuple[str, ...]
) -> None:
    check(read_query(message, (A, B, C), focus=B, places=PLACES), intent, trials)


def check(query: Query, intent: Intent, trials: tuple[str, ...]) -> None:
    assert (query.intent, query.trial_ids) == (intent, trials)


def test_a_place_that_the_list_does_not_have_is_said_to_be_missing() -> None:
    assert read_query("what about the seventh one", (A, B, C)).no_such_position
    assert read_query("the second one").no_such_position
    assert not read_query("the second one", (A, B, C)).no_such_position


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("trials for lymphoma in Germany", "Germany"),
        ("asthma studies near London please", "London"),
        ("trials in the UK for epilepsy", "United Kingdom"),
        ("cancer trials in the US", "United States"),
        ("trials for people in remission", None),
        ("trials in Atlantis", None),
    ],
)
def test_only_places_with_a_site_are_read_as_places(message: str, place: str | None) -> None:
    assert (read_query(message, places=PLACES).place or "").lower() == (place or "").lower()


def test_phases_are_read_in_both_kinds_of_numerals() -> None:
    assert read_query("phase III or phase 2 trials for asthma").limits.phases == (Phase.PHASE3, Phase.PHASE2)


def test_closed_trials_are_searched_only_when_asked_for() -> None:
    assert read_query("completed trials for melanoma").limits.closed_too
    assert not read_query("trials for melanoma").limits.closed_too


@pytest.mark.parametrize("message", ["What is GVHD?", "What is tumour flare?", "what does ECOG mean?"])
def test_a_word_is_explained_while_a_trial_is_talked_about(message: str) -> None:
    assert read_query(message, (), A, PLACES).intent is Intent.DEFINE


def test_a_number_that_is_typed_goes_before_the_trial_talked_about() -> None:
    query = read_query(f"who can join {B}?", focus=A)
    assert (query.trial_ids, query.named) == ((B,), (B,))
    assert read_query("who can join it?", focus=A).named == ()


@pytest.mark.parametrize(
    "message",
    [
        "only drug trials",
        "no observational studies",
        "new since March",
        "updated this year",
        "anywhere",
        "within 50 km",
    ],
)
def test_a_limit_on_the_list_is_not_asked_of_the_trial_talked_about(message: str) -> None:
    assert read_query(message, (A, B), A, PLACES, TODAY).trial_ids == NONE


@pytest.mark.parametrize(
    "message",
    ["is it observational?", "is it within 50 miles of Boston?", "was it updated this year?"],
)
def test_a_limit_asked_of_it_is_a_question_on_the_trial_talked_about(message: str) -> None:
    assert read_query(message, (A, B), A, PLACES, TODAY).trial_ids == (A,)


@given(st.text(max_size=80))
def test_any_message_is_read_as_something(message: str) -> None:
    query = read_query(message, (A, B), focus=C, places=PLACES)
    assert set(query.named) <= set(query.trial_ids)
    assert query.text == message.strip() or "[" in message  # what stands for an identifier is taken out
