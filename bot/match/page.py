"""A match as one page to print and keep: no scripts, nothing loaded, all text escaped, links to the registry alone."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import urlsplit

from bot.answer.plain import plain
from bot.match.matching import Matched
from bot.match.rows import SILENCE_COUNTS, STUDY_TEAM, Group, Row, Sheet, distances, needed, roll_up, sheets
from bot.person import wording
from bot.person.clinical import Unmentioned
from bot.person.recap import fact_words
from bot.person.whynot import WhyNot
from bot.render import standing_line

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff }
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin: 2.2rem 0 .3rem }
table { border-collapse: collapse; width: 100%; margin: .6rem 0 }
caption { text-align: left; font-weight: 600; padding: .4rem 0 }
th, td { border: 1px solid #8a8a8a; padding: .35rem .5rem; text-align: left; vertical-align: top }
td { overflow-wrap: anywhere } td:nth-child(5) { overflow-wrap: normal }
thead th { background: #eee } tbody th { font-weight: 600; white-space: nowrap }
.problem td, .problem th { background: #fdf0dc } .part th { font-weight: 400; padding-left: 1.4rem }
.small { color: #444; font-size: .9rem } ul { margin: .3rem 0; padding-left: 1.3rem }
@media print { body { margin: 0; max-width: none; font-size: 10pt } h2 { break-after: avoid } tr { break-inside: avoid }
  thead { display: table-header-group } a { color: inherit } }
"""


def page(matched: Matched, store: str, today: datetime.date) -> str:
    """The whole page. `store` is the fingerprint of the store that it was made from."""
    made = sheets(matched, today)
    body = [*_top(matched, store, today)]
    if matched.why_not:
        body += _why_not(matched.why_not)
    for sheet in made:
        body += _trial(sheet)
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>Trials and rules, {today.isoformat()}</title>",
            f"<style>{_STYLE}</style></head>",
            "<body><main>",
            *body,
            "</main></body></html>",
            "",
        ]
    )


def _top(matched: Matched, store: str, today: datetime.date) -> Iterator[str]:
    yield "<h1>Trials compared with one person, rule by rule</h1>"
    yield f"<p><strong>{escape(STUDY_TEAM)}</strong> A rule is met or not met as it is written: an exclusion that is"
    yield "met speaks against joining.</p>"
    yield f'<p class="small">Made on {today.isoformat()} from the store <code>{escape(store)}</code>. '
    yield f"{len(matched.offers)} trials, in the order in which they were found.</p>"
    if matched.unmentioned is Unmentioned.ABSENT:
        yield f"<p>{escape(SILENCE_COUNTS)}</p>"
    yield "<h2>What was read of the person</h2>"
    facts = dict.fromkeys((fact_words(fact), plain(fact.quote)) for fact in matched.profile.current())
    yield _list(f"{escape(words)} <q>{escape(quote)}</q>" for words, quote in facts)
    if matched.moved:
        yield "<h2>What the supposed facts move</h2>"
        yield _list(
            escape(f"{move.trial_id}: {move.before.value} → {move.after.value}, by {move.criterion_id}: {move.because}")
            for move in matched.moved
        )


def _why_not(why: WhyNot) -> Iterator[str]:
    yield f"<h2>What stands in the way of {escape(why.trial_id)}</h2>"
    if not why.obstacles and why.rules:
        yield "<p>No change of what is known clears its rules: see the table.</p>"
    elif not why.obstacles:
        yield "<p>No rule that could be worked out stands in the way.</p>"
    yield _list(
        f"{escape(needed(one))}: the notes say <q>{escape(plain(one.fact.quote))}</q> "
        f"({escape(', '.join(dict.fromkeys(place.criterion_id for place in one.places)))})"
        for one in why.obstacles
    )
    if why.needs:
        names = wording.listed((wording.name(one) for one in why.needs), most=len(why.needs))
        yield f"<p>Not known besides: {escape(names)}.</p>"


def _trial(sheet: Sheet) -> Iterator[str]:
    card = sheet.card
    yield f"<section><h2>{escape(card.title)}</h2>"
    state = [card.status + ("" if card.open else " (not open now)"), card.phase, card.place]
    dated = f"record as of {card.as_of}" if card.as_of else "the record gives no date"
    parts = [escape(part) for part in (*state, dated) if part]
    yield f"<p>{' · '.join([_link(card.trial_id, card.url), *parts])}</p>"
    for warning in card.warnings:
        yield f"<p><strong>Note:</strong> {escape(warning)}</p>"
    yield f"<p><strong>{escape(standing_line(sheet.offer.standing))}</strong></p>"
    yield _list(
        f"<strong>{escape(group.value.capitalize())}:</strong> {escape(words)}" for group, words in roll_up(sheet)
    )
    yield f"<table><caption>The rules of {escape(card.trial_id)}, {len(sheet.rows)} in all</caption>"
    heads = ("Rule", "The record says", "The notes say", "Verdict", "Rests on", "Because")
    yield "<thead><tr>" + "".join(f'<th scope="col">{head}</th>' for head in heads) + "</tr></thead><tbody>"
    for row in sheet.rows:
        yield _row(row)
    yield "</tbody></table></section>"


def _row(row: Row) -> str:
    group = "problem" if row.group is Group.PROBLEM else "part" if row.group is None else ""
    verdict = f"{row.says} – {row.group.value}" if row.group else row.says
    quote = f"<q>{escape(plain(row.evidence))}</q>" if row.evidence else ""
    because = "<br>".join(escape(line) for line in (row.reason, *distances(row)) if line)
    cells = (escape(row.text), quote, escape(verdict), escape(row.basis or ""), because)
    return (
        f'<tr{f" class={chr(34)}{group}{chr(34)}" if group else ""}><th scope="row">{escape(row.label)}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
    )


def _list(items: Iterable[str]) -> str:
    made = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{made}</ul>" if made else ""


def _link(text: str, url: str | None) -> str:
    """A link to the record, if its address is one of the web; else the words alone."""
    if url is None or urlsplit(url).scheme not in ("https", "http") or not urlsplit(url).hostname:
        return escape(text)
    return f'<a href="{escape(url)}" rel="noreferrer">{escape(text)}</a>'
