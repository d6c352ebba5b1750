"""The command `viva`. Exit codes: 0 ok, 1 failed, 2 wrong usage or settings."""

from __future__ import annotations

from importlib.metadata import entry_points

import typer

from server.cli.commands import Commands
from server.cli.doctor import doctor
from server.cli.flows import flow_commands
from server.cli.interviews import interview_commands
from server.cli.migrate import migrate
from server.cli.models import model_commands
from server.cli.serve import serve
from server.cli.users import user_commands

PLUGINS = "viva.commands"


def build_app() -> typer.Typer:
    app = typer.Typer(
        name="viva",
        cls=Commands,
        help="Self-hosted, real-time streaming interviews.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.command()(serve)
    app.command()(doctor)
    app.command()(migrate)
    app.add_typer(user_commands, name="user")
    app.add_typer(interview_commands, name="interview")
    app.add_typer(flow_commands, name="flow")
    app.add_typer(model_commands, name="models")
    _join_others(app)
    return app


def _join_others(app: typer.Typer) -> None:
    """Rooms above the server (demo, simulate) name a `register(app)` of theirs in the entry-point group."""
    for entry in entry_points(group=PLUGINS):
        try:
            register = entry.load()
        except ImportError as error:
            typer.secho(f"commands of {entry.value} are missing: {error}", fg="yellow", err=True)
            continue
        register(app)


app = build_app()
