"""What the modules of the command line share: options that every command takes, the settings, JSON for machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.settings import Settings, read_settings

StoreDir = Annotated[
    Path | None, typer.Option("--store", help="The store's folder.", show_default="your user data folder")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def settings_for(store: Path | None) -> Settings:
    settings = read_settings(Path(".env"))
    return settings.model_copy(update={"store": store}) if store else settings


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))
