"""How busy this process is: the share of its core that the event loop takes, or how late it wakes."""

from __future__ import annotations

import time
from collections.abc import Callable

READ_EVERY_S = 1.0
LAG_LIMIT_S = 0.1
"""A loop that is so late is as full as one can be: a packet then waits longer than it may in the jitter buffer."""


class LoopLoad:
    """0..1, the same for everybody who asks within a second. Called on the loop's own thread."""

    def __init__(
        self,
        lag_s: Callable[[], float],
        *,
        wall_s: Callable[[], float] = time.monotonic,
        busy_s: Callable[[], float] = time.thread_time,
    ) -> None:
        self._lag_s, self._wall_s, self._busy_s = lag_s, wall_s, busy_s
        self._read_at_s: float | None = None
        self._busy_at_s = 0.0
        self._load = 0.0

    def __call__(self) -> float:
        now_s = self._wall_s()
        if self._read_at_s is None:
            self._read_at_s, self._busy_at_s = now_s, self._busy_s()
        elif now_s - self._read_at_s >= READ_EVERY_S:
            busy_s = self._busy_s()
            share = (busy_s - self._busy_at_s) / (now_s - self._read_at_s)
            self._load = min(1.0, max(share, self._lag_s() / LAG_LIMIT_S))
            self._read_at_s, self._busy_at_s = now_s, busy_s
        return self._load
