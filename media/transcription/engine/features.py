"""From samples to what the encoder listens to."""

from __future__ import annotations

import math

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

from media.errors import RequestUnusable
from media.transcription.engine.settings import LONGEST_S
from media.types import SAMPLE_RATE_HZ, Samples

Features = NDArray[np.float32]
"""Log-mel, shape (mels, frames)."""

FRAMES_PER_S = 100
_SILENT_BELOW_DBFS = -55.0


class FeatureMaker:
    """Used by several threads at once."""

    def __init__(self, mels: int) -> None:
        self._extractor = FeatureExtractor(feature_size=mels)

    def make(self, samples: Samples, window_s: int) -> tuple[Features, int]:
        """Filled up with zeros to the window, and how many frames there were. As faster-whisper does it: the features
        are filled up, not the samples."""
        made: Features = self._extractor(samples)[:, :-1]
        count = min(made.shape[1], window_s * FRAMES_PER_S)
        features = np.zeros((made.shape[0], window_s * FRAMES_PER_S), np.float32)
        features[:, :count] = made[:, :count]
        return features, count


def check_samples(samples: Samples) -> None:
    """Raises RequestUnusable. Looks at the array's description only, whatever its length."""
    if samples.ndim != 1 or samples.dtype.kind != "f":
        raise RequestUnusable("samples are one channel of floating point numbers")
    if len(samples) > LONGEST_S * SAMPLE_RATE_HZ:
        raise RequestUnusable(
            f"{len(samples) / SAMPLE_RATE_HZ:.1f} s of audio are more than the recogniser's window of {LONGEST_S} s"
        )


def make_safe(samples: Samples) -> Samples:
    safe: Samples = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0).astype(np.float32, copy=False)
    return np.clip(safe, -1.0, 1.0, out=safe)


def is_silent(samples: Samples) -> bool:
    """The loudest 100 ms decide: a quiet answer with one loud word is speech."""
    window = SAMPLE_RATE_HZ // 10
    if len(samples) < window:
        return True
    whole = samples[: len(samples) // window * window].reshape(-1, window)
    loudest = float(np.sqrt(np.mean(whole**2, axis=1)).max())
    return 20 * math.log10(max(loudest, 1e-9)) < _SILENT_BELOW_DBFS
