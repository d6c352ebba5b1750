"""A clapperboard: every second a flash and a click at the same moment, to be found again in a recording."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

FRAMES_PER_S = 30
FLASH_S, CLICK_S = 0.1, 0.04
_RATE_HZ = 48_000
_QUIET_S = 0.2


@dataclass
class Clapper:
    """The moment both tracks count from: when the first of them was asked."""

    started_s: float | None = None

    async def wait_for(self, count: int | None, per_s: int) -> int:
        """When the frame after `count` is due, its number."""
        if self.started_s is None:
            self.started_s = time.monotonic()
        number = int((time.monotonic() - self.started_s) * per_s) + 1 if count is None else count + 1
        await asyncio.sleep(max(0.0, self.started_s + number / per_s - time.monotonic()))
        return number


class ClapperSound(MediaStreamTrack):
    kind = "audio"

    def __init__(self, clapper: Clapper) -> None:
        super().__init__()
        self._clapper = clapper
        self._count: int | None = None

    async def recv(self) -> av.AudioFrame:
        if self.readyState != "live":
            raise MediaStreamError
        self._count = await self._clapper.wait_for(self._count, 50)
        t = (self._count * 960 + np.arange(960)) / _RATE_HZ
        samples = np.where(t % 1 < CLICK_S, 0.5 * np.sin(2 * np.pi * 1_000 * t), 0.0)
        frame = av.AudioFrame.from_ndarray((samples * 32_767).astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = _RATE_HZ, self._count * 960, Fraction(1, _RATE_HZ)
        return frame


class ClapperPicture(MediaStreamTrack):
    """`resize_at_s` the picture becomes half as large."""

    kind = "video"

    def __init__(self, clapper: Clapper, *, resize_at_s: float) -> None:
        super().__init__()
        self._clapper = clapper
        self._resize_at = round(resize_at_s * FRAMES_PER_S)
        self._count: int | None = None

    async def recv(self) -> av.VideoFrame:
        if self.readyState != "live":
            raise MediaStreamError
        self._count = number = await self._clapper.wait_for(self._count, FRAMES_PER_S)
        width, height = (320, 240) if number < self._resize_at else (160, 120)
        planes = np.full((height * 3 // 2, width), 128, np.uint8)
        planes[:height] = 235 if number % FRAMES_PER_S < FLASH_S * FRAMES_PER_S else 30
        at = number * 4 % (width - 16)
        planes[:height, at : at + 16] = 130
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = number * 90_000 // FRAMES_PER_S, Fraction(1, 90_000)
        return frame


def find_offsets(path: Path) -> list[float]:
    """Seconds from each flash of a recording to the click nearest to it; negative: the sound comes first. Flashes whose
    first picture is missing tell nothing and are left out."""
    flashes, clicks = _find_flashes(path), _find_clicks(path)
    return [min((click - flash for click in clicks), key=abs) for flash in flashes]


def _find_flashes(path: Path) -> list[float]:
    found: list[float] = []
    before: tuple[float, float] | None = None
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            assert frame.time is not None
            luma = float(frame.to_ndarray(format="gray").mean())
            if before is not None and before[1] < 100 < luma and frame.time - before[0] < 1.8 / FRAMES_PER_S:
                found.append(frame.time)
            before = frame.time, luma
    return found


def _find_clicks(path: Path) -> list[float]:
    found: list[float] = []
    loud_until_s = 0.0
    resampler = av.AudioResampler(format="flt", layout="mono", rate=_RATE_HZ)
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            assert frame.time is not None
            for part in resampler.resample(frame):
                samples = part.to_ndarray().reshape(-1)
                loud = np.flatnonzero(np.abs(samples) > 0.1)
                if len(loud) and frame.time + loud[0] / _RATE_HZ - loud_until_s > _QUIET_S:
                    found.append(frame.time + float(loud[0]) / _RATE_HZ)
                if len(loud):
                    loud_until_s = frame.time + float(loud[-1]) / _RATE_HZ
    return found
