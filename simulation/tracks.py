"""What a virtual candidate sends: ready-made Opus and VP8 packets, paced by the clock and never encoded again."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from simulation.answers import PACKET_MS
from simulation.picture import FRAMES_PER_SECOND, KEY_FRAME_EVERY, LOOP_FRAMES, MovingPicture
from simulation.sending import Sending

OPUS_RATE_HZ = 48_000
PACKET_SAMPLES = OPUS_RATE_HZ * PACKET_MS // 1000
VIDEO_RATE_HZ = 90_000


class Voice:
    """What is still to be said. It outlives a connection: after a reconnect a new track goes on in mid-sentence."""

    def __init__(self, may_speak: Callable[[], bool]) -> None:
        """`may_speak` False pauses: a person who reads "reconnecting" stops in mid-sentence and goes on afterwards."""
        self._may_speak = may_speak
        self._waiting: deque[bytes] = deque()
        self._silent = asyncio.Event()
        self._silent.set()
        self._position = 0

    @property
    def speaking(self) -> bool:
        return bool(self._waiting) and self._may_speak()

    async def say(self, packets: tuple[bytes, ...]) -> None:
        """Returns when the last packet has left; cancelled, it stops speaking at once."""
        self._waiting = deque(packets)
        self._silent.clear()
        if not packets:
            self._silent.set()
        try:
            await self._silent.wait()
        finally:
            self._waiting.clear()
            self._silent.set()

    def next_packet(self) -> bytes:
        if self.speaking:
            packet = self._waiting.popleft()
            if not self._waiting:
                self._silent.set()
            return packet
        room = room_tone()
        self._position += 1
        return room[self._position % len(room)]


@cache
def room_tone() -> tuple[bytes, ...]:
    """A second of a quiet room (about -70 dBFS), so that silence is what a microphone hears and not digital zero."""
    codec = av.AudioCodecContext.create("libopus", "w")
    codec.sample_rate, codec.format, codec.layout = OPUS_RATE_HZ, "s16", "mono"
    codec.bit_rate = 12_000
    noise = np.random.default_rng(1).normal(0.0, 10.0, OPUS_RATE_HZ).astype(np.int16)
    packets: list[bytes] = []
    for start in range(0, OPUS_RATE_HZ, PACKET_SAMPLES):
        frame = av.AudioFrame.from_ndarray(noise[None, start : start + PACKET_SAMPLES], format="s16", layout="mono")
        frame.sample_rate, frame.pts = OPUS_RATE_HZ, start
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return tuple(packets)


class _PacedTrack(MediaStreamTrack):
    """Emits a packet each `period_ticks` of a clock of `rate_hz`; late ones follow at once, without drift."""

    def __init__(self, rate_hz: int, period_ticks: int) -> None:
        super().__init__()
        self._time_base = Fraction(1, rate_hz)
        self._period_ticks = period_ticks
        self._ticks = -period_ticks
        self._started_at = 0.0

    def _payload(self) -> bytes:
        raise NotImplementedError

    async def recv(self) -> av.Packet[Any]:
        if self.readyState != "live":
            raise MediaStreamError
        self._ticks += self._period_ticks
        if self._ticks == 0:
            self._started_at = time.monotonic()
        await asyncio.sleep(max(0.0, self._started_at + float(self._ticks * self._time_base) - time.monotonic()))
        packet = av.Packet(self._payload())
        packet.pts, packet.time_base = self._ticks, self._time_base
        return packet


class VoiceTrack(_PacedTrack):
    kind = "audio"

    def __init__(self, voice: Voice) -> None:
        super().__init__(OPUS_RATE_HZ, PACKET_SAMPLES)
        self._voice = voice

    def _payload(self) -> bytes:
        return self._voice.next_packet()


class PictureTrack(_PacedTrack):
    """Each group of frames begins with a key frame and needs nothing of the one before: what may not be sent is left
    out at its end, so that the rest can be decoded."""

    kind = "video"

    def __init__(self, picture: MovingPicture, voice: Voice, sending: Sending) -> None:
        super().__init__(VIDEO_RATE_HZ, VIDEO_RATE_HZ // FRAMES_PER_SECOND)
        self._picture = picture
        self._voice = voice
        self._sending = sending
        self._clip = picture.idle
        self._index = -1
        self._whole = False
        """Everything since the last key frame was sent."""

    async def recv(self) -> av.Packet[Any]:
        packet = await super().recv()
        while not self._may_send():
            packet = await super().recv()
        return packet

    def _payload(self) -> bytes:
        self._index = (self._index + 1) % LOOP_FRAMES
        if self._index % KEY_FRAME_EVERY == 0:
            self._clip = self._picture.speaking if self._voice.speaking else self._picture.idle
        return self._clip[self._index]

    def _may_send(self) -> bool:
        place = self._index % KEY_FRAME_EVERY
        kbps = sum(map(len, self._clip)) * 8 / 1000 / (LOOP_FRAMES / FRAMES_PER_SECOND)
        allowed = place < self._sending.share(kbps, FRAMES_PER_SECOND) * KEY_FRAME_EVERY
        self._whole = allowed and (self._whole or place == 0)
        return self._whole
