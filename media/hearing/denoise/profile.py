"""What noise sounds like, learnt from stretches without speech. The only importer of noisereduce."""

from __future__ import annotations

import functools

import numpy as np
from noisereduce.spectralgate.stationary import SpectralGateStationary
from numpy.typing import NDArray

from media.hearing.denoise.floor import FRAME
from media.types import SAMPLE_RATE_HZ, Samples

WINDOW = 3 * FRAME
BINS = WINDOW // 2 + 1
MASK_FRAMES = 1
"""How far the mask is smoothed in time, to either side."""

_LENGTH = SAMPLE_RATE_HZ * 3 // 2
_LEAST = SAMPLE_RATE_HZ // 2
_DEVIATIONS = 1.0
"""A bin counts as signal when it is so many standard deviations above the noise's mean, both in dB."""
_SMOOTH_HZ = 140


Powers = NDArray[np.float32]
"""In the units of `numpy.fft.rfft` of a windowed frame, shape (BINS,)."""


def learn_thresholds(noise: Samples) -> Powers:
    """noisereduce's statistics of `noise`, at its own scale (that of `scipy.signal.stft`) turned into ours."""
    window_sum = float(np.sum(make_window()))
    thresholds: Powers = ((10 ** (open_noisereduce(noise).noise_thresh / 20) * window_sum) ** 2).astype(np.float32)
    return thresholds


@functools.cache
def get_smoothing() -> tuple[tuple[np.float32, ...], tuple[np.float32, ...]]:
    """The two factors, over frequency and over time, of noisereduce's filter for the mask."""
    taps = open_noisereduce(np.ones(_LEAST, np.float32))._smoothing_filter  # noqa: SLF001 - no public name for it
    return tuple(map(np.float32, taps.sum(axis=1))), tuple(map(np.float32, taps.sum(axis=0)))


def open_noisereduce(noise: Samples) -> SpectralGateStationary:
    return SpectralGateStationary(
        y=noise,
        sr=SAMPLE_RATE_HZ,
        y_noise=noise,
        n_std_thresh_stationary=_DEVIATIONS,
        chunk_size=None,
        clip_noise_stationary=False,
        padding=0,
        n_fft=WINDOW,
        win_length=WINDOW,
        hop_length=FRAME,
        time_constant_s=2.0,
        freq_mask_smooth_hz=_SMOOTH_HZ,
        time_mask_smooth_ms=MASK_FRAMES * 1000 * FRAME // SAMPLE_RATE_HZ,
        tmp_folder=None,
        prop_decrease=1.0,
        use_tqdm=False,
        n_jobs=1,
    )


def make_window() -> NDArray[np.float32]:
    """Hann, periodic, as scipy's `stft` has it."""
    return np.hanning(WINDOW + 1)[:WINDOW].astype(np.float32)


class NoiseProfile:
    """The last second and a half of noise; its statistics are taken twice in that time."""

    def __init__(self) -> None:
        self._samples = np.zeros(0, np.float32)
        self._unlearnt = 0
        self.thresholds: Powers | None = None

    def learn(self, frame: Samples) -> None:
        self._samples = np.concatenate([self._samples[-(_LENGTH - len(frame)) :], frame])
        self._unlearnt += len(frame)
        due = _LEAST if self.thresholds is None else _LENGTH // 2
        if self._unlearnt >= due and np.any(self._samples):
            self._unlearnt = 0
            self.thresholds = learn_thresholds(self._samples)
