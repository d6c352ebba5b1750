"""A recruiter sees what they created and what was shared with them; the rest is not there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from alembic import command

from server.db.migrate import _configuration, _connected
from server.db.users import User
from server.protocol import events as e
from tests.integration.server.workplace import Workplace, create_interview, open_workplace

MEMBER = "two@example.example"


@pytest.fixture
async def workplace(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with open_workplace(tmp_path) as workplace:
        yield workplace


async def second(workplace: Workplace) -> httpx.AsyncClient:
    await workplace.add_user(MEMBER)
    return await workplace.log_in(MEMBER)


async def listed(hr: httpx.AsyncClient, path: str = "/v1/interviews") -> list[str]:
    answer = (await hr.get(path)).json()
    rows: list[dict[str, Any]] = answer[path.rpartition("/")[2]]
    return [row["id"] for row in rows]


async def share(hr: httpx.AsyncClient, interview: str, *members: str) -> httpx.Response:
    return await hr.put(f"/v1/interviews/{interview}/members", json={"members": list(members)})


async def test_sharing_opens_an_interview_and_unsharing_closes_it(workplace: Workplace) -> None:
    owner, other = await workplace.hr(), await second(workplace)
    created = (await create_interview(owner))["interview"]
    assert (await listed(owner), await listed(other)) == ([created], [])
    assert (await other.get(f"/v1/interviews/{created}")).status_code == 404

    shared = await share(owner, created, " TWO@example.example ", "recruiter@example.example")
    assert [member["email"] for member in shared.json()["members"]] == [MEMBER]
    assert await listed(other) == [created]
    for path in ("", "/events", "/explanations", "/members"):
        assert (await other.get(f"/v1/interviews/{created}{path}")).status_code == 200

    assert (await share(other, created)).json() == {"members": []}
    assert await listed(other) == []
    assert (await other.get(f"/v1/interviews/{created}/events")).status_code == 404
    assert await listed(owner) == [created]


async def test_pages_count_what_is_one_s_own_alone(workplace: Workplace) -> None:
    owner, other = await workplace.hr(), await second(workplace)
    mine: list[str] = []
    for _ in range(3):
        mine.append((await create_interview(owner))["interview"])
        await create_interview(other)
    page = (await owner.get("/v1/interviews", params={"limit": 2})).json()
    rest = (await owner.get("/v1/interviews", params={"limit": 2, "cursor": page["next"]})).json()
    assert [row["id"] for row in (*page["interviews"], *rest["interviews"])] == mine[::-1]
    assert rest["next"] is None


@pytest.mark.parametrize(
    "members", [["nobody@example.example"], ["admin@other.example"], ["a"], ["two@example.example"] * 51, "x"]
)
async def test_only_people_of_the_same_organisation_become_members(workplace: Workplace, members: Any) -> None:
    owner = await workplace.hr()
    await second(workplace)
    await workplace.hr("admin", "Other")
    created = (await create_interview(owner))["interview"]
    await share(owner, created, MEMBER)
    answer = await owner.put(f"/v1/interviews/{created}/members", json={"members": members})
    assert answer.json()["code"] in ("user_unknown", "invalid_body")
    kept = (await owner.get(f"/v1/interviews/{created}/members")).json()["members"]
    assert [member["email"] for member in kept] == [MEMBER]


async def test_qa_sees_all_and_makes_links_for_its_own(workplace: Workplace) -> None:
    owner, measuring = await workplace.hr(), await workplace.hr("qa")
    theirs = (await create_interview(owner))["interview"]
    own = (await create_interview(measuring))["interview"]
    assert set(await listed(measuring)) == {theirs, own}
    refused = await measuring.post(f"/v1/interviews/{theirs}/invites")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await measuring.post(f"/v1/interviews/{own}/invites")).status_code == 201


async def test_flows_made_from_a_job_are_seen_with_their_interviews(workplace: Workplace) -> None:
    owner, other, admin = await workplace.hr(), await second(workplace), await workplace.hr("admin")
    files = await listed(owner, "/v1/flows")
    flow = await save_flow(workplace, "recruiter@example.example")
    assert set(await listed(owner, "/v1/flows")) == set(await listed(admin, "/v1/flows")) == {*files, flow}
    assert set(await listed(other, "/v1/flows")) == set(files)
    assert (await other.get(f"/v1/flows/{flow}")).status_code == 404
    body = {"flow": flow, "candidate_name": "A", "job_title": "B", "language": "en"}
    assert (await other.post("/v1/interviews", json=body)).json()["code"] == "flow_unknown"
    created = (await create_interview(owner, flow=flow, language="en"))["interview"]
    await share(owner, created, MEMBER)
    assert (await other.get(f"/v1/flows/{flow}")).status_code == 200
    assert flow in await listed(other, "/v1/flows")


async def save_flow(workplace: Workplace, email: str) -> str:
    from tests.integration.server.test_saved_flows import RECORD, version

    resources = workplace.resources
    credentials = await resources.users.credentials(email)
    assert credentials is not None
    user: User = credentials.user
    built = await resources.catalogue.add(user, "clerk", RECORD, lambda flow_id: version(1, flow_id))
    return built.id


async def test_the_board_s_ids_are_those_of_the_owner_and_members(workplace: Workplace) -> None:
    owner = await workplace.hr()
    await second(workplace)
    created = (await create_interview(owner))["interview"]
    resources = workplace.resources
    credentials = [await resources.users.credentials(each) for each in ("recruiter@example.example", MEMBER)]
    users = [each.user for each in credentials if each is not None]
    rows = resources.interviews

    async def ids() -> list[frozenset[str]]:
        return [await rows.unfinished_of(user.organisation_id, user.id) for user in users]

    assert await ids() == [{created}, frozenset()]
    await share(owner, created, MEMBER)
    assert await ids() == [{created}, {created}]
    interview = await resources.registry.get(created)
    await interview.record(e.InterviewAborted("candidate_ended", 0, 1))
    assert await ids() == [frozenset(), frozenset()]


async def test_interviews_from_before_get_their_owners(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    owners = await asyncio.to_thread(_migrate_old, url)
    assert owners == [("one", "user-1"), ("two", "command line")]


def _migrate_old(url: str) -> list[tuple[str, str]]:
    config = _configuration()
    with _connected(url) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.execute(sa.text("INSERT INTO organisations VALUES ('o', 'O', '2026-01-01 00:00:00')"))
        for name, creator in (("one", "user-1"), ("two", "command line")):
            values = {"i": name, "d": f'{{"created_by": "{creator}"}}'}
            connection.execute(
                sa.text(
                    "INSERT INTO interviews (id, organisation_id, candidate_name, job_title, flow_id, language, phase,"
                    " created_at, seq) VALUES (:i, 'o', '', '', 'f', 'en', 'invited', '2026-01-01 00:00:00', 1)"
                ),
                values,
            )
            connection.execute(
                sa.text(
                    "INSERT INTO events (interview_id, seq, id, at, type, data)"
                    " VALUES (:i, 1, :i, '2026-01-01 00:00:00', 'interview.created', :d)"
                ),
                values,
            )
        command.upgrade(config, "head")
        return [tuple(row) for row in connection.execute(sa.text("SELECT id, owner_id FROM interviews ORDER BY id"))]
