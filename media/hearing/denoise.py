"""noisereduce, made to stream. The only importer of it; imported on the hearing thread, since that takes a second.

As its page shows it noisereduce damages speech in most cells of our table; with a noise profile followed on silent
stretches, partial strength, and nothing at all where the speech is clean, it helps the voice detector and harms no one.
The spectral gate is built once per profile and fed short windows, instead of `reduce_noise`, which pads every call with
four seconds of zeros.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from media.types import SAMPLE_RATE_HZ, Samples

_N_FFT = 512
_LATENCY = 1280
"""Samples on either side that a window needs to settle: STFT overlap and the mask's smoothing in time."""
_FULL_STRENGTH = 0.8
_DRY_ABOVE_DB = 15.0
_FULL_BELOW_DB = 5.0
_PROFILE = SAMPLE_RATE_HZ * 3 // 2
_PROFILE_LEAST = SAMPLE_RATE_HZ // 2
_SMOOTHING = 0.1
_HOLD = SAMPLE_RATE_HZ // 2


class Quiet:
    """Holds what was not called speech until it is certain: a verdict comes late, and the beginning of an utterance
    must not be learnt as noise."""

    def __init__(self) -> None:
        self._held = np.zeros(0, np.float32)

    def release(self, samples: Samples, *, speech: bool) -> Samples:
        """What has proven to be without speech."""
        if speech:
            self._held = samples[:0]
            return self._held
        together = np.concatenate([self._held, samples])
        certain = max(0, len(together) - _HOLD)
        self._held = together[certain:]
        return together[:certain]


class NoiseFloor:
    """Speech and noise power, and so the signal-to-noise ratio."""

    def __init__(self) -> None:
        self._quiet = Quiet()
        self._noise: float | None = None
        self._speech: float | None = None

    def follow(self, samples: Samples, *, speech: bool) -> Samples:
        """Returns what is certain to be noise alone."""
        quiet = self._quiet.release(samples, speech=speech)
        if speech:
            self._speech = _smooth(self._speech, samples)
        elif len(quiet):
            self._noise = _smooth(self._noise, quiet)
        return quiet

    @property
    def snr_db(self) -> float | None:
        if self._noise is None or self._speech is None:
            return None
        return float(np.clip(10 * np.log10(max(self._speech / self._noise - 1, 1e-3)), -20.0, 60.0))


def _smooth(old: float | None, samples: Samples) -> float:
    power = float(np.mean(samples**2)) + 1e-10
    return power if old is None else old + _SMOOTHING * (power - old)


def choose_strength(snr_db: float | None) -> float:
    """0 leaves the signal as it is. Unknown counts as noisy: silence alone gave the profile."""
    if snr_db is None:
        return _FULL_STRENGTH
    share = (_DRY_ABOVE_DB - snr_db) / (_DRY_ABOVE_DB - _FULL_BELOW_DB)
    return _FULL_STRENGTH * min(1.0, max(0.0, share))


class SpectralGateDenoiser:
    """A `Denoiser`. Blocking; about 1 % of a core while it works, nothing while the speech is clean."""

    def __init__(self) -> None:
        from noisereduce.spectralgate.stationary import SpectralGateStationary

        self._make_gate = SpectralGateStationary
        self._gate: Any = None
        self._history = np.zeros(2 * _LATENCY, np.float32)
        self._profile = np.zeros(0, np.float32)
        self._unprofiled = 0
        self._floor = NoiseFloor()

    @property
    def latency_ms(self) -> int:
        return _LATENCY * 1000 // SAMPLE_RATE_HZ

    @property
    def snr_db(self) -> float | None:
        return self._floor.snr_db

    def process(self, samples: Samples, *, speech: bool) -> Samples:
        """`speech` is the last verdict: what is not speech feeds the noise profile."""
        if len(samples) == 0:
            return samples
        quiet = self._floor.follow(samples, speech=speech)
        if len(quiet):
            self._learn(quiet)
        window = np.concatenate([self._history, samples])
        self._history = window[-2 * _LATENCY :]
        dry = window[_LATENCY : _LATENCY + len(samples)]
        strength = choose_strength(self._floor.snr_db)
        if self._gate is None or strength == 0.0:
            return dry.copy()
        wet = self._gate.spectral_gating_stationary(window[None, :])[0][_LATENCY : _LATENCY + len(samples)]
        mixed: Samples = (dry + strength * (wet - dry)).astype(np.float32)
        return mixed

    def _learn(self, samples: Samples) -> None:
        """The profile is the last second and a half without speech; the gate is made anew twice in that time."""
        self._profile = np.concatenate([self._profile, samples])[-_PROFILE:]
        self._unprofiled += len(samples)
        if self._unprofiled < _PROFILE // 2 or len(self._profile) < _PROFILE_LEAST or not np.any(self._profile):
            return
        self._unprofiled = 0
        self._gate = self._make_gate(
            y=self._profile,
            sr=SAMPLE_RATE_HZ,
            y_noise=self._profile,
            n_std_thresh_stationary=0.5,
            chunk_size=None,
            clip_noise_stationary=False,
            padding=0,
            n_fft=_N_FFT,
            win_length=None,
            hop_length=None,
            time_constant_s=2.0,
            freq_mask_smooth_hz=500,
            time_mask_smooth_ms=50,
            tmp_folder=None,
            prop_decrease=1.0,
            use_tqdm=False,
            n_jobs=1,
        )
