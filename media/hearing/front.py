"""The first half of hearing: denoise, and tell voice from noise, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass

from media.hearing.denoise.framing import Delay
from media.hearing.vad import FRAME_MS, WebRtcVoiceDetector, open_confirming_detector
from media.ports import Denoiser, VoiceDetector
from media.types import SAMPLE_RATE_HZ, Samples

_STRICTEST = 3


@dataclass(frozen=True, slots=True)
class Sounds:
    """Side by side, sample for sample; `voiced` has one verdict per frame of 10 ms. `speech` was said of what went in,
    which comes out later by the denoiser's latency."""

    clean: Samples
    original: Samples
    voiced: list[bool]
    speech: bool


class Front:
    """Two detectors must agree on a voice. The gate hears the denoised signal; the confirming model hears the original,
    since it was trained on noise and is misled by gated speech, and hears it before the denoiser does: so the denoiser
    knows of a voice when it works on its first frames, and its latency is a look ahead."""

    def __init__(self, denoiser: Denoiser | None, *, energy_floor_dbfs: float) -> None:
        self._denoiser = denoiser
        self._gate: VoiceDetector = WebRtcVoiceDetector(energy_floor_dbfs)
        self._confirm: VoiceDetector = open_confirming_detector() or WebRtcVoiceDetector(energy_floor_dbfs, _STRICTEST)
        self.latency_ms = denoiser.latency_ms if denoiser is not None else 0
        self._original = Delay(self.latency_ms * SAMPLE_RATE_HZ // 1000)
        self._confirmed = [False] * (self.latency_ms // FRAME_MS)

    def listen(self, samples: Samples) -> Sounds:
        """`samples` are whole frames."""
        confirmed = self._confirm.detect(samples)
        speech = any(confirmed)
        clean = samples if self._denoiser is None else self._denoiser.process(samples, speech=speech)
        late = self._confirmed + confirmed
        self._confirmed = late[len(confirmed) :]
        voiced = [gate and confirm for gate, confirm in zip(self._gate.detect(clean), late, strict=False)]
        return Sounds(clean, self._original.push(samples), voiced, speech)
