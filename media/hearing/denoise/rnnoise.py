"""RNNoise, mixed with the original as the signal-to-noise ratio asks: it is clearly better than a spectral gate in
strong noise, costs several times as much, and takes from speech that is clean already.

The network sleeps while none of it is wanted, and runs for a while before it is heard again. Latency 30 ms: RNNoise's
own 20, the way to 48 kHz and back, and what is left to a whole frame.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from media.hearing.denoise import resampling, rnnoise_library
from media.hearing.denoise.floor import FRAME, NoiseFloor
from media.hearing.denoise.framing import Delay, FramedDenoiser, interpolate, tame
from media.hearing.denoise.strength import Pause, Strength
from media.types import Samples

_LATENCY = 3 * FRAME
_FILL = _LATENCY - rnnoise_library.DELAY // resampling.FACTOR - resampling.DELAY
_FULL_SCALE = np.float32(32768)
_WAKE = 10
"""Frames until what comes out of the network has settled."""
_LINGER = 100
"""Frames for which it goes on unwanted."""

IN_SPEECH = Strength(most=0.95, full_below_db=5.0, dry_above_db=11.0)
IN_PAUSES = Strength(most=0.95, full_below_db=10.0, dry_above_db=19.0)


class RnnoiseDenoiser(FramedDenoiser):
    """A `Denoiser`. Blocking."""

    def __init__(self, library: Path) -> None:
        super().__init__(_LATENCY)
        self._network = rnnoise_library.Network(library)
        self._up = resampling.Upsampler()
        self._down = resampling.Downsampler()
        self._fill = Delay(_FILL)
        self._dry = Delay(_LATENCY)
        self._floor = NoiseFloor()
        self._pause = Pause(self._floor)
        self._strength = 0.0
        self._unwanted = _LINGER
        self._awake = 0

    @property
    def snr_db(self) -> float | None:
        return self._floor.snr_db

    def skip(self, samples: Samples, *, speech: bool) -> None:
        """Lets whole frames pass by without denoising them: levels are followed, and the network sleeps."""
        tamed = tame(samples)
        self._follow(tamed, speech=speech)
        self._dry.push(tamed)
        self._awake, self._strength = 0, 0.0

    def _process_frames(self, samples: Samples, *, speech: bool) -> Samples:
        strengths, awake = self._follow(samples, speech=speech)
        dry = self._dry.push(samples)
        wet = self._fill.push(self._down.push(self._run_network(self._up.push(samples), awake)))
        return np.clip(dry + interpolate(strengths) * (wet - dry), -1.0, 1.0)

    def _follow(self, samples: Samples, *, speech: bool) -> tuple[list[float], list[bool]]:
        """The strength at the beginning of the first frame and at the end of each; for which the network runs."""
        frames = samples.reshape(-1, FRAME)
        strengths, awake = [self._strength], []
        for frame, power in zip(frames, np.mean(frames**2, axis=1).tolist(), strict=True):
            self._floor.follow_frame(frame, power, speech=speech)
            pause, snr_db = self._pause.step(speech=speech), self._floor.snr_db
            wanted = (1 - pause) * IN_SPEECH.at(snr_db) + pause * IN_PAUSES.at(snr_db)
            self._unwanted = 0 if wanted else self._unwanted + 1
            awake.append(self._unwanted < _LINGER)
            self._awake = self._awake + 1 if awake[-1] else 0
            strengths.append(wanted if self._awake > _WAKE else 0.0)
        self._strength = strengths[-1]
        return strengths, awake

    def _run_network(self, samples: Samples, awake: list[bool]) -> Samples:
        """At 48 kHz. Silence where it sleeps."""
        if all(awake):
            return self._network.process(samples * _FULL_SCALE) / _FULL_SCALE
        frames = samples.reshape(-1, rnnoise_library.FRAME)
        out = np.zeros_like(frames)
        for number, runs in enumerate(awake):
            if runs:
                out[number] = self._network.process(frames[number] * _FULL_SCALE) / _FULL_SCALE
        return out.reshape(-1)
