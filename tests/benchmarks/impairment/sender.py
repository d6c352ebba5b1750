"""A sender with the manners of a browser on top of aiortc: paced, at the rate it is told, at the profile it is told."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy as np
import pytest
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.rtcrtpsender import RTT_ALPHA

from media.types import ProfileChanged
from tests.fakes.loopback import _keep_pace

FIRST_KBPS, LEAST_KBPS = 500, 50
PACING = 2.5
"""Of the rate, as libwebrtc has it: a key frame leaves as a slope and not as a wall."""
PACER_PACKETS = 2_000
STEPS = (0.9, 1.25)
"""aiortc begins a new encoder, with a key frame, at every change of rate: a small one is not worth it."""
LOOP_PICTURES = 45


@cache
def draw(width: int, height: int) -> tuple[av.VideoFrame, ...]:
    """A textured scene that pans, with some grain: it uses up whatever rate an encoder is given."""
    dice = np.random.default_rng(1)
    coarse = dice.integers(30, 220, (height // 16 + 8, width // 16 + 8), np.uint8)
    scene = np.kron(coarse, np.ones((16, 16), np.uint8))
    grain = dice.integers(0, 24, (height, width), np.uint8)
    frames = []
    for index in range(LOOP_PICTURES):
        step = min(index, LOOP_PICTURES - index) * 2
        luma = np.full((height * 3 // 2, width), 128, np.uint8)
        luma[:height] = scene[step : step + height, step : step + width] // 2 + np.roll(grain, index * 7) + 40
        frames.append(av.VideoFrame.from_ndarray(luma, format="yuv420p"))
    return tuple(frames)


class ProfiledPicture(MediaStreamTrack):
    """Of the size and rate that `obey` was told last; none at all while that has no video."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.size = (640, 480)
        self.frames_per_second = 30
        self._filming = asyncio.Event()
        self._filming.set()
        self._clock_ms = 0.0
        self._count = 0
        self._started_s: float | None = None

    def obey(self, profile: ProfileChanged) -> None:
        if profile.video:
            self.size = (profile.width, profile.height)
            self.frames_per_second = profile.frames_per_second
            self._filming.set()
        else:
            self._filming.clear()

    async def recv(self) -> av.VideoFrame:
        if not self._filming.is_set():
            await self._filming.wait()
            self._started_s = None
        if self.readyState != "live":
            raise MediaStreamError
        self._started_s = await _keep_pace(self._started_s, self._clock_ms / 1000)
        frame = draw(*self.size)[self._count % LOOP_PICTURES]
        frame.pict_type = av.video.frame.PictureType.NONE
        frame.pts, frame.time_base = round(self._clock_ms * 90), Fraction(1, 90_000)
        self._clock_ms += 1000 / self.frames_per_second
        self._count += 1
        return frame

    def stop(self) -> None:
        super().stop()
        self._filming.set()


class PacedSender:
    """Takes over the way out of one peer's connection. Everything but pictures goes at once; what waits for longer than
    `PACER_PACKETS` allow is dropped, the oldest first. `close` when done."""

    def __init__(self, connection: Any, video_types: frozenset[int], again_types: frozenset[int]) -> None:
        self._video = next(sender for sender in connection.getSenders() if sender.kind == "video")
        self._transport = self._video.transport
        self._send = self._transport._send_rtp
        self._transport._send_rtp = self._take
        self._video_types = video_types
        self._again_types = again_types
        self._again_after_s: dict[bytes, float] = {}
        self._waiting: deque[bytes] = deque(maxlen=PACER_PACKETS)
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._free_at_s = 0.0
        self._smooth_rtt_s: float | None = None
        self.rtt_ms: int | None = None

    @property
    def rate_kbps(self) -> float:
        encoder = self._video._RTCRtpSender__encoder
        return FIRST_KBPS if encoder is None else encoder.target_bitrate / 1000

    @property
    def available_kbps(self) -> float | None:
        """What the other side says there is room for."""
        encoder = self._video._RTCRtpSender__encoder
        told: float | None = getattr(encoder, "told_kbps", None)
        return told

    def measure_rtt(self) -> None:
        """To be called more often than reports come. aiortc smooths over seconds; a browser tells the latest value."""
        smooth_s = self._video._RTCRtpSender__rtt
        if smooth_s is None or smooth_s == self._smooth_rtt_s:
            return
        before_s, self._smooth_rtt_s = self._smooth_rtt_s, smooth_s
        latest_s = smooth_s if before_s is None else (smooth_s - RTT_ALPHA * before_s) / (1 - RTT_ALPHA)
        self.rtt_ms = max(0, round(latest_s * 1000))

    def limit(self, kbps: int) -> None:
        encoder = self._video._RTCRtpSender__encoder
        if encoder is not None and kbps:
            encoder.limit_kbps = kbps
            encoder.target_bitrate = (getattr(encoder, "told_kbps", None) or FIRST_KBPS) * 1000

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._waiting.clear()

    async def _take(self, data: bytes) -> None:
        if data[1] & 0x7F in self._video_types and not 191 < data[1] < 209:
            if self._is_too_soon(data):
                return
            self._waiting.append(data)
            if self._timer is None:
                self._timer = self._loop.call_at(max(self._loop.time(), self._free_at_s), self._release)
        else:
            await self._send(data)

    def _is_too_soon(self, data: bytes) -> bool:
        """As libwebrtc has it: what waits to be sent again, or was within a round trip, is not taken once more."""
        number = self._find_number_again(data)
        if number is None:
            return False
        if self._loop.time() < self._again_after_s.get(number, 0.0):
            return True
        self._again_after_s[number] = math.inf
        return False

    def _find_number_again(self, data: bytes) -> bytes | None:
        """Of the packet that this one repeats (RFC 4588)."""
        if data[1] & 0x7F not in self._again_types:
            return None
        start = 12 + (4 + 4 * int.from_bytes(data[14:16]) if data[0] & 0x10 else 0)
        return data[start : start + 2]

    def _release(self) -> None:
        self._timer = None
        if not self._waiting:
            return
        data = self._waiting.popleft()
        if (number := self._find_number_again(data)) is not None:
            self._again_after_s[number] = self._loop.time() + max(0.05, (self.rtt_ms or 0) / 1000)
        try:
            self._send(data).send(None)
        except StopIteration:
            pass
        except ConnectionError:
            self._waiting.clear()
            return
        self._free_at_s = max(self._loop.time() - 0.005, self._free_at_s) + len(data) * 8 / (
            PACING * self.rate_kbps * 1000
        )
        if self._waiting:
            self._timer = self._loop.call_at(self._free_at_s, self._release)


def slow_encoders_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiortc's VP8 encoder goes no lower than 250 kbit/s; here it goes as low as it is told, in steps."""

    def read(self: Any) -> int:
        rate: int = self._Vp8Encoder__target_bitrate
        return rate

    def tell(self: Any, bitrate: float) -> None:
        self.told_kbps = bitrate / 1000
        wanted = max(LEAST_KBPS, min(bitrate / 1000, getattr(self, "limit_kbps", 800))) * 1000
        if not STEPS[0] < wanted / self._Vp8Encoder__target_bitrate < STEPS[1]:
            self._Vp8Encoder__target_bitrate = int(wanted)

    monkeypatch.setattr(Vp8Encoder, "target_bitrate", property(read, tell))
