"""`viva flow`: look at flow files before a candidate does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.hr.flows import FlowInvalid, load_flow
from server.interviews.rubrics import open_scoring
from server.settings import load_settings

flow_commands = typer.Typer(help="Flow files.", no_args_is_help=True)


@flow_commands.callback()
def _group() -> None:
    """Flow files."""


@flow_commands.command()
def check(files: Annotated[list[Path], typer.Argument(help="Flow files (YAML).")]) -> None:
    """Say what is wrong with flow files, with file and line. Exit code 1 when something is."""
    known = {competency.id for competency in open_scoring(load_settings().rubrics_dir).competencies()}
    failed = False
    for file in files:
        try:
            flow = load_flow(file, known)
        except FlowInvalid as error:
            failed = True
            typer.secho(f"{error.code}: {error.detail}", fg="red", err=True)
        else:
            questions = sum(len(stage.questions) for stage in flow.stages)
            typer.echo(f"{file}: {flow.id} version {flow.version}, {len(flow.stages)} stages, {questions} questions")
    if failed:
        raise typer.Exit(1)
