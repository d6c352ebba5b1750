"""Sessions of the usual way: each listens, recognises its growing buffer every second, and waits for the one model.

Where it differs from the original, that is to its advantage or makes the two comparable:
- Speech is found by Viva's own voice activity instead of the original's; as there (VACOnlineASRProcessor, over Silero's
  VADIterator with 500 ms), a pause of half a second ends an utterance, and the interval runs on through that pause.
- How an utterance ends can be chosen (`Ending`): as the original does it, without any pass for the end, or in one of
  two ways that lose no words.
- Sessions wait for the model on the event loop, in turn; the original's servers have a thread each.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np

from media.frames import EncodedFrame
from media.hearing.ear import Ear
from media.hearing.pipeline import Report
from media.hearing.reader import AudioReader
from media.settings import MediaSettings
from media.shared_thread import SharedThread, enter_shared_thread
from media.types import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    FinalTranscript,
    LanguageCode,
    PartialTranscript,
    Samples,
    SpeechStarted,
    SpeechStopped,
)
from tests.benchmarks.asr.online import Online, PeerHearing

INTERVAL_S = 1.0
PAUSE_MS = 500
PAD_MS = 100
"""So much behind the end of speech belongs to it, as in the original."""
_LISTEN_S = 0.1
_PRE_ROLL_MS = 400
_KEPT_MS = 2_000
_PER_MS = SAMPLE_RATE_HZ // 1000

_Heard = tuple[list[AudioChunk], Sequence[object]]


class Ending(Enum):
    """What is done for the end of an utterance besides the passes by interval."""

    PROMOTED = "no pass for the end"
    """As the original's finish(): the rest of the last hypothesis is taken as it is, what came behind it is lost."""
    AFTER_PAUSE = "a pass after the pause"
    """Once the pause has lasted, unless a pass by interval has begun since speech stopped and so has heard it all."""
    AT_STOPS = "a pass at each stop"
    """At once whenever voice activity says so, which is at gaps within an answer too: soonest, and the most passes."""


class Recognises(Protocol):
    def recognise(self, samples: Samples, language: LanguageCode, prompt: str) -> PeerHearing: ...


@dataclass(slots=True, eq=False)
class _Utterance:
    """`incoming` has not been given to `online` yet, which only the model's thread touches while it works."""

    name: str
    t_start_ms: int
    online: Online
    incoming: list[Samples]
    heard_ms: int
    new: int = 0
    stopped_ms: int | None = None
    heard_out: bool = True
    """Whether a pass has begun since speech stopped the last time."""
    closed: bool = False
    finished: bool = False
    """Its final text has been told, after it was closed."""

    def close(self, end_ms: int) -> None:
        """What was heard behind `end_ms` and not given to the model yet belongs to the next one, which may have begun
        without being known."""
        self.closed = True
        excess = max(0, self.heard_ms - end_ms) * _PER_MS
        while excess and self.incoming:
            last = self.incoming.pop()
            if len(last) > excess:
                self.incoming.append(last[:-excess])
            excess = max(0, excess - len(last))
        self.heard_ms = min(self.heard_ms, end_ms)


class PeerSession:
    """`computed_s`: how long its last call took, the wait for the model included."""

    def __init__(self, language: LanguageCode, stack: PeerStack, ending: Ending, report: Report) -> None:
        self.computed_s = 0.0
        self._ending = ending
        self._language = language
        self._stack = stack
        self._report = report
        self._frames: list[EncodedFrame] = []
        self._ear = Ear(MediaSettings(), lambda: "")
        self._reader = AudioReader()
        self._recent = np.zeros(0, np.float32)
        self._heard_ms = 0
        self._utterances: list[_Utterance] = []
        self._count = 0
        self._wanted = asyncio.Event()

    def push(self, frame: EncodedFrame) -> None:
        self._frames.append(frame)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._recognise())

    async def _listen(self) -> None:
        while True:
            await asyncio.sleep(_LISTEN_S)
            frames, self._frames = tuple(self._frames), []
            if frames:
                chunks, events = await self._stack.hearing.do(lambda frames=frames: self._hear(frames))  # type: ignore[misc]
                for chunk in chunks:
                    self._take(chunk.samples)
                    self._heard_ms = chunk.t_ms + len(chunk.samples) // _PER_MS
                self._follow(events)
                self._wanted.set()

    def _hear(self, frames: tuple[EncodedFrame, ...]) -> _Heard:
        """On the hearing thread."""
        return self._reader.read(frames), self._ear.hear(frames, want_open_segment=False).events

    def _follow(self, events: Sequence[object]) -> None:
        for event in events:
            if isinstance(event, SpeechStarted):
                self._begin(event.t_ms)
            elif isinstance(event, SpeechStopped) and self._utterances:
                self._utterances[-1].stopped_ms, self._utterances[-1].heard_out = event.t_ms, False
        last = self._utterances[-1] if self._utterances else None
        if last is None or last.stopped_ms is None or last.closed:
            return
        if self._heard_ms - last.stopped_ms >= PAUSE_MS:
            last.close(last.stopped_ms + PAD_MS)

    def _take(self, samples: Samples) -> None:
        self._recent = np.concatenate([self._recent, samples])[-_KEPT_MS * _PER_MS :]
        if self._utterances and not self._utterances[-1].closed:
            utterance = self._utterances[-1]
            utterance.incoming.append(samples)
            utterance.new += len(samples)
            utterance.heard_ms += len(samples) // _PER_MS

    def _begin(self, t_ms: int) -> None:
        if self._utterances and not self._utterances[-1].closed:
            self._utterances[-1].stopped_ms, self._utterances[-1].heard_out = None, True
            return
        start_ms = max(t_ms - _PRE_ROLL_MS, self._heard_ms - len(self._recent) // _PER_MS)
        samples = self._recent[-(self._heard_ms - start_ms) * _PER_MS :]
        self._count += 1
        online = Online(
            lambda samples, prompt: self._stack.model.recognise(samples, self._language, prompt), start_ms / 1000
        )
        self._utterances.append(
            _Utterance(str(self._count), start_ms, online, [samples], self._heard_ms, new=len(samples))
        )

    async def _recognise(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            while self._utterances:
                utterance = self._utterances[0]
                at_stop = self._ending is Ending.AT_STOPS and utterance.stopped_ms is not None
                if at_stop and not utterance.heard_out:
                    await self._pass(utterance)
                elif utterance.closed:
                    await self._finish(utterance)
                    self._utterances.pop(0)
                elif not at_stop and utterance.new >= INTERVAL_S * SAMPLE_RATE_HZ:
                    await self._pass(utterance)
                else:
                    break

    async def _finish(self, utterance: _Utterance) -> None:
        if self._ending is Ending.AT_STOPS or utterance.finished:
            return
        if self._ending is Ending.AFTER_PAUSE and not utterance.heard_out:
            await self._pass(utterance)
            return
        self.computed_s = 0.0
        await self._tell_final(utterance, utterance.heard_ms)

    async def _pass(self, utterance: _Utterance) -> None:
        """All that has been heard by the time that the model is free."""
        asked_s = time.monotonic()
        async with self._stack.lock:
            incoming, utterance.incoming = utterance.incoming, []
            utterance.new = 0
            last = utterance.closed or (self._ending is Ending.AT_STOPS and utterance.stopped_ms is not None)
            end_ms = utterance.heard_ms
            utterance.heard_out, utterance.finished = True, utterance.closed
            await self._stack.call(lambda: _iterate(utterance.online, incoming))
        self.computed_s = time.monotonic() - asked_s
        online = utterance.online
        if last and utterance.stopped_ms is not None:
            await self._tell_final(utterance, end_ms)
        else:
            await self._report(
                PartialTranscript(utterance.name, utterance.t_start_ms, end_ms, online.committed, online.unconfirmed)
            )

    async def _tell_final(self, utterance: _Utterance, end_ms: int) -> None:
        text = (utterance.online.committed + utterance.online.unconfirmed).strip()
        await self._report(FinalTranscript(utterance.name, utterance.t_start_ms, end_ms, text, (), 0.0))


class PeerStack:
    """One model, one thread that uses it, and a lock around it. Owns its sessions' tasks."""

    def __init__(self, model: Recognises, ending: Ending) -> None:
        self.model = model
        self._ending = ending
        self.lock = asyncio.Lock()
        self.hearing: SharedThread = enter_shared_thread("hearing")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="model")
        self._group = asyncio.TaskGroup()
        self._tasks: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[PeerStack]:
        try:
            async with self._group:
                yield self
                for task in self._tasks:
                    task.cancel()
        finally:
            self.hearing.leave()
            self._thread.shutdown()

    def open_session(self, language: LanguageCode, report: Report) -> PeerSession:
        session = PeerSession(language, self, self._ending, report)
        self._tasks.append(self._group.create_task(session.run()))
        return session

    async def call(self, work: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _iterate(online: Online, incoming: list[Samples]) -> None:
    for samples in incoming:
        online.insert(samples)
    online.iterate()
