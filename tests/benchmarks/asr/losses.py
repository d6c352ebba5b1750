"""Whether a final is ever lost: with far more waiting than are decoded together, and with a worker killed at work."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import numpy as np

from media.errors import TranscriptionError
from media.transcription.engine import WhisperEngine
from media.transcription.ports import Recogniser
from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.types import Request
from media.types import SAMPLE_RATE_HZ, Transcription
from server.recognition.remote import RemoteRecogniser
from tests.benchmarks.asr.material import choose
from tests.fakes.engine import FakeEngine
from tests.fakes.redis_server import RedisServer

STREAMS = 4
FINALS = 10
"""Of each stream, a hundred seconds and more."""
REMOTE_FINALS = 12
_CALL_S = 0.3
_START_S = 60.0


@dataclass(frozen=True, slots=True)
class Losses:
    """`killed`: whether a worker was, in the middle of a call."""

    asked: int
    lost: int
    killed: bool = False


async def fill_queue(engine: WhisperEngine, *, threads: int) -> Losses:
    """All at once, of several streams. A text that is not that of its audio is as good as lost."""
    pool = [*choose(FINALS // 2, "en"), *choose(FINALS // 2, "zh-CN")]
    requests = [Request(answer.samples, answer.language, "final") for answer in pool]
    expected = await asyncio.to_thread(lambda: [engine.transcribe(request).text for request in requests])
    scheduler = AsrScheduler(engine, threads=threads)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(scheduler.run())
        asked = [(f"stream-{number}", request) for number in range(STREAMS) for request in requests]
        heard = await _ask_all(scheduler, asked)
        await scheduler.close()
        await running
    return Losses(len(asked), _count_lost(heard, expected * STREAMS))


async def kill_worker() -> Losses | None:
    """Two workers in processes of their own behind a real Redis, one of them killed while it decodes. None without
    redis-server."""
    if shutil.which("redis-server") is None:
        return None
    redis = RedisServer()
    await asyncio.to_thread(redis.start)
    try:
        async with AsyncExitStack() as stack:
            workers = [await stack.enter_async_context(_open_worker(redis.url)) for _ in range(2)]
            recogniser = RemoteRecogniser(redis.url)
            group = await stack.enter_async_context(asyncio.TaskGroup())
            running = group.create_task(recogniser.run())
            asked = [
                (f"stream-{number}", Request(_make_tone(1 + number % 4), "en", "final"))
                for number in range(REMOTE_FINALS)
            ]
            asking = group.create_task(_ask_all(recogniser, asked))
            await _read_line(workers[0])
            workers[0].kill()
            await workers[0].wait()
            heard = await asking
            await recogniser.close()
            running.cancel()
    finally:
        await asyncio.to_thread(redis.stop)
    expected = [_expect(request) for _, request in asked]
    return Losses(len(asked), _count_lost(heard, expected), killed=True)


async def _ask_all(recogniser: Recogniser, asked: Sequence[tuple[str, Request]]) -> list[Transcription | BaseException]:
    return await asyncio.gather(
        *(recogniser.transcribe(stream_id, request) for stream_id, request in asked), return_exceptions=True
    )


def _count_lost(heard: Sequence[Transcription | BaseException], expected: Sequence[str]) -> int:
    """Raises what is no error of transcription."""
    lost = 0
    for outcome, text in zip(heard, expected, strict=True):
        if isinstance(outcome, Transcription):
            lost += outcome.text != text
        elif isinstance(outcome, TranscriptionError):
            lost += 1
        else:
            raise outcome
    return lost


@asynccontextmanager
async def _open_worker(url: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    command = [sys.executable, "-m", "tests.fakes.asr_worker_process", url, str(_CALL_S)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _read_line(process: asyncio.subprocess.Process) -> None:
    """The worker says when it begins to decode."""
    if process.stdout is None:
        raise RuntimeError("the worker's output is not read")
    async with asyncio.timeout(_START_S):
        await process.stdout.readline()


def _make_tone(seconds: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.full(seconds * SAMPLE_RATE_HZ, 0.25, np.float32)


def _expect(request: Request) -> str:
    """What the workers' engine says: a word for every half second."""
    engine = FakeEngine()
    outcome = engine.decode([engine.prepare(request)])[0]
    if isinstance(outcome, TranscriptionError):
        raise outcome
    return outcome.text
