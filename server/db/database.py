"""One database, two dialects: transactions, durability and errors look the same to everything above.

SQLite runs in WAL mode with `synchronous=FULL`, so that a committed event outlives a power cut, and takes its write
lock when a transaction begins (BEGIN IMMEDIATE) instead of failing half-way through one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from server.db.errors import storage_error
from server.errors import BadRequest

BUSY_TIMEOUT_MS = 5_000
_WRITES = "viva_writes"


class Database:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{_WRITES: True})

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        with _storage_errors():
            async with self._engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed, and on disk, when the block is left without an exception."""
        with _storage_errors():
            async with self._writer.begin() as connection:
                yield connection

    async def close(self) -> None:
        await self._engine.dispose()


def open_database(url: str) -> Database:
    """Connects lazily. `url` is sqlite:///PATH or postgresql://..."""
    parsed = driver_url(url, asynchronous=True)
    if parsed.get_backend_name() != "sqlite":
        return Database(create_async_engine(parsed, pool_pre_ping=True, hide_parameters=True))
    engine = create_async_engine(
        parsed,
        hide_parameters=True,
        connect_args={"isolation_level": None, "timeout": BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return Database(engine)


def driver_url(url: str, *, asynchronous: bool) -> URL:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return parsed.set(drivername="sqlite+aiosqlite" if asynchronous else "sqlite")
    return parsed.set(drivername="postgresql+psycopg")


class _storage_errors:  # noqa: N801 - reads as the block it is
    """Driver errors become StorageFull or StorageUnavailable, values no column can hold BadRequest; violated
    constraints pass through."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, IntegrityError):
            return
        if isinstance(error, DataError | UnicodeEncodeError | OverflowError):
            raise BadRequest("a value that the database cannot hold") from error
        if isinstance(error, DBAPIError):
            raise storage_error(error.orig or error) from error
        if isinstance(error, PoolTimeout | OSError):
            raise storage_error(error) from error


def _prepare_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
