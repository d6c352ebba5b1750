"""Finals first, in order, never dropped; partials latest-wins; every wait ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import numpy as np
import pytest

from media.errors import PartialSuperseded, TranscriptionError
from media.transcription.scheduler import AsrScheduler
from media.types import SAMPLE_RATE_HZ, LanguageCode, RecogniserInfo, Samples, Transcription
from tests.fakes.transcriber import FakeTranscriber

Start = Callable[..., AsrScheduler]


def make_audio(seconds: float) -> Samples:
    return np.full(int(seconds * SAMPLE_RATE_HZ), 0.1, np.float32)


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    schedulers: list[AsrScheduler] = []
    async with asyncio.TaskGroup() as group:

        def start_one(transcriber: FakeTranscriber, threads: int = 1) -> AsrScheduler:
            scheduler = AsrScheduler(transcriber, threads=threads)
            schedulers.append(scheduler)
            group.create_task(scheduler.run())
            return scheduler

        yield start_one
        for scheduler in schedulers:
            await scheduler.close()


async def test_text_comes_back(start: Start) -> None:
    scheduler = start(FakeTranscriber())
    result = await scheduler.transcribe("a", make_audio(1), "en", final=True)
    assert result.text == "one two"
    assert [word.t_end_ms for word in result.words] == [500, 1000]
    assert scheduler.stats().finals == 1


async def test_finals_go_before_partials_and_oldest_first(start: Start) -> None:
    gate = threading.Event()
    transcriber = FakeTranscriber(gate=gate)
    scheduler = start(transcriber)
    async with asyncio.TaskGroup() as group:
        jobs = [("a", 0.5, True), ("a", 1.0, False), ("b", 1.5, False), ("b", 2.0, True), ("a", 2.5, True)]
        for stream, seconds, final in jobs:
            group.create_task(scheduler.transcribe(stream, make_audio(seconds), "en", final=final))
            await asyncio.sleep(0.02)
        assert scheduler.stats().waiting_finals == 2
        assert scheduler.stats().waiting_partials == 2
        gate.set()
    assert [(size / SAMPLE_RATE_HZ, final) for size, final in transcriber.calls] == [
        (0.5, True),
        (2.0, True),
        (2.5, True),
        (1.0, False),
        (1.5, False),
    ]


async def test_only_the_newest_partial_of_a_stream_is_decoded(start: Start) -> None:
    gate = threading.Event()
    transcriber = FakeTranscriber(gate=gate)
    scheduler = start(transcriber)
    async with asyncio.TaskGroup() as group:
        busy = group.create_task(scheduler.transcribe("x", make_audio(1), "en", final=True))
        await asyncio.sleep(0.02)
        waiting = [group.create_task(_outcome(scheduler, "a", seconds)) for seconds in (1.0, 2.0, 3.0)]
        other = group.create_task(_outcome(scheduler, "b", 1.5))
        await asyncio.sleep(0.02)
        gate.set()
    assert busy.result().text
    assert [task.result() for task in waiting] == ["partial_superseded", "partial_superseded", "decoded"]
    assert other.result() == "decoded"
    assert scheduler.stats().superseded == 2


async def _outcome(scheduler: AsrScheduler, stream: str, seconds: float) -> str:
    try:
        await scheduler.transcribe(stream, make_audio(seconds), "en", final=False)
    except PartialSuperseded as superseded:
        return superseded.code
    return "decoded"


async def test_no_final_is_lost_under_load(start: Start) -> None:
    scheduler = start(FakeTranscriber(), threads=2)
    wanted = [(f"s{stream}", number) for stream in range(8) for number in range(1, 20)]
    results = await asyncio.gather(
        *(scheduler.transcribe(stream, make_audio(number / 2), "en", final=True) for stream, number in wanted)
    )
    assert [len(result.words) for result in results] == [number for _, number in wanted]
    stats = scheduler.stats()
    assert (stats.finals, stats.failed, stats.waiting_finals) == (len(wanted), 0, 0)


async def test_a_deadline_is_an_error_and_the_engine_goes_on(start: Start) -> None:
    gate = threading.Event()
    scheduler = start(FakeTranscriber(gate=gate))
    with pytest.raises(TranscriptionError, match=r"within 0\.05 s"):
        await scheduler.transcribe("a", make_audio(1), "en", final=True, deadline_s=0.05)
    with pytest.raises(TranscriptionError):
        await scheduler.transcribe("a", make_audio(2), "en", final=True, deadline_s=0.05)
    gate.set()
    assert (await scheduler.transcribe("a", make_audio(1), "en", final=True)).text == "one two"
    assert scheduler.stats().waiting_finals == 0


async def test_a_failed_decode_fails_its_caller_alone(start: Start) -> None:
    failing = FakeTranscriber(fail=True)
    scheduler = start(failing)
    with pytest.raises(TranscriptionError, match="told to fail"):
        await scheduler.transcribe("a", make_audio(1), "en", final=True)
    failing.fail = False
    assert (await scheduler.transcribe("a", make_audio(1), "en", final=True)).text


class _Exploding(FakeTranscriber):
    def transcribe(self, samples: Samples, language: LanguageCode, *, final: bool) -> Transcription:
        raise ZeroDivisionError("engine")


async def test_what_the_engine_raises_becomes_a_transcription_error(start: Start) -> None:
    scheduler = start(_Exploding())
    for _ in range(2):
        with pytest.raises(TranscriptionError, match="ZeroDivisionError"):
            await scheduler.transcribe("a", make_audio(1), "en", final=True)


async def test_closing_ends_every_wait() -> None:
    gate = threading.Event()
    scheduler = AsrScheduler(FakeTranscriber(gate=gate), threads=1)
    async with asyncio.TaskGroup() as group:
        group.create_task(scheduler.run())
        waits = [group.create_task(_fate(scheduler, number)) for number in range(3)]
        await asyncio.sleep(0.05)
        await scheduler.close()
        await asyncio.sleep(0)
        gate.set()
    assert [wait.result() for wait in waits][1:] == ["transcription_failed", "transcription_failed"]
    with pytest.raises(TranscriptionError, match="closed"):
        await scheduler.transcribe("a", make_audio(1), "en", final=True)


async def _fate(scheduler: AsrScheduler, number: int) -> str:
    try:
        await scheduler.transcribe(f"s{number}", make_audio(1), "en", final=True)
    except TranscriptionError as error:
        return error.code
    return "decoded"


async def test_a_cancelled_caller_leaves_no_job(start: Start) -> None:
    gate = threading.Event()
    transcriber = FakeTranscriber(gate=gate)
    scheduler = start(transcriber)
    async with asyncio.TaskGroup() as group:
        group.create_task(scheduler.transcribe("x", make_audio(1), "en", final=True))
        await asyncio.sleep(0.02)
        gone = group.create_task(scheduler.transcribe("a", make_audio(2), "en", final=True))
        await asyncio.sleep(0.02)
        gone.cancel()
        await asyncio.sleep(0.02)
        assert scheduler.stats().waiting_finals == 0
        gate.set()
    assert len(transcriber.calls) == 1


def test_it_says_which_recogniser_it_has() -> None:
    scheduler = AsrScheduler(FakeTranscriber(), threads=1)
    assert scheduler.info == RecogniserInfo("fake", demonstration=True, languages=("en", "zh-CN"))
