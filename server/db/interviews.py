"""Lists of interviews, read from the projection that the log keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from server.db.database import Database
from server.db.schema import interviews


@dataclass(frozen=True, slots=True)
class InterviewRow:
    id: str
    organisation_id: str
    candidate_name: str
    job_title: str
    flow_id: str
    language: str
    phase: str
    created_at: datetime


class InterviewRows:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, organisation_id: str, before: str | None, limit: int) -> tuple[InterviewRow, ...]:
        """Newest first; `before` is the id the page before ended with (ids sort by time)."""
        query = select(interviews).where(interviews.c.organisation_id == organisation_id)
        if before is not None:
            query = query.where(interviews.c.id < before)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(interviews.c.id.desc()).limit(limit))).all()
        return tuple(_row(row) for row in rows)

    async def find(self, organisation_id: str, interview_id: str) -> InterviewRow | None:
        query = select(interviews).where(
            interviews.c.id == interview_id, interviews.c.organisation_id == organisation_id
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _row(row) if row is not None else None

    async def count_by_phase(self) -> Mapping[str, int]:
        query = select(interviews.c.phase, func.count()).group_by(interviews.c.phase)
        async with self._database.read() as connection:
            return {row[0]: row[1] for row in (await connection.execute(query)).all()}


def _row(row: Row[Any]) -> InterviewRow:
    return InterviewRow(
        row.id,
        row.organisation_id,
        row.candidate_name,
        row.job_title,
        row.flow_id,
        row.language,
        row.phase,
        row.created_at,
    )
