"""Stages, what they sustain, and the ratios made of them."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from media.transcription.condition import Admission, DegradeLevel
from media.transcription.scheduling.settings import AdmissionSettings
from tests.benchmarks.asr.cpu import EngineClock
from tests.benchmarks.asr.journal import Journal
from tests.benchmarks.asr.load import LoadReport, choose_quickest
from tests.benchmarks.asr.load_tables import find_load, write_load
from tests.benchmarks.asr.material import Talk, choose, make_talk
from tests.benchmarks.asr.measures import INFINITE
from tests.benchmarks.asr.peer import Ending
from tests.benchmarks.asr.plan import FULL
from tests.benchmarks.asr.stage import Stage, StagePlan
from tests.benchmarks.asr.staging import run_stage
from tests.benchmarks.asr.systems import Seat
from tests.benchmarks.asr.ways import Habit

STAGE = Stage("viva", 1, (0.3,) * 20, (1.0,), 1.8, 9, 0, (), 30.0, 3.0, 4.0, 40.0, 0.01)
ORIGINAL, PAUSE, STOPS = (Habit(1, ending) for ending in Ending)


def make_stage(system: str, sessions: int, engine_s: float, **changes: object) -> Stage:
    return replace(STAGE, system=system, sessions=sessions, engine_s=engine_s, **changes)  # type: ignore[arg-type]


def make_load(**changes: object) -> LoadReport:
    peers_one = {
        ORIGINAL: make_stage("usual way", 1, 15.0, words_s=(1.0, INFINITE, 1.0)),
        STOPS: make_stage("usual way", 1, 18.0, finals_s=(0.9,) * 20),
    }
    load = LoadReport(make_stage("viva", 1, 4.5), make_stage("viva", 1, 6.0), peers_one, 2, STOPS)
    load.stages = [
        make_stage("viva", 12, 1.2, finals_s=(0.5,) * 60, worst_level=DegradeLevel.SLOWER),
        make_stage("usual way", 2, 10.0, finals_s=(0.9,) * 40),
        make_stage("usual way", 3, 6.0, finals_s=(1.9,) * 40),
    ]
    load.viva_knee, load.peer_knee = 12, 2
    for name, value in changes.items():
        setattr(load, name, value)
    return load


def test_a_stage_is_sustained_when_finals_and_captions_are_in_time_and_everybody_is_let_in() -> None:
    assert STAGE.sustained
    assert not replace(STAGE, finals_s=(1.1,) * 20).sustained
    assert not replace(STAGE, lost=1).sustained
    assert not replace(STAGE, words_s=(2.6, 2.6, 1.0)).sustained
    assert not replace(STAGE, refused=1).sustained
    assert replace(STAGE, worst_level=DegradeLevel.PLAIN_FINALS).sustained
    assert not replace(STAGE, worst_level=DegradeLevel.REFUSING).sustained


def test_the_interval_of_a_percentile_holds_it() -> None:
    stage = replace(STAGE, finals_s=tuple(at / 100 for at in range(100)))
    low, high = stage.estimate_final_p95_s()
    assert low < stage.final_p95_s < high
    assert replace(STAGE, finals_s=()).estimate_final_p95_s() == (INFINITE, INFINITE)


def test_costs_are_compared_at_each_ones_full_load_and_with_one_session() -> None:
    load = make_load()
    assert load.cost_ratio == pytest.approx(1.2 / 10), "three sessions cost less, but were not sustained"
    assert load.cost_ratio_one == pytest.approx(4.5 / 15), "the original's ending is the cheapest"
    assert load.cost_ratio_full_windows == pytest.approx(6 / 15)


def test_a_usual_way_that_sustains_nothing_counts_with_its_cheapest_single_session() -> None:
    late = {ORIGINAL: make_stage("usual way", 1, 15.0, finals_s=(1.5,) * 20), STOPS: make_stage("usual way", 1, 18.0)}
    late[STOPS] = replace(late[STOPS], finals_s=(1.5,) * 20)
    load = make_load(peers_one=late, stages=make_load().stages[:1], peer_knee=0)
    assert load.cost_ratio == pytest.approx(1.2 / 15)


def test_the_quickest_habit_that_loses_no_words_is_searched_with() -> None:
    quick = make_stage("usual way", 1, 15.0, finals_s=(0.6,) * 9, words_s=(1.0, INFINITE))
    assert choose_quickest({ORIGINAL: quick, PAUSE: make_load().peers_one[STOPS]}) == PAUSE
    lucky = replace(quick, words_s=(1.0,))
    assert choose_quickest({ORIGINAL: lucky, PAUSE: make_load().peers_one[STOPS]}) == PAUSE
    assert choose_quickest({PAUSE: lucky, STOPS: make_load().peers_one[STOPS]}) == PAUSE


def test_too_few_finals_make_no_ratio() -> None:
    assert make_load().sessions_ratio == 6
    few = make_load()
    few.stages[1] = replace(few.stages[1], finals_s=(0.9,) * 19)
    assert math.isnan(few.sessions_ratio)
    figure = find_load(few)["sessions_ratio"]
    assert "no ratio from 19 finals" in figure.write("sessions_ratio")
    assert not figure.missed


def test_the_finals_that_decide_are_those_of_the_knees() -> None:
    """Where nothing held, those of the fewest sessions tried last."""
    load = make_load(peer_knee=0)
    assert load.deciding_finals == 40
    load.stages.append(make_stage("usual way", 1, 9.0, finals_s=(1.5,) * 7))
    assert load.deciding_finals == 7


def test_the_table_tells_intervals_failures_decodes_and_levels() -> None:
    load = make_load()
    load.stages[0] = replace(
        load.stages[0], failures=("asr_timeout", "asr_timeout"), decodes=66, decoded_s=90.0, refused=2
    )
    row = next(line for line in write_load(load) if line.startswith("| viva | 12 (2)"))
    assert "(0.50 to 0.50; 60)" in row
    assert "2 x asr_timeout" in row
    assert "| 2.20, 3.0 |" in row
    headline = find_load(load)["sessions_ratio"].write("sessions_ratio")
    assert "12 (worst level: slower) against 2" in headline


def test_a_full_run_waits_for_forty_finals_in_every_stage_of_the_search() -> None:
    talks = [make_talk("talk", choose(2, "en", longest_s=7.0), seed=1)]
    assert FULL.load.many.finals >= 40
    plan = StagePlan(spread_s=1, warm_up_s=2, window_s=30, drain_s=1, finals=40)
    answer_s = talks[0].duration_s / 2
    assert plan.fit(1, talks, threads=2).window_s >= 40 * answer_s
    assert plan.fit(4, talks, threads=2).window_s >= 10 * answer_s
    assert plan.fit(400, talks, threads=2).window_s == 30
    assert replace(plan, finals=0).fit(1, talks, threads=2).window_s == 30
    gate = AdmissionSettings()
    at_once = 2 * gate.burst
    assert plan.fit(at_once, talks, threads=2).warm_up_s == plan.warm_up_s
    assert plan.fit(at_once + 3, talks, threads=2).warm_up_s == plan.warm_up_s + 3 * gate.one_each_s
    assert replace(plan, gated=False).fit(400, talks, threads=2).warm_up_s == plan.warm_up_s


class Gate:
    """Lets in from the answers it is given, then everybody; listens to nobody."""

    name = "gate"
    worst_level = DegradeLevel.SHORTER

    def __init__(self, *answers: Admission) -> None:
        self._answers = list(answers)
        self.joined: list[tuple[str, float]] = []
        self.journals: list[Journal] = []
        self.packets = 0
        self.items = 5
        self.audio_s = 50.0

    def admits(self) -> Admission:
        return self._answers.pop(0) if self._answers else Admission(True, 0.0)

    def join(self, talk: Talk, start_s: float) -> Seat:
        self.joined.append((talk.name, start_s))
        self.journals.append(Journal(talk, start_s))
        return Seat(self.journals[-1], self._push, lambda: None)

    def _push(self, frame: object) -> None:
        self.packets += 1
        self.items += 1
        self.audio_s += 0.5

    def describe(self) -> str:
        return "nothing"


async def stay(gate: Gate, talks: Sequence[Talk], sessions: int, plan: StagePlan) -> Stage:
    @asynccontextmanager
    async def opened() -> AsyncGenerator[Gate]:
        yield gate
        for journal in gate.journals:
            journal.failures.append("asr_unavailable")

    return await run_stage(opened, EngineClock(), gate, talks, sessions, plan)


@pytest.fixture(scope="module")
def short_talk() -> Talk:
    talk = make_talk("short", choose(1, "en", longest_s=5.0), seed=1)
    return replace(talk, packets=talk.packets[:10])


PLAN = StagePlan(spread_s=0.0, warm_up_s=0.4, window_s=0.2, drain_s=0.0)


async def test_who_is_refused_until_the_warm_up_is_over_stays_out(short_talk: Talk) -> None:
    gate = Gate(*[Admission(False, 0.3)] * 9)
    stage = await stay(gate, [short_talk], 1, PLAN)
    assert (stage.refused, gate.joined) == (1, [])
    assert not stage.sustained


async def test_who_is_told_to_come_again_comes_again(short_talk: Talk) -> None:
    gate = Gate(Admission(False, 0.05))
    stage = await stay(gate, [short_talk], 1, PLAN)
    assert stage.refused == 0
    assert gate.joined
    assert stage.worst_level is DegradeLevel.SHORTER


async def test_past_the_knee_nobody_asks_at_the_gate(short_talk: Talk) -> None:
    gate = Gate(*[Admission(False, 9.0)] * 9)
    stage = await stay(gate, [short_talk], 2, replace(PLAN, gated=False))
    assert stage.refused == 0
    assert len(gate.joined) >= 2


async def test_a_place_is_taken_again_when_a_talk_is_over_and_work_is_counted(short_talk: Talk) -> None:
    gate = Gate()
    other = replace(short_talk, name="other")
    stage = await stay(gate, [short_talk, other], 1, PLAN)
    assert [name for name, _ in gate.joined] == ["short", "other", "short"], "0.2 s each"
    assert gate.packets >= 25
    assert (stage.decodes, stage.decoded_s) == (gate.packets, gate.packets * 0.5)
    assert stage.failures == (), "what the end of the stage does to others is no failure of theirs"
