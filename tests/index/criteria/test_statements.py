"""Illnesses, treatments, allergies and what else criteria ask in words: the rules read from them, told in short.

`all(condition:asthma; «severe asthma»)`: certain without asthma, unknown with it. `@28`: within 28 days.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.criteria.criterion import Criterion, Join, Kind
from index.criteria.readers.certainty import decidable
from index.criteria.requirements import read_rule, with_rules
from index.criteria.rule import AllOf, AnyOf, AsWritten, Not, Requirement, Rule, Topic, requirements_in

INCLUSION, EXCLUSION = Kind.INCLUSION, Kind.EXCLUSION


def criterion(text: str, kind: Kind, *, start: int = 0, number: str = "1", **fields: object) -> Criterion:
    parts: dict[str, object] = {"lead_end": start + len(text), **fields}
    return Criterion.model_validate(
        {"id": f"{kind}-{number}", "kind": kind, "start": start, "end": start + len(text), "text": text, **parts}
    )


def told(rule: Rule | None) -> str:
    """The rule without the places: words as written are dots."""
    match rule:
        case None:
            return "nothing"
        case AsWritten():
            return "…"
        case Not(of=inner):
            return f"not {told(inner)}"
        case AllOf(of=parts) | AnyOf(of=parts):
            return f"{rule.op}({'; '.join(told(part) for part in parts)})"
        case Requirement(range=numbers):
            span = f"[{numbers.low or 0:g}, {numbers.high or 0:g}]" if numbers else ""
            value = f"={rule.value}" if isinstance(rule.value, str) else ""
            window = f"@{rule.within_days:g}" if rule.within_days is not None else ""
            return rule.attribute.key + span + value + window


def read(text: str, kind: Kind) -> str:
    return told(read_rule(criterion(text, kind)))


EXCLUSIONS = {
    # illnesses
    "History of type 1 diabetes": "condition:type 1 diabetes",
    "Severe or uncontrolled hypertension": "all(condition:hypertension; …)",
    "Unstable angina or myocardial infarction within 6 months prior to screening": (
        "any(condition:unstable angina@182.62; condition:myocardial infarction@182.62)"
    ),
    "Myocardial infarction, or history of stroke within 6 months": (
        "any(all(condition:myocardial infarction; …); condition:stroke@182.62)"
    ),
    "Active autoimmune disease that has required systemic treatment in the past 2 years": (
        "all(condition:autoimmune disease; …)"  # the two years are those of the treatment
    ),
    "Known or suspected immunodeficiency": "any(condition:immunodeficiency; …)",
    "Severe cardiac, hepatic or renal disease": (
        "any(all(condition:heart disease; …); all(condition:liver disease; …); all(condition:kidney disease; …))"
    ),
    "Any cancer other than non-melanoma skin cancer": "all(condition:cancer; …)",
    "Acute or chronic infection at the surgical site": "all(condition:infection; …)",
    "Asthma requiring daily oral steroids": "all(condition:asthma; …)",
    "Asthma or COPD requiring oxygen": (
        "any(all(condition:asthma; …); all(condition:chronic obstructive pulmonary disease; …))"
    ),
    "Women with epilepsy": "all(condition:epilepsy; …)",
    "Jeune syndrome": "condition:jeune syndrome",
    # words around an illness that speak of something else
    "Family history of breast cancer": "nothing",
    "High risk of stroke": "nothing",
    "Patients without diabetes": "nothing",
    "Screened for hepatitis": "nothing",
    "Psychotic disorder in a first degree relative": "nothing",
    "Patients with stable asthma may be included": "nothing",
    "Symptoms of asthma": "nothing",
    # treatments
    "Prior treatment with omalizumab, dupilumab or mepolizumab within 6 months": (
        "any(prior_therapy:omalizumab@182.62; prior_therapy:dupilumab@182.62; prior_therapy:mepolizumab@182.62)"
    ),
    "Currently taking warfarin": "medication:warfarin",
    "Chronic use of oral corticosteroids": "all(medication:systemic corticosteroid; …)",
    "Received an investigational drug within 30 days": "all(other_trial@30; …)",
    "Administration of adrenaline is contraindicated": "nothing",
    "Treatment with insulin is planned": "nothing",
    "Active hepatitis B infection; administration of live vaccines within 30 days": (
        "any(all(infection:hepatitis_b; …); prior_therapy:live vaccine@30)"
    ),
    # allergies
    "Known hypersensitivity to omalizumab or any of its excipients": (
        "any(allergy:omalizumab; allergy:study treatment)"
    ),
    "Allergy to penicillin, latex or eggs": "any(allergy:penicillin; allergy:latex; allergy:eggs)",
    "Diabetes, hypersensitivity to insulin": "any(condition:diabetes; allergy:insulin)",
    # what somebody agrees to, and how they live
    "Inability to give informed consent": "not consent",
    "Unable to comply with study procedures": "not compliance",
    "Patients not capable of understanding French": "any(not language:french; …)",
    "Prisoners": "circumstance:prisoner",
    "Current smoker": "all(lifestyle:smoking; …)",
    "Any condition that, in the opinion of the investigator, would interfere with the study": "team",
    "Women of childbearing potential unwilling to use contraception": (
        "all(childbearing; not contraception; …)"
    ),
}  # fmt: skip
INCLUSIONS = {
    "Diagnosis of atopic dermatitis": "condition:atopic dermatitis",
    "Histologically confirmed adenocarcinoma of the pancreas": "all(condition:pancreatic cancer; …)",
    "No history of stroke, epilepsy or brain metastases": (
        "not any(condition:stroke; condition:epilepsy; condition:brain metastasis)"
    ),
    "Peanut allergy": "allergy:peanut",
    "Patients with asthma must use an inhaler": "nothing",
    "For patients with asthma: inhaled steroids": "nothing",
    "Episodic and chronic cluster headache": "nothing",
    "Signed informed consent": "consent",
    "Age-appropriate assent and written informed consent": "all(consent; …)",
    "Able to speak and read English": "language:english",
    "Life expectancy of at least 12 weeks": "life_expectancy[2.76, 0]",
    "Women of childbearing potential must use effective contraception": "any(not childbearing; contraception)",
    "Relapsed or refractory disease": "any(disease_state:relapsed; disease_state:refractory)",
    "At least one measurable lesion per RECIST 1.1": "disease_state:measurable",
    "Stage III or IV melanoma": "all(stage[3, 4]; …)",
    "At least 2 prior lines of systemic therapy": "all(prior_therapy:systemic_therapy[2, 0]; …)",
    "Documented EGFR mutation": "biomarker:egfr mutation",
    "No EGFR mutation or ALK rearrangement": "not any(biomarker:egfr mutation; biomarker:alk rearrangement)",
    "Affiliated to a social security system": "all(circumstance:insurance; …)",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EXCLUSIONS.items())
def test_an_exclusion_in_words_is_read_as_far_as_it_is_sure(text: str, expected: str) -> None:
    assert read(text, EXCLUSION) == expected


@pytest.mark.parametrize(("text", "expected"), INCLUSIONS.items())
def test_an_inclusion_in_words_is_read_as_far_as_it_is_sure(text: str, expected: str) -> None:
    assert read(text, INCLUSION) == expected


NARROWING = ["severe {}", "{} requiring hospitalization", "clinically significant {}", "{} that is uncontrolled"]


@given(st.sampled_from(["migraine", "epilepsy", "stroke", "type 1 diabetes"]), st.sampled_from(NARROWING))
def test_words_that_narrow_an_illness_leave_its_presence_undecided(name: str, frame: str) -> None:
    rule = read_rule(criterion(frame.format(name), EXCLUSION))
    assert rule is not None
    assert decidable(rule) == (False, True)


@given(st.sampled_from([*EXCLUSIONS]), st.sampled_from(["cardiac disease", "prior chemotherapy"]))
def test_an_item_that_is_added_with_or_can_only_make_an_exclusion_wider(text: str, more: str) -> None:
    alone, wider = read_rule(criterion(text, EXCLUSION)), read_rule(criterion(f"{text}; or {more}", EXCLUSION))
    kept = {leaf.attribute.key for leaf in requirements_in(alone)} - {"team"}
    if wider is not None and not isinstance(wider, AnyOf):
        assert not kept or not decidable(wider)[0]


def family(lead: str, texts: list[str], kind: Kind, join: Join | None = Join.ANY) -> tuple[Criterion, ...]:
    whole = "\n".join([lead, *texts])
    above = criterion(whole, kind, lead_end=len(lead), join=join)
    place, below = len(lead) + 1, []
    for number, text in enumerate(texts, 1):
        below.append(criterion(text, kind, start=place, number=f"1.{number}", parent=above.id))
        place += len(text) + 1
    return with_rules((above, *below))


@pytest.mark.parametrize("lead", ["Allergy to any of the following:", "Family history of any of the following:"])
def test_what_stands_below_allergies_or_relatives_is_not_read_as_an_illness_or_a_treatment(lead: str) -> None:
    assert [one.rule for one in family(lead, ["Penicillin", "Asthma"], EXCLUSION)] == [None, None, None]


def test_each_item_below_none_of_the_following_asks_for_its_contrary() -> None:
    above, *below = family("None of the following:", ["Epilepsy", "Prior chemotherapy"], INCLUSION)
    assert told(above.rule) == "not any(condition:epilepsy; prior_therapy:chemotherapy)"
    assert [told(one.rule) for one in below] == ["not condition:epilepsy", "not prior_therapy:chemotherapy"]


def test_a_criterion_whose_parts_join_in_no_known_way_is_never_met_by_its_first_words_alone() -> None:
    above, *_ = family("Chronic lymphocytic leukemia", ["At least 2 lines of therapy", "Age ≥ 18"], INCLUSION, None)
    assert above.rule is not None
    assert decidable(above.rule) == (False, True)


def test_the_judgement_of_the_team_is_never_settled_by_a_fact() -> None:
    rule = read_rule(criterion("Unsuitable for the study in the investigator's opinion", EXCLUSION))
    assert isinstance(rule, Requirement)
    assert rule.attribute.topic is Topic.TEAM
    assert decidable(rule) == (False, False)
