"""Finals first, in order, never dropped; partials latest-wins; together what goes together; every wait ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from media.errors import RecogniserUnavailable, RequestUnusable, TranscriptionError
from media.transcription.ports import Prepared
from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.scheduling.settings import SchedulingSettings, suit
from media.transcription.types import Request
from media.types import RecogniserInfo, Transcription
from tests.fakes.engine import FakeEngine, FakePrepared
from tests.fakes.requests import ask, make_request, seconds_of, settle
from tests.unit.media.scheduling.conftest import Start


async def test_text_comes_back(start: Start) -> None:
    scheduler = start(FakeEngine())
    result = await scheduler.transcribe("a", make_request(1))
    assert result.text == "one two"
    assert [word.t_end_ms for word in result.words] == [500, 1000]
    assert scheduler.stats().finals == 1


async def test_what_was_asked_before_it_ran_is_answered() -> None:
    scheduler = AsrScheduler(FakeEngine(), threads=1)
    async with asyncio.TaskGroup() as group:
        early = group.create_task(ask(scheduler, "a", make_request(1)))
        await settle()
        group.create_task(scheduler.run())
        assert await early == "one two"
        await scheduler.close()


async def test_finals_go_before_speculations_and_these_before_partials(start: Start) -> None:
    gate = threading.Event()
    engine = FakeEngine(gate=gate, bucket_of=seconds_of)
    scheduler = start(engine, partials_after=9)
    async with asyncio.TaskGroup() as group:
        group.create_task(ask(scheduler, "x", make_request(0.5)))
        await settle()
        group.create_task(ask(scheduler, "a", make_request(1.0, "partial")))
        group.create_task(ask(scheduler, "b", make_request(1.5), speculative=True))
        group.create_task(ask(scheduler, "c", make_request(2.0)))
        group.create_task(ask(scheduler, "d", make_request(2.5)))
        await settle()
        assert scheduler.stats().waiting_finals == 3
        assert scheduler.stats().waiting_partials == 1
        gate.set()
    assert [seconds_of(request) for request in engine.decoded] == [0.5, 2.0, 2.5, 1.5, 1.0]


async def test_finals_go_by_when_they_are_due(start: Start) -> None:
    gate = threading.Event()
    engine = FakeEngine(gate=gate)
    scheduler = start(engine, batch_limit=1)
    async with asyncio.TaskGroup() as group:
        group.create_task(ask(scheduler, "x", make_request(0.5)))
        await settle()
        for seconds, due_s in ((1.0, 60.0), (1.5, 0.8), (2.0, -1.0)):
            group.create_task(scheduler.transcribe(f"s{seconds}", make_request(seconds), due_s=due_s))
        await settle()
        gate.set()
    assert [seconds_of(request) for request in engine.decoded] == [0.5, 2.0, 1.5, 1.0]


async def test_a_confirmed_speculation_waits_no_longer_behind_finals(start: Start) -> None:
    gate = threading.Event()
    engine = FakeEngine(gate=gate)
    scheduler = start(engine, batch_limit=1)
    async with asyncio.TaskGroup() as group:
        group.create_task(ask(scheduler, "x", make_request(0.5)))
        await settle()
        group.create_task(ask(scheduler, "a", make_request(1.0), speculative=True))
        await settle()
        group.create_task(ask(scheduler, "b", make_request(1.5)))
        await settle()
        scheduler.confirm("a")
        scheduler.confirm("nobody")
        gate.set()
    assert [seconds_of(request) for request in engine.decoded] == [0.5, 1.0, 1.5]


async def test_only_the_newest_partial_of_a_stream_is_decoded(start: Start) -> None:
    gate = threading.Event()
    engine = FakeEngine(gate=gate)
    scheduler = start(engine)
    async with asyncio.TaskGroup() as group:
        group.create_task(ask(scheduler, "x", make_request(1)))
        await settle()
        waiting = []
        for seconds in (1.0, 2.0, 3.0):
            waiting.append(group.create_task(ask(scheduler, "a", make_request(seconds, "partial"))))
            await settle()
        other = group.create_task(ask(scheduler, "b", make_request(1.5, "partial")))
        await settle()
        gate.set()
    assert [task.result() for task in waiting] == ["[partial_superseded]"] * 2 + ["one two three four five six"]
    assert other.result() == "one two three"
    assert scheduler.stats().superseded == 2


async def test_a_final_takes_the_place_of_its_streams_partial(start: Start) -> None:
    gate = threading.Event()
    engine = FakeEngine(gate=gate)
    scheduler = start(engine)
    async with asyncio.TaskGroup() as group:
        group.create_task(ask(scheduler, "x", make_request(1)))
        await settle()
        partial = group.create_task(ask(scheduler, "a", make_request(2, "partial")))
        await settle()
        final = group.create_task(ask(scheduler, "a", make_request(2)))
        assert await partial == "[partial_superseded]"
        gate.set()
    assert final.result() == "one two three four"


async def test_many_speakers_share_a_call(start: Start) -> None:
    gate = threading.Event()
    engine = FakeEngine(gate=gate)
    scheduler = start(engine)
    async with asyncio.TaskGroup() as group:
        group.create_task(ask(scheduler, "x", make_request(0.5)))
        await settle()
        answers = [group.create_task(ask(scheduler, f"s{at}", make_request(at / 2, "partial"))) for at in range(1, 8)]
        await settle()
        gate.set()
    assert [len(call) for call in engine.calls] == [1, 4, 3]
    assert [len(answer.result().split()) for answer in answers] == [1, 2, 3, 4, 5, 6, 7]
    assert scheduler.stats().calls == 3


async def test_no_final_is_lost_under_load_and_each_stream_is_answered_in_order(start: Start) -> None:
    scheduler = start(FakeEngine(), threads=2)
    wanted = [(f"s{stream}", number) for stream in range(8) for number in range(1, 20)]
    order: dict[str, list[int]] = {}

    async def ask_one(stream: str, number: int) -> int:
        result = await scheduler.transcribe(stream, make_request(number / 2))
        order.setdefault(stream, []).append(number)
        return len(result.words)

    results = await asyncio.gather(*(ask_one(stream, number) for stream, number in wanted))
    assert results == [number for _, number in wanted]
    assert all(numbers == sorted(numbers) for numbers in order.values())
    stats = scheduler.stats()
    assert (stats.finals, stats.failed, stats.waiting_finals) == (len(wanted), 0, 0)


async def test_an_idle_thread_does_not_wait_for_company(start: Start) -> None:
    gate = threading.Event()
    engine = FakeEngine(gate=gate)
    scheduler = start(engine, threads=2)
    async with asyncio.TaskGroup() as group:
        for stream in "ab":
            group.create_task(ask(scheduler, stream, make_request(1)))
            await settle()
        assert [len(call) for call in engine.calls] == [1, 1]
        gate.set()


class _Placed(FakeEngine):
    """Knows where it was called."""

    def __init__(self) -> None:
        super().__init__()
        self.prepared_on: set[int] = set()
        self.decoded_on: set[int] = set()

    def prepare(self, request: Request) -> FakePrepared:
        self.prepared_on.add(threading.get_ident())
        return super().prepare(request)

    def decode(self, batch: Sequence[Prepared]) -> list[Transcription | TranscriptionError]:
        self.decoded_on.add(threading.get_ident())
        return super().decode(batch)


async def test_it_is_called_on_the_same_few_threads_and_prepared_off_them(start: Start) -> None:
    engine = _Placed()
    scheduler = start(engine, threads=2)
    for _ in range(20):
        await asyncio.gather(*(ask(scheduler, stream, make_request(1)) for stream in "abcd"))
    assert len(engine.prepared_on) == 1
    assert 1 <= len(engine.decoded_on) <= 2
    assert engine.prepared_on.isdisjoint(engine.decoded_on | {threading.get_ident()})
    assert threading.get_ident() not in engine.decoded_on


async def test_twenty_speakers_and_nobody_is_forgotten(start: Start) -> None:
    """More than the engine can take: everyone has all finals, and captions between them."""
    engine = FakeEngine(cost_s=lambda call: 0.004 + 0.001 * len(call))
    scheduler = start(engine, threads=2)
    shown: dict[str, int] = {}

    async def speak(stream: str) -> list[str]:
        finals = []
        for number in range(1, 5):
            for _ in range(3):
                shown[stream] = shown.get(stream, 0) + bool(await ask(scheduler, stream, make_request(1, "partial")))
            finals.append(await ask(scheduler, stream, make_request(number / 2)))
        return finals

    spoken = await asyncio.gather(*(speak(f"s{number}") for number in range(20)))
    assert spoken == [["one", "one two", "one two three", "one two three four"]] * 20
    assert set(shown.values()) == {12}
    assert scheduler.stats().calls < 20 * 16, "many went together"


def test_a_gpu_is_given_more_at_once() -> None:
    assert suit("cpu") == SchedulingSettings()
    assert suit("cuda").batch_limit > suit("cpu").batch_limit


async def test_a_cancelled_caller_leaves_no_job(start: Start) -> None:
    gate = threading.Event()
    engine = FakeEngine(gate=gate)
    scheduler = start(engine)
    async with asyncio.TaskGroup() as group:
        group.create_task(ask(scheduler, "x", make_request(1)))
        await settle()
        gone = group.create_task(ask(scheduler, "a", make_request(2)))
        await settle()
        gone.cancel()
        await settle()
        assert scheduler.stats().waiting_finals == 0
        gate.set()
    assert len(engine.decoded) == 1


async def test_cancelled_at_the_engine_its_stream_goes_on(start: Start) -> None:
    gate = threading.Event()
    scheduler = start(FakeEngine(gate=gate))
    async with asyncio.TaskGroup() as group:
        gone = group.create_task(ask(scheduler, "a", make_request(1)))
        await settle()
        gone.cancel()
        next_one = group.create_task(ask(scheduler, "a", make_request(2)))
        await settle()
        gate.set()
    assert next_one.result() == "one two three four"


async def test_closing_ends_every_wait() -> None:
    gate = threading.Event()
    scheduler = AsrScheduler(FakeEngine(gate=gate), threads=1)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(scheduler.run())
        waits = [group.create_task(ask(scheduler, f"s{number}", make_request(1))) for number in range(3)]
        await settle()
        await scheduler.close()
        await running
    gate.set()
    assert [wait.result() for wait in waits] == ["[asr_unavailable]"] * 3
    with pytest.raises(RecogniserUnavailable, match="closed"):
        await scheduler.transcribe("a", make_request(1))


async def test_a_request_longer_than_a_window_is_refused_at_once(start: Start) -> None:
    engine = FakeEngine()
    scheduler = start(engine)
    with pytest.raises(RequestUnusable, match="7200 s"):
        await scheduler.transcribe("a", make_request(7200))
    assert engine.prepared == []


async def test_a_partial_is_no_speculation(start: Start) -> None:
    with pytest.raises(ValueError, match="speculation"):
        await start(FakeEngine()).transcribe("a", make_request(1, "partial"), speculative=True)


async def test_the_interval_follows_what_a_partial_takes(start: Start) -> None:
    scheduler = start(FakeEngine(cost_s=lambda _: 0.3))
    assert scheduler.partial_interval_s("a") == 0.5
    await scheduler.transcribe("a", make_request(1, "partial"))
    assert scheduler.partial_interval_s("a") >= 0.6


def test_it_says_which_recogniser_it_has() -> None:
    scheduler = AsrScheduler(FakeEngine(), threads=1)
    assert scheduler.info == RecogniserInfo("fake", demonstration=True, languages=("en", "zh-CN"))
