"""Takes jobs from Redis, has a recogniser of this process do them, and answers.

A job is answered and removed in one step, so that it is never neither. As long as a job may still be in hand, Redis is
told so with every heartbeat; a job of which that is not told is taken over by another worker, and one that has been
given out too often is buried. What is taken over may be what its worker died of: it is done one at a time with nothing
else in hand, so that it takes nobody with it again. Answers wait for Redis as long as somebody waits for them.

A worker whose recogniser fails at everything answers nothing with that: it leaves, and others get what it had.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict

import structlog

from media.transcription.ports import Recogniser
from media.types import SAMPLE_RATE_HZ
from server.pubsub import FIRST_RETRY_S, LAST_RETRY_S, heed_cancellation
from server.recognition.connection import BLOCK_S, RedisAway
from server.recognition.keys import Kind, Queue, queues
from server.recognition.roster import BEAT_S, LEASE_MS, WorkerCard
from server.recognition.work import Work, WorkCounters
from server.recognition.worker_line import Entry, WorkerLine

FULL_LOOK_S = 0.05
"""While there is no room for one kind, so often others are looked for."""
TAKE_OVER_EVERY_S = 1.0
SWEEP_EVERY_S = 600.0
MOST_DELIVERIES = 3
"""A job that so many workers have had and none has answered is what they die of."""
ALONE_WITHIN_S = 10.0
"""So long a job that was taken over waits for those in hand to be done; also for an engine that hangs."""
BUSY_GRACE_MS = 2_000
"""A worker that is at work leaves what is to be taken over to idle ones for so long."""
HELD_S, HELD_PER_AUDIO_S = 30.0, 6.0
"""So long a job is believed to be worked on, whatever becomes of it."""
DRAINED_WITHIN_S = 20.0

logger = structlog.get_logger(__name__)


class _InHand:
    """A job that was taken and not settled."""

    def __init__(self, entry: Entry, task: asyncio.Task[None]) -> None:
        self.entry = entry
        self.task = task
        self.since_s = time.monotonic()
        self.held_s = HELD_S + HELD_PER_AUDIO_S * len(entry.written) / (2 * SAMPLE_RATE_HZ)


class AsrWorker:
    """`run` ends after `drain`, with nothing in hand. The recogniser is run and closed by whoever made it."""

    def __init__(self, url: str, recogniser: Recogniser, *, worker: str, threads: int, at_once: int = 4) -> None:
        """`at_once`: how many a thread decodes together. So many jobs of each kind are taken for each thread; more
        would keep them from idle workers."""
        self._line = WorkerLine(url, worker)
        self._jobs = Work(self._line, recogniser)
        self._recogniser = recogniser
        self._threads = threads
        self._most_in_hand = at_once * threads
        self._queues = queues(recogniser.info.languages)
        self._in_hand: dict[tuple[str, str], _InHand] = {}
        self._taking_over = self._reading = False
        self._room = asyncio.Event()
        self._draining = asyncio.Event()
        self._on_roster = asyncio.Event()
        self.taken_over = 0

    @property
    def counters(self) -> WorkCounters:
        return self._jobs.counters

    @property
    def broken(self) -> bool:
        """The recogniser fails at everything: `run` has ended, or will."""
        return self._jobs.fitness.broken

    def drain(self) -> None:
        """Nothing more is taken; what is in hand is finished, within `DRAINED_WITHIN_S`."""
        self._draining.set()
        self._room.set()
        self._on_roster.set()

    async def run(self) -> None:
        """Losing Redis is survived."""
        try:
            async with asyncio.TaskGroup() as tasks:
                beat = tasks.create_task(self._for_ever(self._beat, BEAT_S))
                await self._on_roster.wait()
                chores = [
                    tasks.create_task(self._for_ever(lambda: self._take_over(tasks), TAKE_OVER_EVERY_S)),
                    tasks.create_task(self._for_ever(self._sweep, SWEEP_EVERY_S)),
                ]
                take = tasks.create_task(self._for_ever(lambda: self._take_all(tasks), 0.0, until_end=True))
                await self._draining.wait()
                for chore in chores:
                    chore.cancel()
                await asyncio.wait({take}, timeout=2 * BLOCK_S)  # what it is being given is not left lying
                take.cancel()
                await self._finish()
                beat.cancel()
        finally:
            await self._line.close()

    async def _for_ever(self, chore: Callable[[], Awaitable[None]], pause_s: float, *, until_end: bool = False) -> None:
        """Until it is cancelled, or there is to be an end."""
        retry_s = FIRST_RETRY_S
        while not (until_end and self._draining.is_set()):
            heed_cancellation()
            try:
                await chore()
            except RedisAway as error:
                logger.warning("asr_worker.redis_away", error=error.detail, retry_s=retry_s)
                await asyncio.sleep(retry_s)
                retry_s = min(2 * retry_s, LAST_RETRY_S)
            else:
                retry_s = FIRST_RETRY_S
                await asyncio.sleep(pause_s)

    # --- chores

    async def _beat(self) -> None:
        if not self._draining.is_set():
            stats, info = self._recogniser.stats(), self._recogniser.info
            card = WorkerCard(
                recogniser=info.name,
                demonstration=info.demonstration,
                languages=info.languages,
                threads=self._threads,
                working=len(self._in_hand),
                busy=min(1.0, max(0.0, stats.busy)),
                level=stats.level,
            )
            before_s = time.monotonic()
            redis_ms = await self._line.beat(card)
            self._jobs.redis_ahead_ms = redis_ms - (before_s + time.monotonic()) / 2 * 1000
            self._on_roster.set()
        now_s = time.monotonic()
        held = [each.entry for each in self._in_hand.values() if now_s - each.since_s < each.held_s]
        await self._line.hold(held)

    async def _take_all(self, tasks: asyncio.TaskGroup) -> None:
        """Until there is to be an end."""
        while not self._draining.is_set():
            self._room.clear()
            wanted = [queue for queue in self._queues if self._has_room(queue.kind)]
            all_wanted = len(wanted) == len(self._queues)
            taken = await self._read(wanted, wait=all_wanted) if wanted else []
            for entry in taken:
                self._begin(entry, tasks)
            if not taken and not all_wanted:
                await self._wait_for_room()

    async def _read(self, wanted: list[Queue], *, wait: bool) -> list[Entry]:
        self._reading = True
        try:
            return await self._line.take(wanted, wait=wait)
        finally:
            self._reading = False

    async def _wait_for_room(self) -> None:
        try:
            async with asyncio.timeout(FULL_LOOK_S):
                await self._room.wait()
        except TimeoutError:
            return

    async def _take_over(self, tasks: asyncio.TaskGroup) -> None:
        for queue in self._queues:
            while self._has_room(queue.kind):
                found = await self._line.take_over(queue, LEASE_MS + (BUSY_GRACE_MS if self._in_hand else 0))
                if found is None:
                    break
                entry, deliveries = found
                if entry.place in self._in_hand:
                    continue
                self.taken_over += 1
                if deliveries > MOST_DELIVERIES:
                    await self._jobs.bury(entry, deliveries)
                else:
                    logger.info("asr_worker.took_over", deliveries=deliveries)
                    await asyncio.wait({self._begin(entry, tasks)})

    async def _sweep(self) -> None:
        await self._line.sweep(self._queues, own=False)

    async def _finish(self) -> None:
        try:
            await self._line.leave_roster()
            async with asyncio.timeout(0 if self.broken else DRAINED_WITHIN_S):
                while self._in_hand:
                    self._room.clear()
                    await self._room.wait()
        except TimeoutError:
            logger.warning("asr_worker.drain_timed_out", jobs=len(self._in_hand))
            await self._give_back_all()
        except RedisAway as error:
            logger.warning("asr_worker.redis_away", error=error.detail)
            await self._give_back_all()
        else:
            await self._forget_name()
        logger.info("asr_worker.ended", taken_over=self.taken_over, **asdict(self.counters))

    async def _give_back_all(self) -> None:
        """What is not told is found out by others, a little later."""
        left = list(self._in_hand.values())
        for each in left:
            each.task.cancel()
        with suppress(RedisAway):
            await self._line.release([each.entry for each in left])

    async def _forget_name(self) -> None:
        with suppress(RedisAway):
            await self._line.sweep(self._queues, own=True)

    # --- a job

    def _has_room(self, kind: Kind) -> bool:
        if self._taking_over or self._jobs.fitness.doubtful:
            return False
        in_hand = sum(each.entry.queue.kind == kind for each in self._in_hand.values())
        return in_hand < self._most_in_hand

    def _begin(self, entry: Entry, tasks: asyncio.TaskGroup) -> asyncio.Task[None]:
        if entry.redelivered:
            self._taking_over = True
        task = tasks.create_task(self._work(entry))
        self._in_hand[entry.place] = _InHand(entry, task)
        return task

    async def _work(self, entry: Entry) -> None:
        settled = True
        try:
            if entry.redelivered:
                await self._wait_until_alone()
            settled = await self._jobs.do(entry)
        finally:
            self._in_hand.pop(entry.place, None)
            if entry.redelivered:
                self._taking_over = False
            self._room.set()
        if self.broken:
            self.drain()
        if not settled:
            with suppress(RedisAway):  # it is held on to no longer, which gives it back, too
                await self._line.release([entry])

    async def _wait_until_alone(self) -> None:
        try:
            async with asyncio.timeout(ALONE_WITHIN_S):
                while len(self._in_hand) > 1 or self._reading:
                    self._room.clear()
                    await self._wait_for_room()
        except TimeoutError:
            logger.warning("asr_worker.not_alone", jobs=len(self._in_hand) - 1)
