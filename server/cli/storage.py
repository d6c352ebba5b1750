"""The database for a command that runs beside the server or without one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread

from server.db.database import Database, open_database
from server.db.migrate import prepare_database
from server.settings import Settings


@asynccontextmanager
async def open_storage(settings: Settings) -> AsyncIterator[Database]:
    await to_thread.run_sync(prepare_database, settings.database_url)
    database = open_database(settings.database_url)
    try:
        yield database
    finally:
        await database.close()
