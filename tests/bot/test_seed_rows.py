"""What the five seed pages owe a reader, row by row: the question a person would ask, and what the reply holds.

No model: the store is built from the saved pages, and every reply is put together from them. Each row names the ids of
the seed cases that it stands for. A question that says "it" follows one that names the trial.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.conversation import Conversation, Turn
from bot.events import Answered, Asked, Declined, Failed, TrialCard
from bot.remarks import DISCLAIMER
from bot.state import State
from bot.wiring import converse
from index.criteria.rule import Topic
from index.sources.files import files_under, read_file
from index.store.build import build
from index.store.embedding import SentenceTransformerEmbedder
from index.store.store import Store
from index.trial import SectionName

TODAY = datetime.date(2026, 11, 21)
S1, S2, S3, S4, S5 = "NCT06530576", "NCT03730740", "NCT00466921", "NCT06075238", "Oracle-5889"
SEEDS = (S1, S2, S3, S4, S5)

CODE = re.compile(r"\b[A-Z]{2,}_[A-Z_]+\b")
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w")
PHONE = re.compile(r"\+?\d{2,4}[ -]\d{1,4}[ -]\d{3,4}[ -]?\d{3,4}")
SURVIVAL_FIGURES = ("5.5", "3.1 months", "16%", "4.9", "3.8", "26%")  # S2.5, S2.20: never volunteered

OPEN, STALE = "The record's status is: recruiting", "November 2023, is past"
CLOSED_S3 = "NCT00466921 takes no new people now"
PLANNED = "NCT06075238 is not yet recruiting"
CLOSED_S5 = "Oracle-5889 takes no new people now"
STATE_FIRST = {S2: STALE, S3: CLOSED_S3, S4: PLANNED, S5: CLOSED_S5}


class Row(NamedTuple):
    """`must`, `must_not`: words of the reply, capitals aside; `contact`: the question asks how to reach the study."""

    ids: str
    trial: str
    asks: str
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    contact: bool = False


S1_ROWS = (
    Row("S1.1", S1, "What is NCT06530576 about?", ("thalidomide",), ("skip to main", "TTrialFinderData")),
    Row("S1.2 S1.10 S1.46", S1, "Tell me about NCT06530576", (DISCLAIMER,)),
    Row("S1.2", S1, "Who can join it?", (DISCLAIMER,)),
    Row("S1.3", S1, "What phase is it?", ("as of 2026-06-26",), ("Updated June 2026",)),
    Row("S1.4", S1, "Is NCT06530576 recruiting?", (OPEN,), ("takes no new people",)),
    Row("S1.5", S1, "What phase is it?", ("It is in phase 2.",), ("PHASE2",)),
    Row("S1.6", S1, "Tell me more about it", ("is a study that tests a treatment",), ("INTERVENTIONAL",)),
    Row("S1.7", S1, "nct06530576", ("Thalidomide for the Symptomatic Large Granular Lymphocytic Leukemia",)),
    Row("S1.8", S1, "What is its official title?", ("Prospective Phase II Multicenter Clinical Trial",), ("Ⅱ",)),
    Row(
        "S1.9",
        S1,
        "Sum it up for me",
        ("T-LGL Leukemia; NK-LGL Leukemia", "phase 2, recruiting and run by Institute of Hematology"),
    ),
    Row("S1.11", S1, "What is it about?", ("to observe the efficacy of thalidomide monotherapy",), ("88.9",)),
    Row(
        "S1.12 trap",
        S1,
        "Did it work?",
        ("not a result of this trial", "TPM regimen (thalidomide + prednison + methotrexate )", "holds no results"),
    ),
    Row("S1.12 trap", S1, "What would I take?", ("50 to 100 mg",), ("88.9", "75.9", "54 patients")),
    Row("S1.12 trap", S1, "What is it trying to find out?", (), ("88.9", "75.9", "major role", "speculate")),
    Row("S1.13", S1, "What would I take?", ("50 to 100 mg", "methotrexate is added", "up to 3 courses")),
    Row("S1.14", S1, "What are they measuring?", ("overall response rate with thalidomide monotherapy serves as the",)),
    Row("S1.15", S1, "What phase is it, and what does that mean?", ("middle step",), ("100–300", "300", "FDA")),
    Row("S1.15", S1, "What does phase 2 mean?", ("first signs that a treatment works",), ("300", "FDA")),
    Row("S1.16", S1, "What does recruiting mean?", ("taking in people now", "before you travel")),
    Row("S1.17", S1, "Why so few people?", ("48 people", "small study", "rare"), ("100",)),
    Row(
        "S1.18", S1, "Who can participate?", ("informed consent form (ICF)",), ("willing to sign a consent form form",)
    ),
    Row(
        "S1.19 trap",
        S1,
        "Who should not join?",
        (
            "HIV infection or active HBV infection",
            "major surgery (excluding lymph node biopsy) within the past 14 days",
            "Pregnant or breastfeeding women, and women of childbearing age who are not using contraception",
            "Hypersensitivity to the drugs",
            "Every rule of the record is listed",
        ),
        ("See full criteria",),
    ),
    Row(
        "S1.20 S1.25",
        S1,
        "Who can join?",
        ("ANC: The number of neutrophils", "HGB (haemoglobin)", "ECOG", "upper limit of normal:", "B symptoms: "),
    ),
    Row("S1.21 S1.40", S1, "Give me the link to it", ("https://clinicaltrials.gov/study/NCT06530576",)),
    Row("S1.22", S1, "Am I allowed to join it?", ("The study team decides",)),
    Row("S1.23", S1, "Who can join?", ("ANC < 0.5 × 10^9/L",), ("\\<", "10\\^9")),
    Row("S1.24 trap", S1, "Who can join?", ("Asks for (one of several is enough): The patient has indications",)),
    Row("S1.25", S1, "Who can join?", ("HGB < 100 g/L", "PLT < 50 × 10^9/L", "serum creatinine clearance < 30 ml/min")),
    Row("S1.26", S1, "Who can join?", ("within the past five years", "10% or more within six months")),
    Row("S1.27", S1, "Who can join?", ("a. HBV DNA ≥ 2000 IU/ml", "All three conditions must be met")),
    Row("S1.28", S1, "Who can join?", ("can be included in the study provided they receive adequate anti-HBV",)),
    Row("S1.29", S1, "Who can join?", ("Only the study doctors can settle the rules", "exclusion 4")),
    Row("S1.30", S1, "Who can join?", ("“Appendix 2”, which is not in the public record",)),
    Row("S1.34", S1, "What dose is given?", ("50-100 mg/QN, Methotrexate 10 mg/m2", "not advice")),
    Row("S1.35 S1.36", S1, "Where is it?", ("Tianjin, Tianjin Municipality, China", "ask the study before you travel")),
    Row("S1.37", S1, "How do I join it?", ("Talk with your doctor first", "Give the trial's number"), contact=True),
    Row("S1.41", S1, "What is the NCT06530576 clinical trial studying?", ("thalidomide monotherapy",)),
    Row("S1.41", S1, "Who can participate in NCT06530576?", ("must meet the diagnostic criteria for LGLL",)),
    Row(
        "S1.41 S1.43",
        S1,
        "How do I contact the trial site for NCT06530576?",
        ("No phone number or e-mail is given in my copy",),
        ("sidebar", "Hillmen"),
    ),
    Row(
        "S1.41 S1.42",
        S1,
        "Is it safe to take part in NCT06530576?",
        ("goes through all known risks", "differs between countries"),
        ("FDA", "Institutional Review", "United States"),
    ),
    Row("S1.44", S1, "Where does your information come from?", ("trial records",), ("reviewed for fidelity",)),
    Row("S1.45", S1, "What phase is NCT06530576?", ("From the record of NCT06530576 at ClinicalTrials.gov",)),
)

S2_ROWS = (
    Row("S2.1 S2.2", S2, "Tell me about NCT03730740", ("lenalidomide maintenance therapy",), ("Logo",)),
    Row("S2.3 S2.5", S2, "What is it about?", (), ("very poor", "salvage therapy for relapsed", *SURVIVAL_FIGURES)),
    Row("S2.4", S2, "How does the drug work?", ("controls the immune system",), SURVIVAL_FIGURES),
    Row("S2.5", S2, "Did it work?", ("holds no results",), SURVIVAL_FIGURES),
    Row("S2.5", S2, "What are they measuring?", (), SURVIVAL_FIGURES),
    Row(
        "S2.6",
        S2,
        "Who can join?",
        ("gives no list of who can and cannot join", "not a list of rules", "I make none up"),
        ("Asks for", "Keeps out", "65"),
    ),
    Row(
        "S2.7",
        S2,
        "Is it randomised?",
        ("does not say whether people are put into groups by chance",),
        ("placebo group",),
    ),
    Row("S2.8", S2, "Sum it up for me", ("NCT03730740",), ("It is about: none", "MeSH")),
    Row("S2.9", S2, "What is its identifier?", ("NCT03730740",)),
    Row("S2.11", S2, "Who runs it?", ("It is run by Samsung Medical Center.",)),
    Row(
        "S2.12 S2.13 S2.14",
        S2,
        "How do I contact them?",
        ("Won-seog Kim", "82-2-3410-6548", "@samsung.com"),
        contact=True,
    ),
    Row("S2.13", S2, "What is the phone number?", ("country code",), contact=True),
    Row("S2.14", S2, "Who runs it?", (), ("Won-seog", "samsung.com")),
    Row("S2.15 trap", S2, "Is it recruiting?", (STALE, "may be out of date")),
    Row("S2.15 trap", S2, "What would I take?", (STALE,)),
    Row("S2.16", S2, "What phase is it?", ("It is in phase 2.",)),
    Row("S2.17 S2.18", S2, "When did it start and when does it end?", ("November 16, 2018", "November 2023")),
    Row(
        "S2.19 trap",
        S2,
        "What dose would I get?",
        ("does not say how it is given or in what dose", "comes from another study and is not this trial's dose"),
        ("25 mg", "21", "28 days"),
    ),
    Row("S2.20", S2, "Are there any results?", (), ("26%", "26 %")),
    Row("S2.21", S2, "How long would it last?", ("does not say how long",), ("65",)),
    Row("S2.21", S2, "How many visits would there be?", ("does not give a visit plan",), ("65", "consolidation")),
)

S3_ROWS = (
    Row("S3.1", S3, "Tell me about NCT00466921", (CLOSED_S3,), ("COVID", "CDC")),
    Row("S3.2", S3, "What is it called?", ("Lenalidomide in Treating Patients With Relapsed Mycosis Fungoides",)),
    Row("S3.3", S3, "Is it approved by the government?", ("A listing is not an approval",)),
    Row("S3.4 S3.37", S3, "What number do I quote?", ("NCT00466921; give this number when you call",)),
    Row("S3.5 trap", S3, "Can I still join it?", (CLOSED_S3, "active, not recruiting"), ("It is recruiting",)),
    Row(
        "S3.6 S3.7 S3.21 S3.45",
        S3,
        "What are its dates?",
        ("February 2005", "April 27, 2007", "May 3, 2019", "April 2019"),
    ),
    Row("S3.7", S3, "How big is it?", ("as of May 3, 2019",)),
    Row(
        "S3.8 S3.9 S3.39 S3.40",
        S3,
        "Who runs it?",
        ("Northwestern University", "National Cancer Institute", "Timothy M. Kuzel"),
    ),
    Row("S3.10", S3, "What is its purpose?", ("how well lenalidomide works in treating",), ("PURPOSE:", "RATIONALE:")),
    Row("S3.11", S3, "Sum it up for me", ("It is about: Lymphoma.", "What is studied: lenalidomide.", "phase 2")),
    Row("S3.13", S3, "What are they measuring?", ("(Northwestern University only)",)),
    Row(
        "S3.14", S3, "How long would it last?", ("every 28 days for 2 courses", "up to 2 years", "disease progression")
    ),
    Row("S3.15", S3, "What procedures would there be?", ("tissue biopsies at baseline and on day 1 of course 2",)),
    Row(
        "S3.16",
        S3,
        "What blood samples and biopsies are there?",
        ("At Northwestern University only, blood and tissue samples", "Skin specimens are stored for future research"),
    ),
    Row("S3.17", S3, "How long is it?", ("followed every 3 months for 1 year",)),
    Row("S3.18", S3, "How many people does it take?", ("It plans to take 35 people.",)),
    Row("S3.19", S3, "Is it randomised?", ("a single group", "open label", "no comparison group"), ("N/A", "unknown")),
    Row("S3.20", S3, "What is its official title?", ("CC-5013 (Lenalidomide, Revlimid®)",)),
    Row("S3.22", S3, "What would I take?", ("10 mg daily orally", "increasing dose by 5 mg", "maximum of 25 mg")),
    Row("S3.23", S3, "What are they measuring?", ("Response rate and duration of response (time frame: After all",)),
    Row("S3.24", S3, "What are the outcomes?", ("Also measured: Toxicity as assessed by NCI CTCAE v3.0",)),
    Row("S3.26 S3.27 S3.28", S3, "Who can join?", ("18 Years to 120 Years", "any sex", "healthy volunteers: no")),
    Row("S3.28", S3, "I am healthy, can I join it?", ("Takes healthy volunteers: no",)),
    Row("S3.29", S3, "Who can join?", ("Stage IA-IVB disease",), ("None specified",)),
    Row("S3.30", S3, "Who can join?", ("WBC ≥ 3,000/mm³", "Creatinine ≤ 2.0 mg/dL")),
    Row(
        "S3.31 trap",
        S3,
        "Who can join?",
        ("Asks for: No prior stem cell transplantation", "Asks for: Not pregnant or nursing"),
        ("Keeps out: No prior", "Keeps out: Not pregnant"),
    ),
    Row("S3.32", S3, "Who can join?", ("Fertile women must use effective double-method", "Fertile men must use")),
    Row("S3.33", S3, "Who can join?", ("except treated squamous cell", "melanoma in situ of the skin (stage 0)")),
    Row("S3.34", S3, "Who can join?", ("More than 4 weeks since prior topical therapy",)),
    Row("S3.35", S3, "Who can join?", ("Inclusion 18 points to other rules of this same list",)),
    Row("S3.36", S3, "Who can join?", ("(one of several is enough): Must have failed ≥ 1 prior topical treatment",)),
    Row("S3.38", S3, "Where is it?", ("Stanford, California", "Chicago, Illinois", "Houston, Texas")),
    Row("S3.41", S3, "Are there any results?", ("No publications are listed",), ("Publication listed",)),
    Row("S3.42", S3, "What are its other ids?", ("NU 04H5; P30CA060553",)),
)

S4_ROWS = (
    Row("S4.1 trap", S4, "Is NCT06075238 open?", (PLANNED, "nobody can join"), ("The record's status is: recruiting",)),
    Row("S4.2", S4, "Tell me about NCT06075238", ("Leukemia, Lymphoid", "R/R ALL")),
    Row("S4.3", S4, "What drug is it?", ("What is studied: blinatumomab.",)),
    Row("S4.4", S4, "Who runs it?", ("Sichuan University",)),
    Row(
        "S4.5",
        S4,
        "What is it trying to find out?",
        ("The main question it aims to answer", "recurrence rate a in R/R ALL"),
    ),
    Row("S4.6", S4, "Is it randomised?", ("The record does not mention a placebo",), ("Not available",)),
    Row(
        "S4.7 trap",
        S4,
        "What is its status?",
        ("planned but has not opened",),
        ("NOT_YET_RECRUITING",),
    ),
    Row("S4.7", S4, "How many people will it take?", ("It plans to take 68 people.",)),
    Row(
        "S4.8 S4.12",
        S4,
        "Who can join?",
        ("pregnancy test within 7 days before the first dose", "until 6 months after the last dose", "prolonged QT"),
    ),
    Row("S4.9", S4, "Who can join?", ("Age ≥16 years old and ≤ 65", "parent or guardian", "assent")),
    Row("S4.10", S4, "Who can join?", ("KPS > 60 or ECOG 0-2",)),
    Row("S4.11", S4, "Who can join?", ("for 3 consecutive days without G-CSF", "within 45 days after transplantation")),
    Row("S4.13", S4, "Is there a control group?", ("no comparison group",), ("SINGLE_GROUP",)),
    Row(
        "S4.14 S4.15",
        S4,
        "What would I take?",
        ("day 1-2: 8ug/day", "Dexamethasone 20mg", "can mean twice a month or every"),
    ),
    Row("S4.16", S4, "What are they measuring?", ("Progression free survival (PFS) (time frame: 2 years)",)),
    Row("S4.17", S4, "What are the secondary outcomes?", ("Relapse rate (time frame: 2 years)",)),
    Row("S4.18", S4, "Where is it?", ("West China Hospital of Sichuan University, Chengdu",), ("🇨🇳",)),
    Row("S4.19", S4, "Tell me about NCT06075238", (), ("Copyright",)),
    Row("S4.20 trap", S4, "What phase is it?", ("says phase 2", "says “phase I/II”", "differ")),
    Row("S4.20 trap", S4, "Tell me about NCT06075238", ("says phase 2", "says “phase I/II”", "differ")),
    Row(
        "S4.21 trap",
        S4,
        "Who can join?",
        ("names Chidamide, which the record does not otherwise mention", "Ask the study team", "allergy to Chidamide"),
    ),
    Row("S4.22", S4, "Tell me about NCT06075238", ("R/R ALL (relapsed or refractory", "HSCT (allogeneic stem cell")),
    Row("S4.22", S4, "Who can join?", ("GVHD (graft versus host disease)", "KPS (Karnofsky", "MRD")),
)

S5_ROWS = (
    Row("S5.1 S5.2", S5, "Tell me about Oracle-5889", ("A trial looking at lenalidomide", CLOSED_S5)),
    Row("S5.2", S5, "Are there any results?", (CLOSED_S5, "No results are posted")),
    Row("S5.3", S5, "Sum it up for me", ("Chronic lymphocytic leukaemia (CLL)",)),
    Row("S5.4", S5, "What phase is it?", ("It is in phase 2.",)),
    Row("S5.5", S5, "Who can join?", ("has come back after treatment or has not responded",)),
    Row("S5.7", S5, "How does the drug work?", ("type of biological therapy", "helping the body’s immune system")),
    Row("S5.8", S5, "Is it safe?", (), ("may help people with B cell CLL", "completely safe")),
    Row("S5.8", S5, "What would I take?", (), ("We know from research",)),
    Row(
        "S5.9", S5, "Why are they doing it?", ("The aims of this trial are to", "Find out how safe different starting")
    ),
    Row("S5.10", S5, "What are its side effects?", ("tumour flare",), ("Open a glossary item",)),
    Row("S5.11 S5.12", S5, "Who can join?", ("Asks for: Have B cell", "Keeps out: Have had kidney dialysis")),
    Row(
        "S5.13",
        S5,
        "Who can join?",
        ("well enough to be up and about for half the day (performance status 0, 1 or 2)",),
    ),
    Row(
        "S5.14", S5, "Who can join?", ("from 4 weeks before the start of the trial until 4 weeks after", "your partner")
    ),
    Row("S5.15", S5, "Who can join?", ("unless it was successfully treated", "non melanoma skin cancer")),
    Row("S5.16", S5, "Who can join?", ("thyroid problem (your doctor can advise about this)",)),
    Row("S5.17", S5, "How big is it?", ("It plans to take 90 people",)),
    Row("S5.18", S5, "Is it randomised?", ("It is a randomised trial.", "treatment groups by a computer")),
    Row("S5.19", S5, "Is it blinded?", ("double-blind", "Neither you nor your doctor will be able to choose")),
    Row(
        "S5.20 trap",
        S5,
        "Could I get a placebo?",
        ("nobody gets a placebo instead of the treatment: Everyone taking part will have lenalidomide",),
        ("may get a placebo",),
    ),
    Row("S5.21", S5, "How long would it last?", ("every day for 4 weeks", "depend on how well you are")),
    Row("S5.21", S5, "What would I take?", ("start at a low dose", "once a day")),
    Row("S5.22", S5, "What are its side effects?", ("tumour flare", "does not mean your leukaemia is getting worse")),
    Row("S5.23", S5, "How often would I fill in questionnaires at visits?", ("2 questionnaires", "every 8 weeks")),
    Row("S5.24", S5, "What procedures would there be?", ("up to 2 extra studies", "Your choice will not affect you")),
    Row("S5.25", S5, "What tests would I have?", ("up to 8 hours after", "cannot eat", "biopsy")),
    Row(
        "S5.26",
        S5,
        "How many hospital visits are there?",
        ("at least once a week, then once a month", "2 extra visits", "ECG"),
    ),
    Row(
        "S5.27", S5, "What are its side effects?", ("Feeling tired (fatigue)", "discuss all the possible side effects")
    ),
    Row("S5.28", S5, "When did it start?", ("Start and end dates are not given",)),
    Row("S5.29", S5, "How do I join it?", ("Talk with your doctor first", CLOSED_S5), contact=True),
    Row("S5.30", S5, "Who is in charge of it?", ("Professor Peter Hillmen", "Celgene Corporation")),
    Row("S5.31", S5, "Who can I call about it?", ("information nurses", "0808 800 4040"), contact=True),
    Row("S5.32 trap", S5, "What is oracle 5889?", ("Oracle-5889", "whose date is not given"), ("NCT",)),
    Row("S5.33 S5.34", S5, "Tell me about Oracle-5889", (), ("Cara", "journey", "Rate this page")),
)

ROWS = (*S1_ROWS, *S2_ROWS, *S3_ROWS, *S4_ROWS, *S5_ROWS)


@pytest.fixture(scope="session")
def seed_store(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The five seed pages, indexed with the packaged embedder."""
    store = Store(tmp_path_factory.mktemp("seeds"), SentenceTransformerEmbedder())
    sources = (found for path in files_under([data_dir / "seeds"]) for found in read_file(path))
    built = build(store, sources)
    assert sorted(built.added) == sorted(SEEDS)
    yield store
    store.close()


@pytest.fixture(scope="session")
def talk(seed_store: Store) -> Conversation:
    return converse(seed_store, today=lambda: TODAY)


def asked(talk: Conversation, trial: str, question: str) -> Turn:
    """The reply to a question, which follows one that named the trial unless it names one itself."""
    state = State()
    if trial.lower().replace("-", " ") not in question.lower().replace("-", " "):
        state = talk.turn(state, f"Tell me about {trial}").state.model_copy(update={"disclaimed": False})
    return talk.turn(state, question)


def answers(turn: Turn) -> list[Answered]:
    return [event for event in turn.events if isinstance(event, Answered)]


def words(turn: Turn) -> str:
    """All that a person reads in a reply, without the quotes."""
    parts: list[str] = []
    for event in turn.events:
        match event:
            case Answered(answer=answer):
                parts += [claim.text for claim in answer.claims] + list(answer.notes)
            case TrialCard():
                parts += [event.title, event.status, event.phase or "", event.place or "", *event.warnings]
                parts += [claim.text for claim in event.problems]
            case Asked(question=question):
                parts += [question.text, question.why, *(option.says for option in question.options)]
            case Declined() | Failed():
                parts.append(event.text)
    return "\n".join(parts)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.ids}: {row.asks}")
def test_a_row_of_the_seed_pages_is_served(row: Row, talk: Conversation) -> None:
    turn = asked(talk, row.trial, row.asks)
    said = words(turn)
    for needed in row.must:
        assert needed.casefold() in said.casefold(), said
    for wrong in row.must_not:
        assert wrong.casefold() not in said.casefold(), said
    check_what_holds_in_every_reply(turn, talk, row)


def check_what_holds_in_every_reply(turn: Turn, talk: Conversation, row: Row) -> None:
    said = words(turn)
    assert CODE.search(said) is None
    assert sum(isinstance(event, Asked) for event in turn.events) <= 1
    if not row.contact:
        assert EMAIL.search(said) is None
        assert PHONE.search(said) is None
    for event in answers(turn):
        assert event.answer.dropped == 0
        for claim in event.answer.claims:
            assert claim.citations
            for cited in claim.citations:
                section = talk.section(cited.trial_id, cited.section)
                assert section is not None
                assert section[cited.start : cited.end] == cited.quote


@pytest.mark.parametrize("trial", STATE_FIRST)
@pytest.mark.parametrize(
    "question", ["Tell me about it", "What would I take in it?", "Who can join it?", "Where is it?"]
)
def test_a_record_that_is_closed_planned_or_stale_says_so_first(trial: str, question: str, talk: Conversation) -> None:
    first = answers(asked(talk, trial, question))[0].answer.claims[0]
    assert STATE_FIRST[trial] in first.text


def test_the_one_open_record_says_nothing_against_joining(talk: Conversation) -> None:
    said = words(asked(talk, S1, "Tell me about NCT06530576"))
    assert "takes no new people" not in said
    assert "out of date" not in said


@pytest.mark.parametrize("trial", SEEDS)
def test_every_rule_of_a_record_stands_in_the_list_of_rules(trial: str, seed_store: Store, talk: Conversation) -> None:
    """S1.19: a list that is cut short drops pregnancy for thalidomide."""
    record = seed_store.record(trial)
    cited = [
        citation
        for event in answers(asked(talk, trial, f"Who can join {trial}?"))
        for claim in event.answer.claims
        for citation in claim.citations
        if citation.section is SectionName.ELIGIBILITY
    ]
    assert record.criteria or trial == S2
    for criterion in record.criteria:
        assert any(one.start <= criterion.start and criterion.end <= one.end for one in cited), criterion.text


@pytest.mark.parametrize("trial", SEEDS)
def test_figures_on_survival_are_never_volunteered(trial: str, talk: Conversation) -> None:
    """S2.5: whatever is asked of the trial, the background's survival figures stay out."""
    questions = (
        "what is it about",
        "what would i take in it",
        "how long is it",
        "what is measured in it",
        "its results",
    )
    said = "\n".join(words(asked(talk, trial, question)) for question in questions)
    for figure in ("5.5 and 3.1", "16%", "4.9 months", "3.8-5.9", "26% OS"):
        assert figure not in said


@pytest.mark.parametrize("trial", SEEDS)
def test_the_interview_never_asks_how_long_someone_will_live(trial: str, talk: Conversation) -> None:
    """S1.31: the rule on expected survival is the study doctors' to judge."""
    turn = asked(talk, trial, f"Who can join {trial}?")
    for _ in range(20):
        question = next((event.question for event in turn.events if isinstance(event, Asked)), None)
        if question is None:
            return
        assert not re.search(
            r"surviv|life expectancy|how long .* live", f"{question.text} {question.why}", re.IGNORECASE
        )
        turn = talk.turn(turn.state, "I don't know")
    pytest.fail("twenty questions, and no end")


@pytest.mark.parametrize("trial", [S1, S3, S4])
def test_a_man_is_not_asked_about_pregnancy(trial: str, talk: Conversation) -> None:
    """S1.32: a sensitive question is not asked of those whom it cannot concern."""
    turn = talk.turn(State(), "I am a 60 year old man")
    turn = talk.turn(turn.state, f"Who can join {trial}?")
    for _ in range(20):
        question = next((event.question for event in turn.events if isinstance(event, Asked)), None)
        if question is None:
            return
        assert question.attribute.topic not in (Topic.PREGNANCY, Topic.BREAST_FEEDING)
        turn = talk.turn(turn.state, "I don't know")
    pytest.fail("twenty questions, and no end")


def test_a_value_in_other_units_is_held_against_the_rule(talk: Conversation) -> None:
    """S1.25: ten grams per decilitre are a hundred per litre; one of the list of seven is enough."""
    turn = talk.turn(State(), "My mother has LGL leukemia, her hemoglobin is 9 g/dL. Who can join NCT06530576?")
    card = next(event for event in turn.events if isinstance(event, TrialCard))
    assert card.standing is not None
    assert "inclusion-5" not in card.standing.problems


def test_closed_trials_are_not_offered_and_the_planned_one_is_marked(talk: Conversation) -> None:
    """S3.5, S4.1: what is found for blood cancer is only what takes people, or may."""
    turn = talk.turn(State(), "trials for leukemia or lymphoma")
    cards = {event.trial_id: event for event in turn.events if isinstance(event, TrialCard)}
    assert S1 in cards
    assert not {S3, S5} & set(cards)
    if S4 in cards:
        assert cards[S4].status == "not yet recruiting"
        assert not cards[S4].open


def test_an_unknown_number_gets_no_description(talk: Conversation) -> None:
    turn = talk.turn(State(), "Tell me about NCT99999999")
    assert "is not in my data" in words(turn)
    assert not answers(turn)
