"""What a registry's value means in general; the row ids (S1.15) are those of the list of what the seed pages show."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.answer.explain import (
    explain_allocation,
    explain_masking,
    explain_model,
    explain_phase,
    explain_purpose,
    explain_size,
    explain_status,
    explain_study_type,
    explain_time_perspective,
)
from index.vocabulary import Phase, Status, StudyType

CODES: dict[Callable[[str | None], str | None], tuple[str, ...]] = {
    explain_allocation: ("RANDOMIZED", "NON_RANDOMIZED", "NA"),
    explain_masking: ("NONE", "SINGLE", "DOUBLE", "TRIPLE", "QUADRUPLE"),
    explain_model: ("SINGLE_GROUP", "PARALLEL", "CROSSOVER", "FACTORIAL", "SEQUENTIAL", "COHORT", "CASE_CONTROL"),
    explain_purpose: ("TREATMENT", "PREVENTION", "DIAGNOSTIC", "SUPPORTIVE_CARE", "SCREENING", "BASIC_SCIENCE"),
    explain_time_perspective: ("PROSPECTIVE", "RETROSPECTIVE", "CROSS_SECTIONAL"),
}


def every_explanation() -> Iterator[str]:
    yield from filter(None, map(explain_status, Status))
    yield from filter(None, map(explain_study_type, StudyType))
    yield from filter(None, (explain_phase((phase,)) for phase in Phase))
    yield from filter(None, map(explain_size, (0, 48, 300, 5000)))
    for explain, codes in CODES.items():
        yield from filter(None, map(explain, codes))


@pytest.mark.parametrize("status", list(Status))
def test_every_status_is_explained_without_its_code(status: Status) -> None:
    """S1.16, S4.7."""
    words = explain_status(status)
    assert words
    assert "_" not in words


@pytest.mark.parametrize("status", [s for s in Status if not s.open])
def test_a_status_that_is_not_open_never_sounds_open(status: Status) -> None:
    """S3.5, S4.1, S5.2."""
    assert "taking in people now" not in (explain_status(status) or "")


def test_not_yet_recruiting_says_that_nobody_can_join_yet() -> None:
    assert "Nobody can join yet" in (explain_status(Status.NOT_YET_RECRUITING) or "")


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_is_explained(phase: Phase) -> None:
    assert explain_phase((phase,))


def test_two_phases_in_one_trial_are_explained_together_in_any_order() -> None:
    """S4.20."""
    words = explain_phase((Phase.PHASE2, Phase.PHASE1))
    assert words == explain_phase((Phase.PHASE1, Phase.PHASE2))
    assert "Phase 1 and phase 2" in (words or "")


def test_no_explanation_names_a_country_an_authority_or_a_usual_number() -> None:
    """S1.15, S1.42: the page's template spoke of the FDA and of 100 to 300 people for a trial of 48 in China."""
    claims = re.compile(r"\b(?:FDA|EMA|MHRA|American?|U\.?S\.?|United States|Europe\w*|UK|NHS|government)\b|\d{2,}")
    assert [words for words in every_explanation() if claims.search(words)] == []


def test_explanations_are_calm_and_short() -> None:
    for words in every_explanation():
        assert "!" not in words
        assert words.endswith(".")
        assert max(len(sentence.split()) for sentence in re.split(r"[.?]\s", words)) <= 30


@pytest.mark.parametrize("code", ["NA", "N/A", "n/a", "Not Applicable"])
def test_allocation_not_applicable_means_one_group_and_not_unknown(code: str) -> None:
    """S3.19."""
    assert explain_allocation(code) == "There is only one group, so nobody is put into groups by chance."


def test_one_group_means_the_same_plan_for_everyone() -> None:
    """S4.13."""
    words = explain_model("SINGLE_GROUP") or ""
    assert "same treatment plan" in words
    assert "no comparison group" in words


def test_randomised_and_double_blind_are_explained() -> None:
    """S5.18, S5.19."""
    assert "by chance" in (explain_allocation("RANDOMIZED") or "")
    assert "not told who gets which treatment" in (explain_masking("DOUBLE") or "")


@pytest.mark.parametrize(
    ("explain", "spelled", "code"),
    [
        (explain_model, "Single Group Assignment", "SINGLE_GROUP"),
        (explain_masking, "None (Open Label)", "NONE"),
        (explain_purpose, "Supportive Care", "SUPPORTIVE_CARE"),
        (explain_allocation, "Non-Randomized", "NON_RANDOMIZED"),
    ],
)
def test_older_spellings_mean_the_same(explain: Callable[[str | None], str | None], spelled: str, code: str) -> None:
    assert explain(spelled) == explain(code) is not None


@pytest.mark.parametrize("explain", list(CODES))
@pytest.mark.parametrize("code", [None, "", "Not available", "SOMETHING_NEW"])
def test_what_is_not_given_or_not_known_has_no_explanation(
    explain: Callable[[str | None], str | None], code: str | None
) -> None:
    assert explain(code) is None


def test_nothing_given_is_not_explained_as_a_value() -> None:
    assert explain_status(None) is None
    assert explain_phase(()) is None
    assert explain_size(None) is None
    assert explain_study_type(None) is None


def test_a_small_study_is_explained_by_why_studies_are_small() -> None:
    """S1.17."""
    words = explain_size(48) or ""
    assert "small" in words
    assert "rare" in words
    assert explain_size(48) != explain_size(300) != explain_size(5000)


def test_every_code_of_real_records_is_explained(data_dir: Path) -> None:
    unexplained = set()
    for path in sorted((data_dir / "studies").glob("NCT*.json"))[:400]:
        design = json.loads(path.read_text(encoding="utf-8"))["protocolSection"].get("designModule", {})
        info = design.get("designInfo", {})
        told = (
            (explain_allocation, info.get("allocation")),
            (explain_model, info.get("interventionModel")),
            (explain_masking, info.get("maskingInfo", {}).get("masking")),
            (explain_purpose, info.get("primaryPurpose")),
        )
        unexplained |= {code for explain, code in told if code and not explain(code)}
        phases = tuple(Phase(code) for code in design.get("phases", []))
        unexplained |= {phases} if phases and not explain_phase(phases) else set()
    assert unexplained == set()
