"""The baseline of words: BM25 as written down, over all texts of a trial in one heap, with the whole note as the query.

No stems, no stop words, no fields, no weights.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.trial import SectionName, Trial

K1, B = 1.2, 0.75
_PROSE = (SectionName.BRIEF_SUMMARY, SectionName.DETAILED_DESCRIPTION, SectionName.ELIGIBILITY)


class PlainBm25:
    """Term by term: idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length)), with Lucene's idf, which is
    never negative. A word that a note holds twice counts twice.
    """

    name = "plain bm25"

    def __init__(self, trials: Iterable[Trial], depth: int) -> None:
        counting: Any = import_module("sklearn.feature_extraction.text")  # it carries no types
        texts = {trial.id: text_of(trial) for trial in trials}
        self._depth = depth
        self._ids = sorted(texts)
        self._counting: Any = counting.CountVectorizer(dtype=np.float32)
        self._weights: Any = _weighted(self._counting.fit_transform([texts[one] for one in self._ids]))

    def rank(self, note: str) -> list[tuple[str, float]]:
        asked = self._counting.transform([note])
        scores: NDArray[np.float32] = self._weights[:, asked.indices] @ asked.data
        best = np.argsort(-scores, kind="stable")[: self._depth]  # equals in the order of their ids
        return [(self._ids[at], float(scores[at])) for at in best if scores[at] > 0]


def text_of(trial: Trial) -> str:
    named = (
        trial.title,
        *trial.conditions,
        *trial.keywords,
        *(one.name for one in trial.interventions),
    )
    return "\n".join((*named, *(trial.prose.get(section, "") for section in _PROSE)))


def _weighted(counts: Any) -> Any:
    """(trials, words): what each word of each trial weighs. `counts`: how often it stands there."""
    spread = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log1p((counts.shape[0] - spread + 0.5) / (spread + 0.5))
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    norms = K1 * (1 - B + B * lengths / lengths.mean())
    often = counts.data
    counts.data = (often * (K1 + 1) / (often + np.repeat(norms, np.diff(counts.indptr)))).astype(np.float32)
    counts.data *= rarity.astype(np.float32)[counts.indices]
    return counts.tocsc()
