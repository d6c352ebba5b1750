"""A `Recogniser` that does nothing by itself: a test sees what it was asked and answers when it likes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from media.errors import TranscriptionError
from media.transcription.condition import Admission, DegradeLevel, RecogniserStats, Watcher
from media.transcription.types import Request
from media.types import LanguageCode, RecogniserInfo, TranscribedWord, Transcription

WORD_MS = 300


def say(text: str, *, spoken: LanguageCode | None = None, probability: float = 0.0) -> Transcription:
    """A word every 300 ms."""
    words: list[TranscribedWord] = []
    at = 0
    for number, word in enumerate(text.split()):
        words.append(TranscribedWord(at, at + len(word), number * WORD_MS, (number + 1) * WORD_MS, 0.9))
        at += len(word) + 1
    return Transcription(text, tuple(words), 0.9, 0.0, spoken, probability)


@dataclass(eq=False)
class Asked:
    stream_id: str
    request: Request
    speculative: bool
    answer: asyncio.Future[Transcription]
    confirmed: bool = False

    @property
    def withdrawn(self) -> bool:
        return self.answer.cancelled()

    async def give(self, outcome: Transcription | TranscriptionError) -> None:
        """And lets whoever waits go on."""
        if isinstance(outcome, TranscriptionError):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)
        await settle()


@dataclass
class ObedientRecogniser:
    asked: list[Asked] = field(default_factory=list)
    watchers: list[Watcher] = field(default_factory=list)
    level: DegradeLevel = DegradeLevel.NORMAL
    interval_s: float = 0.5
    absent: TranscriptionError | None = None
    """What every request is answered at once while it is set."""

    @property
    def info(self) -> RecogniserInfo:
        return RecogniserInfo("obedient", demonstration=True, languages=("en", "zh-CN"))

    async def transcribe(
        self,
        stream_id: str,
        request: Request,
        *,
        due_s: float | None = None,
        deadline_s: float | None = None,
        speculative: bool = False,
    ) -> Transcription:
        if self.absent is not None:
            raise self.absent
        asked = Asked(stream_id, request, speculative, asyncio.get_running_loop().create_future())
        self.asked.append(asked)
        return await asked.answer

    def confirm(self, stream_id: str) -> None:
        for asked in self.asked:
            asked.confirmed = asked.confirmed or asked.speculative

    def partial_interval_s(self, stream_id: str) -> float:
        return self.interval_s

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        self.watchers.append(watcher)
        return lambda: self.watchers.remove(watcher)

    def tell(self, level: DegradeLevel) -> None:
        self.level = level
        for watcher in self.watchers:
            watcher(level)

    def admits(self) -> Admission:
        return Admission(True, 0.0)

    def stats(self) -> RecogniserStats:
        return RecogniserStats(level=self.level)

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None:
        return


async def settle() -> None:
    """Everything that can go on without waiting for time has gone on."""
    for _ in range(20):
        await asyncio.sleep(0)
