"""One step of a benchmark, run in a process of its own: its peak memory, its imports and its caches are its own.

A step is a function from one frozen model to another; both travel as JSON.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any, TypeVar, get_type_hints

from bot.quiet import quiet
from index.trial import Frozen

_A = TypeVar("_A", bound=Frozen)
_R = TypeVar("_R", bound=Frozen)
_ROOT = Path(__file__).resolve().parents[2]


class StepFailed(Exception):
    """A step ended in another way than with its result."""


def apart(step: Callable[[_A], _R], asked: _A) -> _R:
    """`step(asked)`, in a new process; what it says on stderr is passed through.

    Raises:
        StepFailed: the process ended badly.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.evals.measured", step.__module__, step.__name__],
        input=asked.model_dump_json(),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        cwd=_ROOT,
    )
    if done.returncode:
        raise StepFailed(f"{step.__module__}.{step.__name__} ended with {done.returncode}; what it said stands above")
    reply: _R = _types(step)[1].model_validate_json(done.stdout.splitlines()[-1])
    return reply


def _types(step: Callable[..., Any]) -> tuple[Any, Any]:
    """What a step takes and what it gives."""
    hints = get_type_hints(step)
    given = hints.pop("return")
    (taken,) = hints.values()
    return taken, given


def peak_mb() -> float:
    """The most memory that this process has held at once."""
    status = Path("/proc/self/status")  # `ru_maxrss` begins with what the parent held, where this one does not
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    scale = 2**20 if sys.platform == "darwin" else 2**10
    return getrusage(RUSAGE_SELF).ru_maxrss / scale


def disk_mb(place: Path) -> float:
    """What a file or a folder takes."""
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files) / 2**20


def say(text: str) -> None:
    """One line of progress."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _main() -> None:
    module, name = sys.argv[1:]
    step = getattr(import_module(module), name)
    quiet()
    reply = step(_types(step)[0].model_validate_json(sys.stdin.read()))
    sys.stdout.write(f"\n{reply.model_dump_json()}\n")


if __name__ == "__main__":
    _main()
