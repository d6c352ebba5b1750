"""Every command of a socket against everybody who could send it. One that `COMMAND_DOORS` does not name fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal, get_args

import pytest
from websockets.asyncio.client import ClientConnection

from server.auth.permissions import PERMISSIONS, Permission
from server.db.users import ROLES, Role
from server.protocol import events as e
from server.protocol.commands import COMMANDS
from server.signalling import roles
from tests.integration.signalling.house import Frame, House, enter, enter_as_hr, hear, say

GOLDEN = Path(__file__).parents[2] / "contract" / "golden"

Door = Permission | Literal["candidate", "both", "channel"]
COMMAND_DOORS: dict[str, Door] = {
    "session.hello": "both",
    "session.ping": "both",
    "language.choose": "candidate",
    "consent.give": "candidate",
    "device.report": "candidate",
    "interview.start": "candidate",
    "question.present": "candidate",
    "moment.request": "candidate",
    "time.extend": "candidate",
    "form.switch": "candidate",
    "answer.finish": "candidate",
    "answer.draft": "candidate",
    "answer.submit": "candidate",
    "interview.end": "candidate",
    "review.request": "candidate",
    "quality.report": "candidate",
    "audio.open": "candidate",
    "audio.close": "candidate",
    "help.request": "candidate",
    "question.repeat": "interview.control",
    "board.watch": "interview.view",
    "interview.watch": "interview.observe",
    "interview.unwatch": "interview.observe",
    "directive.give": "interview.whisper",
    "directive.withdraw": "interview.whisper",
    "floor.take": "interview.speak",
    "floor.mode": "interview.speak",
    "floor.hand_back": "interview.speak",
    "interview.pause": "interview.control",
    "interview.resume": "interview.control",
    "interview.close": "interview.control",
    "interview.cancel_close": "interview.control",
    "interview.reopen": "interview.control",
    "question.skip": "interview.control",
    "question.unskip": "interview.control",
    "time.grant": "interview.control",
    "help.acknowledge": "alert.acknowledge",
    "alert.acknowledge": "alert.acknowledge",
    "chat.send": "channel",
    "chat.read": "channel",
}
CHANNELS: dict[str, Permission] = {"candidate": "chat.candidate", "backroom": "chat.backroom"}


def samples(name: str) -> list[tuple[Door, Frame]]:
    """What to send, with its door."""
    data: Frame = json.loads((GOLDEN / f"{name}.json").read_text())["data"]
    door = COMMAND_DOORS[name]
    if door != "channel":
        return [(door, {**data, "after_seq": 0} if "after_seq" in data else data)]
    return [(permission, {**data, "channel": channel}) for channel, permission in CHANNELS.items()]


def expected(role: Role, door: Permission, *, own: bool) -> str | None:
    """The code of the refusal."""
    reach = PERMISSIONS[role].get(door)
    if reach is None:
        return "forbidden"
    if reach == "organisation" or own:
        return None
    return "forbidden" if PERMISSIONS[role]["interview.view"] == "organisation" else "not_found"


def hr_commands() -> list[str]:
    return [message.name for message in COMMANDS if "hr" in roles.ROLES.get(message.data_class, ())]


def test_every_command_has_its_door() -> None:
    """Here, and in the table that the server goes by."""
    assert {message.name for message in COMMANDS} <= set(COMMAND_DOORS)
    for name in hr_commands():
        door = COMMAND_DOORS[name]
        if door in get_args(Permission):
            assert roles.COMMAND_PERMISSIONS[name] == door
        else:
            assert door in ("both", "channel"), name


async def send(socket: ClientConnection, name: str, data: Frame, interview: str | None) -> str | None:
    """The code of the refusal, or None."""
    sent = await say(socket, name, data, interview=interview)
    while True:
        frame = await hear(socket)
        if frame["data"].get("command") == sent:
            code: str | None = frame["data"].get("code")
            return code


async def test_hr_s_commands_obey_whom_the_table_names(house: House) -> None:
    await house.open_interview("one").happen(e.MediaRecovered(1))
    unshared = house.open_interview("unshared")
    await unshared.happen(e.MediaRecovered(1))
    unshared.members.clear()
    house.open_interview("theirs", organisation_id="2")
    for role in ROLES:
        for name in hr_commands():
            async with house.dial(headers={"Cookie": f"viva_session={role}-1"}) as socket:
                assert (await enter_as_hr(socket))["type"] == "session.welcomed"
                for door, data in samples(name):
                    await _try_door(socket, role, name, door, data)
    assert "theirs" not in house.resources.registry.asked
    outcomes = {entry[3] for entry in house.resources.trail.entries}
    assert {"ok", "not_found"} <= outcomes <= {"ok", "forbidden", "not_found"}


async def test_every_command_of_hr_is_in_the_trail_by_its_name(house: House) -> None:
    """Obeyed or refused; who says hello and still lives does nothing."""
    await house.open_interview("one").happen(e.MediaRecovered(1))
    told = house.resources.trail.entries
    for role, outcome in (("admin", "ok"), ("observer", "forbidden")):
        for name in hr_commands():
            for door, data in samples(name):
                if door == "both":
                    continue
                about = None if name == "board.watch" else "one"
                may = role == "admin" or PERMISSIONS["observer"].get(door) is not None  # type: ignore[arg-type]
                async with house.dial(headers={"Cookie": f"viva_session={role}-1"}) as socket:
                    await enter_as_hr(socket)
                    before = len(told)
                    await send(socket, name, data, about)
                    new = told[before:]
                assert [entry[1:] for entry in new] == [(name, about, "ok" if may else outcome)], (name, role)


async def _try_door(socket: ClientConnection, role: Role, name: str, door: Door, data: Frame) -> None:
    if door == "both" or door == "candidate" or door == "channel":
        return
    own = expected(role, door, own=True)
    if name == "board.watch":
        assert await send(socket, name, data, None) == own, (name, role)
        return
    assert await send(socket, name, data, "one") == own, (name, role)
    assert await send(socket, name, data, "unshared") == expected(role, door, own=False), (name, role)
    assert await send(socket, name, data, "theirs") == (own or "not_found"), (name, role)


async def test_nobody_sends_what_is_for_the_other_side(house: House) -> None:
    house.open_interview("one")
    for message in COMMANDS:
        allowed = roles.ROLES.get(message.data_class, frozenset())
        _, data = samples(message.name)[0]
        if "candidate" not in allowed:
            async with house.dial() as socket:
                await enter(socket)
                assert await send(socket, message.name, data, "one") == "forbidden", message.name
        if "hr" not in allowed:
            async with house.dial(headers={"Cookie": "viva_session=admin-1"}) as socket:
                await enter_as_hr(socket)
                assert await send(socket, message.name, data, "one") == "forbidden", message.name


@pytest.mark.parametrize("cookie", [None, "forged", "candidate-one", "owner-1"])
async def test_who_is_nobody_sends_nothing(house: House, cookie: str | None) -> None:
    house.open_interview("one")
    headers = {"Cookie": f"viva_session={cookie}"} if cookie else None
    for name in hr_commands():
        async with house.dial(headers=headers) as socket:
            assert await send(socket, name, samples(name)[0][1], "one") == "unauthenticated", name
    assert house.resources.registry.asked == []


async def test_a_link_that_has_ended_opens_no_socket(house: House) -> None:
    house.open_interview("one")
    house.access.checks_left = 0
    async with house.dial() as socket:
        assert await send(socket, "session.hello", {"token": "candidate-one"}, None) == "unauthenticated"
    assert house.resources.registry.asked == []
