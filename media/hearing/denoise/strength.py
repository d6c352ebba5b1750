"""How strongly to denoise: by the signal-to-noise ratio, and by whether anyone speaks."""

from __future__ import annotations

from dataclasses import dataclass

from media.hearing.denoise.floor import NoiseFloor

_OPENING = 0.5
"""Per frame of 10 ms: the way from a pause into speech takes two."""
_LINGER = 10
"""Frames for which loud sound keeps a pause open."""


@dataclass(frozen=True, slots=True)
class Strength:
    """Each from `full_below_db` on at its most, from `dry_above_db` on at zero."""

    most: float
    full_below_db: float
    dry_above_db: float

    def at(self, snr_db: float | None) -> float:
        """Unknown counts as noisy: nobody has spoken yet."""
        if snr_db is None:
            return self.most
        share = (self.dry_above_db - snr_db) / (self.dry_above_db - self.full_below_db)
        return self.most * min(1.0, max(0.0, share))


class Pause:
    """1 where nobody speaks, 0 where someone does or might, and a short way between. One step is a frame of 10 ms that
    the floor has been told of."""

    def __init__(self, floor: NoiseFloor) -> None:
        self._floor = floor
        self._since_loud = _LINGER
        self._share = 0.0

    def step(self, *, speech: bool) -> float:
        self._since_loud = 0 if self._floor.loud else self._since_loud + 1
        if speech or self._since_loud < _LINGER:
            self._share = max(0.0, self._share - _OPENING)
        else:
            self._share = min(1.0, self._share + _OPENING)
        return self._share
