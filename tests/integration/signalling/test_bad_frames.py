"""Whatever comes in: a clear answer or a clean close, and nobody else notices."""

from __future__ import annotations

import contextlib
import json
import random

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode

from server.protocol import events as e
from server.protocol.commands import COMMANDS
from server.protocol.envelope import CommandEnvelope
from server.signalling.allowance import INVALID_IN_A_ROW
from server.signalling.wire import decode
from tests.integration.signalling.house import House, enter, hear, hear_until, say

FRAMES = 10_000


async def test_unknown_commands_and_nonsense_are_answered(house: House) -> None:
    house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        await say(socket, "answer.destroy", command_id="x")
        assert (await hear(socket))["data"]["code"] == "unknown_command"
        await say(socket, "answer.submit", {"turn_id": "t", "text": ""}, command_id="y")
        refusal = (await hear(socket))["data"]
        assert (refusal["command"], refusal["code"]) == ("y", "invalid_message")
        await say(socket, "session.hello", {"token": "candidate-one"}, command_id="z")
        assert (await hear(socket))["data"]["command"] == "z"
        for nonsense in ("", "{", "null", "[1]", '{"v":2,"id":"a","type":"session.ping"}', "\x00", '"\\ud800"'):
            await socket.send(nonsense)
            assert (await hear(socket))["data"]["code"] == "invalid_message"
        await socket.send(b"binary")
        assert (await hear(socket))["data"]["code"] == "invalid_audio"
        await socket.send('{"v":1,"id":"a","type":"session.ping","data":{"echo":"\\ud800"}}')
        assert (await hear(socket))["data"]["code"] == "invalid_message"
        await say(socket, "session.ping", {"echo": "still here"})
        assert (await hear(socket))["data"]["echo"] == "still here"


async def test_too_much_nonsense_in_a_row_ends_the_socket(house: House) -> None:
    house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        for _ in range(INVALID_IN_A_ROW):
            await socket.send("nonsense")
        with pytest.raises(ConnectionClosed):
            await hear_until(socket, "never")
        assert socket.close_code == 4002


async def test_a_flood_of_good_commands_is_slowed_then_ended(house: House) -> None:
    house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        frames = []
        with contextlib.suppress(ConnectionClosed):
            for index in range(1000):
                await say(socket, "session.ping", {"echo": str(index)})
        with contextlib.suppress(ConnectionClosed):
            while True:
                frames.append(await hear(socket))
        assert socket.close_code == 4002
        assert any(frame["data"].get("code") == "too_many_requests" for frame in frames)


async def test_invalid_utf8_closes_with_the_code_of_the_protocol(house: House) -> None:
    house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        frame = Frame(Opcode.TEXT, b'{"v":1,"id":"\xff\xfe"}')
        socket.transport.write(frame.serialize(mask=True))
        with pytest.raises(ConnectionClosed):
            await hear_until(socket, "never")
        assert socket.close_code == 1007


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1_000_000])
async def test_oversized_frames_close_the_socket(house: House, size: int) -> None:
    house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        with contextlib.suppress(ConnectionClosed):
            await socket.send("x" * size)
        with pytest.raises(ConnectionClosed):
            await hear_until(socket, "never")
        assert socket.close_code == 1009


async def test_the_first_frame_is_hello(house: House) -> None:
    house.open_interview()
    async with house.dial() as socket:
        await say(socket, "session.ping", command_id="early")
        refusal = await hear(socket)
        assert (refusal["data"]["command"], refusal["data"]["code"]) == ("early", "unauthenticated")
        with pytest.raises(ConnectionClosed):
            await hear(socket)
        assert socket.close_code == 4001


@pytest.mark.parametrize(
    ("data", "code", "close_code"),
    [
        ({"token": "forged"}, "unauthenticated", 4001),
        ({"token": ""}, "unauthenticated", 4001),
        ({"token": "candidate-one", "after_seq": 7}, "seq_unknown", 4002),
        ({"token": "candidate-one", "after_seq": -1}, "invalid_message", 4002),
        ({"token": "candidate-one", "after_seq": 2**70}, "seq_unknown", 4002),
        ({"token": 5}, "invalid_message", 4002),
    ],
)
async def test_bad_hellos(house: House, data: dict[str, object], code: str, close_code: int) -> None:
    house.open_interview()
    async with house.dial() as socket:
        await say(socket, "session.hello", data)
        assert (await hear(socket))["data"]["code"] == code
        with pytest.raises(ConnectionClosed):
            await hear(socket)
        assert socket.close_code == close_code


async def test_who_says_nothing_is_not_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.signalling.socket.HELLO_TIMEOUT_S", 0.05)
    async with house.dial() as socket:
        with pytest.raises(ConnectionClosed):
            await hear(socket)


async def test_the_subprotocol_is_asked_for(house: House) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with house.dial(subprotocols=["viva.v9"]):
            pass
    assert refused.value.response.status_code == 400
    assert json.loads(refused.value.response.body or b"")["code"] == "subprotocol_missing"


async def test_ten_thousand_random_frames_disturb_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeded. Sockets that are closed for nonsense are opened anew until the server has read all the frames."""
    frames_read = 0

    def count(frame: str | bytes) -> CommandEnvelope:
        nonlocal frames_read
        frames_read += 1
        return decode(frame)

    monkeypatch.setattr("server.signalling.socket.decode", count)
    dice = random.Random(9725)
    witness_interview = house.open_interview("witness")
    house.open_interview("victim")
    sockets = 0
    async with house.dial() as witness:
        await enter(witness, "witness")
        while frames_read < FRAMES:
            sockets += 1
            async with house.dial() as socket:
                await _bombard(socket, dice)
            if sockets % 50 == 0:
                await say(witness, "session.ping")
                assert (await hear(witness))["type"] == "session.pong"
        await witness_interview.happen(e.MediaRecovered(1))
        assert (await hear(witness))["type"] == "media.recovered"
    async with house.dial() as socket:
        assert (await enter(socket, "victim"))[0]["type"] == "session.welcomed"
    assert sockets < FRAMES / 10


async def _bombard(socket: ClientConnection, dice: random.Random) -> None:
    """A good frame now and then keeps the server reading."""
    try:
        if dice.random() < 0.98:
            await say(socket, "session.hello", {"token": "candidate-victim"})
        for index in range(90):
            await (say(socket, "session.ping") if index % 15 == 0 else socket.send(_nonsense(dice)))
        await say(socket, "session.ping", {"echo": "end"}, command_id="end")
        while "end" not in (await hear(socket))["data"].values():
            pass
    except ConnectionClosed:
        return


def _nonsense(dice: random.Random) -> str | bytes:
    match dice.randrange(5):
        case 0:
            return dice.randbytes(dice.randrange(200))
        case 1:
            return "".join(chr(dice.choice((dice.randrange(128), dice.randrange(0xD800)))) for _ in range(50))
        case 2:
            return "[" * dice.randrange(1, 3000)
        case 3:
            name = dice.choice([message.name for message in COMMANDS])
            return json.dumps({"v": 1, "id": str(dice.random()), "type": name, "data": _random_value(dice, 3)})
        case _:
            return json.dumps({key: _random_value(dice, 2) for key in ("v", "id", "type", "data", "interview")})


def _random_value(dice: random.Random, depth: int) -> object:
    match dice.randrange(7 if depth else 5):
        case 0:
            return dice.choice([None, True, False])
        case 1:
            return dice.randrange(-(2**66), 2**66)
        case 2:
            return dice.random() * 10 ** dice.randrange(300)
        case 3 | 4:
            return "".join(chr(dice.randrange(0x2FF)) for _ in range(dice.randrange(20)))
        case 5:
            return [_random_value(dice, depth - 1) for _ in range(dice.randrange(4))]
        case _:
            keys = ("token", "after_seq", "echo", "turn_id", "text", "x")
            return {dice.choice(keys): _random_value(dice, depth - 1) for _ in range(dice.randrange(4))}
