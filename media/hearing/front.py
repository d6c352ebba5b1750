"""The first half of hearing: denoise, and tell voice from noise, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass

from media.hearing.denoise.framing import Delay, tame
from media.hearing.vad import WebRtcVoiceDetector, open_confirming_detector
from media.ports import Denoiser, VoiceDetector
from media.types import SAMPLE_RATE_HZ, Samples

_PER_MS = SAMPLE_RATE_HZ // 1000
_STRICTEST = 3
_LOOK_AHEAD_MS = 40
"""By as much the confirming model knows more than it tells: of a window of 32 ms, after its end."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """Side by side, sample for sample; `voiced` has one verdict per frame of 10 ms. `speech` was said of what went in,
    which comes out later by the front's latency."""

    clean: Samples
    original: Samples
    voiced: list[bool]
    speech: bool


class Front:
    """Two detectors must agree on a voice. The gate hears the denoised signal; the confirming model hears the original,
    since it was trained on noise and is misled by gated speech, and hears it before the denoiser does: so the denoiser
    knows of a voice when it works on its first frames, and its latency is a look ahead for both."""

    def __init__(self, denoiser: Denoiser | None, *, energy_floor_dbfs: float) -> None:
        self._denoiser = denoiser
        self._gate: VoiceDetector = WebRtcVoiceDetector(energy_floor_dbfs)
        self._confirm: VoiceDetector = open_confirming_detector(energy_floor_dbfs) or WebRtcVoiceDetector(
            energy_floor_dbfs, _STRICTEST
        )
        taken_ms = denoiser.latency_ms if denoiser is not None else 0
        self.latency_ms = max(taken_ms, _LOOK_AHEAD_MS)
        self._original = Delay(self.latency_ms * _PER_MS)
        self._clean = Delay((self.latency_ms - taken_ms) * _PER_MS)

    def listen(self, samples: Samples) -> Sounds:
        """`samples` are whole frames, of any content."""
        samples = tame(samples)
        confirmed = self._confirm.detect(samples)
        speech = any(confirmed)
        denoised = samples if self._denoiser is None else self._denoiser.process(samples, speech=speech)
        clean = self._clean.push(denoised)
        voiced = [gate and confirm for gate, confirm in zip(self._gate.detect(clean), confirmed, strict=True)]
        return Sounds(clean, self._original.push(samples), voiced, speech)
