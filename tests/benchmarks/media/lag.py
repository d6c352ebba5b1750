"""How late the event loop is, and what a process and a core did meanwhile."""

from __future__ import annotations

import asyncio
import random
import resource
import time
from dataclasses import dataclass

import psutil

SHORTEST_S, LONGEST_S = 0.005, 0.015
"""Between two looks; drawn at random, or they would march in step with the 10, 20 and 33 ms of media."""


class LagSampler:
    """`start` on the loop to be watched. A timer's own grain (1 ms under uvloop) is part of what is read."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._due_s = 0.0
        self._lags_s: list[float] = []
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        wait_s = random.uniform(SHORTEST_S, LONGEST_S)
        self._due_s = time.monotonic() + wait_s
        self._handle = self._loop.call_later(wait_s, self._look)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()

    def _look(self) -> None:
        self._lags_s.append(max(0.0, time.monotonic() - self._due_s))
        self.start()

    def clear(self) -> None:
        self._lags_s = []

    def percentile_ms(self, percent: float) -> float:
        return percentile(self._lags_s, percent) * 1000


def percentile(values: list[float], percent: float) -> float:
    """Nearest rank; 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


@dataclass(frozen=True, slots=True)
class _Reading:
    at_s: float
    own_s: float
    core_busy_s: float


class ProcessorMeter:
    """Processor time of this process, all its threads included, and of everything else on its core."""

    def __init__(self, core: int) -> None:
        self._core = core
        self._begun = self._read()

    def begin(self) -> None:
        self._begun = self._read()

    @property
    def begun_s(self) -> float:
        return self._begun.at_s

    def end(self) -> tuple[float, float, float]:
        """(wall seconds, own processor seconds, others' share of the core)."""
        begun, ended = self._begun, self._read()
        wall_s, own_s = ended.at_s - begun.at_s, ended.own_s - begun.own_s
        others_s = ended.core_busy_s - begun.core_busy_s - own_s
        return wall_s, own_s, max(0.0, others_s / wall_s)

    def _read(self) -> _Reading:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        core = psutil.cpu_times(percpu=True)[self._core]
        busy_s = core.user + core.nice + core.system + core.irq + core.softirq + core.steal
        return _Reading(time.monotonic(), usage.ru_utime + usage.ru_stime, busy_s)
