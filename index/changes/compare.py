"""Two versions of one trial, compared part by part; no section whose text differs is left without a change."""

from __future__ import annotations

from collections.abc import Iterator

from index.changes.blocks import blocks, contacts, publications
from index.changes.change import Change, ChangeKind
from index.changes.criteria import criteria
from index.changes.fields import fields, updated
from index.changes.pieces import Piece, in_order, sentences
from index.changes.places import places
from index.record import Record
from index.trial import SectionName, Span

_TEXTS = {
    SectionName.BRIEF_SUMMARY: "summary",
    SectionName.DETAILED_DESCRIPTION: "description",
    SectionName.POPULATION: "description of the population",
    SectionName.VISITS: "text about visits",
    SectionName.SIDE_EFFECTS: "text about side effects",
}
_COMPOSED = {
    SectionName.RECORD: "record",
    SectionName.ARMS: "list of arms",
    SectionName.DESIGN: "design",
    SectionName.OUTCOMES: "list of outcomes",
    SectionName.SITES: "list of sites",
    SectionName.CONTACTS: "contacts",
    SectionName.PUBLICATIONS: "list of publications",
}
_KINDS = {
    SectionName.ARMS: ChangeKind.ARMS,
    SectionName.OUTCOMES: ChangeKind.OUTCOMES,
    SectionName.SITES: ChangeKind.SITES,
    SectionName.CONTACTS: ChangeKind.CONTACTS,
}
_LINES = {SectionName.RECORD}
_RANK = {kind: rank for rank, kind in enumerate(ChangeKind)}


def changes(old: Record, new: Record) -> tuple[Change, ...]:
    """What changed from `old` to `new`, status first; nothing where both are the same."""
    if old.trial == new.trial:
        return ()
    found = _merged(list(_found(old, new)))
    told = {span.section for change in found for span in (*change.before, *change.after)}
    untold = [name for name in SectionName if name not in told and old.text(name) != new.text(name)]
    update = list(updated(old, new, alone=not found and not set(untold) - {SectionName.RECORD}))
    if update and SectionName.RECORD in untold:
        untold.remove(SectionName.RECORD)
    found += [_set_out(old, new, name) for name in untold]
    found += _unseen(old, new, bool(found or update))
    return tuple(sorted([*found, *update], key=lambda change: _RANK[change.kind]))


def _found(old: Record, new: Record) -> Iterator[Change]:
    yield from fields(old, new)
    yield from criteria(old, new)
    yield from places(old, new)
    yield from blocks(old, new, SectionName.ARMS)
    yield from blocks(old, new, SectionName.OUTCOMES)
    yield from contacts(old, new)
    for section in _TEXTS:
        yield from _text(old, new, section)
    yield from _prose(old, new)
    yield from fields(old, new, SectionName.DESIGN)
    yield from publications(old, new)


def _merged(found: list[Change]) -> list[Change]:
    """The record's line of interventions is told with the interventions themselves."""
    arms = [change for change in found if change.kind is ChangeKind.ARMS]
    line = next((one for one in arms if {span.section for span in (*one.before, *one.after)} == _LINES), None)
    told = next((one for one in arms if one is not line and "ntervention" in one.text), None)
    if line is None or told is None:
        return found
    both = told.model_copy(update={"before": line.before + told.before, "after": line.after + told.after})
    return [both if one is told else one for one in found if one is not line]


def _text(old: Record, new: Record, section: SectionName) -> Iterator[Change]:
    """A prose section as one change over the sentences that differ."""
    was, now = old.text(section) or "", new.text(section) or ""
    before, after = in_order(sentences(was, section), sentences(now, section))
    if before or after:
        yield Change(
            kind=ChangeKind.TEXTS, text=_how(_TEXTS[section], was, now, before, after), before=before, after=after
        )


def _how(name: str, was: str, now: str, before: list[Span], after: list[Span]) -> str:
    if not was:
        return f"A {name} is now given."
    if not now:
        return f"The {name} is no longer given."
    if not before:
        return f"Text was added to the {name}."
    return f"The {name} was reworded." if after else f"Text was removed from the {name}."


def _prose(old: Record, new: Record) -> Iterator[Change]:
    """What a page says below the fields of a section."""
    for section, name in _COMPOSED.items():
        sides = [_below(old, section), _below(new, section)]
        if sides[0][0] or sides[1][0]:
            (_, was), (_, now) = sides
            before, after = in_order(was, now)
            if before or after:
                yield Change(
                    kind=_KINDS.get(section, ChangeKind.TEXTS),
                    text=f"What the page says about the {name} changed.",
                    before=tuple(before),
                    after=tuple(after),
                )


def _below(record: Record, section: SectionName) -> tuple[str, list[Piece]]:
    prose = record.trial.prose.get(section, "")
    text = record.text(section) or ""
    return prose, sentences(text, section, len(text) - len(prose)) if prose else []


def _set_out(old: Record, new: Record, section: SectionName) -> Change:
    """A text that differs only in its order, its blanks or its marks."""
    name = _COMPOSED.get(section) or _TEXTS.get(section) or section.words
    return Change(
        kind=_KINDS.get(section, ChangeKind.TEXTS if section in _TEXTS else ChangeKind.OTHER),
        text=f"The {name} is set out in another way, with the same words.",
        before=_all_of(old, section),
        after=_all_of(new, section),
    )


def _all_of(record: Record, section: SectionName) -> tuple[Span, ...]:
    text = record.text(section) or ""
    return (Span(section=section, start=0, end=len(text)),) if text else ()


def _unseen(old: Record, new: Record, told: bool) -> list[Change]:
    """What the record holds beside its texts: places on the map, wider index terms."""
    places = [[(site.latitude, site.longitude) for site in record.trial.sites] for record in (old, new)]
    terms = [
        (record.trial.condition_ancestors, record.trial.intervention_ancestors, record.trial.origin)
        for record in (old, new)
    ]
    said = []
    if not told and places[0] != places[1]:
        said.append("places of the sites on the map")
    if not told and (terms[0] != terms[1] or not said):
        said.append("details that are not shown as text")
    return [Change(kind=ChangeKind.OTHER, text=f"Only the {' and '.join(said)} changed.")] if said else []
