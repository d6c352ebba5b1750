"""`viva rubric`: look at rubric files before a score rests on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from realtime_scoring.engine import ScoringEngine
from server.interviews.rubrics import RubricInvalid, check_files

rubric_commands = typer.Typer(help="Rubric files.", no_args_is_help=True)


@rubric_commands.callback()
def _group() -> None:
    """Rubric files."""


@rubric_commands.command()
def check(files: Annotated[list[Path], typer.Argument(help="Rubric files (YAML).")]) -> None:
    """Say what is wrong with rubric files, where, and how to mend it. Exit code 1 when something is."""
    problems = check_files(files, ScoringEngine.default())
    for problem in problems:
        typer.secho(f"{RubricInvalid.code}: {problem}", fg="red", err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo(f"{len(files)} rubric files, nothing to mend" if len(files) > 1 else f"{files[0]}: nothing to mend")
