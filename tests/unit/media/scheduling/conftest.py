"""Schedulers that run while the test does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from media.transcription.ports import Engine
from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.scheduling.settings import SchedulingSettings

Start = Callable[..., AsrScheduler]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    schedulers: list[AsrScheduler] = []
    async with asyncio.TaskGroup() as group:

        def start_one(engine: Engine, threads: int = 1, **settings: object) -> AsrScheduler:
            scheduler = AsrScheduler(engine, threads=threads, settings=SchedulingSettings(**settings))  # type: ignore[arg-type]
            schedulers.append(scheduler)
            group.create_task(scheduler.run())
            return scheduler

        yield start_one
        for scheduler in schedulers:
            await scheduler.close()
