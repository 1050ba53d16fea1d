"""Vectors in Chroma, embedded in the store's folder. The only module that knows chromadb.

Two collections: `trials` holds a title vector and a card vector for each trial, `passages` a vector for each passage.
Ids carry the record's revision, so vectors of an old and a new version can stand side by side until the record says
which one counts.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any

from index.errors import StoreError, StoreReadOnly
from index.store.embedding import Vectors

TRIALS = "trials"
PASSAGES = "passages"
_BATCH = 5000
_PAUSES = (0.0, 0.2, 0.5)  # seconds before a query that failed is tried again
_LOOK_AGAIN = 2.0  # seconds after which the work of another process is looked at


class VectorIndex:
    """Nearest vectors by cosine. `folder` is made if it is not there.

    Chroma keeps what it has read in memory, and so does not see what another process writes: the index is opened anew
    when the number of vectors has changed under it, or when a query trips over such a change.
    """

    def __init__(self, folder: Path) -> None:
        from chromadb.errors import ChromaError

        self._folder = folder
        self._errors: tuple[type[Exception], ...] = (ChromaError, ValueError, OSError)
        self._lock = RLock()
        self._open()

    def _open(self) -> None:
        import chromadb
        from chromadb.config import Settings

        with self._told():
            self._client: Any = chromadb.PersistentClient(
                path=str(self._folder), settings=Settings(anonymized_telemetry=False)
            )
            self._collections = {name: self._collection(name) for name in (TRIALS, PASSAGES)}
        self._opened = time.monotonic()
        self._held = {name: self.count(name) for name in (TRIALS, PASSAGES)}

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Foreign errors as ours."""
        try:
            yield
        except self._errors as exc:
            if "readonly" in str(exc).replace("-", "").lower() or isinstance(exc, PermissionError):
                raise StoreReadOnly(f"the store folder {self._folder} cannot be written: {exc}") from exc
            raise StoreError(
                f"the vectors in {self._folder} cannot be used ({exc}); run: trialogue doctor --repair"
            ) from exc

    def _collection(self, name: str) -> Any:
        return self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_search": 200}}
        )

    def _reopen(self) -> None:
        self._client.close()
        self._open()

    def add(self, collection: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Adds vectors; an id that is there already is replaced."""
        with self._told():
            for first in range(0, len(ids), _BATCH):
                self._collections[collection].upsert(
                    ids=list(ids[first : first + _BATCH]), embeddings=vectors[first : first + _BATCH]
                )
        self._held[collection] = self.count(collection)

    def missing(self, collection: str, ids: Sequence[str]) -> tuple[str, ...]:
        """Those of `ids` that have no vector yet."""
        there: set[str] = set()
        with self._told():
            for first in range(0, len(ids), _BATCH):
                part = list(ids[first : first + _BATCH])
                there.update(self._collections[collection].get(ids=part, include=[])["ids"])
        return tuple(identifier for identifier in ids if identifier not in there)

    def ids(self, collection: str) -> frozenset[str]:
        """The ids of all vectors."""
        with self._told():
            return frozenset(self._collections[collection].get(include=[])["ids"])

    def delete(self, collection: str, ids: Iterable[str]) -> None:
        doomed = list(ids)
        with self._told():
            for first in range(0, len(doomed), _BATCH):
                self._collections[collection].delete(ids=doomed[first : first + _BATCH])
        self._held[collection] = self.count(collection)

    def nearest(
        self, collection: str, vector: Vectors, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """(id, cosine) of the nearest vectors, nearest first; only `among` those ids where given.

        Raises:
            StoreError: the index is broken.
        """
        with self._lock:
            changed = self.count(collection) != self._held[collection]
            if changed and time.monotonic() - self._opened > _LOOK_AGAIN:
                self._reopen()
            for pause in _PAUSES:
                with suppress(StoreError):
                    return self._nearest(collection, vector, limit, among)
                time.sleep(pause)
                self._reopen()
            return self._nearest(collection, vector, limit, among)

    def _nearest(
        self, collection: str, vector: Vectors, limit: int, among: Sequence[str] | None
    ) -> list[tuple[str, float]]:
        if among is not None:
            absent = set(self.missing(collection, among))
            among = [one for one in among if one not in absent]
        candidates = self.count(collection) if among is None else len(among)
        if not candidates:
            return []
        with self._told():
            found = self._collections[collection].query(
                query_embeddings=vector.reshape(1, -1),
                n_results=min(limit, candidates),
                ids=among,
                include=["distances"],
            )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        nearness = [(identifier, 1.0 - float(distance)) for identifier, distance in pairs]
        return sorted(nearness, key=lambda pair: (-pair[1], pair[0]))  # equals in an order that no build changes

    def count(self, collection: str) -> int:
        with self._told():
            return int(self._collections[collection].count())

    def close(self) -> None:
        self._client.close()
