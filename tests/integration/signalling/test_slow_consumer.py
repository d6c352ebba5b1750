from __future__ import annotations

import asyncio
import socket

import pytest

from server.protocol import events as e
from server.protocol import signals as s
from tests.integration.signalling.house import COOKIE, Frame, House, enter, enter_as_hr, hear, hear_until, say, seqs

LONG = "word " * 10_000


def said(number: int) -> e.SegmentTranscribed:
    return e.SegmentTranscribed("t", f"segment-{number}", 0, 1, LONG, 1.0)


async def test_who_takes_nothing_is_closed_and_loses_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.signalling.wire.SEND_TIMEOUT_S", 0.3)
    monkeypatch.setattr("server.signalling.socket.FAREWELL_TIMEOUT_S", 0.3)
    interview = house.open_interview()
    async with house.dial(headers=COOKIE) as watcher:
        await enter_as_hr(watcher)
        await say(watcher, "interview.watch", interview="one")
        await hear_until(watcher, "session.caught_up")
        stalled = await house.dial(sock=_narrow_connection(house.port)).__aenter__()
        seen = await enter(stalled)
        for number in range(200):
            await interview.happen(said(number))
            assert (await hear_until(watcher, "segment.transcribed"))[-1]["data"]["segment_id"] == f"segment-{number}"
        async with asyncio.timeout(10):
            while any(actor.role == "candidate" for actor in interview.present):
                await asyncio.sleep(0.02)
        stalled.transport.abort()
        async with house.dial() as back:
            frames = await enter(back, after_seq=seqs(seen)[-1])
            assert seqs(frames) == list(range(seqs(seen)[-1] + 1, interview.state.seq + 1))


def _narrow_connection(port: int) -> socket.socket:
    """The kernel takes little on behalf of a client that reads nothing."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.setblocking(False)
    return connection


async def test_a_slow_reader_gets_every_event_and_the_latest_signal(house: House) -> None:
    """More happens than outbox and bus hold together."""
    interview = house.open_interview()
    async with house.dial() as socket:
        await enter(socket)
        for number in range(1500):
            await interview.happen(e.MediaRecovered(number))
            await interview.signal(s.CaptionUpdated("t", "g", str(number), ""))
        frames: list[Frame] = []
        while not frames or frames[-1]["seq"] != interview.state.seq:
            frames.append(await hear(socket))
        assert seqs(frames) == list(range(2, interview.state.seq + 1))
        captions = [int(frame["data"]["committed"]) for frame in frames if frame["seq"] is None]
        assert captions == sorted(set(captions))
