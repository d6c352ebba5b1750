"""What durability costs: appending to the log with SQLite's `synchronous=FULL`, against `OFF`.

Method: 200 appends of one event each to one interview, alternating between two databases on the same disk in blocks of
50; wall time, median per append. `OFF` loses what it says it has stored when the power goes: it is the price tag, not
a choice.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import event

from server.db.database import Database, open_database
from server.db.log import EventLog, NewEvent
from server.db.migrate import migrate
from server.db.organisations import Organisations
from server.protocol.events import ConnectionChanged, InterviewCreated
from tests.unit.interviews.samples import CREATED

BLOCK, BLOCKS = 50, 4


async def prepare(path: Path, synchronous: str) -> tuple[Database, EventLog]:
    url = f"sqlite:///{path}"
    await asyncio.to_thread(migrate, url)
    database = open_database(url)

    def set_pragma(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.close()

    event.listen(database._engine.sync_engine, "connect", set_pragma)
    organisation = await Organisations(database).ensure("Example")
    log = EventLog(database)
    created = InterviewCreated(
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        candidate_name=CREATED.candidate_name,
        job_title=CREATED.job_title,
        language="en",
        flow=CREATED.flow,
        created_by="benchmark",
    )
    await log.append("i", 0, [NewEvent(created)])
    return database, log


async def append_block(log: EventLog, after_seq: int) -> list[float]:
    times = []
    for seq in range(after_seq, after_seq + BLOCK):
        begun = time.perf_counter()
        await log.append("i", seq, [NewEvent(ConnectionChanged("good"), seq)])
        times.append(time.perf_counter() - begun)
    return times


@pytest.mark.benchmark
async def test_appending_durably(tmp_path: Path) -> None:
    full_database, full = await prepare(tmp_path / "full.db", "FULL")
    off_database, off = await prepare(tmp_path / "off.db", "OFF")
    full_s: list[float] = []
    off_s: list[float] = []
    for block in range(BLOCKS):
        full_s += await append_block(full, 1 + block * BLOCK)
        off_s += await append_block(off, 1 + block * BLOCK)
    stored = len(await full.read("i"))
    await full_database.close()
    await off_database.close()
    durable_ms, loose_ms = median(full_s) * 1000, median(off_s) * 1000
    print(f"\nappend, ms: durable {durable_ms:.2f}, not durable {loose_ms:.2f}, ratio {durable_ms / loose_ms:.1f}x")
    assert stored == 1 + BLOCK * BLOCKS
