"""A candidate's voice over the socket: past everything that waits, and whatever comes in."""

from __future__ import annotations

import asyncio
import contextlib
import random

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from media.errors import SessionClosed
from server.interviews.errors import NotLive
from server.protocol.audio_frame import PCM_BYTES, AudioFrame, encode_audio
from server.signalling.allowance import INVALID_IN_A_ROW
from server.signalling.audio import BURST
from tests.integration.signalling.house import COOKIE, FakeInterview, House, enter, enter_as_hr, hear, hear_until, say

OPUS = b"\x78" + bytes(40)


def frame(number: int, *, epoch: int = 1, data: bytes = OPUS) -> bytes:
    return encode_audio(AudioFrame("opus" if len(data) < PCM_BYTES else "pcm16", epoch, number, number * 960, data))


async def open_audio(socket: ClientConnection, codec: str = "opus") -> dict[str, object]:
    await say(socket, "audio.open", {"codec": codec})
    opened, accepted = await hear_until(socket, "command.accepted")
    assert (opened["type"], opened["seq"], accepted["type"]) == ("audio.opened", None, "command.accepted")
    data: dict[str, object] = opened["data"]
    return data


async def wait_for_sound(interview: FakeInterview, count: int) -> None:
    async with asyncio.timeout(5):
        while len(interview.heard) < count:
            await asyncio.sleep(0.01)


async def refusal_of(socket: ClientConnection) -> str:
    return str((await hear_until(socket, "command.rejected"))[-1]["data"]["code"])


async def test_sound_reaches_the_interview_in_order(house: House) -> None:
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        assert await open_audio(socket) == {"epoch": 1, "silent_ms": 1_500}
        for number in range(3):
            await socket.send(frame(number - 1))
        await wait_for_sound(interview, 3)
        assert interview.heard == [(1, 2**32 - 1, 2**32 - 960, OPUS), (1, 0, 0, OPUS), (1, 1, 960, OPUS)]
        await say(socket, "audio.close", {"epoch": 1})
        assert (await hear(socket))["type"] == "command.accepted"
        assert interview.published == []


async def test_sound_does_not_wait_for_a_command_that_takes_long(house: House) -> None:
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        await open_audio(socket)
        interview.stuck = True
        await say(socket, "moment.request", {"turn_id": "t"})
        for number in range(5):
            await socket.send(frame(number))
        await wait_for_sound(interview, 5)
        interview.stuck = False


async def test_what_was_said_before_leaving_is_done(house: House) -> None:
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        await say(socket, "answer.draft", {"turn_id": "t", "text": "first"})
        await say(socket, "answer.draft", {"turn_id": "t", "text": "second"})
    async with asyncio.timeout(5):
        while interview.present:
            await asyncio.sleep(0.01)
    assert len(interview.submitted) == 2


async def test_the_voice_ends_with_the_socket(house: House) -> None:
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        await open_audio(socket)
        assert interview.published == [1]
    async with asyncio.timeout(5):
        while interview.published:
            await asyncio.sleep(0.01)


async def test_late_frames_of_an_earlier_epoch_are_let_go_in_silence(house: House) -> None:
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        await open_audio(socket)
        assert (await open_audio(socket))["epoch"] == 2
        for number in range(2 * INVALID_IN_A_ROW):
            await socket.send(frame(number, epoch=1))
        await socket.send(frame(7, epoch=2))
        await wait_for_sound(interview, 1)
        assert [epoch for epoch, *_ in interview.heard] == [2]
        await say(socket, "session.ping", {"echo": "nothing was said between"})
        assert (await hear(socket))["type"] == "session.pong"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"binary",
        frame(0)[:16],
        b"VB" + frame(0)[2:],
        b"VA\x09" + frame(0)[3:],
        frame(0, epoch=2),
        frame(0, epoch=2**32 - 1),
        frame(0, data=bytes(PCM_BYTES)),
        frame(0, data=b"\x1b\x3f" + bytes(10)),
        frame(0) + bytes(2_000),
    ],
    ids=["empty", "short", "no audio", "magic", "version", "next epoch", "far epoch", "codec", "no Opus", "large"],
)
async def test_what_is_no_sound_is_refused(house: House, message: bytes) -> None:
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        await open_audio(socket)
        await socket.send(message)
        assert await refusal_of(socket) == "invalid_audio"
        await socket.send(frame(1))
        await wait_for_sound(interview, 1)


async def test_before_it_was_opened_there_is_no_epoch(house: House) -> None:
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        await socket.send(frame(0))
        assert await refusal_of(socket) == "invalid_audio"
    assert interview.heard == []


async def test_too_many_bad_frames_end_the_socket(house: House) -> None:
    house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        for _ in range(INVALID_IN_A_ROW):
            await socket.send(b"VA\x01\x01 nonsense")
        with pytest.raises(ConnectionClosed):
            await hear_until(socket, "never")
        assert socket.close_code == 4002


async def test_a_frame_of_any_size_is_bounded(house: House) -> None:
    house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        with contextlib.suppress(ConnectionClosed):
            await socket.send(bytes(70_000))
        with pytest.raises(ConnectionClosed):
            await hear_until(socket, "never")
        assert socket.close_code == 1009


async def test_a_flood_is_cut_off_and_told_once(house: House) -> None:
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        await open_audio(socket)
        refusals: list[str] = []
        with contextlib.suppress(ConnectionClosed):
            for number in range(int(BURST) * 3):
                await socket.send(frame(number))
        with contextlib.suppress(ConnectionClosed):
            while True:
                refusals.append((await hear(socket))["data"]["code"])
        assert refusals == ["too_many_requests"]
        assert socket.close_code == 4002
    assert BURST <= len(interview.heard) < BURST + 300


async def test_hr_has_no_voice_here(house: House) -> None:
    house.open_interview()
    async with house.dial(headers=COOKIE) as socket:
        await enter_as_hr(socket)
        await say(socket, "audio.open", {"codec": "opus"}, interview="one")
        assert await refusal_of(socket) == "forbidden"
        for _ in range(INVALID_IN_A_ROW):
            await socket.send(frame(0))
        assert await refusal_of(socket) == "forbidden"
        with pytest.raises(ConnectionClosed):
            await hear_until(socket, "never")
        assert socket.close_code == 4002


@pytest.mark.parametrize(
    ("failure", "code"), [(NotLive("not yet"), "not_live"), (SessionClosed("over"), "unavailable")]
)
async def test_where_there_is_no_media_none_is_opened(house: House, failure: Exception, code: str) -> None:
    interview = house.open_interview()
    interview.media_failure = failure
    async with house.dial() as socket:
        await enter(socket)
        await say(socket, "audio.open", {"codec": "pcm16"})
        assert await refusal_of(socket) == code
        await say(socket, "audio.open", {"codec": "mp3"})
        assert await refusal_of(socket) == "invalid_message"


async def test_random_binary_frames_disturb_nobody(house: House) -> None:
    dice = random.Random(16)
    witness = house.open_interview("witness")
    house.open_interview("victim")
    async with house.dial() as calm:
        await enter(calm, "witness")
        await open_audio(calm)
        for _ in range(40):
            async with house.dial() as socket:
                await enter(socket, "victim")
                await open_audio(socket)
                with contextlib.suppress(ConnectionClosed):
                    for _ in range(60):
                        head = dice.choice([b"", b"VA", b"VA\x01\x01\0\0\0\x01", b"VA\x01\x01"])
                        await socket.send(head + dice.randbytes(dice.randrange(200)))
        await calm.send(frame(0))
        await wait_for_sound(witness, 1)
