"""A `Transcriber` without a model: text that depends on nothing but how much audio there is."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from media.errors import TranscriptionError
from media.types import SAMPLE_RATE_HZ, LanguageCode, RecogniserInfo, Samples, TranscribedWord, Transcription

WORD_MS = 500


@dataclass
class FakeTranscriber:
    """Says one word of `script` for every half second of audio. `gate`, if given, holds every call until it is set."""

    script: tuple[str, ...] = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    gate: threading.Event | None = None
    fail: bool = False
    calls: list[tuple[int, bool]] = field(default_factory=list)

    @property
    def info(self) -> RecogniserInfo:
        return RecogniserInfo("fake", demonstration=True, languages=("en", "zh-CN"))

    def transcribe(self, samples: Samples, language: LanguageCode, *, final: bool) -> Transcription:
        if self.gate is not None:
            self.gate.wait()
        self.calls.append((len(samples), final))
        if self.fail:
            raise TranscriptionError("told to fail")
        if not samples.any():
            return Transcription("", (), 0.0, 1.0)
        duration_ms = len(samples) * 1000 // SAMPLE_RATE_HZ
        spoken = [self.script[at % len(self.script)] for at in range(duration_ms // WORD_MS)]
        separator = "" if language == "zh-CN" else " "
        words: list[TranscribedWord] = []
        at = 0
        for number, word in enumerate(spoken):
            words.append(TranscribedWord(at, at + len(word), number * WORD_MS, (number + 1) * WORD_MS, 0.9))
            at += len(word) + len(separator)
        return Transcription(separator.join(spoken), tuple(words) if final else (), 0.9, 0.0)
