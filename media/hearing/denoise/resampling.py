"""Streaming conversion between 16 and 48 kHz: one linear-phase filter, applied on the way up and on the way down."""

from __future__ import annotations

import numpy as np
from scipy.signal import firwin, upfirdn

from media.types import Samples

FACTOR = 3
_SIDE = 24
_TAPS: Samples = firwin(2 * _SIDE + 1, 0.92 / FACTOR, window=("kaiser", 6.0)).astype(np.float32)

DELAY = 2 * _SIDE // FACTOR
"""Samples at 16 kHz that way up and way down take together."""


class Upsampler:
    def __init__(self) -> None:
        self._history = np.zeros(2 * _SIDE // FACTOR, np.float32)

    def push(self, samples: Samples) -> Samples:
        together = np.concatenate([self._history, samples])
        self._history = together[len(samples) :]
        start = FACTOR * len(self._history)
        raised: Samples = upfirdn(_TAPS * np.float32(FACTOR), together, up=FACTOR)
        return raised[start : start + FACTOR * len(samples)]


class Downsampler:
    def __init__(self) -> None:
        self._history = np.zeros(2 * _SIDE, np.float32)

    def push(self, samples: Samples) -> Samples:
        """A multiple of FACTOR."""
        together = np.concatenate([self._history, samples])
        self._history = together[len(samples) :]
        start = len(self._history) // FACTOR
        lowered: Samples = upfirdn(_TAPS, together, down=FACTOR)
        return lowered[start : start + len(samples) // FACTOR]
