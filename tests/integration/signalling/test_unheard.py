"""What somebody of HR commanded and no interview answered is in the audit trail too."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import pytest
from websockets.exceptions import ConnectionClosed

from server.protocol import events as e
from server.signalling.allowance import INVALID_IN_A_ROW
from tests.integration.signalling.house import COOKIE, FakeTrail, House, enter, enter_as_hr, hear, hear_until, say

ADMIN = {"Cookie": "viva_session=admin-1"}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture
def trail(house: House) -> FakeTrail:
    house.resources.guard.trail = trail = FakeTrail()
    return trail


async def test_what_runs_out_of_time(house: House, trail: FakeTrail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.signalling.socket.COMMAND_TIMEOUT_S", 0.05)
    interview = house.open_interview()
    await interview.happen(e.MediaRecovered(1))
    async with house.dial(headers=ADMIN) as socket:
        await enter_as_hr(socket)
        interview.stuck = True
        await say(socket, "interview.pause", interview="one")
        assert (await hear(socket))["data"]["code"] == "unavailable"
        interview.stuck = False
        await say(socket, "interview.pause", interview="one")
        assert (await hear(socket))["type"] == "command.accepted"
    assert [entry[1:] for entry in trail.entries] == [
        ("interview.pause", "one", "unanswered"),
        ("interview.pause", "one", "ok"),
    ]


async def test_what_is_refused_at_the_door(house: House, trail: FakeTrail) -> None:
    """Of what is no command there is nothing to be told."""
    house.open_interview()
    async with house.dial(headers=COOKIE) as socket:
        await enter_as_hr(socket)
        await say(socket, "answer.finish", {"turn_id": "t"}, interview="one")
        await say(socket, "session.hello")
        await say(socket, "answer.destroy")
        await socket.send("{")
        for _ in range(4):
            assert (await hear(socket))["type"] == "command.rejected"
    assert trail.entries == [
        ("user-1", "answer.finish", "one", "forbidden"),
        ("user-1", "session.hello", None, "invalid_message"),
    ]


async def test_what_was_being_done_when_the_socket_ended(house: House, trail: FakeTrail) -> None:
    interview = house.open_interview()
    interview.stuck = True
    async with house.dial(headers=ADMIN) as socket:
        await enter_as_hr(socket)
        await say(socket, "interview.pause", interview="one")
        for _ in range(INVALID_IN_A_ROW):
            await socket.send("nonsense")
        with pytest.raises(ConnectionClosed):
            await hear_until(socket, "never")
    await until(lambda: bool(trail.entries))
    assert [entry[1:] for entry in trail.entries] == [("interview.pause", "one", "unanswered")]


async def test_a_flood_is_one_entry(house: House, trail: FakeTrail) -> None:
    """The interview does not answer, so that all but the commands that wait for it are refused."""
    interview = house.open_interview()
    interview.stuck = True
    async with house.dial(headers=ADMIN) as socket:
        await enter_as_hr(socket)
        await say(socket, "interview.pause", interview="one")
        await asyncio.sleep(0.1)  # it is being done
        with contextlib.suppress(ConnectionClosed):
            for _ in range(1_000):
                await say(socket, "interview.pause", interview="one")
            await hear_until(socket, "never")
        assert socket.close_code == 4002
    await until(lambda: "unanswered" in {entry[3] for entry in trail.entries})
    assert [entry[3] for entry in trail.entries] == ["too_many_requests", "unanswered"]


async def test_candidates_have_no_entries(house: House, trail: FakeTrail) -> None:
    house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        await say(socket, "board.watch")
        assert (await hear(socket))["data"]["code"] == "forbidden"
    assert trail.entries == []
