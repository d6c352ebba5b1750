"""`viva doctor`: what works on this machine, what is missing, and what to do about it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from server.settings import load_settings

if TYPE_CHECKING:  # engines take seconds to import: other commands, and --help, do without them
    from server.cli.checks import Finding

_COLOURS = {"ok": "green", "optional": "yellow", "failed": "red"}


def doctor(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Look at everything the server needs. Exit code 0 when it can run as configured, 1 when something fails."""
    from server.cli.checks import check_everything

    findings = asyncio.run(check_everything(load_settings()))
    ok = all(finding.status != "failed" for finding in findings)
    if as_json:
        typer.echo(json.dumps({"ok": ok, "checks": [asdict(finding) for finding in findings]}, indent=2))
    else:
        _show(findings)
        typer.echo("Ready." if ok else "Not ready: see what failed above.")
    if not ok:
        raise typer.Exit(1)


def _show(findings: list[Finding]) -> None:
    table = Table("Part", "State", "What was found")
    for finding in findings:
        table.add_row(finding.name, f"[{_COLOURS[finding.status]}]{finding.status}[/]", finding.detail)
    Console().print(table)
