"""One job from Redis to its answer."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import structlog
from anyio import to_thread

from media.errors import (
    RecogniserDied,
    RecogniserUnavailable,
    RequestUnusable,
    TranscriptionError,
    TranscriptionTimedOut,
)
from media.transcription.ports import Recogniser
from media.types import Transcription
from server.pubsub import FIRST_RETRY_S, LAST_RETRY_S
from server.recognition.answer import Answer, Refusal, encode_answer
from server.recognition.connection import RedisAway
from server.recognition.fitness import Fitness
from server.recognition.framing import FrameInvalid
from server.recognition.job import Job, decode_job, read_address
from server.recognition.worker_line import Entry, WorkerLine

TELL_WITHIN_S = 30.0
"""So long Redis is waited for with what somebody should know, and with what nobody waits for."""

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class WorkCounters:
    answered: int = 0
    refused: int = 0
    """Jobs that could not be read."""
    expired: int = 0
    buried: int = 0


class Work:
    """`redis_ahead_ms`: Redis's clock less our monotonic one; to be set before the first job is done."""

    def __init__(self, line: WorkerLine, recogniser: Recogniser) -> None:
        self._line = line
        self._recogniser = recogniser
        self.fitness = Fitness(recogniser)
        self.redis_ahead_ms = 0.0
        self.counters = WorkCounters()

    async def do(self, entry: Entry) -> bool:
        """False: not now and not here; it is to be left to others."""
        try:
            job = await to_thread.run_sync(decode_job, entry.written)
        except FrameInvalid as error:
            await self._refuse(entry, error)
            return True
        began_s = time.monotonic()
        waited_ms = max(0, round(began_s * 1000 + self.redis_ahead_ms) - entry.arrived_ms)
        left_s = (job.lives_ms - waited_ms) / 1000
        if left_s <= 0:
            self.counters.expired += 1
            await self._settle(entry, None, None, until_s=began_s + TELL_WITHIN_S)
            return True
        outcome = await self._recognise(entry, job, waited_ms / 1000, left_s)
        if outcome is None:
            return False
        self.counters.answered += 1
        took_ms = round((time.monotonic() - began_s) * 1000)
        await self._settle(entry, job.asker, Answer(job.id, outcome, waited_ms, took_ms), until_s=began_s + left_s)
        return True

    async def bury(self, entry: Entry, deliveries: int) -> None:
        """A job that too many workers have had. Raises RedisAway."""
        self.counters.buried += 1
        logger.error("asr_worker.job_buried", deliveries=deliveries, kind=entry.queue.kind)
        await self._line.bury(entry, deliveries)
        detail = f"{deliveries - 1} workers had it and none has answered"
        await self._tell_failure(entry, Refusal(RecogniserDied.code, detail))

    async def _recognise(
        self, entry: Entry, job: Job, waited_s: float, left_s: float
    ) -> Transcription | Refusal | None:
        """None: the recogniser is none any more."""
        speculative = entry.queue.kind == "speculative"
        stream_id = f"{job.asker}:{job.stream_id}"
        if speculative:
            stream_id += f":{job.id}"  # whether a newer one takes its place is known where it was asked
        try:
            return await self._recogniser.transcribe(
                stream_id,
                job.request,
                due_s=job.due_ms / 1000 - waited_s,
                deadline_s=left_s / 2 if job.request.final else left_s,
                speculative=speculative,
            )
        except RecogniserUnavailable as error:
            logger.warning("asr_worker.recogniser_unavailable", detail=error.detail)
            return None
        except TranscriptionError as error:
            if _may_be_engines_fault(error, job) and await self.fitness.doubt():
                return None
            return Refusal(error.code, error.detail)

    async def _refuse(self, entry: Entry, reason: FrameInvalid) -> None:
        """What cannot be read is told to who asked, if that can be read, and thrown away."""
        self.counters.refused += 1
        logger.warning("asr_worker.job_invalid", reason=str(reason), size=len(entry.written))
        await self._tell_failure(entry, Refusal(RequestUnusable.code, str(reason)))

    async def _tell_failure(self, entry: Entry, refusal: Refusal) -> None:
        asker, job_id = read_address(entry.written) or (None, "")
        answer = None if asker is None else Answer(job_id, refusal)
        await self._settle(entry, asker, answer, until_s=time.monotonic() + TELL_WITHIN_S)

    async def _settle(self, entry: Entry, asker: str | None, answer: Answer | None, *, until_s: float) -> None:
        """Tries until it is settled, or nobody waits any more."""
        written = b"" if answer is None else _write(answer)
        retry_s = FIRST_RETRY_S
        while True:
            try:
                await self._line.settle(entry, asker, written)
            except RedisAway as error:
                logger.warning("asr_worker.redis_away", error=error.detail, retry_s=retry_s)
                if time.monotonic() >= until_s:
                    return
                await asyncio.sleep(retry_s)
                retry_s = min(2 * retry_s, LAST_RETRY_S)
            else:
                return


def _may_be_engines_fault(error: TranscriptionError, job: Job) -> bool:
    return error.code == TranscriptionError.code or (job.request.final and isinstance(error, TranscriptionTimedOut))


def _write(answer: Answer) -> bytes:
    try:
        return encode_answer(answer)
    except FrameInvalid as error:
        return encode_answer(Answer(answer.id, Refusal(TranscriptionError.code, str(error))))
