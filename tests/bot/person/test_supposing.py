"""What if: what can be supposed, in whose place it stands, and one clear line for what cannot be read."""

from __future__ import annotations

import pytest

from bot.errors import SettingsError
from bot.person.facts import Fact, Profile, Silence
from bot.person.following import find
from bot.person.supposing import supposed, under
from bot.person.truth import Known
from index.criteria.rule import Attribute, Requirement, Topic


def one(text: str) -> tuple[str, float | bool | str | None, str]:
    first = supposed(text)[0]
    return first.attribute.key, first.value, first.unit


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("age=70", ("age", 70.0, "years")),
        ("age = 6 months", ("age", 6 / 12, "years")),
        ("sex=F", ("sex", "female", "")),
        ("ECOG=1", ("performance_status:ecog", 1.0, "")),
        ("kps=80", ("performance_status:karnofsky", 80.0, "")),
        ("stage=IIIB", ("stage", 3.0, "")),
        ("platelets=120", ("lab:platelets", 120.0, "10^9/L")),
        ("platelets=120000/µL", ("lab:platelets", 120.0, "10^9/L")),
        ("Platelet count=120,000/µL", ("lab:platelets", 120.0, "10^9/L")),
        ("hb=9.5 g/dL", ("lab:hemoglobin", 95.0, "g/L")),
        ("ALT=2.5 x ULN", ("lab:alt", 2.5, "ULN")),
        ("hiv=no", ("infection:hiv", False, "")),
        ("pregnant=no", ("pregnancy", False, "")),
        ("diabetes=yes", ("condition:diabetes", True, "")),
        ("chemotherapy=yes", ("prior_therapy:chemotherapy", True, "")),
    ],
)
def test_what_can_be_supposed_is_read_in_the_units_of_the_rules(
    text: str, means: tuple[str, float | bool | str, str]
) -> None:
    assert one(text) == (means[0], pytest.approx(means[1]) if isinstance(means[1], float) else means[1], means[2])


def test_the_quote_is_what_was_typed_and_says_that_it_is_supposed() -> None:
    assert supposed(" platelets=120 ")[0].quote == "supposed: platelets=120"


def test_a_time_is_had_that_long_ago() -> None:
    (fact,) = supposed("chemotherapy=3 weeks ago")
    assert (fact.value, fact.days_ago) == (True, 3 * 7)


def test_what_the_trials_ask_for_can_be_supposed_by_its_name() -> None:
    measurable = Attribute(topic=Topic.DISEASE_STATE, subject="measurable")
    (fact,) = supposed("measurable=yes", [measurable])
    assert (fact.attribute, fact.value) == (measurable, True)
    with pytest.raises(SettingsError):
        supposed("measurable=yes")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("platelets", "NAME=VALUE"),
        ("platelets=", "NAME=VALUE"),
        ("=120", "NAME=VALUE"),
        ("florp=3", "“florp”"),
        ("platelets=many", "no number"),
        ("platelets=120 mg/dL", "10^9/L"),
        ("age=200", "from 0 to 120"),
        ("age=old", "from 0 to 120"),
        ("ecog=7", "from 0 to 5"),
        ("ecog=2 weeks", "from 0 to 5"),
        ("stage=9", "stage"),
        ("hiv=perhaps", "neither yes, no"),
        ("sex=none", "female or male"),
    ],
)
def test_what_cannot_be_read_is_one_line_that_names_what_can(text: str, says: str) -> None:
    with pytest.raises(SettingsError) as error:
        supposed(text)
    line = str(error.value)
    assert says in line
    assert "platelets=120000/µL" in line
    assert "\n" not in line


def fact(topic: Topic, subject: str, value: float | bool) -> Fact:
    return Fact(attribute=Attribute(topic=topic, subject=subject), value=value, quote=f"{subject} {value}")


def truth(profile: Profile, topic: Topic, subject: str, presumes: bool = False) -> bool | None:
    known = Known.of(profile)
    requirement = Requirement(attribute=Attribute(topic=topic, subject=subject), start=0, end=1, value=True)
    return find(requirement, known.presuming() if presumes else known).truth


def test_what_is_supposed_stands_in_place_of_what_contradicts_it() -> None:
    known = Profile(facts=(fact(Topic.CONDITION, "type 2 diabetes", True), fact(Topic.CONDITION, "gout", True)))
    after = under(known, supposed("diabetes=no"))
    assert truth(after, Topic.CONDITION, "type 2 diabetes") is False
    assert truth(after, Topic.CONDITION, "gout") is True
    back = under(after, supposed("type 2 diabetes=yes"))
    assert truth(back, Topic.CONDITION, "diabetes") is True


def test_one_scale_of_activity_takes_the_place_of_the_other() -> None:
    known = Profile(facts=(fact(Topic.PERFORMANCE_STATUS, "karnofsky", 50.0),))
    after = under(known, supposed("ecog=1"))
    assert [one.attribute.subject for one in after.facts] == ["ecog"]


def test_an_infection_is_an_illness_too() -> None:
    after = under(Profile(), supposed("hiv=no"))
    assert truth(after, Topic.CONDITION, "hiv infection") is False
    assert truth(after, Topic.INFECTION, "hiv") is False


def test_a_note_is_not_silent_on_what_is_supposed() -> None:
    silent = Profile(silence=Silence())
    assert truth(silent, Topic.CONDITION, "type 2 diabetes", presumes=True) is False
    after = under(silent, supposed("diabetes=yes"))
    assert truth(after, Topic.CONDITION, "type 2 diabetes", presumes=True) is None
