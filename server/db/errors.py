"""What can go wrong with storage. Nothing has been stored when one of these is raised."""

from __future__ import annotations

import errno
from typing import ClassVar

from server.errors import Conflict, Unavailable


class StorageFull(Unavailable):
    code: ClassVar[str] = "storage_full"
    status: ClassVar[int] = 507


class StorageUnavailable(Unavailable):
    code: ClassVar[str] = "storage_unavailable"


class DatabaseOutdated(Unavailable):
    """The tables are not those of this version."""

    code: ClassVar[str] = "database_outdated"
    retryable: ClassVar[bool] = False


class SequenceConflict(Conflict):
    """Somebody else has written to this interview since the caller read it: read again, decide again."""

    code: ClassVar[str] = "sequence_conflict"
    retryable: ClassVar[bool] = True


SQLITE_FULL = 13
SQLITE_IOERR = 10
_SQLITE_TROUBLE = {
    8: "the database file cannot be written; nothing was stored",
    11: "the database file is damaged; nothing was stored",
    14: "the database file cannot be opened; nothing was stored",
    26: "the database file is no database; nothing was stored",
}
POSTGRES_CLASS_DISK_FULL = "53100"
_OUT_OF_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})


def storage_error(cause: BaseException) -> StorageFull | StorageUnavailable:
    """`cause` is what the driver raised. SQLite reports a write past a quota as an I/O error: it counts as full."""
    primary = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if (
        primary in (SQLITE_FULL, SQLITE_IOERR)
        or getattr(cause, "sqlstate", None) == POSTGRES_CLASS_DISK_FULL
        or (isinstance(cause, OSError) and cause.errno in _OUT_OF_SPACE)
    ):
        return StorageFull("the server's disk is full; nothing was stored")
    return StorageUnavailable(_SQLITE_TROUBLE.get(primary, "the database does not answer; nothing was stored"))
