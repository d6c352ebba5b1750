"""From encoded audio frames to gap-free 16 kHz sound."""

from __future__ import annotations

import numpy as np

from media.frames import AUDIO_CLOCK_HZ, EncodedFrame
from media.hearing.concealment import ConcealedCounts, Concealer
from media.hearing.ingest import Arrival, Rest
from media.hearing.opus import DTX_BYTES, TICKS_PER_SAMPLE, count_ticks
from media.types import SAMPLE_RATE_HZ, AudioChunk, Samples

_FILL_LIMIT_TICKS = 5 * AUDIO_CLOCK_HZ
_AHEAD_LIMIT_TICKS = AUDIO_CLOCK_HZ
_STALL_MS = 150


class AudioReader:
    """Blocking. Time is counted in samples from the first packet of an epoch; packets that never came are concealed.

    A gap of more than five seconds is not filled, nor the time that a microphone stood still: the next chunk starts
    where its packet says, and its `t_ms` does not follow on the last one's end. Sound that came is never left out: when
    a rest turns out shorter than was told of, sample time runs ahead of the packets' until the next gap, by a second at
    most.
    """

    def __init__(self) -> None:
        self.concealed = ConcealedCounts()
        self.dropped_frames = 0
        """Doubled, late, or further ahead of time than is allowed."""
        self._epoch: int | None = None
        self._concealer = Concealer(self.concealed)
        self._next_ticks = 0
        self._told_ticks = 0
        """How far sound has been handed out; ahead of `_next_ticks` after a rest."""
        self._anchor_ticks = 0
        self._anchor_ms = 0
        self._samples = 0

    def read(self, arrivals: tuple[Arrival, ...]) -> list[AudioChunk]:
        """One chunk for each contiguous stretch, so nearly always one."""
        chunks: list[AudioChunk] = []
        pieces: list[Samples] = []
        for arrival in arrivals:
            if isinstance(arrival, Rest):
                self._rest(arrival, pieces)
                continue
            if not self._follows(arrival):
                self._close_chunk(chunks, pieces)
                self._anchor(arrival)
            self._listen(arrival, pieces)
        self._close_chunk(chunks, pieces)
        return chunks

    def _follows(self, frame: EncodedFrame) -> bool:
        if frame.epoch != self._epoch or frame.timestamp - self._next_ticks > _FILL_LIMIT_TICKS:
            return False
        counted_ms = self._anchor_ms + (frame.timestamp - self._anchor_ticks) * 1000 // AUDIO_CLOCK_HZ
        return frame.t_ms - counted_ms < _STALL_MS

    def _anchor(self, frame: EncodedFrame) -> None:
        if frame.epoch != self._epoch:
            self._concealer = Concealer(self.concealed)
            self._epoch = frame.epoch
        self._next_ticks = self._told_ticks = self._anchor_ticks = frame.timestamp
        self._anchor_ms = frame.t_ms
        self._samples = 0

    def _rest(self, rest: Rest, pieces: list[Samples]) -> None:
        if rest.epoch == self._epoch and rest.timestamp - self._next_ticks <= _AHEAD_LIMIT_TICKS:
            self._conceal_until(rest.timestamp, pieces)

    def _listen(self, frame: EncodedFrame, pieces: list[Samples]) -> None:
        ticks = count_ticks(frame.data)
        end_ticks = frame.timestamp + ticks
        ahead_ticks = self._told_ticks - frame.timestamp
        if ticks == 0 or end_ticks <= self._next_ticks or ahead_ticks > _AHEAD_LIMIT_TICKS:
            self.dropped_frames += 1
            return
        self._bridge(frame, pieces)
        self._next_ticks = end_ticks
        samples = self._concealer.decode(frame.data)
        if len(frame.data) > DTX_BYTES or self._told_ticks < end_ticks:
            self._tell(samples, pieces)

    def _bridge(self, frame: EncodedFrame, pieces: list[Samples]) -> None:
        """From what was read last to this frame, less what was told of before its time."""
        gap = (frame.timestamp - self._next_ticks) // TICKS_PER_SAMPLE
        fec = self._concealer.measure_fec(frame.data, gap) if frame.lost else 0
        self._conceal_until(frame.timestamp - fec * TICKS_PER_SAMPLE, pieces)
        if fec:
            self._tell(self._concealer.decode_fec(frame.data, fec), pieces)

    def _conceal_until(self, ticks: int, pieces: list[Samples]) -> None:
        missing = (ticks - self._told_ticks) // TICKS_PER_SAMPLE
        if missing > 0:
            self._tell(self._concealer.conceal(missing), pieces)

    def _tell(self, samples: Samples, pieces: list[Samples]) -> None:
        self._told_ticks += len(samples) * TICKS_PER_SAMPLE
        pieces.append(samples)

    def _close_chunk(self, chunks: list[AudioChunk], pieces: list[Samples]) -> None:
        samples = np.concatenate([np.zeros(0, np.float32), *pieces])
        pieces.clear()
        if len(samples):
            chunks.append(AudioChunk(self._anchor_ms + self._samples * 1000 // SAMPLE_RATE_HZ, samples))
            self._samples += len(samples)
