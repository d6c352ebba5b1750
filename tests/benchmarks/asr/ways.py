"""Viva and the usual way opened on one model, each with a clock and a meter of its engine."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from media.transcription.engine import EngineSettings, WhisperEngine, WindowSettings, choose_final_s
from media.transcription.engine.settings import LONGEST_S
from media.transcription.types import Request
from media.types import RecogniserInfo
from tests.benchmarks.asr.cpu import EngineClock, Meter, MeteredEngine, MeteredPeer
from tests.benchmarks.asr.material import Talk
from tests.benchmarks.asr.peer import Ending
from tests.benchmarks.asr.peer_model import PeerModel, ScriptedPeerModel
from tests.benchmarks.asr.script import Scripts
from tests.benchmarks.asr.scripted_engine import INFO, ScriptedEngine
from tests.benchmarks.asr.systems import System, open_peers, open_viva
from tests.fixtures.random_whisper import ShapeName, open_random_model

FULL_WINDOWS = EngineSettings(windows=WindowSettings(final_s=LONGEST_S))
"""Finals filled up to the 30 s that Whisper was trained on."""
_WARM_UP = 64_000


def choose_settings(info: RecogniserInfo) -> EngineSettings:
    """As the server does on a machine without a GPU."""
    return EngineSettings(windows=WindowSettings(final_s=choose_final_s(info, "cpu")))


@dataclass(frozen=True, slots=True)
class Habit:
    """What there is to choose about the usual way: threads of one call, and how an utterance ends."""

    threads: int
    ending: Ending

    def __str__(self) -> str:
        return f"{self.threads} thread{'s' * (self.threads > 1)} a call, {self.ending.value}"


@dataclass(frozen=True, slots=True)
class Way:
    """How one of the two is opened, and what its engine did."""

    open: Callable[[], AbstractAsyncContextManager[System]]
    clock: EngineClock
    meter: Meter


@dataclass(frozen=True, slots=True)
class Ways:
    """`viva_full`: with `FULL_WINDOWS`."""

    viva: Way
    viva_full: Way
    peers: dict[Habit, Way]
    threads: int


def open_scripted_ways(shape: ShapeName, habits: Sequence[Habit], talks: Sequence[Talk], *, threads: int) -> Ways:
    scripts = Scripts()
    for talk in talks:
        scripts.add(talk.samples, talk.words)
    path = open_random_model(shape)
    return open_ways(
        lambda settings: ScriptedEngine(path, scripts, threads=threads, settings=settings),
        lambda count: ScriptedPeerModel(path, scripts, threads=count),
        habits,
        talks[0],
        INFO,
        threads=threads,
    )


def open_ways(
    make_engine: Callable[[EngineSettings], WhisperEngine],
    make_peer: Callable[[int], PeerModel],
    habits: Sequence[Habit],
    talk: Talk,
    info: RecogniserInfo,
    *,
    threads: int,
) -> Ways:
    """`make_peer` is given the threads of a call. Blocking."""
    peers: dict[Habit, Way] = {}
    for count in sorted({habit.threads for habit in habits}):
        endings = [habit.ending for habit in habits if habit.threads == count]
        ways = _open_peer_ways(partial(make_peer, count), endings, talk)
        peers |= {Habit(count, ending): way for ending, way in ways.items()}
    return Ways(
        _open_viva_way(partial(make_engine, choose_settings(info)), talk, threads=threads),
        _open_viva_way(partial(make_engine, FULL_WINDOWS), talk, threads=threads),
        {habit: peers[habit] for habit in habits},
        threads,
    )


def _open_viva_way(make: Callable[[], WhisperEngine], talk: Talk, *, threads: int) -> Way:
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

    return Way(opened, clock, metered)


def _open_peer_ways(make: Callable[[], PeerModel], endings: Sequence[Ending], talk: Talk) -> dict[Ending, Way]:
    """One model for all of them, of which one is used at a time."""
    clock = EngineClock()

    def open_warm() -> PeerModel:
        model = make()
        model.recognise(talk.samples[:_WARM_UP], talk.language, "")
        return model

    metered = MeteredPeer(clock.open(open_warm), clock)

    @asynccontextmanager
    async def opened(ending: Ending) -> AsyncGenerator[System]:
        async with open_peers(metered, ending) as peers:
            yield peers

    return {ending: Way(partial(opened, ending), clock, metered) for ending in endings}
