"""An `Engine` without a model: text that depends on nothing but how much audio there is, at whatever cost is wanted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

from media.errors import TranscriptionError
from media.transcription.ports import Prepared
from media.transcription.types import Request
from media.types import SAMPLE_RATE_HZ, RecogniserInfo, TranscribedWord, Transcription

WORD_MS = 500


@dataclass(frozen=True, slots=True)
class FakePrepared:
    request: Request
    bucket: Hashable


@dataclass
class FakeEngine:
    """Says one word of `script` (nothing, without any) for every half second of audio, but those of the prefix.

    `gate`, if given, holds every call until it is set. `cost_s` is how long a call takes. `fault`, if given, is asked
    about each call: what it gives is raised. `refuse` is asked about each request of a call.
    """

    script: tuple[str, ...] = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    gate: threading.Event | None = None
    cost_s: Callable[[Sequence[Request]], float] | None = None
    fault: Callable[[Sequence[Request]], BaseException | None] | None = None
    refuse: Callable[[Request], TranscriptionError | None] | None = None
    prepare_fault: Callable[[Request], BaseException | None] | None = None
    bucket_of: Callable[[Request], Hashable] = lambda request: request.kind
    prepared: list[Request] = field(default_factory=list)
    calls: list[tuple[Request, ...]] = field(default_factory=list)
    """As they began."""

    @property
    def info(self) -> RecogniserInfo:
        return RecogniserInfo("fake", demonstration=True, languages=("en", "zh-CN"))

    @property
    def decoded(self) -> list[Request]:
        return [request for call in self.calls for request in call]

    def prepare(self, request: Request) -> FakePrepared:
        if self.prepare_fault is not None and (fault := self.prepare_fault(request)) is not None:
            raise fault
        self.prepared.append(request)
        return FakePrepared(request, self.bucket_of(request))

    def decode(self, batch: Sequence[Prepared]) -> list[Transcription | TranscriptionError]:
        requests = tuple(prepared.request for prepared in batch)
        assert len({prepared.bucket for prepared in batch}) == 1
        self.calls.append(requests)
        if self.gate is not None:
            self.gate.wait()
        if self.cost_s is not None:
            time.sleep(self.cost_s(requests))
        if self.fault is not None and (fault := self.fault(requests)) is not None:
            raise fault
        return [self._transcribe(request) for request in requests]

    def _transcribe(self, request: Request) -> Transcription | TranscriptionError:
        if self.refuse is not None and (refusal := self.refuse(request)) is not None:
            return refusal
        if not request.samples.any() or not self.script:
            return Transcription("", (), 0.0, 1.0)
        duration_ms = len(request.samples) * 1000 // SAMPLE_RATE_HZ
        spoken = [self.script[at % len(self.script)] for at in range(duration_ms // WORD_MS)]
        separator = "" if request.language == "zh-CN" else " "
        known = len(request.prefix) if request.language == "zh-CN" else len(request.prefix.split())
        words: list[TranscribedWord] = []
        at = 0
        for number, word in enumerate(spoken[known:], known):
            words.append(TranscribedWord(at, at + len(word), number * WORD_MS, (number + 1) * WORD_MS, 0.9))
            at += len(word) + len(separator)
        return Transcription(separator.join(spoken[known:]), tuple(words), 0.9, 0.0)
