"""Sockets of HR: ended with the user's standing, and shown no more than what is theirs."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from websockets.asyncio.client import ClientConnection

from server.protocol import events as e
from server.signalling import observer
from tests.integration.signalling.house import House, enter_as_hr, hear, hear_until, say

RECRUITER = {"Cookie": "viva_session=recruiter-1"}


async def closing_code(socket: ClientConnection) -> int | None:
    async with asyncio.timeout(5):
        await socket.wait_closed()
    return socket.close_code


@pytest.mark.parametrize("change", ["disabled", "role"])
async def test_a_socket_ends_with_its_user_s_standing(house: House, change: str) -> None:
    interview = house.open_interview()
    async with house.dial(headers=RECRUITER) as socket:
        await enter_as_hr(socket)
        await say(socket, "interview.watch", interview="one")
        await hear_until(socket, "session.caught_up")
        await house.resources.standing.look()
        await say(socket, "session.ping")
        assert (await hear(socket))["type"] == "session.pong"
        if change == "disabled":
            house.resources.users.gone.add("user-1")
        else:
            house.resources.users.roles["user-1"] = "observer"
        await house.resources.standing.look()
        assert await closing_code(socket) == 4001
    async with asyncio.timeout(5):
        while interview.present:
            await asyncio.sleep(0.01)


async def test_the_next_command_is_refused_at_once(house: House) -> None:
    house.open_interview()
    async with house.dial(headers=RECRUITER) as socket:
        await enter_as_hr(socket)
        house.resources.users.gone.add("user-1")
        for command, interview in (("board.watch", None), ("interview.watch", "one")):
            await say(socket, command, interview=interview)
            assert (await hear(socket))["data"]["code"] == "user_disabled"
    refused = [entry[1:] for entry in house.resources.trail.entries if entry[3] == "user_disabled"]
    assert refused == [("board.watch", None, "user_disabled"), ("interview.watch", "one", "user_disabled")]


async def test_who_is_shut_out_opens_no_socket(house: House) -> None:
    house.resources.users.gone.add("user-1")
    async with house.dial(headers=RECRUITER) as socket:
        assert (await enter_as_hr(socket))["data"]["code"] == "user_disabled"


async def test_the_board_shows_what_is_one_s_own(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observer, "LOOK_EVERY_S", 0.05)
    house.open_interview("one")
    other = house.open_interview("other")
    other.members.clear()
    async with house.dial(headers=RECRUITER) as socket:
        await enter_as_hr(socket)
        await say(socket, "board.watch")
        snapshot = (await hear_until(socket, "board.snapshot"))[-1]
        assert [card["interview"] for card in snapshot["data"]["cards"]] == ["one"]
        await house.show_card("other")
        house.open_interview("new")
        await house.show_card("new")
        assert (await hear(socket))["data"]["card"]["interview"] == "new"
        other.members.add("user-1")
        shared = (await hear_until(socket, "board.snapshot"))[-1]
        assert [card["interview"] for card in shared["data"]["cards"]] == ["one", "other", "new"]
        await house.show_card("other")
        assert (await hear_until(socket, "board.card_changed"))[-1]["data"]["card"]["interview"] == "other"
        other.members.clear()
        unshared = (await hear_until(socket, "board.snapshot"))[-1]
        assert [card["interview"] for card in unshared["data"]["cards"]] == ["one", "new"]


async def test_a_watch_ends_when_the_interview_is_shared_no_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observer, "LOOK_EVERY_S", 0.05)
    interview = house.open_interview()
    await interview.happen(e.MediaRecovered(1))
    async with house.dial(headers=RECRUITER) as socket:
        await enter_as_hr(socket)
        await say(socket, "interview.watch", interview="one")
        await hear_until(socket, "session.caught_up")
        interview.members.clear()
        assert await closing_code(socket) == 1012
    async with house.dial(headers=RECRUITER) as socket:
        await enter_as_hr(socket)
        await say(socket, "interview.watch", interview="one")
        assert (await hear(socket))["data"]["code"] == "not_found"


async def test_media_of_who_is_shut_out_ends(house: House) -> None:
    interview = house.open_interview()

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.port}", headers=RECRUITER) as client:
        headers = {"Content-Type": "application/sdp", "X-Viva-Request": "1"}
        for path in ("whep", "voice"):
            answer = await client.post(f"/v1/interviews/one/{path}", content="v=0", headers=headers)
            assert answer.status_code == 201
    assert interview.voices == {"user-1": "voice-1"}
    house.resources.users.gone.add("user-1")
    await house.resources.standing.look()
    assert interview.voices == {}
    assert interview.published == [-1]
