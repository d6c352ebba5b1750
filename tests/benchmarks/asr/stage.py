"""So many speakers at a time for a while, on one system: what their finals' latency is, and what it cost."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import psutil

from tests.benchmarks.asr.cpu import EngineClock
from tests.benchmarks.asr.feed import Feed
from tests.benchmarks.asr.journal import Journal, drain
from tests.benchmarks.asr.material import Talk, make_silence
from tests.benchmarks.asr.measures import INFINITE, find_percentile, measure_final, measure_words
from tests.benchmarks.asr.systems import Seat, System

LIMIT_S = 1.0
BEGIN_S = 0.5
_LEAST_WORDS = 3


@dataclass(frozen=True, slots=True)
class StagePlan:
    """`spread_s`: talks begin within it, each at a moment of its own. What was said in the first `warm_up_s` does not
    count. When time is up everybody falls silent in the middle of a word, and there are `drain_s` for what is still to
    come."""

    spread_s: float
    warm_up_s: float
    window_s: float
    drain_s: float

    @property
    def total_s(self) -> float:
        return self.warm_up_s + self.window_s


@dataclass(frozen=True, slots=True)
class Stage:
    """`speech_s` and the processor times are of the whole stage, the latencies of its window."""

    system: str
    sessions: int
    finals_s: tuple[float, ...]
    words_s: tuple[float, ...]
    partials_per_speech_s: float
    told: int
    """Finals of the whole stage."""
    lost: int
    failures: tuple[str, ...]
    speech_s: float
    engine_s: float
    process_s: float
    wall_s: float
    late_s: float
    remarks: str = ""

    @property
    def final_p95_s(self) -> float:
        return find_percentile(self.finals_s, 0.95) if self.finals_s else INFINITE

    @property
    def final_p50_s(self) -> float:
        return find_percentile(self.finals_s, 0.5) if self.finals_s else INFINITE

    @property
    def word_p50_s(self) -> float:
        return find_percentile(self.words_s, 0.5) if self.words_s else INFINITE

    @property
    def sustained(self) -> bool:
        return self.final_p95_s <= LIMIT_S and self.lost == 0

    @property
    def engine_share(self) -> float:
        """Engine seconds per second of speech."""
        return self.engine_s / max(1e-9, self.speech_s)


OpenSystem = Callable[[], AbstractAsyncContextManager[System]]


async def run_stage(
    open_system: OpenSystem, clock: EngineClock, talks: Sequence[Talk], sessions: int, plan: StagePlan, *, seed: int = 1
) -> Stage:
    """Speakers take the talks in turn; who has the same talk as another begins at another time."""
    dice = random.Random(seed)
    process = psutil.Process()
    async with open_system() as system:
        feed = Feed(time.monotonic() + BEGIN_S)
        seats: list[Seat] = []
        for number in range(sessions):
            talk = talks[number % len(talks)]
            begin_s = plan.spread_s * (number + dice.random()) / sessions
            start_s = feed.start_s + round(begin_s * 50) / 50
            seat = system.join(talk, start_s)
            feed.add(talk, begin_s, seat.push)
            seats.append(seat)
        begun_s, engine_s, process_s = time.monotonic(), clock.read_s(), _read(process)
        await feed.run(plan.total_s, silence=make_silence())
        for seat in seats:
            seat.end()
        await drain([seat.journal for seat in seats], feed.start_s + plan.total_s, plan.drain_s)
        wall_s, remarks = time.monotonic() - begun_s, system.describe()
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
        failures=tuple(failure for journal in journals for failure in journal.failures),
        speech_s=speech_s,
        engine_s=engine_s,
        process_s=process_s,
        wall_s=wall_s,
        late_s=feed.late_s,
        remarks=remarks,
    )


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
