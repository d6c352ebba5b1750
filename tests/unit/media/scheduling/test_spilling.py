"""Finals that do not fit into memory wait on disk, and are caught up with."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.scheduling.spill import SpillFile, without_samples
from media.transcription.types import Request
from media.types import Samples
from tests.fakes.engine import FakeEngine
from tests.fakes.requests import ask, make_audio, make_request, seconds_of, settle
from tests.unit.media.scheduling.conftest import Start


async def wait_for_spilled(scheduler: AsrScheduler, count: int) -> None:
    """And no more than that, as far as a moment can tell."""
    async with asyncio.timeout(20):
        while scheduler.stats().spilled < count:
            await asyncio.sleep(0.01)
    await settle()
    assert scheduler.stats().spilled == count


async def test_none_is_dropped_and_their_order_stays(start: Start, tmp_path: Path) -> None:
    gate = threading.Event()
    engine = FakeEngine(gate=gate)
    scheduler = start(engine, held_audio_s=5.0, spill_folder=tmp_path)
    async with asyncio.TaskGroup() as group:
        group.create_task(ask(scheduler, "x", make_request(0.5)))
        await settle()
        lengths = [1 + number / 2 for number in range(20)]
        answers = [group.create_task(ask(scheduler, "a", make_request(length))) for length in lengths]
        await wait_for_spilled(scheduler, 17)
        assert list(tmp_path.iterdir()) == [], "nobody else can open them"
        gate.set()
    assert [len(answer.result().split()) for answer in answers] == [int(length * 2) for length in lengths]
    assert [seconds_of(request) for request in engine.decoded[1:]] == lengths
    assert all(request.samples.all() for request in engine.decoded)


async def test_other_streams_are_held_in_memory_all_the_same(start: Start) -> None:
    gate = threading.Event()
    scheduler = start(FakeEngine(gate=gate), held_audio_s=5.0)
    async with asyncio.TaskGroup() as group:
        for stream in "abcdefgh":
            group.create_task(ask(scheduler, stream, make_request(4)))
        await settle()
        assert scheduler.stats().spilled == 0
        gate.set()


def count_held(gathered: Iterable[object], seconds: float) -> int:
    """Requests of that length, whoever has them."""
    return sum(isinstance(thing, Request) and seconds_of(thing) == seconds for thing in gathered)


async def test_memory_is_bounded_however_many_wait(start: Start) -> None:
    """Twenty minutes of one candidate's finals, with a caller that lets go of them."""
    gate = threading.Event()
    scheduler = start(FakeEngine(gate=gate), held_audio_s=60.0)

    async def hand_in() -> str:
        return (await scheduler.transcribe("a", make_request(20))).text

    async with asyncio.TaskGroup() as group:
        group.create_task(ask(scheduler, "x", make_request(0.5)))
        await settle()
        answers = []
        for _ in range(60):
            answers.append(group.create_task(hand_in()))
            await asyncio.sleep(0.005)
        await wait_for_spilled(scheduler, 57)
        assert scheduler.stats().waiting_finals == 60
        assert count_held(gc.get_objects(), 20) == 3
        gate.set()
    assert all(len(answer.result().split()) == 40 for answer in answers)


async def test_without_room_on_the_disk_they_stay_in_memory(start: Start, tmp_path: Path) -> None:
    gate = threading.Event()
    scheduler = start(FakeEngine(gate=gate), held_audio_s=1.0, spill_folder=tmp_path / "missing")
    async with asyncio.TaskGroup() as group:
        answers = [group.create_task(ask(scheduler, "a", make_request(2))) for _ in range(4)]
        await asyncio.sleep(0.1)
        gate.set()
    assert [answer.result() for answer in answers] == ["one two three four"] * 4
    assert scheduler.stats().spilled == 0


async def test_cancelled_while_on_disk_nothing_is_left(start: Start) -> None:
    gate = threading.Event()
    scheduler = start(FakeEngine(gate=gate), held_audio_s=1.0)
    async with asyncio.TaskGroup() as group:
        group.create_task(ask(scheduler, "x", make_request(0.5)))
        await settle()
        gone = [group.create_task(ask(scheduler, "a", make_request(2))) for _ in range(4)]
        await wait_for_spilled(scheduler, 3)
        for task in gone:
            task.cancel()
        await settle()
        assert scheduler.stats().waiting_finals == 0
        gate.set()
    gc.collect()  # a file that nobody closed would be an error here


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    samples: Samples = np.linspace(-1, 1, 1000, dtype=np.float32)[::2]
    request, file = Request(samples, "en", "final", terms=("term",)), SpillFile()
    file.write(request, tmp_path)
    again = file.read(without_samples(request))
    assert np.array_equal(again.samples, samples)
    assert again.terms == ("term",)
    file.close()
    with pytest.raises(ValueError, match="closed file"):
        file.read(request)


def test_unwanted_before_it_was_written_it_is_closed_at_once(tmp_path: Path) -> None:
    file = SpillFile()
    file.close()
    with pytest.raises(ValueError, match="nothing"):
        file.read(make_request(1))
    file.write(Request(make_audio(1), "en", "final"), tmp_path)
    with pytest.raises(ValueError, match="closed file"):
        file.read(make_request(1))
