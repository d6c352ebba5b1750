"""What every denoiser does with its samples: whole frames of 10 ms, tamed, later by an exact delay."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from media.hearing.denoise.floor import FRAME
from media.types import SAMPLE_RATE_HZ, Samples


class FramedDenoiser(ABC):
    """The part of a `Denoiser` that is the same for all. What comes out does not depend on how the frames are cut."""

    def __init__(self, latency: int) -> None:
        """`latency` in samples."""
        self.latency = latency

    @property
    def latency_ms(self) -> int:
        return self.latency * 1000 // SAMPLE_RATE_HZ

    def process(self, samples: Samples, *, speech: bool) -> Samples:
        """What is no number, or out of range, is tamed first."""
        if len(samples) % FRAME:
            raise ValueError(f"{len(samples)} samples are no whole number of frames of {FRAME}")
        if len(samples) == 0:
            return samples
        return self._process_frames(tame(samples), speech=speech)

    @abstractmethod
    def _process_frames(self, samples: Samples, *, speech: bool) -> Samples: ...


def tame(samples: Samples) -> Samples:
    """Within -1..1, without NaN and infinities. What is sound stays bit for bit."""
    finite = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
    tamed: Samples = np.clip(finite, -1.0, 1.0).astype(np.float32, copy=False)
    return tamed


class Delay:
    """The last `length` samples, held back."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._held = np.zeros(length, np.float32)

    def push(self, samples: Samples) -> Samples:
        together = np.concatenate([self._held, samples])
        self._held = together[len(samples) :]
        return together[: len(samples)]


def interpolate(levels: list[float]) -> Samples:
    """Straight lines between levels one frame apart; as many frames as lines."""
    ramp = np.arange(FRAME, dtype=np.float32) / FRAME
    ends = np.array(levels, np.float32)
    lines: Samples = (ends[:-1, None] + ramp * (ends[1:] - ends[:-1])[:, None]).reshape(-1)
    return lines
