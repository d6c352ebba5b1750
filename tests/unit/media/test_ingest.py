"""Where frames wait for the hearing thread, and how time goes on while a sender rests."""

from __future__ import annotations

import asyncio

import pytest

from media.frames import EncodedFrame
from media.hearing import ingest
from media.hearing.ingest import AudioInlet, Batch, Flush, Rest, StreamEnded
from tests.unit.media.test_encoded import make_frame

RESTING = bytes([9 << 3])
"""What libopus makes of silence: 20 ms, one byte."""


class TestInlet:
    async def test_markers_keep_their_place_and_are_never_dropped(self) -> None:
        inlet = AudioInlet()
        inlet.push(make_frame(b"xyz", 0))
        inlet.mark(Flush("a", 0.0))
        for number in range(1, 700):
            inlet.push(make_frame(b"xyz", number))
        inlet.mark(Flush("b", 0.0))
        batches = inlet.batches()
        first = await anext(batches)
        assert first.marker == Flush("a", 0.0)
        second = await anext(batches)
        assert second.marker == Flush("b", 0.0)
        assert len(second.frames) <= 500
        assert inlet.dropped_frames + len(first.frames) + len(second.frames) == 700
        await batches.aclose()

    async def test_frames_after_a_batch_can_be_taken(self) -> None:
        inlet = AudioInlet()
        inlet.push(make_frame(b"xyz", 0))
        inlet.push(make_frame(b"xyz", 1))
        inlet.mark(Flush("a", 0.0))
        assert len(inlet.take_frames()) == 2
        assert inlet.take_frames() == ()


class Clock:
    now_s = 100.0

    def read_s(self) -> float:
        return self.now_s


class TestRest:
    """With a clock set by hand; the waits between batches are real, and short."""

    @pytest.fixture(autouse=True)
    def hurry(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ingest, "BATCH_S", 0.005)

    async def test_time_goes_on_behind_the_clock_and_no_further_than_a_sender_rests(self) -> None:
        clock = Clock()
        inlet = AudioInlet(clock.read_s)
        batches = inlet.batches()
        inlet.push(make_frame(RESTING, 5, epoch=3))
        assert [frame.timestamp for frame in (await anext(batches)).frames if isinstance(frame, EncodedFrame)] == [
            4_800
        ]
        clock.now_s += 0.165
        assert await anext(batches) == Batch((Rest(3, 5_760 + 100 * 48),), None)
        clock.now_s += 0.1
        assert await anext(batches) == Batch((Rest(3, 5_760 + 200 * 48),), None)
        clock.now_s += 5
        assert await anext(batches) == Batch((Rest(3, 5_760 + 400 * 48),), None)
        await self.expect_nothing(inlet)

    @pytest.mark.parametrize("last", ["sound", "end"])
    async def test_only_a_sender_that_said_so_rests(self, last: str) -> None:
        clock = Clock()
        inlet = AudioInlet(clock.read_s)
        batches = inlet.batches()
        inlet.push(make_frame(RESTING, 0))
        if last == "sound":
            inlet.push(make_frame(RESTING + b"xyz", 1))
        else:
            inlet.mark(StreamEnded())
        await anext(batches)
        clock.now_s += 1
        await self.expect_nothing(inlet)
        await batches.aclose()

    async def test_a_frame_ends_the_waiting(self) -> None:
        clock = Clock()
        inlet = AudioInlet(clock.read_s)
        batches = inlet.batches()
        inlet.push(make_frame(RESTING, 0))
        await anext(batches)
        inlet.push(make_frame(RESTING + b"xyz", 20))
        batch = await anext(batches)
        assert batch.frames == (make_frame(RESTING + b"xyz", 20),)
        await batches.aclose()

    async def expect_nothing(self, inlet: AudioInlet) -> None:
        batches = inlet.batches()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await anext(batches)
