"""`viva audit`: who did what; and how far scores can be relied on, by an organisation's own ratings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from realtime_scoring.agreement.report import Report, compare
from realtime_scoring.agreement.types import TooFewPairs
from server.cli.agreement_report import print_agreement
from server.cli.audit_log import log
from server.cli.commands import fail
from server.cli.ratings import read_ratings

audit_commands = typer.Typer(help="The audit trail, and how far scores can be relied on.", no_args_is_help=True)


@audit_commands.callback()
def _group() -> None:
    """The audit trail, and how far scores can be relied on."""


audit_commands.command()(log)


@audit_commands.command()
def agreement(
    file: Annotated[
        Path, typer.Argument(metavar="RATINGS.csv", help="answer, competency, rater, level (1-5 or none).")
    ],
    seed: Annotated[int, typer.Option(min=0, help="Of the resampling behind the intervals.")] = 1,
    draws: Annotated[int, typer.Option(min=100, max=100_000, help="Samples behind each interval.")] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say how far raters agree, people or engines. Exit code 1 below ten answers that two raters gave a level."""
    ratings = read_ratings(file)
    try:
        with _progress() as report:
            result = compare(ratings, seed=seed, draws=draws, report=report)
    except TooFewPairs as error:
        fail("too_few_pairs", f"{file}: {error}")
    if as_json:
        typer.echo(json.dumps(asdict(result), ensure_ascii=False, indent=2))
    else:
        print_agreement(result)


@contextmanager
def _progress() -> Iterator[Report]:
    columns = (TextColumn("Resampling"), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("", total=None)

        def report(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield report
