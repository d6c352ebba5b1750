"""Who looked at or changed what. Rows are added and read, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select

from server.db.database import Database
from server.db.schema import audit_trail
from server.db.users import User
from server.identifiers import new_id


@dataclass(frozen=True, slots=True)
class AuditEntry:
    at: datetime
    user_id: str
    action: str
    interview_id: str | None
    detail: str


class AuditTrail:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user: User, action: str, interview_id: str | None = None, detail: str = "") -> None:
        row = {
            "id": new_id(),
            "organisation_id": user.organisation_id,
            "user_id": user.id,
            "at": datetime.now(UTC),
            "action": action,
            "interview_id": interview_id,
            "detail": detail,
        }
        async with self._database.write() as connection:
            await connection.execute(insert(audit_trail), row)

    async def of_interview(self, interview_id: str) -> tuple[AuditEntry, ...]:
        """Oldest first."""
        query = select(audit_trail).where(audit_trail.c.interview_id == interview_id).order_by(audit_trail.c.id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(AuditEntry(row.at, row.user_id, row.action, row.interview_id, row.detail) for row in rows)
