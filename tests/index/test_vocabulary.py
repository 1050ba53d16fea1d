"""The registry's closed sets, and the spellings that reach them."""

from __future__ import annotations

import pytest

from index.errors import SourceError
from index.vocabulary import Phase, RegistryCode, Sex, Status, StudyType

MEMBERS: list[RegistryCode] = [*Status, *Phase, *StudyType, *Sex]


@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_a_member_is_read_from_its_own_spelling_in_any_case(member: RegistryCode) -> None:
    assert type(member).read(member.value) is member
    assert type(member).read(f" {member.value.replace('_', ' ').lower()} ") is member


@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_the_words_for_a_reader_hold_no_code(member: RegistryCode) -> None:
    assert "_" not in member.words
    assert not any(word.isupper() and len(word) > 2 for word in member.words.split())


@pytest.mark.parametrize(
    ("codes", "spelling", "member"),
    [
        (Status, "Active, not recruiting", Status.ACTIVE_NOT_RECRUITING),
        (Status, "Unknown status", Status.UNKNOWN),
        (Phase, "Phase II", Phase.PHASE2),
        (Phase, "Early Phase 1", Phase.EARLY_PHASE1),
        (Phase, "N/A", Phase.NOT_APPLICABLE),
        (Sex, "Both", Sex.ALL),
    ],
)
def test_older_spellings_are_known(codes: type[RegistryCode], spelling: str, member: RegistryCode) -> None:
    assert codes.read(spelling) is member


@pytest.mark.parametrize("spelling", [None, "", "Not available", "Not provided"])
def test_what_is_not_given_is_none_and_no_member(spelling: str | None) -> None:
    assert Status.read(spelling) is None
    assert Status.known(spelling)


def test_an_unknown_spelling_is_an_error_that_names_it() -> None:
    with pytest.raises(SourceError, match="PHASE5"):
        Phase.read("PHASE5")
    assert not Phase.known("PHASE5")


def test_only_a_study_that_takes_people_now_is_open() -> None:
    assert {status for status in Status if status.open} == {Status.RECRUITING, Status.AVAILABLE}
    assert not any(status.open and status.may_open for status in Status)
