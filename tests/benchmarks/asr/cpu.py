"""Processor time of an engine alone: its own threads, and those that call it while they do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from media.errors import TranscriptionError
from media.transcription.ports import Engine, Prepared
from media.transcription.types import Request
from media.types import SAMPLE_RATE_HZ, LanguageCode, RecogniserInfo, Samples, Transcription
from tests.benchmarks.asr.online import PeerHearing
from tests.benchmarks.asr.peer import Recognises

_TASKS = Path("/proc/self/task")
_Made = TypeVar("_Made")


class EngineClock:
    """Seconds of processor time. CTranslate2 computes on threads that it makes for itself: those are known by having
    come while the model was opened and used for the first time. Linux only."""

    def __init__(self) -> None:
        self._threads: list[Path] = []
        self._called_s = 0.0
        self._lock = threading.Lock()

    def open(self, make: Callable[[], _Made]) -> _Made:
        """`make` opens an engine and uses it once."""
        before = set(_TASKS.iterdir())
        made = make()
        ours = {str(thread.native_id) for thread in threading.enumerate()}
        self._threads = [task for task in _TASKS.iterdir() if task not in before and task.name not in ours]
        return made

    @property
    def threads(self) -> int:
        return len(self._threads)

    def read_s(self) -> float:
        """Since the beginning; only differences mean anything."""
        own_ns = sum(int((task / "schedstat").read_text().split()[0]) for task in self._threads)
        return own_ns / 1e9 + self._called_s

    @contextmanager
    def calling(self) -> Iterator[None]:
        begun_s = time.thread_time()
        try:
            yield
        finally:
            with self._lock:
                self._called_s += time.thread_time() - begun_s


class Meter(Protocol):
    """What an engine was made to do: stretches decoded, and their length together, the same speech again and again."""

    items: int
    audio_s: float


class MeteredEngine:
    """An `Engine` whose work is counted."""

    def __init__(self, engine: Engine, clock: EngineClock) -> None:
        self._engine = engine
        self._clock = clock
        self.items = 0
        self.audio_s = 0.0

    @property
    def info(self) -> RecogniserInfo:
        return self._engine.info

    def prepare(self, request: Request) -> Prepared:
        with self._clock.calling():
            return self._engine.prepare(request)

    def decode(self, batch: Sequence[Prepared]) -> list[Transcription | TranscriptionError]:
        self.items += len(batch)
        self.audio_s += sum(len(item.request.samples) for item in batch) / SAMPLE_RATE_HZ
        with self._clock.calling():
            return self._engine.decode(batch)


class MeteredPeer:
    def __init__(self, model: Recognises, clock: EngineClock) -> None:
        self._model = model
        self._clock = clock
        self.items = 0
        self.audio_s = 0.0

    def recognise(self, samples: Samples, language: LanguageCode, prompt: str) -> PeerHearing:
        self.items += 1
        self.audio_s += len(samples) / SAMPLE_RATE_HZ
        with self._clock.calling():
            return self._model.recognise(samples, language, prompt)
