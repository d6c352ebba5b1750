"""One server process with its sessions and observers, driven from outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.media.messages import (
    Begin,
    CloseSessions,
    End,
    LeavePeers,
    LoadWindow,
    MakeOffers,
    Publish,
    RecordingCheck,
    ServerKind,
    ServerWindow,
    TakeAnswers,
    Unwatch,
    Watch,
)
from tests.benchmarks.media.process import Child
from tests.benchmarks.media.server import run_server

GENERATOR_SHARE_LIMIT = 0.85
LEAST_PACKETS_PER_S = 48
"""Of audio alone, 50 are due."""
TRIES = 3
JOINING = 8
"""Peers that connect at once."""


class MeasurementFailed(Exception):
    """Nothing that could be called a measurement came out."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long everything takes, in seconds and in turns of both ways."""

    window_s: float
    saturation_window_s: float
    """For which a number of sessions is carried before it counts."""
    settle_s: float
    rounds: int
    """Of one session; what else alternates does so `other_rounds` times."""
    other_rounds: int
    grain: float
    """A search for saturation ends when pass and failure are this share apart, or after `search_steps`."""
    search_steps: int
    failures: int
    """So often a number of sessions has to fail."""
    loss_rounds: int
    late_limit_ms: float = 10.0
    """p99 of the load generator's lateness, beyond which it is the generator that was measured."""


QUICK = Plan(
    window_s=3.0, saturation_window_s=5.0, settle_s=1.0, rounds=2, other_rounds=1, grain=0.12, search_steps=5,
    failures=1, loss_rounds=2,
)  # fmt: skip
FULL = Plan(
    window_s=8.0, saturation_window_s=10.0, settle_s=2.5, rounds=4, other_rounds=3, grain=0.05, search_steps=14,
    failures=2, loss_rounds=6,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    server: ServerWindow
    load: LoadWindow

    @property
    def cost(self) -> float:
        """Processor seconds per session and second."""
        return self.server.cpu_share / max(self.server.sessions, 1)

    @property
    def received_share(self) -> float:
        """Of the observer who got least; 1 where nobody watches."""
        return min((reception.share for reception in self.load.receptions), default=1.0)


class Stage:
    """`loop` is asyncio or uvloop. Sessions are named in the order they were opened; each has `observers` observers."""

    def __init__(
        self,
        generator: Child,
        core: int,
        plan: Plan,
        kind: ServerKind,
        loop: str,
        *,
        trace: bool = False,
        remember: Callable[[Measured], None] = lambda measured: None,
    ) -> None:
        self.kind, self.loop = kind, loop
        self._generator = generator
        self._plan = plan
        self._remember = remember
        self._folder = TemporaryDirectory(prefix="media-benchmark-")
        arguments = (kind, loop, trace, Path(self._folder.name))
        self._server = Child(f"server-{kind}-{loop}", core, run_server, *arguments)
        self._opened = 0
        self.sessions: list[str] = []
        self._observers: dict[str, list[str]] = {}

    def close(self) -> None:
        """Whatever state it is in."""
        try:
            self._generator.ask(LeavePeers(self._peers()))
        finally:
            self.end()

    def end(self) -> None:
        """Of the server alone, when the load generator is about to end too."""
        self._server.close()
        self._folder.cleanup()

    @property
    def server(self) -> Child:
        return self._server

    def wait_ready(self) -> None:
        self._server.read_answer(within_s=120.0)

    # --- who is there -------------------------------------------------------------------------------------------------

    def set_sessions(
        self, count: int, *, observers: int = 1, audio: bool = True, video: bool = True, record: bool = True
    ) -> None:
        """Opens or closes as many as it takes."""
        self.close_sessions(count)
        while len(self.sessions) < count:
            names = tuple(
                f"{self._server.name}-{self._opened + at}" for at in range(min(JOINING, count - len(self.sessions)))
            )
            self._opened += len(names)
            self.sessions += names
            offers = self._generator.ask(MakeOffers(names, "publisher", audio, video))
            self._connect(self._server.ask(Publish(offers, record)))
            self.set_observers(observers, names, audio=audio, video=video)

    def set_observers(
        self, each: int, sessions: tuple[str, ...] | None = None, *, audio: bool = True, video: bool = True
    ) -> None:
        for session in sessions if sessions is not None else tuple(self.sessions):
            present = self._observers.setdefault(session, [])
            gone = tuple(present[each:])
            if gone:
                self._server.ask(Unwatch(gone))
                self._generator.ask(LeavePeers(gone))
                del present[each:]
            names = tuple(f"{session}-{len(present) + at}" for at in range(each - len(present)))
            if names:
                watched = (session,) * len(names)
                offers = self._generator.ask(MakeOffers(names, "observer", audio, video, watched))
                present += names
                answers = self._server.ask(Watch({name: (session, offers[name]) for name in names}))
                self._connect(answers)

    def close_sessions(self, left: int, check: int = 0, of: Measured | None = None) -> tuple[RecordingCheck, ...]:
        """Down to `left`. Of the last `check`, the recordings of a window are read back."""
        names = tuple(self.sessions[left:])
        if not names:
            return ()
        self._generator.ask(LeavePeers(self._peers(names)))
        begun_s, ended_s = (of.server.begun_s, of.server.ended_s) if of is not None else (0.0, 0.0)
        checked = names[-check:] if check else ()
        checks: tuple[RecordingCheck, ...] = self._server.ask(CloseSessions(names, checked, begun_s, ended_s))
        del self.sessions[left:]
        for name in names:
            self._observers.pop(name, None)
        return checks

    def _peers(self, sessions: tuple[str, ...] | None = None) -> tuple[str, ...]:
        names = tuple(self.sessions) if sessions is None else sessions
        return tuple(name for session in names for name in (*self._observers.get(session, ()), session))

    def _connect(self, answers: dict[str, str]) -> None:
        self._generator.ask(TakeAnswers(answers))

    # --- measuring ----------------------------------------------------------------------------------------------------

    def measure(self, window_s: float | None = None) -> Measured:
        """One window. Raises MeasurementFailed when the load generator was not up to it, three times in a row."""
        time.sleep(self._plan.settle_s)
        complaint = ""
        for _ in range(TRIES):
            measured = self._measure_once(window_s or self._plan.window_s)
            complaint = self._complain_of(measured.load)
            if not complaint:
                self._remember(measured)
                return measured
        raise MeasurementFailed(f"the load generator {complaint}, {TRIES} times in a row")

    def _measure_once(self, window_s: float) -> Measured:
        self._server.ask(Begin())
        self._generator.ask(Begin())
        time.sleep(window_s)
        load: LoadWindow = self._generator.ask(End())
        server: ServerWindow = self._server.ask(End())
        return Measured(server, load)

    def _complain_of(self, load: LoadWindow) -> str:
        if load.cpu_share > GENERATOR_SHARE_LIMIT:
            return f"used {load.cpu_share:.0%} of its core"
        if load.late_p99_ms > self._plan.late_limit_ms:
            return f"was late by {load.late_p99_ms:.0f} ms (p99) while others had {load.others_share:.0%} of its core"
        if load.unsent:
            return f"could not send {load.unsent} packets"
        least = LEAST_PACKETS_PER_S * len(self.sessions) * load.wall_s
        if load.packets_sent < least:
            return f"sent {load.packets_sent} packets where at least {least:.0f} were due"
        return ""
