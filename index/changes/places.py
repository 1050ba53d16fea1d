"""What changed among the sites: added, removed, with another status, or described in another way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from index.changes.change import Change, ChangeKind, counted, names
from index.changes.pieces import Pairing, Piece, line_pieces, paired
from index.record import Record
from index.trial import SectionName
from index.vocabulary import Status

_ALIKE = 0.6  # of the letters of a name: "Hôpital Foch" and "Hopital Foch"
_NEVER = 2.0  # a likeness that no two texts have
_COMMON = re.compile(
    r"\b(?:hospitals?|medical|cent(?:er|re)s?|universit\w+|clinics?|cancer|institut\w*|research|sites?|health|care"
    r"|of|the|and|de|du|la|local|institution|inc|llc|investigational)\b|\W"
)
_STATUS = re.compile(rf" \((?P<status>{'|'.join(status.replace('_', ' ') for status in Status)})\)$")


def places(old: Record, new: Record) -> Iterator[Change]:
    pairing = _same_places(paired(_sites(old), _sites(new), _NEVER, same_thing=lambda piece: piece.name))
    yield from _statuses(pairing)
    for pieces, done in ((pairing.added, "added"), (pairing.removed, "removed")):
        if pieces:
            spans = tuple(piece.span for piece in pieces)
            yield Change(
                kind=ChangeKind.SITES,
                text=f"{counted(len(pieces), 'site')} {done}{names([piece.name for piece in pieces])}.",
                before=spans if done == "removed" else (),
                after=spans if done == "added" else (),
            )
    renamed = [(one, other) for one, other in pairing.reworded if one.name != other.name]
    if renamed:
        shown = names([other.name for _, other in renamed])
        yield Change(
            kind=ChangeKind.SITES,
            text=f"{counted(len(renamed), 'site')} described in another way{shown}.",
            before=tuple(one.span for one, _ in renamed),
            after=tuple(other.span for _, other in renamed),
        )


def _same_places(pairing: Pairing) -> Pairing:
    """With the sites in pairs whose name was spelt, or whose address was written, in another way."""
    pairs, added = list(pairing.reworded), list(pairing.added)
    removed = []
    for one in pairing.removed:
        best = max(((_likeness(one, other), -at) for at, other in enumerate(added)), default=(0.0, 0))
        if best[0] >= _ALIKE:
            pairs.append((one, added.pop(-best[1])))
        else:
            removed.append(one)
    pairs.sort(key=lambda pair: pair[1].span.start)
    return pairing.model_copy(update={"reworded": tuple(pairs), "removed": tuple(removed), "added": tuple(added)})


def _likeness(one: Piece, other: Piece) -> float:
    """How alike the names of two sites are, if their places share more than a country; else 0."""
    (name, place), (its_name, its_place) = _parts(one), _parts(other)
    near = len(place) > 1 and place[0] == its_place[0]
    same_name = name == its_name and len(name.split()) > 2  # "Research Site" names none
    post_code = len(place) > 1 and place[-2] == its_place[-2:][0] and any(char.isdigit() for char in place[-2])
    if not (near or same_name or post_code):
        return 0.0
    own, its_own = _own_words(name), _own_words(its_name)
    return SequenceMatcher(None, own, its_own, autojunk=False).ratio() if own or its_own else 1.0


def _own_words(name: str) -> str:
    return " ".join(_COMMON.sub(" ", name.lower()).split())


def _parts(piece: Piece) -> tuple[str, list[str]]:
    name, _, place = piece.name.rpartition(" — ")
    return name, place.split(", ")


def _sites(record: Record) -> list[Piece]:
    """The lines of the sites; what a page says besides is compared as a text."""
    text = record.text(SectionName.SITES) or ""
    end = len(text) - len(record.trial.prose.get(SectionName.SITES, ""))
    lines = line_pieces(text, SectionName.SITES, end)
    return [piece.model_copy(update={"name": _STATUS.sub("", piece.text)}) for piece in lines]


def _statuses(pairing: Pairing) -> Iterator[Change]:
    changed = [(one, other) for one, other in pairing.reworded if _status(one) != _status(other)]
    ways = Counter((_status(one), _status(other)) for one, other in changed)
    for was, now in ways:
        pairs = [(one, other) for one, other in changed if (_status(one), _status(other)) == (was, now)]
        went = f"went from {was} to {now}" if was and now else f"now says {now}" if now else f"no longer says {was}"
        if len(pairs) > 1:
            went = went.replace("now says", "now say").replace("no longer says", "no longer say")
        who = "A site" if len(pairs) == 1 else f"{len(pairs)} sites"
        yield Change(
            kind=ChangeKind.SITES,
            text=f"{who} {went}{names([other.name for _, other in pairs])}.",
            before=tuple(one.span for one, _ in pairs),
            after=tuple(other.span for _, other in pairs),
        )


def _status(piece: Piece) -> str:
    match = _STATUS.search(piece.text)
    return Status(match["status"].replace(" ", "_")).words if match else ""
