"""Whether the engine can do anything at all: a device that is gone fails every request, and at once."""

from __future__ import annotations

import numpy as np

from media.transcription.types import Request
from media.types import SAMPLE_RATE_HZ, LanguageCode


class EngineHealth:
    """Pure. What fails may be to blame itself: so it takes several in a row to doubt the engine, and a request of our
    own, which no engine fails at that works, to tell."""

    def __init__(self, doubt_after: int) -> None:
        self._doubt_after = doubt_after
        self._failures = 0
        self.failing = False

    @property
    def doubted(self) -> bool:
        return self.failing or self._failures >= self._doubt_after

    def note_failure(self) -> None:
        """Of a request that was given up."""
        self._failures += 1

    def note_text(self) -> None:
        """Only what has words: silence is answered without asking a model."""
        self._failures, self.failing = 0, False

    def note_trial(self, *, succeeded: bool) -> None:
        if succeeded:
            self.note_text()
        else:
            self.failing = True


def make_trial(language: LanguageCode) -> Request:
    """Half a second of noise, so that a model has to listen."""
    noise = np.random.default_rng(0).normal(0.0, 0.1, SAMPLE_RATE_HZ // 2)
    return Request(noise.astype(np.float32), language, "final")
