"""`viva models`: recognisers on this machine. The model hub's library is imported when it is needed: it is slow."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

model_commands = typer.Typer(help="Recognisers.", no_args_is_help=True)


@model_commands.command("list")
def list_all(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Which recognisers there are: bundled, in the local cache, or available for download."""
    from media.models import list_models

    entries = list_models()
    if as_json:
        typer.echo(json.dumps([asdict(entry) for entry in entries]))
        return
    table = Table("Name", "Size", "State", "Languages")
    for entry in entries:
        kind = " (demonstration)" if entry.demonstration else ""
        table.add_row(entry.name + kind, f"{entry.megabytes} MB", entry.state, ", ".join(entry.languages))
    Console().print(table)


@model_commands.command()
def get(name: Annotated[str, typer.Argument(help="A name from `viva models list`.")]) -> None:
    """Download a recogniser into the local cache."""
    from media.models import get_model
    from server.cli.progress import download_progress

    with download_progress() as progress:
        path = get_model(name, progress)
    typer.echo(f"{name} is in {path}")
