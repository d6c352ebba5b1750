"""Where audio frames wait on the event loop until the hearing thread takes them, in batches and in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from media.frames import AUDIO_CLOCK_HZ, EncodedFrame
from media.hearing.opus import DTX_BYTES, count_ticks

BATCH_S = 0.1
INLET_FRAMES = 500
"""Ten seconds. When hearing falls that far behind, what waits is dropped and counted: it is in the recording."""
REST_LIMIT_S = 0.4
"""A sender that is silent on purpose sends a packet every 400 ms (RFC 6716 section 2.1.9); then one is missing."""
REST_DELAY_S = 0.06
"""How late a packet may be and still find its place in time not yet told of."""

_TICKS_PER_10_MS = AUDIO_CLOCK_HZ // 100


@dataclass(frozen=True, slots=True)
class Flush:
    """`grace_s`: how long to go on listening for the end of the last word."""

    token: str
    grace_s: float


@dataclass(frozen=True, slots=True)
class StreamEnded:
    """No more audio for now: the peer is gone or silent."""


@dataclass(frozen=True, slots=True)
class HearingEnds:
    """No more audio at all. `heard` is set when what came before has been listened to."""

    heard: asyncio.Event


@dataclass(frozen=True, slots=True)
class Rest:
    """By the clock, a sender that stopped sending because it has only silence has been silent until `timestamp`."""

    epoch: int
    timestamp: int


Marker = Flush | StreamEnded | HearingEnds
Arrival = EncodedFrame | Rest


@dataclass(frozen=True, slots=True)
class Batch:
    """`frames` came before `marker`."""

    frames: tuple[Arrival, ...]
    marker: Marker | None


class AudioInlet:
    """Ordered, bounded for frames (see INLET_FRAMES); markers are few and never dropped.

    Time goes on while the sender rests: the end of speech must not wait for its next packet.
    """

    def __init__(self, read_clock_s: Callable[[], float] = time.monotonic) -> None:
        self._read_clock_s = read_clock_s
        self._items: list[EncodedFrame | Marker] = []
        self._frames = 0
        self._ready = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._resting: tuple[EncodedFrame, float] | None = None
        self.dropped_frames = 0

    def push(self, frame: EncodedFrame) -> None:
        if self._frames >= INLET_FRAMES:
            self._items = [item for item in self._items if not isinstance(item, EncodedFrame)]
            self.dropped_frames += self._frames
            self._frames = 0
        self._items.append(frame)
        self._frames += 1
        self._resting = (frame, self._read_clock_s()) if 0 < len(frame.data) <= DTX_BYTES else None
        self._call_soon()

    def mark(self, marker: Marker) -> None:
        self._items.append(marker)
        if not isinstance(marker, Flush):
            self._resting = None
        self._ready.set()

    def take_frames(self) -> tuple[EncodedFrame, ...]:
        """What has come in since the last batch, up to the next marker."""
        frames: list[EncodedFrame] = []
        for item in self._items:
            if not isinstance(item, EncodedFrame):
                break
            frames.append(item)
        del self._items[: len(frames)]
        self._frames -= len(frames)
        return tuple(frames)

    async def batches(self) -> AsyncGenerator[Batch, None]:
        """About ten a second while audio comes or the sender rests; a marker is handed on at once."""
        while True:
            await self._ready.wait()
            self._ready.clear()
            items, self._items = self._items, []
            self._frames = 0
            for batch in _split(items) if items else self._take_rest():
                yield batch
            if self._resting is not None:
                self._call_soon()

    def _call_soon(self) -> None:
        """By a bare timer: a timeout costs more than all else that is done with a batch on the loop. For everybody at
        the same moments, so that they share the way to the hearing thread."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(BATCH_S - loop.time() % BATCH_S, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._ready.set()

    def _take_rest(self) -> list[Batch]:
        if self._resting is None:
            return []
        frame, since_s = self._resting
        rested_s = self._read_clock_s() - since_s - REST_DELAY_S
        if rested_s >= REST_LIMIT_S:
            self._resting = None
        if rested_s <= 0:
            return []
        ticks = int(min(rested_s, REST_LIMIT_S) * 100) * _TICKS_PER_10_MS
        return [Batch((Rest(frame.epoch, frame.timestamp + count_ticks(frame.data) + ticks),), None)]


def _split(items: list[EncodedFrame | Marker]) -> list[Batch]:
    batches: list[Batch] = []
    frames: list[Arrival] = []
    for item in items:
        if isinstance(item, EncodedFrame):
            frames.append(item)
        else:
            batches.append(Batch(tuple(frames), item))
            frames = []
    if frames:
        batches.append(Batch(tuple(frames), None))
    return batches
