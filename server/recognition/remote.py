"""A `Recogniser` whose engines are in other processes, reached through Redis Streams.

What is asked stays with the process that asked until it is answered: nothing that Redis or a worker loses is lost.
Finals that have vanished from Redis without an answer are put there again. Those of a stream go one at a time, so that
they are answered in order however many workers there are.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace

import structlog
from anyio import to_thread

from media.errors import (
    PartialShed,
    PartialSuperseded,
    RecogniserDied,
    RecogniserUnavailable,
    RequestUnusable,
    TranscriptionError,
    TranscriptionTimedOut,
)
from media.transcription.condition import Admission, DegradeLevel, RecogniserStats, Watcher
from media.transcription.types import Request
from media.types import RecogniserInfo, Transcription
from server.identifiers import new_id
from server.pubsub import FIRST_RETRY_S, LAST_RETRY_S, heed_cancellation
from server.recognition.answer import Answer, Refusal, decode_answer
from server.recognition.asker_line import AskerLine
from server.recognition.connection import RedisAway
from server.recognition.dispatch import Dispatch
from server.recognition.framing import FrameInvalid
from server.recognition.job import Job, encode_job
from server.recognition.keys import Queue
from server.recognition.pending import WAITING_AUDIO_S, Pending, PendingJobs, Presence
from server.recognition.pressure import Pressure
from server.recognition.roster import BEAT_S, Roster
from server.recognition.turns import Turns

FINAL_TRIES = 2
FINAL_DEADLINE_S = 60.0
PARTIAL_DEADLINE_S = 10.0
DUE_S = 0.8
UNKNOWN = RecogniserInfo("elsewhere", demonstration=False, languages=("en", "zh-CN"))
"""As long as no worker has been seen."""

logger = structlog.get_logger(__name__)


class RemoteRecogniser:
    """`run` is owned by the process; what is asked before waits for it."""

    def __init__(self, url: str, *, on_info: Callable[[RecogniserInfo], None] = lambda info: None) -> None:
        """`on_info`: told when workers are there that are not those of before."""
        self._asker = new_id()
        self._on_info = on_info
        self._line = AskerLine(url, self._asker)
        self._turns = Turns()
        self._pending = PendingJobs()
        self._presence = Presence(time.monotonic())
        self._pressure = Pressure()
        self._dispatch = Dispatch(self._line, self._pending)
        self._reads = 0
        self._closed = False
        self.roster = Roster()
        self._info = UNKNOWN

    @property
    def info(self) -> RecogniserInfo:
        """Of those who are there, or were last."""
        return self._info

    @property
    def level(self) -> DegradeLevel:
        return self._pressure.level

    async def transcribe(
        self,
        stream_id: str,
        request: Request,
        *,
        due_s: float | None = None,
        deadline_s: float | None = None,
        speculative: bool = False,
    ) -> Transcription:
        if self._closed:
            raise RecogniserUnavailable("the recogniser is closed")
        self._presence.check(request.language, time.monotonic())
        if not request.final:
            self._pressure.check_partial(stream_id)
        elif self._pending.audio_s > WAITING_AUDIO_S:
            raise RecogniserUnavailable("too much waits for the workers already")
        else:
            self._pressure.begin_final(stream_id)
            request = replace(request, hurried=request.hurried or self.level.hurries_finals)
        if deadline_s is None:
            deadline_s = FINAL_DEADLINE_S if request.final else PARTIAL_DEADLINE_S
        limit_s = deadline_s * (FINAL_TRIES if request.final else 1)
        due_ms = round((DUE_S if due_s is None else due_s) * 1000)
        job = Job(new_id(), self._asker, stream_id, request, round(limit_s * 1000), due_ms)
        queue = Queue("speculative" if speculative and request.final else request.kind, request.language)
        try:
            async with asyncio.timeout(limit_s), self._take_turn(stream_id, queue):
                return await self._ask(job, queue)
        except TimeoutError:
            self._pressure.note_timed_out()
            raise TranscriptionTimedOut(f"no text within {limit_s:g} s") from None
        except TranscriptionError as error:
            self._pressure.note_failed(error)
            raise

    def confirm(self, stream_id: str) -> None:
        self._dispatch.confirm(stream_id)

    def partial_interval_s(self, stream_id: str) -> float:
        return self._pressure.partial_interval_s(stream_id)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        return self._pressure.watch(watcher)

    def admits(self) -> Admission:
        return self._pressure.admits()

    def stats(self) -> RecogniserStats:
        finals = sum(pending.final for pending in self._pending)
        return self._pressure.stats(
            waiting_finals=finals,
            waiting_partials=len(self._pending) - finals,
            retried=self._dispatch.resubmitted,
        )

    async def run(self) -> None:
        """Until cancellation. Losing Redis is survived."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen_for_ever())
                group.create_task(self._look_for_ever())
                group.create_task(self._dispatch.run_errands())
        finally:
            self._pending.fail_all(RecogniserUnavailable("the recogniser is closed"))
            await self._line.close()

    async def close(self) -> None:
        self._closed = True
        self._pending.fail_all(RecogniserUnavailable("the recogniser is closed"))

    # --- one job

    def _take_turn(self, stream_id: str, queue: Queue) -> AbstractAsyncContextManager[None]:
        return self._turns.take(stream_id) if queue.kind == "final" else nullcontext()

    async def _ask(self, job: Job, queue: Queue) -> Transcription:
        answer: asyncio.Future[Transcription] = asyncio.get_running_loop().create_future()
        pending = Pending(job, b"", queue, answer, time.monotonic())
        self._pending.add(pending)  # it may be confirmed before it is written
        try:
            pending.written = await _write(job)
            await self._dispatch.submit(pending)
            return await answer
        finally:
            self._pending.remove(pending)
            if not _answered(answer):
                self._dispatch.withdraw(pending)

    # --- what goes on all the time

    async def _listen_for_ever(self) -> None:
        known: list[str] = []
        retry_s = FIRST_RETRY_S
        while True:
            heed_cancellation()
            try:
                found = await self._line.read_answers(known)
            except RedisAway as error:
                logger.warning("recognition.disconnected", error=error.detail, retry_s=retry_s)
                await asyncio.sleep(retry_s)
                retry_s = min(2 * retry_s, LAST_RETRY_S)
                continue
            retry_s = FIRST_RETRY_S
            self._reads += 1
            for _, written in found:
                self._take(written)
            known = [entry for entry, _ in found]

    def _take(self, written: bytes) -> None:
        try:
            answer = decode_answer(written)
        except FrameInvalid as error:
            logger.warning("recognition.answer_invalid", error=str(error))
            return
        pending = self._pending.find(answer.id)
        if pending is not None and not pending.answer.done():
            self._settle(pending, answer)

    def _settle(self, pending: Pending, answer: Answer) -> None:
        if isinstance(answer.outcome, Refusal):
            pending.fail(_error_of(answer.outcome))
            return
        self._pressure.note_answered(pending, answer, time.monotonic())
        pending.answer.set_result(answer.outcome)

    async def _look_for_ever(self) -> None:
        while True:
            heed_cancellation()
            try:
                self.roster = await self._line.look()
                self._presence.note(self.roster.languages, time.monotonic())
                self._note_info(self.roster.info() or self._info)
                await self._dispatch.put_back_what_vanished(self._reads)
                await self._dispatch.move_confirmed()
            except RedisAway as error:
                self.roster = Roster()
                logger.warning("recognition.unreachable", error=error.detail)
            self._give_up_on_the_absent()
            self._pressure.look(self.roster, self._pending, time.monotonic())
            await asyncio.sleep(BEAT_S)

    def _note_info(self, info: RecogniserInfo) -> None:
        if info != self._info:
            logger.info("recognition.recogniser_changed", recogniser=info.name, languages=info.languages)
            self._info = info
            self._on_info(info)

    def _give_up_on_the_absent(self) -> None:
        now_s = time.monotonic()
        for pending in self._pending:
            if self._presence.absent(pending.job.request.language, now_s):
                pending.fail(RecogniserUnavailable(f"no worker for {pending.job.request.language} is there"))


async def _write(job: Job) -> bytes:
    """Raises RequestUnusable."""
    try:
        return await to_thread.run_sync(encode_job, job)
    except FrameInvalid as error:
        raise RequestUnusable(str(error)) from None


def _answered(answer: asyncio.Future[Transcription]) -> bool:
    return answer.done() and not answer.cancelled() and answer.exception() is None


def _error_of(refusal: Refusal) -> TranscriptionError:
    for kind in (RequestUnusable, RecogniserDied, TranscriptionTimedOut, PartialShed, PartialSuperseded):
        if kind.code == refusal.code:
            return kind(refusal.detail)
    return TranscriptionError(refusal.detail)
