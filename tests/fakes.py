"""Hand-written stand-ins for what tests must not depend on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bot.answer.schema import Answer, Citation, Claim, Intent, Provenance
from bot.events import Answered, Asked, Declined, Event, Learned, Moved, Searching, TrialCard, Urgent
from bot.person.eligibility import CriterionVerdict, Outlook, Standing, Verdict
from bot.person.facts import Fact
from bot.person.interview import AnswerType, Decides, Option, Question
from bot.state import State
from index.criteria.rule import Attribute, Topic
from index.store.embedding import Vectors
from index.trial import SectionName

TRIAL, OTHER = "NCT09990001", "NCT09990002"

SUMMARY = (
    "This study asks whether tablets of exampline help people whose lymphoma came back. "
    "Everybody in the study gets exampline; nobody gets a placebo. "
    + "The study team takes blood every week and a scan every eight weeks. "
    * 12
)
ELIGIBILITY = (
    "Inclusion Criteria:\n\n"
    "* Age 18 years or older\n"
    "* A T-cell lymphoma that came back or did not respond\n* Platelets at least 75 x 10^9/L\n\n"
    "Exclusion Criteria:\n\n"
    "* Earlier treatment with exampline\n* Active hepatitis B <b onclick=alert(1)>in the last 6 months</b>\n"
    + "".join(f"* Another illness, number {n}, that the study team finds too serious\n" for n in range(3, 16))
)
RECORD = "Overall status: RECRUITING\nPhase: PHASE2\nLocation: Leeds, United Kingdom\n"

SECTIONS = {
    SectionName.BRIEF_SUMMARY: SUMMARY,
    SectionName.ELIGIBILITY: ELIGIBILITY,
    SectionName.RECORD: RECORD,
}


class FakeTurn(NamedTuple):
    state: State
    events: tuple[Event, ...]


class FakeConversation:
    """A conversation of recorded turns, chosen by a word of the message; it searches and judges nothing."""

    def turn(self, state: State, message: str) -> FakeTurn:
        state = state.model_copy(update={"turn": state.turn + 1})
        said = message.lower()
        if state.question is not None and said in ("yes", "no", "not sure"):
            return self._answered_question(state, said)
        if "chest pain" in said:
            return FakeTurn(
                state, (Urgent(code="emergency", text="Call your local emergency number now.\n\nI will wait."),)
            )
        if "should i stop" in said:
            return FakeTurn(state, (Declined(code="advice", text="Your doctor can tell you that."), _answer("placebo")))
        if "fail" in said:
            raise RuntimeError("a person's words stand in this message")
        if "placebo" in said or "who can join" in said or "where" in said:
            return FakeTurn(state, (_answer(message),))
        return self._found(state)

    def _found(self, state: State) -> FakeTurn:
        question, fact = _question(), _age()
        state = state.model_copy(
            update={
                "question": question,
                "profile": state.profile.with_facts([fact]),
                "before": (*state.before, state.profile),
            }
        )
        searching = Searching(words="T-cell lymphoma that came back", found=12, left_out=("8 closed", "1 for children"))
        return FakeTurn(state, (Learned(facts=(fact,)), searching, _first(), _second(), Asked(question=question)))

    def _answered_question(self, state: State, said: str) -> FakeTurn:
        fact = Fact(attribute=_hepatitis(), value=said == "yes", quote=said, turn=state.turn)
        moved = Moved(
            trial_id=TRIAL,
            title=_first().title,
            before="not known yet",
            after="may be a problem" if said == "yes" else "fits so far",
            because="This rule would keep out people who have hepatitis B; you said what you have.",
            rule=cite(SectionName.ELIGIBILITY, "Active hepatitis B", "exclusion 2"),
        )
        state = state.model_copy(
            update={
                "question": None,
                "profile": state.profile.with_facts([fact]),
                "before": (*state.before, state.profile),
            }
        )
        return FakeTurn(state, (Learned(facts=(fact,)), moved))

    def undo(self, state: State) -> FakeTurn:
        profile = state.profile.model_copy(update={"facts": state.profile.facts[:-1]})
        state = state.model_copy(update={"profile": profile, "before": state.before[:-1]})
        taken_back = Answer(intent=Intent.UNDO, notes=("I took back the last thing that I noted.",))
        return FakeTurn(state, (Answered(answer=taken_back),))

    def forget(self, state: State) -> State:
        return State(clinician=state.clinician)

    def known(self, state: State) -> tuple[Fact, ...]:
        return state.profile.current()

    def notice(self) -> str | None:
        return "Only a few sample records are here. `trialogue index --ctgov` adds more."

    def section(self, trial_id: str, section: SectionName) -> str | None:
        return SECTIONS.get(section) if trial_id in (TRIAL, OTHER) else None


def cite(section: SectionName, quote: str, label: str, trial_id: str = TRIAL) -> Citation:
    start = SECTIONS[section].index(quote)
    return Citation(
        trial_id=trial_id,
        section=section,
        start=start,
        end=start + len(quote),
        quote=quote,
        label=f"{trial_id} · {label}",
    )


def _age() -> Fact:
    return Fact(attribute=Attribute(topic=Topic.AGE), value=62.0, unit="years", quote="I am 62")


def _hepatitis() -> Attribute:
    return Attribute(topic=Topic.INFECTION, subject="hepatitis_b")


def _question() -> Question:
    return Question(
        text="Have you had hepatitis B in the last six months?",
        attribute=_hepatitis(),
        answer_type=AnswerType.YES_NO,
        options=tuple(Option(says=says) for says in ("Yes", "No", "Not sure")),
        why="Both trials have a rule about it, and it settles the most.",
        decides=(Decides(trial_id=TRIAL, criterion_id="exclusion-2"),),
    )


def _first() -> TrialCard:
    standing = Standing(
        outlook=Outlook.FITS_SO_FAR,
        fits=("age",),
        open_questions=("hepatitis", "platelets"),
        as_written=tuple(f"other-{n}" for n in range(13)),
        verdicts=(
            CriterionVerdict(
                criterion_id="age",
                verdict=Verdict.MET,
                reason="This rule asks for people who are at least 18 years old; you are 62 years.",
            ),
            CriterionVerdict(
                criterion_id="hepatitis",
                verdict=Verdict.UNKNOWN,
                reason="This depends on hepatitis B, which is not known yet.",
            ),
        ),
    )
    return TrialCard(
        trial_id=TRIAL,
        title="Exampline tablets for T-cell lymphoma that came back",
        status="recruiting",
        open=True,
        phase="phase 2",
        place="Leeds, United Kingdom",
        as_of="2026-06-26",
        url=f"https://clinicaltrials.gov/study/{TRIAL}",
        sample=True,
        why=cite(SectionName.ELIGIBILITY, "A T-cell lymphoma that came back or did not respond", "inclusion 2"),
        standing=standing,
        citations=(
            cite(SectionName.RECORD, "Overall status: RECRUITING", "status"),
            cite(SectionName.RECORD, "Phase: PHASE2", "phase"),
            cite(SectionName.RECORD, "Location: Leeds, United Kingdom", "place"),
        ),
    )


def _second() -> TrialCard:
    return TrialCard(
        trial_id=OTHER,
        title="A planned study of <img src=https://example.org/x onerror=alert(1)> a very long title about peripheral "
        "T-cell lymphoma, angioimmunoblastic type, after at least two earlier lines of treatment",
        status="not yet recruiting",
        open=False,
        phase="phase 1",
        place="24 sites in 3 countries",
        as_of="2023-01-05",
        url="https://example.org/not-the-registry",
        sample=False,
        warnings=(
            "This study is planned and not open yet.",
            "This record was last updated in January 2023, so it may be out of date.",
        ),
        standing=Standing(
            outlook=Outlook.MAY_BE_A_PROBLEM,
            problems=("age",),
            as_written=("a", "b"),
            verdicts=(
                CriterionVerdict(
                    criterion_id="age",
                    verdict=Verdict.NOT_MET,
                    reason="This rule asks for people who are at most 60 years old; you are 62 years.",
                ),
            ),
        ),
    )


def _answer(message: str) -> Answered:
    claims = (
        Claim(
            text="Everybody in this study gets exampline, so nobody gets a placebo.",
            citations=(
                cite(
                    SectionName.BRIEF_SUMMARY,
                    "Everybody in the study gets exampline; nobody gets a placebo.",
                    "brief summary",
                ),
            ),
        ),
        Claim(
            text="People with active hepatitis B cannot join.",
            citations=(cite(SectionName.ELIGIBILITY, "Active hepatitis B", "exclusion 2"),),
        ),
    )
    return Answered(
        answer=Answer(
            intent=Intent.RANDOMISED if "placebo" in message else Intent.WHO_CAN_JOIN,
            claims=claims,
            notes=("This is simplified. The study team decides who can join.",),
            dropped=1,
            provenance=Provenance(store="4f2a91", prompts={"answer": "3"}, model=None),
        )
    )


class FakeEmbedder:
    """Hashed bags of words as vectors: texts that share words are near. `encoded` counts the texts it met."""

    def __init__(self, fingerprint: str = "bag-of-words") -> None:
        self._fingerprint = fingerprint
        self.encoded = 0

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += len(texts)
        rows = np.zeros((len(texts), 384), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                row[int.from_bytes(hashlib.blake2s(word.encode(), digest_size=4).digest()) % 384] += 1.0
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
