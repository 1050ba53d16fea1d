"""More like this one: who comes first, and who never comes."""

from __future__ import annotations

from typing import Any

import pytest

from index.errors import UnknownTrial
from index.search.filters import Filters
from index.search.similar import similar
from index.store.build import build
from index.store.store import Store
from index.trial import OtherId, Trial
from index.vocabulary import Status
from tests.studies import found, trial

ASTHMA = {"conditions": ["Asthma"], "summary": "Do walks help the lungs?"}


def walking(number: int, **fields: Any) -> Trial:
    return trial(number, **{"title": "Walking for the lungs", **ASTHMA, **fields})


def filled(store: Store, *trials: Trial) -> Store:
    build(store, map(found, trials))
    return store


def known_as(one: Trial, *names: str, kind: str | None = None) -> Trial:
    return one.model_copy(update={"other_ids": tuple(OtherId(id=name, type=kind) for name in names)})


def test_a_trial_that_shares_the_condition_comes_before_one_that_shares_more_words(store: Store) -> None:
    words = walking(2, conditions=["Healthy Aging"])
    condition = walking(3, title="Inhaled exampline", summary="Asthma and a spray.")
    assert similar(filled(store, walking(1), words, condition), "NCT09990001") == ("NCT09990003", "NCT09990002")


def test_a_shared_mesh_term_is_a_shared_condition_however_the_record_names_it(store: Store) -> None:
    this, words, term = walking(1), walking(2, conditions=["Ageing"]), walking(3, conditions=["Bronchial complaints"])
    this, term = (one.model_copy(update={"condition_mesh": ("Respiratory Hypersensitivity",)}) for one in (this, term))
    term = term.model_copy(update={"title": "Inhaled spray for bronchial complaints of the lungs"})
    assert similar(filled(store, this, words, term), this.id) == (term.id, words.id)


def test_a_mesh_term_that_only_stands_above_the_condition_is_not_shared(store: Store) -> None:
    this, broad, words = walking(1), walking(2, conditions=["Hay fever"]), walking(3, conditions=["Ageing"])
    above = {"condition_mesh": ("Asthma", "Lung Diseases"), "condition_ancestors": ("Lung Diseases",)}
    this = this.model_copy(update=above)
    broad = broad.model_copy(update={"title": "Pollen spray", "condition_mesh": ("Lung Diseases",)})
    assert similar(filled(store, this, broad, words), this.id)[0] == words.id


def test_the_trial_itself_is_not_like_itself(store: Store) -> None:
    assert similar(filled(store, walking(1)), "NCT09990001") == ()


def test_a_second_record_of_the_same_trial_is_left_out(store: Store) -> None:
    this = known_as(walking(1), "2009-012345-12")
    abroad = known_as(walking(2, id="EUCTR2009-012345-12-DE"), "a number of the sponsor")
    former = known_as(walking(3), this.id, kind="NCT_ALIAS")
    other = walking(4)
    assert similar(filled(store, this, abroad, former, other), this.id) == (other.id,)


def test_of_two_records_of_another_trial_one_is_shown(store: Store) -> None:
    first, second = walking(2, id="EUCTR2009-012345-12-DE"), walking(3, id="EUCTR2009-012345-12-FR")
    assert len(similar(filled(store, walking(1), first, second), "NCT09990001")) == 1


def test_an_extension_that_names_its_first_trial_is_a_trial_of_its_own(store: Store) -> None:
    extension = known_as(walking(2), "NCT09990001")
    assert similar(filled(store, walking(1), extension), "NCT09990001") == (extension.id,)


def test_a_shared_grant_or_a_number_inside_the_name_of_a_study_makes_no_second_record(store: Store) -> None:
    this = known_as(walking(1), "R01HL123456")
    abroad = known_as(walking(2, id="ISRCTN12345678"), "R01HL123456", "A part of WALK (NCT09990001)")
    assert similar(filled(store, this, abroad), this.id) == (abroad.id,)


def test_limits_and_the_number_asked_for_hold(store: Store) -> None:
    filled(store, walking(1), walking(2, status="COMPLETED"), walking(3), walking(4))
    recruiting = Filters(statuses=(Status.RECRUITING,))
    assert set(similar(store, "NCT09990001", recruiting)) == {"NCT09990003", "NCT09990004"}
    assert len(similar(store, "NCT09990001", limit=1)) == 1


def test_a_trial_about_something_else_is_not_similar(store: Store) -> None:
    stroke = trial(2, title="Sleep after stroke", conditions=["Stroke"], summary="We measure sleep.")
    assert similar(filled(store, walking(1), stroke), "NCT09990001") == ()


def test_a_trial_that_the_store_does_not_hold_is_an_error(store: Store) -> None:
    with pytest.raises(UnknownTrial, match="NCT00000000"):
        similar(store, "NCT00000000")
