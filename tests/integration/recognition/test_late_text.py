"""Speech for which no recogniser was there: kept, protected, transcribed later, told once."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.shelf import UnheardSegment
from media.types import FinalTranscript, RecogniserInfo, TranscriptionFailed
from server.errors import Unavailable
from server.recognition import catching_up, spool
from server.recognition.catching_up import CatchingUp
from server.recognition.spool import Spool
from tests.fakes.engine import FakeEngine
from tests.integration.recognition.stage import Stage, speech, until

INTERVIEW = "01a2088f-7120-7221-8789-c05aad3a983d"


def unheard(segment_id: str = "1-1", seconds: float = 2.0, revision: int = 0) -> UnheardSegment:
    request = replace(speech(seconds), terms=("Kubernetes",), speech_share=0.5)
    return UnheardSegment(INTERVIEW, segment_id, 10_000, 10_000 + round(seconds * 1000), request, revision)


def files(folder: Path) -> list[Path]:
    return list(folder.glob("*/*.speech"))


class Interviews:
    def __init__(self) -> None:
        self.told: list[tuple[str, FinalTranscript | TranscriptionFailed]] = []
        self.refuse: Exception | None = None

    async def take(self, interview_id: str, fact: FinalTranscript | TranscriptionFailed) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.told.append((interview_id, fact))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deferred"


@pytest.fixture
def shelf(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Spool:
    monkeypatch.setattr(catching_up, "SETTLED_S", -1.0)
    monkeypatch.setattr(catching_up, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(catching_up, "AWAY_FIRST_S", 0.05)
    monkeypatch.setattr(catching_up, "TRY_AGAIN_FIRST_S", 0.05)
    return Spool(folder)


@asynccontextmanager
async def catching(shelf: Spool, engine: FakeEngine, interviews: Interviews) -> AsyncIterator[CatchingUp]:
    scheduler = AsrScheduler(engine, threads=1)
    work = CatchingUp(shelf, scheduler, interviews.take)
    tasks = [asyncio.create_task(scheduler.run()), asyncio.create_task(work.run())]
    try:
        async with asyncio.timeout(20):
            yield work
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def test_what_was_kept_is_what_comes_back(shelf: Spool, folder: Path) -> None:
    before = unheard(revision=2)
    assert await shelf.keep(before)
    (path,) = files(folder)
    claim = await asyncio.to_thread(shelf.claim, path)
    assert claim is not None
    found = claim.unheard
    claim.close()
    assert np.allclose(found.request.samples, before.request.samples, atol=1e-4)
    silence = np.zeros(0, np.float32)
    assert replace(found, request=replace(found.request, samples=silence)) == replace(
        before, request=replace(before.request, samples=silence)
    )
    for each in (folder, path.parent):
        assert stat.S_IMODE(each.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_kept_speech_is_transcribed_and_told_once(shelf: Spool, folder: Path) -> None:
    interviews, engine = Interviews(), FakeEngine()
    for number in range(3):
        assert await shelf.keep(unheard(f"1-{number}", seconds=1.0 + number, revision=number))
    async with catching(shelf, engine, interviews) as work:
        await until(lambda: work.transcribed == 3 and not files(folder))
        await asyncio.sleep(0.1)
    assert {name for name, _ in interviews.told} == {INTERVIEW}
    facts = {fact.segment_id: fact for _, fact in interviews.told}
    assert len(interviews.told) == 3
    last = facts["1-2"]
    assert isinstance(last, FinalTranscript)
    assert last.text == "one two three four five six"
    assert (last.revision, last.t_start_ms, last.words[1].t_start_ms) == (2, 10_000, 10_500)
    assert engine.decoded[0].terms == ("Kubernetes",)
    assert list(folder.iterdir()) == [], "no empty folders are left"


@pytest.mark.usefixtures("soon_absent")
async def test_text_comes_when_a_worker_does(stage: Stage, shelf: Spool, folder: Path) -> None:
    """Nobody is there, then somebody; the spool's file stays until the interview has its text."""
    asker, interviews = await stage.asker(), Interviews()
    assert await shelf.keep(unheard())
    work = CatchingUp(shelf, asker, interviews.take)
    running = asyncio.create_task(work.run())
    await until(lambda: work.waiting.count == 1)
    assert interviews.told == []
    await stage.worker()
    await until(lambda: work.transcribed == 1 and not files(folder))
    running.cancel()
    assert files(folder) == []


@pytest.mark.usefixtures("soon_absent")
async def test_a_language_nobody_knows_keeps_no_other_waiting(stage: Stage, shelf: Spool, folder: Path) -> None:
    class English(FakeEngine):
        @property
        def info(self) -> RecogniserInfo:
            return RecogniserInfo("english", False, ("en",))

    asker, interviews = await stage.asker(), Interviews()
    monolingual = replace(unheard("1-1"), request=replace(unheard().request, language="zh-CN"))
    assert await shelf.keep(monolingual)
    assert await shelf.keep(unheard("1-2"))
    await stage.worker(English())
    work = CatchingUp(shelf, asker, interviews.take)
    running = asyncio.create_task(work.run())
    await until(lambda: work.transcribed == 1)
    assert [fact.segment_id for _, fact in interviews.told] == ["1-2"]
    await stage.worker()
    await until(lambda: work.transcribed == 2 and not files(folder))
    running.cancel()
    assert files(folder) == []


async def test_an_interview_that_cannot_take_it_gets_it_later(shelf: Spool, folder: Path) -> None:
    interviews = Interviews()
    interviews.refuse = Unavailable("the disk is full")
    assert await shelf.keep(unheard())
    engine = FakeEngine()
    async with catching(shelf, engine, interviews) as work:
        await until(lambda: bool(engine.decoded))
        await asyncio.sleep(0.1)
        assert len(files(folder)) == 1
        interviews.refuse = None
        await until(lambda: work.transcribed == 1 and not files(folder))
    assert files(folder) == []


@pytest.mark.parametrize("length", [0, 3, 40, 500])
async def test_a_spoilt_file_is_told_and_stops_nobody(shelf: Spool, folder: Path, length: int) -> None:
    interviews = Interviews()
    assert await shelf.keep(unheard("1-1"))
    (path,) = files(folder)
    path.write_bytes(path.read_bytes()[:length])
    assert await shelf.keep(unheard("1-2"))
    async with catching(shelf, FakeEngine(), interviews) as work:
        await until(lambda: work.transcribed == 1 and work.failed == 1)
    codes = [fact.code for _, fact in interviews.told if isinstance(fact, TranscriptionFailed)]
    assert codes == ["speech_unreadable"]
    assert path.with_suffix(".spoilt").exists()


async def test_two_processes_do_not_do_the_same(shelf: Spool, folder: Path) -> None:
    interviews = Interviews()
    assert await shelf.keep(unheard())
    (path,) = files(folder)
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert await asyncio.to_thread(shelf.claim, path) is None
    async with (
        catching(shelf, FakeEngine(), interviews) as one,
        catching(shelf, FakeEngine(), interviews) as two,
    ):
        await until(lambda: one.transcribed + two.transcribed == 1 and not files(folder))
        await asyncio.sleep(0.1)
    assert len(interviews.told) == 1


async def test_what_cannot_be_kept_is_said(shelf: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not await shelf.keep(replace(unheard(), interview_id="../../etc"))
    assert not await shelf.keep(replace(unheard(), segment_id=""))

    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "no")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        assert not await shelf.keep(unheard())
    assert files(folder) == []
    monkeypatch.setattr(spool, "LEAST_FREE_BYTES", 1 << 62)
    assert not await shelf.keep(unheard())
