"""The ids that people type, in the spelling that the store uses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.trial import normal_id, trial_ids_in

_BETWEEN = st.sampled_from(["", " ", "-", " - ", "\u00a0"])


@given(st.from_regex(r"[0-9]{8}", fullmatch=True), _BETWEEN, st.sampled_from(["NCT", "nct", "Nct", "N C T"]), _BETWEEN)
def test_an_nct_number_is_known_in_any_spelling(digits: str, inside: str, letters: str, after: str) -> None:
    assert trial_ids_in(f"is {letters}{after}{digits[:4]}{inside}{digits[4:]}, for me?") == (f"NCT{digits}",)
    assert normal_id(f" {letters}{after}{digits} ") == f"NCT{digits}"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("NCT06530576 or nct-06075238?", ("NCT06530576", "NCT06075238")),
        ("NCT06530576, again NCT 06530576", ("NCT06530576",)),
        ("https://clinicaltrials.gov/study/NCT06530576?tab=x", ("NCT06530576",)),
        ("oracle 5889", ("Oracle-5889",)),
        ("ISRCTN 12345678", ("ISRCTN12345678",)),
        ("EudraCT: 2019-001234-12", ("2019-001234-12",)),
        ("EUCTR2010-018418-53-GB", ("EUCTR2010-018418-53-GB",)),
        ("2022-501234-11-00", ("2022-501234-11-00",)),
        ("ACTRN12612000493886", ("ACTRN12612000493886",)),
        ("NCT0653057", ()),
        ("NCT065305761", ()),
        ("I am 65, call 06530576", ()),
        ("", ()),
    ],
)
def test_ids_are_found_in_what_a_person_types_and_nothing_else_is(text: str, ids: tuple[str, ...]) -> None:
    assert trial_ids_in(text) == ids


@given(st.text(max_size=40))
def test_an_id_that_is_normal_stays_as_it_is(text: str) -> None:
    assert normal_id(normal_id(text)) == normal_id(text)
