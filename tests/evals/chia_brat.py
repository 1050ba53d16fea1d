"""Chia's hand annotations as they are stored: entities, the relations between them, and the criteria they stand in.

Each file holds one trial's inclusion or exclusion list, a criterion a line. Annotations are read as given: a relation
whose end is missing, or that crosses a line, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from index.criteria.criterion import Criterion, Kind
from index.trial import Frozen


class Entity(Frozen):
    """What an annotator marked: `start:end` covers all its pieces, `text` is its words."""

    id: str
    type: str
    start: int
    end: int
    text: str


class Line(Frozen):
    """One criterion with its annotations, their places counted from its beginning.

    `relations` are (name, from, to) in small letters; `either` are groups of alternatives.
    """

    trial: str
    kind: Kind
    text: str
    entities: Mapping[str, Entity]
    relations: tuple[tuple[str, str, str], ...]
    either: tuple[frozenset[str], ...]

    @property
    def criterion(self) -> Criterion:
        """As our splitter would give it, standing alone."""
        text = self.text.rstrip()
        return Criterion(
            id=f"{self.kind}-1", kind=self.kind, start=0, end=len(text), lead_end=len(text), text=text, parent=None
        )

    def related(self, name: str) -> Iterator[tuple[Entity, Entity]]:
        """Both ends of the relations of that name; alternatives of either end count as ends as well."""
        linked = {one for relation, one, _ in self.relations if relation == name}
        seen: set[tuple[str, str]] = set()
        for relation, one, other in self.relations:
            if relation != name:
                continue
            for left in {one, *(self._alternatives(one) - linked)}:
                for right in {other, *self._alternatives(other)}:
                    if (left, right) not in seen:
                        seen.add((left, right))
                        yield self.entities[left], self.entities[right]

    def _alternatives(self, id: str) -> set[str]:
        kind = self.entities[id].type
        members = {one for group in self.either if id in group for one in group}
        return {one for one in members if one in self.entities and self.entities[one].type == kind}


def lines(folder: Path) -> Iterator[Line]:
    """Every criterion of every list, in the order of the files' names."""
    for path in sorted(folder.glob("NCT*_*.ann")):
        text = path.with_suffix(".txt").read_bytes().decode()  # as it stands: places count both marks of a line end
        entities, relations, either = _read(path.read_text(encoding="utf-8"))
        kind = Kind.INCLUSION if path.stem.endswith("_inc") else Kind.EXCLUSION
        for match in re.finditer(r"\S[^\r\n]*", text):
            start, end = match.span()
            inside = {
                one.id: one.model_copy(update={"start": one.start - start, "end": one.end - start})
                for one in entities
                if start <= one.start and one.end <= end
            }
            yield Line(
                trial=path.stem[:11],
                kind=kind,
                text=match[0],
                entities=inside,
                relations=tuple(one for one in relations if one[1] in inside and one[2] in inside),
                either=tuple(either),
            )


def to_tune_on(trial: str) -> bool:
    """Whether a trial is of the three quarters that the readers were improved on; the rest only measures them.

    The share was a half at first; a further quarter was read when the figures of the other half were known.
    """
    return sha256(trial.encode()).digest()[0] % 4 != 1


def _read(annotations: str) -> tuple[list[Entity], list[tuple[str, str, str]], list[frozenset[str]]]:
    entities: list[Entity] = []
    relations: list[tuple[str, str, str]] = []
    either: list[frozenset[str]] = []
    for line in annotations.split("\n"):
        fields = line.split("\t")
        if line.startswith("T"):
            name, _, places = fields[1].partition(" ")
            numbers = [int(number) for number in re.findall(r"\d+", places)]
            entities.append(
                Entity(id=fields[0], type=name, start=min(numbers), end=max(numbers), text=fields[2].strip())
            )
        elif line.startswith("R"):
            name, one, other = fields[1].split()
            relations.append((name.lower(), one.removeprefix("Arg1:"), other.removeprefix("Arg2:")))
        elif line.startswith("*"):
            name, *members = fields[1].split()
            if name == "OR":
                either.append(frozenset(members))
    return entities, relations, either
