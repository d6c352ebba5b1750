"""So many speakers at a time for a while, on one system: what their finals' latency is, and what it cost."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from itertools import count

import psutil

from tests.benchmarks.asr.cpu import EngineClock, Meter
from tests.benchmarks.asr.feed import Feed
from tests.benchmarks.asr.journal import Journal, drain
from tests.benchmarks.asr.material import Talk, make_silence
from tests.benchmarks.asr.measures import measure_final, measure_words
from tests.benchmarks.asr.stage import LIMIT_S, Stage, StagePlan
from tests.benchmarks.asr.systems import Seat, System

BEGIN_S = 0.5
_ASK_AHEAD_S = 0.1
_NOT_YET_S = 0.04
_LEAST_WORDS = 3

OpenSystem = Callable[[], AbstractAsyncContextManager[System]]


async def run_stage(
    open_system: OpenSystem,
    clock: EngineClock,
    meter: Meter,
    talks: Sequence[Talk],
    sessions: int,
    plan: StagePlan,
    *,
    seed: int = 1,
) -> Stage:
    """Each place is taken by one speaker after the other, who have the talks in turn; who has the same talk as another
    begins at another time."""
    dice = random.Random(seed)
    process = psutil.Process()
    async with open_system() as system:
        feed = Feed(time.monotonic() + BEGIN_S)
        begun_s, engine_s, process_s = time.monotonic(), clock.read_s(), _read(process)
        decodes, decoded_s = meter.items, meter.audio_s
        async with asyncio.TaskGroup() as group:
            places = []
            for number in range(sessions):
                begin_s = plan.spread_s * (number + dice.random()) / sessions
                turn = [talks[(number + step * sessions) % len(talks)] for step in range(len(talks))]
                places.append(group.create_task(_take_place(system, feed, turn, begin_s, plan)))
            await feed.run(plan.total_s, silence=make_silence())
        seats = [seat for place in places for seat in place.result()]
        for seat in seats:
            seat.end()
        await drain([seat.journal for seat in seats], feed.start_s + plan.total_s, plan.drain_s)
        # What is failed by the end of the stage itself is in the count of those that are missing.
        failures = tuple(failure for seat in seats for failure in seat.journal.failures)
        wall_s, remarks, worst_level = time.monotonic() - begun_s, system.describe(), system.worst_level
        engine_s, process_s = clock.read_s() - engine_s, _read(process) - process_s
    journals = [seat.journal for seat in seats]
    speech_s = sum(one.talk.speech_until(_heard_ms(one, feed, plan)) for one in journals)
    return Stage(
        system=system.name,
        sessions=sessions,
        finals_s=tuple(one for journal in journals for one in _finals(journal, feed, plan)),
        words_s=tuple(one for journal in journals for one in _words(journal, feed, plan)),
        partials_per_speech_s=sum(journal.partials for journal in journals) / max(1e-9, speech_s),
        told=sum(journal.finals for journal in journals),
        lost=sum(_count_lost(journal, feed, plan) for journal in journals),
        failures=failures,
        speech_s=speech_s,
        engine_s=engine_s,
        process_s=process_s,
        wall_s=wall_s,
        late_s=feed.late_s,
        remarks=remarks,
        refused=sum(not place.result() for place in places),
        worst_level=worst_level,
        decodes=meter.items - decodes,
        decoded_s=meter.audio_s - decoded_s,
    )


async def _take_place(system: System, feed: Feed, talks: Sequence[Talk], begin_s: float, plan: StagePlan) -> list[Seat]:
    """Whose talk is over goes, and another comes. Nobody, when the first is not let in. Until the stage is over."""
    seats: list[Seat] = []
    for number in count():
        await asyncio.sleep(max(0.0, feed.start_s + begin_s - _ASK_AHEAD_S - time.monotonic()))
        if plan.gated and not seats and not await _wait_for_gate(system, feed.start_s + plan.warm_up_s):
            break
        talk = talks[number % len(talks)]
        begin_s = max(begin_s, time.monotonic() - feed.start_s + _NOT_YET_S)
        seat = system.join(talk, feed.start_s + round(begin_s * 50) / 50)
        feed.add(talk, begin_s, seat.push)
        seats.append(seat)
        begin_s += talk.duration_s
        if begin_s >= plan.total_s:
            break
    return seats


async def _wait_for_gate(system: System, until_s: float) -> bool:
    """As a candidate does who is told to come again."""
    while not (admission := system.admits()).ok:
        if time.monotonic() + admission.wait_s > until_s:
            return False
        await asyncio.sleep(admission.wait_s)
    return True


def _heard_ms(journal: Journal, feed: Feed, plan: StagePlan) -> int:
    """How much of its talk was fed."""
    return round((feed.start_s + plan.total_s - journal.start_s) * 1000)


def _finals(journal: Journal, feed: Feed, plan: StagePlan) -> list[float]:
    """Of segments that ended by themselves in the window; what was open when the feed ended is not one of them."""
    latencies: list[float] = []
    for segment in journal.segments():
        latency = measure_final(segment)
        if latency is None:
            continue
        end_s = journal.start_s - feed.start_s + segment.said[-1].t_end_ms / 1000
        if plan.warm_up_s <= end_s <= plan.total_s - LIMIT_S:
            latencies.append(latency)
    return latencies


def _words(journal: Journal, feed: Feed, plan: StagePlan) -> list[float]:
    return [
        latency.aware_s
        for segment in journal.segments()
        for word, latency in zip(segment.said, measure_words(segment), strict=True)
        if plan.warm_up_s <= journal.start_s - feed.start_s + word.t_end_ms / 1000 <= plan.total_s - 2 * LIMIT_S
    ]


def _count_lost(journal: Journal, feed: Feed, plan: StagePlan) -> int:
    """Segments without a final, failed ones among them; and speech that is in no segment, unless the end of the feed
    left but a word of it."""
    fed_ms = _heard_ms(journal, feed, plan)
    lost = 0
    for segment in journal.segments():
        said = [word for word in segment.said if word.t_end_ms < fed_ms]
        enough = len(said) >= _LEAST_WORDS or bool(said and segment.showings)
        lost += segment.final is None and enough
    return lost


def _read(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
