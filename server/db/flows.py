"""Flows that people of an organisation have saved, in versions, each with the job it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from server.db.database import Database
from server.db.interviews import is_of
from server.db.schema import flows, interviews
from server.db.users import User
from server.errors import Conflict
from server.protocol.flow import Flow
from server.protocol.job import JobRecord

MOST_FLOWS = 200
"""That are listed; the newest first."""


class FlowVersionTaken(Conflict):
    """Somebody has saved this version since it was read."""

    code = "flow_version_taken"


@dataclass(frozen=True, slots=True)
class SavedFlow:
    flow: Flow
    record: JobRecord
    created_at: datetime


class SavedFlows:
    """`member`: only flows that this user saved a version of, or that an interview of theirs follows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user: User, flow: Flow, record: JobRecord) -> None:
        """Raises FlowVersionTaken."""
        row = {
            "organisation_id": user.organisation_id,
            "id": flow.id,
            "version": flow.version,
            "flow": flow.model_dump(mode="json"),
            "record": record.model_dump(mode="json"),
            "created_by": user.id,
            "created_at": datetime.now(UTC),
        }
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(flows), row)
        except IntegrityError as error:
            raise FlowVersionTaken(f"version {flow.version} of the flow {flow.id!r} is there already") from error

    async def find(self, organisation_id: str, flow_id: str, member: str | None = None) -> SavedFlow | None:
        """Its newest version."""
        query = select(flows).where(flows.c.organisation_id == organisation_id, flows.c.id == flow_id)
        if member is not None:
            query = query.where(_is_of(organisation_id, member))
        async with self._database.read() as connection:
            row = (await connection.execute(query.order_by(flows.c.version.desc()).limit(1))).one_or_none()
        return _saved_of(row) if row is not None else None

    async def newest(self, organisation_id: str, member: str | None = None) -> tuple[SavedFlow, ...]:
        """The newest version of each, those saved last first."""
        last = (
            select(flows.c.id, func.max(flows.c.version).label("version"))
            .where(flows.c.organisation_id == organisation_id)
            .group_by(flows.c.id)
            .subquery()
        )
        query = (
            select(flows)
            .join(last, (flows.c.id == last.c.id) & (flows.c.version == last.c.version))
            .where(flows.c.organisation_id == organisation_id)
            .order_by(flows.c.created_at.desc(), flows.c.id)
            .limit(MOST_FLOWS)
        )
        if member is not None:
            query = query.where(_is_of(organisation_id, member))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(map(_saved_of, rows))


def _is_of(organisation_id: str, member: str) -> ColumnElement[bool]:
    own = select(flows.c.id).where(flows.c.organisation_id == organisation_id, flows.c.created_by == member)
    followed = select(interviews.c.flow_id).where(interviews.c.organisation_id == organisation_id, is_of(member))
    return or_(flows.c.id.in_(own), flows.c.id.in_(followed))


def _saved_of(row: Row[Any]) -> SavedFlow:
    return SavedFlow(Flow.model_validate(row.flow), JobRecord.model_validate(row.record), row.created_at)
