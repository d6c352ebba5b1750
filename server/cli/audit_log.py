"""`viva audit log`: who looked at or changed what."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from server.cli.commands import USAGE, fail
from server.cli.storage import open_storage
from server.db.audit import AuditEntry, AuditQuery, AuditTrail
from server.db.users import Users
from server.http.audit import describe_entry
from server.settings import Settings, load_settings

MOST = 10_000


def log(
    interview: Annotated[str | None, typer.Option(help="Of this interview only.")] = None,
    user: Annotated[str | None, typer.Option(help="Of this user only: the address they log in with.")] = None,
    since: Annotated[
        str | None, typer.Option(help="From this time on, such as 2026-03-02 or 2026-03-02T09:00Z.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="Entries at most.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one entry a line.")] = False,
) -> None:
    """Show who looked at or changed what in all organisations, the newest first; what was refused, too."""
    query = AuditQuery(interview_id=interview, since=_read_time(since))
    entries = asyncio.run(_read(load_settings(), user, query, limit))
    if as_json:
        for entry, email in entries:
            typer.echo(json.dumps({**describe_entry(entry), "email": email}, ensure_ascii=False))
        return
    table = Table("Time (UTC)", "User", "Action", "Interview", "Outcome", "Detail")
    for entry, email in entries:
        cells: tuple[Any, ...] = (email, entry.action, entry.interview_id or "", entry.outcome, entry.detail)
        table.add_row(f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", *(escape(str(cell)) for cell in cells))
    Console().print(table)


async def _read(settings: Settings, email: str | None, query: AuditQuery, limit: int) -> list[tuple[AuditEntry, str]]:
    async with open_storage(settings) as database:
        users = {user.id: user.email for user in await Users(database).everyone()}
        if email is not None:
            chosen = next((user_id for user_id, known in users.items() if known == email.strip().lower()), None)
            if chosen is None:
                fail("user_unknown", f"nobody logs in as {email}")
            query = AuditQuery(query.interview_id, chosen, query.since)
        entries = await AuditTrail(database).page(None, query, limit)
        return [(entry, users.get(entry.user_id, entry.user_id)) for entry in entries]


def _read_time(written: str | None) -> datetime | None:
    """Without a zone: UTC."""
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        fail("bad_request", f"--since: {written!r} is no time; write it as 2026-03-02T09:00Z", USAGE)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
