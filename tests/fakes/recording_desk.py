"""A recorder, and sound and pictures for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import av

from media.frames import EncodedFrame
from media.recording.recorder import Recorder, open_new_file
from media.rtp.vp8 import is_key_frame, read_size
from media.settings import MediaSettings
from media.types import MediaFact, RecordingClosed
from tests.fakes.media_parts import ManualClock
from tests.unit.media.test_encoded import encode_tone

SOUND = encode_tone(250)
PRE_SKIP_MS = 6.5
"""So much earlier players put Opus: its encoder's delay."""


def make_pictures(count: int, size: tuple[int, int] = (160, 120)) -> list[bytes]:
    encoder = av.VideoCodecContext.create("libvpx", "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt = "yuv420p"
    encoder.options = {"deadline": "realtime", "lag-in-frames": "0"}
    pictures: list[bytes] = []
    for number in range(count):
        frame = av.VideoFrame(*size, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([number % 200]) * plane.buffer_size)
        frame.pts = number
        pictures += [bytes(packet) for packet in encoder.encode(frame)]
    return pictures


PICTURES = make_pictures(75)


def make_frame(data: bytes, t_ms: int, epoch: int = 1) -> EncodedFrame:
    key = is_key_frame(data)
    return EncodedFrame(epoch, "video", data, t_ms * 90, t_ms, key, codec="vp8", size=read_size(data) if key else None)


class Desk:
    """A recorder, and time that passes by frames."""

    def __init__(
        self,
        folder: Path,
        open_file: Callable[[Path], BinaryIO] = open_new_file,
        settings: MediaSettings | None = None,
    ) -> None:
        self.clock = ManualClock()
        self.recorder = Recorder(folder, self.clock, settings or MediaSettings(), open_file=open_file)
        self.facts: list[MediaFact] = []

    async def record(
        self, seconds: float, *, epoch: int = 1, sound: bool = True, pictures: list[bytes] | None = None
    ) -> None:
        """Half-second writes, as in life."""
        start_ms = self.clock.ms
        for number in range(int(seconds * 50)):
            t_ms = start_ms + number * 20
            if sound:
                data = SOUND[number % len(SOUND)]
                self.recorder.push(EncodedFrame(epoch, "audio", data, number * 960, t_ms))
            if pictures and number % 3 == 0 and number // 3 < len(pictures):
                data = pictures[number // 3]
                self.recorder.push(make_frame(data, t_ms, epoch))
            self.clock.ms = t_ms + 20
            if number % 25 == 24:
                self.facts += await self.recorder.write_pending()

    async def finish(self) -> list[MediaFact]:
        self.facts += await self.recorder.finish()
        return self.facts


def closed_of(facts: list[MediaFact]) -> list[RecordingClosed]:
    return [fact for fact in facts if isinstance(fact, RecordingClosed)]
