"""Vectors in Chroma, embedded in the store's folder. The only module that knows chromadb.

Two collections: `trials` holds a title vector and a card vector for each trial, `passages` a vector for each passage.
Ids carry the record's revision, so vectors of an old and a new version can stand side by side until the record says
which one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from index.errors import StoreError, StoreReadOnly
from index.store.embedding import Vectors

TRIALS = "trials"
PASSAGES = "passages"
_BATCH = 5000


class VectorIndex:
    """Nearest vectors by cosine. `folder` is made if it is not there."""

    def __init__(self, folder: Path) -> None:
        import chromadb
        from chromadb.config import Settings
        from chromadb.errors import ChromaError

        self._errors: tuple[type[Exception], ...] = (ChromaError, ValueError, OSError)
        try:
            self._client: Any = chromadb.PersistentClient(
                path=str(folder), settings=Settings(anonymized_telemetry=False)
            )
            self._collections = {name: self._open(name) for name in (TRIALS, PASSAGES)}
        except self._errors as exc:
            if "readonly" in str(exc).replace("-", "").lower() or isinstance(exc, PermissionError):
                raise StoreReadOnly(f"the store folder {folder} cannot be written: {exc}") from exc
            raise StoreError(
                f"the vectors in {folder} cannot be opened ({exc}); run: trialogue doctor --repair"
            ) from exc

    def _open(self, name: str) -> Any:
        return self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_search": 200}}
        )

    def add(self, collection: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Adds vectors; an id that is there already is replaced."""
        for first in range(0, len(ids), _BATCH):
            self._collections[collection].upsert(
                ids=list(ids[first : first + _BATCH]), embeddings=vectors[first : first + _BATCH]
            )

    def missing(self, collection: str, ids: Sequence[str]) -> tuple[str, ...]:
        """Those of `ids` that have no vector yet."""
        there: set[str] = set()
        for first in range(0, len(ids), _BATCH):
            there.update(self._collections[collection].get(ids=list(ids[first : first + _BATCH]), include=[])["ids"])
        return tuple(identifier for identifier in ids if identifier not in there)

    def ids(self, collection: str) -> frozenset[str]:
        """The ids of all vectors."""
        return frozenset(self._collections[collection].get(include=[])["ids"])

    def delete(self, collection: str, ids: Iterable[str]) -> None:
        doomed = list(ids)
        for first in range(0, len(doomed), _BATCH):
            self._collections[collection].delete(ids=doomed[first : first + _BATCH])

    def nearest(
        self, collection: str, vector: Vectors, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """(id, cosine) of the nearest vectors, nearest first; only `among` those ids where given."""
        if among is not None:
            absent = set(self.missing(collection, among))
            among = [one for one in among if one not in absent]
            if not among:
                return []
        held = self.count(collection)
        if not held:
            return []
        found = self._collections[collection].query(
            query_embeddings=vector.reshape(1, -1),
            n_results=min(limit, len(among) if among is not None else held),
            ids=list(among) if among is not None else None,
            include=["distances"],
        )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        nearness = [(identifier, 1.0 - float(distance)) for identifier, distance in pairs]
        return sorted(nearness, key=lambda pair: (-pair[1], pair[0]))  # equals in an order that no build changes

    def count(self, collection: str) -> int:
        return int(self._collections[collection].count())

    def close(self) -> None:
        self._client.close()
