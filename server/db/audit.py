"""Who looked at or changed what, and what came of it. Rows are added and read, never changed.

Writing waits for nobody's disk: entries go into a queue of this process, and one task writes what has gathered in one
transaction. Overflow: who adds to a full queue waits; nothing is dropped. While the database does not answer, the task
tries again; what a killed process had gathered, some milliseconds' worth, is gone with it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from server.db.database import Database
from server.db.schema import audit_trail
from server.db.users import User
from server.errors import InterviewError
from server.identifiers import new_id

QUEUE_LIMIT = 1_024
BATCH = 256
RETRY_S = 0.5
READ_WAITS_S = 5.0
MAX_DETAIL_CHARACTERS = 200
MAX_NAME_CHARACTERS = 80
DONE = "ok"

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`outcome`: "ok", or the code of the refusal; of one that is refused `interview_id` is as the caller named it."""

    id: str
    at: datetime
    user_id: str
    action: str
    interview_id: str | None
    detail: str
    outcome: str


@dataclass(frozen=True, slots=True)
class AuditQuery:
    interview_id: str | None = None
    user_id: str | None = None
    since: datetime | None = None
    before: str | None = None
    """The id the page before ended with."""


class AuditTrail:
    """Without `run` (the command line) each entry is written at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(QUEUE_LIMIT)
        self._running = False

    async def add(
        self, user: User, action: str, interview_id: str | None = None, detail: str = "", *, outcome: str = DONE
    ) -> None:
        row = {
            "id": new_id(),
            "organisation_id": user.organisation_id,
            "user_id": user.id,
            "at": datetime.now(UTC),
            "action": action[:MAX_NAME_CHARACTERS],
            "interview_id": _storable(interview_id, MAX_NAME_CHARACTERS) if interview_id is not None else None,
            "detail": _storable(detail, MAX_DETAIL_CHARACTERS),
            "outcome": outcome[:MAX_NAME_CHARACTERS],
        }
        if self._running:
            await self._queue.put(row)
        else:
            await self._write([row])

    async def run(self) -> None:
        """Until cancelled; what waits then is still written."""
        self._running = True
        batch: list[dict[str, Any]] = []
        try:
            while True:
                batch.append(await self._queue.get())
                while len(batch) < BATCH and not self._queue.empty():
                    batch.append(self._queue.get_nowait())
                await self._write_patiently(batch)
                for _ in batch:
                    self._queue.task_done()
                batch = []
        finally:
            self._running = False
            while not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._write_each(batch)

    async def page(self, organisation_id: str | None, query: AuditQuery, limit: int) -> tuple[AuditEntry, ...]:
        """Newest first (ids sort by time); None: of all organisations."""
        await self._catch_up()
        table = audit_trail.c
        wanted = select(audit_trail)
        if organisation_id is not None:
            wanted = wanted.where(table.organisation_id == organisation_id)
        if query.interview_id is not None:
            wanted = wanted.where(table.interview_id == query.interview_id)
        if query.user_id is not None:
            wanted = wanted.where(table.user_id == query.user_id)
        if query.since is not None:
            wanted = wanted.where(table.at >= query.since)
        if query.before is not None:
            wanted = wanted.where(table.id < query.before)
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted.order_by(table.id.desc()).limit(limit))).all()
        return tuple(_entry(row) for row in rows)

    async def of_interview(self, interview_id: str) -> tuple[AuditEntry, ...]:
        """Oldest first."""
        await self._catch_up()
        query = select(audit_trail).where(audit_trail.c.interview_id == interview_id).order_by(audit_trail.c.at)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(_entry(row) for row in rows)

    async def _catch_up(self) -> None:
        """What was done before is read; where that takes too long, what there is."""
        if not self._running:
            return
        try:
            async with asyncio.timeout(READ_WAITS_S):
                await self._queue.join()
        except TimeoutError:
            logger.warning("audit.read_behind", waiting=self._queue.qsize())

    async def _write_patiently(self, rows: list[dict[str, Any]]) -> None:
        while True:
            try:
                return await self._write(rows)
            except IntegrityError:
                return await self._write_each(rows)
            except InterviewError as error:
                logger.warning("audit.not_written", code=error.code, waiting=len(rows))
                if not error.retryable:
                    return await self._write_each(rows)
            await asyncio.sleep(RETRY_S)

    async def _write_each(self, rows: list[dict[str, Any]]) -> None:
        """A batch that was cancelled may be there already, and no row takes others with it."""
        for row in rows:
            try:
                await self._write([row])
            except IntegrityError:
                continue
            except InterviewError as error:
                logger.error("audit.lost", code=error.code, action=row["action"])

    async def _write(self, rows: list[dict[str, Any]]) -> None:
        async with self._database.write() as connection:
            await connection.execute(insert(audit_trail), rows)


def _storable(text: str, limit: int) -> str:
    """What callers named may hold what PostgreSQL cannot: NUL, and halves of a surrogate pair."""
    return text[:limit].encode("utf-8", "replace").decode().replace("\0", "?")


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(row.id, row.at, row.user_id, row.action, row.interview_id, row.detail, row.outcome)
