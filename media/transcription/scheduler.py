"""Many streams, one recogniser: finals first, in order, never dropped; of a stream's partials only the newest.

One per process. The event loop only moves jobs; decoding happens on a fixed number of threads (CTranslate2 leaks when
it is called from many short-lived ones).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from media.errors import PartialSuperseded, TranscriptionError
from media.ports import Transcriber
from media.types import LanguageCode, RecogniserInfo, Samples, Transcription

FINAL_DEADLINE_S = 60.0
PARTIAL_DEADLINE_S = 10.0
_REMEMBERED = 200


@dataclass(slots=True, eq=False)
class _Job:
    samples: Samples
    language: LanguageCode
    final: bool
    result: asyncio.Future[Transcription]
    created_s: float = field(default_factory=time.monotonic)


@dataclass(slots=True)
class _Stream:
    """`finals` needs no bound of its own: every entry has a caller that waits for it, up to its deadline."""

    finals: deque[_Job] = field(default_factory=deque)
    partial: _Job | None = None

    @property
    def empty(self) -> bool:
        return not self.finals and self.partial is None


@dataclass(frozen=True, slots=True)
class SchedulerStats:
    waiting_finals: int
    waiting_partials: int
    finals: int
    partials: int
    superseded: int
    failed: int
    wait_p95_ms: float
    decode_p95_ms: float
    busy: float
    """Share of the threads' time spent decoding since the start, 0..1."""


class AsrScheduler:
    """`run` is owned by the process; jobs handed in before it runs wait for it."""

    def __init__(self, transcriber: Transcriber, *, threads: int) -> None:
        self._transcriber = transcriber
        self._threads = threads
        self._streams: dict[str, _Stream] = {}
        self._arrived = asyncio.Condition()
        self._closed = False
        self._finals = self._partials = self._superseded = self._failed = 0
        self._waits_s: deque[float] = deque(maxlen=_REMEMBERED)
        self._decodes_s: deque[float] = deque(maxlen=_REMEMBERED)
        self._busy_s = 0.0
        self._started_s = time.monotonic()

    @property
    def info(self) -> RecogniserInfo:
        return self._transcriber.info

    async def transcribe(
        self,
        stream_id: str,
        samples: Samples,
        language: LanguageCode,
        *,
        final: bool,
        deadline_s: float | None = None,
    ) -> Transcription:
        """Raises TranscriptionError when decoding fails, the deadline passes or the scheduler closes;
        PartialSuperseded (one of them) when a newer partial of the stream took this one's place."""
        if self._closed:
            raise TranscriptionError("the recogniser is closed")
        job = _Job(samples, language, final, asyncio.get_running_loop().create_future())
        async with self._arrived:
            self._enqueue(stream_id, job)
            self._arrived.notify()
        if deadline_s is None:
            deadline_s = FINAL_DEADLINE_S if final else PARTIAL_DEADLINE_S
        try:
            async with asyncio.timeout(deadline_s):
                return await job.result
        except TimeoutError:
            self._failed += 1
            raise TranscriptionError(f"no text within {deadline_s:g} s") from None
        finally:
            self._withdraw(stream_id, job)

    async def run(self) -> None:
        """Until `close` or cancellation."""
        self._started_s = time.monotonic()
        with_threads = ThreadPoolExecutor(self._threads, thread_name_prefix="asr")
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._threads):
                    group.create_task(self._work(with_threads))
        finally:
            self._fail_all()
            with_threads.shutdown(wait=False, cancel_futures=True)

    async def close(self) -> None:
        """Whoever waits gets a TranscriptionError; a decode that has begun is not waited for."""
        self._closed = True
        self._fail_all()
        async with self._arrived:
            self._arrived.notify_all()

    def stats(self) -> SchedulerStats:
        elapsed_s = max(time.monotonic() - self._started_s, 1e-6)
        return SchedulerStats(
            waiting_finals=sum(len(stream.finals) for stream in self._streams.values()),
            waiting_partials=sum(stream.partial is not None for stream in self._streams.values()),
            finals=self._finals,
            partials=self._partials,
            superseded=self._superseded,
            failed=self._failed,
            wait_p95_ms=_percentile_95_ms(self._waits_s),
            decode_p95_ms=_percentile_95_ms(self._decodes_s),
            busy=min(1.0, self._busy_s / (elapsed_s * self._threads)),
        )

    def _enqueue(self, stream_id: str, job: _Job) -> None:
        stream = self._streams.setdefault(stream_id, _Stream())
        if job.final:
            stream.finals.append(job)
            return
        old, stream.partial = stream.partial, job
        if old is not None and not old.result.done():
            self._superseded += 1
            old.result.set_exception(PartialSuperseded("a newer partial took its place"))

    def _withdraw(self, stream_id: str, job: _Job) -> None:
        """A job whose caller is gone is not worth decoding."""
        stream = self._streams.get(stream_id)
        if stream is None:
            return
        if job in stream.finals:
            stream.finals.remove(job)
        if stream.partial is job:
            stream.partial = None
        if stream.empty:
            del self._streams[stream_id]

    def _take(self) -> _Job | None:
        """The oldest final of all streams, else the oldest partial."""
        heads = [stream.finals for stream in self._streams.values() if stream.finals]
        if heads:
            return min(heads, key=lambda finals: finals[0].created_s).popleft()
        waiting = [stream for stream in self._streams.values() if stream.partial is not None]
        if not waiting:
            return None
        stream = min(waiting, key=lambda stream: stream.partial.created_s if stream.partial else 0.0)
        job, stream.partial = stream.partial, None
        return job

    async def _work(self, threads: ThreadPoolExecutor) -> None:
        while not self._closed:
            async with self._arrived:
                job = self._take()
                if job is None:
                    if not self._closed:
                        await self._arrived.wait()
                    continue
            await self._decode(job, threads)

    async def _decode(self, job: _Job, threads: ThreadPoolExecutor) -> None:
        if job.result.done():
            return
        started_s = time.monotonic()
        self._waits_s.append(started_s - job.created_s)
        try:
            transcription = await asyncio.get_running_loop().run_in_executor(
                threads, lambda: self._transcriber.transcribe(job.samples, job.language, final=job.final)
            )
        except TranscriptionError as error:
            self._settle(job, error)
        except Exception as error:  # noqa: BLE001 - the engine's supervisor: one bad job must not stop the others
            self._settle(job, TranscriptionError(f"{type(error).__name__}: {error}"))
        else:
            self._settle(job, transcription)
        took_s = time.monotonic() - started_s
        self._decodes_s.append(took_s)
        self._busy_s += took_s

    def _settle(self, job: _Job, outcome: Transcription | TranscriptionError) -> None:
        if isinstance(outcome, TranscriptionError):
            self._failed += 1
        elif job.final:
            self._finals += 1
        else:
            self._partials += 1
        if job.result.done():
            return
        if isinstance(outcome, TranscriptionError):
            job.result.set_exception(outcome)
        else:
            job.result.set_result(outcome)

    def _fail_all(self) -> None:
        for stream in self._streams.values():
            for job in [*stream.finals, *([stream.partial] if stream.partial else [])]:
                if not job.result.done():
                    job.result.set_exception(TranscriptionError("the recogniser is closed"))


def _percentile_95_ms(values_s: deque[float]) -> float:
    if not values_s:
        return 0.0
    ordered = sorted(values_s)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000, 1)
