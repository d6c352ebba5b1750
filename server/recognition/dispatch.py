"""Jobs on their way into Redis, out of it again, and back into it when they have vanished there."""

from __future__ import annotations

import asyncio
import time
from collections import deque

import structlog

from media.errors import RecogniserDied, RecogniserUnavailable
from server.pubsub import FIRST_RETRY_S, LAST_RETRY_S, heed_cancellation
from server.recognition.asker_line import AskerLine
from server.recognition.connection import RedisAway
from server.recognition.keys import Queue
from server.recognition.pending import Pending, PendingJobs

FULL_RETRY_S = 0.1
INSIST_AFTER_S = 2.0
MOST_SUBMISSIONS = 4
WITHDRAWALS = 1_024
"""Jobs to be taken back; the oldest are forgotten, and a worker then answers nobody."""

logger = structlog.get_logger(__name__)


class Dispatch:
    def __init__(self, line: AskerLine, pending: PendingJobs) -> None:
        self._line = line
        self._pending = pending
        self._withdrawn: deque[tuple[Queue, str]] = deque(maxlen=WITHDRAWALS)
        self._errand = asyncio.Event()
        self.resubmitted = 0

    async def submit(self, pending: Pending) -> None:
        """Until Redis has it, or it is given up: finals wait here while Redis is away or their queue is full."""
        retry_s = FIRST_RETRY_S
        while not pending.answer.done():
            if pending.confirmed:
                pending.queue = Queue("final", pending.job.request.language)
            try:
                pending.entry = await self._line.submit(pending.queue, pending.written)
            except RedisAway as error:
                if not pending.final:
                    raise RecogniserUnavailable(error.detail) from None
                wait_s, retry_s = retry_s, min(2 * retry_s, LAST_RETRY_S)
            else:
                if pending.entry is not None:
                    pending.submitted += 1
                    return
                wait_s = FULL_RETRY_S
            await asyncio.wait({pending.answer}, timeout=wait_s)

    def withdraw(self, pending: Pending) -> None:
        """Soon: nobody waits for it any more."""
        if pending.entry is not None:
            self._withdrawn.append((pending.queue, pending.entry))
            self._errand.set()

    def confirm(self, stream_id: str) -> None:
        """The stream's speculative final is soon among the finals."""
        if self._pending.confirm(stream_id):
            self._errand.set()

    async def put_back_what_vanished(self, reads: int) -> None:
        """Redis was emptied, or an answer was spoilt; but an answer may be there that has not been read yet:
        `reads` is how often answers have been. Raises RedisAway."""
        known = [pending for pending in self._pending if pending.final and pending.entry is not None]
        missing = await self._line.find_missing([(each.queue, each.entry or "") for each in known])
        for pending, gone in zip(known, missing, strict=True):
            if not gone or pending.answer.done():
                pending.missed_at = None
            elif pending.missed_at is None:
                pending.missed_at = reads
            elif reads < pending.missed_at + 2:
                continue  # no reading has begun since
            elif pending.submitted >= MOST_SUBMISSIONS:
                pending.fail(RecogniserDied("workers take it and do not answer"))
            else:
                logger.warning("recognition.job_vanished", submitted=pending.submitted)
                pending.missed_at, pending.submitted = None, pending.submitted + 1
                self.resubmitted += 1
                pending.entry = await self._line.submit(pending.queue, pending.written) or pending.entry

    async def run_errands(self) -> None:
        """What nobody wants any more is taken back; what was confirmed is moved to where it is taken sooner."""
        while True:
            heed_cancellation()
            await self._errand.wait()
            self._errand.clear()
            batch = [self._withdrawn.popleft() for _ in range(len(self._withdrawn))]
            try:
                if batch:
                    await self._line.withdraw(batch)
                await self.move_confirmed()
            except RedisAway:
                await asyncio.sleep(FIRST_RETRY_S)  # what is left there runs out by itself

    async def move_confirmed(self) -> None:
        """Raises RedisAway."""
        for pending in self._pending:
            await self._move_confirmed(pending)

    async def _move_confirmed(self, pending: Pending) -> None:
        if not pending.to_be_moved or pending.entry is None:
            return
        target = Queue("final", pending.job.request.language)
        moved = await self._line.promote(pending.entry, pending.queue, target)
        if moved is None and time.monotonic() - pending.asked_s > INSIST_AFTER_S:
            # A worker has it, behind all finals there. Who answers first is heard.
            moved = await self._line.submit(target, pending.written)
        if moved is not None:
            pending.queue, pending.entry = target, moved
