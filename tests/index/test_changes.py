"""What changed between two versions of a record: each kind of change, its words, and the places it quotes."""

from __future__ import annotations

from typing import Any

import pytest

from index.changes import Change, ChangeKind, changes
from index.record import Record
from tests.studies import trial

RULES = ["Age ≥ 18 years", "Lymphoma that came back after treatment", "ECOG 0 or 1"]
EXCLUSIONS = ["Pregnancy", "Another cancer in the last 5 years"]


def eligibility(rules: list[str] = RULES, exclusions: list[str] = EXCLUSIONS, mark: str = "* ") -> str:
    return (
        "Inclusion Criteria:\n\n"
        + "\n".join(mark + rule for rule in rules)
        + "\n\nExclusion Criteria:\n\n"
        + "\n".join(mark + rule for rule in exclusions)
    )


def record(**fields: Any) -> Record:
    return Record.of(trial(**{"eligibility": eligibility(), **fields}))


def told(old: Record, new: Record) -> list[str]:
    return [change.text for change in changes(old, new)]


def only(old: Record, new: Record) -> tuple[str, list[str], list[str]]:
    """The one change: its text, and the words before and after."""
    (change,) = changes(old, new)
    return change.text, quotes(old, change.before), quotes(new, change.after)


def quotes(of: Record, spans: Any) -> list[str]:
    return [of.quote(span) for span in spans]


def test_equal_records_have_no_changes() -> None:
    assert changes(record(), record()) == ()


def test_a_status_is_told_in_words_with_both_lines() -> None:
    assert only(record(status="RECRUITING"), record(status="ACTIVE_NOT_RECRUITING")) == (
        "The status went from recruiting to active, not recruiting.",
        ["Overall status: RECRUITING"],
        ["Overall status: ACTIVE NOT RECRUITING"],
    )


def test_a_status_that_appears_or_goes_is_told() -> None:
    assert told(record(status=None), record(status="RECRUITING")) == ["The status is now given: recruiting."]
    assert told(record(status="RECRUITING"), record(status=None)) == [
        "The status is no longer given; it was recruiting."
    ]


def test_changes_are_told_in_one_order_and_the_status_first() -> None:
    old = record(title="One", phases=["PHASE1"], completion="2027", minimum_age="18 Years", updated="2026-01-01")
    new = Record.of(
        trial(
            title="Two",
            phases=["PHASE2"],
            completion="2028",
            minimum_age="16 Years",
            updated="2026-02-02",
            status="SUSPENDED",
            why_stopped="No drug",
            eligibility=eligibility(RULES[:2]),
            sites=[{"facility": "North Clinic"}],
            enrollment={"count": 40, "type": "ESTIMATED"},
            arms=[{"label": "Exampline"}],
            primary_outcomes=[{"measure": "Survival"}],
            contacts=[{"name": "Dr Example"}],
            summary="Another summary.",
            sponsor="Example University",
        )
    )
    found = changes(old, new)
    assert [change.kind for change in found] == [
        *(ChangeKind.STATUS, ChangeKind.STATUS, ChangeKind.DATES, ChangeKind.CRITERIA, ChangeKind.PEOPLE),
        *(ChangeKind.SITES, ChangeKind.PHASE, ChangeKind.ENROLMENT, ChangeKind.TITLE, ChangeKind.ARMS),
        *(ChangeKind.OUTCOMES, ChangeKind.CONTACTS, ChangeKind.TEXTS, ChangeKind.OTHER, ChangeKind.UPDATED),
    ]
    assert [change.text for change in found] == [
        "The status went from recruiting to suspended.",
        "The reason for stopping is now given: No drug.",
        "The study completion date went from 2027 to 2028.",
        "A rule was removed from the inclusion list.",
        "The minimum age went from 18 Years to 16 Years.",
        "A site was added: “North Clinic”.",
        "The phase went from phase 1 to phase 2.",
        "The enrolment is now given: 40 (estimated).",
        "The title went from One to Two.",
        "An arm was added: “Exampline”.",
        "A primary outcome was added: “Survival”.",
        "The contacts changed.",
        "The summary was reworded.",
        "The sponsor is now given: Example University.",
        "The date of the last update went from 2026-01-01 to 2026-02-02.",
    ]


def test_a_record_of_which_only_the_date_of_the_update_changed_says_so() -> None:
    assert only(record(updated="2026-01-01"), record(updated="2026-02-02")) == (
        "Only the date of the last update changed: it went from 2026-01-01 to 2026-02-02.",
        ["Last update posted: 2026-01-01"],
        ["Last update posted: 2026-02-02"],
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [("Age ≥ 18 years", "Age ≥ 16 years"), ("ECOG 0 or 1", "ECOG 0, 1 or 2"), ("≥ 18", "≥ 16")],
)
def test_a_reworded_rule_is_one_change_with_both_wordings(before: str, after: str) -> None:
    old, new = (record(eligibility=eligibility([one, "Lymphoma"])) for one in (before, after))
    assert only(old, new) == (
        "A rule of the inclusion list was reworded (now inclusion 1).",
        [before],
        [after],
    )


def test_a_rule_that_keeps_most_of_its_words_in_a_longer_one_was_reworded() -> None:
    short = "History of pneumonitis or of interstitial lung disease that needed steroids"
    long = f"{short}. People with a pneumonitis after radiotherapy that is gone for at least a year may join, " * 2
    old, new = (record(eligibility=eligibility(exclusions=[one])) for one in (short, long.strip(", ")))
    assert told(old, new) == ["A rule of the exclusion list was reworded (now exclusion 1)."]


def test_rules_added_to_a_list_are_one_change_and_each_is_quoted() -> None:
    new = record(eligibility=eligibility(exclusions=["Dialysis", *EXCLUSIONS, "Epilepsy"]))
    assert only(record(), new) == ("2 rules were added to the exclusion list.", [], ["Dialysis", "Epilepsy"])


def test_rules_in_another_order_or_with_other_marks_are_the_same_rules() -> None:
    (change,) = changes(record(), record(eligibility=eligibility(RULES[::-1])))
    assert "set out in another way" in change.text
    (change,) = changes(record(), record(eligibility=eligibility(mark="- ")))
    assert "their words did not" in change.text


def test_line_breaks_alone_are_told_as_that() -> None:
    new = record(eligibility=eligibility().replace("\n\nExclusion", "\n\n\nExclusion"))
    assert told(record(), new) == ["The eligibility text differs in blanks and line breaks only."]


def test_a_rule_that_moved_to_the_other_list_is_told_as_moved() -> None:
    new = record(eligibility=eligibility([*RULES, "Pregnancy"], EXCLUSIONS[1:]))
    assert only(record(), new) == (
        "A rule moved from the exclusion list to the inclusion list.",
        ["Pregnancy"],
        ["Pregnancy"],
    )


def test_rules_with_other_punctuation_only_are_told_together() -> None:
    new = record(eligibility=eligibility([f"{rule};" for rule in RULES]))
    text, before, _ = only(record(), new)
    assert text == "3 rules were written in another way, with the same words."
    assert before == RULES


def test_a_changed_comparison_is_more_than_punctuation() -> None:
    old, new = (record(eligibility=eligibility([one])) for one in ("Platelets ≥ 100", "Platelets > 100"))
    assert told(old, new) == ["A rule of the inclusion list was reworded (now inclusion 1)."]


def test_a_changed_heading_is_told() -> None:
    new = record(eligibility=eligibility().replace("Inclusion Criteria:", "Key Inclusion Criteria:"))
    text, before, after = only(record(), new)
    assert text == "The words around the rules changed, such as headings and remarks."
    assert (before, after) == (["Inclusion Criteria:"], ["Key Inclusion Criteria:"])


def test_sites_that_are_added_are_one_change_with_a_place_each() -> None:
    sites = [{"facility": f"Clinic {number}", "city": f"Town {number}"} for number in range(40)]
    (change,) = changes(record(), record(sites=sites))
    assert change.text.startswith("40 sites were added, among them “Clinic 0 — Town 0”, “Clinic 1 — Town 1”, ")
    assert len(change.after) == len(sites)


def test_sites_are_told_by_what_happened_to_their_status() -> None:
    def with_statuses(*statuses: str | None) -> Record:
        return record(sites=[{"facility": f"Clinic {at}", "status": one} for at, one in enumerate(statuses)])

    old = with_statuses("NOT_YET_RECRUITING", "NOT_YET_RECRUITING", "RECRUITING", None)
    new = with_statuses("RECRUITING", "RECRUITING", "COMPLETED", "WITHDRAWN")
    assert told(old, new) == [
        "2 sites went from not yet recruiting to recruiting: “Clinic 0” and “Clinic 1”.",
        "A site went from recruiting to completed: “Clinic 2”.",
        "A site now says withdrawn: “Clinic 3”.",
    ]


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (
            {"facility": "Hopital Foch", "city": "Suresnes", "country": "France"},
            {"facility": "Hôpital Foch", "city": "Suresnes", "country": "France"},
            True,
        ),
        (
            {"facility": "Research Site", "city": "Madison", "zip": "53705", "country": "United States"},
            {"facility": "Research Site", "city": "Madison", "zip": "53792", "country": "United States"},
            True,
        ),
        (
            {"facility": "Research Site", "city": "Miami", "country": "United States"},
            {"facility": "Research Site", "city": "Canton", "country": "United States"},
            False,
        ),
        (
            {"facility": "Makati Medical Center", "city": "Manila", "country": "Philippines"},
            {"facility": "St Luke's Medical Center", "city": "Manila", "country": "Philippines"},
            False,
        ),
    ],
)
def test_a_site_spelt_in_another_way_is_the_same_site(
    before: dict[str, str], after: dict[str, str], same: bool
) -> None:
    found = told(record(sites=[before]), record(sites=[after]))
    assert [text.startswith("A site was described in another way") for text in found] == (
        [True] if same else [False] * 2
    )


def test_lists_say_what_came_and_what_went() -> None:
    old, new = record(conditions=["Lymphoma", "Leukemia"]), record(conditions=["Lymphoma", "Myeloma"])
    assert told(old, new) == ["A condition was added: “Myeloma”; a condition was removed: “Leukemia”."]


def test_healthy_volunteers_and_results_are_told_plainly() -> None:
    old, new = record(healthy_volunteers=False), record(healthy_volunteers=True)
    assert told(old, new) == ["The study now takes healthy volunteers."]
    assert told(new, old) == ["The study no longer takes healthy volunteers."]
    done = old.trial.model_copy(update={"has_results": True})
    assert told(old, Record.of(done)) == ["Results were posted."]


def test_an_outcome_with_another_time_frame_or_rank_is_told_as_that() -> None:
    first = {"measure": "Survival", "timeFrame": "2 years"}
    later = {"measure": "Survival", "timeFrame": "4 years"}
    old = record(primary_outcomes=[first])
    assert only(old, record(primary_outcomes=[later])) == (
        "A primary outcome has another time frame: “Survival”.",
        ["Time frame: 2 years"],
        ["Time frame: 4 years"],
    )
    assert told(old, record(secondary_outcomes=[first])) == [
        "The primary outcome “Survival” is now listed as a secondary outcome."
    ]


def test_an_intervention_is_told_once_though_two_places_name_it() -> None:
    new = record(interventions=[{"name": "Exampline", "type": "DRUG"}])
    newer = record(interventions=[*({"name": name, "type": "DRUG"} for name in ("Exampline", "Samplol"))])
    assert only(new, newer) == (
        "An intervention was added: “Samplol”.",
        ["Interventions: DRUG: Exampline"],
        ["Interventions: DRUG: Exampline; DRUG: Samplol", "Intervention: Samplol (DRUG)"],
    )


def test_contacts_are_quoted_and_their_names_stay_out_of_the_sentence() -> None:
    old, new = (record(contacts=[{"name": name, "phone": "555"}]) for name in ("Dr One", "Dr Two"))
    assert only(old, new) == ("The contacts changed.", ["Dr One, 555"], ["Dr Two, 555"])


def test_a_text_is_quoted_where_it_differs_and_not_whole() -> None:
    old = record(summary="This study tests exampline. It lasts 2 years. It is small.")
    new = record(summary="This study tests exampline. It lasts 3 years. It is small.")
    assert only(old, new) == ("The summary was reworded.", ["It lasts 2 years."], ["It lasts 3 years."])
    longer = record(summary="This study tests exampline. It lasts 2 years. It is small. It is open.")
    assert only(old, longer) == ("Text was added to the summary.", [], ["It is open."])


def test_what_no_text_shows_is_told_without_a_quote() -> None:
    old, new = (
        record(sites=[{"facility": "North Clinic", "geoPoint": {"lat": place, "lon": 1.0}}]) for place in (1.0, 2.0)
    )
    assert changes(old, new) == (
        Change(kind=ChangeKind.OTHER, text="Only the places of the sites on the map changed."),
    )
