"""A marker around text that a model reads as material: it looks random, and the text inside cannot know it."""

from __future__ import annotations

import hashlib


def nonce_for(*texts: str) -> str:
    """Twelve hex digits made from the texts, and standing in none of them; the same texts give the same digits."""
    seed = "\x00".join(texts)
    nonce = _digest(seed)
    while any(nonce in text for text in texts):
        nonce = _digest(seed + nonce)
    return nonce


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
