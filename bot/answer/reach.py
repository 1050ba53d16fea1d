"""Where a trial takes place, whom to ask, and how people join: places and published contacts of the record."""

from __future__ import annotations

from bot.answer.facets import Said, lines_of, say
from bot.answer.schema import DraftClaim
from index.record import Record
from index.trial import SectionName, Site, Span

_MOST_SITES = 6
_MOST_CONTACTS = 4


def where(record: Record, place: str | None = None) -> Said:
    """The sites: those in `place` where one is asked for, the open ones first."""
    sites = _sites(record)
    if not sites:
        yield "No sites are given in this record."
        return
    near = [one for one in sites if _in_place(one[0], place)]
    if place and not near:
        yield f"The record lists no site in {place}."
    shown = sorted(near or sites, key=lambda one: one[0].status is not None and not one[0].status.open)
    countries = sorted({site.country for site, _ in sites if site.country})
    if len(sites) > 1 and countries:
        whole = Span(section=SectionName.SITES, start=sites[0][1].start, end=sites[-1][1].end)
        yield say(record, f"Its sites are in: {', '.join(countries)}.", whole)
    for site, span in shown[:_MOST_SITES]:
        yield _site(record, site, span)
    yield from _uncounted(len(sites), len(near), min(len(shown), _MOST_SITES))
    yield "Sites can open and close: ask the study before you travel."


def _uncounted(total: int, near: int, shown: int) -> Said:
    if near and near > shown:
        yield f"{near - shown} more sites are in that place."
    if near and total > near:
        yield f"{total - near} more sites are elsewhere."
    if not near and total > shown:
        yield f"The record lists {total} sites; {total - shown} are not shown here."


def _sites(record: Record) -> list[tuple[Site, Span]]:
    """Each site that has a line, with the line."""
    text = record.text(SectionName.SITES) or ""
    with_line = [site for site in record.trial.sites if site.facility or site.place or site.zip or site.status]
    return list(zip(with_line, lines_of(SectionName.SITES, text), strict=False))


def _site(record: Record, site: Site, span: Span) -> DraftClaim:
    words = ", ".join(part for part in (site.facility, site.city, site.state, site.country) if part)
    return say(record, f"{words} ({site.status.words})" if site.status else words, span)


def _in_place(site: Site, place: str | None) -> bool:
    parts = {(part or "").lower() for part in (site.city, site.state, site.country)}
    return place is not None and place.lower() in parts


def contact(record: Record) -> Said:
    """The published contacts; the study's own before those of its sites."""
    trial = record.trial
    text = record.text(SectionName.CONTACTS)
    lines = lines_of(SectionName.CONTACTS, text) if text else []
    reachable = _once(record, [span for span in lines if _reaches(record.quote(span))])
    others = [span for span in lines if not _reaches(record.quote(span))]
    for span in reachable[:_MOST_CONTACTS]:
        yield say(record, _contact_words(record.quote(span)), span)
    for span in others[: 0 if len(reachable) >= _MOST_CONTACTS else 2]:
        yield say(record, _contact_words(record.quote(span)), span)
    if len(reachable) > _MOST_CONTACTS:
        yield f"{len(reachable) - _MOST_CONTACTS} more contacts are in the record, most of them for single sites."
    if reachable:
        yield "Phone numbers are as the record gives them. From abroad, put the country code with + or 00 first."
    else:
        yield "No phone number or e-mail is given in my copy of this record."
        if trial.origin.url:
            yield f"The official record may list one: {trial.origin.url}"
    yield say(record, f"Give the trial's number when you call: {trial.id}.", record.line("Identifier"))


def _once(record: Record, spans: list[Span]) -> list[Span]:
    """Without the lines that give an e-mail which an earlier one gives."""
    by_address: dict[str, Span] = {}
    for span in spans:
        last = record.quote(span).rsplit(", ", 1)[-1].lower()
        by_address.setdefault(last if "@" in last else str(span.start), span)
    return list(by_address.values())


def _reaches(line: str) -> bool:
    return "@" in line or sum(character.isdigit() for character in line) >= 6


def _contact_words(line: str) -> str:
    """A contact's line with the registry's spelling of its role made plain: `STUDY CHAIR` -> `study chair`."""
    parts = [part.lower() if part.isupper() and part in _ROLES else part for part in line.split(", ")]
    return ", ".join(parts)


_ROLES = frozenset({"CONTACT", "STUDY CHAIR", "STUDY DIRECTOR", "PRINCIPAL INVESTIGATOR", "SUB INVESTIGATOR"})


def joining(record: Record) -> Said:
    yield "Talk with your doctor first: they can compare the rules with your history and call the study team with you."
    yield from contact(record)
    yield "The study team checks every rule and explains the study before anyone signs a consent form."
    yield "Joining is your choice, and you can leave at any time."
