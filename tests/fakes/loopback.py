"""Real aiortc peers at the other end of a media session: someone who speaks, someone who watches."""

from __future__ import annotations

import asyncio
import time
from fractions import Fraction
from typing import Any, Literal

import av
import numpy as np
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from numpy.typing import NDArray

VOICE_RATE_HZ = 48_000
PICTURE_RATE = 15


def make_voice(pattern_s: tuple[tuple[float, bool], ...], *, seed: int = 7) -> NDArray[np.int16]:
    """Something that voice detectors take for a voice: a buzzing source through moving formants, 48 kHz, in bursts.
    `pattern_s` is (seconds, voiced) after one another."""
    pieces = [
        _buzz(seconds, seed + at) if voiced else np.zeros(int(seconds * VOICE_RATE_HZ))
        for at, (seconds, voiced) in enumerate(pattern_s)
    ]
    return (np.concatenate(pieces) * 32767).astype(np.int16)


def _buzz(seconds: float, seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    count = int(seconds * VOICE_RATE_HZ)
    t = np.arange(count) / VOICE_RATE_HZ
    pitch = 120 + 15 * np.sin(2 * np.pi * 0.9 * t) + 4 * np.sin(2 * np.pi * 5.3 * t)
    phase = 2 * np.pi * np.cumsum(pitch) / VOICE_RATE_HZ
    first = 500 + 220 * np.sin(2 * np.pi * 2.1 * t)
    second = 1500 + 500 * np.sin(2 * np.pi * 1.3 * t + 1)
    signal = np.zeros(count)
    for harmonic in range(1, 36):
        frequency = harmonic * pitch
        weight = np.exp(-(((frequency - first) / 160) ** 2)) + 0.5 * np.exp(-(((frequency - second) / 220) ** 2)) + 0.08
        signal += weight / np.sqrt(harmonic) * np.sin(harmonic * phase)
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4.2 * t - np.pi / 2)
    signal = signal * syllables + 0.003 * rng.standard_normal(count)
    loudest: NDArray[np.float64] = signal / np.abs(signal).max() * 0.5
    return loudest


class VoiceTrack(MediaStreamTrack):
    """Plays samples in real time, 20 ms at a time, then silence for ever."""

    kind = "audio"

    def __init__(self, samples: NDArray[np.int16]) -> None:
        super().__init__()
        self._samples = samples
        self._at = 0
        self._started_s: float | None = None

    @property
    def sent_s(self) -> float:
        return self._at / VOICE_RATE_HZ

    @property
    def began_s(self) -> float:
        """When the first sample was spoken, on the monotonic clock."""
        assert self._started_s is not None
        return self._started_s

    async def recv(self) -> av.AudioFrame:
        if self.readyState != "live":
            raise MediaStreamError
        self._started_s = await _keep_pace(self._started_s, self._at / VOICE_RATE_HZ)
        part = self._samples[self._at : self._at + 960]
        frame = av.AudioFrame.from_ndarray(np.pad(part, (0, 960 - len(part)))[None], format="s16", layout="mono")
        frame.sample_rate = VOICE_RATE_HZ
        frame.pts = self._at
        frame.time_base = Fraction(1, VOICE_RATE_HZ)
        self._at += 960
        return frame


class PictureTrack(MediaStreamTrack):
    """A moving bar. `resize_after` frames the picture becomes half as large."""

    kind = "video"

    def __init__(self, size: tuple[int, int] = (320, 240), resize_after: int | None = None) -> None:
        super().__init__()
        self._size = size
        self._resize_after = resize_after
        self._count = 0
        self._started_s: float | None = None

    async def recv(self) -> av.VideoFrame:
        if self.readyState != "live":
            raise MediaStreamError
        self._started_s = await _keep_pace(self._started_s, self._count / PICTURE_RATE)
        width, height = self._size
        if self._resize_after is not None and self._count >= self._resize_after:
            width, height = width // 2, height // 2
        luma = np.full((height * 3 // 2, width), 128, np.uint8)
        luma[:height] = 40
        at = self._count * 6 % (width - 24)
        luma[:height, at : at + 24] = 220
        frame = av.VideoFrame.from_ndarray(luma, format="yuv420p")
        frame.pts = self._count * 90_000 // PICTURE_RATE
        frame.time_base = Fraction(1, 90_000)
        self._count += 1
        return frame


async def _keep_pace(started_s: float | None, due_s: float) -> float:
    if started_s is None:
        return time.monotonic() - due_s
    await asyncio.sleep(max(0.0, started_s + due_s - time.monotonic()))
    return started_s


class Publisher:
    """The candidate's browser, or that of somebody who speaks to them. `connect` with the answer of the session to
    `offer`. `listens`: it asks for what is said to it, as the candidate's page does."""

    def __init__(
        self, *, audio: MediaStreamTrack | None, video: MediaStreamTrack | None, listens: bool = False
    ) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_COMPAT))
        for track in (audio, video):
            if track is not None:
                self.connection.addTransceiver(track, direction="sendonly")
        kinds = ("audio", "video") if listens else ()
        self._returns = {kind: self.connection.addTransceiver(kind, direction="recvonly").receiver for kind in kinds}

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def connect(self, answer_sdp: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer_sdp, "answer"))

    async def receive(self, kind: Literal["audio", "video"]) -> Any:
        """The next frame of what is said to it."""
        return await self._returns[kind].track.recv()

    async def packets_received(self, kind: Literal["audio", "video"]) -> int:
        report = await self._returns[kind].getStats()
        return sum(one.packetsReceived for one in report.values() if one.type == "inbound-rtp")

    async def close(self) -> None:
        await self.connection.close()


class Observer:
    """HR's browser: decodes what it is sent."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._tracks = {
            kind: self.connection.addTransceiver(kind, direction="recvonly").receiver for kind in ("audio", "video")
        }

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def connect(self, answer_sdp: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer_sdp, "answer"))

    async def receive(self, kind: Literal["audio", "video"], frames: int, *, within_s: float = 15.0) -> list[Any]:
        async with asyncio.timeout(within_s):
            return [await self._tracks[kind].track.recv() for _ in range(frames)]

    async def close(self) -> None:
        await self.connection.close()
