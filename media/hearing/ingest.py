"""From encoded audio frames to gap-free 16 kHz chunks.

Loop side: `AudioInlet` takes frames and markers and hands them out in batches. Thread side: `AudioReader` decodes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import numpy as np

from media.frames import AUDIO_CLOCK_HZ, EncodedFrame
from media.hearing.opus import OpusDecoder, count_ticks
from media.types import SAMPLE_RATE_HZ, AudioChunk, Samples

BATCH_S = 0.1
INLET_FRAMES = 500
"""Ten seconds. When hearing falls that far behind, what waits is dropped and counted: it is in the recording."""

_TICKS_PER_SAMPLE = AUDIO_CLOCK_HZ // SAMPLE_RATE_HZ
_FILL_LIMIT_TICKS = 5 * AUDIO_CLOCK_HZ


@dataclass(frozen=True, slots=True)
class Flush:
    """`grace_s`: how long to go on listening for the end of the last word."""

    token: str
    grace_s: float


@dataclass(frozen=True, slots=True)
class StreamEnded:
    """No more audio for now: the peer is gone or silent."""


Marker = Flush | StreamEnded


@dataclass(frozen=True, slots=True)
class Batch:
    """`frames` came before `marker`."""

    frames: tuple[EncodedFrame, ...]
    marker: Marker | None


class AudioInlet:
    """Ordered, bounded for frames (see INLET_FRAMES); markers are few and never dropped."""

    def __init__(self) -> None:
        self._items: list[EncodedFrame | Marker] = []
        self._frames = 0
        self._some = asyncio.Event()
        self._urgent = asyncio.Event()
        self.dropped_frames = 0

    def push(self, frame: EncodedFrame) -> None:
        if self._frames >= INLET_FRAMES:
            self._items = [item for item in self._items if not isinstance(item, EncodedFrame)]
            self.dropped_frames += self._frames
            self._frames = 0
        self._items.append(frame)
        self._frames += 1
        self._some.set()

    def mark(self, marker: Marker) -> None:
        self._items.append(marker)
        self._some.set()
        self._urgent.set()

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
        """About ten a second while audio comes; a marker is handed on at once."""
        while True:
            await self._some.wait()
            try:
                async with asyncio.timeout(BATCH_S):
                    await self._urgent.wait()
            except TimeoutError:
                pass
            items, self._items = self._items, []
            self._frames = 0
            self._some.clear()
            self._urgent.clear()
            for batch in _split(items):
                yield batch


def _split(items: list[EncodedFrame | Marker]) -> list[Batch]:
    batches: list[Batch] = []
    frames: list[EncodedFrame] = []
    for item in items:
        if isinstance(item, EncodedFrame):
            frames.append(item)
        else:
            batches.append(Batch(tuple(frames), item))
            frames = []
    if frames:
        batches.append(Batch(tuple(frames), None))
    return batches


class AudioReader:
    """Blocking. Time is counted in samples from the first packet of an epoch; packets that never came are silence.

    A gap of more than five seconds is not filled: the next chunk starts where its packet says, and its `t_ms` does not
    follow on the last one's end.
    """

    def __init__(self) -> None:
        self._epoch = 0
        self._decoder = OpusDecoder()
        self._next_ticks = 0
        self._anchor_ms = 0
        self._samples = 0
        self.filled_samples = 0

    def read(self, frames: tuple[EncodedFrame, ...]) -> list[AudioChunk]:
        chunks: list[AudioChunk] = []
        pieces: list[Samples] = []
        for frame in frames:
            missing = self._missing_samples(frame)
            if missing is None:
                self._close_chunk(chunks, pieces)
                self._anchor(frame)
                missing = 0
            if missing:
                self._close_chunk(chunks, pieces)
                self.filled_samples += missing
            piece = self._decode(frame)
            if missing:
                piece = np.concatenate([np.zeros(missing, np.float32), piece])
                chunks.append(self._make_chunk(piece, missing))
            elif len(piece):
                pieces.append(piece)
        self._close_chunk(chunks, pieces)
        return chunks

    def _missing_samples(self, frame: EncodedFrame) -> int | None:
        """None when the frame cannot follow on what was read before."""
        gap = frame.timestamp - self._next_ticks
        if frame.epoch != self._epoch or gap > _FILL_LIMIT_TICKS:
            return None
        return max(0, gap) // _TICKS_PER_SAMPLE

    def _anchor(self, frame: EncodedFrame) -> None:
        if frame.epoch != self._epoch:
            self._decoder = OpusDecoder()
            self._epoch = frame.epoch
        self._next_ticks = frame.timestamp
        self._anchor_ms = frame.t_ms
        self._samples = 0

    def _decode(self, frame: EncodedFrame) -> Samples:
        ticks = count_ticks(frame.data)
        if frame.timestamp + ticks <= self._next_ticks:
            return np.zeros(0, np.float32)
        self._next_ticks = max(frame.timestamp, self._next_ticks) + ticks
        samples = self._decoder.decode(frame.data)
        return np.zeros(ticks // _TICKS_PER_SAMPLE, np.float32) if samples is None else samples

    def _close_chunk(self, chunks: list[AudioChunk], pieces: list[Samples]) -> None:
        if pieces:
            chunks.append(self._make_chunk(np.concatenate(pieces), 0))
            pieces.clear()

    def _make_chunk(self, samples: Samples, filled: int) -> AudioChunk:
        t_ms = self._anchor_ms + self._samples * 1000 // SAMPLE_RATE_HZ
        self._samples += len(samples)
        return AudioChunk(t_ms, samples, filled)
