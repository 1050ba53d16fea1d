"""What changed among arms, interventions, outcomes, contacts and publications: entries that follow one another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.changes.change import Change, ChangeKind, counted, names
from index.changes.pieces import Piece, in_order, line_pieces, paired, sentences
from index.record import Record
from index.trial import SectionName, Span

_ALIKE = 0.6
_HEADS = {
    SectionName.ARMS: re.compile(r"^(?P<noun>Arm|Intervention): (?P<name>.*)$", re.MULTILINE),
    SectionName.OUTCOMES: re.compile(r"^(?P<noun>(?:Primary|Secondary|Other) outcome): (?P<name>.*)$", re.MULTILINE),
}
_TYPE = re.compile(r" \([A-Z /]+\)$")  # of an arm or an intervention: "(EXPERIMENTAL)"
_KINDS = {SectionName.ARMS: ChangeKind.ARMS, SectionName.OUTCOMES: ChangeKind.OUTCOMES}


def blocks(old: Record, new: Record, section: SectionName) -> Iterator[Change]:
    """Arms and interventions, or outcomes: each begins with a line that names it."""
    kind = _KINDS[section]
    pairing = paired(_blocks(old, section), _blocks(new, section), _ALIKE, same_thing=lambda piece: piece.name)
    for pieces, done in ((pairing.added, "added"), (pairing.removed, "removed")):
        for group in dict.fromkeys(piece.group for piece in pieces):
            ours = [piece for piece in pieces if piece.group == group]
            spans = tuple(piece.span for piece in ours)
            yield Change(
                kind=kind,
                text=f"{counted(len(ours), group)} {done}{names([piece.name for piece in ours])}.",
                before=spans if done == "removed" else (),
                after=spans if done == "added" else (),
            )
    for before, after in pairing.moved:
        yield Change(
            kind=kind,
            text=f"The {before.group} “{_bare(before.name)}” is now listed as {_article(after.group)}.",
            before=(before.span,),
            after=(after.span,),
        )
    for group in dict.fromkeys(after.group for _, after in pairing.reworded):
        yield from _reworded(kind, group, [pair for pair in pairing.reworded if pair[1].group == group])


def _reworded(kind: ChangeKind, group: str, pairs: list[tuple[Piece, Piece]]) -> Iterator[Change]:
    """All entries of one kind that say something else, as one change over the lines and sentences that differ."""
    told: dict[bool, list[tuple[Piece, list[Span], list[Span]]]] = {True: [], False: []}
    for one, other in pairs:
        before, after = in_order(_inside(one), _inside(other))
        texts = {
            _at(piece, span).partition(":")[0] for piece, spans in ((one, before), (other, after)) for span in spans
        }
        told[texts == {"Time frame"}].append((other, before, after))
    for time_only, entries in told.items():
        if entries:
            yield Change(
                kind=kind,
                text=_said(len(entries), group, time_only)
                + names([_bare(piece.name) for piece, _, _ in entries])
                + ".",
                before=tuple(span for _, before, _ in entries for span in before),
                after=tuple(span for _, _, after in entries for span in after),
            )


def _said(count: int, group: str, time_only: bool) -> str:
    was = counted(count, group)
    if not time_only:
        return f"{was} reworded"
    return (
        f"{was.removesuffix(' was')} has another time frame"
        if count == 1
        else (f"{was.removesuffix(' were')} have another time frame")
    )


def _at(piece: Piece, span: Span) -> str:
    return piece.text[span.start - piece.span.start : span.end - piece.span.start]


def _inside(piece: Piece) -> list[Piece]:
    found = sentences(piece.text, piece.span.section)
    return [
        one.model_copy(
            update={
                "span": Span(
                    section=one.span.section,
                    start=one.span.start + piece.span.start,
                    end=one.span.end + piece.span.start,
                )
            }
        )
        for one in found
    ]


def _blocks(record: Record, section: SectionName) -> list[Piece]:
    text = record.text(section) or ""
    composed = len(text) - len(record.trial.prose.get(section, ""))
    heads = list(_HEADS[section].finditer(text, 0, composed))
    ends = [*(head.start() for head in heads[1:]), composed][: len(heads)]
    pieces = []
    for head, end in zip(heads, ends, strict=True):
        body = text[head.start() : end].rstrip()
        span = Span(section=section, start=head.start(), end=head.start() + len(body))
        name = _TYPE.sub("", head["name"]) if section is SectionName.ARMS else head["name"]
        noun = head["noun"]
        pieces.append(Piece(span=span, text=body, name=name, group=noun.lower(), key=body[len(noun) :]))
    return pieces


def _bare(name: str) -> str:
    return " ".join(name.split())


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def contacts(old: Record, new: Record) -> Iterator[Change]:
    """Contacts are quoted, and not told in the sentence: a name is repeated only where it is asked for."""
    yield from _lines(old, new, SectionName.CONTACTS, ChangeKind.CONTACTS, "contacts")


def publications(old: Record, new: Record) -> Iterator[Change]:
    yield from _lines(old, new, SectionName.PUBLICATIONS, ChangeKind.OTHER, "list of publications")


def _lines(old: Record, new: Record, section: SectionName, kind: ChangeKind, what: str) -> Iterator[Change]:
    pairing = paired(
        line_pieces(old.text(section) or "", section), line_pieces(new.text(section) or "", section), _ALIKE
    )
    before = [*(one.span for one, _ in pairing.reworded), *(one.span for one in pairing.removed)]
    after = [*(one.span for _, one in pairing.reworded), *(one.span for one in pairing.added)]
    if before or after:
        yield Change(kind=kind, text=f"The {what} changed.", before=tuple(before), after=tuple(after))
