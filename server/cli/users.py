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
from server.auth.permissions import render_table
from server.cli.commands import USAGE, fail
from server.cli.storage import open_storage
from server.db.audit import AuditTrail
from server.db.database import Database
from server.db.organisations import Organisations
from server.db.users import EmailTaken, Role, User, Users
from server.settings import Settings, load_settings

PASSWORD_VARIABLE = "VIVA_USER_PASSWORD"  # noqa: S105 - the name of a variable
DEFAULT_ORGANISATION = "Viva"
BY_COMMAND_LINE = "by the command line"
"""In the audit trail, whose entries are about the user that was changed, since no other is known."""

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
    table = Table("Address", "Name", "Role", "Organisation", "May log in")
    for user, organisation in asyncio.run(_everyone(load_settings())):
        table.add_row(user.email, user.name, user.role, organisation, "yes" if user.active else "no")
    Console().print(table)


@user_commands.command()
def disable(email: Annotated[str, typer.Argument(help="Address the user logs in with.")]) -> None:
    """Shut a user out: their pages end within seconds, and they cannot log in."""
    asyncio.run(_set_active(load_settings(), email, active=False))
    typer.echo(f"{email} is shut out.")


@user_commands.command()
def enable(email: Annotated[str, typer.Argument(help="Address the user logs in with.")]) -> None:
    """Let a user in again who was shut out."""
    asyncio.run(_set_active(load_settings(), email, active=True))
    typer.echo(f"{email} can log in.")


@user_commands.command("role")
def change_role(
    email: Annotated[str, typer.Argument(help="Address the user logs in with.")],
    role: Annotated[Role, typer.Argument(help="What the user may do from now on.")],
) -> None:
    """Give a user another role: what they have open ends within seconds."""
    asyncio.run(_change_role(load_settings(), email, role))
    typer.echo(f"{email} is {role} now.")


@user_commands.command()
def roles() -> None:
    """Show what each role may do: with all interviews of its organisation, or with its own only."""
    typer.echo(render_table())


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


async def _set_active(settings: Settings, email: str, *, active: bool) -> None:
    async with open_storage(settings) as database:
        user = await _find(database, email)
        await Users(database).set_active(user.id, active)
        await AuditTrail(database).add(user, "user.enable" if active else "user.disable", detail=BY_COMMAND_LINE)


async def _change_role(settings: Settings, email: str, role: Role) -> None:
    async with open_storage(settings) as database:
        user = await _find(database, email)
        await Users(database).replace_role(user.id, role)
        await AuditTrail(database).add(user, "user.role", detail=f"{BY_COMMAND_LINE}: {user.role} to {role}")


async def _find(database: Database, email: str) -> User:
    credentials = await Users(database).credentials(email)
    if credentials is None:
        fail("user_unknown", f"nobody logs in as {email}")
    return credentials.user


async def _everyone(settings: Settings) -> list[tuple[User, str]]:
    async with open_storage(settings) as database:
        organisations = Organisations(database)
        return [
            (user, (await organisations.get(user.organisation_id)).name) for user in await Users(database).everyone()
        ]
