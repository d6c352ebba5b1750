"""One server process owns a database: a second one would take the first one's live interviews for abandoned.

The lock lives as long as its holder, however that ends: a lock on a file beside SQLite's, an advisory lock of its own
connection on PostgreSQL. Commands that only add or read (`viva user`, `viva interview`) need no ownership.

A server of several workers has one owner, the process that keeps them, and a second lock, which the workers share:
while one of them lives, nobody else becomes the owner, even where the owner itself was killed.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import ClassVar, Protocol

import structlog
from anyio import CancelScope, to_thread
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from server.db.database import driver_url
from server.db.errors import StorageUnavailable, storage_error
from server.errors import Conflict

OWNER_LOCK = 0x7669766F
MEMBER_LOCK = 0x7669766D
"""Of PostgreSQL's advisory locks, which are counted per database."""
CHECK_INTERVAL_S = 5.0
_CONNECTION = {"connect_timeout": 5, "tcp_user_timeout": 10_000}
"""A dead line is noticed by us soon, and by PostgreSQL too: an owner that lost its power must not own for hours."""
_KEEPALIVE = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"

logger = structlog.get_logger(__name__)


class AlreadyRunning(Conflict):
    code: ClassVar[str] = "already_running"


class _Lock(Protocol):
    """All of it blocks. `take` while holding is a check that the lock is still held, and takes it again if not."""

    def take(self) -> None: ...
    def release(self) -> None: ...


class Ownership:
    """Of a whole database, or a worker's share in it."""

    def __init__(self, lock: _Lock) -> None:
        self._lock = lock

    def check(self) -> None:
        """Once, for a blocking caller. Raises AlreadyRunning; a database that does not answer is only logged."""
        try:
            self._lock.take()
        except StorageUnavailable:
            logger.warning("database.owner_lock_lost")

    async def keep(self) -> None:
        """Until cancelled. A database that was restarted has forgotten its owner: the lock is taken again.

        Raises AlreadyRunning when another server was faster; this one has to end then.
        """
        while True:
            await asyncio.sleep(CHECK_INTERVAL_S)
            await to_thread.run_sync(self.check)


@contextmanager
def own_database(url: str) -> Iterator[Ownership]:
    """For a blocking caller. Raises AlreadyRunning, StorageUnavailable, StorageFull."""
    lock = _OwnersLock(url)
    try:
        lock.take()
        yield Ownership(lock)
    finally:
        lock.release()


@asynccontextmanager
async def owned_database(url: str, *, member: bool = False) -> AsyncIterator[Ownership]:
    """`member`: as a worker of the server that owns it. Raises AlreadyRunning, StorageUnavailable, StorageFull."""
    lock = _lock_of(url, MEMBER_LOCK, shared=True) if member else _OwnersLock(url)
    try:
        await to_thread.run_sync(lock.take)
        yield Ownership(lock)
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(lock.release)


class _OwnersLock:
    """The first time it looks whether workers of an earlier owner live on."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = _lock_of(url, OWNER_LOCK, shared=False)
        self._looked = False

    def take(self) -> None:
        self._lock.take()
        if self._looked:
            return
        members = _lock_of(self._url, MEMBER_LOCK, shared=False)
        try:
            members.take()
        finally:
            members.release()
        self._looked = True

    def release(self) -> None:
        self._lock.release()


def _lock_of(url: str, number: int, *, shared: bool) -> _Lock:
    parsed = driver_url(url, asynchronous=False)
    if parsed.get_backend_name() != "sqlite":
        return _AdvisoryLock(url, number, shared=shared)
    suffix = ".lock" if number == OWNER_LOCK else ".workers.lock"
    database = Path(parsed.database) if parsed.database not in (None, "", ":memory:") else None
    return _FileLock(database, suffix, shared=shared)


class _FileLock:
    """`database` None: in memory, nobody else's anyway. The file stays: removing it would race with the next owner."""

    def __init__(self, database: Path | None, suffix: str, *, shared: bool) -> None:
        self._database = database
        self._suffix = suffix
        self._kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        self._descriptor: int | None = None

    def take(self) -> None:
        if self._database is None or self._descriptor is not None:
            return
        try:
            self._database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            whole = self._database.resolve()  # one lock for every way to write the path
            descriptor = os.open(whole.with_name(whole.name + self._suffix), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise storage_error(error) from error
        try:
            fcntl.flock(descriptor, self._kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise _already_running() from None
        except OSError as error:
            os.close(descriptor)
            raise storage_error(error) from error
        self._descriptor = descriptor

    def release(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


class _AdvisoryLock:
    def __init__(self, url: str, number: int, *, shared: bool) -> None:
        self._number = number
        self._take = text(f"SELECT pg_try_advisory_lock{'_shared' if shared else ''}(:lock)")
        self._engine = create_engine(
            driver_url(url, asynchronous=False),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args=_CONNECTION,
        )
        self._connection: Connection | None = None

    def take(self) -> None:
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return
            connection = self._engine.connect()
            connection.execute(text(_KEEPALIVE))
            taken = connection.execute(self._take, {"lock": self._number}).scalar_one()
        except DBAPIError as error:
            self._drop()
            raise storage_error(error.orig or error) from error
        if not taken:
            connection.close()
            raise _already_running()
        self._connection = connection

    def release(self) -> None:
        self._drop()
        self._engine.dispose()

    def _drop(self) -> None:
        """Closing the connection ends the lock."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _already_running() -> AlreadyRunning:
    return AlreadyRunning("another server runs on this database; stop it first, or give this one a database of its own")
