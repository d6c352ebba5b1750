"""RNNoise where the noise is strong and the machine has time for it, the spectral gate otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np

from media.hearing.denoise.floor import FRAME
from media.hearing.denoise.framing import Delay, FramedDenoiser, interpolate
from media.hearing.denoise.rnnoise import RnnoiseDenoiser
from media.hearing.denoise.spectral import SpectralGateDenoiser
from media.types import Samples

_STRONG_BELOW_DB, _WEAK_ABOVE_DB = 8.0, 11.0
_BUSY_ABOVE, _IDLE_BELOW = 0.8, 0.6
_DECIDE_EVERY = 100
"""Frames."""
_WARM_UP = 20
"""Frames that RNNoise runs before it is heard."""


def measure_load() -> float:
    """Processes that want to run, per core; 0 where the system does not say."""
    try:
        waiting = os.getloadavg()[0]
    except (AttributeError, OSError):
        return 0.0
    return waiting / (os.cpu_count() or 1)


class AutomaticDenoiser(FramedDenoiser):
    """A `Denoiser`. The gate always runs: it costs little, and it tells how strong the noise is."""

    def __init__(
        self, gate: SpectralGateDenoiser, network: RnnoiseDenoiser, measure: Callable[[], float] = measure_load
    ) -> None:
        """Whichever is faster waits for the other."""
        latency = max(gate.latency, network.latency)
        super().__init__(latency)
        self._gate, self._network, self._measure = gate, network, measure
        self._gate_wait = Delay(latency - gate.latency)
        self._network_wait = Delay(latency - network.latency)
        self._until_decision = _DECIDE_EVERY
        self._wanted = False
        self._busy = False
        self._awake = 0
        self._share = 0.0

    @property
    def snr_db(self) -> float | None:
        return self._gate.snr_db

    @property
    def uses_network(self) -> bool:
        return self._wanted

    def _process_frames(self, samples: Samples, *, speech: bool) -> Samples:
        """Decisions fall on the same frames however the stream is cut."""
        parts: list[Samples] = []
        at = 0
        while at < len(samples):
            part = samples[at : at + self._until_decision * FRAME]
            parts.append(self._process_part(part, speech=speech))
            at += len(part)
            self._until_decision -= len(part) // FRAME
            if self._until_decision == 0:
                self._decide()
        return np.concatenate(parts)

    def _process_part(self, samples: Samples, *, speech: bool) -> Samples:
        gated = self._gate_wait.push(self._gate.process(samples, speech=speech))
        if not self._wanted and self._share == 0:
            self._awake = 0
            self._network.skip(samples, speech=speech)
            self._network_wait.push(np.zeros_like(samples))
            return gated
        enhanced = self._network_wait.push(self._network.process(samples, speech=speech))
        shares = [self._share]
        for _ in range(len(samples) // FRAME):
            self._awake += 1
            shares.append(1.0 if self._wanted and self._awake > _WARM_UP else 0.0)
        self._share = shares[-1]
        mixed: Samples = gated + interpolate(shares) * (enhanced - gated)
        return mixed

    def _decide(self) -> None:
        self._until_decision = _DECIDE_EVERY
        self._busy = self._measure() > (_IDLE_BELOW if self._busy else _BUSY_ABOVE)
        snr_db = self._gate.snr_db
        strong = snr_db is not None and snr_db < (_WEAK_ABOVE_DB if self._wanted else _STRONG_BELOW_DB)
        self._wanted = strong and not self._busy
