"""Pairs of a note and a criterion -> a verdict on each, with its place in the note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console
from rich.progress import track

from bot.errors import SettingsError
from bot.inputs import read_text
from bot.outputs import whole
from bot.person.clinical import Unmentioned, note_profile
from bot.person.eligibility import Basis, CriterionVerdict, Verdict, judge_known
from bot.person.truth import Known
from index.criteria.criterion import Criterion, Kind
from index.criteria.requirements import with_rules
from index.criteria.rule import AllOf, AnyOf, AsWritten, Rule
from index.criteria.split import split
from index.trial import Frozen, SectionName


class Pair(Frozen):
    """A line of the file of pairs. `kind`: the list that the criterion stands in; `title`: the trial's."""

    pair_id: str | int
    note: str
    criterion: str
    kind: Kind
    title: str | None = None


class Evidence(Frozen):
    """The words of the note, its slice `start:end`."""

    start: int
    end: int
    quote: str


class Assessed(Frozen):
    """A line of the file of verdicts: of the criterion *as it is written*."""

    pair_id: str | int
    verdict: Verdict
    evidence: Evidence | None
    reason: str
    basis: Basis | None = None


def pairs_of(path: Path) -> Iterator[Pair]:
    """Raises:
    SettingsError: the file cannot be read, or a line is not of the form of a pair.
    """
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            try:
                yield Pair.model_validate_json(line)
            except ValidationError as exc:
                first = exc.errors()[0]
                where = ".".join(map(str, first["loc"])) or "the line"
                raise SettingsError(
                    f"{path}, line {number}: {where}: {first['msg'].lower()}; a line is "
                    '{"pair_id","note","criterion","kind":"inclusion"|"exclusion","title"}'
                ) from exc


def assess(pairs: Iterable[Pair], unmentioned: Unmentioned) -> Iterator[Assessed]:
    """A verdict for each pair, by the rules alone; a note is read once for all pairs that follow each other."""
    known_of = lru_cache(maxsize=4)(lambda note: Known.of(note_profile(note, unmentioned)))
    for pair in pairs:
        verdict = judge_known(criterion_of(pair.criterion, pair.kind), known_of(pair.note))
        yield Assessed(
            pair_id=pair.pair_id,
            verdict=verdict.verdict,
            evidence=_evidence(verdict, pair.note),
            reason=verdict.reason or "",
            basis=verdict.basis,
        )


def assess_file(pairs: Path, verdicts: Path, unmentioned: Unmentioned, errors: Console) -> int:
    """Assesses every pair of a file, and writes the verdicts, whole or not at all. Gives how many.

    Raises:
        SettingsError: a line is no pair, an id stands twice, or the verdicts cannot be written.
    """
    given = list(_checked(pairs))
    with whole(verdicts, "--verdicts") as file:
        for one in assess(track(given, "Assessing", console=errors, disable=not errors.is_terminal), unmentioned):
            file.write(one.model_dump_json() + "\n")
    return len(given)


def _checked(path: Path) -> Iterator[Pair]:
    seen: set[str | int] = set()
    for pair in pairs_of(path):
        if pair.pair_id in seen:
            raise SettingsError(f"{path}: the pair_id {pair.pair_id!r} stands twice; give each pair one of its own")
        seen.add(pair.pair_id)
        yield pair


def criterion_of(text: str, kind: Kind) -> Criterion:
    """A criterion that stands alone, with its rule; where the text holds several, all of them as one."""
    heading = f"{kind.value.capitalize()} Criteria:\n\n"
    parts = with_rules(split(f"{heading}{text}"))
    top = [part for part in parts if part.parent is None and not part.note and part.kind is kind]
    if len(top) == 1:
        return top[0]
    whole = Criterion(
        id=f"{kind.value}-1",
        kind=kind,
        section=SectionName.ELIGIBILITY,
        start=len(heading),
        end=len(heading) + len(text),
        lead_end=len(heading) + len(text),
        text=text,
    )
    return whole.model_copy(update={"rule": _together(top, kind)})


def _together(parts: Sequence[Criterion], kind: Kind) -> Rule | None:
    """All of them must hold to be let in, any of them keeps out."""
    if not any(part.rule for part in parts):
        return None
    rules = tuple(part.rule or AsWritten(start=part.start, end=part.end) for part in parts)
    return AllOf(of=rules) if kind is Kind.INCLUSION else AnyOf(of=rules)


def _evidence(verdict: CriterionVerdict, note: str) -> Evidence | None:
    start = note.find(verdict.evidence) if verdict.evidence else -1
    if start < 0 or not verdict.evidence:
        return None
    return Evidence(start=start, end=start + len(verdict.evidence), quote=verdict.evidence)
