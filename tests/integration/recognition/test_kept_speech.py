"""What is kept is not lost to a broken recogniser, a spoilt file, an unreadable log, or another database."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from media.errors import (
    RecogniserDied,
    RecogniserUnavailable,
    RequestUnusable,
    TranscriptionError,
    TranscriptionTimedOut,
)
from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.types import Request
from media.types import FinalTranscript, Transcription, TranscriptionFailed
from server.errors import NotFound
from server.recognition import catching_up
from server.recognition.catching_up import CatchingUp
from server.recognition.spool import DRAFT_LIFE_S, Spool, Spooled
from tests.fakes.engine import FakeEngine
from tests.integration.recognition.stage import until
from tests.integration.recognition.test_late_text import INTERVIEW, Interviews, catching, files, folder, shelf, unheard

__all__ = ["folder", "shelf"]


def at_speech(error: TranscriptionError) -> Callable[[Request], TranscriptionError | None]:
    """Kept speech has terms; what an engine is tried with has none."""
    return lambda request: error if request.terms else None


def aside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*/*") if path.suffix != ".speech")


def age(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


class Moody(AsrScheduler):
    """Answers a segment of so many seconds as it is told to, others as always."""

    def __init__(self, moods: dict[float, TranscriptionError]) -> None:
        super().__init__(FakeEngine(), threads=1)
        self._moods = moods
        self.asked: list[float] = []

    async def transcribe(self, stream_id: str, request: Request, **how: Any) -> Transcription:
        seconds = len(request.samples) / 16_000
        self.asked.append(seconds)
        if seconds in self._moods:
            raise self._moods[seconds]
        return await super().transcribe(stream_id, request, **how)


async def test_a_broken_recogniser_costs_no_kept_speech(shelf: Spool, folder: Path) -> None:
    """However often it fails: it is not the speech that is to blame."""
    interviews = Interviews()
    for number in range(2):
        assert await shelf.keep(unheard(f"1-{number}"))
    engine = FakeEngine(fault=lambda _: RuntimeError("the device is gone"))
    async with catching(shelf, engine, interviews) as work:
        await until(lambda: len(engine.calls) > 20)
        assert (work.failed, interviews.told) == (0, [])
        assert len(files(folder)) == 2
        engine.fault = None
        await until(lambda: work.transcribed == 2 and not any(folder.iterdir()))


async def test_speech_that_cannot_be_transcribed_is_told_after_some_tries_and_set_aside(
    shelf: Spool, folder: Path
) -> None:
    interviews = Interviews()
    assert await shelf.keep(unheard())
    engine = FakeEngine(refuse=at_speech(TranscriptionError("no")))
    async with catching(shelf, engine, interviews) as work:
        await until(lambda: work.failed == 1 and aside(folder) == ["1-1-0.en.failed"])
        await until(lambda: work.waiting == Spooled(0, 0.0, 1))
    assert interviews.told == [(INTERVIEW, TranscriptionFailed("1-1", 10_000, 12_000, "transcription_failed"))]
    assert sum(bool(request.terms) for request in engine.decoded) == 2 * catching_up.MOST_TRIES
    (path,) = folder.glob("*/*.failed")
    path.rename(path.with_suffix(".speech"))
    async with catching(shelf, FakeEngine(), interviews) as work:
        await until(lambda: work.transcribed == 1)
    assert isinstance(interviews.told[-1][1], FinalTranscript)


@pytest.mark.parametrize("error", [RecogniserDied("three workers"), RequestUnusable("odd")])
async def test_what_recognisers_die_of_or_refuse_is_not_tried_again(
    shelf: Spool, folder: Path, error: TranscriptionError
) -> None:
    interviews = Interviews()
    assert await shelf.keep(unheard(seconds=5.0))
    recogniser = Moody({5.0: error})
    work = CatchingUp(shelf, recogniser, interviews.take)
    running = asyncio.create_task(work.run())
    await until(lambda: aside(folder) == ["1-1-0.en.failed"])
    running.cancel()
    assert recogniser.asked == [5.0]
    assert work.failed == 1


async def test_speech_that_every_recogniser_goes_away_over_is_set_aside(
    shelf: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "WAS_THERE_S", 0.0)
    monkeypatch.setattr(catching_up, "TRY_AGAIN_LAST_S", 0.05)
    interviews = Interviews()
    assert await shelf.keep(unheard(seconds=5.0))
    recogniser = Moody({5.0: RecogniserUnavailable("nobody is there any more")})
    running = asyncio.create_task(CatchingUp(shelf, recogniser, interviews.take).run())
    await until(lambda: aside(folder) == ["1-1-0.en.failed"])
    running.cancel()
    assert len(recogniser.asked) == catching_up.MOST_LOSSES
    assert [fact.code for _, fact in interviews.told if isinstance(fact, TranscriptionFailed)] == ["asr_died"]


@pytest.mark.parametrize("error", [KeyError("answer.unknown"), ValueError("version 9")])
async def test_an_interview_whose_log_cannot_be_read_keeps_its_speech_and_stops_nobody(
    shelf: Spool, folder: Path, error: Exception
) -> None:
    class Unreadable(Interviews):
        async def take(self, interview_id: str, fact: FinalTranscript | TranscriptionFailed) -> None:
            if interview_id == "old":
                raise error
            await super().take(interview_id, fact)

    interviews = Unreadable()
    assert await shelf.keep(replace(unheard("1-0"), interview_id="old"))
    assert await shelf.keep(unheard("1-1"))
    async with catching(shelf, FakeEngine(), interviews) as work:
        await until(lambda: work.transcribed == 1)
        assert await shelf.keep(unheard("1-2"))
        await until(lambda: work.transcribed == 2 and len(files(folder)) == 1)
    assert [path.parent.name for path in files(folder)] == ["old"]


async def test_speech_of_an_interview_that_this_database_does_not_know_is_set_aside(shelf: Spool, folder: Path) -> None:
    interviews = Interviews()
    interviews.refuse = NotFound("no such interview")
    assert await shelf.keep(unheard())
    (path,) = files(folder)
    before = path.read_bytes()
    age(path, 3600)
    async with catching(shelf, FakeEngine(), interviews):
        await until(lambda: aside(folder) == ["1-1-0.en.orphan"])
    kept = path.with_suffix(".orphan")
    assert kept.read_bytes() == before
    assert time.time() - kept.stat().st_mtime < 60, "from now on it has its time"
    interviews.refuse = None
    kept.rename(path)
    async with catching(shelf, FakeEngine(), interviews) as work:
        await until(lambda: work.transcribed == 1)


async def test_a_file_that_the_disk_does_not_give_starves_no_other(
    shelf: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "TRY_AGAIN_FIRST_S", 1.0)
    interviews = Interviews()
    assert await shelf.keep(unheard("1-0"))
    (bad,) = files(folder)
    age(bad, 100)
    assert await shelf.keep(unheard("1-1"))
    tries = 0
    claim = shelf.claim

    def fail(path: Path) -> Any:
        nonlocal tries
        if path == bad:
            tries += 1
            raise OSError(errno.EIO, "Input/output error")
        return claim(path)

    monkeypatch.setattr(shelf, "claim", fail)
    async with catching(shelf, FakeEngine(), interviews) as work:
        await until(lambda: work.transcribed == 1)
        assert tries == 1, "it waits, and the next one has its turn"
        monkeypatch.setattr(shelf, "claim", claim)
        await until(lambda: work.transcribed == 2)


async def test_a_file_whose_text_is_late_starves_no_other(
    shelf: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "TRY_AGAIN_FIRST_S", 60.0)
    interviews = Interviews()
    assert await shelf.keep(unheard("1-0", seconds=5.0))
    age(files(folder)[0], 100)
    assert await shelf.keep(unheard("1-1"))
    recogniser = Moody({5.0: TranscriptionTimedOut("late")})
    work = CatchingUp(shelf, recogniser, interviews.take)
    tasks = [asyncio.create_task(recogniser.run()), asyncio.create_task(work.run())]
    await until(lambda: work.transcribed == 1 and len(files(folder)) == 1)
    assert recogniser.asked.count(5.0) == 1
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_a_recogniser_that_is_late_with_several_is_left_in_peace(
    shelf: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "AWAY_FIRST_S", 60.0)
    monkeypatch.setattr(catching_up, "AWAY_LAST_S", 60.0)
    for number in range(5):
        assert await shelf.keep(unheard(f"1-{number}", seconds=5.0))
    recogniser = Moody({5.0: TranscriptionTimedOut("late")})
    running = asyncio.create_task(CatchingUp(shelf, recogniser, Interviews().take).run())
    await until(lambda: len(recogniser.asked) >= catching_up.MOST_LATE)
    await asyncio.sleep(0.2)
    running.cancel()
    assert len(recogniser.asked) == catching_up.MOST_LATE
    assert len(files(folder)) == 5


async def test_drafts_of_the_dead_and_what_was_set_aside_long_ago_are_removed(shelf: Spool, folder: Path) -> None:
    """And nothing else: speech that waits, waits for ever."""
    for number in range(3):
        assert await shelf.keep(replace(unheard(f"1-{number}"), interview_id=f"interview-{number}"))
    old, new, waiting = sorted(files(folder))
    for path in (old, new):
        await asyncio.to_thread(shelf.set_aside, path, "failed")
    age(old.with_suffix(".failed"), 2 * 86_400)
    age(waiting, 365 * 86_400)
    dead, alive = waiting.with_name("1-8-0.en.draft"), waiting.with_name("1-9-0.en.draft")
    for path in (dead, alive):
        path.write_bytes(b"half of what was sa")
    age(dead, DRAFT_LIFE_S + 60)
    work = CatchingUp(shelf, Moody({2.0: RecogniserUnavailable("nobody")}), Interviews().take, aside_life_s=86_400)
    running = asyncio.create_task(work.run())
    await until(lambda: work.waiting.aside == 1)
    running.cancel()
    assert sorted(path.name for path in folder.glob("*/*")) == ["1-1-0.en.failed", "1-2-0.en.speech", "1-9-0.en.draft"]
    assert not (folder / "interview-0").exists(), "no empty folders are left"
