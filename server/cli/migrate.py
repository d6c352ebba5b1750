"""`viva migrate`: the database's tables, brought to this version."""

from __future__ import annotations

import typer

from server.db.migrate import migrate as migrate_database
from server.settings import load_settings


def migrate() -> None:
    """Bring the database to the tables of this version. SQLite is also migrated by `viva serve`."""
    revision = migrate_database(load_settings().database_url)
    typer.echo(f"The database is at revision {revision}.")
