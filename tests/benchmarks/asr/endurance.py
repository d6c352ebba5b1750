"""Candidates who come, speak and go on a real clock, for as long as it takes, and what the process holds meanwhile."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle

import psutil

from media.hearing.ear import warm_up
from media.hearing.pipeline import Pipeline
from media.models import choose_model
from media.settings import MediaSettings
from media.task_group import TaskGroup
from media.transcription.engine import WhisperEngine
from media.transcription.ports import Recogniser
from media.transcription.scheduling.scheduler import AsrScheduler
from media.types import FinalTranscript, Flushed, MediaFact, MediaFault, PartialTranscript, TranscriptionFailed
from tests.benchmarks.asr.material import PACKET_MS, Answer, Talk, choose, make_frame, make_silence, make_talk

THREADS = 2
SILENT_SHARE = 0.1
_TALKS, _ANSWERS = 8, 4
_FLUSH_S = 60.0
_SLOT_S = PACKET_MS / 1000


@dataclass(frozen=True, slots=True)
class Look:
    """`blocks`: pieces of memory that Python's own objects take. What grows without them grows in a library."""

    minute: float
    rss_mb: float
    threads: int
    tasks: int
    blocks: int = 0


@dataclass(slots=True)
class Tally:
    """What was told to all interviews together; texts are not kept. `lost`: answers said to their end without a final
    text."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    looks: list[Look] = field(default_factory=list)
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """Of a run, in `time.monotonic`. Nobody speaks between `silent_s` and `loud_s`."""

    begin_s: float
    silent_s: float
    loud_s: float
    end_s: float

    @staticmethod
    def plan(minutes: float) -> Course:
        begin_s, seconds = time.monotonic(), minutes * 60
        silent_s = begin_s + seconds * 0.5
        return Course(begin_s, silent_s, silent_s + seconds * SILENT_SHARE, begin_s + seconds)

    def find_change(self, now_s: float) -> float:
        """Until when it stays as it is."""
        return next((at for at in (self.silent_s, self.loud_s, self.end_s) if at > now_s), now_s)

    def is_silent(self, now_s: float) -> bool:
        return self.silent_s <= now_s < self.loud_s


async def endure(
    minutes: float, sessions: int, *, look_every_s: float, on_start: Callable[[], None] = lambda: None
) -> Tally:
    """`on_start`: once all that stays has been loaded."""
    chosen = choose_model("demo")
    engine = WhisperEngine(chosen.path, chosen.info, threads=THREADS)
    talks = [_make_talk(number, choose(18, chosen.info.languages[number % 2]), number) for number in range(_TALKS)]
    await asyncio.to_thread(warm_up, MediaSettings().denoise)
    scheduler = AsrScheduler(engine, threads=THREADS)
    on_start()
    tally, course = Tally(), Course.plan(minutes)
    async with TaskGroup() as group:
        running = group.create_task(scheduler.run())
        looking = group.create_task(_look(course, look_every_s, tally))
        await asyncio.gather(*(_take_place(scheduler, talks, number, course, tally) for number in range(sessions)))
        looking.cancel()
        await scheduler.close()
        await running
    return tally


def _make_talk(number: int, pool: tuple[Answer, ...], seed: int) -> Talk:
    shift = number * 5 % len(pool)
    return make_talk(f"talk-{number}", (*pool[shift:], *pool[:shift])[:_ANSWERS], seed=seed)


async def _take_place(recogniser: Recogniser, talks: list[Talk], place: int, course: Course, tally: Tally) -> None:
    """One after the other, each with another talk."""
    await asyncio.sleep(place * 0.7)
    for number, talk in enumerate(cycle(talks[place % len(talks) :] + talks[: place % len(talks)])):
        now_s = time.monotonic()
        if now_s >= course.end_s:
            return
        interview = _Interview(f"{place}-{number}", None if course.is_silent(now_s) else talk, tally)
        await interview.hold(recogniser, course.find_change(now_s))


class _Interview:
    """`talk` None: the candidate says nothing."""

    def __init__(self, stream_id: str, talk: Talk | None, tally: Tally) -> None:
        self._stream_id = stream_id
        self._talk = talk
        self._tally = tally
        self._told: list[tuple[int, int]] = []
        self._flushed = asyncio.Event()

    async def hold(self, recogniser: Recogniser, until_s: float) -> None:
        self._tally.counts["interviews"] += 1
        pipeline = Pipeline(
            self._stream_id,
            language="en" if self._talk is None else self._talk.language,
            scheduler=recogniser,
            settings=MediaSettings(),
            report=self._put,
        )
        async with TaskGroup() as group:
            tasks = [group.create_task(work()) for work in (pipeline.listen, pipeline.caption, pipeline.transcribe)]
            fed = await self._feed(pipeline, until_s)
            pipeline.flush("end")
            async with asyncio.timeout(_FLUSH_S):
                await self._flushed.wait()
            for task in tasks:
                task.cancel()
        pipeline.close()
        self._count_lost(fed * PACKET_MS)

    async def _feed(self, pipeline: Pipeline, until_s: float) -> int:
        """Returns how many packets there was time for."""
        begin_s = time.monotonic()
        number = 0
        for number, packet in enumerate(self._packets(), start=1):
            await asyncio.sleep(max(0.0, begin_s + number * _SLOT_S - time.monotonic()))
            if time.monotonic() >= until_s:
                break
            pipeline.push(make_frame(packet, number - 1))
        return number

    def _packets(self) -> Iterator[bytes]:
        return iter(self._talk.packets) if self._talk is not None else cycle(make_silence())

    async def _put(self, fact: MediaFact) -> None:
        counts = self._tally.counts
        if isinstance(fact, PartialTranscript):
            counts["partials"] += 1
        elif isinstance(fact, FinalTranscript):
            counts["finals" if self._talk is not None else "words in silence"] += bool(fact.text)
            if fact.text:
                self._told.append((fact.t_start_ms, fact.t_end_ms))
        elif isinstance(fact, TranscriptionFailed | MediaFault):
            self._tally.failures[fact.code] += 1
        elif isinstance(fact, Flushed):
            self._flushed.set()

    def _count_lost(self, fed_ms: int) -> None:
        for said in self._talk.said if self._talk is not None else ():
            if said.t_end_ms < fed_ms and not any(
                start < said.t_end_ms and end > said.t_start_ms for start, end in self._told
            ):
                self._tally.lost += 1


async def _look(course: Course, every_s: float, tally: Tally) -> None:
    process = psutil.Process()
    while True:
        await asyncio.sleep(every_s)
        minute = (time.monotonic() - course.begin_s) / 60
        memory_mb = process.memory_info().rss / 2**20
        tasks, blocks = len(asyncio.all_tasks()), sys.getallocatedblocks()
        tally.looks.append(Look(minute, memory_mb, threading.active_count(), tasks, blocks))
