"""The command `match`: one person beside the rules of many trials, why not one of them, and what if."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.inputs import read_text
from bot.options import AsJson, StoreDir, print_json, settings_for
from bot.person.clinical import Unmentioned
from bot.quiet import quiet


def match(
    file: Annotated[Path, typer.Argument(help="A clinical note as plain text, or a FHIR R4 bundle.")],
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many trials.")] = 6,
    unmentioned: Annotated[
        Unmentioned,
        typer.Option(help="Whether what a whole note leaves out is unknown, or counts as absent where that helps."),
    ] = Unmentioned.UNKNOWN,
    why_not: Annotated[
        str, typer.Option("--why-not", metavar="ID", help="One trial: the fewest facts that stand in its way.")
    ] = "",
    suppose: Annotated[
        list[str] | None,
        typer.Option("--if", metavar="NAME=VALUE", help='Such as "platelets=120" or "hiv=no": shows what moves.'),
    ] = None,
    export: Annotated[
        Path | None, typer.Option("--export", help="Also write the table to a file: .csv, .json or .html.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file of --export.")] = False,
    store: StoreDir = None,
    as_json: AsJson = False,
) -> None:
    """Compare a person, told in a file, with the rules of the trials that fit best."""
    from bot import wiring
    from bot.match.export import as_json as report
    from bot.match.export import checked
    from bot.match.export import export as write
    from bot.match.matching import Wish, match_text
    from bot.match.table import show_match

    quiet()
    if export:
        checked(export, force)
    text, today = read_text(file), datetime.date.today()
    settings = settings_for(store)
    opened = wiring.open_store(settings)
    wish = Wish(limit=limit, unmentioned=unmentioned, suppose=tuple(suppose or ()), trial=why_not)
    matched = match_text(opened, text, wish, today, wiring.open_judge(settings))
    if matched.note:
        typer.echo(matched.note, err=True)
    if export:
        write(matched, export, force, opened.fingerprint(), today)
        typer.echo(f"The table of {len(matched.offers)} trials is in {export}.", err=True)
    if as_json:
        print_json(report(matched, today))
    else:
        show_match(matched, Console(), today)
