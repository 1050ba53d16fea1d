"""What an update costs: the same files again, some of them changed, as a share of the build that brought them in."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from index.trial import Frozen
from tests.evals import indexing
from tests.evals.indexing import Indexed, Sources
from tests.evals.measured import apart, say

_SHARE = 100  # one record in so many is changed
_CRITERION = re.compile(r"^(\s*(?:[*•-]|\d+[.)])\s.*\S)", re.MULTILINE)
_OTHER_STATUS = {"RECRUITING": "ACTIVE_NOT_RECRUITING", "NOT_YET_RECRUITING": "RECRUITING"}


class Update(Frozen):
    """`share`: its seconds over those of the full build."""

    name: str
    cost: Indexed
    share: float


class Updates(Frozen):
    full: Indexed
    updates: tuple[Update, ...]


def measure(paths: Sequence[Path], work: Path, real: bool) -> Updates:
    """A full build, then the same folder again with 1 % changed, then only files that changed, then nothing new."""
    count = max(1, round(len(paths) / _SHARE))
    whole = dict(zip(paths, paths, strict=True))
    whole.update(changed(paths[:count], work / "first"))
    alone = changed(paths[count : 2 * count] or paths[:count], work / "second")
    now = tuple({**whole, **alone}.values())

    def run(name: str, files: Sequence[Path]) -> Indexed:
        say(f"update: {name}, {len(files)} files")
        return apart(indexing.run, Sources(paths=tuple(files), folder=work / "store", real=real))

    full = run("full build", paths)
    steps = {
        f"all files again, {count} changed": tuple(whole.values()),
        f"only {len(alone)} changed": tuple(alone.values()),
        "all files again, nothing changed": now,
    }
    costs = {name: run(name, files) for name, files in steps.items()}
    return Updates(
        full=full,
        updates=tuple(Update(name=name, cost=one, share=one.seconds / full.seconds) for name, one in costs.items()),
    )


def changed(paths: Sequence[Path], into: Path) -> dict[Path, Path]:
    """Later versions of study files: the first has a criterion put differently, the next another status, and so on."""
    into.mkdir(parents=True, exist_ok=True)
    later = {}
    for at, path in enumerate(paths):
        study = json.loads(path.read_text(encoding="utf-8"))
        _change(study["protocolSection"], by_status=at % 2 == 1)
        later[path] = into / path.name
        later[path].write_text(json.dumps(study), encoding="utf-8")
    return later


def _change(protocol: dict[str, Any], by_status: bool) -> None:
    status = protocol["statusModule"]
    status["lastUpdatePostDateStruct"] = {"date": "2026-11-20", "type": "ACTUAL"}
    rules = protocol.get("eligibilityModule", {})
    text = rules.get("eligibilityCriteria")
    if by_status or not text:
        status["overallStatus"] = _OTHER_STATUS.get(status["overallStatus"], "TERMINATED")
    else:
        amended, count = _CRITERION.subn(r"\1, as amended", text, count=1)
        rules["eligibilityCriteria"] = amended if count else f"{text}\n\n* As amended"


def table(updates: Updates) -> Table:
    made = Table(
        "",
        "records changed",
        "texts embedded",
        "seconds",
        "share of the full build",
        title="Update",
        caption="Without imports and the loading of the model. The changed records have a changed criterion and "
        "another status in turn.",
    )
    made.add_row(f"full build of {updates.full.trials:,}", "", f"{updates.full.texts:,}", f"{updates.full.seconds:.1f}")
    for one in updates.updates:
        cost = one.cost
        made.add_row(one.name, f"{cost.changed:,}", f"{cost.texts:,}", f"{cost.seconds:.2f}", f"{one.share:.2%}")
    return made
