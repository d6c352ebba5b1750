"""What was measured in one interval, and how far up the ladder it lets a candidate send."""

from __future__ import annotations

from dataclasses import dataclass

from media.quality.profiles import AUDIO, HIGH, LOW, MEDIUM, MINIMUM
from media.types import Limitation, ProfileReason

_AUDIO_LOSS = ((AUDIO, 0.10), (LOW, 0.05), (MEDIUM, 0.02))
_VIDEO_LOSS = ((LOW, 0.15), (MEDIUM, 0.06))
"""Of pictures, what is still missing after retransmission."""
_LONG_WAY_MS = ((LOW, 400.0),)
_QUEUE_MS = ((AUDIO, 600.0), (LOW, 300.0), (MEDIUM, 120.0))
_JITTER_MS = ((LOW, 100.0), (MEDIUM, 60.0))
_LOAD = ((LOW, 0.95), (MEDIUM, 0.85))
_ROOM_KBPS = ((AUDIO, 120.0), (LOW, 200.0), (MEDIUM, 280.0))
"""Below, a profile does not fit. A browser begins at 300 kbit/s and works its way up from there."""
_STARVED_KBPS = 40.0
_FULL_QUEUE_MS = 300.0
_UNDELIVERED = 1.3
"""A page that sends so much more than arrives is filling somebody's queue."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """One interval of one candidate. Losses and `load` are shares, 0..1; None where nobody knows.

    `queue_ms`: by how much the round trip is longer than the shortest seen lately; what is far away is not congested.
    `lately_kbps`: the goodput of the interval before, to which a page's `sent_kbps` may still refer.
    `camera`: the candidate has one and wants it on.
    """

    audio_loss: float = 0.0
    video_loss: float = 0.0
    rtt_ms: int | None = None
    queue_ms: float = 0.0
    jitter_ms: float = 0.0
    goodput_kbps: float = 1000.0
    lately_kbps: float = 0.0
    sent_kbps: float | None = None
    available_kbps: float | None = None
    limitation: Limitation | None = None
    load: float = 0.0
    observers: int = 0
    camera: bool = True
    silent: bool = False

    @property
    def room_kbps(self) -> float | None:
        """What the way to us carries, where something shows that it is full."""
        if self.limitation == "bandwidth" and self.available_kbps is not None:
            return self.available_kbps
        delivered_kbps = max(self.goodput_kbps, self.lately_kbps)
        if self.sent_kbps is not None and self.sent_kbps > _UNDELIVERED * delivered_kbps:
            return self.goodput_kbps
        return None


def judge(conditions: Conditions, strictness: float = 1.0) -> tuple[int, ProfileReason]:
    """The highest rung these conditions allow, and what keeps it from being higher.

    With `strictness` below 1 they have to be so much better than the limits: to climb takes more than to stay.
    """
    rtt_ms = float(conditions.rtt_ms or 0)
    room_kbps = conditions.room_kbps
    verdicts: list[tuple[int, ProfileReason]] = [
        (_highest(conditions.audio_loss, _AUDIO_LOSS, strictness), "loss"),
        (_highest(conditions.video_loss, _VIDEO_LOSS, strictness), "loss"),
        (HIGH if room_kbps is None else _fitting(room_kbps), "bandwidth"),
        (_highest(rtt_ms, _LONG_WAY_MS, strictness), "delay"),
        (_highest(conditions.queue_ms, _QUEUE_MS, strictness), "delay"),
        (_highest(conditions.jitter_ms, _JITTER_MS, strictness), "jitter"),
        (_highest(conditions.load, _LOAD, strictness), "server"),
        (MEDIUM if conditions.limitation == "cpu" else HIGH, "device"),
    ]
    if _starves(conditions):
        verdicts.append((MINIMUM, "bandwidth"))
    return min(verdicts, key=lambda verdict: verdict[0])


def _starves(conditions: Conditions) -> bool:
    """A line that is too narrow for the voice alone: what it does not carry waits first and is lost then."""
    lost = conditions.audio_loss > _AUDIO_LOSS[0][1]
    return lost and conditions.queue_ms > _FULL_QUEUE_MS and conditions.goodput_kbps < _STARVED_KBPS


def _highest(value: float, limits: tuple[tuple[int, float], ...], strictness: float) -> int:
    """`limits` are (rung, what more than that leads to it), the worst first."""
    return next((rung for rung, limit in limits if value > limit * strictness), HIGH)


def _fitting(room_kbps: float) -> int:
    return next((rung for rung, limit in _ROOM_KBPS if room_kbps < limit), HIGH)
