"""How many may speak at a time, and what a second of speech costs: Viva and the usual way in turn, on one model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from media.transcription.engine import WhisperEngine
from media.transcription.types import Request
from media.types import LanguageCode
from tests.benchmarks.asr.cpu import EngineClock, MeteredEngine, MeteredPeer
from tests.benchmarks.asr.material import Talk, choose, make_talk
from tests.benchmarks.asr.peer_model import PeerModel, ScriptedPeerModel
from tests.benchmarks.asr.ramp import Ramp
from tests.benchmarks.asr.script import Scripts
from tests.benchmarks.asr.scripted_engine import ScriptedEngine
from tests.benchmarks.asr.stage import Stage, StagePlan, run_stage
from tests.benchmarks.asr.systems import System, open_peers, open_viva
from tests.fixtures.random_whisper import ShapeName, open_random_model

_LANGUAGES: tuple[LanguageCode, LanguageCode] = ("en", "zh-CN")
_WARM_UP = 64_000


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """`longest_s`: of an answer. `peer_threads`, of one call: the cheapest counts for the cost, the quickest for the
    number of sessions. `one` is of one session, `many` of the search for the knee, `past` of what is beyond it."""

    shape: ShapeName
    talks: int
    answers: int
    longest_s: float
    tries: tuple[int, int]
    peer_threads: tuple[int, ...]
    one: StagePlan
    many: StagePlan
    past: StagePlan


@dataclass(slots=True)
class LoadReport:
    """Single sessions, then the search; `past` is at twice the knee."""

    viva_one: Stage
    peers_one: dict[int, Stage]
    threads: int
    peer_threads: int
    stages: list[Stage] = field(default_factory=list)
    viva_knee: int = 0
    peer_knee: int = 0
    past: Stage | None = None

    @property
    def cost_ratio(self) -> float:
        return self.viva_one.engine_share / min(stage.engine_share for stage in self.peers_one.values())

    @property
    def sessions_ratio(self) -> float:
        """Where the usual way did not hold the limit with one session, one is what it is given."""
        return self.viva_knee / max(1, self.peer_knee)

    def find(self, system: str, sessions: int) -> Stage | None:
        found = [stage for stage in self.stages if (stage.system, stage.sessions) == (system, sessions)]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Way:
    """How one of the two is opened, and the clock of its engine."""

    open: Callable[[], AbstractAsyncContextManager[System]]
    clock: EngineClock


@dataclass(frozen=True, slots=True)
class Ways:
    """`peers` by threads of one call."""

    viva: Way
    peers: dict[int, Way]
    threads: int


def make_talks(plan: LoadPlan) -> list[Talk]:
    """Different ones, English and Chinese in turn."""
    talks: list[Talk] = []
    for number in range(plan.talks):
        language = _LANGUAGES[number % 2]
        pool = choose(18, language, longest_s=plan.longest_s)
        shift = number * 5 % len(pool)
        talks.append(make_talk(f"talk-{number}", (pool[shift:] + pool[:shift])[: plan.answers], seed=number))
    return talks


def open_scripted_ways(plan: LoadPlan, talks: Sequence[Talk], *, threads: int) -> Ways:
    scripts = Scripts()
    for talk in talks:
        scripts.add(talk.samples, talk.words)
    path = open_random_model(plan.shape)
    viva = open_viva_way(lambda: ScriptedEngine(path, scripts, threads=threads), talks[0], threads=threads)
    peers = {
        count: open_peer_way(partial(ScriptedPeerModel, path, scripts, threads=count), talks[0])
        for count in plan.peer_threads
    }
    return Ways(viva, peers, threads)


async def measure_load(plan: LoadPlan, talks: list[Talk], ways: Ways, say: Callable[[str], None]) -> LoadReport:
    run = partial(_run, talks=talks, say=say)
    viva_one = await run(ways.viva, 1, plan.one)
    peers_one = {count: await run(way, 1, plan.one) for count, way in ways.peers.items()}
    quickest = min(peers_one, key=lambda count: peers_one[count].final_p95_s)
    report = LoadReport(viva_one, peers_one, ways.threads, quickest)
    await _search(report, ways.viva, ways.peers[quickest], plan, run)
    report.past = await run(ways.viva, max(2, 2 * report.viva_knee), plan.past)
    return report


class _Run(Protocol):
    def __call__(self, way: Way, sessions: int, plan: StagePlan) -> Awaitable[Stage]: ...


async def _search(report: LoadReport, viva: Way, peers: Way, plan: LoadPlan, run: _Run) -> None:
    """In turn, so that what else the machine does meets both. What one session did is known already."""
    guess = round(0.7 * report.threads / max(0.01, report.viva_one.engine_s / report.viva_one.wall_s))
    viva_ramp, peer_ramp = Ramp(guess, tries=plan.tries[0]), Ramp(2, tries=plan.tries[1] + 1)
    peers_one = report.peers_one[report.peer_threads]
    peer_ramp.note(1, held=peers_one.sustained)
    report.stages.append(peers_one)
    turns = ((viva, viva_ramp), (peers, peer_ramp))
    while any(ramp.next() for _, ramp in turns):
        for way, ramp in turns:
            sessions = ramp.next()
            if sessions is not None:
                stage = await run(way, sessions, plan.many)
                report.stages.append(stage)
                ramp.note(sessions, held=stage.sustained)
    report.viva_knee, report.peer_knee = viva_ramp.knee, peer_ramp.knee


async def _run(way: Way, sessions: int, plan: StagePlan, *, talks: list[Talk], say: Callable[[str], None]) -> Stage:
    stage = await run_stage(way.open, way.clock, talks, sessions, plan, seed=sessions)
    say(
        f"{stage.system}, {sessions}: finals p50 {stage.final_p50_s:.2f} p95 {stage.final_p95_s:.2f} s"
        f" ({len(stage.finals_s)}), words p50 {stage.word_p50_s:.2f} s, missing {stage.lost},"
        f" engine {stage.engine_share:.3f} s/s, {stage.engine_s / stage.wall_s:.0%} of a core; {stage.remarks}"
    )
    return stage


def open_viva_way(make: Callable[[], WhisperEngine], talk: Talk, *, threads: int) -> Way:
    """`make` opens an engine. Blocking."""
    clock = EngineClock()

    def open_warm() -> WhisperEngine:
        engine = make()
        for kind in ("partial", "final"):
            engine.transcribe(Request(talk.samples[:_WARM_UP], talk.language, kind))
        return engine

    metered = MeteredEngine(clock.open(open_warm), clock)

    @asynccontextmanager
    async def opened() -> AsyncGenerator[System]:
        async with open_viva(metered, threads=threads) as viva:
            yield viva

    return Way(opened, clock)


def open_peer_way(make: Callable[[], PeerModel], talk: Talk) -> Way:
    clock = EngineClock()

    def open_warm() -> PeerModel:
        model = make()
        model.recognise(talk.samples[:_WARM_UP], talk.language, "")
        return model

    metered = MeteredPeer(clock.open(open_warm), clock)

    @asynccontextmanager
    async def opened() -> AsyncGenerator[System]:
        async with open_peers(metered) as peers:
            yield peers

    return Way(opened, clock)
