"""What reading a source gives, one by one: a trial, or the reason why something is none."""

from __future__ import annotations

from index.trial import Frozen, Trial


class Found(Frozen):
    """A trial, and the raw text and place that it was read from. `live`: the registry itself gave it just now."""

    source: str
    trial: Trial
    raw: bytes
    live: bool = False


class Rejected(Frozen):
    source: str
    reason: str
