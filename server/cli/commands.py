"""What all commands have in common: how they fail, and how rooms above the server add theirs."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from media.errors import MediaError
from server.errors import InterviewError
from server.settings import ConfigInvalid

FAILED = 1
USAGE = 2
PLUGINS = "viva.commands"


class Commands(TyperGroup):
    """Fails in one line with the stable code; a traceback is for bugs. Other rooms' commands are loaded when wanted."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigInvalid as error:
            fail(error.code, error.detail, USAGE)
        except (InterviewError, MediaError) as error:
            fail(error.code, error.detail)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return super().get_command(ctx, cmd_name) or _joined().get(cmd_name)

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *_joined()]


def fail(code: str, detail: str, exit_code: int = FAILED) -> NoReturn:
    typer.secho(f"{code}: {detail}", fg="red", err=True)
    raise typer.Exit(exit_code)


@cache
def _joined() -> dict[str, Any]:
    """Rooms above the server (demo, simulate) name a `register(app)` of theirs in the entry-point group."""
    app = typer.Typer()
    app.callback()(lambda: None)
    for entry in entry_points(group=PLUGINS):
        try:
            register = entry.load()
        except ImportError as error:
            typer.secho(f"commands of {entry.value} are missing: {error}", fg="yellow", err=True)
            continue
        register(app)
    group: Any = typer.main.get_command(app)
    commands: dict[str, Any] = group.commands
    return commands
