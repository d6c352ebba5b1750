"""Finds what holds the event loop: every callback of asyncio's own loop is measured, long ones with where they are.

Two limits. Computing is measured in the thread's own processor time, which other processes on a busy machine do not
lengthen. Waiting (a file, a lock, a sleep) can only be measured by the clock, where they do.
"""

from __future__ import annotations

import asyncio
import gc
import json
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

SAMPLE_EVERY_S = 0.004
KEPT_LINES = 12


@dataclass
class Hold:
    """One callback that took long. `where`: the stack of the loop's thread when it was looked at, innermost last."""

    callback: str
    computing_ms: float
    clock_ms: float
    where: list[str] = field(default_factory=list)


class LoopWatchdog:
    """`holds`: callbacks over one of the limits, of those after `counts` has said yes. Not for uvloop, whose callbacks
    are not to be seen from Python."""

    def __init__(
        self, *, computing_limit_ms: float, clock_limit_ms: float, counts: Callable[[], bool] = lambda: True
    ) -> None:
        self._counts = counts
        self._on = False
        self._computing_limit_ms = computing_limit_ms
        self._clock_limit_ms = clock_limit_ms
        self.callbacks = 0
        self.holds: list[Hold] = []
        self._began_s = 0.0
        self._loop_thread = 0
        self._where: list[str] = []
        self._ended = threading.Event()

    @contextmanager
    def watching(self) -> Iterator[LoopWatchdog]:
        """Everything that runs on an asyncio loop of this thread, from now on."""
        self._loop_thread = threading.get_ident()
        original: Any = asyncio.Handle._run
        watchdog = self

        def run(handle: Any) -> None:
            if threading.get_ident() == watchdog._loop_thread:
                watchdog._measure(handle, original)
            else:
                original(handle)

        kind: Any = asyncio.Handle
        kind._run = run
        sampler = threading.Thread(target=self._sample, daemon=True, name="loop watchdog")
        sampler.start()
        try:
            yield self
        finally:
            kind._run = original
            self._ended.set()
            sampler.join()

    def _measure(self, handle: Any, original: Any) -> None:
        if not self._on:
            self._on = self._counts()
            original(handle)
            return
        name = _name(handle)
        self._where = []
        computing_s, self._began_s = time.thread_time(), time.perf_counter()
        try:
            original(handle)
        finally:
            clock_ms = (time.perf_counter() - self._began_s) * 1000
            computing_ms = (time.thread_time() - computing_s) * 1000
            self._began_s = 0.0
            self.callbacks += 1
            if computing_ms > self._computing_limit_ms or clock_ms > self._clock_limit_ms:
                self.holds.append(Hold(name, round(computing_ms, 1), round(clock_ms, 1), self._where))

    def _sample(self) -> None:
        """Looks where the loop is whenever a callback has been at it for half of a limit."""
        patience_s = min(self._computing_limit_ms, self._clock_limit_ms) / 2000
        while not self._ended.wait(SAMPLE_EVERY_S):
            began_s = self._began_s
            if not began_s or time.perf_counter() - began_s < patience_s:
                continue
            frame = sys._current_frames().get(self._loop_thread)
            if frame is not None and self._began_s == began_s:
                stack = traceback.extract_stack(frame)[-KEPT_LINES:]
                self._where = [f"{Path(line.filename).name}:{line.lineno} {line.name}" for line in stack]


def _name(handle: Any) -> str:
    """Of a task: its coroutine."""
    task = getattr(handle._callback, "__self__", None)
    coroutine = task.get_coro() if isinstance(task, asyncio.Task) else handle._callback
    return str(getattr(coroutine, "__qualname__", coroutine))


@dataclass(frozen=True, slots=True)
class WatchedProgram:
    """`viva` with a watchdog on its loop, for a process of its own: run `command` with `variables` around it, and read
    the `findings` when it has ended."""

    report: Path
    computing_limit_ms: float
    clock_limit_ms: float

    @property
    def command(self) -> tuple[str, ...]:
        limits = f"computing_limit_ms={self.computing_limit_ms}, clock_limit_ms={self.clock_limit_ms}"
        program = f"from tests.fakes.loop_watchdog import run_watched; run_watched({str(self.report)!r}, {limits})"
        return (sys.executable, "-c", program)

    @property
    def variables(self) -> dict[str, str]:
        return {"PYTHONPATH": str(Path(__file__).parents[2]), "VIVA_HTTP_LOOP": "asyncio"}

    def findings(self) -> tuple[int, list[Hold]]:
        """How many callbacks there were, and the long ones among them."""
        found = json.loads(self.report.read_text())
        return found["callbacks"], [Hold(**hold) for hold in found["holds"]]


def run_watched(report: str, *, computing_limit_ms: float, clock_limit_ms: float) -> None:
    """In the process itself."""
    from server.cli import app

    # uvicorn raises the signal that ended it once more: the report is still to be written then.
    signal.signal(signal.SIGTERM, lambda *_: None)
    watchdog = LoopWatchdog(computing_limit_ms=computing_limit_ms, clock_limit_ms=clock_limit_ms, counts=_has_started)
    try:
        with watchdog.watching():
            app()
    finally:
        found = {"callbacks": watchdog.callbacks, "holds": [asdict(hold) for hold in watchdog.holds]}
        Path(report).write_text(json.dumps(found))


def _has_started() -> bool:
    """A server that has begun to serve has told the collector of cycles so: `server.cli.memory.settle_memory`."""
    return gc.get_freeze_count() > 0
