"""The command line: results on stdout, progress on stderr, one clear line and exit code 2 for what cannot be done."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot import render, render_store, report
from bot.cli_match import match
from bot.errors import SettingsError, TrialogueError
from bot.inputs import given, run_batch
from bot.options import AsJson, StoreDir, print_json, settings_for
from bot.person.clinical import Unmentioned
from bot.quiet import quiet
from bot.state import State
from index.errors import TrialogueIndexError
from prompts.loader import PromptError

app = typer.Typer(
    help="A conversation about clinical trials that shows the registry's own words under every statement.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Batch = Annotated[
    Path | None, typer.Option("--batch", help='A file with {"id","text"} a line; prints one JSON object a line.')
]


def main() -> None:
    """Runs a command; what cannot be done is one line on stderr."""
    try:
        app()
    except (TrialogueError, TrialogueIndexError, PromptError) as exc:
        typer.echo(f"trialogue: {' '.join(str(exc).split())}", err=True)
        raise SystemExit(2) from exc
    except BrokenPipeError:
        sys.stderr.close()


def _print_lines(values: Iterable[Any]) -> None:
    for value in values:
        print_json(value)


@app.command()
def index(
    sources: Annotated[list[Path] | None, typer.Argument(help="Files and folders of trial records.")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Index the bundled sample.")] = False,
    ctgov: Annotated[bool, typer.Option("--ctgov", help="Ask ClinicalTrials.gov instead of reading files.")] = False,
    condition: Annotated[list[str] | None, typer.Option("--condition", help="A condition; one of several.")] = None,
    term: Annotated[list[str] | None, typer.Option("--term", help="Any other word; all of several.")] = None,
    place: Annotated[str, typer.Option("--place", help="A country, state or city with a site.")] = "",
    status: Annotated[list[str] | None, typer.Option("--status", help="Such as recruiting; one of several.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Updated since a date, or since the last run.")] = None,
    base_url: Annotated[str | None, typer.Option("--base-url", help="A mirror of the API v2.")] = None,
    pause: Annotated[float | None, typer.Option("--pause", min=0, help="Seconds between two requests.")] = None,
    store: StoreDir = None,
    as_json: AsJson = False,
) -> None:
    """Add or update trials from files and folders, or from ClinicalTrials.gov."""
    from bot.indexing import index_files, index_registry
    from bot.registry_query import asked_of_registry

    errors = Console(stderr=True)
    asked = asked_of_registry(condition or [], term or [], place, status or [], since)
    if ctgov and not sources and not sample:
        result = index_registry(settings_for(store), asked.query, asked.since_last, base_url, pause, errors)
    elif ctgov or asked.limits or base_url:
        raise SettingsError("--condition and its like go with --ctgov, and --ctgov with no files; use one at a time")
    else:
        result = index_files(settings_for(store), sources or [], sample, errors)
    if as_json:
        print_json(report.built(result))
    else:
        render_store.show_built(result, Console())


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="What to look for.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many trials.")] = 10,
    batch: Batch = None,
    store: StoreDir = None,
    as_json: AsJson = False,
) -> None:
    """Find trials and their best passages."""
    from bot import wiring
    from index.search.trials import search as find

    quiet()
    opened = wiring.open_store(settings_for(store))
    if batch:
        _print_lines(run_batch(batch, lambda words: report.searched(find(opened, words, limit=limit))))
        return
    result = find(opened, given(text, "what to look for"), limit=limit)
    if as_json:
        print_json(report.searched(result))
        return
    render_store.show_hits(result, opened.records.only_sample(), Console())


@app.command()
def rank(
    notes: Annotated[Path, typer.Option("--notes", help='A file with {"id","text"} a line, each about one person.')],
    run: Annotated[Path, typer.Option("--run", help="The file to write, in the TREC run format.")],
    depth: Annotated[int, typer.Option("--depth", min=1, help="How many trials for each note.")] = 1000,
    store: StoreDir = None,
) -> None:
    """Put the trials in order for many notes, whatever their status."""
    from bot import wiring
    from bot.ranking import rank_notes

    quiet()
    errors = Console(stderr=True)
    ranked = rank_notes(wiring.open_store(settings_for(store)), notes, depth, run, errors)
    errors.print(f"{ranked} notes ranked in {run}", markup=False, highlight=False)


@app.command()
def assess(
    pairs: Annotated[
        Path, typer.Option("--pairs", help='A file with {"pair_id","note","criterion","kind","title"} a line.')
    ],
    verdicts: Annotated[Path, typer.Option("--verdicts", help="The file to write: a verdict a line, as JSON.")],
    unmentioned: Annotated[
        Unmentioned, typer.Option(help="Whether what a whole note leaves out is unknown, or counts as absent.")
    ] = Unmentioned.UNKNOWN,
) -> None:
    """Compare many notes with one criterion each: met, not met, unknown or not applicable, as it is written."""
    from bot.assessing import assess_file

    quiet()
    errors = Console(stderr=True)
    assessed = assess_file(pairs, verdicts, unmentioned, errors)
    errors.print(f"{assessed} pairs assessed in {verdicts}", markup=False, highlight=False)


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="A question, as you would ask a person.")] = "",
    clinician: Annotated[bool, typer.Option("--clinician", help="Word the reply for a clinician.")] = False,
    batch: Batch = None,
    store: StoreDir = None,
    as_json: AsJson = False,
) -> None:
    """Ask one question: one turn of a conversation."""
    from bot import wiring

    conversation = wiring.open_conversation(settings_for(store))
    state = State(clinician=clinician)
    if batch:
        _print_lines(run_batch(batch, lambda words: report.asked(conversation.turn(state, words))))
        return
    turn = conversation.turn(state, given(text, "a question"))
    if as_json:
        print_json(report.asked(turn))
    else:
        render.render(turn.events, Console())


@app.command()
def show(
    trial: Annotated[str, typer.Argument(metavar="ID", help="A trial's number.")] = "",
    changes: Annotated[bool, typer.Option("--changes", help="What changed since earlier versions.")] = False,
    batch: Batch = None,
    store: StoreDir = None,
    as_json: AsJson = False,
) -> None:
    """Show a record: its sections, its criteria with their places, and what looks wrong with it; or what changed."""
    from bot import wiring
    from index.health import flags

    opened = wiring.open_store(settings_for(store))
    today = datetime.date.today()

    def one(name: str) -> report.Json:
        record = opened.record(name)
        if changes:
            return report.changed(record, opened.records.versions(record.trial.id))
        return report.shown(record, flags(record, today))

    if batch:
        _print_lines(run_batch(batch, one))
    elif as_json:
        print_json(one(given(trial, "a trial's number")))
    else:
        record = opened.record(given(trial, "a trial's number"))
        if changes:
            render_store.show_changes(record, opened.records.versions(record.trial.id), Console())
        else:
            render.show_record(record, flags(record, today), Console())


app.command()(match)


@app.command()
def chat(
    clinician: Annotated[bool, typer.Option("--clinician", help="Word the replies for a clinician.")] = False,
    store: StoreDir = None,
) -> None:
    """Talk in the terminal. An empty line or Ctrl-D ends it; nothing is kept."""
    from bot import wiring

    conversation = wiring.open_conversation(settings_for(store))
    console = Console()
    if notice := conversation.notice():
        console.print(notice, style="dim", markup=False)
    console.print(
        "What condition or trial is it about? (“undo”, “start over” and “what do you know about me” work too.)"
    )
    state = State(clinician=clinician)
    while message := _next_line(console):
        turn = conversation.turn(state, message)
        state = turn.state
        render.render(turn.events, console)


def _next_line(console: Console) -> str:
    try:
        return console.input("\n[bold]you ›[/] ").strip()
    except (EOFError, KeyboardInterrupt):
        console.print()
        return ""


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option("--host", help="The address to listen on.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[int | None, typer.Option("--port", help="The port to listen on.", show_default="8000")] = None,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,
    store: StoreDir = None,
) -> None:
    """Start the web app on this machine."""
    from bot import serve as server
    from bot import wiring

    settings = settings_for(store)
    quiet()
    wiring.open_store(settings).close()  # a missing store is said here, in one line, and not in the page
    server.serve(host or settings.host, port or settings.port, settings.store, open_browser)


@app.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Make derived parts again where they are missing.")] = False,
    store: StoreDir = None,
    as_json: AsJson = False,
) -> None:
    """Check the store, the embedder and the model; exit code 1 when something is wrong."""
    from bot.checkup import check_up

    quiet()
    findings = check_up(settings_for(store), repair)
    if as_json:
        print_json({"checks": [finding.model_dump() for finding in findings]})
    else:
        for finding in findings:
            typer.echo(f"{'ok  ' if finding.ok else 'WRONG'} {finding.name}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
