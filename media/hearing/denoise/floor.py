"""How loud the noise is, how loud the speech, and what has proven to be noise alone."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

import numpy as np

from media.types import SAMPLE_RATE_HZ, Samples

FRAME = SAMPLE_RATE_HZ // 100

_HOLD = 50
"""Frames. A verdict comes late: what came so shortly before a voice may be its beginning."""
_TAIL = 30
"""Frames after a voice that may be its end."""
_NOISE_RATE = 1 / 200
_SPEECH_RATE = 1 / 250
_LEAST_POWER = 1e-12
_STAYS_LOUD = 300
"""Frames."""


_Item = TypeVar("_Item")


class Quiet(Generic[_Item]):
    """Holds frames without voice until they are certain to be noise: neither the beginning of an utterance nor its end
    must be learnt."""

    def __init__(self) -> None:
        self._held: deque[_Item] = deque()
        self._since_voice = 0

    def release(self, frame: _Item, *, speech: bool) -> _Item | None:
        """The frame of half a second ago, if that has proven to be without speech."""
        if speech:
            self._held.clear()
            self._since_voice = 0
            return None
        self._since_voice += 1
        if self._since_voice <= _TAIL:
            return None
        self._held.append(frame)
        return self._held.popleft() if len(self._held) > _HOLD else None


class NoiseFloor:
    """Mean power of noise and of speech, and so the signal-to-noise ratio. Fed with frames of 10 ms."""

    def __init__(self) -> None:
        self._quiet: Quiet[tuple[Samples, float, bool]] = Quiet()
        self._noises = 0
        self._voices = 0
        self._loud_for = 0
        self.noise_power: float | None = None
        self.speech_power: float | None = None
        self.loud = False
        """The last frame was as loud as the speech was, and well above the noise: it may be speech, whatever a detector
        says. What goes on like that for seconds is noise that has become louder."""

    def follow(self, samples: Samples, *, speech: bool) -> None:
        """`samples` are whole frames."""
        frames = samples.reshape(-1, FRAME)
        for frame, power in zip(frames, np.mean(frames**2, axis=1).tolist(), strict=True):
            self.follow_frame(frame, power, speech=speech)

    def follow_frame(self, frame: Samples, power: float, *, speech: bool) -> Samples | None:
        """Returns a frame of some time ago that is certain to be noise alone. `power` may be that of a band. Pauses
        between words do not count as speech: they are no louder than noise."""
        self.loud = self._is_loud(power, speech=speech)
        if speech and (self.noise_power is None or power > self.noise_power):
            self._voices += 1
            self.speech_power = _approach(self.speech_power, power, self._voices, _SPEECH_RATE)
        released = self._quiet.release((frame, power, self.loud), speech=speech)
        if released is None:
            return None
        quiet, quiet_power, was_loud = released
        if was_loud:
            return None
        self._noises += 1
        self.noise_power = _approach(self.noise_power, quiet_power, self._noises, _NOISE_RATE)
        return quiet

    def _is_loud(self, power: float, *, speech: bool) -> bool:
        if self.noise_power is None or self.speech_power is None:
            return False
        high = power > max(self.speech_power, 12 * self.noise_power)
        self._loud_for = self._loud_for + 1 if high and not speech else max(0, self._loud_for - 2)
        return high and self._loud_for < _STAYS_LOUD

    @property
    def snr_db(self) -> float | None:
        if self.noise_power is None or self.speech_power is None:
            return None
        ratio = max(self.speech_power / max(self.noise_power, _LEAST_POWER) - 1, 1e-2)
        return min(60.0, 10 * float(np.log10(ratio)))


def _approach(old: float | None, power: float, count: int, rate: float) -> float:
    """A mean at first, then one that forgets."""
    return power if old is None else old + max(rate, 1 / count) * (power - old)
