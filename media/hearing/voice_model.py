"""The Silero voice model (the ONNX file that faster-whisper carries), streaming. The only importer of onnxruntime.

webrtcvad alone takes half of all noise for speech; this model takes an eighth, at 1.2 ms per second of audio.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]

from media.types import Samples

FRAME = 160
_WINDOW = 512
_CONTEXT = 64
_LIKELY = 0.45
_CONVINCED = 0.25
"""After a while without a voice it takes more than one doubtful window to believe in one: what they are above `_LIKELY`
is added up. Babble and machines come to 0.6 for a moment; a voice over a telephone does for long."""
_SPEECH_ABOVE = 0.4
_SILENCE_BELOW = 0.35
_OF_RECENT = 0.65
"""And never less than this share of what the voice has come to of late: the model is slow to let go of a voice, in
noise most of all, and the end of speech must be told soon."""
_RECENT_RATE = 0.1
_AWAKE = 32
"""Windows after a voice; about a second."""
_REST_AFTER = 16
"""Windows below the floor, after which the model is not asked. It keeps its state: begun anew in the middle of a voice
from a telephone, it hears nothing for seconds."""


def find_model() -> Path | None:
    package = importlib.util.find_spec("faster_whisper")
    for folder in (package.submodule_search_locations or []) if package is not None else []:
        path = Path(folder) / "assets" / "silero_vad_v6.onnx"
        if path.is_file():
            return path
    return None


@functools.lru_cache(maxsize=1)
def _open_model(path: Path) -> Any:
    """One per process: it keeps no state between calls."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])


class SileroVoiceDetector:
    """A `VoiceDetector`. A frame gets the verdict of the last 32 ms window that was complete when it ended; so it is
    best taken for the frame of about three before."""

    def __init__(self, path: Path, energy_floor_dbfs: float) -> None:
        """Silence, below the floor, costs nothing."""
        self._model = _open_model(path)
        self._floor = 10 ** (energy_floor_dbfs / 20)
        self._pending = np.zeros(0, np.float32)
        self._since_voice = _AWAKE
        self._since_sound = 0
        self._speech = False
        self._recent = 0.0
        self._evidence = 0.0
        self._context = np.zeros(_CONTEXT, np.float32)
        self._state = np.zeros((1, 1, 128), np.float32)
        self._cell = np.zeros((1, 1, 128), np.float32)

    def detect(self, samples: Samples) -> list[bool]:
        verdicts: list[bool] = []
        for start in range(0, len(samples), FRAME):
            self._pending = np.concatenate([self._pending, samples[start : start + FRAME]])
            if len(self._pending) >= _WINDOW:
                self._listen(self._pending[:_WINDOW])
                self._pending = self._pending[_WINDOW:]
            verdicts.append(self._speech)
        return verdicts

    def _listen(self, window: Samples) -> None:
        loud = float(np.sqrt(np.mean(window**2))) >= self._floor
        self._since_sound = 0 if loud else self._since_sound + 1
        self._follow(self._ask(window) if self._since_sound <= _REST_AFTER else 0.0)
        self._context = window[-_CONTEXT:]

    def _follow(self, probability: float) -> None:
        self._speech = self._believes(probability)
        if self._speech:
            self._recent += (_RECENT_RATE if self._recent else 1.0) * (probability - self._recent)
            self._since_voice, self._evidence = 0, 0.0
            return
        self._since_voice += 1
        if self._since_voice >= _AWAKE:
            self._recent = 0.0

    def _believes(self, probability: float) -> bool:
        if self._since_voice < _AWAKE:
            least = _SILENCE_BELOW if self._speech else _SPEECH_ABOVE
            return probability > max(least, _OF_RECENT * self._recent)
        self._evidence = max(0.0, self._evidence + probability - _LIKELY)
        return self._evidence >= _CONVINCED

    def _ask(self, window: Samples) -> float:
        together = np.concatenate([self._context, window])[None]
        probability, self._state, self._cell = self._model.run(
            None, {"input": together, "h": self._state, "c": self._cell}
        )
        return float(probability.reshape(-1)[0])
