"""The interview log: append-only, gap-free `seq` per interview, durable before anyone sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.db import schema
from server.db.database import Database
from server.db.errors import SequenceConflict
from server.db.projection import UNFINISHED, changed_columns
from server.identifiers import new_id
from server.protocol.envelope import decode_event_data, encode_data
from server.protocol.events import EVENTS, InterviewCreated, QuestionWithdrawn
from server.protocol.signals import Phase

PAUSE_AFTER = 100
"""Events are decoded, folded and encoded this many at a time, about 2 ms: in between others have the loop."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """`data` is an instance of a registered event class; `cause` the id of the command it follows from."""

    data: object
    t_ms: int | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    interview_id: str
    seq: int
    id: str
    at: datetime
    t_ms: int | None
    cause: str | None
    data: object


@dataclass(frozen=True, slots=True)
class Position:
    """How far an interview has come: the log's last `seq`, and the phase that led to."""

    seq: int
    phase: Phase


class EventLog:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.appended_total = 0
        self.withdrawn_total = 0
        """Answers that were taken for finished and were not."""

    async def append(self, interview_id: str, after_seq: int, events: Sequence[NewEvent]) -> tuple[LoggedEvent, ...]:
        """All of `events` or none, as `after_seq` + 1 and on. The first event of an interview is InterviewCreated.

        Raises SequenceConflict when `after_seq` is not the log's last; StorageFull, StorageUnavailable.
        """
        at = datetime.now(UTC)
        logged = tuple(
            LoggedEvent(interview_id, after_seq + 1 + index, new_id(), at, new.t_ms, new.cause, new.data)
            for index, new in enumerate(events)
        )
        if not logged:
            return ()
        try:
            async with self._database.write() as connection:
                await _advance_projection(connection, logged)
                await connection.execute(insert(schema.events), [_row_of(event) for event in logged])
        except IntegrityError as error:
            raise SequenceConflict(f"seq {after_seq + 1} is taken") from error
        self.appended_total += len(logged)
        self.withdrawn_total += sum(isinstance(event.data, QuestionWithdrawn) for event in logged)
        return logged

    async def read(self, interview_id: str, after_seq: int = 0, limit: int | None = None) -> tuple[LoggedEvent, ...]:
        """In order of `seq`; empty for an interview that is not there."""
        table = schema.events
        query = (
            select(table)
            .where(table.c.interview_id == interview_id, table.c.seq > after_seq)
            .order_by(table.c.seq)
            .limit(limit)
        )
        events: list[LoggedEvent] = []
        async with self._database.read() as connection:
            result = await connection.execute(query)
            while rows := result.fetchmany(PAUSE_AFTER):
                events += map(_event_of, rows)
                await asyncio.sleep(0)
        return tuple(events)

    async def seq_of_cause(self, interview_id: str, cause: str) -> int | None:
        """`seq` of the last event that command caused, or None."""
        table = schema.events
        query = select(func.max(table.c.seq)).where(table.c.interview_id == interview_id, table.c.cause == cause)
        async with self._database.read() as connection:
            seq: int | None = (await connection.execute(query)).scalar_one()
        return seq

    async def unfinished(self, phases: Sequence[Phase] = UNFINISHED) -> tuple[str, ...]:
        """Interviews in one of `phases`, oldest first."""
        table = schema.interviews
        query = select(table.c.id).where(table.c.phase.in_(phases)).order_by(table.c.id)
        async with self._database.read() as connection:
            return tuple((await connection.execute(query)).scalars())

    async def on_board(self, organisation_id: str) -> tuple[str, ...]:
        """Interviews that are not over, or whose candidate waits for a person; oldest first."""
        table = schema.interviews
        waits = or_(table.c.help_pending, table.c.chat_sent > table.c.chat_seen)
        shown = or_(table.c.phase.in_(UNFINISHED), waits)
        query = select(table.c.id).where(table.c.organisation_id == organisation_id, shown).order_by(table.c.id)
        async with self._database.read() as connection:
            return tuple((await connection.execute(query)).scalars())

    async def position(self, interview_id: str) -> Position | None:
        """None for an interview that is not there."""
        table = schema.interviews
        query = select(table.c.seq, table.c.phase).where(table.c.id == interview_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return Position(row.seq, row.phase) if row is not None else None


async def _advance_projection(connection: AsyncConnection, logged: Sequence[LoggedEvent]) -> None:
    """The guard against a second writer: the row's `seq` must be the one the caller went on from."""
    first, last = logged[0], logged[-1]
    table = schema.interviews
    if first.seq == 1:
        await connection.execute(insert(table), _first_row(first))
    guarded = (
        update(table)
        .where(table.c.id == first.interview_id, table.c.seq == first.seq - 1)
        .values(seq=last.seq)
        .returning(table.c.phase, table.c.chat_seen)
    )
    before = (await connection.execute(guarded)).one_or_none()
    if before is None:
        raise SequenceConflict(f"the log's last seq is not {first.seq - 1}")
    changes = changed_columns(before.phase, before.chat_seen, (event.data for event in logged))
    if changes:
        await connection.execute(update(table).where(table.c.id == first.interview_id).values(changes))


def _first_row(first: LoggedEvent) -> dict[str, Any]:
    created = first.data
    if not isinstance(created, InterviewCreated):
        raise SequenceConflict("an interview's log begins with interview.created")
    return {
        "id": first.interview_id,
        "organisation_id": created.organisation_id,
        "candidate_name": created.candidate_name,
        "job_title": created.job_title,
        "flow_id": created.flow.id,
        "language": created.language,
        "phase": "invited",
        "owner_id": created.created_by[:80],
        "created_at": first.at,
        "seq": 0,
    }


def _row_of(event: LoggedEvent) -> dict[str, Any]:
    return {
        "interview_id": event.interview_id,
        "seq": event.seq,
        "id": event.id,
        "at": event.at,
        "t_ms": event.t_ms,
        "cause": event.cause,
        "type": EVENTS.of(event.data).name,
        "data": encode_data(event.data),
    }


def _event_of(row: Row[Any]) -> LoggedEvent:
    data = decode_event_data(row.type, row.data)
    return LoggedEvent(row.interview_id, row.seq, row.id, row.at, row.t_ms, row.cause, data)
