"""A worker whose engine is broken, and a segment that breaks workers: neither costs anybody else a word."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Sequence

import pytest

from media.errors import RecogniserDied, TranscriptionError
from media.transcription.types import Request
from server.recognition import fitness, worker
from tests.fakes.engine import FakeEngine
from tests.integration.recognition.stage import Stage, speech, until, words

pytestmark = pytest.mark.integration

POISON_S = 7.0


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitness, "PROBE_PAUSE_S", 0.05)
    monkeypatch.setattr(worker, "BUSY_GRACE_MS", 100)


def is_poison(request: Request) -> bool:
    return len(request.samples) == speech(POISON_S).samples.size


async def test_a_worker_that_fails_at_everything_leaves_and_others_do_its_jobs(stage: Stage) -> None:
    asker = await stage.asker()
    broken = await stage.worker(FakeEngine(fault=lambda _: RuntimeError("CUDA error: an illegal memory access")))
    await until(lambda: len(asker.roster.cards) == 1)
    asked = [asyncio.create_task(asker.transcribe(f"interview-{n}", speech(1.0))) for n in range(8)]
    await asyncio.wait_for(broken.task, 20)
    assert broken.worker.broken
    assert broken.worker.counters.answered == 0, "nobody was told that there is no text"
    await until(lambda: not asker.roster.cards)
    await stage.worker()
    assert [words(said) for said in await asyncio.gather(*asked)] == [2] * 8


async def test_a_worker_process_with_a_broken_engine_ends_with_an_error(stage: Stage) -> None:
    asker = await stage.asker()
    command = [sys.executable, "-m", "tests.fakes.asr_worker_process", stage.redis.url, "0", "broken"]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    try:
        asked = asyncio.create_task(asker.transcribe("interview", speech(1.0)))
        async with asyncio.timeout(40):
            _, told = await process.communicate()
        assert process.returncode == 1
        assert b"the recogniser fails at everything" in told
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    await stage.worker()
    assert words(await asked) == 2


async def test_a_segment_that_an_engine_fails_at_is_told_and_the_worker_stays(stage: Stage) -> None:
    asker = await stage.asker()
    hired = await stage.worker(FakeEngine(fault=lambda call: RuntimeError("no") if any(map(is_poison, call)) else None))
    for _ in range(4):
        with pytest.raises(TranscriptionError, match="no") as told:
            await asker.transcribe("interview", speech(POISON_S))
        assert told.value.code == "transcription_failed"
    assert words(await asker.transcribe("interview", speech(1.0))) == 2
    assert not hired.worker.broken
    assert not hired.task.done()


async def test_a_moment_of_failure_does_not_end_a_worker(stage: Stage) -> None:
    """What a device lacks now it may have soon."""
    failures = iter(range(4))
    asker = await stage.asker()
    hired = await stage.worker(
        FakeEngine(fault=lambda _: RuntimeError("out of memory") if next(failures, None) is not None else None)
    )
    with pytest.raises(TranscriptionError):
        await asker.transcribe("interview", speech(1.0))
    assert words(await asker.transcribe("interview", speech(1.0))) == 2
    assert not hired.worker.broken


async def test_a_segment_that_kills_its_workers_takes_no_other_with_it(stage: Stage) -> None:
    """It is the first of those that a worker had; the others would die with it as often, were they done together."""
    hold = threading.Event()
    died: list[int] = []

    def stick(requests: Sequence[Request]) -> float:
        if any(map(is_poison, requests)):
            died.append(len(requests))
            hold.wait()
        return 0.0

    asker = await stage.asker()
    poison = asyncio.create_task(asker.transcribe("poison", speech(POISON_S)))
    await until(lambda: sum(each.entry is not None for each in asker._pending) == 1)
    innocent = [asyncio.create_task(asker.transcribe(f"interview-{n}", speech(1.0))) for n in range(3)]
    await until(lambda: sum(each.entry is not None for each in asker._pending) == 4)
    try:
        first = await stage.worker(FakeEngine(gate=threading.Event()))
        await until(lambda: len(first.worker._in_hand) == 4)
        await first.die()
        for number in range(1, worker.MOST_DELIVERIES):
            victim = await stage.worker(FakeEngine(cost_s=stick))
            await until(lambda number=number: len(died) == number)  # type: ignore[misc]
            await victim.die()
        undertaker = await stage.worker()
        assert [words(said) for said in await asyncio.gather(*innocent)] == [2, 2, 2]
        with pytest.raises(RecogniserDied):
            await poison
        assert undertaker.worker.counters.buried == 1
    finally:
        hold.set()


async def test_what_is_taken_over_is_done_one_at_a_time_and_alone(stage: Stage) -> None:
    asker = await stage.asker()
    victim = await stage.worker(FakeEngine(gate=threading.Event()))
    asked = [asyncio.create_task(asker.transcribe(f"interview-{n}", speech(1.0))) for n in range(4)]
    await until(lambda: len(victim.worker._in_hand) == 4)
    await victim.die()
    survivor = await stage.worker(FakeEngine(cost_s=lambda _: 0.05))
    asked += [asyncio.create_task(asker.transcribe(f"later-{n}", speech(2.0))) for n in range(4)]
    assert [words(said) for said in await asyncio.gather(*asked)] == [2] * 4 + [4] * 4
    assert survivor.worker.taken_over == 4
    alone = [call for call in survivor.engine.calls if len(call[0].samples) == speech(1.0).samples.size]
    assert [len(call) for call in alone] == [1] * 4
