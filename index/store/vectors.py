"""Vectors in Chroma: embedded in the store's folder, or on a Chroma server. The only module that knows chromadb.

Two collections: `trials` holds title and card vectors, `passages` those of passages. A vector's id is the key of its
text, so equal texts share one vector, and a text that stays in a changed record needs no new one.
"""

from __future__ import annotations

import shutil
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count, takewhile
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import numpy as np

from index.errors import DerivedBroken, StoreError, StoreReadOnly
from index.store.embedding import Vectors
from index.store.graph_files import damage

TRIALS = "trials"
PASSAGES = "passages"
_BATCH = 5000  # vectors in one request
_BATCH_BYTES = 16_000_000
_PAUSES = (0.0, 0.2, 0.5)  # seconds before a server is asked again
_CONNECTING = 5.0  # seconds in which a server must take a call
_REPLYING = 60.0  # seconds in which it must reply
_ENOUGH = 3.0  # seconds of trouble with a server after which it is not asked again
_DIGITS = 6  # of a cosine; what follows differs from machine to machine
_FULL = 1_000_000  # bytes; with less room than that on its disk, Chroma's errors are about the disk
_SPELLINGS = count(1)  # who names a folder as another did shares what that one has read, also of files long gone


class _Door:
    """The way to a Chroma, and its errors as ours."""

    def __init__(self, place: Path | str) -> None:
        import chromadb.errors
        import httpx

        self._place = place
        self._shared = not isinstance(place, Path)
        self._errors: tuple[type[BaseException], ...] = (
            chromadb.errors.ChromaError,
            httpx.HTTPError,
            httpx.InvalidURL,
            ValueError,
            OSError,
        )

    def connect(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        quiet = Settings(anonymized_telemetry=False)
        if not isinstance(self._place, Path):
            return _on_server(urlsplit(self._place), quiet)
        if said := damage(self._place):
            raise self._ours(said)
        spelling = "".join("./" if digit == "1" else "/" for digit in f"{next(_SPELLINGS):b}")
        return chromadb.PersistentClient(path=f"{self._place}/{spelling}", settings=quiet)

    def pauses(self) -> Iterator[float]:
        """Seconds before a server is asked again; a folder is not, for what fails there would fail again."""
        give_up = time.monotonic() + _ENOUGH
        return takewhile(lambda _: time.monotonic() < give_up, _PAUSES if self._shared else ())

    @contextmanager
    def told(self) -> Iterator[None]:
        """Chroma's core panics on some broken files, past `Exception`; its client raises a bare `Exception` for a reply
        that it does not know.
        """
        try:
            yield
        except StoreError:
            raise
        except BaseException as exc:
            known = isinstance(exc, self._errors) or type(exc) is Exception or type(exc).__name__ == "PanicException"
            if not known:
                raise
            raise self._ours(" ".join(str(exc).split())[:300] or type(exc).__name__) from exc

    def _ours(self, said: str) -> StoreError:
        full = "disk is full" in said or "No space left" in said
        if not isinstance(self._place, Path):
            where = f"the Chroma server at {_shown(self._place)}"
            if full:
                return StoreError(f"the disk of {where} is full; make room and run the same command again")
            return StoreError(f"{where} cannot be used ({said}); check that it runs, and TRIALOGUE_CHROMA_URL")
        if "readonly" in said.replace("-", "").lower() or "Permission denied" in said:
            return StoreReadOnly(f"the store folder {self._place} cannot be written: {said}")
        if full or _room(self._place) < _FULL:
            return StoreError(f"the disk of {self._place} is full; make room and run the same command again")
        return DerivedBroken(f"the vectors in {self._place} cannot be used ({said}); run: trialogue doctor --repair")


def _on_server(url: SplitResult, settings: Any) -> Any:
    import chromadb
    import httpx

    if url.scheme not in ("http", "https") or not url.hostname:
        raise StoreError("TRIALOGUE_CHROMA_URL is no http address; it looks like http://127.0.0.1:8001")
    port = url.port or (443 if url.scheme == "https" else 8000)
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    address = f"{url.scheme}://{host}:{port}{url.path.rstrip('/')}"
    headers = {}
    if url.username:
        words = f"{unquote(url.username)}:{unquote(url.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(words.encode()).decode()}"
    greeting = httpx.get(f"{address}/api/v2/heartbeat", headers=headers, timeout=_CONNECTING)
    if not greeting.is_success or "heartbeat" not in greeting.text:
        raise ValueError(f"it replied {greeting.status_code} as no Chroma does")
    client = chromadb.HttpClient(host=address, port=port, ssl=url.scheme == "https", headers=headers, settings=settings)
    for session in _sessions(client):
        session.timeout = httpx.Timeout(_REPLYING, connect=_CONNECTING)  # by itself it waits for ever
    return client


def _sessions(client: Any) -> list[Any]:
    """The connections of a client of a server; it does not give them out, nor does it close them."""
    servers = [getattr(one, "_server", None) for one in (client, getattr(client, "_admin_client", None))]
    return [session for server in servers if (session := getattr(server, "_session", None))]


def _close(client: Any) -> None:
    sessions = _sessions(client)
    client.close()
    for session in sessions:
        session.close()


def _shown(address: str) -> str:
    """An address without what may be a password."""
    return address.rpartition("@")[2] if "@" in address else address


def _room(folder: Path) -> int:
    there = next(one for one in (folder, *folder.parents) if one.exists())
    return shutil.disk_usage(there).free


class VectorIndex:
    """Nearest vectors by cosine. `place`: a folder, which is made if it is not there, or the URL of a Chroma server.
    `name` tells the collections of several stores on one server apart.

    An embedded Chroma keeps in memory what it has read and does not see what others write into its folder. A server
    that was away for a moment is asked again.
    """

    def __init__(self, place: Path | str, name: str = "") -> None:
        self._door = _Door(place)
        self._names = {one: f"{name}-{one}" if name else one for one in (TRIALS, PASSAGES)}
        with self._door.told():
            self._client = self._door.connect()
            try:
                self._collections = self._found()
            except BaseException:
                self.close()
                raise

    def _found(self) -> dict[str, Any]:
        found = {
            one: self._client.get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_search": 200}}
            )
            for one, name in self._names.items()
        }
        for collection in found.values():
            collection.get(limit=1, include=[])  # counting would read all of it
        return found

    def _do(self, collection: str, what: str, **values: Any) -> Any:
        """What one method of a collection gives; it may be called again, as each says how things shall be."""
        for pause in self._door.pauses():
            try:
                return self._done(collection, what, values)
            except StoreError:
                time.sleep(pause)
                with self._door.told():
                    self._collections = self._found()
        return self._done(collection, what, values)

    def _done(self, collection: str, what: str, values: Mapping[str, Any]) -> Any:
        with self._door.told():
            return getattr(self._collections[collection], what)(**values)

    def add(self, collection: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Adds vectors; an id that is there already is replaced."""
        size = max(1, min(_BATCH, _BATCH_BYTES // (vectors.shape[1] * vectors.itemsize)))
        for first in range(0, len(ids), size):
            last = first + size
            self._do(collection, "upsert", ids=list(ids[first:last]), embeddings=vectors[first:last])

    def delete(self, collection: str, ids: Iterable[str]) -> None:
        doomed = list(ids)
        for first in range(0, len(doomed), _BATCH):
            self._do(collection, "delete", ids=doomed[first : first + _BATCH])

    def missing(self, collection: str, ids: Sequence[str]) -> tuple[str, ...]:
        """Those of `ids` that have no vector yet."""
        there: set[str] = set()
        for first in range(0, len(ids), _BATCH):
            there.update(self._do(collection, "get", ids=list(ids[first : first + _BATCH]), include=[])["ids"])
        return tuple(identifier for identifier in ids if identifier not in there)

    def ids(self, collection: str) -> frozenset[str]:
        """The ids of all vectors."""
        return frozenset(self._do(collection, "get", include=[])["ids"])

    def count(self, collection: str) -> int:
        return int(self._do(collection, "count"))

    def nearness(self, collection: str, vectors: Vectors, among: Sequence[str]) -> dict[str, float]:
        """The cosine of each of `among` that has a vector to the nearest of `vectors` (queries, dimensions); exact."""
        wanted = list(dict.fromkeys(among))
        if not wanted:
            return {}
        found = self._do(collection, "get", ids=wanted, include=["embeddings"])
        if not len(found["ids"]):
            return {}
        held = np.asarray(found["embeddings"], dtype=np.float32)
        cosines = (held @ vectors.T).max(axis=1)
        return {identifier: float(cosine) for identifier, cosine in zip(found["ids"], cosines, strict=True)}

    def nearest(
        self, collection: str, vector: Vectors, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """(id, cosine) of the nearest vectors, nearest first; only `among` those ids where given.

        Raises:
            StoreError: the index is broken.
        """
        if among is not None:
            absent = set(self.missing(collection, among))
            among = [one for one in among if one not in absent]
            limit = min(limit, len(among))
        if not limit:
            return []
        query = {"query_embeddings": vector.reshape(1, -1), "n_results": limit, "include": ["distances"]}
        found = self._do(collection, "query", ids=among, **query)
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        nearness = [(identifier, round(1.0 - float(distance), _DIGITS)) for identifier, distance in pairs]
        return sorted(nearness, key=lambda pair: (-pair[1], pair[0]))  # equals in an order that no build changes

    def probe(self, collection: str) -> None:
        """Asks for one neighbour, which reads what a search reads.

        Raises:
            DerivedBroken: the vectors cannot be searched.
        """
        one = self._do(collection, "get", limit=1, include=["embeddings"])["embeddings"]
        if len(one):
            self._do(collection, "query", query_embeddings=one, n_results=1, include=["distances"])

    def close(self) -> None:
        _close(self._client)
