"""How good the candidate's connection is, from RTP counters and frame sizes."""

from __future__ import annotations

from media.frames import AUDIO_CLOCK_HZ, EncodedFrame
from media.rtp.vp8 import read_size
from media.types import ConnectionWord, QualityReport
from media.webrtc.encoded_tap import StreamCounters


class QualityMeter:
    """One per epoch. `count` every frame, `measure` at every interval."""

    def __init__(self, epoch: int) -> None:
        self._epoch = epoch
        self._bytes = {"audio": 0, "video": 0}
        self._size = (0, 0)
        self._received = 0
        self._expected = 0

    def count(self, frame: EncodedFrame) -> None:
        self._bytes[frame.kind] += len(frame.data)
        if frame.kind == "video" and frame.key:
            self._size = read_size(frame.data)

    def measure(self, audio: StreamCounters | None, interval_ms: int) -> QualityReport:
        """`audio` are the counters since the epoch began; the report is about the time since the last call."""
        loss, jitter_ms, arrived = 0.0, 0.0, 0
        if audio is not None:
            expected, arrived = audio.expected - self._expected, audio.received - self._received
            loss = round(min(1.0, max(0.0, 1 - arrived / expected)), 4) if expected > 0 else 0.0
            jitter_ms = audio.jitter * 1000 / AUDIO_CLOCK_HZ
            self._expected, self._received = audio.expected, audio.received
        bits = {kind: count * 8 for kind, count in self._bytes.items()}
        self._bytes = {"audio": 0, "video": 0}
        silent = arrived == 0 and bits["video"] == 0
        return QualityReport(
            epoch=self._epoch,
            word="lost" if silent else rate_connection(loss, jitter_ms),
            audio_loss=loss,
            audio_jitter_ms=round(jitter_ms, 1),
            audio_kbps=round(bits["audio"] / interval_ms, 1),
            video_kbps=round(bits["video"] / interval_ms, 1),
            video_width=self._size[0] if bits["video"] else 0,
            video_height=self._size[1] if bits["video"] else 0,
        )


def rate_connection(loss: float, jitter_ms: float) -> ConnectionWord:
    """Speech stays clear to about 2 % loss and intelligible to about 8 %; jitter beyond the buffer counts as loss."""
    if loss <= 0.02 and jitter_ms <= 30:
        return "excellent"
    if loss <= 0.08 and jitter_ms <= 60:
        return "good"
    return "poor"
