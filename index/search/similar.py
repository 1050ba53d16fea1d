"""More like this one: the trials that a record's own conditions, title and interventions find.

Those that share a condition with it, by name or by MeSH term, come before those whose conditions only share a telling
word with its own; others are not like it, whatever limits leave.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.search.filters import Filters
from index.search.trials import search
from index.store.store import Store
from index.store.words import content_words
from index.trial import Trial, normal_id, trial_ids_in

_MOST_NAMES = 8  # conditions, and interventions, that are looked for; a few records list hundreds
_LOOKED_AT = 50  # found trials that are put in order, at least
_EUDRACT = re.compile(r"^EUCTR(\d{4}-\d{6}-\d{2})(?:-[A-Z]{2})?$")  # one trial has such a record for each country
_ALIAS = "NCT_ALIAS"  # how the registry marks a number that it gave to the same study before
_LITTLE = """
    disease disorder syndrome condition cancer neoplasm carcinoma tumor malignancy chronic acute type stage healthy
    volunteer participant recurrent refractory relapsed advanced metastatic severe mild moderate primary secondary adult
    child children infant women men efficacy safety evaluation effect treatment therapy phase patient subject versu
    controlled randomized placebo comparison assessment pain injury infection failure treated using use without new
"""
_TELL_LITTLE = frozenset(_LITTLE.split())


def similar(store: Store, trial_id: str, filters: Filters | None = None, limit: int = 10) -> tuple[str, ...]:
    """The ids of the trials most like this one, nearest first: never itself, and no trial twice, whatever registry its
    records are from.

    Raises:
        UnknownTrial: the store has no trial of this id.
    """
    this = store.record(trial_id).trial
    hits = search(store, _about(this), filters, limit=max(_LOOKED_AT, 2 * limit), passages_each=0).hits
    found = [record.trial for hit in hits if (record := store.records.get(hit.trial_id))]
    found = [trial for trial in found if not _words(this).isdisjoint(_words(trial))]
    found.sort(key=lambda trial: not _conditions(this) & _conditions(trial))
    nearest: list[Trial] = []
    for trial in found:
        if len(nearest) < limit and not any(_same(trial, known) for known in (this, *nearest)):
            nearest.append(trial)
    return tuple(trial.id for trial in nearest)


def _about(trial: Trial) -> str:
    given = (one.name for one in trial.interventions[:_MOST_NAMES])
    return ". ".join(dict.fromkeys((*trial.conditions[:_MOST_NAMES], trial.title, *given)))


def _conditions(trial: Trial) -> frozenset[str]:
    """What a trial is about, by name: no MeSH term that stands above another of its own, nor one that tells little."""
    terms = set(trial.condition_mesh) - set(trial.condition_ancestors)
    return frozenset(" ".join(name.casefold().split()) for name in (*trial.conditions, *terms)) - _TELL_LITTLE


def _words(trial: Trial) -> frozenset[str]:
    """The words of what a trial is about that tell something, without the plural."""
    names = (*trial.conditions, *trial.condition_mesh, trial.title)
    return frozenset(word.removesuffix("s") for name in names for word in content_words(name)) - _TELL_LITTLE


def _same(one: Trial, other: Trial) -> bool:
    """Whether two records are of one trial. Two numbers of one registry are of two trials, unless it says that it gave
    both to one: an extension may well name the number of the trial that it follows.
    """
    if one.id.startswith("NCT") and other.id.startswith("NCT"):
        return one.id == other.id or other.id in _aliases(one) or one.id in _aliases(other)
    return not _numbers(one).isdisjoint(_numbers(other))


def _aliases(trial: Trial) -> Iterator[str]:
    return (normal_id(other.id) for other in trial.other_ids if other.type == _ALIAS)


def _numbers(trial: Trial) -> frozenset[str]:
    """Its numbers in registries: not those of grants, which many trials share, nor one inside the name of a study."""
    others = (normal for other in trial.other_ids if (normal := normal_id(other.id)) in trial_ids_in(other.id))
    return frozenset(_EUDRACT.sub(r"\1", number) for number in (trial.id, *others))
