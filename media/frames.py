"""What leaves the network: encoded frames placed on the interview clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AUDIO_CLOCK_HZ = 48_000
AUDIO_TICKS_PER_MS = AUDIO_CLOCK_HZ // 1000
VIDEO_CLOCK_HZ = 90_000

Codec = Literal["opus", "vp8", "h264"]


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """One Opus packet or one whole picture. `timestamp` counts RTP clock ticks since the epoch's first frame of its
    kind, without wrap-around and never falling; `t_ms` is the same instant on the interview clock.

    `lost` packets before this one never came (audio);
    a gap in `timestamp` with none lost is discontinuous transmission.
    `size` (width, height) is known of key frames.
    """

    epoch: int
    kind: Literal["audio", "video"]
    data: bytes
    timestamp: int
    t_ms: int
    key: bool = True
    lost: int = 0
    codec: Codec = "opus"
    size: tuple[int, int] | None = None


class RtpTimeline:
    """Turns 32-bit RTP timestamps into rising ticks and interview milliseconds. One per stream and epoch.

    The first frame sits at the time it arrived. A jump of more than `JUMP_LIMIT_S` against the wall is not believed
    (a restarted source, or a hostile one): the stream is anchored again at the time of arrival.
    """

    JUMP_LIMIT_S = 10
    SLEW_LIMIT_MS = 100

    def __init__(self, clock_hz: int) -> None:
        self._clock_hz = clock_hz
        self._last_raw = 0
        self._ticks: int | None = None
        self._anchor_ms = 0
        self._aligned = False

    @property
    def last_raw(self) -> int:
        """The timestamp that was placed last."""
        return self._last_raw

    @property
    def anchored(self) -> bool:
        return self._ticks is not None

    def place(self, raw: int, now_ms: int) -> tuple[int, int]:
        """`(ticks, t_ms)` of a frame whose RTP timestamp is `raw` (any integer; taken modulo 2**32)."""
        if self._ticks is None:
            self._ticks, self._anchor_ms, self._last_raw = 0, now_ms, raw
            return 0, now_ms
        ticks = self._ticks + self._step_to(raw)
        self._last_raw = raw
        arrival_ticks = (now_ms - self._anchor_ms) * self._clock_hz // 1000
        if abs(ticks - arrival_ticks) > self.JUMP_LIMIT_S * self._clock_hz:
            ticks = arrival_ticks
        self._ticks = max(ticks, self._ticks)
        return self._ticks, self._to_ms(self._ticks)

    def time_of(self, raw: int) -> int:
        """`t_ms` of any timestamp near the last one; the timeline stays where it is. Only when `anchored`."""
        return self._to_ms((self._ticks or 0) + self._step_to(raw))

    def align(self, raw: int, t_ms: int) -> None:
        """What has timestamp `raw` happened at `t_ms`: better knowledge than the time of arrival. Only when `anchored`.

        The first correction is made at once, and so is a later one that leaves a gap; one that moves back is made a
        little at a time, so that pictures are not pushed onto each other. More than `JUMP_LIMIT_S` is not believed.
        """
        error_ms = t_ms - self.time_of(raw)
        if abs(error_ms) > self.JUMP_LIMIT_S * 1000:
            return
        if self._aligned:
            error_ms = max(-self.SLEW_LIMIT_MS, error_ms)
        self._aligned = True
        self._anchor_ms += error_ms

    def delay(self, by_ms: int, now_ms: int) -> None:
        """Everything from here on happened later than its timestamp says, though not later than now. Ticks stay as they
        are. Only when `anchored`."""
        self._anchor_ms += max(0, min(by_ms, now_ms - self.time_of(self._last_raw)))

    def _to_ms(self, ticks: int) -> int:
        return self._anchor_ms + ticks * 1000 // self._clock_hz

    def _step_to(self, raw: int) -> int:
        return (raw - self._last_raw + (1 << 31)) % (1 << 32) - (1 << 31)
