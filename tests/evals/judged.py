"""Judged notes: what people wrote, and how well trials answer them (0 not relevant, 1 excluded, 2 eligible).

Notes about one case are one cluster, so that what is learned from some notes is not tested on their doubles.
"""

from __future__ import annotations

import csv
import hashlib
import math
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from enum import StrEnum
from itertools import combinations
from pathlib import Path

from pydantic import ConfigDict, ValidationError

from index.errors import SourceError
from index.store.words import content_words
from index.trial import Frozen

ELIGIBLE, EXCLUDED = 2, 1
Grades = Mapping[str, Mapping[str, int]]
"""Note id -> trial id -> grade."""

_HERE = Path(__file__).resolve()
LAY = _HERE.parent / "lay"
"""Short questions that the lay words were learnt from; once in two halves, both used now."""
LAY_SECOND = _HERE.parent / "lay_second"
"""Others, written and judged by hands that had seen neither the lay words nor a ranking; looked at once."""
_ALIKE = 0.2  # trec2021: the least alike of the 16 pairs that retell a case have .23, the most alike of all others .19
_FEW_WORDS = 3  # short questions about one illness share so many; that is not yet the same case
_SHARED = 1 / 3  # trec2021: seven more pairs are of one disease, in other words; they share .38 to .67 of their trials
_BY_CHANCE = 2  # trials that notes about different diseases may share


class Half(StrEnum):
    """Lay questions to tune on, and those kept for one look at the end."""

    TUNE = "tune"
    KEPT = "kept"


class Collection(Frozen):
    """`notes`: id -> text; `kinds`: id -> what sort of question it is, where that is known."""

    name: str
    notes: Mapping[str, str]
    grades: Grades
    kinds: Mapping[str, str] = {}

    def within(self, corpus: Set[str]) -> Collection:
        """Only judgments of trials in the corpus, and only notes that one of these answers."""
        judged = {
            note: {one: grade for one, grade in grades.items() if one in corpus} for note, grades in self.grades.items()
        }
        answered = [note for note in self.notes if ELIGIBLE in judged.get(note, {}).values()]
        return self.model_copy(update={"grades": judged}).of(answered)

    def half(self, which: Half) -> Collection:
        some = self.of(note for note in self.notes if half(note) is which)
        return some.model_copy(update={"name": f"{self.name}-{which}"})

    def of(self, notes: Iterable[str]) -> Collection:
        """These notes only."""
        kept = list(notes)
        return Collection(
            name=self.name,
            notes={note: self.notes[note] for note in kept},
            grades={note: self.grades.get(note, {}) for note in kept},
            kinds={note: self.kinds[note] for note in kept if note in self.kinds},
        )

    def clusters(self) -> Mapping[str, str]:
        return clusters(self.notes, self.grades)


class _Note(Frozen):
    model_config = ConfigDict(extra="ignore")

    id: str
    text: str


class _Question(Frozen):
    """A line of the lay set; `why`: what the judge had in mind."""

    id: str
    text: str
    kind: str
    why: str = ""
    answers: Mapping[str, int]


def data_folder() -> Path:
    """The folder of real records."""
    return Path(os.environ.get("TRIALOGUE_DATA", _HERE.parents[3] / "shared" / "data"))


def collection(name: str, data: Path) -> Collection:
    """The collection of this name in `data`, or of this folder: notes in `queries.jsonl`, grades in `qrels.tsv`.

    Raises:
        SourceError: it is not there, or not of that form.
    """
    folder = next((one for one in (data / name, Path(name)) if (one / "queries.jsonl").is_file()), None)
    if folder is None:
        raise SourceError(f"no collection {name}: neither {data / name} nor {Path(name).resolve()} has queries.jsonl")
    notes = {}
    for where, line in _lines(folder / "queries.jsonl"):
        try:
            note = _Note.model_validate_json(line)
        except ValidationError as exc:
            raise SourceError(f'{where}: not {{"id", "text"}}: {exc.errors()[0]["msg"].lower()}') from exc
        notes[note.id] = note.text
    return Collection(name=folder.name, notes=notes, grades=_grades(folder / "qrels.tsv"))


def _grades(path: Path) -> Grades:
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    lines = _lines(path)
    next(lines, None)  # the heading
    for where, line in lines:
        match next(csv.reader([line], delimiter="\t")):
            case [note, trial, ("0" | "1" | "2") as grade]:
                grades[note][trial] = int(grade)
            case _:
                raise SourceError(f"{where}: not note, trial and a grade from 0 to 2 between tabs: {line[:80]!r}")
    return dict(grades)


def lay(folder: Path = LAY) -> Collection:
    """Our own lay questions about the studies, from all files of a folder.

    Raises:
        SourceError: there are none, a line is not of their form, or an id stands twice.
    """
    questions: dict[str, _Question] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for where, line in _lines(path):
            try:
                question = _Question.model_validate_json(line)
            except ValidationError as exc:
                first = exc.errors()[0]
                raise SourceError(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from exc
            if question.id in questions:
                raise SourceError(f"{where}: the id {question.id} stands twice; give this question another")
            questions[question.id] = question
    if not questions:
        raise SourceError(f"no lay questions in {folder}")
    return Collection(
        name=folder.name.replace("_", "-"),
        notes={one.id: one.text for one in questions.values()},
        grades={one.id: one.answers for one in questions.values()},
        kinds={one.id: one.kind for one in questions.values()},
    )


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """(place, line) of every line that is not blank."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as exc:
        raise SourceError(f"{path} cannot be read: {exc.strerror or exc}") from exc
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"{path}, line {number}", line.rstrip("\r")


def half(note: str) -> Half:
    """Which half of the lay set a question belongs to, for good."""
    return Half.KEPT if hashlib.sha256(note.encode()).digest()[0] % 2 else Half.TUNE


def clusters(notes: Mapping[str, str], grades: Grades) -> Mapping[str, str]:
    """Note id -> cluster, named by its first note.

    Notes are joined that are alike in their words (cosine of the sets of content words, each word weighted by its
    rarity among the notes), or that share more than a third of the trials with a grade above 0 of the one that has
    fewer.
    """
    words = {note: frozenset(content_words(text)) for note, text in notes.items()}
    spread = Counter(word for some in words.values() for word in some)
    weight = {word: math.log(1 + len(notes) / count) ** 2 for word, count in spread.items()}
    about = {note: {one for one, grade in grades.get(note, {}).items() if grade} for note in notes}
    found = {note: note for note in notes}
    for one, other in combinations(notes, 2):
        both = words[one] & words[other]
        alike = len(both) > _FEW_WORDS and _cosine(words[one], words[other], weight) >= _ALIKE
        if (alike or _same_trials(about[one], about[other])) and found[one] != found[other]:
            joined, into = found[other], found[one]
            found.update({note: into for note, cluster in found.items() if cluster == joined})
    return found


def _cosine(one: Set[str], other: Set[str], weight: Mapping[str, float]) -> float:
    def total(words: Set[str]) -> float:
        return math.fsum(weight[word] for word in words)

    both = math.sqrt(total(one) * total(other))
    return total(one & other) / both if both else 0.0


def _same_trials(one: Set[str], other: Set[str]) -> bool:
    shared = len(one & other)
    return shared > _BY_CHANCE and shared > _SHARED * min(len(one), len(other))


def folds(of: Mapping[str, str], k: int, seed: int) -> Mapping[str, int]:
    """Note id -> fold, from 0 to k - 1; a cluster is never split, and the folds are of about equal size."""
    members: dict[str, list[str]] = defaultdict(list)
    for note, cluster in of.items():
        members[cluster].append(note)
    names = sorted(members)
    random.Random(seed).shuffle(names)
    sizes = [0] * k
    fold: dict[str, int] = {}
    for name in sorted(names, key=lambda name: -len(members[name])):  # keeps the shuffled order of equals
        smallest = sizes.index(min(sizes))
        sizes[smallest] += len(members[name])
        fold.update(dict.fromkeys(members[name], smallest))
    return {note: fold[note] for note in of}
