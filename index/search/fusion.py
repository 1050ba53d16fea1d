"""Several rankings -> one, by reciprocal rank fusion (Cormack, Clarke and Büttcher 2009, k = 60)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_K = 60


def fuse(rankings: Iterable[tuple[float, Sequence[str]]]) -> list[tuple[str, float]]:
    """(weight, ids best first) of each ranking -> (id, score), best first; equal scores in the order of the ids."""
    scores: dict[str, float] = {}
    for weight, ranking in rankings:
        for rank, identifier in enumerate(dict.fromkeys(ranking), 1):
            scores[identifier] = scores.get(identifier, 0.0) + weight / (_K + rank)
    return sorted(scores.items(), key=lambda pair: (-round(pair[1], 12), pair[0]))
