"""Lists of interviews, read from the projection that the log keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select

from server.db.database import Database
from server.db.projection import UNFINISHED
from server.db.schema import interview_members, interviews, users
from server.db.users import User, user_of_row


@dataclass(frozen=True, slots=True)
class InterviewRow:
    id: str
    organisation_id: str
    candidate_name: str
    job_title: str
    flow_id: str
    language: str
    phase: str
    review_requested: bool
    created_at: datetime
    owner_id: str | None = None
    """Who created it: a user, or something that is none, such as the command line."""


class InterviewRows:
    """`member`: only what this user owns or was made a member of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, organisation_id: str, before: str | None, limit: int, *, member: str | None = None
    ) -> tuple[InterviewRow, ...]:
        """Newest first; `before` is the id the page before ended with (ids sort by time)."""
        query = select(interviews).where(interviews.c.organisation_id == organisation_id)
        if member is not None:
            query = query.where(is_of(member))
        if before is not None:
            query = query.where(interviews.c.id < before)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(interviews.c.id.desc()).limit(limit))).all()
        return tuple(_row(row) for row in rows)

    async def find(self, organisation_id: str, interview_id: str, member: str | None = None) -> InterviewRow | None:
        query = select(interviews).where(
            interviews.c.id == interview_id, interviews.c.organisation_id == organisation_id
        )
        if member is not None:
            query = query.where(is_of(member))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _row(row) if row is not None else None

    async def unfinished_of(self, organisation_id: str, member: str) -> frozenset[str]:
        """Ids of those that are not over."""
        query = select(interviews.c.id).where(
            interviews.c.organisation_id == organisation_id, interviews.c.phase.in_(UNFINISHED), is_of(member)
        )
        async with self._database.read() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def members(self, interview_id: str) -> tuple[User, ...]:
        """Whom it is shared with, beside its owner; by address."""
        query = (
            select(users)
            .join(interview_members, interview_members.c.user_id == users.c.id)
            .where(interview_members.c.interview_id == interview_id)
            .order_by(users.c.email)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(user_of_row(row) for row in rows)

    async def replace_members(self, interview_id: str, user_ids: Collection[str]) -> None:
        table = interview_members
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.interview_id == interview_id))
            if user_ids:
                rows = [{"interview_id": interview_id, "user_id": user_id} for user_id in user_ids]
                await connection.execute(insert(table), rows)

    async def count_by_phase(self) -> Mapping[str, int]:
        query = select(interviews.c.phase, func.count()).group_by(interviews.c.phase)
        async with self._database.read() as connection:
            return {row[0]: row[1] for row in (await connection.execute(query)).all()}


def is_of(member: str) -> ColumnElement[bool]:
    """Of a row of `interviews`."""
    shared = select(interview_members.c.interview_id).where(interview_members.c.user_id == member)
    return or_(interviews.c.owner_id == member, interviews.c.id.in_(shared))


def _row(row: Row[Any]) -> InterviewRow:
    return InterviewRow(
        row.id,
        row.organisation_id,
        row.candidate_name,
        row.job_title,
        row.flow_id,
        row.language,
        row.phase,
        row.review_requested,
        row.created_at,
        row.owner_id,
    )
