"""Freed memory goes back to the system."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.store.memory import give_back


def _resident_mb() -> float:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux to see a process's memory")
def test_what_was_freed_is_given_back() -> None:
    pieces = [np.ones(8_000, dtype=np.uint8) for _ in range(40_000)]  # small ones, as the C library keeps them
    kept = pieces[::2000]
    held = _resident_mb()
    del pieces
    give_back()
    assert held - _resident_mb() > 200
    assert len(kept) == 20
