"""Viva and the usual way, with one door for both: join with a talk, push its packets, read its journal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from media.frames import EncodedFrame
from media.hearing.ear import warm_up
from media.hearing.pipeline import Pipeline
from media.settings import MediaSettings
from media.transcription.condition import Admission, DegradeLevel
from media.transcription.ports import Engine
from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.scheduling.settings import SchedulingSettings
from tests.benchmarks.asr.journal import Journal
from tests.benchmarks.asr.material import Talk
from tests.benchmarks.asr.peer import Ending, PeerStack, Recognises
from tests.benchmarks.asr.probe import Probe


@dataclass(frozen=True, slots=True)
class Seat:
    """Of one speaker. `end` says that nothing more comes: what is open is to be finished."""

    journal: Journal
    push: Callable[[EncodedFrame], None]
    end: Callable[[], None]


class System(Protocol):
    name: str

    def join(self, talk: Talk, start_s: float) -> Seat:
        """`start_s`: when the talk begins, `time.monotonic`."""
        ...

    def admits(self) -> Admission:
        """Whether somebody may begin now."""
        ...

    @property
    def worst_level(self) -> DegradeLevel:
        """So far."""
        ...

    def describe(self) -> str:
        """How it did so far, in few words."""
        ...


class Viva:
    """The hearing chain and the scheduler as the server has them, without network and log."""

    name = "viva"

    def __init__(self, probe: Probe, group: asyncio.TaskGroup) -> None:
        self.probe = probe
        self._group = group
        self._joined = 0
        self._pipelines: list[Pipeline] = []
        self._tasks: list[asyncio.Task[None]] = []

    def join(self, talk: Talk, start_s: float) -> Seat:
        self._joined += 1
        stream_id = f"{talk.name}-{self._joined}"
        journal = Journal(
            talk, start_s, read_computed_s=lambda final: self.probe.read_computed_s(stream_id, final=final)
        )
        pipeline = Pipeline(
            stream_id, language=talk.language, scheduler=self.probe, settings=MediaSettings(), report=journal.put
        )
        self._pipelines.append(pipeline)
        self._tasks += [
            self._group.create_task(work) for work in (pipeline.listen(), pipeline.caption(), pipeline.transcribe())
        ]
        return Seat(journal, pipeline.push, lambda: pipeline.flush("end"))

    def admits(self) -> Admission:
        return self.probe.admits()

    @property
    def worst_level(self) -> DegradeLevel:
        return self.probe.highest

    def describe(self) -> str:
        stats = self.probe.stats()
        batch = (stats.finals + stats.partials) / max(1, stats.calls)
        return f"threads busy {stats.busy:.0%}, {batch:.1f} a call, worst level {self.worst_level.word}"

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for pipeline in self._pipelines:
            pipeline.close()


@asynccontextmanager
async def open_viva(
    engine: Engine, *, threads: int, settings: SchedulingSettings | None = None
) -> AsyncGenerator[Viva]:
    await asyncio.to_thread(warm_up, MediaSettings().denoise)
    scheduler = AsrScheduler(engine, threads=threads, settings=settings)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(scheduler.run())
        viva = Viva(Probe(scheduler), group)
        try:
            yield viva
        finally:
            await viva.leave()
            await scheduler.close()
            await running


class Peers:
    name = "usual way"

    def __init__(self, stack: PeerStack) -> None:
        self._stack = stack

    def join(self, talk: Talk, start_s: float) -> Seat:
        journal = Journal(talk, start_s, read_computed_s=lambda _final: session.computed_s)
        session = self._stack.open_session(talk.language, journal.put)
        return Seat(journal, session.push, lambda: None)

    def admits(self) -> Admission:
        return Admission(True, 0.0)

    @property
    def worst_level(self) -> DegradeLevel:
        return DegradeLevel.NORMAL

    def describe(self) -> str:
        return ""


@asynccontextmanager
async def open_peers(model: Recognises, ending: Ending = Ending.AT_STOPS) -> AsyncGenerator[Peers]:
    await asyncio.to_thread(warm_up, MediaSettings().denoise)
    async with PeerStack(model, ending).opened() as stack:
        yield Peers(stack)
