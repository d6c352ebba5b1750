"""The audit trail: nothing is dropped, refusals stand in it, and administrators read it page by page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.db import audit
from server.db.audit import AuditQuery, AuditTrail
from server.db.database import Database
from server.db.errors import StorageUnavailable
from server.db.organisations import Organisations
from server.db.users import User, Users
from tests.integration.server.workplace import Workplace, create_interview, open_workplace


@pytest.fixture
async def workplace(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with open_workplace(tmp_path) as workplace:
        yield workplace


@pytest.fixture
async def user(database: Database) -> User:
    owner = await Organisations(database).ensure("One")
    return await Users(database).add(owner.id, "hr@one.example", "One", "recruiter", "-")


async def test_a_full_queue_makes_wait_and_drops_nothing(
    database: Database, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "QUEUE_LIMIT", 4)
    monkeypatch.setattr(audit, "RETRY_S", 0.01)
    trail = AuditTrail(database)
    write, away = trail._write, asyncio.Event()

    async def fail_at_first(rows: list[dict[str, Any]]) -> None:
        if not away.is_set():
            raise StorageUnavailable("no")
        await write(rows)

    monkeypatch.setattr(trail, "_write", fail_at_first)
    writer = asyncio.create_task(trail.run())
    await asyncio.sleep(0)
    adding = [asyncio.create_task(trail.add(user, "look", f"i-{number}")) for number in range(20)]
    await asyncio.wait(adding, timeout=0.1)
    assert 0 < sum(task.done() for task in adding) < 20
    away.set()
    await asyncio.gather(*adding)
    entries = await trail.page(user.organisation_id, AuditQuery(), 100)
    assert {entry.interview_id for entry in entries} == {f"i-{number}" for number in range(20)}
    writer.cancel()
    await asyncio.wait([writer])


async def test_what_waits_at_the_end_is_written(database: Database, user: User) -> None:
    trail = AuditTrail(database)
    writer = asyncio.create_task(trail.run())
    await asyncio.sleep(0)
    for number in range(50):
        await trail.add(user, "look", f"i-{number}")
    writer.cancel()
    await asyncio.wait([writer])
    assert len(await AuditTrail(database).page(None, AuditQuery(), 100)) == 50


async def test_words_of_callers_are_bounded_and_storable(database: Database, user: User) -> None:
    trail = AuditTrail(database)
    await trail.add(user, "look", "\0\ud800" * 100, "词" * 1_000, outcome="x" * 200)
    (entry,) = await trail.page(user.organisation_id, AuditQuery(), 10)
    assert entry.interview_id == "??" * 40
    assert entry.detail == "词" * 200
    assert len(entry.outcome) == 80


async def test_refusals_stand_in_the_trail(workplace: Workplace) -> None:
    created = (await create_interview(await workplace.hr("admin")))["interview"]
    recruiter, observer = await workplace.hr("recruiter"), await workplace.hr("observer")
    await recruiter.get(f"/v1/interviews/{created}")
    await observer.get(f"/v1/interviews/{created}/recordings/x")
    await observer.post(f"/v1/interviews/{created}/voice", content=b"v=0", headers={"Content-Type": "application/sdp"})
    await observer.post("/v1/interviews", json={})
    entries = await workplace.resources.audit.page(None, AuditQuery(), 100)
    refused = [(entry.action, entry.interview_id, entry.outcome) for entry in entries[::-1] if entry.outcome != "ok"]
    assert refused == [
        ("interview.view", created, "not_found"),
        ("recording.play", created, "forbidden"),
        ("voice.open", created, "forbidden"),
        ("interview.create", None, "forbidden"),
    ]


async def test_administrators_read_it_page_by_page(workplace: Workplace) -> None:
    admin = await workplace.hr("admin")
    created = (await create_interview(admin))["interview"]
    for _ in range(4):
        await admin.get(f"/v1/interviews/{created}")
    first = (await admin.get("/v1/audit", params={"limit": 3, "interview": created})).json()
    assert [entry["action"] for entry in first["entries"]] == ["interview.view"] * 3
    further = {"limit": 3, "interview": created, "cursor": first["next"]}
    second = (await admin.get("/v1/audit", params=further)).json()
    assert [entry["action"] for entry in second["entries"]] == ["interview.view", "interview.create"]
    assert second["next"] is None
    entry = second["entries"][0]
    assert set(entry) == {"id", "at", "user", "action", "interview", "detail", "outcome"}
    assert (entry["interview"], entry["outcome"]) == (created, "ok")

    me = (await admin.get("/v1/me")).json()["user"]["id"]
    by_me = (await admin.get("/v1/audit", params={"user": me, "since": entry["at"]})).json()["entries"]
    assert "login" not in {each["action"] for each in by_me}
    assert {each["action"] for each in by_me} >= {"audit.view", "interview.view"}
    stranger = await workplace.hr("admin", "Other")
    seen = (await stranger.get("/v1/audit")).json()["entries"]
    assert [each["action"] for each in seen] == ["login"]


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "since=yesterday", "since=2026-03-02", "cursor=", "user="])
async def test_bad_questions_are_refused(workplace: Workplace, query: str) -> None:
    admin = await workplace.hr("admin")
    answer = await admin.get(f"/v1/audit?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
