"""Whatever the engine does, each caller hears of it, and the others go on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest

from media.errors import PartialShed, RequestUnusable, TranscriptionError, TranscriptionTimedOut
from media.transcription.condition import DegradeLevel
from media.transcription.ports import Prepared
from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.scheduling.settings import AdmissionSettings, LadderSettings
from media.transcription.types import Request
from media.types import Transcription
from tests.fakes.engine import FakeEngine
from tests.fakes.requests import ask, make_request, seconds_of, settle
from tests.unit.media.scheduling.conftest import Start


async def test_what_fails_in_company_is_tried_again_alone(start: Start) -> None:
    gate = threading.Event()
    engine = FakeEngine(gate=gate, fault=lambda call: RuntimeError("batch") if len(call) > 1 else None)
    scheduler = start(engine)
    async with asyncio.TaskGroup() as group:
        group.create_task(ask(scheduler, "x", make_request(0.5)))
        await settle()
        answers = [group.create_task(ask(scheduler, f"s{number}", make_request(1))) for number in range(3)]
        await settle()
        gate.set()
    assert [answer.result() for answer in answers] == ["one two"] * 3
    assert [len(call) for call in engine.calls] == [1, 3, 1, 1, 1]
    assert scheduler.stats().retried == 3


async def test_one_that_fails_alone_is_tried_once_more_and_then_told(start: Start) -> None:
    engine = FakeEngine(refuse=lambda _: TranscriptionError("told to fail"))
    scheduler = start(engine)
    with pytest.raises(TranscriptionError, match="told to fail"):
        await scheduler.transcribe("a", make_request(1))
    assert len(engine.calls) == 2
    engine.refuse = None
    assert await ask(scheduler, "a", make_request(1)) == "one two"
    stats = scheduler.stats()
    assert (stats.failed, stats.retried, stats.finals) == (1, 1, 1)


async def test_one_bad_request_of_a_call_fails_alone(start: Start) -> None:
    gate = threading.Event()
    engine = FakeEngine(gate=gate, refuse=lambda request: TranscriptionError("bad") if _is_bad(request) else None)
    scheduler = start(engine)
    async with asyncio.TaskGroup() as group:
        group.create_task(ask(scheduler, "x", make_request(0.5)))
        await settle()
        good = group.create_task(ask(scheduler, "good", make_request(1)))
        bad = group.create_task(ask(scheduler, "bad", make_request(2)))
        await settle()
        gate.set()
    assert (good.result(), bad.result()) == ("one two", "[transcription_failed]")


def _is_bad(request: Request) -> bool:
    return seconds_of(request) == 2


async def test_a_partial_that_fails_alone_is_not_tried_again(start: Start) -> None:
    engine = FakeEngine(refuse=lambda _: TranscriptionError("bad"))
    assert await ask(start(engine), "a", make_request(1, "partial")) == "[transcription_failed]"
    assert len(engine.calls) == 1


async def test_what_no_recogniser_could_take_is_not_tried_again(start: Start) -> None:
    engine = FakeEngine(refuse=lambda _: RequestUnusable("another language"))
    assert await ask(start(engine), "a", make_request(1)) == "[asr_unusable]"
    assert len(engine.calls) == 1


@pytest.mark.parametrize("fault", [ZeroDivisionError("engine"), MemoryError(), RequestUnusable("odd")])
async def test_what_cannot_be_prepared_fails_its_caller_alone(start: Start, fault: Exception) -> None:
    scheduler = start(FakeEngine(prepare_fault=lambda request: fault if _is_bad(request) else None))
    bad, good = await asyncio.gather(ask(scheduler, "b", make_request(2)), ask(scheduler, "g", make_request(1)))
    assert bad == ("[asr_unusable]" if isinstance(fault, RequestUnusable) else "[transcription_failed]")
    assert good == "one two"


@pytest.mark.parametrize("threads", [1, 2])
async def test_what_the_engine_raises_ends_no_thread(start: Start, threads: int) -> None:
    engine = FakeEngine(fault=lambda _: ZeroDivisionError("engine"))
    scheduler = start(engine, threads=threads)
    for _ in range(3):
        with pytest.raises(TranscriptionError, match="ZeroDivisionError"):
            await scheduler.transcribe("a", make_request(1))
    engine.fault = None
    assert await ask(scheduler, "a", make_request(1)) == "one two"


class _Counting(FakeEngine):
    def decode(self, batch: Sequence[Prepared]) -> list[Transcription | TranscriptionError]:
        return super().decode(batch)[1:]


async def test_too_few_answers_are_an_error(start: Start) -> None:
    with pytest.raises(TranscriptionError, match="0 texts for 1 requests"):
        await start(_Counting()).transcribe("a", make_request(1))


async def test_a_final_has_two_tries_and_then_its_deadline_is_an_error(start: Start) -> None:
    gate = threading.Event()
    scheduler = start(FakeEngine(gate=gate))
    with pytest.raises(TranscriptionTimedOut, match=r"within 0\.05 s, twice"):
        await scheduler.transcribe("a", make_request(1), deadline_s=0.05)
    stats = scheduler.stats()
    assert (stats.timed_out, stats.retried, stats.failed, stats.waiting_finals) == (2, 1, 1, 0)
    gate.set()
    assert await ask(scheduler, "a", make_request(1)) == "one two"


async def test_the_second_try_goes_to_another_thread(start: Start) -> None:
    """The first thread hangs with the final; its second try is answered by the other one."""
    gate = threading.Event()
    engine = FakeEngine(gate=gate)
    scheduler = start(engine, threads=2)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(scheduler.transcribe("a", make_request(1), deadline_s=0.2))
        await settle()
        engine.gate = None
        assert (await waiting).text == "one two"
        gate.set()
    assert scheduler.stats().timed_out == 1
    assert scheduler.stats().finals == 1


async def test_a_late_answer_to_the_first_try_is_good_enough(start: Start) -> None:
    gate = threading.Event()
    engine = FakeEngine(gate=gate)
    scheduler = start(engine)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(scheduler.transcribe("a", make_request(1), deadline_s=0.1))
        await asyncio.sleep(0.15)
        assert scheduler.stats().waiting_finals == 1
        gate.set()
        assert (await waiting).text == "one two"
    assert len(engine.calls) == 1


async def test_a_late_failure_of_the_first_try_does_not_count_against_the_second(start: Start) -> None:
    gate = threading.Event()
    refusals = [TranscriptionError("late"), TranscriptionError("and again")]
    engine = FakeEngine(gate=gate, refuse=lambda _: refusals.pop() if refusals else None)
    scheduler = start(engine)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(scheduler.transcribe("a", make_request(1), deadline_s=0.2))
        await asyncio.sleep(0.25)
        gate.set()
        assert (await waiting).text == "one two"
    assert len(engine.calls) == 3


async def test_a_partial_has_one_try(start: Start) -> None:
    gate = threading.Event()
    scheduler = start(FakeEngine(gate=gate))
    with pytest.raises(TranscriptionTimedOut, match=r"within 0\.05 s$"):
        await scheduler.transcribe("a", make_request(1, "partial"), deadline_s=0.05)
    gate.set()


async def test_a_thread_that_does_not_come_back_is_replaced(start: Start) -> None:
    before, gate = set(threading.enumerate()), threading.Event()
    engine = FakeEngine(gate=gate)
    scheduler = start(engine, stuck_after_s=0.1)
    async with asyncio.TaskGroup() as group:
        stuck = group.create_task(ask(scheduler, "a", make_request(1)))
        await settle()
        engine.gate = None
        assert await stuck == "one two", "its second try had a thread of its own"
        assert await ask(scheduler, "b", make_request(1)) == "one two"
    assert scheduler.stats().replaced_threads == 1
    assert _count_new(before) == 2
    gate.set()
    async with asyncio.timeout(10):
        while _count_new(before) > 1:  # it came back after all, and ends
            await asyncio.sleep(0.01)


def _count_new(before: set[threading.Thread]) -> int:
    return sum(thread.name == "asr" for thread in set(threading.enumerate()) - before)


async def test_threads_are_not_replaced_without_end(start: Start) -> None:
    gate = threading.Event()
    scheduler = start(FakeEngine(gate=gate), stuck_after_s=0.05, replacements=2)
    assert await ask(scheduler, "a", make_request(1)) == "[asr_timeout]"
    with pytest.raises(TranscriptionTimedOut):
        await scheduler.transcribe("b", make_request(1), deadline_s=0.1)
    assert scheduler.stats().replaced_threads == 2
    gate.set()


@pytest.mark.parametrize("moment_s", [0.0, 0.001, 0.005, 0.02, 0.05])
async def test_cancelled_at_any_moment_nobody_else_notices(start: Start, moment_s: float) -> None:
    engine = FakeEngine(cost_s=lambda _: 0.01)
    scheduler = start(engine, threads=2)
    async with asyncio.TaskGroup() as group:
        stay, go = [], []
        for number in range(6):
            stay.append(group.create_task(ask(scheduler, f"s{number % 3}", make_request(1))))
            go.append(group.create_task(ask(scheduler, f"s{number % 3}", make_request(1), speculative=number % 2 == 0)))
        await asyncio.sleep(moment_s)
        for task in go:
            task.cancel()
    assert [task.result() for task in stay] == ["one two"] * 6
    stats = scheduler.stats()
    assert (stats.waiting_finals, stats.waiting_partials, stats.failed) == (0, 0, 0)


async def overload(scheduler: AsrScheduler, until: DegradeLevel, engine: FakeEngine) -> None:
    """More finals than the engine can take, until it says so."""
    seen = asyncio.Event()
    unwatch = scheduler.watch(lambda level: seen.set() if level >= until else None)
    async with asyncio.TaskGroup() as group:
        flood = [group.create_task(ask(scheduler, f"s{number}", make_request(0.5))) for number in range(400)]
        await asyncio.wait_for(seen.wait(), 20)
        unwatch()
        engine.cost_s = None
    assert all(task.result() == "one" for task in flood), "overloaded, but nothing is lost"


STEEP = LadderSettings(final_high_s=0.02, final_low_s=0.01, up_after_s=0.05, down_after_s=3600.0)


async def test_levels_are_told_one_by_one_and_partials_shed(start: Start) -> None:
    engine = FakeEngine(cost_s=lambda _: 0.02)
    scheduler = start(engine, ladder=STEEP, look_every_s=0.01)
    told: list[DegradeLevel] = []
    unwatch = scheduler.watch(told.append)
    await overload(scheduler, DegradeLevel.FIRST_ONLY, engine)
    unwatch()
    unwatch()
    assert told[:3] == [DegradeLevel.SLOWER, DegradeLevel.SHORTER, DegradeLevel.FIRST_ONLY]
    assert scheduler.partial_interval_s("new") == 1.0
    assert await ask(scheduler, "new", make_request(1, "partial")) == "one two"
    with pytest.raises(PartialShed):
        await scheduler.transcribe("new", make_request(1, "partial"))
    assert scheduler.stats().shed == 1
    assert await ask(scheduler, "new", make_request(1)) == "one two"
    assert await ask(scheduler, "new", make_request(1, "partial")) == "one two", "the first of what is said next"


async def test_at_the_last_level_finals_are_hurried_and_nobody_else_begins(start: Start) -> None:
    engine = FakeEngine(cost_s=lambda _: 0.02)
    scheduler = start(engine, ladder=STEEP, look_every_s=0.01, admission=AdmissionSettings(refuse_above_s=3600.0))
    assert scheduler.admits().ok
    await ask(scheduler, "a", make_request(1))
    assert not engine.prepared[0].hurried
    await overload(scheduler, DegradeLevel.REFUSING, engine)
    assert scheduler.stats().level is DegradeLevel.REFUSING
    assert not scheduler.admits().ok
    await ask(scheduler, "a", make_request(1))
    assert engine.prepared[-1].hurried
    await ask(scheduler, "a", make_request(1, "partial"))
    assert not engine.prepared[-1].hurried


LOOK_OFTEN = {"look_every_s": 0.01, "try_again_s": 0.02}


async def wait_for(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def test_an_engine_that_fails_at_everything_lets_nobody_begin_until_it_works(start: Start) -> None:
    engine = FakeEngine(fault=lambda _: RuntimeError("no device"))
    scheduler = start(engine, **LOOK_OFTEN)
    told: list[DegradeLevel] = []
    scheduler.watch(told.append)
    for number in range(2):
        assert await ask(scheduler, f"s{number}", make_request(1)) == "[transcription_failed]"
    await asyncio.sleep(0.05)
    assert not scheduler.stats().failing, "two are not enough to doubt it"
    assert await ask(scheduler, "s2", make_request(1)) == "[transcription_failed]"
    await wait_for(lambda: told == [DegradeLevel.REFUSING])
    assert scheduler.stats().failing
    assert scheduler.level is DegradeLevel.REFUSING
    assert not scheduler.admits().ok
    engine.fault = None
    await wait_for(lambda: told == [DegradeLevel.REFUSING, DegradeLevel.NORMAL])
    assert not scheduler.stats().failing, "nobody asked, and it was found to work"
    assert scheduler.admits().ok


async def test_a_text_for_anybody_shows_that_it_works(start: Start) -> None:
    engine = FakeEngine(fault=lambda _: RuntimeError("no device"))
    scheduler = start(engine, look_every_s=0.01, try_again_s=3600.0)
    for number in range(3):
        await ask(scheduler, f"s{number}", make_request(1))
    await wait_for(lambda: scheduler.stats().failing)
    engine.fault = None
    assert await ask(scheduler, "a", make_request(1)) == "one two"
    assert not scheduler.stats().failing


async def test_speech_that_breaks_its_own_request_is_no_fault_of_the_engine(start: Start) -> None:
    engine = FakeEngine(fault=lambda call: RuntimeError("odd") if any(_is_bad(request) for request in call) else None)
    scheduler = start(engine, **LOOK_OFTEN)
    for _ in range(5):
        assert await ask(scheduler, "a", make_request(2)) == "[transcription_failed]"
    await wait_for(lambda: any(seconds_of(request) == 0.5 for request in engine.decoded))
    await settle()
    stats = scheduler.stats()
    assert (stats.failing, stats.level) == (False, DegradeLevel.NORMAL)


async def test_what_no_recogniser_could_take_raises_no_doubt(start: Start) -> None:
    engine = FakeEngine(refuse=lambda _: RequestUnusable("another language"))
    scheduler = start(engine, **LOOK_OFTEN)
    for _ in range(5):
        await ask(scheduler, "a", make_request(1))
    await asyncio.sleep(0.05)
    assert len(engine.calls) == 5, "it was not tried out"
