"""The classic XML: every field of a trial, the registry's words without its line ends, and nothing unsafe."""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from index.criteria.split import split
from index.errors import SourceError
from index.sources.registry_row import read_row
from index.sources.safe_xml import parse
from index.sources.study_xml import is_study_xml, read_study_xml
from index.sources.wrapped import unwrapped
from index.trial import Arm, Contact, Enrollment, Form, Intervention, Official, OtherId, SectionName, Site, Trial
from index.vocabulary import OutcomeKind, Phase, Sex, Status, StudyType

STUDY = """<?xml version="1.0" encoding="UTF-8"?>
<clinical_study>
  <!-- a remark -->
  <id_info><org_study_id>EX-1</org_study_id><secondary_id>U01</secondary_id><nct_id>NCT09990001</nct_id>
    <nct_alias>NCT09990009</nct_alias></id_info>
  <brief_title>Exampline &amp; Rest for Lymphoma</brief_title>
  <acronym>EXAM</acronym>
  <official_title>A Trial of Exampline</official_title>
  <sponsors><lead_sponsor><agency>Example Institute</agency><agency_class>U.S. Fed</agency_class></lead_sponsor>
    <collaborator><agency>Another</agency></collaborator></sponsors>
  <brief_summary><textblock>
      This study asks whether exampline tablets help.
  </textblock></brief_summary>
  <overall_status>Active, not recruiting</overall_status>
  <why_stopped>
    no money
  </why_stopped>
  <start_date type="Actual">March 15, 2019</start_date>
  <completion_date type="Anticipated">May 2030</completion_date>
  <phase>Phase 1/Phase 2</phase>
  <study_type>Observational [Patient Registry]</study_type>
  <study_design_info><allocation>N/A</allocation><intervention_model>Single Group Assignment</intervention_model>
    <primary_purpose>Health Services Research</primary_purpose>
    <masking>Double (Participant, Outcomes Assessor)</masking></study_design_info>
  <primary_outcome><measure>Response</measure><time_frame>6 months</time_frame></primary_outcome>
  <other_outcome><measure>Cost</measure><description>In euros</description></other_outcome>
  <enrollment type="Anticipated">1,048</enrollment>
  <condition>Lymphoma</condition><condition>Leukemia</condition>
  <arm_group><arm_group_label>High</arm_group_label><arm_group_type>Active Comparator</arm_group_type></arm_group>
  <arm_group><arm_group_label>Low</arm_group_label></arm_group>
  <intervention><intervention_type>Dietary Supplement</intervention_type>
    <intervention_name>Exampline</intervention_name><description>Tablets</description><arm_group_label>High</arm_group_label><other_name>EX-1</other_name></intervention>
  <eligibility>
    <study_pop><textblock>People of one town</textblock></study_pop>
    <sampling_method>Non-Probability Sample</sampling_method>
    <criteria><textblock>Inclusion Criteria: - Age 18</textblock></criteria>
    <gender>All</gender><minimum_age>18 Years</minimum_age><maximum_age>N/A</maximum_age>
    <healthy_volunteers>Accepts Healthy Volunteers</healthy_volunteers></eligibility>
  <overall_official><last_name>Ann Lee, MD</last_name><role>Study Chair</role>
    <affiliation>City Hospital</affiliation></overall_official>
  <overall_contact><first_name>Jo</first_name><last_name>Poe</last_name><degrees>RN</degrees><phone>1</phone>
    <phone_ext>2</phone_ext><email>jo@example.org</email></overall_contact>
  <location><facility><name>City Hospital</name><address><city>Leeds</city><state>Yorkshire</state><zip>LS1</zip>
    <country>United Kingdom</country></address></facility><status>Recruiting</status>
    <contact><last_name>Desk</last_name></contact>
    <investigator><last_name>Ann Lee</last_name><role>Sub-Investigator</role></investigator></location>
  <location><facility><address><city>Paris</city><country>France</country></address></facility></location>
  <reference><citation>One. 2001.</citation><PMID>11</PMID></reference>
  <results_reference><citation>Two. 2002.</citation></results_reference>
  <verification_date>April 2021</verification_date>
  <study_first_posted type="Estimate">July 14, 2009</study_first_posted>
  <last_update_posted type="Actual">May 1, 2021</last_update_posted>
  <responsible_party><responsible_party_type>Principal Investigator</responsible_party_type>
    <investigator_affiliation>City Hospital</investigator_affiliation>
    <investigator_full_name>Ann Lee</investigator_full_name></responsible_party>
  <keyword>tablets</keyword>
  <condition_browse><mesh_term>Lymphoma</mesh_term></condition_browse>
  <intervention_browse><mesh_term>Exampline Acid</mesh_term></intervention_browse>
</clinical_study>
"""


def read(xml: str = STUDY) -> Trial:
    return read_study_xml(xml.encode())


def bare(inside: str) -> Trial:
    return read(f"<clinical_study><id_info><nct_id>NCT09990001</nct_id></id_info>{inside}</clinical_study>")


def test_names_and_states_are_read() -> None:
    one = read()
    assert (one.id, one.title, one.acronym) == ("NCT09990001", "Exampline & Rest for Lymphoma", "EXAM")
    assert one.other_ids == (
        OtherId(id="EX-1"),
        OtherId(id="U01"),
        OtherId(id="NCT09990009", type="NCT_ALIAS"),
    )
    assert (one.status, one.why_stopped) == (Status.ACTIVE_NOT_RECRUITING, "no money")
    assert (one.study_type, one.phases) == (StudyType.OBSERVATIONAL, (Phase.PHASE1, Phase.PHASE2))
    assert (one.sponsor, one.sponsor_class, one.collaborators) == ("Example Institute", "FED", ("Another",))
    assert one.responsible_party == "Ann Lee, City Hospital"
    assert (one.origin.form, one.origin.url) == (Form.RECORD, "https://clinicaltrials.gov/study/NCT09990001")
    assert one.unread == ()


def test_leaf_elements_are_read_although_they_are_falsy() -> None:
    one = read()
    assert (one.conditions, one.keywords) == (("Lymphoma", "Leukemia"), ("tablets",))
    assert (one.condition_mesh, one.intervention_mesh) == (("Lymphoma",), ("Exampline Acid",))


def test_dates_say_whether_they_are_planned() -> None:
    one = read()
    dates = (one.start, one.completion, one.first_posted, one.last_updated, one.verified, one.primary_completion)
    assert [date and (date.text, date.estimated) for date in dates] == [
        ("March 15, 2019", False),
        ("May 2030", True),
        ("July 14, 2009", True),
        ("May 1, 2021", False),
        ("April 2021", None),
        None,
    ]
    assert one.origin.as_of == one.last_updated


def test_design_is_spelt_as_the_registry_spells_it_today() -> None:
    one = read()
    design = one.design
    assert (design.allocation, design.intervention_model, design.masking) == ("NA", "SINGLE_GROUP", "DOUBLE")
    assert (design.who_masked, design.primary_purpose) == (
        ("PARTICIPANT", "OUTCOMES_ASSESSOR"),
        "HEALTH_SERVICES_RESEARCH",
    )
    assert one.enrollment == Enrollment(count=1048, estimated=True)
    assert [(outcome.kind, outcome.measure, outcome.time_frame, outcome.description) for outcome in one.outcomes] == [
        (OutcomeKind.PRIMARY, "Response", "6 months", None),
        (OutcomeKind.OTHER, "Cost", None, "In euros"),
    ]


def test_each_arm_names_what_is_given_in_it() -> None:
    one = read()
    assert one.arms == (
        Arm(label="High", type="ACTIVE_COMPARATOR", interventions=("Dietary Supplement: Exampline",)),
        Arm(label="Low"),
    )
    assert one.interventions == (
        Intervention(name="Exampline", type="DIETARY_SUPPLEMENT", other_names=("EX-1",), description="Tablets"),
    )


def test_who_can_join_is_read() -> None:
    one = read()
    assert one.minimum_age is not None
    assert (one.minimum_age.years, one.maximum_age) == (18, None)
    assert (one.sex, one.healthy_volunteers) == (Sex.ALL, True)
    assert one.prose[SectionName.POPULATION] == "People of one town\nSampling method: NON PROBABILITY SAMPLE"
    assert one.prose[SectionName.BRIEF_SUMMARY] == "This study asks whether exampline tablets help."


def test_places_and_people_are_read() -> None:
    one = read()
    assert one.sites == (
        Site(
            facility="City Hospital",
            city="Leeds",
            state="Yorkshire",
            zip="LS1",
            country="United Kingdom",
            status=Status.RECRUITING,
            contacts=(Contact(name="Desk", role="CONTACT"), Contact(name="Ann Lee", role="SUB_INVESTIGATOR")),
        ),
        Site(city="Paris", country="France"),
    )
    assert one.contacts == (Contact(name="Jo Poe, RN", role="CONTACT", phone="1 ext. 2", email="jo@example.org"),)
    assert one.officials == (Official(name="Ann Lee, MD", role="STUDY_CHAIR", affiliation="City Hospital"),)


def test_publications_and_results_are_told() -> None:
    one = read()
    assert [(paper.citation, paper.type, paper.pmid) for paper in one.publications] == [
        ("One. 2001.", None, "11"),
        ("Two. 2002.", "RESULT", None),
    ]
    assert one.has_results is False
    assert bare("<clinical_results><x/></clinical_results>").has_results is True


def test_what_a_record_does_not_give_is_not_given() -> None:
    one = bare("")
    assert one == Trial(id=one.id, origin=one.origin, title=one.id, has_results=False)


def test_values_that_the_registry_does_not_define_are_noted_and_the_rest_is_read() -> None:
    one = bare(
        "<overall_status>Paused</overall_status><study_type>Dream</study_type><phase>Phase 2/Phase 9</phase>"
        '<enrollment type="Actual">many</enrollment><start_date>soon</start_date><condition>Lymphoma</condition>'
        "<eligibility><gender>Some</gender><minimum_age>old</minimum_age>"
        "<healthy_volunteers>Perhaps</healthy_volunteers></eligibility>"
    )
    assert sorted(one.unread) == [
        "Enrollment: many",
        "Healthy volunteers: Perhaps",
        "Minimum age: old",
        "Overall status: Paused",
        "Phase: Phase 9",
        "Sex: Some",
        "Study start: soon",
        "Study type: Dream",
    ]
    assert (one.phases, one.conditions, one.enrollment) == ((Phase.PHASE2,), ("Lymphoma",), None)


def test_line_ends_of_the_export_are_taken_out_and_those_of_the_author_stay() -> None:
    full = "        " + "word " * 18 + "w"  # 8 + 5 * 18 + 1 = 99 columns: no word more has room
    block = (
        f"\r\n{full}\r\n        goes on.\r\n        A short line\r\n        of its own.\r\n\r\n          -  an item\r\n"
    )
    assert len(full) == 99
    assert unwrapped(block) == f"{full.strip()} goes on.\nA short line\nof its own.\n\n  -  an item"
    assert unwrapped(None) is None
    assert unwrapped(" \n\t\n") is None


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("", "broken or cut-off XML"),
        (STUDY[:900], "broken or cut-off XML at line"),
        ("<clinical_study></clinical_trial>", "mismatched tag"),
        ("<study/>", "root is <study>"),
        ("<clinical_study/>", "without a number"),
        ("<clinical_study><id_info><nct_id> </nct_id></id_info></clinical_study>", "without a number"),
        ("<clinical_study>" + "<a>" * 200 + "</a>" * 200 + "</clinical_study>", "inside each other"),
        ("<?xml version='1.0' encoding='klingon'?><clinical_study/>", "klingon"),
    ],
)
def test_what_is_broken_or_no_study_says_so_in_one_line(xml: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as told:
        read(xml)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "boo"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">',
        '<!ENTITY c SYSTEM "file:///etc/passwd">',
        '<!ENTITY % c SYSTEM "http://example.org/x.dtd">',
    ],
)
def test_entities_of_its_own_are_never_expanded_or_fetched(declared: str) -> None:
    xml = f"<!DOCTYPE clinical_study [{declared}]><clinical_study><acronym>&c;</acronym></clinical_study>"
    with pytest.raises(SourceError, match="declares an entity of its own"):
        parse(xml.encode())


def test_xml_in_an_encoding_that_it_declares_is_read() -> None:
    latin = STUDY.replace("UTF-8", "ISO-8859-1").replace("Leeds", "Orléans").encode("latin-1")
    assert read_study_xml(latin).sites[0].city == "Orléans"
    utf16 = STUDY.replace("UTF-8", "UTF-16").replace("Leeds", "Orléans").encode("utf-16")
    assert read_study_xml(utf16).sites[0].city == "Orléans"


@pytest.mark.parametrize(
    ("start", "study"),
    [
        (STUDY, True),
        ("\ufeff<clinical_study>", True),
        ('<clinical_study rank="1">', True),
        ("<!-- x -->\n<clinical_study>", True),
        ("<search_results><clinical_study>", False),
        ("<html>", False),
        ("clinical_study", False),
    ],
)
def test_a_study_is_told_by_its_root(start: str, study: bool) -> None:
    assert is_study_xml(start) is study


@pytest.fixture(scope="module")
def pairs(data_dir: Path) -> list[tuple[Trial, Trial]]:
    files = sorted((data_dir / "xml").glob("*.xml"))
    registry = data_dir / "registry.jsonl.gz"
    if not files or not registry.exists():
        pytest.skip(f"no classic XML or no registry export at {data_dir}")
    wanted, rows = {file.stem for file in files}, dict[str, dict[str, Any]]()
    with gzip.open(registry, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line[8:19] in wanted:
                row = json.loads(line)
                rows[row["id"]] = row
    return [(read_study_xml(file.read_bytes()), read_row(rows[file.stem])) for file in files]


class TestTheSnapshot:
    """The 125 records of the April 2021 snapshot beside their rows in the flat registry export, field by field."""

    # The export says "N/A" where the XML has no phase at all, which says less: the phase is not given.
    WITHOUT_PHASE = frozenset({"NCT00004851", "NCT00005381", "NCT00018408"})
    # The export has these from elsewhere: interventions without their types.
    WITHOUT_TYPES = frozenset({"NCT00180635", "NCT00397358"})
    # The export has this text without its list markers.
    WITHOUT_MARKERS = frozenset({"NCT00180635"})
    # The export keeps the line ends of the XML, so that a number at the start of a line ("at least / 3 months"), a
    # capital ("GPT") or a marker in the middle of a line begins a criterion there that its author did not begin, and a
    # number that was cut off from its list ("(1) … / 2. …") is not seen.
    CUT_BY_LINE_ENDS = frozenset(
        {
            *("NCT00001256", "NCT00001761", "NCT00002814", "NCT00009945", "NCT00018408", "NCT00094068", "NCT00408109"),
            *("NCT00570154", "NCT00586209", "NCT00649025", "NCT00699166", "NCT00743184"),
        }
    )

    def test_every_record_is_read_and_no_value_is_unknown(self, pairs: list[tuple[Trial, Trial]]) -> None:
        assert len(pairs) == 125
        for one, _ in pairs:
            assert one.unread == ()
            assert one.prose[SectionName.ELIGIBILITY]
            assert one.conditions
            assert one.last_updated

    def test_fields_are_those_of_the_export(self, pairs: list[tuple[Trial, Trial]]) -> None:
        same = (
            *("id", "title", "official_title", "status", "study_type", "conditions", "keywords", "minimum_age"),
            *("maximum_age", "sex", "healthy_volunteers"),
        )
        for one, row in pairs:
            assert [name for name in same if getattr(one, name) != getattr(row, name)] == [], one.id
            assert one.last_updated is not None
            assert one.last_updated.text == (row.last_updated and row.last_updated.text)

    def test_phases_and_interventions_are_those_of_the_export(self, pairs: list[tuple[Trial, Trial]]) -> None:
        assert {one.id for one, row in pairs if one.phases != row.phases} == self.WITHOUT_PHASE
        for one, row in pairs:
            assert [drug.name for drug in one.interventions] == [drug.name for drug in row.interventions]
        assert {
            one.id
            for one, row in pairs
            if [drug.type for drug in one.interventions] != list(map(_type, row.interventions))
        } == self.WITHOUT_TYPES

    def test_texts_are_those_of_the_export_word_for_word(self, pairs: list[tuple[Trial, Trial]]) -> None:
        for one, row in pairs:
            for name, text in row.prose.items():
                if one.id not in self.WITHOUT_MARKERS or name is not SectionName.ELIGIBILITY:
                    assert one.prose[name].split() == text.split(), (one.id, name)

    def test_criteria_are_those_of_the_export_where_its_line_ends_do_not_cut_them(
        self, pairs: list[tuple[Trial, Trial]]
    ) -> None:
        different = {one.id for one, row in pairs if _criteria(one) != _criteria(row)}
        assert different <= self.CUT_BY_LINE_ENDS | self.WITHOUT_MARKERS

    def test_no_line_of_a_record_ends_in_the_middle_of_its_sentence(self, pairs: list[tuple[Trial, Trial]]) -> None:
        """A paragraph is one line, so a line that begins in lower case would be one that was cut."""
        for one, _ in pairs:
            lines = one.prose[SectionName.BRIEF_SUMMARY].split("\n")
            cut = [second for first, second in pairwise(lines) if first.strip() and second[:1].islower()]
            assert cut == [], one.id


def _type(intervention: Intervention) -> str | None:
    return intervention.type.upper().replace(" ", "_") if intervention.type else None


def _criteria(trial: Trial) -> list[tuple[str, str]]:
    return [(one.kind, " ".join(one.text.split())) for one in split(trial.prose[SectionName.ELIGIBILITY])]
