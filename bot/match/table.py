"""A match on the terminal: how each trial stands, its rules in both words, what stands in the way, and what moved."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.answer.plain import plain
from bot.match.matching import Matched, rules_of
from bot.match.rows import (
    SILENCE_COUNTS,
    STUDY_TEAM,
    Group,
    Row,
    Sheet,
    distances,
    label,
    needed,
    roll_up,
    sheets,
    words_of,
)
from bot.person import wording
from bot.person.clinical import Unmentioned
from bot.person.eligibility import Verdict
from bot.person.recap import fact_words
from bot.person.whynot import WhyNot
from bot.render import standing_line

_LONGEST = 300
_LABEL = 15
_STYLES = {Group.PROBLEM: "yellow", Group.FITS: "green"}


def show_match(matched: Matched, console: Console, today: datetime.date) -> None:
    """Everything that was asked for, the verdict on every rule last."""
    made = sheets(matched, today)
    for line in _read(matched):
        console.print(line)
    if matched.why_not:
        for line in _why_not(matched.why_not, made[0]):
            console.print(line)
    if matched.supposed:
        for line in _moved(matched, made):
            console.print(line)
    for sheet in made:
        console.print()
        for line in _head(sheet):
            console.print(line)
        console.print(_table(sheet.rows))
    if matched.question and not matched.why_not:
        console.print(Panel(Text(f"{matched.question.text}\n{matched.question.why}"), title="What to find out next"))
    console.print(Text(STUDY_TEAM, style="dim"))


def _read(matched: Matched) -> Iterator[Text]:
    stated = dict.fromkeys(fact_words(fact) for fact in matched.profile.current() if fact not in matched.supposed)
    yield Text(f"Read from the text: {'; '.join(stated) or 'nothing that a rule can be held against'}.")
    if matched.supposed:
        said = dict.fromkeys(fact.quote for fact in matched.supposed)
        yield Text(f"{'; '.join(said)}.", style="bold")
    if matched.unmentioned is Unmentioned.ABSENT:
        yield Text(SILENCE_COUNTS, style="dim")


def _head(sheet: Sheet) -> Iterator[Text]:
    card = sheet.card
    yield Text(f"{card.trial_id}  {card.title}", style="bold")
    state = [card.status + ("" if card.open else " (not open now)"), card.phase, card.place]
    dated = f"record as of {card.as_of}" if card.as_of else "the record gives no date"
    yield Text(" · ".join(part for part in (*state, dated, card.url) if part), style="dim")
    for warning in card.warnings:
        yield Text(f"Note: {warning}", style="yellow")
    yield Text(standing_line(sheet.offer.standing), style="bold")
    for group, words in roll_up(sheet):
        yield Text.assemble((f"  {group.value.capitalize()}: ", _STYLES.get(group, "")), words)


def _table(rows: Sequence[Row]) -> Table:
    """Three columns, so that it can be read on a narrow terminal too."""
    table = Table(show_lines=True, expand=True)
    table.add_column("rule", min_width=_LABEL, max_width=_LABEL, overflow="fold")
    table.add_column("the record says", ratio=1, overflow="fold")
    table.add_column("the notes say, and why", ratio=1, overflow="fold")
    for row in rows:
        style = _STYLES.get(row.group, "") if row.group else "dim"
        basis = f"\n({row.basis})" if row.basis else ""
        rule = Text.assemble(row.label, ("\n" + row.says, style), (basis, "dim"))
        table.add_row(rule, Text(_short(row.text)), _why(row))
    return table


def _why(row: Row) -> Text:
    """The person's words, the reason, and by how much a figure is off."""
    if row.verdict is Verdict.UNKNOWN and not row.needs:
        return Text(Group.TEAM.value, style="dim")
    quote = f"“{_short(plain(row.evidence))}”\n" if row.evidence else ""
    return Text.assemble((quote, "cyan"), "\n".join((row.reason, *distances(row))))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


# --- why not


def _why_not(why: WhyNot, sheet: Sheet) -> Iterator[Text]:
    rules = {criterion.id: criterion for criterion in rules_of(sheet.offer.record)}
    if not why.obstacles and why.rules:
        yield Text(f"No change of what is known clears the rules of {why.trial_id}: see below.", style="bold")
    elif not why.obstacles:
        yield Text(f"No rule that could be worked out stands in the way of {why.trial_id}.", style="bold")
    else:
        count = f"{len(why.obstacles)} thing" + ("" if len(why.obstacles) == 1 else "s")
        yield Text(f"What stands in the way of {why.trial_id}: {count} would have to be different.", style="bold")
    for number, obstacle in enumerate(why.obstacles, 1):
        yield Text(f"{number}. {needed(obstacle)}")
        yield Text(f"   the notes say “{plain(obstacle.fact.quote)}”", style="dim")
        for place in dict.fromkeys(place.criterion_id for place in obstacle.places):
            words = _short(words_of(rules[place], rules.values()))
            yield Text(f"   [{label(rules[place])}] “{words}”", style="dim")
    yield Text(_unknown(why), style="" if why.obstacles else "bold")


def _unknown(why: WhyNot) -> str:
    parts = []
    if why.needs:
        names = wording.listed((wording.name(one) for one in why.needs), most=len(why.needs))
        parts.append(f"not known {'besides' if why.obstacles else 'yet'}: {names}")
    if why.as_written:
        count = f"{len(why.as_written)} rule" + ("" if len(why.as_written) == 1 else "s")
        parts.append(f"only the study team can tell for {count}")
    words = "; ".join(parts) or "every rule is settled"
    return f"{words[0].upper()}{words[1:]}."


# --- what if


def _moved(matched: Matched, made: Iterable[Sheet]) -> Iterator[Text]:
    by_id = {sheet.card.trial_id: sheet for sheet in made}
    if not matched.moved:
        yield Text(f"Nothing moves in these {len(by_id)} trials.", style="bold")
        return
    yield Text(f"It moves {len(matched.moved)} of {len(by_id)} trials:", style="bold")
    for move in matched.moved:
        sheet = by_id[move.trial_id]
        rule = next(row for row in sheet.rows if row.criterion_id == move.criterion_id)
        change = (
            f"still {move.after.value}" if move.before is move.after else f"{move.before.value} → {move.after.value}"
        )
        yield Text(f"  {move.trial_id}  {sheet.card.title}: {change}", style="bold")
        yield Text(f"    by {rule.label}: {move.because}")
