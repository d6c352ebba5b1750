"""How many may speak at a time, and what a second of speech costs: Viva and the usual way in turn, on one model."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from media.types import LanguageCode
from tests.benchmarks.asr.material import Talk, choose, make_talk
from tests.benchmarks.asr.peer import Ending
from tests.benchmarks.asr.ramp import Ramp
from tests.benchmarks.asr.stage import LEAST_FINALS, Stage, StagePlan
from tests.benchmarks.asr.staging import run_stage
from tests.benchmarks.asr.ways import Habit, Way, Ways
from tests.fixtures.random_whisper import ShapeName

_LANGUAGES: tuple[LanguageCode, LanguageCode] = ("en", "zh-CN")


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """`longest_s`: of an answer. `habits` of the usual way that are tried with one session: the cheapest counts for the
    cost, the quickest that loses no words for the number of sessions. `one` is of one session, `many` of the search for
    the knee, `past` of what is beyond it; `tries` of Viva and of the usual way."""

    shape: ShapeName
    talks: int
    answers: int
    longest_s: float
    tries: tuple[int, int]
    habits: tuple[Habit, ...]
    one: StagePlan
    many: StagePlan
    past: StagePlan


@dataclass(slots=True)
class LoadReport:
    """Single sessions, then the search; `past` is at twice the knee. `viva_full` filled finals up to 30 s."""

    viva_one: Stage
    viva_full: Stage
    peers_one: dict[Habit, Stage]
    threads: int
    habit: Habit
    """Of the usual way in the search."""
    stages: list[Stage] = field(default_factory=list)
    viva_knee: int = 0
    peer_knee: int = 0
    past: Stage | None = None

    @property
    def cheapest_one(self) -> Stage:
        return min(self.peers_one.values(), key=lambda stage: stage.engine_share)

    @property
    def cheapest_sustained(self) -> Stage:
        """Of the usual way, whatever its habit; where it sustained nothing, the cheapest with one session."""
        peers = [*self.peers_one.values(), *(stage for stage in self.stages if stage.system != self.viva_one.system)]
        sustained = [stage for stage in peers if stage.sustained]
        return min(sustained, key=lambda stage: stage.engine_share) if sustained else self.cheapest_one

    @property
    def at_knee(self) -> Stage:
        """Of Viva; one session where not even one held."""
        return self.find(self.viva_one.system, self.viva_knee) or self.viva_one

    @property
    def cost_ratio(self) -> float:
        """Each at its own full load."""
        return self.at_knee.engine_share / self.cheapest_sustained.engine_share

    @property
    def cost_ratio_one(self) -> float:
        return self.viva_one.engine_share / self.cheapest_one.engine_share

    @property
    def cost_ratio_full_windows(self) -> float:
        """One session each."""
        return self.viva_full.engine_share / self.cheapest_one.engine_share

    @property
    def deciding_finals(self) -> int:
        """The fewest of any stage that the number of sessions hangs on: the best that held, and what was tried where
        none did."""
        systems = ((self.viva_one.system, self.viva_knee), (self.cheapest_one.system, self.peer_knee))
        counts: list[int] = []
        for system, knee in systems:
            tried = [stage for stage in self.stages if stage.system == system and stage.sessions >= knee]
            counts += [len(stage.finals_s) for stage in tried[-1:] if not knee]
            counts += [len(stage.finals_s) for stage in tried if knee and stage.sessions == knee]
        return min(counts, default=0)

    @property
    def sessions_ratio(self) -> float:
        """Where the usual way did not hold the limit with one session, one is what it is given. Not a number where too
        few finals decide."""
        return self.viva_knee / max(1, self.peer_knee) if self.deciding_finals >= LEAST_FINALS else math.nan

    def find(self, system: str, sessions: int) -> Stage | None:
        found = [stage for stage in self.stages if (stage.system, stage.sessions) == (system, sessions)]
        return found[-1] if found else None


def make_talks(plan: LoadPlan) -> list[Talk]:
    """Different ones, English and Chinese in turn."""
    talks: list[Talk] = []
    for number in range(plan.talks):
        language = _LANGUAGES[number % 2]
        pool = choose(18, language, longest_s=plan.longest_s)
        shift = number * 5 % len(pool)
        talks.append(make_talk(f"talk-{number}", (pool[shift:] + pool[:shift])[: plan.answers], seed=number))
    return talks


async def measure_load(plan: LoadPlan, talks: list[Talk], ways: Ways, say: Callable[[str], None]) -> LoadReport:
    run = partial(_run, talks=talks, threads=ways.threads, say=say)
    viva_one = await run(ways.viva, 1, plan.one)
    viva_full = await run(ways.viva_full, 1, plan.one, "finals in windows of 30 s")
    peers_one = {habit: await run(way, 1, plan.one, str(habit)) for habit, way in ways.peers.items()}
    report = LoadReport(viva_one, viva_full, peers_one, ways.threads, choose_quickest(peers_one))
    await _search(report, ways.viva, ways.peers[report.habit], plan, run)
    report.past = await run(ways.viva, max(2, 2 * report.viva_knee), plan.past)
    return report


def choose_quickest(peers_one: dict[Habit, Stage]) -> Habit:
    """Of those that make sure of the last words: the original's ending loses them in the long run, if not in these few
    answers."""
    whole = [habit for habit in peers_one if habit.ending is not Ending.PROMOTED] or list(peers_one)
    return min(whole, key=lambda habit: peers_one[habit].final_p50_s)


class _Run(Protocol):
    def __call__(self, way: Way, sessions: int, plan: StagePlan) -> Awaitable[Stage]: ...


async def _search(report: LoadReport, viva: Way, peers: Way, plan: LoadPlan, run: _Run) -> None:
    """In turn, so that what else the machine does meets both."""
    guess = round(0.7 * report.threads / max(0.01, report.viva_one.engine_s / report.viva_one.wall_s))
    viva_ramp, peer_ramp = Ramp(guess, tries=plan.tries[0]), Ramp(2, tries=plan.tries[1])
    turns = ((viva, viva_ramp), (peers, peer_ramp))
    while any(ramp.next() for _, ramp in turns):
        for way, ramp in turns:
            sessions = ramp.next()
            if sessions is not None:
                stage = await run(way, sessions, plan.many)
                report.stages.append(stage)
                ramp.note(sessions, held=stage.sustained)
    report.viva_knee, report.peer_knee = viva_ramp.knee, peer_ramp.knee


async def _run(
    way: Way,
    sessions: int,
    plan: StagePlan,
    how: str = "",
    *,
    talks: Sequence[Talk],
    threads: int,
    say: Callable[[str], None],
) -> Stage:
    plan = plan.fit(sessions, talks, threads=threads)
    stage = await run_stage(way.open, way.clock, way.meter, talks, sessions, plan, seed=sessions)
    words = [stage.system, how, str(sessions)] if how else [stage.system, str(sessions)]
    failures = f", failures {', '.join(sorted(set(stage.failures)))}" if stage.failures else ""
    say(
        f"{', '.join(words)}: finals p50 {stage.final_p50_s:.2f} p95 {stage.final_p95_s:.2f} s"
        f" ({len(stage.finals_s)}), words p50 {stage.word_p50_s:.2f} s, missing {stage.words_missing} words,"
        f" {stage.lost} finals, refused {stage.refused}{failures}, engine {stage.engine_share:.3f} s/s,"
        f" {stage.engine_s / stage.wall_s:.0%} of a core, {stage.decodes_per_s:.2f} decodes/s; {stage.remarks};"
        f" {stage.wall_s:.0f} s"
    )
    return stage
