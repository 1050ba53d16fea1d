"""What changed in the eligibility text: rules added, removed, reworded or moved, and the words around them."""

from __future__ import annotations

from collections.abc import Iterator

from index.changes.change import Change, ChangeKind, counted
from index.changes.pieces import Pairing, Piece, folded, in_order, line_pieces, paired, words
from index.criteria.criterion import Criterion
from index.record import Record
from index.trial import SectionName, Span

_ALIKE = 0.4  # of the words: all rules that were reworded in the versions at hand have 0.45 or more
_ELIGIBILITY = SectionName.ELIGIBILITY


def criteria(old: Record, new: Record) -> Iterator[Change]:
    if old.text(_ELIGIBILITY) == new.text(_ELIGIBILITY):
        return
    pairing = paired(_rules(old), _rules(new), _ALIKE)
    found = [*_moved(pairing), *_reworded(pairing), *_added(pairing), *_removed(pairing), *_around(old, new)]
    yield from found
    if not found:
        yield _set_out(old, new)


def _rules(record: Record) -> list[Piece]:
    return [
        Piece(
            span=Span(section=_ELIGIBILITY, start=one.start, end=one.start + len(one.lead)),
            text=one.lead,
            name=one.label,
            group=f"{one.kind} list",
        )
        for one in record.criteria
        if one.lead
    ]


def _moved(pairing: Pairing) -> Iterator[Change]:
    for before, after in pairing.moved:
        yield Change(
            kind=ChangeKind.CRITERIA,
            text=f"A rule moved from the {before.group} to the {after.group}.",
            before=(before.span,),
            after=(after.span,),
        )


def _reworded(pairing: Pairing) -> Iterator[Change]:
    """Each rule that says something else; those with other punctuation only, together."""
    small = [(one, other) for one, other in pairing.reworded if one.group == other.group and _as_before(one, other)]
    for before, after in pairing.reworded:
        if (before, after) in small:
            continue
        moved = f" and moved to the {after.group}" if before.group != after.group else ""
        yield Change(
            kind=ChangeKind.CRITERIA,
            text=f"A rule of the {before.group} was reworded{moved} (now {after.name}).",
            before=(before.span,),
            after=(after.span,),
        )
    if small:
        yield Change(
            kind=ChangeKind.CRITERIA,
            text=f"{counted(len(small), 'rule')} written in another way, with the same words.",
            before=tuple(one.span for one, _ in small),
            after=tuple(other.span for _, other in small),
        )


def _as_before(one: Piece, other: Piece) -> bool:
    return words(one.text) == words(other.text)


def _added(pairing: Pairing) -> Iterator[Change]:
    for group in dict.fromkeys(piece.group for piece in pairing.added):
        spans = tuple(piece.span for piece in pairing.added if piece.group == group)
        text = f"{counted(len(spans), 'rule')} added to the {group}."
        yield Change(kind=ChangeKind.CRITERIA, text=text, after=spans)


def _removed(pairing: Pairing) -> Iterator[Change]:
    for group in dict.fromkeys(piece.group for piece in pairing.removed):
        spans = tuple(piece.span for piece in pairing.removed if piece.group == group)
        text = f"{counted(len(spans), 'rule')} removed from the {group}."
        yield Change(kind=ChangeKind.CRITERIA, text=text, before=spans)


def _around(old: Record, new: Record) -> Iterator[Change]:
    """Headings and remarks between the rules."""
    before, after = in_order(_outside(old), _outside(new))
    if before or after:
        yield Change(
            kind=ChangeKind.CRITERIA,
            text="The words around the rules changed, such as headings and remarks.",
            before=tuple(before),
            after=tuple(after),
        )


def _outside(record: Record) -> list[Piece]:
    """The lines of the eligibility text that belong to no rule and hold words."""
    inside = [one for one in record.criteria if one.parent is None]
    text = _blanked(record.text(_ELIGIBILITY) or "", inside)
    return [piece for piece in line_pieces(text, _ELIGIBILITY) if any(char.isalpha() for char in piece.text)]


def _blanked(text: str, rules: list[Criterion]) -> str:
    for one in rules:
        text = text[: one.start] + "\n" * (one.end - one.start) + text[one.end :]
    return text


def _set_out(old: Record, new: Record) -> Change:
    """The same rules and headings in another order, or with other marks and blanks."""
    before, after = old.text(_ELIGIBILITY) or "", new.text(_ELIGIBILITY) or ""
    same_words = folded(before) == folded(after)
    return Change(
        kind=ChangeKind.CRITERIA,
        text="The eligibility text differs in blanks and line breaks only."
        if same_words
        else "The rules are set out in another way: their numbers, marks or order changed, their words did not.",
        before=(Span(section=_ELIGIBILITY, start=0, end=len(before)),) if before else (),
        after=(Span(section=_ELIGIBILITY, start=0, end=len(after)),) if after else (),
    )
