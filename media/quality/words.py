"""One word for a connection, and what keeps it from being a better one."""

from __future__ import annotations

from dataclasses import dataclass

from media.quality.conditions import Conditions
from media.types import ConnectionReason, ConnectionWord

BETTER_AFTER = 3
"""Reports in a row: a word that jumps to and fro tells nobody anything."""

_ORDER: tuple[ConnectionWord, ...] = ("excellent", "good", "poor", "lost")
_LIMITS: tuple[tuple[ConnectionReason, float, float], ...] = (
    ("loss", 0.02, 0.08),
    ("jitter", 30.0, 60.0),
    ("delay", 200.0, 500.0),
    ("server", 0.85, 0.95),
)
"""Up to the first value excellent, up to the second good. Speech stays clear to about 2 % loss and intelligible to
about 8 %; jitter beyond the buffer counts as loss."""
_ROOM_KBPS = (200.0, 120.0)
"""Below the first the smallest picture is in danger, below the second there is none."""


@dataclass(frozen=True, slots=True)
class Rating:
    """`reason` None: nothing keeps it from being excellent."""

    word: ConnectionWord
    reason: ConnectionReason | None


def rate_connection(conditions: Conditions) -> Rating:
    """By its worst side, and of equally bad ones by the first in the order of `_LIMITS`."""
    if conditions.silent:
        return Rating("lost", "silent")
    values: dict[ConnectionReason, float] = {
        "loss": conditions.audio_loss,
        "jitter": conditions.jitter_ms,
        "delay": float(conditions.rtt_ms or 0),
        "server": conditions.load,
    }
    ranks = [(_rank(values[reason], excellent, good), reason) for reason, excellent, good in _LIMITS]
    if conditions.room_kbps is not None:
        ranks.append((sum(conditions.room_kbps < enough for enough in _ROOM_KBPS), "bandwidth"))
    rank, reason = max(ranks, key=lambda ranked: ranked[0])
    return Rating(_ORDER[rank], reason if rank else None)


def _rank(value: float, excellent: float, good: float) -> int:
    return (value > excellent) + (value > good)


class SteadyWord:
    """Worse at once, better only when it has stayed better; out of `lost` at once, since packets are a fact."""

    def __init__(self) -> None:
        self._shown: Rating | None = None
        self._better = 0

    def follow(self, rating: Rating) -> Rating:
        shown = self._shown
        if shown is None or shown.word == "lost" or _ORDER.index(rating.word) >= _ORDER.index(shown.word):
            self._better = 0
            self._shown = rating
            return rating
        self._better += 1
        if self._better >= BETTER_AFTER:
            self._better = 0
            self._shown = rating
        return self._shown or rating
