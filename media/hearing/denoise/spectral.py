"""noisereduce's spectral gate as a stream: the same thresholds, mask and smoothing, one window of 30 ms every 10 ms.

Every window is transformed once. What the mask takes away is subtracted from the delayed input, so that where nothing
is taken away the input comes out as it went in. Latency 40 ms: two frames because windows overlap, and two by which the
mask is smoothed and opens before a voice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from media.hearing.denoise.floor import FRAME, NoiseFloor
from media.hearing.denoise.framing import Delay, FramedDenoiser
from media.hearing.denoise.profile import BINS, MASK_FRAMES, WINDOW, NoiseProfile, get_smoothing, make_window
from media.hearing.denoise.strength import Pause, Strength
from media.types import Samples

_Rows = NDArray[np.float32]
"""One row per frame, one column per bin."""

_OVERLAP = WINDOW - FRAME
_AHEAD = 2
"""Frames by which a window waits for what comes after it: the mask's smoothing, and a voice heard a little late."""
_LATENCY = _OVERLAP + _AHEAD * FRAME
_LOWEST_BIN = 3
"""Rumble below 100 Hz is no measure of loudness."""

IN_SPEECH = Strength(most=0.7, full_below_db=5.0, dry_above_db=15.0)
IN_PAUSES = Strength(most=0.75, full_below_db=15.0, dry_above_db=25.0)


class SpectralGateDenoiser(FramedDenoiser):
    """A `Denoiser`. Blocking."""

    def __init__(self) -> None:
        super().__init__(_LATENCY)
        self._window = make_window()
        energy = float(np.sum(self._window**2))
        self._power_scale = 2 / (WINDOW * energy)
        self._synthesis = self._window * (FRAME / energy)
        self._input = np.zeros(_OVERLAP, np.float32)
        self._dry = Delay(_LATENCY)
        self._tail = np.zeros((2, FRAME), np.float32)
        self._spectra = np.zeros((_AHEAD, BINS), np.complex64)
        self._masks = np.ones((_AHEAD + MASK_FRAMES, BINS), np.float32)
        self._takes = np.zeros((_AHEAD, 2), np.float32)
        self._profile = NoiseProfile()
        self._floor = NoiseFloor()
        self._pause = Pause(self._floor)

    @property
    def snr_db(self) -> float | None:
        return self._floor.snr_db

    def _process_frames(self, samples: Samples, *, speech: bool) -> Samples:
        heard = np.concatenate([self._input, samples])
        self._input = heard[-_OVERLAP:]
        windows = np.lib.stride_tricks.sliding_window_view(heard, WINDOW)[::FRAME] * self._window
        spectra = np.fft.rfft(windows, axis=1).astype(np.complex64, copy=False)
        masks, takes = self._judge(samples, spectra.real**2 + spectra.imag**2, speech=speech)
        count = len(spectra)
        spectra = np.concatenate([self._spectra, spectra])
        masks = np.concatenate([self._masks, masks])
        takes = np.concatenate([self._takes, takes])
        self._spectra, self._masks, self._takes = spectra[count:], masks[count:], takes[count:]
        taken = self._overlap_add(spectra[:count] * _choose_shares(masks, takes, count))
        kept: Samples = np.clip(self._dry.push(samples) - taken, -1.0, 1.0)
        return kept

    def _judge(self, samples: Samples, powers: _Rows, *, speech: bool) -> tuple[_Rows, _Rows]:
        """Per frame the raw mask, and the strengths in speech and in pauses."""
        loudness = (np.sum(powers[:, _LOWEST_BIN:], axis=1) * self._power_scale).tolist()
        masks = np.ones_like(powers)
        takes: list[tuple[float, float]] = []
        for number, (frame, power) in enumerate(zip(samples.reshape(-1, FRAME), loudness, strict=True)):
            quiet = self._floor.follow_frame(frame, power, speech=speech)
            if quiet is not None:
                self._profile.learn(quiet)
            pause = self._pause.step(speech=speech)
            thresholds, snr_db = self._profile.thresholds, self._floor.snr_db
            if thresholds is None:
                takes.append((0.0, 0.0))
            else:
                masks[number] = powers[number] > thresholds
                takes.append((IN_SPEECH.at(snr_db), IN_PAUSES.at(snr_db) * pause))
        return masks, np.array(takes, np.float32)

    def _overlap_add(self, spectra: NDArray[np.complex64]) -> Samples:
        """The first block of every window is complete when the window has been added."""
        count = len(spectra)
        blocks = np.zeros((count + 2, FRAME), np.float32)
        blocks[:2] = self._tail
        if np.any(spectra):
            windows = np.fft.irfft(spectra, WINDOW, axis=1).astype(np.float32, copy=False) * self._synthesis
            parts = windows.reshape(count, 3, FRAME)
            for place in range(3):
                blocks[place : place + count] += parts[:, place]
        self._tail = blocks[count:]
        return blocks[:count].reshape(-1)


def _choose_shares(masks: _Rows, takes: _Rows, count: int) -> _Rows:
    """What share of each bin to take away from the frames that are due."""
    in_speech = takes[:count, :1]
    in_pause = np.lib.stride_tricks.sliding_window_view(takes[:, 1], _AHEAD + 1).min(axis=1)[:, None]
    kept = (1 - in_speech * (1 - smooth_masks(masks[: count + 2 * MASK_FRAMES]))) * (1 - in_pause)
    shares: _Rows = np.clip(1 - kept, 0.0, 1.0)
    return shares


def smooth_masks(masks: _Rows) -> _Rows:
    """As noisereduce's `fftconvolve(mode="same")`: bins outside count as closed. `masks` has MASK_FRAMES more rows on
    either side than what comes back."""
    over_frequency, over_time = get_smoothing()
    rows = len(masks) - 2 * MASK_FRAMES
    by_time = np.zeros((rows, BINS), np.float32)
    for offset, weight in enumerate(over_time):
        by_time += weight * masks[offset : offset + rows]
    reach = len(over_frequency) // 2
    padded = np.pad(by_time, ((0, 0), (reach, reach)))
    smoothed = np.zeros((rows, BINS), np.float32)
    for offset, weight in enumerate(over_frequency):
        smoothed += weight * padded[:, offset : offset + BINS]
    return smoothed
