"""Voice activity: a cheap gate (webrtcvad, the only importer of it), and the switch that turns verdicts into speech."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np
import webrtcvad

from media.hearing.voice_model import SileroVoiceDetector, find_model
from media.types import SAMPLE_RATE_HZ, Samples

FRAME = 160
FRAME_MS = 10


class WebRtcVoiceDetector:
    """A `VoiceDetector`. Frames quieter than the floor are never speech. `mode` 0 lets most through, 3 least."""

    def __init__(self, energy_floor_dbfs: float, mode: int = 1) -> None:
        self._detector = webrtcvad.Vad(mode)
        self._floor = 10 ** (energy_floor_dbfs / 20)

    def detect(self, samples: Samples) -> list[bool]:
        frames = samples.reshape(-1, FRAME)
        loud = np.sqrt(np.mean(frames**2, axis=1)) >= self._floor
        pcm = (np.clip(frames, -1, 1) * 32767).astype(np.int16)
        return [
            self._detector.is_speech(frame.tobytes(), SAMPLE_RATE_HZ) and bool(heard)
            for frame, heard in zip(pcm, loud, strict=True)
        ]


def open_confirming_detector(energy_floor_dbfs: float) -> SileroVoiceDetector | None:
    """None when the installed faster-whisper carries no voice model: the gate then decides alone."""
    path = find_model()
    return None if path is None else SileroVoiceDetector(path, energy_floor_dbfs)


@dataclass(frozen=True, slots=True)
class Turned:
    """`at` is the number of the frame where speech began, or the first one after it ended."""

    to: Literal["speech", "silence"]
    at: int


class SpeechSwitch:
    """Hysteresis over frame verdicts: speech begins when `start_ms` of the last 1.5 x `start_ms` are voiced, and ends
    after `stop_ms` without a voiced frame. Shortly after its end (`resume_within_ms`), `resume_ms` of voice are enough.
    Both are told with the time they happened, not when they were noticed."""

    def __init__(self, start_ms: int, stop_ms: int, *, resume_ms: int, resume_within_ms: int) -> None:
        self._needed = start_ms // FRAME_MS
        self._stop = stop_ms // FRAME_MS
        self._resume = min(start_ms, resume_ms) // FRAME_MS
        self._resume_within = resume_within_ms // FRAME_MS
        self._recent: deque[bool] = deque(maxlen=self._needed * 3 // 2)
        self._frames = 0
        self._after_voice: int | None = None
        self.speaking = False

    @property
    def after_voice(self) -> int:
        """The first frame after the last voiced one of the last speech; a voiced frame in silence is not speech yet."""
        return self._after_voice or 0

    @property
    def stirring(self) -> bool:
        """In silence: there is some voice again, but not enough yet to call it speech."""
        return not self.speaking and self._recent.count(True) * 4 >= self._needed

    def push(self, voiced: bool) -> Turned | None:
        self._recent.append(voiced)
        self._frames += 1
        if not self.speaking and self._recent.count(True) >= self._enough():
            return self._turn_on()
        if self.speaking and voiced:
            self._after_voice = self._frames
        if self.speaking and self._frames - self.after_voice >= self._stop:
            self._turn_off()
            return Turned("silence", self.after_voice)
        return None

    def finish(self, least_ms: int) -> list[Turned]:
        """The audio ends here: a word too short to have turned the switch still counts from `least_ms` of voice."""
        turned: list[Turned] = []
        if not self.speaking and self._recent.count(True) >= min(self._enough(), least_ms // FRAME_MS):
            turned.append(self._turn_on())
        if self.speaking:
            turned.append(Turned("silence", self.after_voice))
        self._turn_off()
        return turned

    def _enough(self) -> int:
        """Voiced frames that turn it on."""
        if self._after_voice is None or self._frames - self._after_voice > self._resume_within:
            return self._needed
        return self._resume

    def _turn_on(self) -> Turned:
        recent = list(self._recent)
        self.speaking = True
        self._after_voice = self._frames - recent[::-1].index(True)
        return Turned("speech", self._frames - len(recent) + recent.index(True))

    def _turn_off(self) -> None:
        self.speaking = False
        self._recent.clear()
