"""Where within a stretch there is sound: the attention of a model tells words apart, but not words from silence."""

from __future__ import annotations

import numpy as np

from media.transcription.engine.features import FRAMES_PER_S, Features

_LOUD_ABOVE = 0.3
"""Of the way from the quiet frames to the loud ones."""
_LEAST_CONTRAST = 0.15
"""A sixteenth of the features' range. With less there is no silence to be told."""
_FRAME_MS = 1000 // FRAMES_PER_S


class Sound:
    def __init__(self, features: Features, frames: int) -> None:
        """`frames` of the features are audio."""
        levels = features[:, :frames].mean(axis=0)
        quiet, loud = np.percentile(levels, (10, 90)) if frames else (0.0, 0.0)
        steady = loud - quiet < _LEAST_CONTRAST
        self._loud = np.ones(frames, bool) if steady else levels > quiet + _LOUD_ABOVE * (loud - quiet)

    def find_first_ms(self, start_ms: float, end_ms: float) -> float | None:
        """Where sound begins between these, if there is any."""
        at = self._find(start_ms, end_ms)
        return float(at[0] * _FRAME_MS) if len(at) else None

    def find_end_ms(self, start_ms: float, end_ms: float) -> float | None:
        """Where it ends."""
        at = self._find(start_ms, end_ms)
        return float((at[-1] + 1) * _FRAME_MS) if len(at) else None

    def measure_ms(self, start_ms: float, end_ms: float) -> float:
        """How much of it there is between these."""
        return float(len(self._find(start_ms, end_ms)) * _FRAME_MS)

    def _find(self, start_ms: float, end_ms: float) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        first = round(start_ms / _FRAME_MS)
        return first + np.flatnonzero(self._loud[first : round(end_ms / _FRAME_MS)])
