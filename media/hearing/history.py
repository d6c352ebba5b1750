"""The last part of a stream, by position: samples since its beginning."""

from __future__ import annotations

import numpy as np

from media.hearing.vad import FRAME
from media.types import Samples


class History:
    """Samples, and for each frame of 10 ms whether a voice is in it. Nothing before `start` is kept."""

    def __init__(self) -> None:
        self.start = 0
        self._samples = np.zeros(0, np.float32)
        self._voiced = np.zeros(0, np.bool_)

    @property
    def end(self) -> int:
        return self.start + len(self._samples)

    def push(self, samples: Samples, voiced: list[bool]) -> None:
        """Whole frames, one verdict each."""
        self._samples = np.concatenate([self._samples, samples])
        self._voiced = np.concatenate([self._voiced, np.array(voiced, np.bool_)])

    def cut(self, start: int, end: int) -> Samples:
        """A copy."""
        return self._samples[start - self.start : end - self.start].copy()

    def measure_speech(self, start: int, end: int) -> float:
        """Share of frames with a voice, 0..1; 0 where there is no frame."""
        frames = self._voiced[(start - self.start) // FRAME : (end - self.start) // FRAME]
        return float(frames.mean()) if len(frames) else 0.0

    def find_quietest(self, start: int, end: int, window: int) -> int:
        """The middle of the quietest window, of those side by side from `start` on."""
        part = self._samples[start - self.start : end - self.start]
        windows = part[: len(part) // window * window].reshape(-1, window)
        return start + int(np.argmin(np.mean(windows**2, axis=1))) * window + window // 2

    def forget(self, before: int) -> None:
        frames = max(0, before - self.start) // FRAME
        self._samples = self._samples[frames * FRAME :]
        self._voiced = self._voiced[frames:]
        self.start += frames * FRAME
