"""`viva user`: people who may log in to HR's pages."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from server.auth.passwords import hash_password
from server.cli.commands import USAGE, fail
from server.cli.storage import open_storage
from server.db.organisations import Organisations
from server.db.users import EmailTaken, Role, User, Users
from server.settings import Settings, load_settings

PASSWORD_VARIABLE = "VIVA_USER_PASSWORD"  # noqa: S105 - the name of a variable
DEFAULT_ORGANISATION = "Viva"

user_commands = typer.Typer(help="HR users.", no_args_is_help=True)


@user_commands.command()
def add(
    email: Annotated[str, typer.Argument(help="Address to log in with.")],
    name: Annotated[str | None, typer.Option(help="Name shown to colleagues; the address without it.")] = None,
    role: Annotated[Role, typer.Option(help="What the user may do.")] = "admin",
    organisation: Annotated[str, typer.Option(help="Whose interviews; made when it is new.")] = DEFAULT_ORGANISATION,
    password_file: Annotated[Path | None, typer.Option(help="File with the password in its first line.")] = None,
) -> None:
    """Add a user, or give an existing one a new password.

    The password is asked for, or taken from --password-file or the variable VIVA_USER_PASSWORD; never from an argument.
    """
    email = email.strip().lower()
    if email.count("@") != 1 or any(character.isspace() for character in email) or len(email) > 320:
        fail("email_invalid", f"{email!r} is no mail address", USAGE)
    password = _read_password(password_file)
    added = asyncio.run(_add(load_settings(), email, name or email, role, organisation, password))
    typer.echo(f"{email} can log in." if added else f"{email} has a new password.")


@user_commands.command("list")
def list_all() -> None:
    """Show who may log in."""
    table = Table("Address", "Name", "Role", "Organisation")
    for user, organisation in asyncio.run(_everyone(load_settings())):
        table.add_row(user.email, user.name, user.role, organisation)
    Console().print(table)


def _read_password(file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text("utf-8").partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            fail("password_file_unreadable", f"{file}: {error}", USAGE)
    password = os.environ.get(PASSWORD_VARIABLE)
    return password or str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


async def _add(settings: Settings, email: str, name: str, role: Role, organisation: str, password: str) -> bool:
    """False when the user was there already."""
    password_hash = await hash_password(password)
    async with open_storage(settings) as database:
        users = Users(database)
        owner = await Organisations(database).ensure(organisation)
        try:
            await users.add(owner.id, email, name, role, password_hash)
        except EmailTaken:
            credentials = await users.credentials(email)
            if credentials is None:
                raise
            await users.replace_password_hash(credentials.user.id, password_hash)
            return False
    return True


async def _everyone(settings: Settings) -> list[tuple[User, str]]:
    async with open_storage(settings) as database:
        organisations = Organisations(database)
        return [
            (user, (await organisations.get(user.organisation_id)).name) for user in await Users(database).everyone()
        ]
