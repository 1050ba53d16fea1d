"""An API v2 study -> a trial: every field that a reader asks for, and one clear reason for what is no study."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.errors import SourceError
from index.sources.files import Found, Rejected, read_file
from index.sources.study_json import is_study, read_study
from index.trial import Contact, Enrollment, Intervention, OtherId, Outcome, SectionName, Site, Trial
from index.vocabulary import OutcomeKind, Phase, Sex, Status, StudyType
from tests.studies import Json, study, trial


def test_a_small_study_is_read_field_by_field() -> None:
    one = trial(
        status="ACTIVE_NOT_RECRUITING",
        study_type="INTERVENTIONAL",
        phases=["PHASE1", "PHASE2"],
        sex="FEMALE",
        minimum_age="18 Years",
        maximum_age="6 Months",
        healthy_volunteers=False,
        enrollment={"count": 48, "type": "ESTIMATED"},
        secondary_ids=[{"id": "ABC-1", "type": "OTHER"}],
        interventions=[{"name": "Exampline", "type": "DRUG", "otherNames": ["EX-1"]}],
        primary_outcomes=[{"measure": "Response", "timeFrame": "6 months"}],
        secondary_outcomes=[{"measure": "Survival"}],
        sites=[
            {"city": "Leeds", "country": "United Kingdom", "status": "RECRUITING", "geoPoint": {"lat": 1, "lon": 2}}
        ],
        contacts=[{"name": "Office", "phone": "1", "phoneExt": "2"}],
        completion="2027-03",
    )
    assert (one.id, one.status, one.study_type) == (
        "NCT09990001",
        Status.ACTIVE_NOT_RECRUITING,
        StudyType.INTERVENTIONAL,
    )
    assert one.phases == (Phase.PHASE1, Phase.PHASE2)
    assert (one.sex, one.healthy_volunteers) == (Sex.FEMALE, False)
    assert one.minimum_age is not None
    assert one.maximum_age is not None
    assert (one.minimum_age.years, one.maximum_age.years) == (18, 6 / 12)
    assert one.enrollment == Enrollment(count=48, estimated=True)
    assert one.other_ids == (OtherId(id="ABC-1", type="OTHER"),)
    assert one.interventions == (Intervention(name="Exampline", type="DRUG", other_names=("EX-1",)),)
    assert one.outcomes == (
        Outcome(kind=OutcomeKind.PRIMARY, measure="Response", time_frame="6 months"),
        Outcome(kind=OutcomeKind.SECONDARY, measure="Survival"),
    )
    assert one.sites == (
        Site(city="Leeds", country="United Kingdom", status=Status.RECRUITING, latitude=1.0, longitude=2.0),
    )
    assert one.contacts == (Contact(name="Office", phone="1 ext. 2"),)
    assert one.completion is not None
    assert (one.completion.text, one.completion.last_day.isoformat()) == ("2027-03", "2027-03-31")
    assert one.origin.url == "https://clinicaltrials.gov/study/NCT09990001"
    assert one.origin.as_of is not None
    assert one.origin.as_of.text == "2026-06-26"
    assert one.unread == ()


def test_what_a_study_does_not_give_is_not_given() -> None:
    bare = read_study({"protocolSection": {"identificationModule": {"nctId": "NCT09990001"}}})
    empty = Trial(id=bare.id, origin=bare.origin, title=bare.id)
    assert bare == empty


def test_a_null_is_a_field_that_is_not_given() -> None:
    document = study(conditions=None, status=None, sites=[{"city": None, "country": "France", "contacts": None}])
    one = read_study({**document, "derivedSection": None})
    assert (one.conditions, one.status) == ((), None)
    assert one.sites == (Site(country="France"),)


def test_an_export_that_puts_each_value_in_a_list_is_read_all_the_same() -> None:
    def boxed(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: boxed(value) for key, value in part.items()}
        return [boxed(one) for one in part] if isinstance(part, list) else [part]

    whole = study(phases=["PHASE1", "PHASE2"], keywords=["one"], sites=[{"city": "Leeds"}], healthy_volunteers=True)
    assert read_study(boxed(whole)) == read_study(whole)


def test_escapes_of_the_registry_are_taken_off_once() -> None:  # S1.23
    one = trial(eligibility="* ANC \\< 0.5 × 10\\^9/L\r\n* PLT &lt; 50", title="A &amp; B")
    assert one.prose[SectionName.ELIGIBILITY] == "* ANC < 0.5 × 10^9/L\n* PLT < 50"
    assert one.title == "A & B"


def test_codes_that_the_registry_does_not_define_are_noted_and_the_rest_is_read() -> None:
    one = trial(
        status="PAUSED",
        study_type="DREAMT",
        phases=["PHASE2", "PHASE9"],
        sex="SOME",
        sites=[{"city": "Leeds", "status": "MAYBE"}, {"city": "York", "status": "MAYBE"}],
    )
    assert one.unread == (
        "Overall status: PAUSED",
        "Study type: DREAMT",
        "Phase: PHASE9",
        "Sex: SOME",
        "Site status: MAYBE",
    )
    assert (one.status, one.study_type, one.phases, one.sex) == (None, None, (Phase.PHASE2,), None)
    assert [site.status for site in one.sites] == [None, None]


def test_a_number_in_another_spelling_is_the_same_trial() -> None:
    assert trial(id=" nct09990001 ").id == "NCT09990001"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"conditions": "Lymphoma"}, "conditions"),
        ({"title": 7}, "briefTitle"),
        ({"enrollment": {"count": "many"}}, "count"),
        ({"sites": [{"geoPoint": {"lat": "north"}}]}, "lat"),
        ({"completion": "soon"}, "'soon' is not a date"),
        ({"minimum_age": "old"}, "'old' is not an age"),
        ({"id": "  "}, "without a number"),
    ],
)
def test_a_field_of_the_wrong_kind_is_one_line_that_names_it(fields: Json, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as told:
        trial(**fields)
    assert "\n" not in str(told.value)


def test_a_study_without_its_number_is_refused() -> None:
    with pytest.raises(SourceError, match="nctId"):
        read_study({"protocolSection": {"identificationModule": {}}})


@pytest.mark.parametrize("section", [None, 7, [], {}, {"identificationModule": 7}])
def test_a_study_whose_parts_are_of_the_wrong_kind_is_refused(section: Any) -> None:
    with pytest.raises(SourceError, match=r"protocolSection|identificationModule"):
        read_study({"protocolSection": section})


@pytest.mark.parametrize("document", [None, [], 7, "protocolSection", {}, {"id": 1}])
def test_other_json_is_no_study(document: Any) -> None:
    assert not is_study(document)


def _studies_in(document: Any) -> Iterator[Json]:
    if isinstance(document, dict):
        document = document.get("studies", document)
    yield from (one for one in (document if isinstance(document, list) else [document]) if is_study(one))


def test_every_recorded_response_is_read_whole(data_dir: Path) -> None:
    files = sorted((data_dir / "ctgov_api" / "pages").glob("*.json"))
    if not files:
        pytest.skip(f"no recorded responses in {data_dir / 'ctgov_api' / 'pages'}")
    for file in files:
        inside = list(_studies_in(json.loads(file.read_bytes())))
        read = list(read_file(file))
        assert len([one for one in read if isinstance(one, Found)]) == len(inside)
        assert all("no trial" in one.reason for one in read if isinstance(one, Rejected))


def test_no_study_is_refused(data_dir: Path) -> None:
    files = sorted((data_dir / "studies").glob("*.json"))
    if not files:
        pytest.skip(f"no studies in {data_dir / 'studies'}")
    for file in files:
        (one,) = read_file(file)
        assert isinstance(one, Found), one
        assert (one.trial.id, bool(one.trial.title)) == (file.stem, True)
