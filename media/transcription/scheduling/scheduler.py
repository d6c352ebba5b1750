"""Many streams, one engine in this process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import fields
from typing import Any

from media.errors import (
    PartialShed,
    RecogniserUnavailable,
    RequestUnusable,
    TranscriptionError,
    TranscriptionTimedOut,
)
from media.transcription.condition import Admission, DegradeLevel, RecogniserStats, Watcher
from media.transcription.ports import Engine
from media.transcription.scheduling.admission import AdmissionGate
from media.transcription.scheduling.desk import Clock, Desk
from media.transcription.scheduling.health import make_trial
from media.transcription.scheduling.jobs import Call, JobKind
from media.transcription.scheduling.ladder import Ladder
from media.transcription.scheduling.measures import Tally
from media.transcription.scheduling.settings import SchedulingSettings
from media.transcription.scheduling.workers import decode_calls, prepare_calls
from media.transcription.types import Request
from media.types import SAMPLE_RATE_HZ, RecogniserInfo, Transcription

LONGEST_S = 30.0
_TRIAL_STREAM = "trial"


class AsrScheduler:
    """A `Recogniser` with its engine in this process, on `threads` threads of a core each."""

    def __init__(
        self,
        engine: Engine,
        *,
        threads: int,
        settings: SchedulingSettings | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self._engine = engine
        self._threads = threads
        self._settings = settings or SchedulingSettings()
        self._clock = clock
        self._desk = Desk(self._settings, clock)
        self._ladder = Ladder(self._settings.ladder)
        self._gate = AdmissionGate(self._settings.admission)
        self._watchers: list[Watcher] = []
        self._closing = asyncio.Event()
        self._started_s = clock()

    @property
    def info(self) -> RecogniserInfo:
        return self._engine.info

    @property
    def level(self) -> DegradeLevel:
        return DegradeLevel.REFUSING if self._desk.health.failing else self._ladder.level

    async def transcribe(
        self,
        stream_id: str,
        request: Request,
        *,
        due_s: float | None = None,
        deadline_s: float | None = None,
        speculative: bool = False,
    ) -> Transcription:
        call = self._make_call(stream_id, request, due_s=due_s, speculative=speculative)
        self._desk.submit(call)
        try:
            return await self._wait_for_answer(call, deadline_s)
        finally:
            self._desk.withdraw(call)

    def confirm(self, stream_id: str) -> None:
        self._desk.confirm(stream_id)

    def partial_interval_s(self, stream_id: str) -> float:
        return self._desk.cadence.interval_s(stream_id, self.level.interval_factor)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        self._watchers.append(watcher)

        def unwatch() -> None:
            if watcher in self._watchers:
                self._watchers.remove(watcher)

        return unwatch

    def admits(self) -> Admission:
        now_s = self._clock()
        wait_s = self._desk.final_wait_s(now_s)
        return self._gate.decide(now_s, final_wait_s=wait_s, level=self.level, threads=self._threads)

    def stats(self) -> RecogniserStats:
        now_s, tally = self._clock(), self._desk.tally
        waiting = [call.partial for call in self._desk.queue.waiting()]
        elapsed_s = max(now_s - self._started_s, 1e-6)
        return RecogniserStats(
            waiting_finals=waiting.count(False),
            waiting_partials=waiting.count(True),
            final_wait_p95_ms=round(self._desk.final_wait_s(now_s) * 1000, 1),
            partial_wait_p95_ms=round(self._desk.partial_wait_s(now_s) * 1000, 1),
            decode_p95_ms=round(self._desk.decode_s(now_s) * 1000, 1),
            busy=min(1.0, tally.busy_s / (elapsed_s * self._threads)),
            level=self.level,
            failing=self._desk.health.failing,
            **{field.name: getattr(tally, field.name) for field in fields(Tally) if field.name != "busy_s"},
        )

    async def run(self) -> None:
        self._started_s = self._clock()
        try:
            async with asyncio.TaskGroup() as group:
                work = [group.create_task(task) for task in self._work()]
                await self._closing.wait()
                for task in work:
                    task.cancel()
        finally:
            self._close()

    async def close(self) -> None:
        """A call that the engine has begun is not waited for."""
        self._close()

    def _close(self) -> None:
        self._closing.set()
        self._desk.fail_all(RecogniserUnavailable("the recogniser is closed"))

    def _make_call(self, stream_id: str, request: Request, *, due_s: float | None, speculative: bool) -> Call:
        """Raises RecogniserUnavailable, RequestUnusable, PartialShed."""
        if self._closing.is_set():
            raise RecogniserUnavailable("the recogniser is closed")
        if speculative and not request.final:
            raise ValueError("a partial is no speculation")
        audio_s = len(request.samples) / SAMPLE_RATE_HZ
        if audio_s > LONGEST_S:
            raise RequestUnusable(f"{audio_s:.0f} s of audio are more than the {LONGEST_S:g} s a recogniser takes")
        if not request.final and self.level >= DegradeLevel.FIRST_ONLY and not self._desk.queue.is_first(stream_id):
            self._desk.tally.shed += 1
            raise PartialShed("the recogniser is too busy for more than a first partial")
        now_s = self._clock()
        kind: JobKind = "speculative" if speculative else request.kind
        return Call(
            stream_id=stream_id,
            kind=kind,
            created_s=now_s,
            due_s=now_s + (self._settings.final_due_s if due_s is None else due_s),
            audio_s=audio_s,
            request=request,
            answer=asyncio.get_running_loop().create_future(),
        )

    async def _wait_for_answer(self, call: Call, deadline_s: float | None) -> Transcription:
        if deadline_s is None:
            deadline_s = self._settings.partial_deadline_s if call.partial else self._settings.final_deadline_s
        for last in (True,) if call.partial else (False, True):
            try:
                async with asyncio.timeout(deadline_s):
                    return await asyncio.shield(call.answer)
            except TimeoutError:
                self._desk.tally.timed_out += 1
                if not last:
                    self._desk.try_again(call)
        tries = "" if call.partial else ", twice"
        self._desk.tally.failed += 1
        raise TranscriptionTimedOut(f"no text within {deadline_s:g} s{tries}")

    def _work(self) -> Iterator[Coroutine[Any, Any, None]]:
        yield self._look_after()
        yield self._try_engine()
        for _ in range(self._settings.prepare_threads):
            yield prepare_calls(self._engine, self._desk, lambda: self.level.hurries_finals)
        for _ in range(self._threads):
            yield decode_calls(self._engine, self._desk, self._settings)

    async def _look_after(self) -> None:
        """Cadence and level, several times a second, also when nothing comes back from the engine."""
        desk, told = self._desk, self.level
        while True:
            await asyncio.sleep(self._settings.look_every_s)
            now_s = self._clock()
            partial_wait_s = desk.partial_wait_s(now_s)
            desk.cadence.adjust(now_s, partial_wait_s, threads=self._threads)
            self._ladder.observe(now_s, final_wait_s=desk.final_wait_s(now_s), partial_wait_s=partial_wait_s)
            level = self.level
            for stream_id in desk.queue.prune(now_s):
                desk.cadence.forget(stream_id)
            if level is not told:
                told = level
                for watcher in tuple(self._watchers):
                    asyncio.get_running_loop().call_soon(watcher, level)  # what it does wrong is not our end

    async def _try_engine(self) -> None:
        """When it is in doubt, until it works. What times out is late, and tells nothing."""
        health = self._desk.health
        trial = make_trial(self.info.languages[0])
        while True:
            await asyncio.sleep(self._settings.look_every_s)
            if not health.doubted:
                continue
            try:
                await self.transcribe(_TRIAL_STREAM, trial)
            except (TranscriptionTimedOut, RecogniserUnavailable):
                continue
            except TranscriptionError:
                health.note_trial(succeeded=False)
                await asyncio.sleep(self._settings.try_again_s)
            else:
                health.note_trial(succeeded=True)
