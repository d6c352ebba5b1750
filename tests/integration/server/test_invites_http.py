"""Invite links open once, for one browser, and end when they should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from server.auth.invites import hash_token
from server.auth.tokens import CandidateSession
from server.db import schema
from server.db.errors import StorageFull
from server.interviews.services import Actor
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.events import InviteRedeemed
from tests.integration.server.workplace import Workplace, create_interview, open_workplace, token_of


@pytest.fixture
async def workplace(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with open_workplace(tmp_path, auth={"redeems_per_minute": 20}) as workplace:
        yield workplace


async def _redeem(
    client: httpx.AsyncClient, token: str, session: str | None = None, key: str | None = None
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {session}"} if session else {}
    body = {"token": token} if key is None else {"token": token, "key": key}
    return await client.post("/v1/invites/redeem", json=body, headers=headers)


async def test_the_first_browser_gets_the_session_and_may_return(workplace: Workplace) -> None:
    created = await create_interview(await workplace.hr())
    first = await _redeem(workplace.client, token_of(created))
    assert first.status_code == 200
    assert first.json()["interview"] == created["interview"]
    session = first.json()["session"]

    again = await _redeem(workplace.client, token_of(created), session)
    assert again.status_code == 200
    for stolen in (None, "forged", session[:-2] + "xx"):
        other = await _redeem(workplace.client, token_of(created), stolen)
        assert (other.status_code, other.json()["code"]) == (409, "invite_used")

    events = await workplace.resources.log.read(created["interview"])
    assert sum(isinstance(event.data, InviteRedeemed) for event in events) == 1


async def test_of_many_browsers_at_once_one_gets_in(workplace: Workplace) -> None:
    created = await create_interview(await workplace.hr())
    answers = await asyncio.gather(*(_redeem(workplace.client, token_of(created)) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    events = await workplace.resources.log.read(created["interview"])
    assert sum(isinstance(event.data, InviteRedeemed) for event in events) == 1


KEY = "k" * 43


async def test_an_answer_that_was_lost_is_given_again_to_the_same_key(workplace: Workplace) -> None:
    hr = await workplace.hr()
    created = await create_interview(hr)
    token = token_of(created)
    assert (await _redeem(workplace.client, token, key=KEY)).status_code == 200  # and never arrived
    for stranger in (None, "x" * 43):
        assert (await _redeem(workplace.client, token, key=stranger)).json()["code"] == "invite_used"
    again = await _redeem(workplace.client, token, key=KEY)
    assert again.status_code == 200
    bearer = {"Authorization": f"Bearer {again.json()['session']}"}
    assert (await workplace.client.get("/v1/session", headers=bearer)).json()["phase"] == "lobby"
    events = await workplace.resources.log.read(created["interview"])
    assert sum(isinstance(event.data, InviteRedeemed) for event in events) == 1
    async with workplace.resources.database.read() as connection:
        (row,) = (await connection.execute(schema.invites.select())).all()
    assert row.key_hash == hash_token(KEY)
    await hr.post(f"/v1/interviews/{created['interview']}/invites")
    assert (await _redeem(workplace.client, token, key=KEY)).json()["code"] == "invite_revoked"


async def test_one_browser_that_asks_twice_at_once_gets_in_twice(workplace: Workplace) -> None:
    created = await create_interview(await workplace.hr())
    answers = await asyncio.gather(*(_redeem(workplace.client, token_of(created), key=KEY) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4


async def test_a_link_that_opened_without_a_key_opens_to_none(workplace: Workplace) -> None:
    created = await create_interview(await workplace.hr())
    assert (await _redeem(workplace.client, token_of(created))).status_code == 200
    assert (await _redeem(workplace.client, token_of(created), key=KEY)).json()["code"] == "invite_used"


@pytest.mark.parametrize("key", ["", "k" * 15, "k" * 129])
async def test_a_key_is_long_enough_and_not_too_long(workplace: Workplace, key: str) -> None:
    assert (await _redeem(workplace.client, "token", key=key)).json()["code"] == "invalid_body"


async def test_a_redemption_that_a_crash_left_unrecorded_is_recorded_on_return(workplace: Workplace) -> None:
    created = await create_interview(await workplace.hr())
    await workplace.resources.invites.redeem(token_of(created), None, KEY)
    assert (await _redeem(workplace.client, token_of(created), key=KEY)).status_code == 200
    events = await workplace.resources.log.read(created["interview"])
    assert sum(isinstance(event.data, InviteRedeemed) for event in events) == 1


async def test_the_session_opens_the_interview_and_nothing_else(workplace: Workplace) -> None:
    hr = await workplace.hr()
    created = await create_interview(hr)
    session = (await _redeem(workplace.client, token_of(created))).json()["session"]
    candidate = workplace.browser(Authorization=f"Bearer {session}")
    info = (await candidate.get("/v1/session")).json()
    assert (info["interview"], info["phase"]) == (created["interview"], "lobby")
    assert (info["organisation"], info["candidate_name"], info["job_title"]) == ("Example", "王小明", "Clerk")
    assert (info["language"], info["languages"]) == ("zh-CN", ["en", "zh-CN"])
    assert [stage["form"] for stage in info["stages"]] == ["text", "video", "voice", "text", "text"]
    assert (info["questions_total"], info["minutes"], info["result_within_hours"]) == (5, 9, 24)
    assert [(consent["kind"], consent["required"]) for consent in info["consents"]] == [
        ("recording", True),
        ("ai_scoring", False),
    ]
    assert len(info["consents"][0]["texts"]["en"]["hash"]) == 64
    assert info["recogniser"] == {"name": "fake", "demonstration": True}
    assert info["ice_servers"] == []
    assert (await candidate.get("/v1/interviews")).status_code == 401
    assert (await candidate.get("/v1/me")).status_code == 401
    login = hr.cookies["viva_session"]
    assert (await workplace.client.get("/v1/session", headers={"Authorization": f"Bearer {login}"})).status_code == 401


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic abc", "Bearer x", "Bearer " + "x" * 5000])
async def test_without_a_session_there_is_no_interview(workplace: Workplace, authorization: str) -> None:
    answer = await workplace.client.get("/v1/session", headers={"Authorization": authorization})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_a_new_link_ends_the_old_one_and_its_session(workplace: Workplace) -> None:
    hr = await workplace.hr()
    created = await create_interview(hr)
    unopened = await create_interview(hr)
    session = (await _redeem(workplace.client, token_of(created))).json()["session"]
    renewed = [
        (await hr.post(f"/v1/interviews/{interview['interview']}/invites")).json() for interview in (created, unopened)
    ]
    for old in (created, unopened):
        answer = await _redeem(workplace.client, token_of(old), session)
        assert (answer.status_code, answer.json()["code"]) == (410, "invite_revoked")
    assert (
        await workplace.client.get("/v1/session", headers={"Authorization": f"Bearer {session}"})
    ).status_code == 401
    assert (await _redeem(workplace.client, token_of(renewed[0]))).status_code == 200


async def test_an_expired_link_is_told_so_unless_it_was_opened_before(workplace: Workplace) -> None:
    hr = await workplace.hr()
    opened, unopened = await create_interview(hr), await create_interview(hr)
    session = (await _redeem(workplace.client, token_of(opened))).json()["session"]
    async with workplace.resources.database.write() as connection:
        await connection.execute(schema.invites.update().values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    answer = await _redeem(workplace.client, token_of(unopened))
    assert (answer.status_code, answer.json()["code"]) == (410, "invite_expired")
    assert (await _redeem(workplace.client, token_of(opened), session)).status_code == 200


@pytest.mark.parametrize("token", ["unknown", "x" * 200, "' OR 1=1 --", "\x00", "邀请"])
async def test_an_unknown_link(workplace: Workplace, token: str) -> None:
    answer = await _redeem(workplace.client, token)
    assert (answer.status_code, answer.json()["code"]) == (404, "invite_unknown")


async def test_the_token_is_stored_nowhere(workplace: Workplace) -> None:
    created = await create_interview(await workplace.hr())
    token = token_of(created)
    assert len(token) >= 43
    async with workplace.resources.database.read() as connection:
        (row,) = (await connection.execute(schema.invites.select())).all()
    assert row.token_hash == hash_token(token)
    folder = workplace.resources.settings.data_dir
    for path in await asyncio.to_thread(lambda: [file for file in folder.rglob("*") if file.is_file()]):
        assert token.encode() not in await asyncio.to_thread(path.read_bytes)


async def test_a_redemption_that_cannot_be_recorded_can_be_repeated(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = await create_interview(await workplace.hr())
    interview = await workplace.resources.registry.get(created["interview"])

    async def refuse(event: object) -> int:
        raise StorageFull("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(interview, "record", refuse)
        answer = await _redeem(workplace.client, token_of(created))
        assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (507, "storage_full", True)
    assert (await _redeem(workplace.client, token_of(created))).status_code == 200


async def test_guessing_is_slowed_down(workplace: Workplace) -> None:
    answers = [await _redeem(workplace.client, f"guess-{number}") for number in range(21)]
    assert [answer.status_code for answer in answers] == [404] * 20 + [429]
    assert answers[-1].json()["code"] == "too_many_requests"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


async def test_a_session_of_another_server_is_refused(workplace: Workplace, tmp_path: Path) -> None:
    created = await create_interview(await workplace.hr())
    session = (await _redeem(workplace.client, token_of(created))).json()["session"]
    async with open_workplace(tmp_path / "other") as other:
        answer = await other.client.get("/v1/session", headers={"Authorization": f"Bearer {session}"})
        assert answer.status_code == 401


async def test_a_signed_session_that_was_never_bound_is_refused(workplace: Workplace) -> None:
    created = await create_interview(await workplace.hr())
    token = workplace.resources.access.tokens.sign_candidate(CandidateSession("s", "i", created["interview"]))
    answer = await workplace.client.get("/v1/session", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


async def test_public_url_stands_in_links_and_counts_as_our_own_origin(tmp_path: Path) -> None:
    async with open_workplace(tmp_path, http={"public_url": "https://interviews.example/"}) as workplace:
        hr = await workplace.hr()
        created = await create_interview(hr)
        assert created["invite_url"].startswith("https://interviews.example/join/")
        hr.headers["Origin"] = "https://interviews.example"
        assert (await hr.get("/v1/me")).status_code == 200


async def test_an_interview_that_broke_off_goes_on_over_a_new_link(workplace: Workplace) -> None:
    hr = await workplace.hr()
    created = await create_interview(hr)
    path = f"/v1/interviews/{created['interview']}"
    refused = await hr.post(f"{path}/reopen", json={"reason": "our network failed"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_aborted")
    interview = await workplace.resources.registry.get(created["interview"])
    await interview.submit(c.InterviewEnd(), Actor("candidate", "session"), None)
    for wrong in ({}, {"reason": "  "}, {"reason": "x" * 501}):
        assert (await hr.post(f"{path}/reopen", json=wrong)).status_code == 400
    unconfirmed = await hr.post(f"{path}/reopen", json={"reason": " our network failed "})
    assert (unconfirmed.status_code, unconfirmed.json()["code"]) == (409, "reopen_needs_confirmation")
    answer = await hr.post(f"{path}/reopen", json={"reason": " our network failed ", "confirmed": True})
    assert answer.status_code == 201
    assert (await hr.get(path)).json()["phase"] == "lobby"
    events = await workplace.resources.log.read(created["interview"])
    (reopened,) = [event.data for event in events if isinstance(event.data, e.InterviewReopened)]
    assert (reopened.reason, reopened.redo) == ("our network failed", 1)
    assert (await _redeem(workplace.client, token_of(answer.json()))).status_code == 200
    again = await hr.post(f"{path}/reopen", json={"reason": "once more"})
    assert again.json()["code"] == "not_aborted"
