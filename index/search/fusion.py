"""Several rankings -> one, by reciprocal rank fusion (Cormack, Clarke and Büttcher 2009, k = 60)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

_K = 60


def fuse(rankings: Iterable[tuple[float, Sequence[str]]]) -> list[tuple[str, float]]:
    """(weight, ids best first) of each ranking -> (id, score), best first; equal scores in the order of the ids."""
    parts: dict[str, list[float]] = {}
    for weight, ranking in rankings:
        for rank, identifier in enumerate(dict.fromkeys(ranking), 1):
            parts.setdefault(identifier, []).append(weight / (_K + rank))
    scores = {identifier: math.fsum(shares) for identifier, shares in parts.items()}  # the same sum in any order
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
