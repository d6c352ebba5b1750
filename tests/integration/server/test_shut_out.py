"""Who is shut out, or becomes somebody else, loses what they have open, and is refused at the next step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.auth import standing
from server.db.users import Credentials, Users
from tests.integration.server.workplace import PASSWORD, Workplace, create_interview, open_workplace

EMAIL = "recruiter@example.example"


@pytest.fixture
async def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workplace]:
    monkeypatch.setattr(standing, "LOOK_EVERY_S", 0.02)
    async with open_workplace(tmp_path) as workplace:
        yield workplace


async def find(workplace: Workplace) -> Credentials:
    credentials = await workplace.resources.users.credentials(EMAIL)
    assert credentials is not None
    return credentials


@pytest.mark.parametrize("change", ["disabled", "role", "password"])
async def test_what_is_open_ends_with_who_the_user_was(workplace: Workplace, change: str) -> None:
    """The change comes from beside the server, as from the command line or another worker."""
    hr = await workplace.hr()
    beside = Users(workplace.resources.database)
    credentials = await find(workplace)
    ended = asyncio.Event()

    async def undo() -> None:
        ended.set()

    async with workplace.resources.standing.watch(credentials) as lost:
        await workplace.resources.standing.keep_line(credentials, "line", undo)
        await asyncio.sleep(0.1)
        assert not lost.is_set()
        match change:
            case "disabled":
                await beside.set_active(credentials.user.id, False)
            case "role":
                await beside.replace_role(credentials.user.id, "observer")
            case _:
                await beside.replace_password_hash(credentials.user.id, "another")
        async with asyncio.timeout(5):
            await lost.wait()
            await ended.wait()
    answer = await hr.post("/v1/interviews", json={})
    expected = {"disabled": (401, "user_disabled"), "role": (403, "forbidden"), "password": (401, "unauthenticated")}
    assert (answer.status_code, answer.json()["code"]) == expected[change]


async def test_who_is_shut_out_cannot_log_in_until_let_in_again(workplace: Workplace) -> None:
    hr = await workplace.hr()
    created = await create_interview(hr)
    user = (await find(workplace)).user
    await workplace.resources.users.set_active(user.id, False)
    body = {"email": EMAIL, "password": PASSWORD}
    refused = await workplace.client.post("/v1/login", json=body)
    assert (refused.status_code, refused.json()["code"]) == (401, "user_disabled")
    wrong = await workplace.client.post("/v1/login", json={**body, "password": "wrong horse battery"})
    assert wrong.json()["code"] == "login_failed"
    await workplace.resources.users.set_active(user.id, True)
    assert (await workplace.client.post("/v1/login", json=body)).status_code == 200
    assert (await hr.get(f"/v1/interviews/{created['interview']}")).status_code == 200


async def test_beyond_the_most_lines_the_oldest_ends(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "MOST_LINES", 2)
    await workplace.hr()
    credentials = await find(workplace)
    held = workplace.resources.standing
    ended: list[str] = []

    async def end(name: str) -> None:
        ended.append(name)

    for name in ("one", "two", "three"):
        await held.keep_line(credentials, name, lambda name=name: end(name))  # type: ignore[misc]
    assert ended == ["one"]
    held.forget_line("two")
    await workplace.resources.users.set_active(credentials.user.id, False)
    async with asyncio.timeout(5):
        while ended != ["one", "three"]:
            await asyncio.sleep(0.01)
