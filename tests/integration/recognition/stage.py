"""Processes that ask and workers that answer, as many as a test wants, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import numpy as np

from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.types import Request, RequestKind
from media.types import SAMPLE_RATE_HZ, LanguageCode, Transcription
from server.recognition.remote import RemoteRecogniser
from server.recognition.worker import AsrWorker
from tests.fakes.engine import FakeEngine
from tests.fakes.redis_server import RedisServer


def speech(seconds: float, language: LanguageCode = "en", kind: RequestKind = "final") -> Request:
    """A fake engine says a word for every half second."""
    return Request(np.full(round(seconds * SAMPLE_RATE_HZ), 0.25, np.float32), language, kind)


def words(transcription: Transcription) -> int:
    return len(transcription.text.split())


@dataclass
class Hired:
    worker: AsrWorker
    engine: FakeEngine
    task: asyncio.Task[None]

    async def drain(self) -> None:
        self.worker.drain()
        await self.task

    async def die(self) -> None:
        """As by SIGKILL: nothing is told to anybody."""
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


class Stage:
    def __init__(self, redis: RedisServer, stack: AsyncExitStack) -> None:
        self.redis = redis
        self._stack = stack
        self._names = 0

    async def asker(self) -> RemoteRecogniser:
        return await self._stack.enter_async_context(open_asker(self.redis))

    async def worker(self, engine: FakeEngine | None = None, *, threads: int = 1, name: str = "") -> Hired:
        self._names += 1
        hired = open_worker(self.redis, engine or FakeEngine(), threads, name or f"worker-{self._names}")
        return await self._stack.enter_async_context(hired)


@asynccontextmanager
async def open_asker(redis: RedisServer) -> AsyncIterator[RemoteRecogniser]:
    recogniser = RemoteRecogniser(redis.url)
    running = asyncio.get_running_loop().create_task(recogniser.run())
    try:
        yield recogniser
    finally:
        await recogniser.close()
        await _end(running)


@asynccontextmanager
async def open_worker(redis: RedisServer, engine: FakeEngine, threads: int, name: str) -> AsyncIterator[Hired]:
    scheduler = AsrScheduler(engine, threads=threads)
    worker = AsrWorker(redis.url, scheduler, worker=name, threads=threads)
    decoding = asyncio.get_running_loop().create_task(scheduler.run())
    working = asyncio.get_running_loop().create_task(worker.run())
    try:
        yield Hired(worker, engine, working)
    finally:
        if engine.gate is not None:
            engine.gate.set()
        await _end(working)
        await scheduler.close()
        await _end(decoding)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def until(condition: Callable[[], bool], within_s: float = 10.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.01)
