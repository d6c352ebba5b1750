"""Workers and Redis come and go; nothing that was asked is lost, and what is spoilt stops nobody."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from media.errors import RecogniserUnavailable, RequestUnusable, TranscriptionError
from server.recognition import worker
from server.recognition.answer import Answer, Refusal, encode_answer
from server.recognition.job import Job, encode_job
from server.recognition.keys import DEAD, GROUP, JOB_FIELD, Queue, answers_key
from tests.fakes.engine import FakeEngine
from tests.fakes.redis_server import RedisServer
from tests.integration.recognition.stage import Stage, speech, until, words

pytestmark = pytest.mark.integration

FINALS = Queue("final", "en").key


@asynccontextmanager
async def worker_process(redis: RedisServer, seconds: float) -> AsyncIterator[asyncio.subprocess.Process]:
    command = [sys.executable, "-m", "tests.fakes.asr_worker_process", redis.url, str(seconds)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def read_line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(30):
        return (await process.stdout.readline()).decode().strip()


@asynccontextmanager
async def plain(redis: RedisServer) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis.url)
    try:
        yield client
    finally:
        await client.aclose()


async def test_a_worker_killed_in_the_middle_of_its_jobs_loses_none(stage: Stage) -> None:
    asker = await stage.asker()
    async with worker_process(stage.redis, 60.0) as process:
        asked = [asyncio.create_task(asker.transcribe(f"interview-{n}", speech(1.0 + n))) for n in range(6)]
        assert await read_line(process) == "decoding"
        process.send_signal(signal.SIGKILL)
        await process.wait()
    survivor = await stage.worker()
    assert [words(said) for said in await asyncio.gather(*asked)] == [2, 4, 6, 8, 10, 12]
    assert survivor.worker.taken_over >= 1
    async with plain(stage.redis) as client:
        assert await client.xlen(FINALS) == 0


async def test_a_worker_that_is_told_to_end_finishes_what_it_has(stage: Stage) -> None:
    asker = await stage.asker()
    async with worker_process(stage.redis, 0.3) as process:
        asked = [asyncio.create_task(asker.transcribe(f"interview-{n}", speech(1.0))) for n in range(4)]
        assert await read_line(process) == "decoding"
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            assert await process.wait() == 0
        await until(lambda: not asker.roster.cards)
        async with plain(stage.redis) as client:
            left = int(await client.xlen(FINALS))
            consumers = await client.xinfo_consumers(FINALS, GROUP)
            assert consumers == [], "its name is forgotten"
        answered = sum(task.done() for task in asked)
        assert answered + left == 4
        await stage.worker()
        assert [words(said) for said in await asyncio.gather(*asked)] == [2, 2, 2, 2]


async def test_what_a_worker_cannot_finish_in_time_is_left_to_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "DRAINED_WITHIN_S", 0.2)
    monkeypatch.setattr(worker, "LEASE_MS", 60_000)
    asker = await stage.asker()
    stuck = await stage.worker(FakeEngine(gate=threading.Event()))
    asked = asyncio.create_task(asker.transcribe("interview", speech(1.0)))
    await until(lambda: bool(stuck.engine.calls))
    await stuck.drain()
    other = await stage.worker()
    assert words(await asked) == 2
    assert other.worker.taken_over == 1


async def test_a_job_that_kills_every_worker_is_buried(stage: Stage) -> None:
    asker = await stage.asker()
    asked = asyncio.create_task(asker.transcribe("interview", speech(1.0)))
    for _ in range(worker.MOST_DELIVERIES):
        victim = await stage.worker(FakeEngine(gate=threading.Event()))
        await until(lambda victim=victim: bool(victim.engine.calls))  # type: ignore[misc]
        await victim.die()
    undertaker = await stage.worker()
    with pytest.raises(TranscriptionError, match="workers had it"):
        await asked
    assert undertaker.engine.decoded == []
    assert undertaker.worker.counters.buried == 1
    async with plain(stage.redis) as client:
        dead: Any = await client.xrange(DEAD)
        noted = dead[0][1]
        assert noted[b"deliveries"] == b"4"
        assert set(noted) == {b"queue", b"id", b"deliveries"}, "what was said is not kept"
    assert words(await asker.transcribe("interview", speech(1.0))) == 2


async def test_a_worker_at_work_keeps_its_job(stage: Stage) -> None:
    """Decoding takes several times as long as a job may lie idle."""
    asker = await stage.asker()
    slow = await stage.worker(FakeEngine(cost_s=lambda _: 1.5))
    asked = asyncio.create_task(asker.transcribe("interview", speech(1.0)))
    await until(lambda: bool(slow.engine.calls))
    idle = await stage.worker()
    assert words(await asked) == 2
    assert idle.worker.taken_over == 0


async def test_a_dead_workers_jobs_are_found_behind_those_of_the_living(stage: Stage) -> None:
    """Many lie before it that are held on to."""
    asker = await stage.asker()
    living, dead = threading.Event(), FakeEngine(gate=threading.Event())
    slow = await stage.worker(FakeEngine(gate=living), threads=8)
    held = [asyncio.create_task(asker.transcribe(f"held-{n}", speech(1.0))) for n in range(32)]
    await until(lambda: len(slow.worker._in_hand) == 32)
    victim = await stage.worker(dead)
    asked = asyncio.create_task(asker.transcribe("interview", speech(2.0)))
    await until(lambda: bool(victim.engine.calls))
    await victim.die()
    await stage.worker()
    assert words(await asked) == 4
    living.set()
    assert [words(said) for said in await asyncio.gather(*held)] == [2] * 32


async def test_a_worker_that_cannot_reach_redis_ends_when_told(stage: Stage) -> None:
    stage.redis.stop()
    hired = await stage.worker()
    await asyncio.sleep(0.3)
    await hired.drain()


async def test_redis_restarted_empty_loses_nothing(stage: Stage) -> None:
    asker, gate = await stage.asker(), threading.Event()
    hired = await stage.worker(FakeEngine(gate=gate))
    asked = [asyncio.create_task(asker.transcribe(f"interview-{n}", speech(1.0))) for n in range(10)]
    await until(lambda: bool(hired.engine.calls))
    stage.redis.stop()
    asked.append(asyncio.create_task(asker.transcribe("while it is away", speech(2.0))))
    await asyncio.sleep(0.3)
    gate.set()
    await asyncio.sleep(0.3)
    stage.redis.start()
    assert [words(said) for said in await asyncio.gather(*asked)] == [2] * 10 + [4]


@pytest.mark.usefixtures("soon_absent")
async def test_redis_away_for_long_is_told(stage: Stage) -> None:
    asker = await stage.asker()
    await stage.worker()
    assert words(await asker.transcribe("interview", speech(1.0))) == 2
    stage.redis.stop()
    with pytest.raises(RecogniserUnavailable):
        await asker.transcribe("interview", speech(1.0, kind="partial"))
    with pytest.raises(RecogniserUnavailable):
        await asker.transcribe("interview", speech(1.0))
    stage.redis.start()
    async with asyncio.timeout(20):
        while True:
            try:
                assert words(await asker.transcribe("interview", speech(1.0))) == 2
            except RecogniserUnavailable:
                await asyncio.sleep(0.05)
            else:
                break


async def test_redis_that_hangs_is_survived(stage: Stage) -> None:
    asker = await stage.asker()
    await stage.worker()
    assert words(await asker.transcribe("interview", speech(1.0))) == 2
    with stage.redis.hanging():
        asked = asyncio.create_task(asker.transcribe("interview", speech(2.0)))
        await asyncio.sleep(3.5)
        assert not asked.done()
    assert words(await asked) == 4


async def test_finals_wait_here_while_their_queue_is_full(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.recognition.asker_line.WAITING_FINALS", 2)
    asker, gate = await stage.asker(), threading.Event()
    await stage.worker(FakeEngine(gate=gate))
    asked = [asyncio.create_task(asker.transcribe(f"interview-{n}", speech(1.0))) for n in range(12)]
    await asyncio.sleep(0.5)
    async with plain(stage.redis) as client:
        assert await client.xlen(FINALS) == 2
    gate.set()
    assert [words(said) for said in await asyncio.gather(*asked)] == [2] * 12


async def test_no_more_than_some_wait_that_may_be_none(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are as large as finals; the rest waits here, and one that is confirmed goes with the finals."""
    monkeypatch.setattr("server.recognition.asker_line.WAITING_SPECULATIVE", 2)
    asker = await stage.asker()
    asked = [asyncio.create_task(asker.transcribe(f"i-{n}", speech(1.0), speculative=True)) for n in range(6)]
    await until(lambda: sum(each.entry is not None for each in asker._pending) == 2)
    await asyncio.sleep(0.3)
    async with plain(stage.redis) as client:
        assert await client.xlen(Queue("speculative", "en").key) == 2
        for number in range(6):
            asker.confirm(f"i-{number}")
        async with asyncio.timeout(5):
            while await client.xlen(FINALS) < 6:
                await asyncio.sleep(0.02)
    await stage.worker()
    assert [words(said) for said in await asyncio.gather(*asked)] == [2] * 6


async def test_more_waiting_sound_than_fits_is_refused_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.recognition.remote.WAITING_AUDIO_S", 10.0)
    asker, gate = await stage.asker(), threading.Event()
    await stage.worker(FakeEngine(gate=gate))
    asked = [asyncio.create_task(asker.transcribe(f"interview-{n}", speech(6.0))) for n in range(2)]
    await asyncio.sleep(0.2)
    with pytest.raises(RecogniserUnavailable):
        await asker.transcribe("another", speech(1.0))
    gate.set()
    assert [words(said) for said in await asyncio.gather(*asked)] == [12, 12]


def job(job_id: str, asker: str = "nobody", lives_ms: int = 60_000) -> bytes:
    return encode_job(Job(job_id, asker, "interview", speech(1.0), lives_ms))


GOOD = job("good", "us")
HOSTILE = {
    "empty": b"",
    "noise": bytes(range(256)) * 40,
    "truncated in the prefix": GOOD[:5],
    "truncated in the header": GOOD[:60],
    "of another version": GOOD[:2] + b"\x63" + GOOD[3:],
    "a header that is too large": GOOD[:3] + b"\xff\xff\xff\xff" + GOOD[7:],
    "another kind": b"VA" + GOOD[2:],
    "a path for a name": GOOD.replace(b'"us"', b'"/.'),
    "an unknown language": GOOD.replace(b'"en"', b'"xx"'),
    "more than 30 s": GOOD.replace(b'"samples":16000', b'"samples":999999'),
}


@pytest.mark.parametrize("written", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_spoilt_job_is_thrown_away_and_the_next_one_done(stage: Stage, written: bytes) -> None:
    asker = await stage.asker()
    async with plain(stage.redis) as client:
        await client.xadd(FINALS, {JOB_FIELD: written})
        await client.xadd(FINALS, {"something": "else"})
        hired = await stage.worker()
        assert words(await asker.transcribe("interview", speech(1.0))) == 2
        await until(lambda: hired.worker.counters.refused == 2)
        async with asyncio.timeout(5):
            while await client.xlen(FINALS):
                await asyncio.sleep(0.01)
        assert (await client.xpending(FINALS, GROUP))["pending"] == 0


async def test_who_asked_is_told_of_a_spoilt_job(stage: Stage) -> None:
    asker = await stage.asker()
    async with plain(stage.redis) as client:
        asked = asyncio.create_task(asker.transcribe("interview", speech(1.0)))
        found: Any = []
        async with asyncio.timeout(5):
            while not found:
                found = await client.xrange(FINALS)
        ((entry, fields),) = found
        await client.xdel(FINALS, entry)
        await client.xadd(FINALS, {JOB_FIELD: fields[JOB_FIELD.encode()][:-100]})
        await stage.worker()
        with pytest.raises(RequestUnusable, match="truncated"):
            await asked


async def test_a_job_nobody_waits_for_any_more_is_not_done(stage: Stage) -> None:
    async with plain(stage.redis) as client:
        await client.xadd(FINALS, {JOB_FIELD: job("late", lives_ms=50)})
        await asyncio.sleep(0.2)
        hired = await stage.worker()
        await until(lambda: hired.worker.counters.expired == 1)
        assert hired.engine.decoded == []


async def test_answers_that_mean_nothing_are_passed_over(stage: Stage) -> None:
    asker = await stage.asker()
    async with plain(stage.redis) as client:
        key = answers_key(asker._asker)
        for written in (b"", b"VA\x01\x00\x00\x00\x02{}", encode_answer(Answer("unknown", Refusal("no", "")))):
            await client.xadd(key, {JOB_FIELD: written})
        await client.xadd(key, {"something": "else"})
        await stage.worker()
        assert words(await asker.transcribe("interview", speech(1.0))) == 2
        async with asyncio.timeout(5):
            while await client.xlen(key) > 1:
                await asyncio.sleep(0.02)  # what was read is deleted with the next reading


async def test_redis_keeps_nothing_for_ever(stage: Stage) -> None:
    asker = await stage.asker()
    await stage.worker()
    await asker.transcribe("interview", speech(1.0))
    async with plain(stage.redis) as client:
        keys = [key async for key in client.scan_iter("viva:asr:*")]
        assert answers_key(asker._asker).encode() in keys
        assert FINALS.encode() in keys
        assert [key for key in keys if await client.pttl(key) < 0 and b":jobs:" not in key] == []
        assert await client.pttl(FINALS) > 0
