"""Sound for every moment: decoded where a packet came, made up where none did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from media.hearing.opus import DTX_BYTES, TICKS_PER_SAMPLE, OpusDecoder, count_frame_ticks, count_ticks, has_fec
from media.types import SAMPLE_RATE_HZ, Samples

VOICE_LIMIT = SAMPLE_RATE_HZ // 10
"""How long a voice is made to go on. What libopus makes up after 100 ms is no voice any more."""
_FADE = SAMPLE_RATE_HZ // 50


@dataclass(slots=True)
class ConcealedCounts:
    """In samples. `fec` came out of the packet behind the gap; `plc` goes on as before the gap; `comfort` is the
    background noise of a sender that says it is silent; `silent` is what was lost beyond all that."""

    fec: int = 0
    plc: int = 0
    comfort: int = 0
    silent: int = 0

    @property
    def total(self) -> int:
        return self.fec + self.plc + self.comfort + self.silent


class Concealer:
    """One per stream, since what is made up depends on what was decoded before. Blocking."""

    def __init__(self, counts: ConcealedCounts) -> None:
        self._decoder = OpusDecoder()
        self._counts = counts
        self._resting = False
        self._made_up = 0

    def decode(self, packet: bytes) -> Samples:
        """Exactly `count_ticks(packet) / 3` samples; a packet that cannot be decoded counts as lost."""
        samples = self._decoder.decode(packet)
        if samples is None:
            return self.conceal(count_ticks(packet) // TICKS_PER_SAMPLE)
        self._resting = len(packet) <= DTX_BYTES
        self._made_up = 0
        return samples

    def measure_fec(self, packet: bytes, missing: int) -> int:
        """How many of the samples missing right before `packet` it holds itself."""
        samples = count_frame_ticks(packet) // TICKS_PER_SAMPLE
        return samples if 0 < samples <= missing and has_fec(packet) else 0

    def decode_fec(self, packet: bytes, samples: int) -> Samples:
        self._counts.fec += samples
        return self._decoder.decode_fec(packet, samples)

    def conceal(self, samples: int) -> Samples:
        """Comfort noise if the sender went silent; else the voice fades out, and what is longer is silence."""
        if self._resting:
            self._counts.comfort += samples
            return self._decoder.conceal(samples)
        voice = min(samples, VOICE_LIMIT - self._made_up)
        self._made_up += voice
        self._counts.plc += voice
        self._counts.silent += samples - voice
        out = np.zeros(samples, np.float32)
        out[:voice] = self._decoder.conceal(voice)
        if samples > voice:
            fade = min(voice, _FADE)
            out[voice - fade : voice] *= np.linspace(1, 0, fade, dtype=np.float32)
        return out
