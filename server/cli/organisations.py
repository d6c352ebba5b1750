"""`viva organisation`: what holds for all of an organisation's people."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

import typer

from server.cli.commands import fail
from server.cli.storage import open_storage
from server.cli.users import DEFAULT_ORGANISATION
from server.db.organisations import Organisations
from server.settings import Settings, load_settings

organisation_commands = typer.Typer(help="Organisations.", no_args_is_help=True)


@organisation_commands.callback()
def explain() -> None:
    """What holds for all of an organisation's people."""


@organisation_commands.command()
def scores(
    how: Annotated[Literal["hidden", "shown"], typer.Argument(help="What an interview's page begins with.")],
    organisation: Annotated[str, typer.Option(help="Whose pages.")] = DEFAULT_ORGANISATION,
) -> None:
    """Hide scores until a person asks for them, so that they judge for themselves first, or show them at once."""
    asyncio.run(_set_scores(load_settings(), organisation, hidden=how == "hidden"))
    told = "hidden until asked for" if how == "hidden" else "shown at once"
    typer.echo(f"{organisation}: scores are {told}, on pages opened from now on.")


async def _set_scores(settings: Settings, name: str, *, hidden: bool) -> None:
    async with open_storage(settings) as database:
        if not await Organisations(database).hide_scores(name, hidden=hidden):
            fail("organisation_unknown", f"there is no organisation {name!r}")
