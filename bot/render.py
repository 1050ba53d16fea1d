"""Events on a terminal, with rich: the same list of events that every other face shows.

Text of a record is printed as text: never as markup, never as a link, control characters taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.answer.plain import plain
from bot.answer.schema import Answer, Citation, Claim, Intent
from bot.events import Answered, Asked, Declined, Event, Failed, Learned, Moved, Searching, TrialCard, Urgent
from bot.person.eligibility import Standing
from bot.person.interview import Question
from bot.person.recap import fact_words
from bot.readback import read_line, searched_for
from index.health import Flag
from index.record import Record
from index.trial import SectionName

_LONGEST_QUOTE = 220


def render(events: Iterable[Event], console: Console) -> None:
    for event in events:
        console.print(_shown(event))


def _shown(event: Event) -> RenderableType:
    match event:
        case Searching():
            return _searching(event)
        case Learned():
            return Text("Noted: " + "; ".join(fact_words(fact) for fact in event.facts) + ".", style="dim")
        case TrialCard():
            return _card(event)
        case Moved():
            return _moved(event)
        case Answered():
            return _answer(event.answer)
        case Asked():
            return _question(event.question)
        case Urgent():
            return Panel(Text(event.text, style="bold"), title="Please read this first", border_style="red")
        case Declined() | Failed():
            return Padding(Text(event.text, style="yellow"), (0, 0, 1, 0))


def _searching(event: Searching) -> Text:
    left_out = f"; left out: {', '.join(event.left_out)}" if event.left_out else ""
    found = f"{searched_for(event)}: {event.found} related trials{left_out}."
    return Text("\n".join(filter(None, [found, read_line(event)])), style="dim")


def _card(card: TrialCard) -> RenderableType:
    facts = [card.status + ("" if card.open else " (not open now)"), card.phase, card.place]
    lines: list[RenderableType] = [
        Text(" · ".join(fact for fact in facts if fact)),
        *(Text(f"Note: {warning}", style="yellow") for warning in card.warnings),
    ]
    if card.standing:
        lines.append(Text(standing_line(card.standing), style="bold"))
    for problem in card.problems:
        lines += [Text(f"  May be a problem: {problem.text}"), *(_quote(rule) for rule in problem.citations)]
    if card.differs:
        lines += [Text(card.differs.text), *_compared(card.differs, card.trial_id)]
    if card.why:
        lines.append(_quote(card.why))
    source = f"Record as of {card.as_of}." if card.as_of else "The page gives no date."
    sample = " Sample data, restated." if card.sample else ""
    lines.append(Text(f"{source}{sample} {card.url or ''}".rstrip(), style="dim"))
    return Panel(Group(*lines), title=Text(f"{card.trial_id}  {card.title}"), title_align="left")


def _compared(claim: Claim, trial_id: str) -> Iterator[Text]:
    """What a difference rests on: the words of this trial, and where those of the other stand."""
    others = [one for one in claim.citations if one.trial_id != trial_id]
    for other in dict.fromkeys(one.trial_id for one in others):
        places = dict.fromkeys(one.label.removeprefix(f"{other} · ") for one in others if one.trial_id == other)
        yield Text(f"    [{other} · {', '.join(places)}]", style="cyan")
    yield from (_quote(one, claim.text) for one in claim.citations if one.trial_id == trial_id)


def standing_line(standing: Standing) -> str:
    """An outlook in words with every rule counted: nothing is left out silently."""
    counts = [
        (len(standing.fits), "fit"),
        (len(standing.problems), "may be a problem"),
        (len(standing.open_questions), "need an answer"),
        (len(standing.as_written), "only the study team can tell"),
    ]
    counted = ", ".join(f"{n} {words}" for n, words in counts if n)
    return f"{standing.outlook.capitalize()} — " + (f"of the rules: {counted}" if counted else "no rules to compare")


def _moved(event: Moved) -> RenderableType:
    change = f"still {event.after}" if event.before == event.after else f"{event.before} → {event.after}"
    return Group(
        Text(f"{event.trial_id}  {plain(event.title)}: {change}", style="bold"),
        Text(f"  {event.because}"),
        _quote(event.rule),
    )


def _answer(answer: Answer) -> RenderableType:
    parts: list[RenderableType] = []
    listed = answer.intent in (Intent.FIND_TRIALS, Intent.SIMILAR)  # the cards above say it
    for claim in () if listed else answer.claims:
        parts.append(Text(f"• {claim.text}"))
        parts += [_quote(citation, claim.text) for citation in claim.citations]
    parts += [Text(note, style="dim") for note in answer.notes]
    return Padding(Group(*parts), (0, 0, 1, 0))


def _quote(citation: Citation, claim: str = "") -> Text:
    """A citation with its words, or its label alone where the claim is those words already."""
    quote = plain(citation.quote)
    label = f"    [{citation.label}] "
    if quote and quote in claim:
        return Text(label.rstrip(), style="cyan")
    shown = quote if len(quote) <= _LONGEST_QUOTE else quote[: _LONGEST_QUOTE - 1] + "…"
    return Text.assemble((label, "cyan"), (f"“{shown}”", "dim"))


def _question(question: Question) -> RenderableType:
    options = " / ".join(option.says for option in question.options)
    return Panel(
        Group(Text(question.text, style="bold"), Text(question.why, style="dim"), Text(options)), border_style="blue"
    )


def show_record(record: Record, flags: Iterable[Flag], console: Console) -> None:
    """The whole record: flags, sections, and the criteria with their spans and what was read from them."""
    for flag in flags:
        console.print(Text(f"Note: {flag.text}", style="yellow"))
    for section in record.sections:
        if section.name is not SectionName.ELIGIBILITY:
            console.print(Panel(Text(section.text), title=section.name.words, title_align="left"))
    table = Table("rule", "words of the record", "read as", "place", title="eligibility", show_lines=True)
    for criterion in record.criteria:
        read = "as written" if criterion.rule is None else "typed"
        table.add_row(criterion.label, Text(criterion.lead), read, f"{criterion.start}-{criterion.end}")
    console.print(table)
