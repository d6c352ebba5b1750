"""Interviews whose recogniser is another process: while none is there, and while one is killed at its work."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from server.protocol.commands import InterviewEnd
from simulation.answers import load_answers
from simulation.candidate import VirtualCandidate
from simulation.manner import Manner
from tests.fakes.redis_server import RedisServer
from tests.integration.interviewing import House, open_house

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

TURN = "introduction-0"
BEGINNING = "Hello. I am a software engineer. I have five years"


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server (apt install redis-server)")
    server = RedisServer()
    server.start()
    yield server
    server.stop()


@asynccontextmanager
async def worker(redis: RedisServer, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`viva asr-worker`, told to end at the end."""
    variables = {"VIVA_REDIS_URL": redis.url, "VIVA_ASR_MODEL": "demo", "VIVA_DATA_DIR": str(folder)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from server.cli import app; app()",
        "asr-worker",
        env={**os.environ, **variables},
        stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(40):
                assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def check_of(house: House, name: str) -> str:
    detail: str = (await house.hr.http.get("/readyz")).json()["checks"][name]["detail"]
    return detail


async def wait_for_detail(house: House, name: str, part: str) -> None:
    async with asyncio.timeout(60):
        while part not in await check_of(house, name):
            await asyncio.sleep(0.1)


async def answer_one_question(house: House) -> tuple[str, VirtualCandidate]:
    """Ends the interview when the first long answer has been given."""
    link = await house.invite()
    candidate = VirtualCandidate(link.invite_url, load_answers("en-1"), Manner(pace=0.2, finish="button"))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(candidate.run())
        async with asyncio.timeout(120):
            while (turn := candidate._recorder.turns.get(TURN)) is None or turn.followed is None:
                await asyncio.sleep(0.1)
        await candidate.socket.send(InterviewEnd())
    return link.interview, candidate


async def events_of(house: House, interview: str, kind: str) -> list[dict[str, Any]]:
    return [event["data"] for event in await house.hr.read_events(interview) if event["type"] == kind]


async def test_text_comes_when_a_worker_does_also_after_the_interview_and_a_restart(
    tmp_path: Path, redis: RedisServer
) -> None:
    async with open_house(tmp_path / "data", VIVA_ASR_WHERE="redis", VIVA_REDIS_URL=redis.url) as house:
        assert "no worker answers" in await check_of(house, "recogniser")
        interview, _ = await answer_one_question(house)
        deferred = {event["segment_id"] for event in await events_of(house, interview, "segment.deferred")}
        assert deferred
        assert await events_of(house, interview, "segment.transcribed") == []
        assert await events_of(house, interview, "segment.failed") == []
        kept = list((tmp_path / "data" / "deferred" / interview).glob("*.speech"))
        assert len(kept) >= len(deferred)
        await wait_for_detail(house, "deferred", "segments waiting")
        await house.server.stop()
        await house.server.start()
        await house.server.wait_ready()
        async with worker(redis, tmp_path):
            await wait_for_detail(house, "deferred", "none")
            await wait_for_detail(house, "recogniser", "demo")
            told = await events_of(house, interview, "segment.transcribed")
            assert deferred <= {event["segment_id"] for event in told}
            (answer, *_) = [
                event for event in await events_of(house, interview, "answer.completed") if event["turn_id"] == TURN
            ]
            assert answer["text"] == "", "nobody had heard it"
            revised = [
                event for event in await events_of(house, interview, "answer.revised") if event["turn_id"] == TURN
            ]
            assert revised[-1]["text"].startswith(BEGINNING)
            assert revised[-1]["transcription_complete"]
        assert list((tmp_path / "data" / "deferred").iterdir()) == []
        metrics = (await house.hr.http.get("/metrics")).text
        assert "viva_asr_deferred_segments" in metrics
        assert "viva_asr_workers" in metrics


async def test_a_worker_killed_while_a_candidate_speaks_costs_no_word(tmp_path: Path, redis: RedisServer) -> None:
    async with (
        open_house(tmp_path / "data", VIVA_ASR_WHERE="redis", VIVA_REDIS_URL=redis.url) as house,
        worker(redis, tmp_path) as first,
        worker(redis, tmp_path),
    ):
        await wait_for_detail(house, "recogniser", "workers: 2")
        async with asyncio.TaskGroup() as tasks:
            interviewing = tasks.create_task(answer_one_question(house))
            tasks.create_task(kill_when_speech_is_heard(house, first))
        interview, candidate = interviewing.result()
        await wait_for_detail(house, "deferred", "none")
        assert await events_of(house, interview, "segment.failed") == []
        (answer, *_) = [
            event for event in await events_of(house, interview, "answer.completed") if event["turn_id"] == TURN
        ]
        revised = [event for event in await events_of(house, interview, "answer.revised") if event["turn_id"] == TURN]
        text = (revised[-1] if revised else answer)["text"]
        assert text.startswith(BEGINNING), text
        assert candidate._recorder.turns[TURN].captions > 0


async def kill_when_speech_is_heard(house: House, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(120):
        while True:
            metrics = (await house.hr.http.get("/metrics")).text
            spoken = [line for line in metrics.splitlines() if line.startswith("viva_asr_transcriptions_total")]
            if any('"partials"' in line and float(line.rpartition(" ")[2]) >= 8 for line in spoken):
                process.kill()
                return
            await asyncio.sleep(0.05)
